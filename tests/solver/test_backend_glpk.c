/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/backend_glpk.h"

#include <unistd.h>

#include "base/fs.h"
#include "tests/support/support.h"

struct problem {
    struct aj_ctx cx;
    struct solver_ip ip;
    struct solver_part part;
    uint32_t all[64];
    struct solver_term objective[8];
    int64_t values[64];
    struct solver_answer answer;
};

static void open_problem(struct problem *t)
{
    *t = (struct problem){0};
    aj_ctx_open(&t->cx);
    solver_ip_open(&t->ip, aj_arena_open());
    for (uint32_t i = 0; i < AJ_COUNT(t->all); i++)
        t->all[i] = i;
}

static void close_problem(struct problem *t)
{
    aj_arena_close(t->ip.arena);
    aj_ctx_close(&t->cx);
}

static enum aj_status solve_below(struct problem *t, int64_t deadline_ns, int64_t cutoff)
{
    t->part = (struct solver_part){.ip = &t->ip,
                                   .cols = t->all,
                                   .rows = t->all,
                                   .cols_count = (uint32_t)t->ip.cols.count,
                                   .rows_count = (uint32_t)t->ip.rows.count,
                                   .cutoff = cutoff,
                                   .objective = t->objective,
                                   .objective_count = t->part.objective_count,
                                   .first = t->part.first,
                                   .first_count = t->part.first_count};
    const struct solver_limits limits = {.deadline_ns = deadline_ns};
    return solver_glpk_solve(&t->cx, &t->part, &limits, t->values, &t->answer);
}

static enum aj_status solve(struct problem *t, int64_t deadline_ns)
{
    return solve_below(t, deadline_ns, SOLVER_FREE);
}

/* A knapsack: 3a + 4b + 5c <= 7, worth 4, 5, 6. */
static void make_knapsack(struct problem *t)
{
    static const int64_t worth[] = {-4, -5, -6};
    open_problem(t);
    for (uint32_t i = 0; i < 3; i++) {
        (void)solver_ip_col(&t->ip, 0, 1, "take(%u)", i);
        t->objective[i] = (struct solver_term){i, worth[i]};
    }
    t->part.objective_count = 3;
    solver_ip_row(&t->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 7, "weight");
    for (uint32_t i = 0; i < 3; i++)
        solver_ip_term(&t->ip, i, i + 3);
}

static void test_optimum(void **state)
{
    struct problem t;
    (void)state;
    make_knapsack(&t);
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_OPTIMAL);
    assert_int_equal(t.answer.value, -9);
    assert_int_equal(t.answer.bound, -9);
    assert_int_equal(t.values[0] + t.values[1], 2);
    assert_int_equal(t.values[2], 0);
    close_problem(&t);
}

/* Feasible for fractions, and not even for those. */
static void test_infeasible(void **state)
{
    (void)state;
    for (int64_t sum = 3; sum <= 9; sum += 6) {
        struct problem t;
        open_problem(&t);
        solver_ip_row(&t.ip, SOLVER_FAMILY_CPU, sum, sum, "odd");
        for (uint32_t i = 0; i < 3; i++)
            solver_ip_term(&t.ip, solver_ip_col(&t.ip, 0, 1, "x%u", i), 2);
        assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
        assert_int_equal(t.answer.verdict, SOLVER_INFEASIBLE);
        close_problem(&t);
    }
}

static void test_interrupted(void **state)
{
    volatile int cancel = 1;
    struct problem t;
    (void)state;
    make_knapsack(&t);
    t.cx.cancel = &cancel;
    assert_int_equal(solve(&t, INT64_MAX), AJ_INTERRUPTED);
    test_one_error(&t.cx, "interrupted", 0, 0);
    cancel = 0;
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    close_problem(&t);
}

/* GLPK aborts the process on a name of more than 255 bytes, if it is let. */
static void test_glpk_stops(void **state)
{
    char name[300];
    struct problem t;
    (void)state;
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = 0;
    make_knapsack(&t);
    solver_ip_row(&t.ip, SOLVER_FAMILY_MEM, 0, 1, "%s", name);
    assert_int_equal(solve(&t, INT64_MAX), AJ_ERR_INTERNAL);
    test_one_error(&t.cx, "solver-bug", 0, 0);
    close_problem(&t);
    make_knapsack(&t); /* and it works again */
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    assert_int_equal(t.answer.value, -9);
    close_problem(&t);
}

/* 60 like items and a sum that none of them makes: only the deadline ends this. */
static void test_deadline(void **state)
{
    struct problem t;
    (void)state;
    open_problem(&t);
    solver_ip_row(&t.ip, SOLVER_FAMILY_MEM, 60001, 60001, "sum");
    for (uint32_t i = 0; i < 60; i++)
        solver_ip_term(&t.ip, solver_ip_col(&t.ip, 0, 1, "x%u", i), 2000 + 2 * (i * 37 % 61));
    assert_int_equal(solve(&t, solver_clock_ns() + 50000000), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_LIMIT);
    close_problem(&t);
}

static void test_dump(void **state)
{
    char path[] = "/tmp/aj-dump-XXXXXX";
    struct problem t;
    struct aj_bytes bytes;
    (void)state;
    make_knapsack(&t);
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    const int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    assert_int_equal(solver_glpk_write(&t.cx, &t.part, SOLVER_GLPK_LP, path), AJ_OK);
    assert_int_equal(aj_file_read(&t.cx, path, 65536, t.ip.arena, &bytes), AJ_OK);
    assert_non_null(
        strstr((const char *)bytes.data, " weight: + 5 take(2) + 4 take(1) + 3 take(0) <= 7"));
    assert_int_equal(solver_glpk_write(&t.cx, &t.part, SOLVER_GLPK_LP, "/nonexistent/x.lp"),
                     AJ_ERR_IO);
    assert_string_equal(t.cx.diags[0].id, "file-write");
    (void)unlink(path);
    close_problem(&t);
}

/* Nothing is below the optimum, and what is as good as the cutoff counts. */
static void test_cutoff(void **state)
{
    struct problem t;
    (void)state;
    make_knapsack(&t);
    assert_int_equal(solve_below(&t, INT64_MAX, -9), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_OPTIMAL);
    assert_int_equal(t.answer.value, -9);
    assert_int_equal(solve_below(&t, INT64_MAX, -10), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_INFEASIBLE);
    close_problem(&t);
}

static void test_name(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    assert_int_equal(strncmp(solver_glpk_name(arena), "glpk ", 5), 0);
    aj_arena_close(arena);
}

/* What is branched on first changes no answer. */
static void test_first(void **state)
{
    static const uint32_t first[] = {2, 0};
    struct problem t;
    (void)state;
    make_knapsack(&t);
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    const int64_t best = t.answer.value;
    t.part.first = first;
    t.part.first_count = 2;
    assert_int_equal(solve(&t, INT64_MAX), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_OPTIMAL);
    assert_int_equal(t.answer.value, best);
    assert_int_equal(solve_below(&t, INT64_MAX, best - 1), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_INFEASIBLE);
    assert_int_equal(solve_below(&t, INT64_MAX, -1000), AJ_OK);
    assert_int_equal(t.answer.verdict, SOLVER_INFEASIBLE);
    close_problem(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_optimum),     cmocka_unit_test(test_infeasible),
        cmocka_unit_test(test_interrupted), cmocka_unit_test(test_glpk_stops),
        cmocka_unit_test(test_deadline),    cmocka_unit_test(test_dump),
        cmocka_unit_test(test_first),       cmocka_unit_test(test_cutoff),
        cmocka_unit_test(test_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
