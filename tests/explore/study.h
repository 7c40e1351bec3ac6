/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of the loop start from: a board of two clusters with a PLC and a GUI beside the
 * root, the frame of an exploration on it, and runs as a store would have them.
 */
#ifndef TESTS_EXPLORE_STUDY_H
#define TESTS_EXPLORE_STUDY_H

#include "explore/ledger.h"
#include "tests/support/support.h"

struct study {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct model_project project;
    struct explore_inputs inputs;
    struct explore_frame frame;
    struct explore_ledger ledger;
    struct {
        struct explore_stored *items; /* in the order in which they end */
        size_t count, cap;
    } runs;
    const char *board; /* that the next runs are made on; "sim:" after study_begin */
};

/* Four CPUs, 0-1 and 2-3 with a cache each; lines 40, 41, 42, of which the root has the first two. */
extern const char study_cells[]; /* guests plc (real-time, 100 us) and gui with a CPU each */
void study_open(struct study *s);
void study_close(struct study *s);
const struct aj_yaml *study_yaml(struct study *s, const char *name, const char *text);
/* Reads both (`spec` NULL: no file) and makes the frame: its status. */
enum aj_status study_frame(struct study *s, const char *cells, const char *spec);
/* The same, which must succeed, and an empty ledger of it. */
void study_begin(struct study *s, const char *cells, const char *spec);

/*
 * Adds a run to the store's: done with the same longest latency in each of 10 blocks on each CPU of
 * the plc, and `late` of them beyond the deadline as well; or void.
 */
void study_done(struct study *s, enum explore_phase phase, uint32_t round, const char *decision,
                uint32_t latency_us, uint32_t late);
void study_void(struct study *s, enum explore_phase phase, uint32_t round, const char *decision,
                const char *reason);
/* The search has ended, with this budget: what is added from here on is of the next finale. */
void study_searched(struct study *s, uint32_t budget);
/* Reads the store's runs into the ledger. */
void study_update(struct study *s);
/* A decision of the frame. */
struct explore_decision study_decision(struct study *s, const char *text);
const char *study_text(struct study *s, const struct explore_decision *decision);
/* A measurement of `blocks` blocks on `cpus`; block k takes latencies[k]. */
const struct model_measurement *study_measurement(struct study *s, const struct aj_cpuset *cpus,
                                                  const uint32_t *latencies_us, size_t blocks);

#endif
