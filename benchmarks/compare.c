/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The solver against others on the same problems, one thread each. See README.md; compare.sh makes
 * what it needs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/units.h"
#include "benchmarks/contest.h"

enum { JOBS_MAX = 64 };

static const char usage[] =
    "usage: compare --out DIR --expected FILE [--record yes]\n"
    "               [--python FILE --cpsat FILE] [--family NAME] [--seeds N] [--others N]\n"
    "               [--time-limit S] [--patience N] [--jobs N]\n";

struct arguments {
    struct bench_rules rules;
    const char *expected, *family;
    uint32_t seeds, jobs; /* jobs: how many families at once */
    bool record;
};

struct comparison {
    const struct arguments *args;
    struct aj_arena *arena;
    struct bench_truths truths;
    const struct bench_shape *families;
    size_t families_count;
    struct bench_case *cases; /* [family][seed - 1], shared with the workers */
    bool good;
};

static struct bench_case *cases_of(const struct comparison *c, size_t family)
{
    return &c->cases[family * c->args->seeds];
}

/* Results */

static void add_csv(struct aj_buf *csv, const struct bench_run *run, const char *solver,
                    const struct bench_entry *entry)
{
    const struct bench_answer *a = &entry->answer;
    if (!entry->asked)
        return;
    aj_buf_addf(csv, "%s,%" PRIu64 ",%s,%s,%.4f", run->family, run->seed, solver,
                a->infeasible ? "infeasible" : "", a->spent);
    for (size_t i = 0; i < BENCH_LEVELS; i++) {
        if (i < a->levels)
            aj_buf_addf(csv, ",%" PRId64 ",%.4f", a->value[i], a->seconds[i]);
        else
            aj_buf_adds(csv, ",,");
    }
    aj_buf_adds(csv, "\n");
}

/* The runs of some families that are done. */
static size_t runs_of(const struct comparison *c, size_t first, size_t end, struct bench_run *runs)
{
    size_t count = 0;
    for (size_t i = first * c->args->seeds; i < end * c->args->seeds; i++)
        if (c->cases[i].done)
            runs[count++] = c->cases[i].run;
    return count;
}

static bool write_results(const struct comparison *c, const struct bench_run *runs, size_t count)
{
    struct aj_buf csv = {NULL, 0, 0};
    struct aj_ctx cx;
    const char *out = c->args->rules.out;
    aj_buf_adds(&csv, "family,seed,solver,infeasible,seconds");
    for (size_t i = 1; i <= BENCH_LEVELS; i++)
        aj_buf_addf(&csv, ",level%zu,seconds%zu", i, i);
    aj_buf_adds(&csv, "\n");
    for (size_t i = 0; i < c->families_count * c->args->seeds; i++) {
        const struct bench_case *one = &c->cases[i];
        add_csv(&csv, &one->run, "autojail", &one->ours);
        for (size_t r = 0; r < BENCH_RIVALS; r++)
            add_csv(&csv, &one->run, aj_name_of(bench_rival_names, r), &one->rivals[r]);
    }
    aj_ctx_open(&cx);
    enum aj_status status =
        aj_file_write(&cx, aj_strf(c->arena, "%s/results.csv", out), csv.data, csv.len);
    if (status == AJ_OK)
        status = bench_plot_runs(&cx, aj_strf(c->arena, "%s/compare.svg", out), runs, count,
                                 c->args->rules.limit_s);
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    aj_buf_free(&csv);
    return status == AJ_OK;
}

/* What a worker proved becomes known; its family is told, and with `record` all is kept. */
static void take_family(struct comparison *c, size_t family, bool worked)
{
    const uint32_t seeds = c->args->seeds;
    struct bench_run *runs = AJ_NEW_ARRAY(c->arena, struct bench_run, c->families_count * seeds);
    c->good = c->good && worked;
    for (size_t i = 0; i < seeds; i++) {
        const struct bench_case *one = &cases_of(c, family)[i];
        c->good = c->good && !one->disagrees;
        if (one->done && !one->disagrees)
            *bench_truth_of(&c->truths, one->truth.family, one->truth.seed) = one->truth;
    }
    bench_print_table(runs, runs_of(c, family, family + 1, runs), stderr);
    if (!write_results(c, runs, runs_of(c, 0, c->families_count, runs)) ||
        (c->args->record && !bench_truths_write(&c->truths, c->args->expected)))
        c->good = false;
}

/* Workers: a process for each family */

static int work(const struct comparison *c, size_t family)
{
    for (size_t i = 0; i < c->args->seeds; i++)
        if (!bench_contest(&c->args->rules, &c->families[family], cases_of(c, family), i))
            return 1;
    return 0;
}

struct worker {
    pid_t id;
    size_t family;
};

static bool start(const struct comparison *c, size_t family, struct worker *worker)
{
    (void)fflush(NULL);
    *worker = (struct worker){fork(), family};
    if (worker->id == 0)
        _exit(work(c, family));
    return worker->id > 0;
}

/* Waits for one of them, which is no more among them then. */
static void finish(struct comparison *c, struct worker *workers, size_t *count)
{
    int how = 0;
    const pid_t ended = waitpid(-1, &how, 0);
    for (size_t i = 0; i < *count; i++) {
        if (workers[i].id != ended)
            continue;
        take_family(c, workers[i].family, how == 0);
        workers[i] = workers[--*count];
        return;
    }
}

static void run_families(struct comparison *c)
{
    struct worker workers[JOBS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < c->families_count; i++) {
        if (c->args->family != NULL && strcmp(c->args->family, c->families[i].name) != 0)
            continue;
        if (count == c->args->jobs)
            finish(c, workers, &count);
        if (start(c, i, &workers[count]))
            count++;
        else
            c->good = false;
    }
    while (count > 0)
        finish(c, workers, &count);
}

/* A file without a name is memory that processes share. */
static bool share_cases(struct comparison *c)
{
    const size_t count = c->families_count * c->args->seeds, size = count * sizeof *c->cases;
    FILE *file = tmpfile();
    if (file == NULL || ftruncate(fileno(file), (off_t)size) != 0)
        return false;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    (void)fclose(file);
    if (memory == MAP_FAILED)
        return false;
    c->cases = memory;
    for (size_t i = 0; i < count; i++)
        c->cases[i].truth = *bench_truth_of(&c->truths, c->families[i / c->args->seeds].name,
                                            i % c->args->seeds + 1);
    return true;
}

static bool compare(struct comparison *c)
{
    const char *expected = c->args->expected;
    c->families = bench_families(&c->families_count);
    if (aj_file_exists(expected) && !bench_truths_read(&c->truths, expected))
        return false;
    if (!share_cases(c)) {
        perror("compare: memory for the workers");
        return false;
    }
    run_families(c);
    struct bench_run *runs =
        AJ_NEW_ARRAY(c->arena, struct bench_run, c->families_count * c->args->seeds);
    const size_t count = runs_of(c, 0, c->families_count, runs);
    bench_print_table(runs, count, stdout);
    printf("\n");
    bench_print_slower(runs, count, stdout);
    printf("%s\n", c->good ? "all agree, and with what was known"
                           : "THEY DO NOT AGREE, OR NOT ALL COULD BE ASKED");
    return c->good;
}

static bool read_number(const char *text, uint32_t least, uint32_t most, uint32_t *number)
{
    uint64_t value;
    if (aj_parse_u64(text, &value).why != AJ_UNITS_OK || value < least || value > most)
        return false;
    *number = (uint32_t)value;
    return true;
}

static bool read_count(const char *name, const char *value, struct arguments *args)
{
    if (strcmp(name, "--seeds") == 0)
        return read_number(value, 1, 10000, &args->seeds);
    if (strcmp(name, "--others") == 0)
        return read_number(value, 0, UINT32_MAX, &args->rules.others);
    if (strcmp(name, "--time-limit") == 0)
        return read_number(value, 1, 100000, &args->rules.limit_s);
    if (strcmp(name, "--patience") == 0)
        return read_number(value, 1, 100000, &args->rules.patience);
    return strcmp(name, "--jobs") == 0 && read_number(value, 1, JOBS_MAX, &args->jobs);
}

static bool read_arguments(int argc, char **argv, struct arguments *args)
{
    struct bench_rules *rules = &args->rules;
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--out") == 0)
            rules->out = value;
        else if (strcmp(argv[i], "--expected") == 0)
            args->expected = value;
        else if (strcmp(argv[i], "--record") == 0)
            args->record = strcmp(value, "yes") == 0;
        else if (strcmp(argv[i], "--python") == 0)
            rules->tools.python = value;
        else if (strcmp(argv[i], "--cpsat") == 0)
            rules->tools.cpsat = value;
        else if (strcmp(argv[i], "--family") == 0 && bench_family(value) != NULL)
            args->family = value;
        else if (!read_count(argv[i], value, args))
            return false;
    }
    return argc % 2 == 1 && rules->out != NULL && args->expected != NULL &&
           (rules->tools.python == NULL) == (rules->tools.cpsat == NULL);
}

int main(int argc, char **argv)
{
    struct arguments args = {
        .seeds = 20, .jobs = 1, .rules = {.limit_s = 30, .patience = 5, .others = UINT32_MAX}};
    struct comparison c = {.args = &args, .good = true};
    if (!read_arguments(argc, argv, &args)) {
        fputs(usage, stderr);
        return 2;
    }
    c.arena = aj_arena_open();
    c.truths.arena = c.arena;
    const bool good = compare(&c);
    aj_arena_close(c.arena);
    return good ? 0 : 1;
}
