/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "tests/extract/fixture_x86.h"

static void whole_machine(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/sys/class/dmi/id/sys_vendor", "Test\n");
    fixture_file(f, "/sys/class/dmi/id/product_name", "Machine\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->arch, MODEL_ARCH_X86);
    assert_string_equal(board->board.model, "Machine");
    assert_true(board->jailhouse.possible);
    assert_int_equal(board->cpus_count, 2);
    assert_int_equal(board->phys_limit, AJ_GIB(512));
    assert_int_equal(board->iommu_count, 1);
    assert_int_equal(board->iommu[0].base, 0xfed90000);
    assert_int_equal(board->irqchips_count, 1);
    assert_int_equal(board->irqchips[0].id, 0xf7);
    assert_int_equal(board->platform.x86->vtd_interrupt_limit, 128);
}

static void nothing_to_virtualize_with(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/cpuinfo", "vendor_id : GenuineIntel\nflags : fpu vmxx\n");
    const struct model_board *board = fixture_board(f);
    assert_true(is_impossible(board, "no virtualization"));
    assert_int_equal(board->phys_limit, AJ_GIB(64));
    fixture_file(f, "/proc/cpuinfo", "vendor_id : AuthenticAMD\nflags : svm\n");
    assert_true(is_impossible(fixture_board(f), "npt"));
    fixture_file(f, "/proc/cpuinfo", "vendor_id : GenuineIntel\nflags : vmx\nvmx flags : ept\n");
    assert_true(is_impossible(fixture_board(f), "unrestricted_guest"));
}

/* T57: the unit's size is the table's, else Linux' claim, else a guess that is said. */
static void t57_size_of_a_unit(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    assert_int_equal(notes_of(fixture_board(f), "dmar-size"), 0);
    fixture_file(f, "/proc/iomem", "00100000-3fffffff : System RAM\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(notes_of(board, "dmar-size"), 1);
    assert_int_equal(board->iommu[0].size, AJ_PAGE);
    fixture_table(
        f, "DMAR",
        "26 00 00 00 00 00 00 00 00 00 00 00 00 00 10 00 01 02 00 00 00 00 d9 fe 00 00 00 "
        "00");
    assert_int_equal(fixture_board(f)->iommu[0].size, AJ_KIB(16));
}

/* T66: entries come in any order; the number of pins is in the log, or a guess. */
static void t66_order_of_the_madt(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_table(f, "APIC",
                  "00 00 e0 fe 01 00 00 00 "
                  "01 0c 03 00 00 10 c0 fe 18 00 00 00 01 0c 02 00 00 00 c0 fe 00 00 00 00 "
                  "00 08 00 00 01 00 00 00 00 08 07 0e 00 00 00 00");
    fixture_file(f, "/dmesg.txt",
                 "[0.1] IOAPIC[1]: apic_id 3, version 32, address 0xfec01000, GSI 24-143\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->irqchips_count, 2);
    assert_int_equal(board->irqchips[0].address, 0xfec00000);
    assert_int_equal(aj_cpuset_count(&board->irqchips[0].pin_bitmap), 24);
    assert_int_equal(board->irqchips[1].gsi_base, 24);
    assert_int_equal(notes_of(board, "ioapic-pins"), 1);
    assert_int_equal(notes_of(board, "ioapic-unit"), 1);
    assert_int_equal(board->cpus_count, 2);
}

/* T68: a bitmap has room for 128 pins, an IOAPIC of 120 has no more. */
static void t68_pins_of_an_ioapic(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/dmesg.txt",
                 "[0.1] IOAPIC[0]: apic_id 2, version 32, address 0xfec00000, GSI 0-119\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(aj_cpuset_count(&board->irqchips[0].pin_bitmap), 120);
    assert_false(aj_cpuset_has(&board->irqchips[0].pin_bitmap, 120));
    assert_int_equal(notes_of(board, "ioapic-pins"), 0);
    fixture_file(f, "/dmesg.txt",
                 "[0.1] IOAPIC[0]: apic_id 2, version 32, address 0xfec00000, GSI 0-127\n");
    board = fixture_board(f);
    assert_false(aj_cpuset_has(&board->irqchips[0].pin_bitmap, 120));
    assert_int_equal(notes_of(board, "ioapic-pins"), 1);
}

/* T67: Linux' numbers of CPUs are those of Jailhouse; the APICs' are not dense. */
static void t67_numbers_of_apics(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/cpuinfo",
                 "processor : 0\nvendor_id : GenuineIntel\nflags : vmx\napicid : 0\n\n"
                 "processor : 1\napicid : 74\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->cpus[1].id.v, 1);
    assert_int_equal(board->cpus[1].core, 1);
}

/* T71: machines with reduced hardware have no power management timer, whatever the fields say. */
static void t71_reduced_hardware(void **state)
{
    static const char zeros40[] = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                                  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ";
    struct extract_fixture *f = fixture_x86(state);
    /* PM_TMR at 76, its length at 91, flags at 112 */
    const char *rest = "08 06 00 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00 00 00 00 00 00 00 00 "
                       "00 00 00 00 00 00 00 00 00 00 00 ";
    fixture_table(f, "FACP", aj_strf(f->out, "%s%s00 00 00 00", zeros40, rest));
    assert_int_equal(fixture_board(f)->platform.x86->pm_timer_address, 0x608);
    fixture_table(f, "FACP", aj_strf(f->out, "%s%s00 00 10 00", zeros40, rest));
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->platform.x86->pm_timer_address, 0);
    assert_int_equal(notes_of(board, "pm-timer"), 1);
}

/* T72: what the log says last of the time stamp counter is the best. */
static void t72_frequency_of_the_counter(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/dmesg.txt",
                 "[    0.0] tsc: Fast TSC calibration failed\n"
                 "[    0.0] tsc: Detected 2596.000 MHz processor\n"
                 "[    2.1] tsc: Refined TSC clocksource calibration: 2595.124 MHz\n");
    assert_int_equal(fixture_board(f)->platform.x86->tsc_khz, 2595124);
}

/* T70: a tty is there without a UART, and one may be where Jailhouse does not reach it. */
static void t70_ttys_without_hardware(void **state)
{
    static const struct {
        const char *tty, *type, *how, *port, *base;
    } ttys[] = {
        {"ttyS0", "4", "0", "0x3F8", "0x0"},
        {"ttyS1", "0", "0", "0x2F8", "0x0"},
        {"ttyS4", "4", "3", "0x0", "0xfe030000"},
        {"ttyS5", "4", "1", "0x0", "0x0"},
    };
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/cmdline", "quiet console=ttyS0,57600n8\n");
    for (size_t i = 0; i < AJ_COUNT(ttys); i++) {
        const char *at = aj_strf(f->out, "/sys/class/tty/%s", ttys[i].tty);
        fixture_file(f, aj_strf(f->out, "%s/type", at), ttys[i].type);
        fixture_file(f, aj_strf(f->out, "%s/io_type", at), ttys[i].how);
        fixture_file(f, aj_strf(f->out, "%s/port", at), ttys[i].port);
        fixture_file(f, aj_strf(f->out, "%s/iomem_base", at), ttys[i].base);
        fixture_file(f, aj_strf(f->out, "%s/iomem_reg_shift", at), i == 2 ? "2" : "0");
        fixture_file(f, aj_strf(f->out, "%s/irq", at), i == 0 ? "4" : "0");
    }
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->consoles_count, 2);
    assert_int_equal(board->consoles[0].address, 0x3f8);
    assert_int_equal(board->consoles[0].intid, 4);
    assert_int_equal(board->consoles[0].baud, 57600);
    assert_true(board->consoles[0].active);
    assert_true(board->consoles[1].mmio);
    assert_int_equal(board->consoles[1].regdist, 4);
    assert_int_equal(device_of(board, "ttyS0")->ports[0].base, 0x3f8);
}

/* Tables that are cut off, lie about their length, or were changed. */
static void hostile_tables(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/sys/firmware/acpi/tables/APIC", "APIC");
    fixture_file(f, "/sys/firmware/acpi/tables/MCFG", "MCFG0000AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    /* a structure without a length, one beyond the end */
    fixture_table(f, "DMAR", "26 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(notes_of(board, "acpi-table"), 2);
    assert_int_equal(notes_of(board, "acpi-entry"), 1);
    assert_true(is_impossible(board, "no VT-d"));
    fixture_table(f, "DMAR", "26 00 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 01 00 00 00");
    assert_int_equal(notes_of(fixture_board(f), "acpi-entry"), 1);
}

static void not_as_root(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/iomem",
                 "00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n");
    fixture_file(f, "/sys/firmware/memmap/0/start", "0x100000\n");
    fixture_file(f, "/sys/firmware/memmap/0/end", "0x3fffffff\n");
    fixture_file(f, "/sys/firmware/memmap/0/type", "System RAM\n");
    fixture_file(f, "/sys/firmware/memmap/1/start", "0x40000000\n");
    fixture_file(f, "/sys/firmware/memmap/1/end", "0x400fffff\n");
    fixture_file(f, "/sys/firmware/memmap/1/type", "ACPI Tables\n");
    const struct model_board *board = fixture_board(f);
    expect_region(board, "system_ram", 0x100000, 0x3ff00000, MODEL_REGION_RAM);
    expect_region(board, "acpi_tables", 0x40000000, 0x100000, MODEL_REGION_FIRMWARE);
    assert_int_equal(notes_of(board, "iomem-hidden"), 1);
}

static void places_in_tables(void **state)
{
    static const char *const lines[] = {
        "  ioapic:  # /sys/firmware/acpi/tables/APIC+0x3c\n",
        "- type: intel  # /sys/firmware/acpi/tables/DMAR+0x30\n",
        "phys_limit: 0x8000000000  # /proc/cpuinfo: address sizes\n",
        "  pci_bus:  # /proc/iomem:5\n",
    };
    struct extract_fixture *f = fixture_x86(state);
    struct aj_buf text = {0};
    extract_write(fixture_board(f), &text);
    for (size_t i = 0; i < AJ_COUNT(lines); i++)
        if (strstr(aj_buf_text(&text), lines[i]) == NULL)
            fail_msg("no %s in\n%s", lines[i], aj_buf_text(&text));
    aj_buf_free(&text);
}

static void capabilities(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/sys/class/iommu/dmar7/intel-iommu/address", "fed90000\n");
    fixture_file(f, "/sys/class/iommu/dmar7/intel-iommu/cap", "d2008c22260286\n");
    fixture_file(f, "/sys/class/iommu/dmar7/intel-iommu/ecap", "f00f4a\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->iommu[0].cap, 0xd2008c22260286);
    assert_int_equal(board->iommu[0].ecap, 0xf00f4a);
    assert_int_equal(board->platform.x86->cpu_flags_count, 2);
    assert_string_equal(board->platform.x86->cpu_flags[1], "vmx");
    assert_int_equal(board->platform.x86->vmx_flags_count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(whole_machine),
        EXTRACT_TEST(nothing_to_virtualize_with),
        EXTRACT_TEST(t57_size_of_a_unit),
        EXTRACT_TEST(t66_order_of_the_madt),
        EXTRACT_TEST(t68_pins_of_an_ioapic),
        EXTRACT_TEST(t67_numbers_of_apics),
        EXTRACT_TEST(t71_reduced_hardware),
        EXTRACT_TEST(t72_frequency_of_the_counter),
        EXTRACT_TEST(t70_ttys_without_hardware),
        EXTRACT_TEST(hostile_tables),
        EXTRACT_TEST(not_as_root),
        EXTRACT_TEST(places_in_tables),
        EXTRACT_TEST(capabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
