/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * C text in Jailhouse's style: indented by tabs, lines of at most 80 columns.
 */
#ifndef EMIT_C_TEXT_H
#define EMIT_C_TEXT_H

#include "base/buf.h"

struct emit_c {
    struct aj_buf *to;
    uint32_t depth;  /* of the indentation */
    uint32_t column; /* where the current line ends, a tab being 8 columns */
    bool fresh;      /* nothing but indentation on it yet */
};

/* A whole line, indented. */
void emit_c_line(struct emit_c *c, const char *text);
/* A line ending in "{" and everything until the matching close one step deeper. */
void emit_c_open(struct emit_c *c, const char *text);
void emit_c_close(struct emit_c *c, const char *text);
/* Begin an indented line, add words to it that a blank separates, end it. */
void emit_c_begin(struct emit_c *c, const char *text);
/* A word that would pass column 80 begins a new line, `deeper` steps further in, after `mark`. */
void emit_c_word(struct emit_c *c, const char *word, uint32_t deeper, const char *mark);
void emit_c_end(struct emit_c *c);
/* A comment of its own lines. */
void emit_c_comment(struct emit_c *c, const char *text);
/* A string literal of `size` bytes; zero bytes at its end are left out. */
void emit_c_string(struct aj_buf *to, const uint8_t *bytes, size_t size);

#endif
