/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/bare.h"

#include "tests/emit/lower_fixture.h"

/* Files of guest rt, which is the second. */
static const char *made(struct lower_fixture *f, size_t file)
{
    static const struct model_project project = {.name = "p"};
    struct emit_files files = {{NULL, 0, 0}};
    lower_ok(f);
    const struct emit_input input = {.project = &project,
                                     .board = f->board,
                                     .req = f->req,
                                     .plan = f->plan,
                                     .system = f->system};
    emit_bare(&input, 1, f->arena, &files);
    assert_int_equal(files.list.count, 2);
    assert_string_equal(files.list.items[0].name, "bare/p-rt.h");
    assert_string_equal(files.list.items[1].name, "bare/p-rt.ld");
    return aj_strndup(f->arena, files.list.items[file].data, files.list.items[file].size);
}

static void header(void **state)
{
    assert_string_equal(made(*state, 0),
                        "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */\n"
                        "/* What the guest rt has and where it sees it. Made by autojail. */\n"
                        "#ifndef CELL_RT_H\n"
                        "#define CELL_RT_H\n"
                        "\n"
                        "#define CELL_RESET_ADDRESS 0x0\n"
                        "#define CELL_COMM_BASE 0x80000000\n"
                        "#define CELL_RAM_MEMORY_BASE 0x0\n"
                        "#define CELL_RAM_MEMORY_SIZE 0x10000\n"
                        "#define CELL_CONSOLE_BASE 0x9030040\n"
                        "#define CELL_CONSOLE_TYPE 0x2\n"
                        "#define CELL_PCI_BASE 0x20000000\n"
                        "#define CELL_GICD_BASE 0x8000000\n"
                        "#define CELL_GICR_BASE 0x80a0000\n"
                        "#define CELL_DEVICE_UART1_BASE 0x9030040\n"
                        "#define CELL_DEVICE_UART1_SIZE 0x40\n"
                        "#define CELL_DEVICE_UART1_IRQ 0x25\n"
                        "#define CELL_LINK_FAST_BASE 0x7fa00000\n"
                        "#define CELL_LINK_FAST_STATE_SIZE 0x1000\n"
                        "#define CELL_LINK_FAST_RW_SIZE 0xdf000\n"
                        "#define CELL_LINK_FAST_OUTPUT_SIZE 0x10000\n"
                        "#define CELL_LINK_FAST_PEERS 0x2\n"
                        "#define CELL_LINK_FAST_ID 0x1\n"
                        "#define CELL_LINK_FAST_BDF 0x8\n"
                        "#define CELL_LINK_FAST_IRQ 0x69\n"
                        "\n"
                        "#endif\n");
}

static void linker(void **state)
{
    const char *text = made(*state, 1);
    assert_non_null(
        strstr(text, "MEMORY\n{\n    ram_memory (rwx) : ORIGIN = 0x0, LENGTH = 0x10000\n}\n"));
    assert_non_null(strstr(text, "\ncell_link_fast_irq = 0x69;\n"));
}

/* Regions whose names differ in what no name can have. */
static void alike(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "rt: {os: bare,",
                  "rt: {os: bare, mem_regions: {a-b: {size: 4 KiB}, a.b: {size: 4 KiB}},");
    lower_replace(f, &f->plan_yml, "cell: rt, name: memory,", "cell: rt, name: a-b,");
    lower_replace(f, &f->plan_yml, "  - {kind: link, name: fast",
                  "  - {kind: ram, cell: rt, name: a.b, phys_start: 0x7f9d0000, virt_start: "
                  "0x10000,\n     size: 64 KiB, flags: [MEM_READ, MEM_WRITE]}\n"
                  "  - {kind: link, name: fast");
    const char *text = made(f, 1);
    assert_non_null(strstr(text, "    ram_a_b (rwx)"));
    assert_non_null(strstr(text, "    ram_a_b_base_4 (rwx)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {LOWER_TEST(header), LOWER_TEST(linker), LOWER_TEST(alike)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
