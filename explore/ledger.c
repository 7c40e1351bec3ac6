/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/ledger.h"

#include <inttypes.h>
#include <math.h>

#include "explore/frame_priv.h"
#include "explore/stats.h"

void explore_ledger_open(struct explore_ledger *ledger, const struct explore_frame *frame,
                         struct aj_arena *arena)
{
    *ledger = (struct explore_ledger){.frame = frame, .arena = arena};
}

bool explore_ledger_no_plan(const struct explore_stored *stored)
{
    return stored->reason != NULL &&
           strncmp(stored->reason, EXPLORE_NO_PLAN, strlen(EXPLORE_NO_PLAN)) == 0;
}

static double median_of_maxima(const struct model_measurement *m, size_t thread, double *scratch)
{
    for (size_t i = 0; i < m->blocks_count; i++)
        scratch[i] = (double)m->blocks[i].threads[thread].max_ns / AJ_NS_PER_US;
    explore_stats_sort(scratch, m->blocks_count);
    return explore_stats_median(scratch, m->blocks_count);
}

enum aj_status explore_entry_measure(struct aj_ctx *cx, const struct explore_frame *frame,
                                     const struct model_measurement *measurement,
                                     struct aj_arena *out, struct explore_entry *entry)
{
    const struct explore_space *space = frame->space;
    const size_t blocks = measurement->blocks_count;
    double *latency_us = AJ_NEW_ARRAY(out, double, space->cpus_count);
    uint32_t *late = AJ_NEW_ARRAY(out, uint32_t, space->cpus_count);
    double *maxima = AJ_NEW_ARRAY(out, double, blocks);
    for (uint32_t p = 0; p < space->cpus_count; p++)
        latency_us[p] = (double)NAN;
    entry->score = 0.0;
    for (size_t k = 0; blocks > 0 && k < measurement->blocks[0].threads_count; k++) {
        const uint32_t cpu = explore_frame_cpu(space, measurement->blocks[0].threads[k].cpu);
        if (cpu == AJ_NONE32 || entry->decision.owner[cpu] != frame->cell)
            return aj_fail(cx, AJ_ERR_INPUT, "explore-run", AJ_NOWHERE,
                           "CPU %" PRIu32 " was measured, which is not the cell's",
                           measurement->blocks[0].threads[k].cpu);
        latency_us[cpu] = median_of_maxima(measurement, k, maxima);
        for (size_t i = 0; i < blocks; i++)
            late[cpu] += model_latency_beyond(&measurement->blocks[i].threads[k],
                                              measurement->bin_ns, frame->deadline_ns) > 0;
        entry->score =
            fmax(entry->score, 100.0 * latency_us[cpu] * AJ_NS_PER_US / (double)frame->deadline_ns);
    }
    for (uint32_t p = 0; p < space->cpus_count; p++)
        if (entry->decision.owner[p] == frame->cell && isnan(latency_us[p]))
            return aj_fail(cx, AJ_ERR_INPUT, "explore-run", AJ_NOWHERE,
                           "CPU %" PRIu32 " of the cell was not measured", space->cpus[p].id.v);
    entry->measurement = measurement;
    entry->latency_us = latency_us;
    entry->late = late;
    entry->blocks = (uint32_t)blocks;
    return AJ_OK;
}

bool explore_ledger_late(const struct explore_frame *frame, const struct explore_entry *entry)
{
    for (uint32_t p = 0; p < frame->space->cpus_count; p++)
        if (entry->late[p] > 0)
            return true;
    return false;
}

uint32_t explore_ledger_board(struct explore_ledger *ledger, const char *login)
{
    const char *name = login != NULL ? login : "";
    for (uint32_t i = 0; i < ledger->boards.count; i++)
        if (strcmp(ledger->boards.items[i], name) == 0)
            return i;
    AJ_PUSH(ledger->arena, &ledger->boards, aj_strdup(ledger->arena, name));
    return (uint32_t)ledger->boards.count - 1;
}

static const char *copied(struct aj_arena *arena, const char *text)
{
    return text != NULL ? aj_strdup(arena, text) : NULL;
}

static enum aj_status read_entry(struct aj_ctx *cx, struct explore_ledger *ledger,
                                 const struct explore_stored *stored, struct explore_entry *entry)
{
    struct aj_arena *arena = ledger->arena;
    const struct model_measurement *measurement;
    const struct aj_yaml *doc;
    *entry = (struct explore_entry){
        .stored = *stored, .score = (double)NAN, .censored = stored->censored};
    entry->stored.board = copied(arena, stored->board);
    entry->stored.decision = copied(arena, stored->decision);
    entry->stored.reason = copied(arena, stored->reason);
    entry->stored.measurement = NULL; /* read below, once */
    entry->decision = explore_decision_new(ledger->frame->space, arena);
    entry->board = explore_ledger_board(ledger, stored->board);
    if (stored->decision == NULL ||
        !explore_decision_parse(ledger->frame->space, stored->decision, &entry->decision))
        return aj_fail(cx, AJ_ERR_INPUT, "explore-run", AJ_NOWHERE,
                       "run %" PRIu64 " has a decision that is none of this space", stored->id);
    if (stored->state != EXPLORE_RUN_DONE || stored->measurement == NULL)
        return AJ_OK;
    AJ_TRY(aj_yaml_parse(cx, "measurement", stored->measurement, strlen(stored->measurement), arena,
                         &doc));
    AJ_TRY(model_measurement_read(cx, doc, arena, &measurement));
    AJ_TRY(explore_entry_measure(cx, ledger->frame, measurement, arena, entry));
    return AJ_OK;
}

enum aj_status explore_ledger_update(struct aj_ctx *cx, struct explore_ledger *ledger,
                                     const struct explore_stored *runs, size_t count)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const size_t claimed = ledger->runs.count - ledger->runs.ended;
    const struct explore_entry *old =
        claimed > 0
            ? aj_memdup(cx->scratch, ledger->runs.items + ledger->runs.ended, claimed * sizeof *old)
            : NULL;
    enum aj_status status = AJ_OK;
    ledger->runs.count = ledger->runs.ended;
    for (size_t i = 0; i < count && status == AJ_OK; i++) {
        struct explore_entry entry;
        size_t k = 0;
        while (k < claimed && (old[k].stored.id != runs[i].id || runs[i].finished > 0))
            k++;
        if (k < claimed)
            entry = old[k];
        else
            status = read_entry(cx, ledger, &runs[i], &entry);
        if (status != AJ_OK)
            break;
        entry.stored.holder = runs[i].holder;
        AJ_PUSH(ledger->arena, &ledger->runs, entry);
        ledger->runs.ended += runs[i].finished > 0;
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}

double explore_ledger_score(const struct explore_ledger *ledger,
                            const struct explore_decision *decision)
{
    double sum = 0.0;
    uint32_t count = 0;
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (entry->measurement == NULL ||
            !explore_decision_equal(ledger->frame->space, &entry->decision, decision))
            continue;
        sum += entry->score;
        count++;
    }
    return count > 0 ? sum / count : (double)NAN;
}

/* Runs are counted by board, as those of others lie between. */
struct explore_drift explore_ledger_drift(const struct explore_ledger *ledger, uint32_t board,
                                          struct aj_arena *out)
{
    struct explore_sentinel *sentinels =
        AJ_NEW_ARRAY(out, struct explore_sentinel, ledger->runs.count);
    size_t count = 0;
    uint64_t here = 0;
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        here += entry->board == board;
        if (entry->board == board && entry->measurement != NULL &&
            explore_decision_equal(ledger->frame->space, &entry->decision,
                                   &ledger->frame->baseline))
            sentinels[count++] = (struct explore_sentinel){here, 0, entry->score};
    }
    return explore_drift_find(sentinels, count, out);
}

const uint32_t *explore_ledger_epochs(const struct explore_ledger *ledger, struct aj_arena *out)
{
    uint32_t *epochs = AJ_NEW_ARRAY(out, uint32_t, ledger->runs.count), others = 0;
    for (uint32_t board = 0; board < ledger->boards.count; board++) {
        const struct explore_drift drift = explore_ledger_drift(ledger, board, out);
        uint64_t here = 0;
        for (size_t i = 0; i < ledger->runs.count; i++) {
            if (ledger->runs.items[i].board != board)
                continue;
            const uint32_t epoch = explore_drift_epoch(&drift, ++here);
            epochs[i] = epoch > 0 ? others + epoch : 0;
        }
        others += (uint32_t)drift.epochs_count - 1;
    }
    return epochs;
}

struct explore_history explore_ledger_history(const struct explore_ledger *ledger,
                                              struct aj_arena *out)
{
    const size_t most = ledger->earlier.count + ledger->runs.count;
    struct explore_observed *runs = AJ_NEW_ARRAY(out, struct explore_observed, most);
    struct explore_history history = {runs, 0};
    const uint32_t *epochs = explore_ledger_epochs(ledger, out);
    const size_t earlier = ledger->earlier.count;
    uint32_t ours = 0;
    for (size_t i = 0; i < ledger->runs.count; i++)
        ours = epochs[i] > ours ? epochs[i] : ours;
    for (size_t i = 0; i < most; i++) {
        const struct explore_entry *entry =
            i < earlier ? &ledger->earlier.items[i] : &ledger->runs.items[i - earlier];
        if (entry->measurement == NULL)
            continue;
        runs[history.count++] = (struct explore_observed){
            .decision = &entry->decision,
            .latency_us = entry->latency_us,
            .censored = entry->censored,
            .board = entry->board,
            /* elsewhere was another day, and maybe another load: an epoch of its own */
            .epoch = i < earlier ? ours + entry->study : epochs[i - earlier],
        };
    }
    return history;
}
