/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/bare.h"

#include "emit/guest.h"

struct symbol {
    const char *name; /* "CELL_LINK_NET0_BASE" */
    uint64_t value;
};

struct bare {
    const struct emit_input *input;
    const struct model_cell_request *request;
    const struct model_plan_cell *plan;
    const struct model_cell *cell;
    struct aj_arena *out;
    AJ_VEC(struct symbol) symbols;
    size_t ram_first, ram_end; /* symbols: start and size of each region of RAM, in turn */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* In upper case or in lower case, with '_' for what no name can have. */
static const char *word(const char *text, bool upper, struct aj_arena *out)
{
    char *copy = aj_strdup(out, text);
    for (char *c = copy; *c != '\0'; c++) {
        if (!is_letter(*c))
            *c = '_';
        else if (upper && *c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
        else if (!upper && *c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    return copy;
}

static bool is_taken(const struct bare *b, const char *name)
{
    for (size_t i = 0; i < b->symbols.count; i++)
        if (strcmp(b->symbols.items[i].name, name) == 0)
            return true;
    return false;
}

/* CELL_<kind>_<of>_<what>; `of` may be NULL. What would be called the same gets a number behind it. */
static void add(struct bare *b, const char *kind, const char *of, const char *what, uint64_t value)
{
    const char *name = aj_strf(b->out, "CELL_%s%s%s_%s", kind, of != NULL ? "_" : "",
                               of != NULL ? word(of, true, b->out) : "", what);
    while (is_taken(b, name))
        name = aj_strf(b->out, "%s_%zu", name, b->symbols.count);
    const struct symbol symbol = {name, value};
    AJ_PUSH(b->out, &b->symbols, symbol);
}

static void add_memory(struct bare *b)
{
    b->ram_first = b->symbols.count;
    for (size_t i = 0; i < b->input->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &b->input->plan->memory[i];
        if (mem->kind != MODEL_MEM_RAM || mem->cell == NULL ||
            strcmp(mem->cell, b->request->key) != 0 || (mem->flags & JAILHOUSE_MEM_IO) != 0)
            continue;
        add(b, "RAM", mem->name, "BASE", mem->virt_start);
        add(b, "RAM", mem->name, "SIZE", mem->size);
    }
    b->ram_end = b->symbols.count;
}

static void add_devices(struct bare *b)
{
    for (size_t i = 0; i < b->plan->devices_count; i++) {
        const struct model_device *d = model_board_device(b->input->board, b->plan->devices[i]);
        for (size_t k = 0; d != NULL && k < d->regions_count; k++) {
            add(b, "DEVICE", d->name, "BASE", d->regions[k].phys_start);
            add(b, "DEVICE", d->name, "SIZE", d->regions[k].size);
        }
        for (size_t k = 0; d != NULL && k < d->interrupts_count; k++)
            if (d->interrupts[k].intid != AJ_NONE32)
                add(b, "DEVICE", d->name, "IRQ", d->interrupts[k].intid);
    }
}

/* The devices of links are the first of a cell, in the order of the plan. */
static void add_links(struct bare *b)
{
    size_t device = 0;
    for (size_t i = 0; i < b->input->plan->links_count; i++) {
        const struct model_plan_link *link = &b->input->plan->links[i];
        size_t peer = 0;
        while (peer < link->peers_count && strcmp(link->peers[peer], b->request->key) != 0)
            peer++;
        if (peer == link->peers_count || device >= b->cell->pci_devices_count)
            continue;
        add(b, "LINK", link->name, "BASE", link->phys_start);
        add(b, "LINK", link->name, "STATE_SIZE", link->state_size);
        add(b, "LINK", link->name, "RW_SIZE", link->rw_size);
        add(b, "LINK", link->name, "OUTPUT_SIZE", link->output_size);
        add(b, "LINK", link->name, "PEERS", link->peers_count);
        add(b, "LINK", link->name, "ID", peer);
        add(b, "LINK", link->name, "BDF", b->cell->pci_devices[device++].bdf);
        if (b->plan->vpci_irq_base != AJ_NONE32)
            add(b, "LINK", link->name, "IRQ",
                JAILHOUSE_GIC_FIRST_SPI + b->plan->vpci_irq_base + MODEL_PCI_PIN_OF(link->device));
    }
}

static void add_platform(struct bare *b)
{
    const struct model_header *header = b->input->system->header;
    const struct model_arm_platform *arm = b->input->board->platform.arm;
    if (b->cell->console.type != JAILHOUSE_CON_TYPE_NONE) {
        add(b, "CONSOLE", NULL, "BASE", b->cell->console.address);
        add(b, "CONSOLE", NULL, "TYPE", b->cell->console.type);
    }
    if (header->pci_mmconfig_base != 0)
        add(b, "PCI", NULL, "BASE", header->pci_mmconfig_base);
    if (b->input->board->arch == MODEL_ARCH_X86 || arm == NULL)
        return;
    add(b, "GICD", NULL, "BASE", header->gicd_base);
    if (arm->gic_version == 3)
        add(b, "GICR", NULL, "BASE", header->gicr_base);
    else
        add(b, "GICC", NULL, "BASE", header->gicc_base);
}

static void add_file(struct emit_files *files, struct aj_arena *out, const char *name,
                     struct aj_buf *text)
{
    const struct aj_output file = {
        .name = name, .data = aj_memdup(out, aj_buf_text(text), text->len), .size = text->len};
    AJ_PUSH(out, &files->list, file);
    aj_buf_free(text);
}

static void write_header(const struct bare *b, struct aj_buf *to)
{
    const char *guard = word(b->request->key, true, b->out);
    aj_buf_addf(to,
                "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */\n"
                "/* What the guest %s has and where it sees it. Made by autojail. */\n"
                "#ifndef CELL_%s_H\n#define CELL_%s_H\n\n",
                b->request->key, guard, guard);
    for (size_t i = 0; i < b->symbols.count; i++)
        aj_buf_addf(to, "#define %s 0x%llx\n", b->symbols.items[i].name,
                    (unsigned long long)b->symbols.items[i].value);
    aj_buf_adds(to, "\n#endif\n");
}

/* "ram_memory" of CELL_RAM_MEMORY_BASE. */
static const char *region_name(const struct bare *b, const char *symbol)
{
    static const char before[] = "CELL_", behind[] = "_BASE";
    const char *name = symbol + strlen(before);
    const size_t length = strlen(name), tail = strlen(behind);
    const bool plain = strcmp(name + length - tail, behind) == 0;
    return word(aj_strndup(b->out, name, plain ? length - tail : length), false, b->out);
}

static void write_linker(const struct bare *b, struct aj_buf *to)
{
    aj_buf_addf(to,
                "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */\n"
                "/* To be included in the linker script of guest %s. Made by autojail. */\n"
                "MEMORY\n{\n",
                b->request->key);
    for (size_t i = b->ram_first; i < b->ram_end; i += 2)
        aj_buf_addf(to, "    %s (rwx) : ORIGIN = 0x%llx, LENGTH = 0x%llx\n",
                    region_name(b, b->symbols.items[i].name),
                    (unsigned long long)b->symbols.items[i].value,
                    (unsigned long long)b->symbols.items[i + 1].value);
    aj_buf_adds(to, "}\n");
    for (size_t i = 0; i < b->symbols.count; i++)
        aj_buf_addf(to, "%s = 0x%llx;\n", word(b->symbols.items[i].name, false, b->out),
                    (unsigned long long)b->symbols.items[i].value);
}

void emit_bare(const struct emit_input *input, size_t guest, struct aj_arena *out,
               struct emit_files *files)
{
    struct bare b = {
        .input = input,
        .request = &input->req->guests[guest],
        .plan = model_plan_cell(input->plan, input->req->guests[guest].key),
        .cell = &input->system->cells[guest],
        .out = out,
    };
    const char *name = emit_cell_name(input->project->name, b.request->key, out);
    struct aj_buf text = {NULL, 0, 0};
    if (b.plan == NULL)
        return;
    add(&b, "RESET", NULL, "ADDRESS", b.request->cpu_reset_address);
    add(&b, "COMM", NULL, "BASE", model_comm_base((enum model_arch)input->board->arch));
    add_memory(&b);
    add_platform(&b);
    add_devices(&b);
    add_links(&b);
    write_header(&b, &text);
    add_file(files, out, aj_strf(out, "bare/%s.h", name), &text);
    write_linker(&b, &text);
    add_file(files, out, aj_strf(out, "bare/%s.ld", name), &text);
}
