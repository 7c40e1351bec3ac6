/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the schema share: fields in memory, and the readers of single values.
 */
#ifndef BASE_SCHEMA_PRIV_H
#define BASE_SCHEMA_PRIV_H

#include "base/cpuset.h"
#include "base/schema.h"

enum { AJ_SCHEMA_WORD_MAX = 60 }; /* bytes of the input repeated in a message */

/* The path of a value as a chain on the stack; it becomes text only when a diagnostic needs it. */
struct aj_schema_place {
    const struct aj_schema_place *up; /* NULL: `key` is the path of the outermost value */
    const char *key;                  /* NULL: item `ix` of a list */
    size_t ix;
};

struct aj_schema_reader {
    struct aj_ctx *cx;
    struct aj_arena *out;
};

/* Text of `place`, such as guests.plc.cpus[1]. */
AJ_NODISCARD char *aj_schema_path(struct aj_arena *arena, const struct aj_schema_place *place);
/* Adds the path to the newest diagnostic and hands `status` through. */
enum aj_status aj_schema_at(const struct aj_schema_reader *r, const struct aj_schema_place *place,
                            enum aj_status status);
/* "type" unless `node` is of `kind`. `expected` as in "expected a list". */
AJ_NODISCARD enum aj_status aj_schema_want(const struct aj_schema_reader *r,
                                           const struct aj_yaml *node,
                                           const struct aj_schema_place *place,
                                           enum aj_yaml_kind kind, const char *expected);
/*
 * The "did you mean" hint for `word`, and the whole table as a note where it is short. `noun`: what
 * the table lists, in the plural.
 */
void aj_schema_suggest(const struct aj_schema_reader *r, const struct aj_name *table,
                       const char *word, const char *noun);

/* Fields without nested structs: BOOL to ARRAY, of the struct at `owner`; `node` is not null. */
AJ_NODISCARD enum aj_status aj_schema_read_plain(const struct aj_schema_reader *r,
                                                 const struct aj_field *field,
                                                 const struct aj_yaml *node,
                                                 const struct aj_schema_place *place, void *owner);

/* An integer of `width` bytes, 1, 2, 4 or 8. */
uint64_t aj_field_load(size_t width, const void *value);
void aj_field_store(size_t width, void *value, uint64_t number);
/* An object pointer of any type. */
const void *aj_field_load_pointer(const void *value);
void aj_field_store_pointer(void *value, const void *pointer);
/* The count of a list whose field is part of the struct at `owner`. */
size_t aj_field_count(const struct aj_field *field, const void *owner);
void aj_field_store_count(const struct aj_field *field, void *owner, size_t count);
/* The field of the struct at `owner`. */
const void *aj_field_in(const struct aj_field *field, const void *owner);
void *aj_field_of(const struct aj_field *field, void *owner);
/* The default as the field's width holds it. */
uint64_t aj_field_def(const struct aj_field *field);
bool aj_field_is_default(const struct aj_field *field, const void *owner);

#endif
