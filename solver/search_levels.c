/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is minimised, in which order, and the levels into which that divides. */
#include "solver/search.h"

size_t solver_level_end(const struct solver_search_options *options, size_t first)
{
    size_t end = first + 1;
    while (end < options->objectives_count &&
           options->objectives[end].level == options->objectives[first].level)
        end++;
    return end;
}

size_t solver_levels_count(const struct solver_search_options *options)
{
    size_t count = 0;
    for (size_t i = 0; i < options->objectives_count; i = solver_level_end(options, i))
        count++;
    return count;
}

bool solver_level_orders(const struct solver_search_options *options, size_t first)
{
    return options->objectives[first].objective == MODEL_OBJECTIVE_SMALLEST_NUMBERS;
}

bool solver_minimises(const struct solver_search_options *options, enum model_objective objective)
{
    for (size_t i = 0; i < options->objectives_count && !solver_level_orders(options, i); i++) {
        if (options->objectives[i].objective == objective)
            return true;
    }
    return false;
}

const char *solver_level_name(const struct solver_search_options *options, struct aj_arena *arena,
                              size_t first)
{
    const char *name = "";
    for (size_t i = first; i < solver_level_end(options, first); i++) {
        const struct model_priority *part = &options->objectives[i];
        const char *objective = aj_name_of(model_objective_names, part->objective);
        name = part->weight == 1 ? aj_strf(arena, "%s%s%s", name, i > first ? " + " : "", objective)
                                 : aj_strf(arena, "%s%s%u %s", name, i > first ? " + " : "",
                                           part->weight, objective);
    }
    return name;
}

static bool has_objective(const struct model_requirements *req, enum model_objective objective)
{
    for (size_t i = 0; i < req->objectives_count; i++) {
        if (req->objectives[i].objective == objective)
            return true;
    }
    return false;
}

static bool has_costs(const struct model_requirements *req)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        if (model_constraint_is_priced(&req->constraints[i]))
            return true;
    }
    for (size_t i = 0; i < req->guests_count; i++) {
        for (size_t k = 0; k < req->guests[i].wants_count; k++) {
            if (req->guests[i].wants[k].cost > 0)
                return true;
        }
    }
    return false;
}

/* Costs, likeness and the total order. */
enum { NOT_NAMED = 3 };

/* A list that grows. */
struct list {
    struct model_priority *items;
    size_t count;
    uint32_t next; /* level */
};

static void add_alone(struct list *list, enum model_objective objective)
{
    list->items[list->count++] = (struct model_priority){objective, list->next++, 1};
}

void solver_objectives_list(struct solver_search_options *to, struct aj_arena *arena,
                            const struct model_requirements *req, const struct model_plan *earlier)
{
    const bool costs = has_costs(req), stable = earlier != NULL;
    struct list list = {
        .items = AJ_NEW_ARRAY(arena, struct model_priority, req->objectives_count + NOT_NAMED)};
    const struct model_priority *kept = NULL; /* the last of the user's that is in the list */
    bool placed = has_objective(req, MODEL_OBJECTIVE_STABILITY); /* by the user */
    if (costs && !has_objective(req, MODEL_OBJECTIVE_PREFERENCES))
        add_alone(&list, MODEL_OBJECTIVE_PREFERENCES);
    for (size_t i = 0; i < req->objectives_count; i++) {
        const struct model_priority *from = &req->objectives[i];
        /* Without an earlier plan there is nothing to be like, without costs nothing to pay. */
        if ((from->objective == MODEL_OBJECTIVE_STABILITY && !stable) ||
            (from->objective == MODEL_OBJECTIVE_PREFERENCES && !costs))
            continue;
        if (from->objective == MODEL_OBJECTIVE_SMALLEST_NUMBERS && stable && !placed) {
            add_alone(&list, MODEL_OBJECTIVE_STABILITY);
            placed = true;
        }
        const bool shared = kept != NULL && kept->level == from->level;
        kept = from;
        list.items[list.count] = *from;
        list.items[list.count++].level = shared ? list.next - 1 : list.next++;
    }
    if (stable && !placed)
        add_alone(&list, MODEL_OBJECTIVE_STABILITY);
    if (!has_objective(req, MODEL_OBJECTIVE_SMALLEST_NUMBERS))
        add_alone(&list, MODEL_OBJECTIVE_SMALLEST_NUMBERS);
    to->objectives = list.items;
    to->objectives_count = list.count;
}
