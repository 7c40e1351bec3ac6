/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cpuset.h"

#include "base/buf.h"

#define WORDS (AJ_CPU_MAX / 64)

void aj_cpuset_add(struct aj_cpuset *set, uint32_t cpu)
{
    set->word[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

void aj_cpuset_remove(struct aj_cpuset *set, uint32_t cpu)
{
    if (cpu < AJ_CPU_MAX)
        set->word[cpu / 64] &= ~(UINT64_C(1) << cpu % 64);
}

bool aj_cpuset_has(const struct aj_cpuset *set, uint32_t cpu)
{
    return cpu < AJ_CPU_MAX && (set->word[cpu / 64] >> cpu % 64 & 1) != 0;
}

uint32_t aj_cpuset_count(const struct aj_cpuset *set)
{
    uint32_t count = 0;
    for (size_t w = 0; w < WORDS; w++)
        for (uint64_t rest = set->word[w]; rest != 0; rest &= rest - 1)
            count++;
    return count;
}

bool aj_cpuset_empty(const struct aj_cpuset *set)
{
    uint64_t any = 0;
    for (size_t w = 0; w < WORDS; w++)
        any |= set->word[w];
    return any == 0;
}

bool aj_cpuset_equal(const struct aj_cpuset *a, const struct aj_cpuset *b)
{
    return memcmp(a->word, b->word, sizeof a->word) == 0;
}

bool aj_cpuset_intersects(const struct aj_cpuset *a, const struct aj_cpuset *b)
{
    uint64_t common = 0;
    for (size_t w = 0; w < WORDS; w++)
        common |= a->word[w] & b->word[w];
    return common != 0;
}

bool aj_cpuset_subset(const struct aj_cpuset *inner, const struct aj_cpuset *outer)
{
    uint64_t outside = 0;
    for (size_t w = 0; w < WORDS; w++)
        outside |= inner->word[w] & ~outer->word[w];
    return outside == 0;
}

void aj_cpuset_or(struct aj_cpuset *set, const struct aj_cpuset *other)
{
    for (size_t w = 0; w < WORDS; w++)
        set->word[w] |= other->word[w];
}

void aj_cpuset_and(struct aj_cpuset *set, const struct aj_cpuset *other)
{
    for (size_t w = 0; w < WORDS; w++)
        set->word[w] &= other->word[w];
}

void aj_cpuset_sub(struct aj_cpuset *set, const struct aj_cpuset *other)
{
    for (size_t w = 0; w < WORDS; w++)
        set->word[w] &= ~other->word[w];
}

uint32_t aj_cpuset_next(const struct aj_cpuset *set, uint32_t from)
{
    for (uint32_t cpu = from; cpu < AJ_CPU_MAX;) {
        if (aj_cpuset_has(set, cpu))
            return cpu;
        const bool rest_empty = set->word[cpu / 64] >> cpu % 64 == 0;
        cpu = rest_empty ? (cpu / 64 + 1) * 64 : cpu + 1;
    }
    return AJ_CPU_MAX;
}

char *aj_cpuset_format(struct aj_arena *arena, const struct aj_cpuset *set)
{
    struct aj_buf list = {0};
    uint32_t first = aj_cpuset_next(set, 0);
    while (first < AJ_CPU_MAX) {
        uint32_t last = first;
        while (aj_cpuset_has(set, last + 1))
            last++;
        aj_buf_addf(&list, "%s%u", list.len > 0 ? "," : "", (unsigned)first);
        if (last > first)
            aj_buf_addf(&list, "-%u", (unsigned)last);
        first = aj_cpuset_next(set, last + 1);
    }
    char *text = aj_strdup(arena, aj_buf_text(&list));
    aj_buf_free(&list);
    return text;
}
