/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

struct expected {
    const char *cells;
    const char *root, *a, *b; /* CPUs; NULL: infeasible */
};

static void check(const struct expected *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fixture f;
        fixture_open(&f, fixture_board, cases[i].cells);
        const enum aj_status status = fixture_solve(&f);
        if ((status == AJ_OK) != (cases[i].root != NULL))
            fail_msg("%s\n%s", cases[i].cells, test_diags(&f.cx));
        if (status == AJ_OK) {
            assert_string_equal(fixture_cpus(&f, "root"), cases[i].root);
            assert_string_equal(fixture_cpus(&f, "a"), cases[i].a);
            assert_string_equal(fixture_cpus(&f, "b"), cases[i].b);
        }
        fixture_close(&f);
    }
}

/* Two clusters of two CPUs. */
static void test_wishes(void **state)
{
    static const struct expected cases[] = {
        {"guests: {a: {os: bare}, b: {os: bare}}", "0-1", "2", "3"},
        {"guests: {a: {os: bare, cpus: 0}, b: {os: bare, cpus: {count: 2}}}", "1", "0", "2-3"},
        {"guests: {a: {os: bare, cpus: {count: 2, together: l2}}, b: {os: bare}}", "0", "2-3", "1"},
        {"guests: {a: {os: bare, cpus: {count: 2, exclusive: l2}}, b: {os: bare}}", "0", "2-3",
         "1"},
        {"guests: {a: {os: bare, cpus: {count: 1, exclusive: core}}, b: {os: bare}}", "0-1", "2",
         "3"},
        {"guests: {a: {os: bare, cpus: {count: 1, exclusive: package}}, b: {os: bare}}", NULL, NULL,
         NULL},
        {"root: {cpus: 3}\nguests: {a: {os: bare}, b: {os: bare}}", "0,3", "1", "2"},
        {"root: {cpus: {count: 2}}\nguests: {a: {os: bare}, b: {os: bare}}", "0-1", "2", "3"},
        {"root: {cpus: {count: 3}}\nguests: {a: {os: bare}, b: {os: bare}}", NULL, NULL, NULL},
        {"guests: {a: {os: bare}, b: {os: bare}}\n"
         "constraints: [{forbid: {cell: a, cpus: [2, 3]}}, {forbid: {cell: root, cpus: [0]}}]",
         "1-2", "0", "3"},
    };
    (void)state;
    check(cases, AJ_COUNT(cases));
}

static void test_x86_keeps_cpu_0(void **state)
{
    static const char board[] =
        "arch: x86\n"
        "cpus: {0: {package: 0, cluster: 0, core: 0}, 1: {package: 0, cluster: 0, core: 1}}\n"
        "memory_regions: {ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}}\n";
    struct fixture f;
    (void)state;
    fixture_open(&f, board, "guests: {a: {os: bare, cpus: 0}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    fixture_close(&f);
    fixture_open(&f, board, "guests: {a: {os: bare, cpus: 1}}\n");
    fixture_plan(&f);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_x86_keeps_cpu_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
