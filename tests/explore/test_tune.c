/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of this machine, in a tree of files below a directory of the test's own: no root is
 * needed, and nothing of the machine is touched.
 */
#include "explore/tune.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/explore/target.h"

#define AFFINITY "/proc/irq/36/smp_affinity_list"
#define WAIT_MAX 100 /* of 0.1 s */

static const struct explore_tune both[] = {
    {{"/sys/policy*/scaling_governor", "performance", MODEL_KNOB_TEXT}, "governor", false},
    {{AFFINITY, "1", MODEL_KNOB_CPULIST}, "interrupt 62", false},
};
static const struct explore_tune one[] = {
    {{AFFINITY, "0", MODEL_KNOB_CPULIST}, "interrupt 62", false},
};

static const char *path(struct target *t, const char *name)
{
    return aj_strf(t->arena, "%s/root%s", t->dir, name);
}

static void write_file(struct target *t, const char *name, const char *text)
{
    assert_int_equal(aj_file_write(&t->cx, path(t, name), text, strlen(text)), AJ_OK);
}

/* The first line. */
static const char *file(struct target *t, const char *name)
{
    struct aj_bytes bytes;
    assert_int_equal(aj_file_read(&t->cx, path(t, name), 1 << 16, t->arena, &bytes), AJ_OK);
    return aj_strndup(t->arena, (const char *)bytes.data, strcspn((const char *)bytes.data, "\n"));
}

static struct explore_tuning open_tuning(struct target *t)
{
    target_as_root(t);
    assert_int_equal(system(aj_strf(t->arena,
                                    "mkdir -p %s/root/sys/policy0 %s/root/sys/policy4 "
                                    "%s/root/proc/irq/36 %s/root/run",
                                    t->dir, t->dir, t->dir, t->dir)),
                     0);
    write_file(t, "/sys/policy0/scaling_governor", "ondemand\n");
    write_file(t, "/sys/policy4/scaling_governor", "schedutil\n");
    write_file(t, AFFINITY, "0-1\n");
    write_file(t, "/proc/interrupts", "CPU0\n 36: 5 GICv2 62 Level uart\n");
    return explore_tuning_open(&t->jobs, path(t, ""));
}

static void apply(struct target *t, struct explore_tuning *tuning, const struct explore_tune *tunes,
                  size_t count, const char *why)
{
    /* what the call allocates ends before the next one */
    struct aj_arena *arena = aj_arena_open();
    const char *refused = "?";
    if (explore_tuning_apply(&t->cx, tuning, tunes, count, arena, &refused) != AJ_OK)
        fail_msg("%s", test_diags(&t->cx));
    if (why == NULL ? refused != NULL : refused == NULL || strstr(refused, why) == NULL)
        fail_msg("refused because of '%s' instead of '%s'", refused, why);
    aj_arena_close(arena);
}

static void expect_as_found(struct target *t)
{
    assert_string_equal(file(t, "/sys/policy0/scaling_governor"), "ondemand");
    assert_string_equal(file(t, "/sys/policy4/scaling_governor"), "schedutil");
    assert_string_equal(file(t, AFFINITY), "0-1");
}

static void expect_set(struct target *t)
{
    assert_string_equal(file(t, "/sys/policy0/scaling_governor"), "performance");
    assert_string_equal(file(t, "/sys/policy4/scaling_governor"), "performance");
    assert_string_equal(file(t, AFFINITY), "1");
}

static bool wait_for_end(const char *dir)
{
    const struct timespec pause = {.tv_nsec = 100000000};
    for (int i = 0; i < WAIT_MAX && access(dir, F_OK) == 0; i++)
        nanosleep(&pause, NULL);
    return access(dir, F_OK) != 0;
}

static void test_sets_and_gives_back(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    struct explore_tuning_seen seen;
    apply(t, &tuning, NULL, 0, NULL);
    assert_null(tuning.dir);
    apply(t, &tuning, both, 2, NULL);
    expect_set(t);
    assert_int_equal(explore_tuning_check(&t->cx, &tuning, 0, t->arena, &seen), AJ_OK);
    assert_null(seen.changed);
    assert_string_equal(seen.interrupts, "CPU0\n 36: 5 GICv2 62 Level uart\n");
    const char *dir = tuning.dir;
    const volatile int cancel = 1;
    t->cx.cancel = &cancel;
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    t->cx.cancel = NULL;
    expect_as_found(t);
    assert_null(tuning.dir);
    assert_true(access(dir, F_OK) != 0);
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
}

/* What the next setting does not speak of is as it was found, not as it was set last. */
static void test_sets_others(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    apply(t, &tuning, both, 2, NULL);
    apply(t, &tuning, one, 1, NULL);
    assert_string_equal(file(t, "/sys/policy0/scaling_governor"), "ondemand");
    assert_string_equal(file(t, "/sys/policy4/scaling_governor"), "schedutil");
    assert_string_equal(file(t, AFFINITY), "0");
    apply(t, &tuning, NULL, 0, NULL);
    expect_as_found(t);
    apply(t, &tuning, both, 2, NULL);
    expect_set(t);
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    expect_as_found(t);
}

/* A full disk: what cannot be kept is not changed, and what was kept is given back. */
static void test_full_disk(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    const size_t line = strlen(path(t, "/sys/policy0/scaling_governor")) + sizeof "ondemand\t\t.";
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){line + line / 2, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    apply(t, &tuning, both, 2, "cannot be kept");
    assert_string_equal(file(t, "/sys/policy0/scaling_governor"), "performance");
    assert_string_equal(file(t, "/sys/policy4/scaling_governor"), "schedutil");
    assert_string_equal(file(t, AFFINITY), "0-1");
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    expect_as_found(t);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
}

static void test_refused(void **state)
{
    static const struct explore_tune missing = {
        {"/sys/none*", "1", MODEL_KNOB_TEXT}, "boost", false};
    static const struct explore_tune optional = {
        {"/sys/none*", "1", MODEL_KNOB_TEXT}, "CPU 3", true};
    static const struct explore_tune unread = {
        {"/sys/policy0", "1", MODEL_KNOB_TEXT}, "dir", false};
    /* A plain file does not show the choices. */
    static const struct explore_tune other = {
        {"/proc/choice", "never", MODEL_KNOB_CHOICE}, "huge_pages", false};
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    write_file(t, "/proc/choice", "always [madvise] never\n");
    apply(t, &tuning, &missing, 1, "boost: the target has no /sys/none*");
    apply(t, &tuning, &optional, 1, NULL);
    apply(t, &tuning, &unread, 1, "dir: ");
    apply(t, &tuning, &other, 1, "huge_pages: ");
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    assert_string_equal(file(t, "/proc/choice"), "madvise");
    t->jobs.root = false;
    apply(t, &tuning, both, 2, "governor takes root");
    expect_as_found(t);
}

static void test_changed_by_others(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    struct explore_tuning_seen seen;
    apply(t, &tuning, both, 2, NULL);
    write_file(t, AFFINITY, "0\n");
    assert_int_equal(explore_tuning_check(&t->cx, &tuning, 0, t->arena, &seen), AJ_OK);
    assert_non_null(strstr(seen.changed, "interrupt 62: "));
    assert_non_null(strstr(seen.changed, "holds '0' instead of '1'"));
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    expect_as_found(t);
}

/* A file that is there no more keeps nothing else from being given back. */
static void test_cannot_give_back(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    apply(t, &tuning, both, 2, NULL);
    assert_int_equal(unlink(path(t, AFFINITY)), 0);
    assert_int_equal(mkdir(path(t, AFFINITY), 0755), 0);
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_ERR_TARGET);
    test_one_error(&t->cx, "target-restore", 0, 0);
    assert_string_equal(file(t, "/sys/policy4/scaling_governor"), "schedutil");
}

/* Nobody calls for longer than was said: the target helps itself, and what comes then works. */
static void test_lease_runs_out(void **state)
{
    struct target *t = *state;
    struct explore_tuning tuning = open_tuning(t);
    struct explore_tuning_seen seen;
    apply(t, &tuning, both, 2, NULL);
    const char *dir = tuning.dir;
    assert_int_equal(aj_file_write(&t->cx, aj_strf(t->arena, "%s/lease", dir), "1\n", 2), AJ_OK);
    assert_true(wait_for_end(dir));
    expect_as_found(t);
    assert_int_equal(explore_tuning_check(&t->cx, &tuning, 0, t->arena, &seen), AJ_OK);
    assert_non_null(strstr(seen.changed, "heard nothing"));
    apply(t, &tuning, both, 2, NULL);
    expect_set(t);
    assert_int_equal(explore_tuning_restore(&t->cx, &tuning), AJ_OK);
    expect_as_found(t);
}

/* Another one comes before the first is known to be dead: it finds what the first one found. */
static void test_taken_over(void **state)
{
    struct target *t = *state;
    struct explore_tuning first = open_tuning(t);
    struct explore_tuning second = first;
    struct explore_tuning_seen seen;
    apply(t, &first, both, 2, NULL);
    apply(t, &second, one, 1, NULL);
    assert_string_equal(file(t, "/sys/policy0/scaling_governor"), "ondemand");
    assert_string_equal(file(t, AFFINITY), "0");
    assert_int_equal(explore_tuning_check(&t->cx, &first, 0, t->arena, &seen), AJ_OK);
    assert_non_null(strstr(seen.changed, "heard nothing"));
    /* What watches for the second one is killed: a third gives back by itself. */
    assert_int_equal(system(aj_strf(t->arena, "kill -9 $(cat %s/pid)", second.dir)), 0);
    apply(t, &first, both, 2, NULL);
    expect_set(t);
    assert_int_equal(explore_tuning_restore(&t->cx, &first), AJ_OK);
    expect_as_found(t);
}

/* One that is killed while its settings are in force, and something runs. */
static void test_killed(void **state)
{
    struct target *t = *state;
    char dir[64] = "";
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        static const char *const words[] = {"sleep", "7821"};
        const struct explore_job job = {words, 2, INT64_C(60000000000), true};
        struct explore_tuning tuning = open_tuning(t);
        const char *id;
        apply(t, &tuning, both, 2, NULL);
        if (explore_job_start(&t->cx, &t->jobs, &job, t->arena, &id) != AJ_OK)
            _exit(1);
        if (write(ends[1], tuning.dir, strlen(tuning.dir)) < 0)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    const ssize_t got = read(ends[0], dir, sizeof dir - 1);
    assert_true(got > 0);
    expect_set(t);
    assert_true(target_runs(t, "sleep 7821"));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(wait_for_end(dir));
    expect_as_found(t);
    assert_false(target_runs(t, "sleep 7821"));
    close(ends[0]);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_sets_and_gives_back),
        CASE(test_sets_others),
        CASE(test_full_disk),
        CASE(test_refused),
        CASE(test_changed_by_others),
        CASE(test_cannot_give_back),
        CASE(test_lease_runs_out),
        CASE(test_taken_over),
        CASE(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
