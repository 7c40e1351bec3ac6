/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/acquire.h"

#include <math.h>

#include "base/num.h"

/* How much the mean of the CPUs counts beside the worst: it leads descents over plateaus. */
#define GUIDE 0.05
/* Values nearer than this are the same, whatever a processor's rounding makes of them. */
#define SAME 1e-9
/* Random decisions that are looked at for one start. */
#define TRIES 200
/* Steps of the innermost loops that one descent may take, so that large boards do not take minutes. */
#define WORK_MAX UINT64_C(20000000)

/* The objective */

struct view {
    const struct explore_space *space;
    const struct explore_layout *layout;
    const double *coef;
    double ceiling;
};

static const double *block(const struct view *v, enum explore_block block)
{
    return &v->coef[v->layout->first[block]];
}

static double for_all(const struct view *v, const struct explore_decision *d)
{
    const struct explore_space *space = v->space;
    const double *irq_cpu = block(v, EXPLORE_BLOCK_IRQ_CPU);
    const double *cell_bank = block(v, EXPLORE_BLOCK_CELL_BANK);
    double sum = 0.0;
    for (uint32_t j = 0; j < space->irqs_count; j++)
        sum += irq_cpu[j * space->cpus_count + d->irq_cpu[j]];
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (d->bank[c] != AJ_NONE32)
            sum += cell_bank[c * space->banks_count + d->bank[c]];
    }
    return sum;
}

static double disturbance(const struct view *v, const struct explore_decision *d, uint32_t cpu)
{
    const struct explore_space *space = v->space;
    const uint32_t cell = d->owner[cpu], cluster = space->cpus[cpu].cluster;
    const double *pair = block(v, EXPLORE_BLOCK_PAIR) + cell * space->cells_count;
    const double *core_pair = block(v, EXPLORE_BLOCK_CORE_PAIR);
    const double *cpu_pair = block(v, EXPLORE_BLOCK_CPU_PAIR) + cpu * space->cpus_count;
    const double *here = block(v, EXPLORE_BLOCK_IRQ_HERE);
    const double *near = block(v, EXPLORE_BLOCK_IRQ_NEAR);
    const double *shared = block(v, EXPLORE_BLOCK_BANK_SHARED);
    double sum = 0.0;
    for (uint32_t q = 0; q < space->cpus_count; q++) {
        const uint32_t other = d->owner[q];
        if (other != cell)
            sum += cpu_pair[q];
        if (q == cpu)
            continue;
        if (space->cpus[q].cluster == cluster)
            sum += pair[other];
        if (space->cpus[q].core == space->cpus[cpu].core)
            sum += core_pair[other];
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const uint32_t at = d->irq_cpu[j];
        if (at == cpu)
            sum += here[j];
        else if (space->cpus[at].cluster == cluster)
            sum += near[j];
    }
    for (uint32_t c = 0; c < space->cells_count && d->bank[cell] != AJ_NONE32; c++) {
        if (c != cell && d->bank[c] == d->bank[cell])
            sum += shared[c];
    }
    return sum;
}

static double plain(const struct view *v, const struct explore_decision *d, uint32_t cpu)
{
    const struct explore_space *space = v->space;
    const uint32_t cell = d->owner[cpu], cluster = space->cpus[cpu].cluster;
    double sum = block(v, EXPLORE_BLOCK_BASE)[cell] + block(v, EXPLORE_BLOCK_CPU)[cpu] +
                 block(v, EXPLORE_BLOCK_CLUSTER)[cluster] +
                 block(v, EXPLORE_BLOCK_CELL_CPU)[cell * space->cpus_count + cpu];
    if (d->bank[cell] != AJ_NONE32)
        sum += block(v, EXPLORE_BLOCK_CLUSTER_BANK)[cluster * space->banks_count + d->bank[cell]];
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const uint32_t at = v->layout->knob_first[k] + d->knob[k];
        if (d->knob[k] != 0)
            sum += block(v, EXPLORE_BLOCK_KNOB)[at] +
                   block(v, EXPLORE_BLOCK_KNOB_CELL)[at * space->cells_count + cell];
    }
    return sum;
}

/* The worst CPU in percent of its deadline; *mean of all of them. */
static double worst(const struct view *v, const struct explore_decision *d, double *mean)
{
    const struct explore_space *space = v->space;
    const double all = for_all(v, d);
    double most = -(double)INFINITY, sum = 0.0, count = 0.0;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const struct explore_space_cell *cell = &space->cells[d->owner[p]];
        if (!cell->measured)
            continue;
        const double us =
            plain(v, d, p) + explore_surrogate_bend(all + disturbance(v, d, p), v->ceiling);
        const double percent = 1e5 * us / (double)cell->deadline_ns;
        most = fmax(most, percent);
        sum += percent;
        count += 1.0;
    }
    *mean = count > 0.0 ? sum / count : 0.0;
    return count > 0.0 ? most : 0.0;
}

static double objective(const struct explore_acquire *a, const struct explore_decision *d,
                        double guide)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < a->draws_count; i++) {
        const struct view view = {a->layout->space, a->layout, a->draws[i].coef,
                                  a->draws[i].ceiling};
        double mean;
        sum += worst(&view, d, &mean);
        sum += guide * mean;
    }
    return sum / a->draws_count;
}

double explore_acquire_value(const struct explore_acquire *acquire,
                             const struct explore_decision *decision)
{
    return objective(acquire, decision, 0.0);
}

/* Moves: each changes a decision in place; false if it changes nothing. */

static void move_irqs(const struct explore_space *space, struct explore_decision *d, uint32_t from,
                      uint32_t to, uint32_t cell)
{
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (d->irq_cpu[j] == from && space->irqs[j].cell == cell)
            d->irq_cpu[j] = to;
    }
}

/* The owners of two CPUs change places, and what fires there goes with them. */
static bool swap_cpus(const struct explore_space *space, struct explore_decision *d, uint32_t p,
                      uint32_t q)
{
    const uint32_t a = d->owner[p], b = d->owner[q];
    if (a == b || p >= q)
        return false;
    d->owner[p] = b;
    d->owner[q] = a;
    move_irqs(space, d, p, q, a);
    move_irqs(space, d, q, p, b);
    return true;
}

/* The same for whole domains of a level, CPU by CPU; domains of other sizes are left. */
static bool swap_domains(const struct explore_space *space, struct explore_decision *d,
                         uint8_t level, uint32_t a, uint32_t b)
{
    bool changed = false;
    uint32_t q = 0;
    if (a >= b)
        return false;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (explore_space_domain(space, level, p) != a)
            continue;
        while (q < space->cpus_count && explore_space_domain(space, level, q) != b)
            q++;
        if (q == space->cpus_count)
            break;
        changed |= swap_cpus(space, d, p < q ? p : q, p < q ? q : p);
        q++;
    }
    return changed;
}

static bool swap_cores(const struct explore_space *space, struct explore_decision *d, uint32_t a,
                       uint32_t b)
{
    return swap_domains(space, d, MODEL_DOMAIN_CORE, a, b);
}

static bool swap_clusters(const struct explore_space *space, struct explore_decision *d, uint32_t a,
                          uint32_t b)
{
    return swap_domains(space, d, MODEL_DOMAIN_L2, a, b);
}

/* How many domains there are; one for each CPU are none: swaps of CPUs do that. */
static uint32_t domains_of(const struct explore_space *space, uint8_t level)
{
    uint32_t count = 0;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (explore_space_domain(space, level, p) >= count)
            count = explore_space_domain(space, level, p) + 1;
    }
    return count < space->cpus_count ? count : 0;
}

/* A CPU goes to another cell; what fired there goes to the old owner's next CPU. */
static bool give_cpu(const struct explore_space *space, struct explore_decision *d, uint32_t p,
                     uint32_t cell)
{
    const uint32_t old = d->owner[p];
    if (old == cell || space->cells[old].cpus_low == space->cells[old].cpus_high ||
        space->cells[cell].cpus_low == space->cells[cell].cpus_high)
        return false;
    d->owner[p] = cell;
    for (uint32_t i = 1; i < space->cpus_count; i++) {
        const uint32_t q = (p + i) % space->cpus_count;
        if (d->owner[q] == old) {
            move_irqs(space, d, p, q, old);
            return true;
        }
    }
    return false;
}

static bool move_irq(const struct explore_space *space, struct explore_decision *d, uint32_t j,
                     uint32_t p)
{
    if (d->irq_cpu[j] == p || d->owner[p] != space->irqs[j].cell)
        return false;
    d->irq_cpu[j] = p;
    return true;
}

static bool move_bank(const struct explore_space *space, struct explore_decision *d, uint32_t c,
                      uint32_t bank)
{
    if (d->bank[c] == bank || !explore_space_decides_bank(space, c))
        return false;
    d->bank[c] = bank;
    return true;
}

static bool swap_banks(const struct explore_space *space, struct explore_decision *d, uint32_t c,
                       uint32_t e)
{
    if (c >= e || d->bank[c] == d->bank[e] || !explore_space_decides_bank(space, c) ||
        !explore_space_decides_bank(space, e))
        return false;
    const uint32_t bank = d->bank[c];
    d->bank[c] = d->bank[e];
    d->bank[e] = bank;
    return true;
}

static bool turn_knob(const struct explore_space *space, struct explore_decision *d, uint32_t k,
                      uint32_t value)
{
    if (value >= space->knobs[k].values_count || d->knob[k] == value)
        return false;
    d->knob[k] = value;
    return true;
}

struct move_kind {
    bool (*make)(const struct explore_space *space, struct explore_decision *d, uint32_t a,
                 uint32_t b);
    uint32_t first, width; /* moves first .. of the list; a = number / width, b = number % width */
};
enum { MOVES = 8 };

static uint32_t list_moves(const struct explore_space *space, struct move_kind *kinds)
{
    uint32_t values = 0;
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        if (space->knobs[k].values_count > values)
            values = space->knobs[k].values_count;
    }
    const uint32_t cores = domains_of(space, MODEL_DOMAIN_CORE);
    const uint32_t clusters = domains_of(space, MODEL_DOMAIN_L2);
    const struct {
        bool (*make)(const struct explore_space *space, struct explore_decision *d, uint32_t a,
                     uint32_t b);
        uint32_t count, width;
    } all[MOVES] = {
        {swap_cpus, space->cpus_count, space->cpus_count},
        {give_cpu, space->cpus_count, space->cells_count},
        {move_irq, space->irqs_count, space->cpus_count},
        {move_bank, space->cells_count, space->banks_count},
        {swap_banks, space->cells_count, space->banks_count > 0 ? space->cells_count : 0},
        {turn_knob, space->knobs_count, values},
        {swap_cores, cores, cores},
        {swap_clusters, clusters, clusters},
    };
    uint32_t count = 0;
    for (size_t i = 0; i < MOVES; i++) {
        kinds[i] = (struct move_kind){all[i].make, count, all[i].width};
        count += all[i].count * all[i].width;
    }
    return count;
}

/* Descent */

struct descent {
    const struct explore_acquire *acquire;
    struct move_kind kinds[MOVES];
    uint32_t moves_count;
    uint32_t *order;
    struct explore_decision at, next;
    double value;
    uint64_t work;
};

static bool make_move(struct descent *s, uint32_t move)
{
    const struct explore_space *space = s->acquire->layout->space;
    uint32_t kind = MOVES - 1;
    while (move < s->kinds[kind].first || s->kinds[kind].width == 0)
        kind--;
    const uint32_t number = move - s->kinds[kind].first, width = s->kinds[kind].width;
    return s->kinds[kind].make(space, &s->next, number / width, number % width);
}

static bool open_to_us(const struct descent *s, const struct explore_decision *d)
{
    return explore_space_allows(s->acquire->layout->space, d) &&
           !explore_classes_measured(s->acquire->classes, d);
}

/* Tries every move once, in random order, and keeps each that is better. */
static bool improve(struct descent *s, struct aj_random *random)
{
    const struct explore_space *space = s->acquire->layout->space;
    bool better = false;
    for (uint32_t i = s->moves_count; i > 1; i--) {
        const uint32_t k = (uint32_t)aj_random_below(random, i), held = s->order[i - 1];
        s->order[i - 1] = s->order[k];
        s->order[k] = held;
    }
    for (uint32_t i = 0; i < s->moves_count && s->work < WORK_MAX; i++) {
        explore_decision_assign(space, &s->next, &s->at);
        if (!make_move(s, s->order[i]))
            continue;
        s->work += (uint64_t)space->cpus_count * space->cpus_count * s->acquire->draws_count;
        const double value = objective(s->acquire, &s->next, GUIDE);
        if (value < s->value - SAME && open_to_us(s, &s->next)) {
            explore_decision_assign(space, &s->at, &s->next);
            s->value = value;
            better = true;
        }
    }
    return better;
}

static void open_descent(struct descent *s, const struct explore_acquire *acquire,
                         struct aj_arena *scratch)
{
    const struct explore_space *space = acquire->layout->space;
    *s = (struct descent){.acquire = acquire};
    s->moves_count = list_moves(space, s->kinds);
    s->order = AJ_NEW_ARRAY(scratch, uint32_t, s->moves_count);
    for (uint32_t i = 0; i < s->moves_count; i++)
        s->order[i] = i;
    s->at = explore_decision_new(space, scratch);
    s->next = explore_decision_new(space, scratch);
}

bool explore_acquire_best(const struct explore_acquire *acquire, struct aj_random *random,
                          struct aj_arena *scratch, struct explore_decision *best, double *value)
{
    const struct explore_space *space = acquire->layout->space;
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct descent s;
    double best_value = (double)INFINITY;
    open_descent(&s, acquire, scratch);
    for (uint32_t i = 0; i < acquire->starts_count + acquire->random_starts; i++) {
        if (i < acquire->starts_count)
            explore_decision_assign(space, &s.at, acquire->starts[i]);
        else if (!explore_space_random(space, random, TRIES, &s.at))
            break;
        /* From a measured one every other decision is a way out. */
        s.work = 0;
        s.value = open_to_us(&s, &s.at) ? objective(acquire, &s.at, GUIDE) : (double)INFINITY;
        while (improve(&s, random) && s.work < WORK_MAX)
            continue;
        if (s.value < best_value - SAME) {
            best_value = s.value;
            explore_decision_assign(space, best, &s.at);
        }
    }
    if (best_value < (double)INFINITY)
        *value = explore_acquire_value(acquire, best);
    aj_arena_release(scratch, mark);
    return best_value < (double)INFINITY;
}
