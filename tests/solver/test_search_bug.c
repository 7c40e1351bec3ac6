/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search with a backend that contradicts itself: this file's functions stand in the place of
 * solver/backend_glpk.c. It has one answer, and then none.
 */
#include "solver/search.h"

#include "solver/backend_glpk.h"
#include "tests/support/support.h"

int64_t solver_clock_ns(void)
{
    return 0;
}

enum aj_status solver_glpk_solve(struct aj_ctx *cx, const struct solver_part *part,
                                 int64_t deadline_ns, int64_t *values, struct solver_answer *answer)
{
    const bool first = part->rows_count == 0; /* what a level reaches becomes a row */
    (void)cx, (void)deadline_ns;
    values[part->cols[0]] = 1;
    *answer = (struct solver_answer){
        .verdict = first ? SOLVER_OPTIMAL : SOLVER_INFEASIBLE, .value = 1, .bound = 1};
    return AJ_OK;
}

enum aj_status solver_glpk_dump(struct aj_ctx *cx, const struct solver_part *part, const char *path)
{
    (void)cx, (void)part, (void)path;
    return AJ_OK;
}

/* One column with two goals. */
static enum aj_status search(struct aj_ctx *cx, struct aj_arena *arena, bool pack_unknown,
                             struct solver_outcome *outcome)
{
    static const uint32_t objectives[] = {MODEL_OBJECTIVE_ISOLATION, MODEL_OBJECTIVE_ROOT_KEEPS};
    const struct solver_search_options options = {
        .objectives = objectives, .objectives_count = 2, .deadline_ns = INT64_MAX};
    const struct solver_problem problem = {.arena = arena};
    struct solver_model model = {.problem = &problem, .pack_unknown = pack_unknown};
    solver_ip_open(&model.ip, arena);
    const uint32_t col = solver_ip_col(&model.ip, 0, 1, "x");
    for (size_t i = 0; i < AJ_COUNT(objectives); i++)
        solver_ip_goal(&model.ip, (enum model_objective)objectives[i], col, 1);
    return solver_search(cx, &model, &options, arena, outcome);
}

static void test_an_answer_does_not_vanish(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_outcome outcome;
    struct aj_ctx cx;
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(search(&cx, arena, false, &outcome), AJ_ERR_INTERNAL);
    test_one_error(&cx, "solver-bug", 0, 0);
    assert_false(outcome.infeasible);
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

/* Cuts without proof may be what took it away. */
static void test_unless_cuts_are_unproved(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_outcome outcome;
    struct aj_ctx cx;
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(search(&cx, arena, true, &outcome), AJ_OK);
    assert_false(outcome.infeasible);
    assert_int_equal(outcome.values[0], 1);
    assert_int_equal(outcome.status, MODEL_PLAN_FEASIBLE);
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_does_not_vanish),
        cmocka_unit_test(test_unless_cuts_are_unproved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
