/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Device trees written strictly top-down, so that the shape of the C is the shape of the tree. The
 * first error sticks; a full buffer grows and the tree is written once more.
 */
#ifndef EMIT_DT_WRITER_H
#define EMIT_DT_WRITER_H

#include "base/buf.h"
#include "base/ctx.h"

struct emit_dt {
    void *blob;
    int error; /* 0, or libfdt's first error */
};

/* Writes the nodes and properties of the root node; called again when the buffer was too small. */
typedef void emit_dt_writer(struct emit_dt *dt, const void *what);

/* Builds a tree and appends the blob to `to`. Fails with AJ_ERR_INTERNAL "dt-write". */
AJ_NODISCARD enum aj_status emit_dt_build(struct aj_ctx *cx, emit_dt_writer *write,
                                          const void *what, struct aj_buf *to);

void emit_dt_begin(struct emit_dt *dt, const char *name);
/* A node called `name`@address. */
void emit_dt_begin_at(struct emit_dt *dt, const char *name, uint64_t address);
void emit_dt_end(struct emit_dt *dt);
void emit_dt_empty(struct emit_dt *dt, const char *name);
void emit_dt_string(struct emit_dt *dt, const char *name, const char *text);
void emit_dt_strings(struct emit_dt *dt, const char *name, const char *const *texts, size_t count);
void emit_dt_u32(struct emit_dt *dt, const char *name, uint32_t value);
void emit_dt_cells(struct emit_dt *dt, const char *name, const uint32_t *cells, size_t count);
/* Two cells for each 64-bit number. */
void emit_dt_u64s(struct emit_dt *dt, const char *name, const uint64_t *values, size_t count);

#endif
