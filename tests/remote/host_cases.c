/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/remote/host_cases.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"

#define BIG      ((size_t)8 << 20)
#define SECOND   INT64_C(1000000000)
#define PATIENCE 100 /* tenths of a second */

int host_fixture_setup(void **state)
{
    struct host_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    strncpy(f->dir, "/tmp/aj-test-XXXXXX", sizeof f->dir - 1);
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

int host_fixture_teardown(void **state)
{
    struct host_fixture *f = *state;
    remote_host_close(f->host);
    const int status = system(aj_strf(f->out, "rm -rf %s", f->dir));
    aj_arena_close(f->out);
    aj_ctx_close(&f->cx);
    free(f);
    return status;
}

enum aj_status host_shell(struct host_fixture *f, const char *script,
                          const struct remote_command *rest)
{
    const char *const argv[] = {"sh", "-c", script, "sh", f->dir};
    struct remote_command command = rest == NULL ? (struct remote_command){0} : *rest;
    command.argv = argv;
    command.argc = AJ_COUNT(argv);
    return remote_host_run(&f->cx, f->host, &command, f->out, &f->result);
}

const char *host_file(struct host_fixture *f, const char *name)
{
    struct aj_bytes bytes;
    const char *path = aj_strf(f->out, "%s/%s", f->dir, name);
    if (!aj_file_exists(path) || aj_file_read(&f->cx, path, 4096, f->out, &bytes) != AJ_OK)
        return "";
    return (const char *)bytes.data;
}

/* A zombie counts as ended: who should wait for it is not ours to say. */
static bool is_running(struct host_fixture *f, long pid)
{
    struct aj_bytes stat;
    const char *path = aj_strf(f->out, "/proc/%ld/stat", pid);
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        return false;
    if (!aj_file_exists(path) || aj_file_read(&f->cx, path, 4096, f->out, &stat) != AJ_OK)
        return false;
    const char *name_end = strrchr((const char *)stat.data, ')');
    return name_end != NULL && strncmp(name_end, ") Z", 3) != 0;
}

void host_process_ends(struct host_fixture *f, const char *name)
{
    const struct timespec tenth = {0, 100000000};
    const long pid = strtol(host_file(f, name), NULL, 10);
    assert_true(pid > 1);
    for (int i = 0; i < PATIENCE && is_running(f, pid); i++)
        nanosleep(&tenth, NULL);
    assert_false(is_running(f, pid));
}

static void expect_out(const struct host_fixture *f, const char *text)
{
    assert_string_equal((const char *)f->result.out.data, text);
    assert_int_equal(f->result.out.size, strlen(text));
}

void host_case_exit_status(void **state)
{
    struct host_fixture *f = *state;
    static const int codes[] = {0, 1, 7, 254, 255};
    for (size_t i = 0; i < AJ_COUNT(codes); i++) {
        assert_int_equal(host_shell(f, aj_strf(f->out, "exit %d", codes[i]), NULL), AJ_OK);
        assert_int_equal(f->result.exit_status, codes[i]);
        assert_null(f->result.signal);
        assert_int_equal(f->result.out.size, 0);
        assert_true(f->result.duration_ns > 0 && f->result.duration_ns < 60 * SECOND);
    }
    const char *const argv[] = {"there-is-no-such-program"};
    const struct remote_command command = {.argv = argv, .argc = 1};
    assert_int_equal(remote_host_run(&f->cx, f->host, &command, f->out, &f->result), AJ_OK);
    /* 126 if a directory of PATH may not be searched */
    assert_true(f->result.exit_status == 127 || f->result.exit_status == 126);
    assert_non_null(strstr((const char *)f->result.err.data, argv[0]));
    test_no_errors(&f->cx);
}

void host_case_signal(void **state)
{
    struct host_fixture *f = *state;
    static const char *const names[] = {"KILL", "TERM", "SEGV"};
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        const char *script = aj_strf(f->out, "ulimit -c 0; echo x; kill -%s $$", names[i]);
        assert_int_equal(host_shell(f, script, NULL), AJ_OK);
        assert_int_equal(f->result.exit_status, -1);
        assert_string_equal(f->result.signal, names[i]);
        expect_out(f, "x\n");
    }
}

void host_case_binary(void **state)
{
    struct host_fixture *f = *state;
    uint64_t random = test_random_start(8);
    uint8_t *data = aj_alloc(f->out, BIG);
    for (size_t i = 0; i < BIG; i++)
        data[i] = (uint8_t)test_random(&random);
    assert_int_equal(
        host_shell(f, "cat; echo done >&2", &(struct remote_command){.input = {data, BIG}}), AJ_OK);
    assert_int_equal(f->result.exit_status, 0);
    assert_int_equal(f->result.out.size, BIG);
    assert_memory_equal(f->result.out.data, data, BIG);
    assert_string_equal((const char *)f->result.err.data, "done\n");
}

void host_case_unread_input(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.input = {aj_alloc(f->out, BIG), BIG}};
    assert_int_equal(host_shell(f, "exec <&-; sleep 0.2; echo x; exit 3", &rest), AJ_OK);
    assert_int_equal(f->result.exit_status, 3);
    expect_out(f, "x\n");
    assert_int_equal(host_shell(f, "cat", NULL), AJ_OK);
    expect_out(f, "");
}

void host_case_stderr_apart(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(host_shell(f, "echo out; echo err >&2; echo out", NULL), AJ_OK);
    expect_out(f, "out\nout\n");
    assert_string_equal((const char *)f->result.err.data, "err\n");
    /* Neither stream waits for the other; of standard error the beginning is kept. */
    assert_int_equal(host_shell(f,
                                "echo begin >&2; head -c 4000000 /dev/zero >&2; "
                                "head -c 4000000 /dev/zero",
                                NULL),
                     AJ_OK);
    assert_int_equal(f->result.out.size, 4000000);
    assert_int_equal(f->result.err.size, 1 << 20);
    assert_memory_equal(f->result.err.data, "begin\n", 6);
}

void host_case_arguments(void **state)
{
    struct host_fixture *f = *state;
    const char *const argv[] = {"printf", "%s|", "",  "a b", "it's", "$HOME", "`id`",    "*",
                                "\n",     "\\",  "~", "-n",  "a=b",  "#",     "\xff\xfe"};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    assert_int_equal(remote_host_run(&f->cx, f->host, &command, f->out, &f->result), AJ_OK);
    expect_out(f, "|a b|it's|$HOME|`id`|*|\n|\\|~|-n|a=b|#|\xff\xfe|");
}

static const char long_script[] =
    "sleep 90 & echo $! >\"$1/child\"; echo $$ >\"$1/parent\"; echo begun; wait";

void host_case_timeout(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.timeout_ns = 2 * SECOND};
    assert_int_equal(host_shell(f, long_script, &rest), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-timeout", 0, 0);
    host_process_ends(f, "parent");
    host_process_ends(f, "child");
    /* The target is still of use. */
    assert_int_equal(host_shell(f, "echo again", NULL), AJ_OK);
    expect_out(f, "again\n");
}

void host_case_output_limit(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.output_limit = 1000};
    assert_int_equal(host_shell(f, "head -c 1000 /dev/zero", &rest), AJ_OK);
    assert_int_equal(f->result.out.size, 1000);
    assert_int_equal(
        host_shell(f, "head -c 1001 /dev/zero; echo $$ >\"$1/parent\"; exec sleep 90", &rest),
        AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-output", 0, 0);
    if (host_file(f, "parent")[0] != '\0')
        host_process_ends(f, "parent");
}

/* The one variable that a signal handler can reach. */
static volatile int cancelled;

static void on_alarm(int number)
{
    (void)number;
    cancelled = 1;
}

void host_case_cancel(void **state)
{
    struct host_fixture *f = *state;
    struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {.it_value = {2, 0}};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    cancelled = 0;
    f->cx.cancel = &cancelled;
    setitimer(ITIMER_REAL, &soon, NULL);
    assert_int_equal(host_shell(f, long_script, NULL), AJ_INTERRUPTED);
    f->cx.cancel = NULL;
    test_one_error(&f->cx, "interrupted", 0, 0);
    host_process_ends(f, "parent");
    host_process_ends(f, "child");
    assert_true(f->result.duration_ns < 20 * SECOND);
}

void host_case_put(void **state)
{
    struct host_fixture *f = *state;
    const char *path = aj_strf(f->out, "%s/it's a file", f->dir);
    static const uint8_t first[] = {0, 1, '\n', 0xff, '\'', 0};
    const struct aj_bytes content = {first, sizeof first};
    struct aj_bytes back;
    struct stat st;
    assert_int_equal(remote_host_put(&f->cx, f->host, path, content, 0750), AJ_OK);
    assert_int_equal(aj_file_read(&f->cx, path, 100, f->out, &back), AJ_OK);
    assert_int_equal(back.size, sizeof first);
    assert_memory_equal(back.data, first, sizeof first);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    assert_int_equal(remote_host_put(&f->cx, f->host, path, (struct aj_bytes){first, 0}, 0600),
                     AJ_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    /* Nothing is left beside it. */
    assert_int_equal(host_shell(f, "ls \"$1\"", NULL), AJ_OK);
    expect_out(f, "it's a file\n");

    path = aj_strf(f->out, "%s/none/file", f->dir);
    assert_int_equal(remote_host_put(&f->cx, f->host, path, content, 0600), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-put", 0, 0);
}
