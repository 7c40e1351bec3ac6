/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The solver against the oracle that tries everything: feasibility, every level, every decision. And
 * the second witness finds nothing wrong with any plan.
 */
#include "model/check.h"
#include "solver/solver.h"
#include "tests/solver/brute.h"
#include "tests/solver/features.h"
#include "tests/solver/random_problem.h"
#include "tests/support/support.h"

#define FIRST_SEED 1u
#define INSTANCES  400u
#define MANY       2000u /* so many have every feature */

static uint32_t interval_of(const struct brute *best, aj_addr phys)
{
    for (uint32_t b = 0; b < best->intervals_count; b++)
        if (aj_range_has(best->intervals[b], phys))
            return b;
    return AJ_NONE32;
}

static const char *request_name(const struct random_problem *p, const struct brute_request *r)
{
    if (r->kind == MODEL_MEM_RAM)
        return p->req->guests[r->cell - 1].mem_regions[r->index].name;
    if (r->kind == MODEL_MEM_LINK)
        return p->req->links[r->index].name;
    return NULL;
}

static const struct model_plan_mem *
placed(const struct random_problem *p, const struct model_plan *plan, const struct brute_request *r)
{
    const char *name = request_name(p, r);
    const char *cell = r->cell != AJ_NONE32 ? p->req->guests[r->cell - 1].key : NULL;
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *m = &plan->memory[i];
        if (m->kind == r->kind && (name == NULL || strcmp(name, m->name) == 0) &&
            (cell == NULL || strcmp(cell, m->cell) == 0))
            return m;
    }
    return NULL;
}

static bool same_memory(const struct random_problem *p, const struct model_plan *plan,
                        const struct brute *best)
{
    for (size_t i = 0; i < best->requests_count; i++) {
        const struct brute_request *r = &best->requests[i];
        const struct model_plan_mem *m = placed(p, plan, r);
        if (m == NULL || m->size != r->size ||
            (r->phys == AJ_NONE64 && m->phys_start % r->alignment != r->residue) ||
            m->virt_start != (r->virt != AJ_NONE64 ? r->virt : m->phys_start))
            return false;
        if (r->phys != AJ_NONE64
                ? m->phys_start != r->phys
                : interval_of(best, m->phys_start) != r->interval ||
                      interval_of(best, m->phys_start + m->size - 1) != r->interval)
            return false;
    }
    for (size_t i = 1; i < plan->memory_count; i++) {
        const struct model_plan_mem *below = &plan->memory[i - 1];
        if (below->phys_start + below->size > plan->memory[i].phys_start)
            return false;
    }
    const struct model_plan_mem *pci = model_plan_mem(plan, MODEL_MEM_PCI);
    return (pci != NULL ? pci->phys_start : AJ_NONE64) == best->pci_base;
}

static bool same_list(const struct model_plan_irq *irqs, size_t count,
                      const struct brute_irqs *best)
{
    size_t at = 0;
    for (size_t q = 0; q < best->lines; q++)
        if (!best->gone[q] && (at == count || irqs[at++].cpu != best->cpu[q]))
            return false;
    return at == count;
}

static bool same_irqs(const struct model_plan *plan, const struct brute *best)
{
    if (!same_list(plan->irqs, plan->irqs_count, &best->irqs[0]))
        return false;
    for (uint32_t c = 1; c < plan->cells_count; c++) {
        const struct model_plan_cell *cell = &plan->cells[c];
        if (!same_list(cell->irqs, cell->irqs_count, &best->irqs[c]) ||
            (cell->irqs_count > 0 && cell->irq_default != best->irqs[c].otherwise))
            return false;
    }
    return true;
}

static bool same_cells(const struct random_problem *p, const struct model_plan *plan,
                       const struct brute *best)
{
    for (uint32_t c = 0; c < plan->cells_count; c++) {
        const struct model_plan_cell *cell = &plan->cells[c];
        size_t owned = 0;
        if (!aj_cpuset_equal(&cell->cpus, &best->cpus[c]) || cell->vpci_irq_base != best->vpci[c])
            return false;
        for (size_t d = 0; d < p->board->devices_count; d++) {
            if (best->owner[d] != c || c == 0)
                continue;
            if (owned == cell->devices_count ||
                strcmp(cell->devices[owned++], p->board->devices[d].name) != 0)
                return false;
        }
        if (owned != cell->devices_count)
            return false;
    }
    return same_irqs(plan, best);
}

static bool same_picks(const struct random_problem *p, const struct model_plan *plan,
                       const struct brute *best)
{
    size_t picks = 0;
    for (size_t i = 0; i < best->picks_count; i++) {
        const struct brute_pick *pick = &best->picks[i];
        const struct model_plan_cell *cell = &plan->cells[pick->cell];
        const char *name = pick->chosen < pick->count
                               ? p->board->devices[pick->candidates[pick->chosen]].name
                               : MODEL_PICK_NONE;
        if (pick->want >= cell->picks_count || strcmp(cell->picks[pick->want], name) != 0)
            return false;
    }
    for (size_t c = 0; c < plan->cells_count; c++)
        picks += plan->cells[c].picks_count;
    return picks == best->picks_count;
}

static bool same_consoles(const struct model_plan *plan, const struct brute *best)
{
    for (uint32_t c = 1; c < plan->cells_count; c++)
        if (plan->cells[c].console_shared != (best->shared[c] != AJ_NONE32))
            return false;
    return true;
}

/* Just what is set, each once. */
static bool same_knobs(const struct random_problem *p, const struct model_plan *plan)
{
    for (size_t i = 0; i < plan->knobs_count; i++) {
        bool set = false;
        for (size_t k = 0; k < p->req->constraints_count; k++) {
            const struct model_constraint *c = &p->req->constraints[k];
            set = set || (c->kind == MODEL_CONSTRAINT_SET &&
                          strcmp(c->literals->cell, plan->knobs[i].cell) == 0 &&
                          strcmp(c->literals->knob, plan->knobs[i].knob) == 0 &&
                          strcmp(c->literals->value, plan->knobs[i].value) == 0);
        }
        if (!set)
            return false;
    }
    return true;
}

static bool has_costs(const struct model_requirements *req)
{
    for (size_t i = 0; i < req->constraints_count; i++)
        if (model_constraint_is_priced(&req->constraints[i]))
            return true;
    for (size_t i = 0; i < req->guests_count; i++)
        for (size_t k = 0; k < req->guests[i].wants_count; k++)
            if (req->guests[i].wants[k].cost > 0)
                return true;
    return false;
}

static bool same_levels(const struct random_problem *p, const struct model_plan *plan,
                        const struct brute *best)
{
    const int64_t values[] = {best->preferences, best->isolation, best->irq, best->memory_quality,
                              best->root_keeps};
    const size_t first = has_costs(p->req) ? 0 : 1; /* that there is */
    if (plan->levels_count != 6 - first || plan->status != MODEL_PLAN_OPTIMAL)
        return false;
    for (size_t i = first; i < AJ_COUNT(values); i++)
        if (plan->levels[i - first].value != values[i] ||
            plan->levels[i - first].bound != values[i])
            return false;
    return true;
}

static void check_instance(uint64_t seed, struct features *features, uint32_t *feasible)
{
    struct aj_ctx cx;
    struct aj_arena *arena = aj_arena_open();
    const struct solver_options options = {0};
    const struct model_plan *plan = NULL;
    struct brute best;
    aj_ctx_open(&cx);
    const struct random_problem p = random_problem_make(arena, seed);
    brute_solve(p.board, p.req, &best);
    const enum aj_status status = solver_solve(&cx, p.board, p.req, &options, arena, &plan);
    if (status != (best.feasible ? AJ_OK : AJ_ERR_INFEASIBLE))
        fail_msg("seed %llu: status %d, oracle says %s\n%s", (unsigned long long)seed, status,
                 best.feasible ? "feasible" : "infeasible", test_diags(&cx));
    if (best.feasible && !same_levels(&p, plan, &best)) {
        for (size_t i = 0; i < plan->levels_count; i++)
            print_message("%s %lld, at least %lld\n", plan->levels[i].objective,
                          (long long)plan->levels[i].value, (long long)plan->levels[i].bound);
        fail_msg("seed %llu: levels differ from %lld %lld %lld %lld %lld", (unsigned long long)seed,
                 (long long)best.preferences, (long long)best.isolation, (long long)best.irq,
                 (long long)best.memory_quality, (long long)best.root_keeps);
    }
    if (best.feasible && !same_cells(&p, plan, &best))
        fail_msg("seed %llu: cells differ", (unsigned long long)seed);
    if (best.feasible && (!same_picks(&p, plan, &best) || !same_consoles(plan, &best)))
        fail_msg("seed %llu: picks or consoles differ", (unsigned long long)seed);
    if (best.feasible && !same_knobs(&p, plan))
        fail_msg("seed %llu: knobs differ", (unsigned long long)seed);
    if (best.feasible && !same_memory(&p, plan, &best))
        fail_msg("seed %llu: memory differs", (unsigned long long)seed);
    if (best.feasible && model_check_plan(&cx, p.board, p.req, plan) != AJ_OK)
        fail_msg("seed %llu: %s", (unsigned long long)seed, test_diags(&cx));
    features_count(features, &p, &best);
    *feasible += best.feasible;
    aj_ctx_close(&cx);
    aj_arena_close(arena);
}

static void test_agrees_with_trying_everything(void **state)
{
    const char *first_text = getenv("AJ_SEED"), *count_text = getenv("AJ_INSTANCES");
    const uint64_t first = first_text != NULL ? strtoull(first_text, NULL, 10) : FIRST_SEED;
    const uint64_t count = count_text != NULL ? strtoull(count_text, NULL, 10) : INSTANCES;
    struct features features = {.all = {0}};
    uint32_t feasible = 0;
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++)
        check_instance(seed, &features, &feasible);
    print_message("seeds %llu..%llu: %u feasible\n", (unsigned long long)first,
                  (unsigned long long)(first + count - 1), feasible);
    /* Neither answer may be rare, and nothing may be missing, or the property says little. */
    if (count < MANY)
        return;
    assert_in_range(feasible, count / 5, count * 4 / 5);
    assert_true(features_print(&features));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_trying_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
