/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses, sizes and half-open ranges with arithmetic that cannot wrap unnoticed.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/base.h"

typedef uint64_t aj_addr; /* byte address */
typedef uint64_t aj_size; /* length in bytes */

#define AJ_KIB(n)    ((aj_size)(n) << 10)
#define AJ_MIB(n)    ((aj_size)(n) << 20)
#define AJ_GIB(n)    ((aj_size)(n) << 30)
#define AJ_NS_PER_US INT64_C(1000)
#define AJ_NS_PER_MS INT64_C(1000000)
#define AJ_NS_PER_S  INT64_C(1000000000)
#define AJ_NS_PER_H  (3600 * AJ_NS_PER_S)
#define AJ_PAGE      ((aj_size)4096) /* Jailhouse's page on every architecture */

/* "Not given": no address, size or number of ours is this large. */
#define AJ_NONE64 UINT64_MAX
#define AJ_NONE32 UINT32_MAX

/* [base, base + size). Valid: size > 0 and base + size <= 2^64. */
struct aj_range {
    aj_addr base;
    aj_size size;
};

static inline bool aj_add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
    *sum = a + b;
    return *sum >= a;
}

static inline bool aj_mul_u64(uint64_t a, uint64_t b, uint64_t *product)
{
    *product = a * b;
    return a == 0 || *product / a == b;
}

/* `alignment` is a power of two. False if the result would pass 2^64. */
static inline bool aj_align_up(uint64_t value, uint64_t alignment, uint64_t *aligned)
{
    const uint64_t mask = alignment - 1;
    *aligned = (value + mask) & ~mask;
    return *aligned >= value;
}

static inline uint64_t aj_align_down(uint64_t value, uint64_t alignment)
{
    return value & ~(alignment - 1);
}

static inline bool aj_is_aligned(uint64_t value, uint64_t alignment)
{
    return (value & (alignment - 1)) == 0;
}

static inline bool aj_is_pow2(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Last byte of a valid range; an exclusive end would wrap at the top of the address space. */
static inline aj_addr aj_range_last(struct aj_range r)
{
    return r.base + (r.size - 1);
}

static inline bool aj_range_ok(struct aj_range r)
{
    return r.size > 0 && r.size - 1 <= UINT64_MAX - r.base;
}

/* Both valid. */
static inline bool aj_range_overlap(struct aj_range a, struct aj_range b)
{
    return a.base <= b.base ? b.base - a.base < a.size : a.base - b.base < b.size;
}

/* Is `inner` wholly inside `outer`? Both valid. */
static inline bool aj_range_contains(struct aj_range outer, struct aj_range inner)
{
    return inner.base >= outer.base && inner.base - outer.base < outer.size &&
           inner.size <= outer.size - (inner.base - outer.base);
}

static inline bool aj_range_has(struct aj_range r, aj_addr address)
{
    return address >= r.base && address - r.base < r.size;
}

#endif
