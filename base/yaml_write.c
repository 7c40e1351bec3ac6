/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/yaml.h"

#include <yaml.h>

#include "base/names.h"

struct aj_yaml_writer {
    struct aj_arena *arena; /* holds the writer itself */
    struct aj_buf *to;
    yaml_emitter_t emitter;
    uint32_t flow; /* collections open from the outermost flow collection inwards */
    bool failed;
};

static int append(void *data, unsigned char *bytes, size_t count)
{
    struct aj_yaml_writer *w = (struct aj_yaml_writer *)data;
    aj_buf_add(w->to, bytes, count);
    return 1;
}

/* `made` is what an initializer of libyaml returned; the emitter takes over a good event. */
static void emit(struct aj_yaml_writer *w, int made, yaml_event_t *event)
{
    if (!made)
        w->failed = true;
    else if (w->failed)
        yaml_event_delete(event);
    else
        w->failed = !yaml_emitter_emit(&w->emitter, event);
}

struct aj_yaml_writer *aj_yaml_writer_open(struct aj_buf *to)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_yaml_writer *w = AJ_NEW(arena, struct aj_yaml_writer);
    yaml_event_t event;
    w->arena = arena;
    w->to = to;
    w->failed = !yaml_emitter_initialize(&w->emitter);
    yaml_emitter_set_output(&w->emitter, append, w);
    yaml_emitter_set_encoding(&w->emitter, YAML_UTF8_ENCODING);
    yaml_emitter_set_unicode(&w->emitter, 1);
    yaml_emitter_set_width(&w->emitter, -1);
    emit(w, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
    emit(w, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
    return w;
}

bool aj_yaml_writer_close(struct aj_yaml_writer *w)
{
    yaml_event_t event;
    emit(w, yaml_document_end_event_initialize(&event, 1), &event);
    emit(w, yaml_stream_end_event_initialize(&event), &event);
    const bool ok = !w->failed;
    yaml_emitter_delete(&w->emitter);
    aj_arena_close(w->arena);
    return ok;
}

struct aj_arena *aj_yaml_writer_scratch(struct aj_yaml_writer *w)
{
    return w->arena;
}

static bool enter(struct aj_yaml_writer *w, enum aj_yaml_style style)
{
    if (style == AJ_YAML_FLOW || w->flow > 0)
        w->flow++;
    return w->flow > 0;
}

static void leave(struct aj_yaml_writer *w)
{
    if (w->flow > 0)
        w->flow--;
}

void aj_yaml_write_map(struct aj_yaml_writer *w, enum aj_yaml_style style)
{
    yaml_event_t event;
    const yaml_mapping_style_t form =
        enter(w, style) ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    emit(w, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, form), &event);
}

void aj_yaml_write_seq(struct aj_yaml_writer *w, enum aj_yaml_style style)
{
    yaml_event_t event;
    const yaml_sequence_style_t form =
        enter(w, style) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    emit(w, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, form), &event);
}

void aj_yaml_write_end_map(struct aj_yaml_writer *w)
{
    yaml_event_t event;
    leave(w);
    emit(w, yaml_mapping_end_event_initialize(&event), &event);
}

void aj_yaml_write_end_seq(struct aj_yaml_writer *w)
{
    yaml_event_t event;
    leave(w);
    emit(w, yaml_sequence_end_event_initialize(&event), &event);
}

/* Bytes of the well-formed UTF-8 character at `text`, 0 if there is none. */
static size_t utf8_size(const char *text)
{
    const uint8_t *b = (const uint8_t *)text;
    const size_t size = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (size == 0 || b[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    const bool overlong = (b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xf0 && b[1] < 0x90);
    const bool surrogate = b[0] == 0xed && b[1] >= 0xa0;
    const bool beyond = b[0] == 0xf4 && b[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : size;
}

static const char *repair(struct aj_yaml_writer *w, const char *text)
{
    const char *at = text;
    while (*at != '\0' && utf8_size(at) > 0)
        at += utf8_size(at);
    if (*at == '\0')
        return text;
    static const char unknown[] = "\xef\xbf\xbd"; /* U+FFFD */
    char *repaired = (char *)aj_alloc_array(w->arena, strlen(text) + 1, sizeof unknown);
    size_t len = 0;
    for (at = text; *at != '\0';) {
        const size_t size = utf8_size(at);
        memcpy(repaired + len, size > 0 ? at : unknown, size > 0 ? size : sizeof unknown - 1);
        len += size > 0 ? size : sizeof unknown - 1;
        at += size > 0 ? size : 1;
    }
    return repaired;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
    return c != '\0' &&
           (is_letter(c) || (c >= '0' && c <= '9') || strchr("_./@+-=%()~", c) != NULL);
}

/*
 * Plain: begins with a letter, '_' or '/', goes on with harmless characters, single blanks between,
 * and is none of the words that YAML 1.1 (type repository: bool, null, merge) gives a meaning.
 */
static bool is_plain(const char *text, bool flow)
{
    enum { LONGEST = 5 }; /* of the words */
    static const char *const words[] = {"y",  "n",   "yes",  "no",  "true", "false",
                                        "on", "off", "null", "nan", "inf"};
    if (!is_letter(text[0]) && text[0] != '_' && text[0] != '/')
        return false;
    const bool is_short = strnlen(text, LONGEST + 1) <= LONGEST;
    for (size_t i = 0; is_short && i < AJ_COUNT(words); i++)
        if (aj_same_word(text, words[i]))
            return false;
    for (size_t i = 1; text[i] != '\0'; i++) {
        const char next = text[i + 1];
        const bool inner = (text[i] == ' ' && is_word(next)) ||
                           (text[i] == ':' && !flow && is_word(next)) ||
                           (text[i] == ',' && !flow && (next == ' ' || is_word(next)));
        if (!is_word(text[i]) && !inner)
            return false;
    }
    return true;
}

static void write_scalar(struct aj_yaml_writer *w, const char *text, yaml_scalar_style_t style)
{
    const yaml_char_t *value = (const yaml_char_t *)text;
    yaml_event_t event;
    emit(w, yaml_scalar_event_initialize(&event, NULL, NULL, value, -1, 1, 1, style), &event);
}

void aj_yaml_write_string(struct aj_yaml_writer *w, const char *text)
{
    const bool plain = is_plain(text, w->flow > 0);
    write_scalar(w, repair(w, text),
                 plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

void aj_yaml_write_plain(struct aj_yaml_writer *w, const char *text)
{
    const bool quote = w->flow > 0 && strchr(text, ',') != NULL;
    write_scalar(w, text, quote ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE);
}
