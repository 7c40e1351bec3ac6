/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against an earlier plan as little as possible changes, and what need not change does not. */
#include "tests/solver/fixture.h"
#include "tests/solver/random_problem.h"

#define FIRST_SEED 80000u
#define INSTANCES  120u

static const char cells[] = "root: {cpus: {count: 1}}\n"
                            "guests:\n"
                            "  a: {os: bare, cpus: {count: 1}, mem_regions: {m: {size: 2 MiB}}}\n"
                            "  b: {os: bare, cpus: {count: 2}, mem_regions: {m: {size: 4 MiB}}}\n";

static enum aj_status solve_like(struct fixture *f, const struct model_plan *earlier)
{
    const struct solver_options options = {.earlier = earlier};
    f->plan = NULL;
    return solver_solve(&f->cx, f->board, f->req, &options, f->arena, &f->plan);
}

static const struct model_plan_level *stability(const struct fixture *f)
{
    static const struct model_plan_level none;
    for (size_t i = 0; i < f->plan->levels_count; i++) {
        if (strcmp(f->plan->levels[i].objective, "stability") == 0) {
            /* right before the total order */
            assert_int_equal(i + 2, f->plan->levels_count);
            return &f->plan->levels[i];
        }
    }
    fail_msg("there is no such level");
    return &none;
}

/* The CPUs of a and b the other way round: nobody would choose that, and nobody changes it. */
static void test_stays_as_it_was(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    assert_string_equal(fixture_cpus(&f, "a"), "1");
    assert_string_equal(fixture_cpus(&f, "b"), "2-3");
    struct model_plan earlier = *f.plan;
    struct model_plan_cell *owners =
        aj_memdup(f.arena, earlier.cells, earlier.cells_count * sizeof *owners);
    struct model_plan_mem *memory =
        aj_memdup(f.arena, earlier.memory, earlier.memory_count * sizeof *memory);
    aj_cpuset_add(&owners[1].cpus, 3);
    aj_cpuset_sub(&owners[1].cpus, &f.plan->cells[1].cpus);
    owners[2].cpus = f.plan->cells[2].cpus;
    aj_cpuset_sub(&owners[2].cpus, &owners[1].cpus);
    aj_cpuset_or(&owners[2].cpus, &f.plan->cells[1].cpus);
    for (size_t i = 0; i < earlier.memory_count; i++)
        memory[i].phys_start -= AJ_MIB(8);
    earlier.cells = owners;
    earlier.memory = memory;
    assert_int_equal(solve_like(&f, &earlier), AJ_OK);
    assert_string_equal(fixture_cpus(&f, "a"), "3");
    assert_string_equal(fixture_cpus(&f, "b"), "1-2");
    assert_int_equal(stability(&f)->value, 0);
    assert_int_equal(stability(&f)->bound, 0);
    for (size_t i = 0; i < earlier.memory_count; i++)
        assert_int_equal(f.plan->memory[i].phys_start, memory[i].phys_start);
    fixture_close(&f);
}

/* A board that lost a CPU and half of its memory: what is still possible stays. */
static void test_a_board_that_changed(void **state)
{
    static const char fewer[] =
        "guests:\n"
        "  b: {os: bare, cpus: {count: 1}, mem_regions: {m: {size: 4 MiB}}}\n"
        "  new: {os: bare, cpus: {count: 1}}\n";
    struct fixture f, g;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    fixture_open(&g,
                 fixture_board_with(texts, "ram1: {phys_start: 0x80000000, size: 64 MiB",
                                    "ram1: {phys_start: 0x80000000, size: 2 MiB"),
                 fewer);
    assert_int_equal(solve_like(&g, f.plan), AJ_OK);
    assert_int_equal(test_count(&g.cx, "stability-gone"), 1);
    /* b keeps one of its two; a is gone, and its CPU free */
    assert_true(strcmp(fixture_cpus(&g, "b"), "2") == 0 || strcmp(fixture_cpus(&g, "b"), "3") == 0);
    assert_int_equal(stability(&g)->value, 1);
    fixture_close(&g);
    fixture_close(&f);
    aj_arena_close(texts);
}

static void same_plan(const struct model_plan *a, const struct model_plan *b, uint64_t seed)
{
    bool same = a->memory_count == b->memory_count && a->irqs_count == b->irqs_count;
    for (size_t i = 0; i < a->cells_count; i++)
        same = same && aj_cpuset_equal(&a->cells[i].cpus, &b->cells[i].cpus) &&
               a->cells[i].vpci_irq_base == b->cells[i].vpci_irq_base;
    for (size_t i = 0; same && i < a->memory_count; i++)
        same = a->memory[i].phys_start == b->memory[i].phys_start;
    if (!same)
        fail_msg("seed %llu: another plan", (unsigned long long)seed);
}

/* The best plan is as like itself as can be; goals that come first do not suffer. */
static void test_like_itself(void **state)
{
    uint32_t plans = 0;
    (void)state;
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + INSTANCES; seed++) {
        struct fixture f = {.arena = aj_arena_open()};
        const struct random_problem p = random_problem_make(f.arena, seed);
        aj_ctx_open(&f.cx);
        f.board = p.board;
        f.req = p.req;
        if (fixture_solve(&f) == AJ_OK) {
            const struct model_plan *best = f.plan;
            assert_int_equal(solve_like(&f, best), AJ_OK);
            assert_int_equal(stability(&f)->value, 0);
            for (size_t i = 0; i + 2 < f.plan->levels_count; i++)
                assert_int_equal(f.plan->levels[i].value, best->levels[i].value);
            same_plan(best, f.plan, seed);
            plans++;
        }
        fixture_close(&f);
    }
    print_message("seeds %u..%u: %u plans\n", FIRST_SEED, FIRST_SEED + INSTANCES - 1, plans);
    assert_true(plans > INSTANCES / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stays_as_it_was),
        cmocka_unit_test(test_a_board_that_changed),
        cmocka_unit_test(test_like_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
