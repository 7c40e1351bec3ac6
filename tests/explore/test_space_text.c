/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text of decisions: as people read it, there and back, and what is none.
 */
#include "base/num.h"
#include "explore/space.h"
#include "tests/support/spaces.h"
#include "tests/support/support.h"

static const char *const values[] = {"a", "a; b", "a; b; c"};
static const struct explore_space_knob knobs[] = {
    {.name = "odd", .cell = 0, .values = values, .values_count = 3},
    {.name = "odd", .cell = 1, .values = values, .values_count = 3},
};

static struct explore_space with_knobs(uint32_t cpus, struct aj_arena *out)
{
    struct explore_space space = *test_space(cpus, 3, out);
    space.knobs = knobs;
    space.knobs_count = AJ_COUNT(knobs);
    return space;
}

static void test_format(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    const struct explore_space space = with_knobs(4, out);
    struct explore_decision d = explore_decision_new(&space, out);
    d.owner[1] = 1;
    d.owner[3] = 2;
    d.irq_cpu[0] = 2;
    d.bank[0] = 2;
    d.bank[1] = d.bank[2] = 1;
    d.knob[1] = 1;
    assert_string_equal(explore_decision_format(&space, &d, out),
                        "a: 1; b: 3; irq 32: 2; irq 33: 0; irq 34: 0; irq 35: 0; root in bank 2; "
                        "a in bank 1; b in bank 1; odd of root: a; odd of a: a; b");
    aj_arena_close(out);
}

static void test_round_trip(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    static const uint32_t sizes[] = {4, 8, 16};
    struct aj_random random;
    aj_random_seed(&random, 5);
    for (size_t i = 0; i < AJ_COUNT(sizes); i++) {
        const struct explore_space space = with_knobs(sizes[i], out);
        struct explore_decision d = explore_decision_new(&space, out);
        struct explore_decision back = explore_decision_new(&space, out);
        for (uint32_t n = 0; n < 200; n++) {
            assert_true(explore_space_random(&space, &random, 10, &d));
            const char *text = explore_decision_format(&space, &d, out);
            assert_true(explore_decision_parse(&space, text, &back));
            assert_true(explore_decision_equal(&space, &d, &back));
            assert_string_equal(explore_decision_format(&space, &back, out), text);
        }
    }
    aj_arena_close(out);
}

static void test_none(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    struct explore_space space = *test_space(4, 3, out);
    struct explore_decision d = explore_decision_new(&space, out);
    static const char *const bad[] = {
        "",
        "a: 1",
        "a: 1; b: 1; irq 32: 2; irq 33: 0", /* twice the same CPU */
        "a: 1; b: 4; irq 32: 2; irq 33: 0",
        "a: 1; b: x; irq 32: 2; irq 33: 0",
        "a: 1; b: 3; irq 31: 2; irq 33: 0",
        "a: 1; b: 3; irq 32: 9; irq 33: 0",
        "a: 1; b: 3; irq 32 2; irq 33: 0",
        "a: 1; b: 3; irq 32: 2; irq 33: 0; ",
        "a: 1; b: 3; irq 32: 2; irq 33: 0; c: 1",
        "b: 3; a: 1; irq 32: 2; irq 33: 0",
    };
    space.irqs_count = 2;
    space.banks_count = 0;
    assert_true(explore_decision_parse(&space, "a: 1; b: 3; irq 32: 2; irq 33: 0", &d));
    for (size_t i = 0; i < AJ_COUNT(bad); i++) {
        if (explore_decision_parse(&space, bad[i], &d))
            fail_msg("understood '%s'", bad[i]);
    }
    space.irqs_count = 0;
    space.banks_count = 2;
    assert_true(
        explore_decision_parse(&space, "a: 1; b: ; root in bank 0; a in bank 1; b in bank 1", &d));
    assert_false(
        explore_decision_parse(&space, "a: 1; b: ; root in bank 0; a in bank 2; b in bank 1", &d));
    assert_false(explore_decision_parse(&space, "a: 1; b: ; root in bank 0; a in bank 1", &d));
    aj_arena_close(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
