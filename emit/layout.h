/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The binary layout of Jailhouse configurations of revisions 13 and 14 as tables. Writer, reader, C
 * form and listing walk the same rows; nothing is written by dumping a struct. The two revisions
 * have the same offsets and differ in the first eight bytes alone (struct emit_ident). Files of older
 * revisions are rearranged (emit/older.h).
 *
 * Source: include/jailhouse/cell-config.h of Jailhouse, revisions 13 and 14: struct jailhouse_system,
 * struct jailhouse_cell_desc and the arrays behind them, packed, little endian.
 */
#ifndef EMIT_LAYOUT_H
#define EMIT_LAYOUT_H

#include "emit/form.h"
#include "model/system.h"

enum {
    EMIT_IDENT_SIZE = 8,
    EMIT_SYSTEM_SIZE = 356, /* struct jailhouse_system up to its root cell */
    EMIT_CELL_SIZE = 132,   /* struct jailhouse_cell_desc */
    EMIT_UNION_OFFSET = 312,
    EMIT_UNION_SIZE = 44, /* the part of platform_info that depends on the architecture */
    EMIT_NAME_OFFSET = 8,
    EMIT_NAME_SIZE = 32,
    EMIT_CPU_SET_MAX = AJ_CPU_MAX / 8,
};

/* Architectures that a row is for. */
enum emit_only { EMIT_ALWAYS, EMIT_ON_X86, EMIT_ON_ARM };

struct emit_layout;

/*
 * One field: `count` integers of `width` bytes at `offset` in the file's struct, which are as many
 * integers of `member_width` bytes at `member` in ours; or, with `sub`, `count` structs.
 */
struct emit_field {
    const char *name; /* as in cell-config.h */
    uint16_t offset;
    uint8_t width, count;
    uint16_t member;
    uint8_t member_width;
    uint8_t form; /* enum emit_form */
    uint8_t only; /* enum emit_only */
    const struct emit_layout *sub;
};

struct emit_layout {
    const char *type; /* in C */
    uint16_t size, member_size;
    uint8_t fields_count;
    const struct emit_field *fields; /* ascending offset */
};

extern const struct emit_layout emit_console_layout, emit_memory_layout, emit_cache_layout,
    emit_irqchip_layout, emit_pio_layout, emit_pci_device_layout, emit_pci_cap_layout,
    emit_stream_id_layout, emit_iommu_layout;
/* struct model_header: what is behind the identification, and the parts of it that have no struct of
 * their own here. The last two begin at EMIT_UNION_OFFSET. */
extern const struct emit_layout emit_system_layout, emit_platform_layout, emit_x86_layout,
    emit_arm_layout;
/* struct model_cell without identification, name and arrays. */
extern const struct emit_layout emit_cell_layout;
/* struct model_iommu from byte 16. */
extern const struct emit_layout emit_tlb_layout;

/* An array behind the cell descriptor's CPU set. */
struct emit_array {
    const char *name;    /* of the array in the C form */
    const char *counter; /* its counter in struct jailhouse_cell_desc */
    uint16_t counter_offset;
    uint16_t items, count; /* offsets of pointer and size_t in struct model_cell */
    const struct emit_layout *layout;
};
#define EMIT_ARRAYS 7
extern const struct emit_array emit_arrays[EMIT_ARRAYS]; /* in the order of the file */

/* The items of an array of `cell`, and their number. */
const void *emit_array_items(const struct emit_array *array, const struct model_cell *cell);
size_t emit_array_count(const struct emit_array *array, const struct model_cell *cell);
void emit_array_set(const struct emit_array *array, struct model_cell *cell, const void *items,
                    size_t count);

/* Does the row apply to this architecture? */
bool emit_field_applies(const struct emit_field *field, uint8_t arch);
/* Integer `i` of a field without `sub` in `value`, a struct of ours. */
uint64_t emit_field_get(const struct emit_field *field, const void *value, size_t i);
/* Struct `i` of a field with `sub`. */
const void *emit_field_sub(const struct emit_field *field, const void *value, size_t i);

/* `width` bytes (1..8) of `value`, least significant first. */
void emit_store_le(uint8_t *bytes, uint64_t value, size_t width);

/*
 * Translate between a struct of ours and layout->size bytes. Storing leaves bytes that no row names
 * alone, loading leaves members that no row names alone.
 */
void emit_layout_store(const struct emit_layout *layout, uint8_t arch, const void *value,
                       uint8_t *bytes);
void emit_layout_load(const struct emit_layout *layout, uint8_t arch, const uint8_t *bytes,
                      void *value);
/* Are all the bytes zero that storing would give? */
bool emit_layout_is_zero(const struct emit_layout *layout, uint8_t arch, const void *value);

/* How the files of one revision begin. */
struct emit_ident {
    uint32_t revision;
    const char *system, *cell; /* signatures */
    size_t signature_size;     /* 6, or 5 and the architecture's byte */
};
/* NULL if autojail does not know the revision. */
const struct emit_ident *emit_ident_of(uint32_t revision);

#endif
