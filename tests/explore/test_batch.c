/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/batch.h"

#include "explore/agenda.h"
#include "tests/explore/study.h"

#define SPEC                                                                          \
    "budget: {runs: 60}\n"                                                            \
    "space: {knobs: {threadirqs: [\"off\", \"on\"], skew_tick: [\"off\", \"on\"],\n"  \
    "  governor: [schedutil, performance, powersave], idle_states: [all, shallow],\n" \
    "  timer_migration: [\"on\", \"off\"], plc.threadirqs: [\"off\", \"on\"]}}\n"

static uint32_t find_knob(const struct study *s, const char *name, uint32_t cell)
{
    for (uint32_t i = 0; i < s->frame.space->knobs_count; i++)
        if (strcmp(s->frame.space->knobs[i].name, name) == 0 &&
            s->frame.space->knobs[i].cell == cell)
            return i;
    fail_msg("no knob '%s'", name);
    return 0;
}

/* The baseline with another value of one knob. */
static struct explore_decision turned(struct study *s, const char *name, uint32_t cell,
                                      uint32_t value)
{
    const struct explore_decision d =
        explore_decision_copy(s->frame.space, &s->frame.baseline, s->arena);
    d.knob[find_knob(s, name, cell)] = value;
    return d;
}

static bool allows(struct study *s, const struct explore_decision *decision)
{
    study_update(s);
    return explore_space_allows(explore_batch_space(&s->ledger, 0, s->frame.space, s->arena),
                                decision);
}

static void test_batches(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, SPEC);
    const struct explore_decision other = turned(&s, "threadirqs", 0, 1);
    const struct explore_decision live = turned(&s, "governor", 0, 1);
    const struct explore_decision guest = turned(&s, "threadirqs", 1, 1);
    const char *baseline = study_text(&s, &s.frame.baseline);
    assert_ptr_equal(explore_batch_space(&s.ledger, 0, s.frame.space, s.arena), s.frame.space);
    for (int i = 0; i < EXPLORE_BATCH_RUNS; i++) {
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, i % 2 > 0 ? study_text(&s, &live) : baseline, 40,
                   0);
        assert_int_equal(allows(&s, &other), i == EXPLORE_BATCH_RUNS - 1);
        assert_true(allows(&s, &live));
        assert_true(allows(&s, &guest));
    }
    /* It booted: this is what is kept now. */
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, study_text(&s, &other), "not applied: no");
    assert_true(allows(&s, &other));
    assert_false(allows(&s, &s.frame.baseline));
    /* Nothing was applied: the boot is the same. */
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, baseline, EXPLORE_NO_PLAN "none");
    assert_true(allows(&s, &other));
    assert_false(allows(&s, &s.frame.baseline));
    study_close(&s);
}

/* Of 24 proposals no more than every sixth boots, but for sentinels. */
static void test_few_boots(void **state)
{
    struct study s;
    uint32_t boots = 0, runs = 0;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, SPEC);
    const uint32_t a = find_knob(&s, "threadirqs", 0), b = find_knob(&s, "skew_tick", 0);
    struct explore_decision last = s.frame.baseline;
    for (; runs < 24; runs++) {
        struct explore_turn turn = {.kind = EXPLORE_TURN_END};
        study_update(&s);
        assert_int_equal(explore_agenda_search(&s.cx, &s.ledger, 0, s.arena, &turn), AJ_OK);
        if (turn.kind != EXPLORE_TURN_RUN)
            break;
        boots += turn.decision.knob[a] != last.knob[a] || turn.decision.knob[b] != last.knob[b];
        last = turn.decision;
        study_done(&s, (enum explore_phase)turn.phase, 0, study_text(&s, &turn.decision),
                   60 - runs - 5 * turn.decision.knob[a], 0);
    }
    assert_true(runs >= 12);
    assert_in_range(boots, 1, runs / EXPLORE_BATCH_RUNS + 2 * (runs / EXPLORE_DRIFT_EVERY));
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_batches),
        cmocka_unit_test(test_few_boots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
