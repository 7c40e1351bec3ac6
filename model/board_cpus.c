/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "base/units.h"
#include "model/board_priv.h"
#include "model/model_priv.h"

static const struct aj_field cpu_fields[] = {
    AJ_F_BOOL(struct model_cpu, online, .def = true),
    AJ_F_KEY("mpidr", AJ_FIELD_ADDR, struct model_cpu, mpidr.v, .def = AJ_NONE64),
    AJ_F_STRING(struct model_cpu, compatible),
    AJ_F_STRING(struct model_cpu, enable_method),
    AJ_F_ADDR(struct model_cpu, midr, AJ_NONE64),
    AJ_F_UINT(struct model_cpu, package, AJ_NONE32),
    AJ_F_UINT(struct model_cpu, cluster, AJ_NONE32),
    AJ_F_UINT(struct model_cpu, core, AJ_NONE32),
    AJ_F_UINT(struct model_cpu, thread, AJ_NONE32),
    AJ_F_UINT(struct model_cpu, capacity, AJ_NONE32),
    AJ_F_STRING(struct model_cpu, l2),
    AJ_F_UINT(struct model_cpu, node, 0),
};
static const struct aj_schema cpu_schema = {
    .what = "CPU",
    .size = sizeof(struct model_cpu),
    .fields = cpu_fields,
    .fields_count = AJ_COUNT(cpu_fields),
};

static enum aj_status cpu_read(struct aj_ctx *cx, const struct aj_yaml *key,
                               const struct aj_yaml *node, const char *path, struct aj_arena *out,
                               struct model_cpu *cpu)
{
    uint64_t number;
    if (aj_parse_u64(key->text, &number).why != AJ_UNITS_OK || number >= AJ_CPU_MAX)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "cpu-number", key->loc,
                                "'%s' is not the number of a CPU, 0 to %d", key->text,
                                AJ_CPU_MAX - 1));
    cpu->id.v = (uint32_t)number;
    return aj_schema_read(cx, &cpu_schema, node, aj_strf(out, "%s.%s", path, key->text), out, cpu);
}

static int by_id(const void *a, const void *b)
{
    const uint32_t x = ((const struct model_cpu *)a)->id.v, y = ((const struct model_cpu *)b)->id.v;
    return (x > y) - (x < y);
}

/* The key is the number, so this is no AJ_FIELD_MAP. `value` is the member cpus of a board. */
static enum aj_status cpus_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                struct aj_arena *out, void *value)
{
    struct model_board *board =
        (struct model_board *)((char *)value - offsetof(struct model_board, cpus));
    if (node->kind != AJ_YAML_MAP)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "type", node->loc,
                                "expected a map from CPU numbers to maps"));
    struct model_cpu *cpus = AJ_NEW_ARRAY(out, struct model_cpu, node->count);
    struct aj_cpuset seen = {0};
    enum aj_status status = AJ_OK;
    size_t count = 0;
    for (size_t i = 0; i < node->count; i++) {
        const struct aj_yaml *key = node->keys[i];
        enum aj_status read = cpu_read(cx, key, node->items[i], path, out, &cpus[count]);
        if (read == AJ_OK && aj_cpuset_has(&seen, cpus[count].id.v))
            read = model_at(cx, path,
                            aj_fail(cx, AJ_ERR_INPUT, "cpu-number", key->loc,
                                    "CPU %" PRIu32 " stands twice", cpus[count].id.v));
        if (read == AJ_OK)
            aj_cpuset_add(&seen, cpus[count++].id.v);
        status = aj_worse(status, read);
    }
    if (count > 0)
        qsort(cpus, count, sizeof *cpus, by_id);
    board->cpus = cpus;
    board->cpus_count = count;
    return status;
}

static void cpus_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct model_board *board =
        (const struct model_board *)((const char *)value - offsetof(struct model_board, cpus));
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < board->cpus_count; i++) {
        aj_yaml_write_plain(w, aj_strf(scratch, "%" PRIu32, board->cpus[i].id.v));
        aj_schema_write(w, &cpu_schema, &board->cpus[i]);
    }
    aj_yaml_write_end_map(w);
}

static bool cpus_absent(const void *value)
{
    const struct model_board *board =
        (const struct model_board *)((const char *)value - offsetof(struct model_board, cpus));
    return board->cpus_count == 0;
}

const struct aj_custom_field model_board_cpus_field = {cpus_read, cpus_write, cpus_absent};
