/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Design spaces for tests and benchmarks of the search: boards of 4, 8 and 16 CPUs in clusters, one
 * random instance for each seed.
 */
#ifndef TESTS_SUPPORT_SPACES_H
#define TESTS_SUPPORT_SPACES_H

#include "explore/space.h"

/*
 * 4 CPUs = 2 clusters of 2 (root 2, two measured cells of 1; 4 interrupts, 3 banks), 8 = 2 of 4 (root 2,
 * measured 3 and 2, another guest of 1; 8 interrupts, 4 banks), 16 = 4 of 4 (root 4, measured 4, 3
 * and 2, another guest of 3; 12 interrupts, 4 banks); two cells to a bank at most. Owners of the
 * interrupts and deadlines are drawn from `seed`. NULL for any other number.
 */
const struct explore_space *test_space(uint32_t cpus, uint64_t seed, struct aj_arena *out);

#endif
