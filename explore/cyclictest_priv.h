/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two forms of cyclictest's results; explore_cyclictest_read decides which it is.
 */
#ifndef EXPLORE_CYCLICTEST_PRIV_H
#define EXPLORE_CYCLICTEST_PRIV_H

#include "explore/cyclictest.h"

/* `text` begins at the "{" of the object. */
AJ_NODISCARD enum aj_status explore_cyclictest_json(struct aj_ctx *cx, struct aj_loc at,
                                                    struct aj_bytes text, struct aj_arena *out,
                                                    struct explore_cyclictest_result *result);
AJ_NODISCARD enum aj_status explore_cyclictest_text(struct aj_ctx *cx, const char *name,
                                                    struct aj_bytes text, struct aj_arena *out,
                                                    struct explore_cyclictest_result *result);

/* The line of `text` that begins at *at, without its end; moves *at behind it. False at the end. */
bool explore_line(struct aj_bytes text, size_t *at, struct aj_bytes *line);
bool explore_starts_with(struct aj_bytes line, const char *start);

#endif
