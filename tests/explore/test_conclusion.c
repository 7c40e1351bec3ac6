/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/conclusion.h"

#include "tests/explore/study.h"

static const char better[] = "plc: 3; gui: 1; irq 40: 0; irq 41: 0";

static const char wishes[] = "constraints:\n"
                             "- {forbid: {cell: gui, cpus: [0]}, because: \"noise\"}\n"
                             "- {assign: {cell: plc, cpus: 2}, because: \"explore: earlier\"}\n";

static struct explore_conclusion conclude(struct study *s, const char *why)
{
    struct explore_conclusion conclusion;
    const struct explore_study_options options = {.store = "none"};
    const struct explore_study study = {&s->frame, &options, "hash"};
    study_update(s);
    const struct explore_study_end end = {why, true, s->ledger, AJ_OK};
    explore_conclusion_make(&s->cx, &study, &end, s->arena, &conclusion);
    return conclusion;
}

static const char *text_of(struct study *s, const struct explore_conclusion *conclusion)
{
    struct aj_buf text = {NULL, 0, 0};
    explore_conclusion_write(conclusion, &text);
    const char *copy = aj_strdup(s->arena, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

/* Runs of a search and, in `pairs` pairs, of its confirmation. */
static void runs(struct study *s, uint32_t pairs)
{
    const char *baseline = study_text(s, &s->frame.baseline);
    for (uint32_t i = 0; i < 3; i++) {
        study_done(s, EXPLORE_PHASE_BASELINE, 0, baseline, 50 + i, 0);
        study_done(s, EXPLORE_PHASE_SEARCH, 0, better, 40 + i, 0);
    }
    study_void(s, EXPLORE_PHASE_SEARCH, 0, better, "throttled");
    for (uint32_t i = 1; i <= pairs; i++) {
        study_done(s, EXPLORE_PHASE_CONFIRM, i, baseline, 50 + i % 4, 0);
        study_done(s, EXPLORE_PHASE_CONFIRM, i, better, 40 + i % 3, 0);
    }
}

static void test_better(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, aj_strf(s.arena, "%s%s", study_cells, wishes), "budget: {runs: 18}\n");
    runs(&s, 6);
    const struct explore_conclusion c = conclude(&s, "the budget of 18 runs is spent");
    /* The wish stays, what was decided earlier is replaced. */
    assert_int_equal(c.constraints_count, 5);
    assert_string_equal(c.constraints[0].because, "noise");
    assert_int_equal(c.constraints[1].kind, MODEL_CONSTRAINT_ASSIGN);
    assert_true(aj_cpuset_has(&c.constraints[1].literals[0].cpus, 3));
    has(c.constraints[1].because, "explore: better: ");
    has(c.constraints[1].because, "6 pairs); runs 8 to 19 of none; simulated");
    assert_true(c.report.confirmed);
    assert_int_equal(c.report.claim.verdict, EXPLORE_CLAIM_BETTER);
    assert_int_equal(c.report.claim.pairs, 6);
    assert_int_equal(c.report.runs_count, 19);
    assert_int_equal(c.report.recommended.measurements_count, 6);
    assert_int_equal(c.report.recommended.cpus[0].cpu, 3);
    assert_int_equal(c.report.learned_count, 4);
    assert_string_equal(c.report.learned[0].constraint, "assign: {cell: plc, cpus: 3}");
    const char *text = text_of(&s, &c);
    has(text, "19 runs, 1 of them void; simulated: no hardware was measured\n");
    has(text, "the budget of 18 runs is spent\n");
    has(text,
        "recommended  41.0 % of 100 us (95 % interval 40.0 to 42.0 %, 6 runs): plc: 3; gui: 1");
    has(text, "% lower (95 % interval ");
    assert_ptr_equal(
        strstr(text, "deadline     100 us not exceeded in 6 runs of what is recommended; with "),
        text);
    study_close(&s);
}

/* What an earlier exploration knew of the same decision stays, once. */
static void test_earlier_evidence(void **state)
{
    static const char said[] =
        "explore: nothing was shown to be better; runs 1 to 2 of none; simulated";
    static const char old[] = "explore: better: 20 % lower; runs 3 to 9 of old.db";
    struct study s;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        study_open(&s);
        const char *before = i == 0 ? old : aj_strf(s.arena, "%s; earlier: older", said);
        study_begin(&s,
                    aj_strf(s.arena,
                            "%sconstraints:\n- {assign: {cell: plc, cpus: 2}, because: \"%s\"}\n",
                            study_cells, before),
                    "budget: {runs: 6}\n");
        study_done(&s, EXPLORE_PHASE_BASELINE, 0, study_text(&s, &s.frame.baseline), 30, 0);
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, better, 60, 0);
        const struct explore_conclusion c = conclude(&s, "done");
        assert_int_equal(c.constraints[0].kind, MODEL_CONSTRAINT_ASSIGN);
        assert_string_equal(c.constraints[0].because,
                            i == 0 ? aj_strf(s.arena, "%s; earlier: %s", said, old + 9) : before);
        study_close(&s);
    }
}

static void test_nothing_shown(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "budget: {runs: 6}\n");
    runs(&s, 0);
    struct explore_conclusion c = conclude(&s, "the budget of 6 runs is spent");
    has(text_of(&s, &c), "shown        nothing: too few runs to confirm it in pairs\n");
    has(text_of(&s, &c), "(3 runs, too few for an interval)");
    assert_false(c.report.confirmed);

    study_begin(&s, study_cells, "budget: {runs: 6}\n");
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, study_text(&s, &s.frame.baseline), 30, 0);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, better, 60, 0);
    c = conclude(&s, "done");
    has(text_of(&s, &c), "recommended  the baseline, as it is\n");
    has(text_of(&s, &c), "shown        nothing better was found\n");
    assert_string_equal(c.report.baseline.decision, c.report.recommended.decision);
    study_close(&s);
}

/* What was learned goes along unless the decision itself is like that. */
static void test_lessons(void **state)
{
    struct study s;
    size_t count;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    const struct explore_decision d = study_decision(&s, better);
    const struct explore_literal ours[] = {{EXPLORE_LITERAL_OWNER, 3, 1}};
    const struct explore_literal others[] = {{EXPLORE_LITERAL_OWNER, 3, 2},
                                             {EXPLORE_LITERAL_IRQ, 0, 2}};
    const struct explore_lesson list[] = {
        {EXPLORE_LESSON_PART_MISSES, {ours, 1, "explore: ours"}},
        {EXPLORE_LESSON_PART_MISSES, {others, 2, "explore: others"}},
        {EXPLORE_LESSON_PART_MISSES, {others, 2, "explore: again"}},
        {EXPLORE_LESSON_MISSES, {others, 2, "explore: whole"}},
    };
    const struct explore_lessons lessons = {list, AJ_COUNT(list)};
    const struct model_constraint *c =
        explore_conclusion_constraints(&s.frame, &d, "explore: why", &lessons, s.arena, &count);
    assert_int_equal(count, 5);
    assert_int_equal(c[0].kind, MODEL_CONSTRAINT_FORBID);
    assert_string_equal(c[0].because, "explore: others");
    assert_int_equal(c[0].literals_count, 2);
    assert_string_equal(c[4].because, "explore: why");
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_better),
        cmocka_unit_test(test_earlier_evidence),
        cmocka_unit_test(test_nothing_shown),
        cmocka_unit_test(test_lessons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
