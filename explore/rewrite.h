/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The next cells.yml: the user's own text with what was learned in it.
 */
#ifndef EXPLORE_REWRITE_H
#define EXPLORE_REWRITE_H

#include "base/buf.h"
#include "base/fs.h"
#include "explore/frame.h"

/* Is the entry one that exploration wrote? Its `because` begins with EXPLORE_DECIDED. */
bool explore_rewrite_is_learned(const struct model_constraint *constraint);

struct explore_rewrite {
    const char *name;                       /* of the text, in positions */
    struct aj_bytes text;                   /* cells.yml */
    const struct model_constraint *learned; /* learned[learned_count], all of them such */
    size_t learned_count;
    const struct explore_cell_wish *cpus; /* cpus[cpus_count]: what guests ask for from now on */
    size_t cpus_count;
};
/*
 * Appends the text with other learned constraints to `to`: entries that exploration wrote, and the
 * lines they are made of, are left out; `learned` follow the last entry, and the value of `cpus` of
 * the guests in `cpus` is another one. All other bytes stay. Keys are added where they are missing.
 * The result is read back: it says what the text said, and what was learned. Doing it again changes
 * nothing.
 *
 * Fails with the ids of aj_yaml_parse and model_requirements_read, and with AJ_ERR_INPUT
 * "rewrite-form" for a text in which that cannot be done: a document or `constraints` in braces or
 * brackets, aliases of what goes, a block of text that ends without a newline.
 */
AJ_NODISCARD enum aj_status
explore_rewrite_cells(struct aj_ctx *cx, const struct explore_rewrite *what, struct aj_buf *to);

#endif
