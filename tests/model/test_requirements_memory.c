/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

static const char *const board_text =
    "cpus: {0: {}, 1: {}, 2: {}, 3: {}}\n"
    "memory_regions:\n"
    "  uart: {phys_start: 0x2000, size: 64, type: mmio}\n"
    "  ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}\n"
    "  kernel: {phys_start: 0x40200000, size: 2 MiB, type: reserved}\n";

static enum aj_status check(struct values *v, const char *board_yml, const char *cells_yml)
{
    const struct model_board *board = NULL;
    const struct model_requirements *req = NULL;
    if (model_board_read(&v->cx, values_parse(v, board_yml), v->arena, &board) != AJ_OK ||
        model_requirements_read(&v->cx, values_parse(v, cells_yml), v->arena, &req) != AJ_OK)
        fail_msg("%s\n%s", cells_yml, test_diags(&v->cx));
    return model_requirements_check(&v->cx, board, req);
}

#define BARE(regions)  "guests: {a: {os: bare, mem_regions: {" regions "}}}\n"
#define LINUX(regions) "guests: {a: {os: linux, mem_regions: {" regions "}}}\n"
#define AT(address, os, regions) \
    "guests: {a: {cpu_reset_address: " address ", os: " os ", mem_regions: {" regions "}}}\n"
#define NO_LOAD ", flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE]"
#define LOAD    ", flags: [MEM_WRITE, MEM_LOADABLE]"

/* Each flaw with its neighbour that is none: id NULL. */
static const struct {
    const char *text, *id;
    uint32_t line, col;
} samples[] = {
    {BARE("m: {size: 2 MiB, phys_start: 0x40000000}"), NULL, 0, 0},
    {BARE("m: {size: 0x200001, phys_start: 0x40000000}"), "mem-reserved", 1, 70},
    {"root: {hypervisor_memory: {size: 4 MiB, phys_start: 0x40200000}}\n", "mem-reserved", 1, 53},
    {"root: {hypervisor_memory: {size: 4 MiB, phys_start: 0x40400000}}\n", NULL, 0, 0},

    {"root: {hypervisor_memory: {size: 4 MiB, phys_start: 0x40400800}}\n", "mem-page", 1, 53},
    {"root: {hypervisor_memory: {physical_start: 0x40400800}}\n", "mem-page", 1, 44},
    {BARE("m: {size: 0x1234, phys_start: 0x40001000}"), NULL, 0, 0},
    {BARE("m: {size: 0x1234, phys_start: 0x40001010}"), "mem-page", 1, 68},
    {BARE("m: {size: 1}, n: {size: 1 KiB, virt_start: 0x70001000}"), NULL, 0, 0},
    {BARE("m: {size: 1}, n: {size: 1 KiB, virt_start: 0x70000800}"), "mem-page", 1, 81},
    {BARE("m: {size: 1}, n: {size: 1 KiB, virtual_start: 0x70000800}"), "mem-page", 1, 84},
    {BARE("m: {size: 1}, n: {size: 8 KiB, phys_start: 0x2000}"), NULL, 0, 0},
    {BARE("m: {size: 1}, n: {size: 64, phys_start: 0x2000}"), "mem-page", 1, 62},
    {BARE("m: {size: 1}, n: {size: 4 KiB, phys_start: 0x2040}"), "mem-page", 1, 81},
    {BARE("m: {size: 1}, n: {size: 64, phys_start: 0x2040, flags: [MEM_READ, MEM_IO, MEM_IO_32]}"),
     NULL, 0, 0},

    {"guests: {a: {os: bare, cpu_reset_address: 0x12345}}\n", NULL, 0, 0},
    {BARE("m: {size: 4 KiB" NO_LOAD "}"), "cpu-reset", 1, 62},
    {BARE("m: {size: 4 KiB" LOAD "}"), NULL, 0, 0},
    {BARE("m: {size: 4 KiB, flags: [MEM_READ, MEM_LOADABLE]}"), "cpu-reset", 1, 62},
    {BARE("m: {size: 4 KiB, virt_start: 0x1000}"), "cpu-reset", 1, 37},
    {BARE("m: {size: 4 KiB, virt_start: 0x1000}, n: {size: 4 KiB, virt_start: 0}"), NULL, 0, 0},
    {BARE("m: {size: 64, phys_start: 0x2000, flags: [MEM_IO, MEM_IO_8]}, n: {size: 4 KiB}"), NULL,
     0, 0},
    {BARE("m: {size: 4 KiB, phys_start: 0x2000}"), "cpu-reset", 1, 37},
    {AT("0x10fff", "bare", "m: {size: 4 KiB}"), NULL, 0, 0},
    {AT("0x10fff", "bare", "m: {size: 4 KiB, virt_start: 0x10000}"), NULL, 0, 0},
    {AT("0x11000", "bare", "m: {size: 4 KiB, virt_start: 0x10000}"), "cpu-reset", 1, 65},
    {AT("0x40000000", "bare", "m: {size: 8}, n: {size: 8}"), NULL, 0, 0},
    {AT("0x40001000", "bare", "m: {size: 8, virt_start: 0}, n: {size: 8, phys_start: 0x40001000}"),
     NULL, 0, 0},
    {AT("0xfffffffffffff000", "bare", "m: {size: 4 KiB}"), NULL, 0, 0},
    {AT("0xfffffffffffff000", "bare", "m: {size: 4097}"), "cpu-reset", 1, 76},

    {LINUX("m: {size: 16 MiB, virt_start: 0x1000}"), NULL, 0, 0},
    {LINUX("m: {size: 16 MiB, virt_start: 0}"), NULL, 0, 0},
    {LINUX("m: {size: 16 MiB, virt_start: 0" NO_LOAD "}"), "cpu-reset", 1, 79},
    {LINUX("m: {size: 16 MiB}, n: {size: 64 KiB, virt_start: 0}"), NULL, 0, 0},
    {LINUX("m: {size: 16 MiB}, n: {size: 60 KiB, virt_start: 0}"), "cpu-reset", 1, 61},

    {"root: {hypervisor_memory: {size: 1 MiB}}\n", NULL, 0, 0},
    {"root: {hypervisor_memory: {size: 0xff000}}\n", "hypervisor-size", 1, 34},
};

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const enum aj_status status = check(&v, board_text, samples[i].text);
        if (status != (samples[i].id != NULL ? AJ_ERR_INPUT : AJ_OK))
            fail_msg("%s%s", samples[i].text, test_diags(&v.cx));
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        values_close(&v);
    }
}

static void test_warnings(void **state)
{
    static const struct {
        const char *text, *id;
        size_t count;
    } cases[] = {
        {LINUX("m: {size: 16 MiB}"), "mem-small", 0},
        {LINUX("m: {size: 0xffffff}"), "mem-small", 1},
        {LINUX("m: {size: 8 MiB}, n: {size: 8 MiB}"), "mem-small", 1},
        {LINUX("m: {size: 8 MiB}, n: {size: 16 MiB}"), "mem-small", 0},
        {LINUX("m: {size: 8 MiB}, n: {size: 16 MiB, phys_start: 0x1000000}"), "mem-small", 1},
        {BARE("m: {size: 64 KiB}"), "mem-small", 0},
        {"guests: {a: {os: linux}}\n", "mem-small", 0},
        {AT("0x0", "linux", "m: {size: 16 MiB}"), "linux-reset", 0},
        {AT("0x1000", "linux", "m: {size: 16 MiB}"), "linux-reset", 1},
        {AT("0x1000", "bare", "m: {size: 16 MiB}"), "linux-reset", 0},
        {"root: {hypervisor_memory: {size: 2 MiB}}\n", "hypervisor-small", 0},
        {"root: {hypervisor_memory: {size: 0x1ff000}}\n", "hypervisor-small", 1},
        {"root: {name: r}\n", "hypervisor-small", 0},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct values v;
        values_open(&v);
        assert_int_equal(check(&v, board_text, cases[i].text), AJ_OK);
        if (test_count(&v.cx, cases[i].id) != cases[i].count || v.cx.diags_count != cases[i].count)
            fail_msg("%s%s", cases[i].text, test_diags(&v.cx));
        values_close(&v);
    }
}

static void test_warnings_have_positions(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const char *text = "root:\n  hypervisor_memory: {size: 1 MiB}\n"
                       "guests: {a: {os: linux, mem_regions: {m: {size: 4096}, n: {size: 8192}}},\n"
                       "         b: {os: linux, cpu_reset_address: 0x1000}}\n";
    assert_int_equal(check(&v, board_text, text), AJ_OK);
    assert_int_equal(v.cx.diags_count, 3);
    assert_string_equal(v.cx.diags[0].id, "hypervisor-small");
    assert_int_equal(v.cx.diags[0].loc.line, 2);
    assert_int_equal(v.cx.diags[0].loc.col, 29);
    assert_string_equal(v.cx.diags[1].id, "mem-small");
    assert_int_equal(v.cx.diags[1].loc.line, 3);
    assert_int_equal(v.cx.diags[1].loc.col, 66);
    assert_string_equal(v.cx.diags[2].id, "linux-reset");
    assert_int_equal(v.cx.diags[2].loc.line, 4);
    assert_int_equal(v.cx.diags[2].loc.col, 44);
    values_close(&v);
}

/* Registers in a part of a page and RAM that is reserved: each flaw is told. */
static void test_collects(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    assert_int_equal(check(&v, board_text,
                           "guests:\n"
                           "  a: {os: bare, mem_regions: {m: {size: 64, phys_start: 0x2040}}}\n"
                           "  b: {os: linux, mem_regions: {n: {size: 1, phys_start: 0x40200001,\n"
                           "     virt_start: 8}}}\n"),
                     AJ_ERR_INPUT);
    assert_int_equal(test_count(&v.cx, "mem-page"), 4);
    assert_int_equal(test_count(&v.cx, "mem-reserved"), 1);
    assert_int_equal(test_count(&v.cx, "cpu-reset"), 1);
    values_close(&v);
}

/* Only arm64 is known not to work with so little. */
static void test_hypervisor_of_arm(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const char *board = "arch: arm\ncpus: {0: {}}\n"
                        "memory_regions: {ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}}\n";
    assert_int_equal(check(&v, board, "root: {hypervisor_memory: {size: 512 KiB}}\n"), AJ_OK);
    assert_int_equal(test_count(&v.cx, "hypervisor-small"), 1);
    values_close(&v);
}

static void test_no_ram(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const char *board = "cpus: {0: {}}\n"
                        "memory_regions: {a: {phys_start: 0, size: 4096, type: firmware}}\n";
    assert_int_equal(check(&v, board, "root: {name: a}\n"), AJ_ERR_INPUT);
    test_one_error(&v.cx, "board-ram", 2, 17);
    values_close(&v);
}

static void test_no_ram_without_board(void **state)
{
    struct values v;
    const struct model_requirements *req = NULL;
    const struct model_board *board = NULL;
    (void)state;
    values_open(&v);
    const struct aj_yaml *doc =
        values_parse(&v, "root:\n"
                         "  platform_info: {gicd_base: 0x10000, gicr_base: 0x100000}\n"
                         "  mem_regions: {a: {phys_start: 0x9000, size: 4096, flags: MEM_IO}}\n");
    assert_int_equal(model_requirements_read(&v.cx, doc, v.arena, &req), AJ_OK);
    assert_int_equal(model_board_from_requirements(&v.cx, req, v.arena, &board), AJ_OK);
    assert_int_equal(model_requirements_check(&v.cx, board, req), AJ_ERR_INPUT);
    test_one_error(&v.cx, "board-ram", 3, 16);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_warnings_have_positions),
        cmocka_unit_test(test_collects),
        cmocka_unit_test(test_hypervisor_of_arm),
        cmocka_unit_test(test_no_ram),
        cmocka_unit_test(test_no_ram_without_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
