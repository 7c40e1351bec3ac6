/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target prints in the place of cyclictest: as results, and as help. Results that are taken
 * make a measurement that can be written and read.
 */
#include "tests/fuzz/fuzz_target.h"

#include "explore/cyclictest.h"
#include "explore/metrics.h"

static void check_measurement(struct aj_ctx *cx, struct aj_arena *out,
                              const struct explore_cyclictest_result *r)
{
    const struct model_block block = {r->threads, r->threads_count};
    const struct model_measurement m = {.interval_ns = 1000000,
                                        .block_ns = 1000000000,
                                        .bin_ns = r->bin_ns,
                                        .bins = UINT32_MAX,
                                        .blocks = &block,
                                        .blocks_count = 1};
    const struct model_measurement *again = NULL;
    const struct aj_yaml *doc = NULL;
    explore_metrics metrics = {NULL, 0, 0};
    struct aj_buf yaml = {0};
    model_measurement_write(&m, &yaml);
    FUZZ_CHECK(aj_yaml_parse(cx, "m.yml", yaml.data, yaml.len, out, &doc) == AJ_OK);
    FUZZ_CHECK(model_measurement_read(cx, doc, out, &again) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_measurement_schema, &m, again));
    explore_metrics_of(&m, 1000, out, &metrics);
    for (size_t i = 0; i < metrics.count; i++)
        FUZZ_CHECK(metrics.items[i].value >= 0.0);
    aj_buf_free(&yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct explore_cyclictest_result result;
    struct explore_cyclictest tool;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    const struct aj_bytes bytes = {data, size};
    const enum aj_status status = explore_cyclictest_read(&cx, "out", bytes, out, &result);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0));
    if (status == AJ_OK)
        check_measurement(&cx, out, &result);
    const enum aj_status probed = explore_cyclictest_probe(&cx, bytes, out, &tool);
    FUZZ_CHECK(probed == AJ_OK || cx.diags_count > 0);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
