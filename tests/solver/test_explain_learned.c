/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_learned.h"

#include "tests/solver/fixture.h"

struct note {
    uint32_t line;
    const char *text;
};

static const struct conflict {
    const char *cells, *message, *hint;
    struct note notes[4];
} conflicts[] = {
    {"guests: {a: {os: bare, cpus: {count: 1}}}\n"
     "constraints:\n"
     "- {assign: {cell: a, cpus: [2, 3]}, because: 'explore: run 7'}\n",
     "guest a asks for 1 CPU, but a constraint gives it CPUs 2-3",
     "with 2 CPUs for guest a (cells.yml:1:38) everything holds",
     {{1, "guest a: 1 CPU"}, {3, "guest a: just CPUs 2-3, because explore: run 7"}}},
    {"guests: {a: {os: bare}, b: {os: bare}}\n"
     "constraints:\n"
     "- assign: {cell: a, cpus: 0}\n"
     "- assign: {cell: b, cpus: 1}\n"
     "- separate: {cells: [a, b], level: l2}\n",
     "the wishes about CPUs cannot hold together; the board has 4 online (0-3)",
     "): guest a, guest b: no two in one l2 (CPUs 0-1; 2-3)",
     {{3, "guest a: just CPU 0"},
      {4, "guest b: just CPU 1"},
      {5, "guest a, guest b: no two in one l2 (CPUs 0-1; 2-3)"}}},
    {"guests: {a: {os: bare, cpus: {count: 3}}}\n"
     "constraints: [{separate: {cells: [a, root], level: package}}]\n",
     "2 cells are to be in different packages, but the board has 1",
     "everything else holds without this (cells.yml:2:26)",
     {{1, "guest a: 3 CPUs"}, {2, "guest a, the root cell: no two in one package (CPUs 0-3)"}}},
    {"guests: {a: {os: bare, cpus: 1-2}}\n"
     "constraints: [{route: {interrupt: 34, cpu: 1}}]\n",
     "interrupt 34 is to fire on CPU 1, which guest a is to have",
     "): interrupt 34: on CPU 1",
     {{1, "guest a: CPUs 1-2"}, {2, "interrupt 34: on CPU 1"}}},
    {"constraints:\n"
     "- {set: {cell: root, knob: boost, value: on}}\n"
     "- {forbid: {cell: root, knob: boost, value: on}}\n",
     "knob boost of the root cell is to be on, and must not be",
     "): the root cell: not boost on",
     {{2, "the root cell: boost on"}, {3, "the root cell: not boost on"}}},
    {"guests: {a: {os: bare}}\n"
     "constraints:\n"
     "- {route: {interrupt: 34, cpu: 1}, because: one}\n"
     "- {route: {interrupt: 34, cpu: 2}}\n",
     "interrupt 34 cannot fire on both CPU 1 and CPU 2",
     "): interrupt 34: on CPU 2",
     {{3, "interrupt 34: on CPU 1, because one"}, {4, "interrupt 34: on CPU 2"}}},
    {"guests: {a: {os: bare, devices: [spi0]}}\n"
     "constraints: [{route: {interrupt: 35, cpu: 1}}]\n",
     "interrupt 35 belongs to guest a with its device, which is no Linux with several CPUs: there "
     "is no choice where it fires",
     "): interrupt 35: on CPU 1",
     {{1, "guest a: device spi0 with dma0"}, {2, "interrupt 35: on CPU 1"}}},
    {"guests: {a: {os: linux, cpus: 2-3, devices: [spi0],\n"
     "             mem_regions: {m: {size: 4 MiB}}}}\n"
     "constraints: [{route: {interrupt: 35, cpu: 1}}]\n",
     "interrupt 35 of guest a is to fire on CPU 1, but it is to have CPUs 2-3",
     "): interrupt 35: on CPU 1",
     {{1, "guest a: CPUs 2-3"},
      {1, "guest a: device spi0 with dma0"},
      {3, "interrupt 35: on CPU 1"}}},
    {"guests: {a: {os: linux, cpus: {count: 2}, devices: [spi0],\n"
     "             mem_regions: {m: {size: 4 MiB}}}, b: {os: bare, cpus: 1}}\n"
     "constraints: [{route: {interrupt: 35, cpu: 1}}]\n",
     "interrupt 35 is to fire on CPU 1, which guest b is to have",
     "): interrupt 35: on CPU 1",
     {{2, "guest b: CPU 1"}, {3, "interrupt 35: on CPU 1"}}},
    {"guests: {a: {os: bare, cpus: {count: 1}}}\n"
     "constraints:\n"
     "- route: {interrupt: 34, cpu: 1}\n"
     "- bound: [{interrupt: 34, cpus: 1, weight: 40}, {interrupt: 36, cpus: 1}]\n"
     "  at_most: 40\n"
     "- {bound: [{interrupt: 36, cpus: 1}], at_least: 1}\n",
     "3 constraints cannot hold together",
     "): at least 1 of: interrupt 36 on CPU 1",
     {{3, "interrupt 34: on CPU 1"},
      {4, "at most 40 of: interrupt 34 on CPU 1 (weight 40), interrupt 36 on CPU 1"},
      {6, "at least 1 of: interrupt 36 on CPU 1"}}},
    {"guests: {a: {os: bare, cpus: 1-2}}\n"
     "constraints:\n"
     "- bound: [{cell: a, cpus: 1}, {cell: a, cpus: 2}, {cell: a, cpus: 3}, {cell: a, cpus: 0}]\n"
     "  at_most: 1\n",
     "1 constraint and 1 other wish cannot hold together",
     "with at_most: 2 in the bound (cells.yml:3:10) everything holds",
     {{1, "guest a: CPUs 1-2"},
      {3, "at most 1 of: guest a on CPU 1, guest a on CPU 2, guest a on CPU 3, guest a on CPU 0"}}},
    {"guests: {a: {os: bare, cpus: 1-2}}\n"
     "constraints: [{bound: [{cell: a, cpus: 0}, {cell: a, cpus: 1}, {cell: a, cpus: 3}],\n"
     "               at_least: 2}]\n",
     "1 constraint and 1 other wish cannot hold together",
     "with at_least: 1 in the bound (cells.yml:2:23) everything holds",
     {{1, "guest a: CPUs 1-2"},
      {2, "at least 2 of: guest a on CPU 0, guest a on CPU 1, guest a on CPU 3"}}},
    {"guests: {a: {os: bare}}\n"
     "constraints: [{assign: {cell: root, cpus: 0-1}}]\n",
     "the root cell is given just CPUs 0-1, but of the other 2 CPUs guests ask for 1",
     "with 2 CPUs for guest a (cells.yml:1:",
     {{1, "guest a: 1 CPU"}, {2, "the root cell: just CPUs 0-1"}}},
    {"guests: {a: {os: bare, mem_regions: {m: {size: 3 MiB}}},\n"
     "         b: {os: bare, mem_regions: {m: {size: 2 MiB}}}}\n"
     "constraints:\n"
     "- place: {cell: a, region: m, within: {start: 0x41000000, size: 4 MiB}}\n"
     "- place: {cell: b, region: m, within: {start: 0x41000000, size: 4 MiB}}\n",
     "5 MiB of memory are asked for in 2 pieces, but 4 MiB of RAM are free where that may be, in "
     "one piece of 4 MiB",
     "with at most 2 MiB for region m of guest a (cells.yml:1:48) everything holds",
     {{1, "region m of guest a: 3 MiB in one piece, aligned to 2 MiB, guest address 0x0"},
      {2, "region m of guest b: 2 MiB in one piece, aligned to 2 MiB, guest address 0x0"},
      {4, "region m of guest a: within 0x41000000-0x413fffff"},
      {5, "region m of guest b: within 0x41000000-0x413fffff"}}},
    {"constraints:\n"
     "- {set: {cell: root, knob: boost, value: on}}\n"
     "- {set: {cell: root, knob: boost, value: off}, because: x}\n",
     "knob boost of the root cell cannot be both on and off",
     "): the root cell: boost off, because x",
     {{2, "the root cell: boost on"}, {3, "the root cell: boost off, because x"}}},
    {"guests: {a: {os: bare, mem_regions: {m: {size: 32 MiB}}}}\n"
     "constraints: [{place: {cell: a, region: m, within: {start: 0x42000000, size: 1 GiB}}},\n"
     "              {forbid: {cell: a, cpus: 1}}]\n",
     NULL,
     NULL,
     {{0, NULL}}},
    {"guests: {a: {os: bare, mem_regions: {m: {size: 33 MiB}}}}\n"
     "constraints: [{place: {cell: a, region: m, within: {start: 0x42000000, size: 512 MiB}}}]\n",
     "region m of guest a needs 33 MiB, but within 0x42000000-0x61ffffff the board has 32 MiB of "
     "RAM for guests, the largest piece 32 MiB",
     "with at most 32 MiB for region m of guest a (cells.yml:1:48) everything holds",
     {{1, "region m of guest a: 33 MiB in one piece, aligned to 2 MiB, guest address 0x0"},
      {2, "region m of guest a: within 0x42000000-0x61ffffff"}}},
    {"guests: {a: {os: bare, mem_regions: {m: {size: 1 MiB, phys_start: 0x40000000}}}}\n"
     "constraints: [{place: {cell: a, within: {start: 0x42000000, size: 1 GiB}}}]\n",
     "region m of guest a has the address 0x40000000-0x400fffff, which a constraint refuses",
     "without phys_start for region m of guest a (cells.yml:1:48) everything holds",
     {{1, "region m of guest a: 1 MiB at 0x40000000, guest address 0x0"},
      {2, "memory of guest a: within 0x42000000-0x81ffffff"}}},
    {"guests: {a: {os: bare}}\n"
     "constraints:\n"
     "- assign: {cell: a, cpus: 3}\n"
     "- route: {interrupt: 34, cpu: 1}\n"
     "- set: {cell: root, knob: boost, value: off}\n"
     "- forbid: [{cell: a, cpus: [2, 3]}, {interrupt: 34, cpus: 1},\n"
     "           {cell: root, knob: boost, value: off}]\n"
     "  because: 'explore: runs 3, 9: p > 1e-4'\n",
     "4 constraints cannot hold together",
     "): not together: guest a on CPUs 2-3, interrupt 34 on CPU 1, the root cell boost "
     "off, because explore: runs 3, 9: p > 1e-4",
     {{3, "guest a: just CPU 3"},
      {4, "interrupt 34: on CPU 1"},
      {5, "the root cell: boost off"},
      {6, "not together: guest a on CPUs 2-3, interrupt 34 on CPU 1, the root cell boost off, "
          "because explore: runs 3, 9: p > 1e-4"}}},
};

static void check(const struct conflict *conflict, const struct aj_diag *diag)
{
    size_t count = 0;
    assert_string_equal(diag->msg, conflict->message);
    if (diag->hint == NULL || strstr(diag->hint, conflict->hint) == NULL)
        fail_msg("hint '%s', expected '%s'", diag->hint, conflict->hint);
    while (count < AJ_COUNT(conflict->notes) && conflict->notes[count].text != NULL) {
        const struct note *note = &conflict->notes[count];
        bool found = false;
        for (size_t i = 0; i < diag->notes_count; i++)
            found = found || (diag->notes[i].loc.line == note->line &&
                              strcmp(diag->notes[i].msg, note->text) == 0);
        if (!found)
            fail_msg("no note '%s' at line %u: %s", note->text, note->line, diag->notes[0].msg);
        count++;
    }
    assert_int_equal(diag->notes_count, count);
}

static void test_conflicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(conflicts); i++) {
        struct fixture f;
        fixture_open(&f, fixture_board, conflicts[i].cells);
        const enum aj_status status = fixture_solve(&f);
        assert_int_equal(status, conflicts[i].message != NULL ? AJ_ERR_INFEASIBLE : AJ_OK);
        if (conflicts[i].message != NULL)
            check(&conflicts[i], fixture_diag(&f, "infeasible"));
        fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conflicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
