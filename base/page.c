/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/page.h"

#include "base/page_priv.h"

void aj_page_begin(struct aj_page *page, const char *title)
{
    aj_page_markup(page,
                   "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                   "<head>\n<meta charset=\"utf-8\"/>\n"
                   "<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<title>");
    aj_page_text(page, title);
    aj_page_markup(page, "</title>\n<style>\n");
    aj_buf_add(page->to, aj_page_css.data, aj_page_css.size);
    aj_page_markup(page, "</style>\n</head>\n<body>\n");
}

void aj_page_end(struct aj_page *page)
{
    aj_page_markup(page, "</body>\n</html>\n");
}

void aj_page_markup(struct aj_page *page, const char *markup)
{
    aj_buf_adds(page->to, markup);
}

void aj_page_text(struct aj_page *page, const char *text)
{
    aj_buf_add_xml(page->to, text);
}

void aj_page_textf(struct aj_page *page, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    aj_buf_add_xml(page->to, aj_vstrf(page->scratch, fmt, args));
    va_end(args);
}

void aj_page_element(struct aj_page *page, const char *tag, const char *kind, const char *text)
{
    if (kind == NULL)
        aj_buf_addf(page->to, "<%s>", tag);
    else
        aj_buf_addf(page->to, "<%s class=\"%s\">", tag, kind);
    aj_buf_add_xml(page->to, text);
    aj_buf_addf(page->to, "</%s>", tag);
}

void aj_page_head(struct aj_page *page, const char *const *titles, size_t count)
{
    aj_page_markup(page, "<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        aj_page_markup(page, "<th scope=\"col\">");
        aj_page_text(page, titles[i]);
        aj_page_markup(page, "</th>");
    }
    aj_page_markup(page, "</tr></thead>\n");
}
