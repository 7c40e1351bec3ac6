/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "tests/solver/fixture.h"

static void test_prepared(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  a: {os: bare, devices: [spi0], mem_regions: {m: {size: 1 MiB},\n"
                 "      r: {phys_start: 0xd000000, size: 4 KiB, flags: [MEM_READ, MEM_IO]},\n"
                 "      x: {phys_start: 0x40000000, size: 1 MiB, virt_start: 0x100000}}}\n"
                 "constraints:\n"
                 "- forbid: {cell: a, cpus: [1]}\n"
                 "- forbid: {cell: a, cpus: [2]}\n"
                 "- forbid: [{cell: a, cpus: [3]}, {interrupt: 34, cpus: 1}]\n"
                 "- place: {cell: a, within: {start: 0x80000000, size: 16 MiB}}\n"
                 "- forbid: {cell: a, within: {start: 0x80000000, size: 4 MiB}}\n"
                 "- route: {interrupt: 33, cpu: 0}\n"
                 "- route: {interrupt: 36, cpu: 0}\n"
                 "- set: {cell: root, knob: boost, value: on}\n"
                 "- forbid: {cell: root, knob: boost, value: on}\n");
    fixture_build(&f);
    const struct solver_problem *p = &f.problem;
    assert_string_equal(aj_cpuset_format(f.arena, &p->cells[1].forbidden), "1-2");
    /* 36 leaves with dma0, which spi0 takes along. */
    assert_int_equal(p->lines.count, 2);
    assert_int_equal(p->lines.items[0].intid, 33);
    assert_true(p->lines.items[0].routed);
    assert_int_equal(p->lines.items[1].intid, 34);
    assert_true(p->lines.items[1].named);
    assert_false(p->lines.items[1].routed);
    assert_int_equal(solver_line_index(p, 36), 2);
    assert_int_equal(p->knobs.count, 1);
    const struct solver_request *m = fixture_request(&f, "cell.a,m");
    assert_true(aj_rangeset_covers(&m->avoid, (struct aj_range){0, 0x80400000}));
    assert_false(aj_rangeset_overlaps(&m->avoid, (struct aj_range){0x80400000, AJ_MIB(12)}));
    assert_true(
        aj_rangeset_covers(&m->avoid, (struct aj_range){0x81000000, AJ_NONE64 - 0x81000000 + 1}));
    const struct solver_request *x = fixture_request(&f, "cell.a,x");
    const struct solver_request *r = fixture_request(&f, "cell.a,r");
    assert_true(solver_breaks_window(p, &f.req->constraints[3], x));
    assert_false(solver_breaks_window(p, &f.req->constraints[4], x));
    assert_false(solver_breaks_window(p, &f.req->constraints[3], r));
    assert_false(solver_breaks_window(p, &f.req->constraints[3], m));
    fixture_close(&f);
}

/* What is left out of an explanation is not there. */
static void test_left_out(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare}}\n"
                 "constraints: [{forbid: {cell: a, cpus: 1}}, {route: {interrupt: 34, cpu: 0}}]\n");
    solver_facts_derive(&f.facts, f.arena, f.board);
    solver_wishes_list(&f.wishes, f.arena, f.board, f.req);
    for (size_t i = 0; i < f.wishes.count; i++)
        f.wishes.items[i].off = f.wishes.items[i].kind == SOLVER_WISH_CONSTRAINT;
    solver_prepare(&f.problem, f.arena, f.board, f.req, &f.facts, &f.wishes);
    assert_true(aj_cpuset_empty(&f.problem.cells[1].forbidden));
    assert_int_equal(f.problem.lines.count, 0);
    assert_null(solver_constraint(&f.wishes, f.req, 0));
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prepared),
        cmocka_unit_test(test_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
