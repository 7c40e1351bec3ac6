/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel arguments as boot loaders keep them, in files of the test's; the reboot itself is in
 * test_target_boot.c.
 */
#include "explore/boot.h"

#include <unistd.h>

#include "tests/explore/target.h"

#define OURS "autojail.boot=1 isolcpus=3 autojail.boot=0"

static void expect_read(const char *cmdline, const char *own, const char *words)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_boot boot = explore_boot_read("id\n", cmdline, arena);
    assert_string_equal(boot.id, "id");
    assert_string_equal(boot.own, own);
    assert_string_equal(boot.words, words);
    aj_arena_close(arena);
}

static void test_command_lines(void **state)
{
    (void)state;
    expect_read("quiet ro\n", "quiet ro", "");
    expect_read("quiet " OURS " ro\n", "quiet ro", "isolcpus=3");
    expect_read("quiet " OURS "\n", "quiet", "isolcpus=3");
    expect_read("quiet autojail.boot=1 autojail.boot=0", "quiet", "");
    expect_read("quiet autojail.boot=1 isolcpus=3", "quiet autojail.boot=1 isolcpus=3", "");
    expect_read("autojail.boot=0 autojail.boot=1", "autojail.boot=0 autojail.boot=1", "");
}

static const char *content(struct target *t, const char *path)
{
    struct aj_bytes bytes;
    assert_int_equal(aj_file_read(&t->cx, path, 1 << 16, t->arena, &bytes), AJ_OK);
    return (const char *)bytes.data;
}

/* Sets words, others, and none: the file is as it was. */
static void expect_kept(struct target *t, enum model_boot_arguments arguments, const char *before,
                        const char *with)
{
    const char *file = aj_strf(t->arena, "%s/arguments", t->dir);
    const struct model_boot how = {.arguments = (uint8_t)arguments, .file = file};
    const struct explore_boot_way way = {.how = &how, .root = ""};
    static const char *const words[] = {"skew_tick=1 idle=poll", "isolcpus=3", ""};
    const char *refused;
    target_as_root(t);
    assert_int_equal(aj_file_write(&t->cx, file, before, strlen(before)), AJ_OK);
    for (size_t i = 0; i < AJ_COUNT(words); i++) {
        if (explore_boot_set(&t->cx, &way, t->host, words[i], t->arena, &refused) != AJ_OK)
            fail_msg("%s", test_diags(&t->cx));
        assert_null(refused);
        if (i == 1)
            assert_string_equal(content(t, file), with);
    }
    assert_string_equal(content(t, file), before);
}

static void test_extlinux(void **state)
{
    expect_kept(*state, MODEL_BOOT_EXTLINUX,
                "default l0\nlabel l0\n\tlinux /Image\n\tAPPEND root=/dev/mmcblk0p2 ro\nlabel r\n"
                "  append single|&\\1\n",
                "default l0\nlabel l0\n\tlinux /Image\n\tAPPEND root=/dev/mmcblk0p2 ro " OURS
                "\nlabel r\n  append single|&\\1 " OURS "\n");
}

static void test_cmdline(void **state)
{
    expect_kept(*state, MODEL_BOOT_CMDLINE, "console=tty1 root=PARTUUID=1-02 rootwait\n",
                "console=tty1 root=PARTUUID=1-02 rootwait " OURS "\n");
}

static void test_grub(void **state)
{
    struct target *t = *state;
    const char *file = aj_strf(t->arena, "%s/grub.d/autojail.cfg", t->dir);
    const char *log = aj_strf(t->arena, "%s/log", t->dir);
    const struct model_boot how = {.arguments = MODEL_BOOT_GRUB, .file = file};
    const struct explore_boot_way way = {.how = &how, .root = ""};
    const char *refused;
    target_as_root(t);
    target_fake(
        t, "update-grub",
        aj_strf(t->arena, "echo made; [ ! -f %s ] || echo; cat %s >>%s 2>&1", file, file, log));
    assert_int_equal(explore_boot_set(&t->cx, &way, t->host, "isolcpus=3", t->arena, &refused),
                     AJ_OK);
    assert_null(refused);
    assert_string_equal(content(t, log), "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX " OURS "\"\n");
    target_fake(t, "update-grub", "exit 0");
    assert_int_equal(explore_boot_set(&t->cx, &way, t->host, "", t->arena, &refused), AJ_OK);
    assert_null(refused);
    assert_int_equal(access(file, F_OK), -1);
    target_fake(t, "update-grub", "echo no disk >&2; exit 3");
    assert_int_equal(explore_boot_set(&t->cx, &way, t->host, "", t->arena, &refused), AJ_OK);
    assert_string_equal(refused, "its kernel arguments cannot be set (status 3): no disk");
}

static void test_no_file(void **state)
{
    struct target *t = *state;
    const struct model_boot how = {.arguments = MODEL_BOOT_EXTLINUX, .file = "/nowhere/x.conf"};
    const struct explore_boot_way way = {.how = &how, .root = ""};
    const char *refused;
    target_as_root(t);
    assert_int_equal(explore_boot_set(&t->cx, &way, t->host, "nohlt", t->arena, &refused), AJ_OK);
    assert_non_null(strstr(refused, "there is no /nowhere/x.conf"));
    assert_non_null(strstr(explore_boot_by_hand(&way, t->arena), "/nowhere/x.conf"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_lines),
        CASE(test_extlinux),
        CASE(test_cmdline),
        CASE(test_grub),
        CASE(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
