/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/dt_writer.h"

#include <assert.h>

#include <libfdt.h>

#define FIRST_SIZE ((size_t)16 << 10)
#define LAST_SIZE  ((size_t)16 << 20)

static void keep_first(struct emit_dt *dt, int result)
{
    if (dt->error == 0 && result < 0)
        dt->error = result;
}

static int write_once(struct emit_dt *dt, size_t size, emit_dt_writer *write, const void *what)
{
    dt->error = 0;
    keep_first(dt, fdt_create(dt->blob, (int)size));
    keep_first(dt, fdt_finish_reservemap(dt->blob));
    emit_dt_begin(dt, "");
    write(dt, what);
    emit_dt_end(dt);
    keep_first(dt, fdt_finish(dt->blob));
    return dt->error;
}

static enum aj_status build_blob(struct aj_ctx *cx, emit_dt_writer *write, const void *what,
                                 struct aj_buf *to)
{
    int error = -FDT_ERR_NOSPACE;
    for (size_t size = FIRST_SIZE; error == -FDT_ERR_NOSPACE && size <= LAST_SIZE; size *= 2) {
        const struct aj_mark mark = aj_arena_mark(cx->scratch);
        struct emit_dt dt = {.blob = aj_alloc(cx->scratch, size)};
        error = write_once(&dt, size, write, what);
        if (error == 0)
            aj_buf_add(to, dt.blob, fdt_totalsize(dt.blob));
        aj_arena_release(cx->scratch, mark);
    }
    if (error != 0)
        return aj_fail(cx, AJ_ERR_INTERNAL, "dt-write", AJ_NOWHERE,
                       "a device tree cannot be written: %s", fdt_strerror(error));
    return AJ_OK;
}

enum aj_status emit_dt_build(struct aj_ctx *cx, emit_dt_writer *write, const void *what,
                             enum emit_dt_form form, struct aj_buf *to)
{
    struct emit_dt dt = {.source = to};
    if (form == EMIT_DT_BLOB)
        return build_blob(cx, write, what, to);
    aj_buf_adds(to, "/dts-v1/;\n\n");
    emit_dt_begin(&dt, "/");
    write(&dt, what);
    emit_dt_end(&dt);
    return AJ_OK;
}

static void indent(const struct emit_dt *dt)
{
    for (uint32_t i = 0; i < dt->depth; i++)
        aj_buf_adds(dt->source, "\t");
}

void emit_dt_begin(struct emit_dt *dt, const char *name)
{
    if (dt->source == NULL) {
        keep_first(dt, fdt_begin_node(dt->blob, name));
        return;
    }
    if (dt->depth > 0)
        aj_buf_adds(dt->source, "\n");
    indent(dt);
    aj_buf_addf(dt->source, "%s {\n", name);
    dt->depth++;
}

/* Devicetree Specification 0.4, 2.2.1: what names are made of. */
static void begin_clean(struct emit_dt *dt, char *name)
{
    static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ",._+-@";
    for (char *c = name + strspn(name, chars); *c != '\0'; c += strspn(c, chars))
        *c = '-';
    emit_dt_begin(dt, name);
}

void emit_dt_begin_at(struct emit_dt *dt, const char *name, uint64_t address)
{
    char full[128];
    snprintf(full, sizeof full, "%.100s@%llx", name, (unsigned long long)address);
    begin_clean(dt, full);
}

void emit_dt_begin_numbered(struct emit_dt *dt, const char *name, size_t number)
{
    char full[128];
    snprintf(full, sizeof full, "%.100s-%zu", name, number);
    begin_clean(dt, full);
}

void emit_dt_end(struct emit_dt *dt)
{
    if (dt->source == NULL) {
        keep_first(dt, fdt_end_node(dt->blob));
        return;
    }
    dt->depth--;
    indent(dt);
    aj_buf_adds(dt->source, "};\n");
}

void emit_dt_empty(struct emit_dt *dt, const char *name)
{
    if (dt->source == NULL) {
        keep_first(dt, fdt_property(dt->blob, name, NULL, 0));
        return;
    }
    indent(dt);
    aj_buf_addf(dt->source, "%s;\n", name);
}

void emit_dt_string(struct emit_dt *dt, const char *name, const char *text)
{
    emit_dt_strings(dt, name, &text, 1);
}

/* Whatever C would take for more than a character is a number. */
static void add_quoted(struct aj_buf *to, const char *text)
{
    aj_buf_adds(to, "\"");
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\')
            aj_buf_addf(to, "\\x%02x", (unsigned)(uint8_t)*text);
        else
            aj_buf_addf(to, "%c", *text);
    }
    aj_buf_adds(to, "\"");
}

void emit_dt_strings(struct emit_dt *dt, const char *name, const char *const *texts, size_t count)
{
    struct aj_buf value = {NULL, 0, 0};
    for (size_t i = 0; i < count; i++) {
        if (dt->source == NULL) {
            aj_buf_add(&value, texts[i], strlen(texts[i]) + 1);
            continue;
        }
        aj_buf_adds(&value, i == 0 ? "" : ", ");
        add_quoted(&value, texts[i]);
    }
    if (dt->source == NULL) {
        keep_first(dt, fdt_property(dt->blob, name, value.data, (int)value.len));
    } else {
        indent(dt);
        aj_buf_addf(dt->source, "%s = %s;\n", name, aj_buf_text(&value));
    }
    aj_buf_free(&value);
}

void emit_dt_u32(struct emit_dt *dt, const char *name, uint32_t value)
{
    emit_dt_cells(dt, name, &value, 1);
}

void emit_dt_cells(struct emit_dt *dt, const char *name, const uint32_t *cells, size_t count)
{
    void *value;
    if (dt->source != NULL) {
        indent(dt);
        aj_buf_addf(dt->source, "%s = <", name);
        for (size_t i = 0; i < count; i++)
            aj_buf_addf(dt->source, "%s0x%x", i == 0 ? "" : " ", (unsigned)cells[i]);
        aj_buf_adds(dt->source, ">;\n");
        return;
    }
    if (dt->error != 0)
        return;
    keep_first(dt, fdt_property_placeholder(dt->blob, name, (int)count * 4, &value));
    for (size_t i = 0; dt->error == 0 && i < count; i++)
        fdt32_st((uint8_t *)value + i * 4, cells[i]);
}

void emit_dt_refs(struct emit_dt *dt, const char *name, const struct emit_dt_ref *refs,
                  size_t count)
{
    uint32_t cells[EMIT_DT_REFS];
    assert(count <= EMIT_DT_REFS);
    if (dt->source != NULL) {
        indent(dt);
        aj_buf_addf(dt->source, "%s = <", name);
        for (size_t i = 0; i < count; i++)
            aj_buf_addf(dt->source, "%s&{%s}", i == 0 ? "" : " ", refs[i].path);
        aj_buf_adds(dt->source, ">;\n");
        return;
    }
    for (size_t i = 0; i < count; i++)
        cells[i] = refs[i].phandle;
    emit_dt_cells(dt, name, cells, count);
}

void emit_dt_u64s(struct emit_dt *dt, const char *name, const uint64_t *values, size_t count)
{
    uint32_t cells[2 * EMIT_DT_U64S];
    assert(count <= EMIT_DT_U64S);
    for (size_t i = 0; i < count; i++) {
        cells[2 * i] = (uint32_t)(values[i] >> 32);
        cells[2 * i + 1] = (uint32_t)values[i];
    }
    emit_dt_cells(dt, name, cells, 2 * count);
}
