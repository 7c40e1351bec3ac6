/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is what cyclictest printed what it was asked to measure? It says nothing of itself when it is not.
 */
#ifndef EXPLORE_JUDGE_H
#define EXPLORE_JUDGE_H

#include "explore/cyclictest.h"

/* A block is void if a thread woke up less often than this share of what its interval allows, */
#define EXPLORE_CYCLES_PERCENT 98
/* or if more than this share of its samples lies beyond the histogram. */
#define EXPLORE_OVERFLOW_PERCENT 1

/* So often every thread must wake up at least, or the block is void. */
uint64_t explore_judge_cycles(const struct explore_cyclictest_run *run);
/*
 * What the kernel said of the real-time threads while they ran: `text` begins with lines
 * "#task POLICY PRIORITY CPUS", the numbers those of proc(5). NULL if each CPU of `run` had a thread
 * with the policy and the priority to itself; else why not.
 */
const char *explore_judge_threads(const struct explore_cyclictest_run *run, const char *text,
                                  struct aj_arena *out);

/*
 * NULL if the block is good, else why it is void. Thread k belongs to the k-th CPU of `run`, which
 * the tool's own word, where there is one, must not contradict. One that ended early because it was
 * asked to may be short.
 */
const char *explore_judge_block(const struct explore_cyclictest_run *run,
                                const struct explore_cyclictest_result *result,
                                struct aj_arena *out);

#endif
