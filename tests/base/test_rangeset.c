/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/rangeset.h"

#define SPACE 128 /* addresses of the model */
#define HALF  (UINT64_C(1) << 63)

/*
 * The model: one bool for each address of a window. The window stands at 0, at some page boundary,
 * or ends at 2^64.
 */
struct model {
    bool has[SPACE];
};
static const aj_addr windows[] = {0, 0x40000000 - 60, UINT64_MAX - (SPACE - 1)};

static bool model_has(const struct model *model, aj_addr window, aj_addr address)
{
    return address - window < SPACE && model->has[address - window];
}

static void assert_sound(const struct aj_rangeset *set)
{
    for (size_t i = 0; i < set->count; i++)
        assert_true(aj_range_ok(set->items[i]));
    for (size_t i = 1; i < set->count; i++)
        assert_true(aj_range_last(set->items[i - 1]) < set->items[i].base - 1);
}

static void assert_same(const struct aj_rangeset *set, const struct model *model, aj_addr window)
{
    assert_sound(set);
    struct model seen = {{false}};
    for (size_t i = 0; i < set->count; i++) {
        for (aj_size k = 0; k < set->items[i].size; k++) {
            const aj_addr address = set->items[i].base + k;
            assert_true(model_has(model, window, address));
            seen.has[address - window] = true;
        }
    }
    assert_memory_equal(&seen, model, sizeof seen);
}

static struct aj_range random_range(uint64_t *random, aj_addr window)
{
    const uint32_t at = test_random_below(random, SPACE);
    const uint32_t most = SPACE - at < 24 ? SPACE - at : 24;
    return (struct aj_range){window + at, 1 + test_random_below(random, most)};
}

static void assert_queries(const struct aj_rangeset *set, const struct model *model, aj_addr window,
                           struct aj_range range)
{
    bool all = true, any = false;
    for (aj_size k = 0; k < range.size; k++) {
        all = all && model_has(model, window, range.base + k);
        any = any || model_has(model, window, range.base + k);
    }
    assert_int_equal(aj_rangeset_covers(set, range), all);
    assert_int_equal(aj_rangeset_overlaps(set, range), any);
}

static void operations_agree_with_a_bitmap(void **state)
{
    (void)state;
    uint64_t random = test_random_start(6);
    struct aj_arena *arena = aj_arena_open();
    for (size_t w = 0; w < AJ_COUNT(windows); w++) {
        struct aj_rangeset set = {0};
        struct model model = {{false}};
        for (size_t step = 0; step < 4000; step++) {
            const struct aj_range range = random_range(&random, windows[w]);
            const bool add = test_random_below(&random, 2) == 0;
            if (add)
                aj_rangeset_add(arena, &set, range);
            else
                aj_rangeset_sub(arena, &set, range);
            memset(model.has + (range.base - windows[w]), add, range.size);
            assert_same(&set, &model, windows[w]);
            assert_queries(&set, &model, windows[w], random_range(&random, windows[w]));
        }
    }
    aj_arena_close(arena);
}

static void whole_sets_agree_with_a_bitmap(void **state)
{
    (void)state;
    uint64_t random = test_random_start(7);
    struct aj_arena *arena = aj_arena_open();
    for (size_t round = 0; round < 600; round++) {
        const aj_addr window = windows[round % AJ_COUNT(windows)];
        struct aj_rangeset a = {0}, b = {0}, minus = {0};
        struct model ma = {{false}}, mb = {{false}}, m_or, m_minus;
        for (size_t i = test_random_below(&random, 6); i > 0; i--) {
            const struct aj_range ra = random_range(&random, window);
            const struct aj_range rb = random_range(&random, window);
            aj_rangeset_add(arena, &a, ra);
            aj_rangeset_add(arena, &b, rb);
            memset(ma.has + (ra.base - window), 1, ra.size);
            memset(mb.has + (rb.base - window), 1, rb.size);
        }
        for (size_t i = 0; i < SPACE; i++) {
            m_or.has[i] = ma.has[i] || mb.has[i];
            m_minus.has[i] = ma.has[i] && !mb.has[i];
        }
        aj_rangeset_add_all(arena, &minus, &a);
        aj_rangeset_sub_all(arena, &minus, &b);
        assert_same(&minus, &m_minus, window);
        aj_rangeset_add_all(arena, &a, &b);
        assert_same(&a, &m_or, window);
        aj_rangeset_add_all(arena, &a, &a);
        assert_same(&a, &m_or, window);
        aj_rangeset_sub_all(arena, &a, &a);
        assert_int_equal(a.count, 0);
    }
    aj_arena_close(arena);
}

static void the_top_of_the_address_space(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_rangeset set = {0};
    aj_rangeset_add(arena, &set, (struct aj_range){UINT64_MAX, 1});
    assert_true(aj_rangeset_covers(&set, (struct aj_range){UINT64_MAX, 1}));
    assert_false(aj_rangeset_overlaps(&set, (struct aj_range){0, UINT64_MAX}));
    aj_rangeset_add(arena, &set, (struct aj_range){HALF, HALF - 1});
    assert_int_equal(set.count, 1);
    assert_true(set.items[0].base == HALF && set.items[0].size == HALF);
    aj_rangeset_sub(arena, &set, (struct aj_range){UINT64_MAX - 1, 2});
    assert_true(aj_range_last(set.items[0]) == UINT64_MAX - 2);
    aj_arena_close(arena);
}

static void all_addresses_are_two_halves(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_rangeset set = {0};
    const struct aj_range middle = {HALF - 5, 10};
    aj_rangeset_add(arena, &set, (struct aj_range){0, UINT64_MAX});
    assert_int_equal(set.count, 1);
    aj_rangeset_add(arena, &set, (struct aj_range){UINT64_MAX, 1});
    assert_int_equal(set.count, 2);
    assert_true(aj_rangeset_covers(&set, (struct aj_range){0, UINT64_MAX}));
    assert_true(aj_rangeset_covers(&set, (struct aj_range){1, UINT64_MAX}));
    assert_true(aj_rangeset_covers(&set, middle));
    aj_rangeset_add(arena, &set, middle);
    assert_int_equal(set.count, 2);
    aj_rangeset_round_to_pages(arena, &set);
    assert_int_equal(set.count, 2);
    assert_true(set.items[0].base == 0 && set.items[0].size == HALF);
    assert_true(set.items[1].base == HALF && set.items[1].size == HALF);
    aj_rangeset_sub(arena, &set, middle);
    assert_int_equal(set.count, 2);
    assert_false(aj_rangeset_overlaps(&set, middle));
    assert_true(aj_rangeset_covers(&set, (struct aj_range){0, HALF - 5}));
    assert_true(aj_rangeset_covers(&set, (struct aj_range){HALF + 5, HALF - 5}));
    aj_arena_close(arena);
}

static void invalid_ranges_are_nothing(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_rangeset set = {0};
    aj_rangeset_add(arena, &set, (struct aj_range){0x1000, 0});
    aj_rangeset_add(arena, &set, (struct aj_range){UINT64_MAX, 2});
    assert_int_equal(set.count, 0);
    aj_rangeset_add(arena, &set, (struct aj_range){0x1000, 0x1000});
    aj_rangeset_sub(arena, &set, (struct aj_range){0x1000, 0});
    aj_rangeset_sub(arena, &set, (struct aj_range){0x1000, UINT64_MAX});
    assert_int_equal(set.count, 1);
    assert_false(aj_rangeset_covers(&set, (struct aj_range){0x1000, 0}));
    assert_false(aj_rangeset_overlaps(&set, (struct aj_range){0x1000, 0}));
    aj_arena_close(arena);
}

/* The result covers the set, is made of pages, and each of its pages is needed. */
static void pages_are_the_smallest_cover(void **state)
{
    (void)state;
    uint64_t random = test_random_start(8);
    struct aj_arena *arena = aj_arena_open();
    for (size_t round = 0; round < 500; round++) {
        struct aj_rangeset set = {0}, pages = {0};
        const aj_addr window = round % 2 == 0 ? 0 : UINT64_MAX - 0xffff;
        for (size_t i = 1 + test_random_below(&random, 5); i > 0; i--) {
            const uint32_t at = test_random_below(&random, 0x10000);
            const uint32_t most = 0x10000 - at < 5000 ? 0x10000 - at : 5000;
            aj_rangeset_add(arena, &set,
                            (struct aj_range){window + at, 1 + test_random_below(&random, most)});
        }
        aj_rangeset_add_all(arena, &pages, &set);
        aj_rangeset_round_to_pages(arena, &pages);
        assert_sound(&pages);
        for (size_t i = 0; i < set.count; i++)
            assert_true(aj_rangeset_covers(&pages, set.items[i]));
        for (aj_size at = 0; at < 0x10000; at += AJ_PAGE) {
            const struct aj_range page = {window + at, AJ_PAGE};
            const bool needed = aj_rangeset_overlaps(&set, page);
            assert_int_equal(aj_rangeset_covers(&pages, page), needed);
            assert_int_equal(aj_rangeset_overlaps(&pages, page), needed);
        }
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_agree_with_a_bitmap),
        cmocka_unit_test(whole_sets_agree_with_a_bitmap),
        cmocka_unit_test(the_top_of_the_address_space),
        cmocka_unit_test(all_addresses_are_two_halves),
        cmocka_unit_test(invalid_ranges_are_nothing),
        cmocka_unit_test(pages_are_the_smallest_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
