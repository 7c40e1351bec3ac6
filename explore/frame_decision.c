/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/frame_priv.h"

/* Plan to decision */

static uint32_t bank_of(const struct explore_frame *frame, const struct model_plan *plan,
                        const char *key)
{
    uint32_t found = AJ_NONE32;
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *mem = &plan->memory[i];
        if (mem->kind != MODEL_MEM_RAM || strcmp(mem->cell, key) != 0)
            continue;
        for (uint32_t b = 0; b < frame->space->banks_count; b++) {
            const struct explore_bank *bank = &frame->spec->space.banks[b];
            if (aj_range_contains((struct aj_range){bank->start, bank->size},
                                  (struct aj_range){mem->phys_start, mem->size}) &&
                (found == AJ_NONE32 || found == b))
                found = b;
        }
    }
    return found;
}

/* Linux starts with its lines on the first CPU that it has. */
static uint32_t cpu_of(const struct explore_frame *frame, const struct model_plan *plan,
                       uint32_t intid)
{
    for (size_t i = 0; i < plan->irqs_count; i++)
        if (plan->irqs[i].intid == intid)
            return explore_frame_cpu(frame->space, plan->irqs[i].cpu);
    return explore_frame_cpu(frame->space, aj_cpuset_next(&plan->cells[0].cpus, 0));
}

/* What the plan leaves alone is as it is: the first value. */
static uint32_t value_of(const struct explore_frame *frame, const struct model_plan *plan,
                         const struct explore_space_knob *knob)
{
    for (size_t i = 0; i < plan->knobs_count; i++) {
        const struct model_plan_knob *set = &plan->knobs[i];
        if (strcmp(set->knob, knob->name) != 0 ||
            strcmp(set->cell, frame->space->cells[knob->cell].key) != 0)
            continue;
        for (uint32_t v = 0; v < knob->values_count; v++)
            if (strcmp(knob->values[v], set->value) == 0)
                return v;
    }
    return 0;
}

bool explore_frame_decision(const struct explore_frame *frame, const struct model_plan *plan,
                            struct explore_decision *decision)
{
    const struct explore_space *space = frame->space;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        decision->owner[p] = 0;
    for (size_t i = 0; i < plan->cells_count; i++) {
        const uint32_t cell = explore_frame_cell(space, plan->cells[i].key);
        for (uint32_t p = 0; p < space->cpus_count; p++)
            if (aj_cpuset_has(&plan->cells[i].cpus, space->cpus[p].id.v))
                decision->owner[p] = cell;
        if (cell == AJ_NONE32)
            return false;
    }
    for (uint32_t q = 0; q < space->irqs_count; q++) {
        decision->irq_cpu[q] = cpu_of(frame, plan, space->irqs[q].intid);
        if (decision->irq_cpu[q] == AJ_NONE32)
            return false;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        decision->bank[c] = AJ_NONE32;
        if (!explore_space_decides_bank(space, c))
            continue;
        decision->bank[c] = bank_of(frame, plan, space->cells[c].key);
        if (decision->bank[c] == AJ_NONE32)
            return false;
    }
    for (uint32_t k = 0; k < space->knobs_count; k++)
        decision->knob[k] = value_of(frame, plan, &space->knobs[k]);
    return true;
}

/* Decision to requirements */

typedef AJ_VEC(struct model_constraint) constraint_vec;

static void add(struct aj_arena *out, const struct explore_frame *frame, const char *because,
                const struct model_literal *literal, constraint_vec *to)
{
    static const uint8_t kinds[] = {
        [MODEL_LITERAL_CPUS] = MODEL_CONSTRAINT_ASSIGN,
        [MODEL_LITERAL_ROUTE] = MODEL_CONSTRAINT_ROUTE,
        [MODEL_LITERAL_PLACE] = MODEL_CONSTRAINT_PLACE,
        [MODEL_LITERAL_SET] = MODEL_CONSTRAINT_SET,
    };
    struct model_literal *copy = aj_memdup(out, literal, sizeof *literal);
    copy->at = frame->req->at;
    const struct model_constraint constraint = {.kind = kinds[literal->kind],
                                                .literals = copy,
                                                .literals_count = 1,
                                                .because = because,
                                                .at = frame->req->at};
    AJ_PUSH(out, to, constraint);
}

const struct model_constraint *explore_frame_constraints(const struct explore_frame *frame,
                                                         const struct explore_decision *decision,
                                                         const char *because, struct aj_arena *out,
                                                         size_t *count)
{
    const struct explore_space *space = frame->space;
    constraint_vec list = {NULL, 0, 0};
    for (uint32_t c = 1; c < space->cells_count; c++) {
        struct model_literal literal = {.kind = MODEL_LITERAL_CPUS, .cell = space->cells[c].key};
        for (uint32_t p = 0; p < space->cpus_count; p++)
            if (decision->owner[p] == c)
                aj_cpuset_add(&literal.cpus, space->cpus[p].id.v);
        add(out, frame, because, &literal, &list);
    }
    for (uint32_t q = 0; q < space->irqs_count; q++) {
        struct model_literal literal = {.kind = MODEL_LITERAL_ROUTE,
                                        .interrupt = space->irqs[q].intid};
        aj_cpuset_add(&literal.cpus, space->cpus[decision->irq_cpu[q]].id.v);
        add(out, frame, because, &literal, &list);
    }
    for (uint32_t c = 1; c < space->cells_count; c++) {
        if (!explore_space_decides_bank(space, c))
            continue;
        const struct explore_bank *bank = &frame->spec->space.banks[decision->bank[c]];
        const struct model_literal literal = {.kind = MODEL_LITERAL_PLACE,
                                              .cell = space->cells[c].key,
                                              .within = {bank->start, bank->size}};
        add(out, frame, because, &literal, &list);
    }
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const struct explore_space_knob *knob = &space->knobs[k];
        const struct model_literal literal = {.kind = MODEL_LITERAL_SET,
                                              .cell = space->cells[knob->cell].key,
                                              .knob = knob->name,
                                              .value = knob->values[decision->knob[k]]};
        add(out, frame, because, &literal, &list);
    }
    *count = list.count;
    return list.items;
}

const struct model_requirements *explore_frame_pin(const struct explore_frame *frame,
                                                   const struct explore_decision *decision,
                                                   struct aj_arena *out)
{
    struct model_requirements *req = aj_memdup(out, frame->req, sizeof *frame->req);
    size_t count;
    const struct model_constraint *pins =
        explore_frame_constraints(frame, decision, NULL, out, &count);
    struct model_constraint *all =
        AJ_NEW_ARRAY(out, struct model_constraint, frame->req->constraints_count + count);
    for (size_t i = 0; i < frame->req->constraints_count; i++)
        all[i] = frame->req->constraints[i];
    for (size_t i = 0; i < count; i++)
        all[frame->req->constraints_count + i] = pins[i];
    req->constraints = all;
    req->constraints_count = frame->req->constraints_count + count;
    return req;
}
