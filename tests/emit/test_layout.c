/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/layout.h"

#include "tests/emit/header_fields.h"
#include "tests/support/support.h"

static const struct emit_layout *const layouts[] = {
    &emit_console_layout, &emit_memory_layout,  &emit_cache_layout,      &emit_irqchip_layout,
    &emit_pio_layout,     &emit_pci_cap_layout, &emit_pci_device_layout, &emit_tlb_layout,
    &emit_iommu_layout,   &emit_x86_layout,     &emit_arm_layout,        &emit_platform_layout,
    &emit_system_layout,  &emit_cell_layout,    &emit_stream_id_layout,
};

/* Members that the C header does not name, or names as bits. */
static bool has_no_name(const char *type, const char *name)
{
    return strcmp(name, "msi_bits") == 0 || strcmp(name, "tail") == 0 ||
           strcmp(type, "union jailhouse_stream_id") == 0;
}

static const struct header_field *in_header(const char *type, const char *name)
{
    for (const struct header_field *f = header_fields; f->type != NULL; f++)
        if (strcmp(f->type, type) == 0 && strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

/* What must be there. */
static const struct header_field *the_header(const char *type, const char *name)
{
    static const struct header_field none;
    const struct header_field *field = in_header(type, name);
    if (field == NULL)
        fail_msg("%s has no %s", type, name);
    return field == NULL ? &none : field;
}

static size_t size_of(const struct emit_field *field)
{
    return (field->sub != NULL ? field->sub->size : field->width) * (size_t)field->count;
}

static void test_rows_agree_with_the_header(void **state)
{
    (void)state;
    for (size_t l = 0; l < AJ_COUNT(layouts); l++)
        for (size_t f = 0; f < layouts[l]->fields_count; f++) {
            const struct emit_field *field = &layouts[l]->fields[f];
            if (has_no_name(layouts[l]->type, field->name))
                continue;
            const struct header_field *expected = in_header(layouts[l]->type, field->name);
            if (expected == NULL || expected->offset != field->offset)
                fail_msg("%s.%s at %u", layouts[l]->type, field->name, field->offset);
            /* x86 has less than the union, whose rest is the row "tail". */
            if (field->sub != &emit_x86_layout)
                assert_int_equal(size_of(field), expected->size);
        }
}

static void test_the_header_has_no_other_fields(void **state)
{
    size_t named = 0, expected = 0;
    (void)state;
    for (size_t l = 0; l < AJ_COUNT(layouts); l++)
        for (size_t f = 0; f < layouts[l]->fields_count; f++)
            named += !has_no_name(layouts[l]->type, layouts[l]->fields[f].name);
    for (const struct header_field *f = header_fields; f->type != NULL; f++)
        expected++;
    /* name, root_cell and the counters are not rows */
    assert_int_equal(named + 2 + EMIT_ARRAYS, expected);
}

static void test_counters_agree_with_the_header(void **state)
{
    (void)state;
    for (size_t a = 0; a < EMIT_ARRAYS; a++) {
        const struct header_field *field =
            the_header("struct jailhouse_cell_desc", emit_arrays[a].counter);
        assert_int_equal(field->offset, emit_arrays[a].counter_offset);
    }
    assert_int_equal(the_header("struct jailhouse_cell_desc", "name")->offset, EMIT_NAME_OFFSET);
    assert_int_equal(the_header("struct jailhouse_cell_desc", "name")->size, EMIT_NAME_SIZE);
    assert_int_equal(the_header("struct jailhouse_system", "root_cell")->offset, EMIT_SYSTEM_SIZE);
    assert_int_equal(the_header("struct jailhouse_system", "root_cell")->size, EMIT_CELL_SIZE);
}

static void mark(uint8_t *seen, size_t offset, size_t size)
{
    for (size_t i = offset; i < offset + size; i++) {
        assert_true(i < EMIT_SYSTEM_SIZE);
        assert_int_equal(seen[i], 0);
        seen[i] = 1;
    }
}

/* Every byte of a struct belongs to one row, whatever the architecture. */
static void test_rows_tile(void **state)
{
    (void)state;
    for (size_t l = 0; l < AJ_COUNT(layouts); l++)
        for (uint8_t arch = MODEL_ARCH_X86; arch <= MODEL_ARCH_ARM64; arch++) {
            uint8_t seen[EMIT_SYSTEM_SIZE] = {0};
            if (layouts[l] == &emit_system_layout || layouts[l] == &emit_cell_layout)
                mark(seen, 0, EMIT_IDENT_SIZE);
            if (layouts[l] == &emit_cell_layout)
                mark(seen, EMIT_NAME_OFFSET, EMIT_NAME_SIZE);
            for (size_t a = 0; layouts[l] == &emit_cell_layout && a < EMIT_ARRAYS; a++)
                mark(seen, emit_arrays[a].counter_offset, 4);
            for (size_t f = 0; f < layouts[l]->fields_count; f++)
                if (emit_field_applies(&layouts[l]->fields[f], arch))
                    mark(seen, layouts[l]->fields[f].offset, size_of(&layouts[l]->fields[f]));
            for (size_t i = 0; i < layouts[l]->size; i++)
                assert_int_equal(seen[i], 1);
            for (size_t i = layouts[l]->size; i < sizeof seen; i++)
                assert_int_equal(seen[i], 0);
        }
}

static void test_integers_are_little_endian(void **state)
{
    const struct model_memory memory = {
        .phys_start = 0x0102030405060708, .virt_start = 0xff, .size = 0x1000, .flags = 0x80000};
    static const uint8_t expected[32] = {8, 7,    6, 5, 4, 3, 2, 1, 0xff, 0, 0, 0, 0, 0, 0, 0,
                                         0, 0x10, 0, 0, 0, 0, 0, 0, 0,    0, 8, 0, 0, 0, 0, 0};
    uint8_t bytes[32];
    struct model_memory back = {0};
    (void)state;
    emit_layout_store(&emit_memory_layout, MODEL_ARCH_ARM, &memory, bytes);
    assert_memory_equal(bytes, expected, sizeof expected);
    emit_layout_load(&emit_memory_layout, MODEL_ARCH_ARM, bytes, &back);
    assert_int_equal(back.phys_start, memory.phys_start);
    assert_int_equal(back.flags, memory.flags);
    assert_false(emit_layout_is_zero(&emit_memory_layout, MODEL_ARCH_ARM, &memory));
    memset(&back, 0, sizeof back);
    back.comment = "not in the file";
    assert_true(emit_layout_is_zero(&emit_memory_layout, MODEL_ARCH_ARM, &back));
}

static void test_revisions(void **state)
{
    (void)state;
    assert_null(emit_ident_of(9));
    assert_null(emit_ident_of(15));
    assert_string_equal(emit_ident_of(13)->system, "JHSYST");
    assert_string_equal(emit_ident_of(13)->cell, "JHCELL");
    assert_string_equal(emit_ident_of(14)->system, "JHSYS");
    assert_string_equal(emit_ident_of(14)->cell, "JHCLL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_agree_with_the_header),
        cmocka_unit_test(test_the_header_has_no_other_fields),
        cmocka_unit_test(test_counters_agree_with_the_header),
        cmocka_unit_test(test_rows_tile),
        cmocka_unit_test(test_integers_are_little_endian),
        cmocka_unit_test(test_revisions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
