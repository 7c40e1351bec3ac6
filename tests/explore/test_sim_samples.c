/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/sim_samples.h"

#include "explore/stats.h"
#include "tests/support/support.h"

#define BLOCKS 10

static const struct explore_sim_samples usual = {
    .cpu = 3, .location_us = 61.5, .tail = 0.1, .cycles = 20000, .blocks = BLOCKS, .bins = 1000};

static void draw(const struct explore_sim_samples *what, uint64_t seed, struct aj_arena *arena,
                 struct model_latency *latencies)
{
    struct aj_random random;
    aj_random_seed(&random, seed);
    explore_sim_samples_draw(what, &random, arena, latencies);
}

static double median_us(const struct model_latency *latencies, size_t count)
{
    double maxima[64];
    for (size_t i = 0; i < count; i++)
        maxima[i] = (double)latencies[i].max_ns / 1000.0;
    explore_stats_sort(maxima, count);
    return explore_stats_median(maxima, count);
}

/* What model/measurement.c demands of a measurement, said again. */
static void check(const struct model_latency *l, const struct explore_sim_samples *what)
{
    uint64_t sum = l->overflow;
    for (size_t i = 0; i < l->histogram.bins_count; i++) {
        const struct model_bin *bin = &l->histogram.bins[i];
        assert_true(bin->count > 0 && bin->at < what->bins);
        assert_true(i == 0 || bin->at > bin[-1].at);
        sum += bin->count;
    }
    assert_int_equal(sum, what->cycles);
    assert_int_equal(l->cycles, what->cycles);
    assert_int_equal(l->cpu, what->cpu);
    assert_true(l->min_ns > 0 && l->min_ns <= l->avg_ns && l->avg_ns <= l->max_ns);
    assert_true(l->overflow > 0 ||
                l->histogram.bins[l->histogram.bins_count - 1].at == (uint64_t)l->max_ns / 1000);
}

static void test_median_is_the_location(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct aj_random random;
        struct model_latency latencies[64];
        struct explore_sim_samples what = usual;
        aj_random_seed(&random, seed);
        what.location_us = 2.0 + 400.0 * aj_random_unit(&random);
        what.tail = 0.4 * aj_random_unit(&random);
        what.cycles = 1 + aj_random_below(&random, 100000);
        what.blocks = 1 + (size_t)aj_random_below(&random, 64);
        draw(&what, seed, arena, latencies);
        for (size_t i = 0; i < what.blocks; i++)
            check(&latencies[i], &what);
        assert_float_equal(median_us(latencies, what.blocks), what.location_us, 0.001);
    }
    aj_arena_close(arena);
}

static void test_same_seed_same_latencies(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct model_latency a[BLOCKS], b[BLOCKS], c[BLOCKS];
    draw(&usual, 1, arena, a);
    draw(&usual, 1, arena, b);
    draw(&usual, 2, arena, c);
    assert_int_equal(a[4].max_ns, b[4].max_ns);
    assert_int_equal(a[4].histogram.bins_count, b[4].histogram.bins_count);
    assert_memory_equal(a[4].histogram.bins, b[4].histogram.bins,
                        a[4].histogram.bins_count * sizeof *a[4].histogram.bins);
    assert_int_not_equal(a[4].max_ns, c[4].max_ns);
    aj_arena_close(arena);
}

/* The greatest of 64 blocks, against their median, over many seeds. */
static double reach(double tail, struct aj_arena *arena)
{
    double sum = 0.0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct model_latency latencies[64];
        struct explore_sim_samples what = usual;
        int64_t max_ns = 0;
        what.tail = tail;
        what.blocks = AJ_COUNT(latencies);
        draw(&what, seed, arena, latencies);
        for (size_t i = 0; i < what.blocks; i++)
            max_ns = latencies[i].max_ns > max_ns ? latencies[i].max_ns : max_ns;
        sum += (double)max_ns / 1000.0 / what.location_us;
    }
    return sum / 20;
}

static void test_tail(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const double thin = reach(0.0, arena), usually = reach(0.1, arena), heavy = reach(0.4, arena);
    assert_true(thin > 1.1 && thin < usually && usually < 2.5 && heavy > 2.5);
    aj_arena_close(arena);
}

static void test_beyond_the_histogram(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct model_latency latencies[BLOCKS];
    struct explore_sim_samples what = usual;
    what.bins = 30;
    draw(&what, 1, arena, latencies);
    for (size_t i = 0; i < BLOCKS; i++) {
        check(&latencies[i], &what);
        assert_true(latencies[i].overflow > 0);
    }
    what.location_us = 1e9; /* a drift that ran away */
    draw(&what, 1, arena, latencies);
    assert_true(latencies[0].max_ns <= 100000000);
    what.location_us = -5.0;
    draw(&what, 1, arena, latencies);
    check(&latencies[0], &what);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_median_is_the_location),
        cmocka_unit_test(test_same_seed_same_latencies),
        cmocka_unit_test(test_tail),
        cmocka_unit_test(test_beyond_the_histogram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
