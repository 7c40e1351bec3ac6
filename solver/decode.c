/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decode.h"

#include "model/knob.h"
#include "solver/backend_glpk.h"
#include "solver/decode_priv.h"

struct decoder {
    const struct solver_model *m;
    const struct solver_problem *p;
    const int64_t *values;
    struct aj_arena *out;
    aj_addr *phys; /* phys[requests.count] */
};

static bool chosen(const struct decoder *d, uint32_t col)
{
    return col != AJ_NONE32 && d->values[col] != 0;
}

/* Cells */

static void decode_devices(const struct decoder *d, uint32_t index, struct model_plan_cell *cell,
                           struct aj_cpuset *lines)
{
    const char **names = aj_alloc_array(d->out, d->p->devices.count, sizeof *names);
    for (size_t i = 0; i < d->p->board->devices_count; i++) {
        const struct model_device *device = &d->p->board->devices[i];
        for (size_t k = 0; k < d->p->devices.count; k++) {
            if (d->p->devices.items[k].device != device ||
                !chosen(d, d->m->device[k * d->p->cells_count + index]))
                continue;
            names[cell->devices_count++] = device->name;
            for (size_t n = 0; n < device->interrupts_count; n++) {
                const uint32_t intid = device->interrupts[n].intid;
                if (model_board_has_line(d->p->board, intid) && intid < AJ_CPU_MAX)
                    aj_cpuset_add(lines, intid);
            }
        }
    }
    cell->devices = names;
}

static void decode_picks(const struct decoder *d, uint32_t index, struct model_plan_cell *cell)
{
    const char **names = aj_alloc_array(d->out, d->p->picks.count, sizeof *names);
    for (size_t i = 0; i < d->p->picks.count; i++) {
        const struct solver_pick *pick = &d->p->picks.items[i];
        if (pick->cell != index)
            continue;
        names[cell->picks_count] = MODEL_PICK_NONE;
        for (uint32_t n = 0; n < pick->count; n++) {
            if (chosen(d, d->m->pick[i][n]))
                names[cell->picks_count] = d->p->devices.items[pick->candidates[n]].device->name;
        }
        cell->picks_count++;
    }
    cell->picks = names;
}

static void decode_pins(const struct decoder *d, uint32_t index, struct model_plan_cell *cell,
                        struct aj_cpuset *lines)
{
    const struct solver_cell *from = &d->p->cells[index];
    for (uint32_t i = 0; i < from->bases_count; i++) {
        if (chosen(d, d->m->base[index][i]))
            cell->vpci_irq_base = from->bases[i];
    }
    for (uint32_t pin = 0; pin < 4 && cell->vpci_irq_base != AJ_NONE32; pin++) {
        if ((from->pins >> pin & 1) != 0)
            aj_cpuset_add(lines, SOLVER_FIRST_SPI + cell->vpci_irq_base + pin);
    }
}

static struct model_plan_cell decode_cell(const struct decoder *d, uint32_t index)
{
    const struct solver_cell *from = &d->p->cells[index];
    struct model_plan_cell cell = {.key = index == SOLVER_ROOT ? "root" : from->req->key,
                                   .vpci_irq_base = AJ_NONE32,
                                   .irq_default = AJ_NONE32,
                                   .console = from->console,
                                   .console_shared = from->console_shared};
    struct aj_cpuset lines = {0};
    for (uint32_t k = 0; k < d->p->cpus_count; k++) {
        if (chosen(d, d->m->cpu[index * d->p->cpus_count + k]))
            aj_cpuset_add(&cell.cpus, d->p->cpus[k].id);
    }
    if (index != SOLVER_ROOT) {
        decode_devices(d, index, &cell, &lines);
        decode_picks(d, index, &cell);
    }
    decode_pins(d, index, &cell, &lines);
    if (index == SOLVER_ROOT)
        return cell;
    solver_decode_guest_irqs(d->m, d->values, d->out, index, &cell);
    uint32_t *intids = AJ_NEW_ARRAY(d->out, uint32_t, aj_cpuset_count(&lines));
    for (uint32_t i = aj_cpuset_next(&lines, 0); i < AJ_CPU_MAX; i = aj_cpuset_next(&lines, i + 1))
        intids[cell.interrupts_count++] = i;
    cell.interrupts = intids;
    return cell;
}

/* Memory */

static int by_address(const void *a, const void *b)
{
    const struct model_plan_mem *x = a, *y = b;
    if (x->phys_start != y->phys_start)
        return x->phys_start < y->phys_start ? -1 : 1;
    return (x->virt_start > y->virt_start) - (x->virt_start < y->virt_start);
}

static void decode_memory(const struct decoder *d, struct model_plan *plan)
{
    const struct solver_problem *p = d->p;
    struct model_plan_mem *memory =
        AJ_NEW_ARRAY(d->out, struct model_plan_mem, p->requests.count + 1);
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->console)
            continue;
        memory[plan->memory_count++] = (struct model_plan_mem){
            .kind = r->kind,
            .cell = r->cell != AJ_NONE32 ? p->cells[r->cell].req->key : NULL,
            .name = r->name,
            .phys_start = d->phys[i],
            .virt_start = r->virt != AJ_NONE64 ? r->virt : d->phys[i],
            .size = r->size,
            .flags = r->flags};
    }
    if (p->pci_wanted)
        memory[plan->memory_count++] = (struct model_plan_mem){.kind = MODEL_MEM_PCI,
                                                               .phys_start = p->pci_base,
                                                               .virt_start = p->pci_base,
                                                               .size = p->pci_size};
    if (plan->memory_count > 0)
        qsort(memory, plan->memory_count, sizeof memory[0], by_address);
    plan->memory = memory;
}

static void decode_links(const struct decoder *d, struct model_plan *plan)
{
    const struct solver_problem *p = d->p;
    struct model_plan_link *links =
        AJ_NEW_ARRAY(d->out, struct model_plan_link, p->req->links_count);
    for (uint32_t i = 0; i < p->req->links_count; i++) {
        const struct model_link_request *from = &p->req->links[i];
        struct model_plan_link *link = &links[i];
        *link = (struct model_plan_link){.name = from->name,
                                         .device = i,
                                         .protocol = from->protocol,
                                         .peers = from->peers,
                                         .peers_count = from->peers_count};
        for (size_t k = 0; k < p->requests.count; k++) {
            const struct solver_request *r = &p->requests.items[k];
            if (r->kind != MODEL_MEM_LINK || r->index != i)
                continue;
            link->phys_start = d->phys[k];
            struct model_sections sections = {0};
            (void)model_link_sections(from->protocol, r->size, (uint32_t)from->peers_count,
                                      model_link_page(p->board, p->req, from), &sections);
            link->state_size = sections.state;
            link->rw_size = sections.rw;
            link->output_size = sections.output;
        }
    }
    plan->links = links;
    plan->links_count = p->req->links_count;
}

static void decode_knobs(const struct decoder *d, struct model_plan *plan)
{
    const struct solver_problem *p = d->p;
    size_t count;
    const struct model_knob *table = model_knobs(&count);
    struct model_plan_knob *knobs = AJ_NEW_ARRAY(d->out, struct model_plan_knob, p->knobs.count);
    for (size_t i = 0; i < p->knobs.count; i++) {
        const struct solver_knob *knob = &p->knobs.items[i];
        if (chosen(d, d->m->knob[i]))
            knobs[plan->knobs_count++] = (struct model_plan_knob){
                p->cells[knob->cell].req->key, table[knob->knob].name, knob->value};
    }
    plan->knobs = knobs;
}

enum aj_status solver_decode(struct aj_ctx *cx, const struct solver_model *m,
                             const struct solver_outcome *outcome, struct aj_arena *out,
                             const struct model_plan **plan)
{
    struct decoder d = {.m = m, .p = m->problem, .values = outcome->values, .out = out};
    struct model_plan *new = AJ_NEW(out, struct model_plan);
    d.phys = AJ_NEW_ARRAY(m->problem->arena, aj_addr, m->problem->requests.count);
    if (!solver_memory_layout(m, cx->scratch, outcome->values, d.phys))
        return aj_fail(cx, AJ_ERR_INTERNAL, "solver-bug", AJ_NOWHERE,
                       "the answer puts more into an interval of memory than it holds");
    struct model_plan_cell *cells =
        AJ_NEW_ARRAY(out, struct model_plan_cell, m->problem->cells_count);
    for (uint32_t i = 0; i < m->problem->cells_count; i++)
        cells[i] = decode_cell(&d, i);
    new->status = outcome->status;
    new->decided_by = solver_glpk_name(out);
    struct model_plan_level *levels =
        aj_memdup(out, outcome->levels, outcome->levels_count * sizeof *levels);
    for (size_t i = 0; i < outcome->levels_count; i++)
        levels[i].objective = aj_strdup(out, levels[i].objective);
    new->levels = levels;
    new->levels_count = outcome->levels_count;
    new->cells = cells;
    new->cells_count = m->problem->cells_count;
    decode_memory(&d, new);
    decode_links(&d, new);
    solver_decode_irqs(d.m, d.values, out, new);
    decode_knobs(&d, new);
    *plan = new;
    return AJ_OK;
}
