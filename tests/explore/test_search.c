/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search against simulated boards: what it proposes is allowed and new, what it recommends is
 * measured, and it learns what the board is made of.
 */
#include "explore/search.h"

#include <math.h>

#include "tests/support/support.h"
#include "tests/support/world.h"

#define RUNS 24

static void open_world(struct test_world *w, uint32_t cpus, uint64_t seed)
{
    struct explore_sim_options options = EXPLORE_SIM_OPTIONS;
    options.seed = seed;
    test_world_open(w, cpus, &options);
}

static enum aj_status propose(struct test_world *w, uint32_t budget,
                              struct explore_proposal *proposal)
{
    const struct explore_search_options options = {
        .seed = 1, .draw = w->history.count, .budget = budget};
    return explore_search_propose(&w->cx, w->space, &w->history, &options, w->arena, proposal);
}

/* Far better than chance, on each of two boards; each proposal allowed, none twice. */
static void test_finds(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct test_world w;
        open_world(&w, 8, seed);
        for (uint32_t i = 0; i < RUNS; i++) {
            struct explore_proposal proposal;
            assert_int_equal(propose(&w, RUNS, &proposal), AJ_OK);
            assert_true(explore_space_allows(w.space, &proposal.decision));
            for (size_t k = 0; k < w.history.count; k++)
                assert_false(
                    explore_decision_equal(w.space, &proposal.decision, w.runs[k].decision));
            assert_true(proposal.sd >= 0.0 && proposal.likely_gain > 0.0 &&
                        proposal.likely_gain < 1.0);
            test_world_measure(&w, &proposal.decision);
        }
        const struct explore_ranked *ranked;
        size_t count;
        explore_search_rank(&w.cx, w.space, &w.history, w.arena, &ranked, &count);
        assert_int_equal(count, RUNS);
        struct explore_decision any = explore_decision_new(w.space, w.arena);
        uint32_t better = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            assert_true(explore_space_random(w.space, &w.random, 100, &any));
            better += test_world_truth(&w, &any) < test_world_truth(&w, ranked[0].decision);
        }
        if (better > 5)
            fail_msg("seed %u: %u of 1000 random decisions are better", (unsigned)seed,
                     (unsigned)better);
        test_world_close(&w);
    }
}

/* The same history, seed and number give the same proposal; another number another one. */
static void test_repeats(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 8, 4);
    test_world_measure_random(&w, 6);
    struct explore_proposal a, b;
    assert_int_equal(propose(&w, 20, &a), AJ_OK);
    assert_int_equal(propose(&w, 20, &b), AJ_OK);
    assert_true(explore_decision_equal(w.space, &a.decision, &b.decision));
    test_world_close(&w);
}

/* Replicates are one, their number counts, and a lucky single run does not win by itself. */
static void test_ranks(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 8, 5);
    struct explore_decision any = explore_decision_new(w.space, w.arena);
    for (uint32_t i = 0; i < 10; i++) {
        assert_true(explore_space_random(w.space, &w.random, 100, &any));
        test_world_measure(&w, &any);
        test_world_measure(&w, &any);
    }
    const struct explore_ranked *ranked;
    size_t count;
    explore_search_rank(&w.cx, w.space, &w.history, w.arena, &ranked, &count);
    assert_int_equal(count, 10);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ranked[i].runs, 2);
        assert_true(i == 0 || ranked[i].mean >= ranked[i - 1].mean);
        assert_true(fabs(ranked[i].mean / test_world_truth(&w, ranked[i].decision) - 1.0) < 0.15);
    }
    test_world_close(&w);
}

static void test_ends(void **state)
{
    (void)state;
    struct test_world w;
    struct explore_proposal proposal;
    open_world(&w, 4, 7);
    struct explore_space space = *w.space;
    struct explore_space_cell cells[3];
    memcpy(cells, w.space->cells, sizeof cells);
    for (uint32_t c = 0; c < 3; c++) {
        /* Each CPU has one owner that may have it, and there is one bank for each cell. */
        memset(&cells[c].allowed, 0, sizeof cells[c].allowed);
        cells[c].banks = UINT64_C(1) << c;
    }
    aj_cpuset_add(&cells[0].allowed, 0);
    aj_cpuset_add(&cells[0].allowed, 1);
    aj_cpuset_add(&cells[1].allowed, 2);
    aj_cpuset_add(&cells[2].allowed, 3);
    space.cells = cells;
    space.irqs_count = 0;
    test_world_use(&w, &space);
    assert_int_equal(propose(&w, 0, &proposal), AJ_OK);
    test_world_measure(&w, &proposal.decision);
    assert_int_equal(propose(&w, 0, &proposal), AJ_ERR_LIMIT);
    test_one_error(&w.cx, "space-exhausted", 0, 0);
    cells[1].cpus_low = cells[1].cpus_high = 2;
    w.cx.diags_count = 0;
    memset(w.cx.diags_of, 0, sizeof w.cx.diags_of);
    assert_int_equal(propose(&w, 0, &proposal), AJ_ERR_INFEASIBLE);
    test_one_error(&w.cx, "space-empty", 0, 0);
    test_world_close(&w);
}

/* A run that was ended early counts as at least so slow, and nonsense counts nothing. */
static void test_censored(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 8, 8);
    test_world_measure_random(&w, 12);
    for (uint32_t p = 0; p < 8; p++) {
        if (!isnan(w.us[3][p]))
            w.us[3][p] = 500.0;
        if (!isnan(w.us[4][p]))
            w.us[4][p] = p % 2 == 0 ? (double)INFINITY : -1.0;
    }
    w.runs[3].censored = true;
    const struct explore_ranked *ranked;
    size_t count;
    explore_search_rank(&w.cx, w.space, &w.history, w.arena, &ranked, &count);
    assert_int_equal(count, 12);
    assert_ptr_equal(ranked[11].decision, w.runs[3].decision);
    for (size_t i = 0; i < count; i++)
        assert_true(isfinite(ranked[i].mean));
    test_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds), cmocka_unit_test(test_repeats),  cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_ends),  cmocka_unit_test(test_censored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
