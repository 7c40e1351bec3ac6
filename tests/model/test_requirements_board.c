/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

static const struct model_board *make(struct values *v, const struct aj_yaml *doc)
{
    const struct model_requirements *req = NULL;
    const struct model_board *board = NULL;
    if (model_requirements_read(&v->cx, doc, v->arena, &req) != AJ_OK ||
        model_board_from_requirements(&v->cx, req, v->arena, &board) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return board;
}

/* A board made from requirements is one that could have been read. */
static void check_readable(struct values *v, const struct model_board *board)
{
    struct aj_buf text = {0};
    const struct model_board *back = NULL;
    model_board_write(board, &text);
    if (model_board_read(&v->cx, values_parse(v, aj_buf_text(&text)), v->arena, &back) != AJ_OK ||
        !aj_schema_equal(&model_board_schema, board, back))
        fail_msg("%s\n%s", aj_buf_text(&text), test_diags(&v->cx));
    aj_buf_free(&text);
}

static void test_example(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        make(&v, values_parse_file(&v, "model/data/cells-without-board.yml"));
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    assert_int_equal(board->cpus_count, 1);
    assert_int_equal(board->platform.arm->gicd_base, 0x03881000);
    assert_int_equal(board->irqchips_count, 2);
    assert_int_equal(board->memory_regions_count, 1);
    assert_int_equal(board->memory_regions[0].type, MODEL_REGION_MMIO);
    assert_int_equal(test_count(&v.cx, "region-guess"), 1);
    assert_int_equal(board->consoles_count, 1);
    assert_int_equal(board->consoles[0].address, 0x3100000);
    assert_true(board->consoles[0].active && board->consoles[0].mmio);
    assert_int_equal(test_count(&v.cx, "board-guess"), 1); /* of CPUs; there are no links */
    check_readable(&v, board);
    values_close(&v);
}

static const char *const platform = "  platform_info: {gicd_base: 0x10000, gicr_base: 0x100000}\n";

static void test_regions_by_flags(void **state)
{
    static const struct {
        const char *flags;
        uint8_t type;
        bool guess;
    } samples[] = {
        {"", MODEL_REGION_RAM, false},
        {"[MEM_READ, MEM_WRITE]", MODEL_REGION_MMIO, false},
        {"[MEM_READ, MEM_WRITE, MEM_IO]", MODEL_REGION_MMIO, false},
        {"[MEM_READ, MEM_EXECUTE]", MODEL_REGION_MMIO, true},
        {"[MEM_READ, MEM_EXECUTE, MEM_IO]", MODEL_REGION_MMIO, false},
        {"[MEM_READ, MEM_EXECUTE, MEM_DMA]", MODEL_REGION_RAM, false},
        {"[MEM_READ, JAILHOUSE_MEM_LOADABLE]", MODEL_REGION_RAM, false},
        {"[MEM_IO, MEM_DMA]", MODEL_REGION_MMIO, false},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const char *text = aj_strf(v.arena,
                                   "root:\n%s  mem_regions:\n"
                                   "    a: {phys_start: 0x1000, size: 1 MB, flags: %s}\n",
                                   platform, samples[i].flags);
        const struct model_board *board = make(&v, values_parse(&v, text));
        assert_int_equal(board->memory_regions[0].type, samples[i].type);
        assert_int_equal(test_count(&v.cx, "region-guess"), samples[i].guess);
        values_close(&v);
    }
}

static void test_all_cells(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board = make(
        &v, values_parse(&v, aj_strf(v.arena,
                                     "root:\n%s  hypervisor_memory: {phys_start: 0x40000000}\n"
                                     "guests:\n"
                                     "  a: {os: bare, cpus: [2, 5], mem_regions: {m: {size: 4096, "
                                     "phys_start: 0x50000000}, n: {size: 1}}}\n"
                                     "  b: {os: linux, cpus: {count: 3}}\n",
                                     platform)));
    assert_int_equal(board->cpus_count, 6);
    assert_int_equal(board->platform.arm->gic_version, 3);
    assert_int_equal(board->memory_regions_count, 2);
    assert_string_equal(board->memory_regions[0].name, "a.m");
    assert_string_equal(board->memory_regions[1].name, "hypervisor.memory");
    assert_int_equal(board->memory_regions[1].size, AJ_MIB(4));
    assert_int_equal(board->consoles_count, 0);
    check_readable(&v, board);
    values_close(&v);
}

/* As many CPUs as are asked for where few are named. */
static void test_cpu_numbers(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        make(&v, values_parse(&v, aj_strf(v.arena,
                                          "root:\n%s  cpus: 0\n"
                                          "guests: {a: {os: bare, cpus: {count: 1024}}}\n",
                                          platform)));
    assert_int_equal(board->cpus_count, AJ_CPU_MAX);
    assert_int_equal(board->cpus[7].id.v, 7);
    assert_int_equal(board->cpus[260].mpidr.v, 0x104);
    values_close(&v);
}

static const char *const linked =
    "root:\n"
    "  console: {address: 0x9000000, size: 0x1000, type: PL011, flags: [ACCESS_MMIO]}\n"
    "  platform_info: {gicd_base: 0x8000000, gicr_base: 0x8fe0000}\n"
    "  mem_regions:\n"
    "    bus: {phys_start: 0x3f000000, size: 1 MiB, flags: [MEM_IO]}\n"
    "    ram: {phys_start: 0x3f800000, size: 1 GiB}\n"
    "  irqchips: {a: {address: 0, pin_base: 32, pin_bitmap: 0-127},\n"
    "             b: {address: 0, pin_base: 160, pin_bitmap: 0-63}}\n"
    "guests:\n"
    "  a: {os: bare, console: {address: 0xc001000, size: 64, type: PL011, flags: [ACCESS_MMIO]}}\n"
    "  b: {os: bare, console: {address: 0xd001000, size: 64, type: PL011}}\n"
    "shmem: {peers: [root, a]}\n";

/* With links, the last lines are left free and windows are laid around what is named. */
static void test_guesses(void **state)
{
    static const struct aj_range windows[] = {
        {0x8000000, 0x2000000}, /* the redistributors reach into the next 16 MiB, the UART's */
        {0xc000000, 0x1000000},
        {0x3f000000, 0x800000}, /* up to the RAM */
    };
    struct values v;
    struct aj_cpuset free;
    (void)state;
    values_open(&v);
    const struct model_board *board = make(&v, values_parse(&v, linked));
    assert_int_equal(test_count(&v.cx, "board-guess"), 2);
    assert_int_equal(v.cx.diags[1].loc.line, 2);
    assert_int_equal(v.cx.diags[1].loc.col, 3);
    model_board_free_spis(board, &free);
    assert_string_equal(aj_cpuset_format(v.arena, &free), "192-223");
    assert_int_equal(board->memory_regions_count, 2 + AJ_COUNT(windows));
    for (size_t i = 0; i < AJ_COUNT(windows); i++) {
        const struct model_region *region = &board->memory_regions[2 + i];
        assert_int_equal(region->type, MODEL_REGION_WINDOW);
        assert_int_equal(region->phys_start, windows[i].base);
        assert_int_equal(region->size, windows[i].size);
    }
    check_readable(&v, board);
    values_close(&v);
}

/* Nobody needs lines or addresses without links. */
static void test_no_guesses(void **state)
{
    struct values v;
    struct aj_cpuset free;
    (void)state;
    values_open(&v);
    const char *text = aj_strf(v.arena, "%.*s", (int)(strstr(linked, "shmem") - linked), linked);
    const struct model_board *board = make(&v, values_parse(&v, text));
    assert_int_equal(test_count(&v.cx, "board-guess"), 1);
    assert_int_equal(board->memory_regions_count, 2);
    model_board_free_spis(board, &free);
    assert_string_equal(aj_cpuset_format(v.arena, &free), "32-223");
    values_close(&v);
}

static void test_no_lines(void **state)
{
    struct values v;
    const struct model_requirements *req = NULL;
    const struct model_board *board;
    (void)state;
    values_open(&v);
    const char *text = "root: {platform_info: {gicd_base: 0x8000000, gicr_base: 0x80a0000}}\n"
                       "guests: {a: {os: bare}}\n"
                       "shmem: {peers: [root, a]}\n";
    assert_int_equal(model_requirements_read(&v.cx, values_parse(&v, text), v.arena, &req), AJ_OK);
    assert_int_equal(model_board_from_requirements(&v.cx, req, v.arena, &board), AJ_ERR_INPUT);
    test_one_error(&v.cx, "board-missing", 1, 7);
    make(&v, values_parse(&v, aj_strf(v.arena, "%.*s, spi_limit: 64%s",
                                      (int)(strstr(text, "}}") - text), text, strstr(text, "}}"))));
    values_close(&v);
}

static void test_no_platform(void **state)
{
    struct values v;
    const struct model_requirements *req = NULL;
    const struct model_board *board;
    (void)state;
    values_open(&v);
    assert_int_equal(
        model_requirements_read(&v.cx, values_parse(&v, "root: {name: a}\n"), v.arena, &req),
        AJ_OK);
    assert_int_equal(model_board_from_requirements(&v.cx, req, v.arena, &board), AJ_ERR_INPUT);
    test_one_error(&v.cx, "board-missing", 1, 7);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example),   cmocka_unit_test(test_regions_by_flags),
        cmocka_unit_test(test_all_cells), cmocka_unit_test(test_cpu_numbers),
        cmocka_unit_test(test_guesses),   cmocka_unit_test(test_no_guesses),
        cmocka_unit_test(test_no_lines),  cmocka_unit_test(test_no_platform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
