/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which device tree counts when there are several. */
#include "tests/extract/fixture.h"

static const char *const blob_source =
    "/dts-v1/;\n/memreserve/ 0x1000 0x1000;\n/ { #address-cells = <1>; #size-cells = <1>; model = "
    "\"blob\";"
    " cpus { #address-cells = <1>; #size-cells = <0>; cpu@1 { device_type = \"cpu\"; reg = <1>; };"
    " cpu@0 { device_type = \"cpu\"; reg = <0>; }; }; };";
static const char *const live_source =
    "/dts-v1/;\n/ { #address-cells = <1>; #size-cells = <1>; model = \"live\";"
    " cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { device_type = \"cpu\"; reg = <0>; };"
    " cpu@1 { device_type = \"cpu\"; reg = <1>; }; cpu@2 { device_type = \"cpu\"; reg = <2>; }; };"
    " added@1000 { compatible = \"x\"; reg = <0x1000 4>; flag; }; };";

/* The content of the live tree in the order of the blob. */
static void both(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f, blob_source);
    fixture_live(f, "/sys/firmware/devicetree/base", live_source);
    fixture_file(f, "/dmesg.txt", "Booting Linux on physical CPU 0x1 []\n");
    const struct model_board *board = fixture_board(f);
    assert_string_equal(board->board.model, "live");
    assert_int_equal(board->cpus_count, 3);
    assert_int_equal(board->cpus[0].mpidr.v, 1);
    assert_int_equal(board->cpus[1].mpidr.v, 0);
    assert_int_equal(board->cpus[2].mpidr.v, 2);
    device_of(board, "added@1000");
    expect_region(board, "memreserve", 0x1000, 0x1000, MODEL_REGION_FIRMWARE);
}

static void blob_alone(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f, blob_source);
    assert_string_equal(fixture_board(f)->board.model, "blob");
}

static void proc_alone(void **state)
{
    struct extract_fixture *f = *state;
    fixture_live(f, "/proc/device-tree", live_source);
    const struct model_board *board = fixture_board(f);
    assert_string_equal(board->board.model, "live");
    assert_int_equal(board->address_cells, 1);
    assert_int_equal(board->size_cells, 1);
}

static void broken_blob(void **state)
{
    struct extract_fixture *f = *state;
    fixture_live(f, "/proc/device-tree", live_source);
    fixture_file(f, "/sys/firmware/fdt",
                 "\xd0\x0d\xfe\xed and nothing behind it that could be a tree");
    fixture_fails(f, "dt-broken");
}

static void unprintable_node(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/device-tree/n\x01/compatible", "x");
    fixture_fails(f, "dt-broken");
}

static void bottomless_tree(void **state)
{
    struct extract_fixture *f = *state;
    const char *path = "/proc/device-tree";
    for (int i = 0; i < 66; i++)
        path = aj_strf(f->out, "%s/d", path);
    fixture_file(f, aj_strf(f->out, "%s/x", path), "");
    fixture_fails(f, "dt-limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(both),        EXTRACT_TEST(blob_alone),       EXTRACT_TEST(proc_alone),
        EXTRACT_TEST(broken_blob), EXTRACT_TEST(unprintable_node), EXTRACT_TEST(bottomless_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
