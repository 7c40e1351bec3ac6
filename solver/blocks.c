/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks.h"

#include "solver/backend_glpk.h"
#include "solver/blocks_priv.h"

struct deciding {
    struct aj_ctx *cx;
    const struct solver_search_options *options;
    struct solver_owners *owners;
    struct blocks b;
    struct solver_ip ip;
    uint32_t ways;     /* column of ways.items[0]: how many blocks are divided like this */
    uint32_t next;     /* column of ways.items[0]: the block in question is divided like this */
    uint32_t taken;    /* row of ways.items[0]: no more are taken than there are */
    uint32_t one;      /* row of types.items[0]: one way for the block in question */
    uint32_t packages; /* column of package 0 and set 1: exactly these cells are in it */
    int64_t *values, *trial;
    uint32_t *guess; /* guess[cpus_count]: owners, or NULL */
    int64_t guessed; /* its isolation */
    bool first;      /* no goal is held yet */
    bool known, proved;
};

/* The program */

static void each_block_once(struct deciding *d)
{
    d->ways = (uint32_t)d->ip.cols.count;
    for (uint32_t j = 0; j < d->b.ways.count; j++) {
        const struct way *way = &d->b.ways.items[j];
        (void)solver_ip_col(&d->ip, 0, d->b.types.items[way->type].count, "way(%u,%u)", way->type,
                            j);
    }
    for (uint32_t t = 0; t < d->b.types.count; t++) {
        const struct block_type *type = &d->b.types.items[t];
        solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, type->count, type->count, "blocks(%u)", t);
        for (uint32_t j = 0; j < type->ways_count; j++)
            solver_ip_term(&d->ip, d->ways + type->first_way + j, 1);
    }
}

static uint32_t given(const struct deciding *d, const struct way *way, uint32_t cell)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->b.types.items[way->type].like->size; i++)
        count += way->owner[i] == cell;
    return count;
}

static void as_many_as_wished(struct deciding *d)
{
    for (uint32_t c = 0; c < d->b.cells_count; c++) {
        solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, d->b.count[c], d->b.count[c], "count(%u)", c);
        for (uint32_t j = 0; j < d->b.ways.count; j++) {
            const uint32_t count = given(d, &d->b.ways.items[j], c);
            if (count > 0)
                solver_ip_term(&d->ip, d->ways + j, count);
        }
    }
}

static uint32_t block_size(const struct deciding *d, const struct way *way)
{
    return d->b.types.items[way->type].like->size;
}

/*
 * Blocks that hold nothing but cells of a set: with n CPUs between them, the cells fill at most n / s
 * blocks of s. Larger blocks count as many times as s goes into them. A rounded (Chvatal-Gomory)
 * consequence of the counts; these rows, one for each set, make the relaxation nearly tight.
 */
static void round_set(struct deciding *d, uint32_t set, uint32_t size)
{
    uint32_t cpus = 0;
    for (uint32_t c = 0; c < d->b.cells_count; c++)
        cpus += (set >> c & 1) != 0 ? d->b.count[c] : 0;
    if (cpus % size == 0)
        return;
    solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, cpus / size, "filled(%u,%u)", set, size);
    for (uint32_t j = 0; j < d->b.ways.count; j++) {
        const struct way *way = &d->b.ways.items[j];
        const uint32_t times = block_size(d, way) / size;
        if ((way->cells & ~set) == 0 && times > 0)
            solver_ip_term(&d->ip, d->ways + j, times);
    }
}

static void round_sets(struct deciding *d)
{
    for (uint32_t t = 0; t < d->b.types.count; t++) {
        const uint32_t size = d->b.types.items[t].like->size;
        bool seen = size < 2;
        for (uint32_t i = 0; i < t; i++)
            seen = seen || d->b.types.items[i].like->size == size;
        for (uint32_t set = 1; !seen && set < (1u << d->b.cells_count) - 1; set++)
            round_set(d, set, size);
    }
}

static void price_ways(struct deciding *d)
{
    for (uint32_t j = 0; j < d->b.ways.count; j++) {
        const struct way *way = &d->b.ways.items[j];
        if (way->isolation > 0)
            solver_ip_goal(&d->ip, MODEL_OBJECTIVE_ISOLATION, d->ways + j, way->isolation);
        const struct block *like = d->b.types.items[way->type].like;
        if (like->cpus[0] == 0 && way->owner[0] != SOLVER_ROOT)
            solver_ip_goal(&d->ip, MODEL_OBJECTIVE_ROOT_KEEPS, d->ways + j, 1);
    }
}

/* Packages */

static uint32_t sets_count(const struct deciding *d)
{
    return (1u << d->b.cells_count) - 1;
}

static uint32_t package_col(const struct deciding *d, uint32_t package, uint32_t set)
{
    return d->packages + package * sets_count(d) + set - 1;
}

static uint32_t package_size(const struct deciding *d, uint32_t package)
{
    uint32_t size = 0;
    for (uint32_t t = 0; t < d->b.types.count; t++) {
        const struct block_type *type = &d->b.types.items[t];
        size += type->package == package ? type->count * type->like->size : 0;
    }
    return size;
}

/* The CPUs of a cell in a package are no more than it has or the package, if it is there at all. */
static void bind_package(struct deciding *d, uint32_t package, uint32_t cell)
{
    const uint32_t size = package_size(d, package);
    const uint32_t most = d->b.count[cell] < size ? d->b.count[cell] : size;
    solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "there(%u,%u)", package, cell);
    for (uint32_t j = 0; j < d->b.ways.count; j++) {
        const struct way *way = &d->b.ways.items[j];
        const uint32_t count = given(d, way, cell);
        if (d->b.types.items[way->type].package == package && count > 0)
            solver_ip_term(&d->ip, d->ways + j, count);
    }
    for (uint32_t set = 1; set <= sets_count(d); set++) {
        if ((set >> cell & 1) != 0)
            solver_ip_term(&d->ip, package_col(d, package, set), -(int64_t)most);
    }
}

static bool set_allowed(const struct deciding *d, uint32_t package, uint32_t set)
{
    const struct solver_problem *p = d->b.p;
    for (uint32_t c = 0; c < d->b.cells_count; c++) {
        if ((set >> c & 1) == 0)
            continue;
        if (p->cells[c].exclusive == MODEL_DOMAIN_PACKAGE &&
            (set != 1u << c || d->b.count[c] < package_size(d, package)))
            return false;
        if (p->cells[c].together == MODEL_DOMAIN_PACKAGE &&
            d->b.count[c] > package_size(d, package))
            return false;
    }
    return true;
}

static void one_set_each(struct deciding *d, uint32_t package)
{
    const bool shared = package_size(d, package) > 1;
    for (uint32_t set = 1; set <= sets_count(d); set++) {
        const uint32_t col =
            solver_ip_col(&d->ip, 0, set_allowed(d, package, set), "in(%u,%u)", package, set);
        const int64_t cost = shared ? blocks_share_cost(d->b.p, set, MODEL_DOMAIN_PACKAGE - 1) : 0;
        if (cost > 0)
            solver_ip_goal(&d->ip, MODEL_OBJECTIVE_ISOLATION, col, cost);
    }
    solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, 1, 1, "package(%u)", package);
    for (uint32_t set = 1; set <= sets_count(d); set++)
        solver_ip_term(&d->ip, package_col(d, package, set), 1);
    for (uint32_t c = 0; c < d->b.cells_count; c++)
        bind_package(d, package, c);
}

/* As round_set does it for blocks; all packages that are at least as large as the first count. */
static void round_packages(struct deciding *d, uint32_t set)
{
    const uint32_t size = package_size(d, 0);
    uint32_t cpus = 0;
    for (uint32_t c = 0; c < d->b.cells_count; c++)
        cpus += (set >> c & 1) != 0 ? d->b.count[c] : 0;
    if (cpus % size == 0)
        return;
    solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, cpus / size, "held(%u)", set);
    for (uint32_t package = 0; package < d->b.packages_count; package++) {
        for (uint32_t in = 1; package_size(d, package) >= size && in <= set; in++) {
            if ((in & ~set) == 0)
                solver_ip_term(&d->ip, package_col(d, package, in), 1);
        }
    }
}

static void together_in_package(struct deciding *d, uint32_t cell)
{
    solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, 1, 1, "together(%u)", cell);
    for (uint32_t package = 0; package < d->b.packages_count; package++) {
        for (uint32_t set = 1; set <= sets_count(d); set++) {
            if ((set >> cell & 1) != 0)
                solver_ip_term(&d->ip, package_col(d, package, set), 1);
        }
    }
}

/* A set may name a cell that is not there: exclusiveness then asks too much, so that such a set is
 * never better than the true one, which is always among them. */
static void add_packages(struct deciding *d)
{
    d->packages = (uint32_t)d->ip.cols.count;
    if (d->b.packages_count < 2) {
        const uint32_t all = sets_count(d);
        d->ip.goals[MODEL_OBJECTIVE_ISOLATION].constant +=
            d->b.p->cpus_count > 1 ? blocks_share_cost(d->b.p, all, MODEL_DOMAIN_PACKAGE - 1) : 0;
        return;
    }
    for (uint32_t package = 0; package < d->b.packages_count; package++)
        one_set_each(d, package);
    for (uint32_t set = 1; set < sets_count(d); set++)
        round_packages(d, set);
    for (uint32_t c = 0; c < d->b.cells_count; c++) {
        if (d->b.p->cells[c].together == MODEL_DOMAIN_PACKAGE)
            together_in_package(d, c);
    }
}

/* Interrupts */

/*
 * The root's lines go to CPUs that are far from real-time guests if there are such, else to those
 * that share no core with one, else to all; the more, the less is the greatest load.
 */
static void price_interrupts(struct deciding *d)
{
    const struct solver_problem *p = d->b.p;
    const uint32_t most = d->b.count[SOLVER_ROOT];
    if (p->lines.count == 0)
        return;
    const uint32_t mid = solver_ip_col(&d->ip, 0, 1, "mid");
    const uint32_t near = solver_ip_col(&d->ip, 0, 1, "near");
    solver_ip_goal(&d->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, mid, SOLVER_NEAR_L2);
    solver_ip_goal(&d->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, near, SOLVER_NEAR_CORE);
    const uint32_t calm = (uint32_t)d->ip.cols.count;
    for (uint32_t n = 1; n <= most; n++)
        solver_ip_goal(&d->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE,
                       solver_ip_col(&d->ip, 0, 1, "calm(%u)", n), blocks_load(p, n));
    solver_ip_row(&d->ip, SOLVER_FAMILY_IRQ, 1, 1, "calm");
    for (uint32_t n = 1; n <= most; n++)
        solver_ip_term(&d->ip, calm + n - 1, 1);
    /* Near means near a core and so near a cache: `near` comes with `mid`. */
    solver_ip_row(&d->ip, SOLVER_FAMILY_IRQ, 0, SOLVER_FREE, "near");
    solver_ip_term(&d->ip, mid, 1);
    solver_ip_term(&d->ip, near, -1);
    for (uint32_t level = 0; level < 2; level++) {
        solver_ip_row(&d->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "calm_%s",
                      level == 0 ? "far" : "mid");
        for (uint32_t n = 1; n <= most; n++)
            solver_ip_term(&d->ip, calm + n - 1, n);
        solver_ip_term(&d->ip, level == 0 ? mid : near, -(int64_t)most);
        for (uint32_t j = 0; j < d->b.ways.count; j++) {
            const struct way *way = &d->b.ways.items[j];
            const uint32_t count = way->far + (level == 1 ? way->mid : 0);
            if (count > 0)
                solver_ip_term(&d->ip, d->ways + j, -(int64_t)count);
        }
    }
}

/* Solving */

/* Keeps the answer if there is one. */
static enum aj_status minimise(struct deciding *d, const struct solver_term *terms, size_t count,
                               struct solver_answer *answer)
{
    uint32_t *cols = AJ_NEW_ARRAY(d->b.arena, uint32_t, d->ip.cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(d->b.arena, uint32_t, d->ip.rows.count);
    struct solver_part part = {.ip = &d->ip, .cols = cols, .rows = rows};
    for (uint32_t i = 0; i < d->ip.cols.count; i++)
        cols[part.cols_count++] = i;
    for (uint32_t i = 0; i < d->ip.rows.count; i++) {
        if (d->ip.rows.items[i].count > 0)
            rows[part.rows_count++] = i;
    }
    part.objective = terms;
    part.objective_count = count;
    const int64_t began = solver_clock_ns();
    *answer = (struct solver_answer){.verdict = SOLVER_LIMIT};
    if (solver_clock_ns() < d->options->deadline_ns)
        AJ_TRY(solver_glpk_solve(d->cx, &part, d->options->deadline_ns, d->trial, answer));
    d->owners->nodes += answer->nodes;
    aj_log(d->cx, AJ_LOG_DEBUG, "blocks: value %lld, %u nodes, %.3f ms", (long long)answer->value,
           answer->nodes, (double)(solver_clock_ns() - began) / 1e6);
    if (answer->verdict == SOLVER_OPTIMAL || answer->verdict == SOLVER_FEASIBLE) {
        memcpy(d->values, d->trial, d->ip.cols.count * sizeof *d->values);
        d->known = true;
    }
    return AJ_OK;
}

static void hold(struct deciding *d, enum model_objective objective, int64_t upper)
{
    const struct solver_goal *goal = &d->ip.goals[objective];
    solver_ip_row(&d->ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE, upper, "level(%d)", (int)objective);
    for (size_t i = 0; i < goal->terms.count; i++)
        solver_ip_term(&d->ip, goal->terms.items[i].col, goal->terms.items[i].coef);
}

/*
 * Isolation, when it comes first: is anything better than the guess? It cuts the search where no
 * answer of its own has been found yet; often the bound meets it at once.
 */
static enum aj_status beat_guess(struct deciding *d)
{
    const struct solver_goal *goal = &d->ip.goals[MODEL_OBJECTIVE_ISOLATION];
    const int64_t guess = d->guessed - goal->constant;
    struct solver_answer answer;
    hold(d, MODEL_OBJECTIVE_ISOLATION, guess - 1);
    struct solver_row *row = &d->ip.rows.items[d->ip.rows.count - 1];
    AJ_TRY(minimise(d, goal->terms.items, goal->terms.count, &answer));
    row->upper = d->known ? answer.value : guess;
    if (answer.verdict == SOLVER_FEASIBLE || answer.verdict == SOLVER_LIMIT)
        d->owners->gap[MODEL_OBJECTIVE_ISOLATION] =
            row->upper - (answer.bound > 0 ? answer.bound : 0);
    return AJ_OK;
}

/* Minimises the goal and holds it there. */
static enum aj_status solve_goal(struct deciding *d, enum model_objective objective)
{
    const struct solver_goal *goal = &d->ip.goals[objective];
    struct solver_answer answer;
    if (goal->terms.count == 0)
        return AJ_OK;
    if (d->first && objective == MODEL_OBJECTIVE_ISOLATION && d->guess != NULL)
        return beat_guess(d);
    AJ_TRY(minimise(d, goal->terms.items, goal->terms.count, &answer));
    if (!d->known)
        return AJ_OK;
    const int64_t value = solver_terms_value(goal->terms.items, goal->terms.count, d->values);
    int64_t bound = answer.verdict == SOLVER_OPTIMAL ? value : answer.bound;
    bound = bound > 0 ? bound : 0;
    d->owners->gap[objective] = value - bound;
    hold(d, objective, value);
    return AJ_OK;
}

/* Columns and rows that ask how the next block of a type may be divided at the least. */
static void add_next(struct deciding *d)
{
    d->next = (uint32_t)d->ip.cols.count;
    for (uint32_t j = 0; j < d->b.ways.count; j++)
        (void)solver_ip_col(&d->ip, 0, 0, "next(%u)", j);
    d->taken = (uint32_t)d->ip.rows.count;
    for (uint32_t j = 0; j < d->b.ways.count; j++) {
        solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, 0, SOLVER_FREE, "taken(%u)", j);
        solver_ip_term(&d->ip, d->ways + j, 1);
        solver_ip_term(&d->ip, d->next + j, -1);
    }
    d->one = (uint32_t)d->ip.rows.count;
    for (uint32_t t = 0; t < d->b.types.count; t++) {
        const struct block_type *type = &d->b.types.items[t];
        solver_ip_row(&d->ip, SOLVER_FAMILY_CPU, 0, 0, "next_one(%u)", t);
        for (uint32_t j = 0; j < type->ways_count; j++)
            solver_ip_term(&d->ip, d->next + type->first_way + j, 1);
    }
}

static int64_t taken(const struct deciding *d, uint32_t way)
{
    return d->ip.cols.items[d->ways + way].lower;
}

/* The least way of the type that the answer at hand has left for another block. */
static uint32_t least_left(const struct deciding *d, const struct block_type *type)
{
    uint32_t way = type->first_way;
    while (d->values[d->ways + way] == taken(d, way))
        way++;
    return way;
}

/* The least way in which the block can be divided, given how those before it are. */
static enum aj_status solve_block(struct deciding *d, const struct block *block, uint32_t *way)
{
    const struct block_type *type = &d->b.types.items[block->type];
    const uint32_t first = type->first_way, last = least_left(d, type), one = d->one + block->type;
    struct solver_answer answer = {.verdict = SOLVER_OPTIMAL};
    *way = last;
    if (last > first) {
        const struct aj_mark mark = aj_arena_mark(d->cx->scratch);
        struct solver_term *terms =
            AJ_NEW_ARRAY(d->cx->scratch, struct solver_term, last - first + 1);
        for (uint32_t j = first; j <= last; j++) {
            terms[j - first] = (struct solver_term){d->next + j, j - first};
            d->ip.cols.items[d->next + j].upper = 1;
            d->ip.rows.items[d->taken + j].lower = taken(d, j);
        }
        d->ip.rows.items[one].lower = d->ip.rows.items[one].upper = 1;
        AJ_TRY(minimise(d, terms, last - first + 1, &answer));
        aj_arena_release(d->cx->scratch, mark);
        if (answer.verdict == SOLVER_OPTIMAL || answer.verdict == SOLVER_FEASIBLE)
            *way = first + (uint32_t)answer.value;
        d->ip.rows.items[one].lower = d->ip.rows.items[one].upper = 0;
        for (uint32_t j = first; j <= last; j++) {
            d->ip.cols.items[d->next + j].upper = 0;
            d->ip.rows.items[d->taken + j].lower = 0;
        }
    }
    d->proved = d->proved && answer.verdict == SOLVER_OPTIMAL;
    d->ip.cols.items[d->ways + *way].lower++;
    return AJ_OK;
}

static enum aj_status solve_order(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->b.arena, uint32_t, d->b.p->cpus_count);
    add_next(d);
    for (uint32_t i = 0; i < d->b.items.count; i++) {
        const struct block *block = &d->b.items.items[i];
        uint32_t way;
        AJ_TRY(solve_block(d, block, &way));
        for (uint32_t k = 0; k < block->size; k++)
            owner[block->cpus[k]] = d->b.ways.items[way].owner[k];
    }
    d->owners->owner = owner;
    d->owners->ordered = d->proved;
    return AJ_OK;
}

static enum aj_status decide(struct deciding *d)
{
    struct solver_answer answer;
    each_block_once(d);
    as_many_as_wished(d);
    round_sets(d);
    price_ways(d);
    add_packages(d);
    price_interrupts(d);
    const size_t cols = d->ip.cols.count + d->b.ways.count;
    d->values = AJ_NEW_ARRAY(d->b.arena, int64_t, cols);
    d->trial = AJ_NEW_ARRAY(d->b.arena, int64_t, cols);
    d->proved = d->first = true;
    d->guess = AJ_NEW_ARRAY(d->b.arena, uint32_t, d->b.p->cpus_count);
    if (!blocks_guess(&d->b, d->guess, &d->guessed))
        d->guess = NULL;
    for (size_t i = 0; i < d->options->objectives_count; i++) {
        if (d->options->objectives[i] >= SOLVER_GOALS)
            continue;
        AJ_TRY(solve_goal(d, (enum model_objective)d->options->objectives[i]));
        d->first = false;
    }
    if (!d->known)
        AJ_TRY(minimise(d, NULL, 0, &answer));
    if (d->known)
        return solve_order(d);
    d->owners->owner = d->guess;
    return AJ_OK;
}

enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                    const struct solver_search_options *options,
                                    struct aj_arena *arena, struct solver_owners *owners)
{
    struct deciding d = {.cx = cx, .options = options, .owners = owners};
    *owners = (struct solver_owners){.owner = NULL};
    if (!blocks_find(&d.b, arena, p))
        return AJ_OK;
    solver_ip_open(&d.ip, arena);
    return decide(&d);
}
