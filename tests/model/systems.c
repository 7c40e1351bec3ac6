/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

#define R      JAILHOUSE_MEM_READ
#define W      JAILHOUSE_MEM_WRITE
#define X      JAILHOUSE_MEM_EXECUTE
#define DMA    JAILHOUSE_MEM_DMA
#define IO     JAILHOUSE_MEM_IO
#define LOAD   JAILHOUSE_MEM_LOADABLE
#define COMM   JAILHOUSE_MEM_COMM_REGION
#define SHARED JAILHOUSE_MEM_ROOTSHARED

static void attach(struct model_cell *cell, struct cell_parts *parts)
{
    cell->mem_regions = parts->mem;
    cell->irqchips = parts->chips;
    cell->pci_devices = parts->pci;
    cell->pci_caps = parts->caps;
    cell->pio_regions = parts->pio;
    cell->cache_regions = parts->caches;
    cell->stream_ids = parts->streams;
}

static void set_cpus(struct model_cell *cell, uint64_t cpus)
{
    cell->cpus = (struct aj_cpuset){{cpus}};
    cell->cpu_set_size = 8;
}

static struct model_memory same(uint64_t start, uint64_t size, uint64_t flags)
{
    return (struct model_memory){start, start, size, flags, NULL};
}

/* The sections of the demo link for peer `id`. */
static void demo_link(struct model_memory *mem, unsigned int id, uint64_t flags)
{
    mem[0] = same(0x7faf1000, 0x1000, R | flags);
    mem[1] = same(0x7faf2000, 0x9000, R | W | flags);
    for (unsigned int n = 0; n < 3; n++)
        mem[2 + n] = same(0x7fafb000 + n * 0x2000, 0x2000, R | (n == id ? W : 0) | flags);
}

static void net_link(struct model_memory *mem, unsigned int id, uint64_t flags)
{
    mem[0] = same(0x7fb01000, 0x1000, R | flags);
    mem[1] = (struct model_memory){0};
    for (unsigned int n = 0; n < 2; n++)
        mem[2 + n] = same(0x7fb02000 + n * 0x7f000, 0x7f000, R | (n == id ? W : 0) | flags);
}

static struct model_pci_device ivshmem(uint16_t device, uint32_t start, uint8_t id, uint8_t peers)
{
    return (struct model_pci_device){
        .type = JAILHOUSE_PCI_TYPE_IVSHMEM,
        .domain = 1,
        .bdf = (uint16_t)(device << 3),
        .bar_mask = {JAILHOUSE_IVSHMEM_BAR0_MASK},
        .shmem_regions_start = start,
        .shmem_dev_id = id,
        .shmem_peers = peers,
        .shmem_protocol =
            device == 1 ? JAILHOUSE_SHMEM_PROTO_VETH : JAILHOUSE_SHMEM_PROTO_UNDEFINED,
    };
}

static struct model_console pl011(uint32_t size)
{
    return (struct model_console){
        .address = 0x9000000,
        .size = size,
        .type = JAILHOUSE_CON_TYPE_PL011,
        .flags = JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4,
    };
}

static void arm64_root(struct sys *s)
{
    struct cell_parts *p = &s->root_parts;
    s->root = (struct model_cell){
        .name = "qemu-arm64",
        .mem_regions_count = ROOT_COUNT,
        .irqchips_count = 2,
        .pci_devices_count = 2,
        .vpci_irq_base = 96,
    };
    attach(&s->root, p);
    set_cpus(&s->root, 0xf);
    demo_link(&p->mem[DEMO], 0, 0);
    net_link(&p->mem[NET], 0, 0);
    p->mem[ROOT_MMIO] = same(0x9000000, 0x37000000, R | W | IO);
    p->mem[ROOT_RAM] = same(0x40000000, 0x3faf1000, R | W | X);
    p->mem[ROOT_ECAM] = same(0x4010000000, 0x10000000, R | W | IO);
    p->chips[0] =
        (struct model_irqchip){0x8000000, 0, 32, {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}};
    p->chips[1] =
        (struct model_irqchip){0x8000000, 0, 160, {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}};
    p->pci[0] = ivshmem(0, DEMO, 0, 3);
    p->pci[1] = ivshmem(1, NET, 0, 2);
}

static void arm64_guests(struct sys *s)
{
    struct cell_parts *bare = &s->guest_parts[BARE];
    struct cell_parts *linux_parts = &s->guest_parts[LINUX];
    const struct model_cell common = {
        .revision = 14,
        .architecture = MODEL_ARCH_ARM64,
        .flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
        .irqchips_count = 1,
        .console = pl011(0),
    };
    const struct model_memory uart = same(0x9000000, 0x1000, R | W | IO | SHARED);
    const struct model_memory comm = {0, 0x80000000, 0x1000, R | W | COMM, NULL};
    s->guest[BARE] = common;
    s->guest[BARE].name = "inmate-demo";
    s->guest[BARE].mem_regions_count = BARE_COUNT;
    s->guest[BARE].pci_devices_count = 1;
    s->guest[BARE].vpci_irq_base = 112;
    attach(&s->guest[BARE], bare);
    set_cpus(&s->guest[BARE], 0x2);
    demo_link(&bare->mem[DEMO], 1, SHARED);
    bare->mem[BARE_UART] = uart;
    bare->mem[BARE_RAM] = (struct model_memory){0x7fa00000, 0, 0x10000, R | W | X | LOAD, NULL};
    bare->mem[BARE_COMM] = comm;
    bare->chips[0] = (struct model_irqchip){0x8000000, 0, 32, {0, 0, 0, 1 << 16}};
    bare->pci[0] = ivshmem(0, DEMO, 1, 3);

    s->guest[LINUX] = common;
    s->guest[LINUX].name = "linux";
    s->guest[LINUX].mem_regions_count = LINUX_COUNT;
    s->guest[LINUX].pci_devices_count = 2;
    s->guest[LINUX].vpci_irq_base = 108;
    attach(&s->guest[LINUX], linux_parts);
    set_cpus(&s->guest[LINUX], 0xc);
    demo_link(&linux_parts->mem[DEMO], 2, SHARED);
    net_link(&linux_parts->mem[NET], 1, SHARED);
    linux_parts->mem[LINUX_UART] = uart;
    linux_parts->mem[LINUX_RAM] = same(0x70000000, 0x8000000, R | W | X | DMA | LOAD);
    linux_parts->mem[LINUX_LOADER] =
        (struct model_memory){0x7f900000, 0, 0x10000, R | W | X | LOAD, NULL};
    linux_parts->mem[LINUX_COMM] = comm;
    linux_parts->chips[0] = (struct model_irqchip){0x8000000, 0, 32, {0, 0, 0, 3 << 12}};
    linux_parts->pci[0] = ivshmem(0, DEMO, 2, 3);
    linux_parts->pci[1] = ivshmem(1, NET, 1, 2);
}

static void add_device(struct sys *s, const char *name, aj_addr start, uint32_t intid)
{
    const size_t n = s->board.devices_count++;
    s->mmios[n] = (struct model_mmio){start, 0x1000};
    s->lines[n] = (struct model_interrupt){intid, 4};
    s->devices[n] = (struct model_device){
        .name = name,
        .regions = &s->mmios[n],
        .regions_count = 1,
        .interrupts = &s->lines[n],
        .interrupts_count = 1,
    };
}

static void board_common(struct sys *s, uint32_t cpus)
{
    s->board = (struct model_board){
        .format = 1,
        .kernel = {.mem_limit = AJ_NONE64},
        .phys_limit = AJ_GIB(1) << 10,
        .cpus = s->cpus,
        .cpus_count = cpus,
        .memory_regions = s->regions,
        .devices = s->devices,
        .consoles = s->consoles,
        .consoles_count = 1,
    };
    for (uint32_t i = 0; i < cpus; i++)
        s->cpus[i] = (struct model_cpu){.id = {i}, .online = true};
}

static void arm64_board(struct sys *s)
{
    board_common(s, 4);
    s->board.arch = MODEL_ARCH_ARM64;
    s->board.kernel.mem_limit = AJ_MIB(768);
    s->regions[0] = (struct model_region){
        .name = "ram", .phys_start = 0x40000000, .size = AJ_GIB(1), .type = MODEL_REGION_RAM};
    s->regions[1] = (struct model_region){
        .name = "pcie", .phys_start = 0x10000000, .size = 0x2eff0000, .type = MODEL_REGION_WINDOW};
    s->board.memory_regions_count = 2;
    add_device(s, "pl011", 0x9000000, 33);
    add_device(s, "pl031", 0x9010000, 34);
    add_device(s, "pl061", 0x9030000, 39);
    s->consoles[0] = (struct model_board_console){.name = "pl011",
                                                  .type = JAILHOUSE_CON_TYPE_PL011,
                                                  .address = 0x9000000,
                                                  .size = 0x1000,
                                                  .regdist = 4,
                                                  .mmio = true,
                                                  .intid = 33,
                                                  .active = true};
    s->arm = (struct model_arm_platform){
        .gic_version = 3,
        .gicd_base = 0x8000000,
        .gicc_base = AJ_NONE64,
        .gich_base = AJ_NONE64,
        .gicv_base = AJ_NONE64,
        .gicr_base = 0x80a0000,
        .gicr_size = 0xf60000,
        .maintenance_irq = 25,
        .spi_limit = 224,
    };
    s->host = (struct model_pci_host){
        .name = "pcie", .domain = 0, .ecam_base = 0x4010000000, .ecam_size = 0x10000000};
    s->board.platform.arm = &s->arm;
    s->board.platform.pci.hosts = &s->host;
    s->board.platform.pci.hosts_count = 1;
}

static void join(struct sys *s, size_t guests)
{
    s->system = (struct model_system){
        .header = &s->header, .root = &s->root, .cells = s->guest, .cells_count = guests};
}

void sys_arm64(struct sys *s)
{
    memset(s, 0, sizeof *s);
    s->header = (struct model_header){
        .revision = 14,
        .architecture = MODEL_ARCH_ARM64,
        .flags = JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
        .hypervisor_memory = {.phys_start = 0x7fc00000, .size = 0x400000},
        .debug_console = pl011(0x1000),
        .pci_mmconfig_base = 0x7000000,
        .pci_is_virtual = 1,
        .pci_domain = 1,
        .maintenance_irq = 25,
        .gic_version = 3,
        .gicd_base = 0x8000000,
        .gicr_base = 0x80a0000,
    };
    arm64_root(s);
    arm64_guests(s);
    arm64_board(s);
    join(s, 2);
}

void sys_arm(struct sys *s)
{
    sys_arm64(s);
    s->header.architecture = MODEL_ARCH_ARM;
    s->header.gic_version = 2;
    s->header.gicr_base = 0;
    s->header.gicc_base = 0x8010000;
    s->header.gich_base = 0x8030000;
    s->header.gicv_base = 0x8040000;
    s->guest[BARE].architecture = MODEL_ARCH_ARM;
    s->guest[LINUX].architecture = MODEL_ARCH_ARM;
    s->root.mem_regions_count = ROOT_ECAM;
    s->board.arch = MODEL_ARCH_ARM;
    s->arm.gic_version = 2;
    s->arm.gicr_base = AJ_NONE64;
    s->arm.gicr_size = AJ_NONE64;
    s->arm.gicc_base = 0x8010000;
    s->arm.gich_base = 0x8030000;
    s->arm.gicv_base = 0x8040000;
}

static void x86_cells(struct sys *s)
{
    struct cell_parts *root = &s->root_parts;
    struct cell_parts *guest = &s->guest_parts[0];
    s->root = (struct model_cell){
        .name = "RootCell",
        .mem_regions_count = X86_ROOT_COUNT,
        .irqchips_count = 1,
        .pio_regions_count = 2,
        .pci_devices_count = 1,
        .pci_caps_count = 1,
    };
    attach(&s->root, root);
    set_cpus(&s->root, 0xf);
    root->mem[X86_LOW] = same(0, 0x3a000000, R | W | X | DMA);
    root->mem[X86_HIGH] = same(0x3a600000, 0x4a00000, R | W | X | DMA);
    root->mem[X86_BAR] = same(0xfebc0000, 0x20000, R | W);
    root->chips[0] = (struct model_irqchip){0xfec00000, 0xff00, 0, {0xffffff}};
    root->pio[0] = (struct model_pio){0x2f8, 8};
    root->pio[1] = (struct model_pio){0x3f8, 8};
    root->pci[0] = (struct model_pci_device){.type = JAILHOUSE_PCI_TYPE_DEVICE,
                                             .bdf = 0x10,
                                             .num_caps = 1,
                                             .num_msix_vectors = 5,
                                             .msix_region_size = 0x1000,
                                             .msix_address = 0xfebb0000};
    root->caps[0] = (struct model_pci_cap){0x11, 0x90, 12, 1};

    s->guest[0] = (struct model_cell){
        .revision = 14,
        .name = "tiny-demo",
        .flags = JAILHOUSE_CELL_PASSIVE_COMMREG,
        .mem_regions_count = X86_COUNT,
        .pio_regions_count = 1,
        .console = {.address = 0x2f8, .type = JAILHOUSE_CON_TYPE_8250},
    };
    attach(&s->guest[0], guest);
    set_cpus(&s->guest[0], 0x4);
    guest->mem[X86_RAM] = (struct model_memory){0x3ee00000, 0, 0x100000, R | W | X | LOAD, NULL};
    guest->mem[X86_COMM] = (struct model_memory){0, 0x100000, 0x1000, R | W | COMM, NULL};
    guest->chips[0] = (struct model_irqchip){0xfec00000, 0xff00, 0, {0x200}};
    guest->pio[0] = (struct model_pio){0x2f8, 8};
}

void sys_x86(struct sys *s)
{
    memset(s, 0, sizeof *s);
    s->header = (struct model_header){
        .revision = 14,
        .architecture = MODEL_ARCH_X86,
        .hypervisor_memory = {.phys_start = 0x3a000000, .size = 0x600000},
        .debug_console = {.address = 0x3f8, .type = JAILHOUSE_CON_TYPE_8250},
        .pci_mmconfig_base = 0xb0000000,
        .pci_mmconfig_end_bus = 255,
        .iommu_units = {{.type = JAILHOUSE_IOMMU_INTEL, .base = 0xfed90000, .size = 0x1000}},
        .pm_timer_address = 0x608,
        .vtd_interrupt_limit = 256,
    };
    x86_cells(s);
    board_common(s, 4);
    s->board.arch = MODEL_ARCH_X86;
    s->regions[0] =
        (struct model_region){.name = "ram", .size = 0x3f000000, .type = MODEL_REGION_RAM};
    s->board.memory_regions_count = 1;
    s->consoles[0] = (struct model_board_console){.name = "ttyS0",
                                                  .type = JAILHOUSE_CON_TYPE_8250,
                                                  .address = 0x3f8,
                                                  .size = 8,
                                                  .regdist = 1,
                                                  .intid = 4,
                                                  .active = true};
    s->iommu = (struct model_iommu_unit){.type = "intel", .base = 0xfed90000, .size = 0x1000};
    s->board.iommu = &s->iommu;
    s->board.iommu_count = 1;
    s->x86 = (struct model_x86_platform){.pm_timer_address = 0x608};
    s->board.platform.x86 = &s->x86;
    s->host = (struct model_pci_host){.ecam_base = 0xb0000000, .ecam_size = 0x10000000};
    s->board.platform.pci.hosts = &s->host;
    s->board.platform.pci.hosts_count = 1;
    s->ioapic = (struct model_board_irqchip){.address = 0xfec00000, .id = 0xff00};
    s->board.irqchips = &s->ioapic;
    s->board.irqchips_count = 1;
    s->ports = (struct model_ports){.name = "serial", .base = 0x3f8, .length = 8, .root = true};
    s->board.ports = &s->ports;
    s->board.ports_count = 1;
    join(s, 1);
}

struct model_cell *sys_clone_guest(struct sys *s, size_t from, const char *name, uint32_t cpu)
{
    const size_t to = s->system.cells_count++;
    s->guest[to] = s->guest[from];
    s->guest_parts[to] = s->guest_parts[from];
    attach(&s->guest[to], &s->guest_parts[to]);
    s->guest[to].name = name;
    set_cpus(&s->guest[to], UINT64_C(1) << cpu);
    return &s->guest[to];
}

enum aj_status sys_judge(struct aj_ctx *cx, const struct sys *s)
{
    struct model_system system = s->system;
    if (s->without_header) {
        system.header = NULL;
        system.root = NULL;
    }
    return model_check_system(cx, &system, s->without_board ? NULL : &s->board, NULL);
}
