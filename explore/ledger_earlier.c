/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "explore/guest.h"
#include "explore/ledger.h"

static uint32_t next_study(const struct explore_ledger *ledger)
{
    const size_t count = ledger->earlier.count;
    return count > 0 ? ledger->earlier.items[count - 1].study + 1 : 1;
}

/* Another study */

/* False if it is no run that can be compared with ours. */
static bool read_run(struct aj_ctx *cx, struct explore_ledger *ledger,
                     const struct explore_stored *stored, struct explore_entry *entry)
{
    const struct model_measurement *measurement;
    const struct aj_yaml *doc;
    *entry = (struct explore_entry){.stored = {.id = stored->id}, .censored = stored->censored};
    entry->decision = explore_decision_new(ledger->frame->space, ledger->arena);
    entry->board = explore_ledger_board(ledger, stored->board);
    return stored->state == EXPLORE_RUN_DONE && stored->measurement != NULL &&
           stored->decision != NULL &&
           explore_decision_parse(ledger->frame->space, stored->decision, &entry->decision) &&
           aj_yaml_parse(cx, "measurement", stored->measurement, strlen(stored->measurement),
                         ledger->arena, &doc) == AJ_OK &&
           model_measurement_read(cx, doc, ledger->arena, &measurement) == AJ_OK &&
           explore_entry_measure(cx, ledger->frame, measurement, ledger->arena, entry) == AJ_OK;
}

enum aj_status explore_ledger_earlier(struct aj_ctx *cx, struct explore_ledger *ledger,
                                      const struct explore_stored *runs, size_t count, size_t *used)
{
    const uint32_t study = next_study(ledger);
    struct aj_ctx quiet; /* runs that do not fit are counted, not complained of */
    aj_ctx_open(&quiet);
    *used = 0;
    for (size_t i = 0; i < count && !aj_cancelled(cx); i++) {
        struct explore_entry entry;
        if (!read_run(&quiet, ledger, &runs[i], &entry))
            continue;
        entry.study = study;
        AJ_PUSH(ledger->arena, &ledger->earlier, entry);
        ++*used;
    }
    aj_ctx_close(&quiet);
    return aj_poll_cancel(cx);
}

/* Results of tests */

/* CPU numbers of a guest's own Linux: its CPUs in ascending order. */
static const struct model_measurement *by_board(const struct explore_frame *frame,
                                                const struct explore_decision *decision,
                                                const struct model_measurement *measurement,
                                                struct aj_arena *out)
{
    struct aj_cpuset cpus = {{0}};
    for (uint32_t p = 0; p < frame->space->cpus_count; p++)
        if (decision->owner[p] == frame->cell)
            aj_cpuset_add(&cpus, frame->space->cpus[p].id.v);
    return explore_guest_renumber(measurement, &cpus, out);
}

static bool read_test(struct aj_ctx *cx, struct explore_ledger *ledger,
                      const struct explore_result *test, struct explore_entry *entry)
{
    const struct explore_frame *frame = ledger->frame;
    const struct model_measurement *m = test->measurement;
    if (m == NULL || m->blocks_count == 0 || test->outcome == EXPLORE_ERROR)
        return false;
    if (strcmp(test->cell, frame->space->cells[frame->cell].key) == 0)
        m = by_board(frame, &entry->decision, m, ledger->arena);
    return explore_entry_measure(cx, frame, m, ledger->arena, entry) == AJ_OK;
}

enum aj_status explore_ledger_results(struct aj_ctx *cx, struct explore_ledger *ledger,
                                      const char *name, const struct explore_results *results,
                                      size_t *used)
{
    const struct explore_space *space = ledger->frame->space;
    const struct model_plan *plan = results->deployed != NULL ? results->deployed->plan : NULL;
    struct explore_decision decision = explore_decision_new(space, ledger->arena);
    const uint32_t study = next_study(ledger);
    *used = 0;
    if (plan == NULL)
        return aj_fail(cx, AJ_ERR_INPUT, "explore-results", aj_loc_file(name),
                       "the results do not say which cells they were measured on");
    if (!explore_frame_decision(ledger->frame, plan, &decision))
        return aj_fail(cx, AJ_ERR_INPUT, "explore-results", aj_loc_file(name),
                       "the cells that ran are not of what is explored");
    struct aj_ctx quiet; /* other tests measure other CPUs */
    aj_ctx_open(&quiet);
    for (size_t i = 0; i < results->tests_count; i++) {
        struct explore_entry entry = {.decision = decision, .study = study};
        entry.board = explore_ledger_board(ledger, results->login);
        if (!read_test(&quiet, ledger, &results->tests[i], &entry))
            continue;
        AJ_PUSH(ledger->arena, &ledger->earlier, entry);
        ++*used;
    }
    aj_ctx_close(&quiet);
    return AJ_OK;
}
