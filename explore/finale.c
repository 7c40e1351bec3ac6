/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/finale.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/finale_priv.h"

enum {
    VOIDS_MOST = 20,    /* of a finale, then it is ended */
    RACE_STREAM = 1000, /* random orders of the rounds, apart from what else is drawn */
};

/* What a board does next. */
enum plan_kind { PLAN_NOTHING, PLAN_RUN, PLAN_WAIT };
struct plan {
    enum plan_kind kind;
    enum explore_phase phase;
    uint32_t round;
    const struct explore_decision **what; /* what[count], the first one now */
    size_t count;
};

static void add(const struct finale *f, struct plan *plan, const struct explore_decision *decision)
{
    if (plan->what == NULL)
        plan->what =
            AJ_NEW_ARRAY(f->out, const struct explore_decision *, EXPLORE_RACE_FINALISTS_MAX);
    plan->kind = PLAN_RUN;
    plan->what[plan->count++] = decision;
}

/* Beginning */

/* Runs that were made before the finale began, as a ledger. */
static struct explore_ledger before(const struct explore_ledger *ledger, size_t first)
{
    struct explore_ledger view = *ledger;
    view.runs.count = first;
    return view;
}

static uint32_t good_runs(const struct explore_ledger *ledger, size_t end)
{
    uint32_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += ledger->runs.items[i].stored.state != EXPLORE_RUN_VOID;
    return count;
}

static uint32_t voids_of(const struct finale *f)
{
    uint32_t count = 0;
    for (size_t i = f->first; i < f->ledger->runs.count; i++)
        count += f->ledger->runs.items[i].stored.state == EXPLORE_RUN_VOID;
    return count;
}

static uint32_t left_of(uint32_t all, uint32_t used)
{
    return all > used ? all - used : 0;
}

static void begin(struct aj_ctx *cx, const struct explore_ledger *ledger, struct aj_arena *out,
                  struct finale *f)
{
    const struct explore_searched *last =
        ledger->searches.count > 0 ? &ledger->searches.items[ledger->searches.count - 1] : NULL;
    *f = (struct finale){.ledger = ledger, .out = out};
    f->number = (uint32_t)ledger->searches.count;
    f->budget = last != NULL ? last->budget : explore_agenda_budget(ledger->frame);
    f->first =
        last != NULL && last->runs < ledger->runs.ended ? (size_t)last->runs : ledger->runs.ended;
    f->room = left_of(f->budget, good_runs(ledger, ledger->runs.count));
    const struct explore_ledger view = before(ledger, f->first);
    const struct explore_ranked *ranked;
    const size_t count = explore_agenda_rank(cx, &view, out, &ranked);
    /* More than this the race does not get, so that the confirmation has what it needs. */
    f->race_runs = left_of(f->budget, good_runs(ledger, f->first) +
                                          explore_agenda_finale_budget(ledger->frame, f->budget));
    for (size_t i = 0; i < count && i < EXPLORE_RACE_FINALISTS; i++)
        if (i == 0 || (i + 1) * EXPLORE_RACE_FIRST <= f->race_runs)
            f->finalists[f->finalists_count++] = ranked[i].decision;
    if (count == 0)
        f->finalists[f->finalists_count++] = &ledger->frame->baseline;
    for (uint32_t k = 0; k < f->finalists_count; k++)
        f->gone[k] = finale_gave_up(f, f->finalists[k], NULL);
}

/* Race */

/* The order in which a round measures. */
static void shuffle(const struct finale *f, uint32_t round, uint32_t *order)
{
    struct aj_random random;
    aj_random_stream(&random, f->ledger->frame->spec->seed, RACE_STREAM + round - 1);
    for (uint32_t i = 0; i < f->finalists_count; i++) {
        const uint32_t k = (uint32_t)aj_random_below(&random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

/* What is to be measured in the round yet. */
static void plan_round(const struct finale *f, const struct round *round,
                       const struct explore_raced *raced, struct plan *plan)
{
    uint32_t order[EXPLORE_RACE_FINALISTS_MAX] = {0};
    shuffle(f, round->number, order);
    plan->phase = EXPLORE_PHASE_RACE;
    plan->round = round->number;
    for (uint32_t i = 0; i < f->finalists_count; i++) {
        const uint32_t k = order[i];
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        if (raced->out_in[k] == 0 && !finale_settled(&seen))
            add(f, plan, f->finalists[k]);
    }
}

/* Scores of a round; false: of somebody who is left there is none yet. */
static bool read_round(const struct finale *f, const struct round *round,
                       const struct explore_raced *raced, double *scores, size_t *at)
{
    bool whole = true;
    *at = 0;
    for (uint32_t k = 0; k < f->finalists_count; k++) {
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        scores[k] = seen.score;
        *at = seen.at > *at ? seen.at : *at;
        whole = whole && (raced->out_in[k] != 0 || finale_settled(&seen));
    }
    return whole;
}

/* Rounds of this finale in the order in which they were completed, as far as they were. */
static struct explore_raced judge_rounds(const struct finale *f, const struct round *rounds,
                                         size_t count, bool *whole)
{
    const uint32_t width = f->finalists_count;
    double *scores = AJ_NEW_ARRAY(f->out, double, (size_t)width *EXPLORE_RACE_ROUNDS);
    double *row = AJ_NEW_ARRAY(f->out, double, width);
    struct explore_race so_far = {scores, width, 0, f->gone};
    struct explore_raced raced = explore_race_judge(&so_far, f->out);
    for (;;) {
        size_t next = count, at, earliest = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            if (whole[i] || rounds[i].finale != f->number ||
                !read_round(f, &rounds[i], &raced, row, &at) || at >= earliest)
                continue;
            earliest = at;
            next = i;
        }
        if (next == count || so_far.rounds == EXPLORE_RACE_ROUNDS)
            return raced;
        whole[next] = true;
        (void)read_round(f, &rounds[next], &raced, scores + (size_t)so_far.rounds * width, &at);
        so_far.rounds++;
        raced = explore_race_judge(&so_far, f->out);
    }
}

static bool is_confirming(const struct finale *f)
{
    for (size_t i = f->first; i < f->ledger->runs.count; i++)
        if (f->ledger->runs.items[i].stored.finale == f->number &&
            f->ledger->runs.items[i].stored.phase == EXPLORE_PHASE_CONFIRM)
            return true;
    return false;
}

/* Runs of the race that are made or claimed; *others: those left that others have claimed. */
static uint32_t count_runs(const struct finale *f, const struct round *round,
                           const struct explore_raced *raced, uint32_t *others)
{
    uint32_t runs = 0;
    *others = 0;
    for (uint32_t k = 0; k < f->finalists_count; k++) {
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        runs += seen.done || seen.claimed;
        *others += seen.claimed && raced->out_in[k] == 0;
    }
    return runs;
}

/* The race so far, and what `board` does next in it. */
static struct explore_raced race(const struct finale *f, uint32_t board, struct plan *plan)
{
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_RACE, &count);
    bool *whole = AJ_NEW_ARRAY(f->out, bool, count);
    const struct explore_raced raced = judge_rounds(f, rounds, count, whole);
    uint32_t runs = 0, made = 0, others = 0, newest = 0;
    if (raced.left < 2 || is_confirming(f))
        return raced;
    for (size_t i = 0; i < count; i++) {
        uint32_t claimed;
        if (rounds[i].finale != f->number)
            continue;
        newest = rounds[i].number > newest ? rounds[i].number : newest;
        runs += count_runs(f, &rounds[i], &raced, &claimed);
        made += whole[i];
        if (!whole[i] && rounds[i].board == board && !rounds[i].abandoned)
            plan_round(f, &rounds[i], &raced, plan);
        else if (!whole[i] && !rounds[i].abandoned)
            others += claimed > 0;
        if (plan->kind == PLAN_RUN)
            return raced;
    }
    const struct round fresh = {f->number, newest + 1, board, false, NULL};
    if (made + others < EXPLORE_RACE_ROUNDS && runs + raced.left <= f->race_runs)
        plan_round(f, &fresh, &raced, plan);
    else if (others > 0)
        plan->kind = PLAN_WAIT;
    return raced;
}

static const struct explore_decision *winner_of(const struct finale *f,
                                                const struct explore_raced *raced)
{
    return raced->winner == AJ_NONE32 ? &f->ledger->frame->baseline : f->finalists[raced->winner];
}

/* Confirmation */

typedef AJ_VEC(const struct explore_decision *) decision_vec;

/* What was confirmed, in the order in which it began to be. */
static decision_vec candidates_of(const struct finale *f)
{
    decision_vec all = {NULL, 0, 0};
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_CONFIRM, &count);
    for (size_t i = 0; i < count; i++) {
        bool known = rounds[i].rival == NULL;
        for (size_t k = 0; k < all.count && !known; k++)
            known = finale_same(f, all.items[k], rounds[i].rival);
        if (!known)
            AJ_PUSH(f->out, &all, rounds[i].rival);
    }
    return all;
}

/* From 1; 0 for the baseline. */
static uint32_t candidate_of(const struct finale *f, const struct explore_decision *decision)
{
    const decision_vec all = candidates_of(f);
    if (finale_same(f, decision, &f->ledger->frame->baseline))
        return 0;
    for (size_t i = 0; i < all.count; i++)
        if (finale_same(f, all.items[i], decision))
            return (uint32_t)i + 1;
    return (uint32_t)all.count + 1;
}

/* The pairs of a candidate, whichever finale they are of, in the order of their completion. */
struct paired {
    struct explore_pair *pairs;
    uint32_t *board; /* of each */
    size_t *at;
    size_t count;
    size_t scored; /* of them: with two scores */
    struct explore_claim claim;
};

static void take_pair(struct paired *p, const struct round *round, const struct seen *a,
                      const struct seen *b)
{
    const size_t at = a->at > b->at ? a->at : b->at;
    /* Of two that were ended early nobody knows which would have been worse. */
    const bool open = a->censored && b->censored;
    size_t k = p->count++;
    for (; k > 0 && p->at[k - 1] > at; k--) {
        p->pairs[k] = p->pairs[k - 1];
        p->board[k] = p->board[k - 1];
        p->at[k] = p->at[k - 1];
    }
    p->pairs[k] = (struct explore_pair){open ? (double)NAN : a->score, b->score};
    p->board[k] = round->board;
    p->at[k] = at;
    p->scored += a->done && b->done && !open;
}

/* Baseline and rival, in turns AB and BA on each board. */
static void plan_pair(const struct finale *f, const struct round *round, const struct round *rounds,
                      size_t count, const struct explore_decision *rival, struct plan *plan)
{
    const struct explore_decision *order[] = {&f->ledger->frame->baseline, rival};
    uint32_t earlier = 0;
    for (size_t i = 0; i < count; i++)
        earlier += rounds[i].finale == f->number && rounds[i].board == round->board &&
                   rounds[i].number < round->number;
    plan->phase = EXPLORE_PHASE_CONFIRM;
    plan->round = round->number;
    for (size_t i = 0; i < AJ_COUNT(order); i++) {
        const struct explore_decision *one = order[(i + earlier) % 2];
        const struct seen seen = finale_look(f, EXPLORE_PHASE_CONFIRM, round, one);
        if (!finale_settled(&seen))
            add(f, plan, one);
    }
}

/* What the pairs of `rival` say, and what `board` does next for them. */
static struct paired confirm(const struct finale *f, const struct explore_decision *rival,
                             enum explore_claim_more more, uint32_t board, struct plan *plan)
{
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_CONFIRM, &count);
    struct paired p = {.pairs = AJ_NEW_ARRAY(f->out, struct explore_pair, count),
                       .board = AJ_NEW_ARRAY(f->out, uint32_t, count),
                       .at = AJ_NEW_ARRAY(f->out, size_t, count)};
    uint32_t newest = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        const struct round *r = &rounds[i];
        const bool ours = r->finale == f->number;
        newest = ours && r->number > newest ? r->number : newest;
        if (r->rival != NULL ? !finale_same(f, r->rival, rival) : !ours)
            continue;
        const struct seen a = finale_look(f, EXPLORE_PHASE_CONFIRM, r, &f->ledger->frame->baseline);
        const struct seen b = finale_look(f, EXPLORE_PHASE_CONFIRM, r, rival);
        if (finale_settled(&a) && finale_settled(&b))
            take_pair(&p, r, &a, &b);
        else if (ours && !r->abandoned && r->board == board && plan->kind != PLAN_RUN)
            plan_pair(f, r, rounds, count, rival, plan);
        else if (ours && !r->abandoned && r->board != board)
            others += a.claimed || b.claimed;
    }
    p.claim = explore_claim_judge(p.pairs, p.count, candidate_of(f, rival), more, f->out);
    if (p.claim.verdict != EXPLORE_CLAIM_OPEN || plan->kind == PLAN_RUN)
        return p;
    /* Pairs that cannot become enough to be judged are not begun. */
    const size_t may_be = p.scored + others + f->room / 2;
    const bool enough = p.claim.pairs > 0 || may_be >= p.claim.next_look;
    const struct round fresh = {f->number, newest + 1, board, false, NULL};
    if (enough && f->room >= 2 && p.scored + others < p.claim.next_look)
        plan_pair(f, &fresh, rounds, count, rival, plan);
    else if (others > 0)
        plan->kind = PLAN_WAIT;
    return p;
}

/* Certificate */

/* Nothing chose the baseline; a candidate was chosen by runs before its confirmation. */
static struct explore_certificate certify(const struct finale *f,
                                          const struct explore_decision *decision)
{
    const struct explore_frame *frame = f->ledger->frame;
    const bool baseline = finale_same(f, decision, &frame->baseline);
    struct explore_exceeded exceeded = {0, 0};
    for (size_t i = 0; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->measurement == NULL ||
            (!baseline && entry->stored.phase != EXPLORE_PHASE_CONFIRM) ||
            !finale_same(f, &entry->decision, decision))
            continue;
        exceeded.runs++;
        exceeded.count += explore_ledger_late(frame, entry);
    }
    return explore_deadline_certify(exceeded, frame->spec->allowed, frame->spec->confidence,
                                    candidate_of(f, decision));
}

/* One more run of what is recommended. */
static void plan_single(const struct finale *f, const struct explore_decision *decision,
                        const struct explore_certificate *so_far, struct plan *plan)
{
    uint32_t newest = FINALE_SINGLES - 1;
    uint64_t others = 0;
    for (size_t i = f->first; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->stored.finale != f->number || entry->stored.phase != EXPLORE_PHASE_CONFIRM)
            continue;
        newest = entry->stored.round > newest ? entry->stored.round : newest;
        others += entry->stored.state == EXPLORE_RUN_CLAIMED &&
                  entry->stored.holder == EXPLORE_HOLDER_OTHER;
    }
    if (f->room > 0 && others < so_far->clean_runs) {
        plan->phase = EXPLORE_PHASE_CONFIRM;
        plan->round = newest + 1;
        add(f, plan, decision);
    } else if (others > 0) {
        plan->kind = PLAN_WAIT;
    }
}

/* Together */

/* What is recommended of a candidate and the baseline, once there is nothing more to come. */
static const struct explore_decision *recommend(const struct finale *f,
                                                const struct explore_decision *rival,
                                                const struct explore_claim *claim)
{
    const struct explore_decision *baseline = &f->ledger->frame->baseline;
    if (claim->pairs > 0)
        return claim->verdict == EXPLORE_CLAIM_BETTER ? rival : baseline;
    const double ours = explore_ledger_score(f->ledger, rival);
    const double theirs = explore_ledger_score(f->ledger, baseline);
    return ours < theirs ? rival : baseline;
}

/* Which candidate the verdict is about: what was shown stays shown, and what was judged judged. */
static struct paired choose(const struct finale *f, const struct explore_decision *winner,
                            const struct explore_decision **chosen)
{
    struct plan ignored = {.kind = PLAN_NOTHING};
    const decision_vec all = candidates_of(f);
    const struct paired now = confirm(f, winner, EXPLORE_CLAIM_NO_MORE, AJ_NONE32, &ignored);
    struct paired best = now;
    *chosen = winner;
    for (size_t i = all.count; i-- > 0 && best.claim.verdict != EXPLORE_CLAIM_BETTER;) {
        const struct paired other =
            confirm(f, all.items[i], EXPLORE_CLAIM_NO_MORE, AJ_NONE32, &ignored);
        if (other.claim.verdict != EXPLORE_CLAIM_BETTER &&
            (best.claim.pairs > 0 || other.claim.pairs == 0))
            continue;
        best = other;
        *chosen = all.items[i];
    }
    return best;
}

/* What the judged pairs of each board say. */
static void by_board(const struct finale *f, const struct paired *p,
                     struct explore_verdict *verdict)
{
    const size_t boards = f->ledger->boards.count;
    struct explore_board_effect *list = AJ_NEW_ARRAY(f->out, struct explore_board_effect, boards);
    double *d = AJ_NEW_ARRAY(f->out, double, p->count);
    for (uint32_t board = 0; board < boards; board++) {
        uint32_t count = 0, judged = 0;
        for (size_t i = 0; i < p->count && judged < p->claim.pairs; i++) {
            const double ratio = log(p->pairs[i].winner / p->pairs[i].baseline);
            if (!isfinite(ratio))
                continue;
            judged++;
            if (p->board[i] == board)
                d[count++] = ratio;
        }
        if (count > 0)
            list[verdict->boards_count++] = (struct explore_board_effect){
                f->ledger->boards.items[board], expm1(explore_compare_location(d, count, f->out)),
                count};
    }
    verdict->boards = list;
}

static void list_given_up(const struct finale *f, struct explore_verdict *verdict)
{
    struct explore_given_up *list =
        AJ_NEW_ARRAY(f->out, struct explore_given_up, f->finalists_count + 1);
    const char *reason;
    bool baseline = false;
    for (uint32_t k = 0; k < f->finalists_count; k++) {
        if (!finale_gave_up(f, f->finalists[k], &reason))
            continue;
        list[verdict->given_up_count++] = (struct explore_given_up){f->finalists[k], reason};
        baseline = baseline || finale_same(f, f->finalists[k], verdict->baseline);
    }
    if (!baseline && finale_gave_up(f, verdict->baseline, &reason))
        list[verdict->given_up_count++] = (struct explore_given_up){verdict->baseline, reason};
    verdict->given_up = list;
}

static void judge(const struct finale *f, const struct explore_decision *winner,
                  struct explore_verdict *verdict)
{
    *verdict = (struct explore_verdict){.baseline = &f->ledger->frame->baseline};
    const struct paired p = choose(f, winner, &verdict->winner);
    verdict->claim = p.claim;
    verdict->confirmed = p.claim.pairs > 0;
    verdict->recommended = recommend(f, verdict->winner, &p.claim);
    verdict->certificate = certify(f, verdict->recommended);
    by_board(f, &p, verdict);
    list_given_up(f, verdict);
}

void explore_finale_judge(struct aj_ctx *cx, const struct explore_ledger *ledger,
                          struct aj_arena *out, struct explore_verdict *verdict)
{
    struct plan ignored = {.kind = PLAN_NOTHING};
    struct finale f;
    begin(cx, ledger, out, &f);
    const struct explore_raced raced = race(&f, AJ_NONE32, &ignored);
    judge(&f, winner_of(&f, &raced), verdict);
}

/* Why a finale ends whatever it has not shown yet; NULL: it does not. */
static const char *ends_because(const struct finale *f)
{
    const struct explore_frame *frame = f->ledger->frame;
    if (explore_agenda_out_of_time(f->ledger))
        return aj_strf(f->out, "the budget of %s is spent",
                       aj_format_duration(f->out, frame->spec->budget.time_ns));
    if (finale_gave_up(f, &frame->baseline, NULL))
        return aj_strf(f->out, "the plan as it is was void %d times in a row",
                       EXPLORE_FINALE_VOIDS);
    if (voids_of(f) > VOIDS_MOST)
        return aj_strf(f->out, "%d runs of the finale were void", VOIDS_MOST + 1);
    return NULL;
}

static void take_plan(const struct finale *f, const struct plan *plan, struct explore_turn *turn)
{
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_WAIT};
    if (plan->kind == PLAN_RUN)
        *turn = (struct explore_turn){.kind = EXPLORE_TURN_RUN,
                                      .phase = (uint8_t)plan->phase,
                                      .finale = f->number,
                                      .round = plan->round,
                                      .decision = *plan->what[0],
                                      .then = plan->what + 1,
                                      .then_count = plan->count - 1};
}

enum aj_status explore_finale_next(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                   uint32_t board, struct aj_arena *out, struct explore_turn *turn)
{
    struct plan plan = {.kind = PLAN_NOTHING};
    struct explore_verdict verdict;
    struct finale f;
    bool open = false;
    begin(cx, ledger, out, &f);
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_END, .why = ends_because(&f)};
    if (turn->why != NULL)
        return AJ_OK;
    const struct explore_raced raced = race(&f, board, &plan);
    const struct explore_decision *winner = winner_of(&f, &raced);
    if (plan.kind == PLAN_NOTHING && !finale_same(&f, winner, &ledger->frame->baseline))
        open = confirm(&f, winner, EXPLORE_CLAIM_MORE_COMES, board, &plan).claim.verdict ==
               EXPLORE_CLAIM_OPEN;
    if (plan.kind == PLAN_NOTHING && ledger->frame->spec->certify) {
        judge(&f, winner, &verdict);
        open = open || verdict.certificate.verdict == EXPLORE_DEADLINE_OPEN;
        if (verdict.certificate.verdict == EXPLORE_DEADLINE_OPEN)
            plan_single(&f, verdict.recommended, &verdict.certificate, &plan);
    }
    if (plan.kind != PLAN_NOTHING)
        take_plan(&f, &plan, turn);
    else if (open)
        turn->why = aj_strf(out, "the budget of %" PRIu32 " runs is spent", f.budget);
    return AJ_OK;
}
