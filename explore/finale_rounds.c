/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/finale_priv.h"

enum { TRIES = 2 }; /* of a run that is void */

typedef AJ_VEC(struct round) round_vec;

bool finale_same(const struct finale *f, const struct explore_decision *a,
                 const struct explore_decision *b)
{
    return explore_decision_equal(f->ledger->frame->space, a, b);
}

static struct round *find(round_vec *rounds, const struct explore_stored *stored)
{
    for (size_t i = 0; i < rounds->count; i++)
        if (rounds->items[i].finale == stored->finale && rounds->items[i].number == stored->round)
            return &rounds->items[i];
    return NULL;
}

const struct round *finale_rounds(const struct finale *f, enum explore_phase phase, size_t *count)
{
    round_vec rounds = {NULL, 0, 0};
    for (size_t i = 0; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        const struct explore_stored *stored = &entry->stored;
        if (stored->phase != phase || stored->round >= FINALE_SINGLES)
            continue;
        struct round *round = find(&rounds, stored);
        if (round == NULL) {
            AJ_PUSH(f->out, &rounds,
                    ((struct round){stored->finale, stored->round, entry->board, false, NULL}));
            round = &rounds.items[rounds.count - 1];
        }
        round->abandoned = round->abandoned || (stored->state == EXPLORE_RUN_CLAIMED &&
                                                stored->holder == EXPLORE_HOLDER_UNKNOWN);
        if (!finale_same(f, &entry->decision, &f->ledger->frame->baseline))
            round->rival = &entry->decision;
    }
    *count = rounds.count;
    return rounds.items;
}

struct seen finale_look(const struct finale *f, enum explore_phase phase, const struct round *round,
                        const struct explore_decision *decision)
{
    struct seen seen = {.score = (double)NAN};
    for (size_t i = 0; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->stored.phase != phase || entry->stored.finale != round->finale ||
            entry->stored.round != round->number || entry->board != round->board ||
            !finale_same(f, &entry->decision, decision))
            continue;
        seen.claimed = seen.claimed || entry->stored.state == EXPLORE_RUN_CLAIMED;
        seen.voids += entry->stored.state == EXPLORE_RUN_VOID;
        if (entry->stored.state != EXPLORE_RUN_CLAIMED)
            seen.at = i;
        if (entry->measurement == NULL)
            continue;
        seen.done = true;
        seen.score = entry->score;
        seen.censored = entry->censored;
    }
    return seen;
}

bool finale_settled(const struct seen *seen)
{
    return seen->done || seen->voids >= TRIES;
}

bool finale_gave_up(const struct finale *f, const struct explore_decision *decision,
                    const char **reason)
{
    uint32_t voids = 0;
    const char *last = NULL;
    for (size_t i = f->first; i < f->ledger->runs.count; i++) {
        const struct explore_entry *entry = &f->ledger->runs.items[i];
        if (entry->stored.finale != f->number || entry->stored.state == EXPLORE_RUN_CLAIMED ||
            !finale_same(f, &entry->decision, decision))
            continue;
        const bool is_void = entry->stored.state == EXPLORE_RUN_VOID;
        voids = is_void ? voids + 1 : 0;
        last = is_void && entry->stored.reason != NULL ? entry->stored.reason : "no reason";
    }
    if (reason != NULL)
        *reason = last;
    return voids >= EXPLORE_FINALE_VOIDS;
}
