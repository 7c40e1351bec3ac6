/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include "tests/support/support.h"

static const struct model_memory regions[] = {
    {0x7f900000, 0, 0x10000, 0x47, "loader of plc"},
    {0, 0x80000000, 0x1000, 0x23, NULL},
};
static const struct model_irqchip chips[] = {{0x8000000, 0, 32, {2, 0, 0, 0x1000}}};
static const uint32_t stream_ids[] = {0x870};

static struct model_cell sample(void)
{
    return (struct model_cell){
        .revision = 14,
        .architecture = MODEL_ARCH_ARM64,
        .name = "plc",
        .flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
        .cpus = {{0x0c}},
        .cpu_set_size = 8,
        .mem_regions = regions,
        .mem_regions_count = AJ_COUNT(regions),
        .irqchips = chips,
        .irqchips_count = AJ_COUNT(chips),
        .stream_ids = stream_ids,
        .stream_ids_count = AJ_COUNT(stream_ids),
        .vpci_irq_base = 108,
    };
}

static uint64_t at(const struct aj_buf *file, size_t offset, size_t width)
{
    assert_true(offset + width <= file->len);
    uint64_t value = 0;
    for (size_t i = width; i > 0; i--)
        value = value << 8 | (uint8_t)file->data[offset + i - 1];
    return value;
}

static void test_cell(void **state)
{
    struct aj_ctx cx;
    struct aj_buf file = {0};
    const struct model_cell cell = sample();
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(emit_cell_write(&cx, &system, 0, &file), AJ_OK);
    assert_int_equal(file.len, 132 + 8 + 2 * 32 + 32 + 4);
    assert_memory_equal(file.data, "JHCLL\2\16\0plc\0", 12);
    assert_int_equal(at(&file, 44, 4), 1);
    assert_int_equal(at(&file, 48, 4), 8);
    assert_int_equal(at(&file, 52, 4), 2);
    assert_int_equal(at(&file, 56, 4), 0);
    assert_int_equal(at(&file, 60, 4), 1);
    assert_int_equal(at(&file, 76, 4), 1);
    assert_int_equal(at(&file, 80, 4), 108);
    assert_int_equal(at(&file, 132, 8), 0x0c);
    assert_int_equal(at(&file, 140, 8), 0x7f900000);
    assert_int_equal(at(&file, 172 + 8, 8), 0x80000000);
    assert_int_equal(at(&file, 204, 8), 0x8000000);
    assert_int_equal(at(&file, 204 + 28, 4), 0x1000);
    assert_int_equal(at(&file, 236, 4), 0x870);
    test_no_errors(&cx);
    aj_buf_free(&file);
    aj_ctx_close(&cx);
}

static void test_system(void **state)
{
    struct aj_ctx cx;
    struct aj_buf file = {0};
    const struct model_header header = {
        .revision = 13,
        .architecture = MODEL_ARCH_ARM64,
        .hypervisor_memory = {0x7fc00000, 0, 0x400000, 0, NULL},
        .pci_mmconfig_base = 0x8e00000,
        .pci_is_virtual = 1,
        .iommu_units = {{0}, {JAILHOUSE_IOMMU_PVU, 0x30f80000, 0x1000, 0x36000000, 0x100000}},
        .gic_version = 3,
        .gicr_base = 0x80a0000,
    };
    struct model_cell root = sample();
    root.revision = 0;
    root.architecture = 0;
    const struct model_system system = {.header = &header, .root = &root};
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(emit_cell_write(&cx, &system, EMIT_ROOT, &file), AJ_OK);
    assert_int_equal(file.len, 488 + 8 + 2 * 32 + 32 + 4);
    assert_memory_equal(file.data, "JHSYST\15\0", 8);
    assert_int_equal(at(&file, 12, 8), 0x7fc00000);
    assert_int_equal(at(&file, 28, 8), 0x400000);
    assert_int_equal(at(&file, 76, 8), 0x8e00000);
    assert_int_equal(at(&file, 85, 1), 1);
    assert_int_equal(at(&file, 88 + 28, 4), JAILHOUSE_IOMMU_PVU);
    assert_int_equal(at(&file, 88 + 28 + 24, 4), 0x100000);
    assert_int_equal(at(&file, 313, 1), 3);
    assert_int_equal(at(&file, 348, 8), 0x80a0000);
    assert_int_equal(at(&file, 356, 8), 0); /* the root's descriptor has no identification */
    assert_memory_equal(file.data + 364, "plc\0", 4);
    test_no_errors(&cx);
    aj_buf_free(&file);
    aj_ctx_close(&cx);
}

static void expect(struct model_cell cell, enum aj_status status, const char *id, const char *text)
{
    struct aj_ctx cx;
    struct aj_buf file = {0};
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    aj_ctx_open(&cx);
    assert_int_equal(emit_cell_write(&cx, &system, 0, &file), status);
    if (status == AJ_OK) {
        test_no_errors(&cx);
    } else {
        test_one_error(&cx, id, 0, 0);
        if (strstr(test_diags(&cx), text) == NULL)
            fail_msg("'%s' expected in:\n%s", text, test_diags(&cx));
        assert_int_equal(file.len, 0);
    }
    aj_buf_free(&file);
    aj_ctx_close(&cx);
}

static void test_revision(void **state)
{
    struct model_cell cell = sample();
    (void)state;
    cell.revision = 9;
    expect(cell, AJ_ERR_INPUT, "cell-revision", "revision 9 is none of 10 to 14");
    cell.revision = 13;
    expect(cell, AJ_OK, NULL, NULL);
}

/* Of a system.yml the error is where the file says it. */
static void test_positions(void **state)
{
    static const struct {
        const char *text, *id;
        size_t which;
        uint32_t line, col;
    } cases[] = {
        {"header: {architecture: arm64,\n revision: 9}\nroot: {}", "cell-revision", EMIT_ROOT, 2,
         12},
        {"header: {architecture: arm64, revision: 14}\nroot: {cpus: 64}", "cell-limit", EMIT_ROOT,
         2, 7},
        {"cells:\n- {revision: 13}\n- {revision: 15}", "cell-revision", 1, 3, 14},
        {"cells:\n- {revision: 13}\n- {name: x}", "cell-revision", 1, 3, 3},
        {"cells:\n- {revision: 13, cpus: 64}", "cell-limit", 0, 2, 3},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_ctx cx;
        struct aj_buf file = {0};
        const struct aj_yaml *doc;
        const struct model_system *system;
        aj_ctx_open(&cx);
        struct aj_arena *out = aj_arena_open();
        assert_int_equal(aj_yaml_parse(&cx, "x", cases[i].text, strlen(cases[i].text), out, &doc),
                         AJ_OK);
        assert_int_equal(model_system_read(&cx, doc, out, &system), AJ_OK);
        assert_int_equal(emit_cell_write(&cx, system, cases[i].which, &file), AJ_ERR_INPUT);
        test_one_error(&cx, cases[i].id, cases[i].line, cases[i].col);
        aj_arena_close(out);
        aj_ctx_close(&cx);
    }
}

static void test_limits(void **state)
{
    static const uint32_t byte[] = {255}, no_byte[] = {256};
    struct model_cell cell = sample();
    (void)state;
    cell.name = "12345678901234567890123456789012";
    expect(cell, AJ_OK, NULL, NULL);
    cell.name = "123456789012345678901234567890123";
    expect(cell, AJ_ERR_INPUT, "cell-limit", "longer than 32 bytes");
    cell = sample();
    cell.name = NULL;
    expect(cell, AJ_OK, NULL, NULL);
    cell.cpu_set_size = 1;
    expect(cell, AJ_OK, NULL, NULL);
    aj_cpuset_add(&cell.cpus, 8);
    expect(cell, AJ_ERR_INPUT, "cell-limit", "CPU 8 does not fit");
    cell.cpu_set_size = 128;
    expect(cell, AJ_OK, NULL, NULL);
    cell.cpu_set_size = 129;
    expect(cell, AJ_ERR_INPUT, "cell-limit", "129 bytes, more than 128");
    cell = sample();
    cell.trailing = byte;
    cell.trailing_count = 1;
    expect(cell, AJ_OK, NULL, NULL);
    cell.trailing = no_byte;
    expect(cell, AJ_ERR_INPUT, "cell-limit", "trailing byte 0");
    cell = sample();
    cell.mem_regions_count = (size_t)UINT32_MAX + 1;
    expect(cell, AJ_ERR_INPUT, "cell-limit", "too many mem_regions");
}

static void test_root_limits(void **state)
{
    struct aj_ctx cx;
    struct aj_buf file = {0};
    const struct model_header header = {.revision = 14};
    struct model_cell root = sample();
    const struct model_system system = {.header = &header, .root = &root};
    (void)state;
    aj_ctx_open(&cx);
    root.revision = UINT16_MAX;
    assert_int_equal(emit_cell_write(&cx, &system, EMIT_ROOT, &file), AJ_OK);
    root.revision = UINT16_MAX + 1;
    assert_int_equal(emit_cell_write(&cx, &system, EMIT_ROOT, &file), AJ_ERR_INPUT);
    test_one_error(&cx, "cell-limit", 0, 0);
    aj_buf_free(&file);
    aj_ctx_close(&cx);
}

/* Bytes behind the name's NUL stay; the NUL stays too. */
static void test_name_tail(void **state)
{
    struct aj_ctx cx;
    struct aj_buf file = {0};
    struct model_cell cell = sample();
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    (void)state;
    aj_ctx_open(&cx);
    memset(cell.name_tail, 'x', sizeof cell.name_tail);
    assert_int_equal(emit_cell_write(&cx, &system, 0, &file), AJ_OK);
    assert_memory_equal(file.data + 8, "plc\0\0\0", 6);
    aj_buf_free(&file);
    cell.name_tail_used = true;
    assert_int_equal(emit_cell_write(&cx, &system, 0, &file), AJ_OK);
    assert_memory_equal(file.data + 8, "plc\0xxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32);
    aj_buf_free(&file);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cell),        cmocka_unit_test(test_system),
        cmocka_unit_test(test_revision),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_root_limits), cmocka_unit_test(test_positions),
        cmocka_unit_test(test_name_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
