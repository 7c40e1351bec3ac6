/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "model/model_priv.h"
#include "model/requirements_priv.h"

const struct aj_name model_os_names[] = {
    {MODEL_OS_LINUX, "linux"},
    {MODEL_OS_BARE, "bare"},
    {0, NULL},
};

const struct aj_name model_domain_names[] = {
    {MODEL_DOMAIN_NONE, "none"},
    {MODEL_DOMAIN_CORE, "core"},
    {MODEL_DOMAIN_L2, "l2"},
    {MODEL_DOMAIN_PACKAGE, "package"},
    {0, NULL},
};

static bool same_text(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool model_cpus_share(const struct model_cpu *a, const struct model_cpu *b, enum model_domain level)
{
    switch (level) {
    case MODEL_DOMAIN_CORE:
        return a->package == b->package && a->cluster == b->cluster && a->core == b->core &&
               a->core != AJ_NONE32;
    case MODEL_DOMAIN_L2:
        if (a->l2 != NULL || b->l2 != NULL)
            return same_text(a->l2, b->l2);
        return a->package == b->package && a->cluster == b->cluster;
    case MODEL_DOMAIN_PACKAGE: return a->package == b->package;
    case MODEL_DOMAIN_NONE: return false;
    }
    return false;
}

const struct aj_name model_cpu_class_names[] = {
    {MODEL_CPU_ANY, "any"},
    {MODEL_CPU_BIG, "big"},
    {MODEL_CPU_LITTLE, "little"},
    {0, NULL},
};

const struct aj_name model_mem_near_names[] = {
    {MODEL_NEAR_NOTHING, "nothing"},
    {MODEL_NEAR_CPUS, "cpus"},
    {0, NULL},
};

/* Capacities that the board does not tell are no class. */
static bool is_of_class(const struct model_board *board, const struct model_cpu *cpu,
                        enum model_cpu_class kind)
{
    bool greater = false, smaller = false;
    for (size_t i = 0; i < board->cpus_count; i++) {
        const uint32_t capacity = board->cpus[i].capacity;
        if (!board->cpus[i].online || capacity == AJ_NONE32 || cpu->capacity == AJ_NONE32)
            continue;
        greater = greater || capacity > cpu->capacity;
        smaller = smaller || capacity < cpu->capacity;
    }
    switch (kind) {
    case MODEL_CPU_ANY: return true;
    case MODEL_CPU_BIG: return smaller && !greater;
    case MODEL_CPU_LITTLE: return greater && !smaller;
    }
    return true;
}

struct aj_cpuset model_cpus_ruled_out(const struct model_board *board,
                                      const struct model_cpu_request *request)
{
    struct aj_cpuset out = {0};
    for (size_t i = 0; i < board->cpus_count; i++) {
        const struct model_cpu *cpu = &board->cpus[i];
        if (!is_of_class(board, cpu, (enum model_cpu_class)request->kind) ||
            (!aj_cpuset_empty(&request->nodes) &&
             (cpu->node >= AJ_CPU_MAX || !aj_cpuset_has(&request->nodes, cpu->node))))
            aj_cpuset_add(&out, cpu->id.v);
    }
    return out;
}

const struct aj_name model_objective_names[] = {
    {MODEL_OBJECTIVE_ISOLATION, "isolation"},
    {MODEL_OBJECTIVE_IRQ_INTERFERENCE, "irq_interference"},
    {MODEL_OBJECTIVE_MEMORY_QUALITY, "memory_quality"},
    {MODEL_OBJECTIVE_ROOT_KEEPS, "root_keeps"},
    {MODEL_OBJECTIVE_STABILITY, "stability"},
    {MODEL_OBJECTIVE_PREFERENCES, "preferences"},
    {MODEL_OBJECTIVE_SMALLEST_NUMBERS, "smallest_numbers"},
    {0, NULL},
};

/* Memory */

static const struct aj_field mem_fields[] = {
    AJ_F_SIZE(struct model_mem_request, size, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_mem_request, phys_start, AJ_NONE64),
    AJ_F_KEY("physical_start", AJ_FIELD_ADDR, struct model_mem_request, phys_start,
             .def = AJ_NONE64, .flags = AJ_FIELD_READ_ONLY),
    AJ_F_ADDR(struct model_mem_request, virt_start, AJ_NONE64),
    AJ_F_KEY("virtual_start", AJ_FIELD_ADDR, struct model_mem_request, virt_start, .def = AJ_NONE64,
             .flags = AJ_FIELD_READ_ONLY),
    AJ_F_FLAGS(struct model_mem_request, flags, model_mem_flags, "JAILHOUSE_", 0),
    AJ_F_SIZE(struct model_mem_request, alignment, AJ_NONE64),
    AJ_F_ENUM(struct model_mem_request, near, model_mem_near_names, MODEL_NEAR_NOTHING,
              .max = MODEL_NEAR_CPUS),
};
static const struct aj_schema mem_schema = {
    .what = "memory region",
    .size = sizeof(struct model_mem_request),
    .fields = mem_fields,
    .fields_count = AJ_COUNT(mem_fields),
    .at_offset = offsetof(struct model_mem_request, at),
    .has_at = true,
    .finish = model_mem_request_finish,
};

static const struct aj_field hypervisor_fields[] = {
    AJ_F_SIZE(struct model_mem_request, size, AJ_NONE64),
    AJ_F_ADDR(struct model_mem_request, phys_start, AJ_NONE64),
    AJ_F_KEY("physical_start", AJ_FIELD_ADDR, struct model_mem_request, phys_start,
             .def = AJ_NONE64, .flags = AJ_FIELD_READ_ONLY),
};
static const struct aj_schema hypervisor_schema = {
    .what = "hypervisor memory",
    .size = sizeof(struct model_mem_request),
    .fields = hypervisor_fields,
    .fields_count = AJ_COUNT(hypervisor_fields),
    .at_offset = offsetof(struct model_mem_request, at),
    .has_at = true,
    .finish = model_mem_request_finish,
};

/* Cells */

static const struct aj_field realtime_fields[] = {
    AJ_F_DURATION(struct model_realtime, period),
    AJ_F_DURATION(struct model_realtime, deadline),
};
static const struct aj_schema realtime_schema = {
    .what = "realtime",
    .size = sizeof(struct model_realtime),
    .fields = realtime_fields,
    .fields_count = AJ_COUNT(realtime_fields),
    .at_offset = offsetof(struct model_realtime, at),
    .has_at = true,
    .finish = model_realtime_finish,
};

static const struct aj_field l3_fields[] = {
    AJ_F_UINT(struct model_l3_request, start, 0, .max = 31),
    AJ_F_UINT(struct model_l3_request, size, 0, .max = 32, .flags = AJ_FIELD_REQUIRED),
    AJ_F_BOOL(struct model_l3_request, shared),
};
static const struct aj_schema l3_schema = {
    .what = "part of the cache",
    .size = sizeof(struct model_l3_request),
    .fields = l3_fields,
    .fields_count = AJ_COUNT(l3_fields),
    .at_offset = offsetof(struct model_l3_request, at),
    .has_at = true,
};

static const struct aj_field root_fields[] = {
    AJ_F_STRING(struct model_cell_request, name),
    AJ_F_CUSTOM(struct model_cell_request, cpus, &model_cpu_request_field),
    AJ_F_CUSTOM(struct model_cell_request, console, &model_console_request_field),
    AJ_F_STRUCT(struct model_cell_request, hypervisor_memory, &hypervisor_schema),
    AJ_F_MAP(struct model_cell_request, mem_regions, &mem_schema),
    AJ_F_CUSTOM(struct model_cell_request, devices, &model_devices_field),
    AJ_F_FLAGS(struct model_cell_request, flags, model_system_flags, "JAILHOUSE_", AJ_NONE32),
    AJ_F_OPTIONAL(struct model_cell_request, platform_info, &model_arm_platform_schema),
    AJ_F_MAP(struct model_cell_request, irqchips, &model_board_irqchip_schema),
    AJ_F_SIZE(struct model_cell_request, page_size, AJ_NONE64),
};
static const struct aj_schema root_schema = {
    .what = "root cell",
    .size = sizeof(struct model_cell_request),
    .fields = root_fields,
    .fields_count = AJ_COUNT(root_fields),
    .at_offset = offsetof(struct model_cell_request, at),
    .has_at = true,
    .finish = model_cell_request_finish,
};

static const struct aj_field guest_fields[] = {
    AJ_F_STRING(struct model_cell_request, name),
    AJ_F_ENUM(struct model_cell_request, os, model_os_names, MODEL_OS_LINUX, .max = MODEL_OS_BARE,
              .flags = AJ_FIELD_REQUIRED),
    AJ_F_CUSTOM(struct model_cell_request, cpus, &model_cpu_request_field),
    AJ_F_OPTIONAL(struct model_cell_request, realtime, &realtime_schema),
    AJ_F_CUSTOM(struct model_cell_request, console, &model_console_request_field),
    AJ_F_MAP(struct model_cell_request, mem_regions, &mem_schema),
    AJ_F_CUSTOM(struct model_cell_request, devices, &model_devices_field),
    AJ_F_OPTIONAL(struct model_cell_request, l3_cache, &l3_schema),
    AJ_F_FLAGS(struct model_cell_request, flags, model_cell_flags, "JAILHOUSE_", AJ_NONE32),
    AJ_F_STRING(struct model_cell_request, bootargs),
    AJ_F_STRING(struct model_cell_request, kernel),
    AJ_F_STRING(struct model_cell_request, initrd),
    AJ_F_STRING(struct model_cell_request, image),
    AJ_F_ADDR(struct model_cell_request, cpu_reset_address, 0),
    AJ_F_SIZE(struct model_cell_request, page_size, AJ_NONE64),
};
static const struct aj_schema guest_schema = {
    .what = "guest",
    .size = sizeof(struct model_cell_request),
    .fields = guest_fields,
    .fields_count = AJ_COUNT(guest_fields),
    .at_offset = offsetof(struct model_cell_request, at),
    .has_at = true,
    .finish = model_cell_request_finish,
};

/* The document */

static const struct aj_field requirements_fields[] = {
    AJ_F_STRUCT(struct model_requirements, root, &root_schema),
    AJ_F_MAP(struct model_requirements, guests, &guest_schema),
    AJ_F_KEY("shmem", AJ_FIELD_CUSTOM, struct model_requirements, links,
             .custom = &model_links_field),
    AJ_F_CUSTOM(struct model_requirements, objectives, &model_objectives_field),
    AJ_F_CUSTOM(struct model_requirements, constraints, &model_constraints_field),
};
const struct aj_schema model_requirements_schema = {
    .what = "requirements",
    .size = sizeof(struct model_requirements),
    .fields = requirements_fields,
    .fields_count = AJ_COUNT(requirements_fields),
    .at_offset = offsetof(struct model_requirements, at),
    .has_at = true,
};

enum aj_status model_requirements_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                       struct aj_arena *out, const struct model_requirements **req)
{
    struct model_requirements *read = AJ_NEW(out, struct model_requirements);
    AJ_TRY(aj_schema_read(cx, &model_requirements_schema, doc, "", out, read));
    model_requirements_complete(out, read);
    AJ_TRY(model_requirements_sane(cx, read));
    *req = read;
    return AJ_OK;
}

void model_requirements_write(const struct model_requirements *req, struct aj_buf *to)
{
    aj_schema_write_document(to, "What the cells need, for autojail.", &model_requirements_schema,
                             req);
}

aj_size model_cell_page(const struct model_board *board, const struct model_cell_request *cell)
{
    const aj_size said = cell->page_size != AJ_NONE64 ? cell->page_size
                         : cell->os == MODEL_OS_LINUX ? board->kernel.page_size
                                                      : AJ_PAGE;
    return said > AJ_PAGE ? said : AJ_PAGE;
}

const struct model_cell_request *model_cell_by_key(const struct model_requirements *req,
                                                   const char *key)
{
    if (strcmp(req->root.key, key) == 0)
        return &req->root;
    for (size_t i = 0; i < req->guests_count; i++)
        if (strcmp(req->guests[i].key, key) == 0)
            return &req->guests[i];
    return NULL;
}
