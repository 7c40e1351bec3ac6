/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board.h"
#include "model/jailhouse.h"

#include "tests/model/values.h"

/* A document and the one record it leads to; id NULL: none. */
struct sample {
    const char *text;
    const char *id;
    uint32_t line, col;
};

static void check_sample(const struct sample *sample, bool refused)
{
    struct values v;
    const struct model_board *board;
    values_open(&v);
    const enum aj_status status =
        model_board_read(&v.cx, values_parse(&v, sample->text), v.arena, &board);
    if (status != (refused ? AJ_ERR_INPUT : AJ_OK) ||
        v.cx.diags_count != (sample->id != NULL ? 1 : 0))
        fail_msg("%s\n%s", sample->text, test_diags(&v.cx));
    if (sample->id != NULL) {
        assert_string_equal(v.cx.diags[0].id, sample->id);
        assert_int_equal(v.cx.diags[0].loc.line, sample->line);
        assert_int_equal(v.cx.diags[0].loc.col, sample->col);
    }
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct sample samples[] = {
        {"memory_regions:\n  a: {phys_start: 0xfffffffffffff000, size: 0x1001, type: ram}\n",
         "mem-wrap", 2, 19},
        {"memory_regions:\n  a: {phys_start: 0, size: 0, type: ram}\n", "mem-size", 2, 28},
        {"memory_regions:\n  a: {phys_start: 0, size: 1}\n", "key-missing", 2, 6},
        {"memory_regions:\n  a: {phys_start: 0, size: 1, type: rom}\n", "name-unknown", 2, 37},
        {"memory_regions:\n  a: {phys_start: 0, size: 1, type: [ram]}\n", "type", 2, 37},
        {"memory_regions:\n  a: {phys_start: 0, physical_start: 0, size: 1, type: ram}\n",
         "key-twice", 2, 22},
        {"platform: {arm: {gic_version: 4}}\n", "gic-version", 1, 31},
        {"platform: {arm: {gicr_base: 0xffffffffffff0000, gicr_size: 128 KiB}}\n", "mem-wrap", 1,
         29},
        {"cpus: {0: {}}\nplatform: {arm: {gicr_base: 0xfffffffffffe0000}}\n", NULL, 0, 0},
        {"cpus: {1: {}}\nplatform: {arm: {gicr_base: 0xfffffffffffe0000}}\n", "mem-wrap", 2, 29},
        {"cpus: {0: {}, 2: {}}\nplatform: {arm: {gicr_base: 0x100000, gicr_size: 384 KiB}}\n", NULL,
         0, 0},
        {"cpus: {0: {}, 3: {}}\nplatform: {arm: {gicr_base: 0x100000, gicr_size: 384 KiB}}\n",
         "gicr-size", 2, 50},
        {"cpus: {0: {}, 3: {}}\nplatform: {arm: {gicr_base: 0, gicr_size: 384 KiB}}\n", NULL, 0, 0},
        {"cpus: {3: {}}\nplatform: {arm: {gic_version: 2, gicr_base: 0x100000, gicr_size: 1}}\n",
         NULL, 0, 0},
        {"phys_limit: 0x1000\n", NULL, 0, 0},
        {"phys_limit: 0xfff\n", "phys-limit", 1, 13},
        {"platform: {pci: {hosts: [{ecam_base: 1, ecam_size: 0xffffffffffffffff}]}}\n", NULL, 0, 0},
        {"platform: {pci: {hosts: [{ecam_base: 3, ecam_size: 0xfffffffffffffffe}]}}\n", "mem-wrap",
         1, 38},
        {"iommu: [{type: smmuv3, base: 0, size: 0}]\n", "mem-size", 1, 39},
        {"consoles: {a: {type: PL011, address: 0, regdist: 2}}\n", "range", 1, 50},
        {"consoles: {a: {type: PL011, address: 0xffffffffffffff00}}\n", "mem-wrap", 1, 38},
        {"devices: {a: {regions: [{phys_start: 0, size: 0}]}}\n", "mem-size", 1, 47},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++)
        check_sample(&samples[i], samples[i].id != NULL);
}

static void test_warned_of(void **state)
{
    static const struct sample samples[] = {
        {"irqchips:\n  a: {address: 0, pin_bitmap: 0-128}\n", "pin-range", 2, 31},
        {"irqchips:\n  a: {address: 0, pin_bitmap: 0-127}\n", NULL, 0, 0},
        {"memory_regions:\n  a: {phys_start: 0, size: 1, type: PLL01}\n", "console-type-typo", 2,
         37},
        {"memory_regions:\n  a: {phys_start: 0, size: 1 MiB, type: PL011}\n", NULL, 0, 0},
        {"memory_regions:\n  a: {phys_start: 0, size: 0x100001, type: PL011}\n", "region-size", 2,
         28},
        {"memory_regions:\n  a: {phys_start: 0, type: ram}\n", "region-incomplete", 2, 6},
        {"memory_regions:\n  a: {size: 1, type: ram}\n", "region-incomplete", 2, 6},
        {"devices: {a: {closure: [b]}}\n", "closure-unknown", 1, 24},
        {"devices: {a: {closure: [b]}, c: {aliases: b}}\n", NULL, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++)
        check_sample(&samples[i], false);
}

static const struct model_board *read_board(struct values *v, const char *text)
{
    const struct model_board *board = NULL;
    if (model_board_read(&v->cx, values_parse(v, text), v->arena, &board) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return board;
}

static void test_one_start_is_enough(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "memory_regions:\n"
                       "  a: {physical_start: 0x1000, size: 1, type: mmio}\n"
                       "  b: {virtual_start: 0x2000, size: 1, type: window}\n");
    assert_int_equal(board->memory_regions[0].virt_start, 0x1000);
    assert_int_equal(board->memory_regions[1].phys_start, 0x2000);
    values_close(&v);
}

static void test_gic_version(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    assert_int_equal(
        read_board(&v, "platform: {arm: {gicr_base: 0x80a0000}}\n")->platform.arm->gic_version, 3);
    assert_int_equal(
        read_board(&v, "platform: {arm: {gicc_base: 0x1000}}\n")->platform.arm->gic_version, 2);
    assert_null(read_board(&v, "arch: x86\n")->platform.arm);
    values_close(&v);
}

/* A region with the type of a console is a device that guests can be given. */
static void test_consoles_from_regions(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, "memory_regions:\n"
                       "  a: {phys_start: 0x1000, size: 64, type: \"8250\", root_used: true}\n"
                       "  b: {phys_start: 0x2000, size: 4096, type: PL011, root_used: true}\n"
                       "  c: {phys_start: 0x3000, size: 4096, type: JAILHOUSE_CON_TYPE_IMX}\n"
                       "consoles:\n"
                       "  c: {type: IMX, address: 0x3000}\n"
                       "devices:\n"
                       "  b: {interrupts: [{intid: 42}]}\n"
                       "  c: {}\n");
    assert_int_equal(board->devices_count, 3);
    assert_int_equal(board->consoles_count, 3);
    const struct model_board_console *a = model_board_console_of(board, "a");
    assert_int_equal(a->type, JAILHOUSE_CON_TYPE_8250);
    assert_int_equal(a->size, 64);
    assert_true(a->active);
    assert_int_equal(a->intid, AJ_NONE32);
    assert_int_equal(model_board_device(board, "a")->regions[0].phys_start, 0x1000);
    const struct model_board_console *b = model_board_console_of(board, "b");
    assert_int_equal(b->intid, 42);
    assert_false(b->active);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_warned_of),
        cmocka_unit_test(test_one_start_is_enough),
        cmocka_unit_test(test_gic_version),
        cmocka_unit_test(test_consoles_from_regions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
