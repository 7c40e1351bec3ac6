/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Objectives: a list of names, or of maps from names to weights; `value` is the member objectives of the
 * requirements.
 */
#include "model/model_priv.h"
#include "model/requirements_priv.h"

#include <inttypes.h>

#define WEIGHT_MAX 1000

static const struct model_priority default_objectives[] = {
    {MODEL_OBJECTIVE_ISOLATION, 0, 1},      {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1},
    {MODEL_OBJECTIVE_MEMORY_QUALITY, 2, 1}, {MODEL_OBJECTIVE_ROOT_KEEPS, 3, 1},
    {MODEL_OBJECTIVE_STABILITY, 4, 1},      {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 5, 1},
};

const struct model_priority *model_default_objectives(size_t *count)
{
    *count = AJ_COUNT(default_objectives);
    return default_objectives;
}

struct named {
    uint32_t number, weight;
};
static const struct aj_field name_fields[] = {
    AJ_F_KEY("objectives", AJ_FIELD_ENUM, struct named, number, .names = model_objective_names,
             .max = MODEL_OBJECTIVE_SMALLEST_NUMBERS),
};
static const struct aj_schema name_schema = {
    .what = "objective",
    .size = sizeof(struct named),
    .fields = name_fields,
    .fields_count = AJ_COUNT(name_fields),
};
static const struct aj_field weight_fields[] = {
    AJ_F_KEY("objectives", AJ_FIELD_UINT, struct named, weight, .max = WEIGHT_MAX),
};
static const struct aj_schema weight_schema = {
    .what = "weight",
    .size = sizeof(struct named),
    .fields = weight_fields,
    .fields_count = AJ_COUNT(weight_fields),
};

struct reading {
    struct aj_ctx *cx;
    const char *path;
    struct aj_arena *out;
    AJ_VEC(struct model_priority) list;
    uint32_t level;
};

/* `weight` is NULL where the objective stands alone. */
static enum aj_status read_one(struct reading *r, const struct aj_yaml *name,
                               const struct aj_yaml *weight)
{
    struct named read = {0};
    AJ_TRY(model_read_field(r->cx, &name_schema, name, r->path, r->out, &read));
    read.weight = 1;
    if (weight != NULL)
        AJ_TRY(model_read_field(r->cx, &weight_schema, weight, r->path, r->out, &read));
    if (weight != NULL && read.weight == 0)
        return model_at(r->cx, r->path,
                        aj_fail(r->cx, AJ_ERR_INPUT, "range", weight->loc,
                                "a weight is from 1 to %d: leave out what does not count",
                                WEIGHT_MAX));
    if (weight != NULL && read.number == MODEL_OBJECTIVE_SMALLEST_NUMBERS)
        return model_at(r->cx, r->path,
                        aj_fail(r->cx, AJ_ERR_INPUT, "objective-order", name->loc,
                                "the total order has no weight: it stands alone"));
    for (size_t i = 0; i < r->list.count; i++) {
        if (r->list.items[i].objective == read.number)
            return model_at(r->cx, r->path,
                            aj_fail(r->cx, AJ_ERR_INPUT, "objective-twice", name->loc,
                                    "objective '%s' stands twice",
                                    aj_name_of(model_objective_names, read.number)));
    }
    const struct model_priority priority = {read.number, r->level, read.weight};
    AJ_PUSH(r->out, &r->list, priority);
    return AJ_OK;
}

static enum aj_status read_level(struct reading *r, const struct aj_yaml *node)
{
    enum aj_status status = AJ_OK;
    if (node->kind != AJ_YAML_MAP)
        return read_one(r, node, NULL);
    if (node->count == 0)
        return model_at(
            r->cx, r->path,
            aj_fail(r->cx, AJ_ERR_INPUT, "type", node->loc, "expected objectives of one level"));
    for (size_t i = 0; i < node->count; i++)
        status = aj_worse(status, read_one(r, node->keys[i], node->items[i]));
    return status;
}

static enum aj_status objectives_read(struct aj_ctx *cx, const struct aj_yaml *node,
                                      const char *path, struct aj_arena *out, void *value)
{
    struct model_requirements *req =
        (struct model_requirements *)((char *)value -
                                      offsetof(struct model_requirements, objectives));
    struct reading r = {.cx = cx, .path = path, .out = out};
    if (node->kind != AJ_YAML_SEQ)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a list of objectives"));
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < node->count; i++) {
        const size_t before = r.list.count;
        status = aj_worse(status, read_level(&r, node->items[i]));
        r.level += r.list.count > before;
    }
    req->objectives = r.list.items;
    req->objectives_count = r.list.count;
    return status;
}

static void objectives_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct model_requirements *req =
        (const struct model_requirements *)((const char *)value -
                                            offsetof(struct model_requirements, objectives));
    const struct model_priority *list = req->objectives;
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    for (size_t i = 0, end; i < req->objectives_count; i = end) {
        for (end = i + 1; end < req->objectives_count && list[end].level == list[i].level;)
            end++;
        if (end == i + 1 && list[i].weight == 1) {
            aj_yaml_write_string(w, aj_name_of(model_objective_names, list[i].objective));
            continue;
        }
        aj_yaml_write_map(w, AJ_YAML_FLOW);
        for (size_t k = i; k < end; k++) {
            aj_yaml_write_string(w, aj_name_of(model_objective_names, list[k].objective));
            aj_yaml_write_plain(w, aj_strf(scratch, "%" PRIu32, list[k].weight));
        }
        aj_yaml_write_end_map(w);
    }
    aj_yaml_write_end_seq(w);
}

static bool objectives_are_default(const void *value)
{
    const struct model_requirements *req =
        (const struct model_requirements *)((const char *)value -
                                            offsetof(struct model_requirements, objectives));
    return req->objectives_count == 0 ||
           (req->objectives_count == AJ_COUNT(default_objectives) &&
            memcmp(req->objectives, default_objectives, sizeof default_objectives) == 0);
}

const struct aj_custom_field model_objectives_field = {objectives_read, objectives_write,
                                                       objectives_are_default};
