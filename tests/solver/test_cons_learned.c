/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "model/check.h"
#include "tests/solver/fixture.h"

/* Of the fixture's board: CPUs 0-1 and 2-3 share an L2; RAM at 0x40000000 and 0x80000000. */
static const char lines[] = "interrupts:\n"
                            "  - {intid: 50, counts: [60]}\n"
                            "  - {intid: 51, counts: [40]}\n"
                            "  - {intid: 52, counts: [0]}\n";

static void open_plan(struct fixture *f, const char *cells)
{
    struct aj_arena *texts = aj_arena_open();
    fixture_open(f, aj_strf(texts, "%s%s", fixture_board, lines), cells);
    fixture_plan(f);
    if (model_check_plan(&f->cx, f->board, f->req, f->plan) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    aj_arena_close(texts);
}

static void test_cpus(void **state)
{
    static const struct {
        const char *constraints, *a, *b;
    } samples[] = {
        {"[]", "2", "3"},
        {"[{assign: {cell: a, cpus: 3}}]", "3", "2"},
        {"[{assign: {cell: root, cpus: [1, 2]}}]", "0", "3"},
        {"[{forbid: [{cell: a, cpus: 2}, {cell: b, cpus: 3}]}]", "3", "2"},
        {"[{forbid: [{cell: a, cpus: 2}, {cell: b, cpus: [1, 3]}]}]", "3", "2"},
        {"[{forbid: [{cell: a, cpus: 2}, {cell: b, cpus: 0}]}]", "2", "3"},
        {"[{forbid: [{cell: a, cpus: 2}, {cell: a, cpus: 2}]}]", "3", "2"},
        {"[{bound: {cell: root, cpus: [2, 3]}, at_least: 1}]", "1", "3"},
        {"[{bound: [{cell: a, cpus: 2}, {cell: b, cpus: 3}, {cell: b, cpus: 2}], at_most: 0}]", "3",
         "1"},
        {"[{bound: [{cell: a, cpus: 2}, {cell: b, cpus: 3, weight: 2}], at_most: 2}]", "3", "2"},
        {"[{bound: [{cell: root, cpus: 0}, {cell: root, cpus: 1}], at_least: 1, at_most: 1}]", "1",
         "3"},
        {"[{separate: {cells: [a, root], level: l2}}]", "2", "3"},
        {"[{separate: {cells: [a, b], level: l2}}]", "1", "3"},
        {"[{separate: {cells: [a, b], level: core}}]", "2", "3"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        open_plan(&f, aj_strf(texts, "guests: {a: {os: bare}, b: {os: bare}}\nconstraints: %s\n",
                              samples[i].constraints));
        if (strcmp(fixture_cpus(&f, "a"), samples[i].a) != 0 ||
            strcmp(fixture_cpus(&f, "b"), samples[i].b) != 0)
            fail_msg("%s: a %s, b %s", samples[i].constraints, fixture_cpus(&f, "a"),
                     fixture_cpus(&f, "b"));
        fixture_close(&f);
        aj_arena_close(texts);
    }
}

/* "50:0 51:1" */
static const char *irqs_text(struct fixture *f)
{
    const char *text = "";
    for (size_t i = 0; i < f->plan->irqs_count; i++)
        text = aj_strf(f->arena, "%s%s%u:%u", text, i == 0 ? "" : " ", f->plan->irqs[i].intid,
                       f->plan->irqs[i].cpu);
    return text;
}

static void test_interrupts(void **state)
{
    static const struct {
        const char *constraints, *irqs;
    } samples[] = {
        {"[]", "50:0 51:1"},
        {"[{route: {interrupt: 50, cpu: 1}}]", "50:1 51:0"},
        /* Uncounted ones are decided once they are named; CPU 2 is near the real-time guest. */
        {"[{route: {interrupt: 52, cpu: 2}}]", "50:0 51:1 52:2"},
        {"[{route: {interrupt: 35, cpu: 1}}]", "35:1 50:0 51:1"},
        {"[{forbid: {interrupt: 52, cpus: [0]}}]", "50:0 51:1 52:1"},
        {"[{forbid: {interrupt: 50, cpus: [0, 1]}}]", "50:2 51:0"},
        {"[{forbid: [{interrupt: 50, cpus: 0}, {interrupt: 51, cpus: 1}]}]", "50:1 51:0"},
        {"[{forbid: [{interrupt: 50, cpus: [0, 1]}, {cell: root, cpus: 2}]}]", "50:2 51:0"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        open_plan(&f, aj_strf(texts,
                              "guests: {a: {os: bare, cpus: \"3\", realtime: {period: 1 ms}}}\n"
                              "constraints: %s\n",
                              samples[i].constraints));
        if (strcmp(irqs_text(&f), samples[i].irqs) != 0)
            fail_msg("%s: %s", samples[i].constraints, irqs_text(&f));
        fixture_close(&f);
        aj_arena_close(texts);
    }
}

static void test_memory(void **state)
{
    static const struct {
        const char *constraints;
        aj_addr m, n;
    } samples[] = {
        {"[]", 0x83800000, 0x83600000},
        {"[{place: {cell: a, region: m, within: {start: 0x40000000, size: 8 MiB}}}]", 0x40400000,
         0x43a00000},
        {"[{place: {cell: a, within: {start: 0x80000000, size: 8 MiB}}}]", 0x80400000, 0x80200000},
        {"[{forbid: {cell: a, region: m, within: {start: 0x83800000, size: 1}}}]", 0x83400000,
         0x83a00000},
        {"[{forbid: [{cell: a, region: m, within: {start: 0x83800000, size: 4 MiB}},\n"
         "           {cell: a, region: n, within: {start: 0x83000000, size: 12 MiB}}]}]",
         0x83800000, 0x82e00000},
        {"[{forbid: [{cell: a, region: m, within: {start: 0x83000000, size: 16 MiB}},\n"
         "           {cell: root, knob: boost, value: off}]}]",
         0x83800000, 0x83600000},
        {"[{bound: {cell: a, region: n, within: {start: 0x40000000, size: 64 MiB}}, at_least: 1}]",
         0x43800000, 0x43600000},
        {"[{bound: [{cell: a, region: m, within: {start: 0x80000000, size: 64 MiB}},\n"
         "          {cell: a, region: n, within: {start: 0x80000000, size: 64 MiB}}], at_most: 1}]",
         0x43800000, 0x43600000},
        {"[{bound: [{cell: a, region: m, within: {start: 0x43900000, size: 3 MiB}, weight: 3},\n"
         "          {cell: a, region: n, within: {start: 0x83700000, size: 5 MiB}}], at_least: 1}]",
         0x83600000, 0x83a00000},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        open_plan(&f, aj_strf(texts,
                              "guests: {a: {os: bare, mem_regions: {m: {size: 4 MiB},\n"
                              "                                     n: {size: 2 MiB}}}}\n"
                              "constraints: %s\n",
                              samples[i].constraints));
        const aj_addr m = fixture_mem(&f, MODEL_MEM_RAM, "a", "m")->phys_start;
        const aj_addr n = fixture_mem(&f, MODEL_MEM_RAM, "a", "n")->phys_start;
        if (m != samples[i].m || n != samples[i].n)
            fail_msg("%s: 0x%llx 0x%llx", samples[i].constraints, (unsigned long long)m,
                     (unsigned long long)n);
        fixture_close(&f);
        aj_arena_close(texts);
    }
}

static void test_knobs(void **state)
{
    struct fixture f;
    (void)state;
    open_plan(&f, "guests: {a: {os: linux, mem_regions: {m: {size: 1 MiB}}}}\n"
                  "constraints:\n"
                  "- set: {cell: a, knob: skew_tick, value: on}\n"
                  "- set: {cell: root, knob: stat_interval, value: 10}\n"
                  "- set: {cell: root, knob: governor, value: performance}\n"
                  "- set: {cell: root, knob: governor, value: performance}\n"
                  "- forbid: {cell: root, knob: governor, value: powersave}\n"
                  "- forbid: [{cell: root, knob: boost, value: on}, {cell: a, cpus: 1}]\n"
                  "- bound: [{cell: root, knob: boost, value: off},\n"
                  "          {cell: root, knob: governor, value: ondemand}]\n"
                  "  at_least: 1\n");
    static const struct model_plan_knob expected[] = {{"root", "governor", "performance"},
                                                      {"root", "boost", "off"},
                                                      {"root", "stat_interval", "10"},
                                                      {"a", "skew_tick", "on"}};
    assert_int_equal(f.plan->knobs_count, AJ_COUNT(expected));
    for (size_t i = 0; i < AJ_COUNT(expected); i++) {
        assert_string_equal(f.plan->knobs[i].cell, expected[i].cell);
        assert_string_equal(f.plan->knobs[i].knob, expected[i].knob);
        assert_string_equal(f.plan->knobs[i].value, expected[i].value);
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpus),
        cmocka_unit_test(test_interrupts),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_knobs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
