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

#define HEADER "           CPU0       CPU1\n"

static void sampled_twice(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/interrupts",
                 HEADER " 11: 100 4294967290 GICv3 30 Level arch_timer\n"
                        " 14: 5 7 GICv3 33 Level uart\n 15: 1 1 GICv3 40 Level gone\n");
    fixture_file(f, "/later/proc/interrupts",
                 HEADER " 11: 300 4 GICv3 30 Level arch_timer\n 14: 5 9 GICv3 33 Level uart\n"
                        " 16: 1 1 GICv3 39 Level new\n");
    fixture_file(f, "/proc/uptime", "1234.56 1000.00\n");
    fixture_file(f, "/later/proc/uptime", "1236.59 1002.00\n");
    fixture_file(f, "/proc/irq/14/smp_affinity_list", "0-1\n");
    fixture_file(f, "/proc/irq/14/effective_affinity_list", "1\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->realtime.sampled_ns, 2030000000);
    assert_int_equal(board->interrupts_count, 3);
    assert_int_equal(board->interrupts[0].fired[0], 200);
    assert_int_equal(board->interrupts[0].fired[1], 10);
    assert_int_equal(board->interrupts[1].fired_count, 2);
    assert_int_equal(board->interrupts[1].fired[1], 2);
    assert_int_equal(aj_cpuset_count(&board->interrupts[1].affinity), 2);
    assert_int_equal(aj_cpuset_count(&board->interrupts[1].effective), 1);
    assert_int_equal(board->interrupts[2].fired_count, 0);
}

/* Samples that cannot be compared leave the first one as it is. */
static void sampled_once(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/interrupts", HEADER " 11: 100 200 GICv3 30 Level arch_timer\n");
    fixture_file(f, "/later/proc/interrupts", "           CPU0\n 11: 300 GICv3 30 Level t\n");
    fixture_file(f, "/proc/uptime", "1234.56 1000.00\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->realtime.sampled_ns, 0);
    fixture_file(f, "/later/proc/uptime", "1234.56 1000.00\n");
    assert_int_equal(fixture_board(f)->interrupts[0].fired_count, 0);
    fixture_file(f, "/later/proc/uptime", "1235.56 1000.00\n");
    board = fixture_board(f);
    assert_int_equal(board->interrupts[0].fired_count, 0);
    assert_int_equal(notes_of(board, "interrupts-header"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t13_columns),
        EXTRACT_TEST(no_header),
        EXTRACT_TEST(sampled_twice),
        EXTRACT_TEST(sampled_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
