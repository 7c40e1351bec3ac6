/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening a link: libssh decides nothing here that matters for safety, as it would log in to a
 * machine whose key nobody knows.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/units.h"
#include "remote/ssh_priv.h"

#define CONNECT_TIMEOUT_NS ((int64_t)10 * AJ_NS_PER_S)
#define ASK_TRIES          3
#define SECRET_MAX         512

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

/* libssh's callback for the pass phrase of a key. */
static int ask_pass_phrase(const char *prompt, char *answer, size_t size, int echo, int verify,
                           void *data)
{
    const struct ssh_target *t = data;
    (void)prompt, (void)echo, (void)verify;
    return host_ask(t->cx, "Pass phrase of the ssh key:", answer, size) ? 0 : -1;
}

static int64_t timeout_of(const struct ssh_target *t)
{
    return t->login->connect_timeout_ns > 0 ? t->login->connect_timeout_ns : CONNECT_TIMEOUT_NS;
}

static enum aj_status set_options(struct aj_ctx *cx, struct remote_host *host)
{
    struct ssh_target *t = host->state;
    const ssh_session s = t->session;
    const int64_t timeout = timeout_of(t);
    const long seconds = (long)(timeout / AJ_NS_PER_S);
    const long microseconds = (long)(timeout % AJ_NS_PER_S / 1000);
    const unsigned port = t->at.port;
    const char *known = t->login->known_hosts;
    const int no = 0, yes = 1;
    t->callbacks = (struct ssh_callbacks_struct){.userdata = t, .auth_function = ask_pass_phrase};
    ssh_callbacks_init(&t->callbacks);
    /*
     * The configuration comes first: it would overrule what is set before it. Small messages go at
     * once: else each command waits until the peer acknowledges the end of the one before, 40 ms.
     */
    bool fine = ssh_set_callbacks(s, &t->callbacks) == SSH_OK &&
                ssh_options_set(s, SSH_OPTIONS_HOST, t->at.host) == 0 &&
                ssh_options_parse_config(s, NULL) == 0 &&
                ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no) == 0 &&
                ssh_options_set(s, SSH_OPTIONS_NODELAY, &yes) == 0 &&
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

void host_ssh_wait(struct ssh_target *t)
{
    const int fd = ssh_get_fd(t->session);
    const bool pending = (ssh_get_poll_flags(t->session) & SSH_WRITE_PENDING) != 0;
    struct pollfd ready = {.fd = fd, .events = (short)(pending ? POLLIN | POLLOUT : POLLIN)};
    if (t->jump != NULL)
        ssh_jump_wait(t->jump, fd);
    else
        poll(&ready, 1, HOST_STEP_MS / 10);
}

/* One exchange with the server, of which libssh says SSH_AGAIN or SSH_AUTH_AGAIN until it is over. */
struct exchange {
    int (*step)(struct ssh_target *t, const void *with);
    const void *with;
    int again;
};

/* Takes it to its end; a server that goes silent, and a user who has enough, end it, too. */
static enum aj_status complete(struct aj_ctx *cx, struct remote_host *host,
                               const struct exchange *exchange, int *result)
{
    struct ssh_target *t = host->state;
    const int64_t deadline = host_now_ns() + timeout_of(t);
    while ((*result = exchange->step(t, exchange->with)) == exchange->again) {
        if (host_cancelled(cx))
            return aj_fail(cx, AJ_INTERRUPTED, "interrupted", where(host), "stopped by the user");
        if (host_now_ns() >= deadline)
            return aj_fail(cx, AJ_ERR_TARGET, "target-timeout", where(host),
                           "no ssh server answers within %s",
                           aj_format_duration(cx->scratch, timeout_of(t)));
        host_ssh_wait(t);
    }
    return AJ_OK;
}

static int step_connect(struct ssh_target *t, const void *with)
{
    (void)with;
    return ssh_connect(t->session);
}

static enum aj_status connect_to(struct aj_ctx *cx, struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    int result;
    AJ_TRY(complete(cx, host, &(struct exchange){step_connect, NULL, SSH_AGAIN}, &result));
    if (result == SSH_OK)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "target-connect", where(host), "cannot be reached: %s",
                   ssh_get_error(t->session));
}

/* A peer that vanished without a word is noticed by what it does not acknowledge. */
static void watch_link(ssh_session session)
{
    const int fd = ssh_get_fd(session);
    const int yes = 1, seconds = (int)(SSH_KEEPALIVE_NS / AJ_NS_PER_S),
              silence = (int)(SSH_SILENCE_NS / AJ_NS_PER_MS);
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

static int step_none(struct ssh_target *t, const void *with)
{
    (void)with;
    return ssh_userauth_none(t->session, NULL);
}

static int step_auto(struct ssh_target *t, const void *with)
{
    (void)with;
    return ssh_userauth_publickey_auto(t->session, NULL, NULL);
}

static int step_key(struct ssh_target *t, const void *key)
{
    return ssh_userauth_publickey(t->session, NULL, *(const ssh_key *)key);
}

static int step_questions(struct ssh_target *t, const void *with)
{
    (void)with;
    return ssh_userauth_kbdint(t->session, NULL, NULL);
}

static int step_password(struct ssh_target *t, const void *password)
{
    return ssh_userauth_password(t->session, NULL, password);
}

static enum aj_status attempt(struct aj_ctx *cx, struct remote_host *host,
                              int (*step)(struct ssh_target *t, const void *with), const void *with,
                              int *result)
{
    return complete(cx, host, &(struct exchange){step, with, SSH_AUTH_AGAIN}, result);
}

static enum aj_status login_by_key(struct aj_ctx *cx, struct remote_host *host, int *result)
{
    struct ssh_target *t = host->state;
    ssh_key key = NULL;
    if (t->login->identity == NULL)
        return attempt(cx, host, step_auto, NULL, result);
    *result = SSH_AUTH_DENIED;
    if (ssh_pki_import_privkey_file(t->login->identity, NULL, ask_pass_phrase, t, &key) != SSH_OK)
        return AJ_OK;
    const enum aj_status status = attempt(cx, host, step_key, &key, result);
    ssh_key_free(key);
    return status;
}

/* The server's own questions, mostly just one. */
static enum aj_status login_by_questions(struct aj_ctx *cx, struct remote_host *host, int *result)
{
    struct ssh_target *t = host->state;
    char answer[SECRET_MAX];
    AJ_TRY(attempt(cx, host, step_questions, NULL, result));
    while (*result == SSH_AUTH_INFO) {
        const int count = ssh_userauth_kbdint_getnprompts(t->session);
        for (int i = 0; i < count; i++) {
            const char *question =
                ssh_userauth_kbdint_getprompt(t->session, (unsigned)i, &(char){0});
            const char *whose = aj_strf(cx->scratch, "%s asks: %s", host->name, question);
            const bool asked = host_ask(cx, whose, answer, sizeof answer) &&
                               ssh_userauth_kbdint_setanswer(t->session, (unsigned)i, answer) == 0;
            host_wipe(answer, sizeof answer);
            if (!asked) {
                *result = SSH_AUTH_ERROR;
                return AJ_OK;
            }
        }
        AJ_TRY(attempt(cx, host, step_questions, NULL, result));
    }
    return AJ_OK;
}

static enum aj_status login_by_password(struct aj_ctx *cx, struct remote_host *host, int *result)
{
    const char *question = aj_strf(cx->scratch, "Password of %s:", host->name);
    char answer[SECRET_MAX];
    enum aj_status status = AJ_OK;
    *result = SSH_AUTH_ERROR;
    if (host_ask(cx, question, answer, sizeof answer))
        status = attempt(cx, host, step_password, answer, result);
    host_wipe(answer, sizeof answer);
    return status;
}

static enum aj_status refused(struct aj_ctx *cx, const struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_TARGET, "target-auth", where(host), "the login is refused");
    aj_diag_hint(cx, "put your public key there (ssh-copy-id), start an agent, or name a key%s%s",
                 t->login->identity == NULL ? "" : " other than ",
                 t->login->identity == NULL ? "" : t->login->identity);
    return status;
}

static enum aj_status authenticate(struct aj_ctx *cx, struct remote_host *host)
{
    const struct ssh_target *t = host->state;
    int result;
    AJ_TRY(attempt(cx, host, step_none, NULL, &result));
    if (result != SSH_AUTH_SUCCESS)
        AJ_TRY(login_by_key(cx, host, &result));
    const int methods = ssh_userauth_list(t->session, NULL);
    for (int i = 0; i < ASK_TRIES && (result == SSH_AUTH_DENIED || result == SSH_AUTH_PARTIAL);
         i++) {
        if ((methods & (int)SSH_AUTH_METHOD_PASSWORD) != 0)
            AJ_TRY(login_by_password(cx, host, &result));
        else if ((methods & (int)SSH_AUTH_METHOD_INTERACTIVE) != 0)
            AJ_TRY(login_by_questions(cx, host, &result));
        else
            break;
    }
    return result == SSH_AUTH_SUCCESS ? AJ_OK : refused(cx, host);
}

/* From now on one event moves everything. */
static enum aj_status join(struct aj_ctx *cx, struct remote_host *host)
{
    struct ssh_target *t = host->state;
    t->event = ssh_event_new();
    if (t->event != NULL && ssh_event_add_session(t->event, t->session) == SSH_OK &&
        (t->jump == NULL || ssh_jump_join(t->jump, t->event)))
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", where(host), "libssh does not poll");
}

enum aj_status host_ssh_login(struct aj_ctx *cx, struct remote_host *host, struct ssh_target *root)
{
    struct ssh_target *t = host->state;
    int fd = -1;
    ssh_set_blocking(t->session, 0);
    AJ_TRY(set_options(cx, host));
    if (root != NULL) {
        AJ_TRY(ssh_jump_open(cx, host, root, timeout_of(t), &fd));
        if (ssh_options_set(t->session, SSH_OPTIONS_FD, &fd) != 0)
            return aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", where(host),
                           "libssh takes no socket");
    }
    AJ_TRY(connect_to(cx, host));
    AJ_TRY(check_host_key(cx, host));
    AJ_TRY(authenticate(cx, host));
    if (root == NULL)
        watch_link(t->session);
    return join(cx, host);
}
