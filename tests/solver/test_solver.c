/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/solver.h"

#include <unistd.h>

#include <glpk.h>

#include "model/check.h"
#include "tests/solver/fixture.h"
#include "tests/solver/random_problem.h"

#define FIRST_SEED 90000u
#define INSTANCES  100u

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

/* The optimum of a file in LP format, by GLPK's own reader. */
static double optimum_of(const char *path)
{
    glp_prob *lp = glp_create_prob();
    glp_iocp control;
    glp_term_out(GLP_OFF);
    assert_int_equal(glp_read_lp(lp, NULL, path), 0);
    glp_init_iocp(&control);
    control.presolve = GLP_ON;
    assert_int_equal(glp_intopt(lp, &control), 0);
    assert_int_equal(glp_mip_status(lp), GLP_OPT);
    const double value = glp_mip_obj_val(lp);
    glp_delete_prob(lp);
    glp_term_out(GLP_ON);
    glp_free_env();
    return value;
}

/* What is dumped can be read back and has the optimum of the first level; the plan is the same. */
static void test_dump(void **state)
{
    char path[] = "/tmp/aj-dump-XXXXXX";
    const struct solver_options options = {.dump_lp = path};
    uint32_t solved = 0;
    (void)state;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    for (uint32_t seed = FIRST_SEED; seed < FIRST_SEED + INSTANCES; seed++) {
        struct fixture f = {.arena = aj_arena_open()};
        struct random_problem p = random_problem_make(f.arena, seed);
        uint32_t first[] = {seed % MODEL_OBJECTIVE_SMALLEST_NUMBERS};
        p.req->objectives = first;
        p.req->objectives_count = 1;
        aj_ctx_open(&f.cx);
        if (solver_solve(&f.cx, p.board, p.req, &options, f.arena, &f.plan) == AJ_OK) {
            /* The boot CPU counts -1 in the program and 0 in the plan. */
            const int64_t constant = first[0] == MODEL_OBJECTIVE_ROOT_KEEPS;
            const double value = optimum_of(path) + (double)constant;
            if (value < (double)f.plan->levels[0].value - 1e-6 ||
                value > (double)f.plan->levels[0].value + 1e-6)
                fail_msg("seed %u: %g in the file, %lld in the plan", seed, value,
                         (long long)f.plan->levels[0].value);
            solved++;
        }
        fixture_close(&f);
    }
    print_message("seeds %u..%u: %u files\n", FIRST_SEED, FIRST_SEED + INSTANCES - 1, solved);
    assert_true(solved > INSTANCES / 10);
    (void)unlink(path);
}

static void test_dump_fails(void **state)
{
    const struct solver_options options = {.dump_lp = "/nonexistent/program.lp"};
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
        cmocka_unit_test(test_raspberry_pi), cmocka_unit_test(test_names_do_not_matter),

        cmocka_unit_test(test_time_limit),   cmocka_unit_test(test_dump),
        cmocka_unit_test(test_dump_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
