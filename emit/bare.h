/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program without an operating system is built with: where its memory, registers, interrupts
 * and links are, as it sees them.
 */
#ifndef EMIT_BARE_H
#define EMIT_BARE_H

#include "emit/emit.h"

/*
 * bare/<project>-<guest>.h, macros for C, assembler and linker scripts that are preprocessed, and .ld,
 * the same as symbols of the linker in lower case, with a MEMORY region for each of RAM.
 */
void emit_bare(const struct emit_input *input, size_t guest, struct aj_arena *out,
               struct emit_files *files);

#endif
