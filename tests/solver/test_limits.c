/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A solve that is not let come to its end: by a gap, by the user, by the time. Nothing here is timed: the
 * observer of the search is the one who stops it.
 */
#include "solver/limits.h"

#include "benchmarks/instance.h"
#include "model/check.h"
#include "solver/solver.h"
#include "tests/support/support.h"

/* Hard enough that its tree has many nodes. */
static const struct bench_shape shape = {.name = "2*4x4/6",
                                         .packages = 2,
                                         .blocks = 8,
                                         .width = 4,
                                         .cells = 6,
                                         .regions = 5,
                                         .intervals = 2};
enum { SEEDS = 4 };

struct run {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct bench_instance in;
    const struct model_plan *plan;
    volatile int cancel;
    uint32_t heard, stop_after;
    bool known, high; /* news told a value; or a bound above it */
};

static void run_open(struct run *run, uint64_t seed)
{
    *run = (struct run){.arena = aj_arena_open()};
    aj_ctx_open(&run->cx);
    run->cx.cancel = &run->cancel;
    run->in = bench_instance_make(&shape, seed, run->arena);
}

static void run_close(struct run *run)
{
    aj_arena_close(run->arena);
    aj_ctx_close(&run->cx);
}

static void hear(void *to, const struct solver_news *news)
{
    struct run *run = to;
    run->heard++;
    run->known = run->known || news->known;
    run->high = run->high || (news->known && news->bound > news->value);
    assert_non_null(news->level);
    if (run->heard == run->stop_after)
        run->cancel = 1;
}

static enum aj_status solve(struct run *run, struct solver_options options)
{
    options.observer = (struct solver_observer){hear, run};
    return solver_solve(&run->cx, run->in.board, run->in.req, &options, run->arena, &run->plan);
}

static void check_bounds(struct run *run, double gap)
{
    run->cx.cancel = NULL;
    if (model_check_plan(&run->cx, run->in.board, run->in.req, run->plan) != AJ_OK)
        fail_msg("%s", test_diags(&run->cx));
    for (size_t i = 0; i < run->plan->levels_count; i++) {
        const struct model_plan_level *level = &run->plan->levels[i];
        const int64_t slack = solver_slack(gap, level->value);
        if (level->bound > level->value || level->value - level->bound > slack)
            fail_msg("%s: value %lld, bound %lld, gap %g", level->objective,
                     (long long)level->value, (long long)level->bound, gap);
    }
}

static void test_gap(void **state)
{
    static const double gaps[] = {0, 0.05, 0.5};
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        int64_t optimum = 0;
        for (size_t i = 0; i < AJ_COUNT(gaps); i++) {
            struct run run;
            run_open(&run, seed);
            assert_int_equal(solve(&run, (struct solver_options){.gap = gaps[i]}), AJ_OK);
            check_bounds(&run, gaps[i]);
            assert_false(run.high);
            if (i == 0)
                optimum = run.plan->levels[0].value;
            assert_true(run.plan->levels[0].value >= optimum);
            assert_true(run.plan->levels[0].bound <= optimum);
            run_close(&run);
        }
    }
}

/* Wherever the user ends it, there is a plan, and what is said of it is true. */
static void test_stopped(void **state)
{
    uint32_t unproved = 0, known = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        int64_t optimum = 0;
        for (uint32_t after = 0; after < 40; after += 1 + after) {
            struct run run;
            run_open(&run, seed);
            run.stop_after = after;
            const struct solver_options stops = {.on_cancel = SOLVER_CANCEL_STOPS};
            assert_int_equal(solve(&run, stops), AJ_OK);
            check_bounds(&run, 1);
            if (after == 0)
                optimum = run.plan->levels[0].value;
            assert_true(run.plan->levels[0].value >= optimum);
            assert_true(run.plan->levels[0].bound <= optimum);
            unproved += run.plan->status == MODEL_PLAN_FEASIBLE;
            known += run.known;
            run_close(&run);
        }
    }
    print_message("%u plans that are not proved optimal, %u times told of one before\n", unproved,
                  known);
    assert_true(unproved > SEEDS);
    assert_true(known > SEEDS);
}

static void test_interruption_fails_unless_it_stops(void **state)
{
    struct run run;
    (void)state;
    run_open(&run, 1);
    run.stop_after = 1;
    assert_int_equal(solve(&run, (struct solver_options){0}), AJ_INTERRUPTED);
    test_one_error(&run.cx, "interrupted", 0, 0);
    run_close(&run);
}

/* A ^C before anything was found: the first answer that there is. */
static void test_stopped_before_it_began(void **state)
{
    struct run run;
    (void)state;
    run_open(&run, 1);
    run.cancel = 1;
    assert_int_equal(solve(&run, (struct solver_options){.on_cancel = SOLVER_CANCEL_STOPS}), AJ_OK);
    assert_int_equal(run.plan->status, MODEL_PLAN_FEASIBLE);
    assert_int_equal(run.heard, 0);
    check_bounds(&run, 1);
    run_close(&run);
}

static void test_slack(void **state)
{
    (void)state;
    assert_int_equal(solver_slack(0, 1000), 0);
    assert_int_equal(solver_slack(0.02, 1000), 20);
    assert_int_equal(solver_slack(0.02, -1000), 20);
    assert_int_equal(solver_slack(0.02, 49), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_stopped),
        cmocka_unit_test(test_interruption_fails_unless_it_stops),
        cmocka_unit_test(test_stopped_before_it_began),
        cmocka_unit_test(test_slack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
