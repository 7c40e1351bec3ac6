/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All the ways to name a device; test_requirements_check has what is wrong about names. */
#include "model/requirements.h"

#include "tests/model/values.h"

static const char text[] =
    "arch: arm64\n"
    "memory_regions: {spi_regs: {phys_start: 0x7e204000, size: 4096, type: mmio}}\n"
    "devices:\n"
    "  spi0: {path: /soc/spi@7e204000, aliases: [spi], compatible: [\"brcm,bcm2835-spi\"],\n"
    "         regions: [{phys_start: 0x7e204000, size: 512}]}\n"
    "  spi1: {compatible: [\"brcm,bcm2835-spi\"], status: disabled}\n"
    "  uart1: {compatible: [\"arm,pl011\", \"arm,primecell\"]}\n"
    "  uart2: {compatible: [\"arm,pl011\", \"arm,primecell\"]}\n"
    "  0000:00:02.0: {pci: {bdf: 0x10}}\n"
    "  0001:00:03.0: {pci: {bdf: 0x18, domain: 1}}\n";

static void test_names(void **state)
{
    static const struct {
        const char *ref, *device; /* NULL: none, or not one */
    } samples[] = {
        {"spi0", "spi0"},
        {"spi", "spi0"},
        {"/soc/spi@7e204000", "spi0"},
        {"&board.spi0", "spi0"},
        {"&board.mem_regions_spi_regs", "spi0"},
        {"brcm,bcm2835-spi", "spi0"}, /* the other one is disabled */
        {"&board.brcm,bcm2835-spi", "spi0"},
        {"arm,pl011", NULL},
        {"0000:00:02.0", "0000:00:02.0"},
        {"00:02.0", "0000:00:02.0"},
        {"0001:00:03.0", "0001:00:03.0"},
        {"00:03.0", NULL},
        {"", NULL},
    };
    struct values v;
    const struct model_board *board = NULL;
    (void)state;
    values_open(&v);
    assert_int_equal(model_board_read(&v.cx, values_parse(&v, text), v.arena, &board), AJ_OK);
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const struct model_device *device = model_device_by_ref(board, samples[i].ref);
        if (samples[i].device == NULL)
            assert_null(device);
        else
            assert_string_equal(device->name, samples[i].device);
    }
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
