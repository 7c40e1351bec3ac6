/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/learn.h"

#include "tests/explore/study.h"

static const char base[] = "plc: 3; gui: 2; irq 40: 0; irq 41: 0";
static const char other[] = "plc: 3; gui: 2; irq 40: 1; irq 41: 0"; /* as far as CPU 3 sees */
static const char apart[] = "plc: 3; gui: 1; irq 40: 0; irq 41: 0";

static struct explore_lessons lessons_of(struct study *s)
{
    study_update(s);
    return explore_learn(&s->ledger, s->arena);
}

static size_t count(const struct explore_lessons *lessons, enum explore_lesson_kind kind)
{
    size_t found = 0;
    for (size_t i = 0; i < lessons->count; i++)
        found += lessons->items[i].kind == kind;
    return found;
}

static bool allowed(struct study *s, const struct explore_lessons *lessons, const char *decision)
{
    const struct explore_decision d = study_decision(s, decision);
    return explore_space_allows(
        explore_learn_space(&s->ledger, lessons, EXPLORE_LESSONS_ALL, s->arena), &d);
}

static void test_not_applicable(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, base, "throttled");
    struct explore_lessons lessons = lessons_of(&s);
    assert_int_equal(lessons.count, 0); /* once may be by chance */
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, base, "throttled again");
    lessons = lessons_of(&s);
    assert_int_equal(count(&lessons, EXPLORE_LESSON_NOT_APPLICABLE), 1);
    assert_string_equal(lessons.items[0].cut.because, "throttled again");
    assert_false(allowed(&s, &lessons, base));
    assert_true(allowed(&s, &lessons, other));
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, base, 40, 0);
    lessons = lessons_of(&s);
    assert_int_equal(lessons.count, 0); /* it can be had after all */
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, apart, EXPLORE_NO_PLAN "too much memory");
    lessons = lessons_of(&s);
    assert_int_equal(count(&lessons, EXPLORE_LESSON_NOT_APPLICABLE), 1);
    assert_false(allowed(&s, &lessons, apart));
    study_close(&s);
}

/* Late in every run: what the first made suspects, the next ones show. */
static void test_misses(void **state)
{
    struct study s;
    struct explore_lessons lessons = {NULL, 0};
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "allowed: 0.1\n");
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, base, 40, 1);
    lessons = lessons_of(&s);
    assert_int_equal(lessons.count, 0);
    for (int i = 0; i < 3; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, base, 40, 2);
    for (int i = 0; i < 3; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, other, 40, 1);
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, apart, 40, 0);
    lessons = lessons_of(&s);
    assert_true(count(&lessons, EXPLORE_LESSON_MISSES) >= 1);
    assert_int_equal(count(&lessons, EXPLORE_LESSON_PART_MISSES), 1);
    assert_false(allowed(&s, &lessons, base));
    assert_false(allowed(&s, &lessons, other));
    assert_true(allowed(&s, &lessons, apart));
    /* The part speaks of the cluster alone: of what fires on CPUs 0 and 1 it says nothing. */
    assert_false(allowed(&s, &lessons, "plc: 3; gui: 2; irq 40: 1; irq 41: 1"));
    const struct explore_lesson *part = NULL;
    for (size_t i = 0; i < lessons.count; i++)
        if (lessons.items[i].kind == EXPLORE_LESSON_PART_MISSES)
            part = &lessons.items[i];
    if (part == NULL)
        test_lacks("lesson of a part");
    assert_string_equal(part->cut.because, "explore: beyond 100 us in run 1, then in runs 2, 3, 4, "
                                           "5, 6, 7 of 6, at least 34.5 % of runs");
    const struct model_constraint words = explore_learn_constraint(&s.frame, &part->cut, s.arena);
    assert_int_equal(words.kind, MODEL_CONSTRAINT_FORBID);
    assert_int_equal(words.literals_count, 2);
    assert_string_equal(words.literals[0].cell, "gui");
    assert_true(aj_cpuset_has(&words.literals[0].cpus, 2));
    assert_string_equal(words.literals[1].cell, "plc");

    /* Runs that speak against it take it back. */
    for (int i = 0; i < 40; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, other, 40, 0);
    lessons = lessons_of(&s);
    assert_int_equal(count(&lessons, EXPLORE_LESSON_PART_MISSES), 0);
    assert_true(allowed(&s, &lessons, "plc: 3; gui: 2; irq 40: 1; irq 41: 1"));
    study_close(&s);
}

static void test_words(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells,
                "space:\n  banks: {all: {start: 0x40000000, size: 1 GiB}}\n"
                "  knobs: {governor: [schedutil, performance]}\n");
    const struct explore_literal literals[] = {{EXPLORE_LITERAL_OWNER, 3, 1},
                                               {EXPLORE_LITERAL_IRQ, 1, 2},
                                               {EXPLORE_LITERAL_BANK, 1, 0},
                                               {EXPLORE_LITERAL_KNOB, 0, 1}};
    const struct explore_cut cut = {literals, AJ_COUNT(literals), "why"};
    const struct model_constraint c = explore_learn_constraint(&s.frame, &cut, s.arena);
    assert_string_equal(c.because, "why");
    assert_int_equal(c.literals[0].kind, MODEL_LITERAL_CPUS);
    assert_int_equal(c.literals[1].interrupt, 41);
    assert_true(aj_cpuset_has(&c.literals[1].cpus, 2));
    assert_int_equal(c.literals[2].within.base, 0x40000000);
    assert_string_equal(c.literals[3].value, "performance");
    struct explore_decision d = s.frame.baseline;
    d.owner[3] = 1;
    d.irq_cpu[1] = 2;
    d.knob[0] = 1;
    assert_true(explore_learn_speaks_of(&d, &cut));
    d.knob[0] = 0;
    assert_false(explore_learn_speaks_of(&d, &cut));
    study_close(&s);
}

/* Boards end their runs in another order than they began them: no suspect gets another number. */
static void test_order_of_ends(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "allowed: 0.1\n");
    study_done(&s, EXPLORE_PHASE_SEARCH, 0, apart, 40, 1); /* still being made */
    for (int i = 0; i < 4; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, base, 40, 1);
    struct explore_stored slow = s.runs.items[0];
    s.runs.items[0].state = EXPLORE_RUN_CLAIMED;
    s.runs.items[0].finished = 0;
    for (size_t i = 1; i < 5; i++)
        s.runs.items[i].finished = i;
    const struct explore_lessons before = lessons_of(&s);
    assert_true(before.count >= 2);
    slow.finished = 5;
    s.runs.items[0] = slow;
    const struct explore_lessons after = lessons_of(&s);
    assert_int_equal(after.count, before.count);
    for (size_t i = 0; i < before.count; i++)
        assert_string_equal(after.items[i].cut.because, before.items[i].cut.because);
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_applicable),
        cmocka_unit_test(test_misses),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_order_of_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
