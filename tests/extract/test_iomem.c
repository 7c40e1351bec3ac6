/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/iomem as kernels and people leave it. */
#include "tests/extract/fixture.h"

/* T4: a hole in System RAM at level 0 is the firmware's; Linux's own reservations are children. */
static void t4_only_the_level_decides(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-5fffffff : System RAM\n"
                 "  40080000-40ffffff : Kernel code\n"
                 "  41000000-411fffff : reserved\n"
                 "  41200000-413fffff : Kernel data\n"
                 "60000000-601fffff : reserved\n"
                 "60200000-7fffffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "");
    expect_region(board, "hole", 0x60000000, 0x200000, MODEL_REGION_FIRMWARE);
    expect_no_region(board, "hole.1");
    expect_no_region(board, "reserved");
    expect_region(board, "kernel", 0x40000000, 0x1400000, MODEL_REGION_RESERVED);
}

/* T5: a line that somebody's script broke. */
static void t5_broken_line(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-7fffffff : System RAM\n"
                 "275890000-27589ffff list for sublist in mem_region_list): persistent_ram\n"
                 "zzz\n"
                 "5-3 : backwards\n"
                 "123456789abcdef01-2 : too long\n"
                 "\n"
                 "09000000-09000fff : a : b\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "iomem-line"), 4);
    assert_string_equal(board->diagnostics[0].where, "/proc/iomem:2");
    assert_true(region_of(board, "serial0")->root_used);
    expect_no_region(board, "hole");
}

/* T10: all of level 0 is zero for those who may not see; single zero ranges are real. */
static void t10_hidden_addresses(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "00000000-00000000 : System RAM\n"
                 "  00000000-00000000 : Kernel code\n"
                 "00000000-00000000 : pl011@9000000\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "iomem-hidden"), 1);
    expect_no_region(board, "hole");
    expect_no_region(board, "kernel");
    assert_true(region_of(board, "serial0")->root_used);
}

static void t10_single_zero_ranges(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "00000000-00000000 : PCI Bus 0000:00\n"
                 "40000000-7fefffff : System RAM\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "iomem-hidden"), 0);
    expect_region(board, "hole", 0x7ff00000, 0x100000, MODEL_REGION_FIRMWARE);
    assert_false(region_of(board, "serial0")->root_used);
}

/* T7: one claim under two names, nested in itself. */
static void t7_nested_twice(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "09000000-09000fff : pl011@9000000\n"
                 "  09000000-09000fff : 9000000.pl011 pl011@9000000\n"
                 "40000000-7fffffff : System RAM\n"
                 "  40200000-403fffff : Kernel code\n"
                 "    40200000-403fffff : Kernel code\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_true(region_of(board, "serial0")->root_used);
    expect_region(board, "kernel", 0x40200000, 0x200000, MODEL_REGION_RESERVED);
    expect_no_region(board, "hole");
}

static void hostile_bytes(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/iomem",
                 "40000000-7fffffff : System RAM\n\x1b[31m\xff\xfe : \n"
                 "0-ffffffffffffffff : everything\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(notes_of(board, "iomem-line"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t4_only_the_level_decides), EXTRACT_TEST(t5_broken_line),
        EXTRACT_TEST(t10_hidden_addresses),      EXTRACT_TEST(t10_single_zero_ranges),
        EXTRACT_TEST(t7_nested_twice),           EXTRACT_TEST(hostile_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
