/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

/* T2: mem= hides RAM from Linux, and what it hides is free for cells. */
static void t2_mem_limit(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline", "console=ttyAMA0 mem=256M mem=512M quiet\n");
    fixture_file(f, "/proc/iomem", "40000000-5fffffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->kernel.mem_limit, AJ_MIB(512));
    expect_region(board, "system_ram", 0x40000000, 0x40000000, MODEL_REGION_RAM);
    expect_no_region(board, "hole");
    assert_int_equal(notes_of(board, "mem-limit"), 0);
}

static void t2_hole_below_the_limit(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline", "mem=512M\n");
    fixture_file(f, "/proc/iomem", "40000000-4fffffff : System RAM\n");
    expect_region(fixture_board_of(f, ""), "hole", 0x50000000, 0x10000000, MODEL_REGION_FIRMWARE);
}

static void t2_more_than_the_limit(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline", "mem=256M\n");
    fixture_file(f, "/proc/iomem", "40000000-7fffffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "mem-limit"), 1);
    expect_no_region(board, "hole");
}

static void limit_that_is_no_size(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline", "mem=lots\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "cmdline-mem"), 1);
    assert_int_equal(board->kernel.mem_limit, AJ_NONE64);
}

/* Jailhouse's addresses on 32-bit ARM have 32 bits, whatever the CPU has. */
static void ram_out_of_reach(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board =
        fixture_board_of(f, "&cpu0 { compatible = \"arm,cortex-a15\"; };"
                            "&memory { reg = <0 0xc0000000 0 0x80000000>, <2 0 0 0x40000000>; };");
    assert_int_equal(board->phys_limit, AJ_GIB(4));
    assert_int_equal(notes_of(board, "memory-unreachable"), 2);
    expect_region(board, "system_ram", 0xc0000000, 0x40000000, MODEL_REGION_RAM);
    expect_no_region(board, "system_ram.1");
}

/* T3: RAM begins late because firmware has its head: that is no hole. */
static void t3_firmware_at_the_head(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem", "40080000-7fffffff : System RAM\n");
    const struct model_board *board =
        fixture_board_of(f, "/ { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
                            " atf@40000000 { no-map; reg = <0 0x40000000 0 0x80000>; }; }; };");
    expect_region(board, "atf@40000000", 0x40000000, 0x80000, MODEL_REGION_FIRMWARE);
    assert_false(region_of(board, "atf@40000000")->root_used);
    expect_no_region(board, "hole");
}

static void reservations(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board = fixture_board_of(
        f, "/ { memreserve = <0x3b400000 0x4c00000>;"
           " reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;"
           " cma@50000000 { reusable; reg = <0 0x50000000 0 0x100000>; };"
           " log@51000000 { reg = <0 0x51000000 0 0x1000>, <0 0x52000000 0 0x1000>; };"
           " off@53000000 { status = \"disabled\"; reg = <0 0x53000000 0 0x1000>; };"
           " jailhouse@60000000 { no-map; reg = <0 0x60000000 0 0x1000000>; };"
           " anywhere { size = <0 0x100000>; }; }; };");
    expect_region(board, "cma@50000000", 0x50000000, 0x100000, MODEL_REGION_RESERVED);
    assert_true(region_of(board, "cma@50000000")->reusable);
    expect_region(board, "log@51000000.1", 0x52000000, 0x1000, MODEL_REGION_RESERVED);
    assert_false(region_of(board, "log@51000000")->reusable);
    expect_no_region(board, "off@53000000");
    expect_no_region(board, "jailhouse@60000000");
    assert_int_equal(notes_of(board, "reserved-jailhouse"), 1);
    assert_int_equal(notes_of(board, "reserved-dynamic"), 1);
    expect_region(board, "memreserve", 0x3b400000, 0x4c00000, MODEL_REGION_FIRMWARE);
}

static void blob_reservations(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f, "/dts-v1/;\n/memreserve/ 0x40000000 0x1000;\n/ { cpus { }; };");
    expect_region(fixture_board(f), "memreserve", 0x40000000, 0x1000, MODEL_REGION_FIRMWARE);
}

static void banks(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board =
        fixture_board_of(f, "/ { memory@80000000 { device_type = \"memory\";"
                            " reg = <0 0x80000000 0 0x10000000>, <0 0xa0000000 0 0>, <1 0 1 0>; };"
                            " secram@e000000 { device_type = \"memory\"; status = \"disabled\";"
                            " reg = <0 0xe000000 0 0x1000000>; }; };");
    expect_region(board, "system_ram", 0x40000000, 0x40000000, MODEL_REGION_RAM);
    expect_region(board, "system_ram.1", 0x80000000, 0x10000000, MODEL_REGION_RAM);
    expect_region(board, "system_ram.2", 0x100000000, 0x100000000, MODEL_REGION_RAM);
    expect_no_region(board, "system_ram.3");
    assert_string_equal(region_of(board, "system_ram.2")->devicetree_nodes[0], "/memory@80000000");
}

/* Boot loaders fill the memory node in; without it there is what Linux uses. */
static void no_memory_node(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem", "40000000-4fffffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "&memory { reg = <0 0 0 0>; };");
    expect_region(board, "system_ram", 0x40000000, 0x10000000, MODEL_REGION_RAM);
    assert_int_equal(notes_of(board, "memory-from-iomem"), 1);
}

static void no_memory_at_all(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "&memory { reg = <0 0 0 0>; };");
    assert_int_equal(notes_of(board, "memory-none"), 1);
}

static void memory_that_the_tree_lacks(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-7fffffff : System RAM\n"
                 "90000000-9fffffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "memory-differs"), 1);
    for (size_t i = 0; i < board->diagnostics_count; i++)
        if (strcmp(board->diagnostics[i].code, "memory-differs") == 0)
            assert_string_equal(board->diagnostics[i].where, "/proc/iomem:2");
}

static void kernel_and_initrd(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-7fffffff : System RAM\n"
                 "  40210000-406cffff : Kernel code\n"
                 "  40730000-4080ffff : Kernel data\n");
    const struct model_board *board = fixture_board_of(
        f,
        "/ { chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0 0x48000801>; }; };");
    expect_region(board, "kernel", 0x40200000, 0x800000, MODEL_REGION_RESERVED);
    expect_region(board, "initrd", 0x48000000, 0x1000, MODEL_REGION_RESERVED);
}

/* T9: odd lengths stay exact. T6: names that several have are told apart. */
static void t6_t9_names_and_lengths(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { #address-cells = <2>; a: base { #address-cells = <2>; #size-cells = <2>; ranges;"
        " dma@2000 { compatible = \"x\"; reg = <0 0x2000 0 0xffff>, <0 0x20000 0 9>; }; };"
        " b { #address-cells = <2>; #size-cells = <2>; ranges;"
        " dma@2000 { compatible = \"x\"; reg = <0 0x1000 0 0x10>; }; }; };");
    expect_region(board, "dma@2000", 0x1000, 0x10, MODEL_REGION_MMIO);
    expect_region(board, "dma@2000.1", 0x2000, 0xffff, MODEL_REGION_MMIO);
    expect_region(board, "dma@2000.1.1", 0x20000, 9, MODEL_REGION_MMIO);
}

/* T51: large register ranges are no RAM. */
static void t51_flash(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { flash@0 { compatible = \"cfi-flash\"; reg = <0 0 0 0x4000000>; }; };");
    expect_region(board, "flash@0", 0, 0x4000000, MODEL_REGION_MMIO);
}

static void sorted_by_address(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "");
    for (size_t i = 1; i < board->memory_regions_count; i++)
        assert_true(board->memory_regions[i - 1].phys_start <= board->memory_regions[i].phys_start);
    assert_string_equal(region_of(board, "serial0")->console_type, "PL011");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t2_mem_limit),
        EXTRACT_TEST(t2_hole_below_the_limit),
        EXTRACT_TEST(t2_more_than_the_limit),
        EXTRACT_TEST(limit_that_is_no_size),
        EXTRACT_TEST(ram_out_of_reach),
        EXTRACT_TEST(t3_firmware_at_the_head),
        EXTRACT_TEST(reservations),
        EXTRACT_TEST(blob_reservations),
        EXTRACT_TEST(banks),
        EXTRACT_TEST(no_memory_node),
        EXTRACT_TEST(no_memory_at_all),
        EXTRACT_TEST(memory_that_the_tree_lacks),
        EXTRACT_TEST(kernel_and_initrd),
        EXTRACT_TEST(t6_t9_names_and_lengths),
        EXTRACT_TEST(t51_flash),
        EXTRACT_TEST(sorted_by_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
