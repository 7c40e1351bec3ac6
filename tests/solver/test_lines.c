/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/lines.h"

#include "tests/solver/fixture.h"

static const struct model_priority by_interference[] = {{MODEL_OBJECTIVE_IRQ_INTERFERENCE, 0, 1},
                                                        {MODEL_OBJECTIVE_PREFERENCES, 1, 1},
                                                        {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 2, 1}};
static const struct model_priority by_numbers[] = {{MODEL_OBJECTIVE_SMALLEST_NUMBERS, 0, 1},
                                                   {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1}};

/* In twentieths: 3, 5, 3, 5, 3. */
static const char lines[] = "interrupts:\n"
                            "  - {intid: 50, counts: [20]}\n"
                            "  - {intid: 51, counts: [30]}\n"
                            "  - {intid: 52, counts: [20]}\n"
                            "  - {intid: 53, counts: [30]}\n"
                            "  - {intid: 54, counts: [20]}\n";
/* The guest has the last CPU. */
static const uint32_t owner[] = {0, 0, 0, 1};

static void build(struct fixture *f, struct aj_arena *texts, const char *cells)
{
    fixture_open(f, aj_strf(texts, "%s%s", fixture_board, lines), cells);
    fixture_build(f);
    solver_model_build(&f->model, f->arena, &f->problem, owner, NULL);
}

static uint32_t count_fixed(const struct solver_model *m)
{
    uint32_t count = 0;
    for (uint32_t i = m->lines_first; i < m->lines_end; i++)
        count += m->ip.cols.items[i].lower == m->ip.cols.items[i].upper;
    return count;
}

static struct solver_outcome search(struct fixture *f)
{
    const struct solver_search_options options = {
        .objectives = by_interference, .objectives_count = 3, .limits = {.deadline_ns = INT64_MAX}};
    struct solver_outcome outcome;
    assert_int_equal(solver_search(&f->cx, &f->model, &options, f->arena, &outcome), AJ_OK);
    assert_false(outcome.infeasible);
    return outcome;
}

/* Column for column what the search finds. */
static void compare(const char *cells)
{
    const struct solver_search_options options = {.objectives = by_interference,
                                                  .objectives_count = 3};
    struct aj_arena *texts = aj_arena_open();
    struct fixture f;
    build(&f, texts, cells);
    const struct solver_outcome searched = search(&f);
    solver_model_build(&f.model, f.arena, &f.problem, owner, NULL);
    assert_true(solver_lines_settle(&f.model, &options));
    assert_int_equal(count_fixed(&f.model), f.model.lines_end - f.model.lines_first);
    const struct solver_outcome settled = search(&f);
    for (uint32_t i = f.model.lines_first; i < f.model.lines_end; i++)
        assert_int_equal(settled.values[i], searched.values[i]);
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_as_the_search(void **state)
{
    (void)state;
    compare("guests: {a: {os: bare}}");
    /* CPU 2 shares its cache with the real-time guest; on two CPUs the two of 5 must be together. */
    compare("guests: {a: {os: bare, realtime: {period: 1 ms}}}");
    compare("guests: {a: {os: bare}}\n"
            "constraints:\n"
            "  - {forbid: {interrupt: 50, cpus: [0]}}\n"
            "  - {forbid: [{cell: a, cpus: [3]}, {interrupt: 52, cpus: [0, 1]}]}\n"
            "  - {forbid: [{cell: a, cpus: [2]}, {interrupt: 53, cpus: [0, 1]}]}\n"
            "  - {avoid: {interrupt: 51, cpus: [1]}, cost: 3}\n"
            "  - {prefer: {interrupt: 54, cpus: [1, 2]}, cost: 2}\n");
    /* CPU 2 is not calm, but a line is sent there. */
    compare("guests: {a: {os: bare, realtime: {period: 1 ms}}}\n"
            "constraints: [{route: {interrupt: 51, cpu: 2}}]\n");
}

static void test_left_alone(void **state)
{
    static const char *const hard[] = {
        /* Two lines in one statement. */
        "guests: {a: {os: bare}}\n"
        "constraints: [{forbid: [{interrupt: 50, cpus: [0]}, {interrupt: 51, cpus: [0]}]}]\n",
        /* The best balance cannot be. */
        "guests: {a: {os: bare}}\n"
        "constraints: [{route: {interrupt: 50, cpu: 0}}, {route: {interrupt: 51, cpu: 1}},\n"
        "              {route: {interrupt: 52, cpu: 0}}, {route: {interrupt: 54, cpu: 0}},\n"
        "              {forbid: {interrupt: 53, cpus: [2]}}]\n"};
    const struct solver_search_options late = {.objectives = by_numbers, .objectives_count = 2};
    const struct solver_search_options goal = {.objectives = by_interference,
                                               .objectives_count = 3};
    struct aj_arena *texts = aj_arena_open();
    struct fixture f;
    (void)state;
    build(&f, texts, "guests: {a: {os: bare}}");
    assert_false(solver_lines_settle(&f.model, &late));
    assert_int_equal(count_fixed(&f.model), 0);
    fixture_close(&f);
    for (size_t i = 0; i < AJ_COUNT(hard); i++) {
        build(&f, texts, hard[i]);
        assert_false(solver_lines_settle(&f.model, &goal));
        assert_int_equal(count_fixed(&f.model), 0);
        fixture_close(&f);
    }
    aj_arena_close(texts);
}

/* Balance is less even the fewer CPUs there are and the more is said of where lines go. */
static void test_loads(void **state)
{
    static const struct {
        const char *constraints;
        uint32_t far, by_cache; /* loads */
    } rows[] = {
        {"[]", 10, 8},
        {"[{forbid: {interrupt: 51, cpus: [0]}}]", 10, 8},
        {"[{forbid: {interrupt: 51, cpus: [0]}}, {forbid: {interrupt: 53, cpus: [1]}}]", 11, 8},
        {"[{forbid: {interrupt: 50, cpus: [0, 1]}}]", 20, 8},
        {"[{forbid: [{cell: a, cpus: [2]}, {interrupt: 50, cpus: [0, 1]}]}]", 10, 8},
        {"[{route: {interrupt: 50, cpu: 0}}, {route: {interrupt: 51, cpu: 0}},"
         " {route: {interrupt: 53, cpu: 0}}]",
         13, 13},
        {"[{forbid: [{interrupt: 50, cpus: [0]}, {interrupt: 51, cpus: [0]}]}]", AJ_NONE32,
         AJ_NONE32},
    };
    const struct solver_search_options options = {.objectives = by_interference,
                                                  .objectives_count = 3};
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(rows); i++) {
        struct solver_lines_case s;
        struct fixture f;
        build(&f, texts,
              aj_strf(texts, "guests: {a: {os: bare, realtime: {period: 1 ms}}}\nconstraints: %s\n",
                      rows[i].constraints));
        solver_lines_open(&s, &f.problem, &options, owner);
        assert_int_equal(solver_lines_calm(&s, SOLVER_FAR), 2);
        assert_int_equal(solver_lines_calm(&s, SOLVER_BY_CACHE), 3);
        assert_int_equal(solver_lines_load(&s, SOLVER_FAR), rows[i].far);
        assert_int_equal(solver_lines_load(&s, SOLVER_BY_CACHE), rows[i].by_cache);
        fixture_close(&f);
    }
    aj_arena_close(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_the_search),
        cmocka_unit_test(test_left_alone),
        cmocka_unit_test(test_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
