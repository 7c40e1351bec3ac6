/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands on another machine by ssh: one session, one channel per command. libssh decides nothing
 * here that matters for safety: it would log in to a machine whose key nobody knows.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "base/units.h"
#include "remote/host_priv.h"

#define CONNECT_TIMEOUT_NS ((int64_t)10 * HOST_NS_PER_S)
#define KILL_TIMEOUT_NS    ((int64_t)5 * HOST_NS_PER_S)
#define KEEPALIVE_NS       ((int64_t)10 * HOST_NS_PER_S)
#define SILENCE_MS         30000 /* a link that acknowledges nothing for so long is lost */
#define CHUNK              32768 /* of the input; a packet of ssh holds that much everywhere */
#define ASK_TRIES          3
#define SECRET_MAX         512
#define HEAD_MAX           ((size_t)1 << 20)
#define PID_MARK           "autojail-process " /* begins the line that tells the process id */

struct ssh_target {
    struct aj_ctx *cx; /* of the opening call: libssh asks for pass phrases in between */
    ssh_session session;
    struct host_login at;
    const struct remote_login *login;
    struct ssh_callbacks_struct callbacks;
};

/* One command under way. The first line of its standard error is ours. */
struct run {
    struct host_capture capture;
    bool too_much;
    bool has_status, started;
    int exit_status;
    const char *signal;
    struct aj_buf head; /* of standard error, until the mark came */
    const char *pid;    /* on the target, NULL while it is not known */
    struct aj_arena *out;
};

static struct aj_loc where(const struct remote_host *host)
{
    return aj_loc_file(host->name);
}

/* What the user would have to type behind ssh-keygen -R and into known_hosts. */
static const char *known_name(struct aj_ctx *cx, ssh_session session, const struct host_login *at)
{
    unsigned port = 22;
    if (ssh_options_get_port(session, &port) != SSH_OK || port == 22)
        return at->host;
    return aj_strf(cx->scratch, "[%s]:%u", at->host, port);
}

static enum aj_status set_options(struct aj_ctx *cx, struct remote_host *host)
{
    struct ssh_target *t = host->state;
    const ssh_session s = t->session;
    const int64_t timeout =
        t->login->connect_timeout_ns > 0 ? t->login->connect_timeout_ns : CONNECT_TIMEOUT_NS;
    const long seconds = (long)(timeout / HOST_NS_PER_S);
    const long microseconds = (long)(timeout % HOST_NS_PER_S / 1000);
    const unsigned port = t->at.port;
    const char *known = t->login->known_hosts;
    const int no = 0;
    /* The configuration comes first: it would overrule what is set before it. */
    bool fine = ssh_set_callbacks(s, &t->callbacks) == SSH_OK &&
                ssh_options_set(s, SSH_OPTIONS_HOST, t->at.host) == 0 &&
                ssh_options_parse_config(s, NULL) == 0 &&
                ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no) == 0 &&
                ssh_options_set(s, SSH_OPTIONS_TIMEOUT, &seconds) == 0 &&
                ssh_options_set(s, SSH_OPTIONS_TIMEOUT_USEC, &microseconds) == 0;
    if (t->at.user != NULL)
        fine = fine && ssh_options_set(s, SSH_OPTIONS_USER, t->at.user) == 0;
    if (port != 0)
        fine = fine && ssh_options_set(s, SSH_OPTIONS_PORT, &port) == 0;
    if (known != NULL)
        fine = fine && ssh_options_set(s, SSH_OPTIONS_KNOWNHOSTS, known) == 0 &&
               ssh_options_set(s, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, known) == 0;
    if (fine)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "target-connect", where(host),
                   "the options of the link are refused: %s", ssh_get_error(s));
}

static enum aj_status connect_to(struct aj_ctx *cx, struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    const int64_t timeout =
        t->login->connect_timeout_ns > 0 ? t->login->connect_timeout_ns : CONNECT_TIMEOUT_NS;
    const int64_t deadline = host_now_ns() + timeout;
    int result = SSH_AGAIN;
    ssh_set_blocking(t->session, 0);
    while ((result = ssh_connect(t->session)) == SSH_AGAIN) {
        struct pollfd ready = {.fd = ssh_get_fd(t->session), .events = POLLIN};
        if (host_cancelled(cx))
            return aj_fail(cx, AJ_INTERRUPTED, "interrupted", where(host), "stopped by the user");
        if (host_now_ns() >= deadline)
            return aj_fail(cx, AJ_ERR_TARGET, "target-timeout", where(host),
                           "no ssh server answers within %s",
                           aj_format_duration(cx->scratch, timeout));
        poll(&ready, 1, HOST_STEP_MS / 10);
    }
    ssh_set_blocking(t->session, 1);
    if (result == SSH_OK)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "target-connect", where(host), "cannot be reached: %s",
                   ssh_get_error(t->session));
}

/* A peer that vanished without a word is noticed by what it does not acknowledge. */
static void watch_link(ssh_session session)
{
    const int fd = ssh_get_fd(session);
    const int yes = 1, seconds = (int)(KEEPALIVE_NS / HOST_NS_PER_S), silence = SILENCE_MS;
    /* A link through a proxy command is no TCP socket, and the proxy watches it. */
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence, sizeof silence);
}

static const char *fingerprint(struct aj_ctx *cx, ssh_session session)
{
    ssh_key key = NULL;
    unsigned char *hash = NULL;
    size_t size = 0;
    const char *text = "unknown";
    if (ssh_get_server_publickey(session, &key) != SSH_OK)
        return text;
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == 0) {
        char *print = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
        text = aj_strf(cx->scratch, "%s %s", ssh_key_type_to_char(ssh_key_type(key)),
                       print == NULL ? "" : print);
        ssh_string_free_char(print);
        ssh_clean_pubkey_hash(&hash);
    }
    ssh_key_free(key);
    return text;
}

static enum aj_status check_host_key(struct aj_ctx *cx, struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    const enum ssh_known_hosts_e known = ssh_session_is_known_server(t->session);
    const char *file = t->login->known_hosts;
    const char *name = known_name(cx, t->session, &t->at);
    unsigned port = 22;
    if (known == SSH_KNOWN_HOSTS_OK)
        return AJ_OK;
    (void)ssh_options_get_port(t->session, &port);
    const bool changed = known == SSH_KNOWN_HOSTS_CHANGED || known == SSH_KNOWN_HOSTS_OTHER;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_TARGET, "ssh-host-key", where(host), "the host key is %s: %s",
                changed ? "not the one that is known" : "not known", fingerprint(cx, t->session));
    if (file == NULL)
        file = "~/.ssh/known_hosts";
    if (changed)
        aj_diag_hint(cx,
                     "somebody may be in between; if the machine was set up anew: ssh-keygen -f %s "
                     "-R '%s'",
                     file, name);
    else
        aj_diag_hint(cx,
                     "compare the fingerprint on the machine itself, then: ssh-keyscan -p %u "
                     "%s >>%s",
                     port, t->at.host, file);
    return status;
}

/* libssh's callback for the pass phrase of a key. */
static int ask_pass_phrase(const char *prompt, char *answer, size_t size, int echo, int verify,
                           void *data)
{
    const struct ssh_target *t = data;
    (void)prompt, (void)echo, (void)verify;
    return host_ask(t->cx, "Pass phrase of the ssh key:", answer, size) ? 0 : -1;
}

static int login_by_key(struct ssh_target *t)
{
    ssh_key key = NULL;
    if (t->login->identity == NULL)
        return ssh_userauth_publickey_auto(t->session, NULL, NULL);
    if (ssh_pki_import_privkey_file(t->login->identity, NULL, ask_pass_phrase, t, &key) != SSH_OK)
        return SSH_AUTH_DENIED;
    const int result = ssh_userauth_publickey(t->session, NULL, key);
    ssh_key_free(key);
    return result;
}

/* The server's own questions, mostly just one. */
static int login_by_questions(struct ssh_target *t)
{
    char answer[SECRET_MAX];
    int result = ssh_userauth_kbdint(t->session, NULL, NULL);
    while (result == SSH_AUTH_INFO) {
        const int count = ssh_userauth_kbdint_getnprompts(t->session);
        for (int i = 0; i < count; i++) {
            const char *question =
                ssh_userauth_kbdint_getprompt(t->session, (unsigned)i, &(char){0});
            const bool asked = host_ask(t->cx, question, answer, sizeof answer) &&
                               ssh_userauth_kbdint_setanswer(t->session, (unsigned)i, answer) == 0;
            host_wipe(answer, sizeof answer);
            if (!asked)
                return SSH_AUTH_ERROR;
        }
        result = ssh_userauth_kbdint(t->session, NULL, NULL);
    }
    return result;
}

static int login_by_password(struct ssh_target *t, const char *name)
{
    char answer[SECRET_MAX];
    int result = SSH_AUTH_ERROR;
    if (host_ask(t->cx, aj_strf(t->cx->scratch, "Password of %s:", name), answer, sizeof answer))
        result = ssh_userauth_password(t->session, NULL, answer);
    host_wipe(answer, sizeof answer);
    return result;
}

static enum aj_status authenticate(struct aj_ctx *cx, struct remote_host *host)
{
    struct ssh_target *t = host->state;
    int result = ssh_userauth_none(t->session, NULL);
    if (result != SSH_AUTH_SUCCESS)
        result = login_by_key(t);
    const int methods = ssh_userauth_list(t->session, NULL);
    for (int i = 0; i < ASK_TRIES && (result == SSH_AUTH_DENIED || result == SSH_AUTH_PARTIAL);
         i++) {
        if ((methods & (int)SSH_AUTH_METHOD_PASSWORD) != 0)
            result = login_by_password(t, host->name);
        else if ((methods & (int)SSH_AUTH_METHOD_INTERACTIVE) != 0)
            result = login_by_questions(t);
        else
            break;
    }
    if (result == SSH_AUTH_SUCCESS)
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_TARGET, "target-auth", where(host), "the login is refused");
    aj_diag_hint(cx, "put your public key there (ssh-copy-id), start an agent, or name a key%s%s",
                 t->login->identity == NULL ? "" : " other than ",
                 t->login->identity == NULL ? "" : t->login->identity);
    return status;
}

static void close_ssh(struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    if (ssh_is_connected(t->session))
        ssh_disconnect(t->session);
    ssh_free(t->session);
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

/* The shell line: it says its process id, then becomes the command. */
static char *shell_line(struct aj_arena *arena, const struct host_job *job)
{
    struct aj_buf line = {0};
    aj_buf_adds(&line, "echo \"" PID_MARK "$$\" >&2; exec");
    for (size_t i = 0; i < job->argc; i++) {
        aj_buf_adds(&line, " ");
        remote_quote(&line, job->argv[i]);
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

static enum host_end watch(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                           const struct host_job *job, struct run *run, int64_t deadline)
{
    const struct ssh_target *t = host->state;
    int64_t alive = host_now_ns() + KEEPALIVE_NS;
    enum host_end end = HOST_LOST;
    size_t written = 0;
    bool fed = false;
    ssh_event event = ssh_event_new();
    if (event == NULL || ssh_event_add_session(event, t->session) != SSH_OK)
        goto free_event;
    for (;;) {
        const int64_t now = host_now_ns();
        find_mark(run);
        if (ssh_channel_is_closed(channel) && ssh_is_connected(t->session))
            end = HOST_DONE;
        else if (host_cancelled(cx))
            end = HOST_CANCELLED;
        else if (run->too_much)
            end = HOST_OUTPUT;
        else if (now >= deadline)
            end = HOST_TIMEOUT;
        if (end != HOST_LOST)
            break;
        if (now >= alive) {
            (void)ssh_send_ignore(t->session, "");
            alive = now + KEEPALIVE_NS;
        }
        if (!feed(channel, job->input, &written, &fed) ||
            ssh_event_dopoll(event, HOST_STEP_MS) == SSH_ERROR || !ssh_is_connected(t->session))
            break;
    }
    ssh_event_remove_session(event, t->session);
free_event:
    ssh_event_free(event);
    if (end == HOST_LOST)
        host->why = aj_strdup(host->arena, ssh_get_error(t->session));
    return end;
}

static enum host_end run(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                         struct aj_arena *out, struct remote_result *result);

/* By a second channel, as servers send signals to the shell alone, or not at all. */
static bool end_tree(struct aj_ctx *cx, struct remote_host *host, const struct host_job *job,
                     const char *pid)
{
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
    return run(&deaf, host, &ender, cx->scratch, &result) == HOST_DONE;
}

/* Opens the channel and starts the command on it. */
static enum host_end begin(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                           const char *line, int64_t deadline)
{
    const struct ssh_target *t = host->state;
    bool open = false;
    for (;;) {
        const int result =
            open ? ssh_channel_request_exec(channel, line) : ssh_channel_open_session(channel);
        struct pollfd ready = {.fd = ssh_get_fd(t->session), .events = POLLIN};
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
        poll(&ready, 1, HOST_STEP_MS);
    }
}

static enum host_end run_on(struct aj_ctx *cx, struct remote_host *host, ssh_channel channel,
                            const struct host_job *job, struct run *run)
{
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
    if (too_long && !end_tree(cx, host, job, run->pid))
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

static const struct host_ops ssh_ops = {run, close_ssh};

enum aj_status host_ssh_open(struct aj_ctx *cx, struct remote_host *host,
                             const struct host_login *at, const struct remote_login *login)
{
    struct ssh_target *t = AJ_NEW(host->arena, struct ssh_target);
    *t = (struct ssh_target){.cx = cx, .session = ssh_new(), .at = *at, .login = login};
    host->state = t;
    host->ops = &ssh_ops;
    if (t->session == NULL)
        return aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", where(host), "libssh does not start");
    t->callbacks = (struct ssh_callbacks_struct){.userdata = t, .auth_function = ask_pass_phrase};
    ssh_callbacks_init(&t->callbacks);
    enum aj_status status = set_options(cx, host);
    if (status == AJ_OK)
        status = connect_to(cx, host);
    if (status == AJ_OK)
        status = check_host_key(cx, host);
    if (status == AJ_OK)
        status = authenticate(cx, host);
    if (status == AJ_OK) {
        watch_link(t->session);
        ssh_set_blocking(t->session, 0);
    } else {
        close_ssh(host);
    }
    /* Both are the caller's, and were for opening only. */
    t->login = NULL;
    t->cx = NULL;
    return status;
}
