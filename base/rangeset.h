/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sets of addresses as sorted, disjoint, non-touching ranges.
 */
#ifndef BASE_RANGESET_H
#define BASE_RANGESET_H

#include "base/arena.h"
#include "base/num.h"

/*
 * items[count] sorted by base; no two touch or overlap. One exception: the set of all addresses,
 * whose size no range can hold, is its two halves. Zero-initialise for the empty set.
 */
struct aj_rangeset {
    struct aj_range *items;
    size_t count, cap;
};

/* Set union / difference with one valid range; an invalid range is ignored. */
void aj_rangeset_add(struct aj_arena *arena, struct aj_rangeset *set, struct aj_range range);
void aj_rangeset_sub(struct aj_arena *arena, struct aj_rangeset *set, struct aj_range range);
/* Union / difference with each range of `other`. */
void aj_rangeset_add_all(struct aj_arena *arena, struct aj_rangeset *set,
                         const struct aj_rangeset *other);
void aj_rangeset_sub_all(struct aj_arena *arena, struct aj_rangeset *set,
                         const struct aj_rangeset *other);

/* Is all of / any of `range` in the set? */
bool aj_rangeset_covers(const struct aj_rangeset *set, struct aj_range range);
bool aj_rangeset_overlaps(const struct aj_rangeset *set, struct aj_range range);
/* Smallest set of whole pages (4 KiB) that covers `set`. */
void aj_rangeset_round_to_pages(struct aj_arena *arena, struct aj_rangeset *set);

#endif
