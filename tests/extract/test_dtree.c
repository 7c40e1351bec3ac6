/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which nodes are devices, what they are called, and what they have. */
#include <unistd.h>

#include "tests/extract/fixture.h"

static void names(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { aliases { zz = \"/serial@9000000\"; eth0 = \"/e@1000\"; bad = \"/none\"; };"
                " e@1000 { compatible = \"x\"; reg = <0 0x1000 0 1>; };"
                " f@2000 { compatible = \"x\"; reg = <0 0x2000 0 1>; }; };");
    const struct model_device *uart = device_of(board, "serial0");
    assert_string_equal(uart->path, "/serial@9000000");
    assert_int_equal(uart->aliases_count, 2);
    assert_string_equal(uart->aliases[1], "zz");
    assert_string_equal(device_of(board, "/e@1000")->name, "eth0");
    assert_string_equal(device_of(board, "/f@2000")->name, "f@2000");
    assert_int_equal(uart->clock_hz, 24000000);
    assert_int_equal(uart->reg_shift, AJ_NONE32);
    assert_null(uart->status);
}

/* An alias keeps its name even when a node is called so. */
static void names_that_collide(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ { aliases { spi = \"/b@2000\"; }; spi { compatible = \"x\"; reg = <0 0x1000 0 1>; };"
        " b@2000 { compatible = \"x\"; reg = <0 0x2000 0 1>; }; };");
    assert_string_equal(device_of(board, "/b@2000")->name, "spi");
    assert_string_equal(device_of(board, "/spi")->name, "spi.1");
}

static bool is_device(const struct model_board *board, const char *path)
{
    return model_board_device(board, path) != NULL;
}

/* T19 and what else has a reg or an interrupt without being a device. */
static void t19_no_devices(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { axi { vc_mem { reg = <0 0x3ec00000 0 0x40000000>; }; };"
                " i2c@1000 { compatible = \"i2c\"; reg = <0 0x1000 0 4>; #address-cells = <1>; "
                "#size-cells = <0>;"
                " eeprom@50 { compatible = \"e\"; reg = <0x50>; }; };"
                " clocks { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>; "
                "c@3 { compatible = \"fixed-clock\"; reg = <3 4>; }; };"
                " leds { compatible = \"gpio-leds\"; };"
                " pmu { compatible = \"arm,cortex-a53-pmu\"; interrupts = <0 16 4>; };"
                " bank { interrupts = <0 20 4>; };"
                " __symbols__ { compatible = \"x\"; reg = <0 0x5000 0 1>; }; };");
    assert_false(is_device(board, "/axi/vc_mem"));
    assert_true(is_device(board, "/i2c@1000"));
    assert_false(is_device(board, "/i2c@1000/eeprom@50"));
    assert_false(is_device(board, "/clocks/c@3"));
    assert_false(is_device(board, "/leds"));
    assert_false(is_device(board, "/memory@40000000"));
    assert_false(is_device(board, "/cpus/cpu@0"));
    assert_false(is_device(board, "/__symbols__"));
    /* Without registers, but their lines are taken. */
    assert_int_equal(device_of(board, "/pmu")->interrupts[0].intid, 48);
    assert_int_equal(device_of(board, "/bank")->interrupts[0].intid, 52);
    assert_int_equal(device_of(board, "/bank")->regions_count, 0);
}

static void status_of_a_node_and_its_bus(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { off { status = \"disabled\"; #address-cells = <2>; #size-cells = <2>; ranges;"
                " d@1000 { compatible = \"x\"; reg = <0 0x1000 0 1>; status = \"okay\"; }; };"
                " r@2000 { compatible = \"x\"; reg = <0 0x2000 0 1>; status = \"reserved\"; };"
                " s@3000 { compatible = \"x\"; reg = <0 0x3000 0 1>; status = \"fail-sss\"; }; };");
    assert_string_equal(device_of(board, "d@1000")->status, "disabled");
    assert_string_equal(device_of(board, "r@2000")->status, "reserved");
    assert_int_equal(device_of(board, "r@2000")->verdict, MODEL_VERDICT_ROOT_ONLY);
    assert_string_equal(device_of(board, "s@3000")->status, "fail-sss");
}

static void reg_with_a_rest(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "/ { d@1000 { compatible = \"x\"; reg = <0 0x1000 0 1 0>; }; };");
    assert_int_equal(device_of(board, "d@1000")->regions_count, 1);
    assert_int_equal(notes_of(board, "dt-reg"), 1);
}

static void cells_from_above(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { bus { ranges; d@1000 { compatible = \"x\"; reg = <0 0x1000 0 4>; }; }; };");
    assert_int_equal(device_of(board, "d@1000")->regions[0].phys_start, 0x1000);
    assert_int_equal(notes_of(board, "dt-cells"), 1);
}

/* T52: drivers are found through of_node links on every bus. */
static void drivers_from_link_files(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/bus/amba/devices/9000000.uart/of_node.link",
                 "../../../firmware/devicetree/base/serial@9000000\n");
    fixture_file(f, "/sys/bus/amba/devices/9000000.uart/driver.link",
                 "../../../bus/amba/drivers/uart-pl011\n");
    fixture_file(f, "/sys/bus/platform/devices/x/of_node.link", "nonsense\n");
    fixture_file(f, "/sys/bus/platform/devices/x/driver.link", "d\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_string_equal(device_of(board, "serial0")->linux_driver, "uart-pl011");
    assert_string_equal(region_of(board, "serial0")->linux_driver, "uart-pl011");
}

static void drivers_from_real_links(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/platform/9000000.uart/uevent", "");
    fixture_file(f, "/sys/bus/platform/devices/dummy", "");
    const char *at = aj_strf(f->out, "%s/sys/devices/platform/9000000.uart", f->dir);
    assert_int_equal(symlink("../../../firmware/devicetree/base/serial@9000000",
                             aj_strf(f->out, "%s/of_node", at)),
                     0);
    assert_int_equal(
        symlink("../../../bus/amba/drivers/uart-pl011", aj_strf(f->out, "%s/driver", at)), 0);
    assert_int_equal(symlink("../../../devices/platform/9000000.uart",
                             aj_strf(f->out, "%s/sys/bus/platform/devices/u", f->dir)),
                     0);
    assert_string_equal(device_of(fixture_board_of(f, ""), "serial0")->linux_driver, "uart-pl011");
}

static void sorted_by_address(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "/ { z@5000 { compatible = \"x\"; reg = <0 0x5000 0 1>; };"
                                 " a@4000 { compatible = \"x\"; reg = <0 0x4000 0 1>; }; };");
    assert_string_equal(board->devices[0].name, "a@4000");
    assert_string_equal(board->devices[1].name, "z@5000");
    assert_string_equal(board->devices[board->devices_count - 1].name, "timer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(names),
        EXTRACT_TEST(names_that_collide),
        EXTRACT_TEST(t19_no_devices),
        EXTRACT_TEST(status_of_a_node_and_its_bus),
        EXTRACT_TEST(reg_with_a_rest),
        EXTRACT_TEST(cells_from_above),
        EXTRACT_TEST(drivers_from_link_files),
        EXTRACT_TEST(drivers_from_real_links),
        EXTRACT_TEST(sorted_by_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
