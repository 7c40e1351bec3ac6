/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of model/ start from: a context with an arena, documents from text or file, and
 * random structs made from their schemas.
 */
#ifndef TESTS_MODEL_VALUES_H
#define TESTS_MODEL_VALUES_H

#include "base/schema.h"
#include "tests/support/support.h"

struct values {
    struct aj_ctx cx;
    struct aj_arena *arena;
};
void values_open(struct values *v);
void values_close(struct values *v);
/* Forgets the diagnostics. */
void values_reset(struct values *v);

/* The document; the test fails if it is not YAML. Positions name "t.yml" or the file. */
const struct aj_yaml *values_parse(struct values *v, const char *text);
const struct aj_yaml *values_parse_file(struct values *v, const char *path);

/*
 * What the second witness says of a plan; the three texts must be readable. Positions name "t.yml".
 */
enum aj_status values_judge(struct values *v, const char *board, const char *cells,
                            const char *plan);
/* `text` with the first `what` in it, which must be there, replaced. */
const char *values_replaced(struct values *v, const char *text, const char *what, const char *with);

/* How random numbers are drawn. */
enum values_range {
    VALUES_SANE, /* ranges do not wrap, sizes are not zero: what the readers take */
    VALUES_WILD, /* anything that fits the field */
};
/*
 * Fills the struct at `value` by its schema: each field has its default in one of three. Custom
 * fields are left at their default.
 */
void values_random(uint64_t *random, struct aj_arena *out, const struct aj_schema *schema,
                   enum values_range range, void *value);
/* A text, sometimes one that YAML would take for something else. */
const char *values_text(uint64_t *random, struct aj_arena *out);

#endif
