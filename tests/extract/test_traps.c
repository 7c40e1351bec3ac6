/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Oddities of real boards, by their numbers in the collection that the other tests name, too. */
#include "tests/extract/fixture.h"

#define DEV(name, at, more) \
    name " { compatible = \"test,dev\"; reg = <0 " at " 0 0x1000>; " more " };"

/* T8: kernels name one range differently; what joins it to the tree is where it is. */
static void t8_names_of_ranges(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-7fffffff : System RAM\n10001000-10001fff : other.name serial\n");
    const struct model_board *board = fixture_board_of(
        f, "/ {" DEV("a@10001000", "0x10001000", "") DEV("b@10002000", "0x10002000", "") "};");
    assert_true(region_of(board, "a@10001000")->root_used);
    assert_false(region_of(board, "b@10002000")->root_used);
}

/* T9: registers are as long as they are; whole pages are a matter of mapping. */
static void t9_odd_lengths(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { pcie@10000000 { compatible = \"x\"; reg = <0 0x10000000 0 0x9310>; };"
                " mdio@10010e14 { compatible = \"x\"; reg = <0 0x10010e14 0 9>; }; };");
    expect_region(board, "pcie@10000000", 0x10000000, 0x9310, MODEL_REGION_MMIO);
    expect_region(board, "mdio@10010e14", 0x10010e14, 9, MODEL_REGION_MMIO);
}

/* T12: the shape of cpuinfo differs from kernel to kernel; CPUs are those of sysfs and the tree. */
static void t12_shapes_of_cpuinfo(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cpuinfo",
                 "Processor\t: ARMv7 Processor rev 2 (v7l)\nprocessor\t: 0\nBogoMIPS\t: 996\n\n"
                 "Features\t: swp half\nHardware\t: Board\nSerial\t\t: 0000000000000000\n");
    assert_int_equal(fixture_board_of(f, "")->cpus_count, 2);
}

/* T14: how some kernels print a list without a CPU. */
static void t14_null_lists(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/system/cpu/online", " (null)\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_false(board->cpus[0].online);
    assert_true(is_impossible(board, "fewer than two CPUs"));
}

/* T22: as many cells as the controller says, whatever is in the fourth. */
static void t22_four_cells(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "&gic { #interrupt-cells = <4>; interrupts = <1 9 4 0>; };"
                "&timer { interrupts = <1 13 8 0>, <1 14 8 0>, <1 11 8 0>, <1 10 8 0>; };"
                "/ {" DEV("a@10001000", "0x10001000", "interrupts = <0 7 4 0>, <0 9 1 0>;") "};");
    const struct model_device *d = device_of(board, "a@10001000");
    assert_int_equal(d->interrupts_count, 2);
    assert_int_equal(d->interrupts[1].intid, 41);
    assert_int_equal(board->platform.arm->timer_ppis[1], 30);
}

/* T27: a second interrupt that only wakes the board up does not come from the GIC. */
static void t27_wake_up_interrupts(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { mux: pinmux@10002000 { compatible = \"x\"; reg = <0 0x10002000 0 0x1000>;"
        " interrupt-controller; #interrupt-cells = <1>; };" DEV(
            "a@10001000", "0x10001000", "interrupts-extended = <&gic 0 69 4>, <&mux 0x3f8>;") "};");
    const struct model_device *d = device_of(board, "a@10001000");
    assert_int_equal(d->interrupts[0].intid, 101);
    assert_int_equal(d->interrupts[1].intid, AJ_NONE32);
    assert_true(has_reason(d, "does not come from the GIC"));
}

/* T28: interrupts of performance counters belong to the CPUs. */
static void t28_performance_counters(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { pmu { compatible = \"arm,cortex-a53-pmu\"; interrupts = <0 16 4>, <0 17 4>;"
                " interrupt-affinity = <&cpu0>, <&cpu1>; }; };");
    assert_int_equal(device_of(board, "pmu")->verdict, MODEL_VERDICT_ROOT_ONLY);
}

/* T32: a serial port that is a mailbox to another processor is no console of a hypervisor. */
static void t32_console_without_registers(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { chosen { stdout-path = \"serial0:115200n8\"; }; aliases { serial0 = &tcu; };"
                " tcu: serial { compatible = \"nvidia,tegra194-tcu\"; }; };");
    for (size_t i = 0; i < board->consoles_count; i++)
        assert_string_not_equal(board->consoles[i].name, "serial0");
}

/* T45: an IOMMU that Linux does not use is there for Jailhouse, at its `reg`, not at its name. */
static void t45_disabled_iommu(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { iommu@5000000 { compatible = \"arm,mmu-500\"; #iommu-cells = <1>;"
                " reg = <0 0x100000 0 0x10000>; status = \"disabled\"; }; };");
    assert_int_equal(board->iommu_count, 1);
    assert_int_equal(board->iommu[0].base, 0x100000);
}

/* A PVU's second registers are the window of its TLBs. */
static void pvu(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { iommu@100000 { compatible = \"ti,am654-pvu\"; reg = <0 0x100000 0 0x1000>,"
                " <0 0x200000 0 0x40000>; reg-names = \"cfg\", \"tlbif\"; }; };");
    assert_string_equal(board->iommu[0].type, "pvu");
    assert_int_equal(board->iommu[0].tlb_base, 0x200000);
    assert_int_equal(board->iommu[0].tlb_size, 0x40000);
}

/* T46: masks of stream ids, and parts without registers. */
static void t46_stream_ids(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { s: iommu@100000 { compatible = \"arm,mmu-500\"; #iommu-cells = <2>;"
        " reg = <0 0x100000 0 0x10000>; };"
        " t: iommu@200000 { compatible = \"arm,mmu-500\"; #iommu-cells = <1>;"
        " stream-match-mask = <0x7c00>; reg = <0 0x200000 0 0x10000>; };" DEV(
            "a@10001000", "0x10001000", "iommus = <&s 0x100 0x1f>;") DEV("b@10002000", "0x10002000",
                                                                         "iommus = <&t 0x80>;")
            DEV("c@10003000", "0x10003000", "dsp { iommus = <&s 0x200 0>, <&s 0x201 0>; };") "};");
    assert_int_equal(device_of(board, "a@10001000")->stream_ids[0], 0x001f0100);
    assert_int_equal(device_of(board, "b@10002000")->stream_ids[0], 0x7c000080);
    assert_int_equal(device_of(board, "c@10003000")->stream_ids_count, 2);
}

/* T48: a bus that shows its masters only a part of memory. */
static void t48_reach_of_dma(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { soc { #address-cells = <1>; #size-cells = <1>; ranges = <0x7e000000 0"
                " 0xfe000000 0x1800000>; dma-ranges = <0xc0000000 0 0x0 0x3c000000>;"
                " ethernet@7e001000 { compatible = \"x\"; reg = <0x7e001000 0x1000>; }; }; };");
    assert_true(has_reason(device_of(board, "ethernet@7e001000"), "from 0x0 to 0x3bffffff alone"));
}

/* T52: devices of AMBA are not on the platform bus. */
static void t52_amba(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/bus/amba/devices/9000000.pl011/driver.link", "../../drivers/uart-pl011");
    fixture_file(f, "/sys/bus/amba/devices/9000000.pl011/of_node.link",
                 "../../../firmware/devicetree/base/a@10001000");
    const struct model_board *board =
        fixture_board_of(f, "/ {" DEV("a@10001000", "0x10001000", "") "};");
    assert_string_equal(device_of(board, "a@10001000")->linux_driver, "uart-pl011");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t8_names_of_ranges),
        EXTRACT_TEST(t9_odd_lengths),
        EXTRACT_TEST(t12_shapes_of_cpuinfo),
        EXTRACT_TEST(t14_null_lists),
        EXTRACT_TEST(t22_four_cells),
        EXTRACT_TEST(t27_wake_up_interrupts),
        EXTRACT_TEST(t28_performance_counters),
        EXTRACT_TEST(t32_console_without_registers),
        EXTRACT_TEST(t45_disabled_iommu),
        EXTRACT_TEST(pvu),
        EXTRACT_TEST(t46_stream_ids),
        EXTRACT_TEST(t48_reach_of_dma),
        EXTRACT_TEST(t52_amba),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
