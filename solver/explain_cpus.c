/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_cpus.h"

#include "solver/explain_text.h"

/* The constraint that gives the cell its CPUs, NULL if none does. */
static const struct model_constraint *assignment(const struct solver_problem *p, uint32_t cell)
{
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        if (constraint != NULL && constraint->kind == MODEL_CONSTRAINT_ASSIGN &&
            solver_cell_index(p->req, constraint->literals->cell) == cell)
            return constraint;
    }
    return NULL;
}

/* The CPUs that the cell may have, as far as what is said of it alone goes. */
static struct aj_cpuset may_have(const struct solver_problem *p, uint32_t index)
{
    const struct solver_cell *cell = &p->cells[index];
    const struct model_constraint *given = assignment(p, index);
    struct aj_cpuset cpus = p->facts->online;
    if (!aj_cpuset_empty(&cell->named))
        aj_cpuset_and(&cpus, &cell->named);
    if (given != NULL)
        aj_cpuset_and(&cpus, &given->literals->cpus);
    aj_cpuset_sub(&cpus, &cell->forbidden);
    return cpus;
}

/* "2 CPUs" */
static const char *number(const struct solver_problem *p, uint64_t count)
{
    return aj_strf(p->arena, "%llu CPU%s", (unsigned long long)count, count == 1 ? "" : "s");
}

/* "CPUs 2-3" */
static const char *list(const struct solver_problem *p, const struct aj_cpuset *cpus)
{
    return aj_strf(p->arena, "CPU%s %s", aj_cpuset_count(cpus) == 1 ? "" : "s",
                   aj_cpuset_format(p->arena, cpus));
}

/* "guest plc asks for 2 CPUs" */
static const char *asks(const struct solver_problem *p, uint32_t cell)
{
    return aj_strf(p->arena, "%s asks for %s", solver_cell_text(p, cell),
                   number(p, p->cells[cell].count));
}

/* What of x86 the hypervisor cannot take from the root. */
static const char *boot_text(const struct solver_problem *p, uint32_t index)
{
    const struct model_constraint *given = assignment(p, index);
    const bool named = aj_cpuset_has(&p->cells[index].named, 0) ||
                       (given != NULL && aj_cpuset_has(&given->literals->cpus, 0));
    if (p->board->arch != MODEL_ARCH_X86 || index == SOLVER_ROOT || !named)
        return NULL;
    return aj_strf(p->arena, "CPU 0 cannot leave the root cell on x86, and %s wants it",
                   solver_cell_text(p, index));
}

static const char *given_text(const struct solver_problem *p, uint32_t index)
{
    const struct model_constraint *given = assignment(p, index);
    const struct solver_cell *cell = &p->cells[index];
    if (given == NULL || index == SOLVER_ROOT || !cell->wants_cpus ||
        cell->count == aj_cpuset_count(&given->literals->cpus))
        return NULL;
    return aj_strf(p->arena, "%s, but a constraint gives it %s", asks(p, index),
                   list(p, &given->literals->cpus));
}

/* CPUs of the domain in a set. */
static uint32_t count_in(const struct solver_problem *p, size_t slot, uint32_t domain,
                         const struct aj_cpuset *set)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < p->cpus_count; k++)
        count += p->cpus[k].domain[slot] == domain && aj_cpuset_has(set, p->cpus[k].id);
    return count;
}

static const char *together_text(const struct solver_problem *p, uint32_t index)
{
    const struct solver_cell *cell = &p->cells[index];
    const struct aj_cpuset may = may_have(p, index);
    const char *level = aj_name_of(model_domain_names, cell->together);
    uint32_t most = 0;
    if (cell->together == MODEL_DOMAIN_NONE || !cell->wants_cpus)
        return NULL;
    const size_t slot = (size_t)cell->together - 1;
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        const uint32_t count = count_in(p, slot, d, &may);
        most = count > most ? count : most;
    }
    if (most >= cell->count)
        return NULL;
    return aj_strf(p->arena, "%s in one %s, but no %s has more than %u for it", asks(p, index),
                   level, level, most);
}

/* Domains of one size, of which the cell wants all or nothing, but another number. */
static const char *whole_text(const struct solver_problem *p, uint32_t index)
{
    const struct solver_cell *cell = &p->cells[index];
    if (cell->exclusive == MODEL_DOMAIN_NONE || !cell->wants_cpus || p->cpus_count == 0)
        return NULL;
    const size_t slot = (size_t)cell->exclusive - 1;
    const uint32_t size = count_in(p, slot, 0, &p->facts->online);
    for (uint32_t d = 1; d < p->domains_count[slot]; d++) {
        if (count_in(p, slot, d, &p->facts->online) != size)
            return NULL;
    }
    if (cell->count % size == 0)
        return NULL;
    return aj_strf(p->arena, "%s and for whole %ss, which have %s each", asks(p, index),
                   aj_name_of(model_domain_names, cell->exclusive), number(p, size));
}

/* "guest a and guest b ask for" */
static const char *who_asks(const struct solver_problem *p)
{
    const char *text = "";
    uint32_t count = 0;
    for (uint32_t i = 1; i < p->cells_count; i++) {
        if (p->cells[i].wants_cpus)
            text = aj_strf(p->arena, "%s%s%s", text, count++ == 0 ? "" : " and ",
                           solver_cell_text(p, i));
    }
    return aj_strf(p->arena, "%s %s for", text, count == 1 ? "asks" : "ask");
}

/* The guests together ask for more than what any of them may have. */
static const char *few_text(const struct solver_problem *p)
{
    struct aj_cpuset may = {0};
    uint64_t asked = 0;
    for (uint32_t i = 1; i < p->cells_count; i++) {
        const struct aj_cpuset own = may_have(p, i);
        if (!p->cells[i].wants_cpus)
            continue;
        aj_cpuset_or(&may, &own);
        asked += p->cells[i].count;
    }
    const uint32_t there = aj_cpuset_count(&may);
    if (asked <= there || there == p->cpus_count)
        return NULL;
    return aj_strf(p->arena, "%s %s, but may have %s%s", who_asks(p), number(p, asked),
                   there == 0 ? "none" : "only ", there == 0 ? "" : list(p, &may));
}

/* The root is to have just some CPUs, and nobody asks for all of the others. */
static const char *left_text(const struct solver_problem *p)
{
    const struct model_constraint *given = assignment(p, SOLVER_ROOT);
    uint64_t asked = 0;
    if (given == NULL)
        return NULL;
    for (uint32_t i = 1; i < p->cells_count; i++)
        asked += p->cells[i].wants_cpus ? p->cells[i].count : p->cpus_count;
    const uint32_t others = p->cpus_count - aj_cpuset_count(&given->literals->cpus);
    if (asked >= others)
        return NULL;
    return aj_strf(p->arena,
                   "the root cell is given just %s, but of the other %s guests ask for %llu",
                   list(p, &given->literals->cpus), number(p, others), (unsigned long long)asked);
}

/* More cells to be kept apart than there are places. */
static const char *apart_text(const struct solver_problem *p)
{
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        if (constraint == NULL || constraint->kind != MODEL_CONSTRAINT_SEPARATE ||
            constraint->cells_count <= p->domains_count[(size_t)constraint->level - 1])
            continue;
        return aj_strf(p->arena, "%zu cells are to be in different %ss, but the board has %u",
                       constraint->cells_count, aj_name_of(model_domain_names, constraint->level),
                       p->domains_count[(size_t)constraint->level - 1]);
    }
    return NULL;
}

static bool only_numbers(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->wishes->count; i++) {
        const struct solver_wish *wish = &p->wishes->items[i];
        if (!wish->off && wish->kind != SOLVER_WISH_CPUS)
            return false;
    }
    return true;
}

static const char *any_text(const struct solver_problem *p)
{
    uint64_t asked = 0;
    for (uint32_t i = 0; i < p->cells_count; i++)
        asked += p->cells[i].wants_cpus ? p->cells[i].count : 0;
    const bool numbers = only_numbers(p);
    const char *there = p->cpus_count == 0
                            ? "the board has none online"
                            : aj_strf(p->arena, "the board has %u online (%s)", p->cpus_count,
                                      aj_cpuset_format(p->arena, &p->facts->online));
    if (asked == 0 && numbers)
        return aj_strf(p->arena, "the root cell needs a CPU, but %s", there);
    if (asked == 0)
        return aj_strf(p->arena, "the wishes about CPUs cannot hold together; %s", there);
    return aj_strf(p->arena, "%s%s %s asked for, the root cell keeps at least one, and %s",
                   numbers ? "" : "the wishes about CPUs cannot hold together: ", number(p, asked),
                   asked == 1 ? "is" : "are", there);
}

/* What is wrong with one cell comes first: the set is a smallest one, so there is nothing else. */
const char *solver_cpu_conflict(const struct solver_problem *p)
{
    static const char *(*const of_cell[])(const struct solver_problem *p, uint32_t index) = {
        boot_text, given_text, together_text, whole_text};
    const char *text = NULL;
    for (size_t n = 0; text == NULL && n < AJ_COUNT(of_cell); n++) {
        for (uint32_t i = 0; text == NULL && i < p->cells_count; i++)
            text = of_cell[n](p, i);
    }
    if (text == NULL)
        text = few_text(p);
    if (text == NULL)
        text = left_text(p);
    if (text == NULL)
        text = apart_text(p);
    return text != NULL ? text : any_text(p);
}
