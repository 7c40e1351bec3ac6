/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measurements that must come out void, with programs in the place of cyclictest. Good ones take real
 * time priorities: tests/cli/test_command.sh.
 */
#include "explore/measure.h"

#include "tests/explore/target.h"

#define BLOCK_MAX 3

/* Blocks of 1 s with 1000 wake-ups on CPU 0. */
static struct explore_measured run(struct target *t, uint32_t blocks, struct explore_measuring *how)
{
    const struct explore_progress silence = {NULL, NULL};
    struct explore_latency what = {.duration_ns = blocks * INT64_C(1000000000),
                                   .blocks = blocks,
                                   .interval_ns = 1000000,
                                   .priority = 95};
    struct explore_measured m = {.measurement = NULL};
    aj_cpuset_add(&what.cpus, 0);
    how->what = &what;
    how->limit_ns = INT64_C(60000000000);
    how->progress = &silence;
    const enum aj_status status = explore_measure(&t->cx, &t->jobs, how, t->arena, &m);
    if (status != AJ_OK)
        fail_msg("%s", test_diags(&t->cx));
    return m;
}

static struct explore_measured measure(struct target *t, const char *const *load, size_t load_count)
{
    const struct explore_load one = {.argv = load, .argc = load_count};
    struct explore_measuring how = {.loads = &one, .loads_count = load_count > 0};
    const struct explore_measured m = run(t, 1, &how);
    assert_null(m.measurement);
    assert_non_null(m.void_because);
    return m;
}

static void expect_void(struct target *t, const char *script, const char *why)
{
    target_fake(t, "cyclictest", script);
    const struct explore_measured m = measure(t, NULL, 0);
    if (strstr(m.void_because, why) == NULL)
        fail_msg("'%s' does not say '%s'", m.void_because, why);
}

static void test_no_tool(void **state)
{
    expect_void(*state, "exit 127", "not installed");
}

/* Not even a directory for the results: nothing ran, and nobody said anything of threads. */
static void test_full_disk(void **state)
{
    struct target *t = *state;
    target_fake(t, "mktemp", "echo 'No space left on device' >&2; exit 1");
    expect_void(t, TARGET_HELP "exit 0", "runs nothing (status 125): No space left on device");
}

static void test_other_tool(void **state)
{
    struct target *t = *state;
    expect_void(t, "echo 'usage: cyclictest BICYCLE'", "another program");
    assert_int_equal(test_count(&t->cx, "cyclictest"), 1);
}

static void test_tool_fails(void **state)
{
    expect_void(*state, TARGET_HELP "echo 'Unable to change scheduling policy!' >&2; exit 1",
                "status 1: Unable to change scheduling policy!");
}

/* It says all is well, but the kernel never ran a real-time thread. */
static void test_no_policy(void **state)
{
    expect_void(*state, TARGET_HELP "sleep 1; echo '#task'; exit 0", "policy, priority or CPUs");
}

/* Says nothing of the threads that measured, but something of others. */
static void test_load_that_ends(void **state)
{
    static const char *const load[] = {"true"};
    struct target *t = *state;
    target_fake(t, "cyclictest", TARGET_HELP TARGET_GOOD "; sleep 1; " TARGET_TEXT);
    const struct explore_measured m = measure(t, load, 1);
    if (strstr(m.void_because, "the load 'true' ended") == NULL)
        fail_msg("%s", m.void_because);
}

static void test_offline_cpu(void **state)
{
    struct target *t = *state;
    target_fake(t, "cat", "case $1 in */online) echo 1-3;; *) exec /bin/cat \"$@\";; esac");
    expect_void(t, TARGET_HELP "exit 0", "CPUs 0 are not all online: the target has 1-3");
}

static void expect_good(const struct explore_measured *m, size_t blocks)
{
    if (m->void_because != NULL)
        fail_msg("%s", m->void_because);
    assert_non_null(m->measurement);
    assert_int_equal(m->measurement->blocks_count, blocks);
}

/* Most blocks end early: the rest of them, and of the blocks, is not measured. */
static void test_hopeless(void **state)
{
    struct target *t = *state;
    struct explore_measuring how = {.hopeless_ns = 900000};
    target_fake(t, "cyclictest",
                TARGET_HELP "case \" $* \" in *' -b 900 '*) " TARGET_BREAK ";; *) " TARGET_GOOD
                            ";; esac; " TARGET_TEXT);
    const struct explore_measured m = run(t, BLOCK_MAX, &how);
    expect_good(&m, 2);
    assert_true(m.censored);
    assert_int_equal(m.measurement->blocks[1].threads[0].cycles, 100);
    assert_int_equal(m.measurement->blocks[1].threads[0].max_ns, 901000);
}

/* One block ends early: what it missed is measured at the end, without a limit. */
static void test_one_long_latency(void **state)
{
    struct target *t = *state;
    struct explore_measuring how = {.hopeless_ns = 900000};
    target_fake(t, "cyclictest",
                aj_strf(t->arena,
                        TARGET_HELP TARGET_GOOD "; case \" $* \" in *' -b 900 '*) "
                                                "[ -e %s/once ] || { : >%s/once; " TARGET_BREAK
                                                "; };; esac; " TARGET_TEXT,
                        t->dir, t->dir));
    const struct explore_measured m = run(t, BLOCK_MAX, &how);
    expect_good(&m, BLOCK_MAX);
    assert_false(m.censored);
    assert_int_equal(m.measurement->blocks[0].threads[0].cycles, 1100);
    assert_int_equal(m.measurement->blocks[0].threads[0].max_ns, 901000);
    assert_int_equal(m.measurement->blocks[0].threads[0].histogram.bins_count, 3);
    assert_int_equal(m.measurement->blocks[2].threads[0].cycles, 1000);
}

/* The second block of five, the third start, is bad: how often was cyclictest started? */
static size_t starts_until(struct target *t, const char *help, const char *bad)
{
    struct explore_measuring how = {.hopeless_ns = 0};
    const char *log = aj_strf(t->arena, "%s/starts", t->dir);
    struct aj_bytes text;
    target_fake(t, "cyclictest",
                aj_strf(t->arena,
                        "%s" TARGET_HELP "echo >>%s; " TARGET_GOOD
                        "; [ $(wc -l <%s) -ne 3 ] || { %s; }; " TARGET_TEXT,
                        help, log, log, bad));
    const struct explore_measured m = run(t, 5, &how);
    assert_non_null(m.void_because);
    assert_true(m.measurement->blocks_count <= 2);
    assert_int_equal(aj_file_read(&t->cx, log, 1 << 20, t->arena, &text), AJ_OK);
    return text.size;
}

static void test_ends_at_a_bad_block(void **state)
{
    assert_int_equal(starts_until(*state, "", "exit 3"), 3);
}

static void test_ends_at_few_cycles(void **state)
{
    assert_int_equal(starts_until(*state, "", "n=5; echo '\"cycles\": 5,'"), 3);
}

/* It measures no more, and ends only when the next one has started. */
static void test_ends_while_blocks_overlap(void **state)
{
    struct target *t = *state;
    target_fake(t, "cat", "case $1 in */online) echo 0-1;; *) exec /bin/cat \"$@\";; esac");
    target_fake(t, "taskset", "[ \"$1\" = -pc ] || { shift 2; exec \"$@\"; }");
    assert_int_equal(starts_until(t, "[ \"$1\" != --help ] || echo ' --mainaffinity'; ",
                                  "exec 3>&-; sleep 0.5; exit 3"),
                     4);
}

/* Asked for or not: a latency that ends a block is no good block. */
static void test_breaks_unasked(void **state)
{
    struct target *t = *state;
    struct explore_measuring how = {.hopeless_ns = 0};
    target_fake(t, "cyclictest", TARGET_HELP TARGET_BREAK "; " TARGET_TEXT);
    const struct explore_measured m = run(t, 1, &how);
    assert_non_null(strstr(m.void_because, "stopped at a long latency"));
}

static void test_loads_are_held(void **state)
{
    static const char *const first[] = {"sleep", "7801"}, *const second[] = {"sleep", "7802"};
    struct target *t = *state;
    struct explore_load loads[] = {{.cell = "root", .argv = first, .argc = 2},
                                   {.cell = "gui", .argv = second, .argc = 2}};
    struct explore_measuring how = {.loads = loads, .loads_count = AJ_COUNT(loads)};
    const char *log = aj_strf(t->arena, "%s/log", t->dir);
    struct aj_bytes text;
    aj_cpuset_add(&loads[1].cpus, 0);
    aj_cpuset_add(&loads[1].cpus, 3);
    target_fake(t, "taskset", aj_strf(t->arena, "echo \"$*\" >>%s; shift 2; exec \"$@\"", log));
    target_fake(
        t, "cyclictest",
        aj_strf(t->arena, TARGET_HELP TARGET_GOOD "; ps -e -o args= >>%s; " TARGET_TEXT, log));
    const struct explore_measured m = run(t, 1, &how);
    assert_int_equal(aj_file_read(&t->cx, log, 1 << 20, t->arena, &text), AJ_OK);
    assert_non_null(strstr((const char *)text.data, "-c 0,3 sleep 7802"));
    assert_null(strstr((const char *)text.data, "-c 0,3 sleep 7801"));
    assert_non_null(strstr((const char *)text.data, "\nsleep 7801"));
    assert_non_null(strstr((const char *)text.data, "\nsleep 7802"));
    assert_false(target_runs(t, "sleep 780"));
    assert_int_equal(m.measurement->loads_count, 2);
    assert_string_equal(m.measurement->loads[1].cell, "gui");
    assert_true(aj_cpuset_has(&m.measurement->loads[1].cpus, 3));
}

/* The counters of the CPUs' heat show more after the measurement than before. */
static void test_throttled(void **state)
{
    struct target *t = *state;
    struct explore_measuring how = {.hopeless_ns = 0};
    target_fake(t, "cat",
                aj_strf(t->arena,
                        "case $* in */thermal_throttle/*) echo x >>%s/heat; wc -l <%s/heat;; "
                        "*) exec /bin/cat \"$@\";; esac",
                        t->dir, t->dir));
    target_fake(t, "cyclictest", TARGET_HELP TARGET_GOOD "; " TARGET_TEXT);
    const struct explore_measured m = run(t, 1, &how);
    if (m.void_because == NULL || strstr(m.void_because, "throttled: '1") == NULL)
        fail_msg("%s", m.void_because);
    assert_int_equal(m.measurement->blocks_count, 1);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_no_tool),
        CASE(test_full_disk),
        CASE(test_other_tool),
        CASE(test_tool_fails),
        CASE(test_no_policy),
        CASE(test_load_that_ends),
        CASE(test_offline_cpu),
        CASE(test_hopeless),
        CASE(test_one_long_latency),
        CASE(test_breaks_unasked),
        CASE(test_loads_are_held),
        CASE(test_throttled),
        CASE(test_ends_at_a_bad_block),
        CASE(test_ends_at_few_cycles),
        CASE(test_ends_while_blocks_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
