/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/features_table.h"

#include "tests/support/support.h"

static bool level_costs(const struct scene *s, uint32_t level)
{
    const int64_t values[] = {s->best->isolation, s->best->irq, s->best->memory_quality,
                              s->best->root_keeps};
    return values[level] > (level < 2 ? 0 : 1);
}

static bool preferences_cost(const struct scene *s, uint32_t cost)
{
    return s->best->preferences >= (int64_t)cost;
}

static bool lines_near(const struct scene *s, uint32_t cost)
{
    return s->best->irq >= (int64_t)cost;
}

/* What the levels come to. */
static const struct feature levels[] = {
    {"levels: preferences cost", preferences_cost, 1},
    {"levels: isolation costs", level_costs, 0},
    {"levels: interrupts cost", level_costs, 1},
    {"levels: two intervals used", level_costs, 2},
    {"levels: the root loses more", level_costs, 3},
    {"levels: interrupts near", lines_near, 1000},
    {NULL, NULL, 0},
};

static const struct feature *const tables[] = {features_cells, features_wishes, levels};

void features_count(struct features *features, const struct random_problem *p,
                    const struct brute *best)
{
    const struct scene scene = {p->board, p->req, best};
    size_t i = 0;
    for (size_t t = 0; t < AJ_COUNT(tables); t++)
        for (const struct feature *f = tables[t]; f->name != NULL; f++, i++) {
            const bool here = f->occurs(&scene, f->which);
            assert_true(i < FEATURES_MAX);
            features->all[i] += here;
            features->feasible[i] += here && best->feasible;
        }
}

bool features_print(const struct features *features)
{
    bool all = true;
    size_t i = 0;
    for (size_t t = 0; t < AJ_COUNT(tables); t++)
        for (const struct feature *f = tables[t]; f->name != NULL; f++, i++) {
            print_message("%-32s %5u, with a plan %5u%s\n", f->name, features->all[i],
                          features->feasible[i], features->feasible[i] == 0 ? "  NEVER" : "");
            all = all && features->feasible[i] > 0;
        }
    return all;
}
