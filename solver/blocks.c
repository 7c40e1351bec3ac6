/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks.h"

#include "solver/blocks_deciding.h"

/* Who is in which package, and with how many CPUs: the rest is nearly whole by itself then. */
static void branch_on_packages(struct deciding *d)
{
    if (d->blocks.packages_count < 2)
        return;
    d->apart.first_count = 2 * d->blocks.packages_count * d->blocks.cells_count;
    uint32_t *first = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->apart.first_count);
    for (uint32_t i = 0; i < d->apart.first_count; i++)
        first[i] = d->program.there + i;
    d->apart.first = first;
}

/* From the coarse answer if there is one. */
static bool guess(const struct deciding *d, uint32_t *owner)
{
    const struct solver_search_options *options = d->apart.options;
    const int64_t cost = blocks_price(options);
    if (d->coarse != NULL) {
        const struct deciding *c = d->coarse;
        if (c->judging.arranged != NULL)
            memcpy(owner, c->judging.arranged, d->blocks.p->cpus_count * sizeof *owner);
        else
            blocks_spread(c, 0, owner);
        if (blocks_improve(&d->blocks, cost, NULL, NULL, owner))
            return true;
    }
    return blocks_guess(&d->blocks, cost, options->objectives_count > 0 ? BLOCKS_GOOD : BLOCKS_ANY,
                        owner);
}

static enum aj_status minimise(struct deciding *d, uint32_t *owner)
{
    blocks_program_build(&d->program, &d->apart.ip, &d->blocks);
    branch_on_packages(d);
    if (guess(d, owner))
        d->apart.values = blocks_values_of(d, owner);
    d->apart.known =
        d->apart.values != NULL &&
        (d->judging.fine == NULL || blocks_arrange_judge(d, d->apart.values) == APART_HOLDS);
    return d->apart.known && d->apart.options->objectives_count == 0 ? AJ_OK
                                                                     : apart_levels(&d->apart);
}

/*
 * The same with fewer types of blocks, where no rule that costs more than `most` is broken. Answers are
 * cut off that cannot be arranged among the blocks, as far as that is seen. False: there are none.
 */
static enum aj_status decide_coarse(struct deciding *d, int64_t most, bool *found)
{
    const struct solver_problem *p = d->blocks.p;
    struct deciding *c = AJ_NEW(d->blocks.arena, struct deciding);
    struct solver_apart *result = AJ_NEW(d->blocks.arena, struct solver_apart);
    *found = true;
    if (!blocks_find(&c->blocks, p->arena, p, d->apart.options, BLOCKS_COARSE) ||
        !blocks_relate(&d->blocks, &c->blocks))
        return AJ_OK;
    apart_open(&c->apart, d->apart.cx, d->apart.options, p->arena, result);
    c->judging.fine = d;
    c->judging.left.most = most;
    c->judging.known = blocks_nobody(d);
    c->apart.judge = blocks_arrange_judge;
    c->apart.judge_arg = c;
    AJ_TRY(minimise(c, AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count)));
    *found = !result->infeasible;
    if (c->apart.known && blocks_arrange_judge(c, c->apart.values) == APART_HOLDS) {
        d->coarse = c;
        d->apart.coarse = &c->apart;
    }
    return AJ_OK;
}

/* Are the user's prices what is minimised first, and nothing else with them? */
static bool prices_first(const struct solver_search_options *options)
{
    return options->objectives[0].objective == MODEL_OBJECTIVE_PREFERENCES &&
           solver_level_end(options, 0) == 1;
}

/*
 * What is infeasible in the coarse program is so here. Where nothing is paid, its bounds hold for those
 * who need not pay; if an answer is not seen at once, it begins anew without that. Where lines are
 * judged, that one is seen proves nothing: they may refuse it, and all others that cost nothing.
 */
static enum aj_status begin_coarse(struct deciding *d)
{
    bool found;
    if ((d->blocks.rules.count == 0 && d->blocks.earlier == NULL && d->blocks.bound == NULL) ||
        d->apart.options->objectives_count == 0)
        return AJ_OK;
    if (prices_first(d->apart.options) && d->blocks.options == NULL) {
        AJ_TRY(decide_coarse(d, 0, &found));
        if (d->coarse != NULL && d->coarse->judging.arranged != NULL)
            return AJ_OK;
        d->coarse = NULL;
        d->apart.coarse = NULL;
    }
    AJ_TRY(decide_coarse(d, BLOCKS_BROKEN - 1, &found));
    d->apart.result->infeasible = !found;
    return AJ_OK;
}

static enum aj_status decide(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    struct solver_answer answer;
    AJ_TRY(begin_coarse(d));
    if (d->apart.result->infeasible)
        return AJ_OK;
    if (d->blocks.options != NULL) {
        d->lines = (struct blocks_judge){.program = &d->program, .apart = &d->apart};
        d->apart.judge = blocks_lines_judge;
        d->apart.judge_arg = &d->lines;
    }
    AJ_TRY(minimise(d, owner));
    if (d->apart.known && d->apart.options->objectives_count == 0) {
        apart_close(&d->apart, owner, false);
        return AJ_OK;
    }
    if (!d->apart.known && !d->apart.result->infeasible)
        AJ_TRY(apart_minimise(&d->apart, NULL, 0, &answer));
    if (d->apart.known)
        AJ_TRY(blocks_solve_order(d));
    if (d->apart.unknown)
        d->apart.result->choice = NULL;
    return AJ_OK;
}

/* More CPUs than there are, whatever else is wished? */
static bool asks_too_many(const struct solver_problem *p)
{
    uint64_t asked = 0;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        const uint32_t count = p->cells[c].wants_cpus ? p->cells[c].count : 0;
        asked += c == SOLVER_ROOT && count == 0 ? 1 : count;
    }
    return asked > p->cpus_count;
}

/* The number of CPUs of a guest that asks for none is not decided here, if it counts at all. */
static bool asks_none(const struct solver_problem *p)
{
    bool none = false;
    for (uint32_t c = 1; c < p->cells_count; c++)
        none = none || !p->cells[c].wants_cpus;
    return none;
}

enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                    const struct solver_search_options *options,
                                    enum solver_blocks_lines lines, struct solver_apart *owners)
{
    struct deciding d = {.proved = true};
    apart_open(&d.apart, cx, options, p->arena, owners);
    owners->infeasible = asks_too_many(p);
    if (owners->infeasible || (options->objectives_count > 0 && asks_none(p)))
        return AJ_OK;
    return blocks_find(&d.blocks, p->arena, p, options,
                       lines == SOLVER_LINES_JUDGED ? BLOCKS_LINES : BLOCKS_SAID)
               ? decide(&d)
               : AJ_OK;
}
