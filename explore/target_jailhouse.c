/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells of Jailhouse as a target: a setting is deployed, of the guests only those are created anew
 * that differ, and the measured one is reached through the root. What is decided of the root itself
 * is held as on a plain Linux.
 */
#include "emit/guest.h"
#include "explore/await.h"
#include "explore/deploy.h"
#include "explore/guest.h"
#include "explore/target_priv.h"

#define BOOT_LIMIT_NS INT64_C(180000000000)
#define ROOT_STEP     0

/* One setting in force; a copy, as those that ask for it do not keep theirs. */
struct stand {
    struct aj_arena *arena; /* NULL: nothing runs */
    struct explore_deploy deploy;
};

struct jailhouse_target {
    struct explore_target target; /* first: the target is the whole */
    struct explore_target *root;  /* the Linux of the root, which owns `host` */
    struct remote_host *host;
    struct explore_target_options options;
    struct aj_arena *guest_arena; /* of the open guest */
    struct explore_cells cells;
    struct stand now;
    struct remote_host *guest_host; /* NULL: not open */
    struct explore_guest guest;
};

static struct jailhouse_target *jailhouse_of(struct explore_target *target)
{
    return (struct jailhouse_target *)target;
}

/* What is deployed */

static const struct aj_output *find_file(const struct explore_deploy *deploy, const char *name)
{
    for (size_t i = 0; i < deploy->files_count; i++)
        if (strcmp(deploy->files[i].name, name) == 0)
            return &deploy->files[i];
    return NULL;
}

static bool same_file(const struct explore_deploy *a, const struct explore_deploy *b,
                      const char *name)
{
    const struct aj_output *x = find_file(a, name), *y = find_file(b, name);
    if (x == NULL || y == NULL)
        return x == y;
    return x->size == y->size && memcmp(x->data, y->data, x->size) == 0;
}

/* Of a guest also what start.sh tells it: its command line follows from its knobs. */
static bool same_knobs(const struct model_plan *a, const struct model_plan *b, const char *key)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a->knobs_count && strcmp(a->knobs[i].cell, key) != 0)
            i++;
        while (k < b->knobs_count && strcmp(b->knobs[k].cell, key) != 0)
            k++;
        if (i == a->knobs_count || k == b->knobs_count)
            return i == a->knobs_count && k == b->knobs_count;
        if (strcmp(a->knobs[i].knob, b->knobs[k].knob) != 0 ||
            strcmp(a->knobs[i].value, b->knobs[k].value) != 0)
            return false;
        i++;
        k++;
    }
}

static bool same_step(const struct jailhouse_target *t, const struct explore_deploy *a,
                      const struct explore_deploy *b, size_t step, struct aj_arena *out)
{
    const char *project = t->options.project->name;
    if (step == ROOT_STEP)
        return same_file(a, b, aj_strf(out, "cells/%s.cell", project));
    const char *key = b->plan->cells[step].key;
    const char *name = emit_cell_name(project, key, out);
    return same_file(a, b, aj_strf(out, "cells/%s.cell", name)) &&
           same_file(a, b, aj_strf(out, "dtb/%s.dtb", name)) && same_knobs(a->plan, b->plan, key);
}

/* Takes the last step off that the guest needs: its link goes before it does. */
static void leave_guest(struct jailhouse_target *t)
{
    remote_host_close(t->guest_host);
    aj_arena_close(t->guest_arena);
    t->guest_host = NULL;
    t->guest_arena = NULL;
    t->guest.jobs = (struct explore_jobs){.host = NULL};
}

static void forget(struct stand *stand)
{
    aj_arena_close(stand->arena);
    *stand = (struct stand){.arena = NULL};
}

static const struct aj_output *copy_files(const struct explore_deploy *from, struct aj_arena *out)
{
    struct aj_output *files = AJ_NEW_ARRAY(out, struct aj_output, from->files_count);
    for (size_t i = 0; i < from->files_count; i++) {
        files[i] = from->files[i];
        files[i].name = aj_strdup(out, files[i].name);
        files[i].data = aj_memdup(out, files[i].data, files[i].size);
    }
    return files;
}

/* As much of a plan and its system as it takes to compare the next one, and to stop this one. */
static struct stand remember(const struct explore_deploy *from)
{
    struct aj_arena *arena = aj_arena_open();
    struct model_plan *plan = AJ_NEW(arena, struct model_plan);
    struct model_system *system = AJ_NEW(arena, struct model_system);
    const size_t guests = from->plan->cells_count - 1;
    struct model_plan_cell *keys = AJ_NEW_ARRAY(arena, struct model_plan_cell, guests + 1);
    struct model_cell *names = AJ_NEW_ARRAY(arena, struct model_cell, guests);
    struct model_plan_knob *knobs =
        AJ_NEW_ARRAY(arena, struct model_plan_knob, from->plan->knobs_count);
    for (size_t i = 0; i <= guests; i++)
        keys[i] = (struct model_plan_cell){.key = aj_strdup(arena, from->plan->cells[i].key),
                                           .cpus = from->plan->cells[i].cpus};
    for (size_t i = 0; i < guests; i++)
        names[i].name = aj_strdup(arena, from->system->cells[i].name);
    for (size_t i = 0; i < from->plan->knobs_count; i++)
        knobs[i] = (struct model_plan_knob){.cell = aj_strdup(arena, from->plan->knobs[i].cell),
                                            .knob = aj_strdup(arena, from->plan->knobs[i].knob),
                                            .value = aj_strdup(arena, from->plan->knobs[i].value)};
    plan->cells = keys;
    plan->cells_count = guests + 1;
    plan->knobs = knobs;
    plan->knobs_count = from->plan->knobs_count;
    system->cells = names;
    system->cells_count = guests;
    return (struct stand){.arena = arena,
                          .deploy = {.directory = from->directory,
                                     .files = copy_files(from, arena),
                                     .files_count = from->files_count,
                                     .plan = plan,
                                     .system = system}};
}

/* Cells up and down */

static bool is_measured(const struct jailhouse_target *t, const struct explore_deploy *deploy,
                        size_t step)
{
    return t->guest.cell != NULL && strcmp(deploy->plan->cells[step].key, t->guest.cell) == 0;
}

static enum aj_status stop_everything(struct aj_ctx *cx, struct jailhouse_target *t)
{
    leave_guest(t);
    if (t->now.arena == NULL)
        return AJ_OK;
    const enum aj_status status = explore_cells_stop_all(cx, &t->cells, &t->now.deploy);
    forget(&t->now);
    return status;
}

/* From what runs to `next`: those that differ are all gone before the first of them comes again. */
static enum aj_status exchange(struct aj_ctx *cx, struct jailhouse_target *t,
                               const struct explore_deploy *next, struct aj_arena *out)
{
    const struct explore_deployed *deployed;
    const size_t steps = next->plan->cells_count;
    bool *fresh = AJ_NEW_ARRAY(out, bool, steps);
    for (size_t step = 0; step < steps; step++)
        fresh[step] = t->now.arena == NULL || !same_step(t, &t->now.deploy, next, step, out);
    if (fresh[ROOT_STEP]) {
        AJ_TRY(stop_everything(cx, t));
        memset(fresh, true, steps * sizeof *fresh);
    }
    for (size_t step = steps; step-- > 1;) {
        if (!fresh[step] || t->now.arena == NULL)
            continue;
        if (is_measured(t, next, step))
            leave_guest(t);
        AJ_TRY(explore_cells_stop(cx, &t->cells, &t->now.deploy, step));
    }
    AJ_TRY(explore_deploy_put(cx, t->host, next, out, &deployed));
    struct stand stand = remember(next);
    forget(&t->now);
    t->now = stand;
    for (size_t step = 0; step < steps; step++)
        if (fresh[step])
            AJ_TRY(explore_cells_start(cx, &t->cells, next, step));
    return explore_cells_check(cx, &t->cells, next);
}

static enum aj_status open_guest(struct aj_ctx *cx, struct jailhouse_target *t)
{
    struct remote_login login = t->options.login;
    if (t->guest.cell == NULL || t->guest_host != NULL)
        return AJ_OK;
    login.login = t->options.jump;
    AJ_TRY(explore_await(cx, t->host, &login, BOOT_LIMIT_NS, &t->guest_host));
    t->guest_arena = aj_arena_open();
    return explore_jobs_open(cx, t->guest_host, t->guest_arena, &t->guest.jobs);
}

/* The measured cell, if it is a guest, and its CPUs as it numbers them. */
static void find_guest(struct jailhouse_target *t, const struct explore_setting *setting)
{
    t->guest.cell = NULL;
    t->guest.cpus = (struct aj_cpuset){{0}};
    for (uint32_t cell = 1; cell < setting->space->cells_count; cell++)
        if (setting->space->cells[cell].measured)
            t->guest.cell = setting->space->cells[cell].key;
    if (t->guest.cell == NULL)
        return;
    const struct model_plan_cell *cell = model_plan_cell(setting->step->plan, t->guest.cell);
    for (uint32_t cpu = 0; cell != NULL && cpu < aj_cpuset_count(&cell->cpus); cpu++)
        aj_cpuset_add(&t->guest.cpus, cpu);
}

static bool is_harmless(const struct aj_diag *diag)
{
    static const char *const harmless[] = {"deploy-start", "deploy-lost", "guest-silent"};
    for (size_t i = 0; i < AJ_COUNT(harmless); i++)
        if (strcmp(diag->id, harmless[i]) == 0)
            return true;
    return false;
}

/*
 * Why the setting does not run, where it is the setting's fault: the hypervisor refuses cells, guests
 * do not boot. Then everything is stopped, and the next one starts from there.
 */
static enum aj_status refuse(struct aj_ctx *cx, struct jailhouse_target *t,
                             const struct aj_ctx *tried, enum aj_status status,
                             struct aj_arena *out, const char **refused)
{
    const struct aj_diag *first = NULL, *worse = NULL;
    for (size_t i = 0; i < tried->diags_count; i++) {
        const struct aj_diag *diag = &tried->diags[i];
        if (diag->severity != AJ_SEV_ERROR)
            continue;
        first = first == NULL ? diag : first;
        worse = worse == NULL && !is_harmless(diag) ? diag : worse;
    }
    if (first == NULL || worse != NULL)
        return first == NULL ? status
                             : aj_fail(cx, status, worse->id, worse->loc, "%s", worse->msg);
    *refused = aj_strdup(out, first->msg);
    return stop_everything(cx, t);
}

/* Everything is down before the root boots; what comes after it finds another link and other CPUs. */
static enum aj_status boot(struct aj_ctx *cx, struct jailhouse_target *t,
                           const struct explore_setting *setting, struct aj_arena *out,
                           const char **refused)
{
    AJ_TRY(stop_everything(cx, t));
    const enum aj_status status = explore_target_linux_boot(cx, t->root, setting, out, refused);
    t->host = explore_target_linux_host(t->root);
    t->cells.host = t->host;
    AJ_TRY(status);
    t->target.boot = t->root->boot;
    return explore_cells_open(cx, t->host, t->options.project->deploy_dir, &t->cells);
}

static enum aj_status apply(struct aj_ctx *cx, struct explore_target *target,
                            const struct explore_setting *setting, struct aj_arena *out,
                            const char **refused)
{
    struct jailhouse_target *t = jailhouse_of(target);
    const struct explore_deploy next = {
        .directory = t->options.project->deploy_dir,
        .files = setting->step->files.list.items,
        .files_count = setting->step->files.list.count,
        .plan = setting->step->plan,
        .system = setting->step->system,
    };
    struct aj_ctx tried;
    if (explore_target_linux_boots(t->root, setting, out, refused))
        AJ_TRY(boot(cx, t, setting, out, refused));
    if (*refused != NULL)
        return AJ_OK;
    aj_ctx_open(&tried);
    tried.log_level = cx->log_level;
    tried.log_to = cx->log_to;
    tried.cancel = cx->cancel;
    find_guest(t, setting);
    enum aj_status status = exchange(&tried, t, &next, out);
    if (status == AJ_OK)
        status = open_guest(&tried, t);
    if (status != AJ_OK)
        status = refuse(cx, t, &tried, status, out, refused);
    aj_ctx_close(&tried);
    if (status != AJ_OK || *refused != NULL)
        return status;
    explore_target_linux_beside(t->root, t->guest.cell != NULL ? &t->guest : NULL);
    return t->root->ops->apply(cx, t->root, setting, out, refused);
}

/* A cell that should have a load, and that neither login is of. */
static const char *unreachable_load(const struct jailhouse_target *t, const struct explore_run *run)
{
    for (size_t i = 0; i < run->loads_count; i++)
        if (strcmp(run->loads[i].cell, "root") != 0 &&
            (t->guest.cell == NULL || strcmp(run->loads[i].cell, t->guest.cell) != 0))
            return run->loads[i].cell;
    return NULL;
}

/* Measuring: the root's part does it, in the guest. */
static enum aj_status measure(struct aj_ctx *cx, struct explore_target *target,
                              const struct explore_run *run,
                              const struct explore_progress *progress, struct aj_arena *out,
                              struct explore_measured *measured)
{
    struct jailhouse_target *t = jailhouse_of(target);
    const char *nobodys = unreachable_load(t, run);
    *measured = (struct explore_measured){.measurement = NULL};
    if (nobodys != NULL) {
        measured->void_because = aj_strf(
            out, "no login reaches '%s', which should have a load: it can only be in the root",
            nobodys);
        return AJ_OK;
    }
    AJ_TRY(t->root->ops->measure(cx, t->root, run, progress, out, measured));
    if (t->guest.cell == NULL || t->now.arena == NULL || measured->measurement == NULL)
        return AJ_OK;
    const struct model_plan_cell *cell = model_plan_cell(t->now.deploy.plan, t->guest.cell);
    measured->measurement = explore_guest_renumber(measured->measurement, &cell->cpus, out);
    return AJ_OK;
}

static enum aj_status restore(struct aj_ctx *cx, struct explore_target *target)
{
    struct jailhouse_target *t = jailhouse_of(target);
    const bool boots = explore_target_linux_boots_back(t->root);
    enum aj_status status = boots ? AJ_OK : t->root->ops->restore(cx, t->root);
    status = aj_worse(status, stop_everything(cx, t));
    if (boots)
        status = aj_worse(status, t->root->ops->restore(cx, t->root));
    t->host = explore_target_linux_host(t->root);
    t->cells.host = t->host;
    return status;
}

static void close_jailhouse(struct explore_target *target)
{
    struct jailhouse_target *t = jailhouse_of(target);
    leave_guest(t);
    forget(&t->now);
    t->root->ops->close(t->root);
}

static const struct explore_target_ops jailhouse_ops = {apply, measure, restore, close_jailhouse};

enum aj_status explore_target_jailhouse_open_at(struct aj_ctx *cx,
                                                const struct explore_target_options *options,
                                                struct remote_host *host, const char *root,
                                                struct aj_arena *out,
                                                struct explore_target **target)
{
    struct jailhouse_target *t = AJ_NEW(out, struct jailhouse_target);
    if (options->jump == NULL) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_TARGET, "target-mode", aj_loc_file(options->login.login),
                    "nothing says how the measured guest is reached");
        aj_diag_hint(cx, "'jump:' in autojail.yml is its login as the root sees it");
        return status;
    }
    *t = (struct jailhouse_target){
        .target = {.ops = &jailhouse_ops, .name = aj_strdup(out, options->login.login)},
        .host = host,
        .options = *options,
    };
    AJ_TRY(explore_cells_open(cx, host, options->project->deploy_dir, &t->cells));
    AJ_TRY(explore_target_linux_open_at(cx, options, host, root, out, &t->root));
    explore_target_linux_beside(t->root, NULL);
    t->target.boot = t->root->boot;
    *target = &t->target;
    return AJ_OK;
}

enum aj_status explore_target_jailhouse_open(struct aj_ctx *cx,
                                             const struct explore_target_options *options,
                                             struct remote_host *host, struct aj_arena *out,
                                             struct explore_target **target)
{
    return explore_target_jailhouse_open_at(cx, options, host, "", out, target);
}
