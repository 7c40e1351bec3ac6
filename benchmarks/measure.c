/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/measure.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/num.h"
#include "model/check.h"
#include "solver/solver.h"

#define FILE_LIMIT ((size_t)64 << 20)
#define BUSY       20 /* a second of the processor takes no longer than so many, with other work around */

/* What a solve is about: a seed of a shape, or a project. */
struct task {
    const struct bench_shape *shape;
    uint64_t seed;
    const char *dir;
    uint64_t limit_s;
};

static double cpu_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Ends a solve after so much time of the processor. */
struct stopwatch {
    double end;
    volatile int stop;
};

static void look(void *to, const struct solver_news *news)
{
    struct stopwatch *watch = to;
    (void)news;
    watch->stop = cpu_seconds() >= watch->end;
}

static enum aj_status read_yaml(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                const struct aj_yaml **doc)
{
    struct aj_bytes bytes;
    AJ_TRY(aj_file_read(cx, path, FILE_LIMIT, out, &bytes));
    return aj_yaml_parse(cx, path, bytes.data, bytes.size, out, doc);
}

static enum aj_status read_project(struct aj_ctx *cx, const char *dir, struct aj_arena *out,
                                   const struct model_board **board,
                                   const struct model_requirements **req)
{
    const struct aj_yaml *doc;
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/board.yml", dir), out, &doc));
    AJ_TRY(model_board_read(cx, doc, out, board));
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/cells.yml", dir), out, &doc));
    return model_requirements_read(cx, doc, out, req);
}

static void take_levels(const struct model_plan *plan, struct bench_measured *measured)
{
    measured->levels = plan->levels_count < BENCH_LEVELS ? plan->levels_count : BENCH_LEVELS;
    for (size_t i = 0; i < measured->levels; i++) {
        measured->value[i] = plan->levels[i].value;
        measured->bound[i] = plan->levels[i].bound;
    }
}

enum aj_status bench_earlier(struct aj_ctx *cx, const struct bench_instance *in,
                             struct aj_arena *out, const struct model_plan **earlier)
{
    const struct solver_options options = {.explain = SOLVER_EXPLAIN_NOT};
    *earlier = NULL;
    return in->before != NULL ? solver_solve(cx, in->board, in->before, &options, out, earlier)
                              : AJ_OK;
}

static enum aj_status solve(struct aj_ctx *cx, const struct task *task,
                            struct bench_measured *measured)
{
    struct aj_arena *arena = aj_arena_open();
    struct stopwatch watch = {.stop = 0};
    struct solver_options options = {.time_limit_ns = (int64_t)(BUSY * task->limit_s) * AJ_NS_PER_S,
                                     .on_cancel = SOLVER_CANCEL_STOPS,
                                     .observer = {look, &watch},
                                     .explain = SOLVER_EXPLAIN_NOT};
    const struct model_plan *plan = NULL;
    struct bench_instance made = {NULL, NULL, NULL};
    const struct model_board *board;
    const struct model_requirements *req;
    enum aj_status status = AJ_OK;
    if (task->shape != NULL)
        made = bench_instance_make(task->shape, task->seed, arena);
    else
        status = read_project(cx, task->dir, arena, &board, &req);
    if (task->shape != NULL) {
        board = made.board;
        req = made.req;
        status = bench_earlier(cx, &made, arena, &options.earlier);
    }

    const double began = cpu_seconds();
    watch.end = began + (double)task->limit_s;
    cx->cancel = &watch.stop;
    if (status == AJ_OK)
        status = solver_solve(cx, board, req, &options, arena, &plan);
    measured->seconds = cpu_seconds() - began;
    cx->cancel = NULL;
    measured->infeasible = status == AJ_ERR_INFEASIBLE;
    if (measured->infeasible) {
        const double again = cpu_seconds();
        options.explain = SOLVER_EXPLAIN_CONFLICT;
        status = solver_solve(cx, board, req, &options, arena, &plan);
        measured->explained = cpu_seconds() - again;
    }
    measured->limit = status == AJ_ERR_LIMIT || status == AJ_INTERRUPTED;
    if (status == AJ_OK) {
        measured->proved = plan->status == MODEL_PLAN_OPTIMAL;
        measured->wrong = model_check_plan(cx, board, req, plan) != AJ_OK;
        take_levels(plan, measured);
    }
    aj_arena_close(arena);
    return measured->infeasible || measured->limit ? AJ_OK : status;
}

/* In the process of its own. */
static int work(const struct task *task, int to)
{
    struct bench_measured measured = {.seconds = 0.0};
    struct rusage usage;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    cx.log_level = AJ_LOG_ERROR;
    const enum aj_status status = solve(&cx, task, &measured);
    if (status != AJ_OK)
        aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    (void)getrusage(RUSAGE_SELF, &usage);
    measured.peak_kib = usage.ru_maxrss;
    return status == AJ_OK && write(to, &measured, sizeof measured) == sizeof measured ? 0 : 1;
}

static bool measure(const struct task *task, struct bench_measured *measured)
{
    int ends[2], how = 0;
    (void)fflush(stdout);
    if (pipe(ends) != 0)
        return false;
    const pid_t child = fork();
    if (child == 0)
        _exit(work(task, ends[1]));
    (void)close(ends[1]);
    const bool answered =
        child > 0 && read(ends[0], measured, sizeof *measured) == sizeof *measured;
    (void)close(ends[0]);
    return child > 0 && waitpid(child, &how, 0) == child && how == 0 && answered;
}

bool bench_measure(const struct bench_shape *shape, uint64_t seed, uint64_t limit_s,
                   struct bench_measured *measured)
{
    const struct task task = {.shape = shape, .seed = seed, .limit_s = limit_s};
    return measure(&task, measured);
}

bool bench_measure_project(const char *dir, uint64_t limit_s, struct bench_measured *measured)
{
    const struct task task = {.dir = dir, .limit_s = limit_s};
    return measure(&task, measured);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    if (count == 0)
        return 0.0;
    qsort(values, count, sizeof values[0], ascending);
    return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2.0;
}
