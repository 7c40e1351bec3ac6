/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/routing.h"

#include "tests/support/support.h"

static struct explore_irq_lines read_text(const char *text, struct aj_arena *arena)
{
    struct explore_irq_lines lines;
    explore_irq_lines_read(text, arena, &lines);
    return lines;
}

static void test_gic(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_irq_lines lines =
        read_text("           CPU0       CPU2       \n"
                  " 11:      1000       2000     GICv2  30 Level "
                  "    arch_timer\n"
                  " 36:         5          7     GICv2  62 Level "
                  "    fe201000.serial\n"
                  " 40:        99          0   ITS-MSI   62 Edge"
                  "      nvme0q0\n"
                  "IPI0:        1          2  Rescheduling\n"
                  "Err:          0\n",
                  arena);
    assert_int_equal(lines.cpus_count, 2);
    assert_int_equal(lines.lines_count, 2);
    const struct explore_irq_line *uart = explore_irq_line(&lines, 62);
    assert_int_equal(uart->irq, 36);
    assert_non_null(strstr(uart->name, "fe201000.serial"));
    assert_int_equal(explore_irq_count(&lines, uart, 0), 5);
    assert_int_equal(explore_irq_count(&lines, uart, 2), 7);
    assert_int_equal(explore_irq_count(&lines, uart, 1), 0);
    assert_null(explore_irq_line(&lines, 36));
    aj_arena_close(arena);
}

/* Without a GIC numbers are those of Linux. */
static void test_other_chips(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_irq_lines lines = read_text("      CPU0\n"
                                                     " 26:   15  IO-APIC   4-edge      ttyS0\n"
                                                     " 36: 1612  PCI-MSIX-0000:00:02.0  1-edge  "
                                                     "virtio1-req.0\n"
                                                     "NMI:    0  Non-maskable interrupts\n",
                                                     arena);
    assert_int_equal(lines.lines_count, 2);
    assert_int_equal(explore_irq_line(&lines, 36)->irq, 36);
    assert_int_equal(explore_irq_line(&lines, 36)->counts[0], 1612);
    assert_null(explore_irq_line(&lines, 4));
    aj_arena_close(arena);
}

static void test_odd_lines(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_int_equal(read_text("", arena).lines_count, 0);
    assert_int_equal(read_text("CPUx CPU99999\n 1: 5 chip\n", arena).cpus_count, 0);
    assert_int_equal(read_text("CPU0 CPU1\n 1: 5\n 2: 5 x GICv3 3\n -1: 1 2 GICv3 4\n"
                               " 99999999999: 1 2 GICv3 5\n 7: 1 2 GICv3 -8\n",
                               arena)
                         .lines_count,
                     1); /* the last one, of some other chip */
    const struct explore_irq_lines large =
        read_text("CPU0\n 1: 99999999999999999999999 GICv3 33\n", arena);
    assert_true(large.lines[0].counts[0] == UINT64_MAX);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gic),
        cmocka_unit_test(test_other_chips),
        cmocka_unit_test(test_odd_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
