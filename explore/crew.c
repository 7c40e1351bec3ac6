/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CHUNK = 4096,
    POLL_MS = 500, /* a signal may have come just before the wait */
};

/* What a part says at its end, in records of fields: 'e' or 'w', id, file, message, hint. */
#define FIELD  '\x1f'
#define RECORD '\x1e'
enum { FIELDS = 5 };

struct member {
    const char *login;
    pid_t pid;           /* 0: has ended */
    int words;           /* the pipe that it speaks through */
    struct aj_buf heard; /* so far */
    enum aj_status status;
    const char *why;
};

/* What ends fields and records stands for nothing else: texts of targets may be hostile. */
static void add_field(struct aj_buf *record, const char *text)
{
    for (; *text != '\0'; text++)
        aj_buf_addf(record, "%c", *text == FIELD || *text == RECORD ? '?' : *text);
}

static void say(int words, char kind, const struct aj_diag *d)
{
    const char *const fields[FIELDS - 1] = {d->id, d->loc.file, d->msg, d->hint};
    struct aj_buf record = {NULL, 0, 0};
    size_t done = 0;
    aj_buf_add(&record, &kind, 1);
    for (size_t i = 0; i < AJ_COUNT(fields); i++) {
        aj_buf_addf(&record, "%c", FIELD);
        add_field(&record, fields[i] != NULL ? fields[i] : "");
    }
    aj_buf_addf(&record, "%c", RECORD);
    while (done < record.len) {
        const ssize_t more = write(words, record.data + done, record.len - done);
        if (more < 0 && errno != EINTR)
            break;
        done += more > 0 ? (size_t)more : 0;
    }
    aj_buf_free(&record);
}

/* In the child: the status is its exit code, its warnings and the words of its error go up. */
static void work(const struct aj_ctx *parent, const struct explore_study *study,
                 explore_crew_part *part, const char *login, int words)
{
    struct aj_ctx cx;
    bool told = false;
    aj_ctx_open(&cx);
    cx.cancel = parent->cancel;
    cx.log_level = parent->log_level;
    const enum aj_status status = part(&cx, study, login);
    for (size_t i = 0; i < cx.diags_count; i++) {
        const struct aj_diag *d = &cx.diags[i];
        if (d->severity == AJ_SEV_WARNING) {
            say(words, 'w', d);
        } else if (d->severity == AJ_SEV_ERROR && d->status == status && !told) {
            say(words, 'e', d);
            told = true;
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
    /* What a part starts on this machine does not hold the pipe open after it. */
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
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

/* Cuts the next record off *at; fields that are not there are "". False at the end. */
static bool next_record(const char **at, struct aj_arena *out, const char *fields[FIELDS])
{
    const char *end = strchr(*at, RECORD);
    if (end == NULL)
        return false;
    char *text = aj_strndup(out, *at, (size_t)(end - *at));
    *at = end + 1;
    for (size_t i = 0; i < FIELDS; i++) {
        char *border = strchr(text, FIELD);
        fields[i] = text;
        if (border != NULL)
            *border = '\0';
        text = border != NULL ? border + 1 : text + strlen(text);
    }
    return true;
}

static bool is_known(const struct aj_ctx *cx, const char *id, const char *msg)
{
    for (size_t i = 0; i < cx->diags_count; i++)
        if (strcmp(cx->diags[i].id, id) == 0 && strcmp(cx->diags[i].msg, msg) == 0)
            return true;
    return false;
}

/* Each warning once: boards that are alike have the same ones. */
static void take_words(struct aj_ctx *cx, struct member *m, struct aj_arena *out)
{
    const char *fields[FIELDS];
    const char *at = aj_buf_text(&m->heard);
    while (next_record(&at, out, fields)) {
        if (fields[0][0] == 'e')
            m->why = fields[3];
        if (fields[0][0] != 'w' || is_known(cx, fields[1], fields[3]))
            continue;
        aj_warn(cx, aj_strdup(cx->diag_arena, fields[1]),
                fields[2][0] != '\0' ? aj_loc_file(fields[2]) : AJ_NOWHERE, "%s", fields[3]);
        if (fields[4][0] != '\0')
            aj_diag_hint(cx, "%s", fields[4]);
    }
    aj_buf_free(&m->heard);
}

/* It spoke, or its pipe is closed: it has ended or is about to. */
static void collect(struct aj_ctx *cx, struct member *m, struct aj_arena *out)
{
    char words[CHUNK];
    int how = 0;
    const ssize_t length = read(m->words, words, sizeof words);
    if (length < 0 && errno == EINTR)
        return;
    if (length > 0) {
        aj_buf_add(&m->heard, words, (size_t)length);
        return;
    }
    take_words(cx, m, out);
    while (waitpid(m->pid, &how, 0) < 0 && errno == EINTR) {
    }
    close(m->words);
    m->pid = 0;
    m->status = WIFEXITED(how) && WEXITSTATUS(how) < AJ_STATUSES ? (enum aj_status)WEXITSTATUS(how)
                                                                 : AJ_ERR_INTERNAL;
    if (WIFSIGNALED(how))
        m->why = aj_strf(out, "its process was ended by signal %d", WTERMSIG(how));
}

static void wait_for(struct aj_ctx *cx, struct member *members, size_t count, struct aj_arena *out)
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
                collect(cx, &members[i], out);
    }
}

static enum aj_status judge(struct aj_ctx *cx, const struct member *members,
                            struct explore_crew *crew)
{
    const struct member *worst = NULL;
    const size_t count = crew->count;
    AJ_TRY(aj_poll_cancel(cx));
    crew->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (members[i].status == AJ_OK)
            crew->logins[crew->count++] = members[i].login;
        else if (worst == NULL || members[i].status > worst->status)
            worst = &members[i];
    }
    if (crew->count == 0 && worst != NULL)
        return aj_fail(cx, worst->status, "explore-crew", AJ_NOWHERE, "no board is left; %s: %s",
                       worst->login, worst->why);
    for (size_t i = 0; i < count; i++)
        if (members[i].status != AJ_OK)
            aj_warn(cx, "explore-lost", AJ_NOWHERE, "%s was given up: %s", members[i].login,
                    members[i].why);
    return AJ_OK;
}

enum aj_status explore_crew_run(struct aj_ctx *cx, const struct explore_study *study,
                                explore_crew_part *part, struct aj_arena *out,
                                struct explore_crew *crew)
{
    struct member *members = AJ_NEW_ARRAY(out, struct member, crew->count);
    enum aj_status status = AJ_OK;
    size_t started = 0;
    for (; status == AJ_OK && started < crew->count; started++) {
        members[started] = (struct member){.login = crew->logins[started],
                                           .words = -1,
                                           .status = AJ_ERR_INTERNAL,
                                           .why = "no reason is given"};
        status = start(cx, study, part, &members[started]);
    }
    for (size_t i = 0; status != AJ_OK && i < started; i++)
        if (members[i].pid != 0)
            kill(members[i].pid, SIGTERM);
    wait_for(cx, members, started, out);
    return status != AJ_OK ? status : judge(cx, members, crew);
}
