/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/check_plan_priv.h"

typedef AJ_VEC(struct model_plan_wish) wish_list;

static void add_picks(const struct model_plan_cell *cell, const struct model_cell_request *request,
                      struct aj_arena *out, wish_list *list)
{
    for (size_t i = 0; i < request->wants_count && i < cell->picks_count; i++) {
        const struct model_device_want *want = &request->wants[i];
        const char *pick = cell->picks[i];
        const struct model_plan_wish wish = {
            .cell = cell->key,
            .wish = want->device != NULL
                        ? want->device
                        : aj_strf(out, "any %s", aj_name_of(model_device_class_names, want->any)),
            .given = strcmp(pick, MODEL_PICK_NONE) == 0 ? NULL : pick,
            .cost = want->cost,
        };
        AJ_PUSH(out, list, wish);
    }
}

/* Of several statements, the cell of the first one that has any; an interrupt is the root's. */
static const char *cell_of(const struct model_requirements *req,
                           const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++)
        if (constraint->literals[i].cell != NULL)
            return constraint->literals[i].cell;
    return req->root.key;
}

/* What it costs stands apart. */
static const char *words_of(const struct model_constraint *constraint, struct aj_arena *out)
{
    const char *words = model_constraint_words(constraint, out);
    const char *cost = strstr(words, "\ncost: ");
    return cost == NULL ? words : aj_strndup(out, words, (size_t)(cost - words));
}

const struct model_plan_wish *model_plan_wishes(const struct model_board *board,
                                                const struct model_requirements *req,
                                                const struct model_plan *plan, struct aj_arena *out,
                                                size_t *count)
{
    const struct model_plan_check pc = {.board = board, .req = req, .plan = plan};
    wish_list list = {0};
    for (size_t i = 0; i < plan->cells_count; i++) {
        const struct model_cell_request *request = model_cell_by_key(req, plan->cells[i].key);
        if (request != NULL)
            add_picks(&plan->cells[i], request, out, &list);
    }
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *constraint = &req->constraints[i];
        if (!model_constraint_is_priced(constraint))
            continue;
        const struct model_plan_wish wish = {cell_of(req, constraint), words_of(constraint, out),
                                             model_plan_pays(&pc, constraint) ? NULL : "as asked",
                                             constraint->cost};
        AJ_PUSH(out, &list, wish);
    }
    *count = list.count;
    return list.items;
}
