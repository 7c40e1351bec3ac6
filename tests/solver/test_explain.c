/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain.h"

#include "solver/backend_glpk.h"
#include "solver/search.h"
#include "tests/solver/fixture.h"

struct note {
    uint32_t line, col;
    const char *text; /* part of it */
};

struct conflict {
    const char *cells;
    const char *message; /* whole */
    const char *hint;    /* its end, NULL: there is none */
    struct note notes[4];
};

static const struct conflict conflicts[] = {
    {"guests:\n"
     "  a: {os: bare, cpus: {count: 2}}\n"
     "  b: {os: bare, cpus: {count: 2}}\n"
     "  c: {os: bare, cpus: {count: 1}, devices: [spi0]}\n",
     "4 CPUs are asked for, the root cell keeps at least one, and the board has 4 online (0-3)",
     "with at most 1 CPU for guest b (cells.yml:3:31) the conflict is gone",
     {{2, 31, "guest a: 2 CPUs"}, {3, 31, "guest b: 2 CPUs"}}},
    {"guests:\n"
     "  plc: {os: bare, cpus: {count: 1, exclusive: l2}}\n"
     "  other: {os: bare}\n",
     "guest plc asks for 1 CPU and for whole l2s, which have 2 CPUs each",
     "with 2 CPUs for guest plc (cells.yml:2:33) everything holds",
     {{2, 33, "guest plc: 1 CPU"}, {2, 47, "all or nothing of each l2 (CPUs 0-1; 2-3)"}}},
    {"guests:\n"
     "  plc: {os: bare, cpus: {count: 2, together: l2}}\n"
     "constraints:\n"
     "  - forbid: {cell: plc, cpus: [0]}\n"
     "    because: \"runs 12, 19\"\n"
     "  - {forbid: {cell: plc, cpus: [2]}}\n",
     "guest plc asks for 2 CPUs in one l2, but no l2 has more than 1 for it",
     "everything else holds without this (cells.yml:2:46): guest plc: all its CPUs in one l2 (CPUs "
     "0-1; 2-3)",
     {{2, 33, "guest plc: 2 CPUs"},
      {2, 46, "all its CPUs in one l2 (CPUs 0-1; 2-3)"},
      {4, 13, "not on CPU 0, because runs 12, 19"},
      {6, 14, "not on CPU 2"}}},
    {"guests:\n"
     "  plc: {os: linux, mem_regions: {heap: {size: 128 MiB}, small: {size: 2 MiB}}}\n"
     "  b: {os: bare, mem_regions: {m: {size: 1 MiB}}}\n",
     "region heap of guest plc needs 128 MiB, but 131068 KiB of RAM are free where that may "
     "be, in pieces of 64 MiB, 65532 KiB",
     "with at most 64 MiB for region heap of guest plc (cells.yml:2:47) everything holds",
     {{2, 47, "region heap of guest plc: 128 MiB in one piece, aligned to 2 MiB"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 40 MiB}}}\n"
     "  b: {os: bare, mem_regions: {m: {size: 40 MiB}}}\n"
     "  c: {os: bare, mem_regions: {m: {size: 44 MiB}}}\n",
     "124 MiB of memory are asked for in 3 pieces, but 128 MiB of RAM are free, in pieces of "
     "64 MiB, 64 MiB",
     "with at most 24 MiB for region m of guest b (cells.yml:3:41) everything holds",
     {{2, 41, "guest a: 40 MiB"}, {3, 41, "guest b: 40 MiB"}, {4, 41, "guest c: 44 MiB"}}},
    {"root:\n"
     "  hypervisor_memory: {size: 70 MiB}\n",
     "the hypervisor's memory needs 70 MiB, but 128 MiB of RAM are free, in pieces of 64 MiB, "
     "64 MiB",
     "with at most 64 MiB for the hypervisor (cells.yml:2:29) everything holds",
     {{2, 29, "the hypervisor: 70 MiB in one piece, aligned to 2 MiB"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 2 MiB, phys_start: 0x40000000}}}\n"
     "  b: {os: bare, mem_regions: {n: {size: 2 MiB, phys_start: 0x40100000}}}\n",
     "region m of guest a (0x40000000-0x401fffff) and region n of guest b (0x40100000-0x402fffff) "
     "overlap",
     "without phys_start for region m of guest a (cells.yml:2:41) everything holds",
     {{2, 41, "2 MiB at 0x40000000"}, {3, 41, "2 MiB at 0x40100000"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 2 MiB, phys_start: 0x3ff00000}}}\n",
     "region m of guest a is impossible: not all of it is memory",
     "without phys_start for region m of guest a (cells.yml:2:41) everything holds",
     {{2, 41, "2 MiB at 0x3ff00000"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 4 KiB, phys_start: 0x8000000, flags: [MEM_IO]}}}\n",
     "region m of guest a is impossible: it covers registers that the hypervisor must intercept",
     "everything else holds without it",
     {{2, 41, "4 KiB at 0x8000000"}}},
    {"guests:\n"
     "  a: {os: linux, mem_regions: {m: {size: 2 MiB, virt_start: 0x1000}}}\n",
     "region m of guest a (0x1000-0x200fff) and the boot region of guest a (0x0-0xffff) overlap "
     "in the address space of guest a",
     "with virt_start 0x200000 for region m of guest a (cells.yml:2:42) everything holds",
     {{2, 11, "guest a: a boot region of 64 KiB"}, {2, 42, "guest address 0x1000"}}},
    {"guests:\n"
     "  a: {os: bare, devices: [spi0]}\n"
     "  b: {os: bare, devices: [i2c0]}\n",
     "device dma0 cannot belong to both guest a and guest b",
     "everything else holds without this (cells.yml:3:27): guest b: device i2c0 with dma0",
     {{2, 27, "guest a: device spi0 with dma0"}, {3, 27, "guest b: device i2c0 with dma0"}}},
    {"guests:\n"
     "  a: {os: bare, console: uart1}\n"
     "  b: {os: bare, devices: [uart1]}\n",
     "device uart1 cannot belong to both guest a and guest b",
     "everything else holds without this (cells.yml:3:27): guest b: device uart1",
     {{2, 26, "guest a: console uart1"}, {3, 27, "guest b: device uart1"}}},
    {"root: {devices: [dma0]}\n"
     "guests:\n"
     "  b: {os: bare, devices: [i2c0]}\n",
     "device dma0 cannot belong to both the root cell and guest b",
     "everything else holds without this (cells.yml:3:27): guest b: device i2c0 with dma0",
     {{1, 18, "the root cell: device dma0"}, {3, 27, "guest b: device i2c0 with dma0"}}},
    {"guests:\n"
     "  a: {os: bare, devices: [clk]}\n",
     "device clk cannot leave the root cell: clocks of all devices",
     "everything else holds without it",
     {{2, 27, "guest a: device clk"}}},
    {"guests:\n"
     "  a: {os: bare, devices: [serial0]}\n",
     "device uart0 cannot leave the root cell: it is the console of the root cell",
     "everything else holds without it",
     {{2, 27, "guest a: device serial0"}}},
    /* The headline is about the notes, whatever else is tied to them. */
    {"guests:\n"
     "  a: {os: bare, devices: [spi0, uart1], mem_regions: {\n"
     "      m: {size: 4 MiB, virt_start: 0}, n: {size: 32 MiB, virt_start: 0x9800000}}}\n",
     "region n of guest a (0x9800000-0xb7fffff) and device spi0 (0xa000000-0xa000fff) overlap in "
     "the address space of guest a",
     "with virt_start 0xb200000 for region n of guest a (cells.yml:3:50) everything holds",
     {{3, 50, "region n of guest a: 32 MiB"}, {2, 27, "guest a: device spi0 with dma0"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 1 MiB}, n: {size: 68 KiB, virt_start: 0x8000000}}}\n",
     "the interrupt controller (0x8000000-0x800ffff) and region n of guest a (0x8000000-0x8010fff) "
     "overlap in the address space of guest a",
     "with virt_start 0x8010000 for region n of guest a (cells.yml:2:59) everything holds",
     {{2, 59, "region n of guest a: 68 KiB in one piece, aligned to 64 KiB, guest address"}}},
    {"guests:\n"
     "  a: {os: bare, cpu_reset_address: 0x80000000, mem_regions: {m: {size: 2 MiB}}}\n",
     "the communication region (0x80000000-0x80000fff) and region m of guest a "
     "(0x80000000-0x801fffff) overlap in the address space of guest a",
     "with virt_start and cpu_reset_address 0x80200000 for region m of guest a (cells.yml:2:72) "
     "everything holds",
     {{2, 72, "region m of guest a: 2 MiB"}}},
    {"guests:\n"
     "  a: {os: bare, console: \"&root.console\", mem_regions: {\n"
     "      m: {size: 1 MiB, virt_start: 0}, n: {size: 4 KiB, virt_start: 0x9000000}}}\n",
     "region n of guest a (0x9000000-0x9000fff) and console uart0 of guest a "
     "(0x9000000-0x9000fff) overlap in the address space of guest a",
     "with virt_start 0x9001000 for region n of guest a (cells.yml:3:50) everything holds",
     {{3, 50, "region n of guest a: 4 KiB"}, {2, 26, "guest a: console &root.console"}}},
    {"guests:\n"
     "  a: {os: bare, console: {address: 0xa000000, size: 4096, type: PL011,\n"
     "                          flags: [ACCESS_MMIO]}}\n"
     "  b: {os: bare, devices: [spi0]}\n",
     "the console of guest a (0xa000000-0xa000fff) has registers of device spi0, which "
     "guest b has",
     "everything else holds without this (cells.yml:4:27): guest b: device spi0 with dma0",
     {{2, 26, "guest a: console at 0xa000000"}, {4, 27, "guest b: device spi0"}}},
    {"guests:\n"
     "  a: {os: bare, console: {address: 0x80000000, size: 4096, type: PL011,\n"
     "                          flags: [ACCESS_MMIO]}}\n",
     "the console of guest a is impossible: it is meant for registers, but the board has memory "
     "there",
     "everything else holds without it",
     {{2, 26, "guest a: console at 0x80000000"}}},
    {"root: {hypervisor_memory: {phys_start: 0x40100000}}\n",
     "the hypervisor's memory is impossible: 0x40100000 is no multiple of 2 MiB",
     "with phys_start 0x40000000 for the hypervisor (cells.yml:1:27) everything holds",
     {{1, 27, "the hypervisor: 4 MiB at 0x40100000"}}},
    {"guests:\n"
     "  a: {os: bare, cpus: \"3\"}\n"
     "constraints:\n"
     "  - {forbid: {cell: a, cpus: [2, 3]}}\n"
     "  - {forbid: {cell: a, cpus: [1]}}\n",
     "guest a asks for 1 CPU, but may have none",
     "everything else holds without this (cells.yml:4:14): guest a: not on CPUs 2-3",
     {{2, 23, "guest a: CPU 3"}, {4, 14, "guest a: not on CPUs 2-3"}}},
    {"guests:\n"
     "  a: {os: bare, cpus: {count: 3, exclusive: l2}}\n"
     "  b: {os: bare}\n",
     "4 CPUs are asked for, the root cell keeps at least one, and the board has 4 online (0-3)",
     "with at most 2 CPUs for guest a (cells.yml:2:31) everything holds",
     {{2, 31, "guest a: 3 CPUs"}, {3, 6, "guest b: 1 CPU"}}},
    {"guests:\n"
     "  a: {os: bare, mem_regions: {m: {size: 64 KiB, virt_start: 0x0},\n"
     "                              n: {size: 4 KiB, virt_start: 0x10000000,\n"
     "                                  alignment: 0x8000000000000000}}}\n",
     "1 region is to begin at a multiple of 8388608 TiB, where free RAM has no room",
     "everything else holds without it",
     {{3, 41, "region n of guest a"}}},
    /* A guest has one CPU where the file says nothing: to say nothing is no cure. */
    {"guests: {a: {os: bare}}\n"
     "constraints:\n"
     "  - {forbid: {cell: a, cpus: 0-2}}\n"
     "  - {route: {interrupt: 34, cpu: 3}}\n",
     "2 constraints and 1 other wish cannot hold together",
     "everything else holds without this (cells.yml:4:13): interrupt 34: on CPU 3",
     {{1, 13, "guest a: 1 CPU"},
      {3, 14, "guest a: not on CPUs 0-2"},
      {4, 13, "interrupt 34: on CPU 3"}}},
    /* Two conflicts: no hint claims more than it can. */
    {"guests:\n"
     "  a: {os: bare, devices: [clk], mem_regions: {m: {size: 2 MiB, virt_start: 0x7ff00000}}}\n",
     "device clk cannot leave the root cell: clocks of all devices",
     NULL,
     {{2, 27, "guest a: device clk"}}},
};

static void check_notes(const struct aj_diag *diag, const struct note *notes)
{
    size_t count = 0;
    for (; count < 4 && notes[count].text != NULL; count++) {
        if (count >= diag->notes_count)
            fail_msg("note missing: %s", notes[count].text);
        const struct aj_diag_note *note = &diag->notes[count];
        if (strstr(note->msg, notes[count].text) == NULL)
            fail_msg("note '%s', expected '%s'", note->msg, notes[count].text);
        assert_string_equal(note->loc.file, "cells.yml");
        assert_int_equal(note->loc.line, notes[count].line);
        assert_int_equal(note->loc.col, notes[count].col);
    }
    assert_int_equal(diag->notes_count, count);
}

static bool ends_with(const char *text, const char *end)
{
    if (text == NULL || end == NULL)
        return text == end;
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static void test_conflicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(conflicts); i++) {
        struct fixture f;
        fixture_open(&f, fixture_board, conflicts[i].cells);
        assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
        const struct aj_diag *diag = fixture_diag(&f, "infeasible");
        assert_string_equal(diag->msg, conflicts[i].message);
        if (!ends_with(diag->hint, conflicts[i].hint))
            fail_msg("hint '%s', expected '%s'", diag->hint, conflicts[i].hint);
        check_notes(diag, conflicts[i].notes);
        fixture_build(&f);
        assert_int_equal(solver_explain(&f.cx, f.board, f.req, &f.facts, &f.wishes, INT64_MAX),
                         AJ_ERR_INFEASIBLE);
        fixture_irreducible(&f);
        fixture_close(&f);
    }
}

/* What the hints say is true to the last step: one more does not hold. */
static void test_hints_are_sharp(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, mem_regions: {m: {size: 64 MiB}}},\n"
                 "         b: {os: bare, mem_regions: {m: {size: 60 MiB}}}}\n");
    fixture_plan(&f);
    fixture_close(&f);
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, mem_regions: {m: {size: 64 MiB}}},\n"
                 "         b: {os: bare, mem_regions: {m: {size: 61 MiB}}}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(
        fixture_diag(&f, "infeasible")->hint,
        "with at most 60 MiB for region m of guest b (cells.yml:2:48) everything holds");
    fixture_close(&f);
}

/* Without time nothing is known: neither what could be spared nor what would help. */
static void test_no_hints_without_time(void **state)
{
    static const struct {
        int64_t deadline_ns;
        const char *message, *hint;
        size_t notes;
    } cases[] = {
        {INT64_MAX, NULL,
         "with at most 60 MiB for region m of guest b (cells.yml:2:48) everything holds", 3},
        {1, "there is no plan, and no time was left to find out what is in the way", NULL, 6},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        fixture_open(&f, fixture_board,
                     "guests: {a: {os: bare, mem_regions: {m: {size: 64 MiB}}},\n"
                     "         b: {os: bare, mem_regions: {m: {size: 61 MiB}}}}\n");
        fixture_build(&f);
        assert_int_equal(
            solver_explain(&f.cx, f.board, f.req, &f.facts, &f.wishes, cases[i].deadline_ns),
            AJ_ERR_INFEASIBLE);
        const struct aj_diag *diag = fixture_diag(&f, "infeasible");
        if (cases[i].message != NULL)
            assert_string_equal(diag->msg, cases[i].message);
        if (!ends_with(diag->hint, cases[i].hint))
            fail_msg("hint '%s'", diag->hint);
        assert_int_equal(diag->notes_count, cases[i].notes);
        const char *last = diag->notes[diag->notes_count - 1].msg;
        assert_int_equal(
            strcmp(last, "the time was too short to prove that each of them is needed") == 0,
            cases[i].deadline_ns == 1);
        fixture_close(&f);
    }
}

/*
 * Guest a is too full to prove that it holds (see test_search.c): that it does without guest b is no
 * hint.
 */
static void test_no_hints_without_proof(void **state)
{
    struct fixture f;
    struct aj_buf cells = {0};
    (void)state;
    aj_buf_adds(&cells, "root: {hypervisor_memory: {size: 8 KiB}}\n"
                        "guests: {b: {os: bare, mem_regions: {m: {size: 1 MiB}}},\n"
                        " a: {os: bare, mem_regions: {\n"
                        " m: {size: 16 KiB, alignment: 16 KiB},\n");
    for (uint32_t pages = 3; pages <= 18; pages++)
        aj_buf_addf(&cells, " r%u: {size: %u KiB, alignment: 4 KiB},\n", pages, 4 * pages);
    aj_buf_adds(&cells, "}}}\n");
    fixture_open(&f,
                 "arch: arm\n"
                 "cpus: {0: {}, 1: {}, 2: {}}\n"
                 "memory_regions: {ram: {phys_start: 0x50003000, size: 0xae000, type: ram}}\n",
                 aj_buf_text(&cells));
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(
        fixture_diag(&f, "infeasible")->hint,
        "with at most 644 KiB for region m of guest b (cells.yml:2:48) the conflict is gone");
    fixture_close(&f);
    aj_buf_free(&cells);
}

static const char links[] = "guests: {a: {os: bare}, b: {os: bare}}\n"
                            "shmem:\n"
                            "  l0: {protocol: UNDEFINED, size: 64 KiB, peers: [root, a]}\n"
                            "  l1: {protocol: UNDEFINED, size: 64 KiB, peers: [root, a, b]}\n";

static void test_too_few_lines(void **state)
{
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    /* Free are 0, 6, 7, 8, ...; a base needs 4 lines above it. */
    const char *enough = fixture_board_with(texts, "spi_limit: 32", "spi_limit: 13");
    const char *few = fixture_board_with(texts, "spi_limit: 32", "spi_limit: 12");
    fixture_open(&f, enough, links);
    fixture_plan(&f);
    fixture_close(&f);
    fixture_open(&f, few, links);
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    const struct aj_diag *diag = fixture_diag(&f, "infeasible");
    assert_string_equal(diag->msg,
                        "the links of 3 cells need 5 interrupt lines that no device uses, those "
                        "of a cell among 4 in a row; of SPIs 0-11 the board has 7 (0,6-11)");
    const struct note notes[4] = {{3, 35, "link l0: 64 KiB"}, {4, 35, "link l1: 64 KiB"}};
    check_notes(diag, notes);
    fixture_close(&f);
    fixture_open(&f, fixture_board_with(texts, "spi_limit: 32", "spi_limit: 0"), links);
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_true(ends_with(fixture_diag(&f, "infeasible")->msg, "; the board has no SPIs"));
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_no_hole(void **state)
{
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    const char *full =
        fixture_board_with(texts, "  gic: {",
                           "  bus: {phys_start: 0, size: 0xffe00000, type: window}\n"
                           "  top: {phys_start: 0xfff00000, size: 1 MiB, type: window}\n"
                           "  gic: {");
    const char *hole = fixture_board_with(texts, "  gic: {",
                                          "  bus: {phys_start: 0, size: 0xffe00000, type: window}\n"
                                          "  gic: {");
    fixture_open(&f, hole, links);
    fixture_plan(&f);
    assert_int_equal(model_plan_mem(f.plan, MODEL_MEM_PCI)->phys_start, 0xffe00000);
    fixture_close(&f);
    fixture_open(&f, full, links);
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    const struct aj_diag *diag = fixture_diag(&f, "infeasible");
    assert_string_equal(diag->msg,
                        "the virtual PCI host of the links needs 1088 KiB of unused addresses "
                        "below 4 GiB, aligned to 1 MiB, and there is no such hole");
    assert_int_equal(diag->notes_count, 1);
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_board_without_cpus(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f,
                 "arch: arm64\n"
                 "memory_regions: {ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}}\n",
                 "root: {}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(fixture_diag(&f, "infeasible")->msg,
                        "the root cell needs a CPU, but the board has none online");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_hints_are_sharp),
        cmocka_unit_test(test_no_hints_without_time),
        cmocka_unit_test(test_no_hints_without_proof),
        cmocka_unit_test(test_too_few_lines),
        cmocka_unit_test(test_no_hole),
        cmocka_unit_test(test_board_without_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
