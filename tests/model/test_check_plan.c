/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hand-made good plan; one change for each kind of finding; random changes of every field. */
#include "model/check.h"
#include "tests/model/values.h"

static const char cells_yml[] = "root:\n"
                                "  name: Root\n"
                                "guests:\n"
                                "  plc:\n"
                                "    os: bare\n"
                                "    cpus: {count: 1, exclusive: core}\n"
                                "    console: uart1\n"
                                "    devices: [spi]\n"
                                "    mem_regions:\n"
                                "      ram: {size: 64 KB}\n"
                                "      fpga:\n"
                                "        phys_start: 0xa000000\n"
                                "        size: 0x1000\n"
                                "        flags: [MEM_READ, MEM_WRITE, MEM_IO]\n"
                                "  gui:\n"
                                "    os: linux\n"
                                "    cpus: {count: 2, together: l2}\n"
                                "    console: \"&root.console\"\n"
                                "shmem:\n"
                                "  net0: {protocol: VETH, size: 1 MB, peers: [root, plc]}\n"
                                "  data: {protocol: UNDEFINED, size: 64 KB, peers: [plc, gui]}\n"
                                "constraints:\n"
                                "  - forbid: {cell: plc, cpus: [0]}\n"
                                "    because: measured\n";

enum { PCI, FPGA, GUI_RAM, PLC_RAM, LOADER, DATA, NET, HYPERVISOR, MEMORY };
enum { UART0, UART1, SPI, DMA, RTC, ETH, DEVICES };
enum { ROOT, PLC, GUI, CELLS };

struct world {
    struct model_board board;
    struct model_cpu cpus[4];
    struct model_region regions[2];
    struct model_device devices[DEVICES];
    struct model_mmio mmios[DEVICES];
    struct model_interrupt lines[DEVICES];
    struct model_board_console consoles[2];
    struct model_irq_count counts[2];
    struct model_arm_platform arm;
    struct model_requirements req;
    struct model_cell_request guests[2];
    struct model_link_request links_wished[2];
    struct model_plan plan;
    struct model_plan_cell cells[CELLS + 1];
    struct model_plan_mem memory[MEMORY + 1];
    struct model_plan_link links[2];
    struct model_plan_irq irqs[2];
    const char *plc_devices[4], *net_peers[2], *data_peers[2];
    uint32_t plc_interrupts[5], gui_interrupts[1];
};

static void make_board(struct world *w)
{
    static const char *const names[] = {"uart0", "uart1", "spi", "dma", "rtc", "eth"};
    static const char *const closure[] = {"dma"};
    static const uint32_t counts[] = {5, 0, 0, 0};
    w->board = (struct model_board){
        .arch = MODEL_ARCH_ARM64,
        .phys_limit = AJ_GIB(1024),
        .cpus = w->cpus,
        .cpus_count = 4,
        .memory_regions = w->regions,
        .memory_regions_count = 2,
        .devices = w->devices,
        .devices_count = DEVICES,
        .consoles = w->consoles,
        .consoles_count = 2,
        .interrupts = w->counts,
        .interrupts_count = 2,
        .platform.arm = &w->arm,
    };
    for (uint32_t i = 0; i < 4; i++)
        w->cpus[i] =
            (struct model_cpu){.id = {i}, .online = true, .core = i, .l2 = i < 2 ? "l2-0" : "l2-1"};
    w->regions[0] = (struct model_region){
        .name = "ram", .phys_start = 0x40000000, .size = AJ_GIB(1), .type = MODEL_REGION_RAM};
    w->regions[1] = (struct model_region){
        .name = "cma", .phys_start = 0x48000000, .size = 0x100000, .type = MODEL_REGION_RESERVED};
    for (uint32_t i = 0; i < DEVICES; i++) {
        w->mmios[i] = (struct model_mmio){0x9000000 + i * 0x10000, 0x1000};
        w->lines[i] = (struct model_interrupt){33 + i, 4};
        w->devices[i] = (struct model_device){.name = names[i],
                                              .regions = &w->mmios[i],
                                              .regions_count = 1,
                                              .interrupts = &w->lines[i],
                                              .interrupts_count = 1};
    }
    w->devices[SPI].closure = closure;
    w->devices[SPI].closure_count = 1;
    w->devices[RTC].verdict = MODEL_VERDICT_ROOT_ONLY;
    w->devices[ETH].verdict = MODEL_VERDICT_HARD;
    for (uint32_t i = 0; i < 2; i++)
        w->consoles[i] = (struct model_board_console){.name = names[i],
                                                      .type = JAILHOUSE_CON_TYPE_PL011,
                                                      .address = w->mmios[i].phys_start,
                                                      .size = 0x1000,
                                                      .mmio = true,
                                                      .intid = 33 + i,
                                                      .active = i == 0};
    w->counts[0] = (struct model_irq_count){.intid = 33, .counts = counts, .counts_count = 4};
    w->counts[1] = (struct model_irq_count){.intid = 37, .counts = counts, .counts_count = 4};
    w->arm = (struct model_arm_platform){.gic_version = 3,
                                         .gicd_base = 0x8000000,
                                         .gicc_base = AJ_NONE64,
                                         .gich_base = 0x8001000, /* within GICD: as boards do */
                                         .gicv_base = AJ_NONE64,
                                         .gicr_base = 0x80a0000,
                                         .gicr_size = AJ_NONE64,
                                         .maintenance_irq = 25,
                                         .spi_limit = 224};
}

static struct model_plan_mem placed(enum model_mem_kind kind, const char *cell, const char *name,
                                    aj_addr phys, aj_size size)
{
    return (struct model_plan_mem){(uint8_t)kind, cell, name, phys, phys, size, 0};
}

static void make_memory(struct world *w)
{
    const uint32_t rwx = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE;
    const uint32_t ram = rwx | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE;
    w->memory[PCI] = placed(MODEL_MEM_PCI, NULL, NULL, 0x7000000, 0x110000);
    w->memory[FPGA] = placed(MODEL_MEM_RAM, "plc", "fpga", 0xa000000, 0x1000);
    w->memory[FPGA].flags = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO;
    w->memory[GUI_RAM] = placed(MODEL_MEM_RAM, "gui", "memory", 0x70000000, AJ_MIB(128));
    w->memory[GUI_RAM].flags = ram;
    w->memory[PLC_RAM] = placed(MODEL_MEM_RAM, "plc", "ram", 0x7fad0000, 0x10000);
    w->memory[PLC_RAM].flags = ram;
    w->memory[PLC_RAM].virt_start = 0;
    w->memory[LOADER] = placed(MODEL_MEM_LOADER, "gui", "loader", 0x7fae0000, 0x10000);
    w->memory[LOADER].flags = rwx | JAILHOUSE_MEM_LOADABLE;
    w->memory[LOADER].virt_start = 0;
    w->memory[DATA] = placed(MODEL_MEM_LINK, NULL, "data", 0x7faf0000, 0x10000);
    w->memory[NET] = placed(MODEL_MEM_LINK, NULL, "net0", 0x7fb00000, AJ_MIB(1));
    w->memory[HYPERVISOR] = placed(MODEL_MEM_HYPERVISOR, NULL, NULL, 0x7fc00000, AJ_MIB(4));
}

static void make_plan(struct world *w)
{
    const char *const devices[] = {"uart1", "spi", "dma"};
    const uint32_t interrupts[] = {34, 35, 36, 129, 130};
    memcpy(w->plc_devices, devices, sizeof devices);
    memcpy(w->plc_interrupts, interrupts, sizeof interrupts);
    w->gui_interrupts[0] = 131;
    w->net_peers[0] = "root";
    w->net_peers[1] = w->data_peers[0] = "plc";
    w->data_peers[1] = "gui";
    w->cells[ROOT] = (struct model_plan_cell){
        .key = "root", .cpus = {{1}}, .vpci_irq_base = 96, .console = "uart0"};
    w->cells[PLC] = (struct model_plan_cell){.key = "plc",
                                             .cpus = {{2}},
                                             .vpci_irq_base = 97,
                                             .devices = w->plc_devices,
                                             .devices_count = 3,
                                             .interrupts = w->plc_interrupts,
                                             .interrupts_count = 5,
                                             .console = "uart1"};
    w->cells[GUI] = (struct model_plan_cell){.key = "gui",
                                             .cpus = {{12}},
                                             .vpci_irq_base = 98,
                                             .interrupts = w->gui_interrupts,
                                             .interrupts_count = 1,
                                             .console = "uart0",
                                             .console_shared = true};
    w->cells[ROOT].irq_default = w->cells[PLC].irq_default = w->cells[GUI].irq_default = AJ_NONE32;
    make_memory(w);
    w->links[0] = (struct model_plan_link){
        "net0", 0, JAILHOUSE_SHMEM_PROTO_VETH, 0x7fb00000, 0x1000, 0, 0x7f000, w->net_peers, 2};
    w->links[1] = (struct model_plan_link){
        "data",        1, JAILHOUSE_SHMEM_PROTO_UNDEFINED, 0x7faf0000, 0x1000, 0, 0x7000,
        w->data_peers, 2};
    w->irqs[0] = (struct model_plan_irq){33, 0};
    w->irqs[1] = (struct model_plan_irq){37, 0};
    w->plan = (struct model_plan){.cells = w->cells,
                                  .cells_count = CELLS,
                                  .memory = w->memory,
                                  .memory_count = MEMORY,
                                  .links = w->links,
                                  .links_count = 2,
                                  .irqs = w->irqs,
                                  .irqs_count = 2};
}

static struct world *open_world(struct values *v)
{
    const struct model_requirements *req;
    values_open(v);
    struct world *w = AJ_NEW(v->arena, struct world);
    make_board(w);
    assert_int_equal(model_requirements_read(&v->cx, values_parse(v, cells_yml), v->arena, &req),
                     AJ_OK);
    w->req = *req;
    memcpy(w->guests, req->guests, sizeof w->guests);
    memcpy(w->links_wished, req->links, sizeof w->links_wished);
    w->req.guests = w->guests;
    w->req.links = w->links_wished;
    make_plan(w);
    return w;
}

static enum aj_status judge(struct values *v, const struct world *w)
{
    return model_check_plan(&v->cx, &w->board, &w->req, &w->plan);
}

static void test_good(void **state)
{
    struct values v;
    struct world *w = open_world(&v);
    (void)state;
    const enum aj_status status = judge(&v, w);
    if (v.cx.diags_count != 0)
        fail_msg("the good plan is refused:\n%s", test_diags(&v.cx));
    assert_int_equal(status, AJ_OK);
    values_close(&v);
}

/* One change for each kind of finding. */
typedef void change(struct world *w);
struct flaw {
    const char *id;
    uint32_t line; /* of the requirement in cells_yml */
    change *apply;
};
#define CHANGE(name) static void name(struct world *w)

CHANGE(cells_missing)
{
    w->plan.cells_count = 2;
}
CHANGE(cells_swapped)
{
    const struct model_plan_cell plc = w->cells[PLC];
    w->cells[PLC] = w->cells[GUI];
    w->cells[GUI] = plc;
}
CHANGE(cpu_offline)
{
    w->cpus[1].online = false;
}
CHANGE(cpu_nobody)
{
    w->cells[GUI].cpus = (struct aj_cpuset){{4}};
}
CHANGE(cpu_twice)
{
    w->cells[ROOT].cpus = (struct aj_cpuset){{3}};
    w->cpus[0].core = 7;
}
CHANGE(cpu_named)
{
    w->guests[0].cpus.list = (struct aj_cpuset){{4}};
}
CHANGE(cpu_no_root)
{
    w->board.cpus = &w->cpus[1];
    w->board.cpus_count = 3;
    w->cells[ROOT].cpus = (struct aj_cpuset){{0}};
    w->plan.irqs_count = 0;
}
CHANGE(core_shared)
{
    w->cpus[0].core = 1;
}
CHANGE(l2_split)
{
    w->cpus[2].l2 = "l2-0";
}
CHANGE(forbidden)
{
    w->cells[ROOT].cpus = (struct aj_cpuset){{2}};
    w->cells[PLC].cpus = (struct aj_cpuset){{1}};
    w->plan.irqs_count = 0;
}
CHANGE(memory_missing)
{
    w->memory[GUI_RAM].name = "other";
}
CHANGE(memory_twice)
{
    w->memory[MEMORY] = w->memory[HYPERVISOR];
    w->memory[MEMORY].kind = MODEL_MEM_LINK;
    w->memory[MEMORY].name = "data";
    w->plan.memory_count++;
    w->memory[MEMORY].size = 0x1000;
    w->memory[MEMORY].phys_start = w->memory[MEMORY].virt_start = 0x80001000;
}
CHANGE(memory_size)
{
    w->memory[GUI_RAM].size -= 0x1000;
}
CHANGE(memory_flags)
{
    w->memory[GUI_RAM].flags &= ~JAILHOUSE_MEM_DMA;
}
CHANGE(memory_virtual)
{
    w->memory[GUI_RAM].virt_start += AJ_MIB(2);
}
CHANGE(memory_off_reset)
{
    w->guests[0].cpu_reset_address = 0x10000;
}
CHANGE(memory_moved)
{
    w->memory[FPGA].phys_start += 0x1000;
    w->memory[FPGA].virt_start += 0x1000;
}
CHANGE(memory_order)
{
    const struct model_plan_mem data = w->memory[DATA];
    w->memory[DATA] = w->memory[NET];
    w->memory[NET] = data;
}
CHANGE(loader_missing)
{
    w->memory[LOADER] = w->memory[DATA];
    w->memory[DATA] = w->memory[NET];
    w->memory[NET] = w->memory[HYPERVISOR];
    w->plan.memory_count--;
}
CHANGE(hypervisor_size)
{
    w->memory[HYPERVISOR].size -= AJ_MIB(1);
}
CHANGE(misaligned)
{
    w->memory[GUI_RAM].phys_start += AJ_MIB(1);
    w->memory[GUI_RAM].virt_start += AJ_MIB(1);
}
CHANGE(misaligned_hypervisor)
{
    w->memory[HYPERVISOR].phys_start -= AJ_MIB(1);
    w->memory[HYPERVISOR].virt_start -= AJ_MIB(1);
    w->memory[NET].phys_start = w->memory[NET].virt_start = w->links[0].phys_start = 0x7f900000;
    /* Kept in order: behind the loader come the link and the hypervisor. */
    const struct model_plan_mem net = w->memory[NET];
    for (size_t i = NET; i > PLC_RAM; i--)
        w->memory[i] = w->memory[i - 1];
    w->memory[PLC_RAM] = net;
}
CHANGE(not_in_ram)
{
    w->memory[HYPERVISOR].phys_start = w->memory[HYPERVISOR].virt_start = 0x7fe00000;
}
CHANGE(in_reserved)
{
    w->memory[GUI_RAM].phys_start = w->memory[GUI_RAM].virt_start = 0x48000000 - AJ_MIB(126);
}
CHANGE(fixed_in_reserved)
{
    static struct model_mem_request region = {.name = "memory",
                                              .size = AJ_MIB(1),
                                              .phys_start = 0x48000000,
                                              .virt_start = AJ_NONE64,
                                              .alignment = AJ_NONE64};
    region.at = w->guests[1].at;
    w->guests[1].mem_regions = &region;
    w->guests[1].mem_regions_count = 1;
    w->memory[GUI_RAM].phys_start = w->memory[GUI_RAM].virt_start = 0x48000000;
    w->memory[GUI_RAM].size = AJ_MIB(1);
}
CHANGE(registers_in_ram)
{
    w->regions[1].phys_start = 0xa000000;
}
CHANGE(overlap)
{
    w->memory[LOADER].phys_start = 0x7fad0000;
}
CHANGE(guest_overlap_comm)
{
    w->memory[GUI_RAM].phys_start = w->memory[GUI_RAM].virt_start = 0x78000000 + AJ_MIB(4);
    w->regions[0].size = AJ_GIB(2);
    /* Everything else moves out of its way. */
    for (size_t i = PLC_RAM; i < MEMORY; i++) {
        const bool identity = w->memory[i].virt_start != 0;
        w->memory[i].phys_start += AJ_GIB(1) - AJ_MIB(4);
        if (identity)
            w->memory[i].virt_start = w->memory[i].phys_start;
    }
    w->links[0].phys_start = w->memory[NET].phys_start;
    w->links[1].phys_start = w->memory[DATA].phys_start;
}
CHANGE(guest_overlap_gic)
{
    w->arm.gicd_base = 0x77ff0000;
}
CHANGE(guest_overlap_device)
{
    w->mmios[SPI].phys_start = 0xa000800;
}
CHANGE(pci_missing)
{
    w->memory[PCI].kind = MODEL_MEM_LINK;
    w->plan.memory = &w->memory[1];
    w->plan.memory_count--;
}
CHANGE(pci_size)
{
    w->memory[PCI].size = 0x100000;
}
CHANGE(pci_unaligned)
{
    w->memory[PCI].phys_start += 0x1000;
    w->memory[PCI].virt_start += 0x1000;
}
CHANGE(pci_over_device)
{
    w->mmios[RTC].phys_start = 0x7100000;
}
CHANGE(device_missing)
{
    w->cells[PLC].devices_count = 2;
}
CHANGE(device_unasked)
{
    w->plc_devices[3] = "eth";
    w->cells[PLC].devices_count = 4;
}
CHANGE(device_of_root)
{
    w->devices[DMA].verdict = MODEL_VERDICT_ROOT_ONLY;
}
CHANGE(device_hard_along)
{
    w->devices[DMA].verdict = MODEL_VERDICT_HARD;
}
CHANGE(device_twice)
{
    static const char *const devices[] = {"dma"};
    w->guests[1].devices = devices;
    w->guests[1].devices_count = 1;
    w->cells[GUI].devices = devices;
    w->cells[GUI].devices_count = 1;
    w->devices[DMA].interrupts_count = 0;
    w->plc_interrupts[2] = 129;
    w->plc_interrupts[3] = 130;
    w->cells[PLC].interrupts_count = 4;
}
CHANGE(console_other)
{
    w->cells[GUI].console = "uart1";
}
CHANGE(console_not_shared)
{
    w->cells[GUI].console_shared = false;
}
/* The way a cells.yml alone describes them: uart0, and one in the RAM of gui. */
static const struct model_console consoles[] = {
    {0x9000000, 0x1000, .flags = JAILHOUSE_CON_ACCESS_MMIO},
    {0x70001000, 0x1000, .flags = JAILHOUSE_CON_ACCESS_MMIO}};
CHANGE(console_described)
{
    w->req.root.console = (struct model_console_request){.description = &consoles[0]};
    w->guests[1].console.ref = "&root.console";
    w->cells[ROOT].console = w->cells[GUI].console = NULL;
}
CHANGE(described_not_shared)
{
    console_described(w);
    w->cells[GUI].console_shared = false;
}
CHANGE(described_under_memory)
{
    console_described(w);
    w->req.root.console.description = &consoles[1];
}
CHANGE(interrupt_missing)
{
    w->cells[PLC].interrupts_count--;
}
CHANGE(interrupt_order)
{
    w->plc_interrupts[0] = 35;
    w->plc_interrupts[1] = 34;
}
CHANGE(interrupt_of_root)
{
    static const uint32_t interrupts[] = {40};
    w->cells[ROOT].interrupts = interrupts;
    w->cells[ROOT].interrupts_count = 1;
}
CHANGE(vpci_missing)
{
    w->cells[ROOT].vpci_irq_base = AJ_NONE32;
}
CHANGE(vpci_used)
{
    w->cells[ROOT].vpci_irq_base = 6;
}
CHANGE(vpci_shared)
{
    w->cells[ROOT].vpci_irq_base = 97;
}
CHANGE(vpci_beyond)
{
    w->cells[ROOT].vpci_irq_base = 221;
}
CHANGE(link_device)
{
    w->links[1].device = 2;
}
CHANGE(link_protocol)
{
    w->links[1].protocol = JAILHOUSE_SHMEM_PROTO_VETH;
}
CHANGE(link_peers)
{
    w->data_peers[1] = "root";
}
CHANGE(link_elsewhere)
{
    w->links[1].phys_start += 0x1000;
}
CHANGE(link_outputs)
{
    w->links[1].output_size = 0x6000;
}
CHANGE(link_lost)
{
    w->plan.links_count = 1;
}
CHANGE(irq_cpu)
{
    w->irqs[0].cpu = 1;
}
CHANGE(irq_unmeasured)
{
    w->irqs[0].intid = 32;
}
CHANGE(irq_of_guest)
{
    w->counts[0].intid = 36;
    w->irqs[0].intid = 36;
}

static const struct flaw flaws[] = {
    {"plan-cells", 4, cells_missing},
    {"plan-cells", 5, cells_swapped},
    {"plan-cpu", 6, cpu_offline},
    {"plan-cpu", 17, cpu_nobody},
    {"plan-cpu", 6, cpu_twice},
    {"plan-cpu", 6, cpu_named},
    {"plan-cpu", 2, cpu_no_root},
    {"plan-cpu-domain", 6, core_shared},
    {"plan-cpu-domain", 17, l2_split},
    {"plan-cpu-forbidden", 23, forbidden},
    {"plan-memory", 0, memory_missing},
    {"plan-memory", 21, memory_twice},
    {"plan-memory", 16, memory_size},
    {"plan-memory", 16, memory_flags},
    {"plan-memory", 16, memory_virtual},
    {"plan-memory", 10, memory_off_reset},
    {"plan-memory", 12, memory_moved},
    {"plan-memory", 0, memory_order},
    {"plan-memory", 16, loader_missing},
    {"plan-memory", 2, hypervisor_size},
    {"plan-memory-align", 16, misaligned},
    {"plan-memory-align", 2, misaligned_hypervisor},
    {"plan-memory-ram", 2, not_in_ram},
    {"plan-memory-ram", 16, in_reserved},
    {"plan-memory-ram", 16, fixed_in_reserved},
    {"plan-memory-ram", 12, registers_in_ram},
    {"plan-memory-overlap", 0, overlap},
    {"plan-memory-guest", 16, guest_overlap_comm},
    {"plan-memory-guest", 16, guest_overlap_gic},
    {"plan-memory-guest", 5, guest_overlap_device},
    {"plan-pci", 20, pci_missing},
    {"plan-pci", 20, pci_size},
    {"plan-pci", 20, pci_unaligned},
    {"plan-pci", 20, pci_over_device},
    {"plan-device", 8, device_missing},
    {"plan-device", 8, device_unasked},
    {"plan-device", 8, device_of_root},
    {"plan-device", 8, device_hard_along},
    {"plan-device", 16, device_twice},
    {"plan-console", 18, console_other},
    {"plan-console", 18, console_not_shared},
    {"plan-console", 18, described_not_shared},
    {"plan-memory-guest", 0, described_under_memory},
    {"plan-interrupt", 8, interrupt_missing},
    {"plan-interrupt", 8, interrupt_order},
    {"plan-interrupt", 2, interrupt_of_root},
    {"plan-vpci", 2, vpci_missing},
    {"plan-vpci", 2, vpci_used},
    {"plan-vpci", 5, vpci_shared},
    {"plan-vpci", 2, vpci_beyond},
    {"plan-link", 21, link_device},
    {"plan-link", 21, link_protocol},
    {"plan-link", 21, link_peers},
    {"plan-link", 21, link_elsewhere},
    {"plan-link", 21, link_outputs},
    {"plan-link", 20, link_lost},
    {"plan-irq", 2, irq_cpu},
    {"plan-irq", 2, irq_unmeasured},
    {"plan-irq", 2, irq_of_guest},
};

/* Only findings of this kind, one of them at the requirement's line. */
static bool caught(struct values *v, const struct flaw *flaw)
{
    bool placed_well = flaw->line == 0;
    for (size_t d = 0; d < v->cx.diags_count; d++) {
        if (strcmp(v->cx.diags[d].id, flaw->id) != 0)
            return false;
        placed_well = placed_well || v->cx.diags[d].loc.line == flaw->line;
    }
    return v->cx.diags_count > 0 && placed_well;
}

static void test_flaws(void **state)
{
    size_t missed = 0;
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct values v;
        struct world *w = open_world(&v);
        flaws[i].apply(w);
        const enum aj_status status = judge(&v, w);
        if (status != AJ_FINDINGS || !caught(&v, &flaws[i])) {
            print_error("flaw %zu: %s at line %u expected:\n%s", i, flaws[i].id, flaws[i].line,
                        test_diags(&v.cx));
            missed++;
        }
        values_close(&v);
    }
    assert_int_equal(missed, 0);
}

/* What a plan may do: the same requirements met differently, and limits just kept. */
CHANGE(other_cpus)
{
    w->cells[ROOT].cpus = (struct aj_cpuset){{8}};
    w->cells[PLC].cpus = (struct aj_cpuset){{4}};
    w->cells[GUI].cpus = (struct aj_cpuset){{3}};
    w->irqs[0].cpu = w->irqs[1].cpu = 3;
}
CHANGE(other_memory)
{
    w->memory[GUI_RAM].phys_start = w->memory[GUI_RAM].virt_start = 0x48200000;
}
CHANGE(unknown_topology)
{
    for (size_t i = 0; i < 4; i++) {
        w->cpus[i].core = AJ_NONE32;
        w->cpus[i].l2 = NULL;
    }
}
CHANGE(last_pins)
{
    w->cells[ROOT].vpci_irq_base = 220;
}
CHANGE(hard_by_name)
{
    w->devices[SPI].verdict = MODEL_VERDICT_HARD;
}
CHANGE(no_irqs)
{
    w->plan.irqs_count = 0;
}
CHANGE(covered_reset)
{
    loader_missing(w); /* RAM that the reset address lies in makes it needless. */
    w->guests[1].cpu_reset_address = 0x70000000;
}
CHANGE(bare_at_reset)
{
    w->guests[0].cpu_reset_address = 0x123450;
    w->memory[PLC_RAM].virt_start = 0x123000;
    w->memory[PLC_RAM].phys_start -= 0xd000; /* as far above a multiple of 64 KiB */
}
CHANGE(fixed_in_firmware)
{
    /* A reservation that is there for the cell. */
    fixed_in_reserved(w);
    w->regions[1].type = MODEL_REGION_FIRMWARE;
}

static void test_allowed(void **state)
{
    change *const changes[] = {other_cpus,    other_memory,     unknown_topology, last_pins,
                               hard_by_name,  no_irqs,          covered_reset,    fixed_in_firmware,
                               bare_at_reset, console_described};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(changes); i++) {
        struct values v;
        struct world *w = open_world(&v);
        changes[i](w);
        if (judge(&v, w) != AJ_OK)
            fail_msg("change %zu is allowed:\n%s", i, test_diags(&v.cx));
        values_close(&v);
    }
}

static uint64_t other_u64(uint64_t *random, uint64_t now)
{
    uint64_t value = now;
    while (value == now)
        value = test_random_edgy(random);
    return value;
}

/* Addresses off the page or far outside: another free page would be as good. */
static uint64_t bad_addr(uint64_t *random, uint64_t now)
{
    if (test_random_below(random, 2) == 0)
        return now + 1 + test_random_below(random, 4095);
    return now + (UINT64_C(1) << (40 + test_random_below(random, 24)));
}

static void mutate_memory(uint64_t *random, struct model_plan_mem *mem)
{
    switch (test_random_below(random, 7)) {
    case 0: mem->kind = (uint8_t)other_u64(random, mem->kind); break;
    case 1: mem->cell = mem->cell == NULL ? "gui" : NULL; break;
    case 2:
        if (mem->kind != MODEL_MEM_LOADER) /* nobody names it */
            mem->name = "y";
        break;
    case 3: mem->phys_start = bad_addr(random, mem->phys_start); break;
    case 4: mem->virt_start = other_u64(random, mem->virt_start); break;
    case 5: mem->size = other_u64(random, mem->size); break;
    default: mem->flags = (uint32_t)(mem->flags + 1 + test_random_below(random, 0xffff)); break;
    }
}

static void mutate_link(uint64_t *random, struct model_plan_link *link)
{
    switch (test_random_below(random, 8)) {
    case 0: link->name = "x"; break;
    case 1: link->device += 1 + test_random_below(random, 40); break;
    case 2: link->protocol = (uint16_t)(link->protocol + 2); break;
    case 3: link->phys_start = other_u64(random, link->phys_start); break;
    case 4: link->state_size = other_u64(random, link->state_size); break;
    case 5: link->rw_size = other_u64(random, link->rw_size); break;
    case 6: link->output_size = other_u64(random, link->output_size); break;
    default: link->peers_count = test_random_below(random, 2); break;
    }
}

static void mutate_cell(uint64_t *random, struct model_plan_cell *cell)
{
    switch (test_random_below(random, 7)) {
    case 0: cell->key = "x"; break;
    case 1: cell->cpus.word[0] ^= UINT64_C(1) << test_random_below(random, 64); break;
    case 2: cell->vpci_irq_base = test_random_below(random, 2) == 0 ? AJ_NONE32 : 500; break;
    case 3: cell->devices_count = cell->devices_count == 0 ? 0 : cell->devices_count - 1; break;
    case 4: cell->interrupts_count = 0; break;
    case 5: cell->console = cell->console == NULL ? "uart1" : NULL; break;
    default: cell->console_shared = !cell->console_shared; break;
    }
}

static bool mutate(uint64_t *random, struct world *w)
{
    const struct world before = *w;
    switch (test_random_below(random, 4)) {
    case 0: mutate_cell(random, &w->cells[test_random_below(random, CELLS)]); break;
    case 1: mutate_memory(random, &w->memory[test_random_below(random, MEMORY)]); break;
    case 2: mutate_link(random, &w->links[test_random_below(random, 2)]); break;
    default:
        if (test_random_below(random, 2) == 0)
            w->irqs[0].cpu = 1 + test_random_below(random, 5000);
        else
            w->irqs[0].intid = (uint32_t)other_u64(random, w->irqs[0].intid);
        break;
    }
    return memcmp(&before, w, sizeof before) != 0;
}

static void test_random_changes(void **state)
{
    uint64_t random = test_random_start(4711);
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct values v;
        struct world *w = open_world(&v);
        if (mutate(&random, w) && judge(&v, w) != AJ_FINDINGS)
            fail_msg("round %d is not caught", round);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_flaws),
        cmocka_unit_test(test_allowed),
        cmocka_unit_test(test_random_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
