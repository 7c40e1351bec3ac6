/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/batch.h"

#include "model/knob.h"

/* Of the root: guests are only created anew. */
static bool takes_reboot(const struct explore_space_knob *knob)
{
    const struct model_knob *known = model_knob_by_name(knob->name);
    return knob->cell == 0 && known != NULL &&
           model_knob_cost(known, MODEL_KNOB_ROOT) == MODEL_KNOB_REBOOT;
}

static bool same_boot(const struct explore_space *space, const struct explore_decision *a,
                      const struct explore_decision *b)
{
    for (uint32_t i = 0; i < space->knobs_count; i++)
        if (takes_reboot(&space->knobs[i]) && a->knob[i] != b->knob[i])
            return false;
    return true;
}

/* How many runs the board made with its present boot, up to a batch; *last is the last one. */
static uint32_t runs_of_boot(const struct explore_ledger *ledger, uint32_t board,
                             const struct explore_space *space,
                             const struct explore_decision **last)
{
    uint32_t count = 0;
    *last = NULL;
    for (size_t i = ledger->runs.count; i-- > 0 && count < EXPLORE_BATCH_RUNS;) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (entry->board != board || explore_ledger_no_plan(&entry->stored))
            continue;
        if (*last == NULL)
            *last = &entry->decision;
        else if (!same_boot(space, *last, &entry->decision))
            break;
        count++;
    }
    return count;
}

const struct explore_space *explore_batch_space(const struct explore_ledger *ledger, uint32_t board,
                                                const struct explore_space *space,
                                                struct aj_arena *out)
{
    const struct explore_decision *last;
    const uint32_t count = runs_of_boot(ledger, board, space, &last);
    size_t others = 0;
    for (uint32_t i = 0; i < space->knobs_count; i++)
        others += takes_reboot(&space->knobs[i]) ? space->knobs[i].values_count - 1 : 0;
    if (others == 0 || last == NULL || count == EXPLORE_BATCH_RUNS)
        return space;
    struct explore_space *kept = aj_memdup(out, space, sizeof *kept);
    struct explore_cut *cuts = AJ_NEW_ARRAY(out, struct explore_cut, space->cuts_count + others);
    for (size_t i = 0; i < space->cuts_count; i++)
        cuts[i] = space->cuts[i];
    kept->cuts = cuts;
    for (uint32_t i = 0; i < space->knobs_count; i++) {
        for (uint32_t v = 0; takes_reboot(&space->knobs[i]) && v < space->knobs[i].values_count;
             v++) {
            struct explore_literal *literal = AJ_NEW(out, struct explore_literal);
            if (v == last->knob[i])
                continue;
            *literal = (struct explore_literal){EXPLORE_LITERAL_KNOB, i, v};
            cuts[kept->cuts_count++] =
                (struct explore_cut){.literals = literal, .count = 1, .because = "it is booted so"};
        }
    }
    return kept;
}
