/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include <inttypes.h>

#include "base/units.h"

/* Pixels. */
#define WIDTH   860.0
#define CPU     84.0
#define HIGH    46.0
#define GAP     8.0
#define TITLE   20.0
#define LETTERS 12.0

/* CPUs that have something in common: a package, a node, a cluster, a cache, a core. */
struct box {
    struct aj_cpuset cpus;
    const char *title;
    size_t parent; /* the box around it */
};
typedef AJ_VEC(struct box) box_vec;

struct picture {
    const struct emit_input *input;
    box_vec boxes;        /* those around others first; the first is the page, without a frame */
    struct aj_draw *draw; /* NULL: only measured */
    struct aj_arena *scratch;
};

struct extent {
    double width, height;
};

/* Boxes */

static void add_box(struct picture *pic, const struct aj_cpuset *cpus, const char *title)
{
    box_vec *boxes = &pic->boxes;
    for (size_t i = 1; i < boxes->count; i++)
        if (aj_cpuset_equal(&boxes->items[i].cpus, cpus)) {
            boxes->items[i].title = aj_strf(pic->scratch, "%s, %s", boxes->items[i].title, title);
            return;
        }
    const struct box fresh = {*cpus, title, 0};
    AJ_PUSH(pic->scratch, boxes, fresh);
}

enum label { LABEL_PACKAGE, LABEL_NODE, LABEL_CLUSTER, LABEL_CORE, LABEL_COUNT };

/* Labels of one kind are numbered within the CPUs of one of the kinds before. */
static bool same(const struct model_cpu *a, const struct model_cpu *b, enum label label)
{
    switch (label) {
    case LABEL_PACKAGE: return a->package == b->package;
    case LABEL_NODE: return a->node == b->node;
    case LABEL_CLUSTER: return a->package == b->package && a->cluster == b->cluster;
    case LABEL_CORE: return same(a, b, LABEL_CLUSTER) && a->core == b->core;
    case LABEL_COUNT: break;
    }
    return false;
}

static uint32_t label_of(const struct model_cpu *cpu, enum label label)
{
    const uint32_t labels[] = {cpu->package, cpu->node, cpu->cluster, cpu->core};
    return labels[label];
}

/* A box for each value of the label; none for what all CPUs share, but a cluster has caches. */
static void add_labels(struct picture *pic, enum label label)
{
    static const char *const names[] = {"package", "NUMA node", "cluster", "core"};
    const struct model_board *board = pic->input->board;
    for (size_t i = 0; i < board->cpus_count; i++) {
        const struct model_cpu *cpu = &board->cpus[i];
        struct aj_cpuset cpus = {{0}};
        bool first = true;
        for (size_t k = 0; k < board->cpus_count; k++)
            if (same(cpu, &board->cpus[k], label)) {
                aj_cpuset_add(&cpus, board->cpus[k].id.v);
                first = first && k >= i;
            }
        const uint32_t count = aj_cpuset_count(&cpus);
        if (first && label_of(cpu, label) != AJ_NONE32 && count > 1 &&
            (count < board->cpus_count || label == LABEL_CLUSTER))
            add_box(pic, &cpus,
                    aj_strf(pic->scratch, "%s %" PRIu32, names[label], label_of(cpu, label)));
    }
}

static void add_caches(struct picture *pic)
{
    const struct model_board *board = pic->input->board;
    for (size_t i = 0; i < board->caches_count; i++) {
        const struct model_cache *cache = &board->caches[i];
        if (cache->level < 2 || aj_cpuset_count(&cache->cpus) < 2)
            continue;
        add_box(pic, &cache->cpus,
                cache->size == AJ_NONE64
                    ? aj_strf(pic->scratch, "shared L%" PRIu32, cache->level)
                    : aj_strf(pic->scratch, "shared L%" PRIu32 " of %s", cache->level,
                              aj_format_size(pic->scratch, cache->size)));
    }
}

/* Larger boxes first, and each in the smallest one around it; one that crosses another is left out. */
static void nest(struct picture *pic)
{
    box_vec sorted = {NULL, 0, 0};
    AJ_PUSH(pic->scratch, &sorted, pic->boxes.items[0]);
    for (uint32_t size = AJ_CPU_MAX; size > 1; size--)
        for (size_t i = 1; i < pic->boxes.count; i++) {
            struct box box = pic->boxes.items[i];
            bool crosses = false;
            if (aj_cpuset_count(&box.cpus) != size)
                continue;
            for (size_t k = 1; k < sorted.count; k++) {
                if (aj_cpuset_subset(&box.cpus, &sorted.items[k].cpus))
                    box.parent = k;
                else if (aj_cpuset_intersects(&box.cpus, &sorted.items[k].cpus))
                    crosses = true;
            }
            if (!crosses)
                AJ_PUSH(pic->scratch, &sorted, box);
        }
    pic->boxes = sorted;
}

/* The box around a CPU alone. */
static size_t box_of(const struct picture *pic, uint32_t cpu)
{
    size_t found = 0;
    for (size_t i = 1; i < pic->boxes.count; i++)
        if (aj_cpuset_has(&pic->boxes.items[i].cpus, cpu))
            found = i;
    return found;
}

/* Drawing */

static const struct model_plan_cell *owner_of(const struct model_plan *plan, uint32_t cpu)
{
    for (size_t i = 0; i < plan->cells_count; i++)
        if (aj_cpuset_has(&plan->cells[i].cpus, cpu))
            return &plan->cells[i];
    return NULL;
}

static void write_at(const struct picture *pic, double x, double y, enum aj_anchor anchor,
                     const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = LETTERS, .anchor = (uint8_t)anchor};
    aj_draw_text(pic->draw, &label, text);
}

static void draw_cpu(const struct picture *pic, const struct model_cpu *cpu, double x, double y)
{
    const struct model_plan *plan = pic->input->plan;
    const struct model_plan_cell *owner = owner_of(plan, cpu->id.v);
    const enum aj_hue hue = owner != NULL ? emit_plan_hue(plan, owner->key) : AJ_HUE_GREY;
    const struct aj_pen outline = {
        .hue = (uint8_t)hue, .dashed = owner == NULL, .width = 1.5, .opacity = 1.0};
    if (owner != NULL) {
        aj_draw_rectangle(pic->draw, x, y, CPU, HIGH);
        aj_draw_fill(pic->draw, hue, 0.25);
    }
    aj_draw_rectangle(pic->draw, x, y, CPU, HIGH);
    aj_draw_stroke(pic->draw, &outline);
    const char *name = owner != NULL ? owner->key : cpu->online ? "nobody's" : "offline";
    write_at(pic, x + 0.5 * CPU, y + 19.0, AJ_ANCHOR_MIDDLE,
             aj_strf(pic->scratch, "CPU %" PRIu32, cpu->id.v));
    write_at(pic, x + 0.5 * CPU, y + 36.0, AJ_ANCHOR_MIDDLE,
             aj_draw_text_fit(name, LETTERS, CPU - GAP, pic->scratch));
}

static void draw_frame(const struct picture *pic, const struct box *box, double x, double y,
                       struct extent size)
{
    static const struct aj_pen outline = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.7};
    aj_draw_rectangle(pic->draw, x, y, size.width, size.height);
    aj_draw_stroke(pic->draw, &outline);
    write_at(pic, x + GAP, y + 15.0, AJ_ANCHOR_START,
             aj_draw_text_fit(box->title, LETTERS, size.width - 2.0 * GAP, pic->scratch));
}

/* Things beside each other, as many as fit, in rows below each other. */
struct rows {
    double left, room; /* where rows begin, and how long they may be */
    double x, y;       /* where the next thing goes if it fits */
    double row;        /* the height of this row */
    double reach;      /* of the longest row */
};

static void make_room(struct rows *rows, double width)
{
    if (rows->x > rows->left && rows->x + width > rows->left + rows->room) {
        rows->x = rows->left;
        rows->y += rows->row + GAP;
        rows->row = 0.0;
    }
}

static void advance(struct rows *rows, struct extent size)
{
    rows->x += size.width + GAP;
    rows->row = size.height > rows->row ? size.height : rows->row;
    rows->reach = rows->x - rows->left > rows->reach ? rows->x - rows->left : rows->reach;
}

/*
 * The box with all in it, its upper left corner at (x, y), within `room`. Boxes are in the order of
 * their first CPUs, and CPUs that are in none of them in their own. Nested as deep as topologies are.
 */
static struct extent arrange(struct picture *pic, size_t at, double x, double y, double room)
{
    const struct box *box = &pic->boxes.items[at];
    const struct model_board *board = pic->input->board;
    const double frame = at > 0 ? GAP : 1.0, head = at > 0 ? TITLE + GAP / 2.0 : 1.0;
    struct rows rows = {x + frame, room - 2.0 * frame, x + frame, y + head, 0.0, 0.0};
    struct aj_cpuset done = {{0}};
    struct aj_draw *draw = pic->draw;
    for (size_t i = 0; i < board->cpus_count; i++) {
        const uint32_t cpu = board->cpus[i].id.v;
        if (!aj_cpuset_has(&box->cpus, cpu) || aj_cpuset_has(&done, cpu))
            continue;
        size_t inner = box_of(pic, cpu);
        while (inner != at && pic->boxes.items[inner].parent != at)
            inner = pic->boxes.items[inner].parent;
        struct extent size = {CPU, HIGH};
        if (inner != at) {
            pic->draw = NULL;
            size = arrange(pic, inner, 0.0, 0.0, rows.room);
            pic->draw = draw;
            aj_cpuset_or(&done, &pic->boxes.items[inner].cpus);
        }
        make_room(&rows, size.width);
        if (draw != NULL && inner == at)
            draw_cpu(pic, &board->cpus[i], rows.x, rows.y);
        else if (draw != NULL)
            arrange(pic, inner, rows.x, rows.y, rows.room);
        advance(&rows, size);
    }
    struct extent size = {rows.reach - GAP + 2.0 * frame, rows.y + rows.row + frame - y};
    const double words = aj_draw_text_width(box->title, LETTERS) + 2.0 * GAP;
    if (words > size.width)
        size.width = words < room ? words : room;
    if (draw != NULL && at > 0)
        draw_frame(pic, box, x, y, size);
    return size;
}

void emit_plan_draw_cpus(const struct emit_input *input, struct aj_arena *scratch,
                         struct aj_buf *to)
{
    struct picture pic = {input, {NULL, 0, 0}, NULL, scratch};
    struct box all = {{{0}}, "", 0};
    for (size_t i = 0; i < input->board->cpus_count; i++)
        aj_cpuset_add(&all.cpus, input->board->cpus[i].id.v);
    AJ_PUSH(scratch, &pic.boxes, all);
    for (int label = 0; label < LABEL_COUNT; label++)
        add_labels(&pic, (enum label)label);
    add_caches(&pic);
    nest(&pic);
    const struct extent size = arrange(&pic, 0, 0.0, 0.0, WIDTH);
    pic.draw = aj_draw_open(scratch, WIDTH, size.height);
    arrange(&pic, 0, 0.0, 0.0, WIDTH);
    aj_draw_finish(pic.draw, "CPUs with the cells that own them; the table of cells has the same",
                   to);
}
