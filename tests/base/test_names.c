/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/names.h"

static const struct aj_name flags[] = {
    {1, "READ"}, {2, "WRITE"}, {4, "EXECUTE"}, {8, "DMA"}, {1, "LOAD"}, {0, NULL},
};
static const struct aj_name one[] = {{7, "only"}, {0, NULL}};
static const struct aj_name none[] = {{0, NULL}};

static void words_compare_without_case(void **state)
{
    (void)state;
    assert_true(aj_same_word("", ""));
    assert_true(aj_same_word("cpus", "CPUs"));
    assert_false(aj_same_word("cpus", "cpu"));
    assert_false(aj_same_word("cpu", "cpus"));
    assert_false(aj_same_word("[", "{")); /* differ by the same bit as letters of two cases */
    assert_false(aj_same_word("\xc4", "\xe4"));
}

static void names_are_found(void **state)
{
    (void)state;
    assert_ptr_equal(aj_name_find(flags, NULL, "write"), &flags[1]);
    assert_ptr_equal(aj_name_find(flags, "MEM_", "MEM_DMA"), &flags[3]);
    assert_ptr_equal(aj_name_find(flags, "MEM_", "mem_dma"), &flags[3]);
    assert_ptr_equal(aj_name_find(flags, "MEM_", "DMA"), &flags[3]);
    assert_null(aj_name_find(flags, NULL, "MEM_DMA"));
    assert_null(aj_name_find(flags, "MEM_", "MEM_"));
    assert_null(aj_name_find(flags, "MEM_", "MEM_MEM_DMA"));
    assert_null(aj_name_find(flags, NULL, ""));
    assert_null(aj_name_find(none, NULL, "read"));
    assert_string_equal(aj_name_of(flags, 1), "READ");
    assert_null(aj_name_of(flags, 3));
}

static void nearest_name(void **state)
{
    (void)state;
    assert_string_equal(aj_name_nearest(flags, "WIRTE"), "WRITE");
    assert_string_equal(aj_name_nearest(flags, "exekute"), "EXECUTE");
    assert_string_equal(aj_name_nearest(flags, "dma"), "DMA");
    assert_string_equal(aj_name_nearest(flags, "DMAX"), "DMA");
    assert_null(aj_name_nearest(flags, "DM"));
    assert_null(aj_name_nearest(flags, "ROOTSHARED"));
    assert_null(aj_name_nearest(flags, ""));
    assert_null(aj_name_nearest(none, "READ"));
}

static void known_distances(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        uint32_t distance;
    } cases[] = {
        {"", "", 0},
        {"", "abc", 3},
        {"cpus", "CPUS", 0},
        {"ab", "ba", 1},
        {"kitten", "sitting", 3},
        {"abcd", "acbd", 1},
        {"ca", "abc", 3}, /* 2 if a swapped pair could be edited again */
        {"memroy", "memory", 1},
        {"abcdef", "badcfe", 3},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        assert_int_equal(aj_edit_distance(cases[i].a, cases[i].b), cases[i].distance);
        assert_int_equal(aj_edit_distance(cases[i].b, cases[i].a), cases[i].distance);
    }
}

/* The definition, by plain recursion: distance of the last `m` bytes of a to the last `n` of b. */
static uint32_t reference(const char *a, size_t m, const char *b, size_t n)
{
    if (m == 0 || n == 0)
        return (uint32_t)(m + n);
    uint32_t best = reference(a + 1, m - 1, b + 1, n - 1) + (a[0] != b[0]);
    const uint32_t shorter_a = reference(a + 1, m - 1, b, n) + 1;
    const uint32_t shorter_b = reference(a, m, b + 1, n - 1) + 1;
    best = shorter_a < best ? shorter_a : best;
    best = shorter_b < best ? shorter_b : best;
    if (m > 1 && n > 1 && a[0] == b[1] && a[1] == b[0]) {
        const uint32_t swapped = reference(a + 2, m - 2, b + 2, n - 2) + 1;
        best = swapped < best ? swapped : best;
    }
    return best;
}

static void distance_agrees_with_its_definition(void **state)
{
    (void)state;
    uint64_t random = test_random_start(10);
    for (size_t round = 0; round < 2000; round++) {
        char word[2][7];
        size_t len[2];
        for (size_t w = 0; w < 2; w++) {
            len[w] = test_random_below(&random, 7);
            for (size_t i = 0; i < len[w]; i++)
                word[w][i] = (char)('a' + test_random_below(&random, 3));
            word[w][len[w]] = '\0';
        }
        assert_int_equal(aj_edit_distance(word[0], word[1]),
                         reference(word[0], len[0], word[1], len[1]));
    }
}

static void absurd_texts_are_cheap(void **state)
{
    (void)state;
    const size_t size = 1 << 20;
    struct aj_arena *arena = aj_arena_open();
    char *text = aj_alloc(arena, size + 1);
    memset(text, 'R', size);
    assert_null(aj_name_nearest(flags, text));
    assert_null(aj_name_find(flags, NULL, text));
    aj_arena_close(arena);
}

static void lists_for_messages(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_string_equal(aj_names_list(arena, flags), "READ, WRITE, EXECUTE, DMA or LOAD");
    assert_string_equal(aj_names_list(arena, one), "only");
    assert_string_equal(aj_names_list(arena, none), "");
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_compare_without_case),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(nearest_name),
        cmocka_unit_test(known_distances),
        cmocka_unit_test(distance_agrees_with_its_definition),
        cmocka_unit_test(absurd_texts_are_cheap),
        cmocka_unit_test(lists_for_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
