/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PCI functions, I/O ports and the platform of x86 in board.yml. */
#include "model/board.h"

#include "tests/model/values.h"

static const char *const text =
    "arch: x86\n"
    "iommu: [{type: intel, base: 0xfed90000, size: 0x1000, node: dmar0}]\n"
    "platform:\n"
    "  x86: {pm_timer_address: 0x608, vtd_interrupt_limit: 256}\n"
    "devices:\n"
    "  0000:00:02.0:\n"
    "    aliases: [eth0]\n"
    "    regions: [{phys_start: 0xfea40000, size: 128 KiB}]\n"
    "    ports: [{base: 0xc040, length: 32}]\n"
    "    interrupts: [{intid: 22, flags: 4}]\n"
    "    node: 1\n"
    "    pci:\n"
    "      bdf: 0x10\n"
    "      vendor: 0x8086\n"
    "      product: 0x10d3\n"
    "      class: 0x020000\n"
    "      iommu: 0\n"
    "      bar_mask: [0xfffe0000, 0xfffe0000, 0xffffffe0, 0xffffc000]\n"
    "      msi_vectors: 1\n"
    "      msi_64bits: true\n"
    "      msix_vectors: 5\n"
    "      msix_address: 0xfea80000\n"
    "      msix_size: 4096\n"
    "      caps: [{id: 5, start: 0xd0, length: 14, write: true}, {id: 1, start: 0x100, length: 64, "
    "extended: true}]\n"
    "ports:\n"
    "  - {name: rtc0, base: 0x70, length: 8, root: true}\n";

static void test_function(void **state)
{
    struct values v;
    const struct model_board *board = NULL;
    (void)state;
    values_open(&v);
    if (model_board_read(&v.cx, values_parse(&v, text), v.arena, &board) != AJ_OK)
        fail_msg("%s", test_diags(&v.cx));
    const struct model_device *device = model_board_device(board, "eth0");
    assert_string_equal(device->name, "0000:00:02.0");
    assert_int_equal(device->node, 1);
    assert_int_equal(device->ports[0].base, 0xc040);
    assert_int_equal(device->pci->class_code, 0x020000);
    assert_int_equal(device->pci->bar_mask[3], 0xffffc000);
    assert_int_equal(device->pci->bar_mask[5], 0);
    assert_int_equal(device->pci->iommu, 0);
    assert_int_equal(device->pci->caps_count, 2);
    assert_true(device->pci->caps[1].extended);
    assert_int_equal(board->platform.x86->pm_timer_address, 0x608);
    assert_true(board->ports[0].root);
    values_close(&v);
}

struct sample {
    const char *text;
    const char *id; /* NULL: it is right */
    uint32_t line, col;
};

static void test_refused(void **state)
{
    static const struct sample samples[] = {
        {"ports: [{base: 0xffff, length: 1}]\n", NULL, 0, 0},
        {"ports: [{base: 0xffff, length: 2}]\n", "port-range", 1, 32},
        {"devices: {a: {ports: [{base: 1, length: 0}]}}\n", "port-range", 1, 41},
        {"devices: {a: {pci: {bdf: 1, caps: [{id: 5, start: 0xf0, length: 16}]}}}\n", NULL, 0, 0},
        {"devices: {a: {pci: {bdf: 1, caps: [{id: 5, start: 0xf1, length: 16}]}}}\n", "pci-cap", 1,
         51},
        {"devices:\n  a: {pci: {bdf: 1, iommu: 0}}\n", "iommu-unknown", 2, 28},
        {"devices:\n  a: {pci: {iommu: 0}}\n", "key-missing", 2, 12},
        {"devices:\n  a: {pci: {bdf: 1, msix_address: 0x1000, msix_size: 0}}\n", "mem-size", 2, 12},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        const struct model_board *board;
        values_open(&v);
        const struct aj_yaml *doc = values_parse(&v, samples[i].text);
        const bool refused = model_board_read(&v.cx, doc, v.arena, &board) != AJ_OK;
        assert_int_equal(refused, samples[i].id != NULL);
        if (refused)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_function),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
