/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/sim_board.h"

#include "tests/support/support.h"

static enum aj_status read_text(struct aj_ctx *cx, const char *text, struct aj_arena *arena,
                                struct explore_sim_board *board)
{
    const struct aj_yaml *doc;
    assert_int_equal(aj_yaml_parse(cx, "sim.yml", text, strlen(text), arena, &doc), AJ_OK);
    return explore_sim_board_read(cx, doc, arena, board);
}

static void test_nothing_said(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct explore_sim_board none, empty;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_int_equal(explore_sim_board_read(&cx, NULL, arena, &none), AJ_OK);
    assert_int_equal(read_text(&cx, "{}", arena, &empty), AJ_OK);
    assert_memory_equal(&none, &empty, sizeof none);
    assert_true(none.truth.seed == UINT64_MAX);
    assert_float_equal(none.truth.hidden, 1.0, 0.0);
    assert_float_equal(none.truth.pair_spread, EXPLORE_SIM_OPTIONS.pair_spread, 0.0);
    assert_float_equal(none.truth.noise, 1.0, 0.0);
    assert_float_equal(none.tail, 0.1, 0.0);
    assert_float_equal(none.faults.voids, 0.0, 0.0);
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

static void test_all_said(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct explore_sim_board b;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_int_equal(read_text(&cx,
                               "seed: 7\nhidden: 3\npair_spread: 0\nnoise: 0.5\nthree_way: 12\n"
                               "wrong_clusters: yes\nflat: yes\ntail: 0.25\ntakes: 20 ms\n"
                               "drift: {per_run: -0.5, step: 8, at_run: 20}\n"
                               "faults: {void: 0.1, refused: 0.2, lost_at: 5, hangs_at: 6}\n",
                               arena, &b),
                     AJ_OK);
    assert_int_equal(b.truth.seed, 7);
    assert_float_equal(b.truth.hidden, 3.0, 0.0);
    assert_float_equal(b.truth.pair_spread, 0.0, 0.0);
    assert_float_equal(b.truth.noise, 0.5, 0.0);
    assert_float_equal(b.truth.three_way, 12.0, 0.0);
    assert_true(b.truth.wrong_clusters && b.truth.flat);
    assert_float_equal(b.tail, 0.25, 0.0);
    assert_int_equal(b.takes_ns, 20000000);
    assert_float_equal(b.drift.per_run, -0.5, 0.0);
    assert_float_equal(b.drift.step, 8.0, 0.0);
    assert_int_equal(b.drift.at_run, 20);
    assert_float_equal(b.faults.voids, 0.1, 0.0);
    assert_float_equal(b.faults.refused, 0.2, 0.0);
    assert_int_equal(b.faults.lost_at, 5);
    assert_int_equal(b.faults.hangs_at, 6);
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

static void expect_refused(const char *text, const char *id)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_sim_board b;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_int_equal(read_text(&cx, text, arena, &b), AJ_ERR_INPUT);
    if (test_count(&cx, id) != 1)
        fail_msg("%s: %s", text, test_diags(&cx));
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

static void test_refused(void **state)
{
    (void)state;
    expect_refused("hidden: -1", "range");
    expect_refused("tail: 0.6", "range");
    expect_refused("faults: {void: 1.5}", "range");
    expect_refused("faults: {refused: -0.1}", "range");
    expect_refused("drift: {step: 2e6}", "range");
    expect_refused("noise: much", "number");
    expect_refused("drifts: {}", "key-unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_said),
        cmocka_unit_test(test_all_said),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
