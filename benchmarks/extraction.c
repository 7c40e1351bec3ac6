/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What it costs to make board.yml: of a snapshot, and of device trees by their size. Times are of the
 * processor, the least of a few, from reading the file to the text of board.yml. LADDER are trees that
 * differ in size alone (trees.sh), a CORPUS is of real boards, on which there is a limit.
 */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/fs.h"
#include "benchmarks/slope.h"
#include "extract/extract.h"

static const char usage[] = "usage: extraction SNAPSHOT LADDER CORPUS...\n";

enum { REPEATS = 5, TREES_MAX = 10000 };
#define BLOB_LIMIT   ((size_t)16 << 20)
#define SNAPSHOT_MS  60.0
#define SNAPSHOT_MIB 40.0
#define LARGEST_MS   20.0
#define LARGE_FROM   ((double)64 * 1024) /* bytes */
#define KIB          1024.0

struct curve {
    double bytes[TREES_MAX], ms[TREES_MAX];
    size_t count;
    size_t largest;
    char name[256]; /* of the largest */
};

static double cpu_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static enum aj_status extract_snapshot(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                       const struct model_board **board)
{
    const struct extract_options options = {.force = true};
    struct remote *remote;
    AJ_TRY(remote_open_snapshot(cx, path, &remote));
    const enum aj_status status = extract_board(cx, remote, &options, out, board);
    remote_close(remote);
    return status;
}

static enum aj_status extract_blob(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                   const struct model_board **board)
{
    struct aj_bytes blob;
    AJ_TRY(aj_file_read(cx, path, BLOB_LIMIT, out, &blob));
    return extract_board_from_dtb(cx, path, blob, NULL, out, board);
}

typedef enum aj_status extract_path(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                    const struct model_board **board);

/* False with messages. */
static bool measure(extract_path *extract, const char *path, double *least)
{
    *least = HUGE_VAL;
    for (int i = 0; i < REPEATS; i++) {
        struct aj_buf text = {NULL, 0, 0};
        const struct model_board *board;
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        struct aj_arena *out = aj_arena_open();
        const double began = cpu_ms();
        const enum aj_status status = extract(&cx, path, out, &board);
        if (status == AJ_OK)
            model_board_write(board, &text);
        else
            aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
        const double ms = cpu_ms() - began;
        *least = ms < *least ? ms : *least;
        aj_buf_free(&text);
        aj_arena_close(out);
        aj_ctx_close(&cx);
        if (status != AJ_OK)
            return false;
    }
    return true;
}

static bool add_tree(struct curve *curve, const char *directory, const char *name)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    const size_t end = strlen(name);
    if (end < 4 || strcmp(name + end - 4, ".dtb") != 0 || curve->count >= TREES_MAX)
        return true;
    FILE *file = length < (int)sizeof path ? fopen(path, "rb") : NULL;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return false;
    curve->bytes[curve->count] = (double)ftell(file);
    (void)fclose(file);
    if (!measure(extract_blob, path, &curve->ms[curve->count]))
        return false;
    if (curve->bytes[curve->count] > curve->bytes[curve->largest] || curve->count == 0) {
        curve->largest = curve->count;
        (void)snprintf(curve->name, sizeof curve->name, "%s", name);
    }
    curve->count++;
    return true;
}

static bool add_trees(struct curve *curve, const char *directory)
{
    DIR *dir = opendir(directory);
    bool ok = dir != NULL;
    if (!ok)
        perror(directory);
    for (const struct dirent *entry = ok ? readdir(dir) : NULL; ok && entry != NULL;
         entry = readdir(dir))
        ok = add_tree(curve, directory, entry->d_name);
    if (dir != NULL)
        closedir(dir);
    return ok;
}

static void print_ratio(const char *what, double value, double limit, const char *unit)
{
    printf("%-40s %8.2f %s  %5.1f %% of %.0f\n", what, value, unit, 100.0 * value / limit, limit);
}

static void print_slope(const char *directory, const struct curve *curve)
{
    printf("%s: %zu device trees of up to %.0f KiB, time grows with size to the power of %.2f\n",
           directory, curve->count, curve->bytes[curve->largest] / KIB,
           bench_slope(curve->bytes, curve->ms, curve->count));
}

static void print_limits(const struct curve *curve)
{
    double slowest = 0.0;
    for (size_t i = 0; i < curve->count; i++)
        slowest = curve->ms[i] > slowest ? curve->ms[i] : slowest;
    print_ratio(curve->name, curve->ms[curve->largest], LARGEST_MS, "ms ");
    print_ratio("the slowest", slowest, LARGEST_MS, "ms ");
}

int main(int argc, char **argv)
{
    static struct curve curve;
    struct rusage used;
    double ms;
    if (argc < 4) {
        (void)fputs(usage, stderr);
        return 2;
    }
    if (!measure(extract_snapshot, argv[1], &ms))
        return 1;
    (void)getrusage(RUSAGE_SELF, &used);
    print_ratio("the snapshot", ms, SNAPSHOT_MS, "ms ");
    print_ratio("the process' peak with it", (double)used.ru_maxrss / KIB, SNAPSHOT_MIB, "MiB");
    for (int i = 2; i < argc; i++) {
        curve = (struct curve){.count = 0};
        if (!add_trees(&curve, argv[i]) || curve.count == 0)
            return 1;
        print_slope(argv[i], &curve);
        if (i > 2)
            print_limits(&curve);
    }
    return 0;
}
