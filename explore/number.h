/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real numbers as text: results of statistics, and what programs print. Never infinite, never "not a
 * number", the same in every locale.
 */
#ifndef EXPLORE_NUMBER_H
#define EXPLORE_NUMBER_H

#include "base/schema.h"

/* The whole of `text`: -12, 3.5, 1e-6. */
AJ_NODISCARD bool explore_number_parse(const char *text, double *value);
/* The shortest text that reads back equal. `value` is finite. */
const char *explore_number_format(struct aj_arena *out, double value);
/* A field of type double in a schema; its default is 0. */
extern const struct aj_custom_field explore_number_field;

#endif
