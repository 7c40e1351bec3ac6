/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/surrogate.h"

#include <math.h>

#include "base/num.h"

/* Layout */

/* The position of `value` among the distinct values[count], which it joins if it is new. */
static uint32_t rank_of(uint32_t *values, uint32_t *count, uint32_t value)
{
    uint32_t i = 0;
    while (i < *count && values[i] != value)
        i++;
    if (i == *count)
        values[(*count)++] = value;
    return i;
}

static void number_decisions(const struct explore_space *space,
                             const struct explore_history *history, struct aj_arena *out,
                             struct explore_surrogate *surrogate)
{
    uint32_t *decision_of = AJ_NEW_ARRAY(out, uint32_t, history->count);
    uint32_t *first_run = AJ_NEW_ARRAY(out, uint32_t, history->count);
    uint32_t count = 0;
    for (size_t t = 0; t < history->count; t++) {
        uint32_t i = 0;
        while (i < count && !explore_decision_equal(space, history->runs[first_run[i]].decision,
                                                    history->runs[t].decision))
            i++;
        if (i == count)
            first_run[count++] = (uint32_t)t;
        decision_of[t] = i;
    }
    surrogate->decision_of = decision_of;
    surrogate->first_run = first_run;
    surrogate->layout.decisions_count = count;
}

static void count_offsets(const struct explore_history *history, struct aj_arena *out,
                          struct explore_surrogate *surrogate)
{
    struct explore_layout *layout = &surrogate->layout;
    uint32_t *boards = AJ_NEW_ARRAY(out, uint32_t, history->count);
    uint32_t *epochs = AJ_NEW_ARRAY(out, uint32_t, history->count);
    uint32_t *board_of = AJ_NEW_ARRAY(out, uint32_t, history->count);
    uint32_t *epoch_of = AJ_NEW_ARRAY(out, uint32_t, history->count);
    for (size_t t = 0; t < history->count; t++) {
        board_of[t] = rank_of(boards, &layout->boards_count, history->runs[t].board);
        epoch_of[t] = rank_of(epochs, &layout->epochs_count, history->runs[t].epoch);
    }
    surrogate->board_of = board_of;
    surrogate->epoch_of = epoch_of;
}

void explore_layout_make(const struct explore_space *space, const struct explore_history *history,
                         struct aj_arena *out, struct explore_surrogate *surrogate)
{
    struct explore_layout *layout = &surrogate->layout;
    *layout = (struct explore_layout){.space = space};
    surrogate->history = history;
    number_decisions(space, history, out, surrogate);
    count_offsets(history, out, surrogate);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (space->cpus[p].cluster >= layout->clusters_count)
            layout->clusters_count = space->cpus[p].cluster + 1;
    }
    uint32_t *knob_first = AJ_NEW_ARRAY(out, uint32_t, space->knobs_count);
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        knob_first[k] = layout->knob_values;
        layout->knob_values += space->knobs[k].values_count;
    }
    layout->knob_first = knob_first;
    const uint32_t cells = space->cells_count, cpus = space->cpus_count, irqs = space->irqs_count;
    const uint32_t size[EXPLORE_BLOCKS] = {
        [EXPLORE_BLOCK_BASE] = cells,
        [EXPLORE_BLOCK_CPU] = cpus,
        [EXPLORE_BLOCK_CLUSTER] = layout->clusters_count,
        [EXPLORE_BLOCK_CELL_CPU] = cells * cpus,
        [EXPLORE_BLOCK_CLUSTER_BANK] = layout->clusters_count * space->banks_count,
        [EXPLORE_BLOCK_KNOB] = layout->knob_values,
        [EXPLORE_BLOCK_KNOB_CELL] = layout->knob_values * cells,
        [EXPLORE_BLOCK_BOARD] = layout->boards_count,
        [EXPLORE_BLOCK_EPOCH] = layout->epochs_count,
        [EXPLORE_BLOCK_DECISION] = layout->decisions_count,
        [EXPLORE_BLOCK_PAIR] = cells * cells,
        [EXPLORE_BLOCK_CORE_PAIR] = cells,
        [EXPLORE_BLOCK_IRQ_HERE] = irqs,
        [EXPLORE_BLOCK_IRQ_NEAR] = irqs,
        [EXPLORE_BLOCK_BANK_SHARED] = cells,
        [EXPLORE_BLOCK_IRQ_CPU] = irqs * cpus,
        [EXPLORE_BLOCK_CELL_BANK] = cells * space->banks_count,
        [EXPLORE_BLOCK_CPU_PAIR] = cpus * cpus,
    };
    for (uint32_t b = 0; b < EXPLORE_BLOCKS; b++)
        layout->first[b + 1] = layout->first[b] + size[b];
}

/* Rows */

uint32_t explore_layout_terms_max(const struct explore_layout *layout)
{
    const struct explore_space *space = layout->space;
    /* The main effects, knobs twice, pairs twice, banks twice, interrupts twice, pairs of CPUs. */
    return 8 + 2 * space->knobs_count + 4 * space->cells_count + 2 * space->irqs_count +
           space->cpus_count;
}

struct row {
    const struct explore_layout *layout;
    struct explore_term *terms;
    uint32_t count;
};

static void add(struct row *row, enum explore_block block, uint32_t at, double weight)
{
    row->terms[row->count++] = (struct explore_term){row->layout->first[block] + at, weight};
}

static void add_main(struct row *row, const struct explore_decision *decision, uint32_t cpu)
{
    const struct explore_layout *layout = row->layout;
    const struct explore_space *space = layout->space;
    const uint32_t cell = decision->owner[cpu], cluster = space->cpus[cpu].cluster;
    add(row, EXPLORE_BLOCK_BASE, cell, 1.0);
    add(row, EXPLORE_BLOCK_CPU, cpu, 1.0);
    add(row, EXPLORE_BLOCK_CLUSTER, cluster, 1.0);
    add(row, EXPLORE_BLOCK_CELL_CPU, cell * space->cpus_count + cpu, 1.0);
    if (decision->bank[cell] != AJ_NONE32)
        add(row, EXPLORE_BLOCK_CLUSTER_BANK, cluster * space->banks_count + decision->bank[cell],
            1.0);
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        if (decision->knob[k] == 0)
            continue;
        const uint32_t at = layout->knob_first[k] + decision->knob[k];
        add(row, EXPLORE_BLOCK_KNOB, at, 1.0);
        add(row, EXPLORE_BLOCK_KNOB_CELL, at * space->cells_count + cell, 1.0);
    }
}

static void add_cells(struct row *row, const struct explore_decision *decision, uint32_t cpu)
{
    const struct explore_space *space = row->layout->space;
    const uint32_t cell = decision->owner[cpu];
    for (uint32_t c = 0; c < space->cells_count; c++) {
        uint32_t near = 0, on_core = 0;
        for (uint32_t q = 0; q < space->cpus_count; q++) {
            if (q == cpu || decision->owner[q] != c)
                continue;
            near += space->cpus[q].cluster == space->cpus[cpu].cluster;
            on_core += space->cpus[q].core == space->cpus[cpu].core;
        }
        if (near > 0)
            add(row, EXPLORE_BLOCK_PAIR, cell * space->cells_count + c, near);
        if (on_core > 0)
            add(row, EXPLORE_BLOCK_CORE_PAIR, c, on_core);
        if (decision->bank[c] == AJ_NONE32)
            continue;
        add(row, EXPLORE_BLOCK_CELL_BANK, c * space->banks_count + decision->bank[c], 1.0);
        if (c != cell && decision->bank[c] == decision->bank[cell])
            add(row, EXPLORE_BLOCK_BANK_SHARED, c, 1.0);
    }
    for (uint32_t q = 0; q < space->cpus_count; q++) {
        if (decision->owner[q] != cell)
            add(row, EXPLORE_BLOCK_CPU_PAIR, cpu * space->cpus_count + q, 1.0);
    }
}

static void add_irqs(struct row *row, const struct explore_decision *decision, uint32_t cpu)
{
    const struct explore_space *space = row->layout->space;
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const uint32_t at = decision->irq_cpu[j];
        add(row, EXPLORE_BLOCK_IRQ_CPU, j * space->cpus_count + at, 1.0);
        if (at == cpu)
            add(row, EXPLORE_BLOCK_IRQ_HERE, j, 1.0);
        else if (space->cpus[at].cluster == space->cpus[cpu].cluster)
            add(row, EXPLORE_BLOCK_IRQ_NEAR, j, 1.0);
    }
}

uint32_t explore_layout_row(const struct explore_layout *layout,
                            const struct explore_decision *decision, uint32_t cpu,
                            struct explore_term *terms)
{
    struct row row = {layout, terms, 0};
    add_main(&row, decision, cpu);
    add_cells(&row, decision, cpu);
    add_irqs(&row, decision, cpu);
    return row.count;
}

double explore_surrogate_bend(double sum, double ceiling)
{
    return ceiling * -expm1(-sum / ceiling);
}

void explore_surrogate_predict(const struct explore_layout *layout, const struct explore_draw *draw,
                               const struct explore_decision *decision, struct explore_term *terms,
                               double *latency_us)
{
    const struct explore_space *space = layout->space;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        latency_us[p] = (double)NAN;
        if (!space->cells[decision->owner[p]].measured)
            continue;
        const uint32_t count = explore_layout_row(layout, decision, p, terms);
        double plain = 0.0, disturbed = 0.0;
        for (uint32_t i = 0; i < count; i++) {
            const double us = terms[i].weight * draw->coef[terms[i].coef];
            if (terms[i].coef < layout->first[EXPLORE_BLOCK_PAIR])
                plain += us;
            else
                disturbed += us;
        }
        latency_us[p] = plain + explore_surrogate_bend(disturbed, draw->ceiling);
    }
}
