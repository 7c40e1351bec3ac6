/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statements of `constraints`. The keys that are there say which of them it is. */
#include "model/model_priv.h"
#include "model/requirements_priv.h"

static const struct aj_field within_fields[] = {
    AJ_F_KEY("start", AJ_FIELD_ADDR, struct aj_range, base, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct aj_range, size, 0, .flags = AJ_FIELD_REQUIRED),
};
static enum aj_status within_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                    void *value)
{
    return model_check_range(cx, node, path, "start", *(const struct aj_range *)value);
}
static const struct aj_schema within_schema = {
    .what = "range",
    .size = sizeof(struct aj_range),
    .fields = within_fields,
    .fields_count = AJ_COUNT(within_fields),
    .finish = within_finish,
};

static bool has(const struct aj_yaml *node, const char *key)
{
    const struct aj_yaml *value = aj_yaml_get(node, key);
    return value != NULL && !aj_yaml_is_null(value);
}

static enum model_literal_kind kind_of(const struct aj_yaml *node)
{
    if (has(node, "knob") || has(node, "value"))
        return MODEL_LITERAL_SET;
    if (has(node, "within") || has(node, "region"))
        return MODEL_LITERAL_PLACE;
    return has(node, "interrupt") ? MODEL_LITERAL_ROUTE : MODEL_LITERAL_CPUS;
}

/* The keys of each statement in a `forbid`; the first `needed` must be there. */
static const struct {
    const char *keys[3];
    size_t needed;
} shapes[] = {
    [MODEL_LITERAL_CPUS] = {{"cell", "cpus"}, 2},
    [MODEL_LITERAL_ROUTE] = {{"interrupt", "cpus"}, 2},
    [MODEL_LITERAL_PLACE] = {{"cell", "within", "region"}, 2},
    [MODEL_LITERAL_SET] = {{"cell", "knob", "value"}, 3},
};

static bool fits(enum model_literal_kind kind, const char *key)
{
    for (size_t i = 0; i < AJ_COUNT(shapes[kind].keys); i++)
        if (shapes[kind].keys[i] != NULL && strcmp(shapes[kind].keys[i], key) == 0)
            return true;
    return false;
}

static enum aj_status forbid_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                    void *value)
{
    struct model_literal *literal = (struct model_literal *)value;
    const enum model_literal_kind kind = kind_of(node);
    literal->kind = (uint8_t)kind;
    for (size_t i = 0; i < node->count; i++) {
        const char *key = node->keys[i]->text;
        if (aj_yaml_is_null(node->items[i]) || fits(kind, key) || strcmp(key, "weight") == 0)
            continue;
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "constraint-mixed", node->keys[i]->loc,
                    "'%s' does not go with '%s': one statement is about CPUs, an interrupt, memory "
                    "or a knob",
                    key, shapes[kind].keys[kind == MODEL_LITERAL_ROUTE ? 0 : 1]);
        aj_diag_hint(cx, "a list of statements forbids them together");
        return model_at(cx, path, status);
    }
    for (size_t i = 0; i < shapes[kind].needed; i++)
        if (!has(node, shapes[kind].keys[i]))
            return model_at(cx, path,
                            aj_fail(cx, AJ_ERR_INPUT, "key-missing", node->loc,
                                    "key '%s' of the statement is missing", shapes[kind].keys[i]));
    return AJ_OK;
}

static enum aj_status bound_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                   void *value)
{
    AJ_TRY(forbid_finish(cx, node, path, value));
    if (((const struct model_literal *)value)->weight > 0)
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "weight"),
                            "a weight is from 1 to %d: leave out what does not count",
                            MODEL_COST_MAX));
}

static enum aj_status literal_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    struct model_literal *literal = (struct model_literal *)value;
    literal->kind = (uint8_t)kind_of(node);
    if (literal->kind == MODEL_LITERAL_ROUTE && aj_cpuset_count(&literal->cpus) != 1)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "route-cpu", aj_yaml_loc(node, "cpu"),
                                "an interrupt is routed to one CPU"));
    return AJ_OK;
}

/* Also the order in which they are written. */
/* clang-format off */
#define STATEMENT_FIELDS                                                               \
    AJ_F_STRING(struct model_literal, cell),                                           \
    AJ_F_UINT(struct model_literal, interrupt, 0),                                     \
    AJ_F_INTSET(struct model_literal, cpus, AJ_CPU_MAX - 1),                           \
    AJ_F_STRING(struct model_literal, region),                                         \
    AJ_F_STRUCT(struct model_literal, within, &within_schema, .flags = AJ_FIELD_FLOW), \
    AJ_F_STRING(struct model_literal, knob),                                           \
    AJ_F_STRING(struct model_literal, value)
/* clang-format on */
static const struct aj_field forbid_fields[] = {STATEMENT_FIELDS};
static const struct aj_field bound_fields[] = {
    STATEMENT_FIELDS, AJ_F_UINT(struct model_literal, weight, 1, .max = MODEL_COST_MAX)};
static const struct aj_field assign_fields[] = {
    AJ_F_STRING(struct model_literal, cell, .flags = AJ_FIELD_REQUIRED),
    AJ_F_INTSET(struct model_literal, cpus, AJ_CPU_MAX - 1, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_field route_fields[] = {
    AJ_F_UINT(struct model_literal, interrupt, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_KEY("cpu", AJ_FIELD_INTSET, struct model_literal, cpus, .max = AJ_CPU_MAX - 1,
             .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_field place_fields[] = {
    AJ_F_STRING(struct model_literal, cell, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_literal, region),
    AJ_F_STRUCT(struct model_literal, within, &within_schema,
                .flags = AJ_FIELD_FLOW | AJ_FIELD_REQUIRED),
};
static const struct aj_field set_fields[] = {
    AJ_F_STRING(struct model_literal, cell, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_literal, knob, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_literal, value, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_field separate_fields[] = {
    AJ_F_STRINGS(struct model_constraint, cells, .flags = AJ_FIELD_REQUIRED | AJ_FIELD_FLOW),
    AJ_F_ENUM(struct model_constraint, level, model_domain_names, MODEL_DOMAIN_NONE,
              .max = MODEL_DOMAIN_PACKAGE, .flags = AJ_FIELD_REQUIRED),
};

#define LITERAL_SCHEMA(what_, fields_, finish_)                                             \
    {                                                                                       \
        .what = (what_), .size = sizeof(struct model_literal), .fields = (fields_),         \
        .fields_count = AJ_COUNT(fields_), .at_offset = offsetof(struct model_literal, at), \
        .has_at = true, .finish = (finish_)                                                 \
    }
const struct aj_schema model_statement_schemas[] = {
    [MODEL_CONSTRAINT_FORBID] = LITERAL_SCHEMA("forbid", forbid_fields, forbid_finish),
    [MODEL_CONSTRAINT_ASSIGN] = LITERAL_SCHEMA("assign", assign_fields, literal_finish),
    [MODEL_CONSTRAINT_ROUTE] = LITERAL_SCHEMA("route", route_fields, literal_finish),
    [MODEL_CONSTRAINT_PLACE] = LITERAL_SCHEMA("place", place_fields, literal_finish),
    [MODEL_CONSTRAINT_SET] = LITERAL_SCHEMA("set", set_fields, literal_finish),
    [MODEL_CONSTRAINT_SEPARATE] = {.what = "separate",
                                   .size = sizeof(struct model_constraint),
                                   .fields = separate_fields,
                                   .fields_count = AJ_COUNT(separate_fields)},
    [MODEL_CONSTRAINT_AVOID] = LITERAL_SCHEMA("avoid", forbid_fields, forbid_finish),
    [MODEL_CONSTRAINT_PREFER] = LITERAL_SCHEMA("prefer", forbid_fields, forbid_finish),
    [MODEL_CONSTRAINT_BOUND] = LITERAL_SCHEMA("bound", bound_fields, bound_finish),
};
