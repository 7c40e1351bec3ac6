/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A snapshot of a machine for fuzz targets, in a directory of this process that is removed at its
 * end, and what must hold of the board that is made of it.
 */
#ifndef TESTS_FUZZ_SNAPSHOT_H
#define TESTS_FUZZ_SNAPSHOT_H

#include "model/board.h"
#include "tests/fuzz/fuzz_target.h"

struct fuzz_file {
    const char *path, *bytes;
    size_t size;
};
/* A row of a table of files from a literal. */
#define FUZZ_FILE(path, literal)               \
    {                                          \
        (path), (literal), sizeof(literal) - 1 \
    }

/* Puts the files into the snapshot, which the first call makes. */
void fuzz_snapshot_put(const struct fuzz_file *files, size_t count);
void fuzz_snapshot_link(const char *path, const char *to);
void fuzz_snapshot_remove(const char *path);

/* Extracts the snapshot: either there is an error or a board, as fuzz_check_board wants it. */
void fuzz_snapshot_extract(void);
/* A board of ours can be written, with comments, and reads back equal. */
void fuzz_check_board(struct aj_ctx *cx, struct aj_arena *out, const struct model_board *board);

#endif
