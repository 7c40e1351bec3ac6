/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/summary.h"

#include <math.h>

#include "tests/support/support.h"

static void test_no_runs(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    const struct explore_summary s = explore_summary_make(NULL, 0, arena);
    assert_true(isnan(s.score));
    assert_true(s.late_bounds.low <= 0.0 && s.late_bounds.high >= 1.0);
    assert_string_equal(explore_summary_text(&s, 100000, arena), "not measured");
    aj_arena_close(arena);
}

/* The median of the runs' scores, its order statistics, and runs that are late on any CPU. */
static void test_runs(void **state)
{
    static const struct explore_summary_run runs[] = {{45, false, false}, {41, false, true},
                                                      {44, false, false}, {40, false, false},
                                                      {46, false, true},  {43, false, false}};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    struct explore_summary s = explore_summary_make(runs, 6, arena);
    assert_int_equal(s.late, 2);
    assert_true(fabs(s.late_bounds.high - 0.878) < 1e-3); /* 2 of 6, at any time */
    assert_string_equal(explore_summary_text(&s, 100000, arena),
                        "43.5 % of 100 us (95 % interval 40.0 to 46.0 %, 6 runs)");
    s = explore_summary_make(runs, 1, arena);
    assert_string_equal(explore_summary_text(&s, 100000, arena),
                        "45.0 % of 100 us (1 run, too few for an interval)");
    aj_arena_close(arena);
}

/* A run that ended early bounds what lies above it from below only. */
static void test_early_ends(void **state)
{
    static const struct explore_summary_run runs[] = {{40, false, false}, {45, false, false},
                                                      {45, false, false}, {47, false, false},
                                                      {500, true, true},  {600, false, true}};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    struct explore_summary s = explore_summary_make(runs, 6, arena);
    assert_false(s.at_least);
    assert_true(s.bound_at_least);
    assert_string_equal(explore_summary_text(&s, 100000, arena),
                        "46.0 % of 100 us (95 % interval 40.0 to >= 600.0 %, 6 runs)");
    s = explore_summary_make(runs + 4, 2, arena);
    assert_true(s.at_least);
    assert_string_equal(explore_summary_text(&s, 100000, arena),
                        ">= 550.0 % of 100 us (2 runs, too few for an interval)");
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_runs),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_early_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
