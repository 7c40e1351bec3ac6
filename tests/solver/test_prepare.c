/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "tests/solver/fixture.h"

static void want_domains(const struct solver_problem *p, size_t slot, const uint32_t *domains)
{
    for (uint32_t k = 0; k < p->cpus_count; k++)
        assert_int_equal(p->cpus[k].domain[slot], domains[k]);
}

/* Cores only where labelled, caches by name or by cluster, offline CPUs nowhere. */
static void test_domains(void **state)
{
    static const uint32_t cores[] = {0, 1, 0, 2, 3}, l2[] = {0, 1, 0, 2, 2};
    static const uint32_t packages[] = {0, 0, 0, 1, 1};
    struct fixture f;
    (void)state;
    fixture_open(&f,
                 "arch: arm64\n"
                 "cpus:\n"
                 "  0: {package: 0, cluster: 0, core: 0, l2: a}\n"
                 "  1: {package: 0, cluster: 0, core: 1, l2: b}\n"
                 "  2: {package: 0, cluster: 0, core: 0, l2: a}\n"
                 "  3: {online: false}\n"
                 "  5: {package: 1}\n"
                 "  6: {package: 1}\n",
                 "root: {}\n");
    fixture_build(&f);
    assert_int_equal(f.problem.cpus_count, 5);
    assert_int_equal(f.problem.cpus[3].id, 5);
    want_domains(&f.problem, 0, cores);
    want_domains(&f.problem, 1, l2);
    want_domains(&f.problem, 2, packages);
    fixture_close(&f);
}

static void test_cells(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  a-b: {os: bare, cpus: {count: 2, exclusive: core, together: l2}}\n"
                 "  c: {os: bare, cpus: 3}\n"
                 "constraints: [{forbid: {cell: c, cpus: [0]}}, {forbid: {cell: c, cpus: [1]}}]\n");
    fixture_build(&f);
    const struct solver_cell *cells = f.problem.cells;
    assert_int_equal(f.problem.cells_count, 3);
    assert_string_equal(cells[0].tag, "cell.root");
    assert_string_equal(cells[1].tag, "cell.a_b.1");
    assert_false(cells[0].wants_cpus);
    assert_int_equal(cells[1].count, 2);
    assert_int_equal(cells[1].exclusive, MODEL_DOMAIN_CORE);
    assert_int_equal(cells[1].together, MODEL_DOMAIN_L2);
    assert_string_equal(aj_cpuset_format(f.arena, &cells[2].named), "3");
    assert_string_equal(aj_cpuset_format(f.arena, &cells[2].forbidden), "0-1");
    /* A wish that is left out is not there. */
    for (size_t i = 0; i < f.wishes.count; i++)
        f.wishes.items[i].off = true;
    solver_prepare(&f.problem, f.arena, f.board, f.req, &f.facts, &f.wishes);
    assert_false(f.problem.cells[1].wants_cpus);
    assert_int_equal(f.problem.cells[1].exclusive, MODEL_DOMAIN_NONE);
    assert_true(aj_cpuset_empty(&f.problem.cells[2].forbidden));
    assert_int_equal(f.problem.requests.count, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
