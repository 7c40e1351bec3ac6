/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/cyclictest_priv.h"

#include <inttypes.h>

#include <cjson/cJSON.h>

#include "base/units.h"

struct reader {
    struct aj_ctx *cx;
    struct aj_loc at;
    struct aj_arena *out;
    struct explore_cyclictest_result *result;
};

static enum aj_status bad(const struct reader *r, const char *what)
{
    return aj_fail(r->cx, AJ_ERR_INPUT, "cyclictest-json", r->at, "%s", what);
}

/* The whole number at `key`; doubles hold whole numbers up to 2^53. False if there is none. */
static bool whole(const cJSON *object, const char *key, uint64_t *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p53)
        return false;
    *value = (uint64_t)item->valuedouble;
    return !((double)*value < item->valuedouble);
}

/* A latency in the tool's unit, of which the average has a fraction, in ns. */
static bool latency(const struct reader *r, const cJSON *object, const char *key, int64_t *ns)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || item->valuedouble > 0x1p53)
        return false;
    *ns = (int64_t)(item->valuedouble * (double)r->result->bin_ns + 0.5);
    return true;
}

static enum aj_status read_bin(const struct reader *r, const cJSON *item,
                               const struct model_bin *before, struct model_bin *bin)
{
    uint64_t at = 0;
    if (aj_parse_u64(item->string, &at).why != AJ_UNITS_OK || at >= AJ_NONE32 ||
        (before != NULL && at <= before->at))
        return bad(r, "the keys of a histogram are not ascending numbers");
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 1) || item->valuedouble > 0x1p53)
        return bad(r, "a histogram counts what is no number of samples");
    *bin = (struct model_bin){(uint32_t)at, (uint64_t)item->valuedouble};
    return AJ_OK;
}

/* Fills the histogram and, as the tool does not tell it, the overflow: what the bins lack. */
static enum aj_status read_histogram(const struct reader *r, const cJSON *object,
                                     struct model_latency *thread)
{
    const cJSON *histogram = cJSON_GetObjectItemCaseSensitive(object, "histogram");
    size_t count = 0;
    uint64_t sum = 0;
    if (!cJSON_IsObject(histogram))
        return bad(r, "a thread has no histogram");
    for (const cJSON *item = histogram->child; item != NULL; item = item->next)
        count++;
    struct model_bin *bins = AJ_NEW_ARRAY(r->out, struct model_bin, count);
    count = 0;
    for (const cJSON *item = histogram->child; item != NULL; item = item->next, count++) {
        AJ_TRY(read_bin(r, item, count > 0 ? &bins[count - 1] : NULL, &bins[count]));
        if (!aj_add_u64(sum, bins[count].count, &sum))
            return bad(r, "a histogram counts more than 2^64 samples");
    }
    if (sum > thread->cycles)
        return bad(r, "a histogram counts more samples than there were cycles");
    thread->histogram = (struct model_histogram){bins, count};
    thread->overflow = thread->cycles - sum;
    return AJ_OK;
}

static enum aj_status read_thread(const struct reader *r, const cJSON *object,
                                  struct model_latency *thread)
{
    uint64_t cpu = 0;
    if (!cJSON_IsObject(object))
        return bad(r, "a thread is missing");
    if (!whole(object, "cycles", &thread->cycles))
        return bad(r, "a thread does not say its cycles");
    if (!whole(object, "cpu", &cpu) || cpu >= AJ_CPU_MAX)
        return bad(r, "a thread does not say its CPU");
    thread->cpu = (uint32_t)cpu;
    AJ_TRY(read_histogram(r, object, thread));
    if (thread->cycles == 0)
        return AJ_OK; /* min is still at its start value */
    if (!latency(r, object, "min", &thread->min_ns) ||
        !latency(r, object, "avg", &thread->avg_ns) || !latency(r, object, "max", &thread->max_ns))
        return bad(r, "a thread does not say min, avg and max");
    /* The average keeps fractions that min and max have lost. */
    if (thread->avg_ns > thread->max_ns && thread->avg_ns - thread->max_ns < r->result->bin_ns)
        thread->avg_ns = thread->max_ns;
    if (thread->min_ns > thread->avg_ns || thread->avg_ns > thread->max_ns)
        return bad(r, "min, avg and max of a thread are not in this order");
    return AJ_OK;
}

static const char *text_of(const struct reader *r, const cJSON *root, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsString(item) ? aj_strdup(r->out, item->valuestring) : NULL;
}

static enum aj_status read_root(const struct reader *r, const cJSON *root)
{
    const cJSON *threads = cJSON_GetObjectItemCaseSensitive(root, "thread");
    uint64_t code = 0, count = 0, in_ns = 0;
    if (!whole(root, "return_code", &code) || !whole(root, "num_threads", &count) ||
        !whole(root, "resolution_in_ns", &in_ns) || !cJSON_IsObject(threads))
        return bad(r, "return_code, num_threads, resolution_in_ns or thread is missing");
    if (code != 0)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cyclictest-code", r->at,
                       "cyclictest says of itself that it failed: %" PRIu64, code);
    if (count == 0 || count > AJ_CPU_MAX)
        return bad(r, "the number of threads is none of a real machine");
    struct model_latency *read = AJ_NEW_ARRAY(r->out, struct model_latency, count);
    r->result->bin_ns = in_ns != 0 ? 1 : 1000;
    for (uint64_t i = 0; i < count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%" PRIu64, i);
        AJ_TRY(read_thread(r, cJSON_GetObjectItemCaseSensitive(threads, key), &read[i]));
    }
    r->result->threads = read;
    r->result->threads_count = (size_t)count;
    r->result->cpus_known = true;
    /* 2.x writes the key with a colon in it. */
    r->result->version = text_of(r, root, "rt_test_version:");
    if (r->result->version == NULL)
        r->result->version = text_of(r, root, "rt_test_version");
    return AJ_OK;
}

enum aj_status explore_cyclictest_json(struct aj_ctx *cx, struct aj_loc at, struct aj_bytes text,
                                       struct aj_arena *out,
                                       struct explore_cyclictest_result *result)
{
    const struct reader r = {cx, at, out, result};
    *result = (struct explore_cyclictest_result){.threads = NULL};
    cJSON *root = cJSON_ParseWithLength((const char *)text.data, text.size);
    const enum aj_status status =
        cJSON_IsObject(root) ? read_root(&r, root) : bad(&r, "the JSON of cyclictest is broken");
    cJSON_Delete(root);
    return status;
}
