/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "tests/extract/fixture_x86.h"

#define ETHERNET "00=86 80 d3 10", "08=00 00 00 02"

static const char bars[] = "0x00000000fea00000 0x00000000fea1ffff 0x0000000000040200\n"
                           "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
                           "0x0000000900000000 0x00000009000fffff 0x000000000014220c\n"
                           "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                           "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
                           "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";

static void a_function(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const pieces[] = {ETHERNET, "06=10 00",       "34=40",
                                         "3d=01",  "40=05 50 80 00", "50=11 00 04 00 02 00 01 00",
                                         NULL};
    fixture_function(f, "0000:02:00.1", 256, pieces, bars);
    fixture_attribute(f, "0000:02:00.1", "numa_node", "1\n");
    fixture_attribute(f, "0000:02:00.1", "driver.link", "../../../bus/pci/drivers/igc");
    const struct model_board *board = fixture_board(f);
    const struct model_device *d = device_of(board, "0000:02:00.1");
    assert_string_equal(d->linux_driver, "igc");
    assert_int_equal(d->node, 1);
    assert_int_equal(d->pci->bdf, 0x201);
    assert_int_equal(d->pci->class_code, 0x020000);
    assert_int_equal(d->pci->iommu, 0);
    assert_int_equal(d->regions_count, 2);
    assert_int_equal(d->ports_count, 1);
    assert_int_equal(d->ports[0].base, 0xc000);
    assert_int_equal(d->pci->bar_mask[0], 0xfffe0000);
    assert_int_equal(d->pci->bar_mask[1], 0xffffffe0);
    assert_int_equal(d->pci->bar_mask[2], 0xfff00000);
    assert_int_equal(d->pci->bar_mask[3], 0xffffffff);
    assert_int_equal(d->pci->caps_count, 2);
    assert_int_equal(d->pci->msi_vectors, 1);
    assert_true(d->pci->msi_64bits);
    assert_int_equal(d->pci->caps[0].length, 14);
    /* Five messages; their table is in BAR 2, at 0x10000. */
    assert_int_equal(d->pci->msix_vectors, 5);
    assert_int_equal(d->pci->msix_address, 0x900010000);
    assert_int_equal(d->pci->msix_size, AJ_PAGE);
    expect_region(board, "0000:02:00.1", 0xfea00000, 0x20000, MODEL_REGION_MMIO);
}

/* T53: a BAR holds an address of its bus; what CPUs use is what Linux made of it. */
static void t53_addresses_of_bars(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const pieces[] = {ETHERNET, "10=00 00 00 c0", NULL};
    fixture_function(f, "0000:00:02.0", 256, pieces, bars);
    assert_int_equal(device_of(fixture_board(f), "0000:00:02.0")->regions[0].phys_start,
                     0xfea00000);
}

/* T73: to other readers of YAML, some addresses of functions are numbers. */
static void t73_quoted_addresses(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    struct aj_buf text = {0};
    static const char *const pieces[] = {ETHERNET, NULL};
    fixture_function(f, "0000:58:00.0", 256, pieces, NULL);
    model_board_write(fixture_board(f), &text);
    assert_non_null(strstr(aj_buf_text(&text), "\"0000:58:00.0\":"));
    aj_buf_free(&text);
}

/* T55: before a driver asked, `irq` is what firmware wrote for the old controller. */
static void t55_line_of_an_unbound_function(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const pieces[] = {ETHERNET, "3c=0b 01", NULL};
    fixture_function(f, "0000:00:02.0", 256, pieces, bars);
    fixture_attribute(f, "0000:00:02.0", "irq", "11\n");
    fixture_file(f, "/sys/kernel/irq/11/chip_name", "IO-APIC\n");
    fixture_file(f, "/sys/kernel/irq/11/hwirq", "11\n");
    const struct model_device *d = device_of(fixture_board(f), "0000:00:02.0");
    assert_int_equal(d->interrupts_count, 0);
    assert_int_equal(d->verdict, MODEL_VERDICT_HARD);
    assert_true(has_reason(d, "the pin of its line is not known"));
    fixture_attribute(f, "0000:00:02.0", "driver.link", "../../drivers/e1000");
    fixture_attribute(f, "0000:00:02.0", "irq", "16\n");
    fixture_file(f, "/sys/kernel/irq/16/chip_name", "IR-IO-APIC\n");
    fixture_file(f, "/sys/kernel/irq/16/hwirq", "22\n");
    d = device_of(fixture_board(f), "0000:00:02.0");
    assert_int_equal(d->interrupts_count, 1);
    assert_int_equal(d->interrupts[0].intid, 22);
    assert_int_equal(d->verdict, MODEL_VERDICT_OK);
    /* A message is no pin. */
    fixture_file(f, "/sys/kernel/irq/16/chip_name", "IR-PCI-MSI\n");
    assert_int_equal(device_of(fixture_board(f), "0000:00:02.0")->interrupts_count, 0);
}

/* T56: rows behind the BARs differ with the kernel: windows of bridges are not read from them. */
static void t56_rows_of_bridges(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const pieces[] = {"00=36 1b 0c 00", "08=00 00 04 06", "0e=01", "18=00 01 03",
                                         NULL};
    fixture_function(f, "0000:00:03.0", 256, pieces,
                     aj_strf(f->out, "%s0x0 0x0 0x0\n0xfe800000 0xfe9fffff 0x200\n", bars));
    const struct model_device *d = device_of(fixture_board(f), "0000:00:03.0");
    assert_true(d->pci->bridge);
    assert_int_equal(d->verdict, MODEL_VERDICT_ROOT_ONLY);
    assert_int_equal(d->regions_count, 2);
}

/* T58: the functions that IOAPICs interrupt as need not be there. */
static void t58_functions_that_are_not_there(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_table(
        f, "DMAR",
        "26 00 00 00 00 00 00 00 00 00 00 00 00 00 18 00 01 00 00 00 00 00 d9 fe 00 00 00 "
        "00 03 08 00 00 02 ff 00 00");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->irqchips[0].id, 0xff00);
    assert_int_equal(notes_of(board, "ioapic-unit"), 0);
}

/* T59: a unit of one function, one of what is behind a bridge, and one of the rest. */
static void t59_several_units(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const plain[] = {ETHERNET, NULL};
    static const char *const bridge[] = {"00=86 80 01 00", "08=00 00 04 06", "0e=01", "18=00 01 02",
                                         NULL};
    fixture_function(f, "0000:00:02.0", 256, plain, NULL);
    fixture_function(f, "0000:00:07.0", 256, bridge, NULL);
    fixture_function(f, "0000:02:00.0", 256, plain, NULL);
    fixture_function(f, "0000:00:1f.0", 256, plain, NULL);
    fixture_function(f, "0001:00:1f.0", 256, plain, NULL);
    fixture_table(f, "DMAR",
                  "26 00 00 00 00 00 00 00 00 00 00 00 "
                  "00 00 18 00 00 00 00 00 00 00 d9 fe 00 00 00 00 01 08 00 00 00 00 02 00 "
                  "00 00 18 00 00 00 00 00 00 50 d8 fe 00 00 00 00 02 08 00 00 00 00 07 00 "
                  "00 00 18 00 01 00 00 00 00 10 d9 fe 00 00 00 00 03 08 00 00 02 00 1e 07 "
                  /* memory that the first one is made to use; a way through a bridge */
                  "01 00 20 00 00 00 00 00 00 00 00 90 00 00 00 00 ff ff 0f 90 00 00 00 00 "
                  "01 08 00 00 00 00 02 00 "
                  "01 00 22 00 00 00 00 00 00 00 20 90 00 00 00 00 ff ff 2f 90 00 00 00 00 "
                  "01 0a 00 00 00 00 09 00 00 00");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->iommu_count, 3);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->iommu, 0);
    assert_int_equal(device_of(board, "0000:00:07.0")->pci->iommu, 1);
    assert_int_equal(device_of(board, "0000:02:00.0")->pci->iommu, 1);
    assert_int_equal(device_of(board, "0000:00:1f.0")->pci->iommu, 2);
    assert_int_equal(device_of(board, "0001:00:1f.0")->pci->iommu, AJ_NONE32);
    assert_int_equal(device_of(board, "0001:00:1f.0")->verdict, MODEL_VERDICT_UNSAFE);
    assert_int_equal(device_of(board, "0000:00:02.0")->verdict, MODEL_VERDICT_HARD);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->reserved_count, 1);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->reserved[0].phys_start, 0x90000000);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->reserved[0].size, 0x100000);
    assert_int_equal(device_of(board, "0000:02:00.0")->pci->reserved_count, 0);
    assert_int_equal(board->irqchips[0].id, 0x200f7);
    expect_region(board, "device_memory", 0x90000000, 0x100000, MODEL_REGION_FIRMWARE);
    expect_no_region(board, "device_memory.1");
}

/* T64: of two MSI capabilities of a unit's function the first one is in use. T65: blocks of several
 * types are one unit. */
static void t64_t65_units_of_amd(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const unit[] = {"00=22 10 19 14", "08=00 00 06 08", "06=10 00", "34=40",
                                       "40=0f 50",       "50=05 60",       "60=05 00", NULL};
    static const char *const plain[] = {ETHERNET, NULL};
    fixture_file(f, "/proc/cpuinfo",
                 "vendor_id : AuthenticAMD\nflags : svm npt\n"
                 "address sizes : 48 bits physical, 48 bits virtual\n");
    fixture_file(f, "/sys/firmware/acpi/tables/DMAR", "");
    fixture_function(f, "0000:00:00.2", 256, unit, NULL);
    fixture_function(f, "0000:00:05.0", 256, plain, NULL);
    fixture_function(f, "0000:00:06.0", 256, plain, NULL);
    fixture_table(f, "IVRS",
                  "00 00 00 00 00 00 00 00 00 00 00 00 "
                  /* 0x10: all of bus 0 from slot 3 on, an IOAPIC at 00:14.0 */
                  "10 00 28 00 02 00 40 00 00 00 d0 fe 00 00 00 00 00 00 00 00 0f 00 00 00 "
                  "03 18 00 00 04 2f 00 00 48 00 00 00 02 a0 00 01 "
                  /* 0x11: the same with 16 bytes more */
                  "11 00 30 00 02 00 40 00 00 00 d0 fe 00 00 00 00 00 00 00 00 0f 00 00 00 "
                  "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 03 18 00 00 04 2f 00 00 "
                  /* memory for 00:05.0 */
                  "21 00 20 00 28 00 00 00 00 00 00 00 00 00 00 00 00 00 00 91 00 00 00 00 "
                  "00 10 00 00 00 00 00 00");
    const struct model_board *board = fixture_board(f);
    assert_true(board->jailhouse.possible);
    assert_int_equal(board->iommu_count, 1);
    assert_string_equal(board->iommu[0].type, "amd");
    assert_int_equal(board->iommu[0].bdf, 2);
    assert_int_equal(board->iommu[0].base_cap, 0x40);
    assert_int_equal(board->iommu[0].msi_cap, 0x50);
    assert_int_equal(board->irqchips[0].id, 0xa0);
    assert_int_equal(device_of(board, "0000:00:05.0")->pci->iommu, 0);
    assert_int_equal(device_of(board, "0000:00:06.0")->pci->iommu, AJ_NONE32);
    assert_int_equal(device_of(board, "0000:00:00.2")->verdict, MODEL_VERDICT_ROOT_ONLY);
    assert_int_equal(device_of(board, "0000:00:05.0")->verdict, MODEL_VERDICT_HARD);
}

static void hostile_capabilities(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const loops[] = {ETHERNET,   "06=10 00", "34=40",
                                        "40=01 50", "50=09 40", NULL};
    static const char *const beyond[] = {ETHERNET, "06=10 00", "34=fc", "fc=11 00 ff 07", NULL};
    static const char *const extended[] = {ETHERNET, "100=01 00 01 80", "800=0b 00 01 10",
                                           "804=00 00 f0 ff", NULL};
    static const char *const header[] = {"00=86 80 d3 10", "06=10 00", "34=40", NULL};
    static const char *const dead[] = {"00=ff ff ff ff", NULL};
    fixture_function(f, "0000:00:01.0", 256, loops, NULL);
    fixture_function(f, "0000:00:02.0", 256, beyond, bars);
    fixture_function(f, "0000:00:03.0", 4096, extended, NULL);
    fixture_function(f, "0000:00:04.0", 64, header, "0x1 0x0 0x200\nrubbish\n");
    fixture_function(f, "0000:00:05.0", 64, dead, NULL);
    fixture_function(f, "0000:0:05.9", 64, dead, NULL);
    const struct model_board *board = fixture_board(f);
    assert_int_equal(notes_of(board, "pci-caps"), 2);
    assert_int_equal(device_of(board, "0000:00:01.0")->pci->caps_count, 2);
    assert_int_equal(notes_of(board, "pci-msix"), 1);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->msix_vectors, 0);
    assert_int_equal(device_of(board, "0000:00:02.0")->pci->caps[0].length, 4);
    assert_int_equal(device_of(board, "0000:00:03.0")->pci->caps_count, 2);
    assert_int_equal(device_of(board, "0000:00:03.0")->pci->caps[1].length, 0x800);
    assert_int_equal(notes_of(board, "pci-header"), 1);
    assert_int_equal(notes_of(board, "pci-dead"), 1);
    assert_true(has_reason(device_of(board, "0000:00:04.0"), "only the header"));
}

/* What Linux isolates together travels together; without groups, what is in one slot. */
static void closures(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    static const char *const plain[] = {ETHERNET, NULL};
    static const char *const names[] = {"0000:00:1f.0", "0000:00:1f.2", "0000:00:02.0"};
    for (size_t i = 0; i < AJ_COUNT(names); i++)
        fixture_function(f, names[i], 256, plain, NULL);
    const struct model_board *board = fixture_board(f);
    assert_int_equal(device_of(board, "0000:00:1f.0")->closure_count, 1);
    assert_int_equal(device_of(board, "0000:00:02.0")->closure_count, 0);
    fixture_attribute(f, names[0], "iommu_group.link", "../iommu_groups/5");
    fixture_attribute(f, names[1], "iommu_group.link", "../iommu_groups/6");
    fixture_attribute(f, names[2], "iommu_group.link", "../iommu_groups/6");
    board = fixture_board(f);
    assert_int_equal(device_of(board, "0000:00:1f.0")->closure_count, 0);
    assert_string_equal(device_of(board, "0000:00:02.0")->closure[0], "0000:00:1f.2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(a_function),           EXTRACT_TEST(t53_addresses_of_bars),
        EXTRACT_TEST(t73_quoted_addresses), EXTRACT_TEST(t55_line_of_an_unbound_function),
        EXTRACT_TEST(t56_rows_of_bridges),  EXTRACT_TEST(t58_functions_that_are_not_there),
        EXTRACT_TEST(t59_several_units),    EXTRACT_TEST(t64_t65_units_of_amd),
        EXTRACT_TEST(hostile_capabilities), EXTRACT_TEST(closures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
