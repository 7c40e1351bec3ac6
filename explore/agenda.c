/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/agenda.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/batch.h"
#include "explore/deadline.h"

enum {
    BASELINES = 2,    /* they tell how far runs of one decision lie apart */
    RETRIES = 1,      /* of a void run */
    NO_PLANS = 50,    /* proposals in a row that the solver refuses */
    RUNS_PER_CPU = 5, /* as the default budget of a board, */
    RUNS_MOST = 80,
    RUNS_FINALE = 24,         /* and what shows that the best one is better: 12 pairs, */
    RUNS_FINALE_LEAST = 12,   /* or, of a small budget, 6 */
    DRAWS = 5,                /* proposals in a row without a likely gain end the search */
    DRAWS_OF_RUN = 8,         /* random numbers kept apart: draws of a proposal, */
    BOARDS_MOST = 64,         /* and boards that propose at the same time */
    FINALE_PERCENT = 30,      /* of the budget, at least; up to RUNS_FINALE, */
    FINALE_PERCENT_MOST = 55, /* at most */
    RUNS_CERTIFY_MOST = 1000, /* what needs more is not a matter of one exploration */
};
#define LIKELY_GAIN 0.05 /* chance of a gain below which a draw is one without */

uint32_t explore_agenda_budget(const struct explore_frame *frame)
{
    const uint32_t by_cpus = RUNS_PER_CPU * frame->space->cpus_count;
    if (frame->spec->budget.runs > 0)
        return frame->spec->budget.runs;
    return (by_cpus < RUNS_MOST ? by_cpus : RUNS_MOST) + RUNS_FINALE;
}

/* Runs in pairs that a budget has room for. */
static uint32_t pairs_wanted(uint32_t all)
{
    const uint32_t most = all * FINALE_PERCENT_MOST / 100;
    const uint32_t wanted = most < RUNS_FINALE ? most : RUNS_FINALE;
    return wanted > RUNS_FINALE_LEAST ? wanted : RUNS_FINALE_LEAST;
}

uint32_t explore_agenda_finale_budget(const struct explore_frame *frame, uint32_t all)
{
    const struct explore_exceeded none = {0, 0};
    const uint32_t pairs = pairs_wanted(all);
    const uint64_t clean =
        explore_deadline_certify(none, frame->spec->allowed, frame->spec->confidence, 1).clean_runs;
    /* Of the runs in pairs, every other one is the winner's. */
    if (!frame->spec->certify || clean <= pairs / 2 || clean > RUNS_CERTIFY_MOST)
        return pairs;
    const uint32_t wanted = pairs / 2 + (uint32_t)clean;
    return wanted <= all / 2 ? wanted : pairs;
}

uint32_t explore_agenda_search_budget(const struct explore_frame *frame)
{
    const uint32_t all = explore_agenda_budget(frame), share = all * FINALE_PERCENT / 100;
    const uint32_t finale = explore_agenda_finale_budget(frame, all);
    if (all < RUNS_FINALE_LEAST + RUNS_FINALE_LEAST / 2)
        return all; /* too few to search and to show */
    return all - (finale > share ? finale : share);
}

size_t explore_agenda_rank(struct aj_ctx *cx, const struct explore_ledger *ledger,
                           struct aj_arena *out, const struct explore_ranked **ranked)
{
    const struct explore_lessons lessons = explore_learn(ledger, out);
    const struct explore_history history = explore_ledger_history(ledger, out);
    const unsigned kinds[] = {EXPLORE_LESSONS_ALL, 1u << EXPLORE_LESSON_NOT_APPLICABLE};
    size_t count = 0;
    for (size_t i = 0; count == 0 && i < AJ_COUNT(kinds); i++)
        explore_search_rank(cx, explore_learn_space(ledger, &lessons, kinds[i], out), &history, out,
                            ranked, &count);
    return count;
}

double explore_agenda_best(struct aj_ctx *cx, const struct explore_ledger *ledger)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_ranked *ranked;
    const double best =
        explore_agenda_rank(cx, ledger, arena, &ranked) > 0 ? ranked[0].mean : (double)NAN;
    aj_arena_close(arena);
    return best;
}

static int64_t time_spent(const struct explore_ledger *ledger)
{
    int64_t sum = 0;
    for (size_t i = 0; i < ledger->runs.count; i++)
        sum += ledger->runs.items[i].stored.duration_ns;
    return sum;
}

/* The search's share of it. */
static bool time_is_up(const struct explore_ledger *ledger)
{
    const int64_t time_ns = ledger->frame->spec->budget.time_ns;
    return time_ns > 0 && time_spent(ledger) >= time_ns - time_ns / 100 * FINALE_PERCENT;
}

bool explore_agenda_out_of_time(const struct explore_ledger *ledger)
{
    const int64_t time_ns = ledger->frame->spec->budget.time_ns;
    return time_ns > 0 && time_spent(ledger) >= time_ns;
}

/* Runs so far */

struct tally {
    uint32_t baselines, baselines_here; /* not void */
    uint32_t since_sentinel; /* here, not void; a sentinel that cannot be had counts as one */
    uint32_t searched;       /* not void, before the finale */
    uint32_t no_plans;       /* in a row, up to the last */
    const struct explore_entry *last_here; /* before the finale */
    uint32_t voids_here;                   /* of its decision, up to and with it */
};

static void count_void(const struct explore_space *space, const struct explore_entry *entry,
                       struct tally *t)
{
    const bool again = t->voids_here > 0 &&
                       explore_decision_equal(space, &t->last_here->decision, &entry->decision) &&
                       t->last_here->stored.phase == entry->stored.phase;
    t->voids_here = again ? t->voids_here + 1 : 1;
    if (entry->stored.phase == EXPLORE_PHASE_SENTINEL && t->voids_here > RETRIES)
        t->since_sentinel = 0;
}

static void count_entry(const struct explore_space *space, const struct explore_entry *entry,
                        uint32_t board, struct tally *t)
{
    const bool here = entry->board == board;
    t->no_plans = explore_ledger_no_plan(&entry->stored) ? t->no_plans + 1 : 0;
    if (entry->stored.phase >= EXPLORE_PHASE_RACE)
        return;
    if (entry->stored.state == EXPLORE_RUN_VOID) {
        if (here)
            count_void(space, entry, t);
    } else {
        const bool first = entry->stored.phase == EXPLORE_PHASE_BASELINE;
        t->searched++;
        t->baselines += first;
        t->baselines_here += first && here;
        if (here) {
            t->voids_here = 0;
            t->since_sentinel =
                entry->stored.phase == EXPLORE_PHASE_SEARCH ? t->since_sentinel + 1 : 0;
        }
    }
    if (here)
        t->last_here = entry;
}

static struct tally count_runs(const struct explore_ledger *ledger, uint32_t board)
{
    struct tally t = {.last_here = NULL};
    for (size_t i = 0; i < ledger->runs.count; i++)
        count_entry(ledger->frame->space, &ledger->runs.items[i], board, &t);
    return t;
}

/* Turns */

static enum aj_status end(struct explore_turn *turn, const char *why)
{
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_END, .why = why};
    return AJ_OK;
}

static enum aj_status run(struct explore_turn *turn, enum explore_phase phase,
                          const struct explore_decision *decision)
{
    *turn = (struct explore_turn){
        .kind = EXPLORE_TURN_RUN, .phase = (uint8_t)phase, .decision = *decision};
    return AJ_OK;
}

/* A void run is made once more; not one for which there is no plan, as there will be none. */
static bool to_be_repeated(const struct tally *t)
{
    return t->voids_here > 0 && t->voids_here <= RETRIES &&
           !explore_ledger_no_plan(&t->last_here->stored);
}

/* A draw; that there is none is no error. */
static enum aj_status draw(struct aj_ctx *cx, const struct explore_space *space,
                           const struct explore_history *history,
                           const struct explore_search_options *options, struct aj_arena *out,
                           struct explore_proposal *proposal)
{
    struct aj_ctx quiet;
    aj_ctx_open(&quiet);
    quiet.cancel = cx->cancel;
    const enum aj_status status =
        explore_search_propose(&quiet, space, history, options, out, proposal);
    aj_ctx_close(&quiet);
    if (status == AJ_OK || status == AJ_ERR_LIMIT || status == AJ_ERR_INFEASIBLE)
        return status;
    return explore_search_propose(cx, space, history, options, out, proposal); /* to complain */
}

static enum aj_status propose_in(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                 uint64_t at, const struct explore_space *space,
                                 struct aj_arena *out, struct explore_turn *turn,
                                 struct explore_proposal *proposal)
{
    const struct explore_history history = explore_ledger_history(ledger, out);
    for (uint32_t i = 0; i < DRAWS; i++) {
        const struct explore_search_options options = {
            .seed = ledger->frame->spec->seed,
            .draw = at * DRAWS_OF_RUN + i,
            .budget = explore_agenda_search_budget(ledger->frame),
        };
        const enum aj_status status = draw(cx, space, &history, &options, out, proposal);
        if (status == AJ_ERR_LIMIT)
            return end(turn, "every decision that differs was measured");
        if (status == AJ_ERR_INFEASIBLE)
            return end(turn, "what was learned leaves no other decision");
        AJ_TRY(status);
        if (proposal->likely_gain >= LIKELY_GAIN || history.count <= BASELINES)
            return run(turn, EXPLORE_PHASE_SEARCH, &proposal->decision);
    }
    return end(turn, aj_strf(out,
                             "converged: %d proposals in a row are with less than %d %% chance "
                             "better than the best one",
                             DRAWS, (int)(LIKELY_GAIN * 100)));
}

enum aj_status explore_agenda_propose(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                      uint32_t board, struct aj_arena *out,
                                      struct explore_turn *turn, struct explore_proposal *proposal)
{
    const struct explore_lessons lessons = explore_learn(ledger, out);
    const struct explore_space *space =
        explore_learn_space(ledger, &lessons, EXPLORE_LESSONS_ALL, out);
    const struct explore_space *booted = explore_batch_space(ledger, board, space, out);
    const uint64_t at =
        (uint64_t)(ledger->runs.count + ledger->earlier.count) * BOARDS_MOST + board % BOARDS_MOST;
    if (booted != space)
        AJ_TRY(propose_in(cx, ledger, at, booted, out, turn, proposal));
    if (booted != space && turn->kind == EXPLORE_TURN_RUN)
        return AJ_OK;
    return propose_in(cx, ledger, at, space, out, turn, proposal);
}

enum aj_status explore_agenda_search(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                     uint32_t board, struct aj_arena *out,
                                     struct explore_turn *turn)
{
    const struct explore_frame *frame = ledger->frame;
    const struct tally t = count_runs(ledger, board);
    const bool baseline = t.baselines < BASELINES || t.baselines_here == 0;
    if (baseline && t.voids_here > RETRIES)
        return aj_fail(cx, AJ_ERR_TARGET, "explore-void", AJ_NOWHERE,
                       "the plan as it is cannot be measured: %s", t.last_here->stored.reason);
    const uint32_t all = explore_agenda_budget(frame);
    const uint32_t search = explore_agenda_search_budget(frame);
    if (t.searched >= search && search < all)
        return end(turn, aj_strf(out, "the %" PRIu32 " runs of the search are made", search));
    if (t.searched >= search)
        return end(turn, aj_strf(out, "the budget of %" PRIu32 " runs is spent", all));
    if (time_is_up(ledger))
        return end(turn, aj_strf(out, "the budget of %s is spent",
                                 aj_format_duration(out, frame->spec->budget.time_ns)));
    if (t.no_plans >= NO_PLANS)
        return end(turn, "the solver finds no cells for what is proposed");
    if (baseline)
        return run(turn, EXPLORE_PHASE_BASELINE, &frame->baseline);
    if (to_be_repeated(&t))
        return run(turn, (enum explore_phase)t.last_here->stored.phase, &t.last_here->decision);
    if (t.since_sentinel + 1 >= EXPLORE_DRIFT_EVERY ||
        (t.since_sentinel > 0 && explore_ledger_drift(ledger, board, out).suspect))
        return run(turn, EXPLORE_PHASE_SENTINEL, &frame->baseline);
    struct explore_proposal proposal;
    return explore_agenda_propose(cx, ledger, board, out, turn, &proposal);
}
