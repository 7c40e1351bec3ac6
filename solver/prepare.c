/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "solver/ip.h"

/* RAM that Linux has reserved for itself is nobody else's, even if cells.yml names it. */
static void sort_memory(struct solver_facts *facts, struct aj_arena *arena,
                        const struct model_board *board)
{
    struct aj_rangeset reserved = {0};
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        switch ((enum model_region_type)region->type) {
        case MODEL_REGION_RAM:
        case MODEL_REGION_FIRMWARE: aj_rangeset_add(arena, &facts->nameable, range); break;
        case MODEL_REGION_RESERVED: aj_rangeset_add(arena, &reserved, range); break;
        case MODEL_REGION_MMIO:
        case MODEL_REGION_WINDOW: break;
        }
    }
    aj_rangeset_add_all(arena, &facts->memory, &facts->nameable);
    aj_rangeset_add_all(arena, &facts->memory, &reserved);
    aj_rangeset_sub_all(arena, &facts->nameable, &reserved);
}

/* SPIs that the interrupt controller has, as far as the board says. */
static uint32_t spi_limit(const struct model_board *board)
{
    const struct model_arm_platform *arm = board->platform.arm;
    const uint32_t most = JAILHOUSE_GIC_LAST_INTID + 1 - SOLVER_FIRST_SPI;
    uint64_t end = 0;
    if (arm != NULL && arm->spi_limit != AJ_NONE32)
        return arm->spi_limit < most ? arm->spi_limit : most;
    for (size_t i = 0; i < board->irqchips_count; i++) {
        const struct model_board_irqchip *chip = &board->irqchips[i];
        for (uint32_t pin = aj_cpuset_next(&chip->pin_bitmap, 0); pin < 128;
             pin = aj_cpuset_next(&chip->pin_bitmap, pin + 1)) {
            const uint64_t after = (uint64_t)chip->pin_base + pin + 1;
            end = after > end ? after : end;
        }
    }
    return end <= SOLVER_FIRST_SPI || end - SOLVER_FIRST_SPI > most
               ? most
               : (uint32_t)end - SOLVER_FIRST_SPI;
}

void solver_facts_derive(struct solver_facts *facts, struct aj_arena *arena,
                         const struct model_board *board)
{
    *facts = (struct solver_facts){.spi_limit = spi_limit(board)};
    model_board_addresses(board, arena, &facts->map);
    sort_memory(facts, arena, board);
    model_board_free_spis(board, &facts->free_spis);
    facts->online = model_board_online(board);
}

static void find_domain(struct solver_problem *p, uint32_t cpu, enum model_domain level)
{
    const size_t slot = (size_t)level - 1;
    const struct model_cpu *me = model_board_cpu(p->board, p->cpus[cpu].id);
    for (uint32_t i = 0; i < cpu; i++) {
        if (model_cpus_share(me, model_board_cpu(p->board, p->cpus[i].id), level)) {
            p->cpus[cpu].domain[slot] = p->cpus[i].domain[slot];
            return;
        }
    }
    p->cpus[cpu].domain[slot] = p->domains_count[slot]++;
}

int64_t solver_share_cost(size_t slot)
{
    static const int64_t cost[SOLVER_DOMAINS] = {100, 10, 1};
    return cost[slot];
}

/* Domains are numbered by their first CPU, so that their numbers order them. */
static bool before(const struct solver_cpu *a, const struct solver_cpu *b)
{
    for (size_t slot = SOLVER_DOMAINS; slot-- > 0;) {
        if (a->domain[slot] != b->domain[slot])
            return a->domain[slot] < b->domain[slot];
    }
    return a->id < b->id;
}

static void order_cpus(struct solver_problem *p)
{
    p->order = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        uint32_t at = k;
        for (; at > 0 && before(&p->cpus[k], &p->cpus[p->order[at - 1]]); at--)
            p->order[at] = p->order[at - 1];
        p->order[at] = k;
    }
}

static void prepare_cpus(struct solver_problem *p)
{
    const struct aj_cpuset *online = &p->facts->online;
    p->cpus = AJ_NEW_ARRAY(p->arena, struct solver_cpu, aj_cpuset_count(online));
    for (uint32_t id = aj_cpuset_next(online, 0); id < AJ_CPU_MAX;
         id = aj_cpuset_next(online, id + 1)) {
        p->cpus[p->cpus_count].id = id;
        for (uint32_t level = MODEL_DOMAIN_CORE; level <= MODEL_DOMAIN_PACKAGE; level++)
            find_domain(p, p->cpus_count, (enum model_domain)level);
        p->cpus_count++;
    }
    order_cpus(p);
}

static bool wished(const struct solver_problem *p, enum solver_wish_kind kind, uint32_t cell)
{
    return solver_wish_find(p->wishes, kind, cell, AJ_NONE32) != NULL;
}

static void prepare_cell(struct solver_problem *p, uint32_t index)
{
    struct solver_cell *cell = &p->cells[index];
    const struct model_cell_request *req = solver_cell_request(p->req, index);
    const struct solver_wish *cpus =
        solver_wish_find(p->wishes, SOLVER_WISH_CPUS, index, AJ_NONE32);
    cell->req = req;
    cell->tag = aj_strf(p->arena, "cell.%s",
                        solver_ip_tag(p->arena, index == 0 ? "root" : req->key, index));
    cell->wants_cpus = cpus != NULL;
    if (cpus != NULL) {
        if (cpus->by_name)
            cell->named = req->cpus.list;
        cell->count = cpus->amount < AJ_NONE32 ? (uint32_t)cpus->amount : AJ_NONE32;
    }
    if (wished(p, SOLVER_WISH_EXCLUSIVE, index))
        cell->exclusive = req->cpus.exclusive;
    if (wished(p, SOLVER_WISH_TOGETHER, index))
        cell->together = req->cpus.together;
}

void solver_prepare(struct solver_problem *p, struct aj_arena *arena,
                    const struct model_board *board, const struct model_requirements *req,
                    const struct solver_facts *facts, const struct solver_wishes *wishes)
{
    *p = (struct solver_problem){.board = board,
                                 .req = req,
                                 .wishes = wishes,
                                 .facts = facts,
                                 .arena = arena,
                                 .pci_base = AJ_NONE64};
    prepare_cpus(p);
    p->cells_count = (uint32_t)req->guests_count + 1;
    p->cells = AJ_NEW_ARRAY(arena, struct solver_cell, p->cells_count);
    for (uint32_t i = 0; i < p->cells_count; i++)
        prepare_cell(p, i);
    solver_prepare_forbidden(p);
    solver_prepare_devices(p);
    solver_prepare_requests(p);
    solver_prepare_addresses(p);
    solver_prepare_interrupts(p);
    solver_prepare_knobs(p);
}

bool solver_link_holds(const struct solver_problem *p, uint32_t link)
{
    return solver_wish_find(p->wishes, SOLVER_WISH_LINK, AJ_NONE32, link) != NULL;
}
