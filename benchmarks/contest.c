/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/contest.h"

#include <inttypes.h>
#include <stdio.h>

/* How many levels are proved, from the first. */
static size_t proved_levels(const struct bench_measured *m)
{
    size_t levels = 0;
    while (levels < m->levels && m->value[levels] == m->bound[levels])
        levels++;
    return levels == BENCH_LEVELS && !m->proved ? levels - 1 : levels;
}

/* Has the solver failed on as many seeds of the family as there is patience for, and solved none? */
static bool hopeless(const struct bench_rules *rules, const struct bench_case *cases, size_t count,
                     enum bench_column column)
{
    uint32_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (cases[i].run.state[column] == BENCH_SOLVED)
            return false;
        failed += cases[i].run.state[column] == BENCH_LIMIT;
    }
    return failed >= rules->patience;
}

static bool run_ours(const struct bench_rules *rules, const struct bench_shape *shape,
                     struct bench_case *c, struct bench_measured *m)
{
    struct bench_run *run = &c->run;
    if (!bench_measure(shape, run->seed, rules->limit_s, m))
        return false;
    struct bench_answer a = {
        .levels = proved_levels(m), .infeasible = m->infeasible, .spent = m->seconds};
    for (size_t i = 0; i < a.levels; i++)
        a.value[i] = m->value[i];
    a.seconds[a.levels > 0 ? a.levels - 1 : 0] = m->seconds;
    c->ours = (struct bench_entry){true, a};
    const bool solved = (m->proved || m->infeasible) && m->seconds <= rules->limit_s;
    run->state[BENCH_COLUMN_OURS] = solved ? BENCH_SOLVED : BENCH_LIMIT;
    run->seconds[BENCH_COLUMN_OURS] = m->seconds;
    if (m->infeasible) {
        run->state[BENCH_COLUMN_REASONS] = BENCH_SOLVED;
        run->seconds[BENCH_COLUMN_REASONS] = m->explained;
    }
    if (m->wrong)
        (void)fprintf(stderr, "%s, seed %" PRIu64 ": the plan is wrong\n", run->family, run->seed);
    if (m->wrong || !bench_truth_meet(&c->truth, "autojail", m->infeasible, m->value, a.levels))
        c->disagrees = true;
    return true;
}

/* A level counts while those before are what the files of the program froze. */
static size_t valid_levels(const struct bench_measured *ours, const struct bench_answer *a)
{
    size_t levels = 0;
    while (levels < a->levels && (levels == 0 || a->value[levels - 1] == ours->value[levels - 1]))
        levels++;
    return levels;
}

static void note(struct bench_run *run, enum bench_column column, const struct bench_answer *a,
                 size_t needed)
{
    const bool solved = a->infeasible || a->levels >= needed;
    run->state[column] = solved ? BENCH_SOLVED : BENCH_LIMIT;
    run->seconds[column] = a->infeasible ? a->seconds[0]
                           : solved      ? a->seconds[needed - 1]
                                         : a->spent;
}

/* The column of those that a solver has to solve to be asked again. */
static const enum bench_column columns[BENCH_RIVALS] = {
    [BENCH_GLPK] = BENCH_COLUMN_GLPK,
    [BENCH_CBC] = BENCH_COLUMN_CBC,
    [BENCH_CPSAT] = BENCH_COLUMN_CPSAT_GOALS,
};

static bool run_rival(const struct bench_rules *rules, enum bench_rival rival, const char *dir,
                      const struct bench_measured *ours, const struct bench_program *program,
                      struct bench_case *c)
{
    struct bench_entry *entry = &c->rivals[rival];
    const struct bench_answer *a = &entry->answer;
    if (!bench_external(rival, &rules->tools, dir, program, rules->limit_s, &entry->answer))
        return false;
    entry->asked = true;
    note(&c->run, columns[rival], a, program->levels);
    if (rival == BENCH_CPSAT)
        note(&c->run, BENCH_COLUMN_CPSAT, a, BENCH_LEVELS);
    const size_t levels = rival == BENCH_CPSAT ? a->levels
                          : program->exact     ? valid_levels(ours, a)
                                               : 0;
    if (!bench_truth_meet(&c->truth, aj_name_of(bench_rival_names, rival), a->infeasible, a->value,
                          levels))
        c->disagrees = true;
    return true;
}

static bool run_rivals(const struct bench_rules *rules, const struct bench_shape *shape,
                       const bool *asked, const struct bench_measured *ours, struct bench_case *c)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx cx;
    struct bench_program program;
    const char *dir =
        aj_strf(arena, "%s/%s-%" PRIu64, rules->out, bench_slug(arena, shape->name), c->run.seed);
    const struct bench_instance in = bench_instance_make(shape, c->run.seed, arena);
    aj_ctx_open(&cx);
    bool good = bench_export(&cx, &in, dir, ours, arena, &program) == AJ_OK;
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    for (size_t rival = 0; good && rival < BENCH_RIVALS; rival++)
        good = !asked[rival] || run_rival(rules, (enum bench_rival)rival, dir, ours, &program, c);
    aj_arena_close(arena);
    return good;
}

bool bench_contest(const struct bench_rules *rules, const struct bench_shape *shape,
                   struct bench_case *cases, size_t at)
{
    struct bench_case *c = &cases[at];
    struct bench_measured ours = {.limit = true};
    bool asked[BENCH_RIVALS], any = false;
    c->run = (struct bench_run){.family = shape->name, .seed = at + 1};
    if (!hopeless(rules, cases, at, BENCH_COLUMN_OURS) && !run_ours(rules, shape, c, &ours))
        return false;
    for (size_t i = 0; i < BENCH_RIVALS; i++) {
        asked[i] = at < rules->others && (i != BENCH_CPSAT || rules->tools.python != NULL) &&
                   !hopeless(rules, cases, at, columns[i]);
        any = any || asked[i];
    }
    if (any && !run_rivals(rules, shape, asked, &ours, c))
        return false;
    c->done = true;
    return true;
}
