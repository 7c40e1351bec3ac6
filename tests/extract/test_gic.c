/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

static const struct model_arm_platform *arm_of(struct extract_fixture *f, const char *more)
{
    const struct model_arm_platform *arm = fixture_board_of(f, more)->platform.arm;
    assert_non_null(arm);
    return arm;
}

static void gicv2(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "");
    const struct model_arm_platform *arm = board->platform.arm;
    assert_int_equal(arm->gic_version, 2);
    assert_int_equal(arm->gicd_base, 0x8001000);
    assert_int_equal(arm->gicc_base, 0x8002000);
    assert_int_equal(arm->gich_base, 0x8004000);
    assert_int_equal(arm->gicv_base, 0x8006000);
    assert_int_equal(arm->gicr_base, AJ_NONE64);
    assert_int_equal(arm->maintenance_irq, 25);
    assert_string_equal(arm->gic_compatible, "arm,gic-400");
    assert_string_equal(arm->timer_compatible, "arm,armv8-timer");
    assert_int_equal(arm->timer_ppis[0], 29);
    assert_int_equal(arm->timer_ppis[3], 26);
    assert_string_equal(arm->psci_version, "1.0");
    assert_string_equal(arm->psci_method, "smc");
    assert_true(board->jailhouse.possible);
    assert_int_equal(arm->spi_limit, 32);
    assert_int_equal(notes_of(board, "spi-limit"), 1);
    assert_int_equal(board->irqchips_count, 1);
    assert_int_equal(aj_cpuset_count(&board->irqchips[0].pin_bitmap), 32);
}

#define GICV3(regs)                                                                      \
    "&gic { compatible = \"arm,gic-v3\"; reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 " \
    "0xf60000>" regs "; };"

static void gicv3(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/commands/dmesg.txt",
                 "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]\n"
                 "[    0.000000] psci: PSCIv1.1 detected in firmware.\n"
                 "[    0.000000] GICv3: 224 SPIs implemented\n"
                 "[    0.000000] GICv3: 0 Extended SPIs implemented\n");
    const struct model_board *board = fixture_board_of(f, GICV3(""));
    const struct model_arm_platform *arm = board->platform.arm;
    assert_int_equal(arm->gic_version, 3);
    assert_int_equal(arm->gicr_base, 0x80a0000);
    assert_int_equal(arm->gicr_size, 0xf60000);
    assert_int_equal(arm->gicc_base, AJ_NONE64);
    assert_int_equal(arm->spi_limit, 224);
    assert_string_equal(arm->psci_version, "1.1");
    assert_int_equal(notes_of(board, "spi-limit"), 0);
    assert_int_equal(board->irqchips_count, 2);
    assert_int_equal(board->irqchips[1].pin_base, 160);
    assert_int_equal(aj_cpuset_count(&board->irqchips[1].pin_bitmap), 96);
    assert_string_equal(board->irqchips[1].type, "gic-v3");
}

static void gicv3_with_all_registers(void **state)
{
    const struct model_arm_platform *arm = arm_of(
        *state, GICV3(", <0 0x8f00000 0 0x2000>, <0 0x8f10000 0 0x2000>, <0 0x8f20000 0 0x2000>"));
    assert_int_equal(arm->gicc_base, 0x8f00000);
    assert_int_equal(arm->gich_base, 0x8f10000);
    assert_int_equal(arm->gicv_base, 0x8f20000);
}

/* T39: what Jailhouse cannot walk. */
static void t39_redistributors(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, GICV3(", <0 0xa000000 0 0x20000>") "&gic { #redistributor-regions = <2>; "
                                                   "redistributor-stride = <0 0x40000>; };");
    assert_true(is_impossible(board, "not in one range"));
    assert_true(is_impossible(board, "128 KiB apart"));
}

/* A board of ours can be read, so no size stands there that is too small for its CPUs. */
static void few_redistributors(void **state)
{
    const char *one = "&gic { compatible = \"arm,gic-v3\"; reg = <0 0x8000000 0 0x10000>, <0 "
                      "0x80a0000 0 0x20000>; };";
    const struct model_board *board = fixture_board_of(*state, one);
    assert_true(board->cpus_count > 1);
    assert_true(is_impossible(board, "fewer redistributors"));
    assert_int_equal(board->platform.arm->gicr_size, AJ_NONE64);
    board = fixture_board_of(*state, GICV3(""));
    assert_false(is_impossible(board, "redistributors"));
}

static void redistributors_at_the_end(void **state)
{
    const char *last = "&gic { compatible = \"arm,gic-v3\"; #redistributor-regions = <2>; reg = <0 "
                       "0x8000000 0 0x10000>, <0xffffffff 0xfffe0000 0 0x20000>, <0 0xa000000 0 "
                       "0x20000>; };";
    const struct model_board *board = fixture_board_of(*state, last);
    assert_true(is_impossible(board, "end above 2^64"));
    assert_int_equal(board->platform.arm->gicr_base, AJ_NONE64);
}

/* T35: aliased CPU interfaces. */
static void t35_aliased(void **state)
{
    const struct model_arm_platform *arm =
        arm_of(*state, "&gic { reg = <0 0x8010000 0 0x1000>, <0 0x8020000 0 0x20000>,"
                       " <0 0x8040000 0 0x20000>, <0 0x8060000 0 0x20000>; };");
    assert_int_equal(arm->gicc_base, 0x802f000);
    assert_int_equal(arm->gich_base, 0x8040000);
    assert_int_equal(arm->gicv_base, 0x806f000);
}

static void t35_aliased_halfway(void **state)
{
    const struct model_arm_platform *arm =
        arm_of(*state, "&gic { reg = <0 0xe1110000 0 0x1000>, <0 0xe112f000 0 0x2000>,"
                       " <0 0xe1140000 0 0x10000>, <0 0xe1160000 0 0x10000>; };");
    assert_int_equal(arm->gicc_base, 0xe112f000);
    assert_int_equal(arm->gicv_base, 0xe116f000);
}

/* T36: a CPU interface of one page has two. */
static void t36_short_interface(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "&gic { reg = <0 0x8001000 0 0x1000>, <0 0x8002000 0 0x1000>,"
                                 " <0 0x8004000 0 0x2000>, <0 0x8006000 0 0x2000>; };");
    expect_region(board, "interrupt-controller@8000000.1", 0x8002000, 0x2000, MODEL_REGION_MMIO);
    expect_region(board, "interrupt-controller@8000000", 0x8001000, 0x1000, MODEL_REGION_MMIO);
}

/* T37: without virtualization registers there is no Jailhouse. */
static void t37_two_registers(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "&gic { reg = <0 0x8001000 0 0x1000>, <0 0x8002000 0 0x2000>; };");
    assert_true(is_impossible(board, "virtualization interface"));
    assert_int_equal(board->platform.arm->gicc_base, 0x8002000);
    assert_int_equal(board->platform.arm->gich_base, AJ_NONE64);
}

/* T38: a second GIC hangs on a line of the first, wherever it stands in the tree. */
static void t38_second_gic(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f,
                 "/dts-v1/;\n/ { #address-cells = <1>; #size-cells = <1>; interrupt-parent = <&g>;"
                 " agic@2a40000 { compatible = \"arm,gic-400\"; interrupt-controller; "
                 "#interrupt-cells = <3>;"
                 " reg = <0x2a41000 0x1000 0x2a42000 0x2000>; interrupts = <0 145 4>; };"
                 " g: gic@3881000 { compatible = \"arm,gic-400\"; interrupt-controller; "
                 "#interrupt-cells = <3>;"
                 " reg = <0x3881000 0x1000 0x3882000 0x2000 0x3884000 0x2000 0x3886000 0x2000>; "
                 "interrupts = <1 9 4>; }; };");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->platform.arm->gicd_base, 0x3881000);
    assert_int_equal(device_of(board, "agic@2a40000")->interrupts[0].intid, 177);
}

/* T40: INTIDs from 928 on are in a last block at 896. */
static void t40_last_block(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "/ { i2c@42120000 { compatible = \"x\"; reg = <0 0x42120000 0 "
                                 "0x100>; interrupts = <0 896 4>; }; };");
    assert_int_equal(device_of(board, "i2c@42120000")->interrupts[0].intid, 928);
    assert_int_equal(board->platform.arm->spi_limit, 928);
    assert_int_equal(board->irqchips_count, 8);
    assert_int_equal(board->irqchips[6].pin_base, 800);
    assert_int_equal(board->irqchips[7].pin_base, 896);
    assert_int_equal(aj_cpuset_next(&board->irqchips[7].pin_bitmap, 0), 32);
    assert_int_equal(aj_cpuset_count(&board->irqchips[7].pin_bitmap), 32);
    uint32_t pins = 0;
    for (size_t i = 0; i < board->irqchips_count; i++)
        pins += aj_cpuset_count(&board->irqchips[i].pin_bitmap);
    assert_int_equal(pins, 928);
}

static void all_lines(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/dmesg.txt", "GICv3: 988 SPIs implemented\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->irqchips_count, 8);
    assert_int_equal(aj_cpuset_count(&board->irqchips[7].pin_bitmap), 92);
    fixture_file(f, "/dmesg.txt", "GICv3: 989 SPIs implemented\n");
    assert_int_equal(fixture_board(f)->platform.arm->spi_limit, 32);
}

/* T21: interrupts that the GIC does not have. */
static void t21_wrong_types(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { gpu@1000 { compatible = \"x\"; reg = <0 0x1000 0 0x100>;"
        " interrupts = <1 126 4>, <47 96 2>, <0 988 4>, <0 987 1>, <2 0 4>, <1 15 4>; }; };");
    const struct model_device *gpu = device_of(board, "gpu@1000");
    assert_int_equal(gpu->interrupts_count, 6);
    assert_int_equal(gpu->interrupts[0].intid, AJ_NONE32);
    assert_int_equal(gpu->interrupts[1].intid, AJ_NONE32);
    assert_int_equal(gpu->interrupts[2].intid, AJ_NONE32);
    assert_int_equal(gpu->interrupts[3].intid, 1019);
    assert_int_equal(gpu->interrupts[3].flags, 1);
    assert_int_equal(gpu->interrupts[4].intid, AJ_NONE32);
    assert_int_equal(gpu->interrupts[5].intid, 31);
    assert_int_equal(notes_of(board, "dt-interrupt"), 4);
}

/* T26: the root's interrupt-parent passes everything on to the GIC. */
static void t26_transparent(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { interrupt-parent = <&gpc>; gpc: gpc@1000 { compatible = \"fsl,imx8mq-gpc\";"
        " interrupt-controller; #interrupt-cells = <3>; interrupt-parent = <&gic>; reg = <0 0x1000 "
        "0 0x1000>; };"
        " mux: mux@2000 { compatible = \"x\"; interrupt-controller; #interrupt-cells = <1>; reg = "
        "<0 0x2000 0 4>; };"
        " d@3000 { compatible = \"y\"; reg = <0 0x3000 0 4>; interrupts-extended = <&mux 7>; }; };"
        "&gic { interrupt-parent = <&gic>; };");
    assert_int_equal(device_of(board, "serial0")->interrupts[0].intid, 33);
    const struct model_device *d = device_of(board, "d@3000");
    assert_int_equal(d->interrupts[0].intid, AJ_NONE32);
    assert_true(has_reason(d, "goes through /mux@2000"));
    assert_int_equal(d->verdict, MODEL_VERDICT_HARD);
    assert_int_equal(notes_of(board, "dt-interrupt"), 0);
}

static void no_maintenance_interrupt(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "&gic { /delete-property/ interrupts; };");
    assert_int_equal(board->platform.arm->maintenance_irq, 25);
    assert_int_equal(notes_of(board, "gic-maintenance"), 1);
}

static void no_gic(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "&gic { compatible = \"brcm,bcm2836-armctrl-ic\"; };");
    assert_true(is_impossible(board, "no GICv2"));
    assert_int_equal(board->irqchips_count, 0);
}

static void psci_by_hvc(void **state)
{
    assert_true(is_impossible(fixture_board_of(*state, "&psci { method = \"hvc\"; };"), "hvc"));
}

static void no_psci(void **state)
{
    assert_true(
        is_impossible(fixture_board_of(*state, "&psci { status = \"disabled\"; };"), "no PSCI"));
}

static void started_at_el1(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/dmesg.txt", "[    0.15] CPU: All CPU(s) started at EL1\n");
    assert_true(is_impossible(fixture_board_of(f, ""), "EL1"));
}

static void timer_by_names(void **state)
{
    const struct model_arm_platform *arm = arm_of(
        *state,
        "&timer { interrupt-names = \"virt\", \"phys\"; interrupts = <1 11 8>, <1 14 8>; };");
    assert_int_equal(arm->timer_ppis[0], 0);
    assert_int_equal(arm->timer_ppis[1], 30);
    assert_int_equal(arm->timer_ppis[2], 27);
}

static void msi_frame(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { v2m@8020000 { compatible = \"arm,gic-v2m-frame\"; reg = <0 0x8020000 0 0x1000>;"
        " arm,msi-base-spi = <80>; arm,msi-num-spis = <64>; };"
        " v2m@8030000 { compatible = \"arm,gic-v2m-frame\"; reg = <0 0x8030000 0 0x1000>; }; };");
    const struct model_device *frame = device_of(board, "v2m@8020000");
    assert_int_equal(frame->interrupts_count, 64);
    assert_int_equal(frame->interrupts[63].intid, 143);
    assert_int_equal(board->platform.arm->spi_limit, 128);
    assert_int_equal(notes_of(board, "msi-frame"), 1);
    struct aj_cpuset spis = {0};
    model_board_free_spis(board, &spis);
    assert_false(aj_cpuset_has(&spis, 80));
    assert_true(aj_cpuset_has(&spis, 79));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(gicv2),
        EXTRACT_TEST(gicv3),
        EXTRACT_TEST(gicv3_with_all_registers),
        EXTRACT_TEST(t39_redistributors),
        EXTRACT_TEST(few_redistributors),
        EXTRACT_TEST(redistributors_at_the_end),
        EXTRACT_TEST(t35_aliased),
        EXTRACT_TEST(t35_aliased_halfway),
        EXTRACT_TEST(t36_short_interface),
        EXTRACT_TEST(t37_two_registers),
        EXTRACT_TEST(t38_second_gic),
        EXTRACT_TEST(t40_last_block),
        EXTRACT_TEST(all_lines),
        EXTRACT_TEST(t21_wrong_types),
        EXTRACT_TEST(t26_transparent),
        EXTRACT_TEST(no_maintenance_interrupt),
        EXTRACT_TEST(no_gic),
        EXTRACT_TEST(psci_by_hvc),
        EXTRACT_TEST(no_psci),
        EXTRACT_TEST(started_at_el1),
        EXTRACT_TEST(timer_by_names),
        EXTRACT_TEST(msi_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
