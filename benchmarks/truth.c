/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/truth.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/fs.h"

#define FILE_LIMIT ((size_t)1 << 20)

static const char head[] = "family,seed,level1,level2,level3,level4,level5\n";

struct bench_truth *bench_truth_of(struct bench_truths *truths, const char *family, uint64_t seed)
{
    for (size_t i = 0; i < truths->all.count; i++)
        if (truths->all.items[i].seed == seed && strcmp(truths->all.items[i].family, family) == 0)
            return &truths->all.items[i];
    const struct bench_truth new = {.family = aj_strdup(truths->arena, family), .seed = seed};
    AJ_PUSH(truths->arena, &truths->all, new);
    return &truths->all.items[truths->all.count - 1];
}

/* "family,seed,1,2,3" without its end of line. */
static bool read_line(struct bench_truths *truths, char *line)
{
    char *end, *at = strchr(line, ',');
    if (at == NULL)
        return false;
    *at = 0;
    struct bench_truth *truth = bench_truth_of(truths, line, strtoull(at + 1, &end, 10));
    if (end == at + 1)
        return false;
    truth->infeasible = strcmp(end, ",infeasible") == 0;
    while (!truth->infeasible && *end == ',' && truth->levels < BENCH_LEVELS) {
        at = end + 1;
        truth->value[truth->levels++] = strtoll(at, &end, 10);
        if (end == at)
            return false;
    }
    return truth->infeasible || *end == 0;
}

bool bench_truths_read(struct bench_truths *truths, const char *path)
{
    struct aj_bytes bytes;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    bool good = aj_file_read(&cx, path, FILE_LIMIT, truths->arena, &bytes) == AJ_OK;
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    char *text = good ? aj_strdup(truths->arena, (const char *)bytes.data) : NULL;
    if (good && strncmp(text, head, strlen(head)) != 0)
        good = false;
    for (char *line = good ? text + strlen(head) : NULL; good && *line != 0;) {
        char *end = strchr(line, '\n');
        good = end != NULL;
        if (!good)
            break;
        *end = 0;
        good = read_line(truths, line);
        line = end + 1;
    }
    if (!good)
        (void)fprintf(stderr, "%s: not what this program writes\n", path);
    return good;
}

/* As the families stand in their table, those that are no more behind them. */
static int in_order(const void *a, const void *b)
{
    const struct bench_truth *x = a, *y = b;
    const struct bench_shape *of_x = bench_family(x->family), *of_y = bench_family(y->family);
    if (of_x != of_y)
        return of_x == NULL ? 1 : of_y == NULL ? -1 : (of_x > of_y) - (of_x < of_y);
    return (x->seed > y->seed) - (x->seed < y->seed);
}

bool bench_truths_write(struct bench_truths *truths, const char *path)
{
    struct aj_buf text = {NULL, 0, 0};
    struct aj_ctx cx;
    aj_buf_adds(&text, head);
    qsort(truths->all.items, truths->all.count, sizeof *truths->all.items, in_order);
    for (size_t i = 0; i < truths->all.count; i++) {
        const struct bench_truth *truth = &truths->all.items[i];
        if (truth->levels == 0 && !truth->infeasible)
            continue;
        aj_buf_addf(&text, "%s,%" PRIu64, truth->family, truth->seed);
        for (size_t k = 0; k < truth->levels; k++)
            aj_buf_addf(&text, ",%" PRId64, truth->value[k]);
        aj_buf_adds(&text, truth->infeasible ? ",infeasible\n" : "\n");
    }
    aj_ctx_open(&cx);
    const bool good = aj_file_write(&cx, path, text.data, text.len) == AJ_OK;
    aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    aj_buf_free(&text);
    return good;
}

bool bench_truth_meet(struct bench_truth *truth, const char *who, bool infeasible,
                      const int64_t *value, size_t levels)
{
    if ((infeasible && truth->levels > 0) || (levels > 0 && truth->infeasible)) {
        (void)fprintf(stderr, "%s, seed %" PRIu64 ": %s says that there is %s plan\n",
                      truth->family, truth->seed, who, infeasible ? "no" : "a");
        return false;
    }
    truth->infeasible = truth->infeasible || infeasible;
    for (size_t i = 0; i < levels; i++) {
        if (i == truth->levels)
            truth->value[truth->levels++] = value[i];
        if (truth->value[i] == value[i])
            continue;
        (void)fprintf(stderr,
                      "%s, seed %" PRIu64 ": level %zu is %" PRId64 ", %s says %" PRId64 "\n",
                      truth->family, truth->seed, i + 1, truth->value[i], who, value[i]);
        return false;
    }
    return true;
}
