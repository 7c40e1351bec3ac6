/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/boot.h"

#include <time.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/units.h"
#include "explore/await.h"

/* Parameters of a module that there is not: the kernel passes over them and tells them to nobody. */
#define BEGIN " autojail.boot=1 "
#define END   " autojail.boot=0"

#define SET_LIMIT_NS   (180 * AJ_NS_PER_S) /* update-grub looks at all disks */
#define PAUSE_FIRST_NS (2 * AJ_NS_PER_S)   /* init ends its services meanwhile */
#define PAUSE_MOST_NS  (15 * AJ_NS_PER_S)

struct explore_boot explore_boot_read(const char *id, const char *cmdline, struct aj_arena *out)
{
    const char *line = aj_strline(out, cmdline);
    const char *begin = strstr(line, BEGIN);
    const char *end = begin != NULL ? strstr(begin, END) : NULL;
    struct explore_boot boot = {.cmdline = line, .own = line, .words = ""};
    if (id != NULL && id[0] != '\0')
        boot.id = aj_strline(out, id);
    if (end == NULL)
        return boot;
    const char *words = begin + strlen(BEGIN);
    boot.words = words < end ? aj_strndup(out, words, (size_t)(end - words)) : "";
    boot.own = aj_strf(out, "%.*s%s", (int)(begin - line), line, end + strlen(END));
    return boot;
}

/* Arguments: the file, or nothing, and what is to stand in it, or nothing. */
#define REPLACE                                                                                \
    "[ -f \"$f\" ] || { echo \"there is no $f\" >&2; exit 1; }\n"                              \
    "cp -p \"$f\" \"$f.new\" && sed -e 's/ autojail\\.boot=1 .*autojail\\.boot=0//' ${2:+-e} " \
    "${2:+\"$where\"'s|$| '\"$2|\"} \"$f\" >\"$f.new\" && sync && mv -f \"$f.new\" \"$f\" && " \
    "sync\n"
static const char *const scripts[] = {
    [MODEL_BOOT_GRUB] =
        "f=${1:-/etc/default/grub.d/autojail.cfg}\n"
        "if [ -n \"$2\" ]; then\n"
        "    mkdir -p \"${f%/*}\" || exit\n"
        "    printf 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX %s\"\\n' \"$2\" >\"$f\" || exit\n"
        "else\n"
        "    rm -f \"$f\" || exit\n"
        "fi\n"
        "u=$(PATH=$PATH:/usr/sbin:/sbin command -v update-grub) || "
        "u='grub-mkconfig -o /boot/grub/grub.cfg'\n"
        "$u >/dev/null && sync\n",
    [MODEL_BOOT_EXTLINUX] = "f=${1:-/boot/extlinux/extlinux.conf}\n"
                            "where='/^[[:blank:]]*[aA][pP][pP][eE][nN][dD][[:blank:]]/'\n" REPLACE,
    [MODEL_BOOT_CMDLINE] = "f=$1 where=1\n"
                           "for c in /boot/firmware/cmdline.txt /boot/cmdline.txt; do\n"
                           "    [ -n \"$f\" ] || [ ! -f \"$c\" ] || f=$c\n"
                           "done\n" REPLACE,
};

enum aj_status explore_boot_set(struct aj_ctx *cx, const struct explore_boot_way *way,
                                struct remote_host *host, const char *words, struct aj_arena *out,
                                const char **refused)
{
    const struct model_boot *how = way->how;
    struct aj_arena *arena = aj_arena_open();
    const bool own = how->arguments == MODEL_BOOT_COMMAND;
    const char *const built_in[] = {"sh", "-c", own ? "" : scripts[how->arguments], "sh",
                                    how->file != NULL ? how->file : ""};
    const size_t count = own ? how->set_count : AJ_COUNT(built_in);
    const char **argv = AJ_NEW_ARRAY(arena, const char *, count + 1);
    struct remote_result result;
    memcpy(argv, own ? how->set : built_in, count * sizeof *argv);
    argv[count] = words[0] != '\0' ? aj_strf(arena, "%s%s%s", &BEGIN[1], words, END) : "";
    const struct remote_command command = {
        .argv = argv, .argc = count + 1, .timeout_ns = SET_LIMIT_NS, .privileged = true};
    const enum aj_status status = remote_host_run(cx, host, &command, arena, &result);
    *refused = NULL;
    if (status == AJ_OK && result.exit_status != 0)
        *refused = aj_strf(out, "its kernel arguments cannot be set (status %d): %s",
                           result.exit_status, aj_strline(arena, (const char *)result.err.data));
    aj_arena_close(arena);
    return status;
}

enum aj_status explore_boot_go(struct aj_ctx *cx, const struct explore_boot_way *way,
                               struct remote_host *host)
{
    /* The answer gets through before the server goes. */
    static const char script[] =
        "(trap '' HUP; sleep 1; exec \"$@\") </dev/null >/dev/null 2>&1 &\n";
    static const char *const usual[] = {"reboot"};
    const char *const prefix[] = {"sh", "-c", script, "sh"};
    const bool own = way->how->reboot_count > 0;
    const size_t count = own ? way->how->reboot_count : AJ_COUNT(usual);
    struct aj_arena *arena = aj_arena_open();
    const char **argv = AJ_NEW_ARRAY(arena, const char *, AJ_COUNT(prefix) + count);
    struct remote_result result;
    memcpy(argv, prefix, sizeof prefix);
    memcpy(argv + AJ_COUNT(prefix), own ? way->how->reboot : usual, count * sizeof *argv);
    const struct remote_command command = {
        .argv = argv, .argc = AJ_COUNT(prefix) + count, .privileged = true};
    const enum aj_status status = remote_host_run(cx, host, &command, arena, &result);
    aj_arena_close(arena);
    return status;
}

static enum aj_status read_id(struct aj_ctx *cx, const struct explore_boot_way *way,
                              struct remote_host *host, struct aj_arena *out, const char **id)
{
    const char *const argv[] = {"cat",
                                aj_strf(out, "%s/proc/sys/kernel/random/boot_id", way->root)};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    struct remote_result result;
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    *id = aj_strline(out, (const char *)result.out.data);
    return AJ_OK;
}

/* Opens it and looks whether it has booted; a link that breaks meanwhile is one of before. */
static enum aj_status look(struct aj_ctx *cx, const struct explore_boot_way *way, const char *id,
                           int64_t left_ns, struct remote_host **fresh)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx tried;
    const char *now = id;
    enum aj_status status = explore_await(cx, NULL, &way->login, left_ns, fresh);
    if (status == AJ_OK) {
        aj_ctx_open(&tried);
        tried.cancel = cx->cancel;
        if (read_id(&tried, way, *fresh, arena, &now) != AJ_OK || now[0] == '\0' ||
            strcmp(now, id) == 0) {
            remote_host_close(*fresh);
            *fresh = NULL;
        }
        aj_ctx_close(&tried);
    }
    aj_arena_close(arena);
    return status;
}

enum aj_status explore_boot_again(struct aj_ctx *cx, const struct explore_boot_way *way,
                                  const char *id, struct remote_host **host)
{
    struct remote_host *fresh = NULL;
    int64_t pause_ns = PAUSE_FIRST_NS, left_ns = way->how->limit_ns;
    AJ_TRY(explore_boot_go(cx, way, *host));
    aj_log(cx, AJ_LOG_INFO, "%s: reboots", remote_host_name(*host));
    while (fresh == NULL && left_ns > 0) {
        const int64_t begin_ns = explore_await_now();
        AJ_TRY(aj_poll_cancel(cx));
        explore_await_pause(pause_ns);
        AJ_TRY(look(cx, way, id, left_ns, &fresh));
        pause_ns = pause_ns * 3 / 2 < PAUSE_MOST_NS ? pause_ns * 3 / 2 : PAUSE_MOST_NS;
        left_ns -= explore_await_now() - begin_ns;
    }
    if (fresh == NULL)
        return aj_fail(cx, AJ_ERR_TARGET, "target-timeout", aj_loc_file(remote_host_name(*host)),
                       "it was told to reboot and did not within %s",
                       aj_format_duration(cx->scratch, way->how->limit_ns));
    remote_host_close(*host);
    *host = fresh;
    return AJ_OK;
}

const char *explore_boot_by_hand(const struct explore_boot_way *way, struct aj_arena *out)
{
    static const char *const usual[] = {
        [MODEL_BOOT_GRUB] = "/etc/default/grub.d/autojail.cfg",
        [MODEL_BOOT_EXTLINUX] = "/boot/extlinux/extlinux.conf",
        [MODEL_BOOT_CMDLINE] = "cmdline.txt of its boot partition",
    };
    const struct model_boot *how = way->how;
    const char *file = how->file != NULL ? how->file : usual[how->arguments];
    struct aj_buf line = {NULL, 0, 0};
    if (how->arguments == MODEL_BOOT_GRUB)
        return aj_strf(out, "there, as root: rm -f %s && update-grub && reboot", file);
    if (how->arguments != MODEL_BOOT_COMMAND)
        return aj_strf(out,
                       "there, as root: take 'autojail.boot=1' to 'autojail.boot=0' out of %s, "
                       "and reboot",
                       file);
    for (size_t i = 0; i < how->set_count; i++) {
        aj_buf_add_shell(&line, how->set[i]);
        aj_buf_adds(&line, " ");
    }
    const char *text = aj_strf(out, "there, as root: %s'' && reboot", aj_buf_text(&line));
    aj_buf_free(&line);
    return text;
}
