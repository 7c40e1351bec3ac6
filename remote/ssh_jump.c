/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest through the root: libssh wants a file descriptor for the inner session, so a pair of
 * sockets stands between it and the channel of the outer one, and this file carries the bytes. There
 * is one thread: they are carried whenever the inner session waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/units.h"
#include "remote/ssh_priv.h"

#define CHUNK 32768

struct ssh_jump {
    struct ssh_target *root;
    ssh_channel channel;
    int fd;            /* our end of the pair, -1 before there is one */
    int outer;         /* the root's, as the event knows it */
    struct aj_buf out; /* from the inner session, not yet taken by the channel */
    size_t out_sent;
    struct aj_buf in; /* the other way */
    size_t in_sent;
};

static void end(struct ssh_jump *jump)
{
    if (jump->fd >= 0)
        shutdown(jump->fd, SHUT_RDWR);
}

/* False when that direction is over. */
static bool move_in(struct ssh_jump *jump)
{
    char chunk[CHUNK];
    int got;
    while ((got = ssh_channel_read_nonblocking(jump->channel, chunk, sizeof chunk, 0)) > 0)
        aj_buf_add(&jump->in, chunk, (size_t)got);
    while (jump->in_sent < jump->in.len) {
        const ssize_t done = send(jump->fd, jump->in.data + jump->in_sent,
                                  jump->in.len - jump->in_sent, MSG_NOSIGNAL);
        if (done < 0)
            return errno == EAGAIN || errno == EINTR;
        jump->in_sent += (size_t)done;
    }
    jump->in.len = jump->in_sent = 0;
    return got >= 0 && !ssh_channel_is_eof(jump->channel);
}

static bool move_out(struct ssh_jump *jump)
{
    char chunk[CHUNK];
    ssize_t got;
    while ((got = recv(jump->fd, chunk, sizeof chunk, 0)) > 0)
        aj_buf_add(&jump->out, chunk, (size_t)got);
    const bool open = got < 0 && (errno == EAGAIN || errno == EINTR);
    while (jump->out_sent < jump->out.len) {
        const size_t left = jump->out.len - jump->out_sent;
        const size_t window = ssh_channel_window_size(jump->channel);
        const size_t step = left < window ? left : window;
        const int done = step == 0
                             ? 0
                             : ssh_channel_write(jump->channel, jump->out.data + jump->out_sent,
                                                 (uint32_t)(step < CHUNK ? step : CHUNK));
        if (done <= 0)
            return done == 0 && open;
        jump->out_sent += (size_t)done;
    }
    jump->out.len = jump->out_sent = 0;
    return open;
}

static bool is_write_pending(ssh_session session)
{
    return (ssh_get_poll_flags(session) & SSH_WRITE_PENDING) != 0;
}

bool ssh_jump_pump(struct ssh_jump *jump)
{
    if (jump->fd < 0)
        return false;
    const bool out = move_out(jump);
    const bool in = move_in(jump);
    if (!in || !out || !ssh_is_connected(jump->root->session))
        end(jump);
    return jump->in.len > 0 || jump->out.len > 0 || is_write_pending(jump->root->session);
}

void ssh_jump_wait(struct ssh_jump *jump, int fd)
{
    const ssh_session outer = jump->root->session;
    struct pollfd ready[] = {
        {.fd = fd, .events = POLLIN},
        {.fd = jump->fd, .events = POLLIN},
        {.fd = ssh_get_fd(outer),
         .events = (short)(is_write_pending(outer) ? POLLIN | POLLOUT : POLLIN)},
    };
    poll(ready, AJ_COUNT(ready), HOST_STEP_MS);
    (void)ssh_jump_pump(jump);
}

static int on_ready(socket_t fd, int events, void *data)
{
    (void)fd, (void)events;
    (void)ssh_jump_pump(data);
    return 0;
}

bool ssh_jump_join(struct ssh_jump *jump, ssh_event event)
{
    jump->outer = ssh_get_fd(jump->root->session);
    return ssh_event_add_fd(event, jump->fd, POLLIN, on_ready, jump) == SSH_OK &&
           ssh_event_add_fd(event, jump->outer, POLLIN, on_ready, jump) == SSH_OK;
}

/* The channel to where the guest is; the outer session is not blocking. */
static enum aj_status open_channel(struct aj_ctx *cx, struct remote_host *host,
                                   struct ssh_jump *jump, const char *to, uint16_t port,
                                   int64_t timeout_ns)
{
    const struct aj_loc at = aj_loc_file(host->name);
    const int64_t deadline = host_now_ns() + timeout_ns;
    int result;
    while ((result = ssh_channel_open_forward(jump->channel, to, port, "127.0.0.1", 0)) ==
           SSH_AGAIN) {
        if (host_cancelled(cx))
            return aj_fail(cx, AJ_INTERRUPTED, "interrupted", at, "stopped by the user");
        if (host_now_ns() >= deadline)
            return aj_fail(cx, AJ_ERR_TARGET, "target-timeout", at,
                           "the root does not reach it within %s",
                           aj_format_duration(cx->scratch, timeout_ns));
        host_ssh_wait(jump->root);
    }
    if (result == SSH_OK)
        return AJ_OK;
    if (!ssh_is_connected(jump->root->session))
        return aj_fail(cx, AJ_ERR_TARGET, "target-lost", at, "the link to the root broke");
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_TARGET, "target-connect", at, "cannot be reached through the root: %s",
                ssh_get_error(jump->root->session));
    aj_diag_hint(cx, "is an ssh server running there, and does the root's allow forwarding "
                     "(AllowTcpForwarding in sshd_config)?");
    return status;
}

static bool open_pair(struct ssh_jump *jump, int *near)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        fcntl(pair[i], F_SETFD, FD_CLOEXEC);
    fcntl(pair[1], F_SETFL, O_NONBLOCK);
    *near = pair[0];
    jump->fd = pair[1];
    return true;
}

enum aj_status ssh_jump_open(struct aj_ctx *cx, struct remote_host *host, struct ssh_target *root,
                             int64_t timeout_ns, int *fd)
{
    struct ssh_target *t = host->state;
    struct ssh_jump *jump = AJ_NEW(host->arena, struct ssh_jump);
    unsigned port = 22;
    char *to = NULL;
    *jump = (struct ssh_jump){
        .root = root, .fd = -1, .outer = -1, .channel = ssh_channel_new(root->session)};
    t->jump = jump;
    if (jump->channel == NULL || ssh_options_get_port(t->session, &port) != SSH_OK ||
        ssh_options_get(t->session, SSH_OPTIONS_HOST, &to) != SSH_OK)
        return aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", aj_loc_file(host->name),
                       "libssh does not start");
    enum aj_status status = open_channel(cx, host, jump, to, (uint16_t)port, timeout_ns);
    ssh_string_free_char(to);
    if (status == AJ_OK && !open_pair(jump, fd))
        status = aj_fail(cx, AJ_ERR_INTERNAL, "target-connect", aj_loc_file(host->name),
                         "no pair of sockets: %s", strerror(errno));
    return status;
}

void ssh_jump_close(struct ssh_jump *jump, ssh_event event)
{
    if (event != NULL) {
        ssh_event_remove_fd(event, jump->fd);
        ssh_event_remove_fd(event, jump->outer);
    }
    (void)ssh_jump_pump(jump); /* the inner session's last word */
    if (jump->fd >= 0)
        close(jump->fd);
    if (jump->channel != NULL && ssh_channel_is_open(jump->channel) != 0)
        ssh_channel_close(jump->channel);
    ssh_channel_free(jump->channel);
    aj_buf_free(&jump->in);
    aj_buf_free(&jump->out);
}
