/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/environment.h"

#include "tests/explore/target.h"

#define CAT_ONLINE(list) "case $1 in */online) echo '" list "';; *) exec /bin/cat \"$@\";; esac"

static void test_answers(void **state)
{
    struct target *t = *state;
    struct model_environment e = {.kernel = NULL};
    struct aj_cpuset online = {{0}};
    target_fake(t, "uname",
                "case $1 in -m) echo armv9;; *) echo 6.1; echo 'two  * $HOME words';; esac");
    target_fake(t, "cut", "exit 1");
    target_fake(t, "cat",
                "case $1 in */online) echo 0,2-3;; */realtime) echo 1;; "
                "*/policy*) echo ondemand; echo performance; echo ondemand;; esac");
    assert_int_equal(explore_environment_before(&t->cx, &t->jobs, t->arena, &e, &online), AJ_OK);
    assert_string_equal(e.kernel, "6.1 two  * $HOME words");
    assert_string_equal(e.machine, "armv9");
    assert_string_equal(e.realtime, "1");
    assert_string_equal(e.governors, "ondemand performance");
    assert_null(e.cmdline);
    assert_null(e.load_before);
    assert_string_equal(aj_cpuset_format(t->arena, &online), "0,2-3");
    const char *slowed = "?";
    target_fake(t, "cut", "echo 0.5 0.25 0.125");
    assert_int_equal(explore_environment_after(&t->cx, &t->jobs, t->arena, &e, &slowed), AJ_OK);
    assert_null(slowed);
    assert_string_equal(e.load_after, "0.5 0.25 0.125");
    assert_string_equal(e.machine, "armv9");
}

/* What is slower than at first, or slowed down all the time. */
static void expect_slowed(struct target *t, const char *was, const char *is, const char *why)
{
    struct model_environment e = {.kernel = NULL};
    struct aj_cpuset online = {{0}};
    const char *slowed = "?";
    target_fake(t, "cat", was);
    assert_int_equal(explore_environment_before(&t->cx, &t->jobs, t->arena, &e, &online), AJ_OK);
    target_fake(t, "cat", is);
    assert_int_equal(explore_environment_after(&t->cx, &t->jobs, t->arena, &e, &slowed), AJ_OK);
    if (why == NULL ? slowed != NULL : slowed == NULL || strstr(slowed, why) == NULL)
        fail_msg("%s instead of %s", slowed, why);
}

#define SHOWS(counts, limits)                                             \
    "case $* in */online) echo 0;; */core_throttle_count*) echo '" counts \
    "';; */scaling_max_freq) "                                            \
    "echo '" limits "';; esac"

static void test_slowed(void **state)
{
    struct target *t = *state;
    const char *cool = SHOWS("0", "2400000");
    expect_slowed(t, cool, cool, NULL);
    expect_slowed(t, SHOWS("7", ""), SHOWS("7", ""), NULL);
    expect_slowed(t, cool, SHOWS("3", "2400000"), "throttled: '0' before, '3' after");
    expect_slowed(t, cool, SHOWS("0", "1200000"), "'2400000' before, '1200000' after");
    expect_slowed(t, SHOWS("step 0", ""), SHOWS("step 0", ""), NULL);
    expect_slowed(t, SHOWS("step 2", ""), SHOWS("step 2", ""), "are throttled");
}

static void test_odd(void **state)
{
    struct target *t = *state;
    struct model_environment e = {.kernel = NULL};
    struct aj_cpuset online = {{0}};
    target_fake(t, "cat", CAT_ONLINE("all of them"));
    assert_int_equal(explore_environment_before(&t->cx, &t->jobs, t->arena, &e, &online),
                     AJ_ERR_TARGET);
    test_one_error(&t->cx, "target-odd", 0, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_answers), CASE(test_slowed), CASE(test_odd)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
