/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rangeset.h"

/* First item whose last byte is >= `address`; set->count if there is none. */
static size_t first_reaching(const struct aj_rangeset *set, aj_addr address)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (aj_range_last(set->items[middle]) < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Replaces `gone` items at `at` by pieces[count]. */
static void splice(struct aj_arena *arena, struct aj_rangeset *set, size_t at, size_t gone,
                   const struct aj_range *pieces, size_t count)
{
    while (set->count - gone + count > set->cap)
        set->items = aj_vec_grow(arena, set->items, &set->cap, sizeof *set->items);
    const size_t tail = set->count - at - gone;
    if (tail > 0)
        memmove(set->items + at + count, set->items + at + gone, tail * sizeof *set->items);
    if (count > 0)
        memcpy(set->items + at, pieces, count * sizeof *pieces);
    set->count = at + count + tail;
}

void aj_rangeset_add(struct aj_arena *arena, struct aj_rangeset *set, struct aj_range range)
{
    if (!aj_range_ok(range))
        return;
    aj_addr base = range.base, last = aj_range_last(range);
    /* Items from `at` to `end` touch or overlap the range and melt into it. */
    const size_t at = first_reaching(set, base == 0 ? 0 : base - 1);
    size_t end = at;
    while (end < set->count && (last == UINT64_MAX || set->items[end].base <= last + 1))
        end++;
    if (end > at) {
        const aj_addr old_last = aj_range_last(set->items[end - 1]);
        base = set->items[at].base < base ? set->items[at].base : base;
        last = old_last > last ? old_last : last;
    }
    if (base == 0 && last == UINT64_MAX) {
        const aj_size half = UINT64_C(1) << 63;
        splice(arena, set, at, end - at, (struct aj_range[]){{0, half}, {half, half}}, 2);
    } else {
        splice(arena, set, at, end - at, &(struct aj_range){base, last - base + 1}, 1);
    }
}

void aj_rangeset_sub(struct aj_arena *arena, struct aj_rangeset *set, struct aj_range range)
{
    if (!aj_range_ok(range))
        return;
    const aj_addr last = aj_range_last(range);
    const size_t at = first_reaching(set, range.base);
    size_t end = at;
    while (end < set->count && set->items[end].base <= last)
        end++;
    if (end == at)
        return;
    /* What sticks out on either side stays. */
    struct aj_range pieces[2];
    size_t count = 0;
    const aj_addr base = set->items[at].base, old_last = aj_range_last(set->items[end - 1]);
    if (base < range.base)
        pieces[count++] = (struct aj_range){base, range.base - base};
    if (old_last > last)
        pieces[count++] = (struct aj_range){last + 1, old_last - last};
    splice(arena, set, at, end - at, pieces, count);
}

void aj_rangeset_add_all(struct aj_arena *arena, struct aj_rangeset *set,
                         const struct aj_rangeset *other)
{
    if (set == other)
        return;
    for (size_t i = 0; i < other->count; i++)
        aj_rangeset_add(arena, set, other->items[i]);
}

void aj_rangeset_sub_all(struct aj_arena *arena, struct aj_rangeset *set,
                         const struct aj_rangeset *other)
{
    if (set == other) {
        set->count = 0;
        return;
    }
    for (size_t i = 0; i < other->count; i++)
        aj_rangeset_sub(arena, set, other->items[i]);
}

bool aj_rangeset_covers(const struct aj_rangeset *set, struct aj_range range)
{
    if (!aj_range_ok(range))
        return false;
    aj_addr from = range.base;
    /* More than one step only in the set of all addresses. */
    for (size_t i = first_reaching(set, from); i < set->count; i++) {
        if (set->items[i].base > from)
            return false;
        if (aj_range_last(set->items[i]) >= aj_range_last(range))
            return true;
        from = aj_range_last(set->items[i]) + 1;
    }
    return false;
}

bool aj_rangeset_overlaps(const struct aj_rangeset *set, struct aj_range range)
{
    if (!aj_range_ok(range))
        return false;
    const size_t at = first_reaching(set, range.base);
    return at < set->count && set->items[at].base <= aj_range_last(range);
}

void aj_rangeset_round_to_pages(struct aj_arena *arena, struct aj_rangeset *set)
{
    struct aj_rangeset pages = {0};
    for (size_t i = 0; i < set->count; i++) {
        const aj_addr base = aj_align_down(set->items[i].base, AJ_PAGE);
        const aj_addr last = aj_range_last(set->items[i]) | (AJ_PAGE - 1);
        /* Beginning and end apart: the size of the whole space does not fit. */
        aj_rangeset_add(arena, &pages, (struct aj_range){base, AJ_PAGE});
        if (last - base >= AJ_PAGE)
            aj_rangeset_add(arena, &pages,
                            (struct aj_range){base + AJ_PAGE, last - base + 1 - AJ_PAGE});
    }
    *set = pages;
}
