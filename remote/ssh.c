/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on another machine by ssh: one session, one channel per command. */
#include <sys/socket.h>

#include "remote/ssh_priv.h"

#define KILL_TIMEOUT_NS ((int64_t)10 * AJ_NS_PER_S)
#define CHUNK           32768 /* of the input; a packet of ssh holds that much everywhere */
#define HEAD_MAX        ((size_t)1 << 20)
#define PID_MARK        "autojail-process " /* begins the line that tells the process id */

/* One command under way. The first line of its standard error is ours. */
struct run {
    struct host_capture capture;
    bool too_much;
    bool has_status;
    int exit_status;
    const char *signal;
    struct aj_buf head; /* of standard error, until the mark came */
    const char *pid;    /* on the target, NULL while it is not known */
    struct aj_arena *out;
};

static void close_ssh(struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    if (ssh_is_connected(t->session)) {
        ssh_files_close(t->files);
        ssh_disconnect(t->session);
    }
    if (t->jump != NULL)
        ssh_jump_close(t->jump, t->event);
    if (t->event != NULL) {
        ssh_event_remove_session(t->event, t->session);
        ssh_event_free(t->event);
    }
    ssh_free(t->session);
}

bool host_ssh_poll(struct ssh_target *t)
{
    const bool waits = t->jump != NULL && ssh_jump_pump(t->jump);
    return ssh_event_dopoll(t->event, waits ? 1 : HOST_STEP_MS) != SSH_ERROR &&
           ssh_is_connected(t->session);
}

/* Callbacks of one channel. What they do not take stays in libssh's buffers, so they take all. */
static int on_data(ssh_session session, ssh_channel channel, void *data, uint32_t size, int is_err,
                   void *user)
{
    struct run *run = user;
    (void)session, (void)channel;
    if (is_err == 0) {
        run->too_much = run->too_much || !host_capture_out(&run->capture, data, size);
    } else if (run->pid != NULL) {
        host_capture_err(&run->capture, data, size);
    } else if (run->head.len < HEAD_MAX) {
        aj_buf_add(&run->head, data, size);
    }
    return (int)size;
}

static void on_exit_status(ssh_session session, ssh_channel channel, int status, void *user)
{
    struct run *run = user;
    (void)session, (void)channel;
    run->has_status = true;
    run->exit_status = status;
}

static void on_exit_signal(ssh_session session, ssh_channel channel, const char *name, int core,
                           const char *message, const char *language, void *user)
{
    struct run *run = user;
    (void)session, (void)channel, (void)core, (void)message, (void)language;
    run->has_status = true;
    run->exit_status = -1;
    run->signal = aj_strdup(run->out, name);
}

/* Takes our line out of standard error; a shell's start-up files may have printed before it. */
static void find_mark(struct run *run)
{
    const char *text = aj_buf_text(&run->head);
    const char *mark = run->pid != NULL ? NULL : strstr(text, PID_MARK);
    const char *end = mark == NULL ? NULL : strchr(mark, '\n');
    if (end == NULL)
        return;
    const char *digits = mark + strlen(PID_MARK);
    run->pid = aj_strndup(run->out, digits, strspn(digits, "0123456789"));
    host_capture_err(&run->capture, text, (size_t)(mark - text));
    host_capture_err(&run->capture, end + 1, run->head.len - (size_t)(end + 1 - text));
}

/*
 * A shell of the target's own choice gets nothing but quoted words; sh says its process id, then
 * becomes the command.
 */
static char *shell_line(struct aj_arena *arena, const struct host_job *job)
{
    struct aj_buf line = {0};
    aj_buf_adds(&line, "exec sh -c 'echo \"" PID_MARK "$$\" >&2; exec \"$@\"' sh");
    for (size_t i = 0; i < job->argc; i++) {
        aj_buf_adds(&line, " ");
        aj_buf_add_shell(&line, job->argv[i]);
    }
    char *text = aj_strdup(arena, aj_buf_text(&line));
    aj_buf_free(&line);
    return text;
}

static enum host_end no_start(struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    host->why = aj_strdup(host->arena, ssh_get_error(t->session));
    return ssh_is_connected(t->session) ? HOST_NO_START : HOST_LOST;
}

/* False when the link is broken. Writes no more than the peer is ready to take. */
static bool feed(ssh_channel channel, struct aj_bytes input, size_t *written, bool *fed)
{
    while (*written < input.size) {
        const size_t left = input.size - *written;
        const size_t window = ssh_channel_window_size(channel);
        size_t step = left < CHUNK ? left : CHUNK;
        if (window < step)
            step = window;
        const int done = step == 0 || ssh_channel_is_closed(channel)
                             ? 0
                             : ssh_channel_write(channel, input.data + *written, (uint32_t)step);
        if (done < 0)
            return false;
        if (done == 0)
            return true;
        *written += (size_t)done;
    }
    if (!*fed)
        *fed = ssh_channel_send_eof(channel) == SSH_OK;
    return true;
}

/* How the command stands; HOST_LOST: it is still running. */
static enum host_end look(struct aj_ctx *cx, const struct ssh_target *t, ssh_channel channel,
                          const struct run *run, int64_t left_ns)
{
    if (ssh_channel_is_closed(channel) && ssh_is_connected(t->session))
        return HOST_DONE;
    if (host_cancelled(cx))
        return HOST_CANCELLED;
    if (run->too_much)
        return HOST_OUTPUT;
    return left_ns <= 0 ? HOST_TIMEOUT : HOST_LOST;
}

static enum host_end watch(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                           const struct host_job *job, struct run *run, int64_t deadline)
{
    struct ssh_target *t = host->state;
    int64_t alive = host_now_ns() + SSH_KEEPALIVE_NS;
    size_t written = 0;
    bool fed = false;
    for (;;) {
        const int64_t now = host_now_ns();
        find_mark(run);
        const enum host_end end = look(cx, t, channel, run, deadline - now);
        if (end != HOST_LOST)
            return end;
        if (now >= alive) {
            (void)ssh_send_ignore(t->session, "");
            alive = now + SSH_KEEPALIVE_NS;
        }
        if (!feed(channel, job->input, &written, &fed) || !host_ssh_poll(t))
            break;
    }
    host->why = aj_strdup(host->arena, ssh_get_error(t->session));
    return HOST_LOST;
}

static enum host_end run(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result);

/* By a second channel, as servers send signals to the shell alone, or not at all. */
static bool end_tree(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                     const char *pid)
{
    const struct ssh_target *t = host->state;
    if (pid == NULL || job->kill_argc == 0)
        return false;
    const char **argv = AJ_NEW_ARRAY(cx->scratch, const char *, job->kill_argc + 1);
    memcpy(argv, job->kill_argv, job->kill_argc * sizeof *argv);
    argv[job->kill_argc] = pid;
    const struct host_job ender = {.argv = argv,
                                   .argc = job->kill_argc + 1,
                                   .timeout_ns = KILL_TIMEOUT_NS,
                                   .output_limit = CHUNK};
    struct aj_ctx deaf = *cx; /* the cancel flag that brought us here must not stop this */
    struct remote_result result;
    deaf.cancel = NULL;
    const enum host_end end = run(&deaf, host, &ender, cx->scratch, &result);
    /* Who does not answer to this answers to nothing: let nobody else wait for it. */
    if (end == HOST_TIMEOUT)
        shutdown(ssh_get_fd(t->session), SHUT_RDWR);
    return end == HOST_DONE;
}

/* Opens the channel and starts the command on it. */
static enum host_end begin(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                           const char *line, int64_t deadline)
{
    struct ssh_target *t = host->state;
    bool open = false;
    for (;;) {
        const int result =
            open ? ssh_channel_request_exec(channel, line) : ssh_channel_open_session(channel);
        if (result == SSH_OK && open)
            return HOST_DONE;
        if (result == SSH_OK) {
            open = true;
            continue;
        }
        if (result != SSH_AGAIN)
            return no_start(host);
        if (host_cancelled(cx))
            return HOST_CANCELLED;
        if (host_now_ns() >= deadline)
            return HOST_TIMEOUT;
        host_ssh_wait(t);
    }
}

static enum host_end run_on(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                            const struct host_job *job, struct run *run)
{
    const struct ssh_target *t = host->state;
    const int64_t deadline = host_now_ns() + job->timeout_ns;
    struct ssh_channel_callbacks_struct callbacks = {
        .userdata = run,
        .channel_data_function = on_data,
        .channel_exit_status_function = on_exit_status,
        .channel_exit_signal_function = on_exit_signal,
    };
    ssh_callbacks_init(&callbacks);
    if (ssh_set_channel_callbacks(channel, &callbacks) != SSH_OK)
        return no_start(host);
    enum host_end end = begin(cx, host, channel, shell_line(cx->scratch, job), deadline);
    if (end == HOST_DONE)
        end = watch(cx, host, channel, job, run, deadline);
    const bool too_long = end == HOST_TIMEOUT || end == HOST_CANCELLED || end == HOST_OUTPUT;
    if (too_long && !end_tree(cx, host, job, run->pid) && ssh_is_connected(t->session))
        (void)ssh_channel_request_send_signal(channel, "KILL");
    if (end != HOST_LOST && ssh_channel_is_open(channel))
        ssh_channel_close(channel);
    ssh_remove_channel_callbacks(channel, &callbacks);
    return end;
}

static enum host_end run(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result)
{
    const struct ssh_target *t = host->state;
    struct run run = {.capture.limit = job->output_limit, .out = out};
    if (!ssh_is_connected(t->session)) {
        host->why = "it broke before";
        return HOST_LOST;
    }
    ssh_channel channel = ssh_channel_new(t->session);
    if (channel == NULL)
        return no_start(host);
    enum host_end end = run_on(cx, host, channel, job, &run);
    ssh_channel_free(channel);
    if (run.pid == NULL)
        host_capture_err(&run.capture, aj_buf_text(&run.head), run.head.len);
    aj_buf_free(&run.head);
    host_capture_finish(&run.capture, out, result);
    if (end == HOST_DONE && !run.has_status) {
        host->why = "the server does not say how the command ended";
        end = HOST_LOST;
    }
    result->exit_status = run.exit_status;
    result->signal = run.signal;
    return end;
}

static const struct host_ops ssh_ops = {run, ssh_files_put, close_ssh};

enum aj_status host_ssh_open(struct aj_ctx *cx, struct remote_host *host,
                             const struct host_login *at, const struct remote_login *login,
                             struct remote_host *root)
{
    struct ssh_target *t = AJ_NEW(host->arena, struct ssh_target);
    *t = (struct ssh_target){.cx = cx, .session = ssh_new(), .at = *at, .login = login};
    host->state = t;
    host->ops = &ssh_ops;
    if (t->session == NULL)
        return aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", aj_loc_file(host->name),
                       "libssh does not start");
    const enum aj_status status = host_ssh_login(cx, host, root == NULL ? NULL : root->state);
    if (status != AJ_OK)
        close_ssh(host);
    /* Both are the caller's, and were for opening only. */
    t->login = NULL;
    t->cx = NULL;
    return status;
}
