/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/offline.h"

#include <math.h>

#include "base/units.h"

/* Measured decisions, each once, best mean first where the search ranks them. */
static void find_best(struct aj_ctx *cx, const struct explore_ledger *ledger, struct aj_arena *out,
                      struct explore_offline *o)
{
    const struct explore_space *space = ledger->frame->space;
    const struct explore_ranked *ranked;
    double sum = 0.0;
    size_t runs = 0;
    o->measured = ledger->earlier.count;
    o->decisions = explore_agenda_rank(cx, ledger, out, &ranked);
    o->best = o->decisions > 0 ? *ranked[0].decision : ledger->frame->baseline;
    for (size_t i = 0; i < ledger->earlier.count; i++) {
        const struct explore_entry *entry = &ledger->earlier.items[i];
        if (!explore_decision_equal(space, &entry->decision, &o->best))
            continue;
        sum += entry->score;
        runs++;
    }
    o->best_score = runs > 0 ? sum / (double)runs : (double)NAN;
}

static const char *because(const struct explore_frame *frame, const struct explore_offline *o,
                           struct aj_arena *out)
{
    if (!o->converged)
        return EXPLORE_DECIDED "to be measured next";
    return aj_strf(out, EXPLORE_DECIDED "best of %zu measured, %.1f %% of %s", o->decisions,
                   o->best_score, aj_format_duration(out, frame->deadline_ns));
}

enum aj_status explore_offline_next(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                    struct aj_arena *out, struct explore_offline *offline)
{
    const struct explore_lessons lessons = explore_learn(ledger, out);
    struct explore_turn turn;
    *offline = (struct explore_offline){.measured = 0};
    find_best(cx, ledger, out, offline);
    AJ_TRY(explore_agenda_propose(cx, ledger, 0, out, &turn, &offline->proposal));
    offline->converged = turn.kind == EXPLORE_TURN_END;
    offline->why = turn.why;
    offline->next = offline->converged ? offline->best : turn.decision;
    offline->constraints = explore_conclusion_constraints(
        ledger->frame, &offline->next, because(ledger->frame, offline, out), &lessons, out,
        &offline->constraints_count);
    return AJ_OK;
}

void explore_offline_write(const struct explore_frame *frame, const struct explore_offline *offline,
                           struct aj_buf *to)
{
    struct aj_arena *arena = aj_arena_open();
    const char *deadline = aj_format_duration(arena, frame->deadline_ns);
    aj_buf_addf(to, "%-12s %zu measurement%s of %zu decision%s\n", "learned from",
                offline->measured, offline->measured == 1 ? "" : "s", offline->decisions,
                offline->decisions == 1 ? "" : "s");
    aj_buf_addf(to, "%-12s ", "best so far");
    if (!isnan(offline->best_score))
        aj_buf_addf(to, "%.1f %% of %s: ", offline->best_score, deadline);
    aj_buf_addf(to, "%s\n", explore_decision_format(frame->space, &offline->best, arena));
    aj_buf_addf(to, "%-12s ", "next");
    if (offline->converged)
        aj_buf_addf(to, "the same: %s\n", offline->why);
    else
        aj_buf_addf(to, "%s; expected %.1f %% of %s, standard deviation %.1f %%\n",
                    explore_decision_format(frame->space, &offline->next, arena),
                    offline->proposal.mean, deadline, offline->proposal.sd);
    aj_arena_close(arena);
}
