/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"

#include <limits.h>

/* Room for `count` more bytes and the NUL. */
static void reserve(struct aj_buf *buf, size_t count)
{
    if (count >= PTRDIFF_MAX - buf->len)
        aj_oom(count);
    const size_t need = buf->len + count + 1;
    if (need <= buf->cap)
        return;
    const size_t doubled = buf->cap < 64 ? 64 : buf->cap * 2;
    const size_t cap = need > doubled ? need : doubled;
    char *data = realloc(buf->data, cap);
    if (data == NULL)
        aj_oom(cap);
    buf->data = data;
    buf->cap = cap;
}

void aj_buf_add(struct aj_buf *buf, const void *bytes, size_t count)
{
    reserve(buf, count);
    if (count > 0)
        memcpy(buf->data + buf->len, bytes, count);
    buf->len += count;
    buf->data[buf->len] = '\0';
}

void aj_buf_adds(struct aj_buf *buf, const char *text)
{
    aj_buf_add(buf, text, strlen(text));
}

void aj_buf_addf(struct aj_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        aj_oom(INT_MAX);
    const size_t count = (size_t)len;
    reserve(buf, count);
    va_start(args, fmt);
    vsnprintf(buf->data + buf->len, count + 1, fmt, args);
    va_end(args);
    buf->len += count;
}

void aj_buf_add_le(struct aj_buf *buf, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < AJ_COUNT(bytes); i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    aj_buf_add(buf, bytes, width);
}

/*
 * Length of the well-formed UTF-8 sequence at `s`, and its code point; 0 if there is none. The
 * bounds are table 3-7 of the Unicode Standard: no overlong forms, no surrogates, <= U+10FFFF.
 */
static size_t utf8_at(const unsigned char *s, uint32_t *code)
{
    static const struct {
        uint8_t first, last, low, high; /* first byte, and bounds of the second */
        uint8_t len, mask;
    } forms[] = {
        {0x01, 0x7f, 0, 0, 1, 0x7f},       {0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f},
        {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f}, {0xe1, 0xec, 0x80, 0xbf, 3, 0x0f},
        {0xed, 0xed, 0x80, 0x9f, 3, 0x0f}, {0xee, 0xef, 0x80, 0xbf, 3, 0x0f},
        {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07}, {0xf1, 0xf3, 0x80, 0xbf, 4, 0x07},
        {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
    };
    for (size_t f = 0; f < AJ_COUNT(forms); f++) {
        if (s[0] < forms[f].first || s[0] > forms[f].last)
            continue;
        uint32_t value = s[0] & forms[f].mask;
        for (size_t i = 1; i < forms[f].len; i++) {
            const uint8_t low = i == 1 ? forms[f].low : 0x80;
            const uint8_t high = i == 1 ? forms[f].high : 0xbf;
            if (s[i] < low || s[i] > high)
                return 0;
            value = value << 6 | (s[i] & 0x3fU);
        }
        *code = value;
        return forms[f].len;
    }
    return 0;
}

/* What a terminal may obey instead of show: C0, DEL, C1, line ends, directions of text. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c ||
           (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* Two-character escapes that JSON and C share. */
static char short_escape(uint32_t code)
{
    switch (code) {
    case '\n': return 'n';
    case '\t': return 't';
    case '\r': return 'r';
    default: return '\0';
    }
}

void aj_buf_add_json(struct aj_buf *buf, const char *text)
{
    aj_buf_adds(buf, "\"");
    const unsigned char *s = (const unsigned char *)text;
    while (*s != '\0') {
        uint32_t code = 0;
        const size_t len = utf8_at(s, &code);
        if (len == 0)
            aj_buf_adds(buf, "\\ufffd");
        else if (code == '"' || code == '\\')
            aj_buf_addf(buf, "\\%c", (int)code);
        else if (short_escape(code) != '\0')
            aj_buf_addf(buf, "\\%c", short_escape(code));
        else if (is_control(code))
            aj_buf_addf(buf, "\\u%04x", (unsigned)code);
        else
            aj_buf_add(buf, s, len);
        s += len == 0 ? 1 : len;
    }
    aj_buf_adds(buf, "\"");
}

void aj_buf_add_visible(struct aj_buf *buf, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    while (*s != '\0') {
        uint32_t code = 0;
        const size_t len = utf8_at(s, &code);
        const size_t step = len == 0 ? 1 : len;
        if (len > 0 && !is_control(code))
            aj_buf_add(buf, s, len);
        else if (len > 0 && short_escape(code) != '\0')
            aj_buf_addf(buf, "\\%c", short_escape(code));
        else
            for (size_t i = 0; i < step; i++)
                aj_buf_addf(buf, "\\x%02x", (unsigned)s[i]);
        s += step;
    }
}

void aj_buf_add_xml(struct aj_buf *buf, const char *text)
{
    struct aj_buf visible = {NULL, 0, 0};
    aj_buf_add_visible(&visible, text);
    for (const char *c = aj_buf_text(&visible); *c != '\0'; c++)
        switch (*c) {
        case '"': aj_buf_adds(buf, "&quot;"); break;
        case '&': aj_buf_adds(buf, "&amp;"); break;
        case '\'': aj_buf_adds(buf, "&#39;"); break;
        case '<': aj_buf_adds(buf, "&lt;"); break;
        case '>': aj_buf_adds(buf, "&gt;"); break;
        default: aj_buf_add(buf, c, 1);
        }
    aj_buf_free(&visible);
}

void aj_buf_add_shell(struct aj_buf *buf, const char *text)
{
    aj_buf_adds(buf, "'");
    while (*text != '\0') {
        const size_t plain = strcspn(text, "'");
        aj_buf_add(buf, text, plain);
        text += plain;
        if (*text == '\'') {
            aj_buf_adds(buf, "'\\''");
            text++;
        }
    }
    aj_buf_adds(buf, "'");
}

const char *aj_buf_text(const struct aj_buf *buf)
{
    return buf->data == NULL ? "" : buf->data;
}

void aj_buf_free(struct aj_buf *buf)
{
    free(buf->data);
    *buf = (struct aj_buf){.data = NULL, .len = 0, .cap = 0};
}

uint64_t aj_load_le(const uint8_t *bytes, size_t width)
{
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

uint64_t aj_load_be(const uint8_t *bytes, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return value;
}
