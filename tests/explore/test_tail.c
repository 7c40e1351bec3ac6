/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tails of simulated latencies, whose true levels are known, and of kinds that must be refused.
 */
#include "explore/tail.h"

#include <math.h>

#include "tests/support/support.h"

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static double uniform(uint64_t *random)
{
    return ((double)(test_random(random) >> 12) + 0.5) * 0x1p-52;
}

/* Gumbel */

static void test_gumbel_known(void **state)
{
    const double two[2] = {0.0, 1.0}, same[3] = {5.0, 5.0, 5.0};
    (void)state;
    /* b0 = 1/2, b1 = 1/2: scale 1/2 / ln 2 */
    near(explore_tail_gumbel(two, 2).scale, 0.5 / log(2.0), 1e-15);
    near(explore_tail_gumbel(two, 2).location, 0.5 - 0.5772156649 * 0.5 / log(2.0), 1e-9);
    near(explore_tail_gumbel(same, 3).scale, 0.0, 1e-12);
    const struct explore_gumbel g = {100.0, 7.0};
    for (double blocks = 2.0; blocks < 1e9; blocks *= 3.0) {
        const double x = explore_tail_level(&g, blocks);
        near(1.0 - exp(-exp(-(x - 100.0) / 7.0)), 1.0 / blocks, 1e-9 / blocks + 1e-15);
    }
}

/* Mean of the estimates over 200 samples of 50: within two standard errors of the truth. */
static void test_gumbel_recovers(void **state)
{
    enum { ROUNDS = 200, COUNT = 50 };
    uint64_t random = test_random_start(21);
    double location = 0.0, scale = 0.0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        double values[COUNT];
        for (size_t i = 0; i < COUNT; i++)
            values[i] = 80.0 - 12.0 * log(-log(uniform(&random)));
        explore_stats_sort(values, COUNT);
        const struct explore_gumbel g = explore_tail_gumbel(values, COUNT);
        location += g.location / ROUNDS;
        scale += g.scale / ROUNDS;
    }
    /* Asymptotic variances are about 1.11 and 0.8 times scale^2 / COUNT. */
    near(location, 80.0, 2.0 * 12.0 * sqrt(1.15 / COUNT / ROUNDS));
    near(scale, 12.0, 2.0 * 12.0 * sqrt(0.85 / COUNT / ROUNDS));
}

/* Excesses */

static double draw_gpd(uint64_t *random, double shape, double scale)
{
    const double u = uniform(random);
    return fabs(shape) < 1e-12 ? -scale * log(u) : scale / shape * (pow(u, -shape) - 1.0);
}

enum { EXCESS_END = 4096 };

static struct explore_excess draw_excess(uint64_t *random, size_t count, double shape, double scale,
                                         uint32_t end, struct model_bin *bins)
{
    static const struct explore_excess none;
    struct explore_excess e = none;
    uint64_t counts[EXCESS_END] = {0};
    e.end = end;
    for (size_t i = 0; i < count; i++) {
        const double y = floor(draw_gpd(random, shape, scale));
        if (y < end)
            counts[(size_t)y]++;
        else
            e.beyond++;
    }
    for (uint32_t at = 0; at < end; at++)
        if (counts[at] > 0)
            bins[e.bins_count++] = (struct model_bin){at, counts[at]};
    e.bins = bins;
    return e;
}

static void test_gpd_recovers(void **state)
{
    static const struct {
        double shape, scale;
        uint32_t end; /* where the histogram ends */
    } truths[] = {{0.0, 15.0, EXCESS_END}, {0.2, 10.0, EXCESS_END}, {-0.2, 30.0, EXCESS_END},
                  {0.0, 15.0, 40},         {0.2, 10.0, 30},         {0.0, 2.0, EXCESS_END}};
    enum { ROUNDS = 60, COUNT = 400 };
    uint64_t random = test_random_start(22);
    struct model_bin bins[EXCESS_END];
    (void)state;
    for (size_t k = 0; k < AJ_COUNT(truths); k++) {
        double shape = 0.0, scale = 0.0;
        for (int round = 0; round < ROUNDS; round++) {
            const struct explore_excess e =
                draw_excess(&random, COUNT, truths[k].shape, truths[k].scale, truths[k].end, bins);
            struct explore_gpd g = {0.0, 0.0};
            assert_true(explore_tail_gpd(&e, &g));
            shape += g.shape / ROUNDS;
            scale += g.scale / ROUNDS / truths[k].scale;
        }
        /* One estimate has a standard error of (1 + shape) / sqrt(COUNT), somewhat more where the
         * histogram ends early; its bias is of the order 1 / COUNT. */
        near(shape, truths[k].shape, 3.0 * 1.4 * 1.2 / sqrt(COUNT * ROUNDS) + 3.0 / COUNT);
        near(scale, 1.0, 3.0 * 1.6 * 1.4 / sqrt(COUNT * ROUNDS) + 3.0 / COUNT);
    }
}

/* The likelihood, term by term, as its definition has it. */
static double likelihood(const struct explore_excess *e, double shape, double scale)
{
    double sum = 0.0;
    for (size_t i = 0; i < e->bins_count; i++) {
        const double y = (double)e->bins[i].at;
        const double from = pow(1.0 + shape * y / scale, -1.0 / shape);
        const double to = pow(1.0 + shape * (y + 1.0) / scale, -1.0 / shape);
        sum += (double)e->bins[i].count * log(from - to);
    }
    return sum - (double)e->beyond * log(1.0 + shape * (double)e->end / scale) / shape;
}

static void test_gpd_is_the_maximum(void **state)
{
    uint64_t random = test_random_start(23);
    struct model_bin bins[EXCESS_END];
    (void)state;
    for (int round = 0; round < 20; round++) {
        const struct explore_excess e =
            draw_excess(&random, 100, 0.1, 12.0, round % 2 == 0 ? EXCESS_END : 40, bins);
        struct explore_gpd g = {0.0, 0.0};
        assert_true(explore_tail_gpd(&e, &g));
        const double best = likelihood(&e, g.shape, g.scale);
        for (double shape = -0.4; shape < 0.8; shape += 0.021)
            for (double scale = 4.0; scale < 30.0; scale *= 1.05) {
                const double other = likelihood(&e, shape, scale);
                assert_true(!(other > best + 1e-3)); /* also true where it is no number */
            }
    }
}

static void test_gpd_of_odd_data(void **state)
{
    static const struct model_bin one[] = {{0, 50}}, far[] = {{0, 1}, {4000000000U, 49}};
    struct explore_gpd g;
    const struct explore_excess odd[] = {
        {one, 1, 0, 1},   {one, 1, 50, 1},   {far, 2, 0, UINT32_MAX},
        {NULL, 0, 0, 10}, {NULL, 0, 50, 10}, {far, 2, UINT64_MAX / 2, UINT32_MAX},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(odd); i++)
        if (explore_tail_gpd(&odd[i], &g))
            assert_true(isfinite(g.shape) && isfinite(g.scale) && g.scale > 0.0);
}

/* Estimates */

enum { BINS = 4000, PER_BLOCK = 5000 };

/* One latency in us; `block` of `blocks`. */
typedef double sampler(uint64_t *random, size_t block, size_t blocks, double *memory);

static double exponential(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    (void)block, (void)blocks, (void)memory;
    return 5.0 - 8.0 * log(uniform(random));
}

static double drifting(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    return exponential(random, block, blocks, memory) * (block < blocks / 2 ? 1.0 : 1.6);
}

/* Interference that comes and goes over some blocks. */
static double waves(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    return exponential(random, block, blocks, memory) * (1.5 + sin((double)block * 0.7));
}

static double pareto(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    (void)block, (void)blocks, (void)memory;
    return 5.0 + 2.0 * (pow(uniform(random), -0.6) - 1.0);
}

/* A second kind of disturbance, rare and long: in one block of four. */
static double mixture(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    if (uniform(random) < 0.25 / PER_BLOCK)
        return 900.0 + 50.0 * uniform(random);
    return exponential(random, block, blocks, memory);
}

static double constant(uint64_t *random, size_t block, size_t blocks, double *memory)
{
    (void)random, (void)block, (void)blocks, (void)memory;
    return 7.0;
}

static struct model_block simulate(uint64_t *random, sampler *sample, size_t block, size_t blocks,
                                   struct aj_arena *out)
{
    struct model_latency *t = AJ_NEW(out, struct model_latency);
    uint64_t *counts = AJ_NEW_ARRAY(out, uint64_t, BINS);
    struct model_bin *bins = AJ_NEW_ARRAY(out, struct model_bin, BINS);
    double memory = 0.0;
    t->cycles = PER_BLOCK;
    for (size_t i = 0; i < PER_BLOCK; i++) {
        const double us = floor(sample(random, block, blocks, &memory));
        t->max_ns = (int64_t)us * 1000 > t->max_ns ? (int64_t)us * 1000 : t->max_ns;
        if (us < BINS)
            counts[(size_t)us]++;
        else
            t->overflow++;
    }
    t->histogram.bins = bins;
    for (uint32_t at = 0; at < BINS; at++)
        if (counts[at] > 0)
            bins[t->histogram.bins_count++] = (struct model_bin){at, counts[at]};
    return (struct model_block){t, 1};
}

static struct explore_tail tail_of(uint64_t *random, sampler *sample, size_t blocks, double ahead)
{
    struct aj_arena *arena = aj_arena_open();
    struct model_block *b = AJ_NEW_ARRAY(arena, struct model_block, blocks);
    for (size_t i = 0; i < blocks; i++)
        b[i] = simulate(random, sample, i, blocks, arena);
    const struct model_measurement m = {
        .bin_ns = 1000, .bins = BINS, .blocks = b, .blocks_count = blocks};
    const struct explore_tail t = explore_tail_estimate(&m, 0, ahead, arena);
    aj_arena_close(arena);
    return t;
}

/* Exponential latencies have Gumbel maxima: nearly always accepted, and the level is near. */
static void test_accepts_what_is_so(void **state)
{
    enum { ROUNDS = 24, BLOCKS = 40 };
    const double ahead = 600.0;
    /* exceeded by one of PER_BLOCK samples once in `ahead` blocks */
    const double truth = 5.0 - 8.0 * log(1.0 - pow(1.0 - 1.0 / ahead, 1.0 / PER_BLOCK));
    uint64_t random = test_random_start(31);
    unsigned accepted = 0, covered = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        const struct explore_tail t = tail_of(&random, exponential, BLOCKS, ahead);
        if (t.verdict != EXPLORE_TAIL_ACCEPTED)
            continue;
        accepted++;
        assert_true(t.bounds.low <= t.level_us && t.level_us <= t.bounds.high);
        covered += t.bounds.low - 1.0 <= truth && truth <= t.bounds.high + 1.0;
    }
    /* A tenth or so is refused without need; percentile intervals of 40 blocks cover somewhat less
     * than they say. */
    assert_true(accepted >= ROUNDS * 3 / 4);
    assert_true(covered >= accepted * 8 / 10);
}

static void refuses(sampler *sample, const char *what, enum explore_tail_verdict usual)
{
    enum { ROUNDS = 10, BLOCKS = 60 };
    uint64_t random = test_random_start(32);
    unsigned refused = 0, as_usual = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const struct explore_tail t = tail_of(&random, sample, BLOCKS, 600.0);
        refused += t.verdict != EXPLORE_TAIL_ACCEPTED;
        as_usual += t.verdict == usual;
    }
    if (refused < ROUNDS * 9 / 10 || as_usual == 0)
        fail_msg("%s: %u of %d refused, %u for '%s'", what, refused, ROUNDS, as_usual,
                 explore_tail_verdict_text(usual));
}

static void test_refuses_what_is_not(void **state)
{
    (void)state;
    refuses(drifting, "a drift", EXPLORE_TAIL_CHANGED);
    refuses(waves, "waves", EXPLORE_TAIL_DEPENDENT);
    refuses(pareto, "a heavy tail", EXPLORE_TAIL_MISFIT);
    refuses(mixture, "a mixture", EXPLORE_TAIL_MISFIT);
    refuses(constant, "always the same", EXPLORE_TAIL_COARSE);
}

static void test_few_blocks(void **state)
{
    uint64_t random = test_random_start(33);
    (void)state;
    assert_int_equal(tail_of(&random, exponential, 19, 600.0).verdict, EXPLORE_TAIL_FEW_BLOCKS);
    assert_int_not_equal(tail_of(&random, exponential, 20, 600.0).verdict, EXPLORE_TAIL_FEW_BLOCKS);
}

/* The same measurement has the same estimate. */
static void test_is_reproducible(void **state)
{
    uint64_t a = test_random_start(34), b = a;
    (void)state;
    const struct explore_tail x = tail_of(&a, exponential, 30, 600.0);
    const struct explore_tail y = tail_of(&b, exponential, 30, 600.0);
    assert_memory_equal(&x, &y, sizeof x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gumbel_known),        cmocka_unit_test(test_gumbel_recovers),
        cmocka_unit_test(test_gpd_recovers),        cmocka_unit_test(test_gpd_is_the_maximum),
        cmocka_unit_test(test_gpd_of_odd_data),     cmocka_unit_test(test_accepts_what_is_so),
        cmocka_unit_test(test_refuses_what_is_not), cmocka_unit_test(test_few_blocks),
        cmocka_unit_test(test_is_reproducible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
