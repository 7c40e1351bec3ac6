/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the constraints, each by itself; are its knobs such that can be turned. */
#include "model/check_plan_priv.h"
#include "model/knob.h"

static const struct model_plan_cell *cell_of(const struct model_plan_check *pc, const char *key)
{
    return model_plan_cell(pc->plan, key);
}

static struct aj_loc loc_of(const struct model_constraint *constraint)
{
    return aj_yaml_loc(constraint->at, aj_name_of(model_constraint_names, constraint->kind));
}

static const char *cpus_text(struct model_plan_check *pc, const struct aj_cpuset *set)
{
    return aj_cpuset_format(pc->cx->scratch, set);
}

/* Statements: what the plan says of them */

static const struct model_plan_irq *find_irq(const struct model_plan_irq *irqs, size_t count,
                                             uint32_t intid)
{
    for (size_t i = 0; i < count; i++)
        if (irqs[i].intid == intid)
            return &irqs[i];
    return NULL;
}

/* Of the root, or of the guest that has the line. */
static const struct model_plan_irq *irq_of(const struct model_plan_check *pc, uint32_t intid)
{
    const struct model_plan *plan = pc->plan;
    const struct model_plan_irq *irq = find_irq(plan->irqs, plan->irqs_count, intid);
    for (size_t i = 0; i < plan->cells_count && irq == NULL; i++)
        irq = find_irq(plan->cells[i].irqs, plan->cells[i].irqs_count, intid);
    return irq;
}

static const char *knob_of(const struct model_plan_check *pc, const char *cell, const char *knob)
{
    for (size_t i = 0; i < pc->plan->knobs_count; i++)
        if (model_plan_same_text(pc->plan->knobs[i].cell, cell) &&
            model_plan_same_text(pc->plan->knobs[i].knob, knob))
            return pc->plan->knobs[i].value;
    return NULL;
}

static bool is_memory(const struct model_board *board, const struct model_plan_mem *mem)
{
    const struct aj_range range = {mem->phys_start, mem->size};
    if ((mem->flags & JAILHOUSE_MEM_IO) != 0 || !aj_range_ok(range))
        return false;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range there = {region->phys_start, region->size};
        if (region->type != MODEL_REGION_MMIO && region->type != MODEL_REGION_WINDOW &&
            aj_range_ok(there) && aj_range_overlap(range, there))
            return true;
    }
    return false;
}

/* Is the range of the plan one that a statement about memory means? */
static bool is_meant(const struct model_plan_check *pc, const struct model_literal *literal,
                     const struct model_plan_mem *mem)
{
    return mem->kind == MODEL_MEM_RAM && model_plan_same_text(mem->cell, literal->cell) &&
           (literal->region == NULL || model_plan_same_text(mem->name, literal->region)) &&
           is_memory(pc->board, mem);
}

static bool lies_in(const struct model_plan_check *pc, const struct model_literal *literal)
{
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &pc->plan->memory[i];
        const struct aj_range range = {mem->phys_start, mem->size};
        if (is_meant(pc, literal, mem) && aj_range_overlap(range, literal->within))
            return true;
    }
    return false;
}

/* As `forbid` means it. */
static bool holds(const struct model_plan_check *pc, const struct model_literal *literal)
{
    const struct model_plan_cell *cell;
    const struct model_plan_irq *irq;
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_CPUS:
        cell = cell_of(pc, literal->cell);
        return cell != NULL && aj_cpuset_intersects(&cell->cpus, &literal->cpus);
    case MODEL_LITERAL_ROUTE:
        irq = irq_of(pc, literal->interrupt);
        return irq != NULL && aj_cpuset_has(&literal->cpus, irq->cpu);
    case MODEL_LITERAL_PLACE: return lies_in(pc, literal);
    case MODEL_LITERAL_SET: break;
    }
    const char *value = knob_of(pc, literal->cell, literal->knob);
    return value != NULL && strcmp(value, literal->value) == 0;
}

/* Is anything of what the statement speaks of otherwise than it says? */
static bool otherwise(const struct model_plan_check *pc, const struct model_literal *literal)
{
    const struct model_plan_cell *cell;
    const struct model_plan_irq *irq;
    const char *value;
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_CPUS:
        cell = cell_of(pc, literal->cell);
        return cell != NULL && !aj_cpuset_subset(&cell->cpus, &literal->cpus);
    case MODEL_LITERAL_ROUTE:
        irq = irq_of(pc, literal->interrupt);
        return irq != NULL && !aj_cpuset_has(&literal->cpus, irq->cpu);
    case MODEL_LITERAL_SET:
        value = knob_of(pc, literal->cell, literal->knob);
        return value == NULL || strcmp(value, literal->value) != 0;
    case MODEL_LITERAL_PLACE: break;
    }
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &pc->plan->memory[i];
        if (is_meant(pc, literal, mem) &&
            !aj_range_contains(literal->within, (struct aj_range){mem->phys_start, mem->size}))
            return true;
    }
    return false;
}

/* Constraints */

static void judge_forbid(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    for (size_t i = 0; i < constraint->literals_count; i++)
        if (!holds(pc, &literal[i]))
            return;
    if (constraint->literals_count == 1 && literal->kind == MODEL_LITERAL_CPUS)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu-forbidden", loc_of(constraint),
                      "cell \"%s\" has the CPUs %s, %s are forbidden", literal->cell,
                      cpus_text(pc, &cell_of(pc, literal->cell)->cpus),
                      cpus_text(pc, &literal->cpus));
    else
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-forbidden", loc_of(constraint),
                      "the plan does what is forbidden%s",
                      constraint->literals_count > 1 ? ": all of this at once" : "");
}

/* The weights of the statements that are true; or, as `at_least` means memory, that are so wholly. */
static uint64_t weigh(const struct model_plan_check *pc, const struct model_constraint *constraint,
                      bool wholly)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        const bool memory = literal->kind == MODEL_LITERAL_PLACE;
        if (wholly && memory ? !otherwise(pc, literal) : holds(pc, literal))
            sum += literal->weight;
    }
    return sum;
}

static void judge_bound(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const uint64_t most = weigh(pc, constraint, false), least = weigh(pc, constraint, true);
    if (constraint->at_most != AJ_NONE32 && most > constraint->at_most)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-bound", loc_of(constraint),
                      "what the plan does of this adds up to %llu, it is to be at most %u",
                      (unsigned long long)most, constraint->at_most);
    if (least < constraint->at_least)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-bound", loc_of(constraint),
                      "what the plan does of this adds up to %llu, it is to be at least %u",
                      (unsigned long long)least, constraint->at_least);
}

static void judge_assign(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    const struct model_plan_cell *cell = cell_of(pc, literal->cell);
    if (cell != NULL && !aj_cpuset_equal(&cell->cpus, &literal->cpus))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-assign", loc_of(constraint),
                      "cell \"%s\" has the CPUs %s, it is to have just %s", literal->cell,
                      cpus_text(pc, &cell->cpus), cpus_text(pc, &literal->cpus));
}

static void judge_route(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    const struct model_plan_irq *irq = irq_of(pc, literal->interrupt);
    if (irq == NULL)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-route", loc_of(constraint),
                      "the plan does not say where interrupt %u fires", literal->interrupt);
    else if (!aj_cpuset_has(&literal->cpus, irq->cpu))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-route", loc_of(constraint),
                      "interrupt %u fires on CPU %u, it is to fire on CPU %s", irq->intid, irq->cpu,
                      cpus_text(pc, &literal->cpus));
}

static void judge_place(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &pc->plan->memory[i];
        const struct aj_range range = {mem->phys_start, mem->size};
        if (is_meant(pc, literal, mem) && !aj_range_contains(literal->within, range))
            (void)aj_fail(
                pc->cx, AJ_FINDINGS, "plan-place", loc_of(constraint),
                "region %s of cell \"%s\" lies at 0x%llx-0x%llx, not within 0x%llx-0x%llx",
                mem->name != NULL ? mem->name : "memory", literal->cell,
                (unsigned long long)mem->phys_start, (unsigned long long)aj_range_last(range),
                (unsigned long long)literal->within.base,
                (unsigned long long)aj_range_last(literal->within));
    }
}

static void judge_set(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    const char *value = knob_of(pc, literal->cell, literal->knob);
    if (value == NULL || strcmp(value, literal->value) != 0)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-knob", loc_of(constraint),
                      "knob %s of cell \"%s\" is %s, it is to be %s", literal->knob, literal->cell,
                      value != NULL ? value : "left as it is", literal->value);
}

/* The first pair of CPUs that two cells have in one domain; false if there is none. */
static bool meet(struct model_plan_check *pc, const struct model_plan_cell *a,
                 const struct model_plan_cell *b, enum model_domain level, uint32_t met[2])
{
    for (size_t i = 0; i < pc->board->cpus_count; i++) {
        for (size_t k = 0; k < pc->board->cpus_count; k++) {
            const struct model_cpu *x = &pc->board->cpus[i], *y = &pc->board->cpus[k];
            if (!aj_cpuset_has(&a->cpus, x->id.v) || !aj_cpuset_has(&b->cpus, y->id.v) ||
                model_plan_share(x, y, level) != MODEL_PLAN_YES)
                continue;
            met[0] = x->id.v;
            met[1] = y->id.v;
            return true;
        }
    }
    return false;
}

static void judge_separate(struct model_plan_check *pc, const struct model_constraint *constraint)
{
    uint32_t met[2];
    for (size_t i = 0; i < constraint->cells_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct model_plan_cell *a = cell_of(pc, constraint->cells[k]);
            const struct model_plan_cell *b = cell_of(pc, constraint->cells[i]);
            if (a != NULL && b != NULL && meet(pc, a, b, (enum model_domain)constraint->level, met))
                (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-separate", loc_of(constraint),
                              "CPU %u of cell \"%s\" and CPU %u of cell \"%s\" share their %s",
                              met[0], a->key, met[1], b->key,
                              aj_name_of(model_domain_names, constraint->level));
        }
    }
}

/* Knobs that are listed at all: of cells that have them, once, with values that they take. */
static void judge_knobs(struct model_plan_check *pc)
{
    for (size_t i = 0; i < pc->plan->knobs_count; i++) {
        const struct model_plan_knob *set = &pc->plan->knobs[i];
        const struct model_knob *knob = model_knob_by_name(set->knob);
        const struct model_cell_request *cell = model_cell_by_key(pc->req, set->cell);
        const bool root = cell == &pc->req->root;
        const char *value =
            knob != NULL ? model_knob_value(knob, set->value, pc->cx->scratch) : NULL;
        const char *wrong = NULL;
        if (cell == NULL || knob == NULL ||
            (knob->scopes & (root ? MODEL_KNOB_ROOT : MODEL_KNOB_GUEST)) == 0 ||
            (!root && cell->os != MODEL_OS_LINUX))
            wrong = "its cell has no such knob";
        else if (value == NULL || strcmp(value, set->value) != 0)
            wrong = "the knob does not take the value";
        for (size_t k = 0; k < i && wrong == NULL; k++)
            if (model_plan_same_text(pc->plan->knobs[k].cell, set->cell) &&
                model_plan_same_text(pc->plan->knobs[k].knob, set->knob))
                wrong = "it stands twice";
        if (wrong != NULL)
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-knob", aj_yaml_loc(pc->plan->at, "knobs"),
                          "knob %s = %s of cell \"%s\": %s", set->knob, set->value, set->cell,
                          wrong);
    }
}

/* Of devices that are wanted, those that were left out. */
static int64_t paid_for_devices(const struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *given = &pc->plan->cells[index];
    const struct model_cell_request *cell = model_plan_request(pc, index);
    int64_t paid = 0;
    for (size_t i = 0; i < given->picks_count && i < cell->wants_count; i++)
        paid += strcmp(given->picks[i], MODEL_PICK_NONE) == 0 ? cell->wants[i].cost : 0;
    return paid;
}

bool model_plan_pays(const struct model_plan_check *pc, const struct model_constraint *constraint)
{
    bool pays = constraint->kind == MODEL_CONSTRAINT_AVOID;
    for (size_t k = 0; pays && k < constraint->literals_count; k++)
        pays = holds(pc, &constraint->literals[k]);
    return constraint->kind == MODEL_CONSTRAINT_PREFER ? otherwise(pc, constraint->literals) : pays;
}

/* What the plan pays is what it says. */
static void judge_costs(struct model_plan_check *pc)
{
    const char *name = aj_name_of(model_objective_names, MODEL_OBJECTIVE_PREFERENCES);
    int64_t paid = 0;
    for (size_t i = 0; i < pc->req->constraints_count; i++) {
        const struct model_constraint *constraint = &pc->req->constraints[i];
        paid += model_plan_pays(pc, constraint) ? constraint->cost : 0;
    }
    for (size_t c = 1; c < pc->plan->cells_count; c++)
        paid += paid_for_devices(pc, c);
    for (size_t i = 0; i < pc->plan->levels_count; i++) {
        const struct model_plan_level *level = &pc->plan->levels[i];
        /* What was not proved may cost less than was counted. */
        if (!model_plan_same_text(level->objective, name) || paid == level->value ||
            (paid < level->value && level->bound < level->value))
            continue;
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-level", aj_yaml_loc(pc->req->at, "constraints"),
                      "the plan costs %lld by the constraints, it says %lld", (long long)paid,
                      (long long)level->value);
    }
}

void model_plan_check_constraints(struct model_plan_check *pc)
{
    for (size_t i = 0; i < pc->req->constraints_count; i++) {
        const struct model_constraint *constraint = &pc->req->constraints[i];
        switch ((enum model_constraint_kind)constraint->kind) {
        case MODEL_CONSTRAINT_FORBID: judge_forbid(pc, constraint); break;
        case MODEL_CONSTRAINT_ASSIGN: judge_assign(pc, constraint); break;
        case MODEL_CONSTRAINT_ROUTE: judge_route(pc, constraint); break;
        case MODEL_CONSTRAINT_PLACE: judge_place(pc, constraint); break;
        case MODEL_CONSTRAINT_SET: judge_set(pc, constraint); break;
        case MODEL_CONSTRAINT_SEPARATE: judge_separate(pc, constraint); break;
        case MODEL_CONSTRAINT_BOUND: judge_bound(pc, constraint); break;
        case MODEL_CONSTRAINT_AVOID:
        case MODEL_CONSTRAINT_PREFER: break;
        }
    }
    judge_costs(pc);
    judge_knobs(pc);
}
