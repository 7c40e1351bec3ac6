/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each level by itself: the first never excludes a decision that would do, the second gives decisions
 * of the image that would.
 */
#include "explore/program.h"

#include <math.h>

#include "tests/support/acquisition.h"
#include "tests/support/support.h"

#define RUNS  8
#define NODES 1000000

static struct explore_image image_of(const struct test_acquisition *f,
                                     const struct explore_decision *d)
{
    const struct explore_space *space = f->w.space;
    struct explore_image image = explore_image_new(f->acquire.layout, f->w.arena);
    for (uint32_t p = 0; p < space->cpus_count; p++)
        image.count[d->owner[p] * f->acquire.layout->clusters_count + space->cpus[p].cluster]++;
    for (uint32_t c = 0; c < space->cells_count; c++)
        image.bank[c] = d->bank[c];
    return image;
}

/* With a decision's own value as the limit, both levels find some decision of its value or better. */
static void test_finds(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 1, RUNS);
    struct explore_decision d = explore_decision_new(f.w.space, f.w.arena);
    struct explore_decision found = explore_decision_new(f.w.space, f.w.arena);
    for (uint32_t i = 0; i < 50; i++) {
        assert_true(explore_space_random(f.w.space, &f.w.random, 100, &d));
        struct explore_program program = {.acquire = &f.acquire,
                                          .percent = explore_acquire_value(&f.acquire, &d),
                                          .nodes = NODES};
        struct explore_image image = image_of(&f, &d);
        enum explore_verdict verdict;
        assert_int_equal(explore_program_cpus(&f.w.cx, &program, &image, NULL, 0, &found, &verdict),
                         AJ_OK);
        assert_int_equal(verdict, EXPLORE_VERDICT_FOUND);
        assert_true(explore_space_allows(f.w.space, &found));
        assert_true(explore_acquire_value(&f.acquire, &found) < 1.001 * program.percent);
        assert_int_equal(explore_program_clusters(&f.w.cx, &program, NULL, 0, &image, &verdict),
                         AJ_OK);
        assert_int_equal(verdict, EXPLORE_VERDICT_FOUND);
        assert_true(program.nodes < NODES);
    }
    test_world_close(&f.w);
}

/* Images and decisions that are excluded do not come again; in the end there is none left. */
static void test_excludes(void **state)
{
    (void)state;
    enum { MOST = 100 };
    struct test_acquisition f;
    struct explore_image images[MOST];
    struct explore_decision decisions[MOST];
    test_acquisition_open(&f, 2, RUNS);
    struct explore_program program = {
        .acquire = &f.acquire, .percent = 1.02 * test_acquisition_least(&f), .nodes = NODES};
    enum explore_verdict verdict = EXPLORE_VERDICT_FOUND;
    size_t count = 0;
    while (verdict == EXPLORE_VERDICT_FOUND && count < MOST) {
        images[count] = explore_image_new(f.acquire.layout, f.w.arena);
        assert_int_equal(
            explore_program_clusters(&f.w.cx, &program, images, count, &images[count], &verdict),
            AJ_OK);
        count++;
    }
    assert_int_equal(verdict, EXPLORE_VERDICT_NONE);
    assert_true(count > 1);
    verdict = EXPLORE_VERDICT_FOUND;
    program.percent *= 2.0;
    for (count = 0; verdict == EXPLORE_VERDICT_FOUND && count < MOST; count++) {
        decisions[count] = explore_decision_new(f.w.space, f.w.arena);
        assert_int_equal(explore_program_cpus(&f.w.cx, &program, &images[0], decisions, count,
                                              &decisions[count], &verdict),
                         AJ_OK);
        for (size_t i = 0; i < count && verdict == EXPLORE_VERDICT_FOUND; i++)
            assert_false(explore_decision_equal(f.w.space, &decisions[i], &decisions[count]));
    }
    assert_int_equal(verdict, EXPLORE_VERDICT_NONE);
    assert_true(count > 2);
    test_world_close(&f.w);
}

/* Half of what the best decision needs is not enough for any. */
static void test_none(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 3, RUNS);
    struct explore_program program = {
        .acquire = &f.acquire, .percent = 0.5 * test_acquisition_least(&f), .nodes = NODES};
    struct explore_image image = explore_image_new(f.acquire.layout, f.w.arena);
    enum explore_verdict verdict;
    assert_int_equal(explore_program_clusters(&f.w.cx, &program, NULL, 0, &image, &verdict), AJ_OK);
    assert_int_equal(verdict, EXPLORE_VERDICT_NONE);
    program.nodes = 0;
    assert_int_equal(explore_program_clusters(&f.w.cx, &program, NULL, 0, &image, &verdict), AJ_OK);
    assert_int_equal(verdict, EXPLORE_VERDICT_LIMIT);
    test_world_close(&f.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds),
        cmocka_unit_test(test_excludes),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
