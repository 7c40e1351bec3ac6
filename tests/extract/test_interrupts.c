/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

/* T13: columns are the online CPUs; actions have commas and blanks. */
static void t13_columns(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/interrupts",
                 "           CPU0       CPU2       \n"
                 " 14:          5          7     GICv3  33 Level     uart-pl011, other thing \n"
                 " 11:        614  99999999999   GICv3  30 Level     arch_timer\n"
                 " 17:          1          2     GIC-0  77 Edge\n"
                 " 22:          1          0   ITS-MSI 49152 Edge      PCIe PME, aerdrv\n"
                 " 23:          1          0   gpio 3 Edge      key\n"
                 " 24:          1          0   GICv3  1020 Level beyond\n"
                 " 25:          9          9   GICv3  33 Level again\n"
                 " 26:          9   GICv3  40 Level short\n"
                 "IPI0:        26         18       Rescheduling interrupts\n"
                 "Err:          0\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->interrupts_count, 3);
    assert_int_equal(board->interrupts[0].intid, 30);
    assert_int_equal(board->interrupts[0].counts_count, 2);
    assert_int_equal(board->interrupts[0].counts[1], UINT32_MAX);
    assert_int_equal(board->interrupts[1].intid, 33);
    assert_string_equal(board->interrupts[1].owner, "uart-pl011, other thing");
    assert_int_equal(board->interrupts[1].counts[0], 5);
    assert_int_equal(board->interrupts[2].intid, 77);
    assert_null(board->interrupts[2].owner);
}

static void no_header(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/interrupts", " 14:          5     GICv3  33 Level     uart-pl011\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->interrupts_count, 0);
    assert_int_equal(notes_of(board, "interrupts-header"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t13_columns),
        EXTRACT_TEST(no_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
