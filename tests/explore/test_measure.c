/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measurements that must come out void, with programs in the place of cyclictest. Good ones take real
 * time priorities: tests/cli/test_command.sh.
 */
#include "explore/measure.h"

#include "tests/explore/target.h"

#define HELP                                                                 \
    "if [ \"$1\" = --help ]; then echo 'cyclictest V 2.40'; echo 'Usage:'; " \
    "echo '-h --histogram=US -a --affinity --json=FILE'; exit 0; fi; "

static struct explore_measured measure(struct target *t, const char *const *load, size_t load_count)
{
    const struct explore_progress silence = {NULL, NULL};
    struct explore_latency what = {.duration_ns = 1000000000,
                                   .blocks = 1,
                                   .interval_ns = 1000000,
                                   .priority = 95,
                                   .load = load,
                                   .load_count = load_count};
    struct explore_measured m = {.measurement = NULL};
    aj_cpuset_add(&what.cpus, 0);
    const enum aj_status status =
        explore_measure(&t->cx, &t->jobs, &what, INT64_C(60000000000), &silence, t->arena, &m);
    if (status != AJ_OK)
        fail_msg("%s", test_diags(&t->cx));
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

static void test_other_tool(void **state)
{
    struct target *t = *state;
    expect_void(t, "echo 'usage: cyclictest BICYCLE'", "another program");
    assert_int_equal(test_count(&t->cx, "cyclictest"), 1);
}

static void test_tool_fails(void **state)
{
    expect_void(*state, HELP "echo 'Unable to change scheduling policy!' >&2; exit 1",
                "status 1: Unable to change scheduling policy!");
}

/* It says all is well, but the kernel never ran a real-time thread. */
static void test_no_policy(void **state)
{
    expect_void(*state, HELP "sleep 1; echo '#task'; exit 0", "policy, priority or CPUs");
}

/* Says nothing of the threads that measured, but something of others. */
static void test_load_that_ends(void **state)
{
    static const char *const load[] = {"true"};
    struct target *t = *state;
    target_fake(t, "cyclictest", HELP "sleep 1; echo '#task 1 95 0'; exit 0");
    const struct explore_measured m = measure(t, load, 1);
    if (strstr(m.void_because, "the load 'true' ended") == NULL)
        fail_msg("%s", m.void_because);
}

static void test_offline_cpu(void **state)
{
    struct target *t = *state;
    target_fake(t, "cat", "case $1 in */online) echo 1-3;; *) exec /bin/cat \"$@\";; esac");
    expect_void(t, HELP "exit 0", "CPUs 0 are not all online: the target has 1-3");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_no_tool),   CASE(test_other_tool),     CASE(test_tool_fails),
        CASE(test_no_policy), CASE(test_load_that_ends), CASE(test_offline_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
