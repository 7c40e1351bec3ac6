/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

static void from_proc(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/version",
                 "Linux version 6.1.0-rt5 (gcc (Debian)) #1 SMP PREEMPT_RT Debian\n");
    fixture_file(f, "/proc/cmdline", "  quiet mem=0x10000000 \n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_string_equal(board->kernel.release, "6.1.0-rt5");
    assert_string_equal(board->kernel.cmdline, "quiet mem=0x10000000");
    assert_true(board->kernel.preempt_rt);
    assert_int_equal(board->kernel.mem_limit, AJ_MIB(256));
}

/* T15: bootargs of the tree, with NULs behind them. */
static void t15_from_the_tree(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { chosen { bootargs = \"console=ttyAMA0 mem=512M@0x40000000 \\0\\0\"; }; };");
    assert_string_equal(board->kernel.cmdline, "console=ttyAMA0 mem=512M@0x40000000");
    assert_int_equal(board->kernel.mem_limit, AJ_MIB(512));
    assert_null(board->kernel.release);
    assert_false(board->kernel.preempt_rt);
}

static void realtime_flag(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/kernel/realtime", "1\n");
    assert_true(fixture_board_of(f, "")->kernel.preempt_rt);
}

/* T75: what says which very machine this is does not leave it. */
static void t75_secrets(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(
        f, "/proc/cmdline",
        "smsc95xx.macaddr=DC:A6:32:00:00:01  root=LABEL=macaddr serial=42 login.password= x");
    assert_string_equal(fixture_board_of(f, "")->kernel.cmdline,
                        "smsc95xx.macaddr=x  root=LABEL=macaddr serial=x login.password=x x");
}

static void config_and_jailhouse(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(
        f, "/commands/config.txt",
        "# CONFIG_PREEMPT_RT is not set\nCONFIG_HZ=250\nCONFIG_HZ_250=y\nCONFIG_MODULES=y\n");
    fixture_file(f, "/commands/jailhouse.txt",
                 "tool /usr/sbin/jailhouse\ndriver /lib/modules/6.1/extra/jailhouse.ko\nother x\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->kernel.config_count, 2);
    assert_string_equal(board->kernel.config[0], "HZ=250");
    assert_string_equal(board->kernel.config[1], "MODULES=y");
    assert_true(board->jailhouse.looked_for);
    assert_string_equal(board->jailhouse.tool, "/usr/sbin/jailhouse");
    assert_string_equal(board->jailhouse.driver, "/lib/modules/6.1/extra/jailhouse.ko");
    assert_null(board->jailhouse.firmware);
    fixture_file(f, "/sys/devices/jailhouse/enabled", "0\n");
    assert_string_equal(fixture_board(f)->jailhouse.driver, "loaded");
}

/* 4 KiB unless somebody says more that there can be. */
static void pages(void **state)
{
    static const struct {
        const char *file, *text;
        aj_size size;
    } rows[] = {
        {NULL, NULL, AJ_PAGE},
        {"/commands/config.txt", "CONFIG_ARM64_4K_PAGES=y\n", AJ_PAGE},
        {"/commands/config.txt", "CONFIG_ARM64_16K_PAGES=y\n", AJ_KIB(16)},
        {"/commands/config.txt", "CONFIG_ARM64_64K_PAGES=y\n", AJ_KIB(64)},
        {"/commands/getconf-a.txt", "PAGE_SIZE 1\nPAGESIZE            16384\n", AJ_KIB(16)},
        {"/commands/getconf-a.txt", "PAGESIZE            5000\n", AJ_KIB(64)}, /* as configured */
        {"/commands/pagesize.txt", "4096\n", AJ_PAGE},
        {"/commands/pagesize.txt", "65536\n", AJ_KIB(64)},
    };
    struct extract_fixture *f = *state;
    for (size_t i = 0; i < AJ_COUNT(rows); i++) {
        if (rows[i].file != NULL)
            fixture_file(f, rows[i].file, rows[i].text);
        const struct model_board *board = i == 0 ? fixture_board_of(f, "") : fixture_board(f);
        assert_int_equal(board->kernel.page_size, rows[i].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(from_proc),   EXTRACT_TEST(t15_from_the_tree),    EXTRACT_TEST(realtime_flag),
        EXTRACT_TEST(t75_secrets), EXTRACT_TEST(config_and_jailhouse), EXTRACT_TEST(pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
