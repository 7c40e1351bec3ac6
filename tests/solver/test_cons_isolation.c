/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

static void want(const char *cells, const char *root, const char *a, int64_t value)
{
    struct fixture f;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    assert_string_equal(f.plan->levels[0].objective, "isolation");
    assert_int_equal(f.plan->levels[0].value, value);
    assert_int_equal(f.plan->levels[0].bound, value);
    assert_string_equal(fixture_cpus(&f, "root"), root);
    assert_string_equal(fixture_cpus(&f, "a"), a);
    fixture_close(&f);
}

static void test_prices(void **state)
{
    (void)state;
    /* Nobody is real-time: nothing is priced. */
    want("guests: {a: {os: bare}}", "0-2", "3", 0);
    /* One cluster and the package must be shared, whatever it is given. */
    want("guests: {a: {os: bare, realtime: {period: 1 ms}}}", "0-2", "3", 11);
    /* A cluster of its own; the package remains. */
    want("guests: {a: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}}", "0-1", "2-3", 1);
    /* The root and b share one cluster, that a has none of. */
    want("guests: {a: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}, b: {os: bare}}", "0",
         "2-3", 2);
    /* Two real-time cells count twice where they meet. */
    want("guests: {a: {os: bare, cpus: {count: 1}, realtime: {period: 1 ms}},\n"
         "         b: {os: bare, cpus: {count: 1}, realtime: {period: 1 ms}}}",
         "0-1", "2", 2 * 10 + 2 * 1 + 1 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
