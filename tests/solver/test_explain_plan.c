/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_plan.h"

#include "tests/solver/fixture.h"

static const char cells[] =
    "guests:\n"
    "  a: {os: bare, cpus: \"3\", devices: [spi0], mem_regions: {m: {size: 2 MiB}}}\n"
    "  b: {os: bare, cpus: {count: 1, exclusive: core}, realtime: {period: 1 ms},\n"
    "      mem_regions: {m: {size: 60 MiB}, n: {size: 1 MiB, phys_start: 0x41000000}}}\n";

static const char *explain(struct fixture *f, const char *what, struct aj_buf *text)
{
    const struct solver_options options = {0};
    assert_int_equal(solver_explain_plan(&f->cx, f->board, f->req, f->plan, &options, what, text),
                     AJ_OK);
    return aj_buf_text(text);
}

static void expect(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("not said: %s\nbut:\n%s", part, text);
}

static void test_all(void **state)
{
    struct fixture f;
    struct aj_buf buf = {NULL, 0, 0};
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    const char *text = explain(&f, NULL, &buf);
    expect(text, "objective                     value      bound      gap    nodes\nisolation ");
    /* what names it */
    expect(text, "a: CPU 3\n  there is no other way\n  cells.yml:2:23: guest a: CPU 3\n");
    /* beside a it shares a cache with one cell, beside the root too, but further from the boot CPU */
    expect(text, "b: CPU 2\n  another way ");
    expect(text, "b, region n: 0x41000000\n  cells.yml:4:69: the file says so\n");
    expect(text, "hypervisor: 0x");
    expect(text, "a, region m: ");
    expect(text, "only the order of ties decides\n");
    expect(text, "device spi0: guest a\n  cells.yml:2:38: the file says so\n");
    expect(text, "device dma0: guest a\n"
                 "  cells.yml:2:37: it cannot be separated from spi0\n");
    aj_buf_free(&buf);
    fixture_close(&f);
}

/* Two CPUs beside one cache are better than any others: by how much is said. */
static void test_cost(void **state)
{
    struct fixture f;
    struct aj_buf buf = {NULL, 0, 0};
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {rt: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}}\n"
                 "constraints: [{forbid: {cell: rt, cpus: [0]}}]\n");
    fixture_plan(&f);
    const char *text = explain(&f, "rt", &buf);
    expect(text, "rt: CPUs 2-3\n  another way costs isolation: ");
    assert_null(strstr(text, "root: "));
    aj_buf_free(&buf);
    fixture_close(&f);
}

/* Devices by any of their names: those that were picked, given up, or asked for by nobody. */
static void test_devices(void **state)
{
    static const struct {
        const char *what, *text;
    } cases[] = {
        {"/uart@9001000",
         "device uart1: guest a\n  cells.yml:2:27: it is the console of the cell alone\n"},
        {"spi0",
         "device spi0: guest a\n  cells.yml:3:23: the first of class spi (spi0) that leaves a "
         "plan as good\n"},
        {"usb",
         "a, wish for any usb: not met\n  cells.yml:3:35: usb (none is free to leave the root "
         "cell): not to meet it costs 3, "},
        {"serial0", "device uart0: the root cell\n  no guest has it\n"},
        {"loader", "a, region loader: 0x"},
        {"memory", "a, region memory: 0x"},
        {"hypervisor", "hypervisor: 0x40400000\n  cells.yml:4:40: the file says so\n"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        struct aj_buf buf = {NULL, 0, 0};
        fixture_open(&f, fixture_board,
                     "guests:\n"
                     "  a: {os: linux, console: uart1, mem_regions: {memory: {size: 2 MiB}},\n"
                     "      devices: [{any: spi}, {any: usb, cost: 3}]}\n"
                     "root: {hypervisor_memory: {phys_start: 0x40400000}}\n");
        fixture_plan(&f);
        expect(explain(&f, cases[i].what, &buf), cases[i].text);
        aj_buf_free(&buf);
        fixture_close(&f);
    }
}

/* Links, the lines of virtual devices, and knobs. */
static void test_others(void **state)
{
    struct fixture f;
    struct aj_buf buf = {NULL, 0, 0};
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, cpus: {count: 1}}}\n"
                 "shmem: {net0: {protocol: veth, size: 1 MiB, peers: [root, a]}}\n"
                 "constraints: [{set: {cell: root, knob: governor, value: performance}}]\n");
    fixture_plan(&f);
    const char *text = explain(&f, NULL, &buf);
    expect(text, "link net0: device 0 of the virtual bus\n"
                 "  cells.yml:2:52: links are numbered as they stand in the file\n"
                 "link net0: 0x");
    expect(text, "a: virtual interrupts from line ");
    expect(text, "root, knob governor: performance\n  there is no other way\n  cells.yml:3:");
    aj_buf_free(&buf);
    fixture_close(&f);
}

static void test_nobody(void **state)
{
    const struct solver_options options = {0};
    struct fixture f;
    struct aj_buf buf = {NULL, 0, 0};
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    assert_int_equal(solver_explain_plan(&f.cx, f.board, f.req, f.plan, &options, "nobody", &buf),
                     AJ_ERR_USAGE);
    test_one_error(&f.cx, "usage", 0, 0);
    aj_buf_free(&buf);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),     cmocka_unit_test(test_cost),
        cmocka_unit_test(test_devices), cmocka_unit_test(test_others),
        cmocka_unit_test(test_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
