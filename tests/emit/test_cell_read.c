/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include "model/check.h"
#include "tests/emit/random_file.h"
#include "tests/support/support.h"

/* A system configuration without arrays but 8 bytes of CPU set: 496 bytes. */
static void add_small_system(struct aj_buf *to)
{
    uint8_t bytes[496] = "JHSYS\2\16";
    bytes[6] = 14;
    memcpy(bytes + 364, "root", 4);
    bytes[404] = 8;
    bytes[488] = 0x0f;
    aj_buf_add(to, bytes, sizeof bytes);
}

/* A cell of one CPU and one memory region: 172 bytes. */
static void add_small_cell(struct aj_buf *to)
{
    uint8_t bytes[172] = "JHCLL\2";
    bytes[6] = 14;
    memcpy(bytes + 8, "plc", 3);
    bytes[48] = 8;
    bytes[52] = 1;
    bytes[132] = 0x04;
    bytes[141] = 0x10;
    aj_buf_add(to, bytes, sizeof bytes);
}

static enum aj_status read_bytes(struct test_fixture *f, const void *data, size_t size,
                                 const struct model_system **system)
{
    /* A copy of its exact size, so that a read beyond its end is found. */
    uint8_t *copy = malloc(size + 1);
    memcpy(copy, data, size);
    copy[size] = 0;
    const struct aj_bytes bytes = {copy, size};
    const enum aj_status status = emit_cell_read(&f->cx, "x.cell", bytes, f->arena, system);
    free(copy);
    return status;
}

static void expect_error(struct test_fixture *f, const void *data, size_t size, const char *id,
                         const char *text)
{
    const struct model_system *system = NULL;
    struct aj_ctx fresh;
    aj_ctx_open(&fresh);
    struct test_fixture own = {fresh, f->arena};
    assert_int_equal(read_bytes(&own, data, size, &system), AJ_ERR_INPUT);
    test_one_error(&own.cx, id, 0, 0);
    if (strstr(test_diags(&own.cx), text) == NULL)
        fail_msg("'%s' expected in:\n%s", text, test_diags(&own.cx));
    assert_string_equal(own.cx.diags[0].loc.file, "x.cell");
    assert_null(system);
    aj_ctx_close(&own.cx);
}

static void test_fields(void **state)
{
    struct test_fixture *f = *state;
    const struct model_system *system;
    struct aj_buf file = {0};
    add_small_cell(&file);
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_null(system->header);
    assert_null(system->root);
    assert_int_equal(system->cells_count, 1);
    assert_string_equal(system->cells[0].name, "plc");
    assert_string_equal(system->cells[0].file, "x.cell");
    assert_int_equal(system->cells[0].architecture, MODEL_ARCH_ARM64);
    assert_int_equal(system->cells[0].revision, 14);
    assert_int_equal(system->cells[0].cpu_set_size, 8);
    assert_int_equal(aj_cpuset_next(&system->cells[0].cpus, 0), 2);
    assert_int_equal(aj_cpuset_count(&system->cells[0].cpus), 1);
    assert_int_equal(system->cells[0].mem_regions_count, 1);
    assert_int_equal(system->cells[0].mem_regions[0].phys_start, 0x1000);
    assert_false(system->cells[0].name_tail_used);
    aj_buf_free(&file);
    test_no_errors(&f->cx);
}

/* Every file, cut at every byte, is refused with the id for that; never more and never less. */
static void test_every_truncation(void **state)
{
    struct test_fixture *f = *state;
    void (*const makers[])(struct aj_buf *) = {add_small_system, add_small_cell};
    for (size_t m = 0; m < AJ_COUNT(makers); m++) {
        struct aj_buf file = {0};
        makers[m](&file);
        for (size_t size = 5; size < file.len; size++)
            expect_error(f, file.data, size, "cell-truncated", "ends at byte");
        aj_buf_free(&file);
    }
}

static void test_truncated_says_where(void **state)
{
    struct test_fixture *f = *state;
    struct aj_buf file = {0};
    add_small_cell(&file);
    expect_error(f, "", 0, "cell-truncated", "the file is empty");
    expect_error(f, file.data, 7, "cell-truncated", "ends at byte 7, before the revision");
    expect_error(f, file.data, 131, "cell-truncated",
                 "its cell descriptor, 132 bytes from byte 0, ends at byte 132");
    expect_error(f, file.data, 139, "cell-truncated",
                 "its CPU set, 8 bytes from byte 132, ends at byte 140");
    expect_error(f, file.data, 171, "cell-truncated",
                 "its mem_regions, 1 of 32 bytes from byte 140, end at byte 172");
    memset(file.data + 52, 0xff, 4);
    expect_error(f, file.data, file.len, "cell-truncated",
                 "4294967295 of 32 bytes from byte 140, end at byte 137438953580");
    aj_buf_free(&file);
}

/* 2^27 + 1 regions of 32 bytes: Jailhouse's own 32-bit sum would wrap to the 32 bytes there are. */
static void test_counters_do_not_wrap(void **state)
{
    struct test_fixture *f = *state;
    struct aj_buf file = {0};
    add_small_cell(&file);
    file.data[55] = 0x08;
    expect_error(f, file.data, file.len, "cell-truncated", "134217729 of 32 bytes");
    aj_buf_free(&file);
}

static void test_cpu_set_limit(void **state)
{
    struct test_fixture *f = *state;
    const struct model_system *system;
    struct aj_buf file = {0};
    uint8_t rest[256] = {0};
    add_small_cell(&file);
    aj_buf_add(&file, rest, sizeof rest);
    file.data[48] = (char)128;
    rest[127] = 0x80;
    memcpy(file.data + 132, rest, 128);
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_true(aj_cpuset_has(&system->cells[0].cpus, AJ_CPU_MAX - 1));
    file.data[48] = (char)129;
    expect_error(f, file.data, file.len, "cell-limit", "the CPU set has 129 bytes");
    aj_buf_free(&file);
}

static void test_signatures(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *id, *text;
    } cases[] = {
        {"JHSYS\2\16", 8, "cell-truncated", "system header"},
        {"JHSYST\16", 8, "cell-signature", "'JHSYST' does not belong to revision 14"},
        {"JHCLL\2\15", 8, "cell-signature", "'JHCLL' does not belong to revision 13"},
        {"JHCLL\3\16", 8, "cell-architecture", "architecture 3"},
        {"JHCELL\14", 8, "cell-truncated", "revision 12"},
        {"JHSYST\13", 8, "cell-truncated", "revision 11"},
        {"JHSYST\11", 8, "cell-revision", "port the source"},
        {"JHCELL\10", 8, "cell-revision", "cell configuration of revision 8"},
        {"JHSYS\2\17", 8, "cell-revision", "newer than this autojail"},
        {"JHCLL\2\0\1", 8, "cell-revision", "revision 256"},
        {"rubbish", 7, "cell-signature", "neither JHSYS nor JHC"},
        {"\177ELF\2\1\1", 8, "cell-signature", "an ELF file"},
        {"\4\0\0\0\20\0\0\0\5\0\0\0GNU", 16, "cell-signature", ".note.gnu.property"},
        {"/* a */", 7, "cell-signature", "compile it first"},
        {"// a", 4, "cell-signature", "a C source"},
        {"\320\15\376\355", 4, "cell-signature", "a device tree"},
        {"J", 1, "cell-signature", "not a Jailhouse configuration"},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++)
        expect_error(*state, cases[i].bytes, cases[i].size, cases[i].id, cases[i].text);
}

/* Revision 13 has no architecture: what looks like a GIC is one. */
static void test_guess(void **state)
{
    struct test_fixture *f = *state;
    const struct model_system *system;
    struct aj_buf file = {0};
    add_small_system(&file);
    memcpy(file.data, "JHSYST\15", 8);
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(system->header->architecture, MODEL_ARCH_X86);
    file.data[313] = 3;
    file.data[319] = 8;
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(system->header->architecture, MODEL_ARCH_ARM64);
    assert_int_equal(system->header->gicd_base, 0x8000000);
    assert_int_equal(test_count(&f->cx, "cell-architecture-guess"), 2);
    file.data[5] = 2;
    memcpy(file.data, "JHSYS\2\16", 8);
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(test_count(&f->cx, "cell-architecture-guess"), 2);
    aj_buf_free(&file);
}

static void test_guess_of_cells(void **state)
{
    struct test_fixture *f = *state;
    const struct model_system *system;
    struct aj_buf file = {0};
    add_small_cell(&file);
    memcpy(file.data, "JHCELL\15", 8);
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(system->cells[0].architecture, MODEL_ARCH_ARM64);
    file.data[164] = JAILHOUSE_MEM_COMM_REGION;
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(system->cells[0].architecture, MODEL_ARCH_X86);
    file.data[151] = (char)0x80; /* virt_start 0x80000000 */
    assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
    assert_int_equal(system->cells[0].architecture, MODEL_ARCH_ARM64);
    aj_buf_free(&file);
}

/* Rules of `autojail check` that are judged here: a case that breaks each; what holds is read. */
static void test_rules(void **state)
{
    static const struct {
        const char *rule, *bytes;
        size_t size;
        uint8_t counter; /* put into every counter of a cell's arrays; none before */
        const char *id;
    } cases[] = {
        {"hdr-1", "JHCOMM\2", 8, 0, "cell-signature"},
        {"hdr-4", "JHCLL\2\16", 140, 1, "cell-truncated"},
        {"hdr-6", "JHCLL\2\16", 131, 0, "cell-truncated"},
        {"hdr-14", "JHCLL\2\16", 132, 0xff, "cell-truncated"},
        {"c-4", "JHCLL\2\16", 132, 1, "cell-truncated"},
        {"c-5", "\4\0\0\0\20\0\0\0\5\0\0\0GNU", 16, 0, "cell-signature"},
    };
    const struct model_system *system;
    size_t met = 0;
    for (size_t r = 0; model_rules_elsewhere[r].id != NULL; r++) {
        const char *where = strstr(model_rules_elsewhere[r].where, "cell-");
        for (size_t i = 0; i < AJ_COUNT(cases); i++) {
            char bytes[140] = {0};
            if (strcmp(cases[i].rule, model_rules_elsewhere[r].id) != 0)
                continue;
            assert_string_equal(where, cases[i].id);
            memcpy(bytes, cases[i].bytes, cases[i].bytes[0] == 'J' ? 8 : 16);
            memset(bytes + 52, cases[i].counter, 28);
            expect_error(*state, bytes, cases[i].size, cases[i].id, "");
            memset(bytes + 52, 0, 28);
            if (strncmp(bytes, "JHCLL", 5) == 0)
                assert_int_equal(read_bytes(*state, bytes, 132, &system), AJ_OK);
            met++;
        }
    }
    assert_int_equal(met, AJ_COUNT(cases));
}

/* What was read is what is written, whatever the file holds. */
static void test_identity(void **state)
{
    struct test_fixture *f = *state;
    uint64_t random = test_random_start(20241122);
    for (int i = 0; i < 2000; i++) {
        const struct model_system *system;
        struct aj_buf file = {0}, back = {0};
        random_file(&random, i % 2 == 0 ? 13 : 14, &file);
        assert_int_equal(read_bytes(f, file.data, file.len, &system), AJ_OK);
        const size_t which = system->header != NULL ? EMIT_ROOT : 0;
        assert_int_equal(emit_cell_write(&f->cx, system, which, &back), AJ_OK);
        assert_int_equal(back.len, file.len);
        assert_memory_equal(back.data, file.data, file.len);
        aj_buf_free(&file);
        aj_buf_free(&back);
    }
    test_no_errors(&f->cx);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_fixture_open, test_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_fields),
        TEST(test_every_truncation),
        TEST(test_truncated_says_where),
        TEST(test_counters_do_not_wrap),
        TEST(test_cpu_set_limit),
        TEST(test_signatures),
        TEST(test_guess),
        TEST(test_guess_of_cells),
        TEST(test_rules),
        TEST(test_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
