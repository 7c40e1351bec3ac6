/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the solver says of its plans is what they are worth when they are given by hand. */
#include "solver/evaluate.h"

#include "tests/solver/fixture.h"
#include "tests/solver/random_problem.h"

#define FIRST_SEED 70000u
#define INSTANCES  150u

static void test_own_plans(void **state)
{
    uint32_t compared = 0;
    (void)state;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + INSTANCES; seed++) {
        struct fixture f = {.arena = aj_arena_open()};
        const struct random_problem p = random_problem_make(f.arena, seed);
        const struct model_plan_level *levels;
        size_t count;
        aj_ctx_open(&f.cx);
        f.board = p.board;
        f.req = p.req;
        if (fixture_solve(&f) == AJ_OK) {
            assert_int_equal(
                solver_evaluate(&f.cx, f.board, f.req, f.plan, f.arena, &levels, &count), AJ_OK);
            if (count + 1 != f.plan->levels_count)
                fail_msg("seed %llu: no values", (unsigned long long)seed);
            for (size_t i = 0; i < count; i++) {
                assert_string_equal(levels[i].objective, f.plan->levels[i].objective);
                if (levels[i].value != f.plan->levels[i].value)
                    fail_msg("seed %llu: %s %lld, the solver says %lld", (unsigned long long)seed,
                             levels[i].objective, (long long)levels[i].value,
                             (long long)f.plan->levels[i].value);
            }
            compared++;
        }
        fixture_close(&f);
    }
    print_message("seeds %u..%u: %u plans\n", FIRST_SEED, FIRST_SEED + INSTANCES - 1, compared);
    assert_true(compared > INSTANCES / 5);
}

static const char cells[] = "guests:\n"
                            "  plc: {os: bare, cpus: {count: 1}, realtime: {period: 1 ms}}\n";

/* Another CPU beside the same cache is as good; one whose neighbour is the root's is worse. */
static void test_a_worse_plan(void **state)
{
    struct fixture f;
    const struct model_plan_level *levels;
    size_t count;
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    struct model_plan plan = *f.plan;
    struct model_plan_mem *memory =
        aj_memdup(f.arena, plan.memory, plan.memory_count * sizeof *memory);
    plan.memory = memory;
    assert_int_equal(solver_evaluate(&f.cx, f.board, f.req, &plan, f.arena, &levels, &count),
                     AJ_OK);
    assert_int_equal(count, 4);
    const int64_t best = levels[3].value;
    for (size_t i = 0; i < plan.memory_count; i++)
        memory[i].phys_start -= 0x40000000; /* the same places of the lower bank */
    assert_int_equal(solver_evaluate(&f.cx, f.board, f.req, &plan, f.arena, &levels, &count),
                     AJ_OK);
    assert_int_equal(levels[3].objective[0], 'r');
    assert_true(levels[3].value > best);
    /* Nowhere in memory: no value. */
    memory[0].phys_start = 0;
    assert_int_equal(solver_evaluate(&f.cx, f.board, f.req, &plan, f.arena, &levels, &count),
                     AJ_OK);
    assert_int_equal(count, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_plans),
        cmocka_unit_test(test_a_worse_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
