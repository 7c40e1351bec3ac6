/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "remote/host.h"

#include <time.h>

#include "base/digest.h"
#include "base/units.h"
#include "remote/host_priv.h"

#define COMMAND_TIMEOUT_NS ((int64_t)60 * AJ_NS_PER_S)
#define OUTPUT_LIMIT       ((size_t)64 << 20)
#define ERR_LIMIT          ((size_t)1 << 20)

int64_t host_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * AJ_NS_PER_S + (int64_t)now.tv_nsec;
}

bool host_cancelled(const struct aj_ctx *cx)
{
    return cx->cancel != NULL && *cx->cancel != 0;
}

bool host_capture_out(struct host_capture *capture, const void *bytes, size_t count)
{
    const size_t room = capture->limit - capture->out.len;
    aj_buf_add(&capture->out, bytes, count < room ? count : room);
    return count <= room;
}

void host_capture_err(struct host_capture *capture, const void *bytes, size_t count)
{
    const size_t room = ERR_LIMIT - capture->err.len;
    aj_buf_add(&capture->err, bytes, count < room ? count : room);
}

static struct aj_bytes to_bytes(struct aj_buf *buf, struct aj_arena *out)
{
    const struct aj_bytes bytes = {
        (const uint8_t *)aj_strndup(out, aj_buf_text(buf), buf->len),
        buf->len,
    };
    aj_buf_free(buf);
    return bytes;
}

void host_capture_finish(struct host_capture *capture, struct aj_arena *out,
                         struct remote_result *result)
{
    result->out = to_bytes(&capture->out, out);
    result->err = to_bytes(&capture->err, out);
}

static enum aj_status bad_login(struct aj_ctx *cx, const struct remote_login *login,
                                const char *what)
{
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "login", login->at,
                                          "'%s' is no login here: %s", login->login, what);
    aj_diag_hint(cx, "local: is this machine, ssh:user@host[:port] another one");
    return status;
}

/* A leading '-' would be an option to programs that the user's ssh configuration may start. */
static bool is_plain(const char *text, const char *allowed)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = 0;
    while (text[length] != '\0' &&
           (strchr(letters, text[length]) != NULL || strchr(allowed, text[length]) != NULL))
        length++;
    return length > 0 && text[length] == '\0' && text[0] != '-';
}

/* "host", "host:22", "::1", "[::1]", "[::1]:22" */
static const char *split_port(struct aj_arena *arena, const char *text, const char **port)
{
    const char *bracket = text[0] == '[' ? strchr(text, ']') : NULL;
    const char *colon = strrchr(bracket == NULL ? text : bracket, ':');
    *port = NULL;
    if (bracket != NULL) {
        *port = bracket[1] == '\0' ? NULL : bracket + 1 == colon ? colon + 1 : "";
        return aj_strndup(arena, text + 1, (size_t)(bracket - text) - 1);
    }
    if (colon == NULL || strchr(text, ':') != colon)
        return text;
    *port = colon + 1;
    return aj_strndup(arena, text, (size_t)(colon - text));
}

static enum aj_status parse_ssh(struct aj_ctx *cx, const struct remote_login *login,
                                struct aj_arena *arena, struct host_login *at)
{
    const char *rest = login->login + strlen("ssh:");
    const char *sign = strrchr(rest, '@');
    const char *port = NULL;
    uint64_t number = 0;
    if (sign != NULL) {
        at->user = aj_strndup(arena, rest, (size_t)(sign - rest));
        rest = sign + 1;
    }
    at->host = split_port(arena, rest, &port);
    if (at->user != NULL && !is_plain(at->user, "._-+@\\"))
        return bad_login(cx, login, "the user's name is empty or has odd characters");
    if (!is_plain(at->host, "._-:%"))
        return bad_login(cx, login, "the host's name is empty or has odd characters");
    if (port != NULL &&
        (aj_parse_u64(port, &number).why != AJ_UNITS_OK || number == 0 || number > UINT16_MAX))
        return bad_login(cx, login, "the port is no number from 1 to 65535");
    at->port = (uint16_t)number;
    return AJ_OK;
}

/* Logins of other commands, and what they are for. */
static const struct {
    const char *start, *what;
} others[] = {
    {"sim:", "boards are simulated for 'autojail explore' alone"},
    {"snapshot:", "a snapshot is for 'autojail extract' alone, nothing runs on it"},
};

/* `at` stays empty for this machine. */
static enum aj_status parse_login(struct aj_ctx *cx, const struct remote_login *login,
                                  const struct remote_host *root, struct aj_arena *arena,
                                  struct host_login *at)
{
    const char *text = login->login;
    *at = (struct host_login){NULL, NULL, 0};
    if (strcmp(text, "local:") == 0 && root == NULL)
        return AJ_OK;
    if (strncmp(text, "ssh:", 4) == 0)
        return parse_ssh(cx, login, arena, at);
    for (size_t i = 0; i < AJ_COUNT(others); i++)
        if (strncmp(text, others[i].start, strlen(others[i].start)) == 0)
            return bad_login(cx, login, others[i].what);
    return bad_login(cx, login,
                     root == NULL ? "it begins with neither 'local:' nor 'ssh:'"
                                  : "a guest's begins with 'ssh:'");
}

enum aj_status remote_login_check(struct aj_ctx *cx, const struct remote_login *login)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct host_login at;
    const enum aj_status status = parse_login(cx, login, NULL, cx->scratch, &at);
    aj_arena_release(cx->scratch, mark);
    return status;
}

static enum aj_status open_kind(struct aj_ctx *cx, const struct remote_login *login,
                                struct remote_host *root, struct remote_host *host)
{
    struct host_login at;
    AJ_TRY(parse_login(cx, login, root, host->arena, &at));
    if (at.host != NULL)
        return host_ssh_open(cx, host, &at, login,
                             root == NULL || root->state == NULL ? NULL : root);
    host_local_open(host);
    return AJ_OK;
}

enum aj_status remote_host_open_through(struct aj_ctx *cx, struct remote_host *root,
                                        const struct remote_login *login, struct remote_host **host)
{
    struct aj_arena *arena = aj_arena_open();
    struct remote_host *opened = AJ_NEW(arena, struct remote_host);
    *opened = (struct remote_host){.arena = arena, .name = aj_strdup(arena, login->login)};
    const enum aj_status status = open_kind(cx, login, root, opened);
    if (status == AJ_OK)
        *host = opened;
    else
        aj_arena_close(arena);
    return status;
}

enum aj_status remote_host_open(struct aj_ctx *cx, const struct remote_login *login,
                                struct remote_host **host)
{
    return remote_host_open_through(cx, NULL, login, host);
}

void remote_host_close(struct remote_host *host)
{
    if (host == NULL)
        return;
    host->ops->close(host);
    aj_arena_close(host->arena);
}

const char *remote_host_name(const struct remote_host *host)
{
    return host->name;
}

/* Makes a diagnostic of an end that is not HOST_DONE. */
static enum aj_status report(struct aj_ctx *cx, const struct remote_host *host,
                             const struct host_job *job, enum host_end end)
{
    const struct aj_loc at = aj_loc_file(host->name);
    const char *command = job->argv[0];
    switch (end) {
    case HOST_DONE: return AJ_OK;
    case HOST_CANCELLED:
        return aj_fail(cx, AJ_INTERRUPTED, "interrupted", at, "stopped by the user");
    case HOST_TIMEOUT:
        return aj_fail(cx, AJ_ERR_TARGET, "target-timeout", at,
                       "'%s' did not end within %s and was ended", command,
                       aj_format_duration(cx->scratch, job->timeout_ns));
    case HOST_OUTPUT:
        return aj_fail(cx, AJ_ERR_TARGET, "target-output", at,
                       "'%s' printed more than %zu bytes and was ended", command,
                       job->output_limit);
    case HOST_LOST:
        return aj_fail(cx, AJ_ERR_TARGET, "target-lost", at,
                       "the link broke while '%s' was running: %s", command, host->why);
    case HOST_NO_START:
        return aj_fail(cx, AJ_ERR_TARGET, "target-start", at, "'%s' cannot be started: %s", command,
                       host->why);
    }
    return AJ_ERR_INTERNAL;
}

/* Runs a short command of our own: what it printed, trimmed, or NULL. */
static enum aj_status probe(struct aj_ctx *cx, struct remote_host *host, const char *const *argv,
                            size_t argc, bool *succeeded, const char **text)
{
    const struct host_job job = {
        .argv = argv, .argc = argc, .timeout_ns = COMMAND_TIMEOUT_NS, .output_limit = 4096};
    struct remote_result result = {0};
    AJ_TRY(report(cx, host, &job, host->ops->run(cx, host, &job, cx->scratch, &result)));
    *succeeded = result.exit_status == 0;
    *text = aj_strline(cx->scratch, (const char *)result.out.data);
    return AJ_OK;
}

static enum aj_status find_privilege(struct aj_ctx *cx, struct remote_host *host)
{
    static const char *const id[] = {"id", "-u"};
    static const char *const sudo[] = {"sudo", "-n", "true"};
    const char *text = NULL;
    bool succeeded = false;
    if (host->privilege != HOST_PRIVILEGE_UNKNOWN)
        return AJ_OK;
    AJ_TRY(probe(cx, host, id, AJ_COUNT(id), &succeeded, &text));
    if (succeeded && strcmp(text, "0") == 0) {
        host->privilege = HOST_PRIVILEGE_ROOT;
        return AJ_OK;
    }
    AJ_TRY(probe(cx, host, sudo, AJ_COUNT(sudo), &succeeded, &text));
    host->privilege = succeeded ? HOST_PRIVILEGE_SUDO : HOST_PRIVILEGE_NONE;
    return AJ_OK;
}

enum aj_status remote_host_can_root(struct aj_ctx *cx, struct remote_host *host, bool *can)
{
    AJ_TRY(find_privilege(cx, host));
    *can = host->privilege != HOST_PRIVILEGE_NONE;
    return AJ_OK;
}

/*
 * Ends the process $1 with all that came from it. Not every ssh server makes a command the leader of
 * a group, and sudo may open one of its own, so the tree is walked; who is stopped makes no more
 * children meanwhile. The group comes last: it has those whose parents are gone.
 */
static const char kill_script[] =
    "tree() { kill -STOP \"$1\"; for s in /proc/[0-9]*/stat; do "
    "read -r l <\"$s\" || continue; set -- \"$1\" ${l##*) }; [ \"$3\" = \"$1\" ] || continue; "
    "s=${s#/proc/}; (tree \"${s%/stat}\"); done; kill -KILL \"$1\"; }; "
    "exec 2>/dev/null; tree \"$1\"; kill -KILL \"-$1\"";

/* The argument vector that runs `command` with the privilege it wants. */
static enum aj_status prepare(struct aj_ctx *cx, struct remote_host *host,
                              const struct remote_command *command, struct host_job *job)
{
    static const char *const sudo[] = {"sudo", "-n", "--"};
    static const char *const kill_argv[] = {"sudo", "-n", "--", "sh", "-c", kill_script, "sh"};
    size_t prefix = 0;
    if (command->privileged) {
        AJ_TRY(find_privilege(cx, host));
        if (host->privilege == HOST_PRIVILEGE_NONE) {
            const enum aj_status status = aj_fail(
                cx, AJ_ERR_TARGET, "target-sudo", aj_loc_file(host->name),
                "'%s' must run as root there, and 'sudo -n' does not allow that", command->argv[0]);
            aj_diag_hint(cx, "log in as root, or let sudo run without a password");
            return status;
        }
        prefix = host->privilege == HOST_PRIVILEGE_SUDO ? AJ_COUNT(sudo) : 0;
    }
    const char **argv = AJ_NEW_ARRAY(cx->scratch, const char *, prefix + command->argc);
    memcpy(argv, sudo, prefix * sizeof *argv);
    memcpy(argv + prefix, command->argv, command->argc * sizeof *argv);
    const size_t skipped = AJ_COUNT(sudo) - prefix;
    *job = (struct host_job){
        .argv = argv,
        .argc = prefix + command->argc,
        .input = command->input,
        .timeout_ns = command->timeout_ns > 0 ? command->timeout_ns : COMMAND_TIMEOUT_NS,
        .output_limit = command->output_limit > 0 ? command->output_limit : OUTPUT_LIMIT,
        .kill_argv = kill_argv + skipped,
        .kill_argc = AJ_COUNT(kill_argv) - skipped,
    };
    return AJ_OK;
}

enum aj_status remote_host_run(struct aj_ctx *cx, struct remote_host *host,
                               const struct remote_command *command, struct aj_arena *out,
                               struct remote_result *result)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct host_job job;
    enum aj_status status = prepare(cx, host, command, &job);
    if (status == AJ_OK) {
        const int64_t start = host_now_ns();
        *result = (struct remote_result){0};
        aj_log(cx, AJ_LOG_DEBUG, "%s: %s", host->name, command->argv[0]);
        status = report(cx, host, &job, host->ops->run(cx, host, &job, out, result));
        result->duration_ns = host_now_ns() - start;
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}

/*
 * $1 is the place, $2 the mode, $3 the length, $4 the digest, $5 the temporary name, there already if $6
 * is "there". The new file is complete before it has its name; -C refuses to write through a link that
 * somebody put in the place of the temporary name.
 */
static const char put_script[] =
    "t=$5; trap 'rm -f \"$t\"' EXIT; umask 077\n"
    "[ \"$6\" = there ] || { rm -f \"$t\"; set -C; cat >\"$t\"; } || exit\n"
    "[ $(wc -c <\"$t\") -eq \"$3\" ] || { echo 'it arrived with another length' >&2; exit 1; }\n"
    "if command -v sha256sum >/dev/null; then\n"
    "    s=$(sha256sum <\"$t\")\n"
    "    [ \"${s%% *}\" = \"$4\" ] || { echo 'it arrived with another content' >&2; exit 1; }\n"
    "fi\n"
    "chmod \"$2\" \"$t\" && mv -f \"$t\" \"$1\"\n";

/* Over a link as slow as 100 kB/s. */
static int64_t put_timeout(size_t bytes)
{
    return COMMAND_TIMEOUT_NS + (int64_t)(bytes / 1024) * AJ_NS_PER_MS * 10;
}

static enum aj_status put(struct aj_ctx *cx, struct remote_host *host, const char *path,
                          struct aj_bytes content, unsigned mode, struct aj_arena *tmp)
{
    const char *digest = aj_sha256(tmp, content);
    const char *name = aj_strf(tmp, "%s.new.%.16s", path, digest);
    static const char *const sftp[] = {"sftp"};
    const struct host_job job = {.argv = sftp, .argc = AJ_COUNT(sftp)};
    const enum host_end how = host->ops->put(cx, host, name, content);
    if (how != HOST_DONE && how != HOST_NO_START)
        return report(cx, host, &job, how);
    const bool there = how == HOST_DONE;
    const char *const argv[] = {"sh",
                                "-c",
                                put_script,
                                "sh",
                                path,
                                aj_strf(tmp, "%04o", mode),
                                aj_strf(tmp, "%zu", content.size),
                                digest,
                                name,
                                there ? "there" : "missing"};
    const struct remote_command command = {.argv = argv,
                                           .argc = AJ_COUNT(argv),
                                           .input = there ? (struct aj_bytes){NULL, 0} : content,
                                           .timeout_ns = put_timeout(content.size)};
    struct remote_result result;
    AJ_TRY(remote_host_run(cx, host, &command, tmp, &result));
    const char *said = (const char *)result.err.data;
    if (result.exit_status == 0)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "target-put", aj_loc_file(host->name),
                   "'%s' cannot be written there: %.*s", path, (int)strcspn(said, "\n"), said);
}

enum aj_status remote_host_put(struct aj_ctx *cx, struct remote_host *host, const char *path,
                               struct aj_bytes content, unsigned mode)
{
    struct aj_arena *tmp = aj_arena_open();
    const enum aj_status status = put(cx, host, path, content, mode, tmp);
    aj_arena_close(tmp);
    return status;
}
