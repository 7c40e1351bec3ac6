/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/measurement.h"

#include <inttypes.h>

#include "base/units.h"
#include "model/model_priv.h"

/* Histograms */

static enum aj_status bin_read(struct aj_ctx *cx, const struct aj_yaml *key,
                               const struct aj_yaml *count, const struct model_bin *before,
                               struct model_bin *bin)
{
    uint64_t at = 0;
    if (aj_parse_u64(key->text, &at).why != AJ_UNITS_OK || at >= AJ_NONE32)
        return aj_fail(cx, AJ_ERR_INPUT, "number", key->loc, "'%s' is no number of a bin",
                       key->text);
    if (count->kind != AJ_YAML_SCALAR || aj_parse_u64(count->text, &bin->count).why != AJ_UNITS_OK)
        return aj_fail(cx, AJ_ERR_INPUT, "number", count->loc, "expected a number of samples");
    if (before != NULL && at <= before->at)
        return aj_fail(cx, AJ_ERR_INPUT, "latency-bins", key->loc,
                       "bin %" PRIu64 " stands behind bin %" PRIu32, at, before->at);
    if (bin->count == 0)
        return aj_fail(cx, AJ_ERR_INPUT, "latency-bins", count->loc,
                       "bin %" PRIu64 " is empty: leave it out", at);
    bin->at = (uint32_t)at;
    return AJ_OK;
}

static enum aj_status histogram_read(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, struct aj_arena *out, void *value)
{
    if (node->kind != AJ_YAML_MAP)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a map of counts"));
    struct model_bin *bins = AJ_NEW_ARRAY(out, struct model_bin, node->count);
    for (size_t i = 0; i < node->count; i++) {
        const enum aj_status status =
            bin_read(cx, node->keys[i], node->items[i], i > 0 ? &bins[i - 1] : NULL, &bins[i]);
        if (status != AJ_OK)
            return model_at(cx, path, status);
    }
    *(struct model_histogram *)value = (struct model_histogram){bins, node->count};
    return AJ_OK;
}

static void histogram_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct model_histogram *histogram = value;
    aj_yaml_write_map(w, AJ_YAML_FLOW);
    for (size_t i = 0; i < histogram->bins_count; i++) {
        aj_yaml_write_plain(w, aj_strf(scratch, "%" PRIu32, histogram->bins[i].at));
        aj_yaml_write_plain(w, aj_strf(scratch, "%" PRIu64, histogram->bins[i].count));
    }
    aj_yaml_write_end_map(w);
}

static bool histogram_is_default(const void *value)
{
    return ((const struct model_histogram *)value)->bins_count == 0;
}

static const struct aj_custom_field histogram_field = {histogram_read, histogram_write,
                                                       histogram_is_default};

/* The schema */

/* True if the bins and the overflow add up to the cycles. */
static bool counts_add_up(const struct model_latency *t)
{
    uint64_t sum = t->overflow;
    for (size_t i = 0; i < t->histogram.bins_count; i++)
        if (!aj_add_u64(sum, t->histogram.bins[i].count, &sum))
            return false;
    return sum == t->cycles;
}

static enum aj_status latency_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    const struct model_latency *t = value;
    if (!counts_add_up(t))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "latency-counts", aj_yaml_loc(node, "cycles"),
                                "histogram and overflow do not add up to %" PRIu64 " cycles",
                                t->cycles));
    if (t->min_ns > t->max_ns || t->avg_ns > t->max_ns || t->avg_ns < t->min_ns)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "latency-counts", aj_yaml_loc(node, "min"),
                                "min, avg and max are not in this order"));
    return AJ_OK;
}

static const struct aj_field latency_fields[] = {
    AJ_F_UINT(struct model_latency, cpu, 0, .flags = AJ_FIELD_REQUIRED, .max = AJ_CPU_MAX - 1),
    AJ_F_UINT(struct model_latency, cycles, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_latency, overflow, 0),
    AJ_F_KEY("min", AJ_FIELD_DURATION, struct model_latency, min_ns),
    AJ_F_KEY("avg", AJ_FIELD_DURATION, struct model_latency, avg_ns),
    AJ_F_KEY("max", AJ_FIELD_DURATION, struct model_latency, max_ns),
    AJ_F_CUSTOM(struct model_latency, histogram, &histogram_field),
};
static const struct aj_schema latency_schema = {
    .what = "thread",
    .size = sizeof(struct model_latency),
    .fields = latency_fields,
    .fields_count = AJ_COUNT(latency_fields),
    .finish = latency_finish,
};

static const struct aj_field block_fields[] = {
    AJ_F_LIST(struct model_block, threads, &latency_schema, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema block_schema = {
    .what = "block",
    .size = sizeof(struct model_block),
    .fields = block_fields,
    .fields_count = AJ_COUNT(block_fields),
};

static const struct aj_field environment_fields[] = {
    AJ_F_STRING(struct model_environment, kernel),
    AJ_F_STRING(struct model_environment, machine),
    AJ_F_STRING(struct model_environment, cmdline),
    AJ_F_STRING(struct model_environment, realtime),
    AJ_F_STRING(struct model_environment, clocksource),
    AJ_F_STRING(struct model_environment, isolated),
    AJ_F_STRING(struct model_environment, governors),
    AJ_F_STRING(struct model_environment, rt_runtime),
    AJ_F_STRING(struct model_environment, frequency_limits),
    AJ_F_STRING(struct model_environment, throttling),
    AJ_F_STRING(struct model_environment, load_before),
    AJ_F_STRING(struct model_environment, load_after),
};
static const struct aj_schema environment_schema = {
    .what = "environment",
    .size = sizeof(struct model_environment),
    .fields = environment_fields,
    .fields_count = AJ_COUNT(environment_fields),
};

static const struct aj_field load_fields[] = {
    AJ_F_STRING(struct model_load, cell),
    AJ_F_INTSET(struct model_load, cpus, 0),
    AJ_F_STRINGS(struct model_load, command, .flags = AJ_FIELD_FLOW | AJ_FIELD_REQUIRED),
};
static const struct aj_schema load_schema = {
    .what = "load",
    .size = sizeof(struct model_load),
    .fields = load_fields,
    .fields_count = AJ_COUNT(load_fields),
};

static const struct aj_field fired_fields[] = {
    AJ_F_UINT(struct model_irq_fired, intid, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_irq_fired, cpu, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_irq_fired, there, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_UINT(struct model_irq_fired, elsewhere, 0),
};
static const struct aj_schema fired_schema = {
    .what = "interrupt",
    .size = sizeof(struct model_irq_fired),
    .fields = fired_fields,
    .fields_count = AJ_COUNT(fired_fields),
};

static bool same_cpus(const struct model_block *a, const struct model_block *b)
{
    if (a->threads_count != b->threads_count)
        return false;
    for (size_t i = 0; i < a->threads_count; i++)
        if (a->threads[i].cpu != b->threads[i].cpu)
            return false;
    return true;
}

/* The first bin at or beyond `bins`, or NULL. */
static const struct model_bin *beyond(const struct model_block *block, uint32_t bins)
{
    for (size_t i = 0; i < block->threads_count; i++) {
        const struct model_histogram *h = &block->threads[i].histogram;
        if (h->bins_count > 0 && h->bins[h->bins_count - 1].at >= bins)
            return &h->bins[h->bins_count - 1];
    }
    return NULL;
}

static enum aj_status measurement_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                         const char *path, void *value)
{
    const struct model_measurement *m = value;
    const struct aj_yaml *blocks = aj_yaml_get(node, "blocks");
    uint64_t reach;
    if (m->bin_ns <= 0 || m->interval_ns <= 0 || m->block_ns <= 0)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", node->loc,
                                "bin, interval and block must be longer than nothing"));
    if (!aj_mul_u64(m->bins, (uint64_t)m->bin_ns, &reach) || reach > INT64_MAX)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "bins"),
                                "the histogram ends beyond 2^63 ns"));
    for (size_t i = 0; i < m->blocks_count; i++) {
        const struct model_bin *bin = beyond(&m->blocks[i], m->bins);
        if (bin != NULL)
            return model_at(cx, path,
                            aj_fail(cx, AJ_ERR_INPUT, "latency-bins", blocks->items[i]->loc,
                                    "bin %" PRIu32 " lies beyond the %" PRIu32 " of the histogram",
                                    bin->at, m->bins));
        if (!same_cpus(&m->blocks[0], &m->blocks[i]))
            return model_at(cx, path,
                            aj_fail(cx, AJ_ERR_INPUT, "latency-threads", blocks->items[i]->loc,
                                    "the CPUs are not those of the first block"));
    }
    return AJ_OK;
}

static const struct aj_field measurement_fields[] = {
    AJ_F_STRING(struct model_measurement, tool),
    AJ_F_KEY("interval", AJ_FIELD_DURATION, struct model_measurement, interval_ns,
             .flags = AJ_FIELD_REQUIRED),
    AJ_F_KEY("block", AJ_FIELD_DURATION, struct model_measurement, block_ns,
             .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_measurement, priority, 0),
    AJ_F_KEY("bin", AJ_FIELD_DURATION, struct model_measurement, bin_ns,
             .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_measurement, bins, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_LIST(struct model_measurement, loads, &load_schema),
    AJ_F_STRUCT(struct model_measurement, environment, &environment_schema),
    AJ_F_LIST(struct model_measurement, interrupts, &fired_schema, .flags = AJ_FIELD_FLOW),
    AJ_F_LIST(struct model_measurement, blocks, &block_schema, .flags = AJ_FIELD_REQUIRED),
};
const struct aj_schema model_measurement_schema = {
    .what = "measurement",
    .size = sizeof(struct model_measurement),
    .fields = measurement_fields,
    .fields_count = AJ_COUNT(measurement_fields),
    .finish = measurement_finish,
};

enum aj_status model_measurement_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                      struct aj_arena *out,
                                      const struct model_measurement **measurement)
{
    struct model_measurement *read = AJ_NEW(out, struct model_measurement);
    AJ_TRY(aj_schema_read(cx, &model_measurement_schema, doc, "", out, read));
    *measurement = read;
    return AJ_OK;
}

void model_measurement_write(const struct model_measurement *measurement, struct aj_buf *to)
{
    aj_schema_write_document(to, "What was measured.", &model_measurement_schema, measurement);
}

/* Questions */

static uint64_t add_or_stay(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return aj_add_u64(a, b, &sum) ? sum : UINT64_MAX;
}

/* The union of two histograms. */
static struct model_histogram merge(const struct model_histogram *a,
                                    const struct model_histogram *b, struct aj_arena *out)
{
    struct model_bin *bins = AJ_NEW_ARRAY(out, struct model_bin, a->bins_count + b->bins_count);
    size_t i = 0, k = 0, count = 0;
    while (i < a->bins_count || k < b->bins_count) {
        struct model_bin *bin = &bins[count++];
        if (k == b->bins_count || (i < a->bins_count && a->bins[i].at < b->bins[k].at)) {
            *bin = a->bins[i++];
        } else if (i == a->bins_count || b->bins[k].at < a->bins[i].at) {
            *bin = b->bins[k++];
        } else {
            *bin = a->bins[i++];
            bin->count = add_or_stay(bin->count, b->bins[k++].count);
        }
    }
    return (struct model_histogram){bins, count};
}

/* The average of two averages, weighted by their cycles. */
static int64_t weigh(const struct model_latency *a, const struct model_latency *b)
{
    const uint64_t cycles = add_or_stay(a->cycles, b->cycles);
    /* In two steps, whose products stay below 2^64: whole nanoseconds a cycle are little off. */
    const int64_t low = a->avg_ns < b->avg_ns ? a->avg_ns : b->avg_ns;
    const struct model_latency *high = a->avg_ns < b->avg_ns ? b : a;
    const uint64_t apart = (uint64_t)(high->avg_ns - low);
    uint64_t product;
    if (aj_mul_u64(apart, high->cycles, &product))
        return low + (int64_t)(product / cycles);
    return low + (int64_t)(apart / cycles * high->cycles);
}

struct model_latency model_latency_merge(const struct model_latency *a,
                                         const struct model_latency *b, struct aj_arena *out)
{
    struct model_latency both = *a;
    if (a->cycles == 0 || b->cycles == 0)
        return a->cycles == 0 ? *b : *a;
    both.avg_ns = weigh(a, b);
    both.min_ns = b->min_ns < a->min_ns ? b->min_ns : a->min_ns;
    both.max_ns = b->max_ns > a->max_ns ? b->max_ns : a->max_ns;
    both.cycles = add_or_stay(a->cycles, b->cycles);
    both.overflow = add_or_stay(a->overflow, b->overflow);
    both.histogram = merge(&a->histogram, &b->histogram, out);
    return both;
}

struct model_latency model_measurement_merge(const struct model_measurement *measurement,
                                             size_t thread, struct aj_arena *out)
{
    struct model_latency all = {.cycles = 0};
    for (size_t i = 0; i < measurement->blocks_count; i++)
        all = model_latency_merge(&all, &measurement->blocks[i].threads[thread], out);
    return all;
}

uint64_t model_latency_beyond(const struct model_latency *latency, int64_t bin_ns, int64_t limit_ns)
{
    uint64_t count = latency->overflow;
    for (size_t i = latency->histogram.bins_count; i-- > 0;) {
        uint64_t upper;
        if (aj_mul_u64((uint64_t)latency->histogram.bins[i].at + 1, (uint64_t)bin_ns, &upper) &&
            upper <= (uint64_t)limit_ns)
            break;
        count = add_or_stay(count, latency->histogram.bins[i].count);
    }
    return count;
}

int64_t model_latency_at_rank(const struct model_latency *latency, int64_t bin_ns, uint64_t rank)
{
    uint64_t seen = 0, ns;
    for (size_t i = 0; i < latency->histogram.bins_count; i++) {
        seen = add_or_stay(seen, latency->histogram.bins[i].count);
        if (seen < rank)
            continue;
        const bool fits =
            aj_mul_u64(latency->histogram.bins[i].at, (uint64_t)bin_ns, &ns) && ns <= INT64_MAX;
        return fits ? (int64_t)ns : INT64_MAX;
    }
    return latency->max_ns;
}
