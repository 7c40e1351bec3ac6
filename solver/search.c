/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/search.h"

#include "solver/backend_glpk.h"

/* Digits are solved together while their combinations fit well into a double's precision. */
#define CHUNK_MAX ((int64_t)1 << 20)

struct terms {
    struct solver_term *items;
    size_t count, cap;
};

struct search {
    struct aj_ctx *cx;
    struct solver_model *m;
    const struct solver_search_options *options;
    struct aj_arena *arena;
    struct solver_outcome *outcome;
    uint32_t *component_of; /* component_of[column] */
    uint32_t components;
    bool *known; /* known[component]: outcome->values has an answer for it */
    int64_t *trial;
    int64_t *spent_ns; /* spent_ns[level] */
};

/* Components */

static uint32_t leader(uint32_t *parent, uint32_t col)
{
    while (parent[col] != col) {
        parent[col] = parent[parent[col]];
        col = parent[col];
    }
    return col;
}

/* Columns that share no row, not even through others, are decided apart: the optimum of a sum over
 * them is the sum of their optima. */
static void find_components(struct search *s)
{
    const struct solver_ip *ip = &s->m->ip;
    uint32_t *parent = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    for (uint32_t i = 0; i < ip->cols.count; i++)
        parent[i] = i;
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        for (size_t k = 1; k < row->count; k++) {
            const uint32_t a = leader(parent, ip->terms.items[row->first].col);
            const uint32_t b = leader(parent, ip->terms.items[row->first + k].col);
            parent[a > b ? a : b] = a > b ? b : a;
        }
    }
    s->component_of = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    for (uint32_t i = 0; i < ip->cols.count; i++) {
        const uint32_t first = leader(parent, i);
        s->component_of[i] = first == i ? s->components++ : s->component_of[first];
    }
    s->known = AJ_NEW_ARRAY(s->arena, bool, s->components);
}

static bool row_in(const struct search *s, const struct solver_row *row, uint32_t component)
{
    return row->count > 0 && s->component_of[s->m->ip.terms.items[row->first].col] == component;
}

/* The component as a part; rows without terms are judged by empty_row_fails. */
static struct solver_part part_of(const struct search *s, uint32_t component,
                                  const struct terms *objective)
{
    const struct solver_ip *ip = &s->m->ip;
    uint32_t *cols = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(s->arena, uint32_t, ip->rows.count);
    struct solver_part part = {.ip = ip, .cols = cols, .rows = rows};
    for (uint32_t i = 0; i < ip->cols.count; i++) {
        if (s->component_of[i] == component)
            cols[part.cols_count++] = i;
    }
    for (uint32_t i = 0; i < ip->rows.count; i++) {
        if (row_in(s, &ip->rows.items[i], component))
            rows[part.rows_count++] = i;
    }
    part.objective = objective->items;
    part.objective_count = objective->count;
    part.cutoff = SOLVER_FREE;
    if (s->known[component] && objective->count > 0)
        part.cutoff =
            solver_terms_value(objective->items, objective->count, s->outcome->values) - 1;
    return part;
}

static bool empty_row_fails(struct search *s)
{
    const struct solver_ip *ip = &s->m->ip;
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        if (row->count == 0 && (row->lower > 0 || row->upper < 0)) {
            s->outcome->infeasible = true;
            s->outcome->family = row->family;
            return true;
        }
    }
    return false;
}

/* One component */

/* What no values within the columns' bounds can beat. */
static int64_t trivial_bound(const struct solver_ip *ip, const struct terms *objective)
{
    int64_t sum = 0;
    for (size_t i = 0; i < objective->count; i++) {
        const struct solver_term *term = &objective->items[i];
        const struct solver_col *col = &ip->cols.items[term->col];
        sum += term->coef * (term->coef > 0 ? col->lower : col->upper);
    }
    return sum;
}

static enum aj_status out_of_time(struct search *s)
{
    const enum aj_status status = aj_fail(s->cx, AJ_ERR_LIMIT, "time-limit", AJ_NOWHERE,
                                          "the time limit was reached before there was any plan");
    aj_diag_hint(s->cx, "give more time with --time-limit");
    return status;
}

static enum aj_status declare_infeasible(struct search *s, uint32_t component)
{
    const struct solver_ip *ip = &s->m->ip;
    if (s->m->pack_unknown)
        return aj_fail(s->cx, AJ_ERR_LIMIT, "search-limit", AJ_NOWHERE,
                       "no plan was found, and memory is too full of different requests to prove "
                       "that there is none");
    s->outcome->infeasible = true;
    for (size_t i = 0; i < ip->rows.count; i++) {
        if (row_in(s, &ip->rows.items[i], component)) {
            s->outcome->family = ip->rows.items[i].family;
            break;
        }
    }
    return AJ_OK;
}

static void accept(struct search *s, uint32_t component)
{
    for (size_t i = 0; i < s->m->ip.cols.count; i++) {
        if (s->component_of[i] == component)
            s->outcome->values[i] = s->trial[i];
    }
    s->known[component] = true;
}

/*
 * Minimises `objective` over the component; answers that pack memory in no possible way are cut off
 * until one is left that does. An answer that is known stays if there is none below it, if there is no
 * time, or if cuts without proof leave none.
 */
static enum aj_status minimise(struct search *s, uint32_t component, const struct terms *objective,
                               struct solver_answer *answer)
{
    const struct solver_ip *ip = &s->m->ip;
    for (;;) {
        const struct solver_part part = part_of(s, component, objective);
        memcpy(s->trial, s->outcome->values, ip->cols.count * sizeof s->trial[0]);
        *answer = (struct solver_answer){.verdict = SOLVER_LIMIT, .bound = INT64_MIN};
        if (part.cutoff != SOLVER_FREE && part.cutoff < trivial_bound(ip, objective))
            answer->verdict = SOLVER_INFEASIBLE;
        else if (solver_clock_ns() < s->options->deadline_ns)
            AJ_TRY(solver_glpk_solve(s->cx, &part, s->options->deadline_ns, s->trial, answer));
        if (answer->verdict == SOLVER_INFEASIBLE && !s->known[component])
            return declare_infeasible(s, component);
        if (answer->verdict == SOLVER_LIMIT && !s->known[component])
            return out_of_time(s);
        if (answer->verdict == SOLVER_LIMIT || answer->verdict == SOLVER_INFEASIBLE) {
            answer->value =
                solver_terms_value(objective->items, objective->count, s->outcome->values);
            if (answer->verdict == SOLVER_INFEASIBLE)
                answer->bound = answer->value;
            break;
        }
        if (solver_memory_cut(s->m, s->cx->scratch, s->trial) > 0)
            continue;
        accept(s, component);
        break;
    }
    const int64_t least = trivial_bound(ip, objective);
    answer->bound = answer->bound < least ? least : answer->bound;
    if (answer->value != answer->bound || s->m->pack_unknown)
        s->outcome->status = MODEL_PLAN_FEASIBLE;
    return AJ_OK;
}

static struct terms terms_in(const struct search *s, uint32_t component,
                             const struct solver_term *items, size_t count)
{
    struct terms some = {0};
    for (size_t i = 0; i < count; i++) {
        if (s->component_of[items[i].col] == component)
            AJ_PUSH(s->arena, &some, items[i]);
    }
    return some;
}

/* Levels */

static void add_row(struct search *s, const struct terms *terms, int64_t upper, const char *name,
                    uint32_t component)
{
    struct solver_ip *ip = &s->m->ip;
    solver_ip_row(ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE, upper, "level(%s,part%u)", name,
                  component);
    for (size_t i = 0; i < terms->count; i++)
        solver_ip_term(ip, terms->items[i].col, terms->items[i].coef);
}

/* Was everything in it decided before? */
static bool is_fixed(const struct search *s, const struct solver_term *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct solver_col *col = &s->m->ip.cols.items[items[i].col];
        if (col->lower != col->upper)
            return false;
    }
    return true;
}

/* Solves the goal to its optimum in the component and freezes it there. */
static enum aj_status solve_goal(struct search *s, uint32_t component, size_t level_ix)
{
    const enum model_objective objective = (enum model_objective)s->options->objectives[level_ix];
    const struct solver_goal *goal = &s->m->ip.goals[objective];
    struct model_plan_level *level = &s->outcome->levels[level_ix];
    const struct terms terms = terms_in(s, component, goal->terms.items, goal->terms.count);
    struct solver_answer answer;
    if (terms.count == 0)
        return AJ_OK;
    if (is_fixed(s, terms.items, terms.count)) {
        level->value += trivial_bound(&s->m->ip, &terms);
        level->bound += trivial_bound(&s->m->ip, &terms);
        return AJ_OK;
    }
    AJ_TRY(minimise(s, component, &terms, &answer));
    if (s->outcome->infeasible)
        return AJ_OK;
    level->value += answer.value;
    level->bound += answer.bound;
    level->nodes += answer.nodes;
    add_row(s, &terms, answer.value, level->objective, component);
    return AJ_OK;
}

/* Total order */

static int64_t digit_value(const struct search *s, const struct solver_row *digit)
{
    return solver_terms_value(&s->m->ip.terms.items[digit->first], digit->count,
                              s->outcome->values);
}

static void freeze_digit(struct search *s, const struct solver_row *digit, uint32_t component)
{
    const struct solver_term *items = &s->m->ip.terms.items[digit->first];
    struct terms terms = {0};
    for (size_t i = 0; i < digit->count; i++)
        AJ_PUSH(s->arena, &terms, items[i]);
    add_row(s, &terms, digit_value(s, digit), "digit", component);
}

/* The digits from `first` on that go into one objective, weighted so that earlier ones win. */
static size_t chunk(const struct search *s, const struct solver_row *const *digits, size_t first,
                    size_t count, struct terms *objective)
{
    const struct solver_ip *ip = &s->m->ip;
    int64_t weight = 1;
    size_t end = first;
    for (; end < count; end++) {
        const int64_t radix = digits[end]->upper - digits[end]->lower + 1;
        if (end > first && radix > CHUNK_MAX / weight)
            break;
        weight *= radix;
    }
    for (size_t i = first; i < end; i++) {
        weight /= digits[i]->upper - digits[i]->lower + 1;
        for (size_t k = 0; k < digits[i]->count; k++) {
            struct solver_term term = ip->terms.items[digits[i]->first + k];
            term.coef *= weight;
            AJ_PUSH(s->arena, objective, term);
        }
    }
    return end;
}

/* The level's value: how many digits could not be the smallest. */
static enum aj_status solve_order(struct search *s, uint32_t component, size_t level_ix)
{
    struct model_plan_level *level = &s->outcome->levels[level_ix];
    const size_t all = s->m->ip.digits.count;
    const struct solver_row **digits = aj_alloc_array(s->arena, all, sizeof *digits);
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        if (row_in(s, &s->m->ip.digits.items[i], component))
            digits[count++] = &s->m->ip.digits.items[i];
    }
    struct terms none = {0};
    struct solver_answer answer;
    if (!s->known[component])
        AJ_TRY(minimise(s, component, &none, &answer));
    for (size_t at = 0; at < count && !s->outcome->infeasible;) {
        if (is_fixed(s, &s->m->ip.terms.items[digits[at]->first], digits[at]->count)) {
            const bool least = digit_value(s, digits[at]) == digits[at]->lower;
            level->value += !least;
            level->bound += !least;
            at++;
            continue;
        }
        if (digit_value(s, digits[at]) == digits[at]->lower) {
            freeze_digit(s, digits[at++], component);
            continue;
        }
        struct terms objective = {0};
        const size_t end = chunk(s, digits, at, count, &objective);
        AJ_TRY(minimise(s, component, &objective, &answer));
        level->nodes += answer.nodes;
        for (; at < end; at++) {
            level->value += digit_value(s, digits[at]) != digits[at]->lower;
            level->bound +=
                digit_value(s, digits[at]) != digits[at]->lower && answer.value == answer.bound;
            freeze_digit(s, digits[at], component);
        }
    }
    return AJ_OK;
}

/* The columns as they are before any owner of a CPU is decided: their order is the same. */
static void free_columns(struct search *s)
{
    struct solver_model plain;
    solver_model_build(&plain, s->arena, s->m->problem, NULL);
    memcpy(s->m->ip.cols.items, plain.ip.cols.items,
           plain.ip.cols.count * sizeof *plain.ip.cols.items);
}

/* The whole program with its first objective, cuts included, without what the levels added. */
static enum aj_status dump(struct search *s)
{
    const struct solver_ip *ip = &s->m->ip;
    free_columns(s);
    uint32_t *cols = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(s->arena, uint32_t, ip->rows.count);
    struct solver_part part = {.ip = ip, .cols = cols, .rows = rows};
    for (uint32_t i = 0; i < ip->cols.count; i++)
        cols[part.cols_count++] = i;
    for (uint32_t i = 0; i < ip->rows.count; i++) {
        if (ip->rows.items[i].family != SOLVER_FAMILY_LEVEL)
            rows[part.rows_count++] = i;
    }
    part.cutoff = SOLVER_FREE;
    if (s->options->objectives_count > 0 && s->options->objectives[0] < SOLVER_GOALS) {
        const struct solver_goal *goal = &ip->goals[s->options->objectives[0]];
        part.objective = goal->terms.items;
        part.objective_count = goal->terms.count;
    }
    return solver_glpk_dump(s->cx, &part, s->options->dump_lp);
}

/* A good answer of the component of memory, if one is found without searching. */
static void guess_memory(struct search *s, uint32_t component)
{
    const struct solver_ip *ip = &s->m->ip;
    if (s->m->problem->intervals_count == 0 || s->component_of[s->m->depth] != component)
        return;
    memcpy(s->trial, s->outcome->values, ip->cols.count * sizeof s->trial[0]);
    if (!solver_memory_guess(s->m, s->cx->scratch, s->trial))
        return;
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        if (!row_in(s, row, component))
            continue;
        const int64_t sum = solver_terms_value(&ip->terms.items[row->first], row->count, s->trial);
        if (sum < row->lower || sum > row->upper)
            return;
    }
    if (solver_memory_cut(s->m, s->cx->scratch, s->trial) == 0)
        accept(s, component);
}

/* All levels of one component. */
static enum aj_status solve_component(struct search *s, uint32_t component)
{
    const struct solver_search_options *options = s->options;
    const struct terms none = {0};
    guess_memory(s, component);
    for (size_t i = 0; i < options->objectives_count && !s->outcome->infeasible; i++) {
        const int64_t began = solver_clock_ns();
        if (options->objectives[i] < SOLVER_GOALS)
            AJ_TRY(solve_goal(s, component, i));
        else
            AJ_TRY(solve_order(s, component, i));
        s->spent_ns[i] += solver_clock_ns() - began;
    }
    struct solver_answer answer;
    if (!s->known[component] && !s->outcome->infeasible)
        return minimise(s, component, &none, &answer);
    return AJ_OK;
}

static void open_levels(struct search *s)
{
    const size_t count = s->options->objectives_count;
    s->outcome->levels = AJ_NEW_ARRAY(s->arena, struct model_plan_level, count);
    s->outcome->levels_count = count;
    s->spent_ns = AJ_NEW_ARRAY(s->arena, int64_t, count);
    for (size_t i = 0; i < count; i++) {
        const uint32_t objective = s->options->objectives[i];
        struct model_plan_level *level = &s->outcome->levels[i];
        level->objective = aj_name_of(model_objective_names, objective);
        if (objective < SOLVER_GOALS)
            level->value = level->bound = s->m->ip.goals[objective].constant;
    }
}

static void log_levels(const struct search *s)
{
    for (size_t i = 0; i < s->outcome->levels_count; i++) {
        const struct model_plan_level *level = &s->outcome->levels[i];
        aj_log(s->cx, AJ_LOG_INFO, "%s: value %lld, bound %lld, %u nodes, %.3f ms",
               level->objective, (long long)level->value, (long long)level->bound, level->nodes,
               (double)s->spent_ns[i] / 1e6);
    }
}

/* Small components first: should time run out, it is the largest alone that was not finished. */
static enum aj_status solve_levels(struct search *s)
{
    uint32_t *sizes = AJ_NEW_ARRAY(s->arena, uint32_t, s->components);
    for (size_t i = 0; i < s->m->ip.cols.count; i++)
        sizes[s->component_of[i]]++;
    for (uint32_t done = 0; done < s->components && !s->outcome->infeasible; done++) {
        uint32_t next = 0;
        for (uint32_t i = 1; i < s->components; i++) {
            if (sizes[i] < sizes[next])
                next = i;
        }
        AJ_TRY(solve_component(s, next));
        sizes[next] = AJ_NONE32;
    }
    if (!s->outcome->infeasible)
        log_levels(s);
    return AJ_OK;
}

static enum aj_status solve_all(struct search *s)
{
    if (empty_row_fails(s))
        return AJ_OK;
    AJ_TRY(solve_levels(s));
    const struct solver_row *broken =
        s->outcome->infeasible ? NULL : solver_ip_broken(&s->m->ip, s->outcome->values);
    if (broken != NULL)
        return aj_fail(s->cx, AJ_ERR_INTERNAL, "solver-bug", AJ_NOWHERE,
                       "the answer breaks the row %s", broken->name);
    return AJ_OK;
}

enum aj_status solver_search(struct aj_ctx *cx, struct solver_model *m,
                             const struct solver_search_options *options, struct aj_arena *arena,
                             struct solver_outcome *outcome)
{
    struct search s = {.cx = cx, .m = m, .options = options, .arena = arena, .outcome = outcome};
    *outcome = (struct solver_outcome){.status = MODEL_PLAN_OPTIMAL};
    outcome->values = AJ_NEW_ARRAY(arena, int64_t, m->ip.cols.count);
    s.trial = AJ_NEW_ARRAY(arena, int64_t, m->ip.cols.count);
    open_levels(&s);
    find_components(&s);
    const enum aj_status solved = solve_all(&s);
    const enum aj_status dumped = options->dump_lp != NULL ? dump(&s) : AJ_OK;
    return solved > dumped ? solved : dumped;
}
