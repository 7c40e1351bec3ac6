/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

/* The device's closure is exactly these names, separated by blanks. */
static void expect_closure(const struct model_board *board, const char *name, const char *expected)
{
    const struct model_device *device = device_of(board, name);
    char text[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < device->closure_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : " ",
                                 device->closure[i]);
    assert_string_equal(text, expected);
}

#define DEV(name, address, size, more) \
    " " name " { compatible = \"x\"; reg = <0 " address " 0 " size ">; " more " };"

/* T50: unrelated devices in one page. */
static void t50_pages(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ {" DEV("a", "0x1000", "8", "") DEV("b", "0x1040", "0x40", "")
            DEV("c", "0x2000", "0x10", "") DEV("off", "0x1080", "8", "status = \"disabled\";")
                DEV("big", "0x10000", "0x3001", "") DEV("end", "0x13ff0", "4", "") "};");
    expect_closure(board, "a", "b");
    expect_closure(board, "b", "a");
    expect_closure(board, "c", "");
    expect_closure(board, "off", "");
    expect_closure(board, "big", "end");
    assert_true(has_reason(device_of(board, "a"), "a page of registers with b"));
}

/* T49: of the devices on a line those count that are enabled; the others are mentioned. */
static void t49_lines(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ {" DEV("a", "0x1000", "8", "interrupts = <0 117 4>;")
                    DEV("b", "0x2000", "8", "interrupts = <0 117 4>; status = \"disabled\";")
                        DEV("c", "0x3000", "8", "interrupts = <0 118 4>;")
                            DEV("d", "0x4000", "8", "interrupts = <0 119 4>, <0 118 4>;")
                                DEV("e", "0x5000", "8", "interrupts = <1 5 4>;")
                                    DEV("f", "0x6000", "8", "interrupts = <1 5 4>;") "};");
    expect_closure(board, "a", "");
    assert_true(has_reason(device_of(board, "a"), "disabled devices"));
    expect_closure(board, "c", "d");
    assert_false(has_reason(device_of(board, "c"), "disabled devices"));
    /* Private interrupts are each CPU's own. */
    expect_closure(board, "e", "");
}

static void streams(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { s: smmu@100000 { compatible = \"arm,smmu-v3\"; #iommu-cells = <1>; reg = <0 "
                "0x100000 0 0x20000>; };"
                " t: smmu@200000 { compatible = \"arm,smmu-v3\"; #iommu-cells = <1>; reg = <0 "
                "0x200000 0 0x20000>; };" DEV("a", "0x1000", "8", "iommus = <&s 7>, <&s 8>;")
                    DEV("b", "0x2000", "8", "iommus = <&s 8>;")
                        DEV("c", "0x3000", "8", "iommus = <&t 8>;") "};");
    expect_closure(board, "a", "b");
    expect_closure(board, "c", "");
    assert_true(has_reason(device_of(board, "b"), "a stream id with a"));
}

/* A chain is one group. */
static void chains(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "/ {" DEV("a", "0x1000", "8", "interrupts = <0 50 4>;")
                                     DEV("b", "0x2000", "8", "interrupts = <0 50 4>, <0 51 4>;")
                                         DEV("c", "0x3000", "8", "interrupts = <0 51 4>;")
                                             DEV("d", "0x3100", "8", "") "};");
    expect_closure(board, "a", "b c d");
    expect_closure(board, "c", "a b d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t50_pages),
        EXTRACT_TEST(t49_lines),
        EXTRACT_TEST(streams),
        EXTRACT_TEST(chains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
