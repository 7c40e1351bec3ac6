/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include "base/units.h"

/* Pixels. */
#define WIDTH   860.0
#define BAR     150.0 /* left edge of the stretches */
#define ACROSS  170.0
#define GUEST   650.0 /* where guests' addresses stand */
#define LETTERS 12.0
#define LEAST   20.0 /* height of a stretch: its text */
#define MARGIN  10.0

enum {
    MAP_BAR = 12, /* columns */
};

/* Stretches */

static bool counts(const struct model_region *region)
{
    return region->size > 0 &&
           (region->type == MODEL_REGION_RAM || region->type == MODEL_REGION_RESERVED ||
            region->type == MODEL_REGION_FIRMWARE);
}

typedef AJ_VEC(aj_addr) addr_vec;

static void add_border(struct aj_arena *arena, addr_vec *borders, aj_addr at)
{
    size_t place = borders->count;
    while (place > 0 && borders->items[place - 1] > at)
        place--;
    if (place > 0 && borders->items[place - 1] == at)
        return;
    AJ_PUSH(arena, borders, at);
    memmove(&borders->items[place + 1], &borders->items[place],
            (borders->count - 1 - place) * sizeof at);
    borders->items[place] = at;
}

/* Where something begins: a range, and what comes behind it. */
static void add_borders(struct aj_arena *arena, addr_vec *borders, aj_addr base, aj_size size)
{
    const struct aj_range range = {base, size};
    if (!aj_range_ok(range))
        return;
    add_border(arena, borders, base);
    if (aj_range_last(range) != UINT64_MAX)
        add_border(arena, borders, aj_range_last(range) + 1);
}

static bool holds(aj_addr base, aj_size size, aj_addr at)
{
    return at >= base && at - base < size;
}

/* What is reserved or the firmware's lies in RAM, and counts more. */
static const struct model_region *region_at(const struct model_board *board, aj_addr at)
{
    const struct model_region *found = NULL;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *r = &board->memory_regions[i];
        if (counts(r) && holds(r->phys_start, r->size, at) &&
            (found == NULL || (found->type == MODEL_REGION_RAM && r->type != MODEL_REGION_RAM)))
            found = r;
    }
    return found;
}

static const struct model_plan_mem *mem_at(const struct model_plan *plan, aj_addr at)
{
    for (size_t i = 0; i < plan->memory_count; i++)
        if (holds(plan->memory[i].phys_start, plan->memory[i].size, at))
            return &plan->memory[i];
    return NULL;
}

const struct emit_stretch *emit_plan_stretches(const struct model_board *board,
                                               const struct model_plan *plan, struct aj_arena *out,
                                               size_t *count)
{
    AJ_VEC(struct emit_stretch) list = {NULL, 0, 0};
    addr_vec borders = {NULL, 0, 0};
    for (size_t i = 0; i < board->memory_regions_count; i++)
        if (counts(&board->memory_regions[i]))
            add_borders(out, &borders, board->memory_regions[i].phys_start,
                        board->memory_regions[i].size);
    for (size_t i = 0; i < plan->memory_count; i++)
        add_borders(out, &borders, plan->memory[i].phys_start, plan->memory[i].size);
    for (size_t i = 0; i < borders.count; i++) {
        const aj_addr at = borders.items[i];
        struct emit_stretch stretch = {
            at, i + 1 < borders.count ? borders.items[i + 1] - 1 : UINT64_MAX, mem_at(plan, at),
            NULL};
        if (stretch.mem == NULL)
            stretch.region = region_at(board, at);
        struct emit_stretch *before = list.count > 0 ? &list.items[list.count - 1] : NULL;
        if (before != NULL && before->mem == stretch.mem && before->region == stretch.region)
            before->last = stretch.last;
        else if (i + 1 < borders.count || stretch.mem != NULL || stretch.region != NULL)
            AJ_PUSH(out, &list, stretch);
    }
    *count = list.count;
    return list.items;
}

/* Picture */

static bool is_gap(const struct emit_stretch *stretch)
{
    return stretch->mem == NULL && stretch->region == NULL;
}

/* Twice the size is a little more height: pages beside gigabytes, in their order. */
static double height_of(const struct emit_stretch *stretch)
{
    double height = LEAST;
    for (aj_size size = (stretch->last - stretch->first) / AJ_MIB(1); size > 0; size /= 2)
        height += 3.0;
    return is_gap(stretch) ? LEAST : height;
}

/* The last address is inside, so that all of 2^64 has a size too. */
static const char *size_of(const struct emit_stretch *stretch, struct aj_arena *out)
{
    const aj_size less = stretch->last - stretch->first;
    return less < UINT64_MAX ? aj_format_size_about(out, less + 1) : "16 EiB";
}

static const char *use_of(const struct emit_stretch *stretch, struct aj_arena *out)
{
    const struct model_plan_mem *mem = stretch->mem;
    if (is_gap(stretch))
        return "no memory";
    if (mem == NULL)
        switch ((enum model_region_type)stretch->region->type) {
        case MODEL_REGION_RAM: return "root: Linux";
        case MODEL_REGION_RESERVED: return aj_strf(out, "reserved: %s", stretch->region->name);
        case MODEL_REGION_FIRMWARE: return aj_strf(out, "firmware: %s", stretch->region->name);
        case MODEL_REGION_MMIO:
        case MODEL_REGION_WINDOW: return stretch->region->name;
        }
    switch ((enum model_mem_kind)mem->kind) {
    case MODEL_MEM_HYPERVISOR: return "Jailhouse";
    case MODEL_MEM_RAM: return aj_strf(out, "%s: %s", mem->cell, mem->name);
    case MODEL_MEM_LOADER: return aj_strf(out, "%s: loader", mem->cell);
    case MODEL_MEM_LINK: return aj_strf(out, "link %s, shared", mem->name);
    case MODEL_MEM_PCI: return "virtual PCI host";
    }
    return "";
}

static enum aj_hue hue_of(const struct emit_input *input, const struct emit_stretch *stretch)
{
    if (stretch->mem == NULL)
        return AJ_HUE_GREY;
    switch ((enum model_mem_kind)stretch->mem->kind) {
    case MODEL_MEM_HYPERVISOR: return AJ_HUE_RED;
    case MODEL_MEM_RAM:
    case MODEL_MEM_LOADER: return emit_plan_hue(input->plan, stretch->mem->cell);
    case MODEL_MEM_LINK:
    case MODEL_MEM_PCI: return AJ_HUE_OCHRE;
    }
    return AJ_HUE_GREY;
}

static void write_at(struct aj_draw *draw, double x, double y, enum aj_anchor anchor,
                     const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = LETTERS, .anchor = (uint8_t)anchor};
    aj_draw_text(draw, &label, text);
}

static void draw_stretch(const struct emit_input *input, const struct emit_stretch *stretch,
                         double top, struct aj_draw *draw, struct aj_arena *scratch)
{
    static const struct aj_pen outline = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 1.0};
    const double height = height_of(stretch), text = top + 0.5 * height + 0.35 * LETTERS;
    const bool linux_ram =
        stretch->mem == NULL && !is_gap(stretch) && stretch->region->type == MODEL_REGION_RAM;
    const char *label =
        aj_strf(scratch, "%s, %s", use_of(stretch, scratch), size_of(stretch, scratch));
    write_at(draw, BAR - MARGIN, top + LETTERS, AJ_ANCHOR_END,
             aj_format_hex(scratch, stretch->first));
    if (!is_gap(stretch)) {
        aj_draw_rectangle(draw, BAR, top, ACROSS, height);
        aj_draw_fill(draw, hue_of(input, stretch),
                     stretch->mem != NULL ? 0.75
                     : linux_ram          ? 0.35
                                          : 0.12);
        aj_draw_rectangle(draw, BAR, top, ACROSS, height);
        aj_draw_stroke(draw, &outline);
    }
    write_at(draw, BAR + ACROSS + MARGIN, text, AJ_ANCHOR_START,
             aj_draw_text_fit(label, LETTERS, GUEST - BAR - ACROSS - 2.0 * MARGIN, scratch));
    if (stretch->mem != NULL && stretch->mem->cell != NULL)
        write_at(draw, GUEST, text, AJ_ANCHOR_START,
                 aj_strf(scratch, "in the guest at %s",
                         aj_format_hex(scratch, stretch->mem->virt_start)));
}

void emit_plan_draw_memory(const struct emit_input *input, struct aj_arena *scratch,
                           struct aj_buf *to)
{
    size_t count;
    const struct emit_stretch *list =
        emit_plan_stretches(input->board, input->plan, scratch, &count);
    double height = MARGIN;
    for (size_t i = 0; i < count; i++)
        height += height_of(&list[i]);
    struct aj_draw *draw = aj_draw_open(scratch, WIDTH, height + 2.0 * LETTERS);
    double top = MARGIN;
    for (size_t i = 0; i < count; i++) {
        draw_stretch(input, &list[i], top, draw, scratch);
        top += height_of(&list[i]);
    }
    if (count > 0)
        write_at(draw, BAR - MARGIN, top + LETTERS, AJ_ANCHOR_END,
                 aj_format_hex(scratch, list[count - 1].last));
    aj_draw_finish(draw, "Physical memory from low to high addresses; the table has the same", to);
}

/* Text */

static char fill_of(const struct emit_stretch *stretch)
{
    if (stretch->mem == NULL)
        return stretch->region->type == MODEL_REGION_RAM ? '.' : 'x';
    switch ((enum model_mem_kind)stretch->mem->kind) {
    case MODEL_MEM_HYPERVISOR: return 'J';
    case MODEL_MEM_RAM:
    case MODEL_MEM_LOADER: return '#';
    case MODEL_MEM_LINK:
    case MODEL_MEM_PCI: return '=';
    }
    return '?';
}

/* Four times the size is one character more. */
static void add_bar(const struct emit_stretch *stretch, struct aj_buf *to)
{
    char bar[MAP_BAR + 1] = "";
    size_t length = 1;
    for (aj_size size = (stretch->last - stretch->first) / AJ_KIB(64); size > 0; size /= 4)
        length++;
    for (size_t i = 0; !is_gap(stretch) && i < length && i < MAP_BAR; i++)
        bar[i] = fill_of(stretch);
    aj_buf_addf(to, "%-*s ", MAP_BAR, bar);
}

void emit_plan_write_map(const struct model_board *board, const struct model_plan *plan,
                         struct aj_arena *scratch, struct aj_buf *to)
{
    size_t count;
    const struct emit_stretch *list = emit_plan_stretches(board, plan, scratch, &count);
    aj_buf_addf(to, "%-14s %-10s %-*s %s\n", "physical", "size", MAP_BAR, "", "what");
    for (size_t i = 0; i < count; i++) {
        const struct emit_stretch *stretch = &list[i];
        aj_buf_addf(to, "%-14s %-10s ", aj_format_hex(scratch, stretch->first),
                    size_of(stretch, scratch));
        add_bar(stretch, to);
        aj_buf_add_visible(to, use_of(stretch, scratch));
        if (stretch->mem != NULL && stretch->mem->cell != NULL)
            aj_buf_addf(to, ", in the guest at %s",
                        aj_format_hex(scratch, stretch->mem->virt_start));
        aj_buf_adds(to, "\n");
    }
    if (count > 0)
        aj_buf_addf(to, "%s\n", aj_format_hex(scratch, list[count - 1].last));
    aj_buf_adds(to, "\n. root   # guests   = shared   J Jailhouse   x reserved; a longer bar is "
                    "larger\n");
}
