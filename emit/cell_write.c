/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/cell_priv.h"

#include <assert.h>
#include <inttypes.h>

#include "emit/layout.h"
#include "emit/older.h"

const struct model_cell *emit_cell_of(const struct model_system *system, size_t which)
{
    assert(which == EMIT_ROOT ? system->header != NULL : which < system->cells_count);
    return which == EMIT_ROOT ? system->root : &system->cells[which];
}

uint32_t emit_cell_revision(const struct model_system *system, size_t which)
{
    return which == EMIT_ROOT ? system->header->revision : emit_cell_of(system, which)->revision;
}

/* A system.yml may say what has no place in a file. */
static enum aj_status check(struct aj_ctx *cx, struct aj_loc loc, const struct model_cell *cell)
{
    const char *name = cell->name == NULL ? "" : cell->name;
    if (strlen(name) > EMIT_NAME_SIZE)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc, "the name '%s' is longer than %d bytes",
                       name, EMIT_NAME_SIZE);
    if (cell->cpu_set_size > EMIT_CPU_SET_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc,
                       "the CPU set of '%s' has %" PRIu32 " bytes, more than %d", name,
                       cell->cpu_set_size, EMIT_CPU_SET_MAX);
    const uint32_t beyond = aj_cpuset_next(&cell->cpus, cell->cpu_set_size * 8);
    if (beyond < AJ_CPU_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc,
                       "CPU %" PRIu32 " does not fit the CPU set of '%s', which has %" PRIu32
                       " bytes",
                       beyond, name, cell->cpu_set_size);
    if (cell->revision > UINT16_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc,
                       "the revision %" PRIu32 " of '%s' does not fit 16 bits", cell->revision,
                       name);
    for (size_t i = 0; i < cell->trailing_count; i++)
        if (cell->trailing[i] > UINT8_MAX)
            return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc,
                           "trailing byte %zu of '%s' is 0x%" PRIx32, i, name, cell->trailing[i]);
    for (size_t a = 0; a < EMIT_ARRAYS; a++)
        if (emit_array_count(&emit_arrays[a], cell) > UINT32_MAX)
            return aj_fail(cx, AJ_ERR_INPUT, "cell-limit", loc, "'%s' has too many %s", name,
                           emit_arrays[a].name);
    return AJ_OK;
}

void emit_cell_name_bytes(const struct model_cell *cell, uint8_t *bytes)
{
    const char *name = cell->name == NULL ? "" : cell->name;
    const size_t len = strlen(name);
    memset(bytes, 0, EMIT_NAME_SIZE);
    memcpy(bytes, name, len);
    if (cell->name_tail_used && len + 1 < EMIT_NAME_SIZE)
        memcpy(bytes + len + 1, cell->name_tail + len + 1, EMIT_NAME_SIZE - len - 1);
}

static void add_struct(struct aj_buf *to, const struct emit_layout *layout, uint8_t arch,
                       const void *value)
{
    uint8_t bytes[EMIT_SYSTEM_SIZE] = {0};
    emit_layout_store(layout, arch, value, bytes);
    aj_buf_add(to, bytes, layout->size);
}

static void put_ident(uint8_t *bytes, const struct emit_ident *ident, const char *signature,
                      uint8_t arch)
{
    bytes[5] = arch;
    memcpy(bytes, signature, ident->signature_size);
    emit_store_le(bytes + 6, ident->revision, 2);
}

static void add_cell(struct aj_buf *to, const struct emit_ident *ident,
                     const struct model_cell *cell)
{
    uint8_t bytes[EMIT_CELL_SIZE] = {0};
    if (ident != NULL) {
        put_ident(bytes, ident, ident->cell, cell->architecture);
    } else {
        memcpy(bytes, cell->signature, sizeof cell->signature);
        bytes[5] = cell->architecture;
        emit_store_le(bytes + 6, cell->revision, 2);
    }
    emit_cell_name_bytes(cell, bytes + EMIT_NAME_OFFSET);
    emit_layout_store(&emit_cell_layout, cell->architecture, cell, bytes);
    for (size_t a = 0; a < EMIT_ARRAYS; a++)
        emit_store_le(bytes + emit_arrays[a].counter_offset,
                      emit_array_count(&emit_arrays[a], cell), 4);
    aj_buf_add(to, bytes, sizeof bytes);
}

static void add_arrays(struct aj_buf *to, const struct model_cell *cell)
{
    for (uint32_t i = 0; i < cell->cpu_set_size; i++)
        aj_buf_add_le(to, cell->cpus.word[i / 8] >> i % 8 * 8 & 0xff, 1);
    for (size_t a = 0; a < EMIT_ARRAYS; a++) {
        const struct emit_layout *layout = emit_arrays[a].layout;
        const uint8_t *items = emit_array_items(&emit_arrays[a], cell);
        const size_t count = emit_array_count(&emit_arrays[a], cell);
        for (size_t i = 0; i < count; i++)
            add_struct(to, layout, cell->architecture, items + i * layout->member_size);
    }
    for (size_t i = 0; i < cell->trailing_count; i++)
        aj_buf_add_le(to, cell->trailing[i], 1);
}

/* The cell's map in a system.yml; NULL if it comes from elsewhere. */
static const struct aj_yaml *node_of(const struct model_system *system, size_t which)
{
    if (which == EMIT_ROOT)
        return aj_yaml_get(system->at, "root");
    const struct aj_yaml *cells = aj_yaml_get(system->at, "cells");
    return cells == NULL || which >= cells->count ? NULL : cells->items[which];
}

static uint32_t units_of(const struct model_system *system)
{
    return system->header != NULL ? system->header->iommu_unit_bytes : 0;
}

enum aj_status emit_cell_check(struct aj_ctx *cx, const struct model_system *system, size_t which)
{
    const struct aj_yaml *node = node_of(system, which);
    const struct aj_yaml *file = which == EMIT_ROOT ? aj_yaml_get(system->at, "header") : node;
    const uint32_t revision = emit_cell_revision(system, which);
    if (emit_ident_of(revision) == NULL)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-revision", aj_yaml_loc(file, "revision"),
                       "configuration revision %" PRIu32 " is none of 10 to 14", revision);
    if (revision < 13 && emit_older_of(revision, units_of(system)) == NULL)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-revision", aj_yaml_loc(file, "iommu_unit_bytes"),
                       "revision %" PRIu32 " has no IOMMU units of %" PRIu32 " bytes", revision,
                       units_of(system));
    return check(cx, node == NULL ? AJ_NOWHERE : node->loc, emit_cell_of(system, which));
}

/* In the layout of revisions 13 and 14. */
static void add_file(const struct model_system *system, size_t which, struct aj_buf *to)
{
    const struct model_cell *cell = emit_cell_of(system, which);
    const struct emit_ident *ident = emit_ident_of(emit_cell_revision(system, which));
    if (which == EMIT_ROOT) {
        const struct model_header *header = system->header;
        uint8_t bytes[EMIT_SYSTEM_SIZE] = {0};
        put_ident(bytes, ident, ident->system, header->architecture);
        emit_layout_store(&emit_system_layout, header->architecture, header, bytes);
        aj_buf_add(to, bytes, sizeof bytes);
    }
    add_cell(to, which == EMIT_ROOT ? NULL : ident, cell);
    add_arrays(to, cell);
}

enum aj_status emit_cell_write(struct aj_ctx *cx, const struct model_system *system, size_t which,
                               struct aj_buf *to)
{
    AJ_TRY(emit_cell_check(cx, system, which));
    const uint32_t revision = emit_cell_revision(system, which);
    if (revision >= 13) {
        add_file(system, which, to);
        return AJ_OK;
    }
    struct aj_buf file = {0};
    const struct emit_older_file how = {
        emit_older_of(revision, units_of(system)), which == EMIT_ROOT,
        which == EMIT_ROOT ? system->header->architecture
                           : emit_cell_of(system, which)->architecture};
    add_file(system, which, &file);
    emit_older_from_13(&how, (struct aj_bytes){(const uint8_t *)file.data, file.len}, to);
    aj_buf_free(&file);
    return AJ_OK;
}
