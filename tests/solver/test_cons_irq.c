/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

static const char lines[] = "interrupts:\n"
                            "  - {intid: 50, counts: [40]}\n"
                            "  - {intid: 51, counts: [30]}\n"
                            "  - {intid: 52, counts: [20]}\n"
                            "  - {intid: 53, counts: [10]}\n"
                            "  - {intid: 54, counts: [0]}\n";

static void want(const char *cells, const uint32_t *cpus, int64_t value)
{
    struct fixture f = {.arena = aj_arena_open()};
    struct aj_arena *texts = f.arena;
    fixture_open(&f, aj_strf(texts, "%s%s", fixture_board, lines), cells);
    fixture_plan(&f);
    assert_string_equal(f.plan->levels[1].objective, "irq_interference");
    assert_int_equal(f.plan->levels[1].value, value);
    assert_int_equal(f.plan->irqs_count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(f.plan->irqs[i].intid, 50 + i);
        assert_int_equal(f.plan->irqs[i].cpu, cpus[i]);
    }
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_balance_and_distance(void **state)
{
    static const uint32_t four[] = {0, 1, 2, 1}, two[] = {0, 1, 1, 0}, one[] = {0, 0, 0, 0};
    static const uint32_t calm[] = {0, 1, 1, 0};
    (void)state;
    want("root: {}", four, 8);
    want("guests: {a: {os: bare, cpus: {count: 2}}}", two, 10);
    want("guests: {a: {os: bare, cpus: {count: 3}}}", one, 20);
    /* CPU 2 shares its cache with the real-time guest on CPU 3: it gets nothing. */
    want("guests: {a: {os: bare, realtime: {period: 1 ms}}}", calm, 10);
    /* There is no CPU farther away. */
    want("guests: {a: {os: bare, cpus: \"1,2,3\", realtime: {period: 1 ms}}}", one, 1020);
}

/* How busy the lines were while the board was sampled counts, not what they did since boot. */
static void test_rates(void **state)
{
    static const struct {
        const char *lines;
        uint32_t cpus[4];
    } cases[] = {
        {"interrupts:\n"
         "  - {intid: 50, counts: [4000, 0], fired: [0, 0]}\n"
         "  - {intid: 51, counts: [30, 0], fired: [200, 200]}\n"
         "  - {intid: 52, counts: [0, 0], fired: [0, 300]}\n"
         "  - {intid: 53, counts: [10, 0], fired: [300, 0]}\n",
         {0, 0, 1, 1}},
        {"interrupts: [{intid: 50, counts: [4000], fired: [0]}, {intid: 51, counts: [30]},\n"
         "             {intid: 52, counts: [20]}, {intid: 53, counts: [10]}]\n",
         {0, 1, 1, 1}},
    };
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    for (size_t c = 0; c < AJ_COUNT(cases); c++) {
        struct fixture f;
        fixture_open(&f, aj_strf(texts, "%s%s", fixture_board, cases[c].lines),
                     "guests: {a: {os: bare, cpus: {count: 2}}}\n");
        fixture_plan(&f);
        assert_int_equal(f.plan->irqs_count, 4);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(f.plan->irqs[i].cpu, cases[c].cpus[i]);
        fixture_close(&f);
    }
    aj_arena_close(texts);
}

/* Too rare to weigh: they go where there is least to do, the busiest of them first. */
static void test_rare_lines(void **state)
{
    static const uint32_t cpus[] = {0, 0, 1, 1};
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    fixture_open(&f,
                 aj_strf(texts,
                         "%sinterrupts: [{intid: 50, counts: [1]}, {intid: 51, counts: [490]},\n"
                         "             {intid: 52, counts: [2]}, {intid: 53, counts: [489]}]\n",
                         fixture_board),
                 "guests: {a: {os: bare, cpus: {count: 2}}}\n");
    fixture_plan(&f);
    assert_int_equal(f.plan->irqs_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(f.plan->irqs[i].cpu, cpus[i]);
    fixture_close(&f);
    aj_arena_close(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balance_and_distance),
        cmocka_unit_test(test_rare_lines),
        cmocka_unit_test(test_rates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
