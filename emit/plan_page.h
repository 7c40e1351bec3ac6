/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.html of `autojail config`: what a plan decides, for people: who has which CPU, what lies where in memory, devices
 * and interrupts of each cell.
 */
#ifndef EMIT_PLAN_PAGE_H
#define EMIT_PLAN_PAGE_H

#include "base/draw.h"
#include "base/page.h"
#include "emit/emit.h"

/* The page; byte-equal for equal plans. All names may be hostile. */
void emit_plan_page(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to);

/* The colour of a cell in pictures: grey for the root. */
enum aj_hue emit_plan_hue(const struct model_plan *plan, const char *cell);

/* A stretch of the physical address space of one use. */
struct emit_stretch {
    aj_addr first, last;               /* both inside */
    const struct model_plan_mem *mem;  /* what the plan puts there, or NULL: */
    const struct model_region *region; /* what the board has there, or NULL: nothing that counts */
};
/*
 * Memory from the lowest to the highest address that RAM, reserved memory or the plan has, without
 * gaps and overlaps: where several say something, the plan wins, then what is reserved.
 */
const struct emit_stretch *emit_plan_stretches(const struct model_board *board,
                                               const struct model_plan *plan, struct aj_arena *out,
                                               size_t *count);

/* The picture of memory as text of at most 80 columns, unless names are long; low addresses first. */
void emit_plan_write_map(const struct model_board *board, const struct model_plan *plan,
                         struct aj_arena *scratch, struct aj_buf *to);
/* The pictures, each one <svg> element. */
void emit_plan_draw_memory(const struct emit_input *input, struct aj_arena *scratch,
                           struct aj_buf *to);
void emit_plan_draw_cpus(const struct emit_input *input, struct aj_arena *scratch,
                         struct aj_buf *to);
void emit_plan_draw_links(const struct emit_input *input, struct aj_arena *scratch,
                          struct aj_buf *to);

#endif
