/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading and writing the entries of `constraints`. */
#include <inttypes.h>

#include "model/knob.h"
#include "model/model_priv.h"
#include "model/requirements_priv.h"

const struct aj_name model_constraint_names[] = {
    {MODEL_CONSTRAINT_FORBID, "forbid"}, {MODEL_CONSTRAINT_ASSIGN, "assign"},
    {MODEL_CONSTRAINT_ROUTE, "route"},   {MODEL_CONSTRAINT_PLACE, "place"},
    {MODEL_CONSTRAINT_SET, "set"},       {MODEL_CONSTRAINT_SEPARATE, "separate"},
    {MODEL_CONSTRAINT_AVOID, "avoid"},   {MODEL_CONSTRAINT_PREFER, "prefer"},
    {MODEL_CONSTRAINT_BOUND, "bound"},   {0, NULL},
};

enum shape { ONE, SEVERAL };

bool model_constraint_is_priced(const struct model_constraint *constraint)
{
    return constraint->kind == MODEL_CONSTRAINT_AVOID ||
           constraint->kind == MODEL_CONSTRAINT_PREFER;
}

static bool takes_several(enum model_constraint_kind kind)
{
    return kind == MODEL_CONSTRAINT_FORBID || kind == MODEL_CONSTRAINT_AVOID ||
           kind == MODEL_CONSTRAINT_BOUND;
}

#define ENTRY_FIELDS 4

/* The table of one entry: its statements, its numbers, and why; `because` is last. */
static size_t entry_fields(enum model_constraint_kind kind, enum shape shape,
                           struct aj_field fields[ENTRY_FIELDS])
{
    const struct aj_field cost = AJ_F_UINT(struct model_constraint, cost, 0, .max = MODEL_COST_MAX,
                                           .flags = AJ_FIELD_REQUIRED);
    static const struct aj_field at_least = AJ_F_UINT(struct model_constraint, at_least, 0);
    static const struct aj_field at_most = AJ_F_UINT(struct model_constraint, at_most, AJ_NONE32);
    const struct model_constraint constraint = {.kind = (uint8_t)kind};
    size_t count = 1;
    const struct aj_schema *sub = &model_statement_schemas[kind];
    const struct aj_field because = AJ_F_STRING(struct model_constraint, because);
    fields[0] = (struct aj_field)AJ_F_OPTIONAL(struct model_constraint, literals, sub);
    if (kind == MODEL_CONSTRAINT_SEPARATE) /* its keys are members of the entry */
        fields[0] = (struct aj_field){.kind = AJ_FIELD_STRUCT, .sub = sub};
    else if (shape == SEVERAL)
        fields[0] = (struct aj_field)AJ_F_LIST(struct model_constraint, literals, sub);
    fields[0].key = aj_name_of(model_constraint_names, kind);
    fields[0].flags = AJ_FIELD_REQUIRED | AJ_FIELD_FLOW;
    if (model_constraint_is_priced(&constraint))
        fields[count++] = cost;
    if (kind == MODEL_CONSTRAINT_BOUND) {
        fields[count++] = at_least;
        fields[count++] = at_most;
    }
    fields[count++] = because;
    return count;
}

static struct aj_schema entry_schema(const struct aj_field fields[ENTRY_FIELDS], size_t count)
{
    return (struct aj_schema){.what = "constraint",
                              .size = sizeof(struct model_constraint),
                              .fields = fields,
                              .fields_count = count,
                              .at_offset = offsetof(struct model_constraint, at),
                              .has_at = true};
}

/* Finds the one word that says what the entry is. */
static enum aj_status find_kind(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                enum model_constraint_kind *kind)
{
    const struct aj_name *found = NULL;
    if (node->kind != AJ_YAML_MAP)
        return model_at(cx, path, aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a map"));
    for (size_t i = 0; i < node->count; i++) {
        const struct aj_name *name =
            aj_name_find(model_constraint_names, NULL, node->keys[i]->text);
        if (name != NULL && found != NULL)
            return model_at(cx, path,
                            aj_fail(cx, AJ_ERR_INPUT, "constraint-kind", node->keys[i]->loc,
                                    "'%s' and '%s' in one entry: a constraint says one thing",
                                    found->name, name->name));
        found = name != NULL ? name : found;
    }
    if (found != NULL) {
        *kind = (enum model_constraint_kind)found->value;
        return AJ_OK;
    }
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "constraint-kind", node->loc,
                                          "the constraint does not say what it is");
    aj_diag_hint(cx, "it takes %s", aj_names_list(cx->scratch, model_constraint_names));
    aj_arena_release(cx->scratch, mark);
    return model_at(cx, path, status);
}

/* Values of knobs as they are compared; those that are none are left for the checks. */
static void canonical_values(struct aj_arena *out, struct model_literal *literals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct model_knob *knob =
            literals[i].knob != NULL ? model_knob_by_name(literals[i].knob) : NULL;
        const char *value =
            knob != NULL ? model_knob_value(knob, literals[i].value, out) : literals[i].value;
        literals[i].value = value != NULL ? value : literals[i].value;
    }
}

/* It can hold, and it can fail to. */
static enum aj_status bound_sane(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 const struct model_constraint *constraint)
{
    const bool least = constraint->at_least > 0;
    uint64_t all = 0;
    for (size_t i = 0; i < constraint->literals_count; i++)
        all += constraint->literals[i].weight;
    if (!least && constraint->at_most == AJ_NONE32)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "key-missing", node->loc,
                                "the bound has neither 'at_most' nor an 'at_least' above 0"));
    if (least && (constraint->at_least > all || constraint->at_least > constraint->at_most))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "at_least"),
                                "never: %s is only %" PRIu64,
                                constraint->at_least > all ? "the sum of all weights" : "'at_most'",
                                constraint->at_least > all ? all : constraint->at_most));
    if (constraint->at_most == AJ_NONE32 || constraint->at_most < all)
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "at_most"),
                            "always: the sum of all weights is only %" PRIu64, all));
}

static enum aj_status entry_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 struct aj_arena *out, struct model_constraint *constraint)
{
    enum model_constraint_kind kind = MODEL_CONSTRAINT_FORBID;
    struct aj_field fields[ENTRY_FIELDS];
    AJ_TRY(find_kind(cx, node, path, &kind));
    const char *word = aj_name_of(model_constraint_names, kind);
    const struct aj_yaml *said = aj_yaml_get(node, word);
    const bool list = takes_several(kind) && said != NULL && said->kind == AJ_YAML_SEQ;
    const size_t count = entry_fields(kind, list ? SEVERAL : ONE, fields);
    const struct aj_schema schema = entry_schema(fields, count);
    AJ_TRY(aj_schema_read(cx, &schema, node, path, out, constraint));
    constraint->kind = (uint8_t)kind;
    if (list && constraint->literals_count == 0)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "key-missing", said->loc, "nothing is said"));
    if (model_constraint_is_priced(constraint) && constraint->cost == 0)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "cost"),
                                "a cost is from 1 to %d: leave out what costs nothing",
                                MODEL_COST_MAX));
    if (!list && kind != MODEL_CONSTRAINT_SEPARATE)
        constraint->literals_count = 1;
    if (kind == MODEL_CONSTRAINT_BOUND)
        AJ_TRY(bound_sane(cx, node, path, constraint));
    struct model_literal *literals =
        aj_memdup(out, constraint->literals, constraint->literals_count * sizeof *literals);
    canonical_values(out, literals, constraint->literals_count);
    constraint->literals = literals;
    return AJ_OK;
}

const char *model_constraint_words(const struct model_constraint *constraint, struct aj_arena *out)
{
    struct aj_buf text = {NULL, 0, 0};
    struct model_constraint alone = *constraint;
    struct aj_yaml_writer *w = aj_yaml_writer_open(&text);
    alone.because = NULL;
    model_constraint_write(w, &alone);
    char *words = aj_strdup(out, aj_yaml_writer_close(w) ? aj_buf_text(&text) : "");
    aj_buf_free(&text);
    for (size_t end = strlen(words); end > 0 && words[end - 1] == '\n'; end--)
        words[end - 1] = '\0';
    return words;
}

void model_constraint_write(struct aj_yaml_writer *w, const struct model_constraint *constraint)
{
    struct aj_field fields[ENTRY_FIELDS];
    const size_t count = entry_fields((enum model_constraint_kind)constraint->kind,
                                      constraint->literals_count == 1 ? ONE : SEVERAL, fields);
    const struct aj_schema schema = entry_schema(fields, count);
    aj_schema_write(w, &schema, constraint);
}

bool model_constraint_equal(const struct model_constraint *a, const struct model_constraint *b)
{
    struct aj_field fields[ENTRY_FIELDS];
    if (a->kind != b->kind || a->literals_count != b->literals_count)
        return false;
    const size_t count = entry_fields((enum model_constraint_kind)a->kind,
                                      a->literals_count == 1 ? ONE : SEVERAL, fields);
    const struct aj_schema schema = entry_schema(fields, count - 1); /* without `because` */
    return aj_schema_equal(&schema, a, b);
}

/* The list; `value` is the member constraints of the requirements */

static enum aj_status constraints_read(struct aj_ctx *cx, const struct aj_yaml *node,
                                       const char *path, struct aj_arena *out, void *value)
{
    struct model_requirements *req =
        (struct model_requirements *)((char *)value -
                                      offsetof(struct model_requirements, constraints));
    if (node->kind != AJ_YAML_SEQ)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a list of constraints"));
    enum aj_status status = AJ_OK;
    struct model_constraint *constraints = AJ_NEW_ARRAY(out, struct model_constraint, node->count);
    for (size_t i = 0; i < node->count; i++)
        status = aj_worse(status, entry_read(cx, node->items[i], aj_strf(out, "%s[%zu]", path, i),
                                             out, &constraints[i]));
    req->constraints = constraints;
    req->constraints_count = node->count;
    return status;
}

static const struct model_requirements *owner_of(const void *value)
{
    return (const struct model_requirements *)((const char *)value -
                                               offsetof(struct model_requirements, constraints));
}

static void constraints_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    (void)scratch;
    const struct model_requirements *req = owner_of(value);
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < req->constraints_count; i++)
        model_constraint_write(w, &req->constraints[i]);
    aj_yaml_write_end_seq(w);
}

static bool constraints_are_default(const void *value)
{
    return owner_of(value)->constraints_count == 0;
}

const struct aj_custom_field model_constraints_field = {constraints_read, constraints_write,
                                                        constraints_are_default};
