/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain Linux as a target: a cell is a set of CPUs that its measurement or its load is held on. */
#include "explore/await.h"
#include "explore/target_linux_priv.h"

#define GOING_DOWN_NS (2 * AJ_NS_PER_S) /* before a board that was told to boot does not answer */

/* What the target is like */

/* Sections that end with a line "#"; *text moves behind the one that is returned. */
static const char *section(const char **text, struct aj_arena *out)
{
    const char *start = *text;
    const char *end = strncmp(start, "#\n", 2) == 0 ? start : strstr(start, "\n#\n");
    if (end == NULL) {
        *text = start + strlen(start);
        return start;
    }
    *text = end + (end == start ? 2 : 3);
    return aj_strndup(out, start, (size_t)(end - start));
}

/* What the target is like, in one command. */
static enum aj_status read_facts(struct aj_ctx *cx, struct linux_target *t)
{
    static const char script[] =
        "root=$1; shift\n"
        "cat \"$root/proc/interrupts\"; echo '#'\n"
        "cat \"$root/proc/cmdline\"; echo '#'\n"
        "cat \"$root/proc/sys/kernel/random/boot_id\" 2>/dev/null; echo '#'\n"
        "grep -lsx irqbalance /proc/[0-9]*/comm; echo '#'\n"
        "for f; do cat \"$root$f\" 2>/dev/null; echo '#'; done\n";
    const char *const prefix[] = {"sh", "-c", script, "sh", t->tuning.root};
    size_t knobs_count, argc = AJ_COUNT(prefix);
    const struct model_knob *knobs = model_knobs(&knobs_count);
    const char **argv = AJ_NEW_ARRAY(t->arena, const char *, argc + knobs_count);
    const char **contents = AJ_NEW_ARRAY(t->arena, const char *, knobs_count);
    struct remote_result result;
    memcpy(argv, prefix, sizeof prefix);
    for (size_t i = 0; i < knobs_count; i++)
        if (knobs[i].shown != NULL)
            argv[argc++] = knobs[i].shown;
    const struct remote_command command = {.argv = argv, .argc = argc};
    AJ_TRY(remote_host_run(cx, t->host, &command, t->arena, &result));
    const char *text = (const char *)result.out.data;
    explore_irq_lines_read(section(&text, t->arena), t->arena, &t->facts.lines);
    const char *cmdline = section(&text, t->arena);
    t->facts.boot = explore_boot_read(section(&text, t->arena), cmdline, t->arena);
    t->target.boot = t->facts.boot.id;
    if (*section(&text, t->arena) != '\0' && !t->told_balance) {
        t->told_balance = true;
        aj_warn(cx, "irq-balance", aj_loc_file(t->target.name),
                "irqbalance runs on the target: it may move interrupts while they are measured");
        aj_diag_hint(cx, "stop it for the time of the exploration");
    }
    t->facts.shown = argv + AJ_COUNT(prefix);
    t->facts.shown_count = argc - AJ_COUNT(prefix);
    t->facts.contents = contents;
    for (size_t i = 0; i < t->facts.shown_count; i++)
        contents[i] = section(&text, t->arena);
    return AJ_OK;
}

/* Settings */

static enum aj_status boot_again(struct aj_ctx *cx, struct linux_target *t)
{
    if (t->facts.boot.id == NULL)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(t->target.name),
                       "it does not tell one boot from another");
    return explore_boot_again(cx, &t->way, t->facts.boot.id, &t->host);
}

/* Boots with the arguments of the setting that is to come. Everything else is given back before. */
static enum aj_status boot(struct aj_ctx *cx, struct linux_target *t, const char *words,
                           const char **refused)
{
    AJ_TRY(explore_tuning_restore(cx, &t->tuning));
    t->told = words;
    AJ_TRY(explore_boot_set(cx, &t->way, t->host, words, t->arena, refused));
    if (*refused != NULL) {
        t->told = t->facts.boot.words;
        return AJ_OK;
    }
    const enum aj_status status = boot_again(cx, t);
    if (status == AJ_ERR_TARGET)
        aj_diag_hint(cx, "it was to boot with '%s'; %s", words,
                     explore_boot_by_hand(&t->way, cx->scratch));
    AJ_TRY(status);
    t->jobs.host = t->host;
    AJ_TRY(read_facts(cx, t));
    if (strcmp(t->facts.boot.words, words) != 0)
        *refused =
            aj_strf(t->arena, "it booted with '%s' instead of '%s'", t->facts.boot.cmdline, words);
    return AJ_OK;
}

bool explore_target_linux_boots(struct explore_target *target,
                                const struct explore_setting *setting, struct aj_arena *out,
                                const char **refused)
{
    const struct linux_target *t = linux_of(target);
    struct explore_linux_setting files;
    explore_linux_setting(&t->facts, setting, out, &files);
    *refused = files.refused;
    return files.refused == NULL && strcmp(files.words, t->facts.boot.words) != 0;
}

enum aj_status explore_target_linux_boot(struct aj_ctx *cx, struct explore_target *target,
                                         const struct explore_setting *setting,
                                         struct aj_arena *out, const char **refused)
{
    struct linux_target *t = linux_of(target);
    t->space = NULL;
    explore_linux_setting(&t->facts, setting, t->arena, &t->files);
    *refused = t->files.refused;
    if (*refused == NULL && strcmp(t->files.words, t->facts.boot.words) != 0)
        AJ_TRY(boot(cx, t, t->files.words, refused));
    if (*refused != NULL)
        *refused = aj_strdup(out, *refused);
    return AJ_OK;
}

static enum aj_status apply(struct aj_ctx *cx, struct explore_target *target,
                            const struct explore_setting *setting, struct aj_arena *out,
                            const char **refused)
{
    struct linux_target *t = linux_of(target);
    AJ_TRY(explore_target_linux_boot(cx, target, setting, out, refused));
    if (*refused != NULL)
        return AJ_OK;
    explore_linux_setting(&t->facts, setting, t->arena, &t->files);
    *refused = t->files.refused;
    if (*refused == NULL)
        AJ_TRY(explore_tuning_apply(cx, &t->tuning, t->files.tunes.items, t->files.tunes.count, out,
                                    refused));
    if (*refused != NULL) {
        *refused = aj_strdup(out, *refused);
        return AJ_OK;
    }
    t->space = setting->space;
    t->decision = explore_decision_copy(setting->space, setting->decision, t->arena);
    return AJ_OK;
}

/* Opening and closing */

/* Nobody waited for a boot: it may be going down, or be up with what it was told. */
static enum aj_status find_again(struct aj_ctx *cx, struct linux_target *t)
{
    struct remote_host *fresh;
    explore_await_pause(GOING_DOWN_NS);
    AJ_TRY(explore_await(cx, NULL, &t->way.login, t->way.how->limit_ns, &fresh));
    remote_host_close(t->host);
    t->host = fresh;
    t->jobs.host = fresh;
    return read_facts(cx, t);
}

static enum aj_status take_words(struct aj_ctx *cx, struct linux_target *t, bool hurries)
{
    const char *refused = NULL;
    if (hurries && strcmp(t->told, t->facts.boot.words) != 0)
        AJ_TRY(find_again(cx, t));
    AJ_TRY(explore_boot_set(cx, &t->way, t->host, "", t->arena, &refused));
    if (refused != NULL)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(t->target.name), "%s", refused);
    t->told = "";
    if (t->facts.boot.words[0] == '\0')
        return AJ_OK;
    if (hurries)
        return explore_boot_go(cx, &t->way, t->host);
    AJ_TRY(boot_again(cx, t));
    t->jobs.host = t->host;
    AJ_TRY(read_facts(cx, t));
    return t->facts.boot.words[0] == '\0' ? AJ_OK : AJ_ERR_TARGET;
}

/* The board's own arguments again; who cancels wants that, too, but does not wait for the boot. */
static enum aj_status boot_back(struct aj_ctx *cx, struct linux_target *t)
{
    const volatile int *cancel = cx->cancel;
    const bool hurries = cancel != NULL && *cancel != 0;
    cx->cancel = NULL;
    enum aj_status status = take_words(cx, t, hurries);
    cx->cancel = cancel;
    if (status == AJ_OK)
        return AJ_OK;
    status = aj_fail(cx, AJ_ERR_TARGET, "target-restore", aj_loc_file(t->target.name),
                     "its kernel arguments may still be those of the exploration: '%s'",
                     t->told[0] != '\0' ? t->told : t->facts.boot.words);
    aj_diag_hint(cx, "%s", explore_boot_by_hand(&t->way, cx->scratch));
    return status;
}

static enum aj_status restore(struct aj_ctx *cx, struct explore_target *target)
{
    struct linux_target *t = linux_of(target);
    t->space = NULL;
    const enum aj_status status = explore_tuning_restore(cx, &t->tuning);
    return explore_target_linux_boots_back(target) ? aj_worse(status, boot_back(cx, t)) : status;
}

static void close_linux(struct explore_target *target)
{
    struct linux_target *t = linux_of(target);
    remote_host_close(t->host);
    aj_arena_close(t->arena);
}

static const struct explore_target_ops linux_ops = {apply, linux_target_measure, restore,
                                                    close_linux};

static enum aj_status open_linux(struct aj_ctx *cx, struct linux_target *t)
{
    AJ_TRY(explore_jobs_open(cx, t->host, t->arena, &t->jobs));
    t->tuning = explore_tuning_open(&t->jobs, t->way.root);
    AJ_TRY(read_facts(cx, t));
    t->told = t->facts.boot.words;
    return AJ_OK;
}

enum aj_status explore_target_linux_open_at(struct aj_ctx *cx,
                                            const struct explore_target_options *options,
                                            struct remote_host *host, const char *root,
                                            struct aj_arena *out, struct explore_target **target)
{
    struct linux_target *t = AJ_NEW(out, struct linux_target);
    *t = (struct linux_target){
        .target = {.ops = &linux_ops, .name = aj_strdup(out, options->login.login)},
        .host = host,
        .arena = aj_arena_open(),
        .way = {.login = options->login, .root = root},
    };
    if (options->project != NULL && strcmp(options->login.login, "local:") != 0)
        t->way.how = options->project->boot;
    t->facts.reboots = t->way.how != NULL;
    const enum aj_status status = open_linux(cx, t);
    if (status == AJ_OK)
        *target = &t->target;
    else
        aj_arena_close(t->arena);
    return status;
}

void explore_target_linux_beside(struct explore_target *target, struct explore_guest *guest)
{
    struct linux_target *t = linux_of(target);
    t->guest = guest;
    t->facts.beside_cells = true;
}

struct remote_host *explore_target_linux_host(const struct explore_target *target)
{
    return ((const struct linux_target *)target)->host;
}

bool explore_target_linux_boots_back(const struct explore_target *target)
{
    const struct linux_target *t = (const struct linux_target *)target;
    return t->way.how != NULL && (t->facts.boot.words[0] != '\0' || t->told[0] != '\0');
}

enum aj_status explore_target_linux_open(struct aj_ctx *cx,
                                         const struct explore_target_options *options,
                                         struct remote_host *host, struct aj_arena *out,
                                         struct explore_target **target)
{
    return explore_target_linux_open_at(cx, options, host, "", out, target);
}
