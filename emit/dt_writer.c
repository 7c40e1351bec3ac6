/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/dt_writer.h"

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

enum aj_status emit_dt_build(struct aj_ctx *cx, emit_dt_writer *write, const void *what,
                             struct aj_buf *to)
{
    int error = -FDT_ERR_NOSPACE;
    for (size_t size = FIRST_SIZE; error == -FDT_ERR_NOSPACE && size <= LAST_SIZE; size *= 2) {
        const struct aj_mark mark = aj_arena_mark(cx->scratch);
        struct emit_dt dt = {aj_alloc(cx->scratch, size), 0};
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

void emit_dt_begin(struct emit_dt *dt, const char *name)
{
    keep_first(dt, fdt_begin_node(dt->blob, name));
}

void emit_dt_begin_at(struct emit_dt *dt, const char *name, uint64_t address)
{
    char full[128];
    snprintf(full, sizeof full, "%.100s@%llx", name, (unsigned long long)address);
    emit_dt_begin(dt, full);
}

void emit_dt_end(struct emit_dt *dt)
{
    keep_first(dt, fdt_end_node(dt->blob));
}

void emit_dt_empty(struct emit_dt *dt, const char *name)
{
    keep_first(dt, fdt_property(dt->blob, name, NULL, 0));
}

void emit_dt_string(struct emit_dt *dt, const char *name, const char *text)
{
    keep_first(dt, fdt_property(dt->blob, name, text, (int)strlen(text) + 1));
}

void emit_dt_strings(struct emit_dt *dt, const char *name, const char *const *texts, size_t count)
{
    size_t size = 0;
    void *value;
    for (size_t i = 0; i < count; i++)
        size += strlen(texts[i]) + 1;
    if (dt->error != 0)
        return;
    keep_first(dt, fdt_property_placeholder(dt->blob, name, (int)size, &value));
    char *at = value;
    for (size_t i = 0; dt->error == 0 && i < count; i++) {
        const size_t len = strlen(texts[i]) + 1;
        memcpy(at, texts[i], len);
        at += len;
    }
}

void emit_dt_u32(struct emit_dt *dt, const char *name, uint32_t value)
{
    keep_first(dt, fdt_property_u32(dt->blob, name, value));
}

void emit_dt_cells(struct emit_dt *dt, const char *name, const uint32_t *cells, size_t count)
{
    void *value;
    if (dt->error != 0)
        return;
    keep_first(dt, fdt_property_placeholder(dt->blob, name, (int)count * 4, &value));
    for (size_t i = 0; dt->error == 0 && i < count; i++)
        fdt32_st((uint8_t *)value + i * 4, cells[i]);
}

void emit_dt_u64s(struct emit_dt *dt, const char *name, const uint64_t *values, size_t count)
{
    void *value;
    if (dt->error != 0)
        return;
    keep_first(dt, fdt_property_placeholder(dt->blob, name, (int)count * 8, &value));
    for (size_t i = 0; dt->error == 0 && i < count; i++)
        fdt64_st((uint8_t *)value + 8 * i, values[i]);
}
