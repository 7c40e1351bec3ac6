/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/apart.h"

/* What is minimised, as a part of the level at hand. */
struct aim {
    const struct solver_term *terms;
    size_t count;
    double gap;        /* as struct solver_part */
    const char *level; /* for the news, NULL: none */
    int64_t floor;     /* no answer is below */
};

void apart_open(struct apart *a, struct aj_ctx *cx, const struct solver_search_options *options,
                struct aj_arena *arena, struct solver_apart *result)
{
    /* One more than there are: for what is decided without any, or after the last. */
    const size_t count = solver_levels_count(options) + 1;
    *a = (struct apart){.cx = cx, .options = options, .result = result};
    *result = (struct solver_apart){.choice = NULL};
    result->levels = AJ_NEW_ARRAY(arena, struct solver_apart_level, count);
    a->goals = AJ_NEW_ARRAY(arena, struct apart_goal, count);
    solver_ip_open(&a->ip, arena);
}

static enum aj_status solve(struct apart *a, const struct aim *aim, int64_t cutoff, int64_t *trial,
                            struct solver_answer *answer)
{
    const struct solver_ip *ip = &a->ip;
    uint32_t *cols = AJ_NEW_ARRAY(ip->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(ip->arena, uint32_t, ip->rows.count);
    struct solver_apart_level *level = &a->result->levels[a->goals_count];
    struct solver_part part = {.ip = ip,
                               .cols = cols,
                               .rows = rows,
                               .objective = aim->terms,
                               .objective_count = aim->count,
                               .first = a->first,
                               .first_count = a->first_count,
                               .cutoff = cutoff,
                               .gap = aim->gap,
                               .level = aim->level,
                               .offset = a->goals[a->goals_count].goal.constant,
                               .incumbent = SOLVER_FREE};
    if (a->known)
        part.incumbent = solver_terms_value(aim->terms, aim->count, a->values);
    for (uint32_t i = 0; i < ip->cols.count; i++)
        cols[part.cols_count++] = i;
    for (uint32_t i = 0; i < ip->rows.count; i++) {
        if (ip->rows.items[i].count > 0)
            rows[part.rows_count++] = i;
    }
    const int64_t began = solver_clock_ns();
    AJ_TRY(solver_glpk_solve(a->cx, &part, &a->options->limits, trial, answer));
    level->nodes += answer->nodes;
    level->spent_ns += solver_clock_ns() - began;
    aj_log(a->cx, AJ_LOG_DEBUG, "apart: %zu columns, verdict %d, value %lld, %u nodes, %.3f ms",
           ip->cols.count, (int)answer->verdict, (long long)answer->value, answer->nodes,
           (double)(solver_clock_ns() - began) / 1e6);
    return AJ_OK;
}

static bool has_values(const struct solver_answer *answer)
{
    return answer->verdict == SOLVER_OPTIMAL || answer->verdict == SOLVER_FEASIBLE;
}

/* Only what is better than the known answer by more than the gap counts. SOLVER_FREE: everything does. */
static int64_t cutoff_of(const struct apart *a, const struct aim *aim)
{
    if (!a->known || aim->count == 0)
        return SOLVER_FREE;
    const int64_t value = solver_terms_value(aim->terms, aim->count, a->values);
    return value - solver_slack(aim->gap, value) - 1;
}

static void accept(struct apart *a, int64_t *values)
{
    a->values = values;
    a->known = true;
}

/* The library's answer, and what it is worth. */
static void judge(struct apart *a, const struct aim *aim, int64_t cutoff, int64_t *trial,
                  enum apart_judgement *judgement)
{
    *judgement = a->judge != NULL ? a->judge(a->judge_arg, trial) : APART_HOLDS;
    a->unknown = *judgement == APART_UNKNOWN;
    if (*judgement == APART_HOLDS ||
        (*judgement == APART_WORSE && aim->count > 0 && apart_keeps_levels(a, trial) &&
         solver_terms_value(aim->terms, aim->count, trial) <= cutoff))
        accept(a, trial);
}

/* Answers that are judged not to hold are cut off until one is left that does. */
static enum aj_status search(struct apart *a, const struct aim *aim, int64_t *cutoff,
                             struct solver_answer *answer)
{
    enum apart_judgement judgement;
    do {
        int64_t *trial = AJ_NEW_ARRAY(a->ip.arena, int64_t, a->ip.cols.count);
        *cutoff = cutoff_of(a, aim);
        *answer = (struct solver_answer){.verdict = SOLVER_INFEASIBLE};
        if (*cutoff < aim->floor)
            return AJ_OK;
        *answer = (struct solver_answer){.verdict = SOLVER_LIMIT, .bound = INT64_MIN};
        if (a->options->limits.on_cancel == SOLVER_CANCEL_FAILS)
            AJ_TRY(aj_poll_cancel(a->cx));
        if (a->unknown || solver_stopped(a->cx, &a->options->limits))
            return AJ_OK;
        AJ_TRY(solve(a, aim, *cutoff, trial, answer));
        if (!has_values(answer))
            return AJ_OK;
        judge(a, aim, *cutoff, trial, &judgement);
    } while (judgement != APART_HOLDS);
    return AJ_OK;
}

static enum aj_status minimise(struct apart *a, const struct aim *aim, struct solver_answer *answer)
{
    int64_t cutoff;
    AJ_TRY(search(a, aim, &cutoff, answer));
    if (answer->verdict == SOLVER_INFEASIBLE && !a->known)
        a->result->infeasible = true;
    if (answer->verdict == SOLVER_INFEASIBLE && cutoff != SOLVER_FREE)
        answer->bound = cutoff + 1;
    if (a->known)
        answer->value = solver_terms_value(aim->terms, aim->count, a->values);
    answer->bound = answer->bound > aim->floor ? answer->bound : aim->floor;
    return AJ_OK;
}

enum aj_status apart_minimise(struct apart *a, const struct solver_term *terms, size_t count,
                              struct solver_answer *answer)
{
    const struct aim aim = {.terms = terms, .count = count};
    return minimise(a, &aim, answer);
}

/* A row that keeps the level within these limits. */
static void limit(struct apart *a, struct apart_goal *at, int64_t lower)
{
    at->row = (uint32_t)a->ip.rows.count;
    solver_ip_row(&a->ip, SOLVER_FAMILY_LEVEL, lower, SOLVER_FREE, "level(%zu)", a->goals_count);
    for (size_t i = 0; i < at->goal.terms.count; i++)
        solver_ip_term(&a->ip, at->goal.terms.items[i].col, at->goal.terms.items[i].coef);
}

static void hold(struct apart *a, struct apart_goal *at, int64_t upper)
{
    at->held = upper;
    a->ip.rows.items[at->row].upper = upper;
}

/*
 * A relaxation cannot be better here unless it is worse in a level before: what was proved of it holds
 * as long as those levels that it knows are as good as it has them.
 */
static int64_t floor_of(const struct apart *a)
{
    for (size_t i = 0; a->coarse != NULL && i < a->goals_count; i++) {
        const struct apart_goal *below = &a->coarse->goals[i];
        if (below->goal.terms.count > 0 && a->goals[i].held != below->held)
            return 0;
    }
    return a->coarse != NULL && a->goals_count < a->coarse->goals_count
               ? a->coarse->goals[a->goals_count].bound
               : 0;
}

enum aj_status apart_levels(struct apart *a)
{
    const struct solver_search_options *options = a->options;
    struct aj_arena *arena = a->ip.arena;
    /* What comes after the total order decides nothing. */
    for (size_t first = 0, end;
         first < options->objectives_count && !solver_level_orders(options, first); first = end) {
        struct apart_goal *at = &a->goals[a->goals_count];
        struct solver_answer answer;
        end = solver_level_end(options, first);
        at->goal = solver_ip_level(&a->ip, arena, &options->objectives[first], end - first);
        if (at->goal.terms.count > 0) {
            const struct aim aim = {at->goal.terms.items, at->goal.terms.count, options->limits.gap,
                                    solver_level_name(options, arena, first), floor_of(a)};
            limit(a, at, aim.floor);
            AJ_TRY(minimise(a, &aim, &answer));
            if (!a->known)
                return AJ_OK;
            at->bound = answer.bound;
            hold(a, at, answer.value);
        }
        a->goals_count++;
    }
    return AJ_OK;
}

void apart_loosen(struct apart *a, const struct apart *to)
{
    for (size_t i = 0; i < a->goals_count; i++) {
        if (a->goals[i].goal.terms.count > 0 && to->goals[i].held > a->goals[i].held)
            hold(a, &a->goals[i], to->goals[i].held);
    }
}

static int64_t value_of(const struct apart_goal *at, const int64_t *values)
{
    return solver_terms_value(at->goal.terms.items, at->goal.terms.count, values);
}

bool apart_keeps_levels(const struct apart *a, const int64_t *values)
{
    for (size_t i = 0; i < a->goals_count; i++) {
        if (value_of(&a->goals[i], values) > a->goals[i].held)
            return false;
    }
    return true;
}

void apart_close(struct apart *a, const uint32_t *choice, bool ordered)
{
    a->result->choice = choice;
    a->result->ordered = ordered;
    for (size_t i = 0; i < a->goals_count; i++)
        a->result->levels[i].gap = value_of(&a->goals[i], a->values) - a->goals[i].bound;
    if (!ordered)
        a->result->levels[a->goals_count].gap = SOLVER_FREE;
}
