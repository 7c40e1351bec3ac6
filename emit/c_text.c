/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/c_text.h"

enum { TAB = 8, COLUMNS = 80 };

static void indent(struct emit_c *c, uint32_t depth)
{
    for (uint32_t i = 0; i < depth; i++)
        aj_buf_adds(c->to, "\t");
    c->column = depth * TAB;
    c->fresh = true;
}

static void add(struct emit_c *c, const char *text)
{
    aj_buf_adds(c->to, text);
    c->column += (uint32_t)strlen(text);
    c->fresh &= text[0] == '\0';
}

void emit_c_line(struct emit_c *c, const char *text)
{
    emit_c_begin(c, text);
    emit_c_end(c);
}

void emit_c_open(struct emit_c *c, const char *text)
{
    emit_c_line(c, text);
    c->depth++;
}

void emit_c_close(struct emit_c *c, const char *text)
{
    c->depth--;
    emit_c_line(c, text);
}

void emit_c_begin(struct emit_c *c, const char *text)
{
    indent(c, c->depth);
    add(c, text);
}

void emit_c_word(struct emit_c *c, const char *word, uint32_t deeper, const char *mark)
{
    if (c->column + 1 + strlen(word) > COLUMNS) {
        emit_c_end(c);
        indent(c, c->depth + deeper);
        add(c, mark);
    } else if (!c->fresh) {
        add(c, " ");
    }
    add(c, word);
}

void emit_c_end(struct emit_c *c)
{
    aj_buf_adds(c->to, "\n");
    c->column = 0;
}

/* Ends a word of a comment where the comment would end or seem to begin, and where it is too long. */
static size_t comment_word(const char *text)
{
    enum { LONGEST = 50 };
    size_t len = strcspn(text, " "), comma = 0;
    for (size_t i = 1; i < len; i++)
        if ((text[i - 1] == '*' && text[i] == '/') || (text[i - 1] == '/' && text[i] == '*'))
            len = i;
    for (size_t i = 0; i < LONGEST && i < len; i++)
        if (text[i] == ',')
            comma = i + 1;
    return len <= LONGEST ? len : comma > 0 ? comma : LONGEST;
}

void emit_c_comment(struct emit_c *c, const char *text)
{
    struct aj_buf visible = {0}, word = {0};
    aj_buf_add_visible(&visible, text);
    emit_c_begin(c, "/*");
    for (const char *at = aj_buf_text(&visible); *at != '\0'; at += strspn(at, " ")) {
        const size_t len = comment_word(at);
        aj_buf_free(&word);
        aj_buf_add(&word, at, len);
        emit_c_word(c, aj_buf_text(&word), 0, " * ");
        at += len;
    }
    emit_c_word(c, "*/", 0, " ");
    emit_c_end(c);
    aj_buf_free(&word);
    aj_buf_free(&visible);
}

void emit_c_string(struct aj_buf *to, const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    aj_buf_adds(to, "\"");
    for (size_t i = 0; i < size; i++) {
        const char c = (char)bytes[i];
        if (bytes[i] < ' ' || bytes[i] > '~')
            aj_buf_addf(to, "\\%03o", bytes[i]);
        else if (c == '"' || c == '\\' || c == '?') /* ??x may be a trigraph */
            aj_buf_addf(to, "\\%c", c);
        else
            aj_buf_add(to, &c, 1);
    }
    aj_buf_adds(to, "\"");
}
