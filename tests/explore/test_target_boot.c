/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A board that is booted with other kernel arguments, by way of target_boot.sh.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "explore/await.h"
#include "explore/target_priv.h"
#include "tests/support/support.h"

static const struct explore_space_cpu cpus[] = {{{0}, 0, 0, 0, true}, {{1}, 1, 0, 0, true}};
static const struct explore_space_cell cells[] = {{.key = "root"},
                                                  {.key = "plc", .measured = true}};
static const struct explore_space space = {
    .cpus = cpus, .cpus_count = AJ_COUNT(cpus), .cells = cells, .cells_count = AJ_COUNT(cells)};
static const struct model_board board = {.arch = MODEL_ARCH_ARM64};

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    const char *tree;
    struct model_boot how;
    struct model_project project;
    struct explore_target_options options;
    struct explore_target *target;
};

static const char *text_of(struct fixture *f, const char *name)
{
    struct aj_bytes bytes;
    assert_int_equal(
        aj_file_read(&f->cx, aj_strf(f->arena, "%s/%s", f->tree, name), 1 << 16, f->arena, &bytes),
        AJ_OK);
    return aj_strline(f->arena, (const char *)bytes.data);
}

static void flag(struct fixture *f, const char *name, bool is)
{
    const char *path = aj_strf(f->arena, "%s/%s", f->tree, name);
    if (is)
        assert_int_equal(aj_file_write(&f->cx, path, "", 0), AJ_OK);
    else
        assert_int_equal(unlink(path), 0);
}

static size_t boots(struct fixture *f)
{
    struct aj_bytes bytes;
    assert_int_equal(
        aj_file_read(&f->cx, aj_strf(f->arena, "%s/log", f->tree), 1 << 16, f->arena, &bytes),
        AJ_OK);
    return bytes.size / strlen("boot\n");
}

static void open_board(struct fixture *f)
{
    struct remote_host *host;
    if (remote_host_open(&f->cx, &f->options.login, &host) != AJ_OK ||
        explore_target_linux_open_at(&f->cx, &f->options, host, f->tree, f->arena, &f->target) !=
            AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
}

static int set_up(void **state)
{
    static const char *const set[] = {"set-arguments"};
    struct fixture *f = calloc(1, sizeof *f);
    const char *dir = getenv("AJ_SSH_DIR");
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    f->tree = getenv("AJ_BOARD");
    f->how = (struct model_boot){.set = set, .set_count = 1, .limit_ns = 20 * AJ_NS_PER_S};
    f->project.boot = &f->how;
    f->options = (struct explore_target_options){
        .login = {.login = getenv("AJ_SSH"),
                  .known_hosts = aj_strf(f->arena, "%s/known_hosts", dir),
                  .identity = aj_strf(f->arena, "%s/id", dir)},
        .project = &f->project,
    };
    open_board(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->target != NULL)
        f->target->ops->close(f->target);
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

static enum aj_status apply(struct fixture *f, const char *isolated, const char **refused)
{
    const struct model_plan_knob knob = {"root", "isolcpus", isolated};
    const struct model_plan plan = {.knobs = &knob, .knobs_count = isolated != NULL ? 1 : 0};
    const struct explore_step step = {.plan = &plan};
    const struct explore_decision decision = explore_decision_new(&space, f->arena);
    const struct explore_setting setting = {
        .board = &board, .step = &step, .space = &space, .decision = &decision};
    decision.owner[0] = 0;
    decision.owner[1] = 1;
    return f->target->ops->apply(&f->cx, f->target, &setting, f->arena, refused);
}

static void expect_boot(struct fixture *f, const char *isolated, const char *cmdline, size_t count)
{
    const char *refused = NULL;
    if (apply(f, isolated, &refused) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    if (refused != NULL)
        fail_msg("%s", refused);
    assert_string_equal(text_of(f, "proc/cmdline"), cmdline);
    assert_int_equal(boots(f), count);
}

#define OURS(words) "autojail.boot=1 " words " autojail.boot=0"

/* Only what differs takes a reboot; in the end everything is as it was. */
static void test_boots(void **state)
{
    struct fixture *f = *state;
    const size_t before = boots(f);
    expect_boot(f, NULL, "quiet", before);
    expect_boot(f, "1", "quiet " OURS("isolcpus=1"), before + 1);
    expect_boot(f, "1", "quiet " OURS("isolcpus=1"), before + 1);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
    assert_string_equal(text_of(f, "proc/cmdline"), "quiet");
    assert_int_equal(boots(f), before + 2);
    assert_string_equal(text_of(f, "arguments"), "");
}

/* One that was killed leaves its words to the next one, which knows them by the command line. */
static void test_left_over(void **state)
{
    struct fixture *f = *state;
    const size_t before = boots(f);
    expect_boot(f, "0-1", "quiet " OURS("isolcpus=0-1"), before + 1);
    f->target->ops->close(f->target);
    open_board(f);
    expect_boot(f, "0-1", "quiet " OURS("isolcpus=0-1"), before + 1);
    expect_boot(f, NULL, "quiet", before + 2);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
    assert_int_equal(boots(f), before + 2);
}

static void test_refused(void **state)
{
    struct fixture *f = *state;
    const char *refused = NULL;
    flag(f, "read-only", true);
    assert_int_equal(apply(f, "1", &refused), AJ_OK);
    assert_non_null(strstr(refused, "cannot be set (status 4): read-only file system"));
    flag(f, "read-only", false);
}

static volatile int cancelled;

static void cancel(int number)
{
    (void)number;
    cancelled = 1;
}

/* ^C while it boots: what it was told is taken back when it is up, and it boots once more. */
static void test_cancelled(void **state)
{
    struct fixture *f = *state;
    const struct sigaction action = {.sa_handler = cancel};
    const char *refused = NULL;
    const size_t before = boots(f);
    cancelled = 0;
    f->cx.cancel = &cancelled;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    alarm(2);
    assert_int_equal(apply(f, "1", &refused), AJ_INTERRUPTED);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
    f->cx.cancel = NULL;
    assert_string_equal(text_of(f, "arguments"), "");
    for (int tries = 0; tries < 100 && boots(f) < before + 2; tries++)
        explore_await_pause(AJ_NS_PER_S / 5);
    assert_string_equal(text_of(f, "proc/cmdline"), "quiet");
    sleep(1); /* the server starts behind that */
}

/* The loader takes no notice. */
static void test_other_arguments(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"true"};
    const char *refused = NULL;
    f->how.set = set;
    assert_int_equal(apply(f, "1", &refused), AJ_OK);
    assert_non_null(strstr(refused, "it booted with 'quiet' instead of 'isolcpus=1'"));
}

static void test_no_reboot(void **state)
{
    struct fixture *f = *state;
    const char *refused = NULL;
    f->how.limit_ns = 3 * AJ_NS_PER_S;
    flag(f, "stays", true);
    assert_int_equal(apply(f, "1", &refused), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-timeout"), 1);
    assert_non_null(strstr(test_diags(&f->cx), "'set-arguments' '' && reboot"));
    flag(f, "stays", false);
    /* What it was told is taken back; that takes no boot. */
    const size_t before = boots(f);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
    assert_string_equal(text_of(f, "arguments"), "");
    assert_int_equal(boots(f), before);
}

/* The last one: it does not come back. */
static void test_silent(void **state)
{
    struct fixture *f = *state;
    const char *refused = NULL;
    f->how.limit_ns = 4 * AJ_NS_PER_S;
    flag(f, "hangs", true);
    assert_int_equal(apply(f, "1", &refused), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-connect"), 1);
    aj_ctx_close(&f->cx);
    aj_ctx_open(&f->cx);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_boots),     CASE(test_left_over), CASE(test_refused), CASE(test_other_arguments),
        CASE(test_no_reboot), CASE(test_cancelled), CASE(test_silent),
    };
    if (getenv("AJ_BOARD") == NULL) {
        fprintf(stderr, "started by tests/explore/target_boot.sh\n");
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
