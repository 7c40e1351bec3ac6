/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of revisions 10 to 12: fields, the layouts of one revision, and the same bytes back. */
#include "emit/older.h"

#include "emit/emit.h"
#include "tests/emit/random_file.h"
#include "tests/support/support.h"

static const struct {
    uint32_t revision, unit;
} layouts[] = {{12, 28}, {12, 24}, {11, 20}, {11, 24}, {10, 20}};

static enum aj_status read_file(struct test_fixture *f, const struct aj_buf *file,
                                const struct model_system **system)
{
    const struct aj_bytes bytes = {(const uint8_t *)file->data, file->len};
    return emit_cell_read(&f->cx, "x.cell", bytes, f->arena, system);
}

/* A random file of layout `n`; not every byte of one of revision 13 has a place in it. */
static void make(uint64_t *random, size_t n, struct aj_buf *to)
{
    struct aj_buf now = {0};
    random_file(random, 13, &now);
    const bool system = memcmp(now.data, "JHSYST", 6) == 0;
    now.data[6] = (char)layouts[n].revision;
    if (layouts[n].revision == 10 && !system)
        memset(now.data + 64, 0, 4); /* no ports: as on arm */
    const struct emit_older_file how = {emit_older_of(layouts[n].revision, layouts[n].unit), system,
                                        MODEL_ARCH_ARM64};
    emit_older_from_13(&how, (struct aj_bytes){(const uint8_t *)now.data, now.len}, to);
    aj_buf_free(&now);
}

static bool writes_the_same(struct test_fixture *f, const struct model_system *system,
                            const struct aj_buf *file)
{
    struct aj_buf back = {0};
    const size_t which = system->header != NULL ? EMIT_ROOT : 0;
    assert_int_equal(emit_cell_write(&f->cx, system, which, &back), AJ_OK);
    const bool same = back.len == file->len && memcmp(back.data, file->data, file->len) == 0;
    aj_buf_free(&back);
    return same;
}

/* Whatever is accepted is written again byte for byte; the rest says why. */
static void test_identity(void **state)
{
    uint64_t random = test_random_start(20190726);
    size_t accepted = 0;
    for (size_t i = 0; i < 2000; i++) {
        struct test_fixture *f = *state;
        const struct model_system *system = NULL;
        struct aj_buf file = {0};
        make(&random, i % AJ_COUNT(layouts), &file);
        if (i % 3 == 0)
            file.data[8 + test_random_below(&random, (uint32_t)file.len - 8)] ^= 0x10;
        if (read_file(f, &file, &system) == AJ_OK) {
            accepted++;
            assert_true(writes_the_same(f, system, &file));
        } else {
            const char *id = f->cx.diags[f->cx.diags_count - 1].id;
            assert_true(strcmp(id, "cell-older") == 0 || strcmp(id, "cell-truncated") == 0 ||
                        strcmp(id, "cell-limit") == 0);
        }
        aj_buf_free(&file);
        aj_ctx_close(&f->cx);
        aj_ctx_open(&f->cx);
    }
    assert_in_range(accepted, 600, 2000);
}

static void put(struct aj_buf *file, size_t at, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        file->data[at + i] = (char)(value >> 8 * i);
}

/* A system file without arrays: `root` bytes and a descriptor. */
static void add_zeros(struct aj_buf *file, const char *signature, size_t size)
{
    const char zero = 0;
    aj_buf_add(file, signature, 8);
    while (file->len < size)
        aj_buf_add(file, &zero, 1);
}

static void test_x86_of_v0_11(void **state)
{
    struct test_fixture *f = *state;
    const struct model_system *system;
    struct aj_buf file = {0};
    uint8_t ports[0x2000];
    add_zeros(&file, "JHSYST\12\0", 266 + 128);
    put(&file, 88, 0x608, 2);       /* pm_timer_address */
    put(&file, 90, 256, 4);         /* vtd_interrupt_limit */
    put(&file, 94, 1, 1);           /* apic_mode */
    put(&file, 98, 2400000, 4);     /* tsc_khz */
    put(&file, 106, 0xfed90000, 8); /* the first unit */
    put(&file, 106 + 8, 0x1000, 4);
    put(&file, 266 + 64, 0x2000, 4); /* pio_bitmap_size */
    put(&file, 266 + 80, 0x1234, 8); /* cpu_reset_address */
    memset(ports, 0xff, sizeof ports);
    ports[0x2f8 / 8] = 0;
    ports[0x1fff] = 0x7f;
    aj_buf_add(&file, ports, sizeof ports);
    assert_int_equal(read_file(f, &file, &system), AJ_OK);
    assert_int_equal(system->header->revision, 10);
    assert_int_equal(system->header->architecture, MODEL_ARCH_X86);
    assert_int_equal(system->header->pm_timer_address, 0x608);
    assert_int_equal(system->header->vtd_interrupt_limit, 256);
    assert_int_equal(system->header->apic_mode, 1);
    assert_int_equal(system->header->tsc_khz, 2400000);
    assert_int_equal(system->header->iommu_units[0].type, JAILHOUSE_IOMMU_INTEL);
    assert_int_equal(system->header->iommu_units[0].base, 0xfed90000);
    assert_int_equal(system->root->cpu_reset_address, 0x1234);
    assert_int_equal(system->root->pio_regions_count, 2);
    assert_int_equal(system->root->pio_regions[0].base, 0x2f8);
    assert_int_equal(system->root->pio_regions[0].length, 8);
    assert_int_equal(system->root->pio_regions[1].base, 0xffff);
    assert_true(writes_the_same(f, system, &file));
    file.data[96] = 1; /* padding */
    assert_int_equal(read_file(f, &file, &system), AJ_ERR_INPUT);
    assert_string_equal(f->cx.diags[f->cx.diags_count - 1].id, "cell-older");
    assert_non_null(strstr(f->cx.diags[f->cx.diags_count - 1].msg, "byte 96 "));
    aj_buf_free(&file);
}

/* The two layouts of revision 12 differ in where the root cell is. */
static void test_arm_of_v0_12(void **state)
{
    static const size_t roots[] = {354, 322};
    static const uint32_t units[] = {0, 24};
    for (size_t i = 0; i < AJ_COUNT(roots); i++) {
        struct test_fixture *f = *state;
        const struct model_system *system;
        struct aj_buf file = {0};
        add_zeros(&file, "JHSYST\14\0", roots[i] + 132);
        put(&file, 88, 25, 1);
        put(&file, 89, 3, 1);
        put(&file, 90, 0x8000000, 8);
        put(&file, 122, 0x80a0000, 8);
        put(&file, 130, JAILHOUSE_IOMMU_SMMUV3, 4);
        put(&file, 134, 0x9050000, 8);
        put(&file, roots[i] + 80, 96, 4);
        put(&file, roots[i] + 76, 1, 4);
        aj_buf_add_le(&file, 0x42, 4);
        assert_int_equal(read_file(f, &file, &system), AJ_OK);
        assert_int_equal(system->header->architecture, MODEL_ARCH_ARM64);
        assert_int_equal(system->header->iommu_unit_bytes, units[i]);
        assert_int_equal(system->header->maintenance_irq, 25);
        assert_int_equal(system->header->gicr_base, 0x80a0000);
        assert_int_equal(system->header->iommu_units[0].base, 0x9050000);
        assert_int_equal(system->root->vpci_irq_base, 96);
        assert_int_equal(system->root->stream_ids[0], 0x42);
        assert_true(writes_the_same(f, system, &file));
        struct aj_buf source = {0};
        assert_int_equal(emit_cell_c(&f->cx, system, EMIT_ROOT, &source), AJ_ERR_INPUT);
        aj_buf_free(&source);
        aj_buf_free(&file);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_fixture_open, test_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_identity),
        TEST(test_x86_of_v0_11),
        TEST(test_arm_of_v0_12),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
