/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/random_board.h"

#include "tests/support/support.h"

static bool chance(uint64_t *r, uint32_t percent)
{
    return test_random_below(r, 100) < percent;
}

#define PICK(r, table) (table)[test_random_below(r, AJ_COUNT(table))]

static void add_cpus(uint64_t *r, struct aj_buf *to)
{
    const uint32_t count = 4 + test_random_below(r, 5);
    aj_buf_adds(to, "cpus:\n");
    for (uint32_t i = 0; i < count; i++)
        aj_buf_addf(to, "  %u: {online: true, mpidr: 0x%x, cluster: %u}\n", (unsigned)i,
                    (unsigned)(i / 4 << 8 | i % 4), (unsigned)(i / 2));
}

/* arm, arm64 */

static void add_gic(uint64_t *r, struct aj_buf *to)
{
    const bool v3 = chance(r, 50);
    aj_buf_addf(to, "platform:\n  arm: {gic_version: %u, gicd_base: 0x8000000, spi_limit: %u, ",
                v3 ? 3 : 2, (unsigned)(96 + test_random_below(r, 800)));
    aj_buf_adds(to, v3 ? "gicr_base: 0x80a0000, gicr_size: 2 MiB}\n"
                       : "gicc_base: 0x8010000, gich_base: 0x8020000, gicv_base: 0x8030000}\n");
}

static const char *add_iommu(uint64_t *r, enum model_arch arch, struct aj_buf *to)
{
    static const char *const types[] = {"smmuv3", "mmu500", "pvu", "other"};
    if (arch != MODEL_ARCH_ARM64 || chance(r, 30))
        return NULL;
    const char *type = PICK(r, types);
    aj_buf_addf(to, "iommu: [{type: %s, base: 0xa000000, size: 128 KiB", type);
    if (strcmp(type, "pvu") == 0)
        aj_buf_adds(to, ", tlb_base: 0xa100000, tlb_size: 256 KiB");
    aj_buf_adds(to, "}]\n");
    return type;
}

/* A UART has a page of its own, or a part of one. */
static void add_uarts(uint64_t *r, bool whole, struct aj_buf *to)
{
    static const char *const types[] = {"8250",  "PL011", "XUARTPS", "MVEBU",     "HSCIF",
                                        "SCIFA", "IMX",   "SCIF",    "IMX_LPUART"};
    aj_buf_addf(to,
                "consoles:\n"
                "  uart0: {type: \"%s\", address: 0x9000000, size: %u, regdist: %u, intid: 33,\n"
                "          active: true, clock_hz: 24000000}\n"
                "  uart1: {type: \"%s\", address: 0x9030040, size: 64, regdist: %u, intid: 37}\n",
                PICK(r, types), whole ? 4096 : 64, chance(r, 50) ? 1 : 4, PICK(r, types),
                chance(r, 50) ? 1 : 4);
}

static void add_devices(uint64_t *r, const char *iommu, bool whole, uint32_t devices,
                        struct aj_buf *to)
{
    aj_buf_addf(to,
                "devices:\n"
                "  uart0: {regions: [{phys_start: 0x9000000, size: %u}], "
                "interrupts: [{intid: 33}]}\n"
                "  uart1: {regions: [{phys_start: 0x9030040, size: 64}], "
                "interrupts: [{intid: 37}]}\n",
                whole ? 4096 : 64);
    for (uint32_t i = 0; i < devices; i++) {
        aj_buf_addf(to,
                    "  dev%u: {path: /ethernet@%x, regions: [{phys_start: 0x%x, size: 0x%x}],\n"
                    "         interrupts: [{intid: %u, flags: 4}]",
                    (unsigned)i, (unsigned)(0x9100000 + 0x10000 * i),
                    (unsigned)(0x9100000 + 0x10000 * i),
                    (unsigned)(0x100 + test_random_below(r, 0x3000)), (unsigned)(40 + i));
        if (iommu != NULL && chance(r, 60))
            aj_buf_addf(to, ", stream_ids: [%u]",
                        (unsigned)(strcmp(iommu, "pvu") == 0 ? 1 + i % 6 : 0x800 + i));
        aj_buf_adds(to, "}\n");
    }
}

static void add_arm(uint64_t *r, enum model_arch arch, uint32_t devices, struct aj_buf *to)
{
    aj_buf_adds(to, "memory_regions:\n"
                    "  soc: {phys_start: 0x8000000, size: 64 MiB, type: mmio}\n"
                    "  bus: {phys_start: 0x10000000, size: 256 MiB, type: window}\n");
    aj_buf_addf(to, "  low: {phys_start: 0x40000000, size: %u MiB, type: ram}\n",
                (unsigned)(512 + 64 * test_random_below(r, 8)));
    if (chance(r, 50))
        aj_buf_adds(to, "  secure: {phys_start: 0x48000000, size: 1 MiB, type: firmware}\n");
    if (arch == MODEL_ARCH_ARM64 && chance(r, 50))
        aj_buf_adds(to, "  high: {phys_start: 0x100000000, size: 1 GiB, type: ram}\n");
    add_gic(r, to);
    const char *iommu = add_iommu(r, arch, to);
    const bool whole = chance(r, 50);
    add_uarts(r, whole, to);
    add_devices(r, iommu, whole, devices, to);
}

/* x86 */

static void add_function(uint64_t *r, uint32_t i, struct aj_buf *to)
{
    const bool msi = chance(r, 50), msix = chance(r, 50), extended = chance(r, 30);
    const uint32_t base = 0x80000000 + 0x100000 * i;
    aj_buf_addf(to, "  \"0000:00:%02x.0\":\n    regions: [{phys_start: 0x%x, size: 64 KiB}]\n",
                (unsigned)(2 + i), (unsigned)base);
    aj_buf_addf(to, "    interrupts: [{intid: %u, flags: 8}]\n", (unsigned)(16 + i));
    if (chance(r, 30))
        aj_buf_addf(to, "    ports: [{base: 0x%x, length: 32}]\n", (unsigned)(0xc000 + 32 * i));
    aj_buf_addf(to,
                "    pci: {bdf: 0x%x, class: 0x20000, iommu: 0, bar_mask: [0xffff0000, 0, 0, 0, 0, "
                "0]",
                (unsigned)((2 + i) << 3));
    if (msi)
        aj_buf_addf(to, ", msi_vectors: %u, msi_64bits: true", 1u << test_random_below(r, 4));
    if (msix)
        aj_buf_addf(to, ", msix_vectors: %u, msix_address: 0x%x, msix_size: 4 KiB",
                    (unsigned)(1 + test_random_below(r, 64)), (unsigned)(base + 0x8000));
    aj_buf_adds(to, ",\n          caps: [{id: 0x1, start: 0x40, length: 8, write: true}");
    if (msi)
        aj_buf_adds(to, ", {id: 0x5, start: 0x50, length: 14, write: true}");
    if (msix)
        aj_buf_adds(to, ", {id: 0x11, start: 0x70, length: 12, write: true}");
    if (extended)
        aj_buf_adds(to, ", {id: 0x1, start: 0x100, length: 64, extended: true}");
    aj_buf_adds(to, "]}\n");
}

static void add_x86(uint64_t *r, uint32_t devices, struct aj_buf *to)
{
    aj_buf_addf(to,
                "phys_limit: 0x8000000000\n"
                "memory_regions:\n"
                "  low: {phys_start: 0x0, size: %u MiB, type: ram}\n"
                "  acpi: {phys_start: 0x48000000, size: 64 KiB, type: firmware}\n"
                "  pci_bus: {phys_start: 0x80000000, size: 1 GiB, type: window}\n"
                "irqchips:\n"
                "  ioapic: {address: 0xfec00000, id: 0xf7, pin_bitmap: 0-23, type: ioapic}\n",
                (unsigned)(512 + 64 * test_random_below(r, 8)));
    if (chance(r, 30))
        aj_buf_adds(to, "  ioapic2: {address: 0xfec01000, id: 0xf8, pin_bitmap: 0-119, type: "
                        "ioapic, gsi_base: 24}\n");
    aj_buf_addf(to,
                "platform:\n"
                "  x86: {pm_timer_address: 0x1808, apic_mode: %u, tsc_khz: 2600000}\n"
                "  pci: {hosts: [{name: pci0000, ecam_base: 0xc0000000, ecam_size: 256 MiB}]}\n",
                (unsigned)(2 * test_random_below(r, 2)));
    aj_buf_adds(to,
                chance(r, 50)
                    ? "iommu: [{type: intel, base: 0xfed90000, size: 4 KiB, node: dmar0}]\n"
                    : "iommu: [{type: amd, base: 0xfeb80000, size: 512 KiB, bdf: 0x2, base_cap: "
                      "0x40, msi_cap: 0x64, features: 0x80048824, node: ivrs0}]\n");
    aj_buf_adds(to,
                "consoles:\n"
                "  uart0: {type: \"8250\", address: 0x3f8, size: 8, regdist: 1, mmio: false, "
                "intid: 4, active: true}\n"
                "  uart1: {type: \"8250\", address: 0x2f8, size: 8, regdist: 1, mmio: false, "
                "intid: 3}\n"
                "ports:\n"
                "- {name: timer0, base: 0x40, length: 4, root: true}\n"
                "- {name: PCI conf1, base: 0xcf8, length: 8}\n"
                "- {name: uart0, base: 0x3f8, length: 8, root: true}\n"
                "devices:\n"
                "  uart0: {interrupts: [{intid: 4, flags: 1}], ports: [{base: 0x3f8, length: 8}]}\n"
                "  uart1: {interrupts: [{intid: 3, flags: 1}], ports: [{base: 0x2f8, length: 8}]}\n"
                "  \"0000:00:00.0\": {verdict: root_only, pci: {bdf: 0x0, class: 0x60000, iommu: "
                "0}}\n");
    for (uint32_t i = 0; i < devices; i++)
        add_function(r, i, to);
}

/* Cells */

static const char *const pages[] = {"4 KiB", "16 KiB", "64 KiB"};

static void add_guest(uint64_t *r, enum model_arch arch, uint32_t ix, bool takes_uart,
                      struct aj_buf *to)
{
    static const char *const sizes[] = {"64 KiB", "1 MiB", "5 MiB", "32 MiB", "48 MiB"};
    const bool linux_guest = chance(r, 50);
    aj_buf_addf(to, "  g%u:\n    os: %s\n", (unsigned)ix, linux_guest ? "linux" : "bare");
    if (arch == MODEL_ARCH_ARM64 && chance(r, 30))
        aj_buf_addf(to, "    page_size: %s\n", PICK(r, pages));
    if (takes_uart)
        aj_buf_adds(to, "    console: uart1\n");
    else if (chance(r, 60))
        aj_buf_adds(to, "    console: uart0\n");
    if (chance(r, 30))
        aj_buf_adds(to, "    flags: [CELL_PASSIVE_COMMREG, CELL_VIRTUAL_CONSOLE_ACTIVE]\n");
    aj_buf_addf(to, "    mem_regions:\n      memory: {size: %s}\n",
                linux_guest ? "64 MiB"
                /* Above is the communication region. */
                : arch == MODEL_ARCH_X86 ? "1 MiB"
                                         : PICK(r, sizes));
    if (chance(r, 40))
        aj_buf_addf(
            to, "      second: {size: %s, virt_start: 0x30000000, flags: [%s]}\n", PICK(r, sizes),
            chance(r, 50) ? "MEM_READ, MEM_WRITE, MEM_NO_HUGEPAGES" : "MEM_READ, MEM_WRITE");
    if (chance(r, 20))
        aj_buf_adds(to, "    devices: [{any: ethernet, cost: 3}, {any: ethernet, cost: 2}]\n");
    else if (chance(r, 30))
        aj_buf_adds(to, "    devices: [{any: ethernet}]\n");
    else if (chance(r, 60) && arch == MODEL_ARCH_X86)
        aj_buf_addf(to, "    devices: [\"0000:00:%02x.0\"]\n", (unsigned)(2 + ix));
    else if (chance(r, 60) && arch != MODEL_ARCH_X86)
        aj_buf_addf(to, "    devices: [dev%u]\n", (unsigned)ix);
    if (arch == MODEL_ARCH_X86 && chance(r, 40))
        aj_buf_addf(to, "    l3_cache: {start: %u, size: 2, shared: %s}\n", (unsigned)(2 * ix),
                    chance(r, 50) ? "true" : "false");
}

/* On arm64 somebody's pages may be too large for three sections in 64 KiB. */
static void add_links(uint64_t *r, enum model_arch arch, uint32_t guests, struct aj_buf *to)
{
    static const char *const protocols[] = {"VETH", "UNDEFINED", "VIRTIO_FRONT", "VIRTIO_BACK"};
    const char *const sizes[] = {arch == MODEL_ARCH_ARM64 ? "256 KiB" : "64 KiB", "1 MiB", "3 MiB"};
    const uint32_t links = test_random_below(r, 4);
    if (links > 0)
        aj_buf_adds(to, "shmem:\n");
    for (uint32_t i = 0; i < links; i++) {
        const char *protocol = PICK(r, protocols);
        const uint32_t first = test_random_below(r, guests);
        aj_buf_addf(to, "  link%u: {protocol: %s, size: %s, peers: [", (unsigned)i, protocol,
                    PICK(r, sizes));
        if (strcmp(protocol, "UNDEFINED") == 0 && guests > 1 && chance(r, 40))
            aj_buf_addf(to, "root, g%u, g%u]}\n", (unsigned)first, (unsigned)(first + 1) % guests);
        else if (guests > 1 && chance(r, 30))
            aj_buf_addf(to, "g%u, g%u]}\n", (unsigned)first, (unsigned)(first + 1) % guests);
        else
            aj_buf_addf(to, "root, g%u]}\n", (unsigned)first);
    }
}

void random_board_texts(uint64_t *r, enum model_arch arch, struct aj_buf *board,
                        struct aj_buf *cells)
{
    const uint32_t guests = 1 + test_random_below(r, 3);
    const uint32_t devices = guests + test_random_below(r, 4);
    const uint32_t uart = test_random_below(r, 2 * guests); /* the guest that has it, if any */
    aj_buf_addf(board, "arch: %s\n", aj_name_of(model_arch_names, arch));
    add_cpus(r, board);
    if (arch == MODEL_ARCH_X86)
        add_x86(r, devices, board);
    else
        add_arm(r, arch, devices, board);
    if (arch == MODEL_ARCH_ARM64)
        aj_buf_addf(board, "kernel: {page_size: %s}\n", PICK(r, pages));
    aj_buf_adds(cells, "root: {name: Root, console: uart0}\nguests:\n");
    for (uint32_t i = 0; i < guests; i++)
        add_guest(r, arch, i, i == uart, cells);
    add_links(r, arch, guests, cells);
}
