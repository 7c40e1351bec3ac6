/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/study.h"

#include <math.h>

static const char first[] = "plc: 3; gui: 2; irq 40: 0; irq 41: 0";
static const char second[] = "plc: 3; gui: 1; irq 40: 0; irq 41: 2";

static void test_runs(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, first, 40, 3);
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, second, "throttled");
    study_update(&s);
    const struct explore_entry *e = s.ledger.runs.items;
    assert_int_equal(s.ledger.runs.count, 2);
    assert_true(fabs(e[0].score - 40.0) < 1e-9);
    assert_true(fabs(e[0].latency_us[3] - 40.0) < 1e-9);
    assert_true(isnan(e[0].latency_us[2]));
    assert_int_equal(e[0].late[3], 3);
    assert_int_equal(e[0].blocks, 10);
    assert_false(e[0].censored);
    assert_true(isnan(e[1].score) && e[1].measurement == NULL);
    assert_string_equal(e[1].stored.reason, "throttled");

    /* New ones are read; those that are known keep what was read. */
    const double *kept = e[0].latency_us;
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, second, 60, 0);
    study_update(&s);
    assert_int_equal(s.ledger.runs.count, 3);
    assert_ptr_equal(s.ledger.runs.items[0].latency_us, kept);
    const struct explore_decision d = study_decision(&s, second);
    assert_true(fabs(explore_ledger_score(&s.ledger, &d) - 60.0) < 1e-9);
    const struct explore_history history = explore_ledger_history(&s.ledger, s.arena);
    assert_int_equal(history.count, 2);
    study_close(&s);
}

/* A claim that ended is read again; one whose process died is gone. */
static void test_claims(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, first, 40, 0);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, second, 40, 0);
    s.runs.items[0].state = EXPLORE_RUN_CLAIMED;
    s.runs.items[0].finished = 0;
    s.runs.items[1].finished = 1;
    study_update(&s);
    assert_int_equal(s.ledger.runs.items[0].stored.id, 2); /* it ended first */
    assert_int_equal(s.ledger.runs.ended, 1);
    assert_null(s.ledger.runs.items[1].measurement);
    s.runs.items[0].state = EXPLORE_RUN_DONE;
    s.runs.items[0].finished = 2;
    study_update(&s);
    assert_int_equal(s.ledger.runs.count, 2);
    assert_non_null(s.ledger.runs.items[1].measurement);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, second, 40, 0);
    s.runs.items[2].state = EXPLORE_RUN_CLAIMED;
    s.runs.items[2].finished = 0;
    study_update(&s);
    assert_int_equal(s.ledger.runs.count, 3);
    s.runs.count = 2;
    study_update(&s);
    assert_int_equal(s.ledger.runs.count, 2);
    study_close(&s);
}

/* Thousands of updates take memory for what is new alone. */
static void test_memory(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, first, 40, 0);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, second, 40, 0);
    s.runs.items[1].state = EXPLORE_RUN_CLAIMED;
    s.runs.items[1].finished = 0;
    study_update(&s);
    const struct aj_mark before = aj_arena_mark(s.ledger.arena);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(explore_ledger_update(&s.cx, &s.ledger, &s.runs.items[1], 1), AJ_OK);
    const struct aj_mark after = aj_arena_mark(s.ledger.arena);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(s.ledger.runs.count, 2);
    study_close(&s);
}

/* Ended by its last block: it has all blocks and is a bound all the same. */
static void test_censored(void **state)
{
    struct study s;
    size_t used;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, first, 600, 0);
    s.runs.items[0].censored = true;
    study_update(&s);
    assert_int_equal(s.ledger.runs.items[0].blocks, s.frame.spec->measure.blocks);
    assert_true(s.ledger.runs.items[0].censored);
    assert_true(explore_ledger_history(&s.ledger, s.arena).runs[0].censored);
    assert_int_equal(explore_ledger_earlier(&s.cx, &s.ledger, s.runs.items, 1, &used), AJ_OK);
    assert_true(explore_ledger_history(&s.ledger, s.arena).runs[0].censored);
    study_close(&s);
}

/* Board b gets slower by half; board a does not, and its runs stay comparable. */
static void test_drift_of_a_board(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    for (uint32_t i = 0; i < 16; i++) {
        s.board = i % 2 == 0 ? "sim:a" : "sim:b";
        study_done(&s, EXPLORE_PHASE_SENTINEL, 0, study_text(&s, &s.frame.baseline),
                   400 + i % 5 + (i % 2 == 1 && i > 8 ? 200 : 0), 0);
    }
    study_update(&s);
    assert_int_equal(explore_ledger_drift(&s.ledger, 0, s.arena).epochs_count, 1);
    assert_false(explore_ledger_drift(&s.ledger, 0, s.arena).suspect);
    assert_int_equal(explore_ledger_drift(&s.ledger, 1, s.arena).epochs_count, 2);
    const struct explore_history h = explore_ledger_history(&s.ledger, s.arena);
    for (size_t i = 0; i < h.count; i++)
        assert_int_equal(h.runs[i].epoch, i % 2 == 1 && i > 8 ? 1 : 0);
    study_close(&s);
}

static void refused(struct study *s, const char *decision, const char *measured_on)
{
    const size_t before = test_count(&s->cx, "explore-run");
    study_begin(s, study_cells, NULL);
    study_done(s, EXPLORE_PHASE_BASELINE, 0, measured_on, 40, 0);
    s->runs.items[0].decision = decision;
    assert_int_equal(explore_ledger_update(&s->cx, &s->ledger, s->runs.items, s->runs.count),
                     AJ_ERR_INPUT);
    assert_int_equal(test_count(&s->cx, "explore-run"), before + 1);
}

static void test_foreign_runs(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    refused(&s, "nobody: 3", first);
    refused(&s, "plc: 1; gui: 2; irq 40: 0; irq 41: 0", first); /* measured on CPU 3 */
    study_close(&s);
}

static void test_earlier_study(void **state)
{
    struct study s;
    size_t used;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, first, 40, 0);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, second, 60, 0);
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, second, "throttled");
    s.runs.items[0].decision = "of another space";
    assert_int_equal(explore_ledger_earlier(&s.cx, &s.ledger, s.runs.items, s.runs.count, &used),
                     AJ_OK);
    test_no_errors(&s.cx);
    assert_int_equal(used, 1);
    assert_int_equal(s.ledger.runs.count, 0);
    const struct explore_history history = explore_ledger_history(&s.ledger, s.arena);
    assert_int_equal(history.count, 1);
    assert_true(fabs(history.runs[0].latency_us[3] - 60.0) < 1e-9);
    study_close(&s);
}

/* Results of tests */

static struct explore_results results_of(struct study *s, struct explore_result *test,
                                         const struct model_plan *plan)
{
    struct explore_deployed *deployed = AJ_NEW(s->arena, struct explore_deployed);
    deployed->plan = plan;
    return (struct explore_results){
        .login = "ssh:board", .deployed = deployed, .tests = test, .tests_count = 1};
}

static void test_results(void **state)
{
    struct study s;
    const struct model_requirements *req;
    struct explore_step step;
    const uint32_t latencies_us[] = {30, 50, 40};
    size_t used;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    const struct explore_decision d = study_decision(&s, second);
    assert_int_equal(explore_frame_step(&s.cx, &s.frame, &d, s.arena, &req, &step), AJ_OK);
    struct aj_cpuset cpus = {{0}};
    aj_cpuset_add(&cpus, 3);
    struct explore_result test = {.name = "latency",
                                  .cell = "root",
                                  .outcome = EXPLORE_FAIL,
                                  .measurement = study_measurement(&s, &cpus, latencies_us, 3)};
    struct explore_results results = results_of(&s, &test, step.plan);
    assert_int_equal(explore_ledger_results(&s.cx, &s.ledger, "r.yml", &results, &used), AJ_OK);
    assert_int_equal(used, 1);
    assert_true(fabs(s.ledger.earlier.items[0].score - 40.0) < 1e-9);
    assert_true(explore_decision_equal(s.frame.space, &s.ledger.earlier.items[0].decision, &d));

    /* In the guest, its only CPU is number 0. */
    aj_cpuset_remove(&cpus, 3);
    aj_cpuset_add(&cpus, 0);
    test.measurement = study_measurement(&s, &cpus, latencies_us, 3);
    assert_int_equal(explore_ledger_results(&s.cx, &s.ledger, "r.yml", &results, &used), AJ_OK);
    assert_int_equal(used, 0); /* CPU 0 of the root */
    test.cell = "plc";
    assert_int_equal(explore_ledger_results(&s.cx, &s.ledger, "r.yml", &results, &used), AJ_OK);
    assert_int_equal(used, 1);
    assert_true(fabs(s.ledger.earlier.items[1].latency_us[3] - 40.0) < 1e-9);
    test_no_errors(&s.cx);

    /* Void ones tell nothing, and no plan tells of no decision. */
    test.outcome = EXPLORE_ERROR;
    assert_int_equal(explore_ledger_results(&s.cx, &s.ledger, "r.yml", &results, &used), AJ_OK);
    assert_int_equal(used, 0);
    results.deployed = NULL;
    assert_int_equal(explore_ledger_results(&s.cx, &s.ledger, "r.yml", &results, &used),
                     AJ_ERR_INPUT);
    assert_int_equal(test_count(&s.cx, "explore-results"), 1);
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),         cmocka_unit_test(test_claims),
        cmocka_unit_test(test_foreign_runs), cmocka_unit_test(test_earlier_study),
        cmocka_unit_test(test_results),      cmocka_unit_test(test_memory),
        cmocka_unit_test(test_censored),     cmocka_unit_test(test_drift_of_a_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
