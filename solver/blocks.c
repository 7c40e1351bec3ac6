/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks.h"

#include "solver/backend_glpk.h"
#include "solver/blocks_priv.h"

struct deciding_level {
    struct solver_goal goal;
    int64_t bound; /* INT64_MIN: none */
    struct solver_owners_level spent;
};

struct deciding {
    struct aj_ctx *cx;
    const struct solver_search_options *options;
    struct solver_owners *owners;
    struct blocks blocks;
    struct blocks_program program;
    uint32_t next;   /* column of ways.items[0]: the block in question is divided like this */
    uint32_t taken;  /* row of ways.items[0]: no more are taken than there are */
    uint32_t one;    /* row of types.items[0]: one way for the block in question */
    int64_t *values; /* of the best answer so far, if there is one: `known` */
    int64_t *trial;
    uint32_t *guess;                    /* guess[cpus_count]: owners, or NULL */
    int64_t guessed;                    /* its isolation */
    struct deciding_level *levels, *at; /* those before the total order; the one at hand */
    size_t levels_count;
    bool known, proved;
};

/* What is minimised, as a part of the level at hand. */
struct aim {
    const struct solver_term *terms;
    size_t count;
    double gap;        /* as struct solver_part */
    const char *level; /* for the news, NULL: none */
};

/* Keeps the answer if there is one. */
static enum aj_status minimise(struct deciding *d, const struct aim *aim,
                               struct solver_answer *answer)
{
    const struct solver_limits *limits = &d->options->limits;
    uint32_t *cols = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->program.ip.cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->program.ip.rows.count);
    struct solver_part part = {.ip = &d->program.ip,
                               .cols = cols,
                               .rows = rows,
                               .objective = aim->terms,
                               .objective_count = aim->count,
                               .cutoff = SOLVER_FREE,
                               .gap = aim->gap,
                               .level = aim->level};
    for (uint32_t i = 0; i < d->program.ip.cols.count; i++)
        cols[part.cols_count++] = i;
    for (uint32_t i = 0; i < d->program.ip.rows.count; i++) {
        if (d->program.ip.rows.items[i].count > 0)
            rows[part.rows_count++] = i;
    }
    const int64_t began = solver_clock_ns();
    *answer = (struct solver_answer){.verdict = SOLVER_LIMIT, .bound = INT64_MIN};
    if (!solver_stopped(d->cx, limits))
        AJ_TRY(solver_glpk_solve(d->cx, &part, limits, d->trial, answer));
    d->at->spent.nodes += answer->nodes;
    d->at->spent.spent_ns += solver_clock_ns() - began;
    aj_log(d->cx, AJ_LOG_DEBUG, "blocks: value %lld, %u nodes, %.3f ms", (long long)answer->value,
           answer->nodes, (double)(solver_clock_ns() - began) / 1e6);
    if (answer->verdict == SOLVER_OPTIMAL || answer->verdict == SOLVER_FEASIBLE) {
        memcpy(d->values, d->trial, d->program.ip.cols.count * sizeof *d->values);
        d->known = true;
    }
    return AJ_OK;
}

static void hold(struct deciding *d, const struct solver_goal *goal, int64_t upper)
{
    solver_ip_row(&d->program.ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE, upper, "level(%zu)",
                  d->program.ip.rows.count);
    for (size_t i = 0; i < goal->terms.count; i++)
        solver_ip_term(&d->program.ip, goal->terms.items[i].col, goal->terms.items[i].coef);
}

/*
 * Isolation, when it comes first: is anything better than the guess, by more than the gap? It cuts the
 * search where no answer of its own has been found yet; often the bound meets it at once.
 */
static enum aj_status beat_guess(struct deciding *d, const struct aim *aim)
{
    const struct solver_goal *goal = &d->at->goal;
    const int64_t guess = d->guessed - goal->constant;
    const int64_t slack = solver_slack(aim->gap, guess);
    struct solver_answer answer;
    hold(d, goal, guess - slack - 1);
    struct solver_row *row = &d->program.ip.rows.items[d->program.ip.rows.count - 1];
    AJ_TRY(minimise(d, aim, &answer));
    row->upper = d->known ? answer.value : guess;
    d->at->bound = answer.verdict == SOLVER_INFEASIBLE ? guess - slack : answer.bound;
    return AJ_OK;
}

/* Is the level isolation and nothing else, and a guess of it at hand? */
static bool is_guessed(const struct deciding *d, size_t first)
{
    return first == 0 && d->guess != NULL && solver_level_end(d->options, 0) == 1 &&
           d->options->objectives[0].objective == MODEL_OBJECTIVE_ISOLATION &&
           d->options->objectives[0].weight == 1;
}

/* Minimises the level that begins with objectives[first] and holds it there. */
static enum aj_status solve_level(struct deciding *d, size_t first)
{
    const struct solver_goal *goal = &d->at->goal;
    const struct aim aim = {.terms = goal->terms.items,
                            .count = goal->terms.count,
                            .gap = d->options->limits.gap,
                            .level = solver_level_name(d->options, d->blocks.arena, first)};
    struct solver_answer answer;
    if (goal->terms.count == 0)
        return AJ_OK;
    if (is_guessed(d, first))
        return beat_guess(d, &aim);
    AJ_TRY(minimise(d, &aim, &answer));
    d->at->bound = answer.bound;
    if (d->known)
        hold(d, goal, solver_terms_value(goal->terms.items, goal->terms.count, d->values));
    return AJ_OK;
}

/* Columns and rows that ask how the next block of a type may be divided at the least. */
static void add_next(struct deciding *d)
{
    d->next = (uint32_t)d->program.ip.cols.count;
    for (uint32_t j = 0; j < d->blocks.ways.count; j++)
        (void)solver_ip_col(&d->program.ip, 0, 0, "next(%u)", j);
    d->taken = (uint32_t)d->program.ip.rows.count;
    for (uint32_t j = 0; j < d->blocks.ways.count; j++) {
        solver_ip_row(&d->program.ip, SOLVER_FAMILY_CPU, 0, SOLVER_FREE, "taken(%u)", j);
        solver_ip_term(&d->program.ip, d->program.ways + j, 1);
        solver_ip_term(&d->program.ip, d->next + j, -1);
    }
    d->one = (uint32_t)d->program.ip.rows.count;
    for (uint32_t t = 0; t < d->blocks.types.count; t++) {
        const struct block_type *type = &d->blocks.types.items[t];
        solver_ip_row(&d->program.ip, SOLVER_FAMILY_CPU, 0, 0, "next_one(%u)", t);
        for (uint32_t j = 0; j < type->ways_count; j++)
            solver_ip_term(&d->program.ip, d->next + type->first_way + j, 1);
    }
}

static int64_t taken(const struct deciding *d, uint32_t way)
{
    return d->program.ip.cols.items[d->program.ways + way].lower;
}

/* The least way of the type that the answer at hand has left for another block. */
static uint32_t least_left(const struct deciding *d, const struct block_type *type)
{
    uint32_t way = type->first_way;
    while (d->values[d->program.ways + way] == taken(d, way))
        way++;
    return way;
}

/* The least way in which the block can be divided, given how those before it are. */
static enum aj_status solve_block(struct deciding *d, const struct block *block, uint32_t *way)
{
    const struct block_type *type = &d->blocks.types.items[block->type];
    const uint32_t first = type->first_way, last = least_left(d, type), one = d->one + block->type;
    struct solver_answer answer = {.verdict = SOLVER_OPTIMAL};
    *way = last;
    if (last > first) {
        const struct aj_mark mark = aj_arena_mark(d->cx->scratch);
        struct solver_term *terms =
            AJ_NEW_ARRAY(d->cx->scratch, struct solver_term, last - first + 1);
        for (uint32_t j = first; j <= last; j++) {
            terms[j - first] = (struct solver_term){d->next + j, j - first};
            d->program.ip.cols.items[d->next + j].upper = 1;
            d->program.ip.rows.items[d->taken + j].lower = taken(d, j);
        }
        d->program.ip.rows.items[one].lower = d->program.ip.rows.items[one].upper = 1;
        const struct aim aim = {.terms = terms, .count = last - first + 1};
        AJ_TRY(minimise(d, &aim, &answer));
        aj_arena_release(d->cx->scratch, mark);
        if (answer.verdict == SOLVER_OPTIMAL || answer.verdict == SOLVER_FEASIBLE)
            *way = first + (uint32_t)answer.value;
        d->program.ip.rows.items[one].lower = d->program.ip.rows.items[one].upper = 0;
        for (uint32_t j = first; j <= last; j++) {
            d->program.ip.cols.items[d->next + j].upper = 0;
            d->program.ip.rows.items[d->taken + j].lower = 0;
        }
    }
    d->proved = d->proved && answer.verdict == SOLVER_OPTIMAL;
    d->program.ip.cols.items[d->program.ways + *way].lower++;
    return AJ_OK;
}

static enum aj_status solve_order(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    add_next(d);
    for (uint32_t i = 0; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        uint32_t way;
        AJ_TRY(solve_block(d, block, &way));
        for (uint32_t k = 0; k < block->size; k++)
            owner[block->cpus[k]] = d->blocks.ways.items[way].owner[k];
    }
    d->owners->owner = owner;
    d->owners->ordered = d->proved;
    return AJ_OK;
}

/* Up to the total order; what comes after it decides nothing. */
static enum aj_status solve_levels(struct deciding *d)
{
    const struct solver_search_options *options = d->options;
    for (size_t first = 0;
         first < options->objectives_count && !solver_level_orders(options, first); d->at++) {
        const size_t end = solver_level_end(options, first);
        d->at->goal = solver_ip_level(&d->program.ip, d->blocks.arena, &options->objectives[first],
                                      end - first);
        d->at->bound = INT64_MIN;
        d->levels_count++;
        AJ_TRY(solve_level(d, first));
        first = end;
    }
    return AJ_OK;
}

/* How far the owners are from what was proved of each level: no goal is below 0. */
static void report_levels(struct deciding *d)
{
    for (size_t i = 0; i <= d->levels_count; i++) {
        const struct deciding_level *level = &d->levels[i];
        struct solver_owners_level *to = &d->owners->levels[i];
        *to = level->spent;
        if (level->goal.terms.count == 0)
            continue;
        to->gap = SOLVER_FREE;
        const int64_t bound = level->bound > 0 ? level->bound : 0;
        to->bound = bound + level->goal.constant;
        if (d->known)
            to->gap =
                solver_terms_value(level->goal.terms.items, level->goal.terms.count, d->values) -
                bound;
        else if (is_guessed(d, i))
            to->gap = d->guessed - level->goal.constant - bound;
    }
}

static enum aj_status decide(struct deciding *d)
{
    const struct aim any = {.count = 0};
    struct solver_answer answer;
    blocks_program_build(&d->program, &d->blocks);
    const size_t cols = d->program.ip.cols.count + d->blocks.ways.count;
    d->values = AJ_NEW_ARRAY(d->blocks.arena, int64_t, cols);
    d->trial = AJ_NEW_ARRAY(d->blocks.arena, int64_t, cols);
    d->proved = true;
    d->guess = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    if (!blocks_guess(&d->blocks, d->guess, &d->guessed))
        d->guess = NULL;
    AJ_TRY(solve_levels(d));
    if (!d->known && (d->guess == NULL || d->options->objectives_count > 0)) {
        AJ_TRY(minimise(d, &any, &answer));
        d->owners->infeasible = answer.verdict == SOLVER_INFEASIBLE && d->guess == NULL;
    }
    if (d->known)
        AJ_TRY(solve_order(d));
    else
        d->owners->owner = d->guess;
    report_levels(d);
    return AJ_OK;
}

enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                    const struct solver_search_options *options,
                                    struct aj_arena *arena, struct solver_owners *owners)
{
    struct deciding d = {.cx = cx, .options = options, .owners = owners};
    *owners = (struct solver_owners){.owner = NULL};
    /* One more than there are: for what is decided without any, or after the last. */
    const size_t count = solver_levels_count(options) + 1;
    owners->levels = AJ_NEW_ARRAY(arena, struct solver_owners_level, count);
    d.at = d.levels = AJ_NEW_ARRAY(arena, struct deciding_level, count);
    return blocks_find(&d.blocks, arena, p) ? decide(&d) : AJ_OK;
}
