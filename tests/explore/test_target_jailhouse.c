/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells as a target: this machine with a make-believe Jailhouse, whose guest is an ssh server that
 * tests/explore/target_jailhouse.sh starts. What is created anew, what is not, and what is left.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "explore/target_priv.h"
#include "tests/explore/target.h"

/* As examples/qemu-arm64 has them. */
static const struct explore_space_cpu cpus[] = {
    {{0}, 0, 0, 0, true}, {{1}, 1, 0, 0, true}, {{2}, 2, 0, 0, true}, {{3}, 3, 0, 0, true}};
static const struct explore_space_cell cells[] = {
    {.key = "root"}, {.key = "bare"}, {.key = "linux", .measured = true}};
static const struct explore_space space = {
    .cpus = cpus, .cpus_count = AJ_COUNT(cpus), .cells = cells, .cells_count = AJ_COUNT(cells)};

struct fixture {
    struct target *t;
    const char *board;
    struct explore_target *target;
    struct explore_target_options options;
    struct model_project project;
    struct model_boot boot;
    const char *knob; /* of the root, that is "on"; NULL: none */
};

static const char *in_board(struct fixture *f, const char *name)
{
    return aj_strf(f->t->arena, "%s/%s", f->board, name);
}

static void write_file(struct fixture *f, const char *name, const char *text)
{
    assert_int_equal(aj_file_write(&f->t->cx, in_board(f, name), text, strlen(text)), AJ_OK);
}

/* What Jailhouse was told since the last time, one line each, without directories. */
static const char *told(struct fixture *f)
{
    struct aj_bytes log;
    struct aj_buf text = {NULL, 0, 0};
    assert_int_equal(aj_file_read(&f->t->cx, in_board(f, "log"), 1 << 20, f->t->arena, &log),
                     AJ_OK);
    for (const char *at = (const char *)log.data; *at != '\0';) {
        const size_t words = strncmp(at, "cell ", 5) == 0 ? 2 : 1;
        size_t length = strcspn(at, " \n");
        if (words == 2)
            length += 1 + strcspn(at + length + 1, " \n");
        if (strncmp(at, "cell list", 9) != 0) {
            aj_buf_add(&text, at, length);
            const char *end = at + strcspn(at, "\n");
            const bool bare = strstr(at, "bare") != NULL && strstr(at, "bare") < end;
            if (words == 2)
                aj_buf_adds(&text, bare ? " bare" : " linux");
            aj_buf_adds(&text, "\n");
        }
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    write_file(f, "log", "");
    const char *copy = aj_strdup(f->t->arena, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

static void open_target(struct fixture *f)
{
    struct remote_host *host;
    assert_int_equal(remote_host_open(&f->t->cx, &f->options.login, &host), AJ_OK);
    if (explore_target_jailhouse_open_at(&f->t->cx, &f->options, host, f->board, f->t->arena,
                                         &f->target) != AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_int_equal(target_open((void **)&f->t), 0);
    f->board = getenv("AUTOJAIL_ROOT");
    f->project = (struct model_project){
        .name = "demo", .deploy_dir = in_board(f, "deployed"), .config_revision = 14};
    f->options = (struct explore_target_options){
        .login = {.login = "local:",
                  .identity = aj_strf(f->t->arena, "%s/id", getenv("AJ_SSH_DIR")),
                  .known_hosts = aj_strf(f->t->arena, "%s/known_hosts", getenv("AJ_SSH_DIR"))},
        .jump = getenv("AJ_SSH_GUEST"),
        .project = &f->project};
    assert_int_equal(
        system("rm -rf \"$AUTOJAIL_ROOT\"; cd \"$(dirname \"$AUTOJAIL_ROOT\")\"; "
               "mkdir -p board/proc/sys/kernel/random board/sys/devices/jailhouse/cells "
               "board/sys/devices/system/cpu"),
        0);
    write_file(f, "sys/devices/system/cpu/online", "0-3\n");
    write_file(f, "sys/devices/jailhouse/enabled", "0\n");
    write_file(f, "proc/iomem", "40000000-4fffffff : System RAM\n");
    write_file(f, "proc/cmdline", "quiet\n");
    write_file(f, "proc/interrupts", "  CPU0 CPU1\n");
    write_file(f, "proc/sys/kernel/random/boot_id", "first\n");
    write_file(f, "log", "");
    write_file(f, "kernel", "");
    open_target(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    f->target->ops->close(f->target);
    target_close((void **)&f->t);
    free(f);
    return 0;
}

static const struct aj_yaml *read_yaml(struct fixture *f, const char *name, const char *more)
{
    const char *path =
        aj_strf(f->t->arena, "%s/examples/qemu-arm64/%s", getenv("AJ_SOURCES"), name);
    struct aj_bytes bytes;
    const struct aj_yaml *doc;
    assert_int_equal(aj_file_read(&f->t->cx, path, 1 << 20, f->t->arena, &bytes), AJ_OK);
    const char *text = aj_strf(f->t->arena, "%s%s", (const char *)bytes.data, more);
    assert_int_equal(aj_yaml_parse(&f->t->cx, name, text, strlen(text), f->t->arena, &doc), AJ_OK);
    return doc;
}

/* Applies the example's cells with these CPUs for the two guests. */
static const char *apply(struct fixture *f, uint32_t bare, uint32_t linux)
{
    static const char *const all_but[] = {"[1, 2, 3]", "[0, 2, 3]", "[0, 1, 3]", "[0, 1, 2]"};
    const char *forbids = aj_strf(f->t->arena,
                                  "constraints:\n"
                                  "  - forbid: {cell: bare, cpus: %s}\n"
                                  "  - forbid: {cell: linux, cpus: %s}\n%s",
                                  all_but[bare], all_but[linux],
                                  f->knob == NULL ? ""
                                                  : aj_strf(f->t->arena,
                                                            "  - set: {cell: root, knob: %s, "
                                                            "value: \"on\"}\n",
                                                            f->knob));
    const struct solver_options solve = {.time_limit_ns = 0};
    const struct explore_decision decision = explore_decision_new(&space, f->t->arena);
    const struct model_board *board;
    const struct model_requirements *req;
    struct explore_step step;
    const char *refused = NULL;
    assert_int_equal(
        model_board_read(&f->t->cx, read_yaml(f, "board.yml", ""), f->t->arena, &board), AJ_OK);
    assert_int_equal(
        model_requirements_read(&f->t->cx, read_yaml(f, "cells.yml", forbids), f->t->arena, &req),
        AJ_OK);
    struct model_cell_request *guests =
        aj_memdup(f->t->arena, req->guests, req->guests_count * sizeof *guests);
    struct model_requirements *with = aj_memdup(f->t->arena, req, sizeof *with);
    for (size_t i = 0; i < req->guests_count; i++)
        *(guests[i].os == MODEL_OS_LINUX ? &guests[i].kernel : &guests[i].image) =
            in_board(f, "kernel");
    with->guests = guests;
    if (explore_step_run(&f->t->cx, &f->project, board, with, &solve, f->t->arena, &step) != AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
    decision.owner[bare] = 1;
    decision.owner[linux] = 2;
    const struct explore_setting setting = {
        .board = board, .req = with, .step = &step, .space = &space, .decision = &decision};
    if (f->target->ops->apply(&f->t->cx, f->target, &setting, f->t->arena, &refused) != AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
    return refused;
}

static void expect_restored(struct fixture *f)
{
    assert_int_equal(f->target->ops->restore(&f->t->cx, f->target), AJ_OK);
    assert_int_equal(
        system("[ \"$(cat \"$AUTOJAIL_ROOT\"/sys/devices/jailhouse/enabled)\" = 0 ] && "
               "[ -z \"$(ls \"$AUTOJAIL_ROOT\"/sys/devices/jailhouse/cells)\" ] && "
               "[ ! -e \"$AUTOJAIL_ROOT\"/deployed/started ]"),
        0);
}

static void only_what_differs(void **state)
{
    struct fixture *f = *state;
    assert_null(apply(f, 2, 3));
    assert_string_equal(told(f), "enable\ncell create bare\ncell load bare\ncell start bare\n"
                                 "cell linux linux\n");
    assert_null(apply(f, 2, 3));
    assert_string_equal(told(f), "");
    assert_null(apply(f, 2, 1));
    assert_string_equal(told(f), "cell destroy linux\ncell linux linux\n");
    /* Neither may come before the other has left its CPU. */
    assert_null(apply(f, 1, 2));
    assert_string_equal(told(f), "cell destroy linux\ncell destroy bare\ncell create bare\n"
                                 "cell load bare\ncell start bare\ncell linux linux\n");
    expect_restored(f);
    assert_string_equal(told(f), "cell destroy linux\ncell destroy bare\ndisable\n");
    expect_restored(f);
    assert_string_equal(told(f), "");
    test_no_errors(&f->t->cx);
}

/* The setting is refused with its reason, everything is down, and the next one is fine. */
static void refused_by(struct fixture *f, const char *fault, const char *why)
{
    write_file(f, fault, "");
    const char *refused = apply(f, 2, 3);
    if (refused == NULL || strstr(refused, why) == NULL)
        fail_msg("refused because of '%s' instead of '%s'", refused, why);
    unlink(in_board(f, fault));
    assert_int_equal(system("[ -z \"$(ls \"$AUTOJAIL_ROOT\"/sys/devices/jailhouse/cells)\" ]"), 0);
    test_no_errors(&f->t->cx);
    assert_null(apply(f, 2, 3));
    expect_restored(f);
}

static void refusals(void **state)
{
    struct fixture *f = *state;
    refused_by(f, "enable-refused", "JAILHOUSE_ENABLE: Invalid argument");
    refused_by(f, "create-pretends", "the cell was not created");
    refused_by(f, "other-cpu", "has CPUs 0 instead of 2");
    refused_by(f, "linux-fails", "the cell does not run");
}

static void reserved_memory(void **state)
{
    struct fixture *f = *state;
    write_file(f, "proc/iomem", "40000000-7fffffff : System RAM\n");
    const char *refused = apply(f, 2, 3);
    assert_non_null(refused);
    assert_non_null(strstr(refused, "Linux uses memory of the cells"));
    expect_restored(f);
}

/* What a killed exploration left is taken down by the next one. */
static void after_a_crash(void **state)
{
    struct fixture *f = *state;
    assert_null(apply(f, 2, 3));
    f->target->ops->close(f->target);
    told(f);
    open_target(f);
    assert_int_equal(test_count(&f->t->cx, "deploy-left"), 1);
    assert_string_equal(told(f), "cell destroy linux\ncell destroy bare\ndisable\n");
    assert_null(apply(f, 2, 3));
    expect_restored(f);
}

/* A knob of boot time: cells and hypervisor are down before the root boots, at the end once more. */
static void boots(void **state)
{
    static const char *const set[] = {"set-arguments"};
    struct fixture *f = *state;
    const char *all_up = "enable\ncell create bare\ncell load bare\ncell start bare\n"
                         "cell linux linux\n";
    f->target->ops->close(f->target);
    f->boot = (struct model_boot){.set = set, .set_count = 1, .limit_ns = 20 * AJ_NS_PER_S};
    f->project.boot = &f->boot;
    f->options.login.login = getenv("AJ_SSH");
    open_target(f);
    assert_null(apply(f, 2, 3));
    assert_string_equal(told(f), all_up);
    const char *before = aj_strdup(f->t->arena, f->target->boot);
    f->knob = "threadirqs";
    assert_null(apply(f, 2, 3));
    assert_string_equal(told(f), aj_strf(f->t->arena,
                                         "cell destroy linux\ncell destroy bare\ndisable\n"
                                         "reboot\n%s",
                                         all_up));
    assert_string_not_equal(f->target->boot, before);
    assert_int_equal(system("grep -q ' threadirqs ' \"$AUTOJAIL_ROOT\"/proc/cmdline"), 0);
    /* The same boot: other CPUs are cells alone. */
    assert_null(apply(f, 2, 1));
    assert_string_equal(told(f), "cell destroy linux\ncell linux linux\n");
    expect_restored(f);
    assert_string_equal(told(f), "cell destroy linux\ncell destroy bare\ndisable\nreboot\n");
    assert_int_equal(system("[ \"$(cat \"$AUTOJAIL_ROOT\"/proc/cmdline)\" = quiet ]"), 0);
    test_no_errors(&f->t->cx);
}

/* Without a way to boot it is refused, and nothing is touched. */
static void no_boot(void **state)
{
    struct fixture *f = *state;
    f->knob = "threadirqs";
    const char *refused = apply(f, 2, 3);
    assert_non_null(refused);
    assert_non_null(strstr(refused, "it takes a reboot with 'threadirqs'"));
    assert_string_equal(told(f), "");
    expect_restored(f);
}

static struct explore_measured measure(struct fixture *f, const char *loaded)
{
    static const char *const command[] = {"sleep", "7813"};
    const struct explore_cell_load load = {loaded, command, 2};
    const struct explore_progress silence = {NULL, NULL};
    const struct explore_run run = {.id = 1,
                                    .duration_ns = INT64_C(1000000000),
                                    .blocks = 1,
                                    .interval_ns = 1000000,
                                    .priority = 95,
                                    .loads = &load,
                                    .loads_count = 1};
    struct explore_measured measured = {.measurement = NULL};
    if (f->target->ops->measure(&f->t->cx, f->target, &run, &silence, f->t->arena, &measured) !=
        AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
    return measured;
}

/* The guest has a cyclictest of its own in front; the load is the root's. */
static void in_the_guest(void **state)
{
    struct fixture *f = *state;
    const char *tool = aj_strf(f->t->arena, "%s/bin/cyclictest", getenv("AJ_SSH_DIR"));
    static const char script[] = "#!/bin/sh\n" TARGET_HELP "echo \"$*\" >>" /* what it was told */
                                 "\"${0%/*}/arguments\"; " TARGET_GOOD "; " TARGET_TEXT "\n";
    assert_int_equal(aj_file_write(&f->t->cx, tool, script, strlen(script)), AJ_OK);
    assert_int_equal(chmod(tool, 0755), 0);
    target_fake(f->t, "taskset", "echo $2 >$AUTOJAIL_ROOT/taskset; shift 2; exec \"$@\"");
    assert_null(apply(f, 2, 3));
    const struct explore_measured m = measure(f, "root");
    if (m.void_because != NULL)
        fail_msg("%s", m.void_because);
    /* CPU 0 of the guest is CPU 3 of the board. */
    assert_int_equal(m.measurement->blocks[0].threads_count, 1);
    assert_int_equal(m.measurement->blocks[0].threads[0].cpu, 3);
    assert_true(aj_cpuset_has(&m.measurement->loads[0].cpus, 0));
    assert_false(target_runs(f->t, "sleep 7813"));
    const struct explore_measured other = measure(f, "bare");
    assert_non_null(other.void_because);
    assert_non_null(strstr(other.void_because, "no login reaches 'bare'"));
    expect_restored(f);
}

static void no_way_to_the_guest(void **state)
{
    struct fixture *f = *state;
    struct explore_target_options options = f->options;
    struct explore_target *target;
    struct remote_host *host;
    options.jump = NULL;
    assert_int_equal(remote_host_open(&f->t->cx, &options.login, &host), AJ_OK);
    assert_int_equal(explore_target_jailhouse_open(&f->t->cx, &options, host, f->t->arena, &target),
                     AJ_ERR_TARGET);
    test_one_error(&f->t->cx, "target-mode", 0, 0);
    remote_host_close(host);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_what_differs),
        TEST(refusals),
        TEST(reserved_memory),
        TEST(after_a_crash),
        TEST(in_the_guest),
        TEST(no_way_to_the_guest),
        TEST(boots),
        TEST(no_boot),
    };
    if (getenv("AJ_SSH_GUEST") == NULL || getenv("AUTOJAIL_ROOT") == NULL) {
        fprintf(stderr, "started by tests/explore/target_jailhouse.sh\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
