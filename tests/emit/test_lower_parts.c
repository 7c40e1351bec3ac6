/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/lower_priv.h"

#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct model_plan plan;
    struct emit_lower l;
};

static const struct model_arm_platform platform = {.gic_version = 2, .gicd_base = 0x8000000};

static const struct model_requirements requirements = {.root = {.key = "root"}};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->l = (struct emit_lower){.cx = &f->cx,
                               .plan = &f->plan,
                               .req = &requirements,
                               .out = aj_arena_open(),
                               .pci_domain = 1};
    f->l.board.arch = MODEL_ARCH_ARM64;
    f->l.board.platform.arm = &platform;
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    aj_arena_close(f->l.out);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

/* Every line is in a block, no other is, and where blocks overlap they say the same. */
static void check_blocks(const struct model_cell *cell, const struct aj_cpuset *lines)
{
    struct aj_cpuset yes = {{0}}, no = {{0}};
    for (size_t i = 0; i < cell->irqchips_count; i++) {
        const struct model_irqchip *chip = &cell->irqchips[i];
        assert_int_equal(chip->address, 0x8000000);
        assert_int_equal(chip->pin_base % 32, 0);
        assert_true(chip->pin_base >= 32 && chip->pin_base + 128 <= 1024);
        assert_true(i == 0 || chip->pin_base > cell->irqchips[i - 1].pin_base);
        for (uint32_t pin = 0; pin < 128; pin++)
            aj_cpuset_add((chip->pin_bitmap[pin / 32] >> pin % 32 & 1) != 0 ? &yes : &no,
                          chip->pin_base + pin);
    }
    assert_true(aj_cpuset_equal(&yes, lines));
    assert_false(aj_cpuset_intersects(&yes, &no));
}

static void test_blocks(void **state)
{
    static const struct {
        uint32_t first, last;
        size_t blocks;
    } cases[] = {{32, 32, 1},   {32, 159, 1},  {32, 160, 2},   {160, 287, 1},
                 {33, 927, 7},  {32, 928, 8},  {32, 1019, 8},  {928, 1019, 1},
                 {900, 900, 1}, {900, 950, 2}, {1019, 1019, 1}};
    struct fixture *f = *state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_cpuset lines = {{0}};
        struct model_cell cell = {0};
        for (uint32_t line = cases[i].first; line <= cases[i].last; line++)
            aj_cpuset_add(&lines, line);
        emit_lower_irqchips(&f->l, &lines, &cell);
        assert_int_equal(cell.irqchips_count, cases[i].blocks);
        check_blocks(&cell, &lines);
    }
}

static void test_any_blocks(void **state)
{
    struct fixture *f = *state;
    uint64_t random = test_random_start(3);
    for (int i = 0; i < 500; i++) {
        struct aj_cpuset lines = {{0}};
        struct model_cell cell = {0};
        for (uint32_t n = test_random_below(&random, 40); n > 0; n--)
            aj_cpuset_add(&lines, 32 + test_random_below(&random, 988));
        emit_lower_irqchips(&f->l, &lines, &cell);
        check_blocks(&cell, &lines);
    }
}

static void test_cpu_sets(void **state)
{
    static const struct {
        uint32_t cpu, size;
    } cases[] = {{0, 8}, {63, 8}, {64, 16}, {AJ_CPU_MAX - 1, 128}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_cpuset cpus = {{0}};
        struct model_cell cell = {0};
        aj_cpuset_add(&cpus, cases[i].cpu);
        emit_lower_cpus(&cpus, &cell);
        assert_int_equal(cell.cpu_set_size, cases[i].size);
        assert_true(aj_cpuset_equal(&cell.cpus, &cpus));
    }
}

static void test_pages(void **state)
{
    (void)state;
    struct aj_range pages = emit_lower_pages((struct aj_range){0x1fff, 2});
    assert_int_equal(pages.base, 0x1000);
    assert_int_equal(pages.size, 0x2000);
    pages = emit_lower_pages((struct aj_range){UINT64_MAX, 1});
    assert_int_equal(pages.base, UINT64_MAX - 0xfff);
    assert_int_equal(pages.size, 0x1000);
    pages = emit_lower_pages((struct aj_range){0, UINT64_MAX});
    assert_int_equal(pages.base, 0);
    assert_true(aj_range_ok(pages));
}

/* Virtio: no outputs, the first peer is the back end. */
static void test_virtio(void **state)
{
    static const char *const peers[] = {"root", "plc"};
    struct fixture *f = *state;
    const struct model_plan_mem memory[] = {
        {.kind = MODEL_MEM_PCI, .phys_start = 0x20000000, .size = 0x110000},
        {.kind = MODEL_MEM_LINK, .name = "disk", .phys_start = 0x7f000000, .size = 0x100000}};
    const struct model_plan_link link = {
        .name = "disk",
        .device = 2,
        .protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT | 2,
        .phys_start = 0x7f000000,
        .state_size = 0x1000,
        .rw_size = 0xff000,
        .peers = peers,
        .peers_count = 2,
    };
    f->plan.memory = memory;
    f->plan.memory_count = AJ_COUNT(memory);
    f->plan.links = &link;
    f->plan.links_count = 1;
    for (uint8_t id = 0; id < 2; id++) {
        struct emit_regions regions = {0};
        struct model_cell cell = {0};
        assert_int_equal(emit_lower_links(&f->l, peers[id], 0, &regions, &cell), AJ_OK);
        assert_int_equal(regions.list.count, 4);
        assert_int_equal(regions.list.items[1].flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE);
        assert_int_equal(regions.list.items[1].size, 0xff000);
        assert_int_equal(regions.list.items[2].size | regions.list.items[3].size, 0);
        assert_int_equal(regions.list.items[3].flags, 0);
        assert_int_equal(cell.pci_devices[0].bdf, 2 << 3);
        assert_int_equal(cell.pci_devices[0].shmem_dev_id, id);
        assert_int_equal(cell.pci_devices[0].shmem_protocol, id == 0 ? 0xc002 : 0x8002);
    }
    struct emit_regions none = {0};
    struct model_cell cell = {0};
    assert_int_equal(emit_lower_links(&f->l, "other", 0, &none, &cell), AJ_OK);
    assert_int_equal(none.list.count + cell.pci_devices_count, 0);
}

static void test_names(void **state)
{
    struct fixture *f = *state;
    const struct model_mmio mmio = {0x1000, 0x10};
    struct model_device devices[6] = {0};
    const struct model_device *list[6];
    for (size_t i = 0; i < 6; i++) {
        devices[i] = (struct model_device){
            .name = aj_strf(f->l.out, "d%zu", i), .regions = &mmio, .regions_count = 1};
        list[i] = &devices[i];
    }
    const struct aj_range range = {0x1000, 0x1000}, other = {0x2000, 0x1000};
    assert_string_equal(emit_lower_names(&f->l, list, 1, range), "d0");
    assert_string_equal(emit_lower_names(&f->l, list, 4, range), "d0, d1, d2, d3");
    assert_string_equal(emit_lower_names(&f->l, list, 6, range), "d0, d1, d2, d3 and 2 more");
    assert_null(emit_lower_names(&f->l, list, 6, other));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_blocks), TEST(test_any_blocks), TEST(test_cpu_sets),
        TEST(test_pages),  TEST(test_virtio),     TEST(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
