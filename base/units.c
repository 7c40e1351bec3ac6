/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"

#include "base/names.h"
#include "base/num.h"

struct unit {
    const char *name;
    uint64_t factor;
};

/* largest first, for the formatter; its name comes before its aliases */
static const struct unit sizes[] = {
    {"TiB", UINT64_C(1) << 40},
    {"TB", UINT64_C(1) << 40},
    {"T", UINT64_C(1) << 40},
    {"GiB", UINT64_C(1) << 30},
    {"GB", UINT64_C(1) << 30},
    {"G", UINT64_C(1) << 30},
    {"MiB", UINT64_C(1) << 20},
    {"MB", UINT64_C(1) << 20},
    {"M", UINT64_C(1) << 20},
    {"KiB", UINT64_C(1) << 10},
    {"KB", UINT64_C(1) << 10},
    {"K", UINT64_C(1) << 10},
    {"B", 1},
};
static const struct unit durations[] = {
    {"h", UINT64_C(3600000000000)},
    {"min", UINT64_C(60000000000)},
    {"s", 1000000000},
    {"ms", 1000000},
    {"us", 1000},
    {"ns", 1},
};

const char *aj_units_why_text(enum aj_units_why why)
{
    static const char *const texts[] = {
        [AJ_UNITS_OK] = "is fine",
        [AJ_UNITS_EMPTY] = "is empty",
        [AJ_UNITS_NOT_A_NUMBER] = "is not a number",
        [AJ_UNITS_UNIT] = "has an unknown or no unit",
        [AJ_UNITS_RANGE] = "is too large",
        [AJ_UNITS_ORDER] = "is a range that runs backwards",
        [AJ_UNITS_FRACTION] = "is not a whole number of nanoseconds",
    };
    return texts[why];
}

static struct aj_units_result result(enum aj_units_why why, size_t at)
{
    return (struct aj_units_result){why, at};
}

/* Value of a digit, 16 or more if `c` is none. */
static uint32_t digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (uint32_t)(c - 'a' + 10);
    if (c >= 'A' && c <= 'F')
        return (uint32_t)(c - 'A' + 10);
    return 16;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Digits of `base` from text[*at] on; *at ends behind them, or at the digit that is too much. */
static enum aj_units_why scan_digits(const char *text, size_t *at, uint32_t base, uint64_t *value)
{
    const size_t start = *at;
    uint64_t sum = 0;
    for (; digit_of(text[*at]) < base; (*at)++)
        if (!aj_mul_u64(sum, base, &sum) || !aj_add_u64(sum, digit_of(text[*at]), &sum))
            return AJ_UNITS_RANGE;
    if (*at == start)
        return text[start] == '\0' && start == 0 ? AJ_UNITS_EMPTY : AJ_UNITS_NOT_A_NUMBER;
    *value = sum;
    return AJ_UNITS_OK;
}

/* Decimal digits without a leading zero. */
static enum aj_units_why scan_decimal(const char *text, size_t *at, uint64_t *value)
{
    if (text[*at] == '0' && digit_of(text[*at + 1]) < 10) {
        (*at)++;
        return AJ_UNITS_NOT_A_NUMBER;
    }
    return scan_digits(text, at, 10, value);
}

static enum aj_units_why scan_number(const char *text, size_t *at, uint64_t *value)
{
    if (text[*at] == '0' && (text[*at + 1] == 'x' || text[*at + 1] == 'X')) {
        *at += 2;
        return scan_digits(text, at, 16, value);
    }
    return scan_decimal(text, at, value);
}

struct aj_units_result aj_parse_u64(const char *text, uint64_t *value)
{
    size_t at = 0;
    uint64_t number = 0;
    const enum aj_units_why why = scan_number(text, &at, &number);
    if (why != AJ_UNITS_OK)
        return result(why, at);
    if (text[at] != '\0')
        return result(AJ_UNITS_NOT_A_NUMBER, at);
    *value = number;
    return result(AJ_UNITS_OK, at);
}

/* A blank may stand between number and unit, nothing else. */
static size_t skip_blank(const char *text, size_t at)
{
    return text[at] == ' ' ? at + 1 : at;
}

struct aj_units_result aj_parse_size(const char *text, uint64_t *bytes)
{
    size_t at = 0;
    uint64_t number = 0;
    const enum aj_units_why why = scan_number(text, &at, &number);
    if (why != AJ_UNITS_OK)
        return result(why, at);
    if (text[at] == '\0') {
        *bytes = number;
        return result(AJ_UNITS_OK, at);
    }
    const size_t unit_at = skip_blank(text, at);
    for (size_t i = 0; i < AJ_COUNT(sizes); i++) {
        if (!aj_same_word(text + unit_at, sizes[i].name))
            continue;
        if (!aj_mul_u64(number, sizes[i].factor, &number))
            return result(AJ_UNITS_RANGE, unit_at);
        *bytes = number;
        return result(AJ_UNITS_OK, unit_at + strlen(sizes[i].name));
    }
    return result(is_letter(text[unit_at]) ? AJ_UNITS_UNIT : AJ_UNITS_NOT_A_NUMBER, unit_at);
}

/* The digits behind a decimal point as numerator / denominator in lowest terms. */
struct fraction {
    uint64_t numerator, denominator;
};

static enum aj_units_why scan_fraction(const char *text, size_t *at, struct fraction *fraction)
{
    enum { DIGITS_MAX = 18 }; /* 10^18 < 2^64; beyond 13 digits not even an hour divides */
    const size_t start = *at;
    size_t end = start;
    while (digit_of(text[end]) < 10)
        end++;
    if (end == start)
        return AJ_UNITS_NOT_A_NUMBER;
    size_t useful = end - start;
    while (useful > 0 && text[start + useful - 1] == '0')
        useful--;
    if (useful > DIGITS_MAX) {
        *at = start + DIGITS_MAX;
        return AJ_UNITS_FRACTION;
    }
    uint64_t numerator = 0, denominator = 1;
    for (size_t i = 0; i < useful; i++) {
        numerator = 10 * numerator + digit_of(text[start + i]);
        denominator *= 10;
    }
    uint64_t a = denominator, b = numerator;
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    *fraction = (struct fraction){numerator / a, denominator / a};
    *at = end;
    return AJ_UNITS_OK;
}

struct aj_units_result aj_parse_duration(const char *text, int64_t *ns)
{
    size_t at = 0;
    uint64_t whole = 0;
    struct fraction fraction = {0, 1};
    enum aj_units_why why = scan_decimal(text, &at, &whole);
    if (why == AJ_UNITS_OK && text[at] == '.') {
        at++;
        why = scan_fraction(text, &at, &fraction);
    }
    if (why != AJ_UNITS_OK)
        return result(why, at);
    const size_t unit_at = skip_blank(text, at);
    for (size_t i = 0; i < AJ_COUNT(durations); i++) {
        if (strcmp(text + unit_at, durations[i].name) != 0)
            continue;
        /* In lowest terms the product is whole only if the denominator divides the factor. */
        if (durations[i].factor % fraction.denominator != 0)
            return result(AJ_UNITS_FRACTION, unit_at);
        const uint64_t part = durations[i].factor / fraction.denominator * fraction.numerator;
        uint64_t total = 0;
        if (!aj_mul_u64(whole, durations[i].factor, &total) || !aj_add_u64(total, part, &total) ||
            total > INT64_MAX)
            return result(AJ_UNITS_RANGE, unit_at);
        *ns = (int64_t)total;
        return result(AJ_UNITS_OK, unit_at + strlen(durations[i].name));
    }
    const bool unit = text[unit_at] == '\0' || is_letter(text[unit_at]);
    return result(unit ? AJ_UNITS_UNIT : AJ_UNITS_NOT_A_NUMBER, unit_at);
}

/* One member or range "2-4" below `limit`. */
static struct aj_units_result scan_span(const char *text, size_t *at, uint32_t limit,
                                        struct aj_cpuset *set)
{
    size_t start = *at;
    uint64_t first = 0, last = 0;
    enum aj_units_why why = scan_decimal(text, at, &first);
    if (why == AJ_UNITS_OK && first >= limit)
        return result(AJ_UNITS_RANGE, start);
    last = first;
    if (why == AJ_UNITS_OK && text[*at] == '-') {
        start = ++*at;
        why = scan_decimal(text, at, &last);
    }
    if (why != AJ_UNITS_OK)
        return result(why, *at);
    if (last >= limit)
        return result(AJ_UNITS_RANGE, start);
    if (last < first)
        return result(AJ_UNITS_ORDER, start);
    for (uint64_t member = first; member <= last; member++)
        aj_cpuset_add(set, (uint32_t)member);
    return result(AJ_UNITS_OK, *at);
}

struct aj_units_result aj_parse_intset(const char *text, uint32_t limit, struct aj_cpuset *set)
{
    struct aj_cpuset members = {{0}};
    size_t at = 0;
    for (;;) {
        const struct aj_units_result span = scan_span(text, &at, limit, &members);
        if (span.why != AJ_UNITS_OK)
            return span;
        if (text[at] == '\0')
            break;
        if (text[at] != ',')
            return result(AJ_UNITS_NOT_A_NUMBER, at);
        at = skip_blank(text, at + 1);
    }
    *set = members;
    return result(AJ_UNITS_OK, at);
}

char *aj_format_hex(struct aj_arena *arena, uint64_t value)
{
    return aj_strf(arena, "0x%llx", (unsigned long long)value);
}

/* The largest unit that divides `value`; the last of the table is 1. */
static const struct unit *exact_unit(const struct unit *table, size_t count, uint64_t value)
{
    size_t i = 0;
    while (i + 1 < count && (value == 0 || value % table[i].factor != 0))
        i++;
    return &table[i];
}

char *aj_format_size(struct aj_arena *arena, uint64_t bytes)
{
    const struct unit *unit = exact_unit(sizes, AJ_COUNT(sizes), bytes);
    const uint64_t number = bytes / unit->factor;
    if (number >= 1024 && unit != &sizes[0])
        return aj_format_hex(arena, bytes);
    return aj_strf(arena, "%llu %s", (unsigned long long)number, unit->name);
}

char *aj_format_size_about(struct aj_arena *arena, uint64_t bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    char *exact = aj_format_size(arena, bytes);
    size_t unit = 0;
    double number = (double)bytes;
    if (strncmp(exact, "0x", 2) != 0)
        return exact;
    for (; number >= 1024.0 && unit + 1 < AJ_COUNT(names); unit++)
        number /= 1024.0;
    return aj_strf(arena, "%.1f %s", number, names[unit]);
}

char *aj_format_duration(struct aj_arena *arena, int64_t ns)
{
    /* -INT64_MIN does not exist as int64_t */
    const uint64_t magnitude = ns < 0 ? (uint64_t)0 - (uint64_t)ns : (uint64_t)ns;
    const struct unit *unit = exact_unit(durations, AJ_COUNT(durations), magnitude);
    return aj_strf(arena, "%s%llu %s", ns < 0 ? "-" : "",
                   (unsigned long long)(magnitude / unit->factor), unit->name);
}
