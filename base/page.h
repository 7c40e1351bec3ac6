/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages for people: HTML that is also well-formed XML, in one file that needs nothing from elsewhere
 * and runs no script. For light and dark screens and for paper.
 */
#ifndef BASE_PAGE_H
#define BASE_PAGE_H

#include "base/buf.h"

struct aj_page {
    struct aj_buf *to;
    struct aj_arena *scratch;
};

/* Everything up to the beginning of the body, and what ends it. */
void aj_page_begin(struct aj_page *page, const char *title);
void aj_page_end(struct aj_page *page);

/* Markup is written as it is. Texts may be foreign: they are shown and never obeyed. */
void aj_page_markup(struct aj_page *page, const char *markup);
void aj_page_text(struct aj_page *page, const char *text);
void aj_page_textf(struct aj_page *page, const char *fmt, ...) AJ_PRINTF(2, 3);
/* <tag class="kind">text</tag>; `kind` may be NULL. Kinds are those of base/page.css. */
void aj_page_element(struct aj_page *page, const char *tag, const char *kind, const char *text);
/* A row of a table's head. */
void aj_page_head(struct aj_page *page, const char *const *titles, size_t count);

#endif
