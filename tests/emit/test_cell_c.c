/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include <dirent.h>
#include <inttypes.h>
#include <unistd.h>

#include "tests/emit/random_file.h"
#include "tests/support/support.h"

/* How many random files of each revision are compiled, in one run of the compiler. */
enum { FILES = 32 };

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    char dir[64];
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    snprintf(f->dir, sizeof f->dir, "/tmp/autojail-test-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    DIR *dir = opendir(f->dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        unlink(aj_strf(f->arena, "%s/%s", f->dir, entry->d_name));
    closedir(dir);
    rmdir(f->dir);
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

static void save(struct fixture *f, const char *name, const char *text)
{
    FILE *to = fopen(aj_strf(f->arena, "%s/%s", f->dir, name), "w");
    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    assert_int_equal(fclose(to), 0);
}

static void run(struct fixture *f, const char *command)
{
    const char *line = aj_strf(f->arena, "cd %s && %s", f->dir, command);
    if (system(line) != 0)
        fail_msg("failed: %s", line);
}

static struct aj_bytes load(struct fixture *f, const char *name)
{
    struct aj_bytes bytes = {NULL, 0};
    assert_int_equal(
        aj_file_read(&f->cx, aj_strf(f->arena, "%s/%s", f->dir, name), 1 << 24, f->arena, &bytes),
        AJ_OK);
    return bytes;
}

static const char *compiler(struct fixture *f, uint32_t revision)
{
    return aj_strf(f->arena,
                   "%s -std=gnu11 -Wall -Wextra -Werror -DJAILHOUSE_TEST_REVISION=%" PRIu32
                   " -I%s/support -I%s/..",
                   TEST_CC, revision, TEST_DIR, TEST_DIR);
}

static const char *c_form(struct fixture *f, const struct model_system *system, size_t which)
{
    struct aj_buf text = {0};
    assert_int_equal(emit_cell_c(&f->cx, system, which, &text), AJ_OK);
    const char *copy = aj_strdup(f->arena, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

/* Names have no place to break a line at. */
static void check_columns(const char *text)
{
    while (*text != '\0') {
        const size_t len = strcspn(text, "\n");
        size_t column = 0;
        for (size_t i = 0; i < len; i++)
            column = text[i] == '\t' ? (column / 8 + 1) * 8 : column + 1;
        if (column > 80 && strstr(text, ".name = ") == NULL)
            fail_msg("%zu columns: %.*s", column, (int)len, text);
        text += len + (text[len] == '\n');
    }
}

/*
 * One program of all the sources, which writes the bytes of their objects: what objcopy takes from
 * each, without a compiler run for each.
 */
static void compile_all(struct fixture *f, uint32_t revision)
{
    struct aj_buf program = {0};
    aj_buf_adds(&program, "#include <stdio.h>\n");
    for (int i = 0; i < FILES; i++)
        aj_buf_addf(&program, "#define config config_%d\n#include \"%d.c\"\n#undef config\n", i, i);
    aj_buf_adds(&program, "int main(void)\n{\n");
    for (int i = 0; i < FILES; i++)
        aj_buf_addf(&program, "fwrite(&config_%d, sizeof config_%d, 1, stdout);\n", i, i);
    aj_buf_adds(&program, "return 0;\n}\n");
    save(f, "all.c", aj_buf_text(&program));
    aj_buf_free(&program);
    run(f, aj_strf(f->arena, "%s -o all all.c && ./all > all.bin", compiler(f, revision)));
}

static void check_random(struct fixture *f, uint32_t revision)
{
    uint64_t random = test_random_start(revision);
    struct aj_buf expected = {0};
    for (int i = 0; i < FILES; i++) {
        const struct model_system *system;
        struct aj_buf file = {0};
        random_file(&random, revision, &file);
        const struct aj_bytes bytes = {(const uint8_t *)file.data, file.len};
        assert_int_equal(emit_cell_read(&f->cx, "random", bytes, f->arena, &system), AJ_OK);
        const char *text = c_form(f, system, system->header != NULL ? EMIT_ROOT : 0);
        check_columns(text);
        save(f, aj_strf(f->arena, "%d.c", i), text);
        aj_buf_add(&expected, file.data, file.len);
        aj_buf_free(&file);
    }
    compile_all(f, revision);
    const struct aj_bytes compiled = load(f, "all.bin");
    assert_int_equal(compiled.size, expected.len);
    assert_memory_equal(compiled.data, expected.data, expected.len);
    aj_buf_free(&expected);
    test_no_errors(&f->cx);
}

static void test_random_13(void **state)
{
    check_random(*state, 13);
}

static void test_random_14(void **state)
{
    check_random(*state, 14);
}

static const struct model_memory regions[] = {
    {0x7fb00000, 0x7fb00000, 0x1000, 0x81, "link net0: state table"},
    {0, 0, 0, 0, NULL},
    {0xfe215040, 0xfe215040, 0x40, 0x50093, "console \"serial0\" */ x"},
};
static const struct model_irqchip chips[] = {{0x8000000, 0, 32, {2, 0, 0, 0x3000}}};
static const struct model_pci_device devices[] = {
    {.type = 3,
     .domain = 1,
     .bdf = 8,
     .bar_mask = {0xfffff000},
     .shmem_dev_id = 1,
     .shmem_peers = 2,
     .shmem_protocol = 1,
     .comment = "link net0"},
};
static const struct model_cell cell = {
    .revision = 14,
    .architecture = MODEL_ARCH_ARM64,
    .name = "CODESYS PLC",
    .flags = JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,
    .cpus = {{0x0c}},
    .cpu_set_size = 8,
    .mem_regions = regions,
    .mem_regions_count = AJ_COUNT(regions),
    .irqchips = chips,
    .irqchips_count = AJ_COUNT(chips),
    .pci_devices = devices,
    .pci_devices_count = AJ_COUNT(devices),
    .vpci_irq_base = 108,
    .console = {.address = 0x9000000, .type = 3, .flags = 3},
};

static const char *const cell_text =
    "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */\n"
    "/* Jailhouse cell configuration \"CODESYS PLC\", made by autojail for arm64 */\n"
    "\n"
    "#include <jailhouse/types.h>\n"
    "#include <jailhouse/cell-config.h>\n"
    "\n"
    "#if JAILHOUSE_CONFIG_REVISION != 14\n"
    "#error This file is for configuration revision 14 of Jailhouse\n"
    "#endif\n"
    "\n"
    "struct {\n"
    "\tstruct jailhouse_cell_desc cell;\n"
    "\t__u64 cpus[1];\n"
    "\tstruct jailhouse_memory mem_regions[3];\n"
    "\tstruct jailhouse_irqchip irqchips[1];\n"
    "\tstruct jailhouse_pci_device pci_devices[1];\n"
    "} __attribute__((packed)) config = {\n"
    "\t.cell = {\n"
    "\t\t.signature = JAILHOUSE_CELL_DESC_SIGNATURE,\n"
    "\t\t.architecture = JAILHOUSE_ARM64,\n"
    "\t\t.revision = JAILHOUSE_CONFIG_REVISION,\n"
    "\t\t.name = \"CODESYS PLC\",\n"
    "\t\t.flags = JAILHOUSE_CELL_PASSIVE_COMMREG |\n"
    "\t\t\tJAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED,\n"
    "\n"
    "\t\t.cpu_set_size = sizeof(config.cpus),\n"
    "\t\t.num_memory_regions = ARRAY_SIZE(config.mem_regions),\n"
    "\t\t.num_irqchips = ARRAY_SIZE(config.irqchips),\n"
    "\t\t.num_pci_devices = ARRAY_SIZE(config.pci_devices),\n"
    "\t\t.vpci_irq_base = 108,\n"
    "\t\t.console = {\n"
    "\t\t\t.address = 0x9000000,\n"
    "\t\t\t.type = JAILHOUSE_CON_TYPE_PL011,\n"
    "\t\t\t.flags = JAILHOUSE_CON_ACCESS_MMIO |\n"
    "\t\t\t\tJAILHOUSE_CON_REGDIST_4,\n"
    "\t\t},\n"
    "\t},\n"
    "\n"
    "\t.cpus = {\n"
    "\t\t/* CPUs 2-3 */\n"
    "\t\t0x0c,\n"
    "\t},\n"
    "\n"
    "\t.mem_regions = {\n"
    "\t\t/* link net0: state table */\n"
    "\t\t{\n"
    "\t\t\t.phys_start = 0x7fb00000,\n"
    "\t\t\t.virt_start = 0x7fb00000,\n"
    "\t\t\t.size = 0x1000,\n"
    "\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_ROOTSHARED,\n"
    "\t\t},\n"
    "\t\t{ 0 },\n"
    "\t\t/* console \"serial0\" * / x */\n"
    "\t\t{\n"
    "\t\t\t.phys_start = 0xfe215040,\n"
    "\t\t\t.virt_start = 0xfe215040,\n"
    "\t\t\t.size = 0x40,\n"
    "\t\t\t.flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE |\n"
    "\t\t\t\tJAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED |\n"
    "\t\t\t\tJAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_32,\n"
    "\t\t},\n"
    "\t},\n"
    "\n"
    "\t.irqchips = {\n"
    "\t\t/* 33, 140-141 */\n"
    "\t\t{\n"
    "\t\t\t.address = 0x8000000,\n"
    "\t\t\t.pin_base = 32,\n"
    "\t\t\t.pin_bitmap = {\n"
    "\t\t\t\t0x00000002, 0x00000000, 0x00000000, 0x00003000,\n"
    "\t\t\t},\n"
    "\t\t},\n"
    "\t},\n"
    "\n"
    "\t.pci_devices = {\n"
    "\t\t/* link net0 */\n"
    "\t\t{\n"
    "\t\t\t.type = JAILHOUSE_PCI_TYPE_IVSHMEM,\n"
    "\t\t\t.domain = 0x1,\n"
    "\t\t\t.bdf = 0x8,\n"
    "\t\t\t.bar_mask = {\n"
    "\t\t\t\t0xfffff000, 0x00000000, 0x00000000, 0x00000000,\n"
    "\t\t\t\t0x00000000, 0x00000000,\n"
    "\t\t\t},\n"
    "\t\t\t.shmem_dev_id = 1,\n"
    "\t\t\t.shmem_peers = 2,\n"
    "\t\t\t.shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH,\n"
    "\t\t},\n"
    "\t},\n"
    "};\n";

static void test_text(void **state)
{
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    assert_string_equal(c_form(*state, &system, 0), cell_text);
}

/* Exactly as Jailhouse's build does it. */
static void test_objcopy(void **state)
{
    struct fixture *f = *state;
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    struct aj_buf expected = {0};
    save(f, "plc.c", c_form(f, &system, 0));
    run(f, aj_strf(f->arena,
                   "%s -O2 -c -o plc.o plc.c && %s -O binary -j .data"
                   " --remove-section=.note.gnu.property plc.o plc.cell",
                   compiler(f, 14), TEST_OBJCOPY));
    const struct aj_bytes compiled = load(f, "plc.cell");
    assert_int_equal(emit_cell_write(&f->cx, &system, 0, &expected), AJ_OK);
    assert_int_equal(compiled.size, expected.len);
    assert_memory_equal(compiled.data, expected.data, expected.len);
    aj_buf_free(&expected);
}

/* With headers of the other revision it must not compile to something else. */
static void test_other_revision(void **state)
{
    struct fixture *f = *state;
    struct model_cell other = cell;
    const struct model_system system = {.cells = &other, .cells_count = 1};
    for (other.revision = 13; other.revision <= 14; other.revision++) {
        save(f, "plc.c", c_form(f, &system, 0));
        run(f, aj_strf(f->arena,
                       "! %s -c -o plc.o plc.c 2>messages && grep -q 'revision %" PRIu32
                       " of' messages",
                       compiler(f, 27 - other.revision), other.revision));
    }
}

static void test_errors(void **state)
{
    struct fixture *f = *state;
    struct aj_buf text = {0};
    struct model_cell other = cell;
    const struct model_system system = {.cells = &other, .cells_count = 1};
    other.revision = 12;
    assert_int_equal(emit_cell_c(&f->cx, &system, 0, &text), AJ_ERR_INPUT);
    test_one_error(&f->cx, "cell-revision", 0, 0);
    assert_int_equal(text.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_text),      TEST(test_objcopy),   TEST(test_other_revision),
        TEST(test_random_13), TEST(test_random_14), TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
