/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that say what the root's lines lose as long as the CPUs that they are bound to are divided like this. */
#include "solver/blocks_priv.h"

/* A row in the making: the sum of coef[column] is no less than `lower`. */
struct cut {
    const struct blocks_judging *j;
    enum solver_nearness near;
    int64_t *coef;
    int64_t lower;
};

static struct cut cut_open(const struct blocks_judging *j, enum solver_nearness near)
{
    struct aj_arena *arena = j->g->blocks->arena;
    return (struct cut){
        .j = j, .near = near, .coef = AJ_NEW_ARRAY(arena, int64_t, j->g->ip->cols.count)};
}

static void cut_close(const struct cut *cut, const char *name)
{
    struct solver_ip *ip = cut->j->g->ip;
    const size_t count = ip->cols.count;
    solver_ip_row(ip, SOLVER_FAMILY_IRQ, cut->lower, SOLVER_FREE, "%s(%zu)", name, ip->rows.count);
    for (uint32_t i = 0; i < count; i++) {
        if (cut->coef[i] != 0)
            solver_ip_term(ip, i, cut->coef[i]);
    }
}

/* Adds `times` if the CPU is one that lines go to: one of its block's ways is taken, and only one can be. */
static void add_calm(struct cut *cut, uint32_t cpu, int64_t times)
{
    const struct blocks *b = cut->j->g->blocks;
    for (size_t i = 0; i < b->items.count; i++) {
        const struct block *block = &b->items.items[i];
        const struct block_type *type = &b->types.items[block->type];
        for (uint32_t k = 0; k < block->size; k++) {
            for (uint32_t w = type->first_way;
                 block->cpus[k] == cpu && w < type->first_way + type->ways_count; w++) {
                if (blocks_nearness(b, block, b->ways.items[w].owner, k) <= cut->near)
                    cut->coef[cut->j->g->ways + w] += times;
            }
        }
    }
}

/* The row holds by itself unless the CPU is one that lines go to, or is none. */
static void if_calm(struct cut *cut, uint32_t cpu, bool is, int64_t worth)
{
    add_calm(cut, cpu, is ? -worth : worth);
    cut->lower -= is ? worth : 0;
}

/* ... unless the column is 1, or 0 */
static void if_one(struct cut *cut, uint32_t col, bool is, int64_t worth)
{
    cut->coef[col] += is ? -worth : worth;
    cut->lower -= is ? worth : 0;
}

/* ... unless lines go to CPUs this near. */
static void if_near(struct cut *cut, int64_t worth)
{
    const struct blocks_program *g = cut->j->g;
    if (cut->near == SOLVER_BY_CORE)
        if_one(cut, g->mid + 1, true, worth);
    if (cut->near == SOLVER_BY_CACHE)
        if_one(cut, g->mid, true, worth);
    if (cut->near <= SOLVER_BY_CACHE)
        if_one(cut, g->mid + (cut->near == SOLVER_BY_CACHE), false, worth);
}

/* ... unless they are no more. */
static void if_no_more(struct cut *cut, int64_t worth)
{
    const struct blocks_program *g = cut->j->g;
    for (uint32_t n = cut->j->at[cut->near].cpus + 1; n <= g->blocks->count[SOLVER_ROOT]; n++)
        if_one(cut, g->mid + 1 + n, false, worth);
}

/* ... unless what is said of lines and these CPUs is as true as it is. */
static void if_told(struct cut *cut, const bool *cpus, int64_t worth)
{
    const struct blocks *b = cut->j->g->blocks;
    for (size_t i = 0; i < b->told.count; i++) {
        const struct block_told *told = &b->told.items[i];
        bool is = false, matters = false;
        for (uint32_t k = 0; k < b->p->cpus_count; k++) {
            is = is || blocks_says(b, &b->said.items[told->said], k, cut->j->lines.owner[k]);
            matters = matters || (cpus[k] && aj_cpuset_has(&told->cpus, b->p->cpus[k].id));
        }
        if (is && matters)
            if_one(cut, cut->j->g->said + told->said, true, worth);
    }
}

/*
 * The load is no less while the CPUs of `matter` are among those that lines go to: any other in place of
 * one of them, to which nothing is bound, could only make it more. As few of them as will do.
 */
static void cut_load(const struct blocks_judging *j, enum solver_nearness near)
{
    const struct blocks_program *g = j->g;
    const struct blocks *b = g->blocks;
    const uint32_t load = j->at[near].load, all = solver_lines_all(b->p);
    const int64_t worth =
        load > all ? 2 * (int64_t)all + 1 : load; /* what cannot be: more than any */
    struct cut cut = cut_open(j, near);
    struct solver_lines_case lifted = j->lines;
    bool *matter = AJ_NEW_ARRAY(b->arena, bool, b->p->cpus_count);
    lifted.free = AJ_NEW_ARRAY(b->arena, bool, b->p->cpus_count);
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        if (!b->bound[k] || j->lines.near[k] > near)
            continue;
        lifted.free[k] = true;
        if (solver_lines_load(&lifted, near) == load)
            continue;
        lifted.free[k] = false;
        matter[k] = true;
    }
    cut.lower = worth;
    for (uint32_t n = 1; n <= b->count[SOLVER_ROOT]; n++)
        cut.coef[g->mid + 1 + n] = g->load[n];
    cut.coef[g->lost] = 1;
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        if (matter[k])
            if_calm(&cut, k, true, worth);
    }
    if_told(&cut, matter, worth);
    if_near(&cut, worth);
    if_no_more(&cut, worth);
    cut_close(&cut, "lost");
}

static void count_moves(struct cut *cut, int64_t times)
{
    const struct blocks_program *g = cut->j->g;
    cut->coef[g->lost + 1] += times;
    for (uint32_t w = 0; w < g->blocks->ways.count; w++)
        cut->coef[g->ways + w] += times * g->blocks->ways.items[w].lines;
}

/* Had the CPU the line, which leaves it if the CPU is not calm any more? */
static bool was_on(const struct blocks_judging *j, size_t line, uint32_t cpu)
{
    const struct solver_line *of = &j->lines.p->lines.items[line];
    const struct solver_earlier *earlier = j->g->blocks->earlier;
    return earlier != NULL && earlier->line_cpu[line] == cpu && solver_line_decided(of) &&
           !of->routed;
}

/*
 * No fewer lines leave their CPU while those that lines are bound to are the root's and calm, or not, as
 * they are, and no more others are. A CPU that is not calm any more loses what lines it had.
 */
static void cut_moves(const struct blocks_judging *j, enum solver_nearness near)
{
    const struct blocks_program *g = j->g;
    const struct blocks *b = g->blocks;
    const uint32_t moves = j->at[near].moves;
    struct cut cut = cut_open(j, near);
    cut.lower = moves;
    count_moves(&cut, 1);
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        const bool calm = j->lines.near[k] <= near;
        uint32_t gone = 0;
        for (size_t q = 0; q < b->p->lines.count; q++)
            gone += calm && was_on(j, q, k);
        if (b->bound[k] && gone < moves)
            if_calm(&cut, k, calm, moves - gone);
    }
    if_told(&cut, b->bound, moves);
    if_near(&cut, moves);
    if_no_more(&cut, moves);
    cut_close(&cut, "moved");
}

/*
 * Loads counted in steps: lines on one CPU fill no more steps together than there is room for. A line whose
 * CPU is not calm takes its steps elsewhere; each that moves besides makes up for so many.
 */
struct steps {
    const struct cut *cut;
    uint32_t step, worth;
};

enum { TOGETHER_MAX = 12, WORTH_MAX = 3 };

/* Steps that are left on the CPU at the best: its lines may move. */
static int64_t left_on(const struct steps *s, uint32_t cpu)
{
    const struct blocks_judging *j = s->cut->j;
    const uint32_t room = j->at[s->cut->near].room;
    uint32_t loads[TOGETHER_MAX], count = 0;
    int64_t best = INT64_MIN;
    for (size_t q = 0; q < j->lines.p->lines.count; q++) {
        if (!was_on(j, q, cpu))
            continue;
        if (count == TOGETHER_MAX)
            return room / s->step;
        loads[count++] = j->lines.p->lines.items[q].load;
    }
    for (uint32_t moved = 0; moved < 1u << count; moved++) {
        uint32_t stay = 0;
        int64_t away = 0;
        for (uint32_t i = 0; i < count; i++) {
            const bool moves = (moved >> i & 1) != 0;
            stay += moves ? 0 : loads[i];
            away += moves ? loads[i] / s->step + s->worth : 0;
        }
        const int64_t left = stay <= room ? (int64_t)((room - stay) / s->step) - away : INT64_MIN;
        best = left > best ? left : best;
    }
    return best;
}

/* What a row of steps has for a CPU that is calm. */
static int64_t steps_of(const struct steps *s, uint32_t cpu)
{
    const struct blocks_judging *j = s->cut->j;
    int64_t steps = left_on(s, cpu) - j->at[s->cut->near].room / s->step;
    for (size_t q = 0; q < j->lines.p->lines.count; q++) {
        if (was_on(j, q, cpu))
            steps += j->lines.p->lines.items[q].load / s->step + s->worth;
    }
    return steps;
}

/* What all CPUs of a row of steps must have. */
static int64_t steps_of_all(const struct steps *s)
{
    const struct blocks_judging *j = s->cut->j;
    int64_t steps = 0;
    for (size_t q = 0; q < j->lines.p->lines.count; q++) {
        const struct solver_line *line = &j->lines.p->lines.items[q];
        if (!solver_line_decided(line) || line->routed)
            continue;
        steps += line->load / s->step;
        for (uint32_t k = 0; k < j->lines.p->cpus_count; k++)
            steps += was_on(j, q, k) ? s->worth : 0;
    }
    return steps;
}

/* How many more lines must move than the answer says, as far as this row can tell. */
static int64_t missing(const struct steps *s, int64_t moves)
{
    const struct blocks_judging *j = s->cut->j;
    const struct blocks_at *at = &j->at[s->cut->near];
    int64_t steps = steps_of_all(s) - s->worth * moves - (int64_t)at->cpus * (at->room / s->step);
    for (uint32_t k = 0; k < j->lines.p->cpus_count; k++) {
        if (j->g->blocks->bound[k] && j->lines.near[k] <= s->cut->near)
            steps -= steps_of(s, k);
    }
    return steps > 0 ? (steps + s->worth - 1) / s->worth : 0;
}

static void cut_steps(const struct blocks_judging *j, enum solver_nearness near, uint32_t step,
                      int64_t moves)
{
    const struct blocks_program *g = j->g;
    struct cut cut = cut_open(j, near);
    struct steps s = {.cut = &cut, .step = step, .worth = 0};
    int64_t most = 0;
    for (uint32_t worth = 1; worth <= WORTH_MAX; worth++) {
        const struct steps with = {.cut = &cut, .step = step, .worth = worth};
        const int64_t more = missing(&with, moves);
        s.worth = more > most ? worth : s.worth;
        most = more > most ? more : most;
    }
    if (s.worth == 0)
        return;
    int64_t worth = cut.lower = steps_of_all(&s);
    for (uint32_t k = 0; k < j->lines.p->cpus_count; k++) {
        const int64_t steps = g->blocks->bound[k] ? steps_of(&s, k) : 0;
        add_calm(&cut, k, steps);
        worth += steps < 0 ? -steps : 0;
    }
    count_moves(&cut, s.worth);
    for (uint32_t n = 1; n <= g->blocks->count[SOLVER_ROOT]; n++)
        cut.coef[g->mid + 1 + n] = (int64_t)n * (j->at[near].room / step);
    if_near(&cut, worth);
    cut_close(&cut, "steps");
}

void blocks_lines_cut(const struct blocks_judging *j, int64_t moves)
{
    for (enum solver_nearness near = SOLVER_FAR; near < SOLVER_NOT_ROOT; near++) {
        const struct blocks_at *at = &j->at[near];
        if (at->cpus > 0 && at->load > j->g->load[at->cpus])
            cut_load(j, near);
        if (!at->in || moves >= at->moves)
            continue;
        cut_moves(j, near);
        for (uint32_t step = 1; step <= at->room; step++)
            cut_steps(j, near, step, moves);
    }
}
