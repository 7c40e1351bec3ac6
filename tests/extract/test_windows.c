/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows of buses and PCI hosts. */
#include "tests/extract/fixture.h"

#define PCI                                                                                     \
    "/ { pcie@10000000 { compatible = \"%s\"; device_type = \"pci\"; #address-cells = <3>; "    \
    "#size-cells = <2>; #interrupt-cells = <1>; reg = <0x40 0x10000000 0 0x10000000>;"          \
    " bus-range = <0 255>; interrupt-map-mask = <0 0 0 7>;"                                     \
    " interrupt-map = <0 0 0 1 &gic 0 3 4>, <0 0 0 2 &gic 0 4 4>, <0 0 0 3 &gic 0 3 4>;"        \
    " ranges = <0x1000000 0 0 0 0x3eff0000 0 0x10000>, <0x2000000 0 0x10000000 0 0x10000000 0 " \
    "0x2eff0000>; }; };"

static void ecam_host(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board =
        fixture_board_of(f, aj_strf(f->out, PCI, "pci-host-ecam-generic"));
    expect_region(board, "pcie@10000000", 0x4010000000, 0x10000000, MODEL_REGION_WINDOW);
    expect_region(board, "pcie@10000000.window", 0x3eff0000, 0x10000, MODEL_REGION_WINDOW);
    expect_region(board, "pcie@10000000.window.1", 0x10000000, 0x2eff0000, MODEL_REGION_WINDOW);
    assert_int_equal(board->platform.pci.hosts_count, 1);
    assert_int_equal(board->platform.pci.hosts[0].ecam_base, 0x4010000000);
    assert_int_equal(board->platform.pci.hosts[0].domain, 0);
    /* The lines of its slots are its own. */
    const struct model_device *host = device_of(board, "pcie@10000000");
    assert_int_equal(host->interrupts_count, 2);
    assert_int_equal(host->interrupts[0].intid, 35);
    assert_int_equal(host->interrupts[1].intid, 36);
}

/* T54: a host with an access window of its own kind. */
static void t54_other_host(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board =
        fixture_board_of(f, aj_strf(f->out, PCI, "brcm,bcm2711-pcie"));
    expect_region(board, "pcie@10000000", 0x4010000000, 0x10000000, MODEL_REGION_MMIO);
    assert_int_equal(board->platform.pci.hosts[0].ecam_base, AJ_NONE64);
}

/* The window counts as far as there are devices, in steps of 1 MiB. */
static void bus_with_devices(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { soc { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>;"
                " ranges = <0x7e000000 0 0xfe000000 0x1800000>, <0x7c000000 0 0xf0080000 0x100000>;"
                " a@7e104000 { compatible = \"x\"; reg = <0x7e104000 0x10>; };"
                " b@7e2fff00 { compatible = \"x\"; reg = <0x7e2fff00 0x200>; };"
                " c@7c0ff000 { compatible = \"x\"; reg = <0x7c0ff000 0x1000>; }; }; };");
    expect_region(board, "soc.window", 0xfe100000, 0x300000, MODEL_REGION_WINDOW);
    expect_region(board, "soc.window.1", 0xf0100000, 0x80000, MODEL_REGION_WINDOW);
}

static void bus_without_devices(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "/ { bus@c000000 { #address-cells = <1>; #size-cells = <1>; "
                                 "ranges = <0 0 0xc000000 0x2000000>; };"
                                 " off { status = \"disabled\"; #address-cells = <1>; #size-cells "
                                 "= <1>; ranges = <0 0 0x1000000 0x1000>; }; };");
    expect_region(board, "bus@c000000.window", 0xc000000, 0x2000000, MODEL_REGION_WINDOW);
    expect_no_region(board, "off.window");
}

/* T18: a bus that says it decodes everything, RAM included. */
static void t18_catch_all(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { scb { #address-cells = <1>; #size-cells = <1>; ranges = <0x7c000000 0 "
                "0xfc000000 0x3800000>, <0 0 0 0xfc000000>;"
                " d@7d580000 { compatible = \"x\"; reg = <0x7d580000 0x10000>; }; }; };");
    expect_region(board, "scb.window", 0xfd500000, 0x100000, MODEL_REGION_WINDOW);
    expect_no_region(board, "scb.window.1");
}

/* Two buses with one window. */
static void same_window_twice(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { a { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xf0000000 0x1000000>; d@0 "
        "{ compatible = \"x\"; reg = <0 0x10>; }; };"
        " b { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xf0000000 0x800000>; }; };");
    expect_region(board, "a.window", 0xf0000000, 0x100000, MODEL_REGION_WINDOW);
    expect_no_region(board, "b.window");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(ecam_host),        EXTRACT_TEST(t54_other_host),
        EXTRACT_TEST(bus_with_devices), EXTRACT_TEST(bus_without_devices),
        EXTRACT_TEST(t18_catch_all),    EXTRACT_TEST(same_window_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
