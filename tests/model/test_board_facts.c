/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board.h"
#include "model/jailhouse.h"

#include "tests/model/values.h"

static const struct model_board *read_board(struct values *v, const char *text)
{
    const struct model_board *board = NULL;
    if (model_board_read(&v->cx, values_parse(v, text), v->arena, &board) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return board;
}

static void test_lookups(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "cpus: {0: {}, 2: {online: false}, 3: {}}\n"
                       "consoles: {uart1: {type: \"8250\", address: 0x100}}\n"
                       "devices:\n"
                       "  uart1: {path: /soc/serial@1, aliases: [serial0, console]}\n"
                       "  serial0: {path: /soc/serial@2}\n");
    assert_string_equal(model_board_device(board, "uart1")->name, "uart1");
    assert_string_equal(model_board_device(board, "serial0")->path, "/soc/serial@2");
    assert_string_equal(model_board_device(board, "console")->name, "uart1");
    assert_string_equal(model_board_device(board, "/soc/serial@2")->name, "serial0");
    assert_null(model_board_device(board, "uart"));
    assert_int_equal(model_board_console_of(board, "uart1")->address, 0x100);
    assert_null(model_board_console_of(board, "serial0"));
    assert_int_equal(model_board_cpu(board, 2)->online, false);
    assert_null(model_board_cpu(board, 1));
    const struct aj_cpuset online = model_board_online(board);
    assert_string_equal(aj_cpuset_format(v.arena, &online), "0,3");
    values_close(&v);
}

static void want_set(const struct aj_rangeset *set, const struct aj_range *ranges, size_t count)
{
    assert_int_equal(set->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set->items[i].base, ranges[i].base);
        assert_int_equal(set->items[i].size, ranges[i].size);
    }
}

/* RAM is rounded inward, what is taken from it outward. */
static void test_ram(void **state)
{
    static const struct aj_range ram[] = {
        {0x1000, 0x1000}, {0x4000, 0xa000}, {0x10000, 0x4000}, {0x18000, 0x8000}};
    struct values v;
    struct model_address_map map;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "memory_regions:\n"
                       "  low: {phys_start: 0x800, size: 0x1900, type: ram}\n"
                       "  tiny: {phys_start: 0x2800, size: 0x1000, type: ram}\n"
                       "  main: {phys_start: 0x4000, size: 0x1c000, type: ram}\n"
                       "  fw: {phys_start: 0xe010, size: 0x1000, type: firmware}\n"
                       "  cma: {phys_start: 0x14000, size: 0x3001, type: reserved, reusable: yes}\n"
                       "  regs: {phys_start: 0x5000, size: 0x1000, type: mmio}\n");
    model_board_addresses(board, v.arena, &map);
    want_set(&map.ram, ram, AJ_COUNT(ram));
    values_close(&v);
}

static void test_intercepted_v2(void **state)
{
    static const struct aj_range ranges[] = {{0x1000, 0x3000}, {0x5000, 0x2000}, {0x8000, 0x2000}};
    struct values v;
    struct model_address_map map;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "platform: {arm: {gic_version: 2, gicd_base: 0x1000, gicc_base: 0x2000,\n"
                       "  gich_base: 0x5000, gicv_base: 0x8000, gicr_base: 0}}\n");
    model_board_addresses(board, v.arena, &map);
    want_set(&map.intercepted, ranges, AJ_COUNT(ranges));
    want_set(&map.used, ranges, AJ_COUNT(ranges));
    values_close(&v);
}

static void test_intercepted_v3(void **state)
{
    static const struct aj_range by_cpus[] = {
        {0x8000000, 0x10000}, {0x80a0000, 0x60000}, {0x9050000, 0x20000}};
    static const struct aj_range by_size[] = {{0x8000000, 0x10000}, {0x80a0000, 0x20000}};
    static const struct aj_range by_both[] = {{0x8000000, 0x10000}, {0x80a0000, 0x80000}};
    struct values v;
    struct model_address_map map;
    (void)state;
    values_open(&v);
    const char *arm = "platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: "
                      "0x80a0000";
    const struct model_board *board =
        read_board(&v, aj_strf(v.arena,
                               "%s}}\ncpus: {0: {}, 1: {}, 2: {}}\n"
                               "iommu: [{type: smmuv3, base: 0x9050000, size: 0x1f001}]\n",
                               arm));
    model_board_addresses(board, v.arena, &map);
    want_set(&map.intercepted, by_cpus, AJ_COUNT(by_cpus));
    board = read_board(&v, aj_strf(v.arena, "%s, gicr_size: 128 KiB}}\n", arm));
    model_board_addresses(board, v.arena, &map);
    want_set(&map.intercepted, by_size, AJ_COUNT(by_size));
    board = read_board(&v, aj_strf(v.arena, "%s, gicr_size: 512 KiB}}\ncpus: {1: {}}\n", arm));
    model_board_addresses(board, v.arena, &map);
    want_set(&map.intercepted, by_both, AJ_COUNT(by_both));
    board = read_board(&v, aj_strf(v.arena, "%s}}\ncpus: {0: {}, 3: {}}\n", arm));
    model_board_addresses(board, v.arena, &map);
    want_set(&map.intercepted, by_both, AJ_COUNT(by_both));
    values_close(&v);
}

static void test_used(void **state)
{
    static const struct aj_range used[] = {
        {0, 0x1000},       {0x2000, 0x2000},   {0x10000, 0x1000},
        {0x20000, 0x1000}, {0x80000, 0x80000}, {0x4010000000, 0x10000000},
    };
    struct values v;
    struct model_address_map map;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "memory_regions:\n"
                       "  a: {phys_start: 0x10, size: 1, type: mmio}\n"
                       "  w: {phys_start: 0x80000, size: 0x80000, type: window}\n"
                       "devices:\n"
                       "  d: {regions: [{phys_start: 0x2fff, size: 2}, {phys_start: 0x10020, "
                       "size: 4}]}\n"
                       "consoles:\n"
                       "  m: {type: PL011, address: 0x20000}\n"
                       "  p: {type: \"8250\", address: 0x3f8, size: 8, mmio: false}\n"
                       "platform: {pci: {hosts: [{ecam_base: 0x4010000000, ecam_size: 256 MiB},\n"
                       "  {name: no-ecam}]}}\n");
    model_board_addresses(board, v.arena, &map);
    want_set(&map.used, used, AJ_COUNT(used));
    assert_int_equal(map.ram.count, 0);
    values_close(&v);
}

/* The region that ends with the address space. */
static void test_top_of_address_space(void **state)
{
    struct values v;
    struct model_address_map map;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "memory_regions:\n"
                       "  a: {phys_start: 0xfffffffffffff800, size: 0x800, type: ram}\n"
                       "  b: {phys_start: 0xffffffffffff0000, size: 0x10000, type: mmio}\n");
    model_board_addresses(board, v.arena, &map);
    assert_int_equal(map.ram.count, 0);
    assert_int_equal(map.used.count, 1);
    assert_int_equal(map.used.items[0].size, 0x10000);
    values_close(&v);
}

static void test_free_spis(void **state)
{
    struct values v;
    struct aj_cpuset spis;
    (void)state;
    values_open(&v);
    static const char *const lines =
        "devices:\n"
        "  a: {status: disabled, interrupts: [{intid: 33}, {intid: 27}, {}, {intid: 5000}]}\n"
        "  b: {interrupts: [{intid: 34}]}\n"
        "consoles: {c: {type: PL011, address: 0, intid: 40}}\n"
        "interrupts: [{intid: 70, counts: 1}]\n";
    struct {
        const char *platform, *free;
    } samples[] = {
        {"platform: {arm: {spi_limit: 10}}\n", "32,35-39,41"},
        {"platform: {arm: {spi_limit: 2000}}\n", "32,35-39,41-69,71-1019"},
        {"irqchips: {g: {address: 0, pin_base: 32, pin_bitmap: [0-8, 40]},\n"
         " h: {address: 0, pin_base: 1016, pin_bitmap: 0-127}}\n",
         "32,35-39,72,1016-1019"},
        {"irqchips: {g: {address: 0, pin_base: 0, pin_bitmap: 0-33}}\n", "32"},
        {"irqchips: {g: {address: 0, pin_base: 0xffffffff, pin_bitmap: 1-33}}\n",
         "32,35-39,41-69,71-95"},
        {"arch: arm\n", "32,35-39,41-69,71-95"},
    };
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const char *text = aj_strf(v.arena, "%s%s", lines, samples[i].platform);
        model_board_free_spis(read_board(&v, text), &spis);
        assert_string_equal(aj_cpuset_format(v.arena, &spis), samples[i].free);
    }
    model_board_free_spis(read_board(&v, "arch: arm\n"), &spis);
    assert_true(aj_cpuset_empty(&spis));
    values_close(&v);
}

static void test_lines(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *gic = read_board(&v, "arch: arm64\n");
    assert_false(model_board_has_line(gic, 31));
    assert_true(model_board_has_line(gic, 32));
    assert_true(model_board_has_line(gic, 1019));
    assert_false(model_board_has_line(gic, 1020));
    const struct model_board *ioapics =
        read_board(&v, "arch: x86\n"
                       "irqchips:\n"
                       "  ioapic0: {address: 0xfec00000, id: 0xff00, pin_bitmap: 0-23}\n"
                       "  ioapic1: {address: 0xfec01000, gsi_base: 24, pin_bitmap: \"0-5,7\"}\n");
    assert_true(model_board_has_line(ioapics, 0));
    assert_true(model_board_has_line(ioapics, 29));
    assert_false(model_board_has_line(ioapics, 30));
    assert_true(model_board_has_line(ioapics, 31));
    assert_false(model_board_has_line(ioapics, 152));
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookups),        cmocka_unit_test(test_ram),
        cmocka_unit_test(test_intercepted_v2), cmocka_unit_test(test_intercepted_v3),
        cmocka_unit_test(test_used),           cmocka_unit_test(test_top_of_address_space),
        cmocka_unit_test(test_free_spis),      cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
