/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be decided, in numbers, without any formulation: for a model made elsewhere.
 */
#ifndef BENCHMARKS_EXPORT_JSON_H
#define BENCHMARKS_EXPORT_JSON_H

#include "base/buf.h"
#include "solver/prepare.h"

/*
 * Appends one JSON object. Cells, CPUs, devices, intervals are meant by their indices; addresses and
 * sizes are in pages of 4 KiB. Memory at addresses that cells.yml names and knobs are not told: the
 * families have none. objectives[count]: a level each.
 */
void bench_json(const struct solver_problem *p, const struct model_priority *objectives,
                size_t count, struct aj_buf *to);

#endif
