/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/plan.h"

#include <inttypes.h>

#include "base/units.h"
#include "model/model_priv.h"

const struct aj_name model_mem_kind_names[] = {
    {MODEL_MEM_HYPERVISOR, "hypervisor"},
    {MODEL_MEM_RAM, "ram"},
    {MODEL_MEM_LOADER, "loader"},
    {MODEL_MEM_LINK, "link"},
    {MODEL_MEM_PCI, "pci"},
    {0, NULL},
};

const struct aj_name model_plan_status_names[] = {
    {MODEL_PLAN_OPTIMAL, "optimal"},
    {MODEL_PLAN_FEASIBLE, "feasible"},
    {0, NULL},
};

/* Values of objectives: integers that may be negative. */

static enum aj_status signed_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  struct aj_arena *out, void *value)
{
    (void)out;
    uint64_t magnitude = 0;
    const bool scalar = node->kind == AJ_YAML_SCALAR;
    const bool negative = scalar && node->text[0] == '-';
    if (!scalar || aj_parse_u64(node->text + (negative ? 1 : 0), &magnitude).why != AJ_UNITS_OK ||
        magnitude > INT64_MAX)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "number", node->loc, "expected an integer such as -3 or 12"));
    const int64_t number = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    memcpy(value, &number, sizeof number);
    return AJ_OK;
}

static void signed_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    int64_t number;
    memcpy(&number, value, sizeof number);
    aj_yaml_write_plain(w, aj_strf(scratch, "%" PRId64, number));
}

static bool signed_is_default(const void *value)
{
    int64_t number;
    memcpy(&number, value, sizeof number);
    return number == 0;
}

static const struct aj_custom_field signed_field = {signed_read, signed_write, signed_is_default};

static const struct aj_field level_fields[] = {
    AJ_F_STRING(struct model_plan_level, objective, .flags = AJ_FIELD_REQUIRED),
    AJ_F_CUSTOM(struct model_plan_level, value, &signed_field, .flags = AJ_FIELD_ALWAYS),
    AJ_F_CUSTOM(struct model_plan_level, bound, &signed_field, .flags = AJ_FIELD_ALWAYS),
    AJ_F_UINT(struct model_plan_level, nodes, 0),
};
static const struct aj_schema level_schema = {
    .what = "level",
    .size = sizeof(struct model_plan_level),
    .fields = level_fields,
    .fields_count = AJ_COUNT(level_fields),
};

static const struct aj_field irq_fields[] = {
    AJ_F_UINT(struct model_plan_irq, intid, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_plan_irq, cpu, 0, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema irq_schema = {
    .what = "interrupt",
    .size = sizeof(struct model_plan_irq),
    .fields = irq_fields,
    .fields_count = AJ_COUNT(irq_fields),
};

static const struct aj_field cell_fields[] = {
    AJ_F_INTSET(struct model_plan_cell, cpus, AJ_CPU_MAX - 1, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_plan_cell, vpci_irq_base, AJ_NONE32),
    AJ_F_STRINGS(struct model_plan_cell, devices),
    AJ_F_STRINGS(struct model_plan_cell, picks),
    AJ_F_UINTS(struct model_plan_cell, interrupts),
    AJ_F_LIST(struct model_plan_cell, irqs, &irq_schema),
    AJ_F_UINT(struct model_plan_cell, irq_default, AJ_NONE32),
    AJ_F_STRING(struct model_plan_cell, console),
    AJ_F_BOOL(struct model_plan_cell, console_shared),
};
static const struct aj_schema cell_schema = {
    .what = "planned cell",
    .size = sizeof(struct model_plan_cell),
    .fields = cell_fields,
    .fields_count = AJ_COUNT(cell_fields),
};

static enum aj_status mem_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 void *value)
{
    const struct model_plan_mem *mem = (const struct model_plan_mem *)value;
    AJ_TRY(model_check_range(cx, node, path, "phys_start",
                             (struct aj_range){mem->phys_start, mem->size}));
    return model_check_range(cx, node, path, "virt_start",
                             (struct aj_range){mem->virt_start, mem->size});
}

static const struct aj_field mem_fields[] = {
    AJ_F_ENUM(struct model_plan_mem, kind, model_mem_kind_names, MODEL_MEM_HYPERVISOR,
              .max = MODEL_MEM_PCI, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_plan_mem, cell),
    AJ_F_STRING(struct model_plan_mem, name),
    AJ_F_ADDR(struct model_plan_mem, phys_start, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_plan_mem, virt_start, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct model_plan_mem, size, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_FLAGS(struct model_plan_mem, flags, model_mem_flags, "JAILHOUSE_", 0),
};
static const struct aj_schema mem_schema = {
    .what = "placed range",
    .size = sizeof(struct model_plan_mem),
    .fields = mem_fields,
    .fields_count = AJ_COUNT(mem_fields),
    .finish = mem_finish,
};

static const struct aj_field link_fields[] = {
    AJ_F_UINT(struct model_plan_link, device, 0, .max = 31, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ENUM(struct model_plan_link, protocol, model_shmem_protocols,
              JAILHOUSE_SHMEM_PROTO_UNDEFINED, .names_prefix = "JAILHOUSE_SHMEM_PROTO_",
              .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_plan_link, phys_start, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct model_plan_link, state_size, 0),
    AJ_F_SIZE(struct model_plan_link, rw_size, 0),
    AJ_F_SIZE(struct model_plan_link, output_size, 0),
    AJ_F_STRINGS(struct model_plan_link, peers, .flags = AJ_FIELD_REQUIRED | AJ_FIELD_FLOW),
};
static const struct aj_schema link_schema = {
    .what = "planned link",
    .size = sizeof(struct model_plan_link),
    .fields = link_fields,
    .fields_count = AJ_COUNT(link_fields),
};

static const struct aj_field knob_fields[] = {
    AJ_F_STRING(struct model_plan_knob, cell, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_plan_knob, knob, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_plan_knob, value, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema knob_schema = {
    .what = "knob",
    .size = sizeof(struct model_plan_knob),
    .fields = knob_fields,
    .fields_count = AJ_COUNT(knob_fields),
};

static const struct aj_field plan_fields[] = {
    AJ_F_ENUM(struct model_plan, status, model_plan_status_names, MODEL_PLAN_OPTIMAL,
              .max = MODEL_PLAN_FEASIBLE, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_plan, decided_by),
    AJ_F_LIST(struct model_plan, levels, &level_schema),
    AJ_F_MAP(struct model_plan, cells, &cell_schema, .flags = AJ_FIELD_REQUIRED),
    AJ_F_LIST(struct model_plan, memory, &mem_schema),
    AJ_F_MAP(struct model_plan, links, &link_schema),
    AJ_F_LIST(struct model_plan, irqs, &irq_schema),
    AJ_F_LIST(struct model_plan, knobs, &knob_schema),
};
const struct aj_schema model_plan_schema = {
    .what = "plan",
    .size = sizeof(struct model_plan),
    .fields = plan_fields,
    .fields_count = AJ_COUNT(plan_fields),
    .at_offset = offsetof(struct model_plan, at),
    .has_at = true,
};

enum aj_status model_plan_read(struct aj_ctx *cx, const struct aj_yaml *doc, struct aj_arena *out,
                               const struct model_plan **plan)
{
    struct model_plan *read = AJ_NEW(out, struct model_plan);
    AJ_TRY(aj_schema_read(cx, &model_plan_schema, doc, "", out, read));
    *plan = read;
    return AJ_OK;
}

void model_plan_write(const struct model_plan *plan, struct aj_buf *to)
{
    aj_schema_write_document(to, "What autojail decided.", &model_plan_schema, plan);
}

const char *model_plan_gap_text(const struct model_plan_level *level, struct aj_arena *arena)
{
    const uint64_t off = level->value > level->bound ? (uint64_t)(level->value - level->bound) : 0;
    const uint64_t value = level->value < 0 ? 0 - (uint64_t)level->value : (uint64_t)level->value;
    if (off == 0)
        return "0 %";
    if (value == 0 || off > UINT64_MAX / 1000)
        return "unknown";
    const uint64_t permille = off * 1000 / value + (off * 1000 % value != 0);
    return aj_strf(arena, "%" PRIu64 ".%" PRIu64 " %%", permille / 10, permille % 10);
}

const struct model_plan_cell *model_plan_cell(const struct model_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->cells_count; i++)
        if (strcmp(plan->cells[i].key, key) == 0)
            return &plan->cells[i];
    return NULL;
}

const struct model_plan_mem *model_plan_mem(const struct model_plan *plan, enum model_mem_kind kind)
{
    for (size_t i = 0; i < plan->memory_count; i++)
        if (plan->memory[i].kind == kind)
            return &plan->memory[i];
    return NULL;
}

/* The rules of Jailhouse */

aj_size model_hypervisor_default(enum model_arch arch)
{
    return arch == MODEL_ARCH_X86 ? AJ_MIB(6) : AJ_MIB(4);
}

aj_addr model_comm_base(enum model_arch arch)
{
    return arch == MODEL_ARCH_X86 ? AJ_MIB(1) : MODEL_COMM_BASE;
}

aj_size model_loader_size(enum model_arch arch)
{
    return arch == MODEL_ARCH_X86 ? AJ_MIB(1) : MODEL_LOADER_SIZE;
}

aj_size model_hypervisor_alignment(enum model_arch arch)
{
    return arch == MODEL_ARCH_ARM64 ? AJ_MIB(2) : AJ_PAGE;
}

aj_size model_pci_size(uint32_t devices, aj_size page)
{
    aj_size window = AJ_KIB(64);
    while (window < 2 * page * devices)
        window *= 2;
    return MODEL_PCI_CONFIG + window;
}

bool model_link_sections(uint16_t protocol, aj_size size, uint32_t peers, aj_size page,
                         struct model_sections *sections)
{
    if (peers == 0 || size < page)
        return false;
    const bool virtio = protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT;
    const aj_size share = aj_align_down((size - page) / (virtio ? 1 : peers), page);
    *sections = (struct model_sections){page, virtio ? share : 0, virtio ? 0 : share};
    return share > 0;
}

aj_size model_link_page(const struct model_board *board, const struct model_requirements *req,
                        const struct model_link_request *link)
{
    aj_size page = AJ_PAGE;
    for (size_t i = 0; i < link->peers_count; i++) {
        const struct model_cell_request *peer = model_cell_by_key(req, link->peers[i]);
        if (peer != NULL && model_cell_page(board, peer) > page)
            page = model_cell_page(board, peer);
    }
    return page;
}
