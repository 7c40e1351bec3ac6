/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports for tests: explorations that never were, with latencies of the simulated board.
 */
#ifndef TESTS_EXPLORE_REPORT_FIXTURE_H
#define TESTS_EXPLORE_REPORT_FIXTURE_H

#include "explore/report.h"

/* Kinds of report. */
struct fixture {
    const char *name;
    uint32_t cpus, runs, effects;
    bool confirmed;
    enum explore_claim_verdict verdict; /* of what is confirmed */
    bool hostile;                       /* names that would like to be markup */
    bool overflow;                      /* everything lies beyond the histogram */
    bool zero;                          /* everything takes no time at all */
    bool same;                          /* the recommendation is the baseline */
};
extern const struct fixture fixtures[]; /* ends with a NULL name */

const struct fixture *fixture_find(const char *name);
const struct explore_report *fixture_report(const struct fixture *fixture, struct aj_arena *out);

/* What hostile names look like. */
#define FIXTURE_HOSTILE "<script>alert(1)</script>]]>\"'&\x01\x1b[31m\xff\u202e"

#endif
