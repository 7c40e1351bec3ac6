/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that are numbers, sizes, durations or sets of integers: base/units.h. */
#include "tests/fuzz/fuzz_target.h"

#include "base/units.h"

/* What every parser promises of its result. */
static bool check_result(struct aj_units_result got, const char *text)
{
    FUZZ_CHECK(got.at <= strlen(text));
    FUZZ_CHECK(got.why != AJ_UNITS_OK || got.at == strlen(text));
    FUZZ_CHECK(got.why != AJ_UNITS_EMPTY || text[0] == '\0');
    FUZZ_CHECK(aj_units_why_text(got.why) != NULL);
    return got.why == AJ_UNITS_OK;
}

static void check_numbers(struct aj_arena *arena, const char *text)
{
    uint64_t number = 0, back = 0;
    if (check_result(aj_parse_u64(text, &number), text)) {
        const char *again = aj_format_hex(arena, number);
        FUZZ_CHECK(check_result(aj_parse_u64(again, &back), again) && back == number);
        FUZZ_CHECK(aj_parse_size(text, &back).why == AJ_UNITS_OK && back == number);
    }
    if (check_result(aj_parse_size(text, &number), text)) {
        const char *again = aj_format_size(arena, number);
        FUZZ_CHECK(check_result(aj_parse_size(again, &back), again) && back == number);
    }
    int64_t ns = 0, ns_back = 0;
    if (check_result(aj_parse_duration(text, &ns), text)) {
        const char *again = aj_format_duration(arena, ns);
        FUZZ_CHECK(ns >= 0);
        FUZZ_CHECK(check_result(aj_parse_duration(again, &ns_back), again) && ns_back == ns);
    }
}

static void check_sets(struct aj_arena *arena, const char *text)
{
    static const uint32_t limits[] = {1, 64, AJ_CPU_MAX};
    for (size_t i = 0; i < AJ_COUNT(limits); i++) {
        struct aj_cpuset set = {{0}}, back = {{0}};
        if (!check_result(aj_parse_intset(text, limits[i], &set), text))
            continue;
        FUZZ_CHECK(!aj_cpuset_empty(&set));
        FUZZ_CHECK(aj_cpuset_next(&set, limits[i]) == AJ_CPU_MAX);
        const char *again = aj_cpuset_format(arena, &set);
        FUZZ_CHECK(check_result(aj_parse_intset(again, limits[i], &back), again));
        FUZZ_CHECK(aj_cpuset_equal(&set, &back));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_arena *arena = aj_arena_open();
    const char *text = aj_strndup(arena, (const char *)data, size);
    check_numbers(arena, text);
    check_sets(arena, text);
    aj_arena_close(arena);
    return 0;
}
