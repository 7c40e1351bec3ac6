/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the real hypervisor did with broken configurations: on QEMU's arm64 machine (GICv3, 4 CPUs,
 * 1 GiB, Linux with mem=768M) and on its q35 machine with SVM. What it refuses, hangs or crashes on
 * must be an error; what runs must not be, unless the isolation of cells is gone. A file whose
 * counters promise more than it holds is the reader's to refuse.
 */
#include "tests/model/systems.h"

enum verdict {
    FAILS,      /* refused, hangs or crashes */
    RUNS,       /* no error */
    UNISOLATED, /* runs, but an error */
};

struct row {
    const char *change;
    sys_change *start, *apply;
    enum verdict verdict;
    const char *id; /* one of the errors */
};

#define ROW(name) static void name(struct sys *s)

ROW(unchanged)
{
    (void)s;
}
ROW(root_16_cpus)
{
    s->root.cpus = (struct aj_cpuset){{0xffff}};
}
ROW(root_3_cpus)
{
    s->root.cpus = (struct aj_cpuset){{0x7}};
}
ROW(root_5_cpus)
{
    s->root.cpus = (struct aj_cpuset){{0x1f}};
}
ROW(gicd_unused)
{
    s->header.gicd_base = 0x8080000;
}
ROW(gicr_high)
{
    s->header.gicr_base = 0x80c0000;
}
ROW(gic_version_2)
{
    s->header.gic_version = 2;
}
ROW(hv_unaligned)
{
    s->header.hypervisor_memory.phys_start = 0x7fc10000;
}
ROW(hv_in_system_ram)
{
    s->header.hypervisor_memory.phys_start = 0x5fc00000;
}
ROW(hv_no_ram)
{
    s->header.hypervisor_memory.phys_start = 0xc0000000;
}
ROW(hv_512k)
{
    s->header.hypervisor_memory.size = AJ_KIB(512);
}
ROW(hv_128k)
{
    s->header.hypervisor_memory.size = AJ_KIB(128);
}
ROW(maintenance_27)
{
    s->header.maintenance_irq = 27;
}
ROW(pci_in_ram)
{
    s->header.pci_mmconfig_base = 0x60000000;
}
ROW(mmio_over_gic)
{
    s->root_parts.mem[ROOT_MMIO].phys_start = 0x8000000;
    s->root_parts.mem[ROOT_MMIO].virt_start = 0x8000000;
    s->root_parts.mem[ROOT_MMIO].size = 0x38000000;
}
ROW(pin_base_33)
{
    s->root_parts.chips[0].pin_base = 33;
}
ROW(root_ram_odd)
{
    s->root_parts.mem[ROOT_RAM].size -= 0x800;
}
ROW(root_ram_over_hv)
{
    s->root_parts.mem[ROOT_RAM].size = 0x40000000;
}
ROW(root_ram_short)
{
    s->root_parts.mem[ROOT_RAM].size = 0x2f000000;
}
ROW(revision_99)
{
    s->header.revision = 99;
}
ROW(shmem_start)
{
    s->root_parts.pci[0].shmem_regions_start = 20;
}
ROW(console_unused)
{
    s->header.debug_console.address = 0xb000000;
}
ROW(root_no_uart)
{
    s->root_parts.mem[ROOT_MMIO].phys_start += 0x1000;
    s->root_parts.mem[ROOT_MMIO].virt_start += 0x1000;
    s->root_parts.mem[ROOT_MMIO].size -= 0x1000;
}
ROW(root_no_gpio)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
}
ROW(smmu_unused)
{
    s->header.iommu_units[0] =
        (struct model_iommu){.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x7200000, .size = 0x20000};
}
ROW(pci_not_virtual)
{
    s->header.pci_is_virtual = 0;
}
ROW(pci_domain_0)
{
    s->header.pci_domain = 0;
}
ROW(root_no_pins)
{
    s->root_parts.chips[0].pin_bitmap[2] = 0;
    s->root_parts.chips[0].pin_bitmap[3] = 0;
}
ROW(cell_takes_uart)
{
    s->system.cells_count = 1;
    s->guest_parts[BARE].mem[BARE_UART].flags &= ~(uint64_t)JAILHOUSE_MEM_ROOTSHARED;
}
ROW(cell_x86)
{
    s->guest[BARE].architecture = MODEL_ARCH_X86;
}
ROW(cell_cpu_4)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0x10}};
}
ROW(cell_all_cpus)
{
    s->system.cells_count = 1;
    s->guest[BARE].cpus = (struct aj_cpuset){{0xf}};
}
ROW(cell_comm)
{
    s->guest_parts[BARE].mem[BARE_COMM].virt_start = 0x80000100;
}
ROW(cell_ram_in_system)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0x5fc00000;
}
ROW(cell_ram_uncovered)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0xc0000000;
}
ROW(cell_ram_over_hv)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0x7fc00000;
}
ROW(cell_ram_odd)
{
    s->guest_parts[BARE].mem[BARE_RAM].size = 0x10800;
}
ROW(cell_uart_irq)
{
    s->guest_parts[BARE].chips[0].pin_bitmap[0] |= 1 << 1;
}
ROW(cell_same_peer)
{
    s->guest_parts[BARE].pci[0].shmem_dev_id = 0;
}
ROW(cell_protocol)
{
    s->guest_parts[BARE].pci[0].shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH;
}
ROW(cell_not_loadable)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_LOADABLE;
}
ROW(cell_not_writable)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_WRITE;
}
ROW(cell_not_executable)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_EXECUTE;
}
ROW(cell_reset_nowhere)
{
    s->guest[BARE].cpu_reset_address = 0x200000;
}
ROW(cell_reset_in_link)
{
    s->guest[BARE].cpu_reset_address = 0x7faf2000;
}
ROW(two_cells_same_ram)
{
    s->guest_parts[LINUX].mem[LINUX_LOADER].phys_start = 0x7fa00000;
}
ROW(amd_no_iommu)
{
    s->iommu.type = "amd";
    s->header.iommu_units[0] = (struct model_iommu){0};
}
ROW(amd_with_intel_unit)
{
    s->iommu.type = "amd";
}
ROW(amd_unit_of_qemu)
{
    s->iommu.type = "amd";
    s->board.board.vendor = "QEMU";
    s->header.iommu_units[0] = (struct model_iommu){
        .type = JAILHOUSE_IOMMU_AMD, .base = 0xfed90000, .size = 0x4000, .tlb_base = 0x400010};
}
ROW(x86_ram_top_moved)
{
    s->regions[1] = (struct model_region){
        .name = "top", .phys_start = 0x3ffdf000, .size = 0x4000, .type = MODEL_REGION_RAM};
    s->board.memory_regions_count = 2;
}
ROW(x86_linux_has_guest_ram)
{
    s->board.kernel.mem_limit = 0x3ef00000;
}
ROW(x86_guest_over_hv)
{
    s->guest_parts[0].mem[X86_RAM].phys_start = 0x3a100000;
}
ROW(x86_cpu_0)
{
    s->guest[0].cpus = (struct aj_cpuset){{1}};
}
ROW(x86_no_table)
{
    s->header.vtd_interrupt_limit = 65536;
}
ROW(spare_block_33)
{
    s->root.irqchips_count = 3;
    s->root_parts.chips[2] = (struct model_irqchip){.address = 0x8000000, .pin_base = 33};
}
ROW(ram_odd_with_widths)
{
    root_ram_odd(s);
    s->root_parts.mem[ROOT_RAM].flags |= JAILHOUSE_MEM_IO_32;
}
ROW(console_8250)
{
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_8250;
}
ROW(console_clock_unused)
{
    s->header.debug_console.clock_reg = 0xb000000;
}
ROW(cell_no_comm)
{
    s->guest[BARE].mem_regions_count = BARE_COMM;
}
ROW(cell_comm_elsewhere)
{
    s->guest_parts[BARE].mem[BARE_COMM].virt_start = 0x90000000;
}
ROW(cell_ram_in_link)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0x7faf2000;
    s->guest_parts[BARE].mem[BARE_RAM].size = 0x9000;
}
ROW(pci_over_gic)
{
    s->header.pci_mmconfig_base = 0x8000000;
}
ROW(root_console_port)
{
    s->consoles[0].address = 0x2f8;
}
ROW(maintenance_30)
{
    s->header.maintenance_irq = 30;
}
ROW(root_cpus_far)
{
    s->root.cpus = (struct aj_cpuset){{0x7, UINT64_C(1) << 47}};
    s->root.cpu_set_size = 16;
}
ROW(root_32_bits)
{
    s->root.flags |= JAILHOUSE_CELL_AARCH32;
}
ROW(root_ram_twice)
{
    s->root_parts.mem[s->root.mem_regions_count++] = s->root_parts.mem[ROOT_RAM];
}
ROW(cell_not_readable)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_READ;
}
static struct model_memory *bare_uart(struct sys *s)
{
    return &s->guest_parts[BARE].mem[BARE_UART];
}
ROW(cell_no_uart)
{
    *bare_uart(s) = (struct model_memory){0};
}
ROW(cell_no_uart_virtual)
{
    cell_no_uart(s);
    s->guest[BARE].flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE;
}
ROW(cell_no_uart_no_type)
{
    cell_no_uart_virtual(s);
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_NONE;
}
ROW(cell_no_uart_type_11)
{
    cell_no_uart(s);
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_SCIF + 1;
}
ROW(cell_uart_read_only)
{
    bare_uart(s)->flags &= ~(uint64_t)JAILHOUSE_MEM_WRITE;
}
ROW(cell_uart_write_only)
{
    bare_uart(s)->flags &= ~(uint64_t)JAILHOUSE_MEM_READ;
}
ROW(cell_uart_loadable)
{
    bare_uart(s)->flags |= JAILHOUSE_MEM_LOADABLE;
}
ROW(cell_uart_words)
{
    bare_uart(s)->size = 0x100;
    bare_uart(s)->flags |= JAILHOUSE_MEM_IO_32;
}
ROW(cell_uart_bytes)
{
    bare_uart(s)->size = 0x100;
    bare_uart(s)->flags |= JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16;
}
ROW(cell_uart_elsewhere)
{
    bare_uart(s)->phys_start = 0x9200000;
}
ROW(cell_uart_8250)
{
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_8250;
}
ROW(cell_uart_0)
{
    s->guest[BARE].console.address = 0;
}
ROW(cell_uart_gate)
{
    s->guest[BARE].console.clock_reg = 0x30000000;
}

static const struct row rows[] = {
    {"the unchanged cells", sys_arm64, unchanged, RUNS, NULL},
    {"root: 16 CPUs listed, 4 online", sys_arm64, root_16_cpus, FAILS, "cpu-2"},
    {"root: 3 CPUs listed, 4 online", sys_arm64, root_3_cpus, FAILS, "cpu-3"},
    {"root: 5 CPUs listed, 4 online", sys_arm64, root_5_cpus, FAILS, "cpu-2"},
    {"root: gicd_base on an unused address", sys_arm64, gicd_unused, FAILS, "gic-2"},
    {"root: gicr_base one frame too high", sys_arm64, gicr_high, FAILS, "gic-4"},
    {"root: gic_version 2 on a GICv3 board", sys_arm64, gic_version_2, FAILS, "gic-2"},
    {"root: hypervisor not 2 MiB aligned", sys_arm64, hv_unaligned, FAILS, "hv-5"},
    {"root: hypervisor in System RAM", sys_arm64, hv_in_system_ram, FAILS, "hv-3"},
    {"root: hypervisor where no RAM is", sys_arm64, hv_no_ram, FAILS, "hv-3"},
    {"root: hypervisor memory 512 KiB", sys_arm64, hv_512k, FAILS, "hv-2"},
    {"root: hypervisor memory 128 KiB", sys_arm64, hv_128k, FAILS, "hv-1"},
    {"root: maintenance interrupt 27 in place of 25", sys_arm64, maintenance_27, RUNS, NULL},
    {"root: virtual PCI window in RAM", sys_arm64, pci_in_ram, UNISOLATED, "pci-2"},
    {"root: MMIO region over the GIC", sys_arm64, mmio_over_gic, UNISOLATED, "mem-12"},
    {"root: irqchip pin_base 33", sys_arm64, pin_base_33, FAILS, "gic-8"},
    {"root: RAM size not a page multiple", sys_arm64, root_ram_odd, FAILS, "mem-2"},
    {"root: RAM region covers the hypervisor", sys_arm64, root_ram_over_hv, UNISOLATED, "hv-7"},
    {"root: RAM ends below what Linux uses", sys_arm64, root_ram_short, FAILS, "brd-4"},
    {"root: revision 99", sys_arm64, revision_99, FAILS, "hdr-2"},
    {"root: shmem_regions_start too high", sys_arm64, shmem_start, FAILS, "ivs-1"},
    {"root: debug console on an unused address", sys_arm64, console_unused, FAILS, "brd-2"},
    {"root: lacks the UART that Linux prints to", sys_arm64, root_no_uart, FAILS, "brd-9"},
    {"root: lacks a GPIO block", sys_arm64, root_no_gpio, RUNS, NULL},
    {"root: SMMU that the board does not have", sys_arm64, smmu_unused, FAILS, "brd-11"},
    {"root: virtual PCI window said to be real", sys_arm64, pci_not_virtual, RUNS, NULL},
    {"root: virtual PCI host in a real one's domain", sys_arm64, pci_domain_0, FAILS, "pci-6"},
    {"root: lacks the interrupts of its links", sys_arm64, root_no_pins, FAILS, "vpi-5"},
    {"cell: takes the UART that Linux prints to", sys_arm64, cell_takes_uart, FAILS, "brd-9"},
    {"cell: architecture x86", sys_arm64, cell_x86, FAILS, "hdr-3"},
    {"cell: CPU 4 of 0-3", sys_arm64, cell_cpu_4, FAILS, "cpu-4"},
    {"cell: all CPUs", sys_arm64, cell_all_cpus, FAILS, "cpu-7"},
    {"cell: comm region at 0x80000100", sys_arm64, cell_comm, FAILS, "com-1"},
    {"cell: RAM in System RAM", sys_arm64, cell_ram_in_system, FAILS, "brd-7"},
    {"cell: RAM that no root region covers", sys_arm64, cell_ram_uncovered, FAILS, "mem-9"},
    {"cell: RAM over the hypervisor", sys_arm64, cell_ram_over_hv, FAILS, "hv-7"},
    {"cell: RAM size not a page multiple", sys_arm64, cell_ram_odd, FAILS, "mem-2"},
    {"cell: takes the root's UART interrupt", sys_arm64, cell_uart_irq, RUNS, NULL},
    {"cell: same shmem_dev_id as the root", sys_arm64, cell_same_peer, FAILS, "ivs-4"},
    {"cell: other shmem_protocol", sys_arm64, cell_protocol, RUNS, NULL},
    {"cell: RAM not loadable", sys_arm64, cell_not_loadable, FAILS, "cel-1"},
    {"cell: RAM not writable", sys_arm64, cell_not_writable, FAILS, "cel-1"},
    {"cell: RAM not executable", sys_arm64, cell_not_executable, RUNS, NULL},
    {"cell: reset address where it has nothing", sys_arm64, cell_reset_nowhere, FAILS, "cel-1"},
    {"cell: reset address in a link", sys_arm64, cell_reset_in_link, FAILS, "cel-1"},
    {"two cells with the same RAM", sys_arm64, two_cells_same_ram, UNISOLATED, "mem-6"},
    {"x86: the unchanged cells", sys_x86, unchanged, RUNS, NULL},
    {"x86: IOMMU list empty on AMD", sys_x86, amd_no_iommu, RUNS, NULL},
    {"x86: IOMMU unit of Intel on AMD", sys_x86, amd_with_intel_unit, FAILS, "iom-2"},
    {"x86: AMD unit of QEMU", sys_x86, amd_unit_of_qemu, FAILS, "x86-5"},
    {"x86: other hardware, RAM ends elsewhere", sys_x86, x86_ram_top_moved, FAILS, "brd-4"},
    {"x86: Linux has the cell's RAM", sys_x86, x86_linux_has_guest_ram, FAILS, "brd-7"},
    {"x86: cell RAM over the hypervisor", sys_x86, x86_guest_over_hv, FAILS, "hv-7"},
    {"x86: cell takes CPU 0", sys_x86, x86_cpu_0, FAILS, "cpu-6"},
    {"x86: table of interrupts too large", sys_x86, x86_no_table, FAILS, "x86-4"},
    {"root: empty block at interrupt 33", sys_arm64, spare_block_33, FAILS, "gic-8"},
    {"root: odd RAM with access widths", sys_arm64, ram_odd_with_widths, FAILS, "mem-2"},
    {"root: debug console of another type", sys_arm64, console_8250, FAILS, "brd-13"},
    {"root: clock gate on an unused address", sys_arm64, console_clock_unused, FAILS, "brd-2"},
    {"root: virtual PCI window over the GIC", sys_arm64, pci_over_gic, FAILS, "pci-3"},
    {"cell: no comm region", sys_arm64, cell_no_comm, FAILS, "com-8"},
    {"cell: comm region elsewhere", sys_arm64, cell_comm_elsewhere, FAILS, "com-4"},
    {"cell: RAM in a link of the root", sys_arm64, cell_ram_in_link, FAILS, "ivs-21"},
    {"x86: cell has the port of the root's console", sys_x86, root_console_port, FAILS, "x86-13"},
    {"root: maintenance interrupt 30", sys_arm64, maintenance_30, FAILS, "gic-6"},
    {"root: CPUs 0-2 and 111", sys_arm64, root_cpus_far, FAILS, "hv-6"},
    {"root: flagged as 32 bits", sys_arm64, root_32_bits, FAILS, "cel-5"},
    {"root: RAM listed twice", sys_arm64, root_ram_twice, RUNS, NULL},
    {"cell: RAM not readable", sys_arm64, cell_not_readable, FAILS, "cel-1"},
    {"cell: UART not mapped", sys_arm64, cell_no_uart, FAILS, "cel-4"},
    {"cell: UART not mapped, virtual console", sys_arm64, cell_no_uart_virtual, FAILS, "cel-4"},
    {"cell: virtual console alone", sys_arm64, cell_no_uart_no_type, RUNS, NULL},
    {"cell: no UART, a console of no known type", sys_arm64, cell_no_uart_type_11, RUNS, NULL},
    {"cell: UART read-only", sys_arm64, cell_uart_read_only, FAILS, "cel-4"},
    {"cell: UART not readable", sys_arm64, cell_uart_write_only, FAILS, "cel-4"},
    {"cell: UART loadable", sys_arm64, cell_uart_loadable, FAILS, "brd-9"},
    {"cell: UART trapped, 32 bits", sys_arm64, cell_uart_words, RUNS, NULL},
    {"cell: UART trapped, 8 and 16 bits", sys_arm64, cell_uart_bytes, FAILS, "cel-4"},
    {"cell: UART's region is elsewhere", sys_arm64, cell_uart_elsewhere, FAILS, "brd-14"},
    {"cell: UART is a PL011, the console a 8250", sys_arm64, cell_uart_8250, FAILS, "brd-14"},
    {"cell: console at address 0, in RAM", sys_arm64, cell_uart_0, FAILS, "cel-4"},
    {"cell: clock gate not mapped", sys_arm64, cell_uart_gate, FAILS, "cel-4"},
};

static bool is_error(const struct aj_ctx *cx, const char *id)
{
    for (size_t i = 0; i < cx->diags_count; i++) {
        if (cx->diags[i].severity == AJ_SEV_ERROR && strcmp(cx->diags[i].id, id) == 0)
            return true;
    }
    return false;
}

static void test_row(void **state)
{
    const struct row *row = *state;
    struct sys *s = malloc(sizeof *s);
    struct aj_ctx cx;
    assert_non_null(s);
    aj_ctx_open(&cx);
    row->start(s);
    row->apply(s);
    const enum aj_status status = sys_judge(&cx, s);
    if ((status == AJ_OK) != (row->verdict == RUNS))
        fail_msg("%s:\n%s", row->change, test_diags(&cx));
    if (row->id != NULL && !is_error(&cx, row->id))
        fail_msg("%s: %s is missing:\n%s", row->change, row->id, test_diags(&cx));
    aj_ctx_close(&cx);
    free(s);
}

int main(void)
{
    struct CMUnitTest tests[AJ_COUNT(rows)];
    for (size_t i = 0; i < AJ_COUNT(rows); i++) {
        const struct row *row = &rows[i];
        void *initial;
        memcpy(&initial, &row, sizeof initial); /* cmocka's state is not const */
        tests[i] = (struct CMUnitTest){row->change, test_row, NULL, NULL, initial};
    }
    return _cmocka_run_group_tests("verdicts", tests, AJ_COUNT(tests), NULL, NULL);
}
