/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cyclictest -h and -H: rows "bin count count ...", then lines that begin with "# ". With -H rows,
 * totals, maxima and overflows have a column for the sum behind those of the threads, minima and
 * averages do not; how many threads there are is therefore told by the line of the minima alone.
 */
#include "explore/cyclictest_priv.h"

#include <inttypes.h>

enum { COLUMNS_MAX = AJ_CPU_MAX + 1 };

typedef AJ_VEC(struct model_bin) bin_vec;

struct column {
    bin_vec bins;
    uint64_t sum;
};

struct numbers {
    uint64_t *v; /* v[count], room for COLUMNS_MAX */
    size_t count;
};

/* The lines behind the rows; the order is the tool's, the table's does not matter. */
enum trailer { TOTAL, MINIMA, AVERAGES, MAXIMA, OVERFLOWS, TRAILERS };
static const char *const trailer_starts[TRAILERS] = {
    [TOTAL] = "# Total:",
    [MINIMA] = "# Min Latencies:",
    [AVERAGES] = "# Avg Latencies:",
    [MAXIMA] = "# Max Latencies:",
    [OVERFLOWS] = "# Histogram Overflows:",
};

struct reader {
    struct aj_ctx *cx;
    struct aj_loc at;
    struct aj_arena *out;
    struct column *columns; /* columns[columns_count] */
    size_t columns_count;
    uint64_t rows;
    struct numbers trailer[TRAILERS];
    bool broke;
    uint64_t broke_us;
};

static enum aj_status bad(const struct reader *r, const char *what)
{
    return aj_fail(r->cx, AJ_ERR_INPUT, "cyclictest-text", r->at, "%s", what);
}

/* Decimal numbers, zero padded, with blanks and tabs between; false for anything else. */
static bool read_numbers(struct aj_bytes line, size_t at, struct numbers *to)
{
    to->count = 0;
    for (;;) {
        while (at < line.size && (line.data[at] == ' ' || line.data[at] == '\t'))
            at++;
        if (at == line.size || line.data[at] == '\r')
            return true;
        uint64_t value = 0;
        const size_t start = at;
        for (; at < line.size && line.data[at] >= '0' && line.data[at] <= '9'; at++)
            if (!aj_mul_u64(value, 10, &value) ||
                !aj_add_u64(value, (uint64_t)(line.data[at] - '0'), &value))
                return false;
        if (at == start || to->count == COLUMNS_MAX)
            return false;
        to->v[to->count++] = value;
    }
}

static enum aj_status read_row(struct reader *r, struct aj_bytes line, struct numbers *row)
{
    if (!read_numbers(line, 0, row) || row->count < 2)
        return bad(r, "this is no row of a histogram");
    if (row->v[0] != r->rows || r->rows == EXPLORE_BINS_MAX)
        return bad(r, "the rows of the histogram are not 0, 1, 2, ...");
    if (r->columns == NULL) {
        r->columns_count = row->count - 1;
        r->columns = AJ_NEW_ARRAY(r->out, struct column, r->columns_count);
    }
    if (row->count - 1 != r->columns_count)
        return bad(r, "this row has more or fewer columns than the first");
    for (size_t i = 0; i < r->columns_count; i++) {
        const struct model_bin bin = {(uint32_t)r->rows, row->v[i + 1]};
        if (bin.count == 0)
            continue;
        if (!aj_add_u64(r->columns[i].sum, bin.count, &r->columns[i].sum))
            return bad(r, "a column counts more than 2^64 samples");
        AJ_PUSH(r->out, &r->columns[i].bins, bin);
    }
    r->rows++;
    return AJ_OK;
}

static enum aj_status read_comment(struct reader *r, struct aj_bytes line, struct numbers *scratch)
{
    static const char broke[] = "# Break value:";
    for (size_t k = 0; k < TRAILERS; k++) {
        const char *start = trailer_starts[k];
        if (!explore_starts_with(line, start))
            continue;
        if (!read_numbers(line, strlen(start), scratch))
            return bad(r, "this line should hold numbers");
        if (r->trailer[k].v != NULL)
            return bad(r, "this line stands twice: are these the outputs of two runs?");
        r->trailer[k].v = AJ_NEW_ARRAY(r->out, uint64_t, scratch->count);
        r->trailer[k].count = scratch->count;
        memcpy(r->trailer[k].v, scratch->v, scratch->count * sizeof *scratch->v);
    }
    if (explore_starts_with(line, broke)) {
        if (!read_numbers(line, strlen(broke), scratch) || scratch->count != 1)
            return bad(r, "this line should hold one number");
        r->broke = true;
        r->broke_us = scratch->v[0];
    }
    return AJ_OK;
}

static bool to_ns(uint64_t us, int64_t *ns)
{
    uint64_t product;
    if (!aj_mul_u64(us, 1000, &product) || product > INT64_MAX)
        return false;
    *ns = (int64_t)product;
    return true;
}

static enum aj_status finish_thread(const struct reader *r, size_t i, struct model_latency *t)
{
    const struct column *column = &r->columns[i];
    if (r->trailer[TOTAL].v[i] != column->sum)
        return bad(r, "a column does not add up to its total: lines are missing");
    t->overflow = r->trailer[OVERFLOWS].v[i];
    if (!aj_add_u64(column->sum, t->overflow, &t->cycles))
        return bad(r, "a thread has more than 2^64 cycles");
    t->histogram = (struct model_histogram){column->bins.items, column->bins.count};
    if (t->cycles == 0)
        return AJ_OK; /* min is still at its start value */
    if (!to_ns(r->trailer[MINIMA].v[i], &t->min_ns) ||
        !to_ns(r->trailer[AVERAGES].v[i], &t->avg_ns) ||
        !to_ns(r->trailer[MAXIMA].v[i], &t->max_ns))
        return bad(r, "a latency of more than 292 years");
    if (t->min_ns > t->avg_ns || t->avg_ns > t->max_ns)
        return bad(r, "min, avg and max of a thread are not in this order");
    return AJ_OK;
}

static enum aj_status finish(struct reader *r, struct explore_cyclictest_result *result)
{
    const size_t threads = r->trailer[MINIMA].count;
    for (size_t k = 0; k < TRAILERS; k++) {
        if (r->trailer[k].v == NULL)
            return aj_fail(r->cx, AJ_ERR_INPUT, "cyclictest-text", r->at,
                           "the line '%s' is missing: the output is not complete",
                           trailer_starts[k]);
        const bool may_sum = k == TOTAL || k == MAXIMA || k == OVERFLOWS;
        if (r->trailer[k].count != (may_sum ? r->columns_count : threads))
            return bad(r, "the lines behind the histogram do not fit its columns");
    }
    if (threads == 0 || (r->columns_count != threads && r->columns_count != threads + 1))
        return bad(r, "the lines behind the histogram do not fit its columns");
    struct model_latency *read = AJ_NEW_ARRAY(r->out, struct model_latency, threads);
    for (size_t i = 0; i < threads; i++)
        AJ_TRY(finish_thread(r, i, &read[i]));
    *result = (struct explore_cyclictest_result){
        .threads = read,
        .threads_count = threads,
        .bin_ns = 1000,
        .bins = r->rows,
        .broke = r->broke,
    };
    if (!to_ns(r->broke_us, &result->broke_ns))
        return bad(r, "a latency of more than 292 years");
    return AJ_OK;
}

enum aj_status explore_cyclictest_text(struct aj_ctx *cx, const char *name, struct aj_bytes text,
                                       struct aj_arena *out,
                                       struct explore_cyclictest_result *result)
{
    struct reader r = {.cx = cx, .at = aj_loc_file(name), .out = out};
    struct numbers scratch = {AJ_NEW_ARRAY(out, uint64_t, COLUMNS_MAX), 0};
    struct aj_bytes line;
    for (size_t at = 0; explore_line(text, &at, &line);) {
        r.at.line++;
        if (line.size > 0 && line.data[0] >= '0' && line.data[0] <= '9')
            AJ_TRY(read_row(&r, line, &scratch));
        else if (line.size > 0 && line.data[0] == '#')
            AJ_TRY(read_comment(&r, line, &scratch));
    }
    if (r.columns == NULL)
        return bad(&r, "a histogram without rows");
    return finish(&r, result);
}
