/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain with a solver that lies: this file's solver_solve stands in the place of the real one, so
 * that a wrong plan meets the second witness.
 */
#include "tests/support/guest_fixture.h"

#include "explore/step.h"

static uint32_t lie; /* the CPU the plan gives to the second guest */

enum aj_status solver_solve(struct aj_ctx *cx, const struct model_board *board,
                            const struct model_requirements *req,
                            const struct solver_options *options, struct aj_arena *out,
                            const struct model_plan **plan)
{
    const struct aj_yaml *doc;
    const struct model_plan *honest = NULL;
    (void)board, (void)req, (void)options;
    AJ_TRY(aj_yaml_parse(cx, "plan.yml", fixture_plan, strlen(fixture_plan), out, &doc));
    AJ_TRY(model_plan_read(cx, doc, out, &honest));
    struct model_plan *told = aj_memdup(out, honest, sizeof *honest);
    struct model_plan_cell *cells =
        aj_memdup(out, honest->cells, honest->cells_count * sizeof *cells);
    cells[2].cpus = (struct aj_cpuset){{0}};
    aj_cpuset_add(&cells[2].cpus, lie);
    told->cells = cells;
    *plan = told;
    return AJ_OK;
}

static void test_wrong_plan_is_never_written(void **state)
{
    struct guest_fixture *f = *state;
    const struct solver_options options = {.time_limit_ns = 0};
    struct model_project project;
    struct explore_step step;
    aj_schema_defaults(&model_project_schema, &project);
    project.name = "test";
    lie = 2; /* the other guest's */
    assert_int_equal(
        explore_step_run(&f->cx, &project, f->board, f->req, &options, f->arena, &step),
        AJ_ERR_INTERNAL);
    assert_int_equal(test_count(&f->cx, "self-check"), 1);
    assert_true(test_count(&f->cx, "plan-cpu") > 0);
    assert_int_equal(step.files.list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_wrong_plan_is_never_written, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
