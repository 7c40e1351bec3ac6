/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/search_priv.h"

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

/* What no values within the columns' bounds can beat. */
static int64_t trivial_bound(const struct solver_ip *ip, const struct search_terms *objective)
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
    if (aj_cancelled(s->cx))
        return aj_poll_cancel(s->cx);
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
        if (search_row_in(s, &ip->rows.items[i], component)) {
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

static int64_t value_at(const struct search_goal *goal, const int64_t *values)
{
    return solver_terms_value(goal->terms.items, goal->terms.count, values);
}

/*
 * The goal as a part. Of answers better than a known one only those are of use that are better by more
 * than the gap.
 */
static struct solver_part part_of_goal(const struct search *s, const struct search_goal *goal)
{
    struct solver_part part = search_part(s, goal->component);
    part.objective = goal->terms.items;
    part.objective_count = goal->terms.count;
    part.gap = goal->gap;
    part.incumbent = SOLVER_FREE;
    if (goal->level != NULL) {
        part.level = goal->level->objective;
        part.offset = goal->level->value;
    }
    if (s->known[goal->component] && goal->terms.count > 0) {
        const int64_t value = value_at(goal, s->outcome->values);
        part.incumbent = value;
        part.cutoff = value - solver_slack(goal->gap, value) - 1;
    }
    return part;
}

/* The limits of a search for any answer: what is left of the grace. */
static struct solver_limits grace(struct search *s)
{
    struct solver_limits limits = s->options->limits;
    const int64_t now = solver_clock_ns();
    if (s->grace_ends_ns == 0)
        s->grace_ends_ns = limits.grace_ns < INT64_MAX - now ? now + limits.grace_ns : INT64_MAX;
    limits.deadline_ns = s->grace_ends_ns;
    limits.on_cancel = SOLVER_CANCEL_IGNORED;
    return limits;
}

/* One question to the library, or what is known without it. */
static enum aj_status ask(struct search *s, const struct search_goal *goal,
                          struct solver_answer *answer)
{
    const struct solver_limits *limits = &s->options->limits;
    struct solver_part part = part_of_goal(s, goal);
    *answer = (struct solver_answer){.verdict = SOLVER_LIMIT, .bound = INT64_MIN};
    if (part.cutoff != SOLVER_FREE && part.cutoff < trivial_bound(&s->m->ip, &goal->terms)) {
        answer->verdict = SOLVER_INFEASIBLE;
    } else if (!solver_stopped(s->cx, limits)) {
        AJ_TRY(solver_glpk_solve(s->cx, &part, limits, s->trial, answer));
    } else if (aj_cancelled(s->cx) && limits->on_cancel == SOLVER_CANCEL_FAILS) {
        return aj_poll_cancel(s->cx);
    } else if (!s->known[goal->component]) {
        const struct solver_limits rest = grace(s);
        part.objective_count = 0;
        part.level = NULL;
        if (!solver_stopped(s->cx, &rest))
            AJ_TRY(solver_glpk_solve(s->cx, &part, &rest, s->trial, answer));
        answer->value = value_at(goal, s->trial);
        answer->bound = INT64_MIN;
    }
    if (answer->verdict == SOLVER_INFEASIBLE && part.cutoff != SOLVER_FREE)
        answer->bound = part.cutoff + 1;
    return AJ_OK;
}

enum aj_status search_minimise(struct search *s, const struct search_goal *goal,
                               struct solver_answer *answer)
{
    const struct solver_ip *ip = &s->m->ip;
    const bool *known = &s->known[goal->component];
    for (;;) {
        memcpy(s->trial, s->outcome->values, ip->cols.count * sizeof s->trial[0]);
        AJ_TRY(ask(s, goal, answer));
        if (answer->verdict == SOLVER_INFEASIBLE && !*known)
            return declare_infeasible(s, goal->component);
        if (answer->verdict == SOLVER_LIMIT && !*known)
            return out_of_time(s);
        if (answer->verdict == SOLVER_LIMIT || answer->verdict == SOLVER_INFEASIBLE) {
            answer->value = value_at(goal, s->outcome->values);
            break;
        }
        if (solver_memory_cut(s->m, s->cx->scratch, s->trial) > 0)
            continue;
        accept(s, goal->component);
        break;
    }
    const int64_t least = trivial_bound(ip, &goal->terms);
    if (answer->bound < least || s->m->pack_unknown)
        answer->bound = least;
    if (answer->value != answer->bound || s->m->pack_unknown)
        s->outcome->status = MODEL_PLAN_FEASIBLE;
    return AJ_OK;
}

/* Levels */

void search_hold(struct search *s, const struct search_terms *terms, int64_t upper,
                 const char *name, uint32_t component)
{
    struct solver_ip *ip = &s->m->ip;
    solver_ip_row(ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE, upper, "level(%s,part%u)", name,
                  component);
    for (size_t i = 0; i < terms->count; i++)
        solver_ip_term(ip, terms->items[i].col, terms->items[i].coef);
}

bool search_is_fixed(const struct search *s, const struct solver_term *items, size_t count)
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
    const struct search_level *from = &s->levels[level_ix];
    struct model_plan_level *level = &s->outcome->levels[level_ix];
    const struct search_goal goal = {
        .component = component,
        .terms = search_terms_in(s, component, from->goal.terms.items, from->goal.terms.count),
        .gap = s->options->limits.gap,
        .level = level};
    struct solver_answer answer;
    if (goal.terms.count == 0)
        return AJ_OK;
    if (search_is_fixed(s, goal.terms.items, goal.terms.count)) {
        level->value += trivial_bound(&s->m->ip, &goal.terms);
        level->bound += trivial_bound(&s->m->ip, &goal.terms);
        return AJ_OK;
    }
    AJ_TRY(search_minimise(s, &goal, &answer));
    if (s->outcome->infeasible)
        return AJ_OK;
    level->value += answer.value;
    level->bound += answer.bound;
    level->nodes += answer.nodes;
    search_hold(s, &goal.terms, answer.value, from->tag, component);
    return AJ_OK;
}

static bool breaks_row(const struct search *s, uint32_t component)
{
    const struct solver_ip *ip = &s->m->ip;
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        if (!search_row_in(s, row, component))
            continue;
        const int64_t sum = solver_terms_value(&ip->terms.items[row->first], row->count, s->trial);
        if (sum < row->lower || sum > row->upper)
            return true;
    }
    return false;
}

/* A component in which nothing is left to decide has its answer. */
static void take_fixed(struct search *s, uint32_t component)
{
    memcpy(s->trial, s->outcome->values, s->m->ip.cols.count * sizeof s->trial[0]);
    for (size_t i = 0; i < s->m->ip.cols.count; i++) {
        const struct solver_col *col = &s->m->ip.cols.items[i];
        if (s->component_of[i] != component)
            continue;
        if (col->lower != col->upper)
            return;
        s->trial[i] = col->lower;
    }
    if (!breaks_row(s, component) && solver_memory_cut(s->m, s->cx->scratch, s->trial) == 0)
        accept(s, component);
}

/* All levels of one component. */
static enum aj_status solve_component(struct search *s, uint32_t component)
{
    const struct search_goal any = {.component = component};
    take_fixed(s, component);
    for (size_t i = 0; i < s->outcome->levels_count && !s->outcome->infeasible; i++) {
        const int64_t began = solver_clock_ns();
        if (s->levels[i].orders)
            AJ_TRY(search_order(s, component, i));
        else
            AJ_TRY(solve_goal(s, component, i));
        s->outcome->levels[i].spent_ns += solver_clock_ns() - began;
    }
    struct solver_answer answer;
    if (!s->known[component] && !s->outcome->infeasible)
        return search_minimise(s, &any, &answer);
    return AJ_OK;
}

static void open_levels(struct search *s)
{
    const struct solver_search_options *options = s->options;
    const size_t count = solver_levels_count(options);
    s->levels = AJ_NEW_ARRAY(s->arena, struct search_level, count);
    s->outcome->levels = AJ_NEW_ARRAY(s->arena, struct model_plan_level, count);
    s->outcome->levels_count = count;
    for (size_t i = 0, first = 0; i < count; i++) {
        const size_t end = solver_level_end(options, first);
        struct model_plan_level *level = &s->outcome->levels[i];
        level->objective = solver_level_name(options, s->arena, first);
        s->levels[i] = (struct search_level){
            .orders = solver_level_orders(options, first),
            .goal = solver_ip_level(&s->m->ip, s->arena, &options->objectives[first], end - first),
            .tag = solver_ip_tag(s->arena, level->objective, i)};
        level->value = level->bound = s->levels[i].goal.constant;
        first = end;
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
    return AJ_OK;
}

/* What was not solved to its optimum may have become better while later levels were solved. */
static void measure_levels(struct search *s)
{
    for (size_t i = 0; i < s->outcome->levels_count; i++) {
        const struct solver_goal *goal = &s->levels[i].goal;
        if (!s->levels[i].orders)
            s->outcome->levels[i].value =
                goal->constant +
                solver_terms_value(goal->terms.items, goal->terms.count, s->outcome->values);
    }
}

static enum aj_status solve_all(struct search *s)
{
    if (empty_row_fails(s))
        return AJ_OK;
    AJ_TRY(solve_levels(s));
    measure_levels(s);
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
    search_find_components(&s);
    if (m->start != NULL && solver_ip_broken(&m->ip, m->start) == NULL) {
        memcpy(outcome->values, m->start, m->ip.cols.count * sizeof outcome->values[0]);
        for (uint32_t i = 0; i < s.components; i++)
            s.known[i] = true;
    }
    return solve_all(&s);
}
