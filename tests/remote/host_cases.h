/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every live target, and what tests of them start from. */
#ifndef TESTS_REMOTE_HOST_CASES_H
#define TESTS_REMOTE_HOST_CASES_H

#include "remote/host.h"
#include "tests/support/support.h"

struct host_fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    struct remote_host *host;
    struct remote_result result;
    char dir[32]; /* both sides see it */
};

/* For cmocka: *state becomes a struct host_fixture, without a host. */
int host_fixture_setup(void **state);
int host_fixture_teardown(void **state);

/* Runs a shell script with `$1` = f->dir; the status is handed through. */
enum aj_status host_shell(struct host_fixture *f, const char *script,
                          const struct remote_command *rest);
/* The text of a file below f->dir, "" without it. */
const char *host_file(struct host_fixture *f, const char *name);
/* The process whose id is in the file below f->dir ends within some seconds. */
void host_process_ends(struct host_fixture *f, const char *name);

/* The cases; each takes a fixture with an open host. */
void host_case_exit_status(void **state);
void host_case_signal(void **state);
void host_case_binary(void **state);
void host_case_unread_input(void **state);
void host_case_stderr_apart(void **state);
void host_case_arguments(void **state);
void host_case_timeout(void **state);
void host_case_output_limit(void **state);
void host_case_cancel(void **state);
void host_case_put(void **state);

#define HOST_CASES(TEST)                                                                       \
    TEST(host_case_exit_status), TEST(host_case_signal), TEST(host_case_binary),               \
        TEST(host_case_unread_input), TEST(host_case_stderr_apart), TEST(host_case_arguments), \
        TEST(host_case_timeout), TEST(host_case_output_limit), TEST(host_case_cancel),         \
        TEST(host_case_put)

#endif
