/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reservation as a device tree overlay, for boot loaders that apply one.
 */
#include "emit/dt_writer.h"
#include "emit/emit.h"

struct overlay {
    const struct model_board *board;
    const struct emit_reservation *reservation;
};

/* `cells` big-endian 32-bit words of `value`, as the parent of /reserved-memory counts them. */
static size_t put_cells(uint32_t *to, uint64_t value, uint32_t cells)
{
    if (cells == 2)
        to[0] = (uint32_t)(value >> 32);
    to[cells - 1] = (uint32_t)value;
    return cells;
}

static void write_range(struct emit_dt *dt, const struct overlay *o, struct aj_range range)
{
    uint32_t reg[4];
    const uint32_t address_cells = o->board->address_cells == 1 ? 1 : 2;
    const uint32_t size_cells = o->board->size_cells == 1 ? 1 : 2;
    size_t count = put_cells(reg, range.base, address_cells);
    count += put_cells(reg + count, range.size, size_cells);
    emit_dt_begin_at(dt, "jailhouse", range.base);
    emit_dt_cells(dt, "reg", reg, count);
    emit_dt_empty(dt, "no-map");
    emit_dt_end(dt);
}

/*
 * /reserved-memory repeats the cells of the root node, as the binding demands of it; on a tree that
 * has the node already this writes what stands there.
 */
static void write_overlay(struct emit_dt *dt, const void *what)
{
    const struct overlay *o = what;
    emit_dt_begin(dt, "fragment@0");
    emit_dt_string(dt, "target-path", "/");
    emit_dt_begin(dt, "__overlay__");
    emit_dt_begin(dt, "reserved-memory");
    emit_dt_u32(dt, "#address-cells", o->board->address_cells == 1 ? 1 : 2);
    emit_dt_u32(dt, "#size-cells", o->board->size_cells == 1 ? 1 : 2);
    emit_dt_empty(dt, "ranges");
    for (size_t i = 0; i < o->reservation->ranges_count; i++)
        write_range(dt, o, o->reservation->ranges[i]);
    emit_dt_end(dt);
    emit_dt_end(dt);
    emit_dt_end(dt);
}

enum aj_status emit_reservation_overlay(struct aj_ctx *cx, const struct model_board *board,
                                        const struct emit_reservation *reservation,
                                        struct aj_buf *blob)
{
    const struct overlay overlay = {board, reservation};
    return emit_dt_build(cx, write_overlay, &overlay, EMIT_DT_BLOB, blob);
}
