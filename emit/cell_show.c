/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include <inttypes.h>

#include "base/units.h"
#include "emit/layout.h"

struct listing {
    struct aj_buf *to;
    struct aj_arena *arena;
    uint8_t arch;
};

static void put_terms(const struct listing *l, enum emit_form form, uint64_t value)
{
    uint64_t rest = value;
    const char *separator = "";
    do {
        struct emit_term term;
        emit_form_next(form, &rest, &term);
        aj_buf_adds(l->to, separator);
        if (term.name != NULL)
            aj_buf_adds(l->to, term.name);
        else if (form == EMIT_DEC)
            aj_buf_addf(l->to, "%" PRIu64, term.value);
        else
            aj_buf_addf(l->to, "0x%" PRIx64, term.value);
        separator = "|";
    } while (rest != 0);
}

static void put_msi_bits(const struct listing *l, uint64_t bits)
{
    static const char *const names[] = {"none", "64bits", "maskable", "64bits|maskable"};
    if (bits < AJ_COUNT(names))
        aj_buf_adds(l->to, names[bits]);
    else
        aj_buf_addf(l->to, "0x%" PRIx64, bits);
}

static void put_number(const struct listing *l, enum emit_form form, uint64_t value)
{
    if (form == EMIT_BYTES || form == EMIT_CPU_SET_SIZE)
        aj_buf_adds(l->to, value == 0 ? "0" : aj_format_size(l->arena, value));
    else if (form == EMIT_BDF)
        aj_buf_addf(l->to, "%02x:%02x.%x", (unsigned)(value >> 8), (unsigned)(value >> 3 & 0x1f),
                    (unsigned)(value & 7));
    else if (form == EMIT_MSI_BITS)
        put_msi_bits(l, value);
    else
        put_terms(l, form, value);
}

static void put_values(const struct listing *l, const struct emit_field *field, const void *value)
{
    if (field->form == EMIT_PINS) {
        aj_buf_adds(l->to, "[");
        emit_pins_add(l->to, value);
        aj_buf_adds(l->to, "]");
        return;
    }
    for (size_t i = 0; i < field->count; i++) {
        if (i > 0)
            aj_buf_adds(l->to, " ");
        put_number(l, field->form, emit_field_get(field, value, i));
    }
}

/* "a 1, b 2": all fields on one line. */
static void put_fields(const struct listing *l, const struct emit_layout *layout, const void *value)
{
    for (size_t f = 0; f < layout->fields_count; f++) {
        const struct emit_field *field = &layout->fields[f];
        aj_buf_adds(l->to, f > 0 ? ", " : "");
        if (field->sub != NULL) {
            put_fields(l, field->sub, emit_field_sub(field, value, 0));
        } else {
            aj_buf_addf(l->to, "%s ", field->name);
            put_values(l, field, value);
        }
    }
}

static void put_units(const struct listing *l, const struct emit_field *field, const void *value)
{
    for (size_t i = 0; i < field->count; i++) {
        const void *unit = emit_field_sub(field, value, i);
        if (emit_layout_is_zero(field->sub, l->arch, unit))
            continue;
        aj_buf_addf(l->to, "  %s[%zu]: ", field->name, i);
        put_fields(l, field->sub, unit);
        aj_buf_adds(l->to, "\n");
    }
}

/* One line for each field. */
static void put_lines(const struct listing *l, const struct emit_layout *layout, const void *value)
{
    for (size_t f = 0; f < layout->fields_count; f++) {
        const struct emit_field *field = &layout->fields[f];
        if (!emit_field_applies(field, l->arch))
            continue;
        if (field->sub == &emit_platform_layout || field->sub == &emit_x86_layout ||
            field->sub == &emit_arm_layout) {
            put_lines(l, field->sub, emit_field_sub(field, value, 0));
            continue;
        }
        if (field->sub != NULL && field->count > 1) {
            put_units(l, field, value);
            continue;
        }
        aj_buf_addf(l->to, "  %s: ", field->name);
        if (field->sub != NULL)
            put_fields(l, field->sub, emit_field_sub(field, value, 0));
        else
            put_values(l, field, value);
        aj_buf_adds(l->to, "\n");
    }
}

static const char *comment_of(const struct emit_layout *layout, const void *item)
{
    return layout == &emit_memory_layout       ? ((const struct model_memory *)item)->comment
           : layout == &emit_pci_device_layout ? ((const struct model_pci_device *)item)->comment
                                               : NULL;
}

static void put_array(const struct listing *l, const struct emit_array *array,
                      const struct model_cell *cell)
{
    const uint8_t *items = emit_array_items(array, cell);
    const size_t count = emit_array_count(array, cell);
    aj_buf_addf(l->to, "  %s: %zu\n", array->name, count);
    for (size_t i = 0; i < count; i++) {
        const void *item = items + i * array->layout->member_size;
        const char *comment = comment_of(array->layout, item);
        aj_buf_addf(l->to, "    [%zu] ", i);
        put_fields(l, array->layout, item);
        if (comment != NULL) {
            aj_buf_adds(l->to, "  # ");
            aj_buf_add_visible(l->to, comment);
        }
        aj_buf_adds(l->to, "\n");
    }
}

static void put_name(const struct listing *l, const char *kind, const struct model_cell *cell)
{
    aj_buf_addf(l->to, "%s \"", kind);
    aj_buf_add_visible(l->to, cell->name == NULL ? "" : cell->name);
    aj_buf_adds(l->to, "\"");
}

static void put_revision(const struct listing *l, uint32_t revision, uint8_t arch)
{
    aj_buf_addf(l->to, ", revision %" PRIu32 ", ", revision);
    emit_arch_add(l->to, arch);
    aj_buf_adds(l->to, "\n");
}

static void put_cell(const struct listing *l, const struct model_cell *cell)
{
    put_lines(l, &emit_cell_layout, cell);
    aj_buf_addf(l->to, "  cpus: %s\n", aj_cpuset_format(l->arena, &cell->cpus));
    for (size_t a = 0; a < EMIT_ARRAYS; a++)
        put_array(l, &emit_arrays[a], cell);
    if (cell->trailing_count > 0)
        aj_buf_addf(l->to, "  trailing: %zu bytes\n", cell->trailing_count);
}

void emit_cell_show(const struct model_system *system, struct aj_buf *to)
{
    struct listing l = {.to = to, .arena = aj_arena_open()};
    if (system->header != NULL) {
        l.arch = system->header->architecture;
        aj_buf_adds(to, "system configuration");
        put_revision(&l, system->header->revision, l.arch);
        put_lines(&l, &emit_system_layout, system->header);
        put_name(&l, "root cell", system->root);
        aj_buf_adds(to, "\n");
        put_cell(&l, system->root);
    }
    for (size_t i = 0; i < system->cells_count; i++) {
        l.arch = system->cells[i].architecture;
        put_name(&l, "cell", &system->cells[i]);
        put_revision(&l, system->cells[i].revision, l.arch);
        put_cell(&l, &system->cells[i]);
    }
    aj_arena_close(l.arena);
}
