/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/finale.h"

#include "tests/explore/study.h"

static const char winner[] = "plc: 3; gui: 1; irq 40: 0; irq 41: 0";
static const char third[] = "plc: 2; gui: 1; irq 40: 3; irq 41: 0";

static struct explore_turn next_of(struct study *s, uint32_t board)
{
    struct explore_turn turn = {.kind = EXPLORE_TURN_END};
    study_update(s);
    if (explore_finale_next(&s->cx, &s->ledger, board, s->arena, &turn) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    return turn;
}

static struct explore_turn next(struct study *s)
{
    return next_of(s, 0);
}

static struct explore_verdict judge(struct study *s)
{
    struct explore_verdict verdict;
    study_update(s);
    explore_finale_judge(&s->cx, &s->ledger, s->arena, &verdict);
    return verdict;
}

/* A search that found `winner` better than the baseline by 20 %, and one between. */
static void search(struct study *s, const char *spec)
{
    study_begin(s, study_cells, spec);
    const char *baseline = study_text(s, &s->frame.baseline);
    for (uint32_t i = 0; i < 3; i++) {
        study_done(s, EXPLORE_PHASE_BASELINE, 0, baseline, 50 + i, 0);
        study_done(s, EXPLORE_PHASE_SEARCH, 0, winner, 40 + i, 0);
        study_done(s, EXPLORE_PHASE_SEARCH, 0, third, 45 + i, 0);
    }
    study_searched(s, explore_agenda_budget(&s->frame));
}

/* Plays the rest: latencies of the decisions as `scale` percent of what the search saw. */
static uint32_t play(struct study *s, uint32_t winner_us, uint32_t late)
{
    uint32_t runs = 0;
    for (struct explore_turn turn = next(s); turn.kind == EXPLORE_TURN_RUN && runs < 200;
         turn = next(s)) {
        const char *text = study_text(s, &turn.decision);
        const bool ours = strcmp(text, winner) == 0;
        study_done(s, (enum explore_phase)turn.phase, turn.round, text,
                   ours ? winner_us + runs % 3 : 50 + runs % 3, ours ? late : 0);
        runs++;
    }
    return runs;
}

static void test_better(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 21}\n");
    assert_string_equal(study_text(&s, judge(&s).winner), winner);
    assert_false(judge(&s).confirmed);
    const struct explore_turn turn = next(&s);
    assert_int_equal(turn.phase, EXPLORE_PHASE_CONFIRM); /* no runs are left for a race */
    assert_int_equal(turn.round, 1);
    assert_true(explore_decision_equal(s.frame.space, &turn.decision, &s.frame.baseline));
    assert_int_equal(play(&s, 40, 0), 12);
    /* In turns: baseline, winner, winner, baseline. */
    for (size_t i = 0; i < 12; i++) {
        const bool ours = strcmp(s.runs.items[9 + i].decision, winner) == 0;
        assert_int_equal(s.runs.items[9 + i].round, i / 2 + 1);
        assert_int_equal(ours, (i % 4 == 1) || (i % 4 == 2));
    }
    const struct explore_verdict verdict = judge(&s);
    assert_true(verdict.confirmed);
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    assert_string_equal(study_text(&s, verdict.recommended), winner);
    assert_int_equal(verdict.certificate.exceeded.runs, 6); /* those that chose it do not count */
    study_close(&s);
}

/* It was luck: nothing is recommended that is not shown. */
static void test_luck(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 60}\n");
    assert_true(play(&s, 50, 0) > 12);
    const struct explore_verdict verdict = judge(&s);
    assert_int_not_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    assert_ptr_equal(verdict.recommended, verdict.baseline);
    study_close(&s);
}

static void test_race(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 80}\n");
    const struct explore_turn turn = next(&s);
    assert_int_equal(turn.phase, EXPLORE_PHASE_RACE);
    play(&s, 40, 0);
    uint32_t raced = 0, third_raced = 0;
    for (size_t i = 0; i < s.runs.count; i++) {
        raced += s.runs.items[i].phase == EXPLORE_PHASE_RACE;
        third_raced += s.runs.items[i].phase == EXPLORE_PHASE_RACE &&
                       strcmp(s.runs.items[i].decision, third) == 0;
    }
    assert_true(raced >= 15);
    assert_in_range(third_raced, 5, 8);
    assert_string_equal(study_text(&s, judge(&s).recommended), winner);
    study_close(&s);
}

/* Void runs are made once more, and what stays void costs the pair, not the finale. */
static void test_void_runs(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 23}\n");
    for (int i = 0; i < 2; i++) {
        const struct explore_turn turn = next(&s);
        assert_int_equal(turn.round, 1);
        study_void(&s, EXPLORE_PHASE_CONFIRM, turn.round, study_text(&s, &turn.decision), "busy");
    }
    const struct explore_turn turn = next(&s);
    assert_string_equal(study_text(&s, &turn.decision), winner);
    play(&s, 40, 0);
    const struct explore_verdict verdict = judge(&s);
    assert_int_equal(verdict.claim.left_out, 1);
    assert_int_equal(verdict.claim.pairs, 6);
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    /* A target on which nothing goes any more ends it. */
    search(&s, "budget: {runs: 60}\n");
    uint32_t voids = 0;
    for (struct explore_turn t = next(&s); t.kind == EXPLORE_TURN_RUN; t = next(&s)) {
        assert_true(++voids < 100);
        study_void(&s, (enum explore_phase)t.phase, t.round, study_text(&s, &t.decision), "busy");
    }
    study_close(&s);
}

static void test_certificate(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 200}\nallowed: 0.1\n");
    const uint32_t runs = play(&s, 40, 0);
    assert_true(runs >= 31 && runs < 100);
    struct explore_verdict verdict = judge(&s);
    assert_int_equal(verdict.certificate.verdict, EXPLORE_DEADLINE_MET);
    assert_int_equal(verdict.certificate.exceeded.count, 0);

    search(&s, "budget: {runs: 200}\nallowed: 0.1\n");
    (void)play(&s, 40, 2);
    verdict = judge(&s);
    assert_int_not_equal(verdict.certificate.verdict, EXPLORE_DEADLINE_MET);
    study_close(&s);
}

/* Without runs for pairs, what looks best is recommended, and nothing is claimed. */
static void test_no_runs_left(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 9}\n");
    assert_int_equal(next(&s).kind, EXPLORE_TURN_END);
    const struct explore_verdict verdict = judge(&s);
    assert_false(verdict.confirmed);
    assert_string_equal(study_text(&s, verdict.recommended), winner);
    study_close(&s);
}

/* Void in every round of the race: it is given up after a stated number, and the others go on. */
static void test_given_up(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 80}\n");
    uint32_t voids = 0, after = 0;
    struct explore_turn turn = next(&s);
    for (; turn.kind == EXPLORE_TURN_RUN && s.runs.count < 200; turn = next(&s)) {
        const char *text = study_text(&s, &turn.decision);
        const bool lame = strcmp(text, third) == 0;
        after += turn.phase == EXPLORE_PHASE_RACE && voids == EXPLORE_FINALE_VOIDS;
        voids += lame;
        if (lame)
            study_void(&s, (enum explore_phase)turn.phase, turn.round, text, "throttled");
        else
            study_done(&s, (enum explore_phase)turn.phase, turn.round, text,
                       (strcmp(text, winner) == 0 ? 40 : 50) + after % 3, 0);
    }
    assert_int_equal(voids, EXPLORE_FINALE_VOIDS);
    assert_true(after > 0 && after <= 2 * 7); /* the race ends by its tests, not by its budget */
    const struct explore_verdict verdict = judge(&s);
    assert_string_equal(study_text(&s, verdict.recommended), winner);
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    assert_int_equal(verdict.given_up_count, 1);
    assert_string_equal(study_text(&s, verdict.given_up[0].decision), third);
    assert_string_equal(verdict.given_up[0].reason, "throttled");
    study_close(&s);
}

/* A claimed run of another process, at the store's end. */
static void claim_turn(struct study *s, const struct explore_turn *turn)
{
    study_void(s, (enum explore_phase)turn->phase, turn->round, study_text(s, &turn->decision),
               NULL);
    struct explore_stored *run = &s->runs.items[s->runs.count - 1];
    run->state = EXPLORE_RUN_CLAIMED;
    run->holder = EXPLORE_HOLDER_OTHER;
    run->finished = 0;
}

static void end_turn(struct study *s, const struct explore_turn *turn, uint32_t board)
{
    static const char *const names[] = {"sim:", "sim:b", "sim:c", "sim:d"};
    const char *text = study_text(s, &turn->decision);
    s->board = names[board];
    study_done(s, (enum explore_phase)turn->phase, turn->round, text,
               (strcmp(text, winner) == 0 ? 40 : 50) + board, 0);
}

/* Each pair and each round of the race is wholly of one board, and all boards have some. */
static void test_boards(void **state)
{
    enum { BOARDS = 4 };
    struct study s;
    uint32_t waits = 0;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 80}\n");
    study_update(&s);
    assert_int_equal(explore_ledger_board(&s.ledger, "sim:b"), 1);
    assert_int_equal(explore_ledger_board(&s.ledger, "sim:c"), 2);
    assert_int_equal(explore_ledger_board(&s.ledger, "sim:d"), 3);
    for (bool more = true; more && s.runs.count < 200;) {
        struct explore_turn turns[BOARDS];
        more = false;
        for (uint32_t b = 0; b < BOARDS; b++) {
            turns[b] = next_of(&s, b);
            waits += turns[b].kind == EXPLORE_TURN_WAIT;
            more = more || turns[b].kind == EXPLORE_TURN_RUN;
            if (turns[b].kind == EXPLORE_TURN_RUN) {
                s.board = s.ledger.boards.items[b];
                claim_turn(&s, &turns[b]);
            }
        }
        for (size_t i = s.runs.count; i-- > 0 && s.runs.items[i].finished == 0;)
            s.runs.count--;
        for (uint32_t b = BOARDS; b-- > 0;) /* the last one is the fastest */
            if (turns[b].kind == EXPLORE_TURN_RUN)
                end_turn(&s, &turns[b], b);
    }
    assert_true(waits > 0);
    uint32_t pairs[BOARDS] = {0};
    for (size_t i = 0; i < s.runs.count; i++) {
        const struct explore_stored *run = &s.runs.items[i];
        if (run->phase < EXPLORE_PHASE_RACE)
            continue;
        for (size_t k = 0; k < i; k++)
            if (s.runs.items[k].phase == run->phase && s.runs.items[k].round == run->round)
                assert_string_equal(s.runs.items[k].board, run->board);
        pairs[explore_ledger_board(&s.ledger, run->board)] += run->phase == EXPLORE_PHASE_CONFIRM;
    }
    const struct explore_verdict verdict = judge(&s);
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    assert_int_equal(verdict.claim.pairs, 6);
    assert_int_equal(verdict.boards_count, BOARDS);
    for (uint32_t b = 0; b < BOARDS; b++) {
        assert_int_equal(pairs[b], b < 2 ? 4 : 2); /* no pair was begun that no look needs */
        assert_int_equal(verdict.boards[b].pairs, pairs[b] / 2);
        assert_true(verdict.boards[b].effect < -0.15 && verdict.boards[b].effect > -0.25);
    }
    study_close(&s);
}

/* Begun on one board, gone on with on another: the half pair is nobody's other half. */
static void test_resumed_elsewhere(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 40}\n");
    struct explore_turn turn = next(&s);
    assert_int_equal(turn.phase, EXPLORE_PHASE_CONFIRM);
    end_turn(&s, &turn, 0);
    study_update(&s);
    assert_int_equal(explore_ledger_board(&s.ledger, "sim:b"), 1);
    for (uint32_t i = 0; i < 12; i++) {
        turn = next_of(&s, 1);
        assert_int_equal(turn.kind, EXPLORE_TURN_RUN);
        assert_int_equal(turn.round, 2 + i / 2);
        end_turn(&s, &turn, 1);
    }
    const struct explore_verdict verdict = judge(&s);
    assert_int_equal(verdict.claim.pairs, 6);
    assert_int_equal(verdict.boards_count, 1);
    assert_string_equal(verdict.boards[0].board, "sim:b");
    study_close(&s);
}

/* The winner is better as often as it is worse. */
static uint32_t play_undecided(struct study *s)
{
    uint32_t runs = 0;
    for (struct explore_turn turn = next(s); turn.kind == EXPLORE_TURN_RUN && runs < 200;
         turn = next(s), runs++) {
        const char *text = study_text(s, &turn.decision);
        const uint32_t ours_us = turn.round % 2 == 0 ? 42 : 58;
        study_done(s, (enum explore_phase)turn.phase, turn.round, text,
                   strcmp(text, winner) == 0 ? ours_us : 50, 0);
    }
    return runs;
}

/* A raised budget goes on with the same candidate's pairs; another candidate has less to spend. */
static void test_raised(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 21}\n");
    assert_int_equal(play_undecided(&s), 12);
    struct explore_verdict verdict = judge(&s);
    assert_int_equal(verdict.claim.pairs, 6);
    assert_ptr_equal(verdict.recommended, verdict.baseline);
    study_searched(&s, 33); /* nothing better is found, and the race has no runs */
    assert_int_equal(play_undecided(&s), 12);
    verdict = judge(&s);
    assert_int_equal(verdict.claim.pairs, 12);
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_NOT_SHOWN);
    /* Now something better is. */
    for (uint32_t i = 0; i < 3; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, third, 20, 0);
    study_searched(&s, 60);
    for (struct explore_turn turn = next(&s); turn.kind == EXPLORE_TURN_RUN; turn = next(&s)) {
        const char *text = study_text(&s, &turn.decision);
        study_done(&s, (enum explore_phase)turn.phase, turn.round, text,
                   strcmp(text, third) == 0 ? 20 : 50, 0);
    }
    verdict = judge(&s);
    assert_string_equal(study_text(&s, verdict.winner), third);
    assert_int_equal(verdict.claim.pairs, 12); /* six cannot show it to be the second */
    assert_int_equal(verdict.claim.verdict, EXPLORE_CLAIM_BETTER);
    /* What was shown stays shown, whatever is looked at next. */
    for (uint32_t i = 0; i < 5; i++)
        study_done(&s, EXPLORE_PHASE_SEARCH, 0, winner, 10, 0);
    study_searched(&s, 70);
    verdict = judge(&s);
    assert_string_equal(study_text(&s, verdict.recommended), third);
    study_close(&s);
}

/* An end says what was missing. */
static void test_why(void **state)
{
    struct study s;
    (void)state;
    study_open(&s);
    search(&s, "budget: {runs: 40}\nallowed: 0.1\n");
    (void)play(&s, 40, 0);
    assert_int_equal(judge(&s).certificate.verdict, EXPLORE_DEADLINE_OPEN);
    assert_string_equal(next(&s).why, "the budget of 40 runs is spent");
    search(&s, "budget: {runs: 40}\n");
    (void)play(&s, 40, 0);
    assert_null(next(&s).why);
    study_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_better),      cmocka_unit_test(test_luck),
        cmocka_unit_test(test_race),        cmocka_unit_test(test_void_runs),
        cmocka_unit_test(test_certificate), cmocka_unit_test(test_no_runs_left),
        cmocka_unit_test(test_given_up),    cmocka_unit_test(test_boards),
        cmocka_unit_test(test_raised),      cmocka_unit_test(test_resumed_elsewhere),
        cmocka_unit_test(test_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
