/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Device trees written strictly top-down, so that the shape of the C is the shape of the tree. The
 * first error sticks; a full buffer grows and the tree is written once more.
 */
#ifndef EMIT_DT_WRITER_H
#define EMIT_DT_WRITER_H

#include "emit/emit.h"

#include "base/buf.h"

struct emit_dt {
    void *blob;            /* NULL where the source is written */
    struct aj_buf *source; /* else NULL */
    uint32_t depth;        /* of the node in the source */
    int error;             /* 0, or libfdt's first error */
};

/*
 * Writes the properties and nodes of the root node, in each node the properties first; called again
 * when the buffer was too small.
 */
typedef void emit_dt_writer(struct emit_dt *dt, const void *what);

/*
 * Builds a tree and appends it to `to`, as a source without labels, of which dtc makes the same tree,
 * or as a blob, which may fail with AJ_ERR_INTERNAL "dt-write".
 */
AJ_NODISCARD enum aj_status emit_dt_build(struct aj_ctx *cx, emit_dt_writer *write,
                                          const void *what, enum emit_dt_form form,
                                          struct aj_buf *to);

void emit_dt_begin(struct emit_dt *dt, const char *name);
/* A node called `name`@address, with '-' for characters that no name can have. */
void emit_dt_begin_at(struct emit_dt *dt, const char *name, uint64_t address);
/* `name`-number, likewise: a node without an address. */
void emit_dt_begin_numbered(struct emit_dt *dt, const char *name, size_t number);
void emit_dt_end(struct emit_dt *dt);
void emit_dt_empty(struct emit_dt *dt, const char *name);
void emit_dt_string(struct emit_dt *dt, const char *name, const char *text);
void emit_dt_strings(struct emit_dt *dt, const char *name, const char *const *texts, size_t count);
void emit_dt_u32(struct emit_dt *dt, const char *name, uint32_t value);
void emit_dt_cells(struct emit_dt *dt, const char *name, const uint32_t *cells, size_t count);
/* Each cell the phandle of a node, which sources refer to by its path. */
struct emit_dt_ref {
    const char *path;
    uint32_t phandle;
};
#define EMIT_DT_REFS 16
/* At most EMIT_DT_REFS. */
void emit_dt_refs(struct emit_dt *dt, const char *name, const struct emit_dt_ref *refs,
                  size_t count);
#define EMIT_DT_U64S 32
/* Two cells for each 64-bit number; at most EMIT_DT_U64S numbers. */
void emit_dt_u64s(struct emit_dt *dt, const char *name, const uint64_t *values, size_t count);

#endif
