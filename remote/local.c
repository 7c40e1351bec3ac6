/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on this machine: a process group of its own for each, three pipes, one poll loop. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/names.h"
#include "remote/host_priv.h"

#define CHUNK           65536
#define KILL_TIMEOUT_NS ((int64_t)5 * AJ_NS_PER_S)
#define CANNOT_EXEC     127 /* what a shell says */

static const struct aj_name signal_names[] = {
    {SIGHUP, "HUP"},   {SIGINT, "INT"},   {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},   {SIGTRAP, "TRAP"},
    {SIGABRT, "ABRT"}, {SIGBUS, "BUS"},   {SIGFPE, "FPE"},   {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},
    {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
    {SIGXCPU, "XCPU"}, {SIGXFSZ, "XFSZ"}, {SIGSYS, "SYS"},   {0, NULL},
};

/* Our ends of the pipes, -1 once closed. */
struct child {
    pid_t pid;
    int in, out, err;
    size_t written; /* of the input */
    bool ended;     /* and was waited for; `status` says how */
    int status;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* In the child: becomes the command. Only functions that are safe after fork. */
static void become(const char *const *argv, const int ends[3])
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sigemptyset(&standard.sa_mask);
    sigaction(SIGPIPE, &standard, NULL);
    setpgid(0, 0);
    for (int i = 0; i < 3; i++)
        if (dup2(ends[i], i) < 0)
            _exit(CANNOT_EXEC);
    /* execvp changes neither the array nor the texts. */
    union {
        const char *const *ours;
        char *const *theirs;
    } words = {argv};
    execvp(argv[0], words.theirs);
    const char *why = strerror(errno);
    if (write(2, argv[0], strlen(argv[0])) < 0 || write(2, ": ", 2) < 0 ||
        write(2, why, strlen(why)) < 0 || write(2, "\n", 1) < 0)
        _exit(CANNOT_EXEC);
    _exit(CANNOT_EXEC);
}

/* pipes[2 * i] is read, pipes[2 * i + 1] written. All are above 2, so that dup2 clears O_CLOEXEC. */
static bool open_pipes(int pipes[6])
{
    for (int i = 0; i < 6; i++)
        pipes[i] = -1;
    for (int i = 0; i < 3; i++) {
        int *pair = pipes + 2 * i;
        if (pipe(pair) != 0)
            return false;
        for (int k = 0; k < 2; k++) {
            const int high = fcntl(pair[k], F_DUPFD_CLOEXEC, 3);
            if (high < 0)
                return false;
            close(pair[k]);
            pair[k] = high;
        }
    }
    return true;
}

static bool start(const struct host_job *job, struct aj_arena *scratch, struct child *child)
{
    int pipes[6];
    const char **argv = AJ_NEW_ARRAY(scratch, const char *, job->argc + 1);
    memcpy(argv, job->argv, job->argc * sizeof *argv);
    const bool piped = open_pipes(pipes);
    const pid_t pid = piped ? fork() : -1;
    if (pid == 0)
        become(argv, (const int[3]){pipes[0], pipes[3], pipes[5]});
    const int why = errno;
    if (pid < 0) {
        for (int i = 0; i < 6; i++)
            close_end(&pipes[i]);
        errno = why;
        return false;
    }
    setpgid(pid, pid); /* whoever of the two comes first */
    close_end(&pipes[0]);
    close_end(&pipes[3]);
    close_end(&pipes[5]);
    *child = (struct child){.pid = pid, .in = pipes[1], .out = pipes[2], .err = pipes[4]};
    fcntl(child->in, F_SETFL, O_NONBLOCK);
    return true;
}

static void feed(struct child *child, struct aj_bytes input)
{
    const ssize_t done = write(child->in, input.data + child->written, input.size - child->written);
    if (done > 0)
        child->written += (size_t)done;
    else if (done < 0 && errno != EAGAIN && errno != EINTR)
        close_end(&child->in); /* it reads no more, which is its right */
}

/* False when there is more output than wanted. */
static bool take(struct host_capture *capture, int *fd, bool is_err)
{
    char chunk[CHUNK];
    const ssize_t got = read(*fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0) {
        close_end(fd);
        return true;
    }
    if (!is_err)
        return host_capture_out(capture, chunk, (size_t)got);
    host_capture_err(capture, chunk, (size_t)got);
    return true;
}

/* One round of the loop, at most HOST_STEP_MS long. */
static bool step(struct child *child, const struct host_job *job, struct host_capture *capture)
{
    if (child->in >= 0 && child->written == job->input.size)
        close_end(&child->in);
    struct pollfd fds[3] = {
        {.fd = child->in, .events = POLLOUT},
        {.fd = child->out, .events = POLLIN},
        {.fd = child->err, .events = POLLIN},
    };
    const bool open = child->in >= 0 || child->out >= 0 || child->err >= 0;
    /* A command may close its output and work on: then only its end is of interest, and soon. */
    if (poll(fds, 3, open ? HOST_STEP_MS : HOST_STEP_MS / 10) <= 0)
        return true;
    if (fds[0].revents != 0)
        feed(child, job->input);
    if (fds[1].revents != 0 && !take(capture, &child->out, false))
        return false;
    return fds[2].revents == 0 || take(capture, &child->err, true);
}

static void look_for_end(struct child *child)
{
    if (child->out < 0 && child->err < 0)
        child->ended = waitpid(child->pid, &child->status, WNOHANG) == child->pid;
}

static enum host_end watch(struct aj_ctx *cx, const struct host_job *job, struct child *child,
                           struct host_capture *capture)
{
    const int64_t deadline = host_now_ns() + job->timeout_ns;
    for (;;) {
        if (host_cancelled(cx))
            return HOST_CANCELLED;
        if (host_now_ns() >= deadline)
            return HOST_TIMEOUT;
        if (!step(child, job, capture))
            return HOST_OUTPUT;
        look_for_end(child);
        if (child->ended)
            return HOST_DONE;
    }
}

static enum host_end run(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result);

/* Ends the group. What sudo started is root's, and takes root to end. */
static void end_group(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                      pid_t pid)
{
    if (kill(-pid, SIGKILL) == 0 || errno != EPERM || job->kill_argc == 0)
        return;
    const char **argv = AJ_NEW_ARRAY(cx->scratch, const char *, job->kill_argc + 1);
    memcpy(argv, job->kill_argv, job->kill_argc * sizeof *argv);
    argv[job->kill_argc] = aj_strf(cx->scratch, "%lld", (long long)pid);
    const struct host_job ender = {.argv = argv,
                                   .argc = job->kill_argc + 1,
                                   .timeout_ns = KILL_TIMEOUT_NS,
                                   .output_limit = CHUNK};
    struct aj_ctx deaf = *cx; /* the cancel flag that brought us here must not stop this */
    struct remote_result result;
    deaf.cancel = NULL;
    (void)run(&deaf, host, &ender, cx->scratch, &result);
}

static void describe(const struct child *child, struct remote_result *result)
{
    result->exit_status = WIFEXITED(child->status) ? WEXITSTATUS(child->status) : -1;
    if (!WIFSIGNALED(child->status))
        return;
    const char *name = aj_name_of(signal_names, (uint64_t)WTERMSIG(child->status));
    result->signal = name == NULL ? "unknown" : name;
}

/* Ends what is left of the command; a group that root holds on to is left to its fate in time. */
static void reap(struct child *child)
{
    const int64_t deadline = host_now_ns() + KILL_TIMEOUT_NS;
    const struct timespec pause = {0, 10 * AJ_NS_PER_MS};
    while (!child->ended && host_now_ns() < deadline) {
        child->ended = waitpid(child->pid, &child->status, WNOHANG) == child->pid;
        if (!child->ended)
            nanosleep(&pause, NULL);
    }
}

static enum host_end run(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result)
{
    /* A command that does not read its input must not end this program. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    struct host_capture capture = {.limit = job->output_limit};
    struct child child;
    if (!start(job, cx->scratch, &child)) {
        host->why = aj_strdup(host->arena, strerror(errno));
        return HOST_NO_START;
    }
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    const enum host_end end = watch(cx, job, &child, &capture);
    sigaction(SIGPIPE, &before, NULL);
    close_end(&child.in);
    close_end(&child.out);
    close_end(&child.err);
    if (!child.ended) {
        end_group(cx, host, job, child.pid);
        reap(&child);
    }
    describe(&child, result);
    host_capture_finish(&capture, out, result);
    return end;
}

/* A command does it as well. */
static enum host_end put(struct aj_ctx *cx, struct remote_host *host, const char *path,
                         struct aj_bytes content)
{
    (void)cx, (void)host, (void)path, (void)content;
    return HOST_NO_START;
}

static void close_local(struct remote_host *host)
{
    (void)host;
}

static const struct host_ops local_ops = {run, put, close_local};

void host_local_open(struct remote_host *host)
{
    host->ops = &local_ops;
}
