/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps: hypervisor and cells up and down again. */
#include "explore/deploy.h"

#include <time.h>

/* Enabling and creating take seconds; loading a guest's kernel over a slow bus takes longer. */
#define STEP_LIMIT_NS (120 * AJ_NS_PER_S)
#define LOOK_AGAIN_NS 300000000
#define LOOKS         10

static struct aj_loc where(const struct explore_cells *cells)
{
    return aj_loc_file(remote_host_name(cells->host));
}

/* The name of a step for the scripts. */
static const char *step_name(const struct explore_deploy *deploy, size_t step)
{
    return step == 0 ? "root" : deploy->plan->cells[step].key;
}

/* The last line that is not empty: what a script died of. */
static const char *last_line(struct aj_arena *out, struct aj_bytes text)
{
    const char *from = (const char *)text.data;
    size_t end = text.size;
    while (end > 0 && (from[end - 1] == '\n' || from[end - 1] == '\r'))
        end--;
    size_t begin = end;
    while (begin > 0 && from[begin - 1] != '\n')
        begin--;
    return aj_strndup(out, from + begin, end - begin);
}

/*
 * What is up is known by a file beside the scripts: the boot of the root's kernel in which it was
 * started. $1 is the directory, $2 the script, $3 the step; without a step, all of them.
 */
static const char step_script[] =
    "boot=$(cat /proc/sys/kernel/random/boot_id)\n"
    "case \"$2 ${3:-}\" in\n"
    "'start.sh root') echo \"$boot\" >\"$1/started\" || exit 1 ;;\n"
    "'stop.sh ') [ \"$boot\" = \"$(cat \"$1/started\" 2>/dev/null)\" ] || exit 3 ;;\n"
    "esac\n"
    "sh \"$1/$2\" ${3:+\"$3\"} || exit 1\n"
    "[ \"$2 ${3:-root}\" != 'stop.sh root' ] || rm -f \"$1/started\"\n";
#define NOT_OURS 3

/* Runs a step of a script of the deployment, all of them if `step` is NULL. */
static enum aj_status run_script(struct aj_ctx *cx, const struct explore_cells *cells,
                                 const char *directory, const char *script, const char *step,
                                 struct aj_arena *out, struct remote_result *result)
{
    const char *const argv[] = {"sh", "-c", step_script, "sh", directory, script, step};
    const struct remote_command command = {.argv = argv,
                                           .argc = AJ_COUNT(argv) - (step == NULL ? 1 : 0),
                                           .timeout_ns = STEP_LIMIT_NS,
                                           .privileged = true};
    return remote_host_run(cx, cells->host, &command, out, result);
}

/* Why a script failed; NULL: it says it did not. */
static const char *failure_of(const char *script, const struct remote_result *result,
                              struct aj_arena *out)
{
    if (result->exit_status == 0)
        return NULL;
    return result->err.size > 0
               ? last_line(out, result->err)
               : aj_strf(out, "%s ended with status %d", script, result->exit_status);
}

/* Takes down what is left of an earlier run of ours. */
static enum aj_status take_down(struct aj_ctx *cx, struct explore_cells *cells,
                                const char *directory, struct explore_cells_seen *seen,
                                struct aj_arena *arena)
{
    struct remote_result result;
    AJ_TRY(run_script(cx, cells, directory, "stop.sh", NULL, arena, &result));
    if (result.exit_status == NOT_OURS) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_TARGET, "deploy-busy", where(cells),
                    "the hypervisor is enabled already, with %zu cells", seen->cells_count);
        aj_diag_hint(cx, "what runs there is not touched: end it by its stop.sh first");
        return status;
    }
    const char *said = failure_of("stop.sh", &result, arena);
    AJ_TRY(explore_cells_look(cx, cells->host, arena, seen));
    if (said == NULL && seen->enabled)
        said = "the hypervisor is still enabled";
    if (said != NULL)
        return aj_fail(cx, AJ_ERR_TARGET, "deploy-stop", where(cells),
                       "cells of an earlier run do not stop: %s", said);
    aj_warn(cx, "deploy-left", where(cells), "cells of an earlier run were running: stopped");
    return AJ_OK;
}

enum aj_status explore_cells_open(struct aj_ctx *cx, struct remote_host *host,
                                  const char *directory, struct explore_cells *cells)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_deploy deploy = {.directory = directory};
    struct explore_cells_seen seen;
    enum aj_status status = explore_cells_look(cx, host, arena, &seen);
    *cells = (struct explore_cells){.host = host};
    if (status == AJ_OK && !seen.installed)
        status = aj_fail(cx, AJ_ERR_TARGET, "deploy-jailhouse", where(cells),
                         "there is no program 'jailhouse'");
    if (status == AJ_OK && seen.enabled)
        status = take_down(cx, cells, explore_deploy_path(&deploy, ".", arena), &seen, arena);
    if (status == AJ_OK)
        cells->online = seen.online;
    aj_arena_close(arena);
    return status;
}

/* One step; *said is why it failed. */
static enum aj_status run_step(struct aj_ctx *cx, const struct explore_cells *cells,
                               const struct explore_deploy *deploy, const char *script, size_t step,
                               struct aj_arena *out, const char **said)
{
    struct remote_result result;
    AJ_TRY(run_script(cx, cells, explore_deploy_path(deploy, ".", out), script,
                      step_name(deploy, step), out, &result));
    *said = failure_of(script, &result, out);
    return AJ_OK;
}

/* Why step `step` has not the effect it should have; NULL: it has. */
static const char *missing_effect(const struct explore_cells_seen *seen,
                                  const struct explore_deploy *deploy, size_t step,
                                  struct aj_arena *out)
{
    if (!seen->enabled)
        return "the hypervisor is not enabled";
    if (step == 0)
        return NULL;
    return explore_cells_wrong(seen, deploy->system->cells[step - 1].name,
                               &deploy->plan->cells[step].cpus, out);
}

static const char *remaining_effect(const struct explore_cells *cells,
                                    const struct explore_cells_seen *seen,
                                    const struct explore_deploy *deploy, size_t step,
                                    struct aj_arena *out)
{
    if (step > 0)
        return explore_cells_find(seen, deploy->system->cells[step - 1].name) != NULL
                   ? "the cell is still there"
                   : NULL;
    if (seen->enabled)
        return "the hypervisor is still enabled";
    if (!aj_cpuset_equal(&seen->online, &cells->online))
        return aj_strf(out, "CPUs %s are online instead of %s",
                       aj_cpuset_format(out, &seen->online), aj_cpuset_format(out, &cells->online));
    return NULL;
}

static enum aj_status start(struct aj_ctx *cx, struct explore_cells *cells,
                            const struct explore_deploy *deploy, size_t step,
                            struct aj_arena *arena)
{
    struct explore_cells_seen seen;
    const char *said;
    AJ_TRY(run_step(cx, cells, deploy, "start.sh", step, arena, &said));
    if (said == NULL) {
        AJ_TRY(explore_cells_look(cx, cells->host, arena, &seen));
        said = missing_effect(&seen, deploy, step, arena);
    }
    if (said == NULL)
        return AJ_OK;
    const enum aj_status status = aj_fail(cx, AJ_ERR_TARGET, "deploy-start", where(cells),
                                          "'%s' does not start: %s", step_name(deploy, step), said);
    aj_diag_hint(cx, "'jailhouse console' and dmesg on the target tell more");
    return status;
}

enum aj_status explore_cells_start(struct aj_ctx *cx, struct explore_cells *cells,
                                   const struct explore_deploy *deploy, size_t step)
{
    struct aj_arena *arena = aj_arena_open();
    const enum aj_status status = start(cx, cells, deploy, step, arena);
    aj_arena_close(arena);
    return status;
}

static enum aj_status stop(struct aj_ctx *cx, struct explore_cells *cells,
                           const struct explore_deploy *deploy, size_t step, struct aj_arena *arena)
{
    const struct timespec pause = {.tv_nsec = LOOK_AGAIN_NS};
    struct explore_cells_seen seen;
    const char *said;
    AJ_TRY(run_step(cx, cells, deploy, "stop.sh", step, arena, &said));
    /* Linux takes its time to bring CPUs back. */
    for (int tries = said == NULL ? LOOKS : 0; tries > 0; tries--) {
        AJ_TRY(explore_cells_look(cx, cells->host, arena, &seen));
        said = remaining_effect(cells, &seen, deploy, step, arena);
        if (said == NULL)
            break;
        nanosleep(&pause, NULL);
    }
    if (said == NULL)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "deploy-stop", where(cells), "'%s' does not stop: %s",
                   step_name(deploy, step), said);
}

enum aj_status explore_cells_stop(struct aj_ctx *cx, struct explore_cells *cells,
                                  const struct explore_deploy *deploy, size_t step)
{
    struct aj_arena *arena = aj_arena_open();
    const volatile int *cancel = cx->cancel;
    cx->cancel = NULL; /* whoever cancels wants this, too */
    const enum aj_status status = stop(cx, cells, deploy, step, arena);
    cx->cancel = cancel;
    aj_arena_close(arena);
    return status;
}

static enum aj_status stop_from(struct aj_ctx *cx, struct explore_cells *cells,
                                const struct explore_deploy *deploy, size_t step)
{
    enum aj_status gravest = AJ_OK;
    do {
        const enum aj_status status = explore_cells_stop(cx, cells, deploy, step);
        if (status > gravest)
            gravest = status;
    } while (step-- > 0);
    return gravest;
}

enum aj_status explore_cells_start_all(struct aj_ctx *cx, struct explore_cells *cells,
                                       const struct explore_deploy *deploy)
{
    for (size_t step = 0; step < deploy->plan->cells_count; step++) {
        const enum aj_status status = explore_cells_start(cx, cells, deploy, step);
        if (status == AJ_OK)
            continue;
        const enum aj_status stopped = stop_from(cx, cells, deploy, step);
        return aj_worse(status, stopped);
    }
    return AJ_OK;
}

enum aj_status explore_cells_stop_all(struct aj_ctx *cx, struct explore_cells *cells,
                                      const struct explore_deploy *deploy)
{
    return stop_from(cx, cells, deploy, deploy->plan->cells_count - 1);
}

enum aj_status explore_cells_check(struct aj_ctx *cx, const struct explore_cells *cells,
                                   const struct explore_deploy *deploy)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_cells_seen seen;
    enum aj_status status = explore_cells_look(cx, cells->host, arena, &seen);
    for (size_t step = 0; status == AJ_OK && step < deploy->plan->cells_count; step++) {
        const char *wrong = missing_effect(&seen, deploy, step, arena);
        if (wrong != NULL)
            status = aj_fail(cx, AJ_ERR_TARGET, "deploy-lost", where(cells),
                             "'%s' did not survive: %s", step_name(deploy, step), wrong);
    }
    aj_arena_close(arena);
    return status;
}
