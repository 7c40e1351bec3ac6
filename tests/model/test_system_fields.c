/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/system.h"

#include "tests/model/values.h"

static const char *write_name(struct values *v, const char *name)
{
    const struct model_cell cell = {.name = name, .cpu_set_size = 8};
    const struct model_system system = {.cells = &cell, .cells_count = 1};
    struct aj_buf text = {0};
    model_system_write(&system, &text);
    const char *line = strstr(aj_buf_text(&text), "name:");
    const char *copy = line == NULL ? "" : aj_strndup(v->arena, line, strcspn(line, "\n"));
    aj_buf_free(&text);
    return copy;
}

/* What YAML can hold is a text, anything else its bytes. */
static void test_names(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    assert_string_equal(write_name(&v, ""), "");
    assert_string_equal(write_name(&v, "linux-demo"), "name: linux-demo");
    assert_string_equal(write_name(&v, "M\xc3\xbcller"), "name: \"M\xc3\xbcller\"");
    assert_string_equal(write_name(&v, "a\xff"), "name: [0x61, 0xff]");
    assert_string_equal(write_name(&v, "\x01"), "name: [0x1]");
    assert_string_equal(write_name(&v, "\xed\xa0\x80"), "name: [0xed, 0xa0, 0x80]");
    assert_string_equal(write_name(&v, "\xc2\x85"), "name: [0xc2, 0x85]");
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"cells: [{name: 12345678901234567890123456789012}]\n", NULL, 0, 0},
        {"cells: [{name: 123456789012345678901234567890123}]\n", "cell-name", 1, 16},
        {"cells: [{name: [256]}]\n", "range", 1, 17},
        {"cells: [{name: {}}]\n", "type", 1, 16},
        {"header: {revision: 14, architecture: arm64, iommu_units: {}}\nroot: {}\n", "type", 1, 58},
        {"header: {revision: 14, architecture: arm64,\n"
         "  iommu_units: [{}, {}, {}, {}, {}, {}, {}, {}]}\nroot: {}\n",
         NULL, 0, 0},
        {"header: {revision: 14, architecture: arm64,\n"
         "  iommu_units: [{}, {}, {}, {}, {}, {}, {}, {}, {}]}\nroot: {}\n",
         "range", 2, 16},
        {"header: {revision: 14, architecture: arm64, iommu_units: [{tpye: PVU}]}\nroot: {}\n",
         "key-unknown", 1, 60},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_system *system;
        values_open(&v);
        const enum aj_status status =
            model_system_read(&v.cx, values_parse(&v, bads[i].text), v.arena, &system);
        assert_int_equal(status, bads[i].id != NULL ? AJ_ERR_INPUT : AJ_OK);
        if (bads[i].id != NULL)
            test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

/* A hole keeps its place. */
static void test_iommu_hole(void **state)
{
    struct values v;
    const struct model_system *system = NULL;
    (void)state;
    values_open(&v);
    const struct aj_yaml *doc =
        values_parse(&v, "header:\n  revision: 14\n  architecture: arm64\n"
                         "  iommu_units: [{}, {type: JAILHOUSE_IOMMU_SMMUV3, base: 0x9050000}]\n"
                         "root: {}\n");
    assert_int_equal(model_system_read(&v.cx, doc, v.arena, &system), AJ_OK);
    assert_int_equal(system->header->iommu_units[0].base, 0);
    assert_int_equal(system->header->iommu_units[1].type, JAILHOUSE_IOMMU_SMMUV3);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_iommu_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
