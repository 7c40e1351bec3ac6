/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scaling [--seeds N] [--time-limit S] [--shape NAME] [--export DIR]: how long the solver takes until
 * every level is proved, on hard problems of many sizes. Times are of the processor, one thread.
 * --export writes each program for other solvers to DIR/NAME-SEED.lp, and what it is about to
 * DIR/NAME-SEED.txt: width and number of blocks, then CPUs and 1 for real-time of each cell.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/units.h"
#include "benchmarks/instance.h"
#include "model/check.h"
#include "solver/solver.h"

static const struct bench_shape shapes[] = {
    /* name            packages blocks width cells regions intervals devices lines links */
    {"8x2/4", 1, 8, 2, 4, 3, 2, 0, 0, 0, false},
    {"16x2/6", 1, 16, 2, 6, 5, 2, 0, 0, 0, false},
    {"16x4/8", 1, 16, 4, 8, 7, 2, 0, 0, 0, false},
    {"32x4/8", 1, 32, 4, 8, 7, 2, 0, 0, 0, false},
    {"2*8x4/8", 2, 16, 4, 8, 7, 2, 0, 0, 0, false},
    {"64 regions", 1, 4, 2, 5, 64, 24, 0, 0, 2, false},
    {"200 devices", 1, 4, 4, 5, 4, 2, 200, 400, 4, false},
    {"16x4/8 too many", 1, 16, 4, 8, 7, 2, 0, 0, 0, true},
};

struct arguments {
    uint32_t seeds;
    int64_t limit_ns;
    const char *shape, *export;
};

struct figures {
    double seconds[1000];
    uint32_t count, proved, refuted, wrong;
};

static double cpu_seconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static enum aj_status export_text(struct aj_ctx *cx, const struct bench_shape *shape,
                                  const struct bench_instance *in, const char *path)
{
    struct aj_buf text = {NULL, 0, 0};
    uint32_t root = shape->blocks * shape->width;
    for (size_t i = 0; i < in->req->guests_count; i++)
        root -= in->req->guests[i].cpus.count;
    aj_buf_addf(&text, "%u %u %u\n%u 0\n", shape->width, shape->blocks, shape->packages, root);
    for (size_t i = 0; i < in->req->guests_count; i++)
        aj_buf_addf(&text, "%u %d\n", in->req->guests[i].cpus.count,
                    in->req->guests[i].realtime != NULL);
    const enum aj_status status = aj_file_write(cx, path, text.data, text.len);
    aj_buf_free(&text);
    return status;
}

static enum aj_status solve(struct aj_ctx *cx, const struct arguments *args,
                            const struct bench_shape *shape, uint64_t seed, struct figures *figures)
{
    struct aj_arena *arena = aj_arena_open();
    const struct bench_instance in = bench_instance_make(shape, seed, arena);
    struct solver_options options = {.time_limit_ns = args->limit_ns};
    const struct model_plan *plan = NULL;
    char *stem = aj_strf(arena, "%s/%s-%llu", args->export != NULL ? args->export : "", shape->name,
                         (unsigned long long)seed);
    for (char *c = stem + (args->export != NULL ? strlen(args->export) + 1 : 0); *c != 0; c++)
        *c = *c == '/' || *c == ' ' || *c == '*' ? '_' : *c;
    if (args->export != NULL)
        options.dump_lp = aj_strf(arena, "%s.lp", stem);
    const double began = cpu_seconds();
    enum aj_status status = solver_solve(cx, in.board, in.req, &options, arena, &plan);
    figures->seconds[figures->count++] = cpu_seconds() - began;
    if (status == AJ_OK) {
        figures->proved += plan->status == MODEL_PLAN_OPTIMAL;
        figures->wrong += model_check_plan(cx, in.board, in.req, plan) != AJ_OK;
    }
    figures->refuted += status == AJ_ERR_INFEASIBLE;
    if (status == AJ_ERR_INFEASIBLE || status == AJ_ERR_LIMIT)
        status = AJ_OK;
    if (status == AJ_OK && args->export != NULL)
        status = export_text(cx, shape, &in, aj_strf(arena, "%s.txt", stem));
    if (status == AJ_OK && args->export != NULL && plan != NULL)
        printf("%s,%llu,%lld,%.3f\n", shape->name, (unsigned long long)seed,
               (long long)plan->levels[0].value, figures->seconds[figures->count - 1]);
    aj_arena_close(arena);
    return status;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum aj_status run_shape(const struct arguments *args, const struct bench_shape *shape)
{
    static const char format[] = "%-16s %6u %8u %10u %10.3f %10.3f %6u\n";
    struct figures figures = {.count = 0};
    enum aj_status status = AJ_OK;
    for (uint64_t seed = 1; seed <= args->seeds && status == AJ_OK; seed++) {
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        cx.log_level = AJ_LOG_ERROR;
        status = solve(&cx, args, shape, seed, &figures);
        if (status != AJ_OK)
            aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
        aj_ctx_close(&cx);
    }
    qsort(figures.seconds, figures.count, sizeof figures.seconds[0], ascending);
    if (args->export == NULL)
        printf(format, shape->name, figures.count, figures.proved, figures.refuted,
               figures.seconds[figures.count / 2], figures.seconds[figures.count - 1],
               figures.wrong);
    (void)fflush(stdout);
    return status;
}

static bool read_arguments(int argc, char **argv, struct arguments *args)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t number = 0;
        const bool is_number = aj_parse_u64(argv[i + 1], &number).why == AJ_UNITS_OK;
        if (strcmp(argv[i], "--shape") == 0)
            args->shape = argv[i + 1];
        else if (strcmp(argv[i], "--export") == 0)
            args->export = argv[i + 1];
        else if (strcmp(argv[i], "--seeds") == 0 && is_number && number > 0 && number <= 1000)
            args->seeds = (uint32_t)number;
        else if (strcmp(argv[i], "--time-limit") == 0 && is_number && number < 100000)
            args->limit_ns = (int64_t)number * 1000000000;
        else
            return false;
    }
    return argc % 2 == 1;
}

int main(int argc, char **argv)
{
    struct arguments args = {.seeds = 20, .limit_ns = INT64_C(60) * 1000000000};
    struct rusage usage;
    if (!read_arguments(argc, argv, &args)) {
        fputs("usage: scaling [--seeds N] [--time-limit S] [--shape NAME] [--export DIR]\n",
              stderr);
        return 2;
    }
    if (args.export == NULL)
        printf("%-16s %6s %8s %10s %10s %10s %6s\n", "shape", "seeds", "proved", "infeasible",
               "median s", "worst s", "wrong");
    for (size_t i = 0; i < AJ_COUNT(shapes); i++) {
        if (args.shape != NULL && strcmp(args.shape, shapes[i].name) != 0)
            continue;
        if (run_shape(&args, &shapes[i]) != AJ_OK)
            return 1;
    }
    (void)getrusage(RUSAGE_SELF, &usage);
    if (args.export == NULL)
        printf("peak memory: %ld MiB\n", usage.ru_maxrss / 1024);
    return 0;
}
