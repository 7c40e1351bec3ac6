/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rule of a space, each broken alone, and random decisions against the rules.
 */
#include "explore/space.h"

#include "base/num.h"
#include "tests/support/spaces.h"
#include "tests/support/support.h"

/* 2 clusters of 4 CPUs, each 2 cores of 2 threads; root, a guest of 1 to 4 CPUs, one of 2. */
struct world {
    struct explore_space space;
    struct explore_space_cpu cpus[8];
    struct explore_space_cell cells[3];
    struct explore_space_irq irqs[2];
    struct explore_space_knob knobs[1];
};

static const char *const governors[] = {"ondemand", "performance"};

static void build(struct world *w)
{
    *w = (struct world){
        .cells = {{.key = "root", .cpus_low = 1, .cpus_high = 8},
                  {.key = "plc",
                   .cpus_low = 1,
                   .cpus_high = 4,
                   .banks = 3,
                   .measured = true,
                   .deadline_ns = 100000},
                  {.key = "gui", .cpus_low = 2, .cpus_high = 2, .banks = 1}},
        .irqs = {{.intid = 40, .cell = 0}, {.intid = 41, .cell = 1}},
        .knobs = {{.name = "governor", .cell = 0, .values = governors, .values_count = 2}},
    };
    for (uint32_t p = 0; p < 8; p++) {
        w->cpus[p] = (struct explore_space_cpu){
            .id = {p}, .core = p / 2, .cluster = p / 4, .hotplug = p > 0};
        for (uint32_t c = 0; c < 3; c++)
            aj_cpuset_add(&w->cells[c].allowed, p);
    }
    w->space = (struct explore_space){
        .cpus = w->cpus,
        .cpus_count = 8,
        .cells = w->cells,
        .cells_count = 3,
        .irqs = w->irqs,
        .irqs_count = 2,
        .banks_count = 2,
        .cells_per_bank = 1,
        .knobs = w->knobs,
        .knobs_count = 1,
    };
}

/* Root 0-3, plc 4-5, gui 6-7: allowed as long as gui and plc are not in one bank. */
static struct explore_decision sound(const struct world *w, struct aj_arena *out)
{
    struct explore_decision d = explore_decision_new(&w->space, out);
    for (uint32_t p = 4; p < 8; p++)
        d.owner[p] = p < 6 ? 1 : 2;
    d.irq_cpu[0] = 2;
    d.irq_cpu[1] = 5;
    d.bank[1] = 1;
    d.bank[2] = 0;
    return d;
}

#define BROKEN(change)                                    \
    do {                                                  \
        struct explore_decision d = sound(w, out);        \
        assert_true(explore_space_allows(&w->space, &d)); \
        change;                                           \
        if (explore_space_allows(&w->space, &d))          \
            fail_msg("allowed: %s", #change);             \
    } while (0)

static void check_rules(struct world *w, struct aj_arena *out)
{
    BROKEN(d.owner[4] = 3);
    BROKEN(d.owner[0] = 1);   /* the boot CPU */
    BROKEN(d.owner[6] = 0);   /* gui: too few */
    BROKEN(d.owner[3] = 2);   /* gui: too many */
    BROKEN(d.irq_cpu[1] = 2); /* another cell's CPU */
    BROKEN(d.irq_cpu[1] = 8);
    BROKEN(d.bank[1] = 0); /* two in the bank */
    BROKEN(d.bank[1] = AJ_NONE32);
    BROKEN(d.bank[0] = 0);                  /* the root decides none */
    BROKEN((d.bank[2] = 1, d.bank[1] = 0)); /* gui must not */
    BROKEN(d.knob[0] = 2);
    aj_cpuset_remove(&w->cells[1].allowed, 3);
    BROKEN((d.owner[3] = 1, d.irq_cpu[0] = 2));
}

static void test_rules(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    struct world w;
    build(&w);
    check_rules(&w, out);
    aj_arena_close(out);
}

static void test_domains(void **state)
{
    (void)state;
    static const struct {
        uint8_t exclusive, together;
        bool allowed; /* plc 4-5, on one core, beside gui in the cluster */
        bool split;   /* plc 3-4 in two clusters */
    } cases[] = {
        {MODEL_DOMAIN_NONE, MODEL_DOMAIN_NONE, true, true},
        {MODEL_DOMAIN_CORE, MODEL_DOMAIN_CORE, true, false},
        {MODEL_DOMAIN_CORE, MODEL_DOMAIN_NONE, true, false},
        {MODEL_DOMAIN_L2, MODEL_DOMAIN_NONE, false, false},
        {MODEL_DOMAIN_NONE, MODEL_DOMAIN_L2, true, false},
        {MODEL_DOMAIN_PACKAGE, MODEL_DOMAIN_PACKAGE, false, false},
        {MODEL_DOMAIN_NONE, MODEL_DOMAIN_PACKAGE, true, true},
    };
    struct aj_arena *out = aj_arena_open();
    struct world w;
    build(&w);
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct explore_decision d = sound(&w, out);
        w.cells[1].exclusive = cases[i].exclusive;
        w.cells[1].together = cases[i].together;
        assert_int_equal(explore_space_allows(&w.space, &d), cases[i].allowed);
        d.owner[3] = 1;
        d.owner[5] = 0;
        d.irq_cpu[1] = 3;
        assert_int_equal(explore_space_allows(&w.space, &d), cases[i].split);
    }
    aj_arena_close(out);
}

static void test_cuts(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    struct world w;
    build(&w);
    const struct explore_literal literals[] = {
        {EXPLORE_LITERAL_OWNER, 4, 1},
        {EXPLORE_LITERAL_IRQ, 0, 2},
        {EXPLORE_LITERAL_BANK, 1, 1},
        {EXPLORE_LITERAL_KNOB, 0, 0},
    };
    const struct explore_cut cut = {literals, AJ_COUNT(literals), "a test"};
    struct explore_decision d = sound(&w, out);
    assert_true(explore_space_allows(&w.space, &d));
    w.space.cuts = &cut;
    w.space.cuts_count = 1;
    assert_false(explore_space_allows(&w.space, &d));
    d.irq_cpu[0] = 1; /* one literal less */
    assert_true(explore_space_allows(&w.space, &d));
    d = sound(&w, out);
    d.knob[0] = 1;
    assert_true(explore_space_allows(&w.space, &d));
    aj_arena_close(out);
}

static void test_copy(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    struct world w;
    build(&w);
    const struct explore_decision d = sound(&w, out);
    struct explore_decision copy = explore_decision_copy(&w.space, &d, out);
    assert_true(explore_decision_equal(&w.space, &d, &copy));
    copy.knob[0] = 1;
    assert_false(explore_decision_equal(&w.space, &d, &copy));
    explore_decision_assign(&w.space, &copy, &d);
    assert_true(explore_decision_equal(&w.space, &d, &copy));
    copy.bank[2] = 1;
    assert_false(explore_decision_equal(&w.space, &d, &copy));
    aj_arena_close(out);
}

/* Whatever the wishes: allowed, and every bank, knob value, number of CPUs and owner is met. */
static void test_random_decisions(void **state)
{
    (void)state;
    static const uint8_t levels[] = {MODEL_DOMAIN_NONE, MODEL_DOMAIN_CORE, MODEL_DOMAIN_L2};
    struct aj_arena *out = aj_arena_open();
    struct world w;
    struct aj_random random;
    aj_random_seed(&random, 11);
    build(&w);
    struct explore_decision d = explore_decision_new(&w.space, out);
    for (size_t e = 0; e < AJ_COUNT(levels); e++) {
        for (size_t t = 0; t < AJ_COUNT(levels); t++) {
            if (levels[e] == MODEL_DOMAIN_L2 && levels[t] == MODEL_DOMAIN_CORE)
                continue; /* cannot be */
            uint32_t sizes = 0, knobs = 0, at[8] = {0};
            w.cells[1].exclusive = levels[e];
            w.cells[1].together = levels[t];
            for (uint32_t i = 0; i < 300; i++) {
                assert_true(explore_space_random(&w.space, &random, 200, &d));
                assert_true(explore_space_allows(&w.space, &d));
                uint32_t count = 0;
                for (uint32_t p = 0; p < 8; p++) {
                    count += d.owner[p] == 1;
                    at[p] += d.owner[p] == 1;
                }
                sizes |= 1u << count;
                knobs |= 1u << d.knob[0];
            }
            assert_int_equal(knobs, 3);
            if (levels[e] == MODEL_DOMAIN_NONE && levels[t] != MODEL_DOMAIN_CORE)
                assert_int_equal(sizes, 0x1e); /* 1 to 4 */
            if (levels[e] == MODEL_DOMAIN_L2)
                assert_int_equal(sizes, 0x10);
            assert_int_equal(at[0], 0);
            for (uint32_t p = 4; p < 8; p++)
                assert_true(at[p] > 20);
        }
    }
    aj_arena_close(out);
}

static void test_no_decision(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    struct world w;
    struct aj_random random;
    aj_random_seed(&random, 12);
    build(&w);
    struct explore_decision d = explore_decision_new(&w.space, out);
    w.cells[1].cpus_low = w.cells[1].cpus_high = 6; /* with gui's 2 the root has none */
    assert_false(explore_space_random(&w.space, &random, 200, &d));
    build(&w);
    w.cells[1].banks = 1; /* as gui's only one */
    assert_false(explore_space_random(&w.space, &random, 200, &d));
    aj_arena_close(out);
}

/* The boards of the benchmark: as large as they are meant to be. */
static void test_boards(void **state)
{
    (void)state;
    struct aj_arena *out = aj_arena_open();
    static const uint32_t sizes[] = {4, 8, 16};
    for (size_t i = 0; i < AJ_COUNT(sizes); i++) {
        const struct explore_space *space = test_space(sizes[i], 1, out);
        struct explore_decision d = explore_decision_new(space, out);
        struct aj_random random;
        aj_random_seed(&random, 13);
        assert_int_equal(space->cpus_count, sizes[i]);
        for (uint32_t n = 0; n < 100; n++)
            assert_true(explore_space_random(space, &random, 1, &d));
    }
    assert_null(test_space(5, 1, out));
    aj_arena_close(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_domains),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_copy),
        cmocka_unit_test(test_random_decisions),
        cmocka_unit_test(test_no_decision),
        cmocka_unit_test(test_boards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
