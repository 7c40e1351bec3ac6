/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/random_devices.h"

static bool chance(struct random *r, uint32_t percent)
{
    return random_below(r, 100) < percent;
}

/* What guests want of a class, or one that they name at a cost; devices of all verdicts. */
static void make_wants(struct aj_arena *arena, struct random *r, struct model_board *board,
                       const struct model_requirements *req, struct model_cell_request *guests)
{
    static const char *const kinds[] = {"can", "spi", "dma"};
    struct model_device *devices =
        aj_memdup(arena, board->devices, board->devices_count * sizeof *devices);
    for (uint32_t i = 0; i < board->devices_count; i++) {
        devices[i].path = aj_strf(arena, "/%s@%u", kinds[random_below(r, 3)], i);
        if (devices[i].verdict == MODEL_VERDICT_OK && chance(r, 50))
            devices[i].verdict = (uint8_t)random_below(r, MODEL_VERDICT_ROOT_ONLY);
        if (chance(r, 10) && devices[i].interrupts_count == 0)
            devices[i].status = "disabled";
    }
    board->devices = devices;
    for (uint32_t g = 0; g < req->guests_count && board->devices_count > 0; g++) {
        struct model_device_want *wants = AJ_NEW_ARRAY(arena, struct model_device_want, 2);
        guests[g].wants = wants;
        while (guests[g].wants_count < 2 && chance(r, 60)) {
            struct model_device_want *want = &wants[guests[g].wants_count++];
            want->cost = chance(r, 80) ? 1 + random_below(r, 4) : 0;
            want->any = (uint8_t)(chance(r, 50) ? MODEL_CLASS_CAN : MODEL_CLASS_SPI);
            if (want->cost > 0 && chance(r, 40)) {
                want->any = MODEL_CLASS_NONE;
                want->device = devices[random_below(r, (uint32_t)board->devices_count)].name;
            }
        }
    }
}

/* One more constraint: an interrupt fires on a CPU, or does not. */
static void add_constraint(struct aj_arena *arena, struct random *r,
                           const struct model_board *board, struct model_requirements *req,
                           uint32_t intid, enum model_constraint_kind kind)
{
    struct model_literal *literal = AJ_NEW(arena, struct model_literal);
    struct model_constraint *constraints =
        AJ_NEW_ARRAY(arena, struct model_constraint, req->constraints_count + 1);
    literal->kind = MODEL_LITERAL_ROUTE;
    literal->interrupt = intid;
    literal->weight = 1;
    aj_cpuset_add(&literal->cpus, random_below(r, (uint32_t)board->cpus_count));
    for (size_t i = 0; i < req->constraints_count; i++)
        constraints[i] = req->constraints[i];
    constraints[req->constraints_count++] =
        (struct model_constraint){.kind = (uint8_t)kind,
                                  .literals = literal,
                                  .literals_count = 1,
                                  .at_least = kind == MODEL_CONSTRAINT_BOUND ? 1 : 0,
                                  .at_most = AJ_NONE32};
    if (model_constraint_is_priced(&constraints[req->constraints_count - 1]))
        constraints[req->constraints_count - 1].cost = 1 + random_below(r, 4);
    req->constraints = constraints;
}

/* Of a device that may be picked. */
static void name_line(struct aj_arena *arena, struct random *r, const struct model_board *board,
                      struct model_requirements *req)
{
    const uint32_t count = (uint32_t)board->devices_count;
    const uint32_t which = count > 0 ? random_below(r, count) : 0;
    if (req->guests_count > 0 && count > 0 && board->devices[which].interrupts_count > 0)
        add_constraint(arena, r, board, req, board->devices[which].interrupts[0].intid,
                       MODEL_CONSTRAINT_FORBID);
}

/* The first guest is a Linux with two CPUs and a device, of whose line constraints speak. */
static void make_lines_of_guest(struct aj_arena *arena, struct random *r, struct model_board *board,
                                struct model_requirements *req, struct model_cell_request *guest)
{
    static const enum model_constraint_kind kinds[] = {
        MODEL_CONSTRAINT_FORBID, MODEL_CONSTRAINT_ROUTE, MODEL_CONSTRAINT_PREFER,
        MODEL_CONSTRAINT_AVOID, MODEL_CONSTRAINT_BOUND};
    struct model_mem_request *regions =
        aj_memdup(arena, guest->mem_regions, guest->mem_regions_count * sizeof *regions);
    struct model_device *devices =
        aj_memdup(arena, board->devices, board->devices_count * sizeof *devices);
    struct model_device *device = &devices[random_below(r, (uint32_t)board->devices_count)];
    guest->os = MODEL_OS_LINUX;
    guest->cpus.list = (struct aj_cpuset){0};
    guest->cpus.count = 2;
    regions[0].virt_start = 0; /* where it starts */
    guest->mem_regions = regions;
    device->verdict = MODEL_VERDICT_OK;
    device->interrupts_count = 1;
    if (guest->devices_count == 0) {
        const char **names = aj_alloc_array(arena, 1, sizeof *names);
        names[guest->devices_count++] = device->name;
        guest->devices = names;
    }
    board->devices = devices;
    for (uint32_t i = 0; i < 2 && (i == 0 || chance(r, 50)); i++)
        add_constraint(arena, r, board, req, device->interrupts[0].intid,
                       kinds[random_below(r, AJ_COUNT(kinds))]);
}

/* Of some devices, that are then no others; the running Linux may write to one. */
static void make_consoles(struct aj_arena *arena, struct random *r, struct model_board *board,
                          struct model_requirements *req, struct model_cell_request *guests)
{
    const uint32_t count = board->devices_count > 1 ? 2 : (uint32_t)board->devices_count;
    struct model_device *devices =
        aj_memdup(arena, board->devices, board->devices_count * sizeof *devices);
    struct model_board_console *consoles = AJ_NEW_ARRAY(arena, struct model_board_console, count);
    for (uint32_t i = 0; i < count; i++) {
        devices[i].regions_count = 1;
        consoles[i] = (struct model_board_console){.name = devices[i].name,
                                                   .type = JAILHOUSE_CON_TYPE_PL011,
                                                   .address = devices[i].regions[0].phys_start,
                                                   .size = AJ_PAGE,
                                                   .regdist = 4,
                                                   .mmio = true,
                                                   .intid = AJ_NONE32,
                                                   .active = i == 0 && chance(r, 60)};
    }
    board->devices = devices;
    board->consoles = consoles;
    board->consoles_count = count;
    if (count > 0 && chance(r, 40))
        req->root.console.ref = devices[random_below(r, count)].name;
    for (uint32_t g = 0; g < req->guests_count && count > 0; g++) {
        if (chance(r, 40))
            guests[g].console.ref = "&root.console";
        else if (chance(r, 30))
            guests[g].console.ref = devices[random_below(r, count)].name;
    }
}

/* The same board with I/O interrupt controllers, which some pins are of. */
static void make_x86(struct aj_arena *arena, struct random *r, struct model_board *board)
{
    const uint32_t count = 1 + random_below(r, 2), pins = 40 / count;
    struct model_board_irqchip *chips = AJ_NEW_ARRAY(arena, struct model_board_irqchip, count);
    for (uint32_t i = 0; i < count; i++) {
        chips[i].name = aj_strf(arena, "ioapic%u", i);
        chips[i].type = "ioapic";
        chips[i].address = 0xfec00000 + i * AJ_PAGE;
        chips[i].gsi_base = 30 + i * pins;
        for (uint32_t pin = 0; pin < pins; pin++)
            if (chance(r, 85))
                aj_cpuset_add(&chips[i].pin_bitmap, pin);
    }
    board->arch = MODEL_ARCH_X86;
    board->platform.arm = NULL;
    board->irqchips = chips;
    board->irqchips_count = count;
}

void random_devices(struct aj_arena *arena, struct random *r, struct model_board *board,
                    struct model_requirements *req, struct model_cell_request *guests)
{
    struct random aside = *r; /* changes nothing else of the problem */
    if (chance(&aside, 12) && board->cpus_count > 2 && board->devices_count > 0 &&
        req->guests_count > 0 && req->guests_count < 3)
        make_lines_of_guest(arena, &aside, board, req, &guests[0]);
    if (chance(r, 60)) {
        make_wants(arena, r, board, req, guests);
        name_line(arena, r, board, req);
    }
    if (chance(r, 30))
        make_consoles(arena, r, board, req, guests);
    if (chance(r, 20))
        make_x86(arena, r, board);
}
