/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All text -> number and number -> text. Every parser consumes the whole text, takes no sign, never
 * wraps, and says at which byte it stopped understanding. A result is set only on success.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include "base/arena.h"
#include "base/base.h"
#include "base/cpuset.h"

/* Why a text is not a number. */
enum aj_units_why {
    AJ_UNITS_OK,
    AJ_UNITS_EMPTY,
    AJ_UNITS_NOT_A_NUMBER, /* a sign, a letter, rubbish behind the digits */
    AJ_UNITS_UNIT,         /* unknown unit */
    AJ_UNITS_RANGE,        /* beyond 2^64, or beyond the type */
    AJ_UNITS_ORDER,        /* a range that runs backwards: 3-1 */
    AJ_UNITS_FRACTION,     /* a duration that is no whole number of ns */
};

struct aj_units_result {
    enum aj_units_why why;
    size_t at; /* byte offset of the first byte not understood */
};
/* "is not a number", "has an unknown unit", ... */
const char *aj_units_why_text(enum aj_units_why why);

/* Decimal or 0x hexadecimal. A leading zero followed by digits is rejected (octal or decimal?). */
AJ_NODISCARD struct aj_units_result aj_parse_u64(const char *text, uint64_t *value);
/*
 * Sizes: a number, optionally a blank, optionally B, K, KB, KiB, M, MB, MiB, G, GB, GiB, T, TB,
 * TiB in any case; all are powers of two.
 */
AJ_NODISCARD struct aj_units_result aj_parse_size(const char *text, uint64_t *bytes);
/* Durations: a decimal number (fraction allowed), optional blank, ns, us, ms, s, min, h. In ns. */
AJ_NODISCARD struct aj_units_result aj_parse_duration(const char *text, int64_t *ns);
/* Integers "0,2-4" (a blank may follow a comma): every member must be < limit <= AJ_CPU_MAX. */
AJ_NODISCARD struct aj_units_result aj_parse_intset(const char *text, uint32_t limit,
                                                    struct aj_cpuset *set);

/* "0x1f", lower case, no padding. */
AJ_NODISCARD char *aj_format_hex(struct aj_arena *arena, uint64_t value);
/* "16 MiB" when that is exact and below 1024 of its unit or the unit is the largest, else hex. */
AJ_NODISCARD char *aj_format_size(struct aj_arena *arena, uint64_t bytes);
/* For people: the same where that is no hex, else "1.1 MiB", rounded. */
AJ_NODISCARD char *aj_format_size_about(struct aj_arena *arena, uint64_t bytes);
/* "100 us": the largest unit that is exact. */
AJ_NODISCARD char *aj_format_duration(struct aj_arena *arena, int64_t ns);

#endif
