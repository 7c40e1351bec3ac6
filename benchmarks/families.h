/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The families of problems that the benchmarks are about, by name; a seed makes one of a family.
 */
#ifndef BENCHMARKS_FAMILIES_H
#define BENCHMARKS_FAMILIES_H

#include "benchmarks/instance.h"

const struct bench_shape *bench_families(size_t *count);
/* NULL if there is none of this name. */
const struct bench_shape *bench_family(const char *name);
/* The name as a part of file names. */
AJ_NODISCARD const char *bench_slug(struct aj_arena *arena, const char *name);

/* Problems that differ in one number, from small to large. */
struct bench_ladder {
    const char *what; /* the number */
    uint32_t sizes[5];
    struct bench_shape shapes[5];
};
const struct bench_ladder *bench_ladders(size_t *count);

#endif
