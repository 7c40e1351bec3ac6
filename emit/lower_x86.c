/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cells of x86 have that those of arm have not: pins of IOAPICs, I/O ports, functions of PCI
 * with their capabilities; and links that are functions on the bus that is there.
 */
#include "emit/lower_priv.h"

#define SLOTS         32u
#define BUS_SIZE      AJ_MIB(1)
#define EXTENDED_CAP  0x8000u /* include/jailhouse/cell-config.h: JAILHOUSE_PCI_EXT_CAP */
#define CAP_WRITE     0x0001u
#define IOAPIC_LIMIT  120u
#define CONSOLE_PORTS 8u

/* Links */

enum aj_status emit_x86_begin(struct emit_lower *l)
{
    const struct aj_loc loc = aj_yaml_loc(l->req->at, "shmem");
    uint32_t free = 0;
    l->x86.slots = UINT32_MAX;
    for (size_t i = 0; i < l->board.devices_count; i++) {
        const struct model_pci_function *pci = l->board.devices[i].pci;
        if (pci == NULL || pci->domain != 0 || pci->bdf >> 8 != 0)
            continue;
        l->x86.slots &= ~(1u << pci->bdf / 8);
        l->x86.iommu = pci->iommu == AJ_NONE32 ? 0 : (uint8_t)pci->iommu;
    }
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        free += l->x86.slots >> slot & 1;
    if (l->plan->links_count > free)
        return aj_fail(l->cx, AJ_ERR_INPUT, "lower-slots", loc,
                       "%zu links, but only %u slots of PCI bus 0 are free for their devices",
                       l->plan->links_count, (unsigned)free);
    if (l->plan->links_count > 0 && model_board_pci_host(&l->board, 0) == NULL)
        return aj_fail(l->cx, AJ_ERR_INPUT, "lower-mmconfig", loc,
                       "guests find the devices of links in a memory-mapped configuration space, "
                       "which the board has not");
    return AJ_OK;
}

uint16_t emit_x86_slot(const struct emit_lower *l, uint32_t device)
{
    uint32_t seen = 0;
    for (uint16_t slot = 0; slot < SLOTS; slot++)
        if ((l->x86.slots >> slot & 1) != 0 && seen++ == device)
            return slot;
    return 0;
}

/* Linux ivshmem-net has two, a virtio device one for each queue and one for its configuration. */
uint16_t emit_x86_vectors(uint16_t protocol)
{
    if (protocol == JAILHOUSE_SHMEM_PROTO_VETH)
        return 2;
    return protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT ? 3 : JAILHOUSE_IVSHMEM_MAX_MSIX;
}

/* System */

/* A power of two that has room for every message and pin that could be in use. */
static uint32_t interrupt_limit(const struct emit_lower *l)
{
    uint64_t sum = (uint64_t)l->board.irqchips_count * IOAPIC_LIMIT, limit = 1;
    for (size_t i = 0; i < l->board.devices_count; i++) {
        const struct model_pci_function *pci = l->board.devices[i].pci;
        if (pci != NULL)
            sum += pci->msi_vectors > pci->msix_vectors ? pci->msi_vectors : pci->msix_vectors;
    }
    for (size_t i = 0; i < l->plan->links_count; i++)
        sum += l->plan->links[i].peers_count * emit_x86_vectors(l->plan->links[i].protocol);
    while (limit < sum)
        limit *= 2;
    return (uint32_t)limit;
}

void emit_x86_header(const struct emit_lower *l, struct model_header *header)
{
    const struct model_x86_platform *x86 = l->board.platform.x86;
    const struct model_pci_host *host = model_board_pci_host(&l->board, 0);
    const uint32_t least = interrupt_limit(l);
    if (host != NULL && host->ecam_base != AJ_NONE64 && host->ecam_size >= BUS_SIZE) {
        header->pci_mmconfig_base = host->ecam_base;
        header->pci_mmconfig_end_bus = (uint8_t)(host->ecam_size / BUS_SIZE - 1);
    }
    header->vtd_interrupt_limit = least;
    if (x86 == NULL)
        return;
    header->pm_timer_address = (uint16_t)x86->pm_timer_address;
    header->apic_mode = (uint8_t)x86->apic_mode;
    header->tsc_khz = x86->tsc_khz;
    header->apic_khz = x86->apic_khz;
    if (x86->vtd_interrupt_limit > least)
        header->vtd_interrupt_limit = x86->vtd_interrupt_limit;
}

/* Memory */

static void add_range(const struct emit_lower *l, struct aj_rangeset *set, aj_addr base,
                      aj_size size)
{
    const struct aj_range range = {base, size};
    if (aj_range_ok(range))
        aj_rangeset_add(l->out, set, emit_lower_pages(range));
}

void emit_x86_registers(const struct emit_lower *l, struct aj_rangeset *registers)
{
    for (size_t i = 0; i < l->board.memory_regions_count; i++)
        if (l->board.memory_regions[i].type == MODEL_REGION_MMIO)
            add_range(l, registers, l->board.memory_regions[i].phys_start,
                      l->board.memory_regions[i].size);
    for (size_t i = 0; i < l->board.devices_count; i++)
        for (size_t k = 0; k < l->board.devices[i].regions_count; k++)
            add_range(l, registers, l->board.devices[i].regions[k].phys_start,
                      l->board.devices[i].regions[k].size);
    emit_x86_cut_tables(l, registers);
}

void emit_x86_cut_tables(const struct emit_lower *l, struct aj_rangeset *registers)
{
    for (size_t i = 0; i < l->board.devices_count; i++) {
        const struct model_pci_function *pci = l->board.devices[i].pci;
        const struct aj_range table = {pci == NULL ? 0 : pci->msix_address,
                                       pci == NULL ? 0 : pci->msix_size};
        if (pci != NULL && pci->msix_vectors > 0 && aj_range_ok(table))
            aj_rangeset_sub(l->out, registers, emit_lower_pages(table));
    }
}

/* Interrupts */

static bool is_in(const uint32_t *gsis, size_t count, uint32_t gsi)
{
    for (size_t i = 0; i < count; i++)
        if (gsis[i] == gsi)
            return true;
    return gsis == NULL;
}

void emit_x86_irqchips(const struct emit_lower *l, const uint32_t *gsis, size_t count,
                       struct model_cell *cell)
{
    AJ_VEC(struct model_irqchip) chips = {0};
    for (size_t i = 0; i < l->board.irqchips_count; i++) {
        const struct model_board_irqchip *from = &l->board.irqchips[i];
        struct model_irqchip chip = {.address = from->address, .id = from->id};
        bool any = false;
        for (uint32_t pin = 0; pin < 128; pin++)
            if (aj_cpuset_has(&from->pin_bitmap, pin) && is_in(gsis, count, from->gsi_base + pin)) {
                chip.pin_bitmap[pin / 32] |= 1u << pin % 32;
                any = true;
            }
        if (any)
            AJ_PUSH(l->out, &chips, chip);
    }
    cell->irqchips = chips.items;
    cell->irqchips_count = chips.count;
}

/* Functions */

typedef AJ_VEC(struct model_pci_device) function_list;
typedef AJ_VEC(struct model_pci_cap) cap_list;

/* Functions with the same capabilities share them. */
static uint16_t add_caps(const struct emit_lower *l, const struct model_pci_function *pci,
                         cap_list *caps)
{
    const size_t count = pci->caps_count;
    struct model_pci_cap *own = AJ_NEW_ARRAY(l->out, struct model_pci_cap, count);
    for (size_t i = 0; i < count; i++)
        own[i] = (struct model_pci_cap){
            .id = (uint16_t)(pci->caps[i].id | (pci->caps[i].extended ? EXTENDED_CAP : 0)),
            .start = (uint16_t)pci->caps[i].start,
            .len = (uint16_t)pci->caps[i].length,
            .flags = pci->caps[i].write ? CAP_WRITE : 0};
    for (size_t at = 0; count > 0 && at + count <= caps->count; at++)
        if (memcmp(&caps->items[at], own, count * sizeof *own) == 0)
            return (uint16_t)at;
    const size_t start = caps->count;
    for (size_t i = 0; i < count; i++)
        AJ_PUSH(l->out, caps, own[i]);
    return (uint16_t)start;
}

/* The function by which an IOMMU of AMD is reached is the hypervisor's. */
static bool is_unit(const struct emit_lower *l, const struct model_pci_function *pci)
{
    for (size_t i = 0; i < l->board.iommu_count; i++)
        if (strcmp(l->board.iommu[i].type, "amd") == 0 && l->board.iommu[i].bdf == pci->bdf &&
            pci->domain == 0)
            return true;
    return false;
}

static struct model_pci_device function_of(const struct emit_lower *l,
                                           const struct model_device *device, cap_list *caps)
{
    const struct model_pci_function *pci = device->pci;
    struct model_pci_device function = {
        .type = pci->bridge ? JAILHOUSE_PCI_TYPE_BRIDGE : JAILHOUSE_PCI_TYPE_DEVICE,
        .iommu = pci->iommu == AJ_NONE32 ? 0 : (uint8_t)pci->iommu,
        .domain = (uint16_t)pci->domain,
        .bdf = (uint16_t)pci->bdf,
        .num_caps = (uint16_t)pci->caps_count,
        .num_msi_vectors = (uint8_t)pci->msi_vectors,
        .msi_bits = (uint8_t)((pci->msi_64bits ? 1 : 0) | (pci->msi_maskable ? 2 : 0)),
        .num_msix_vectors = (uint16_t)pci->msix_vectors,
        .comment = device->name,
    };
    function.caps_start = pci->caps_count > 0 ? add_caps(l, pci, caps) : 0;
    memcpy(function.bar_mask, pci->bar_mask, sizeof function.bar_mask);
    if (pci->msix_vectors > 0) {
        function.msix_address = pci->msix_address;
        function.msix_region_size = (uint16_t)pci->msix_size;
    }
    return function;
}

static void add_ports(const struct emit_lower *l, struct model_cell *cell, uint32_t base,
                      uint32_t length)
{
    AJ_VEC(struct model_pio) ports = {0};
    for (size_t i = 0; i < cell->pio_regions_count; i++) {
        if (cell->pio_regions[i].base == base && cell->pio_regions[i].length == length)
            return;
        AJ_PUSH(l->out, &ports, cell->pio_regions[i]);
    }
    AJ_PUSH(l->out, &ports, ((struct model_pio){(uint16_t)base, (uint16_t)length}));
    cell->pio_regions = ports.items;
    cell->pio_regions_count = ports.count;
}

void emit_x86_devices(const struct emit_lower *l, const struct model_device *const *devices,
                      size_t devices_count, struct model_cell *cell)
{
    function_list functions = {0};
    cap_list caps = {0};
    for (size_t i = 0; i < cell->pci_devices_count; i++)
        AJ_PUSH(l->out, &functions, cell->pci_devices[i]);
    for (size_t i = 0; i < devices_count; i++) {
        const struct model_pci_function *pci = devices[i]->pci;
        if (pci != NULL && pci->domain <= UINT16_MAX && !is_unit(l, pci))
            AJ_PUSH(l->out, &functions, function_of(l, devices[i], &caps));
        for (size_t k = 0; k < devices[i]->ports_count; k++)
            add_ports(l, cell, devices[i]->ports[k].base, devices[i]->ports[k].length);
    }
    cell->pci_devices = functions.items;
    cell->pci_devices_count = functions.count;
    cell->pci_caps = caps.items;
    cell->pci_caps_count = caps.count;
}

void emit_x86_root_ports(const struct emit_lower *l, struct model_cell *cell)
{
    for (size_t i = 0; i < l->board.ports_count; i++)
        if (l->board.ports[i].root)
            add_ports(l, cell, l->board.ports[i].base, l->board.ports[i].length);
}

void emit_x86_console_ports(const struct emit_lower *l, struct model_cell *cell)
{
    const bool ports = (cell->console.flags & JAILHOUSE_CON_ACCESS_MMIO) == 0;
    if (ports && cell->console.type == JAILHOUSE_CON_TYPE_8250)
        add_ports(l, cell, (uint32_t)cell->console.address, CONSOLE_PORTS);
}
