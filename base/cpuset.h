/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CPU numbers and sets of them. The three ways to name a CPU are three types, so that mixing them
 * does not compile.
 */
#ifndef BASE_CPUSET_H
#define BASE_CPUSET_H

#include "base/arena.h"
#include "base/base.h"

struct aj_cpu_ix {
    uint32_t v;
}; /* dense index into our own array of CPUs */
struct aj_cpu_id {
    uint32_t v;
}; /* logical CPU number of Linux and of Jailhouse's cpu_set */
struct aj_mpidr {
    uint64_t v;
}; /* ARM affinity: Aff3 in bits 39:32, Aff2..Aff0 in bits 23:0 */

#define AJ_CPU_MAX \
    1024 /* Linux' NR_CPUS of the largest distribution kernels is 8192; boards end far below */

/* bit b of word w = CPU number 64*w + b */
struct aj_cpuset {
    uint64_t word[AJ_CPU_MAX / 64];
};

void aj_cpuset_add(struct aj_cpuset *set, uint32_t cpu); /* cpu < AJ_CPU_MAX */
void aj_cpuset_remove(struct aj_cpuset *set, uint32_t cpu);
bool aj_cpuset_has(const struct aj_cpuset *set, uint32_t cpu); /* false beyond AJ_CPU_MAX */
uint32_t aj_cpuset_count(const struct aj_cpuset *set);
bool aj_cpuset_empty(const struct aj_cpuset *set);
bool aj_cpuset_equal(const struct aj_cpuset *a, const struct aj_cpuset *b);
bool aj_cpuset_intersects(const struct aj_cpuset *a, const struct aj_cpuset *b);
bool aj_cpuset_subset(const struct aj_cpuset *inner, const struct aj_cpuset *outer);
void aj_cpuset_or(struct aj_cpuset *set, const struct aj_cpuset *other);
void aj_cpuset_and(struct aj_cpuset *set, const struct aj_cpuset *other);
void aj_cpuset_sub(struct aj_cpuset *set, const struct aj_cpuset *other);
/* Smallest member >= `from`, or AJ_CPU_MAX: for (c = next(s,0); c < AJ_CPU_MAX; c = next(s,c+1)) */
uint32_t aj_cpuset_next(const struct aj_cpuset *set, uint32_t from);
/* "0,2-4"; the empty set gives "". */
AJ_NODISCARD char *aj_cpuset_format(struct aj_arena *arena, const struct aj_cpuset *set);

#endif
