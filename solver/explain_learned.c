/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_learned.h"

#include "solver/explain_text.h"

/* Statements */

static const char *cell_text(const struct solver_problem *p, const char *key)
{
    const uint32_t cell = solver_cell_index(p->req, key);
    return cell != AJ_NONE32 ? solver_cell_text(p, cell) : aj_strf(p->arena, "cell %s", key);
}

static const char *subject(const struct solver_problem *p, const struct model_literal *literal)
{
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_ROUTE: return aj_strf(p->arena, "interrupt %u", literal->interrupt);
    case MODEL_LITERAL_PLACE:
        return literal->region != NULL
                   ? aj_strf(p->arena, "region %s of %s", literal->region,
                             cell_text(p, literal->cell))
                   : aj_strf(p->arena, "memory of %s", cell_text(p, literal->cell));
    case MODEL_LITERAL_CPUS:
    case MODEL_LITERAL_SET: break;
    }
    return cell_text(p, literal->cell);
}

static const char *range_text(const struct solver_problem *p, struct aj_range range)
{
    return aj_strf(p->arena, "0x%llx-0x%llx", (unsigned long long)range.base,
                   (unsigned long long)aj_range_last(range));
}

static const char *cpus_text(const struct solver_problem *p, const struct model_literal *literal)
{
    return aj_strf(p->arena, "CPU%s %s", aj_cpuset_count(&literal->cpus) == 1 ? "" : "s",
                   aj_cpuset_format(p->arena, &literal->cpus));
}

/* "on CPU 3", "in 0x0-0xfff", "governor performance" */
static const char *predicate(const struct solver_problem *p, const struct model_literal *literal)
{
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_CPUS:
    case MODEL_LITERAL_ROUTE: return aj_strf(p->arena, "on %s", cpus_text(p, literal));
    case MODEL_LITERAL_PLACE: return aj_strf(p->arena, "in %s", range_text(p, literal->within));
    case MODEL_LITERAL_SET: break;
    }
    return aj_strf(p->arena, "%s %s", literal->knob, literal->value);
}

/* Constraints */

static const char *forbid_text(const struct solver_problem *p,
                               const struct model_constraint *constraint)
{
    const char *text = "not together: ";
    if (constraint->literals_count == 1)
        return aj_strf(p->arena, "%s: not %s", subject(p, constraint->literals),
                       predicate(p, constraint->literals));
    for (size_t i = 0; i < constraint->literals_count; i++)
        text =
            aj_strf(p->arena, "%s%s%s %s", text, i == 0 ? "" : ", ",
                    subject(p, &constraint->literals[i]), predicate(p, &constraint->literals[i]));
    return text;
}

/* "at most 2 of: interrupt 62 on CPU 1 (weight 2), interrupt 63 on CPU 1" */
static const char *bound_text(const struct solver_problem *p,
                              const struct model_constraint *constraint)
{
    const char *text = "";
    if (constraint->at_least > 0)
        text = aj_strf(p->arena, "at least %u", constraint->at_least);
    if (constraint->at_most != AJ_NONE32)
        text = aj_strf(p->arena, "%s%sat most %u", text, text[0] != '\0' ? " and " : "",
                       constraint->at_most);
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        text = aj_strf(p->arena, "%s%s%s %s", text, i == 0 ? " of: " : ", ", subject(p, literal),
                       predicate(p, literal));
        if (literal->weight != 1)
            text = aj_strf(p->arena, "%s (weight %u)", text, literal->weight);
    }
    return text;
}

static const char *separate_text(const struct solver_problem *p,
                                 const struct model_constraint *constraint)
{
    const char *text = "";
    for (size_t i = 0; i < constraint->cells_count; i++)
        text = aj_strf(p->arena, "%s%s%s", text, i == 0 ? "" : ", ",
                       cell_text(p, constraint->cells[i]));
    return aj_strf(p->arena, "%s: no two in one %s", text,
                   solver_domains_text(p, constraint->level));
}

static const char *what(const struct solver_problem *p, const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    switch ((enum model_constraint_kind)constraint->kind) {
    case MODEL_CONSTRAINT_FORBID: return forbid_text(p, constraint);
    case MODEL_CONSTRAINT_SEPARATE: return separate_text(p, constraint);
    case MODEL_CONSTRAINT_BOUND: return bound_text(p, constraint);
    case MODEL_CONSTRAINT_ASSIGN:
        return aj_strf(p->arena, "%s: just %s", subject(p, literal), cpus_text(p, literal));
    case MODEL_CONSTRAINT_PLACE:
        return aj_strf(p->arena, "%s: within %s", subject(p, literal),
                       range_text(p, literal->within));
    case MODEL_CONSTRAINT_ROUTE:
    case MODEL_CONSTRAINT_SET:
    case MODEL_CONSTRAINT_AVOID: /* costs are no part of conflicts */
    case MODEL_CONSTRAINT_PREFER: break;
    }
    return aj_strf(p->arena, "%s: %s", subject(p, literal), predicate(p, literal));
}

const char *solver_constraint_text(const struct solver_problem *p,
                                   const struct model_constraint *constraint)
{
    const char *text = what(p, constraint);
    return constraint->because != NULL
               ? aj_strf(p->arena, "%s, because %s", text, constraint->because)
               : text;
}

/* Conflicts */

/* The cell that certainly has the line; AJ_NONE32: picks decide that. */
static uint32_t holder(const struct solver_problem *p, uint32_t intid)
{
    for (size_t i = 0; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        if (solver_has_line(p->devices.items[own->device].device, intid))
            return i < p->certain_count ? own->cell : AJ_NONE32;
    }
    return SOLVER_ROOT;
}

/* The cell other than `but` that is to have one of the CPUs, AJ_NONE32 if none is. */
static uint32_t taker(const struct solver_problem *p, const struct model_literal *route,
                      uint32_t but)
{
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (i != but && aj_cpuset_intersects(&p->cells[i].named, &route->cpus))
            return i;
    }
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        if (constraint != NULL && constraint->kind == MODEL_CONSTRAINT_ASSIGN &&
            aj_cpuset_intersects(&constraint->literals->cpus, &route->cpus)) {
            const uint32_t cell = solver_cell_index(p->req, constraint->literals->cell);
            return cell != but ? cell : AJ_NONE32;
        }
    }
    return AJ_NONE32;
}

static const char *route_text(const struct solver_problem *p, const struct model_literal *route)
{
    const uint32_t cell = holder(p, route->interrupt);
    if (cell == AJ_NONE32)
        return NULL;
    if (solver_line_of(p, cell, route->interrupt) == solver_lines_of(p, cell)->count)
        return aj_strf(p->arena,
                       "interrupt %u belongs to %s with its device, which is no Linux with several "
                       "CPUs: there is no choice where it fires",
                       route->interrupt, solver_cell_text(p, cell));
    const struct aj_cpuset *named = &p->cells[cell].named;
    const uint32_t other = taker(p, route, cell);
    if (other != AJ_NONE32) /* whose device it has need not matter */
        return aj_strf(p->arena, "interrupt %u is to fire on %s, which %s is to have",
                       route->interrupt, cpus_text(p, route), solver_cell_text(p, other));
    if (!aj_cpuset_empty(named) && !aj_cpuset_intersects(named, &route->cpus))
        return aj_strf(p->arena, "interrupt %u of %s is to fire on %s, but it is to have CPUs %s",
                       route->interrupt, solver_cell_text(p, cell), cpus_text(p, route),
                       aj_cpuset_format(p->arena, named));
    return NULL;
}

/* Of one constraint and an address, or a device, of another wish. */
static const char *alone_text(const struct solver_problem *p,
                              const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    for (size_t i = 0; i < p->requests.count && constraint->literals_count == 1; i++) {
        const struct solver_request *r = &p->requests.items[i];
        const struct aj_range here = {r->phys, r->size};
        if (solver_breaks_window(p, constraint, r))
            return aj_strf(p->arena, "%s has the address %s, which a constraint refuses",
                           solver_request_text(p, r), range_text(p, here));
    }
    return constraint->kind == MODEL_CONSTRAINT_ROUTE ? route_text(p, literal) : NULL;
}

static bool sets_forbidden(const struct model_constraint *set,
                           const struct model_constraint *forbid)
{
    const struct model_literal *x = set->literals, *y = forbid->literals;
    return set->kind == MODEL_CONSTRAINT_SET && forbid->kind == MODEL_CONSTRAINT_FORBID &&
           forbid->literals_count == 1 && y->kind == MODEL_LITERAL_SET &&
           strcmp(x->cell, y->cell) == 0 && strcmp(x->knob, y->knob) == 0 &&
           strcmp(x->value, y->value) == 0;
}

/* Of two that want different things of one interrupt or knob. */
static const char *pair_text(const struct solver_problem *p, const struct model_constraint *a,
                             const struct model_constraint *b)
{
    const struct model_literal *x = a->literals, *y = b->literals;
    if (sets_forbidden(a, b) || sets_forbidden(b, a))
        return aj_strf(p->arena, "knob %s of %s is to be %s, and must not be", x->knob,
                       subject(p, x), x->value);
    if (a->kind != b->kind)
        return NULL;
    if (a->kind == MODEL_CONSTRAINT_ROUTE && x->interrupt == y->interrupt &&
        !aj_cpuset_equal(&x->cpus, &y->cpus))
        return aj_strf(p->arena, "interrupt %u cannot fire on both %s and %s", x->interrupt,
                       cpus_text(p, x), cpus_text(p, y));
    if (a->kind == MODEL_CONSTRAINT_SET && strcmp(x->cell, y->cell) == 0 &&
        strcmp(x->knob, y->knob) == 0 && strcmp(x->value, y->value) != 0)
        return aj_strf(p->arena, "knob %s of %s cannot be both %s and %s", x->knob, subject(p, x),
                       x->value, y->value);
    return NULL;
}

/* Do the rows of cons_cpu.c alone know it? */
static bool about_cpus(const struct model_constraint *constraint)
{
    return constraint->kind == MODEL_CONSTRAINT_ASSIGN ||
           constraint->kind == MODEL_CONSTRAINT_SEPARATE ||
           (constraint->literals_count == 1 && constraint->literals->kind == MODEL_LITERAL_CPUS);
}

static bool forbids_window(const struct model_constraint *constraint)
{
    return constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count == 1 &&
           constraint->literals->kind == MODEL_LITERAL_PLACE;
}

/* The one window there is, against what is to lie in it. */
static const char *room_text(const struct solver_problem *p,
                             const struct model_constraint *constraint)
{
    const struct model_literal *literal = constraint->literals;
    const aj_addr end = aj_range_last(literal->within);
    aj_size asked = 0, there = 0, largest = 0;
    for (size_t i = 0; i < p->facts->map.ram.count; i++) {
        const struct aj_range ram = p->facts->map.ram.items[i];
        if (!aj_range_overlap(ram, literal->within))
            continue;
        const aj_addr first = ram.base > literal->within.base ? ram.base : literal->within.base;
        const aj_addr last = aj_range_last(ram) < end ? aj_range_last(ram) : end;
        there += last - first + 1;
        largest = last - first + 1 > largest ? last - first + 1 : largest;
    }
    for (size_t i = 0; i < p->requests.count; i++)
        if (solver_literal_names(p, literal, &p->requests.items[i]))
            asked += p->requests.items[i].size;
    return aj_strf(p->arena,
                   "%s needs %s, but within %s the board has %s of RAM for guests, the largest "
                   "piece %s",
                   subject(p, literal), solver_size_text(p, asked), range_text(p, literal->within),
                   solver_size_text(p, there), solver_size_text(p, largest));
}

static const char *fact_text(const struct solver_problem *p, uint32_t number)
{
    const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, number);
    const char *text = constraint != NULL ? alone_text(p, constraint) : NULL;
    for (uint32_t i = 0; text == NULL && constraint != NULL && i < number; i++) {
        const struct model_constraint *other = solver_constraint(p->wishes, p->req, i);
        text = other != NULL ? pair_text(p, other, constraint) : NULL;
    }
    return text;
}

const char *solver_learned_conflict(const struct solver_problem *p)
{
    const struct model_constraint *last = NULL;
    size_t count = 0, wishes = 0;
    bool cpus = true, windows = true;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        const char *text = fact_text(p, i);
        if (text != NULL)
            return text;
        if (constraint == NULL)
            continue;
        last = constraint;
        count++;
        cpus = cpus && about_cpus(constraint);
        windows =
            windows && (constraint->kind == MODEL_CONSTRAINT_PLACE || forbids_window(constraint));
    }
    for (size_t i = 0; i < p->wishes->count; i++)
        wishes += !p->wishes->items[i].off;
    if (cpus)
        return NULL;
    if (count > 1 && windows)
        return NULL;
    if (count == 1 && last->kind == MODEL_CONSTRAINT_PLACE)
        return room_text(p, last);
    const char *others = wishes > count ? aj_strf(p->arena, " and %zu other wish%s", wishes - count,
                                                  wishes - count == 1 ? "" : "es")
                                        : "";
    return aj_strf(p->arena, "%zu constraint%s%s cannot hold together", count,
                   count == 1 ? "" : "s", others);
}
