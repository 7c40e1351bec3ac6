/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random configuration files, made byte by byte without the tables of emit/: counters that agree
 * with the length, any content besides. For properties that hold for every file that can be read.
 */
#ifndef TESTS_EMIT_RANDOM_FILE_H
#define TESTS_EMIT_RANDOM_FILE_H

#include "base/buf.h"
#include "base/fs.h"

/* Adds a file of revision 13 or 14 to `to`: a system configuration in one of two cases. */
void random_file(uint64_t *state, uint32_t revision, struct aj_buf *to);

#endif
