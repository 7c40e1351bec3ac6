/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does the plan meet the requirements: the virtual PCI range is where nothing answers, and in the
 * address space of each guest nothing lies over anything else.
 */
#include "model/check_plan_priv.h"

#define BELOW_4G AJ_GIB(4)

static const char interrupt_controller[] = "the interrupt controller";

/* A range of a guest's address space; registers of devices may share pages with each other. */
struct place {
    struct aj_range range;
    const char *what;
    bool registers;
};

struct places {
    struct place *items;
    size_t count, cap;
};

static void add(struct model_plan_check *pc, struct places *places, const char *what,
                struct aj_range range)
{
    const struct place place = {range, what, false};
    if (range.base != AJ_NONE64 && aj_range_ok(range))
        AJ_PUSH(pc->cx->scratch, places, place);
}

/* Registers are mapped in whole pages. */
static void add_pages(struct model_plan_check *pc, struct places *places, const char *what,
                      struct aj_range exact)
{
    const aj_addr base = aj_align_down(exact.base, AJ_PAGE);
    if (!aj_range_ok(exact))
        return;
    const aj_addr last = aj_range_last(exact) | (AJ_PAGE - 1);
    const struct place place = {{base, last - base + 1}, what, true};
    if (aj_range_ok(place.range))
        AJ_PUSH(pc->cx->scratch, places, place);
}

static void add_registers(struct model_plan_check *pc, struct places *places,
                          const struct model_device *device)
{
    for (size_t i = 0; i < device->regions_count; i++)
        add_pages(pc, places, device->name,
                  (struct aj_range){device->regions[i].phys_start, device->regions[i].size});
}

/* Windows that the hypervisor intercepts: Jailhouse, gic-v2.c and gic-v3.c. */
static void add_gic(struct model_plan_check *pc, struct places *places)
{
    const struct model_arm_platform *arm = pc->board->platform.arm;
    for (size_t i = 0; pc->board->arch == MODEL_ARCH_X86 && i < pc->board->irqchips_count; i++)
        add(pc, places, interrupt_controller,
            (struct aj_range){pc->board->irqchips[i].address, AJ_PAGE});
    if (pc->board->arch == MODEL_ARCH_X86)
        add(pc, places, interrupt_controller, (struct aj_range){MODEL_X86_LOCAL_APIC, AJ_PAGE});
    if (arm == NULL)
        return;
    const bool v3 = arm->gic_version == 3;
    const aj_addr bases[] = {arm->gicd_base, arm->gicc_base, arm->gich_base, arm->gicv_base,
                             arm->gicr_base};
    const aj_size sizes[] = {v3 ? JAILHOUSE_GICD_SIZE_V3 : JAILHOUSE_GICD_SIZE_V2,
                             JAILHOUSE_GICX_SIZE, JAILHOUSE_GICX_SIZE, JAILHOUSE_GICX_SIZE,
                             model_gicr_size(pc->board)};
    for (size_t i = 0; i < AJ_COUNT(bases); i++) {
        if (bases[i] != 0)
            add(pc, places, interrupt_controller, (struct aj_range){bases[i], sizes[i]});
    }
}

static void add_memory(struct model_plan_check *pc, struct places *places, const char *key)
{
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &pc->plan->memory[i];
        const struct aj_range virt = {mem->virt_start, mem->size};
        bool seen = model_plan_same_text(mem->cell, key);
        if (mem->kind == MODEL_MEM_PCI)
            seen = true;
        for (size_t k = 0; mem->kind == MODEL_MEM_LINK && k < pc->req->links_count; k++) {
            if (model_plan_same_text(pc->req->links[k].name, mem->name))
                seen = model_plan_takes_part(&pc->req->links[k], key);
        }
        if (seen)
            add(pc, places, mem->name == NULL ? "the virtual PCI range" : mem->name, virt);
    }
}

static int compare_places(const void *pa, const void *pb)
{
    const struct place *a = pa;
    const struct place *b = pb;
    if (a->range.base != b->range.base)
        return a->range.base < b->range.base ? -1 : 1;
    return (a->range.size > b->range.size) - (a->range.size < b->range.size);
}

static void judge_guest(struct model_plan_check *pc, size_t index)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    struct model_device_set wanted;
    struct model_console console;
    struct places places = {0};
    add_memory(pc, &places, cell->key);
    add(pc, &places, "the communication region",
        (struct aj_range){model_comm_base((enum model_arch)pc->board->arch), AJ_PAGE});
    add_gic(pc, &places);
    model_plan_wanted_devices(pc, index, &wanted);
    for (size_t i = 0; i < pc->board->devices_count; i++) {
        if (wanted.has[i])
            add_registers(pc, &places, &pc->board->devices[i]);
    }
    if (model_cell_console(pc->board, pc->req, cell, &console) &&
        (console.flags & JAILHOUSE_CON_ACCESS_MMIO) != 0)
        add_pages(pc, &places, "its console", (struct aj_range){console.address, console.size});
    if (places.count > 0)
        qsort(places.items, places.count, sizeof *places.items, compare_places);
    /* The furthest place so far, and the furthest that is no device's registers. */
    const struct place *far = NULL;
    const struct place *solid = NULL;
    for (size_t i = 0; i < places.count; i++) {
        const struct place *place = &places.items[i];
        const struct place *before = place->registers ? solid : far;
        /* How the windows of the controller lie to each other is the board's, not the plan's. */
        const bool of_one =
            before != NULL && before->what == interrupt_controller && place->what == before->what;
        if (before != NULL && !of_one && aj_range_overlap(before->range, place->range))
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-memory-guest", model_plan_loc(cell, ""),
                          "in cell \"%s\" %s at 0x%llx overlaps %s at 0x%llx", cell->key,
                          place->what, (unsigned long long)place->range.base, before->what,
                          (unsigned long long)before->range.base);
        if (far == NULL || aj_range_last(place->range) > aj_range_last(far->range))
            far = place;
        if (!place->registers &&
            (solid == NULL || aj_range_last(place->range) > aj_range_last(solid->range)))
            solid = place;
    }
}

/* Everything on the board that answers at an address. */
static void add_board(struct model_plan_check *pc, struct places *places)
{
    const struct model_board *board = pc->board;
    for (size_t i = 0; i < board->memory_regions_count; i++)
        add(pc, places, board->memory_regions[i].name,
            (struct aj_range){board->memory_regions[i].phys_start, board->memory_regions[i].size});
    for (size_t i = 0; i < board->devices_count; i++)
        add_registers(pc, places, &board->devices[i]);
    for (size_t i = 0; i < board->consoles_count; i++) {
        if (board->consoles[i].mmio)
            add(pc, places, board->consoles[i].name,
                (struct aj_range){board->consoles[i].address, board->consoles[i].size});
    }
    for (size_t i = 0; i < board->platform.pci.hosts_count; i++)
        add(pc, places, board->platform.pci.hosts[i].name,
            (struct aj_range){board->platform.pci.hosts[i].ecam_base,
                              board->platform.pci.hosts[i].ecam_size});
    for (size_t i = 0; i < board->iommu_count; i++)
        add(pc, places, "an IOMMU", (struct aj_range){board->iommu[i].base, board->iommu[i].size});
    add_gic(pc, places);
}

static void judge_pci_place(struct model_plan_check *pc, const struct model_plan_mem *mem,
                            struct aj_loc loc)
{
    const struct aj_range range = {mem->phys_start, mem->size};
    struct places places = {0};
    if (!aj_is_aligned(range.base, MODEL_PCI_CONFIG) || range.base < MODEL_PCI_CONFIG ||
        !aj_range_ok(range) || aj_range_last(range) >= BELOW_4G) {
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pci", loc,
                      "the virtual PCI range 0x%llx+0x%llx is not between 1 MiB and 4 GiB at a "
                      "multiple of 1 MiB",
                      (unsigned long long)range.base, (unsigned long long)range.size);
        return;
    }
    add_board(pc, &places);
    for (size_t i = 0; i < places.count; i++) {
        if (!aj_range_overlap(places.items[i].range, range))
            continue;
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pci", loc,
                      "the virtual PCI range 0x%llx+0x%llx covers %s at 0x%llx",
                      (unsigned long long)range.base, (unsigned long long)range.size,
                      places.items[i].what == NULL ? "a region" : places.items[i].what,
                      (unsigned long long)places.items[i].range.base);
        return;
    }
}

static void judge_pci(struct model_plan_check *pc)
{
    const struct aj_loc loc = aj_yaml_loc(pc->req->at, "shmem");
    const struct model_plan_mem *found = NULL;
    uint32_t roots = 0;
    size_t count = 0;
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        if (pc->plan->memory[i].kind == MODEL_MEM_PCI) {
            found = &pc->plan->memory[i];
            count++;
        }
    }
    /* On x86 the links are functions on the bus that the board has. */
    const bool wanted = pc->req->links_count > 0 && pc->board->arch != MODEL_ARCH_X86;
    if (count != (wanted ? 1 : 0)) {
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pci", loc, "%zu virtual PCI ranges for %zu links",
                      count, pc->req->links_count);
        return;
    }
    if (found == NULL)
        return;
    aj_size page = model_cell_page(pc->board, &pc->req->root);
    for (size_t i = 0; i < pc->req->guests_count; i++)
        if (model_cell_page(pc->board, &pc->req->guests[i]) > page)
            page = model_cell_page(pc->board, &pc->req->guests[i]);
    for (size_t i = 0; i < pc->req->links_count; i++)
        roots += model_plan_takes_part(&pc->req->links[i], pc->req->root.key);
    if (found->size != model_pci_size(roots > 0 ? roots : 1, page) || found->flags != 0 ||
        found->cell != NULL || found->name != NULL || found->virt_start != found->phys_start)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pci", loc,
                      "the virtual PCI range at 0x%llx has 0x%llx bytes for %u links of the root, "
                      "or belongs to somebody",
                      (unsigned long long)found->phys_start, (unsigned long long)found->size,
                      roots);
    judge_pci_place(pc, found, loc);
}

void model_plan_check_spaces(struct model_plan_check *pc)
{
    judge_pci(pc);
    for (size_t i = 1; i < pc->plan->cells_count; i++)
        judge_guest(pc, i);
}
