/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/jailhouse.h"
#include "tests/extract/fixture_x86.h"

#define ZEROS4  "00 00 00 00 "
#define ZEROS8  ZEROS4 ZEROS4
#define ZEROS16 ZEROS8 ZEROS8
/* a CPU: enabled, GICC, GICV, GICH, maintenance interrupt, redistributor, MPIDR */
#define GICC(c, v, h, line, r, mpidr)                                                            \
    "0b 50 00 00 " ZEROS8 "01 00 00 00 " ZEROS16 c " " v " " h " " line " 00 00 00 " r " " mpidr \
    " 00 00 00 00 00 00 00 " ZEROS4
#define NONE       "00 00 00 00 00 00 00 00"
#define AT(a, b)   "00 00 " a " " b " 00 00 00 00"
#define GICD(kind) "0c 18 00 00 " ZEROS4 "00 00 00 08 " ZEROS8 kind " 00 00 00 "
#define GICR       "0e 10 00 00 00 00 0a 08 00 00 00 00 00 00 f6 00 "

/* Two CPUs, a GICv3, PSCI by smc, a PL011, PCI and an SMMUv3; no device tree. */
static struct extract_fixture *machine(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/system/cpu/modalias", "cpu:type:aarch64:feature:,0001\n");
    fixture_file(f, "/sys/devices/system/cpu/online", "0-1\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1", "0x411fd070\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu1/regs/identification/midr_el1", "0x411fd070\n");
    fixture_file(f, "/proc/iomem",
                 "08000000-0800ffff : GICD\n09000000-09000fff : ARMH0011:00\n"
                 "40000000-7fffffff : System RAM\n  40080000-4127ffff : Kernel code\n"
                 "  7b000000-7bffffff : reserved\n"
                 "4010000000-401fffffff : PCI ECAM\n");
    fixture_file(f, "/dmesg.txt",
                 "Booting Linux on physical CPU 0x0000000001 [0x411fd070]\n"
                 "psci: PSCIv1.1 detected in firmware.\nGICv3: 224 SPIs implemented\n");
    fixture_table(f, "APIC",
                  ZEROS8 GICD("03") GICC(NONE, NONE, NONE, "19", NONE, "00")
                      GICC(NONE, NONE, NONE, "19", NONE, "01") GICR);
    fixture_table(f, "GTDT",
                  ZEROS8 ZEROS4 "1d 00 00 00 00 00 00 00 1e 00 00 00 00 00 00 00 "
                                "1b 00 00 00 00 00 00 00 1a 00 00 00 00 00 00 00 ");
    fixture_table(f, "FACP",
                  ZEROS16 ZEROS16 ZEROS16 ZEROS16 ZEROS16 ZEROS8 ZEROS4 "00 01 00 00 00 00 00 00");
    fixture_table(f, "SPCR",
                  "03 00 00 00 00 20 00 03 00 00 00 09 00 00 00 00 08 00 21 00 00 00 07 00 01 00");
    fixture_table(f, "MCFG", ZEROS8 "00 00 00 10 40 00 00 00 00 00 00 ff " ZEROS4);
    fixture_table(f, "IORT",
                  "01 00 00 00 30 00 00 00 00 00 00 00 04 44 00 00 " ZEROS8
                  "44 00 00 00 00 00 05 09 00 00 00 00 " ZEROS16 ZEROS16 ZEROS8 ZEROS4);
    return f;
}

static void whole_machine(void **state)
{
    struct extract_fixture *f = machine(state);
    const struct model_board *board = fixture_board(f);
    const struct model_arm_platform *arm = board->platform.arm;
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    assert_true(board->jailhouse.possible);
    assert_int_equal(arm->gic_version, 3);
    assert_int_equal(arm->gicd_base, 0x8000000);
    assert_int_equal(arm->gicr_base, 0x80a0000);
    assert_int_equal(arm->gicr_size, 0xf60000);
    assert_int_equal(arm->gicc_base, AJ_NONE64);
    assert_int_equal(arm->maintenance_irq, 25);
    assert_int_equal(arm->timer_ppis[0], 29);
    assert_int_equal(arm->timer_ppis[3], 26);
    assert_string_equal(arm->psci_method, "smc");
    assert_string_equal(arm->psci_version, "1.1");
    assert_int_equal(arm->spi_limit, 224);
    assert_int_equal(board->irqchips_count, 2);
    /* The second of the table is the CPU that was started first. */
    assert_int_equal(board->cpus[0].mpidr.v, 1);
    assert_int_equal(board->cpus[1].mpidr.v, 0);
    assert_string_equal(board->cpus[0].enable_method, "psci");
    assert_int_equal(board->phys_limit, (aj_addr)1 << 44);
    assert_int_equal(board->consoles_count, 1);
    assert_int_equal(board->consoles[0].type, JAILHOUSE_CON_TYPE_PL011);
    assert_int_equal(board->consoles[0].address, 0x9000000);
    assert_int_equal(board->consoles[0].intid, 33);
    assert_int_equal(board->consoles[0].baud, 115200);
    assert_int_equal(board->platform.pci.hosts_count, 1);
    assert_int_equal(board->platform.pci.hosts[0].ecam_base, 0x4010000000);
    assert_int_equal(board->iommu_count, 1);
    assert_string_equal(board->iommu[0].type, "smmuv3");
    assert_int_equal(board->iommu[0].base, 0x9050000);
    expect_region(board, "system_ram", 0x40000000, 0x40000000, MODEL_REGION_RAM);
    expect_no_region(board, "reserved");
    expect_no_region(board, "GICD");
    assert_int_equal(notes_of(board, "acpi-devices"), 1);
}

static void other_gics(void **state)
{
    struct extract_fixture *f = machine(state);
    fixture_table(f, "APIC",
                  ZEROS8 GICD("02")
                      GICC(AT("01", "08"), AT("04", "08"), AT("03", "08"), "00", NONE, "00")
                          GICC(AT("01", "08"), AT("04", "08"), AT("03", "08"), "00", NONE, "01"));
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->platform.arm->gic_version, 2);
    assert_int_equal(board->platform.arm->gicc_base, 0x8010000);
    assert_int_equal(board->platform.arm->gicv_base, 0x8040000);
    assert_int_equal(board->platform.arm->gich_base, 0x8030000);
    assert_int_equal(notes_of(board, "gic-maintenance"), 1);
    assert_true(board->jailhouse.possible);
    /* Redistributors that stand with their CPUs: side by side, or not. */
    fixture_table(f, "APIC",
                  ZEROS8 GICD("03") GICC(NONE, NONE, NONE, "19", AT("0a", "08"), "00")
                      GICC(NONE, NONE, NONE, "19", AT("0c", "08"), "01"));
    board = fixture_board(f);
    assert_int_equal(board->platform.arm->gicr_base, 0x80a0000);
    assert_int_equal(board->platform.arm->gicr_size, 0x40000);
    assert_true(board->jailhouse.possible);
    fixture_table(f, "APIC",
                  ZEROS8 GICD("04") GICC(NONE, NONE, NONE, "19", AT("0a", "08"), "00")
                      GICC(NONE, NONE, NONE, "19", AT("0e", "08"), "01"));
    assert_true(is_impossible(fixture_board(f), "128 KiB apart"));
    fixture_table(f, "APIC", ZEROS8 GICD("02") GICC(AT("01", "08"), NONE, NONE, "19", NONE, "00"));
    assert_true(is_impossible(fixture_board(f), "no virtualization interface"));
}

static void no_psci(void **state)
{
    struct extract_fixture *f = machine(state);
    fixture_table(f, "FACP", ZEROS16);
    const struct model_board *board = fixture_board(f);
    assert_true(is_impossible(board, "no PSCI firmware"));
    assert_true(is_impossible(board, "fewer than two CPUs"));
    fixture_table(f, "APIC", ZEROS8);
    assert_true(is_impossible(fixture_board(f), "no GICv2 or GICv3"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(whole_machine),
        EXTRACT_TEST(other_gics),
        EXTRACT_TEST(no_psci),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
