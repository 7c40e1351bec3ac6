/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/brute_irqs.h"

#include "tests/solver/brute_devices.h"

#define BRUTE_LINES_END 70 /* no interrupt of the problems is beyond */

/* Since boot and, apart, while the board was sampled. */
struct times {
    uint64_t ever, lately;
};

static struct times times_of(const struct model_irq_count *line)
{
    struct times times = {0, 0};
    for (size_t i = 0; line != NULL && i < line->fired_count; i++)
        times.lately += line->fired[i];
    times.ever = times.lately;
    for (size_t i = 0; line != NULL && i < line->counts_count; i++)
        times.ever += line->counts[i];
    return times;
}

/* Does CPU k share a core (bit 0), an L2 (bit 1) with a real-time guest? */
static uint32_t nearness(const struct model_board *board, const struct model_requirements *req,
                         const uint32_t *cell, uint32_t k)
{
    uint32_t near = 0;
    for (uint32_t o = 0; o < board->cpus_count; o++) {
        if (cell[o] == 0 || req->guests[cell[o] - 1].realtime == NULL)
            continue;
        if (brute_same_domain(&board->cpus[k], &board->cpus[o], MODEL_DOMAIN_CORE))
            near |= 1;
        if (brute_same_domain(&board->cpus[k], &board->cpus[o], MODEL_DOMAIN_L2))
            near |= 2;
    }
    return near;
}

struct irqs {
    const struct model_requirements *req;
    const struct brute *best;
    bool allowed
        [4]; /* the cell's CPUs; the root's: no nearer to real-time guests than is paid for */
    bool own[4];
    struct times times[8];
    uint64_t counts[8]; /* those of them that count */
    uint32_t load[8];   /* in twentieths */
    uint32_t intid[8];
    bool decided[8], routed[8];
    bool open[8]; /* it depends on picks who has the line: it weighs nothing */
    bool gone[8]; /* somebody else has it */
    size_t lines;
    uint32_t cpus;
};

/*
 * Lines without weight that nobody names: the busiest first, to where there is least to do. Returns
 * where that is in the end.
 */
static uint32_t place_rare(const struct irqs *irqs, uint32_t *cpu)
{
    uint64_t busy[4] = {0};
    bool done[8] = {false};
    for (size_t q = 0; q < irqs->lines; q++) {
        done[q] = irqs->decided[q] || irqs->gone[q];
        busy[cpu[q]] += irqs->decided[q] && !irqs->gone[q] ? irqs->counts[q] : 0;
    }
    for (;;) {
        size_t next = 8;
        uint32_t to = 4;
        for (size_t q = 0; q < irqs->lines; q++)
            if (!done[q] && (next == 8 || irqs->counts[q] > irqs->counts[next]))
                next = q;
        for (uint32_t k = 0; k < irqs->cpus; k++)
            if (irqs->allowed[k] && (to == 4 || busy[k] < busy[to]))
                to = k;
        if (next == 8)
            return to;
        done[next] = true;
        cpu[next] = to;
        busy[to] += irqs->counts[next];
    }
}

static bool may_fire(const struct irqs *irqs, size_t q, uint32_t k)
{
    if (!irqs->decided[q] || irqs->gone[q])
        return k == 0;
    return (irqs->routed[q] ? irqs->own[k] : irqs->allowed[k]) &&
           brute_line_may(irqs->req, &irqs->best->truth, irqs->intid[q], k);
}

/* Every assignment of the decided lines, in lexicographic order; the greatest load counts. */
static int64_t balance(const struct irqs *irqs, uint32_t *best)
{
    uint64_t choices = 1;
    int64_t cost = INT64_MAX;
    for (size_t q = 0; q < irqs->lines; q++)
        choices *= irqs->cpus;
    for (uint64_t choice = 0; choice < choices; choice++) {
        uint32_t on[4] = {0}, cpu[8] = {0};
        uint64_t rest = choice;
        int64_t greatest = 0;
        bool allowed = true;
        for (size_t q = irqs->lines; q > 0; q--, rest /= irqs->cpus) {
            const uint32_t k = (uint32_t)(rest % irqs->cpus);
            cpu[q - 1] = k;
            on[k] += irqs->load[q - 1];
            allowed = allowed && may_fire(irqs, q - 1, k);
        }
        for (uint32_t k = 0; k < irqs->cpus; k++)
            greatest = on[k] > greatest ? on[k] : greatest;
        if (allowed && greatest < cost) {
            cost = greatest;
            memcpy(best, cpu, sizeof cpu);
        }
    }
    return cost;
}

uint32_t brute_guest_with(const struct model_board *board, const struct brute *best, uint32_t intid)
{
    for (size_t d = 0; d < board->devices_count; d++)
        for (size_t k = 0; k < board->devices[d].interrupts_count; k++)
            if (best->owner[d] != 0 && board->devices[d].interrupts[k].intid == intid)
                return best->owner[d];
    return 0;
}

/* On x86 only pins of I/O interrupt controllers are lines. */
bool brute_line_exists(const struct model_board *board, uint32_t intid)
{
    for (size_t i = 0; i < board->irqchips_count; i++)
        if (intid >= board->irqchips[i].gsi_base &&
            aj_cpuset_has(&board->irqchips[i].pin_bitmap, intid - board->irqchips[i].gsi_base))
            return true;
    return board->arch != MODEL_ARCH_X86;
}

static bool has_line(const struct model_device *device, uint32_t intid)
{
    for (size_t k = 0; k < device->interrupts_count; k++)
        if (device->interrupts[k].intid == intid)
            return true;
    return false;
}

static bool certainly_leaves(const struct model_board *board, const struct brute *best,
                             uint32_t intid)
{
    for (size_t d = 0; d < board->devices_count; d++)
        if (best->certain[d] != 0 && has_line(&board->devices[d], intid))
            return true;
    return false;
}

/* May one of these cells have it, or not? */
static bool is_open(const struct model_board *board, const struct brute *best, uint32_t cell,
                    uint32_t intid)
{
    for (uint32_t d = 0; d < board->devices_count; d++)
        if (has_line(&board->devices[d], intid) && brute_device_open(best, d, cell))
            return true;
    return false;
}

/* Has the cell the line, by these owners of devices? */
static bool has(const struct model_board *board, const uint32_t *owner, uint32_t cell,
                uint32_t intid)
{
    for (size_t d = 0; d < board->devices_count; d++)
        if (owner[d] == cell && has_line(&board->devices[d], intid))
            return true;
    return false;
}

static const struct model_irq_count *counted(const struct model_board *board, uint32_t intid)
{
    for (size_t q = 0; q < board->interrupts_count; q++)
        if (board->interrupts[q].intid == intid)
            return &board->interrupts[q];
    return NULL;
}

static void weigh(struct irqs *irqs)
{
    uint64_t total = 0;
    bool lately = false;
    for (size_t q = 0; q < irqs->lines; q++)
        lately = lately || irqs->times[q].lately > 0;
    for (size_t q = 0; q < irqs->lines; q++) {
        irqs->counts[q] = lately ? irqs->times[q].lately : irqs->times[q].ever;
        total += irqs->open[q] ? 0 : irqs->counts[q];
    }
    for (size_t q = 0; q < irqs->lines; q++)
        irqs->load[q] = total == 0 || irqs->open[q]
                            ? 0
                            : (uint32_t)((irqs->counts[q] * 40 + total) / (2 * total));
    for (size_t q = 0; q < irqs->lines; q++)
        irqs->decided[q] = irqs->load[q] > 0 || brute_line_named(irqs->req, irqs->intid[q]);
}

/* Those of the root: counted, or named by constraints. */
static void list_lines(const struct model_board *board, struct irqs *irqs)
{
    for (uint32_t intid = 32; intid < BRUTE_LINES_END; intid++) {
        const struct model_irq_count *line = counted(board, intid);
        const bool named = brute_line_named(irqs->req, intid);
        if (((line == NULL || !brute_line_exists(board, intid)) && !named) ||
            certainly_leaves(board, irqs->best, intid))
            continue;
        irqs->intid[irqs->lines] = intid;
        irqs->open[irqs->lines] = is_open(board, irqs->best, AJ_NONE32, intid);
        irqs->gone[irqs->lines] = brute_guest_with(board, irqs->best, intid) != 0;
        irqs->routed[irqs->lines] = brute_line_routed(irqs->req, intid);
        irqs->times[irqs->lines++] = times_of(brute_line_exists(board, intid) ? line : NULL);
    }
    weigh(irqs);
}

static void report(const struct irqs *irqs, struct brute_irqs *best)
{
    best->cost = 0;
    best->lines = irqs->lines;
    memcpy(best->decided, irqs->decided, sizeof irqs->decided);
    memcpy(best->gone, irqs->gone, sizeof irqs->gone);
}

void brute_best_irqs(const struct model_board *board, const struct model_requirements *req,
                     const struct brute *so_far, const uint32_t *cell, struct brute_irqs *best)
{
    struct irqs irqs = {.req = req, .best = so_far, .cpus = (uint32_t)board->cpus_count};
    list_lines(board, &irqs);
    report(&irqs, best);
    if (irqs.lines == 0)
        return;
    best->cost = INT64_MAX;
    for (uint32_t paid = 0; paid < 4; paid++) {
        const int64_t price = ((paid & 1) != 0 ? 10000 : 0) + ((paid & 2) != 0 ? 1000 : 0);
        uint32_t cpu[8] = {0};
        bool any = false;
        for (uint32_t k = 0; k < irqs.cpus; k++) {
            irqs.own[k] = cell[k] == 0;
            irqs.allowed[k] = cell[k] == 0 && (nearness(board, req, cell, k) & ~paid) == 0;
            any = any || irqs.allowed[k];
        }
        const int64_t load = any ? balance(&irqs, cpu) : INT64_MAX;
        if (load == INT64_MAX || price + load >= best->cost)
            continue;
        best->cost = price + load;
        (void)place_rare(&irqs, cpu);
        memcpy(best->cpu, cpu, sizeof cpu);
    }
}

bool brute_guest_chooses(const struct model_board *board, const struct model_requirements *req,
                         uint32_t index, uint32_t intid)
{
    const struct model_cell_request *guest = &req->guests[index - 1];
    const uint32_t cpus =
        aj_cpuset_empty(&guest->cpus.list) ? guest->cpus.count : aj_cpuset_count(&guest->cpus.list);
    return guest->os == MODEL_OS_LINUX && cpus != AJ_NONE32 && cpus > 1 &&
           brute_line_exists(board, intid);
}

void brute_guest_irqs(const struct model_board *board, const struct model_requirements *req,
                      const struct brute *so_far, const uint32_t *cell, uint32_t index,
                      struct brute_irqs *best)
{
    struct irqs irqs = {.req = req, .best = so_far, .cpus = (uint32_t)board->cpus_count};
    for (uint32_t intid = 32; intid < BRUTE_LINES_END; intid++) {
        const struct model_irq_count *line = counted(board, intid);
        const bool certain = has(board, so_far->certain, index, intid);
        if ((line == NULL && !brute_line_named(req, intid)) ||
            !brute_guest_chooses(board, req, index, intid) ||
            (!certain && !is_open(board, so_far, index, intid)))
            continue;
        irqs.open[irqs.lines] = !certain;
        irqs.gone[irqs.lines] = !has(board, so_far->owner, index, intid);
        irqs.intid[irqs.lines] = intid;
        irqs.times[irqs.lines++] = times_of(line);
    }
    weigh(&irqs);
    report(&irqs, best);
    for (uint32_t k = 0; k < irqs.cpus; k++)
        irqs.allowed[k] = irqs.own[k] = cell[k] == index;
    if (irqs.lines == 0)
        return;
    best->cost = balance(&irqs, best->cpu);
    if (best->cost < INT64_MAX)
        best->otherwise = place_rare(&irqs, best->cpu);
}
