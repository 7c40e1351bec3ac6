/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture_x86.h"

static const struct model_ports *ports_at(const struct model_board *board, uint32_t base)
{
    for (size_t i = 0; i < board->ports_count; i++)
        if (board->ports[i].base == base)
            return &board->ports[i];
    static const struct model_ports none;
    fail_msg("no ports at 0x%x", (unsigned)base);
    return &none;
}

/* T60: borders inside pages split RAM that is one piece; single pages taken from it stay taken. */
static void t60_borders_inside_pages(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/iomem",
                 "00100000-33e7dfff : System RAM\n33e7e000-33e7efff : Reserved\n"
                 "33e7f000-7117c017 : System RAM\n7117c018-7118c057 : System RAM\n"
                 "7118c058-7fffffff : System RAM\n");
    const struct model_board *board = fixture_board(f);
    expect_region(board, "system_ram", 0x100000, 0x33d7e000, MODEL_REGION_RAM);
    expect_region(board, "system_ram.1", 0x33e7f000, 0x4c181000, MODEL_REGION_RAM);
    expect_region(board, "reserved", 0x33e7e000, 0x1000, MODEL_REGION_FIRMWARE);
    expect_no_region(board, "system_ram.2");
}

/* T61: what changes with each start is not of the board. */
static void t61_what_each_start_changes(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/iomem",
                 "00100000-3fffffff : System RAM\n  1a200000-1b001d31 : Kernel code\n"
                 "  1c50d000-1d5fffff : Kernel bss\n40000000-43ffffff : RAM buffer\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->memory_regions_count, 1);
}

/* T62: all inside the window onto configuration space is the hypervisor's. */
static void t62_configuration_space(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/iomem",
                 "00100000-3fffffff : System RAM\n"
                 "b0000000-bfffffff : PCI MMCONFIG 0000 [bus 00-ff]\n"
                 "  b0000000-bfffffff : Reserved\n    b0000000-b000ffff : pnp 00:08\n"
                 "fed00000-fed003ff : HPET 0\n");
    fixture_table(f, "MCFG",
                  "00 00 00 00 00 00 00 00 00 00 00 b0 00 00 00 00 00 00 00 ff 00 00 00 00 "
                  "00 00 00 c0 00 00 00 00 01 00 00 3f 00 00 00 00");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->memory_regions_count, 2);
    expect_region(board, "HPET 0", 0xfed00000, 0x400, MODEL_REGION_MMIO);
    assert_int_equal(board->platform.pci.hosts_count, 2);
    assert_int_equal(board->platform.pci.hosts[0].ecam_base, 0xb0000000);
    assert_int_equal(board->platform.pci.hosts[1].ecam_size, AJ_MIB(64));
    assert_int_equal(notes_of(board, "mcfg-more"), 1);
}

/* T63: tables of ACPI may lie in what is only called reserved: the root goes on reaching it. */
static void t63_reserved_stays(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/iomem",
                 "00100000-3ffdffff : System RAM\n3ffe0000-3fffffff : Reserved\n"
                 "fed40000-fed44fff : Reserved\n  fed40000-fed44fff : MSFT0101:00\n");
    const struct model_board *board = fixture_board(f);
    expect_region(board, "reserved", 0x3ffe0000, 0x20000, MODEL_REGION_FIRMWARE);
    assert_true(region_of(board, "reserved")->root_used);
}

/* Memory that the command line puts aside is there for cells. */
static void memory_put_aside(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/cmdline", "quiet memmap=82M$0x3a000000,16M$0x20000000 root=/dev/sda\n");
    fixture_file(f, "/proc/iomem",
                 "00100000-1fffffff : System RAM\n20000000-20ffffff : Reserved\n"
                 "21000000-39ffffff : System RAM\n3a000000-3f1fffff : Reserved\n");
    const struct model_board *board = fixture_board(f);
    expect_region(board, "system_ram", 0x100000, 0x3f100000, MODEL_REGION_RAM);
    expect_no_region(board, "reserved");
    assert_int_equal(notes_of(board, "reserved-jailhouse"), 2);
    fixture_file(f, "/proc/cmdline", "memmap=0x52000000x3a000000\n");
    board = fixture_board(f);
    assert_int_equal(notes_of(board, "cmdline-memmap"), 1);
    expect_region(board, "reserved.1", 0x3a000000, 0x5200000, MODEL_REGION_FIRMWARE);
}

static void near_memory(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/sys/devices/system/node/node0/cpulist", "0\n");
    fixture_file(f, "/sys/devices/system/node/node1/cpulist", "1\n");
    fixture_table(f, "SRAT",
                  "01 00 00 00 00 00 00 00 00 00 00 00 "
                  "01 28 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 20 00 00 00 00 "
                  "00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 "
                  "01 28 01 00 00 00 00 00 00 00 00 20 00 00 00 00 00 00 00 10 00 00 00 00 "
                  "00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->cpus[1].node, 1);
    expect_region(board, "system_ram.1", 0x100000, 0x1ff00000, MODEL_REGION_RAM);
    expect_region(board, "system_ram.2", 0x20000000, 0x10000000, MODEL_REGION_RAM);
    assert_int_equal(region_of(board, "system_ram.2")->node, 1);
    /* Of the rest nothing is known. */
    expect_region(board, "system_ram.3", 0x30000000, 0x10000000, MODEL_REGION_RAM);
}

static void ports(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/ioports",
                 "0000-0cf7 : PCI Bus 0000:00\n  0000-001f : dma1\n  0040-0043 : timer0\n"
                 "  0070-0077 : rtc0\n  0400-0403 : ACPI PM1a_EVT_BLK\n0cf8-0cff : PCI conf1\n"
                 "0d00-ffff : PCI Bus 0000:00\n  c000-c01f : strange\n");
    const struct model_board *board = fixture_board(f);
    assert_false(ports_at(board, 0)->root);
    assert_true(ports_at(board, 0x40)->root);
    assert_true(ports_at(board, 0x61)->root);
    assert_int_equal(ports_at(board, 0x70)->length, 8);
    assert_true(ports_at(board, 0x400)->root);
    assert_false(ports_at(board, 0xcf8)->root);
    assert_false(ports_at(board, 0xc000)->root);
    assert_int_equal(board->ports_count, 7);
}

/* Lines of IOAPICs by global number; messages by Linux' own. */
static void counts(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_file(f, "/proc/interrupts",
                 "            CPU0       CPU1\n"
                 "   0:         10          0  IR-IO-APIC   2-edge      timer\n"
                 "  16:          5          7  IR-IO-APIC  16-fasteoi   ehci_hcd:usb1, mmc0\n"
                 "  99:          5          7  IR-IO-APIC  30-fasteoi   beyond\n"
                 " 130:          1          2  IR-PCI-MSI 524288-edge      eth0\n"
                 " 131:          1          2  HPET-XYZ 4-edge      other\n"
                 " NMI:          0          0   Non-maskable interrupts\n");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->interrupts_count, 3);
    assert_int_equal(board->interrupts[0].intid, 2);
    assert_string_equal(board->interrupts[0].owner, "timer");
    assert_int_equal(board->interrupts[1].intid, 16);
    assert_string_equal(board->interrupts[1].owner, "ehci_hcd:usb1, mmc0");
    assert_int_equal(board->interrupts[2].intid, 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t60_borders_inside_pages),
        EXTRACT_TEST(t61_what_each_start_changes),
        EXTRACT_TEST(t62_configuration_space),
        EXTRACT_TEST(t63_reserved_stays),
        EXTRACT_TEST(memory_put_aside),
        EXTRACT_TEST(near_memory),
        EXTRACT_TEST(ports),
        EXTRACT_TEST(counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
