/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing byte or text buffer on the heap; always followed by a NUL that len does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"
#include "base/base.h"

/* Zero-initialise for an empty buffer; aj_buf_free returns it to that state. */
struct aj_buf {
    char *data; /* data[len] == 0, or NULL while nothing was added */
    size_t len, cap;
};

void aj_buf_add(struct aj_buf *buf, const void *bytes, size_t count);
void aj_buf_adds(struct aj_buf *buf, const char *text);
void aj_buf_addf(struct aj_buf *buf, const char *fmt, ...) AJ_PRINTF(2, 3);
/* `width` bytes (1..8) of `value`, least significant first. */
void aj_buf_add_le(struct aj_buf *buf, uint64_t value, size_t width);
/* `text` as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void aj_buf_add_json(struct aj_buf *buf, const char *text);
/*
 * `text` for a terminal or a log: control characters, marks that change the direction of text, and
 * bytes that are not UTF-8 become \n, \t or \xNN, so that foreign text stays one harmless line.
 */
void aj_buf_add_visible(struct aj_buf *buf, const char *text);
/* The same as text of an element or attribute of XML or HTML: what means something there is escaped. */
void aj_buf_add_xml(struct aj_buf *buf, const char *text);
/* `text` as one word of a POSIX shell: whatever it holds, the shell gives it back. */
void aj_buf_add_shell(struct aj_buf *buf, const char *text);
/* The text, "" if nothing was added. Borrowed until the next change. */
const char *aj_buf_text(const struct aj_buf *buf);
void aj_buf_free(struct aj_buf *buf);

/* `width` bytes (1..8) at `bytes`, least significant first / most significant first. */
uint64_t aj_load_le(const uint8_t *bytes, size_t width);
uint64_t aj_load_be(const uint8_t *bytes, size_t width);

#endif
