/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The posterior against truths that are known: what it predicts, how sure it says it is, and what
 * robust weights, bounds and offsets are for.
 */
#include "explore/surrogate.h"

#include <math.h>

#include "tests/support/support.h"
#include "tests/support/world.h"

#define CPUS    8
#define RUNS    40
#define REPEATS 4

static void open_world(struct test_world *w, uint64_t seed, double noise)
{
    struct explore_sim_options options = EXPLORE_SIM_OPTIONS;
    options.seed = seed;
    options.noise = noise;
    test_world_open(w, CPUS, &options);
    test_world_measure_random(w, RUNS);
}

static const struct explore_surrogate *fit(const struct test_world *w, uint32_t draws)
{
    const struct explore_surrogate_options options = {.seed = 1, .draws = draws};
    return explore_surrogate_fit(w->space, &w->history, &options, w->arena);
}

/* Root of the mean square of (prediction - truth), and how often the truth is within 2 sd. */
struct quality {
    double error, spread, covered;
};

static struct quality judge(struct test_world *w, const struct explore_surrogate *s)
{
    struct explore_decision d = explore_decision_new(w->space, w->arena);
    struct explore_term *terms =
        AJ_NEW_ARRAY(w->arena, struct explore_term, explore_layout_terms_max(&s->layout));
    double squares = 0.0, around = 0.0, total = 0.0, covered = 0.0, count = 0.0;
    for (uint32_t i = 0; i < 200; i++) {
        double truth[CPUS], us[CPUS], sum[CPUS] = {0}, square[CPUS] = {0};
        assert_true(explore_space_random(w->space, &w->random, 100, &d));
        explore_sim_truth(w->sim, &d, truth);
        for (uint32_t k = 0; k < s->draws_count; k++) {
            explore_surrogate_predict(&s->layout, &s->draws[k], &d, terms, us);
            for (uint32_t p = 0; p < CPUS; p++) {
                sum[p] += us[p];
                square[p] += us[p] * us[p];
            }
        }
        for (uint32_t p = 0; p < CPUS; p++) {
            if (isnan(truth[p]))
                continue;
            const double mean = sum[p] / s->draws_count;
            const double sd = sqrt(fmax(square[p] / s->draws_count - mean * mean, 0.0));
            squares += (mean - truth[p]) * (mean - truth[p]);
            covered += fabs(mean - truth[p]) < 2.0 * s->widen * sd ? 1.0 : 0.0;
            total += truth[p];
            around += truth[p] * truth[p];
            count += 1.0;
        }
    }
    return (struct quality){
        .error = sqrt(squares / count),
        .spread = sqrt(around / count - total / count * (total / count)),
        .covered = covered / count,
    };
}

/* Most of what differs between decisions is explained. */
static void test_predicts(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct test_world w;
        open_world(&w, seed, 1.0);
        const struct quality q = judge(&w, fit(&w, 40));
        if (q.error > 0.5 * q.spread)
            fail_msg("seed %u: error %g of %g", (unsigned)seed, q.error, q.spread);
        test_world_close(&w);
    }
}

/* The share of the truth within 2 standard deviations, where intervals are told. */
static double covered(const struct explore_sim_options *sim, uint64_t first, uint32_t seeds)
{
    double sum = 0.0;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        const struct explore_surrogate_options options = {
            .seed = seed, .draws = 64, .effort = EXPLORE_EFFORT_REPORT};
        struct explore_sim_options one = *sim;
        struct test_world w;
        one.seed = seed;
        test_world_open(&w, CPUS, &one);
        test_world_measure_random(&w, RUNS - REPEATS);
        for (uint32_t i = 0; i < REPEATS; i++)
            test_world_measure(&w, &w.decisions[0]);
        const struct explore_surrogate *s =
            explore_surrogate_fit(w.space, &w.history, &options, w.arena);
        assert_true(s->widen >= 1.0);
        sum += judge(&w, s).covered;
        test_world_close(&w);
    }
    return sum / seeds;
}

/* They hold what they should, 95 %; and not much less where the model does not hold. */
static void test_covers(void **state)
{
    (void)state;
    const struct explore_sim_options model = EXPLORE_SIM_OPTIONS;
    const struct explore_sim_options other = {
        .hidden = 1, .pair_spread = 0.4, .noise = 3, .three_way = 10, .wrong_clusters = true};
    const double where_it_holds = covered(&model, 21, 3);
    if (where_it_holds < 0.95)
        fail_msg("covered %g", where_it_holds);
    const double elsewhere = covered(&other, 21, 3);
    if (elsewhere < 0.9)
        fail_msg("covered %g", elsewhere);
}

/* A hang of 20 ms in three of forty runs hardly changes what is predicted. */
static void test_robust(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 4, 1.0);
    const double without = judge(&w, fit(&w, 40)).error;
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t p = 0; p < CPUS; p++)
            w.us[10 * i][p] += 20000.0;
    }
    const double with = judge(&w, fit(&w, 40)).error;
    if (with > 1.6 * without + 1.0)
        fail_msg("error %g without, %g with hangs", without, with);
    test_world_close(&w);
}

static double mean_of(const struct explore_surrogate *s, enum explore_block block, uint32_t at)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < s->draws_count; i++)
        sum += s->draws[i].coef[s->layout.first[block] + at];
    return sum / s->draws_count;
}

/* Another board is 8 us slower, and from the middle on everything 5 us: both are found. */
static void test_offsets(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 5, 1.0);
    for (uint32_t i = 0; i < RUNS; i++) {
        w.runs[i].board = i % 2 == 0 ? 7 : 3; /* any numbers */
        w.runs[i].epoch = i / 20;
        for (uint32_t p = 0; p < CPUS; p++)
            w.us[i][p] += (i % 2 == 0 ? 0.0 : 8.0) + (i < 20 ? 0.0 : 5.0);
    }
    const struct explore_surrogate *s = fit(&w, 60);
    assert_int_equal(s->layout.boards_count, 2);
    assert_int_equal(s->layout.epochs_count, 2);
    const double board = mean_of(s, EXPLORE_BLOCK_BOARD, 1);
    const double epoch = mean_of(s, EXPLORE_BLOCK_EPOCH, 1);
    if (fabs(board - 8.0) > 2.5 || fabs(epoch - 5.0) > 2.5)
        fail_msg("board %g, epoch %g", board, epoch);
    test_world_close(&w);
}

/* Scores twice as large: twice as large predictions, as priors are scaled. */
static void test_scale(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 6, 1.0);
    const double once = mean_of(fit(&w, 10), EXPLORE_BLOCK_BASE, 1);
    for (uint32_t i = 0; i < RUNS; i++) {
        for (uint32_t p = 0; p < CPUS; p++)
            w.us[i][p] *= 2.0;
    }
    const double twice = mean_of(fit(&w, 10), EXPLORE_BLOCK_BASE, 1);
    assert_true(fabs(twice / once - 2.0) < 1e-6);
    test_world_close(&w);
}

/* Disturbances are never negative, and bend to the ceiling. */
static void test_signs(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 7, 3.0);
    const struct explore_surrogate *s = fit(&w, 10);
    for (uint32_t i = 0; i < s->draws_count; i++) {
        assert_true(s->draws[i].ceiling > 0.0);
        for (uint32_t j = s->layout.first[EXPLORE_BLOCK_PAIR]; j < s->layout.first[EXPLORE_BLOCKS];
             j++)
            assert_true(s->draws[i].coef[j] >= 0.0);
    }
    assert_true(fabs(explore_surrogate_bend(1e-6, 80.0) - 1e-6) < 1e-12);
    assert_true(explore_surrogate_bend(1e6, 80.0) <= 80.0);
    test_world_close(&w);
}

/* Runs that were ended early at a bound tell that it is worse, not that it is the bound. */
static void test_censored(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 8, 1.0);
    const double exact = judge(&w, fit(&w, 40)).error;
    for (uint32_t i = 0; i < RUNS; i++) {
        double worst = 0.0;
        for (uint32_t p = 0; p < CPUS; p++)
            worst = isnan(w.us[i][p]) ? worst : fmax(worst, w.us[i][p]);
        w.runs[i].censored = worst > 85.0;
        for (uint32_t p = 0; p < CPUS && w.runs[i].censored; p++)
            w.us[i][p] = fmin(w.us[i][p], 60.0);
    }
    const double bound = judge(&w, fit(&w, 40)).error;
    for (uint32_t i = 0; i < RUNS; i++)
        w.runs[i].censored = false;
    const double taken = judge(&w, fit(&w, 40)).error;
    if (bound > taken || exact > bound)
        fail_msg("error %g exact, %g as bounds, %g as scores", exact, bound, taken);
    test_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predicts), cmocka_unit_test(test_covers),
        cmocka_unit_test(test_robust),   cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_scale),    cmocka_unit_test(test_signs),
        cmocka_unit_test(test_censored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
