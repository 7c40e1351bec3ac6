/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "base/units.h"
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

/* How it was measured, as far as latencies depend on it; CPUs are of the decision. */
static const char *kind_of(const struct model_measurement *m, struct aj_arena *out)
{
    const char *kind =
        aj_strf(out, "%" PRIu64 " blocks of %s, wake-ups each %s at priority %" PRIu32,
                (uint64_t)m->blocks_count, aj_format_duration(out, m->block_ns),
                aj_format_duration(out, m->interval_ns), m->priority);
    for (size_t i = 0; i < m->loads_count; i++) {
        const struct model_load *load = &m->loads[i];
        kind = aj_strf(out, "%s, beside", kind);
        for (size_t k = 0; k < load->command_count; k++)
            kind = aj_strf(out, "%s %s", kind, load->command[k]);
        if (load->cell != NULL)
            kind = aj_strf(out, "%s in %s", kind, load->cell);
    }
    return kind;
}

/* A kind of measurement in study `a` that study `b` does not have; NULL: there is none. */
static const char *other_kind(const struct explore_ledger *ledger, uint32_t a, uint32_t b,
                              struct aj_arena *out)
{
    for (size_t i = 0; i < ledger->earlier.count; i++) {
        const struct explore_entry *one = &ledger->earlier.items[i];
        bool known = one->study != a;
        const char *kind = known ? NULL : kind_of(one->measurement, out);
        for (size_t k = 0; k < ledger->earlier.count && !known; k++)
            known = ledger->earlier.items[k].study == b &&
                    strcmp(kind, kind_of(ledger->earlier.items[k].measurement, out)) == 0;
        if (!known)
            return kind;
    }
    return NULL;
}

/*
 * Latencies that were measured otherwise say nothing of each other: the longer a block, the higher its
 * maximum. All files must be of the same kinds of tests.
 */
static enum aj_status check_kinds(struct aj_ctx *cx, const struct explore_ledger *ledger,
                                  const char *name)
{
    const struct explore_entry *last = &ledger->earlier.items[ledger->earlier.count - 1];
    const uint32_t first = ledger->earlier.items[0].study;
    const char *more = other_kind(ledger, last->study, first, ledger->arena);
    const char *less = other_kind(ledger, first, last->study, ledger->arena);
    if (more == NULL && less == NULL)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "explore-results", aj_loc_file(name),
                   "it cannot be compared with the results before it: %s '%s'",
                   more != NULL ? "they have nothing that was measured as its"
                                : "it has nothing that was measured as their",
                   more != NULL ? more : less);
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
    if (results->login != NULL && strncmp(results->login, "sim:", 4) == 0)
        return aj_fail(cx, AJ_ERR_INPUT, "explore-results", aj_loc_file(name),
                       "they were simulated: 'autojail explore --login %s' learns from such boards",
                       results->login);
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
    return *used > 0 ? check_kinds(cx, ledger, name) : AJ_OK;
}
