/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/search.h"

#include "solver/backend_glpk.h"
#include "tests/solver/fixture.h"

static void build(struct fixture *f)
{
    fixture_open(f, fixture_board,
                 "guests:\n"
                 "  a: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}\n"
                 "  b: {os: linux, mem_regions: {m: {size: 8 MiB}}}\n"
                 "shmem: {l: {protocol: IVETH, size: 1 MiB, peers: [root, b]}}\n");
    fixture_build(f);
}

static void test_any_answer(void **state)
{
    const struct solver_search_options options = {.limits = {.deadline_ns = INT64_MAX}};
    struct solver_outcome outcome;
    struct fixture f;
    (void)state;
    build(&f);
    const size_t rows = f.model.ip.rows.count;
    assert_int_equal(solver_search(&f.cx, &f.model, &options, f.arena, &outcome), AJ_OK);
    assert_false(outcome.infeasible);
    assert_int_equal(outcome.levels_count, 0);
    assert_null(solver_ip_broken(&f.model.ip, outcome.values));
    assert_int_equal(f.model.ip.rows.count, rows);
    fixture_close(&f);
}

static void test_levels_in_order(void **state)
{
    static const struct model_priority objectives[] = {{MODEL_OBJECTIVE_ROOT_KEEPS, 0, 1},
                                                       {MODEL_OBJECTIVE_ISOLATION, 1, 1},
                                                       {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 2, 1}};
    const struct solver_search_options options = {
        .objectives = objectives, .objectives_count = 3, .limits = {.deadline_ns = INT64_MAX}};
    struct solver_outcome outcome;
    struct fixture f;
    (void)state;
    build(&f);
    assert_int_equal(solver_search(&f.cx, &f.model, &options, f.arena, &outcome), AJ_OK);
    assert_int_equal(outcome.levels_count, 3);
    assert_int_equal(outcome.status, MODEL_PLAN_OPTIMAL);
    assert_string_equal(outcome.levels[0].objective, "root_keeps");
    assert_int_equal(outcome.levels[0].value, 1);
    assert_string_equal(outcome.levels[1].objective, "isolation");
    assert_int_equal(outcome.levels[1].value, 2);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(outcome.levels[i].value, outcome.levels[i].bound);
    fixture_close(&f);
}

/* What comes first wins: the boot CPU for the root, or two CPUs at the same cache for `a`. */
static void test_the_order_decides(void **state)
{
    static const char cells[] =
        "root: {cpus: {count: 2}}\n"
        "guests: {a: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}}\n"
        "constraints: [{forbid: {cell: a, cpus: [3]}}]\n"
        "objectives: [%s]\n";
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    fixture_open(&f, fixture_board, aj_strf(texts, cells, "isolation, root_keeps"));
    fixture_plan(&f);
    assert_string_equal(fixture_cpus(&f, "root"), "2-3");
    fixture_close(&f);
    fixture_open(&f, fixture_board, aj_strf(texts, cells, "root_keeps, isolation"));
    fixture_plan(&f);
    assert_string_equal(fixture_cpus(&f, "root"), "0,3");
    assert_int_equal(f.plan->levels_count, 3); /* the total order is always there */
    fixture_close(&f);
    fixture_open(&f, fixture_board, aj_strf(texts, cells, "smallest_numbers, isolation"));
    fixture_plan(&f);
    assert_string_equal(fixture_cpus(&f, "root"), "0,3");
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_no_time(void **state)
{
    struct solver_search_options options = {.limits = {.deadline_ns = solver_clock_ns()}};
    struct solver_outcome outcome;
    struct fixture f;
    (void)state;
    build(&f);
    assert_int_equal(solver_search(&f.cx, &f.model, &options, f.arena, &outcome), AJ_ERR_LIMIT);
    test_one_error(&f.cx, "time-limit", 0, 0);
    fixture_close(&f);
}

static void test_interrupted(void **state)
{
    const struct solver_search_options options = {.limits = {.deadline_ns = INT64_MAX}};
    volatile int cancel = 1;
    struct solver_outcome outcome;
    struct fixture f;
    (void)state;
    build(&f);
    f.cx.cancel = &cancel;
    assert_int_equal(solver_search(&f.cx, &f.model, &options, f.arena, &outcome), AJ_INTERRUPTED);
    fixture_close(&f);
}

/*
 * 17 sizes from 2 to 18 pages, and 4 pages aligned to 4, in just as much RAM, which ends one page
 * above a multiple of 4: the first order fails, and there are too many to try them all.
 */
static void test_too_full_to_prove(void **state)
{
    static const char board[] =
        "arch: arm\n"
        "cpus: {0: {}, 1: {}}\n"
        "memory_regions: {ram: {phys_start: 0x50003000, size: 0xae000, type: ram}}\n";
    struct fixture f;
    struct aj_buf cells = {0};
    (void)state;
    aj_buf_adds(&cells, "root: {hypervisor_memory: {size: 8 KiB}}\n"
                        "guests: {a: {os: bare, mem_regions: {\n"
                        " m: {size: 16 KiB, alignment: 16 KiB},\n");
    for (uint32_t pages = 3; pages <= 18; pages++)
        aj_buf_addf(&cells, " r%u: {size: %u KiB, alignment: 4 KiB},\n", pages, 4 * pages);
    aj_buf_adds(&cells, "}}}\n");
    fixture_open(&f, board, aj_buf_text(&cells));
    assert_int_equal(fixture_solve(&f), AJ_ERR_LIMIT);
    test_one_error(&f.cx, "search-limit", 0, 0);
    fixture_close(&f);
    aj_buf_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_answer),        cmocka_unit_test(test_levels_in_order),
        cmocka_unit_test(test_the_order_decides), cmocka_unit_test(test_no_time),
        cmocka_unit_test(test_interrupted),       cmocka_unit_test(test_too_full_to_prove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
