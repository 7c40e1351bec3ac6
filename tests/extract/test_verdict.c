/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

static void expect_verdict(const struct model_board *board, const char *name,
                           enum model_verdict verdict, const char *reason)
{
    const struct model_device *device = device_of(board, name);
    if (device->verdict != verdict)
        fail_msg("%s: verdict %d", name, device->verdict);
    if (reason != NULL && !has_reason(device, reason))
        fail_msg("%s: not because it '%s'", name, reason);
}

#define DEV(name, address, more) \
    " " name " { compatible = \"x\"; reg = <0 " address " 0 0x10>; " more " };"

static void dependencies(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { cru: cru@1000 { compatible = \"clk\"; #clock-cells = <1>; #reset-cells = <1>; reg = "
        "<0 0x1000 0 0x1000>; };"
        " dma: engine@2000 { compatible = \"d\"; #dma-cells = <1>; reg = <0 0x2000 0 0x1000>; };"
        " pin: pin@3000 { compatible = \"p\"; reg = <0 0x3000 0 0x1000>; group: group { }; };"
        " scmi: scmi { compatible = \"arm,scmi\"; #clock-cells = <1>; };"
        " fixed: fixed { compatible = \"regulator-fixed\"; regulator-always-on; };"
        " pmic: pmic { };"
        " gp: gp@4000 { compatible = \"g\"; #gpio-cells = <2>; reg = <0 0x4000 0 0x1000>;"
        " hog { gpio-hog; gpios = <1 0>; }; };" DEV("none@10000", "0x10000", "clocks = <&osc>;")
            DEV("clocked@11000", "0x11000", "clocks = <&cru 1>;")
                DEV("reset@12000", "0x12000", "resets = <&cru 1>;")
                    DEV("pins@13000", "0x13000", "pinctrl-0 = <&group>;")
                        DEV("spi@14000", "0x14000", "dmas = <&dma 1>;")
                            DEV("audio@15000", "0x15000", "dmas = <&dma 1>;")
                                DEV("firm@16000", "0x16000", "clocks = <&scmi 1>;")
                                    DEV("fed@17000", "0x17000", "vdd-supply = <&fixed>;")
                                        DEV("fed@18000", "0x18000", "vdd-supply = <&pmic>;")
                                            DEV("gpios@19000", "0x19000",
                                                "cs-gpios = <0>, <&gp 1 2>;") "};");
    expect_verdict(board, "none@10000", MODEL_VERDICT_OK, NULL);
    expect_verdict(board, "clocked@11000", MODEL_VERDICT_KEEP_RUNNING, "clock comes from cru@1000");
    expect_verdict(board, "reset@12000", MODEL_VERDICT_SOFT, "reset belongs to cru@1000");
    expect_verdict(board, "pins@13000", MODEL_VERDICT_SOFT, "pins are set by pin@3000");
    expect_verdict(board, "spi@14000", MODEL_VERDICT_SOFT, "DMA channels belong to engine@2000");
    expect_verdict(board, "audio@15000", MODEL_VERDICT_HARD, "DMA channels");
    expect_verdict(board, "firm@16000", MODEL_VERDICT_HARD, "clock comes from /scmi");
    expect_verdict(board, "fed@17000", MODEL_VERDICT_OK, NULL);
    expect_verdict(board, "fed@18000", MODEL_VERDICT_KEEP_RUNNING, "supply is /pmic");
    expect_verdict(board, "gpios@19000", MODEL_VERDICT_HARD, "pins of gp@4000");
    expect_verdict(board, "cru@1000", MODEL_VERDICT_ROOT_ONLY, "depends on it");
    expect_verdict(board, "engine@2000", MODEL_VERDICT_ROOT_ONLY, "spi@14000 depends on it");
    expect_verdict(board, "gp@4000", MODEL_VERDICT_ROOT_ONLY, "gpios@19000 depends on it");
}

/* A provider whose consumers are disabled, or travel along, may go. */
static void provider_that_can_go(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { aux: aux@1000 { compatible = \"aux\"; #clock-cells = <1>; reg = <0 0x1000 0 "
                "8>; };" DEV("uart@1040", "0x1040", "clocks = <&aux 0>;")
                    DEV("spi@2000", "0x2000", "clocks = <&aux 1>; status = \"disabled\";") "};");
    expect_verdict(board, "aux@1000", MODEL_VERDICT_OK, "page of registers");
    expect_verdict(board, "uart@1040", MODEL_VERDICT_KEEP_RUNNING, "clock comes from aux@1000");
}

/* T47: masters of the bus without an IOMMU. */
static void t47_masters(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ {" DEV("ethernet@1000", "0x1000", "") DEV("x@2000", "0x2000", "dma-coherent;")
                    DEV("y@3000", "0x3000", "") "};");
    expect_verdict(board, "ethernet@1000", MODEL_VERDICT_UNSAFE, "the board has no IOMMU");
    expect_verdict(board, "x@2000", MODEL_VERDICT_UNSAFE, NULL);
    expect_verdict(board, "y@3000", MODEL_VERDICT_OK, NULL);
    assert_true(device_of(board, "ethernet@1000")->dma);
}

static void masters_behind_an_iommu(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { s: smmu@100000 { compatible = \"arm,smmu-v3\"; #iommu-cells = <1>; reg = <0 "
                "0x100000 0 0x20000>; };"
                " o: mmu@200000 { compatible = \"rockchip,iommu\"; #iommu-cells = <0>; reg = <0 "
                "0x200000 0 0x100>; };" DEV("ethernet@1000", "0x1000", "iommus = <&s 1>;")
                    DEV("usb@2000", "0x2000", "iommus = <&o>;") DEV("mmc@3000", "0x3000", "") "};");
    expect_verdict(board, "ethernet@1000", MODEL_VERDICT_OK, NULL);
    expect_verdict(board, "usb@2000", MODEL_VERDICT_UNSAFE, "without an IOMMU");
    expect_verdict(board, "mmc@3000", MODEL_VERDICT_UNSAFE, "without an IOMMU");
    expect_verdict(board, "smmu@100000", MODEL_VERDICT_ROOT_ONLY, "it is an IOMMU");
    assert_int_equal(board->iommu_count, 2);
    assert_string_equal(board->iommu[0].type, "smmuv3");
    assert_string_equal(board->iommu[1].type, "other");
}

static void what_the_root_keeps(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { pmu { compatible = \"arm,cortex-a53-pmu\"; interrupts = <0 16 4>; };"
                " l@1000 { compatible = \"brcm,bcm2836-l1-intc\"; reg = <0 0x1000 0 4>; }; };");
    expect_verdict(board, "interrupt-controller@8000000", MODEL_VERDICT_ROOT_ONLY,
                   "interrupt controller");
    expect_verdict(board, "l@1000", MODEL_VERDICT_ROOT_ONLY, "interrupt controller");
    expect_verdict(board, "timer", MODEL_VERDICT_ROOT_ONLY, "belongs to the CPUs");
    expect_verdict(board, "pmu", MODEL_VERDICT_ROOT_ONLY, "no registers");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(dependencies),        EXTRACT_TEST(provider_that_can_go),
        EXTRACT_TEST(t47_masters),         EXTRACT_TEST(masters_behind_an_iommu),
        EXTRACT_TEST(what_the_root_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
