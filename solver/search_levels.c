/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The levels of the search as the list of objectives divides them. */
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
