/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/older.h"

#include "emit/layout.h"
#include "model/board.h"

enum {
    OLD_UNION = 88,  /* platform_info up to here is that of revision 13 */
    OLD_X86 = 18,    /* x86's part of the union, up to its IOMMU units */
    OLD_ARM = 42,    /* arm's */
    UNITS = 88,      /* IOMMU units in revision 13 */
    UNIT = 28,       /* one of them */
    STREAMS = 76,    /* num_stream_ids in the descriptor */
    PORTS = 64,      /* num_pio_regions, or pio_bitmap_size */
    BITMAP = 0x2000, /* bytes: one bit for each port */
    CPU_SET_SIZE = 48,
};

/* The usual layout of a revision comes first. */
static const struct emit_older layouts[] = {
    {12, 354, 28, 132, true, false, "v0.12"},
    {12, 322, 24, 132, true, false, "before v0.12"},
    {11, 266, 20, 128, false, false, "between v0.11 and v0.12"},
    {11, 322, 24, 128, true, false, "between v0.11 and v0.12"},
    {10, 266, 20, 128, false, true, "v0.10 and v0.11"},
};

const struct emit_older *emit_older_of(uint32_t revision, uint32_t unit)
{
    for (size_t i = 0; i < AJ_COUNT(layouts); i++) {
        if (layouts[i].revision == revision && (unit == 0 || layouts[i].unit == unit))
            return &layouts[i];
    }
    return NULL;
}

/* The order of the arrays behind the CPU set; the ports are the fourth. */
static const uint8_t element_sizes[] = {32, 12, 32, 4, 56, 8, 4};
enum { PORTS_ARRAY = 3, STREAMS_ARRAY = 6 };

/* Bytes of array `a`; in `file` the descriptor begins at `desc`. */
static uint64_t array_size(const struct emit_older *layout, struct aj_bytes file, size_t desc,
                           size_t a)
{
    if (a == STREAMS_ARRAY && layout->desc < EMIT_CELL_SIZE)
        return 0;
    const uint64_t count = aj_load_le(file.data + desc + CPU_SET_SIZE + 4 + 4 * a, 4);
    return a == PORTS_ARRAY && layout->port_bitmap ? count : count * element_sizes[a];
}

/* Where the arrays end; UINT64_MAX if the file has no descriptor. */
static uint64_t end_of(const struct emit_older *layout, struct aj_bytes file, bool system)
{
    const size_t desc = system ? layout->root : 0;
    if (file.size < desc + layout->desc)
        return UINT64_MAX;
    uint64_t end = desc + layout->desc + aj_load_le(file.data + desc + CPU_SET_SIZE, 4);
    for (size_t a = 0; a < AJ_COUNT(element_sizes); a++)
        end += array_size(layout, file, desc, a);
    return end;
}

const struct emit_older *emit_older_guess(uint32_t revision, struct aj_bytes file, bool system)
{
    const struct emit_older *fits = NULL;
    for (size_t i = 0; i < AJ_COUNT(layouts); i++) {
        const uint64_t end = end_of(&layouts[i], file, system);
        if (layouts[i].revision != revision || end > file.size)
            continue;
        if (end == file.size)
            return &layouts[i];
        if (fits == NULL)
            fits = &layouts[i]; /* bytes may follow */
    }
    return fits != NULL ? fits : emit_older_of(revision, 0);
}

uint8_t emit_older_architecture(struct aj_bytes file)
{
    if (file.size < OLD_UNION + OLD_ARM)
        return MODEL_ARCH_X86;
    const uint8_t version = file.data[OLD_UNION + 1];
    const uint64_t gicd = aj_load_le(file.data + OLD_UNION + 2, 8);
    const bool gic = (version == 2 || version == 3) && gicd != 0 && aj_is_aligned(gicd, AJ_PAGE);
    return gic ? MODEL_ARCH_ARM64 : MODEL_ARCH_X86;
}

/* Fields of the union: there without paddings for alignment, now with them. */
struct move {
    uint16_t old, now, size;
};
static const struct move x86_moves[] = {{88, 312, 2}, {94, 314, 2}, {90, 316, 4}, {98, 320, 8}};
static const struct move arm_moves[] = {{88, 312, 2}, {90, 316, 40}};

static const struct move *moves_of(uint8_t architecture, size_t *count)
{
    *count = architecture == MODEL_ARCH_X86 ? AJ_COUNT(x86_moves) : AJ_COUNT(arm_moves);
    return architecture == MODEL_ARCH_X86 ? x86_moves : arm_moves;
}

/* Where the IOMMU units of an older file are, 0 = it has none. */
static size_t units_of(const struct emit_older_file *how)
{
    if (how->architecture == MODEL_ARCH_X86)
        return OLD_UNION + OLD_X86;
    return how->layout->arm_units ? OLD_UNION + OLD_ARM : 0;
}

/* Units without a type are those of x86: AMD's say where in PCI they are. */
static uint32_t type_of(const uint8_t *unit)
{
    if (aj_load_le(unit + 4, 8) == 0)
        return 0;
    return aj_load_le(unit + 16, 8) != 0 ? JAILHOUSE_IOMMU_AMD : JAILHOUSE_IOMMU_INTEL;
}

static void header_to_13(const struct emit_older_file *how, const uint8_t *old, uint8_t *now)
{
    const size_t units = units_of(how), skipped = how->layout->unit < 24 ? 4 : 0;
    size_t count;
    const struct move *moves = moves_of(how->architecture, &count);
    memcpy(now, old, OLD_UNION);
    for (size_t i = 0; i < count; i++)
        memcpy(now + moves[i].now, old + moves[i].old, moves[i].size);
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && units != 0; i++) {
        uint8_t *unit = now + UNITS + i * UNIT;
        memcpy(unit + skipped, old + units + i * how->layout->unit, how->layout->unit);
        if (skipped > 0)
            emit_store_le(unit, type_of(unit), 4);
    }
}

static void header_from_13(const struct emit_older_file *how, const uint8_t *now, uint8_t *old)
{
    const size_t units = units_of(how), skipped = how->layout->unit < 24 ? 4 : 0;
    size_t count;
    const struct move *moves = moves_of(how->architecture, &count);
    memcpy(old, now, OLD_UNION);
    for (size_t i = 0; i < count; i++)
        memcpy(old + moves[i].old, now + moves[i].now, moves[i].size);
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && units != 0; i++)
        memcpy(old + units + i * how->layout->unit, now + UNITS + i * UNIT + skipped,
               how->layout->unit);
}

/* Ranges of ports whose bits are clear; lengths have 16 bits. Returns their number. */
static uint32_t ports_to_13(const uint8_t *map, uint64_t size, struct aj_buf *to)
{
    const uint64_t ports = size < BITMAP ? 8 * size : 8 * (uint64_t)BITMAP;
    uint32_t ranges = 0;
    uint64_t end;
    for (uint64_t port = 0; port < ports; port = end) {
        for (end = port; end < ports && (map[end / 8] >> end % 8 & 1) == 0 && end - port < 0xffff;)
            end++;
        if (end > port) {
            aj_buf_add_le(to, port, 2);
            aj_buf_add_le(to, end - port, 2);
            ranges++;
        } else {
            end++;
        }
    }
    return ranges;
}

static void ports_from_13(const uint8_t *ranges, uint64_t count, struct aj_buf *to)
{
    uint8_t map[BITMAP];
    memset(map, 0xff, sizeof map);
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t base = aj_load_le(ranges + 4 * i, 2);
        const uint64_t length = aj_load_le(ranges + 4 * i + 2, 2);
        for (uint64_t port = base; port < base + length && port < 8 * sizeof map; port++)
            map[port / 8] &= (uint8_t) ~(1u << port % 8);
    }
    aj_buf_add(to, map, sizeof map);
}

bool emit_older_to_13(const struct emit_older_file *how, struct aj_bytes file, struct aj_buf *to)
{
    const struct emit_older *layout = how->layout;
    const size_t desc = how->system ? layout->root : 0;
    uint8_t head[EMIT_SYSTEM_SIZE] = {0}, cell[EMIT_CELL_SIZE] = {0};
    if (end_of(layout, file, how->system) > file.size)
        return false;
    if (how->system) {
        header_to_13(how, file.data, head);
        aj_buf_add(to, head, sizeof head);
    }
    const size_t behind = layout->desc < EMIT_CELL_SIZE ? STREAMS + 4 : STREAMS;
    const size_t cell_at = to->len;
    memcpy(cell, file.data + desc, STREAMS);
    memcpy(cell + behind, file.data + desc + STREAMS, layout->desc - (size_t)STREAMS);
    aj_buf_add(to, cell, sizeof cell);
    size_t at = desc + layout->desc;
    const uint64_t cpus = aj_load_le(file.data + desc + CPU_SET_SIZE, 4);
    aj_buf_add(to, file.data + at, cpus);
    at += cpus;
    for (size_t a = 0; a < AJ_COUNT(element_sizes); a++) {
        const uint64_t size = array_size(layout, file, desc, a);
        if (a == PORTS_ARRAY && layout->port_bitmap) {
            const uint32_t ranges = ports_to_13(file.data + at, size, to);
            emit_store_le((uint8_t *)to->data + cell_at + PORTS, ranges, 4);
        } else {
            aj_buf_add(to, file.data + at, size);
        }
        at += size;
    }
    aj_buf_add(to, file.data + at, file.size - at);
    return true;
}

void emit_older_from_13(const struct emit_older_file *how, struct aj_bytes file, struct aj_buf *to)
{
    const struct emit_older *layout = how->layout;
    const size_t desc = how->system ? EMIT_SYSTEM_SIZE : 0;
    const bool bitmap = layout->port_bitmap && how->architecture == MODEL_ARCH_X86;
    uint8_t head[EMIT_SYSTEM_SIZE] = {0}, cell[EMIT_CELL_SIZE];
    if (how->system) {
        header_from_13(how, file.data, head);
        aj_buf_add(to, head, layout->root);
    }
    memcpy(cell, file.data + desc, sizeof cell);
    if (layout->port_bitmap)
        emit_store_le(cell + PORTS, bitmap ? BITMAP : 0, 4);
    const size_t behind = layout->desc < EMIT_CELL_SIZE ? STREAMS + 4 : STREAMS;
    aj_buf_add(to, cell, STREAMS);
    aj_buf_add(to, cell + behind, layout->desc - (size_t)STREAMS);
    uint64_t at = desc + EMIT_CELL_SIZE + aj_load_le(file.data + desc + CPU_SET_SIZE, 4);
    aj_buf_add(to, file.data + desc + EMIT_CELL_SIZE, at - desc - EMIT_CELL_SIZE);
    for (size_t a = 0; a < AJ_COUNT(element_sizes); a++) {
        const uint64_t count = aj_load_le(file.data + desc + CPU_SET_SIZE + 4 + 4 * a, 4);
        const uint64_t size = count * element_sizes[a];
        if (a == PORTS_ARRAY && bitmap)
            ports_from_13(file.data + at, count, to);
        else if (a != STREAMS_ARRAY || layout->desc == EMIT_CELL_SIZE)
            aj_buf_add(to, file.data + at, size);
        at += size;
    }
    aj_buf_add(to, file.data + at, file.size - at);
}
