/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail explore: measures decisions on targets, learns, and writes better cells.
 */
#include "cli/inputs.h"

#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/target.h"
#include "explore/offline.h"
#include "explore/rewrite.h"

static const struct cli_option options[] = {
    {"spec", 's', "FILE", "what is explored (default: explore.yml, if there is one)"},
    CLI_TARGET_OPTIONS,
    CLI_BOARD_OPTIONS,
    {"store", 0, "FILE", "the runs; the same command goes on with them (default: explore.db)"},
    {"from", 0, "FILE", "learn from the runs of an earlier store, too; may be repeated"},
    {"results", 0, "FILE", "learn from results of 'autojail test' instead; may be repeated"},
    {"output", 'o', "FILE", "the new requirements (default: cells.explored.yml)"},
    {"build", 0, "DIR", "the cells made of them (default: explored, in build_dir)"},
    {"report", 0, "FILE", "what was found (default: report.html)"},
};

typedef AJ_VEC(const char *) text_vec;
typedef AJ_VEC(struct remote_login) login_vec;

/* All values of an option that may be repeated. */
static text_vec values_of(const struct cli_args *args, const char *name, struct aj_arena *out)
{
    text_vec values = {NULL, 0, 0};
    for (size_t i = 0; i < args->given_count; i++)
        if (strcmp(args->given[i].option->name, name) == 0)
            AJ_PUSH(out, &values, args->given[i].value);
    return values;
}

/* Inputs */

struct job {
    const struct cli_args *args;
    struct aj_arena *arena;
    struct cli_inputs in;
    struct explore_frame frame;
};

static enum aj_status read_spec(struct aj_ctx *cx, const struct job *job,
                                const struct explore_spec **spec)
{
    const char *path = cli_value(job->args, "spec");
    const struct aj_yaml *doc = NULL;
    if (path == NULL && aj_file_exists("explore.yml"))
        path = "explore.yml";
    if (path != NULL)
        AJ_TRY(cli_read_yaml(cx, path, job->arena, &doc));
    return explore_spec_read(cx, doc, job->arena, spec);
}

static enum aj_status open_job(struct aj_ctx *cx, struct job *job)
{
    const struct explore_spec *spec;
    AJ_TRY(cli_inputs_read(cx, job->args, job->arena, &job->in));
    AJ_TRY(read_spec(cx, job, &spec));
    const struct explore_inputs inputs = {job->in.project, job->in.board, job->in.req, spec};
    return explore_frame_make(cx, &inputs, job->arena, &job->frame);
}

/* From the command line, else explore.yml, else autojail.yml. */
static enum aj_status list_targets(struct aj_ctx *cx, const struct job *job, login_vec *logins)
{
    const text_vec given = values_of(job->args, "login", job->arena);
    const struct explore_spec *spec = job->frame.spec;
    const struct aj_yaml *at = aj_yaml_get(spec->at, "targets");
    struct remote_login login = {.login = NULL};
    for (size_t i = 0; i < given.count; i++) {
        login.login = given.items[i];
        AJ_PUSH(job->arena, logins, login);
    }
    for (size_t i = 0; given.count == 0 && i < spec->targets_count; i++) {
        login.login = spec->targets[i];
        login.at = at->kind == AJ_YAML_SEQ ? at->items[i]->loc : at->loc;
        AJ_PUSH(job->arena, logins, login);
    }
    if (logins->count > 0)
        return AJ_OK;
    AJ_TRY(cli_target_login(cx, job->args, job->arena, &login));
    if (login.login == NULL) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no target to explore");
        aj_diag_hint(cx, "say --login ssh:user@host, or 'targets:' in explore.yml; --login sim: "
                         "tries it on a simulated board");
        return status;
    }
    AJ_PUSH(job->arena, logins, login);
    return AJ_OK;
}

static enum aj_status find_targets(struct aj_ctx *cx, const struct job *job, text_vec *targets)
{
    login_vec logins = {NULL, 0, 0};
    const size_t mark = aj_diag_mark(cx);
    *targets = (text_vec){NULL, 0, 0};
    AJ_TRY(list_targets(cx, job, &logins));
    for (size_t i = 0; i < logins.count; i++) {
        if (explore_target_check(cx, &logins.items[i]) == AJ_OK)
            AJ_PUSH(job->arena, targets, logins.items[i].login);
    }
    return aj_diag_since(cx, mark);
}

/* Without load most boards are fast, whatever is decided. */
static void warn_of_idleness(struct aj_ctx *cx, const struct job *job, const text_vec *targets)
{
    static const char simulated[] = "sim:";
    for (size_t i = 0; i < targets->count && job->frame.spec->load.count == 0; i++) {
        if (strncmp(targets->items[i], simulated, strlen(simulated)) == 0)
            continue;
        aj_warn(cx, "explore-idle", AJ_NOWHERE, "nothing runs beside the measurements");
        aj_diag_hint(cx, "'load:' in explore.yml says what does, for each cell");
        return;
    }
}

/* Outputs */

/* In the user's own text; false, with the reason in `why`, if that cannot be. */
static bool rewrite_cells(struct aj_ctx *cx, const struct job *job,
                          const struct model_requirements *req, struct aj_buf *text,
                          const char **why)
{
    const char *path = cli_inputs_cells(job->args);
    struct aj_ctx quiet = {.scratch = cx->scratch, .diag_arena = job->arena, .cancel = cx->cancel};
    struct model_constraint *learned =
        AJ_NEW_ARRAY(job->arena, struct model_constraint, req->constraints_count);
    struct aj_bytes bytes;
    size_t count = 0;
    for (size_t i = 0; i < req->constraints_count; i++)
        if (explore_rewrite_is_learned(&req->constraints[i]))
            learned[count++] = req->constraints[i];
    const struct explore_spec_space *space = &job->frame.spec->space;
    const bool written =
        aj_file_read(&quiet, path, CLI_YAML_LIMIT, job->arena, &bytes) == AJ_OK &&
        explore_rewrite_cells(&quiet,
                              &(struct explore_rewrite){path, bytes, learned, count, space->cells,
                                                        space->cells_count},
                              text) == AJ_OK;
    *why = written || quiet.diags_count == 0 ? NULL : quiet.diags[0].msg;
    return written;
}

/* The requirements with these constraints, and the cells that they lead to. */
static enum aj_status write_cells(struct aj_ctx *cx, const struct job *job,
                                  const struct model_constraint *constraints, size_t count,
                                  struct aj_buf *said)
{
    const char *path = cli_value_or(job->args, "output", "cells.explored.yml");
    const char *dir = cli_value_or(job->args, "build",
                                   aj_strf(job->arena, "%s/explored", job->in.project->build_dir));
    const struct solver_options solve = {.time_limit_ns = 0};
    struct model_requirements req = *job->frame.req;
    struct explore_step step;
    struct aj_buf text = {NULL, 0, 0};
    req.constraints = constraints;
    req.constraints_count = count;
    AJ_TRY(explore_step_run(cx, job->in.project, job->in.board, &req, &solve, job->arena, &step));
    const char *why;
    if (!rewrite_cells(cx, job, &req, &text, &why)) {
        aj_warn(cx, "rewrite-form", aj_loc_file(path), "the comments of %s are not in it: %s",
                cli_inputs_cells(job->args), why != NULL ? why : "it cannot be read");
        model_requirements_write(&req, &text);
    }
    enum aj_status status = aj_file_write(cx, path, text.data, text.len);
    aj_buf_free(&text);
    if (status == AJ_OK)
        status = cli_cells_write(cx, dir, &step.files, job->arena);
    aj_buf_addf(said, "%-12s %s, its cells in %s", "written", path, dir);
    return status;
}

static enum aj_status write_report(struct aj_ctx *cx, const struct job *job,
                                   const struct explore_report *report, struct aj_buf *said)
{
    const char *path = cli_value_or(job->args, "report", "report.html");
    struct aj_buf page = {NULL, 0, 0};
    explore_report_write(report, job->arena, &page);
    const enum aj_status status = aj_file_write(cx, path, page.data, page.len);
    aj_buf_free(&page);
    aj_buf_addf(said, "; %s", path);
    return status;
}

/* By results of tests */

static enum aj_status read_results(struct aj_ctx *cx, const struct job *job, const char *path,
                                   struct explore_ledger *ledger)
{
    const struct explore_results *results;
    const struct aj_yaml *doc;
    size_t used;
    AJ_TRY(cli_read_yaml(cx, path, job->arena, &doc));
    AJ_TRY(explore_results_read(cx, doc, job->arena, &results));
    AJ_TRY(explore_ledger_results(cx, ledger, path, results, &used));
    if (used == 0)
        aj_warn(cx, "explore-from", aj_loc_file(path),
                "no test measures latencies of '%s' on the CPUs that it had",
                job->frame.space->cells[job->frame.cell].key);
    return AJ_OK;
}

static enum aj_status explore_results(struct aj_ctx *cx, struct job *job, const text_vec *files)
{
    struct explore_ledger ledger;
    struct explore_offline offline;
    struct aj_buf text = {NULL, 0, 0};
    explore_ledger_open(&ledger, &job->frame, job->arena);
    for (size_t i = 0; i < files->count; i++)
        AJ_TRY(read_results(cx, job, files->items[i], &ledger));
    AJ_TRY(explore_offline_next(cx, &ledger, job->arena, &offline));
    explore_offline_write(&job->frame, &offline, &text);
    const enum aj_status status =
        write_cells(cx, job, offline.constraints, offline.constraints_count, &text);
    if (status == AJ_OK)
        printf("%s\n", aj_buf_text(&text));
    aj_buf_free(&text);
    return status;
}

/* By measuring */

static enum aj_status measure(struct aj_ctx *cx, struct job *job, const struct explore_study *study,
                              struct explore_conclusion *conclusion, enum aj_status *restored)
{
    struct cli_progress progress = cli_progress_open(study->options->targets_count);
    struct explore_study_options observed = *study->options;
    const struct explore_study told = {study->frame, &observed, study->hash};
    struct explore_study_end end;
    if (cx->log_level > AJ_LOG_ERROR)
        observed.observer = cli_progress_observer(&progress);
    const enum aj_status status = explore_study_run(cx, &told, job->arena, &end);
    cli_progress_close(&progress);
    if (status == AJ_INTERRUPTED)
        aj_diag_hint(cx, "what was measured is in %s: the same command goes on with it",
                     study->options->store);
    *restored = end.restored;
    if (status == AJ_OK)
        explore_conclusion_make(cx, study, &end, job->arena, conclusion);
    return status;
}

static enum aj_status explore_targets(struct aj_ctx *cx, struct job *job)
{
    const text_vec from = values_of(job->args, "from", job->arena);
    text_vec targets;
    AJ_TRY(find_targets(cx, job, &targets));
    warn_of_idleness(cx, job, &targets);
    const struct explore_study_options study_options = {
        .store = cli_value_or(job->args, "store", "explore.db"),
        .targets = targets.items,
        .targets_count = targets.count,
        .from = from.items,
        .from_count = from.count,
        .identity = cli_value(job->args, "identity"),
        .known_hosts = cli_value(job->args, "known-hosts"),
        .jump = job->in.project->jump,
    };
    const struct explore_study study = {&job->frame, &study_options,
                                        explore_frame_study(&job->frame, job->arena)};
    struct explore_conclusion conclusion;
    struct aj_buf text = {NULL, 0, 0};
    enum aj_status restored;
    AJ_TRY(measure(cx, job, &study, &conclusion, &restored));
    explore_conclusion_write(&conclusion, &text);
    enum aj_status status =
        write_cells(cx, job, conclusion.constraints, conclusion.constraints_count, &text);
    const enum aj_status reported = write_report(cx, job, &conclusion.report, &text);
    status = aj_worse(status, reported);
    if (status == AJ_OK)
        printf("%s\n", aj_buf_text(&text));
    aj_buf_free(&text);
    return aj_worse(status, restored);
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct job job = {.args = args, .arena = arena};
    const text_vec files = values_of(args, "results", arena);
    AJ_TRY(open_job(cx, &job));
    return files.count > 0 ? explore_results(cx, &job, &files) : explore_targets(cx, &job);
}

const struct cli_command cli_cmd_explore = {
    .name = "explore",
    .help = "measure, learn, and write better cells",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
