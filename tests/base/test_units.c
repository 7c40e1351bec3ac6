/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/num.h"
#include "base/units.h"

#define UNTOUCHED UINT64_C(0x5555555555555555)

struct number_case {
    const char *text;
    enum aj_units_why why;
    size_t at; /* the whole length when it is fine */
    uint64_t value;
};

typedef struct aj_units_result parse_u64(const char *text, uint64_t *value);

static void run_cases(parse_u64 *parse, const struct number_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = UNTOUCHED;
        const struct aj_units_result got = parse(cases[i].text, &value);
        const uint64_t expected = cases[i].why == AJ_UNITS_OK ? cases[i].value : UNTOUCHED;
        if (got.why != cases[i].why || got.at != cases[i].at || value != expected)
            fail_msg("'%s' %s at %zu, value 0x%llx", cases[i].text, aj_units_why_text(got.why),
                     got.at, (unsigned long long)value);
    }
}

static void numbers(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0", AJ_UNITS_OK, 1, 0},
        {"7", AJ_UNITS_OK, 1, 7},
        {"18446744073709551615", AJ_UNITS_OK, 20, UINT64_MAX},
        {"0x0", AJ_UNITS_OK, 3, 0},
        {"0xFf", AJ_UNITS_OK, 4, 255},
        {"0X1f", AJ_UNITS_OK, 4, 31},
        {"0x000000000000000001", AJ_UNITS_OK, 20, 1},
        {"0xffffffffffffffff", AJ_UNITS_OK, 18, UINT64_MAX},
        {"", AJ_UNITS_EMPTY, 0, 0},
        {" ", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {" 1", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1 ", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1\n", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"+1", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"-1", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1.0", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1e3", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1_000", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"12a", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"abc", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"00", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"010", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"0b1", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"0o7", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"0x", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"0xg", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"0x1g", AJ_UNITS_NOT_A_NUMBER, 3, 0},
        {"0x-1", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"x1", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"18446744073709551616", AJ_UNITS_RANGE, 19, 0},
        {"99999999999999999999999", AJ_UNITS_RANGE, 19, 0},
        {"0x10000000000000000", AJ_UNITS_RANGE, 18, 0},
        {"\xd9\xa1", AJ_UNITS_NOT_A_NUMBER, 0, 0}, /* an Arabic digit */
    };
    run_cases(aj_parse_u64, cases, AJ_COUNT(cases));
}

static void sizes(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0", AJ_UNITS_OK, 1, 0},
        {"4096", AJ_UNITS_OK, 4, 4096},
        {"0x1000", AJ_UNITS_OK, 6, 4096},
        {"512 B", AJ_UNITS_OK, 5, 512},
        {"512B", AJ_UNITS_OK, 4, 512},
        {"4K", AJ_UNITS_OK, 2, AJ_KIB(4)},
        {"4 kb", AJ_UNITS_OK, 4, AJ_KIB(4)},
        {"4KiB", AJ_UNITS_OK, 4, AJ_KIB(4)},
        {"10 MiB", AJ_UNITS_OK, 6, AJ_MIB(10)},
        {"10 mIb", AJ_UNITS_OK, 6, AJ_MIB(10)},
        {"10MB", AJ_UNITS_OK, 4, AJ_MIB(10)},
        {"1g", AJ_UNITS_OK, 2, AJ_GIB(1)},
        {"1 T", AJ_UNITS_OK, 3, AJ_GIB(1024)},
        {"2 TB", AJ_UNITS_OK, 4, AJ_GIB(2048)},
        {"0x10 M", AJ_UNITS_OK, 6, AJ_MIB(16)},
        {"0x1B", AJ_UNITS_OK, 4, 27}, /* B is a digit here */
        {"16777215 TiB", AJ_UNITS_OK, 12, UINT64_C(16777215) << 40},
        {"17179869183 GiB", AJ_UNITS_OK, 15, UINT64_C(17179869183) << 30},
        {"16777216 TiB", AJ_UNITS_RANGE, 9, 0},
        {"17179869184 G", AJ_UNITS_RANGE, 12, 0},
        {"18446744073709551616", AJ_UNITS_RANGE, 19, 0},
        {"", AJ_UNITS_EMPTY, 0, 0},
        {"MiB", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {" 1 MiB", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"-1 MiB", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1.5 GiB", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"01 MiB", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1 ", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"1  MiB", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"1\tMiB", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1 MiB ", AJ_UNITS_UNIT, 2, 0},
        {"1 Mi", AJ_UNITS_UNIT, 2, 0},
        {"1 MiBs", AJ_UNITS_UNIT, 2, 0},
        {"1 P", AJ_UNITS_UNIT, 2, 0},
        {"1 pages", AJ_UNITS_UNIT, 2, 0},
        {"1b1", AJ_UNITS_UNIT, 1, 0},
    };
    run_cases(aj_parse_size, cases, AJ_COUNT(cases));
}

static struct aj_units_result parse_duration(const char *text, uint64_t *value)
{
    int64_t ns = (int64_t)*value;
    const struct aj_units_result got = aj_parse_duration(text, &ns);
    *value = (uint64_t)ns;
    return got;
}

static void durations(void **state)
{
    (void)state;
    static const struct number_case cases[] = {
        {"0 ns", AJ_UNITS_OK, 4, 0},
        {"1ns", AJ_UNITS_OK, 3, 1},
        {"100 us", AJ_UNITS_OK, 6, 100000},
        {"1.5 us", AJ_UNITS_OK, 6, 1500},
        {"0.001us", AJ_UNITS_OK, 7, 1},
        {"2 ms", AJ_UNITS_OK, 4, 2000000},
        {"0.25 s", AJ_UNITS_OK, 6, 250000000},
        {"1 s", AJ_UNITS_OK, 3, 1000000000},
        {"1.000000001 s", AJ_UNITS_OK, 13, 1000000001},
        {"1.0000000000000000000000000 ns", AJ_UNITS_OK, 30, 1},
        {"3 min", AJ_UNITS_OK, 5, 180000000000},
        {"0.5 h", AJ_UNITS_OK, 5, 1800000000000},
        /* 2^-13, and an hour is 2^13 times an odd number of ns */
        {"0.0001220703125 h", AJ_UNITS_OK, 17, 439453125},
        {"0.00006103515625 h", AJ_UNITS_FRACTION, 17, 0},
        {"9223372036854775807 ns", AJ_UNITS_OK, 22, INT64_MAX},
        {"9223372036.854775807 s", AJ_UNITS_OK, 22, INT64_MAX},
        {"9223372036854775808 ns", AJ_UNITS_RANGE, 20, 0},
        {"9223372036.854775808 s", AJ_UNITS_RANGE, 21, 0},
        {"18446744073709551615 h", AJ_UNITS_RANGE, 21, 0},
        {"18446744073709551616 ns", AJ_UNITS_RANGE, 19, 0},
        {"1.5 ns", AJ_UNITS_FRACTION, 4, 0},
        {"0.0001 us", AJ_UNITS_FRACTION, 7, 0},
        {"0.0000000000000000001 h", AJ_UNITS_FRACTION, 20, 0},
        {"", AJ_UNITS_EMPTY, 0, 0},
        {"us", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"-1 us", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {".5 us", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1. us", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"1.2.3 us", AJ_UNITS_NOT_A_NUMBER, 3, 0},
        {"01 us", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1,5 us", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1  us", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"100", AJ_UNITS_UNIT, 3, 0},
        {"100 ", AJ_UNITS_UNIT, 4, 0},
        {"1 US", AJ_UNITS_UNIT, 2, 0},
        {"1 m", AJ_UNITS_UNIT, 2, 0},
        {"1 us ", AJ_UNITS_UNIT, 2, 0},
        {"1e3 us", AJ_UNITS_UNIT, 1, 0},
        {"0x10 us", AJ_UNITS_UNIT, 1, 0},
    };
    run_cases(parse_duration, cases, AJ_COUNT(cases));
}

static void integer_sets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum aj_units_why why;
        size_t at;
        uint64_t low; /* members 0..63 */
    } cases[] = {
        {"0", AJ_UNITS_OK, 1, 1},
        {"0,2-4", AJ_UNITS_OK, 5, 0x1d},
        {"0, 2-4", AJ_UNITS_OK, 6, 0x1d},
        {"3,1,2-3,1", AJ_UNITS_OK, 9, 0xe},
        {"5-5", AJ_UNITS_OK, 3, 0x20},
        {"0-63", AJ_UNITS_OK, 4, UINT64_MAX},
        {"", AJ_UNITS_EMPTY, 0, 0},
        {",", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1,", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"1,,2", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"1 ,2", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"1-", AJ_UNITS_NOT_A_NUMBER, 2, 0},
        {"-1", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"1-2-3", AJ_UNITS_NOT_A_NUMBER, 3, 0},
        {"0-8:2", AJ_UNITS_NOT_A_NUMBER, 3, 0},
        {"0x3", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"01", AJ_UNITS_NOT_A_NUMBER, 1, 0},
        {"all", AJ_UNITS_NOT_A_NUMBER, 0, 0},
        {"64", AJ_UNITS_RANGE, 0, 0},
        {"1,64", AJ_UNITS_RANGE, 2, 0},
        {"60-64", AJ_UNITS_RANGE, 3, 0},
        {"0-18446744073709551615", AJ_UNITS_RANGE, 2, 0},
        {"0-18446744073709551616", AJ_UNITS_RANGE, 21, 0},
        {"3-1", AJ_UNITS_ORDER, 2, 0},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_cpuset set = {{UNTOUCHED}};
        const struct aj_units_result got = aj_parse_intset(cases[i].text, 64, &set);
        const uint64_t expected = cases[i].why == AJ_UNITS_OK ? cases[i].low : UNTOUCHED;
        if (got.why != cases[i].why || got.at != cases[i].at || set.word[0] != expected)
            fail_msg("'%s' %s at %zu", cases[i].text, aj_units_why_text(got.why), got.at);
        assert_int_equal(aj_cpuset_next(&set, 64), AJ_CPU_MAX);
    }
    struct aj_cpuset all;
    assert_int_equal(aj_parse_intset("0-1023", AJ_CPU_MAX, &all).why, AJ_UNITS_OK);
    assert_int_equal(aj_cpuset_count(&all), AJ_CPU_MAX);
    assert_int_equal(aj_parse_intset("1024", AJ_CPU_MAX, &all).why, AJ_UNITS_RANGE);
    assert_int_equal(aj_parse_intset("0", 0, &all).why, AJ_UNITS_RANGE);
}

static void formats(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_string_equal(aj_format_hex(arena, 0), "0x0");
    assert_string_equal(aj_format_hex(arena, 0x1f), "0x1f");
    assert_string_equal(aj_format_hex(arena, UINT64_MAX), "0xffffffffffffffff");
    static const struct {
        uint64_t bytes;
        const char *text;
    } size_cases[] = {
        {0, "0 B"},
        {1, "1 B"},
        {1023, "1023 B"},
        {1024, "1 KiB"},
        {1025, "0x401"},
        {AJ_KIB(1536), "0x180000"},
        {AJ_MIB(16), "16 MiB"},
        {AJ_GIB(1023), "1023 GiB"},
        {AJ_GIB(1024), "1 TiB"},
        {UINT64_C(1) << 63, "8388608 TiB"},
        {UINT64_MAX, "0xffffffffffffffff"},
    };
    for (size_t i = 0; i < AJ_COUNT(size_cases); i++)
        assert_string_equal(aj_format_size(arena, size_cases[i].bytes), size_cases[i].text);
    static const struct {
        int64_t ns;
        const char *text;
    } duration_cases[] = {
        {0, "0 ns"},
        {1, "1 ns"},
        {1500, "1500 ns"},
        {100000, "100 us"},
        {1000000000, "1 s"},
        {90000000000, "90 s"},
        {60000000000, "1 min"},
        {INT64_C(86400000000000), "24 h"},
        {INT64_MAX, "9223372036854775807 ns"},
        {-2000, "-2 us"},
        {INT64_MIN, "-9223372036854775808 ns"},
    };
    for (size_t i = 0; i < AJ_COUNT(duration_cases); i++)
        assert_string_equal(aj_format_duration(arena, duration_cases[i].ns),
                            duration_cases[i].text);
    aj_arena_close(arena);
}

static void each_reason_has_words(void **state)
{
    (void)state;
    for (enum aj_units_why a = AJ_UNITS_OK; a <= AJ_UNITS_FRACTION; a++)
        for (enum aj_units_why b = AJ_UNITS_OK; b < a; b++)
            assert_string_not_equal(aj_units_why_text(a), aj_units_why_text(b));
}

static void texts_read_back(void **state)
{
    (void)state;
    uint64_t random = test_random_start(9);
    struct aj_arena *arena = aj_arena_open();
    for (size_t round = 0; round < 20000; round++) {
        const struct aj_mark mark = aj_arena_mark(arena);
        const uint64_t number = test_random_edgy(&random);
        const int64_t ns = (int64_t)(number >> 1);
        uint64_t back = ~number;
        assert_int_equal(aj_parse_u64(aj_format_hex(arena, number), &back).why, AJ_UNITS_OK);
        assert_true(back == number);
        back = ~number;
        const char *decimal = aj_strf(arena, "%llu", (unsigned long long)number);
        assert_int_equal(aj_parse_u64(decimal, &back).why, AJ_UNITS_OK);
        assert_true(back == number);
        back = ~number;
        assert_int_equal(aj_parse_size(aj_format_size(arena, number), &back).why, AJ_UNITS_OK);
        assert_true(back == number);
        int64_t ns_back = -1;
        const char *duration = aj_format_duration(arena, ns);
        assert_int_equal(aj_parse_duration(duration, &ns_back).why, AJ_UNITS_OK);
        assert_true(ns_back == ns);
        /* the same with a decimal point: seconds to nine digits */
        const char *seconds = aj_strf(arena, "%lld.%09lld s", (long long)(ns / 1000000000),
                                      (long long)(ns % 1000000000));
        ns_back = -1;
        assert_int_equal(aj_parse_duration(seconds, &ns_back).why, AJ_UNITS_OK);
        assert_true(ns_back == ns);
        aj_arena_release(arena, mark);
    }
    aj_arena_close(arena);
}

static void test_sizes_for_people(void **state)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {{0, "0 B"},
                 {1 << 20, "1 MiB"},
                 {0x110000, "1.1 MiB"},
                 {1048575, "1024.0 KiB"},
                 {UINT64_MAX, "16.0 EiB"},
                 {0xec800000, "3.7 GiB"}};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(sizes); i++)
        assert_string_equal(aj_format_size_about(arena, sizes[i].bytes), sizes[i].text);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes_for_people),
        cmocka_unit_test(numbers),
        cmocka_unit_test(sizes),
        cmocka_unit_test(durations),
        cmocka_unit_test(integer_sets),
        cmocka_unit_test(formats),
        cmocka_unit_test(texts_read_back),
        cmocka_unit_test(each_reason_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
