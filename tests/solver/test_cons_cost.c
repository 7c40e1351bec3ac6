/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the solver pays for and what it does not: small cases by hand; test_brute has many. */
#include "tests/solver/fixture.h"

#define CELLS                                                                 \
    "guests:\n"                                                               \
    "  a: {os: bare, cpus: {count: 1}, mem_regions: {ram: {size: 1 MiB}}}\n"  \
    "  b: {os: linux, cpus: {count: 1}, mem_regions: {ram: {size: 2 MiB}}}\n" \
    "constraints:\n"

static void solved(struct fixture *f, const char *constraints)
{
    struct aj_arena *arena = aj_arena_open();
    fixture_open(f, fixture_board, aj_strf(arena, CELLS "%s", constraints));
    fixture_plan(f);
    aj_arena_close(arena);
}

/* Two costs of one CPU add up; a dearer one wins against both. */
static void test_the_cheapest_is_chosen(void **state)
{
    struct fixture f;
    (void)state;
    solved(&f, "- {prefer: {cell: a, cpus: [3]}, cost: 4}\n"
               "- {avoid: {cell: a, cpus: [3]}, cost: 2}\n"
               "- {avoid: {cell: root, cpus: [0, 1, 2]}, cost: 7}\n"
               "- {avoid: [{cell: a, cpus: [3]}, {cell: b, cpus: [2]}], cost: 1}\n");
    assert_string_equal(fixture_cpus(&f, "a"), "3");
    assert_true(aj_cpuset_has(&model_plan_cell(f.plan, "b")->cpus, 2) == false);
    assert_string_equal(f.plan->levels[0].objective, "preferences");
    assert_int_equal(f.plan->levels[0].value, 2 + 7);
    assert_int_equal(f.plan->levels[0].bound, 9);
    fixture_close(&f);
}

static void test_memory_and_knobs(void **state)
{
    struct fixture f;
    (void)state;
    solved(&f, "- {prefer: {cell: b, within: {start: 0x40000000, size: 32 MiB}}, cost: 1}\n"
               "- {prefer: {cell: b, knob: threadirqs, value: on}, cost: 3}\n"
               "- {prefer: {cell: root, knob: governor, value: performance}, cost: 3}\n"
               "- {avoid: {cell: root, knob: governor, value: performance}, cost: 4}\n");
    assert_int_equal(f.plan->levels[0].value, 3);
    assert_in_range(fixture_mem(&f, MODEL_MEM_RAM, "b", "ram")->phys_start, 0x40000000, 0x41e00000);
    assert_int_equal(f.plan->knobs_count, 1);
    assert_string_equal(f.plan->knobs[0].knob, "threadirqs");
    fixture_close(&f);
}

/* An objective before them decides first, and nobody pays for what cannot be otherwise. */
static void test_where_the_list_puts_them(void **state)
{
    struct fixture f;
    (void)state;
    solved(&f,
           "- {prefer: {cell: a, region: ram, within: {start: 0x40000000, size: 1 MiB}}, cost: 1}\n"
           "- {avoid: {cell: a, cpus: [0, 1, 2, 3]}, cost: 5}\n"
           "objectives: [root_keeps, preferences]\n");
    assert_string_equal(f.plan->levels[1].objective, "preferences");
    assert_int_equal(f.plan->levels[1].value, 6);
    assert_int_equal(f.plan->levels_count, 3);
    fixture_close(&f);
    solved(&f, "- {forbid: {cell: a, cpus: [0]}}\nobjectives: [preferences, root_keeps]\n");
    assert_string_equal(f.plan->levels[0].objective, "root_keeps");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_cheapest_is_chosen),
        cmocka_unit_test(test_memory_and_knobs),
        cmocka_unit_test(test_where_the_list_puts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
