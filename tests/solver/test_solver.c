/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/dump.h"
#include "solver/solver.h"

#include <dirent.h>
#include <unistd.h>

#include <glpk.h>

#include "base/fs.h"
#include "model/check.h"
#include "tests/solver/fixture.h"
#include "tests/solver/random_problem.h"

#define FIRST_SEED 90000u
#define DUMPS      400u

/* A Raspberry Pi 4 with 4 GiB, as far as it matters here. */
static const char pi_board[] =
    "arch: arm64\n"
    "cpus:\n"
    "  0: {package: 0, cluster: 0, core: 0, l2: l2}\n"
    "  1: {package: 0, cluster: 0, core: 1, l2: l2}\n"
    "  2: {package: 0, cluster: 0, core: 2, l2: l2}\n"
    "  3: {package: 0, cluster: 0, core: 3, l2: l2}\n"
    "memory_regions:\n"
    "  ram0: {phys_start: 0x0, size: 948 MiB, type: ram}\n"
    "  ram1: {phys_start: 0x40000000, size: 3008 MiB, type: ram}\n"
    "  kernel: {phys_start: 0x200000, size: 32 MiB, type: reserved}\n"
    "  cma: {phys_start: 0x2c000000, size: 64 MiB, type: reserved}\n"
    "  peripherals: {phys_start: 0xfc000000, size: 64 MiB, type: window}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0xff841000, gicc_base: 0xff842000,\n"
    "  gich_base: 0xff844000, gicv_base: 0xff846000, maintenance_irq: 25, spi_limit: 224}}\n"
    "consoles: {serial0: {type: \"8250\", address: 0xfe215040, size: 0x40, active: true,\n"
    "  intid: 125}}\n"
    "devices: {serial0: {path: /soc/serial@7e215040, interrupts: [{intid: 125}],\n"
    "  regions: [{phys_start: 0xfe215040, size: 0x40}]}}\n"
    "interrupts:\n"
    "  - {intid: 189, owner: eth0, counts: [61000, 0, 0, 0]}\n"
    "  - {intid: 158, owner: mmc0, counts: [20000, 0, 0, 0]}\n"
    "  - {intid: 125, owner: ttyS0, counts: [900, 0, 0, 0]}\n"
    "  - {intid: 65, owner: mailbox, counts: [4000, 0, 0, 0]}\n";

static const char pi_cells[] = "root: {console: serial0, hypervisor_memory: {size: 4 MiB}}\n"
                               "guests:\n"
                               "  plc:\n"
                               "    os: linux\n"
                               "    cpus: {count: 2}\n"
                               "    realtime: {period: 1 ms, deadline: 100 us}\n"
                               "    console: \"&root.console\"\n"
                               "    mem_regions: {memory: {size: 256 MB}}\n"
                               "shmem: {net0: {protocol: IVETH, size: 1 MB, peers: [root, plc]}}\n";

static const char *plan_text(struct fixture *f)
{
    struct aj_buf buf = {0};
    model_plan_write(f->plan, &buf);
    const char *text = aj_strdup(f->arena, aj_buf_text(&buf));
    aj_buf_free(&buf);
    return text;
}

static void test_raspberry_pi(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, pi_board, pi_cells);
    fixture_plan(&f);
    assert_int_equal(f.plan->status, MODEL_PLAN_OPTIMAL);
    assert_int_equal(f.plan->levels_count, 5);
    assert_string_equal(fixture_cpus(&f, "root"), "0-1");
    assert_string_equal(fixture_cpus(&f, "plc"), "2-3");
    assert_int_equal(fixture_mem(&f, MODEL_MEM_HYPERVISOR, NULL, NULL)->phys_start, 0xfbc00000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "plc", "memory")->phys_start, 0xebc00000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_LINK, NULL, "net0")->phys_start, 0xebb00000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_LOADER, "plc", NULL)->phys_start, 0xebaf0000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_PCI, NULL, NULL)->phys_start, 0x3b400000);
    assert_int_equal(f.plan->irqs_count, 4);
    assert_int_equal(f.plan->irqs[3].intid, 189);
    assert_int_equal(model_check_plan(&f.cx, f.board, f.req, f.plan), AJ_OK);
    const char *first = plan_text(&f);
    fixture_plan(&f);
    assert_string_equal(plan_text(&f), first);
    fixture_close(&f);
}

/* Neither names nor a second bank of memory that nobody needs change a decision. */
static void test_names_do_not_matter(void **state)
{
    struct fixture f, g;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, cpus: {count: 1}}, b: {os: linux, mem_regions: {m: {size: "
                 "8 MiB}}}}\n");
    fixture_open(&g, fixture_board,
                 "guests: {z: {os: bare, cpus: {count: 1}}, b: {os: linux, mem_regions: {k: {size: "
                 "8 MiB}}}}\n");
    fixture_plan(&f);
    fixture_plan(&g);
    for (size_t i = 0; i < f.plan->memory_count; i++)
        assert_int_equal(f.plan->memory[i].phys_start, g.plan->memory[i].phys_start);
    for (size_t i = 0; i < f.plan->cells_count; i++)
        assert_true(aj_cpuset_equal(&f.plan->cells[i].cpus, &g.plan->cells[i].cpus));
    fixture_close(&f);
    fixture_close(&g);
}

static void test_time_limit(void **state)
{
    const struct solver_options options = {.time_limit_ns = 1};
    struct fixture f;
    (void)state;
    fixture_open(&f, pi_board, pi_cells);
    assert_int_equal(solver_solve(&f.cx, f.board, f.req, &options, f.arena, &f.plan), AJ_ERR_LIMIT);
    test_one_error(&f.cx, "time-limit", 0, 0);
    fixture_close(&f);
}

static const char big_cells[] =
    "guests:\n"
    "  plc: {os: linux, cpus: {count: 3, together: l2}, realtime: {period: 1 ms}}\n"
    "  axis: {os: bare, cpus: {count: 2}, realtime: {period: 100 us}}\n"
    "  vision: {os: linux, cpus: {count: 3}}\n"
    "  safety: {os: bare, realtime: {period: 10 ms}}\n"
    "  panel: {os: linux, cpus: {count: 2}}\n"
    "shmem:\n"
    "  net0: {protocol: IVETH, size: 1 MiB, peers: [root, plc]}\n"
    "  data: {protocol: UNDEFINED, size: 1 MiB, peers: [plc, axis, safety]}\n";

/* 16 CPUs, four of which share an L2 cache, and many interrupts. */
static const char *big_board(struct aj_arena *arena)
{
    struct aj_buf text = {0};
    aj_buf_adds(&text, "arch: arm64\ncpus:\n");
    for (uint32_t i = 0; i < 16; i++)
        aj_buf_addf(&text, "  %u: {package: %u, cluster: %u, core: %u, l2: l2-%u}\n", i, i / 8,
                    i / 4, i, i / 4);
    aj_buf_adds(&text, "memory_regions:\n"
                       "  ram0: {phys_start: 0x40000000, size: 512 MiB, type: ram}\n"
                       "  ram1: {phys_start: 0x80000000, size: 512 MiB, type: ram}\n"
                       "platform: {arm: {gic_version: 3, gicd_base: 0x8000000,\n"
                       "  gicr_base: 0x80a0000, gicr_size: 0x200000, spi_limit: 224}}\n"
                       "interrupts:\n");
    for (uint32_t i = 0; i < 24; i++)
        aj_buf_addf(&text, "  - {intid: %u, counts: [%u]}\n", 40 + i, 1000 + 137 * (i * i % 19));
    const char *board = aj_strdup(arena, aj_buf_text(&text));
    aj_buf_free(&text);
    return board;
}

/* Whatever the time was enough for: a plan that holds, and bounds that are none too high. */
static void test_any_time_limit(void **state)
{
    struct solver_options options = {.time_limit_ns = 1000 * 1000};
    struct aj_arena *texts = aj_arena_open();
    const char *board = big_board(texts);
    uint32_t unfinished = 0;
    bool optimal = false;
    (void)state;
    for (; options.time_limit_ns < INT64_C(4000) * 1000 * 1000 && !optimal;
         options.time_limit_ns *= 2) {
        struct fixture f;
        fixture_open(&f, board, big_cells);
        const enum aj_status status =
            solver_solve(&f.cx, f.board, f.req, &options, f.arena, &f.plan);
        if (status == AJ_OK) {
            bool proved = true;
            assert_int_equal(model_check_plan(&f.cx, f.board, f.req, f.plan), AJ_OK);
            for (size_t i = 0; i < f.plan->levels_count; i++) {
                assert_true(f.plan->levels[i].bound <= f.plan->levels[i].value);
                proved = proved && f.plan->levels[i].bound == f.plan->levels[i].value;
            }
            optimal = f.plan->status == MODEL_PLAN_OPTIMAL;
            assert_true(proved || !optimal);
            unfinished += !optimal;
        } else {
            assert_int_equal(status, AJ_ERR_LIMIT);
            test_one_error(&f.cx, "time-limit", 0, 0);
        }
        fixture_close(&f);
    }
    print_message("%u plans that are not proved optimal\n", unfinished);
    aj_arena_close(texts);
}

static void test_verdicts(void **state)
{
    static const struct {
        const char *verdict, *id, *message;
        enum aj_severity severity;
    } cases[] = {
        {"ok", NULL, NULL, AJ_SEV_WARNING},
        {"soft, reasons: [\"pins\"]", NULL, NULL, AJ_SEV_WARNING},
        {"keep_running, reasons: [\"its clock comes from clk\", \"more\"]", "device-keep-running",
         "the root cell must keep running what device spi0 needs: its clock comes from clk",
         AJ_SEV_INFO},
        {"unsafe, reasons: [\"it masters the bus\"]", "device-unsafe",
         "through DMA of device spi0 the guest reaches all memory: it masters the bus",
         AJ_SEV_WARNING},
        {"unsafe", "device-unsafe",
         "through DMA of device spi0 the guest reaches all memory: it masters the bus, and the "
         "board has no IOMMU that Jailhouse drives",
         AJ_SEV_WARNING},
        {"hard", "device-hard",
         "device spi0 is hard to take from the root cell: it shares an engine with it",
         AJ_SEV_WARNING},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        const char *with =
            aj_strf(texts, "spi0: {path: /spi@a000000, verdict: %s,", cases[i].verdict);
        fixture_open(&f, fixture_board_with(texts, "spi0: {path: /spi@a000000,", with),
                     "guests: {a: {os: bare, devices: [spi0]}}\n");
        fixture_plan(&f);
        assert_int_equal(f.cx.diags_count, cases[i].id != NULL);
        if (cases[i].id != NULL) {
            const struct aj_diag *diag = fixture_diag(&f, cases[i].id);
            assert_string_equal(diag->msg, cases[i].message);
            assert_int_equal(diag->severity, cases[i].severity);
            assert_int_equal(diag->loc.line, 1);
            assert_int_equal(diag->loc.col, 33);
        }
        fixture_close(&f);
        aj_arena_close(texts);
    }
}

/* What travels along is as dangerous; what the root keeps is nobody's business. */
static void test_verdicts_along(void **state)
{
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    const char *board =
        fixture_board_with(texts, "dma0: {path: /dma@b000000,",
                           "dma0: {path: /dma@b000000, verdict: unsafe, reasons: [why],");
    (void)state;
    fixture_open(&f, board, "guests: {a: {os: bare, devices: [spi0]}}\n");
    fixture_plan(&f);
    assert_string_equal(fixture_diag(&f, "device-unsafe")->msg,
                        "through DMA of device dma0 the guest reaches all memory: why");
    fixture_close(&f);
    fixture_open(&f, board, "root: {devices: [dma0]}\nguests: {a: {os: bare}}\n");
    fixture_plan(&f);
    assert_int_equal(f.cx.diags_count, 0);
    fixture_close(&f);
    aj_arena_close(texts);
}

/* cells.yml alone, its console by address: the root keeps what it shares. */
static void test_console_without_a_board(void **state)
{
    static const char cells[] =
        "root:\n"
        "  console: {address: 0x9000000, size: 0x1000, type: PL011, flags: [ACCESS_MMIO]}\n"
        "  platform_info: {gicd_base: 0x8000000, gicr_base: 0x80a0000, gic_version: 3,\n"
        "                  maintenance_irq: 25}\n"
        "  mem_regions:\n"
        "    mmio: {phys_start: 0x9000000, size: 0x40000, flags: [MEM_READ, MEM_WRITE, MEM_IO]}\n"
        "    ram: {phys_start: 0x40000000, size: 1 GiB, flags: [MEM_EXECUTE, MEM_LOADABLE]}\n"
        "guests:\n"
        "  a: {os: bare, console: \"&root.console\"}\n"
        "  b: {os: linux, console: \"&root.console\"}\n"
        "  c: {os: bare}\n";
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, cells);
    assert_int_equal(model_board_from_requirements(&f.cx, f.req, f.arena, &f.board), AJ_OK);
    fixture_plan(&f);
    for (size_t i = 0; i < f.plan->cells_count; i++)
        assert_null(f.plan->cells[i].console);
    assert_false(f.plan->cells[0].console_shared);
    assert_true(f.plan->cells[1].console_shared);
    assert_true(f.plan->cells[2].console_shared);
    assert_false(f.plan->cells[3].console_shared);
    for (size_t i = 0; i < f.plan->memory_count; i++)
        assert_true(f.plan->memory[i].phys_start >= 0x40000000);
    assert_int_equal(model_check_plan(&f.cx, f.board, f.req, f.plan), AJ_OK);
    fixture_close(&f);
}

/* The optimum of a file in LP format, by GLPK's own reader; false if it has no answer. */
static bool optimum_of(const char *path, double *value)
{
    glp_prob *lp = glp_create_prob();
    glp_iocp control;
    glp_term_out(GLP_OFF);
    assert_int_equal(glp_read_lp(lp, NULL, path), 0);
    glp_init_iocp(&control);
    control.presolve = GLP_ON;
    const int end = glp_intopt(lp, &control);
    const bool answered = end == 0 && glp_mip_status(lp) == GLP_OPT;
    assert_true(answered || end == GLP_ENOPFS || glp_mip_status(lp) == GLP_NOFEAS);
    *value = glp_mip_obj_val(lp);
    glp_delete_prob(lp);
    glp_term_out(GLP_ON);
    glp_free_env();
    return answered;
}

static void remove_all(const char *path)
{
    struct aj_arena *arena = aj_arena_open();
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.')
            assert_int_equal(unlink(aj_strf(arena, "%s/%s", path, entry->d_name)), 0);
    }
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(path), 0);
    aj_arena_close(arena);
}

static bool contradicts(const char *path, int64_t expected)
{
    double value;
    const bool answered = optimum_of(path, &value);
    return !answered || value < (double)expected - 1e-6 || value > (double)expected + 1e-6;
}

/*
 * What is dumped can be read back and has the optimum of each level, without anything that only our
 * search knows; where there is no plan, the first file has no answer.
 */
static void test_dump(void **state)
{
    char dir[] = "/tmp/aj-dump-XXXXXX";
    uint32_t solved = 0;
    double value;
    (void)state;
    assert_non_null(mkdtemp(dir));
    for (uint32_t seed = FIRST_SEED; seed < FIRST_SEED + DUMPS; seed++) {
        struct fixture f = {.arena = aj_arena_open()};
        struct random_problem p = random_problem_make(f.arena, seed);
        const struct solver_options options = {.dump_forms = SOLVER_DUMP_LP,
                                               .dump_stem = aj_strf(f.arena, "%s/%u-", dir, seed)};
        aj_ctx_open(&f.cx);
        const bool holds = solver_solve(&f.cx, p.board, p.req, &options, f.arena, &f.plan) == AJ_OK;
        for (size_t i = 0; holds && i + 1 < f.plan->levels_count; i++) {
            const struct model_plan_level *level = &f.plan->levels[i];
            if (contradicts(aj_strf(f.arena, "%slevel%zu-%s.lp", options.dump_stem, i + 1,
                                    level->objective),
                            level->value))
                fail_msg("seed %u: %s is not %lld in the file", seed, level->objective,
                         (long long)level->value);
        }
        const char *first = aj_strf(f.arena, "%slevel1-preferences.lp", options.dump_stem);
        if (!aj_file_exists(first))
            first = aj_strf(f.arena, "%slevel1-isolation.lp", options.dump_stem);
        if (!holds && optimum_of(first, &value))
            fail_msg("seed %u: there is no plan, but an answer of the file", seed);
        solved += holds;
        fixture_close(&f);
    }
    print_message("seeds %u..%u: %u problems\n", FIRST_SEED, FIRST_SEED + DUMPS - 1, solved);
    assert_true(solved > DUMPS / 10);
    remove_all(dir);
}

static void test_dump_fails(void **state)
{
    const struct solver_options options = {.dump_forms = SOLVER_DUMP_LP,
                                           .dump_stem = "/nonexistent/"};
    struct fixture f;
    (void)state;
    fixture_open(&f, pi_board, pi_cells);
    assert_int_equal(solver_solve(&f.cx, f.board, f.req, &options, f.arena, &f.plan), AJ_ERR_IO);
    test_one_error(&f.cx, "file-write", 0, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raspberry_pi),
        cmocka_unit_test(test_names_do_not_matter),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_verdicts_along),
        cmocka_unit_test(test_console_without_a_board),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_any_time_limit),
        cmocka_unit_test(test_dump),
        cmocka_unit_test(test_dump_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
