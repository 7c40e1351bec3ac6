/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the requirements: its cells and their CPUs. */
#include "model/check.h"
#include "model/check_plan_priv.h"

const struct model_cell_request *model_plan_request(const struct model_plan_check *pc, size_t index)
{
    return index == 0 ? &pc->req->root : &pc->req->guests[index - 1];
}

struct aj_loc model_plan_loc(const struct model_cell_request *cell, const char *key)
{
    return aj_yaml_loc(cell->at, key);
}

bool model_plan_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool model_plan_takes_part(const struct model_link_request *link, const char *key)
{
    for (size_t i = 0; i < link->peers_count; i++) {
        if (strcmp(link->peers[i], key) == 0)
            return true;
    }
    return false;
}

static bool same_cells(struct model_plan_check *pc)
{
    const size_t wanted = pc->req->guests_count + 1;
    if (pc->plan->cells_count != wanted) {
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cells", aj_yaml_loc(pc->req->at, "guests"),
                      "the plan has %zu cells, the requirements %zu", pc->plan->cells_count,
                      wanted);
        return false;
    }
    for (size_t i = 0; i < wanted; i++) {
        const char *key = model_plan_request(pc, i)->key;
        if (model_plan_same_text(pc->plan->cells[i].key, key))
            continue;
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cells",
                      model_plan_loc(model_plan_request(pc, i), ""),
                      "cell %zu of the plan is \"%s\", not \"%s\"", i,
                      pc->plan->cells[i].key == NULL ? "" : pc->plan->cells[i].key, key);
        return false;
    }
    return true;
}

/* CPUs */

static const char *text(struct model_plan_check *pc, const struct aj_cpuset *set)
{
    return aj_cpuset_format(pc->cx->scratch, set);
}

static void judge_wish(struct model_plan_check *pc, size_t index)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_cpu_request *wish = &cell->cpus;
    const struct aj_cpuset *given = &pc->plan->cells[index].cpus;
    const uint32_t count = aj_cpuset_count(given);
    const bool named = !aj_cpuset_empty(&wish->list);
    const uint32_t wanted = wish->count != AJ_NONE32 ? wish->count : 1;
    bool met;
    if (index == 0) /* the root has what nobody else has */
        met = aj_cpuset_subset(&wish->list, given) && count >= 1 &&
              (named || wish->count == AJ_NONE32 || count >= wish->count);
    else if (named)
        met = aj_cpuset_equal(&wish->list, given);
    else
        met = count == wanted;
    if (pc->board->arch == MODEL_ARCH_X86 && index == 0 && !aj_cpuset_has(given, 0))
        met = false;
    if (met)
        return;
    (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(cell, "cpus"),
                  "cell \"%s\" has the CPUs %s, it asks for %s%s", cell->key, text(pc, given),
                  named ? "" : "a number of CPUs: ",
                  named ? text(pc, &wish->list) : aj_strf(pc->cx->scratch, "%u", wanted));
}

/* Every CPU that is online belongs to one cell. */
static void judge_partition(struct model_plan_check *pc)
{
    const struct aj_cpuset online = model_board_online(pc->board);
    struct aj_cpuset taken = {{0}};
    for (size_t i = 0; i < pc->plan->cells_count; i++) {
        const struct model_cell_request *cell = model_plan_request(pc, i);
        const struct aj_cpuset *given = &pc->plan->cells[i].cpus;
        if (!aj_cpuset_subset(given, &online))
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(cell, "cpus"),
                          "cell \"%s\" has the CPUs %s, but only %s are online", cell->key,
                          text(pc, given), text(pc, &online));
        if (aj_cpuset_intersects(given, &taken))
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(cell, "cpus"),
                          "cell \"%s\" has CPUs of another cell among %s", cell->key,
                          text(pc, given));
        aj_cpuset_or(&taken, given);
    }
    if (!aj_cpuset_subset(&online, &taken))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(&pc->req->root, "cpus"),
                      "CPUs are online that no cell has: %s are given, %s are online",
                      text(pc, &taken), text(pc, &online));
}

enum model_plan_answer model_plan_share(const struct model_cpu *a, const struct model_cpu *b,
                                        enum model_domain level)
{
    switch (level) {
    case MODEL_DOMAIN_NONE: return MODEL_PLAN_NO;
    case MODEL_DOMAIN_CORE:
        if (a->core == AJ_NONE32 || b->core == AJ_NONE32)
            return MODEL_PLAN_UNKNOWN;
        return a->core == b->core && a->cluster == b->cluster && a->package == b->package
                   ? MODEL_PLAN_YES
                   : MODEL_PLAN_NO;
    case MODEL_DOMAIN_L2:
        if (a->l2 == NULL || b->l2 == NULL)
            return MODEL_PLAN_UNKNOWN;
        return strcmp(a->l2, b->l2) == 0 ? MODEL_PLAN_YES : MODEL_PLAN_NO;
    case MODEL_DOMAIN_PACKAGE:
        if (a->package == AJ_NONE32 || b->package == AJ_NONE32)
            return MODEL_PLAN_UNKNOWN;
        return a->package == b->package ? MODEL_PLAN_YES : MODEL_PLAN_NO;
    }
    return MODEL_PLAN_UNKNOWN;
}

static const char *level_text(uint8_t level)
{
    const char *name = aj_name_of(model_domain_names, level);
    return name == NULL ? "?" : name;
}

/* A pair of CPUs of which the first belongs to cell `index`. */
static void judge_pair(struct model_plan_check *pc, size_t index, const struct model_cpu *own,
                       const struct model_cpu *other)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_cpu_request *wish = &cell->cpus;
    const bool inside = aj_cpuset_has(&pc->plan->cells[index].cpus, other->id.v);
    if (inside && wish->together != MODEL_DOMAIN_NONE &&
        model_plan_share(own, other, (enum model_domain)wish->together) == MODEL_PLAN_NO)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu-domain", model_plan_loc(cell, "cpus"),
                      "CPUs %u and %u of cell \"%s\" are not in one %s", own->id.v, other->id.v,
                      cell->key, level_text(wish->together));
    if (!inside && other->online &&
        model_plan_share(own, other, (enum model_domain)wish->exclusive) == MODEL_PLAN_YES)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu-domain", model_plan_loc(cell, "cpus"),
                      "CPU %u of cell \"%s\" shares its %s with CPU %u of another cell", own->id.v,
                      cell->key, level_text(wish->exclusive), other->id.v);
}

/* Only CPUs of the class that is asked for, and in the nodes. */
static void judge_kind(struct model_plan_check *pc, size_t index, const struct model_cpu *cpu)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_cpu_request *wish = &cell->cpus;
    uint32_t wanted = cpu->capacity;
    for (size_t i = 0; i < pc->board->cpus_count; i++) {
        const struct model_cpu *other = &pc->board->cpus[i];
        if (!other->online || other->capacity == AJ_NONE32)
            continue;
        if ((wish->kind == MODEL_CPU_BIG && other->capacity > wanted) ||
            (wish->kind == MODEL_CPU_LITTLE && other->capacity < wanted))
            wanted = other->capacity;
    }
    if (wanted != cpu->capacity)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(cell, "cpus"),
                      "CPU %u of cell \"%s\" has the capacity %u, not %u", cpu->id.v, cell->key,
                      cpu->capacity, wanted);
    if (!aj_cpuset_empty(&wish->nodes) &&
        (cpu->node >= AJ_CPU_MAX || !aj_cpuset_has(&wish->nodes, cpu->node)))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-cpu", model_plan_loc(cell, "cpus"),
                      "CPU %u of cell \"%s\" is in node %u, not in %s", cpu->id.v, cell->key,
                      cpu->node, text(pc, &wish->nodes));
}

static void judge_domains(struct model_plan_check *pc, size_t index)
{
    const struct model_cpu_request *wish = &model_plan_request(pc, index)->cpus;
    const bool domains =
        wish->together != MODEL_DOMAIN_NONE || wish->exclusive != MODEL_DOMAIN_NONE;
    for (size_t a = 0; a < pc->board->cpus_count; a++) {
        const struct model_cpu *own = &pc->board->cpus[a];
        if (!aj_cpuset_has(&pc->plan->cells[index].cpus, own->id.v))
            continue;
        judge_kind(pc, index, own);
        for (size_t b = 0; domains && b < pc->board->cpus_count; b++)
            judge_pair(pc, index, own, &pc->board->cpus[b]);
    }
}

void model_plan_check_cpus(struct model_plan_check *pc)
{
    judge_partition(pc);
    for (size_t i = 0; i < pc->plan->cells_count; i++) {
        judge_wish(pc, i);
        judge_domains(pc, i);
    }
}

enum aj_status model_check_plan(struct aj_ctx *cx, const struct model_board *board,
                                const struct model_requirements *req, const struct model_plan *plan)
{
    const size_t before = aj_diag_mark(cx);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct model_plan_check pc = {cx, board, req, plan};
    if (same_cells(&pc)) {
        model_plan_check_cpus(&pc);
        model_plan_check_memory(&pc);
        model_plan_check_spaces(&pc);
        model_plan_check_devices(&pc);
        model_plan_check_interrupts(&pc);
        model_plan_check_links(&pc);
        model_plan_check_constraints(&pc);
    }
    aj_arena_release(cx->scratch, mark);
    return aj_diag_since(cx, before);
}
