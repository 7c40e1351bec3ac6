/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/study.h"

static int open_study(void **state)
{
    struct study *s = calloc(1, sizeof *s);
    study_open(s);
    *state = s;
    return 0;
}

static int close_study(void **state)
{
    study_close(*state);
    free(*state);
    return 0;
}

static const char banks[] =
    "space:\n"
    "  banks: {low: {start: 0x40000000, size: 512 MiB}, high: {start: 0x60000000, size: 512 MiB}}\n"
    "  knobs: {governor: [schedutil, performance], plc.threadirqs: [\"off\", \"on\"]}\n";

static void test_space(void **state)
{
    struct study *s = *state;
    study_begin(s, study_cells, banks);
    const struct explore_space *space = s->frame.space;
    assert_int_equal(space->cpus_count, 4);
    assert_int_equal(space->cpus[1].cluster, 0);
    assert_int_equal(space->cpus[2].cluster, 1);
    assert_int_equal(space->cpus[3].core, 3);
    assert_int_equal(space->cells_count, 3);
    assert_string_equal(space->cells[0].key, "root");
    assert_int_equal(space->cells[0].cpus_low, 1);
    assert_int_equal(space->cells[0].cpus_high, 2);
    assert_true(space->cells[1].measured && !space->cells[2].measured);
    assert_int_equal(space->cells[1].deadline_ns, 100000);
    assert_int_equal(space->cells[1].cpus_low, 1);
    assert_int_equal(space->cells[1].banks, 3);
    assert_int_equal(space->cells[0].banks, 0);
    /* Lines that fired, and are not the plc's. */
    assert_int_equal(space->irqs_count, 2);
    assert_int_equal(space->irqs[0].intid, 40);
    assert_int_equal(space->irqs[1].intid, 41);
    assert_int_equal(space->knobs_count, 2);
    assert_int_equal(space->knobs[0].cell, 0);
    assert_int_equal(space->knobs[1].cell, 1);
    assert_string_equal(space->knobs[1].name, "threadirqs");
    assert_true(explore_space_allows(space, &s->frame.baseline));
}

/* Whatever the space allows is what the solver makes of it. */
static void test_decisions_come_back(void **state)
{
    struct study *s = *state;
    struct aj_random random;
    study_begin(s, study_cells, banks);
    aj_random_seed(&random, 7);
    for (int i = 0; i < 20; i++) {
        struct explore_decision wanted = explore_decision_new(s->frame.space, s->arena);
        struct explore_decision got = explore_decision_new(s->frame.space, s->arena);
        const struct model_requirements *req;
        struct explore_step step;
        assert_true(explore_space_random(s->frame.space, &random, 1000, &wanted));
        assert_int_equal(explore_frame_step(&s->cx, &s->frame, &wanted, s->arena, &req, &step),
                         AJ_OK);
        assert_true(explore_frame_decision(&s->frame, step.plan, &got));
        if (!explore_decision_equal(s->frame.space, &wanted, &got))
            fail_msg("%s became %s", study_text(s, &wanted), study_text(s, &got));
    }
}

static const char decided[] =
    "constraints:\n"
    "- {assign: {cell: plc, cpus: 3}, because: \"explore: 5 % lower\"}\n"
    "- {set: {cell: root, knob: governor, value: performance}, because: \"explore: 5 % lower\"}\n"
    "- {route: {interrupt: 40, cpu: 1}, because: \"explore: 5 % lower\"}\n";

/* What an exploration decided is where the next one starts, and it may leave it. */
static void test_decided_is_a_start(void **state)
{
    struct study *s = *state;
    study_begin(s, aj_strf(s->arena, "%s%s", study_cells, decided),
                "space: {knobs: {governor: [schedutil, performance]}}\n");
    assert_int_equal(s->frame.req->constraints_count, 0);
    assert_int_equal(s->frame.baseline.owner[3], 1);
    assert_string_equal(s->frame.space->knobs[0].values[0], "performance");
    assert_int_equal(s->frame.baseline.knob[0], 0);
    assert_int_equal(s->frame.space->irqs[0].intid, 40);
    assert_int_equal(s->frame.baseline.irq_cpu[0], 1);
    assert_int_equal(aj_cpuset_count(&s->frame.space->cells[1].allowed), 4);
}

/* The same, said by a person, holds. */
static void test_wishes_hold(void **state)
{
    struct study *s = *state;
    study_begin(s,
                aj_strf(s->arena,
                        "%sconstraints:\n- assign: {cell: plc, cpus: 3}\n"
                        "- route: {interrupt: 40, cpu: 1}\n- forbid: {cell: gui, cpus: [0]}\n"
                        "- forbid: [{cell: gui, cpus: [1]}, {interrupt: 41, cpus: [0, 2]}]\n",
                        study_cells),
                NULL);
    const struct explore_space *space = s->frame.space;
    assert_int_equal(aj_cpuset_count(&space->cells[1].allowed), 1);
    assert_true(aj_cpuset_has(&space->cells[1].allowed, 3));
    assert_false(aj_cpuset_has(&space->cells[2].allowed, 3));
    assert_false(aj_cpuset_has(&space->cells[2].allowed, 0));
    assert_int_equal(space->irqs_count, 1);
    /* gui on CPU 1 with the line on CPU 0, and with it on CPU 2, and the plain one. */
    assert_int_equal(space->cuts_count, 3);
    const struct explore_decision d = study_decision(s, "plc: 3; gui: 1; irq 41: 0");
    assert_false(explore_space_allows(space, &d));
    const struct explore_decision e = study_decision(s, "plc: 3; gui: 2; irq 41: 0");
    assert_true(explore_space_allows(space, &e));
}

static void test_separate(void **state)
{
    struct study *s = *state;
    study_begin(s,
                aj_strf(s->arena, "%sconstraints:\n- separate: {cells: [plc, gui], level: l2}\n",
                        study_cells),
                NULL);
    const struct explore_decision d = study_decision(s, "plc: 3; gui: 2; irq 40: 0; irq 41: 0");
    assert_false(explore_space_allows(s->frame.space, &d));
    const struct explore_decision e = study_decision(s, "plc: 3; gui: 1; irq 40: 0; irq 41: 0");
    assert_true(explore_space_allows(s->frame.space, &e));
}

static void test_wished_cpus(void **state)
{
    struct study *s = *state;
    study_begin(s, study_cells, "space: {cells: {plc: {cpus: {count: 2, together: l2}}}}\n");
    assert_int_equal(s->frame.space->cells[1].cpus_low, 2);
    assert_int_equal(s->frame.space->cells[1].together, MODEL_DOMAIN_L2);
    assert_int_equal(s->inputs.req->guests[0].cpus.count, 1);
}

static void refused(struct study *s, const char *spec, const char *id)
{
    const size_t before = test_count(&s->cx, id);
    assert_int_equal(study_frame(s, study_cells, spec), AJ_ERR_INPUT);
    if (test_count(&s->cx, id) != before + 1)
        fail_msg("no %s: %s", id, test_diags(&s->cx));
}

/* The same, with this hint of the newest error. */
static void suggests(struct study *s, const char *spec, const char *hint)
{
    assert_int_equal(study_frame(s, study_cells, spec), AJ_ERR_INPUT);
    const struct aj_diag *last = &s->cx.diags[s->cx.diags_count - 1];
    if (hint == NULL)
        assert_null(last->hint);
    else
        assert_string_equal(last->hint, hint);
}

static void test_refused(void **state)
{
    struct study *s = *state;
    refused(s, "cell: nobody\n", "explore-cell");
    suggests(s, "cell: plcc\n", "did you mean 'plc'?");
    suggests(s, "cell: root\n", NULL);
    suggests(s, "space: {cells: {root: {cpus: 1}}}\n", NULL);
    suggests(s, "load: {rot: [true]}\n", "did you mean 'root'?");
    suggests(s, "space: {interrupts: [9]}\n",
             "did you mean 41? Interrupts go by their INTID: SPI n is n + 32");
    suggests(s, "space: {knobs: {governer: [performance]}}\n", "did you mean 'governor'?");
    suggests(s, "space: {knobs: {plcc.threadirqs: [\"on\"]}}\n", "did you mean 'plc'?");
    suggests(s, "space: {knobs: {governor: [performnce]}}\n", "did you mean 'performance'?");
    refused(s, "cell: gui\n", "explore-deadline");
    refused(s, "space: {cells: {nobody: {cpus: 1}}}\n", "explore-cell");
    refused(s, "load: {nobody: [true]}\n", "explore-cell");
    refused(s, "space: {interrupts: [99]}\n", "explore-space");
    refused(s, "space: {interrupts: [42]}\n", "explore-space"); /* the plc's */
    refused(s, "space: {knobs: {nothing: [a]}}\n", "explore-space");
    refused(s, "space: {knobs: {governor: [fast]}}\n", "explore-space");
    refused(s, "space: {knobs: {plc.governor: [performance]}}\n", "explore-space");
    refused(s, "space: {knobs: {governor: [performance, performance]}}\n", "explore-space");
    refused(s, "space: {knobs: {governor: [performance], root.governor: [powersave]}}\n",
            "explore-space");
    refused(s, "space: {banks: {\"a; b\": {start: 0x40000000, size: 1 GiB}}}\n", "explore-space");
    refused(s,
            "space: {banks: {a: {start: 0x40000000, size: 1 GiB},\n"
            "  b: {start: 0x50000000, size: 1 GiB}}}\n",
            "explore-space");
    refused(s, "space: {banks: {a: {start: 0x10000000, size: 1 MiB}}}\n", "explore-space");
    /* One that did not fire can be named. */
    assert_int_equal(study_frame(s, study_cells, "space: {interrupts: [43]}\n"), AJ_OK);
}

static const char *hash(struct study *s, const char *cells, const char *spec)
{
    study_begin(s, cells, spec);
    return explore_frame_study(&s->frame, s->arena);
}

static void test_study(void **state)
{
    struct study *s = *state;
    const char *plain = hash(s, study_cells, "seed: 1\n");
    assert_string_equal(plain, hash(s, study_cells, NULL));
    assert_string_equal(plain, hash(s, study_cells, "budget: {runs: 9, time: 1 h}\n"));
    assert_string_equal(plain, hash(s, study_cells, "targets: [\"sim:\"]\nconfidence: 0.9\n"));
    assert_string_not_equal(plain, hash(s, study_cells, "seed: 2\n"));
    assert_string_not_equal(plain, hash(s, study_cells, "load: {root: [hackbench]}\n"));
    assert_string_not_equal(plain, hash(s, study_cells, "deadline: 50 us\n"));
    assert_string_not_equal(
        plain, hash(s, aj_strf(s->arena, "%sobjectives: [isolation]\n", study_cells), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_space, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_decisions_come_back, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_decided_is_a_start, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_wishes_hold, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_separate, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_wished_cpus, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_refused, open_study, close_study),
        cmocka_unit_test_setup_teardown(test_study, open_study, close_study),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
