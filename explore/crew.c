/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    WORDS_MAX = 1000, /* of a part's error; below PIPE_BUF, so that they are written at once */
    POLL_MS = 500,    /* a signal may have come just before the wait */
};

struct member {
    const char *login;
    pid_t pid; /* 0: has ended */
    int words; /* what it says of its failure */
    enum aj_status status;
    const char *why;
};

/* In the child: the status is its exit code, the words of its error go up the pipe. */
static void work(const struct aj_ctx *parent, const struct explore_study *study,
                 explore_crew_part *part, const char *login, int words)
{
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    cx.cancel = parent->cancel;
    cx.log_level = parent->log_level;
    const enum aj_status status = part(&cx, study, login);
    for (size_t i = 0; status != AJ_OK && i < cx.diags_count; i++) {
        const struct aj_diag *d = &cx.diags[i];
        if (d->severity == AJ_SEV_ERROR && d->status == status) {
            const size_t length = strlen(d->msg);
            if (write(words, d->msg, length < WORDS_MAX ? length : WORDS_MAX) < 0)
                break;
            break;
        }
    }
    aj_ctx_close(&cx);
    _exit((int)status); /* flushes nothing that the parent has begun to write */
}

static enum aj_status start(struct aj_ctx *cx, const struct explore_study *study,
                            explore_crew_part *part, struct member *member)
{
    int ends[2];
    if (pipe(ends) != 0)
        return aj_fail(cx, AJ_ERR_IO, "explore-crew", AJ_NOWHERE, "no pipe: %s", strerror(errno));
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        /* A parent that is killed takes its parts along, which restore their targets. */
        if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
            work(cx, study, part, member->login, ends[1]);
        _exit((int)AJ_INTERRUPTED);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return aj_fail(cx, AJ_ERR_IO, "explore-crew", AJ_NOWHERE, "no process: %s",
                       strerror(errno));
    }
    member->pid = pid;
    member->words = ends[0];
    return AJ_OK;
}

/* Its pipe is closed: it has ended or is about to. */
static void collect(struct member *m, struct aj_arena *out)
{
    char words[WORDS_MAX + 1];
    int how = 0;
    const ssize_t length = read(m->words, words, WORDS_MAX);
    if (length < 0 && errno == EINTR)
        return;
    if (length > 0)
        m->why = aj_strndup(out, words, (size_t)length);
    if (length > 0)
        return;
    while (waitpid(m->pid, &how, 0) < 0 && errno == EINTR) {
    }
    close(m->words);
    m->pid = 0;
    m->status = WIFEXITED(how) && WEXITSTATUS(how) < AJ_STATUSES ? (enum aj_status)WEXITSTATUS(how)
                                                                 : AJ_ERR_INTERNAL;
    if (WIFSIGNALED(how))
        m->why = aj_strf(out, "its process was ended by signal %d", WTERMSIG(how));
}

static void wait_for(const struct aj_ctx *cx, struct member *members, size_t count,
                     struct aj_arena *out)
{
    struct pollfd *polled = AJ_NEW_ARRAY(out, struct pollfd, count);
    bool ended = false;
    for (size_t running = count; running > 0;) {
        running = 0;
        for (size_t i = 0; i < count; i++) {
            polled[i] = (struct pollfd){members[i].pid != 0 ? members[i].words : -1, POLLIN, 0};
            running += members[i].pid != 0;
            if (aj_cancelled(cx) && !ended && members[i].pid != 0)
                kill(members[i].pid, SIGTERM);
        }
        ended = ended || aj_cancelled(cx);
        if (running == 0 || poll(polled, (nfds_t)count, POLL_MS) <= 0)
            continue;
        for (size_t i = 0; i < count; i++)
            if (members[i].pid != 0 && polled[i].revents != 0)
                collect(&members[i], out);
    }
}

static enum aj_status judge(struct aj_ctx *cx, const struct member *members, size_t count,
                            const char **good)
{
    const struct member *worst = NULL;
    *good = NULL;
    for (size_t i = 0; i < count; i++) {
        if (members[i].status == AJ_OK && *good == NULL)
            *good = members[i].login;
        if (members[i].status != AJ_OK && (worst == NULL || members[i].status > worst->status))
            worst = &members[i];
    }
    AJ_TRY(aj_poll_cancel(cx));
    if (*good == NULL && worst != NULL)
        return aj_fail(cx, worst->status, "explore-crew", AJ_NOWHERE, "no board is left; %s: %s",
                       worst->login, worst->why);
    for (size_t i = 0; i < count; i++)
        if (members[i].status != AJ_OK)
            aj_warn(cx, "explore-lost", AJ_NOWHERE, "%s was given up: %s", members[i].login,
                    members[i].why);
    return AJ_OK;
}

enum aj_status explore_crew_run(struct aj_ctx *cx, const struct explore_study *study,
                                explore_crew_part *part, struct aj_arena *out, const char **good)
{
    const size_t count = study->options->targets_count;
    struct member *members = AJ_NEW_ARRAY(out, struct member, count);
    enum aj_status status = AJ_OK;
    size_t started = 0;
    for (; status == AJ_OK && started < count; started++) {
        members[started] = (struct member){.login = study->options->targets[started],
                                           .words = -1,
                                           .status = AJ_ERR_INTERNAL,
                                           .why = "no reason is given"};
        status = start(cx, study, part, &members[started]);
    }
    for (size_t i = 0; status != AJ_OK && i < started; i++)
        if (members[i].pid != 0)
            kill(members[i].pid, SIGTERM);
    wait_for(cx, members, started, out);
    return status != AJ_OK ? status : judge(cx, members, count, good);
}
