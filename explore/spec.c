/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/spec.h"

#include "explore/number.h"

#define CONFIDENCE 0.95
#define ALLOWED    0.1 /* of what is not worth another run */

/* Lists by name */

/* One pair of the map, as a struct whose only key is the name. */
static enum aj_status list_read(struct aj_ctx *cx, const struct aj_yaml *map, size_t ix,
                                const char *path, struct aj_arena *out,
                                struct explore_named_list *list)
{
    const struct aj_field field =
        AJ_F_KEY(map->keys[ix]->text, AJ_FIELD_STRINGS, struct explore_named_list, values,
                 .count_offset = offsetof(struct explore_named_list, values_count),
                 .flags = AJ_FIELD_REQUIRED);
    const struct aj_schema schema = {.what = "list",
                                     .size = sizeof(struct explore_named_list),
                                     .fields = &field,
                                     .fields_count = 1};
    const struct aj_yaml pair = {.kind = AJ_YAML_MAP,
                                 .loc = map->items[ix]->loc,
                                 .count = 1,
                                 .items = &map->items[ix],
                                 .keys = &map->keys[ix]};
    AJ_TRY(aj_schema_read(cx, &schema, &pair, path, out, list));
    list->name = aj_strdup(out, map->keys[ix]->text);
    list->at = map->items[ix];
    list->key_loc = map->keys[ix]->loc;
    if (list->values_count > 0)
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "range", list->at->loc, "'%s' has nothing in it", list->name);
    aj_diag_path(cx, "%s.%s", path, list->name);
    return status;
}

static enum aj_status lists_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 struct aj_arena *out, void *value)
{
    struct explore_named_lists *lists = value;
    const size_t mark = aj_diag_mark(cx);
    if (node->kind != AJ_YAML_MAP) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a map of lists");
        aj_diag_path(cx, "%s", path);
        return status;
    }
    struct explore_named_list *items = AJ_NEW_ARRAY(out, struct explore_named_list, node->count);
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < node->count; i++)
        status = list_read(cx, node, i, path, out, &items[i]);
    *lists = (struct explore_named_lists){items, node->count};
    const enum aj_status gravest = aj_diag_since(cx, mark);
    return gravest != AJ_OK ? gravest : status;
}

static void lists_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct explore_named_lists *lists = value;
    (void)scratch;
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < lists->count; i++) {
        aj_yaml_write_string(w, lists->items[i].name);
        aj_yaml_write_seq(w, AJ_YAML_FLOW);
        for (size_t k = 0; k < lists->items[i].values_count; k++)
            aj_yaml_write_string(w, lists->items[i].values[k]);
        aj_yaml_write_end_seq(w);
    }
    aj_yaml_write_end_map(w);
}

static bool lists_is_default(const void *value)
{
    return ((const struct explore_named_lists *)value)->count == 0;
}

static const struct aj_custom_field lists_field = {lists_read, lists_write, lists_is_default};

/* Tables */

static const struct aj_field measure_fields[] = {
    AJ_F_KEY("duration", AJ_FIELD_DURATION, struct explore_latency, duration_ns,
             .def = 60 * AJ_NS_PER_S),
    AJ_F_UINT(struct explore_latency, blocks, 10),
    AJ_F_KEY("interval", AJ_FIELD_DURATION, struct explore_latency, interval_ns,
             .def = 200 * AJ_NS_PER_US),
    AJ_F_UINT(struct explore_latency, priority, 95),
    AJ_F_BOOL(struct explore_latency, suppress_idle),
};

static enum aj_status measure_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    return explore_latency_check(cx, node, path, value);
}

static const struct aj_schema measure_schema = {
    .what = "measurement",
    .size = sizeof(struct explore_latency),
    .fields = measure_fields,
    .fields_count = AJ_COUNT(measure_fields),
    .finish = measure_finish,
};

static const struct aj_field budget_fields[] = {
    AJ_F_UINT(struct explore_spec_budget, runs, 0, .max = 100000),
    AJ_F_KEY("time", AJ_FIELD_DURATION, struct explore_spec_budget, time_ns),
};
static const struct aj_schema budget_schema = {
    .what = "budget",
    .size = sizeof(struct explore_spec_budget),
    .fields = budget_fields,
    .fields_count = AJ_COUNT(budget_fields),
};

static const struct aj_field cell_fields[] = {
    AJ_F_CUSTOM(struct explore_cell_wish, cpus, &model_cpu_request_field,
                .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema cell_schema = {
    .what = "cell",
    .size = sizeof(struct explore_cell_wish),
    .fields = cell_fields,
    .fields_count = AJ_COUNT(cell_fields),
    .at_offset = offsetof(struct explore_cell_wish, at),
    .has_at = true,
};

static enum aj_status bank_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    const struct explore_bank *bank = value;
    if (aj_range_ok((struct aj_range){bank->start, bank->size}))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "range", node->loc, "the bank is empty, or ends above 2^64");
    aj_diag_path(cx, "%s", path);
    return status;
}

static const struct aj_field bank_fields[] = {
    AJ_F_ADDR(struct explore_bank, start, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct explore_bank, size, 0, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema bank_schema = {
    .what = "bank",
    .size = sizeof(struct explore_bank),
    .fields = bank_fields,
    .fields_count = AJ_COUNT(bank_fields),
    .at_offset = offsetof(struct explore_bank, at),
    .has_at = true,
    .finish = bank_finish,
};

static const struct aj_field space_fields[] = {
    AJ_F_MAP(struct explore_spec_space, cells, &cell_schema),
    AJ_F_UINTS(struct explore_spec_space, interrupts, .max = JAILHOUSE_GIC_LAST_INTID),
    AJ_F_MAP(struct explore_spec_space, banks, &bank_schema),
    AJ_F_CUSTOM(struct explore_spec_space, knobs, &lists_field),
};
static const struct aj_schema space_schema = {
    .what = "space",
    .size = sizeof(struct explore_spec_space),
    .fields = space_fields,
    .fields_count = AJ_COUNT(space_fields),
};

/* The document */

static void out_of_range(struct aj_ctx *cx, const struct aj_yaml *node, const char *key,
                         const char *want)
{
    aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, key), "expected %s", want);
    aj_diag_path(cx, "%s", key);
}

static void set_defaults(const struct aj_yaml *node, struct explore_spec *spec)
{
    if (aj_yaml_get(node, "confidence") == NULL)
        spec->confidence = CONFIDENCE;
    spec->certify = aj_yaml_get(node, "allowed") != NULL;
    if (!spec->certify)
        spec->allowed = ALLOWED;
}

static enum aj_status spec_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    struct explore_spec *spec = value;
    const size_t mark = aj_diag_mark(cx);
    (void)path;
    set_defaults(node, spec);
    if (!(spec->confidence > 0.5 && spec->confidence < 1.0))
        out_of_range(cx, node, "confidence", "a share above 0.5 and below 1");
    if (!(spec->allowed > 0.0 && spec->allowed < 1.0))
        out_of_range(cx, node, "allowed", "a share above 0 and below 1");
    if (spec->deadline_ns < 0 || spec->deadline_ns % AJ_NS_PER_US != 0 ||
        spec->deadline_ns > AJ_NS_PER_S / 20)
        out_of_range(cx, node, "deadline", "at most 50 ms, in whole us");
    return aj_diag_since(cx, mark);
}

static const struct aj_field spec_fields[] = {
    AJ_F_STRING(struct explore_spec, cell),
    AJ_F_KEY("deadline", AJ_FIELD_DURATION, struct explore_spec, deadline_ns),
    AJ_F_CUSTOM(struct explore_spec, confidence, &explore_number_field),
    AJ_F_CUSTOM(struct explore_spec, allowed, &explore_number_field),
    AJ_F_STRUCT(struct explore_spec, measure, &measure_schema),
    AJ_F_CUSTOM(struct explore_spec, load, &lists_field),
    AJ_F_STRUCT(struct explore_spec, budget, &budget_schema),
    AJ_F_STRUCT(struct explore_spec, space, &space_schema),
    AJ_F_ENUM(struct explore_spec, mode, explore_mode_names, EXPLORE_MODE_AUTO,
              .max = EXPLORE_MODE_JAILHOUSE),
    AJ_F_STRINGS(struct explore_spec, targets),
    AJ_F_UINT(struct explore_spec, seed, 1),
};
const struct aj_schema explore_spec_schema = {
    .what = "explore.yml",
    .size = sizeof(struct explore_spec),
    .fields = spec_fields,
    .fields_count = AJ_COUNT(spec_fields),
    .at_offset = offsetof(struct explore_spec, at),
    .has_at = true,
    .finish = spec_finish,
};

enum aj_status explore_spec_read(struct aj_ctx *cx, const struct aj_yaml *doc, struct aj_arena *out,
                                 const struct explore_spec **spec)
{
    struct explore_spec *read = AJ_NEW(out, struct explore_spec);
    if (doc != NULL) {
        AJ_TRY(aj_schema_read(cx, &explore_spec_schema, doc, "", out, read));
    } else {
        aj_schema_defaults(&explore_spec_schema, read);
        set_defaults(NULL, read);
    }
    *spec = read;
    return AJ_OK;
}

void explore_spec_write(const struct explore_spec *spec, struct aj_buf *to)
{
    aj_schema_write_document(to, "What is explored.", &explore_spec_schema, spec);
}
