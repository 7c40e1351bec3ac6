/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

static int by_intid(const void *a, const void *b)
{
    const struct solver_line *x = a, *y = b;
    return (x->intid > y->intid) - (x->intid < y->intid);
}

void solver_lines_sort(struct solver_lines *lines)
{
    if (lines->count > 0)
        qsort(lines->items, lines->count, sizeof lines->items[0], by_intid);
}

static bool pins_free(const struct solver_facts *facts, uint32_t pins, uint32_t base)
{
    for (uint32_t pin = 0; pin < 4; pin++) {
        if ((pins >> pin & 1) != 0 &&
            !aj_cpuset_has(&facts->free_spis, SOLVER_FIRST_SPI + base + pin))
            return false;
    }
    return true;
}

/*
 * From the top: SoCs wire their devices from the bottom up, and a device tree does not list all of
 * them, so the highest lines that nothing refers to are the least likely to be connected.
 *
 * A base blocks at most SOLVER_VPCI_BLOCKS bases of another cell, so among the first
 * SOLVER_VPCI_BLOCKS * (cells - 1) + 1 candidates of a cell one is free whatever the others have:
 * a plan that uses a later one can be improved, and the optimum is never among those left out.
 */
static void find_bases(struct solver_problem *p, struct solver_cell *cell, uint32_t linked)
{
    const uint32_t enough = SOLVER_VPCI_BLOCKS * (linked - 1) + 1;
    cell->bases = AJ_NEW_ARRAY(p->arena, uint32_t, enough);
    for (uint32_t end = p->facts->spi_limit; end >= 4 && cell->bases_count < enough; end--) {
        if (pins_free(p->facts, cell->pins, end - 4))
            cell->bases[cell->bases_count++] = end - 4;
    }
}

static void prepare_pins(struct solver_problem *p)
{
    uint32_t linked = 0, device = 0;
    for (uint32_t i = 0; i < p->req->links_count; i++) {
        const struct model_link_request *link = &p->req->links[i];
        if (!solver_link_holds(p, i))
            continue;
        for (size_t k = 0; k < link->peers_count; k++) {
            const uint32_t cell = solver_cell_index(p->req, link->peers[k]);
            if (cell != AJ_NONE32)
                p->cells[cell].pins |= 1u << MODEL_PCI_PIN_OF(device);
        }
        device++;
    }
    for (uint32_t i = 0; i < p->cells_count; i++)
        linked += p->cells[i].pins != 0;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (p->cells[i].pins != 0)
            find_bases(p, &p->cells[i], linked);
    }
}

/* Does a device with this line certainly leave the root? */
static bool leaves(const struct solver_problem *p, uint32_t intid)
{
    for (size_t i = 0; i < p->certain_count; i++) {
        if (p->owns.items[i].cell != SOLVER_ROOT &&
            solver_has_line(p->devices.items[p->owns.items[i].device].device, intid))
            return true;
    }
    return false;
}

/* The device with this line that a cell (AJ_NONE32: any) may pick or not. */
static uint32_t open_device(const struct solver_problem *p, uint32_t cell, uint32_t intid)
{
    for (size_t i = p->certain_count; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        if ((cell == AJ_NONE32 || own->cell == cell) &&
            solver_has_line(p->devices.items[own->device].device, intid))
            return own->device;
    }
    return AJ_NONE32;
}

static uint64_t sum(const uint32_t *numbers, size_t count)
{
    uint64_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += numbers[i];
    return all;
}

static uint64_t sampled(const struct model_irq_count *line)
{
    return sum(line->fired, line->fired_count);
}

/* Since boot, and in the sample. */
static uint64_t total(const struct model_irq_count *line)
{
    return sum(line->counts, line->counts_count) + sampled(line);
}

typedef bool is_of(const struct solver_problem *p, uint32_t cell,
                   const struct model_irq_count *line);

static bool root_has(const struct solver_problem *p, uint32_t cell,
                     const struct model_irq_count *line)
{
    (void)cell;
    return model_board_has_line(p->board, line->intid) && line->intid < AJ_CPU_MAX &&
           total(line) > 0 && !leaves(p, line->intid);
}

static bool guest_may_have(const struct solver_problem *p, uint32_t cell, uint32_t intid)
{
    for (size_t i = 0; i < p->owns.count; i++) {
        if (p->owns.items[i].cell == cell &&
            solver_has_line(p->devices.items[p->owns.items[i].device].device, intid))
            return model_board_has_line(p->board, intid);
    }
    return false;
}

static bool guest_has(const struct solver_problem *p, uint32_t cell,
                      const struct model_irq_count *line)
{
    return total(line) > 0 && guest_may_have(p, cell, line->intid);
}

/* The device that says whether the cell has the line; AJ_NONE32: it certainly has. */
static uint32_t decider(const struct solver_problem *p, uint32_t cell, uint32_t intid)
{
    if (cell == SOLVER_ROOT)
        return open_device(p, AJ_NONE32, intid);
    for (size_t i = 0; i < p->certain_count; i++) {
        if (p->owns.items[i].cell == cell &&
            solver_has_line(p->devices.items[p->owns.items[i].device].device, intid))
            return AJ_NONE32;
    }
    return open_device(p, cell, intid);
}

/* The rates that the board was seen at say more than what happened since boot, if they say anything. */
static bool has_rates(const struct solver_problem *p, uint32_t cell, is_of *is_ours)
{
    for (size_t i = 0; i < p->board->interrupts_count; i++) {
        const struct model_irq_count *line = &p->board->interrupts[i];
        if (is_ours(p, cell, line) && sampled(line) > 0)
            return true;
    }
    return false;
}

/*
 * Twentieths are fine enough to balance by, and coarse enough for the balance to be proved optimal:
 * it is a partition problem. Lines of devices that may be picked or not do not weigh: which device is
 * picked is not to depend on how busy it was.
 */
static void prepare_lines(struct solver_problem *p, uint32_t cell, is_of *is_ours,
                          struct solver_lines *lines)
{
    uint64_t all = 0;
    const bool rates = has_rates(p, cell, is_ours);
    for (size_t i = 0; i < p->board->interrupts_count; i++) {
        const struct model_irq_count *line = &p->board->interrupts[i];
        if (is_ours(p, cell, line) && decider(p, cell, line->intid) == AJ_NONE32)
            all += rates ? sampled(line) : total(line);
    }
    struct aj_cpuset seen = {0};
    for (size_t i = 0; i < p->board->interrupts_count; i++) {
        const struct model_irq_count *count = &p->board->interrupts[i];
        if (!is_ours(p, cell, count) || aj_cpuset_has(&seen, count->intid))
            continue;
        aj_cpuset_add(&seen, count->intid);
        const uint64_t own = rates ? sampled(count) : total(count);
        struct solver_line line = {
            .intid = count->intid, .count = own, .device = decider(p, cell, count->intid)};
        if (line.device == AJ_NONE32 && all > 0)
            line.load = (uint32_t)((own * 2 * SOLVER_LOADS + all) / (2 * all));
        AJ_PUSH(p->arena, lines, line);
    }
    solver_lines_sort(lines);
}

/* Can the guest choose where its lines fire? Not to wish for CPUs is not to forbid that. */
static bool chooses(const struct solver_cell *cell)
{
    return cell->req->os == MODEL_OS_LINUX && (!cell->wants_cpus || cell->count > 1);
}

const struct solver_lines *solver_lines_of(const struct solver_problem *p, uint32_t cell)
{
    return cell == SOLVER_ROOT ? &p->lines : &p->cells[cell].lines;
}

uint32_t solver_lines_cpus(const struct solver_problem *p, uint32_t cell)
{
    return cell == SOLVER_ROOT || p->cells[cell].names_lines ? p->cpus_count : p->cells[cell].count;
}

size_t solver_line_of(const struct solver_problem *p, uint32_t cell, uint32_t intid)
{
    const struct solver_lines *lines = solver_lines_of(p, cell);
    size_t i = 0;
    while (i < lines->count && lines->items[i].intid != intid)
        i++;
    return i;
}

struct solver_line *solver_name_line(struct solver_problem *p, uint32_t cell, uint32_t intid)
{
    struct solver_lines *lines = cell == SOLVER_ROOT ? &p->lines : &p->cells[cell].lines;
    const size_t ix = solver_line_of(p, cell, intid);
    const bool never = cell == SOLVER_ROOT
                           ? leaves(p, intid)
                           : !chooses(&p->cells[cell]) || !guest_may_have(p, cell, intid);
    if (ix == lines->count && never)
        return NULL;
    if (ix == lines->count) {
        const struct solver_line new = {.intid = intid, .device = decider(p, cell, intid)};
        AJ_PUSH(p->arena, lines, new);
    }
    return &lines->items[ix];
}

void solver_prepare_interrupts(struct solver_problem *p)
{
    /* On x86 links interrupt by messages; those follow Linux as other messages do. */
    if (p->board->arch != MODEL_ARCH_X86)
        prepare_pins(p);
    prepare_lines(p, SOLVER_ROOT, root_has, &p->lines);
    for (uint32_t i = 1; i < p->cells_count; i++) {
        if (chooses(&p->cells[i]) && p->cells[i].wants_cpus)
            prepare_lines(p, i, guest_has, &p->cells[i].lines);
    }
    solver_prepare_named_lines(p);
}
