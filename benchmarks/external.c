/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/external.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"

#define OUTPUT_LIMIT ((size_t)16 << 20)

const struct aj_name bench_rival_names[] = {
    {BENCH_GLPK, "glpk"}, {BENCH_CBC, "cbc"}, {BENCH_CPSAT, "cp-sat"}, {0, NULL}};

struct job {
    const struct bench_tools *tools;
    const char *dir;
    const struct bench_program *program;
    double limit_s;
    struct aj_arena *arena;
    struct bench_answer *answer;
};

static double of_children(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void become(const char *const *argv, double limit_s, const char *output)
{
    char *words[16] = {NULL};
    const rlim_t limit = (rlim_t)ceil(limit_s);
    const struct rlimit rlimit = {limit, limit + 1};
    const int to = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    for (size_t i = 0; argv[i] != NULL && i + 1 < AJ_COUNT(words); i++)
        words[i] = strdup(argv[i]);
    if (to < 0 || dup2(to, STDOUT_FILENO) < 0 || setrlimit(RLIMIT_CPU, &rlimit) != 0)
        _exit(126);
    (void)execvp(words[0], words);
    _exit(127);
}

/* *text: what it printed. False if it could not be run or ended otherwise than by the limit. */
static bool run(const struct job *job, const char *const *argv, double limit_s, const char **text)
{
    const char *output = aj_strf(job->arena, "%s/output.txt", job->dir);
    const double before = of_children();
    int how = 0;
    struct aj_bytes bytes = {NULL, 0};
    struct aj_ctx cx;
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0)
        become(argv, limit_s, output);
    if (child < 0 || waitpid(child, &how, 0) != child)
        return false;
    job->answer->spent += of_children() - before;
    aj_ctx_open(&cx);
    bool good = aj_file_read(&cx, output, OUTPUT_LIMIT, job->arena, &bytes) == AJ_OK;
    aj_ctx_close(&cx);
    *text = (const char *)bytes.data;
    if (WIFSIGNALED(how) && WTERMSIG(how) != SIGXCPU && WTERMSIG(how) != SIGKILL)
        good = false;
    if (WIFEXITED(how) && WEXITSTATUS(how) != 0)
        good = false;
    if (!good)
        (void)fprintf(stderr, "%s failed; see %s\n", argv[0], output);
    return good;
}

/* The number behind the last `word` of the text. */
static bool number_after(const char *text, const char *word, double *number)
{
    const char *at = NULL;
    for (const char *next = strstr(text, word); next != NULL; next = strstr(next + 1, word))
        at = next;
    if (at == NULL)
        return false;
    char *end;
    *number = strtod(at + strlen(word), &end);
    return end != at + strlen(word);
}

/* How a solver of LP files is called, and what it says. */
struct dialect {
    const char *argv[8]; /* "%": the file */
    const char *optimal, *value, *infeasible[3];
};

static const struct dialect dialects[] = {
    [BENCH_GLPK] = {{"glpsol", "--lp", "%", "-o", "/dev/stdout", NULL},
                    "INTEGER OPTIMAL",
                    "Objective:  obj = ",
                    {"PROBLEM HAS NO PRIMAL FEASIBLE SOLUTION",
                     "PROBLEM HAS NO INTEGER FEASIBLE SOLUTION", "INTEGER EMPTY"}},
    [BENCH_CBC] = {{"cbc", "%", "-threads", "0", "-solve", "-quit", NULL},
                   "Optimal solution found",
                   "Objective value:",
                   {"infeasible", "Infeasible", "infeasible"}},
};

static bool solve_file(const struct job *job, const struct dialect *dialect, size_t level,
                       bool *solved)
{
    const char *argv[AJ_COUNT(dialect->argv)], *text;
    double number = 0.0;
    const double left = job->limit_s - job->answer->spent;
    for (size_t i = 0; i < AJ_COUNT(argv); i++)
        argv[i] = dialect->argv[i] != NULL && strcmp(dialect->argv[i], "%") == 0
                      ? job->program->path[level]
                      : dialect->argv[i];
    *solved = false;
    if (left <= 0.0)
        return true;
    if (!run(job, argv, left, &text))
        return false;
    if (strstr(text, dialect->optimal) != NULL && number_after(text, dialect->value, &number)) {
        job->answer->value[level] = llround(number);
        *solved = true;
        return true;
    }
    for (size_t i = 0; i < AJ_COUNT(dialect->infeasible); i++)
        job->answer->infeasible =
            job->answer->infeasible || strstr(text, dialect->infeasible[i]) != NULL;
    job->answer->seconds[0] = job->answer->spent;
    return true;
}

static bool solve_files(const struct job *job, const struct dialect *dialect)
{
    struct bench_answer *answer = job->answer;
    for (size_t level = 0; level < job->program->files; level++) {
        bool solved = true;
        if (!solve_file(job, dialect, level, &solved))
            return false;
        if (!solved)
            return true;
        answer->seconds[level] = answer->spent;
        answer->levels++;
    }
    return true;
}

static bool solve_cpsat(const struct job *job)
{
    struct bench_answer *answer = job->answer;
    const char *instance = aj_strf(job->arena, "%s/instance.json", job->dir);
    const char *limit = aj_strf(job->arena, "%.0f", job->limit_s);
    const char *const argv[] = {job->tools->python, job->tools->cpsat, instance, limit, NULL};
    const char *text;
    /* The script limits itself once the interpreter and OR-Tools are loaded. */
    if (!run(job, argv, job->limit_s + 60.0, &text))
        return false;
    for (const char *line = text; *line != 0;) {
        long long value;
        double seconds;
        if (sscanf(line, "level %lld %lf", &value, &seconds) == 2 &&
            answer->levels < BENCH_LEVELS) {
            answer->value[answer->levels] = value;
            answer->seconds[answer->levels++] = seconds;
        } else if (sscanf(line, "infeasible %lf", &seconds) == 1) {
            answer->infeasible = true;
            answer->seconds[0] = seconds;
        } else {
            return false;
        }
        const char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : line + strlen(line);
    }
    return true;
}

bool bench_external(enum bench_rival rival, const struct bench_tools *tools, const char *dir,
                    const struct bench_program *program, double limit_s,
                    struct bench_answer *answer)
{
    struct aj_arena *arena = aj_arena_open();
    const struct job job = {tools, dir, program, limit_s, arena, answer};
    *answer = (struct bench_answer){.levels = 0};
    const bool good =
        rival == BENCH_CPSAT ? solve_cpsat(&job) : solve_files(&job, &dialects[rival]);
    aj_arena_close(arena);
    return good;
}
