/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables of names: enumerations and bit flags. One table drives parsing, printing, C emission and
 * documentation.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/arena.h"
#include "base/base.h"

struct aj_name {
    uint64_t value; /* enum value, or one or several bits of a flag word */
    const char *name;
};

/* Equal, apart from the case of ASCII letters; the locale does not matter. */
bool aj_same_word(const char *a, const char *b);

/* A table ends with name == NULL. Comparison ignores case. Prefix may be NULL. */
/* The entry called `name`, also when `name` carries `prefix` in front; NULL if there is none. */
const struct aj_name *aj_name_find(const struct aj_name *table, const char *prefix,
                                   const char *name);
/* The first name of `value`, or NULL. */
const char *aj_name_of(const struct aj_name *table, uint64_t value);
/* The name most like `name` (edit distance at most a third of its length), or NULL. */
const char *aj_name_nearest(const struct aj_name *table, const char *name);
/* Edit distance with insertion, deletion, substitution and swap of neighbours, case ignored. */
uint32_t aj_edit_distance(const char *a, const char *b);
/* "A, B or C" of all names, for messages. */
AJ_NODISCARD char *aj_names_list(struct aj_arena *arena, const struct aj_name *table);

#endif
