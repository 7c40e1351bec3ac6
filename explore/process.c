/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/units.h"

enum {
    STAT_BYTES = 4096,    /* /proc/PID/stat is shorter */
    FIELDS_TO_START = 19, /* from the state behind the name, field 3, to the start, 22; proc(5) */
};

/* What fits of a file of /proc, with a NUL; errno if it cannot be read. */
static ssize_t read_start(const char *path, char *text, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    const ssize_t got = read(fd, text, size - 1);
    const int why = errno;
    (void)close(fd);
    errno = why;
    if (got >= 0)
        text[got] = '\0';
    return got;
}

/* One that ended and was not waited for yet has state Z or X and does nothing any more. */
static bool read_stat(uint64_t pid, char *state, uint64_t *start)
{
    char path[40], text[STAT_BYTES];
    (void)snprintf(path, sizeof path, "/proc/%llu/stat", (unsigned long long)pid);
    if (read_start(path, text, sizeof text) <= 0)
        return false;
    char *at = strrchr(text, ')'); /* the name may hold anything */
    if (!at || at[1] != ' ')
        return false;
    *state = at[2];
    at += 2;
    for (uint32_t field = 0; field < FIELDS_TO_START && at; field++)
        at = strchr(at + 1, ' ');
    if (!at)
        return false;
    char *end = strchr(at + 1, ' ');
    if (end)
        *end = '\0';
    return aj_parse_u64(at + 1, start).why == AJ_UNITS_OK;
}

static const char *machine(struct aj_arena *out)
{
    struct utsname name;
    char space[64];
    const ssize_t length = readlink("/proc/self/ns/pid", space, sizeof space);
    return aj_strf(out, "%s %.*s", uname(&name) == 0 ? name.nodename : "?",
                   length > 0 ? (int)length : 1, length > 0 ? space : "?");
}

static const char *boot(struct aj_arena *out)
{
    char text[64];
    const ssize_t got = read_start("/proc/sys/kernel/random/boot_id", text, sizeof text);
    return got > 0 ? aj_strline(out, text) : "?";
}

struct explore_process explore_process_self(struct aj_arena *out)
{
    char state;
    struct explore_process self = {machine(out), boot(out), (uint64_t)getpid(), 0};
    if (!read_stat(self.pid, &state, &self.start))
        self.start = 0;
    return self;
}

bool explore_process_ended(const struct explore_process *process)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_process self = explore_process_self(arena);
    const bool here = strcmp(process->machine, self.machine) == 0;
    const bool now = strcmp(process->boot, self.boot) == 0;
    aj_arena_close(arena);
    if (!here || !now)
        return here;
    char state;
    uint64_t start;
    if (read_stat(process->pid, &state, &start))
        return start != process->start || state == 'Z' || state == 'X';
    /* /proc may hide the processes of other users */
    return process->pid > INT32_MAX || (kill((pid_t)process->pid, 0) != 0 && errno == ESRCH);
}

bool explore_process_equal(const struct explore_process *a, const struct explore_process *b)
{
    return a->pid == b->pid && a->start == b->start && strcmp(a->machine, b->machine) == 0 &&
           strcmp(a->boot, b->boot) == 0;
}
