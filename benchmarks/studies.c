/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/studies.h"

#include <math.h>
#include <unistd.h>

#include "base/fs.h"
#include "explore/study.h"
#include "model/project.h"

#define FILE_LIMIT ((size_t)64 << 20)
#define TRUTH_SEED 977 /* of the noise that no exploration has */

struct studies {
    struct aj_arena *arena;
    struct explore_inputs inputs;
    struct explore_spec spec;
    char dir[32]; /* of the simulated boards' files and of the stores */
    const char *logins[STUDIES_BOARDS];
};

static enum aj_status read_yaml(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                const struct aj_yaml **doc)
{
    struct aj_bytes bytes;
    AJ_TRY(aj_file_read(cx, path, FILE_LIMIT, out, &bytes));
    return aj_yaml_parse(cx, path, bytes.data, bytes.size, out, doc);
}

static enum aj_status read_inputs(struct aj_ctx *cx, const char *dir, struct studies *s)
{
    const struct aj_yaml *doc;
    const struct explore_spec *spec;
    struct aj_arena *out = s->arena;
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/autojail.yml", dir), out, &doc));
    AJ_TRY(model_project_read(cx, doc, out, &s->inputs.project));
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/board.yml", dir), out, &doc));
    AJ_TRY(model_board_read(cx, doc, out, &s->inputs.board));
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/cells.yml", dir), out, &doc));
    AJ_TRY(model_requirements_read(cx, doc, out, &s->inputs.req));
    AJ_TRY(read_yaml(cx, aj_strf(out, "%s/explore.yml", dir), out, &doc));
    AJ_TRY(explore_spec_read(cx, doc, out, &spec));
    s->spec = *spec;
    s->inputs.spec = &s->spec;
    return AJ_OK;
}

struct studies *studies_open(struct aj_ctx *cx, const char *dir)
{
    static const char *const boards[STUDIES_BOARDS] = {"flat: true\n", "flat: true\nseed: 11\n",
                                                       "flat: true\nseed: 12\nnoise: 2\n"};
    enum aj_status status = AJ_OK;
    struct studies *s = calloc(1, sizeof *s);
    *s = (struct studies){.arena = aj_arena_open(), .dir = "/tmp/aj-honesty-XXXXXX"};
    if (mkdtemp(s->dir) == NULL)
        abort();
    for (size_t i = 0; i < STUDIES_BOARDS; i++) {
        const char *path = aj_strf(s->arena, "%s/board%zu.yml", s->dir, i);
        s->logins[i] = aj_strf(s->arena, "sim:%s", path);
        status = aj_worse(status, aj_file_write(cx, path, boards[i], strlen(boards[i])));
    }
    if (status == AJ_OK && read_inputs(cx, dir, s) == AJ_OK)
        return s;
    studies_close(s);
    return NULL;
}

void studies_close(struct studies *studies)
{
    for (size_t i = 0; i < STUDIES_BOARDS; i++)
        (void)unlink(studies->logins[i] + strlen("sim:"));
    (void)rmdir(studies->dir);
    aj_arena_close(studies->arena);
    free(studies);
}

/* The longest latency of a measurement, on any CPU, in us as it is counted: in whole bins. */
static double longest_us(const struct model_measurement *m)
{
    int64_t longest = 0;
    for (size_t b = 0; b < m->blocks_count; b++)
        for (size_t t = 0; t < m->blocks[b].threads_count; t++)
            if (m->blocks[b].threads[t].max_ns > longest)
                longest = m->blocks[b].threads[t].max_ns;
    return floor((double)longest / AJ_NS_PER_US);
}

static enum aj_status measure_many(struct aj_ctx *cx, const struct studies *s,
                                   const struct explore_frame *frame, struct explore_target *target,
                                   uint32_t runs, double *longest)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_step step;
    struct explore_setting setting = {
        .board = frame->board, .step = &step, .space = frame->space, .decision = &frame->baseline};
    const struct explore_progress silent = {NULL, NULL};
    const char *refused = NULL;
    enum aj_status status =
        explore_frame_step(cx, frame, &frame->baseline, arena, &setting.req, &step);
    if (status == AJ_OK)
        status = target->ops->apply(cx, target, &setting, arena, &refused);
    for (uint32_t i = 0; i < runs && status == AJ_OK; i++) {
        const struct aj_mark mark = aj_arena_mark(arena);
        struct explore_measured measured = {NULL, NULL, false, 0};
        const struct explore_run run = {.id = i + 1,
                                        .duration_ns = s->spec.measure.duration_ns,
                                        .blocks = s->spec.measure.blocks,
                                        .interval_ns = s->spec.measure.interval_ns,
                                        .deadline_ns = frame->deadline_ns};
        status = target->ops->measure(cx, target, &run, &silent, arena, &measured);
        if (status == AJ_OK)
            longest[i] = longest_us(measured.measurement);
        aj_arena_release(arena, mark);
    }
    aj_arena_close(arena);
    return status;
}

/* Sets the deadline by the sorted longest latencies of many runs. */
static double set_deadline(struct studies *s, const double *longest, uint32_t runs, double chance)
{
    uint32_t below = (uint32_t)((1.0 - chance) * runs); /* so many meet it */
    const double deadline_us = longest[below > 0 ? below - 1 : 0];
    while (below > 0 && longest[below - 1] >= deadline_us)
        below--;
    s->spec.deadline_ns = (int64_t)deadline_us * AJ_NS_PER_US;
    return 1.0 - (double)below / runs;
}

double studies_truth(struct aj_ctx *cx, struct studies *studies, double chance, uint32_t runs)
{
    struct aj_arena *arena = aj_arena_open();
    double *longest = AJ_NEW_ARRAY(arena, double, runs);
    struct explore_frame frame;
    struct explore_target *target = NULL;
    const struct explore_target_options options = {.login = {.login = studies->logins[0]},
                                                   .project = studies->inputs.project,
                                                   .seed = TRUTH_SEED};
    enum aj_status status = explore_frame_make(cx, &studies->inputs, arena, &frame);
    if (status == AJ_OK)
        status = explore_target_open(cx, &options, arena, &target);
    if (status == AJ_OK)
        status = measure_many(cx, studies, &frame, target, runs, longest);
    if (target != NULL)
        target->ops->close(target);
    explore_stats_sort(longest, runs);
    const double truth =
        status == AJ_OK ? set_deadline(studies, longest, runs, chance) : (double)NAN;
    aj_arena_close(arena);
    return truth;
}

static void remove_store(const char *store, struct aj_arena *arena)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < AJ_COUNT(ends); i++)
        (void)unlink(aj_strf(arena, "%s%s", store, ends[i]));
}

/* One command: until the budget of `spec` is spent. */
static enum aj_status run_study(struct aj_ctx *cx, const struct studies *s,
                                const struct explore_spec *spec, uint32_t boards,
                                struct studied *studied)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_inputs inputs = s->inputs;
    struct explore_frame frame;
    struct explore_study_end end;
    struct explore_verdict verdict;
    const struct explore_study_options options = {
        .store = aj_strf(arena, "%s/runs.db", s->dir),
        .targets = s->logins,
        .targets_count = boards,
    };
    inputs.spec = spec;
    enum aj_status status = explore_frame_make(cx, &inputs, arena, &frame);
    const struct explore_study study = {&frame, &options,
                                        status == AJ_OK ? explore_frame_study(&frame, arena) : ""};
    if (status == AJ_OK)
        status = explore_study_run(cx, &study, arena, &end);
    if (status == AJ_OK) {
        explore_finale_judge(cx, &end.ledger, arena, &verdict);
        *studied = (struct studied){verdict.claim.verdict, verdict.claim.pairs,
                                    verdict.certificate.verdict, end.ledger.runs.count};
    }
    aj_arena_close(arena);
    return status;
}

enum aj_status studies_run(struct aj_ctx *cx, const struct studies *studies,
                           const struct studies_case *what, struct studied *studied)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_spec spec = studies->spec;
    const char *store = aj_strf(arena, "%s/runs.db", studies->dir);
    enum aj_status status = AJ_OK;
    spec.seed = what->seed;
    spec.budget.runs = what->budget;
    spec.certify = what->allowed > 0.0;
    spec.allowed = what->allowed > 0.0 ? what->allowed : spec.allowed;
    remove_store(store, arena);
    for (uint32_t i = 0; i <= what->raises && status == AJ_OK; i++) {
        status = run_study(cx, studies, &spec, what->boards, studied);
        spec.budget.runs += what->raise;
    }
    remove_store(store, arena);
    aj_arena_close(arena);
    return status;
}
