/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/job.h"

#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "tests/explore/target.h"

struct ran {
    enum aj_status status;
    struct remote_result result;
    enum explore_job_end end;
};

static struct ran run_shell(struct target *t, const char *line, int64_t limit_ns)
{
    const char *const argv[] = {"sh", "-c", line};
    const struct explore_job job = {argv, AJ_COUNT(argv), limit_ns, false};
    struct ran r = {.end = EXPLORE_JOB_DONE};
    r.status = explore_job_run(&t->cx, &t->jobs, &job, t->arena, &r.result, &r.end);
    return r;
}

/* A number of seconds that nothing else sleeps for. */
static const char *odd_seconds(struct target *t, int which)
{
    return aj_strf(t->arena, "%d.%ld", 66390 + which, (long)getpid());
}

static const char *sleeper(struct target *t, int which)
{
    return aj_strf(t->arena, "sleep %s", odd_seconds(t, which));
}

static void test_result_is_the_commands(void **state)
{
    struct target *t = *state;
    const struct ran r =
        run_shell(t, "echo out; echo err >&2; printf no-newline >&2; exit 42", 10 * AJ_NS_PER_S);
    assert_int_equal(r.status, AJ_OK);
    assert_int_equal(r.end, EXPLORE_JOB_DONE);
    assert_int_equal(r.result.exit_status, 42);
    assert_string_equal((const char *)r.result.out.data, "out\n");
    assert_string_equal((const char *)r.result.err.data, "err\nno-newline");
    assert_int_equal(r.result.err.size, 14);
}

/* What looks like the time limit is not, if it came too early. */
static void test_status_124_of_its_own(void **state)
{
    struct target *t = *state;
    const struct ran r = run_shell(t, "exit 124", 10 * AJ_NS_PER_S);
    assert_int_equal(r.end, EXPLORE_JOB_DONE);
    assert_int_equal(r.result.exit_status, 124);
}

static void test_time_limit(void **state)
{
    static const char *const lines[] = {"%s", "trap '' TERM; %s; %s", "setsid %s & %s",
                                        "(setsid sh -c 'trap \"\" TERM; %s; %s' &) ; %s"};
    struct target *t = *state;
    for (size_t i = 0; i < AJ_COUNT(lines); i++) {
        struct aj_buf line = {0};
        for (const char *at = lines[i]; *at != '\0'; at++) {
            if (strncmp(at, "%s", 2) == 0) {
                aj_buf_adds(&line, sleeper(t, 0));
                at++;
            } else {
                aj_buf_add(&line, at, 1);
            }
        }
        const struct ran r = run_shell(t, aj_buf_text(&line), AJ_NS_PER_S);
        if (r.status != AJ_OK || r.end != EXPLORE_JOB_TIME_LIMIT ||
            r.result.duration_ns > 8 * AJ_NS_PER_S)
            fail_msg("%s: status %d, end %d", aj_buf_text(&line), (int)r.status, (int)r.end);
        assert_false(target_runs(t, sleeper(t, 0)));
        aj_buf_free(&line);
    }
}

static void test_leftovers(void **state)
{
    struct target *t = *state;
    const char *line = aj_strf(t->arena, "setsid %s >/dev/null 2>&1 & exit 0", sleeper(t, 1));
    const struct ran r = run_shell(t, line, 10 * AJ_NS_PER_S);
    assert_int_equal(r.end, EXPLORE_JOB_LEFT_OVERS);
    assert_int_equal(r.result.exit_status, 0);
    assert_false(target_runs(t, sleeper(t, 1)));
}

/* A job ends its own leftovers, not what was started before; the end ends all. */
static void test_beside(void **state)
{
    struct target *t = *state;
    const char *const argv[] = {"sleep", odd_seconds(t, 2)};
    const struct explore_job load = {argv, AJ_COUNT(argv), 30 * AJ_NS_PER_S, false};
    const char *id = NULL;
    bool alive = false;
    assert_int_equal(explore_job_start(&t->cx, &t->jobs, &load, t->arena, &id), AJ_OK);
    for (int i = 0; i < 12; i++) /* the numbers of jobs grow beyond one digit */
        assert_int_equal(run_shell(t, "true", 10 * AJ_NS_PER_S).end, EXPLORE_JOB_DONE);
    assert_int_equal(explore_job_alive(&t->cx, &t->jobs, id, &alive), AJ_OK);
    assert_true(alive && target_runs(t, sleeper(t, 2)));
    assert_int_equal(explore_jobs_end(&t->cx, &t->jobs), AJ_OK);
    assert_false(target_runs(t, sleeper(t, 2)));
    assert_int_equal(explore_job_alive(&t->cx, &t->jobs, id, &alive), AJ_OK);
    assert_false(alive);
}

/* The limit of what was started holds without us. */
static void test_started_limit(void **state)
{
    struct target *t = *state;
    const char *const argv[] = {"sleep", odd_seconds(t, 3)};
    const struct explore_job load = {argv, AJ_COUNT(argv), AJ_NS_PER_S, false};
    const struct timespec pause = {0, 100000000};
    const char *id = NULL;
    assert_int_equal(explore_job_start(&t->cx, &t->jobs, &load, t->arena, &id), AJ_OK);
    for (int i = 0; i < 100 && target_runs(t, sleeper(t, 3)); i++)
        (void)nanosleep(&pause, NULL);
    assert_false(target_runs(t, sleeper(t, 3)));
}

/* The end is reached also when everything is cancelled. */
static void test_cancelled(void **state)
{
    struct target *t = *state;
    const volatile int yes = 1;
    const char *const argv[] = {"sleep", odd_seconds(t, 4)};
    const struct explore_job load = {argv, AJ_COUNT(argv), 30 * AJ_NS_PER_S, false};
    const char *id = NULL;
    assert_int_equal(explore_job_start(&t->cx, &t->jobs, &load, t->arena, &id), AJ_OK);
    t->cx.cancel = &yes;
    assert_int_equal(run_shell(t, "true", 10 * AJ_NS_PER_S).status, AJ_INTERRUPTED);
    t->cx.cancel = NULL;
    assert_false(target_runs(t, sleeper(t, 4)));
}

static void test_odd_target(void **state)
{
    struct target *t = *state;
    struct explore_jobs jobs;
    target_fake(t, "cat", "echo no-such-file; exit 1");
    assert_int_equal(explore_jobs_open(&t->cx, t->host, t->arena, &jobs), AJ_ERR_TARGET);
    test_one_error(&t->cx, "target-odd", 0, 0);
}

/* A process that no signal ends: played by a process number that cannot be. */
static void test_something_stays(void **state)
{
    struct target *t = *state;
    target_fake(t, "grep", "echo /proc/999999999/environ");
    assert_int_equal(run_shell(t, "true", 10 * AJ_NS_PER_S).status, AJ_ERR_TARGET);
    test_one_error(&t->cx, "target-leftover", 0, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, target_open, target_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_result_is_the_commands),
        CASE(test_status_124_of_its_own),
        CASE(test_time_limit),
        CASE(test_leftovers),
        CASE(test_beside),
        CASE(test_started_limit),
        CASE(test_cancelled),
        CASE(test_odd_target),
        CASE(test_something_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
