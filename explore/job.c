/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/job.h"

#include <inttypes.h>

#include "base/num.h"

/* What the host waits beyond the limit that the target keeps; the kill after the end has 2 s. */
#define GRACE_NS (15 * AJ_NS_PER_S)

static enum aj_status odd(struct aj_ctx *cx, const struct explore_jobs *jobs, const char *what)
{
    return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(remote_host_name(jobs->host)), "%s",
                   what);
}

enum aj_status explore_jobs_open(struct aj_ctx *cx, struct remote_host *host, struct aj_arena *out,
                                 struct explore_jobs *jobs)
{
    static const char *const argv[] = {"cat", "/proc/sys/kernel/random/uuid"};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    struct remote_result result;
    *jobs = (struct explore_jobs){.host = host};
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    jobs->mark = aj_strline(out, (const char *)result.out.data);
    if (result.exit_status != 0 || strlen(jobs->mark) != 36 ||
        strspn(jobs->mark, "0123456789abcdef-") != 36)
        return odd(cx, jobs, "the target has no /proc/sys/kernel/random/uuid: is it a Linux?");
    return remote_host_can_root(cx, host, &jobs->root);
}

/*
 * Ends all processes that have AUTOJAIL_RUN=$m in their environment; politely at first, so that
 * loads remove their files. $found: were there any? The words are joined here, because sudo puts a
 * command line into the environment of what it runs.
 */
#define END_MARKED                                                                                \
    "n=0; found=no\n"                                                                             \
    "while p=$(grep -ls \"AUTOJAIL_RUN=$m\" /proc/[0-9]*/environ | cut -d/ -f3); [ -n \"$p\" ]\n" \
    "do\n"                                                                                        \
    "    found=yes; n=$((n + 1))\n"                                                               \
    "    [ $n -le 40 ] || { found=stays; break; }\n"                                              \
    "    [ $n -gt 1 ] || kill -TERM $p 2>/dev/null\n"                                             \
    "    [ $n -le 5 ] || kill -KILL $p 2>/dev/null\n"                                             \
    "    sleep 0.1\n"                                                                             \
    "done\n"

/* The marks end with a dot, so that that of job 1 is not the beginning of that of job 10. */
static const char *job_mark(struct explore_jobs *jobs, struct aj_arena *out)
{
    return aj_strf(out, "%s.%" PRIu32 ".", jobs->mark, ++jobs->started);
}

/* sh -c `script` sh MARK SECONDS argv... */
static struct remote_command command_of(const struct explore_job *job, const char *script,
                                        const char *mark, struct aj_arena *out)
{
    const int64_t seconds = (job->limit_ns + AJ_NS_PER_S - 1) / AJ_NS_PER_S;
    const char *const prefix[] = {"sh", "-c", script,
                                  "sh", mark, aj_strf(out, "%" PRId64, seconds)};
    const char **argv = AJ_NEW_ARRAY(out, const char *, AJ_COUNT(prefix) + job->argc);
    memcpy(argv, prefix, sizeof prefix);
    memcpy(argv + AJ_COUNT(prefix), job->argv, job->argc * sizeof *argv);
    return (struct remote_command){
        .argv = argv,
        .argc = AJ_COUNT(prefix) + job->argc,
        .timeout_ns = job->limit_ns + GRACE_NS,
        .privileged = job->privileged,
    };
}

/* Did `timeout` end it? Its own status is 124, that of a child it had to kill 137 or 143. */
static bool was_ended(const struct remote_result *result, int64_t limit_ns)
{
    const int status = result->exit_status;
    return result->duration_ns >= limit_ns && (status == 124 || status == 137 || status == 143);
}

static enum aj_status stays(struct aj_ctx *cx, const struct explore_jobs *jobs)
{
    return aj_fail(cx, AJ_ERR_TARGET, "target-leftover", aj_loc_file(remote_host_name(jobs->host)),
                   "something that was started there does not end");
}

/* The last line of standard error says what was found; it is cut off. NULL if it is not there. */
static const char *take_found(struct remote_result *result, const char *mark, struct aj_arena *out)
{
    char *text = aj_memdup(out, result->err.data, result->err.size + 1);
    char *line = NULL;
    for (char *at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark))
        line = at;
    if (line == NULL)
        return NULL;
    const char *found = aj_strndup(out, line + strlen(mark), strcspn(line + strlen(mark), "\n"));
    *line = '\0';
    result->err = (struct aj_bytes){(const uint8_t *)text, (size_t)(line - text)};
    return found;
}

enum aj_status explore_job_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                               const struct explore_job *job, struct aj_arena *out,
                               struct remote_result *result, enum explore_job_end *end)
{
    /* busybox's timeout leaves a process that waits for the limit: the mark comes behind it */
    static const char script[] =
        "m=$1; l=$2; shift 2\n"
        "timeout -k 2 \"$l\" env \"AUTOJAIL_RUN=$m\" \"$@\"; s=$?\n" END_MARKED
        "echo \"$m$found\" >&2\n"
        "exit $s\n";
    const char *mark = job_mark(jobs, out);
    const struct remote_command command = command_of(job, script, mark, out);
    const enum aj_status status = remote_host_run(cx, jobs->host, &command, out, result);
    if (status != AJ_OK) {
        const enum aj_status clean = explore_jobs_end(cx, jobs);
        return aj_worse(status, clean);
    }
    const char *found = take_found(result, mark, out);
    if (found != NULL && strcmp(found, "stays") == 0)
        return stays(cx, jobs);
    *end = was_ended(result, job->limit_ns)             ? EXPLORE_JOB_TIME_LIMIT
           : found != NULL && strcmp(found, "yes") == 0 ? EXPLORE_JOB_LEFT_OVERS
                                                        : EXPLORE_JOB_DONE;
    return AJ_OK;
}

enum aj_status explore_job_start(struct aj_ctx *cx, struct explore_jobs *jobs,
                                 const struct explore_job *job, struct aj_arena *out,
                                 const char **id)
{
    static const char script[] =
        "m=$1; l=$2; shift 2\n"
        "env \"AUTOJAIL_RUN=$m\" timeout -k 2 \"$l\" \"$@\" </dev/null >/dev/null 2>&1 &\n"
        "echo $!\n";
    const struct remote_command command = command_of(job, script, job_mark(jobs, out), out);
    struct remote_result result;
    AJ_TRY(remote_host_run(cx, jobs->host, &command, out, &result));
    *id = aj_strline(out, (const char *)result.out.data);
    if (result.exit_status != 0 || (*id)[0] == '\0' || strspn(*id, "0123456789") != strlen(*id))
        return odd(cx, jobs, "the target's shell does not start a command beside others");
    return AJ_OK;
}

enum aj_status explore_job_alive(struct aj_ctx *cx, const struct explore_jobs *jobs, const char *id,
                                 bool *alive)
{
    /* By its mark: a dead one whose parent does not care keeps its number, but no environment. */
    static const char script[] = "grep -qs \"AUTOJAIL_RUN=$1\" \"/proc/$2/environ\"";
    const char *const argv[] = {"sh", "-c", script, "sh", jobs->mark, id};
    const struct remote_command command = {
        .argv = argv, .argc = AJ_COUNT(argv), .privileged = jobs->root};
    struct aj_arena *arena = aj_arena_open();
    struct remote_result result;
    const enum aj_status status = remote_host_run(cx, jobs->host, &command, arena, &result);
    if (status == AJ_OK)
        *alive = result.exit_status == 0;
    aj_arena_close(arena);
    return status;
}

const char explore_jobs_end_script[] = "m=$1\n" END_MARKED "[ $found != stays ]\n";

enum aj_status explore_jobs_end(struct aj_ctx *cx, const struct explore_jobs *jobs)
{
    const char *const argv[] = {"sh", "-c", explore_jobs_end_script, "sh", jobs->mark};
    const struct remote_command command = {
        .argv = argv, .argc = AJ_COUNT(argv), .privileged = jobs->root};
    struct aj_arena *arena = aj_arena_open();
    const volatile int *cancel = cx->cancel;
    struct remote_result result;
    cx->cancel = NULL; /* whoever cancels wants this, too */
    enum aj_status status = remote_host_run(cx, jobs->host, &command, arena, &result);
    cx->cancel = cancel;
    if (status == AJ_OK && result.exit_status != 0)
        status = stays(cx, jobs);
    aj_arena_close(arena);
    return status;
}
