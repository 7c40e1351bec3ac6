/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/cpuset.h"
#include "base/units.h"

/* The model: one bool for each CPU. */
struct model {
    bool has[AJ_CPU_MAX];
};

static void random_set(uint64_t *random, struct aj_cpuset *set, struct model *model)
{
    *set = (struct aj_cpuset){{0}};
    *model = (struct model){{false}};
    const uint32_t spans = test_random_below(random, 8);
    for (uint32_t i = 0; i < spans; i++) {
        const uint32_t first = test_random_below(random, AJ_CPU_MAX);
        const uint32_t len = 1 + test_random_below(random, 1U << test_random_below(random, 11));
        for (uint32_t cpu = first; cpu < first + len && cpu < AJ_CPU_MAX; cpu++) {
            aj_cpuset_add(set, cpu);
            model->has[cpu] = true;
        }
    }
}

static void assert_same(const struct aj_cpuset *set, const struct model *model)
{
    uint32_t count = 0, next = aj_cpuset_next(set, 0);
    for (uint32_t cpu = 0; cpu < AJ_CPU_MAX; cpu++) {
        assert_int_equal(aj_cpuset_has(set, cpu), model->has[cpu]);
        if (!model->has[cpu])
            continue;
        assert_int_equal(next, cpu);
        next = aj_cpuset_next(set, cpu + 1);
        count++;
    }
    assert_int_equal(next, AJ_CPU_MAX);
    assert_int_equal(aj_cpuset_count(set), count);
    assert_int_equal(aj_cpuset_empty(set), count == 0);
}

static void operations_agree_with_a_model(void **state)
{
    (void)state;
    uint64_t random = test_random_start(4);
    for (size_t round = 0; round < 300; round++) {
        struct aj_cpuset a, b;
        struct model ma, mb;
        random_set(&random, &a, &ma);
        random_set(&random, &b, &mb);
        assert_same(&a, &ma);
        struct aj_cpuset both = a, either = a, less = a;
        aj_cpuset_and(&both, &b);
        aj_cpuset_or(&either, &b);
        aj_cpuset_sub(&less, &b);
        struct model m_both, m_either, m_less;
        bool subset = true, common = false, equal = true;
        for (uint32_t cpu = 0; cpu < AJ_CPU_MAX; cpu++) {
            m_both.has[cpu] = ma.has[cpu] && mb.has[cpu];
            m_either.has[cpu] = ma.has[cpu] || mb.has[cpu];
            m_less.has[cpu] = ma.has[cpu] && !mb.has[cpu];
            subset = subset && (!ma.has[cpu] || mb.has[cpu]);
            common = common || m_both.has[cpu];
            equal = equal && ma.has[cpu] == mb.has[cpu];
        }
        assert_same(&both, &m_both);
        assert_same(&either, &m_either);
        assert_same(&less, &m_less);
        assert_int_equal(aj_cpuset_subset(&a, &b), subset);
        assert_int_equal(aj_cpuset_intersects(&a, &b), common);
        assert_int_equal(aj_cpuset_equal(&a, &b), equal);
        assert_true(aj_cpuset_subset(&both, &a) && aj_cpuset_subset(&a, &either));
        assert_false(aj_cpuset_intersects(&less, &b));
    }
}

static void texts_read_back(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    uint64_t random = test_random_start(5);
    for (size_t round = 0; round < 1000; round++) {
        struct aj_cpuset set, back;
        struct model model;
        random_set(&random, &set, &model);
        if (aj_cpuset_empty(&set))
            continue;
        const char *text = aj_cpuset_format(arena, &set);
        assert_int_equal(aj_parse_intset(text, AJ_CPU_MAX, &back).why, AJ_UNITS_OK);
        assert_true(aj_cpuset_equal(&set, &back));
        assert_string_equal(aj_cpuset_format(arena, &back), text);
    }
    aj_arena_close(arena);
}

static void format_is_that_of_linux(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_cpuset set = {{0}};
    assert_string_equal(aj_cpuset_format(arena, &set), "");
    aj_cpuset_add(&set, 0);
    assert_string_equal(aj_cpuset_format(arena, &set), "0");
    aj_cpuset_add(&set, 2);
    aj_cpuset_add(&set, 3);
    aj_cpuset_add(&set, 4);
    assert_string_equal(aj_cpuset_format(arena, &set), "0,2-4");
    aj_cpuset_add(&set, 63);
    aj_cpuset_add(&set, 64);
    aj_cpuset_add(&set, AJ_CPU_MAX - 1);
    assert_string_equal(aj_cpuset_format(arena, &set), "0,2-4,63-64,1023");
    aj_cpuset_remove(&set, 3);
    aj_cpuset_remove(&set, 3);
    aj_cpuset_remove(&set, AJ_CPU_MAX);
    assert_string_equal(aj_cpuset_format(arena, &set), "0,2,4,63-64,1023");
    aj_arena_close(arena);
}

static void beyond_the_maximum_is_nothing(void **state)
{
    (void)state;
    struct aj_cpuset all;
    memset(&all, 0xff, sizeof all);
    assert_int_equal(aj_cpuset_count(&all), AJ_CPU_MAX);
    assert_true(aj_cpuset_has(&all, AJ_CPU_MAX - 1));
    assert_false(aj_cpuset_has(&all, AJ_CPU_MAX));
    assert_false(aj_cpuset_has(&all, UINT32_MAX));
    assert_int_equal(aj_cpuset_next(&all, AJ_CPU_MAX - 1), AJ_CPU_MAX - 1);
    assert_int_equal(aj_cpuset_next(&all, AJ_CPU_MAX), AJ_CPU_MAX);
    assert_int_equal(aj_cpuset_next(&all, UINT32_MAX), AJ_CPU_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_agree_with_a_model),
        cmocka_unit_test(texts_read_back),
        cmocka_unit_test(format_is_that_of_linux),
        cmocka_unit_test(beyond_the_maximum_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
