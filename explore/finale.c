/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/finale.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/finale_priv.h"

enum { VOIDS_MOST = 20 }; /* of a finale, then it is ended */

void finale_add(const struct finale *f, struct finale_plan *plan,
                const struct explore_decision *decision)
{
    if (plan->what == NULL)
        plan->what =
            AJ_NEW_ARRAY(f->out, const struct explore_decision *, EXPLORE_RACE_FINALISTS_MAX);
    plan->kind = FINALE_PLAN_RUN;
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

/* Together */

static const struct explore_decision *winner_of(const struct finale *f,
                                                const struct explore_raced *raced)
{
    return raced->winner == AJ_NONE32 ? &f->ledger->frame->baseline : f->finalists[raced->winner];
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
                                    finale_candidate(f, decision));
}

/* One more run of what is recommended. */
static void plan_single(const struct finale *f, const struct explore_decision *decision,
                        const struct explore_certificate *so_far, struct finale_plan *plan)
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
        finale_add(f, plan, decision);
    } else if (others > 0) {
        plan->kind = FINALE_PLAN_WAIT;
    }
}

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
static struct finale_pairs choose(const struct finale *f, const struct explore_decision *winner,
                                  const struct explore_decision **chosen)
{
    struct finale_plan ignored = {.kind = FINALE_PLAN_NOTHING};
    const finale_decision_vec all = finale_candidates(f);
    const struct finale_pairs now =
        finale_confirm(f, winner, EXPLORE_CLAIM_NO_MORE, AJ_NONE32, &ignored);
    struct finale_pairs best = now;
    *chosen = winner;
    for (size_t i = all.count; i-- > 0 && best.claim.verdict != EXPLORE_CLAIM_BETTER;) {
        const struct finale_pairs other =
            finale_confirm(f, all.items[i], EXPLORE_CLAIM_NO_MORE, AJ_NONE32, &ignored);
        if (other.claim.verdict != EXPLORE_CLAIM_BETTER &&
            (best.claim.pairs > 0 || other.claim.pairs == 0))
            continue;
        best = other;
        *chosen = all.items[i];
    }
    return best;
}

/* What the judged pairs of each board say. */
static void by_board(const struct finale *f, const struct finale_pairs *p,
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
    const struct finale_pairs p = choose(f, winner, &verdict->winner);
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
    struct finale_plan ignored = {.kind = FINALE_PLAN_NOTHING};
    struct finale f;
    begin(cx, ledger, out, &f);
    const struct explore_raced raced = finale_race(&f, AJ_NONE32, &ignored);
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

static void take_plan(const struct finale *f, const struct finale_plan *plan,
                      struct explore_turn *turn)
{
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_WAIT};
    if (plan->kind == FINALE_PLAN_RUN)
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
    struct finale_plan plan = {.kind = FINALE_PLAN_NOTHING};
    struct explore_verdict verdict;
    struct finale f;
    bool open = false;
    begin(cx, ledger, out, &f);
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_END, .why = ends_because(&f)};
    if (turn->why != NULL)
        return AJ_OK;
    const struct explore_raced raced = finale_race(&f, board, &plan);
    const struct explore_decision *winner = winner_of(&f, &raced);
    if (plan.kind == FINALE_PLAN_NOTHING && !finale_same(&f, winner, &ledger->frame->baseline))
        open = finale_confirm(&f, winner, EXPLORE_CLAIM_MORE_COMES, board, &plan).claim.verdict ==
               EXPLORE_CLAIM_OPEN;
    if (plan.kind == FINALE_PLAN_NOTHING && ledger->frame->spec->certify) {
        judge(&f, winner, &verdict);
        open = open || verdict.certificate.verdict == EXPLORE_DEADLINE_OPEN;
        if (verdict.certificate.verdict == EXPLORE_DEADLINE_OPEN)
            plan_single(&f, verdict.recommended, &verdict.certificate, &plan);
    }
    if (plan.kind != FINALE_PLAN_NOTHING)
        take_plan(&f, &plan, turn);
    else if (open)
        turn->why = aj_strf(out, "the budget of %" PRIu32 " runs is spent", f.budget);
    return AJ_OK;
}
