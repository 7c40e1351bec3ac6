/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/agenda.h"

#include "tests/explore/study.h"

/* Enough of what differs for a long search. */
#define KNOBS                                                          \
    "space: {knobs: {governor: [schedutil, performance, powersave],\n" \
    "  idle_states: [all, shallow], timer_migration: [\"on\", \"off\"]}}\n"

static struct explore_turn next(struct study *s)
{
    struct explore_turn turn = {.kind = EXPLORE_TURN_END};
    study_update(s);
    if (explore_agenda_search(&s->cx, &s->ledger, 0, s->arena, &turn) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    return turn;
}

static bool same(struct study *s, const struct explore_decision *a, const char *b)
{
    return strcmp(study_text(s, a), b) == 0;
}

static void test_order(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "budget: {runs: 60}\n" KNOBS);
    const char *baseline = study_text(&s, &s.frame.baseline);
    for (int i = 0; i < 2; i++) {
        const struct explore_turn turn = next(&s);
        assert_int_equal(turn.phase, EXPLORE_PHASE_BASELINE);
        assert_true(same(&s, &turn.decision, baseline));
        study_done(&s, EXPLORE_PHASE_BASELINE, 0, baseline, 40, 0);
    }
    /* Nine of the search, the tenth is a sentinel; what is proposed was not measured. */
    for (uint32_t i = 0; i < 12; i++) {
        const struct explore_turn turn = next(&s), again = next(&s);
        if (turn.kind != EXPLORE_TURN_RUN)
            fail_msg("run %u: %s", (unsigned)i, turn.why);
        assert_true(explore_decision_equal(s.frame.space, &turn.decision, &again.decision));
        assert_int_equal(turn.phase, i % 10 == 9 ? EXPLORE_PHASE_SENTINEL : EXPLORE_PHASE_SEARCH);
        assert_int_equal(same(&s, &turn.decision, baseline), i % 10 == 9);
        study_done(&s, (enum explore_phase)turn.phase, 0, study_text(&s, &turn.decision),
                   i % 10 == 9 ? 40 : 39 - i, 0);
    }
    study_close(&s);
}

static void test_void_runs(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "budget: {runs: 60}\n" KNOBS);
    const char *baseline = study_text(&s, &s.frame.baseline);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, baseline, 40, 0);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, baseline, 41, 0);
    const struct explore_turn first = next(&s);
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, study_text(&s, &first.decision), "throttled");
    const struct explore_turn again = next(&s);
    assert_true(explore_decision_equal(s.frame.space, &first.decision, &again.decision));
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, study_text(&s, &first.decision), "throttled");
    const struct explore_turn third = next(&s);
    assert_false(explore_decision_equal(s.frame.space, &first.decision, &third.decision));
    /* What the solver refuses, it refuses. */
    study_void(&s, EXPLORE_PHASE_SEARCH, 0, study_text(&s, &third.decision),
               EXPLORE_NO_PLAN "memory");
    const struct explore_turn fourth = next(&s);
    assert_false(explore_decision_equal(s.frame.space, &third.decision, &fourth.decision));
    study_close(&s);
}

static void test_baseline_cannot_be_measured(void **state)
{
    struct study s;
    struct explore_turn turn;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    const char *baseline = study_text(&s, &s.frame.baseline);
    study_void(&s, EXPLORE_PHASE_BASELINE, 0, baseline, "throttled");
    assert_int_equal(next(&s).phase, EXPLORE_PHASE_BASELINE);
    study_void(&s, EXPLORE_PHASE_BASELINE, 0, baseline, "throttled");
    study_update(&s);
    assert_int_equal(explore_agenda_search(&s.cx, &s.ledger, 0, s.arena, &turn), AJ_ERR_TARGET);
    test_one_error(&s.cx, "explore-void", 0, 0);
    study_close(&s);
}

static void ends(struct study *s, const char *spec, const char *why)
{
    study_begin(s, study_cells, spec);
    const char *baseline = study_text(s, &s->frame.baseline);
    for (uint32_t i = 0; i < 20; i++) {
        const struct explore_turn turn = next(s);
        if (turn.kind == EXPLORE_TURN_END) {
            if (strncmp(turn.why, why, strlen(why)) != 0)
                fail_msg("'%s' instead of '%s'", turn.why, why);
            return;
        }
        study_done(s, (enum explore_phase)turn.phase, 0,
                   i < 2 ? baseline : study_text(s, &turn.decision), 40 + 5 * i % 13, 0);
    }
    fail_msg("no end for %s", spec);
}

static void test_ends(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    ends(&s, "budget: {runs: 6}\n", "the budget of 6 runs is spent");
    ends(&s, "budget: {runs: 20}\n" KNOBS, "the 8 runs of the search are made");
    ends(&s, "budget: {runs: 60, time: 10 s}\n" KNOBS, "the budget of 10 s is spent");
    ends(&s, "space: {interrupts: [40], cells: {plc: {cpus: 3}, gui: {cpus: 1}}}\n",
         "every decision");
    study_close(&s);
}

static void test_budget(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, NULL);
    assert_int_equal(explore_agenda_budget(&s.frame), 44); /* 12 pairs */
    assert_int_equal(explore_agenda_search_budget(&s.frame), 20);
    study_begin(&s, study_cells, "budget: {runs: 10}\n");
    assert_int_equal(explore_agenda_search_budget(&s.frame), 10); /* nothing could be shown */
    study_begin(&s, study_cells, "budget: {runs: 100}\n");
    assert_int_equal(explore_agenda_search_budget(&s.frame), 70);
    study_close(&s);
}

/* Boards that propose at the same time propose different things. */
static void test_boards(void **state)
{
    struct study s;
    struct explore_turn turn;
    uint32_t differ = 0;
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, KNOBS);
    const char *baseline = study_text(&s, &s.frame.baseline);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, baseline, 40, 0);
    study_done(&s, EXPLORE_PHASE_BASELINE, 0, baseline, 44, 0);
    const struct explore_turn first = next(&s);
    for (uint32_t board = 1; board < 9; board++) {
        struct explore_proposal proposal;
        assert_int_equal(explore_agenda_propose(&s.cx, &s.ledger, board, s.arena, &turn, &proposal),
                         AJ_OK);
        differ += !explore_decision_equal(s.frame.space, &first.decision, &turn.decision);
    }
    assert_true(differ >= 4);
    study_close(&s);
}

/* Each board has sentinels of its own, and the drift of one is no matter of another. */
static void test_sentinels_of_boards(void **state)
{
    struct study s;
    uint32_t since[2] = {0, 0}, sentinels[2] = {0, 0};
    (void)state;
    study_open(&s);
    study_begin(&s, study_cells, "budget: {runs: 100}\n" KNOBS);
    (void)explore_ledger_board(&s.ledger, "sim:");
    (void)explore_ledger_board(&s.ledger, "sim:b");
    const char *baseline = study_text(&s, &s.frame.baseline);
    for (uint32_t i = 0; i < 46; i++) {
        const uint32_t board = i % 2;
        struct explore_turn turn = {.kind = EXPLORE_TURN_END};
        study_update(&s);
        s.board = s.ledger.boards.items[board];
        assert_int_equal(explore_agenda_search(&s.cx, &s.ledger, board, s.arena, &turn), AJ_OK);
        if (turn.kind != EXPLORE_TURN_RUN)
            break;
        const bool sentinel = turn.phase == EXPLORE_PHASE_SENTINEL;
        if (turn.phase == EXPLORE_PHASE_SEARCH)
            assert_true(++since[board] < EXPLORE_DRIFT_EVERY);
        else
            since[board] = 0;
        sentinels[board] += sentinel;
        study_done(&s, (enum explore_phase)turn.phase, 0, study_text(&s, &turn.decision),
                   same(&s, &turn.decision, baseline) ? 95 : 90 - i, 0);
    }
    assert_true(sentinels[0] >= 2 && sentinels[1] >= 2);
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_void_runs),
        cmocka_unit_test(test_baseline_cannot_be_measured),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_boards),
        cmocka_unit_test(test_sentinels_of_boards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
