/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The solver against others on the same problems, one thread each. See README.md; compare.sh makes
 * what it needs.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/fs.h"
#include "base/units.h"
#include "benchmarks/external.h"
#include "benchmarks/truth.h"
#include "benchmarks/verdict.h"

static const char usage[] =
    "usage: compare --out DIR --expected FILE [--record yes] [--alone yes]\n"
    "               [--python FILE --cpsat FILE] [--family NAME] [--seeds N] [--time-limit S] "
    "[--patience N]\n";

struct arguments {
    const char *out, *expected, *family;
    struct bench_tools tools; /* python NULL: without CP-SAT */
    uint32_t seeds, limit_s;
    uint32_t
        patience; /* who solves none of so many seeds of a family is not asked for the others */
    bool record, alone; /* without other solvers */
};

struct comparison {
    const struct arguments *args;
    struct aj_arena *arena;
    struct bench_truths truths;
    struct {
        struct bench_run *items;
        size_t count, cap;
    } runs;
    struct aj_buf csv;
    bool agreed;
};

static void add_csv(struct comparison *c, const struct bench_run *run, const char *solver,
                    const struct bench_answer *a)
{
    aj_buf_addf(&c->csv, "%s,%" PRIu64 ",%s,%s,%.4f", run->family, run->seed, solver,
                a->infeasible ? "infeasible" : "", a->spent);
    for (size_t i = 0; i < BENCH_LEVELS; i++) {
        if (i < a->levels)
            aj_buf_addf(&c->csv, ",%" PRId64 ",%.4f", a->value[i], a->seconds[i]);
        else
            aj_buf_adds(&c->csv, ",,");
    }
    aj_buf_adds(&c->csv, "\n");
}

/* How many levels are proved, from the first. */
static size_t proved_levels(const struct bench_measured *m)
{
    size_t levels = 0;
    while (levels < m->levels && m->value[levels] == m->bound[levels])
        levels++;
    return levels == BENCH_LEVELS && !m->proved ? levels - 1 : levels;
}

/* Has the solver failed on as many seeds of the family as there is patience for, and solved none? */
static bool hopeless(const struct comparison *c, const char *family, enum bench_column column)
{
    uint32_t failed = 0;
    for (size_t i = 0; i < c->runs.count; i++) {
        const struct bench_run *run = &c->runs.items[i];
        if (strcmp(run->family, family) != 0)
            continue;
        if (run->state[column] == BENCH_SOLVED)
            return false;
        failed += run->state[column] == BENCH_LIMIT;
    }
    return failed >= c->args->patience;
}

static bool run_ours(struct comparison *c, const struct bench_shape *shape, struct bench_run *run,
                     struct bench_measured *m)
{
    struct bench_truth *truth = bench_truth_of(&c->truths, shape->name, run->seed);
    *m = (struct bench_measured){.limit = true};
    if (hopeless(c, run->family, BENCH_COLUMN_OURS))
        return true;
    if (!bench_measure(shape, run->seed, c->args->limit_s, m))
        return false;
    struct bench_answer a = {
        .levels = proved_levels(m), .infeasible = m->infeasible, .spent = m->seconds};
    for (size_t i = 0; i < a.levels; i++)
        a.value[i] = m->value[i];
    a.seconds[a.levels > 0 ? a.levels - 1 : 0] = m->seconds;
    add_csv(c, run, "autojail", &a);
    const bool solved = (m->proved || m->infeasible) && m->seconds <= c->args->limit_s;
    run->state[BENCH_COLUMN_OURS] = solved ? BENCH_SOLVED : BENCH_LIMIT;
    run->seconds[BENCH_COLUMN_OURS] = m->seconds;
    if (m->infeasible) {
        run->state[BENCH_COLUMN_REASONS] = BENCH_SOLVED;
        run->seconds[BENCH_COLUMN_REASONS] = m->explained;
    }
    if (m->wrong)
        (void)fprintf(stderr, "%s, seed %" PRIu64 ": the plan is wrong\n", run->family, run->seed);
    c->agreed = bench_truth_meet(truth, "autojail", m->infeasible, m->value, a.levels) &&
                !m->wrong && c->agreed;
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

static enum bench_column column_of(enum bench_rival rival)
{
    switch (rival) {
    case BENCH_GLPK: return BENCH_COLUMN_GLPK;
    case BENCH_CBC: return BENCH_COLUMN_CBC;
    case BENCH_CPSAT: break;
    }
    return BENCH_COLUMN_CPSAT;
}

static bool run_rival(struct comparison *c, enum bench_rival rival, const char *dir,
                      const struct bench_measured *ours, const struct bench_program *program,
                      struct bench_run *run)
{
    const enum bench_column column = column_of(rival);
    const char *name = aj_name_of(bench_rival_names, rival);
    struct bench_truth *truth = bench_truth_of(&c->truths, run->family, run->seed);
    struct bench_answer a;
    if (hopeless(c, run->family, rival == BENCH_CPSAT ? BENCH_COLUMN_CPSAT_GOALS : column) ||
        (rival == BENCH_CPSAT && c->args->tools.python == NULL))
        return true;
    if (!bench_external(rival, &c->args->tools, dir, program, c->args->limit_s, &a))
        return false;
    add_csv(c, run, name, &a);
    note(run, column, &a, rival == BENCH_CPSAT ? BENCH_LEVELS : program->levels);
    if (rival == BENCH_CPSAT)
        note(run, BENCH_COLUMN_CPSAT_GOALS, &a, program->levels);
    const size_t levels = rival == BENCH_CPSAT ? a.levels
                          : program->exact     ? valid_levels(ours, &a)
                                               : 0;
    c->agreed = bench_truth_meet(truth, name, a.infeasible, a.value, levels) && c->agreed;
    return true;
}

static bool run_seed(struct comparison *c, const struct bench_shape *shape, uint64_t seed)
{
    struct bench_run run = {.family = shape->name, .seed = seed};
    struct bench_measured ours;
    struct bench_program program;
    const char *dir =
        aj_strf(c->arena, "%s/%s-%" PRIu64, c->args->out, bench_slug(c->arena, shape->name), seed);
    if (!run_ours(c, shape, &run, &ours))
        return false;
    if (c->args->alone) {
        AJ_PUSH(c->arena, &c->runs, run);
        return true;
    }
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    const struct bench_instance in = bench_instance_make(shape, seed, arena);
    bool good = bench_export(&cx, &in, dir, &ours, c->arena, &program) == AJ_OK;
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    aj_arena_close(arena);
    for (size_t rival = 0; good && rival < BENCH_RIVALS; rival++)
        good = run_rival(c, (enum bench_rival)rival, dir, &ours, &program, &run);
    AJ_PUSH(c->arena, &c->runs, run);
    return good;
}

static bool write_results(struct comparison *c)
{
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    enum aj_status status = aj_file_write(&cx, aj_strf(c->arena, "%s/results.csv", c->args->out),
                                          c->csv.data, c->csv.len);
    if (status == AJ_OK)
        status = bench_plot_runs(&cx, aj_strf(c->arena, "%s/compare.svg", c->args->out),
                                 c->runs.items, c->runs.count, c->args->limit_s);
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    return status == AJ_OK;
}

static bool compare(struct comparison *c)
{
    size_t count;
    const struct bench_shape *families = bench_families(&count);
    aj_buf_adds(&c->csv, "family,seed,solver,infeasible,seconds");
    for (size_t i = 1; i <= BENCH_LEVELS; i++)
        aj_buf_addf(&c->csv, ",level%zu,seconds%zu", i, i);
    aj_buf_adds(&c->csv, "\n");
    if (aj_file_exists(c->args->expected) && !bench_truths_read(&c->truths, c->args->expected))
        return false;
    for (size_t i = 0; i < count; i++) {
        const size_t before = c->runs.count;
        if (c->args->family != NULL && strcmp(c->args->family, families[i].name) != 0)
            continue;
        for (uint64_t seed = 1; seed <= c->args->seeds; seed++)
            if (!run_seed(c, &families[i], seed))
                return false;
        bench_print_table(&c->runs.items[before], c->runs.count - before, stderr);
        if (!write_results(c) ||
            (c->args->record && c->agreed && !bench_truths_write(&c->truths, c->args->expected)))
            return false;
    }
    bench_print_table(c->runs.items, c->runs.count, stdout);
    printf("\n%s\n", c->agreed ? "all agree, and with what was known" : "THEY DO NOT AGREE");
    return c->agreed;
}

static bool read_number(const char *text, uint32_t *number)
{
    uint64_t value;
    if (aj_parse_u64(text, &value).why != AJ_UNITS_OK || value == 0 || value > 100000)
        return false;
    *number = (uint32_t)value;
    return true;
}

static bool read_arguments(int argc, char **argv, struct arguments *args)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--out") == 0)
            args->out = value;
        else if (strcmp(argv[i], "--expected") == 0)
            args->expected = value;
        else if (strcmp(argv[i], "--record") == 0)
            args->record = strcmp(value, "yes") == 0;
        else if (strcmp(argv[i], "--alone") == 0)
            args->alone = strcmp(value, "yes") == 0;
        else if (strcmp(argv[i], "--python") == 0)
            args->tools.python = value;
        else if (strcmp(argv[i], "--cpsat") == 0)
            args->tools.cpsat = value;
        else if (strcmp(argv[i], "--family") == 0 && bench_family(value) != NULL)
            args->family = value;
        else if (!(strcmp(argv[i], "--seeds") == 0 && read_number(value, &args->seeds)) &&
                 !(strcmp(argv[i], "--time-limit") == 0 && read_number(value, &args->limit_s)) &&
                 !(strcmp(argv[i], "--patience") == 0 && read_number(value, &args->patience)))
            return false;
    }
    return argc % 2 == 1 && args->out != NULL && args->expected != NULL &&
           (args->tools.python == NULL) == (args->tools.cpsat == NULL);
}

int main(int argc, char **argv)
{
    struct arguments args = {.seeds = 20, .limit_s = 30, .patience = 5};
    struct comparison c = {.args = &args, .agreed = true};
    if (!read_arguments(argc, argv, &args)) {
        fputs(usage, stderr);
        return 2;
    }
    c.arena = aj_arena_open();
    c.truths.arena = c.arena;
    const bool good = compare(&c);
    aj_buf_free(&c.csv);
    aj_arena_close(c.arena);
    return good ? 0 : 1;
}
