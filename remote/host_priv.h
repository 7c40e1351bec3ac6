/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a kind of live target implements. It reports how a command ended; remote/host.c alone makes
 * diagnostics of that.
 */
#ifndef REMOTE_HOST_PRIV_H
#define REMOTE_HOST_PRIV_H

#include "base/buf.h"
#include "base/num.h"
#include "remote/host.h"

#define HOST_STEP_MS \
    100 /* how long a kind waits before it looks at the clock and the cancel flag */

/* The parts of "ssh:user@host:port". */
struct host_login {
    const char *user; /* NULL: the user's configuration decides */
    const char *host;
    uint16_t port; /* 0: the same */
};

/* One command as a kind runs it: argv already has what makes it privileged. */
struct host_job {
    const char *const *argv;
    size_t argc;
    struct aj_bytes input;
    int64_t timeout_ns;
    size_t output_limit;
    const char *const
        *kill_argv;   /* kill_argv[kill_argc] and a process id ends the command and its */
    size_t kill_argc; /* children; 0: nothing does */
};

/* How a command ended, seen from here. */
enum host_end {
    HOST_DONE,      /* the result says how */
    HOST_TIMEOUT,   /* these three: it was ended on the target */
    HOST_OUTPUT,    /* more than output_limit */
    HOST_CANCELLED, /* cx->cancel */
    HOST_LOST,      /* the link broke; why is in host->why */
    HOST_NO_START,  /* it never ran; why is in host->why */
};

struct host_ops {
    enum host_end (*run)(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result);
    /* Writes a file that must not be there. HOST_NO_START: by a command, please. */
    enum host_end (*put)(struct aj_ctx *cx, struct remote_host *host, const char *path,
                         struct aj_bytes content);
    void (*close)(struct remote_host *host);
};

enum host_privilege {
    HOST_PRIVILEGE_UNKNOWN, /* nobody asked yet */
    HOST_PRIVILEGE_ROOT,
    HOST_PRIVILEGE_SUDO,
    HOST_PRIVILEGE_NONE,
};

struct remote_host {
    const struct host_ops *ops;
    struct aj_arena *arena; /* holds the host itself */
    const char *name;
    const char *why; /* in words, after HOST_LOST and HOST_NO_START */
    enum host_privilege privilege;
    void *state; /* of the kind */
};

void host_local_open(struct remote_host *host);
/* `root` NULL: directly; else through it. */
AJ_NODISCARD enum aj_status host_ssh_open(struct aj_ctx *cx, struct remote_host *host,
                                          const struct host_login *at,
                                          const struct remote_login *login,
                                          struct remote_host *root);

/* What a command printed so far. */
struct host_capture {
    struct aj_buf out, err;
    size_t limit;
};
/* False when standard output passes the limit. */
bool host_capture_out(struct host_capture *capture, const void *bytes, size_t count);
/* Of standard error the first MiB is kept. */
void host_capture_err(struct host_capture *capture, const void *bytes, size_t count);
/* Moves what was captured to `out` and frees the buffers. */
void host_capture_finish(struct host_capture *capture, struct aj_arena *out,
                         struct remote_result *result);

/* Nanoseconds of a clock that only runs forward. */
int64_t host_now_ns(void);
bool host_cancelled(const struct aj_ctx *cx);

/*
 * Asks a question on the terminal without echo. False without a terminal, or when interrupted; the
 * caller wipes `answer`.
 */
bool host_ask(const struct aj_ctx *cx, const char *question, char *answer, size_t size);
void host_wipe(char *secret, size_t size);

#endif
