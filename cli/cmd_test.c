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

/* The first error since `mark`: later ones follow from it. */
static const char *reason(const struct session *s, size_t mark, enum aj_status status)
{
    for (size_t i = mark; i < s->cx->diags_count; i++)
        if (s->cx->diags[i].severity == AJ_SEV_ERROR)
            return aj_strdup(s->arena, s->cx->diags[i].msg);
    return aj_status_text(status);
}

static enum aj_status open_target(struct session *s, struct remote_login *login)
{
    AJ_TRY(cli_target_login(s->cx, s->args, s->arena, login));
    if (login->login != NULL)
        return remote_host_open(s->cx, login, &s->root);
    const enum aj_status status =
        aj_fail(s->cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no target to test");
    aj_diag_hint(s->cx, "say --login ssh:user@host, or 'login:' in autojail.yml");
    return status;
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
    const size_t mark = aj_diag_mark(s->cx);
    tell(s, aj_strf(s->arena, "waiting for %s", place->cell));
    const enum aj_status status = explore_await(
        s->cx, s->root, &login, s->has_deploy ? s->spec->boot_limit_ns : 0, &s->guest);
    place->host = s->guest;
    if (status != AJ_OK)
        place->missing = reason(s, mark, status);
    return status == AJ_ERR_TARGET ? AJ_OK : status;
}

/* From a started target to results; `missing` says why it is not, NULL: it is. */
static enum aj_status run_tests(struct session *s, const char *login, const char *missing,
                                struct explore_results **results)
{
    struct explore_place places[] = {
        {.cell = "root", .host = s->root, .missing = missing},
        {.cell = wanted_guest(s), .host = s->root, .missing = missing},
    };
    const struct explore_trial trial = {login, places, places[1].cell != NULL ? 2 : 1, s->progress};
    const size_t mark = aj_diag_mark(s->cx);
    enum aj_status status = AJ_OK;
    if (missing == NULL && places[1].cell != NULL)
        status = open_guest(s, &places[1]);
    if (status != AJ_OK) {
        places[0].missing = reason(s, mark, status);
        places[1].missing = places[0].missing;
    }
    const enum aj_status ran = explore_trial_run(s->cx, &trial, s->spec, s->arena, results);
    return aj_worse(status, ran);
}

/* Did the cells survive the tests, and do they stop? */
static enum aj_status take_down(struct session *s, enum aj_status status,
                                struct explore_results *results)
{
    const size_t mark = aj_diag_mark(s->cx);
    enum aj_status down = AJ_OK;
    if (status <= AJ_FINDINGS)
        down = explore_cells_check(s->cx, &s->cells, &s->deploy);
    remote_host_close(s->guest);
    s->guest = NULL;
    tell(s, "stopping the cells");
    const enum aj_status stopped = explore_cells_stop_all(s->cx, &s->cells, &s->deploy);
    down = aj_worse(stopped, down);
    if (down != AJ_OK)
        results->broken = reason(s, mark, down);
    return aj_worse(down, status);
}

/*
 * Deploys if wanted, runs the tests, and leaves the target as it was. Where tests cannot even begin,
 * there are results, too: those of an earlier run must not stand for them.
 */
static enum aj_status test(struct session *s, struct explore_results **results)
{
    const size_t mark = aj_diag_mark(s->cx);
    struct remote_login login = {.login = NULL};
    enum aj_status status = open_target(s, &login);
    if (login.login == NULL)
        return status;
    if (status == AJ_OK)
        status = find_deploy(s);
    if (status == AJ_OK && s->has_deploy)
        status = deploy(s);
    const bool started = status == AJ_OK && s->has_deploy;
    const char *missing = status == AJ_OK ? NULL : reason(s, mark, status);
    const enum aj_status ran = run_tests(s, login.login, missing, results);
    status = aj_worse(status, ran);
    (*results)->deployed = s->deployed;
    if (started)
        status = take_down(s, status, *results);
    remote_host_close(s->guest);
    remote_host_close(s->root);
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
    const enum aj_status status = test(&s, &results);
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
