/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/brute_devices.h"
#include "tests/solver/brute_irqs.h"
#include "tests/solver/brute_memory.h"

static uint32_t cells_of(const struct model_requirements *req)
{
    return (uint32_t)req->guests_count + 1;
}

/* CPUs: every assignment of every CPU */

static bool cpus_allowed(const struct model_board *board, const struct model_requirements *req,
                         const struct brute_truth *truth, const uint32_t *cell)
{
    for (uint32_t c = 0; c < cells_of(req); c++) {
        const struct model_cpu_request *wish = &brute_request_of(req, c)->cpus;
        uint32_t count = 0;
        for (uint32_t k = 0; k < board->cpus_count; k++) {
            const bool named = aj_cpuset_has(&wish->list, k);
            count += cell[k] == c;
            if (cell[k] == c && !brute_cpu_suits(board, wish, &board->cpus[k]))
                return false;
            if (named && cell[k] != c)
                return false;
            if (c != 0 && !aj_cpuset_empty(&wish->list) && cell[k] == c && !named)
                return false;
            for (uint32_t o = 0; o < board->cpus_count; o++) {
                const struct model_cpu *a = &board->cpus[k], *b = &board->cpus[o];
                if (cell[k] == c && cell[o] != c && wish->exclusive != MODEL_DOMAIN_NONE &&
                    brute_same_domain(a, b, wish->exclusive))
                    return false;
                if (cell[k] == c && cell[o] == c && wish->together != MODEL_DOMAIN_NONE &&
                    !brute_same_domain(a, b, wish->together))
                    return false;
            }
        }
        /* The CPU that an x86 board starts with stays with the root. */
        if (c == 0 && board->arch == MODEL_ARCH_X86 && cell[0] != 0)
            return false;
        if (c == 0 && (count < 1 || (wish->count != AJ_NONE32 && count < wish->count)))
            return false;
        if (c != 0 && aj_cpuset_empty(&wish->list) &&
            count != (wish->count == AJ_NONE32 ? 1 : wish->count))
            return false;
    }
    return brute_cpus_meet(board, req, truth, cell);
}

/* Ordered pairs (real-time cell, other cell) in each domain of each level. */
static int64_t isolation(const struct model_board *board, const struct model_requirements *req,
                         const uint32_t *cell)
{
    static const int64_t weight[] = {0, 100, 10, 1};
    int64_t cost = 0;
    for (uint8_t level = MODEL_DOMAIN_CORE; level <= MODEL_DOMAIN_PACKAGE; level++) {
        for (uint32_t first = 0; first < board->cpus_count; first++) {
            bool seen = false, here[BRUTE_CELLS] = {false};
            for (uint32_t k = 0; k < board->cpus_count; k++) {
                if (!brute_same_domain(&board->cpus[first], &board->cpus[k], level))
                    continue;
                seen = seen || k < first;
                here[cell[k]] = true;
            }
            for (uint32_t a = 0; a < cells_of(req) && !seen; a++)
                for (uint32_t b = 0; b < cells_of(req); b++)
                    if (a != b && here[a] && here[b] && brute_request_of(req, a)->realtime != NULL)
                        cost += weight[level];
        }
    }
    return cost;
}

/* The smallest CPU that CPU k shares a domain with. */
static uint32_t first_of(const struct model_board *board, uint32_t k, uint8_t level)
{
    uint32_t first = 0;
    while (!brute_same_domain(&board->cpus[first], &board->cpus[k], level))
        first++;
    return first;
}

/* Does CPU x come before y: by package, then cache, then core, each by its smallest CPU? */
static bool comes_before(const struct model_board *board, uint32_t x, uint32_t y)
{
    for (uint8_t level = MODEL_DOMAIN_PACKAGE; level >= MODEL_DOMAIN_CORE; level--)
        if (first_of(board, x, level) != first_of(board, y, level))
            return first_of(board, x, level) < first_of(board, y, level);
    return x < y;
}

/* Is `a` before `b` in the total order: the first CPU that differs goes to an earlier cell? */
static bool cpus_before(const struct model_board *board, const uint32_t *a, const uint32_t *b)
{
    uint32_t differs = AJ_NONE32;
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if (a[k] != b[k] && (differs == AJ_NONE32 || comes_before(board, k, differs)))
            differs = k;
    return differs != AJ_NONE32 && a[differs] < b[differs];
}

/* Lines of all cells; false if some have no way. */
static bool solve_irqs(const struct model_board *board, const struct model_requirements *req,
                       const struct brute *so_far, const uint32_t *cell,
                       struct brute_irqs irqs[BRUTE_CELLS])
{
    for (uint32_t c = 0; c < cells_of(req); c++) {
        if (c == 0)
            brute_best_irqs(board, req, so_far, cell, &irqs[c]);
        else
            brute_guest_irqs(board, req, so_far, cell, c, &irqs[c]);
        if (irqs[c].cost == INT64_MAX)
            return false;
    }
    return true;
}

static int64_t all_irqs(const struct brute_irqs irqs[BRUTE_CELLS])
{
    int64_t cost = 0;
    for (uint32_t c = 0; c < BRUTE_CELLS; c++)
        cost += irqs[c].cost;
    return cost;
}

static bool solve_cpus(const struct model_board *board, const struct model_requirements *req,
                       struct brute *best)
{
    uint32_t cell[4] = {0}, total = 1;
    bool found = false, boot = false;
    for (uint32_t k = 0; k < board->cpus_count; k++)
        total *= cells_of(req);
    for (uint32_t code = 0; code < total; code++) {
        struct brute_irqs now[BRUTE_CELLS] = {0};
        uint32_t rest = code;
        for (uint32_t k = 0; k < board->cpus_count; k++, rest /= cells_of(req))
            cell[k] = rest % cells_of(req);
        if (!cpus_allowed(board, req, &best->truth, cell))
            continue;
        const int64_t cost = isolation(board, req, cell);
        const bool has_boot = cell[0] == 0;
        if (found && cost > best->isolation)
            continue;
        if (!solve_irqs(board, req, best, cell, now))
            continue;
        const int64_t irq = all_irqs(now);
        bool better = !found || cost < best->isolation;
        if (found && cost == best->isolation) {
            better = irq < best->irq;
            if (irq == best->irq)
                better = has_boot != boot ? has_boot : cpus_before(board, cell, best->cell);
        }
        if (!better)
            continue;
        found = true;
        boot = has_boot;
        best->isolation = cost;
        best->irq = irq;
        memcpy(best->irqs, now, sizeof now);
        memcpy(best->cell, cell, sizeof cell);
    }
    best->root_keeps = !boot;
    for (uint32_t k = 0; k < board->cpus_count; k++)
        aj_cpuset_add(&best->cpus[best->cell[k]], k);
    return found;
}

/* Virtual PCI interrupts: bases in rising order, the root's first */

static uint32_t pins_of(const struct model_requirements *req, uint32_t cell)
{
    uint32_t pins = 0;
    for (uint32_t l = 0; l < req->links_count; l++)
        for (size_t k = 0; k < req->links[l].peers_count; k++)
            if (brute_cell(req, req->links[l].peers[k]) == cell)
                pins |= 1u << (l & 3);
    return pins;
}

static bool choose_bases(const struct model_board *board, const struct model_requirements *req,
                         uint32_t cell, const struct aj_cpuset *left, struct brute *best)
{
    if (cell == cells_of(req))
        return true;
    best->vpci[cell] = AJ_NONE32;
    /* Links of x86 interrupt by messages. */
    const uint32_t pins = board->arch == MODEL_ARCH_X86 ? 0 : pins_of(req, cell);
    if (pins == 0)
        return choose_bases(board, req, cell + 1, left, best);
    for (uint32_t base = board->platform.arm->spi_limit - 3; base-- > 0;) {
        struct aj_cpuset rest = *left;
        bool free_lines = true;
        for (uint32_t pin = 0; pin < 4; pin++) {
            if ((pins >> pin & 1) == 0)
                continue;
            free_lines = free_lines && aj_cpuset_has(left, 32 + base + pin);
            aj_cpuset_remove(&rest, 32 + base + pin);
        }
        best->vpci[cell] = base;
        if (free_lines && choose_bases(board, req, cell + 1, &rest, best))
            return true;
    }
    return false;
}

/* Is the plan of one choice before that of another, level by level and then in the total order? */
static bool plan_before(const struct model_board *board, const struct brute *a,
                        const struct brute *b)
{
    const int64_t levels[][2] = {{a->preferences, b->preferences},
                                 {a->isolation, b->isolation},
                                 {a->irq, b->irq},
                                 {a->memory_quality, b->memory_quality},
                                 {a->root_keeps, b->root_keeps}};
    for (size_t i = 0; i < AJ_COUNT(levels); i++)
        if (levels[i][0] != levels[i][1])
            return levels[i][0] < levels[i][1];
    if (memcmp(a->cell, b->cell, sizeof a->cell) != 0)
        return cpus_before(board, a->cell, b->cell);
    for (uint32_t c = 0; c < BRUTE_CELLS; c++)
        for (size_t q = 0; q < a->irqs[c].lines; q++)
            if (a->irqs[c].decided[q] && a->irqs[c].cpu[q] != b->irqs[c].cpu[q])
                return a->irqs[c].cpu[q] < b->irqs[c].cpu[q];
    for (size_t i = 0; i < a->picks_count; i++)
        if (a->picks[i].chosen != b->picks[i].chosen)
            return a->picks[i].chosen < b->picks[i].chosen;
    return brute_memory_before(a, b);
}

/* Is a line to fire somewhere that belongs to a guest which has no choice? */
static bool routes_clash(const struct model_board *board, const struct model_requirements *req,
                         const struct brute *best)
{
    for (uint32_t intid = 32; intid < 70; intid++) {
        const uint32_t guest = brute_guest_with(board, best, intid);
        if ((brute_line_routed(req, intid) || brute_line_needed(&best->truth, intid)) &&
            guest != 0 && !brute_guest_chooses(board, req, guest, intid))
            return true;
    }
    return false;
}

/* With these owners of devices, for each choice of what joint statements may be true. */
static void solve_with(const struct model_board *board, const struct model_requirements *req,
                       const struct brute *first, struct brute *best)
{
    struct brute_truth truth = first->truth;
    uint32_t choice = 0;
    while (brute_truth_next(&truth, req, &choice)) {
        struct brute now = *first;
        now.truth = truth;
        now.preferences += brute_cost(&truth, req);
        if (!routes_clash(board, req, &now) && brute_knobs_meet(req, &truth) &&
            solve_cpus(board, req, &now) && brute_memory_solve(board, req, &now) &&
            (!best->feasible || plan_before(board, &now, best))) {
            *best = now;
            best->feasible = true;
        }
    }
}

void brute_solve(const struct model_board *board, const struct model_requirements *req,
                 struct brute *best)
{
    struct aj_cpuset left;
    struct brute opened = {.feasible = false}, now;
    uint32_t choice = 0;
    brute_truth_open(&opened.truth, board, req);
    brute_devices_open(board, req, &opened);
    model_board_free_spis(board, &left);
    *best = opened;
    if (!choose_bases(board, req, 0, &left, &opened) || !brute_memory_open(board, req, &opened))
        return;
    while (brute_devices_next(board, req, &opened, &choice, &now))
        solve_with(board, req, &now, best);
    best->feasible = best->feasible && brute_pci_solve(board, req, best);
}
