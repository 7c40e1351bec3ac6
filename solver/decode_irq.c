/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decode_priv.h"

/* The lines of one cell, spread over its CPUs. */
struct spread {
    const struct solver_lines *lines;
    const uint32_t *cols; /* cols[q * cpus + k]: line q goes to CPU k; AJ_NONE32: never */
    uint32_t cpus;
    const bool *allowed; /* allowed[cpus]: lines that were not weighed may go there */
    const bool *ours;    /* ours[lines->count]: the cell has the line */
    uint32_t *cpu;       /* cpu[lines->count]; AJ_NONE32: none yet */
    uint64_t *busy;      /* busy[cpus]: interrupts of the lines so far */
};

static bool chosen(const int64_t *values, uint32_t col)
{
    return col != AJ_NONE32 && values[col] != 0;
}

static uint32_t least_busy(const struct spread *s)
{
    uint32_t best = AJ_NONE32;
    for (uint32_t k = 0; k < s->cpus; k++) {
        if (s->allowed[k] && (best == AJ_NONE32 || s->busy[k] < s->busy[best]))
            best = k;
    }
    return best;
}

/* The unweighed line with the most interrupts that has no CPU yet. */
static size_t next_line(const struct spread *s)
{
    size_t best = s->lines->count;
    for (size_t q = 0; q < s->lines->count; q++) {
        if (s->ours[q] && s->cpu[q] == AJ_NONE32 &&
            (best == s->lines->count || s->lines->items[q].count > s->lines->items[best].count))
            best = q;
    }
    return best;
}

/* Lines too rare to have been weighed follow, the busiest first, to where there is least to do. */
static void spread_lines(struct spread *s, const int64_t *values, struct aj_arena *arena)
{
    s->cpu = AJ_NEW_ARRAY(arena, uint32_t, s->lines->count);
    s->busy = AJ_NEW_ARRAY(arena, uint64_t, s->cpus);
    for (size_t q = 0; q < s->lines->count; q++) {
        s->cpu[q] = AJ_NONE32;
        for (uint32_t k = 0; k < s->cpus && solver_line_decided(&s->lines->items[q]); k++) {
            if (!chosen(values, s->cols[q * s->cpus + k]))
                continue;
            s->cpu[q] = k;
            s->busy[k] += s->lines->items[q].count;
        }
    }
    for (size_t q = next_line(s); q < s->lines->count; q = next_line(s)) {
        s->cpu[q] = least_busy(s);
        s->busy[s->cpu[q]] += s->lines->items[q].count;
    }
}

/* ids[cpus]: what the board calls them. Returns how many of irqs[lines->count] there are. */
static size_t list(const struct spread *s, const uint32_t *ids, struct model_plan_irq *irqs)
{
    size_t count = 0;
    for (size_t q = 0; q < s->lines->count; q++) {
        if (s->ours[q])
            irqs[count++] = (struct model_plan_irq){s->lines->items[q].intid, ids[s->cpu[q]]};
    }
    return count;
}

/* Lines go with the devices that are picked. */
static const bool *ours(const struct solver_model *m, const int64_t *values, uint32_t cell,
                        const struct solver_lines *lines)
{
    bool *has = AJ_NEW_ARRAY(m->problem->arena, bool, lines->count);
    for (size_t q = 0; q < lines->count; q++) {
        const uint32_t device = lines->items[q].device;
        has[q] = device == AJ_NONE32 ||
                 chosen(values, m->device[device * m->problem->cells_count + cell]);
    }
    return has;
}

void solver_decode_irqs(const struct solver_model *m, const int64_t *values, struct aj_arena *out,
                        struct model_plan *plan)
{
    const struct solver_problem *p = m->problem;
    uint32_t *ids = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count);
    bool *calm = AJ_NEW_ARRAY(p->arena, bool, p->cpus_count);
    struct model_plan_irq *irqs = AJ_NEW_ARRAY(out, struct model_plan_irq, p->lines.count);
    struct spread s = {.lines = &p->lines,
                       .cols = m->line,
                       .cpus = p->cpus_count,
                       .allowed = calm,
                       .ours = ours(m, values, SOLVER_ROOT, &p->lines)};
    if (p->lines.count == 0)
        return;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        ids[k] = p->cpus[k].id;
        calm[k] = chosen(values, m->calm[k]);
    }
    spread_lines(&s, values, p->arena);
    plan->irqs = irqs;
    plan->irqs_count = list(&s, ids, irqs);
}

/* ids[solver_lines_cpus()]: the CPUs that columns of the cell's lines mean; has[]: those that it has. */
static void list_cpus(const struct solver_problem *p, uint32_t index, const struct aj_cpuset *cpus,
                      uint32_t *ids, bool *has)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        const bool is = aj_cpuset_has(cpus, p->cpus[k].id);
        if (!is && !p->cells[index].names_lines)
            continue;
        has[count] = is;
        ids[count++] = p->cpus[k].id;
    }
}

void solver_decode_guest_irqs(const struct solver_model *m, const int64_t *values,
                              struct aj_arena *out, uint32_t index, struct model_plan_cell *cell)
{
    const struct solver_problem *p = m->problem;
    const struct solver_lines *lines = &p->cells[index].lines;
    uint32_t *ids = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count);
    bool *has = AJ_NEW_ARRAY(p->arena, bool, p->cpus_count);
    struct model_plan_irq *irqs = AJ_NEW_ARRAY(out, struct model_plan_irq, lines->count);
    struct spread s = {.lines = lines,
                       .cols = m->own[index],
                       .cpus = solver_lines_cpus(p, index),
                       .allowed = has,
                       .ours = ours(m, values, index, lines)};
    if (lines->count == 0)
        return;
    list_cpus(p, index, &cell->cpus, ids, has);
    spread_lines(&s, values, p->arena);
    cell->irqs = irqs;
    cell->irqs_count = list(&s, ids, irqs);
    if (cell->irqs_count > 0)
        cell->irq_default = ids[least_busy(&s)];
}
