/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next cells.yml: the user's own text with what was learned in it.
 */
#ifndef EXPLORE_REWRITE_H
#define EXPLORE_REWRITE_H

#include "base/buf.h"
#include "explore/frame.h"

/* Is the entry one that exploration wrote? Its `because` begins with EXPLORE_DECIDED. */
bool explore_rewrite_is_learned(const struct model_constraint *constraint);

/*
 * Appends the text of cells.yml (`text`, `size` bytes, called `name` in positions) with other learned
 * constraints to `to`: entries that exploration wrote, and the lines they are made of, are left
 * out; learned[count], which are such too, follow the last entry. All other bytes stay. `constraints:` is added where it is missing. The result is read back:
 * it says what the text said, and what was learned. Doing it again changes nothing.
 *
 * Fails with the ids of aj_yaml_parse and model_requirements_read, and with AJ_ERR_INPUT
 * "rewrite-form" for a text in which that cannot be done: a document or `constraints` in braces or
 * brackets, aliases of what goes, a block of text that ends without a newline.
 */
AJ_NODISCARD enum aj_status explore_rewrite_cells(struct aj_ctx *cx, const char *name,
                                                  const void *text, size_t size,
                                                  const struct model_constraint *learned,
                                                  size_t count, struct aj_buf *to);

#endif
