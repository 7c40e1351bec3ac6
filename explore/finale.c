/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/finale.h"

#include <math.h>

#include "explore/race.h"

enum {
    TRIES = 2,          /* of a run that is void */
    PAIRS_LEAST = 6,    /* with fewer nothing can be shown */
    VOIDS_MOST = 20,    /* of a finale, then it is given up */
    RACE_STREAM = 1000, /* random orders of the rounds, apart from what else is drawn */
};

struct finale {
    const struct explore_ledger *ledger;
    size_t first; /* entry with which it begins */
    struct aj_arena *out;
    const struct explore_decision *finalists[EXPLORE_RACE_FINALISTS_MAX];
    uint32_t finalists_count;
    uint32_t race_runs; /* that the race may have */
};

/* What a finale has of one run that it wants. */
struct wanted {
    bool done;
    uint32_t voids;
    double score;
};

static struct wanted look_for(const struct finale *f, enum explore_phase phase, uint32_t round,
                              const struct explore_decision *decision)
{
    struct wanted w = {false, 0, (double)NAN};
    for (size_t i = f->first; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->stored.phase != phase || entry->stored.round != round ||
            !explore_decision_equal(f->ledger->frame->space, &entry->decision, decision))
            continue;
        w.voids += entry->stored.state == EXPLORE_RUN_VOID;
        w.done = w.done || entry->measurement != NULL;
        if (entry->measurement != NULL)
            w.score = entry->score;
    }
    return w;
}

/* Nothing more can be had of it. */
static bool settled(const struct wanted *w)
{
    return w->done || w->voids >= TRIES;
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
        count += ledger->runs.items[i].measurement != NULL;
    return count;
}

static uint32_t voids_since(const struct explore_ledger *ledger, size_t first)
{
    uint32_t count = 0;
    for (size_t i = first; i < ledger->runs.count; i++)
        count += ledger->runs.items[i].stored.state == EXPLORE_RUN_VOID;
    return count;
}

/* More than this the race does not get, so that the confirmation has what it needs. */
static uint32_t race_budget(const struct explore_ledger *ledger, size_t first)
{
    const uint32_t all = explore_agenda_budget(ledger->frame);
    const uint32_t used = good_runs(ledger, first) + explore_agenda_finale_budget(ledger->frame);
    return all > used ? all - used : 0;
}

static void begin(struct aj_ctx *cx, const struct explore_ledger *ledger, struct aj_arena *out,
                  struct finale *f)
{
    *f = (struct finale){.ledger = ledger, .out = out};
    for (size_t i = 0; i < ledger->runs.count; i++)
        if (ledger->runs.items[i].stored.phase < EXPLORE_PHASE_RACE)
            f->first = i + 1;
    const struct explore_ledger view = before(ledger, f->first);
    const struct explore_ranked *ranked;
    const size_t count = explore_agenda_rank(cx, &view, out, &ranked);
    f->race_runs = race_budget(ledger, f->first);
    for (size_t i = 0; i < count && i < EXPLORE_RACE_FINALISTS; i++)
        if (i == 0 || (i + 1) * EXPLORE_RACE_FIRST <= f->race_runs)
            f->finalists[f->finalists_count++] = ranked[i].decision;
    if (count == 0)
        f->finalists[f->finalists_count++] = &ledger->frame->baseline;
}

/* Race */

/* The order in which a round measures. */
static void shuffle(const struct finale *f, uint32_t round, uint32_t *order)
{
    struct aj_random random;
    aj_random_stream(&random, f->ledger->frame->spec->seed, RACE_STREAM + round);
    for (uint32_t i = 0; i < f->finalists_count; i++) {
        const uint32_t k = (uint32_t)aj_random_below(&random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

/* The race after its settled rounds; *next is the finalist to measure in `*round`, NONE32: over. */
static struct explore_raced race(const struct finale *f, uint32_t *round, uint32_t *next)
{
    const uint32_t count = f->finalists_count;
    double *scores = AJ_NEW_ARRAY(f->out, double, (size_t)count *EXPLORE_RACE_ROUNDS);
    struct explore_race so_far = {scores, count, 0};
    struct explore_raced raced = explore_race_judge(&so_far, f->out);
    uint32_t runs = 0;
    *next = AJ_NONE32;
    for (*round = 0; *round < EXPLORE_RACE_ROUNDS && raced.left > 1; ++*round) {
        uint32_t order[EXPLORE_RACE_FINALISTS_MAX] = {0};
        if (runs + raced.left > f->race_runs)
            break;
        shuffle(f, *round, order);
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t k = order[i];
            const struct wanted w = look_for(f, EXPLORE_PHASE_RACE, *round + 1, f->finalists[k]);
            scores[*round * count + k] = w.score;
            runs += w.done;
            if (raced.out_in[k] != 0 || settled(&w))
                continue;
            *next = k;
            return raced;
        }
        so_far.rounds++;
        raced = explore_race_judge(&so_far, f->out);
    }
    return raced;
}

/* Confirmation */

/* Pairs so far; *round and *winner_next say what is measured next, if that is wanted. */
static struct explore_claim confirm(const struct finale *f, const struct explore_decision *winner,
                                    enum explore_claim_more more, uint32_t *round,
                                    bool *winner_next)
{
    const struct explore_decision *baseline = &f->ledger->frame->baseline;
    struct explore_pair *pairs = AJ_NEW_ARRAY(f->out, struct explore_pair, EXPLORE_PAIRS_MAX);
    struct explore_claim claim = explore_claim_judge(pairs, 0, more, f->out);
    for (*round = 1; *round <= EXPLORE_PAIRS_MAX; ++*round) {
        const struct wanted a = look_for(f, EXPLORE_PHASE_CONFIRM, *round, baseline);
        const struct wanted b = look_for(f, EXPLORE_PHASE_CONFIRM, *round, winner);
        const bool turned = *round % 2 == 0; /* AB, BA */
        *winner_next = settled(&a) || (turned && !settled(&b));
        if (!settled(&a) || !settled(&b))
            break;
        pairs[*round - 1] = (struct explore_pair){a.score, b.score};
        claim = explore_claim_judge(pairs, *round, more, f->out);
    }
    return claim;
}

/* Certificate */

/* Nothing chose the baseline; the winner was chosen by all runs before its confirmation. */
static struct explore_certificate certify(const struct finale *f,
                                          const struct explore_decision *decision)
{
    const struct explore_frame *frame = f->ledger->frame;
    const bool baseline = explore_decision_equal(frame->space, decision, &frame->baseline);
    struct explore_exceeded exceeded = {0, 0};
    for (size_t i = baseline ? 0 : f->first; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->measurement == NULL ||
            (!baseline && entry->stored.phase != EXPLORE_PHASE_CONFIRM) ||
            !explore_decision_equal(frame->space, &entry->decision, decision))
            continue;
        exceeded.runs++;
        exceeded.count += explore_ledger_late(frame, entry);
    }
    return explore_deadline_certify(exceeded, frame->spec->allowed, frame->spec->confidence);
}

/* Together */

static enum aj_status run(struct explore_turn *turn, enum explore_phase phase, uint32_t round,
                          const struct explore_decision *decision)
{
    *turn = (struct explore_turn){
        .kind = EXPLORE_TURN_RUN, .phase = (uint8_t)phase, .round = round, .decision = *decision};
    return AJ_OK;
}

/* What is recommended, once there is nothing more to come. */
static const struct explore_decision *recommend(const struct finale *f,
                                                const struct explore_decision *winner,
                                                const struct explore_claim *claim)
{
    const struct explore_decision *baseline = &f->ledger->frame->baseline;
    if (claim->pairs >= PAIRS_LEAST)
        return claim->verdict == EXPLORE_CLAIM_BETTER ? winner : baseline;
    const double ours = explore_ledger_score(f->ledger, winner);
    const double theirs = explore_ledger_score(f->ledger, baseline);
    return ours < theirs ? winner : baseline;
}

enum aj_status explore_finale_next(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                   struct aj_arena *out, struct explore_turn *turn)
{
    const struct explore_frame *frame = ledger->frame;
    const uint32_t all = explore_agenda_budget(frame), used = good_runs(ledger, ledger->runs.count);
    struct finale f;
    uint32_t round, next;
    bool winner_next;
    *turn = (struct explore_turn){.kind = EXPLORE_TURN_END, .why = ""};
    begin(cx, ledger, out, &f);
    if (used >= all || explore_agenda_out_of_time(ledger) ||
        voids_since(ledger, f.first) > VOIDS_MOST)
        return AJ_OK;
    const struct explore_raced raced = race(&f, &round, &next);
    if (next != AJ_NONE32)
        return run(turn, EXPLORE_PHASE_RACE, round + 1, f.finalists[next]);
    const struct explore_decision *winner = f.finalists[raced.winner];
    const bool same = explore_decision_equal(frame->space, winner, &frame->baseline);
    const struct explore_claim claim =
        confirm(&f, winner, EXPLORE_CLAIM_MORE_COMES, &round, &winner_next);
    /* Pairs that cannot become enough to be judged are not begun. */
    const bool enough =
        claim.pairs >= PAIRS_LEAST || all - good_runs(ledger, f.first) >= 2 * PAIRS_LEAST;
    if (!same && enough && claim.verdict == EXPLORE_CLAIM_OPEN &&
        round <= EXPLORE_CLAIM_PAIRS + TRIES)
        return run(turn, EXPLORE_PHASE_CONFIRM, round, winner_next ? winner : &frame->baseline);
    const struct explore_decision *chosen = recommend(&f, winner, &claim);
    if (frame->spec->certify && certify(&f, chosen).verdict == EXPLORE_DEADLINE_OPEN)
        return run(turn, EXPLORE_PHASE_CONFIRM, used + 1, chosen);
    return AJ_OK;
}

/* A finale without room to show anything leaves what one before it has shown: budgets may grow. */
static void recall_earlier(struct aj_ctx *cx, const struct finale *f, struct aj_arena *out,
                           struct explore_verdict *verdict)
{
    struct explore_verdict earlier;
    size_t end = f->first;
    while (end > 0 && f->ledger->runs.items[end - 1].stored.phase != EXPLORE_PHASE_CONFIRM)
        end--;
    if (end == 0)
        return;
    const struct explore_ledger view = before(f->ledger, end);
    explore_finale_judge(cx, &view, out, &earlier);
    if (earlier.confirmed)
        *verdict = earlier;
}

void explore_finale_judge(struct aj_ctx *cx, const struct explore_ledger *ledger,
                          struct aj_arena *out, struct explore_verdict *verdict)
{
    struct finale f;
    uint32_t round, next;
    bool winner_next;
    begin(cx, ledger, out, &f);
    const struct explore_raced raced = race(&f, &round, &next);
    *verdict = (struct explore_verdict){
        .baseline = &ledger->frame->baseline,
        .winner = f.finalists[raced.winner],
        .first = f.first,
    };
    verdict->claim = confirm(&f, verdict->winner, EXPLORE_CLAIM_NO_MORE, &round, &winner_next);
    verdict->confirmed = verdict->claim.pairs >= PAIRS_LEAST;
    verdict->recommended = recommend(&f, verdict->winner, &verdict->claim);
    verdict->certificate = certify(&f, verdict->recommended);
    if (!verdict->confirmed)
        recall_earlier(cx, &f, out, verdict);
}
