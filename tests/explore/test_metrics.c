/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/metrics.h"

#include <math.h>

#include "tests/support/support.h"

enum { BLOCKS_MAX = 24 };

struct fixture {
    struct aj_arena *arena;
    struct model_bin bins[BLOCKS_MAX][2];
    struct model_latency threads[BLOCKS_MAX];
    struct model_block blocks[BLOCKS_MAX];
    struct model_measurement m;
    explore_metrics metrics;
    explore_notes notes;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = aj_arena_open();
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    aj_arena_close(f->arena);
    free(f);
    return 0;
}

/* Block i has 99 wake-ups of 10 us and one of 100 + i us, on CPU 3. */
static void make(struct fixture *f, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++) {
        const uint32_t longest = 100 + (uint32_t)i;
        f->bins[i][0] = (struct model_bin){10, 99};
        f->bins[i][1] = (struct model_bin){longest, 1};
        f->threads[i] = (struct model_latency){.cpu = 3,
                                               .cycles = 100,
                                               .min_ns = 10000,
                                               .avg_ns = 11000,
                                               .max_ns = (int64_t)longest * 1000,
                                               .histogram = {f->bins[i], 2}};
        f->blocks[i] = (struct model_block){&f->threads[i], 1};
    }
    f->m = (struct model_measurement){.interval_ns = 1000000,
                                      .block_ns = 1000000000,
                                      .bin_ns = 1000,
                                      .bins = 1000,
                                      .blocks = f->blocks,
                                      .blocks_count = blocks};
}

static const struct explore_metric *find(const struct fixture *f, enum explore_metric_id id)
{
    const char *name = aj_name_of(explore_metric_names, id);
    for (size_t i = 0; i < f->metrics.count; i++)
        if (strcmp(f->metrics.items[i].name, name) == 0)
            return &f->metrics.items[i];
    return NULL;
}

static const struct explore_metric *metric(const struct fixture *f, enum explore_metric_id id)
{
    const struct explore_metric *m = find(f, id);
    if (m == NULL)
        test_lacks(aj_name_of(explore_metric_names, id));
    return m;
}

static const struct explore_bounds *bounds(const struct fixture *f, enum explore_metric_id id)
{
    const struct explore_bounds *b = metric(f, id)->bounds;
    if (b == NULL)
        test_lacks("bounds");
    return b;
}

static void expect(const struct fixture *f, enum explore_metric_id id, double value, uint64_t count)
{
    const struct explore_metric *m = metric(f, id);
    if (!(fabs(m->value - value) <= 1e-12))
        fail_msg("%s is %g, not %g", m->name, m->value, value);
    assert_int_equal(m->count, count);
    assert_int_equal(m->cpu, 3);
}

static void test_numbers(void **state)
{
    struct fixture *f = *state;
    make(f, 10);
    explore_metrics_of(&f->m, 105000, f->arena, &f->metrics);
    assert_int_equal(f->metrics.count, 9);
    expect(f, EXPLORE_MIN, 10, 1000);
    expect(f, EXPLORE_AVG, 11, 1000);
    expect(f, EXPLORE_P50, 10, 1000);
    expect(f, EXPLORE_P99, 10, 1000);   /* the 990th */
    expect(f, EXPLORE_P999, 108, 1000); /* the 999th */
    expect(f, EXPLORE_MAX, 109, 1000);
    expect(f, EXPLORE_BLOCK_MAX, 104.5, 10);
    expect(f, EXPLORE_EXCEEDING, 0.005, 1000); /* 105 to 109 may be beyond 105 us */
    expect(f, EXPLORE_EXCEEDING_BLOCKS, 0.5, 10);
    assert_null(metric(f, EXPLORE_P99)->bounds);
    /* 2nd and 9th of 10; Clopper-Pearson of 5 of 10 */
    const struct explore_bounds *b = bounds(f, EXPLORE_BLOCK_MAX);
    assert_true(fabs(b->low - 101) <= 0 && fabs(b->high - 108) <= 0);
    b = bounds(f, EXPLORE_EXCEEDING_BLOCKS);
    assert_true(fabs(b->low - 0.1870) < 1e-9 && fabs(b->high - 0.8130) < 1e-9);
}

static void test_without_deadline_and_bounds(void **state)
{
    struct fixture *f = *state;
    make(f, 5);
    explore_metrics_of(&f->m, 0, f->arena, &f->metrics);
    assert_int_equal(f->metrics.count, 7);
    assert_null(metric(f, EXPLORE_BLOCK_MAX)->bounds);
    assert_null(find(f, EXPLORE_EXCEEDING));
}

static void test_thread_without_wakeups(void **state)
{
    struct fixture *f = *state;
    make(f, 1);
    f->threads[0] = (struct model_latency){.cpu = 3};
    explore_metrics_of(&f->m, 1000, f->arena, &f->metrics);
    assert_int_equal(f->metrics.count, 0);
}

static void test_tail_or_note(void **state)
{
    struct fixture *f = *state;
    make(f, 5);
    explore_metrics_tail(&f->m, f->arena, &f->metrics, &f->notes);
    assert_int_equal(f->metrics.count, 0);
    assert_int_equal(f->notes.count, 1);
    assert_non_null(strstr(f->notes.items[0], "CPU 3, only what was seen: that takes 20 blocks"));
    make(f, BLOCKS_MAX); /* they rise: not alike */
    explore_metrics_tail(&f->m, f->arena, &f->metrics, &f->notes);
    assert_int_equal(f->notes.count, 2);
    assert_non_null(strstr(f->notes.items[1], "unlike the first"));
    f->m.block_ns = INT64_C(3600000000000); /* no hour ahead of a block of an hour */
    explore_metrics_tail(&f->m, f->arena, &f->metrics, &f->notes);
    assert_int_equal(f->notes.count, 3);
}

static void test_thresholds(void **state)
{
    struct fixture *f = *state;
    const struct explore_bounds around = {90.0, 120.0};
    struct explore_metric m = {
        .name = "max", .cpu = 2, .value = 100.0, .unit = "us", .count = 7, .of = "blocks"};
    struct explore_threshold t = {
        .below_text = "101 us", .at_least_text = "100 us", .below = 101.0, .at_least = 100.0};
    assert_null(explore_threshold_missed(&m, &t, f->arena));
    t.below = 100.0;
    t.below_text = "100 us";
    assert_string_equal(explore_threshold_missed(&m, &t, f->arena),
                        "max of CPU 2 is 100 us, not below 100 us");
    t.below = HUGE_VAL;
    t.at_least = 100.5;
    t.at_least_text = "100.5 us";
    assert_string_equal(explore_threshold_missed(&m, &t, f->arena),
                        "max of CPU 2 is 100 us, less than 100.5 us");
    /* The whole interval must meet it. */
    m.bounds = &around;
    t.at_least = -HUGE_VAL;
    t.below = 120.5;
    assert_null(explore_threshold_missed(&m, &t, f->arena));
    t.below = 120.0;
    assert_string_equal(
        explore_threshold_missed(&m, &t, f->arena),
        "max of CPU 2 is 100 us, but from 7 blocks it may as well be 120: measure more blocks");
    t.below = HUGE_VAL;
    t.at_least = 90.0;
    assert_null(explore_threshold_missed(&m, &t, f->arena));
    t.at_least = 91.0;
    assert_non_null(strstr(explore_threshold_missed(&m, &t, f->arena), "may as well be 90"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_numbers),
        CASE(test_without_deadline_and_bounds),
        CASE(test_thread_without_wakeups),
        CASE(test_tail_or_note),
        CASE(test_thresholds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
