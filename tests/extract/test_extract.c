/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole extractions: what is refused, and the boards of the examples. */
#include "extract/extract.h"

#include "base/buf.h"
#include "tests/extract/fixture.h"

#define VIRTUAL_HOST                                                                             \
    "/ { pci@0 { compatible = \"pci-host-ecam-generic\"; device_type = \"pci\"; bus-range = <0 " \
    "0>; "                                                                                       \
    "#address-cells = <3>; #size-cells = <2>; linux,pci-domain = <1>;"                           \
    " reg = <8 0x100000 0 0x100000>; ranges = <0x2000000 8 0x100000 8 0x100000 0 0>; }; };"

/* T1: while Jailhouse runs, Linux sees a part of the board and things that are not there. */
static void t1_jailhouse_runs(void **state)
{
    struct extract_fixture *f = *state;
    fixture_tree(f, VIRTUAL_HOST);
    fixture_file(f, "/proc/iomem",
                 "40000000-77ffffff : System RAM\n"
                 "78000000-79ffffff : Jailhouse hypervisor\n"
                 "7a000000-7fffffff : System RAM\n");
    fixture_fails(f, "jailhouse-running");
}

static void t1_forced(void **state)
{
    struct extract_fixture *f = *state;
    fixture_tree(f, VIRTUAL_HOST);
    fixture_file(f, "/sys/devices/jailhouse/enabled", "1\n");
    fixture_file(f, "/sys/devices/system/cpu/online", "0\n");
    f->force = true;
    const struct model_board *board = fixture_board(f);
    assert_true(board->jailhouse.running);
    assert_true(board->cpus[1].online);
    assert_null(model_board_device(board, "/pci@0"));
    assert_int_equal(board->platform.pci.hosts_count, 0);
    assert_int_equal(notes_of(board, "jailhouse-node"), 1);
    assert_int_equal(notes_of(board, "jailhouse-running"), 1);
}

/* Without Jailhouse a host with a single bus is a host. */
static void host_with_one_bus(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/jailhouse/enabled", "0\n");
    assert_int_equal(fixture_board_of(f, VIRTUAL_HOST)->platform.pci.hosts_count, 1);
}

static void nothing_to_start_from(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/version", "Linux version 6.1 (aarch64-linux-gnu-gcc)\n");
    fixture_fails(f, "extract-no-source");
}

/* T11: what an ARM's cpuinfo says depends on who reads it. */
static void t11_architecture(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cpuinfo", "Processor\t: ARMv7 Processor rev 3 (v7l)\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    assert_int_equal(notes_of(board, "arch-guess"), 1);
    fixture_file(f, "/sys/devices/system/cpu/modalias", "cpu:type:aarch64:feature:,0000\n");
    board = fixture_board(f);
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    assert_int_equal(notes_of(board, "arch-guess"), 0);
    board = fixture_board_of(f, "&cpu0 { compatible = \"arm,cortex-a15\"; };");
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    fixture_file(f, "/sys/devices/system/cpu/modalias", "\n");
    assert_int_equal(fixture_board(f)->arch, MODEL_ARCH_ARM);
    /* CPUs that no table knows. */
    board = fixture_board_of(f, "&cpu0 { compatible = \"vendor,new\"; };");
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    board = fixture_board_of(f, "&cpu0 { compatible = \"vendor,new\"; };"
                                "&timer { compatible = \"arm,armv7-timer\"; };");
    assert_int_equal(board->arch, MODEL_ARCH_ARM);
}

static void identity(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "");
    assert_string_equal(board->board.vendor, "test");
    assert_string_equal(board->board.model, "Test board");
    assert_int_equal(board->board.compatible_count, 2);
    assert_int_equal(board->address_cells, 2);
}

static void blob_alone(void **state)
{
    struct extract_fixture *f = *state;
    const struct aj_bytes blob = test_dtb(f->out, "/include/ \"common.dtsi\"\n");
    struct aj_rangeset memory = {0};
    const struct model_board *board = NULL;
    assert_int_equal(extract_board_from_dtb(&f->cx, "x.dtb", blob, &memory, f->out, &board), AJ_OK);
    expect_region(board, "system_ram", 0x40000000, 0x40000000, MODEL_REGION_RAM);
    assert_int_equal(board->cpus_count, 2);
    aj_rangeset_add(f->out, &memory, (struct aj_range){0x80000000, 0x1000000});
    assert_int_equal(extract_board_from_dtb(&f->cx, "x.dtb", blob, &memory, f->out, &board), AJ_OK);
    expect_region(board, "system_ram", 0x80000000, 0x1000000, MODEL_REGION_RAM);
    expect_no_region(board, "system_ram.1");
    test_no_errors(&f->cx);
    board = NULL;
    assert_int_equal(extract_board_from_dtb(&f->cx, "x.dtb", (struct aj_bytes){blob.data, 50}, NULL,
                                            f->out, &board),
                     AJ_ERR_INPUT);
    test_one_error(&f->cx, "dt-truncated", 0, 0);
}

static const struct model_board *board_from_blob(struct extract_fixture *f, const char *more)
{
    const struct aj_bytes blob =
        test_dtb(f->out, aj_strf(f->out, "/include/ \"common.dtsi\"\n%s", more));
    const struct model_board *board = NULL;
    assert_int_equal(extract_board_from_dtb(&f->cx, "x.dtb", blob, NULL, f->out, &board), AJ_OK);
    return board;
}

/* T34: what a boot loader adds to a blob is not missed in it. */
static void t34_psci_of_the_boot_loader(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board = board_from_blob(
        f, "&psci { status = \"disabled\"; }; &cpu1 { enable-method = \"spin-table\"; };");
    assert_true(board->jailhouse.possible);
    assert_int_equal(notes_of(board, "psci-absent"), 1);
    board = board_from_blob(f, "&cpu1 { /delete-property/ enable-method; };");
    assert_true(board->jailhouse.possible);
    assert_int_equal(notes_of(board, "psci-absent"), 0);
    board = board_from_blob(f, "&cpu1 { enable-method = \"spin-table\"; };");
    assert_true(is_impossible(board, "fewer than two CPUs"));
    board = fixture_board_of(f, "&psci { status = \"disabled\"; };");
    assert_true(is_impossible(board, "no PSCI firmware"));
}

static void an_interrupted_run_has_no_board(void **state)
{
    struct extract_fixture *f = *state;
    const struct aj_bytes blob = test_dtb(f->out, "/include/ \"common.dtsi\"\n");
    const struct model_board *board = NULL;
    volatile int cancel = 1;
    f->cx.cancel = &cancel;
    assert_int_equal(extract_board_from_dtb(&f->cx, "x.dtb", blob, NULL, f->out, &board),
                     AJ_INTERRUPTED);
    f->cx.cancel = NULL;
    test_one_error(&f->cx, "interrupted", 0, 0);
    assert_null(board);
}

/* Byte by byte what lies in the example; AJ_UPDATE_GOLDEN rewrites it. */
static void expect_golden(struct extract_fixture *f, const char *snapshot, const char *golden)
{
    struct remote *remote = NULL;
    const struct model_board *board = NULL;
    const struct extract_options options = {.force = false};
    struct aj_buf text = {0};
    struct aj_bytes expected;
    assert_int_equal(remote_open_snapshot(&f->cx, snapshot, &remote), AJ_OK);
    assert_int_equal(extract_board(&f->cx, remote, &options, f->out, &board), AJ_OK);
    remote_close(remote);
    test_no_errors(&f->cx);
    model_board_write(board, &text);
    if (getenv("AJ_UPDATE_GOLDEN") != NULL)
        assert_int_equal(aj_file_write(&f->cx, golden, text.data, text.len), AJ_OK);
    assert_int_equal(aj_file_read(&f->cx, golden, 1 << 20, f->out, &expected), AJ_OK);
    assert_string_equal(aj_buf_text(&text), (const char *)expected.data);
    aj_buf_free(&text);
}

static void golden_qemu(void **state)
{
    expect_golden(*state, "../examples/qemu-arm64/snapshot.tar.gz",
                  "../examples/qemu-arm64/board.yml");
}

static void golden_raspberry(void **state)
{
    expect_golden(*state, "../examples/rpi4-codesys/snapshot.tar.gz",
                  "../examples/rpi4-codesys/board.yml");
}

/* Facts of the Raspberry Pi 4 that are known from elsewhere: Jailhouse configs/arm64/rpi4.c. */
static void raspberry_facts(void **state)
{
    struct extract_fixture *f = *state;
    struct remote *remote = NULL;
    const struct model_board *board = NULL;
    const struct extract_options options = {.force = false};
    assert_int_equal(
        remote_open_snapshot(&f->cx, "../examples/rpi4-codesys/snapshot.tar.gz", &remote), AJ_OK);
    assert_int_equal(extract_board(&f->cx, remote, &options, f->out, &board), AJ_OK);
    remote_close(remote);
    const struct model_arm_platform *arm = board->platform.arm;
    assert_int_equal(arm->gicd_base, 0xff841000);
    assert_int_equal(arm->gicc_base, 0xff842000);
    assert_int_equal(arm->gich_base, 0xff844000);
    assert_int_equal(arm->gicv_base, 0xff846000);
    assert_int_equal(arm->maintenance_irq, 25);
    const struct model_board_console *console = model_board_console_of(board, "serial0");
    assert_non_null(console);
    assert_int_equal(console->address, 0xfe215040);
    assert_int_equal(console->size, 64);
    assert_int_equal(console->regdist, 4);
    assert_int_equal(console->intid, 125);
    assert_true(console->active);
    expect_region(board, "system_ram", 0, 0x3b400000, MODEL_REGION_RAM);
    expect_region(board, "system_ram.1", 0x40000000, 0xbc000000, MODEL_REGION_RAM);
    expect_region(board, "memreserve", 0x3b400000, 0x4c00000, MODEL_REGION_FIRMWARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t1_jailhouse_runs),
        EXTRACT_TEST(t1_forced),
        EXTRACT_TEST(host_with_one_bus),
        EXTRACT_TEST(nothing_to_start_from),
        EXTRACT_TEST(t11_architecture),
        EXTRACT_TEST(identity),
        EXTRACT_TEST(blob_alone),
        EXTRACT_TEST(t34_psci_of_the_boot_loader),
        EXTRACT_TEST(an_interrupted_run_has_no_board),
        EXTRACT_TEST(golden_qemu),
        EXTRACT_TEST(golden_raspberry),
        EXTRACT_TEST(raspberry_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
