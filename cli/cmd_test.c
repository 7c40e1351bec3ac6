/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail test: starts what `config` made on the target, runs the tests of test.yml there, writes
 * what became of them, and stops it again.
 */
#include "cli/commands.h"

#include "cli/target.h"
#include "explore/await.h"
#include "explore/deploy.h"
#include "explore/trial.h"

#define DEPLOY_DIRECTORY "deploy" /* of projects that say nothing else */

static const struct cli_option options[] = {
    {"tests", 't', "FILE", "the tests (default: test.yml)"},
    CLI_TARGET_OPTIONS,
    {"jump", 0, "LOGIN",
     "the guest's login as the root sees it, ssh:user@host[:port] (default: jump of autojail.yml)"},
    {"deploy", 'd', "DIR",
     "what 'config' wrote: it is started for the tests and stopped after them (default: build_dir "
     "of autojail.yml, if it is there and the target has Jailhouse)"},
    {"no-deploy", 0, NULL, "take the target as it is"},
    {"output", 'o', "FILE", "where to write the results (default: test_results.yml)"},
    {"junit", 'j', "FILE", "write them as JUnit's XML, too"},
};

static enum aj_status open_target(struct aj_ctx *cx, const struct cli_args *args,
                                  struct aj_arena *arena, struct remote_host **host)
{
    struct remote_login login;
    AJ_TRY(cli_target_login(cx, args, arena, &login));
    if (login.login != NULL)
        return remote_host_open(cx, &login, host);
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no target to test");
    aj_diag_hint(cx, "say --login ssh:user@host, or 'login:' in autojail.yml");
    return status;
}

static void say(void *to, const char *text)
{
    struct aj_buf visible = {NULL, 0, 0};
    aj_buf_add_visible(&visible, text);
    fprintf(to, "%s\n", aj_buf_text(&visible));
    aj_buf_free(&visible);
}

static enum aj_status write_results(struct aj_ctx *cx, const struct cli_args *args,
                                    const struct explore_results *results)
{
    const char *junit = cli_value(args, "junit");
    struct aj_buf text = {NULL, 0, 0};
    explore_results_write(results, &text);
    enum aj_status status =
        aj_file_write(cx, cli_value_or(args, "output", "test_results.yml"), text.data, text.len);
    aj_buf_free(&text);
    if (status == AJ_OK && junit != NULL) {
        explore_results_write_junit(results, &text);
        status = aj_file_write(cx, junit, text.data, text.len);
        aj_buf_free(&text);
    }
    return status;
}

/* What one run of the command works with. */
struct session {
    struct aj_ctx *cx;
    const struct cli_args *args;
    struct aj_arena *arena;
    const struct explore_progress *progress;
    const struct model_project *project; /* NULL: there is none */
    const struct explore_testspec *spec;
    struct remote_host *root, *guest;
    bool has_deploy;
    struct explore_deploy deploy;
    struct explore_cells cells;
    const struct explore_deployed *deployed;
};

static void tell(const struct session *s, const char *text)
{
    if (s->progress->say != NULL)
        s->progress->say(s->progress->to, text);
}

/* What stands last among the diagnostics, as the reason why tests do not run. */
static const char *reason(const struct session *s, enum aj_status status)
{
    const size_t count = s->cx->diags_count;
    return count > 0 ? aj_strdup(s->arena, s->cx->diags[count - 1].msg) : aj_status_text(status);
}

/*
 * Is there something to deploy? What --deploy names; else what `config` wrote, if it did and the
 * target has Jailhouse.
 */
static enum aj_status find_deploy(struct session *s)
{
    const char *given = cli_value(s->args, "deploy");
    const char *from = given;
    struct explore_cells_seen seen;
    if (cli_value(s->args, "no-deploy") != NULL || (given == NULL && s->project == NULL))
        return AJ_OK;
    if (given == NULL) {
        from = s->project->build_dir;
        if (!aj_file_exists(aj_strf(s->arena, "%s/files.txt", from)))
            return AJ_OK;
        AJ_TRY(explore_cells_look(s->cx, s->root, s->arena, &seen));
        if (!seen.installed)
            return AJ_OK;
    }
    s->has_deploy = true;
    return explore_deploy_read(s->cx, from,
                               s->project != NULL ? s->project->deploy_dir : DEPLOY_DIRECTORY,
                               s->arena, &s->deploy);
}

static enum aj_status deploy(struct session *s)
{
    tell(s, aj_strf(s->arena, "deploying %zu files to %s", s->deploy.files_count,
                    s->deploy.directory));
    AJ_TRY(explore_cells_open(s->cx, s->root, s->deploy.directory, &s->cells));
    AJ_TRY(explore_deploy_put(s->cx, s->root, &s->deploy, s->arena, &s->deployed));
    tell(s, aj_strf(s->arena, "starting %zu cells", s->deploy.plan->cells_count));
    return explore_cells_start_all(s->cx, &s->cells, &s->deploy);
}

/* The guest that the tests want; NULL: none. There is one way to a guest. */
static const char *wanted_guest(const struct session *s)
{
    for (size_t i = 0; i < s->spec->tests_count; i++)
        if (strcmp(s->spec->tests[i].cell, "root") != 0)
            return s->spec->tests[i].cell;
    return NULL;
}

/* Opens the guest; a guest that is not reached fails its own tests only. */
static enum aj_status open_guest(struct session *s, struct explore_place *place)
{
    const struct remote_login login =
        cli_target_keys(s->args, cli_value(s->args, "jump"), s->project, "jump");
    if (login.login == NULL) {
        place->missing = aj_strf(s->arena, "nothing says how '%s' is reached (jump)", place->cell);
        return AJ_OK;
    }
    tell(s, aj_strf(s->arena, "waiting for %s", place->cell));
    const enum aj_status status = explore_await(
        s->cx, s->root, &login, s->has_deploy ? s->spec->boot_limit_ns : 0, &s->guest);
    place->host = s->guest;
    if (status != AJ_OK)
        place->missing = reason(s, status);
    return status == AJ_ERR_TARGET ? AJ_OK : status;
}

/* From a started target to results. */
static enum aj_status run_tests(struct session *s, enum aj_status status,
                                struct explore_results **results)
{
    struct explore_place places[] = {
        {.cell = "root", .host = s->root},
        {.cell = wanted_guest(s), .host = s->root},
    };
    const struct explore_trial trial = {places, places[1].cell != NULL ? 2 : 1, s->progress};
    if (status == AJ_OK && places[1].cell != NULL)
        status = open_guest(s, &places[1]);
    if (status != AJ_OK) {
        places[0].missing = reason(s, status);
        places[1].missing = places[0].missing;
    }
    const enum aj_status ran = explore_trial_run(s->cx, &trial, s->spec, s->arena, results);
    return aj_worse(status, ran);
}

/* Deploys if wanted, runs the tests, and leaves the target as it was. */
static enum aj_status with_target(struct session *s, struct explore_results **results)
{
    enum aj_status status = s->has_deploy ? deploy(s) : AJ_OK;
    const bool started = s->has_deploy && status == AJ_OK;
    status = run_tests(s, status, results);
    if (started && status <= AJ_FINDINGS) {
        const enum aj_status alive = explore_cells_check(s->cx, &s->cells, &s->deploy);
        status = aj_worse(alive, status);
    }
    remote_host_close(s->guest);
    if (started) {
        tell(s, "stopping the cells");
        const enum aj_status stopped = explore_cells_stop_all(s->cx, &s->cells, &s->deploy);
        status = aj_worse(stopped, status);
    }
    (*results)->deployed = s->deployed;
    return status;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const struct explore_progress progress = {cx->log_level > AJ_LOG_ERROR ? say : NULL, stderr};
    struct session s = {.cx = cx, .args = args, .arena = arena, .progress = &progress};
    struct explore_results *results = NULL;
    const struct aj_yaml *doc;
    AJ_TRY(cli_target_project(cx, args, arena, &s.project));
    AJ_TRY(cli_read_yaml(cx, cli_value_or(args, "tests", "test.yml"), arena, &doc));
    AJ_TRY(explore_testspec_read(cx, doc, arena, &s.spec));
    AJ_TRY(open_target(cx, args, arena, &s.root));
    enum aj_status status = find_deploy(&s);
    if (status == AJ_OK)
        status = with_target(&s, &results);
    remote_host_close(s.root);
    if (results == NULL)
        return status;
    cx->cancel = NULL; /* what was measured before ^C is written all the same */
    const enum aj_status written = write_results(cx, args, results);
    if (written == AJ_OK && status <= AJ_FINDINGS)
        printf("passed: %u, failed: %u, errors: %u\n", (unsigned)results->passed,
               (unsigned)results->failed, (unsigned)results->errors);
    return aj_worse(status, written);
}

const struct cli_command cli_cmd_test = {
    .name = "test",
    .help = "run the tests of test.yml on the target",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
