/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files by SFTP. libssh's SFTP works in blocking sessions only and waits for its answers for ever;
 * so a timer in the session's event cuts the link when the peer goes silent.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <libssh/sftp.h>

#include "remote/ssh_priv.h"

#define CHUNK 32768 /* what every server takes in one request */

struct ssh_files {
    struct ssh_target *target;
    sftp_session sftp; /* NULL: the server has no SFTP */
    int timer;
    int64_t cut_at; /* when the answer must be there */
};

static int on_tick(socket_t fd, int events, void *data)
{
    const struct ssh_files *files = data;
    uint64_t ticks;
    (void)events;
    if (read(fd, &ticks, sizeof ticks) != (ssize_t)sizeof ticks)
        return 0;
    if (files->target->jump != NULL)
        (void)ssh_jump_pump(files->target->jump);
    if (host_now_ns() >= files->cut_at)
        shutdown(ssh_get_fd(files->target->session), SHUT_RDWR);
    return 0;
}

/* Between these two the session is blocking. False: there is no timer. */
static bool begin(struct ssh_files *files)
{
    const struct itimerspec ticks = {.it_interval = {0, HOST_STEP_MS * AJ_NS_PER_MS},
                                     .it_value = {0, HOST_STEP_MS * AJ_NS_PER_MS}};
    const struct ssh_target *t = files->target;
    files->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (files->timer < 0)
        return false;
    files->cut_at = host_now_ns() + SSH_SILENCE_NS;
    if (timerfd_settime(files->timer, 0, &ticks, NULL) != 0 ||
        ssh_event_add_fd(t->event, files->timer, POLLIN, on_tick, files) != SSH_OK) {
        close(files->timer);
        return false;
    }
    ssh_set_blocking(t->session, 1);
    return true;
}

static void end(struct ssh_files *files)
{
    ssh_set_blocking(files->target->session, 0);
    ssh_event_remove_fd(files->target->event, files->timer);
    close(files->timer);
}

static void open_sftp(struct ssh_files *files)
{
    files->sftp = sftp_new(files->target->session);
    if (files->sftp == NULL || sftp_init(files->sftp) == SSH_OK)
        return;
    sftp_free(files->sftp);
    files->sftp = NULL;
}

static enum host_end write_all(struct aj_ctx *cx, struct ssh_files *files, sftp_file file,
                               struct aj_bytes content)
{
    for (size_t at = 0; at < content.size;) {
        const size_t left = content.size - at;
        const ssize_t done = sftp_write(file, content.data + at, left < CHUNK ? left : CHUNK);
        if (done <= 0)
            return HOST_NO_START;
        at += (size_t)done;
        files->cut_at = host_now_ns() + SSH_SILENCE_NS;
        if (host_cancelled(cx))
            return HOST_CANCELLED;
    }
    return HOST_DONE;
}

static enum host_end put(struct aj_ctx *cx, struct ssh_files *files, const char *path,
                         struct aj_bytes content)
{
    sftp_file file = sftp_open(files->sftp, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file == NULL)
        return HOST_NO_START;
    enum host_end how = write_all(cx, files, file, content);
    if (sftp_close(file) != SSH_NO_ERROR && how == HOST_DONE)
        how = HOST_NO_START;
    if (how != HOST_DONE)
        sftp_unlink(files->sftp, path);
    return how;
}

enum host_end ssh_files_put(struct aj_ctx *cx, struct remote_host *host, const char *path,
                            struct aj_bytes content)
{
    struct ssh_target *t = host->state;
    const bool first = t->files == NULL;
    enum host_end how = HOST_NO_START;
    if (first) {
        t->files = AJ_NEW(host->arena, struct ssh_files);
        *t->files = (struct ssh_files){.target = t};
    }
    if ((!first && t->files->sftp == NULL) || !begin(t->files))
        return HOST_NO_START;
    if (first)
        open_sftp(t->files);
    if (t->files->sftp != NULL)
        how = put(cx, t->files, path, content);
    end(t->files);
    if (!ssh_is_connected(t->session)) {
        host->why = "it went silent while a file was brought";
        how = HOST_LOST;
    }
    return how;
}

void ssh_files_close(struct ssh_files *files)
{
    if (files == NULL || files->sftp == NULL)
        return;
    if (begin(files)) {
        sftp_free(files->sftp);
        end(files);
    }
}
