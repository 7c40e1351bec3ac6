/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two programs for the same question: CPUs decided by blocks, and with a variable for each CPU and
 * cell. They agree on feasibility, every level and every owner. Larger boards than the oracle of
 * brute.h can try have guesses and bounds to check.
 */
#include "solver/blocks_priv.h"
#include "tests/solver/random_problem.h"
#include "tests/support/support.h"

#define FIRST_SEED 1u
#define INSTANCES  150u

enum { LEVELS = 6, JUDGED = 2 /* the order in which lines can be judged */ };
static const struct model_priority orders[][LEVELS] = {{{MODEL_OBJECTIVE_ISOLATION, 0, 1},
                                                        {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1},
                                                        {MODEL_OBJECTIVE_PREFERENCES, 2, 1},
                                                        {MODEL_OBJECTIVE_ROOT_KEEPS, 3, 1},
                                                        {MODEL_OBJECTIVE_STABILITY, 4, 1},
                                                        {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 5, 1}},
                                                       {{MODEL_OBJECTIVE_PREFERENCES, 0, 1},
                                                        {MODEL_OBJECTIVE_STABILITY, 1, 1},
                                                        {MODEL_OBJECTIVE_ISOLATION, 2, 1},
                                                        {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 3, 1},
                                                        {MODEL_OBJECTIVE_ROOT_KEEPS, 4, 1},
                                                        {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 5, 1}},
                                                       {{MODEL_OBJECTIVE_PREFERENCES, 0, 1},
                                                        {MODEL_OBJECTIVE_ISOLATION, 1, 2},
                                                        {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 2, 3},
                                                        {MODEL_OBJECTIVE_STABILITY, 3, 1},
                                                        {MODEL_OBJECTIVE_ROOT_KEEPS, 4, 1},
                                                        {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 5, 1}},
                                                       /* What comes last is no goal. */
                                                       {{MODEL_OBJECTIVE_ISOLATION, 0, 1},
                                                        {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1},
                                                        {MODEL_OBJECTIVE_PREFERENCES, 2, 3},
                                                        {MODEL_OBJECTIVE_ROOT_KEEPS, 2, 1},
                                                        {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 3, 1},
                                                        {MODEL_OBJECTIVE_STABILITY, 4, 1}}};

struct instance {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct random random;
    struct model_board board;
    struct model_requirements req;
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    struct solver_earlier earlier;
    struct solver_search_options options;
    struct solver_apart owners;
    bool tied;   /* much is said of lines, in ways that can be judged */
    bool judged; /* `owners` are the best whatever lines lose */
};

static bool chance(struct instance *in, uint32_t percent)
{
    return random_below(&in->random, 100) < percent;
}

/* Cores in caches in packages, all of the same size; the numbers may go round robin. */
static void make_board(struct instance *in)
{
    const uint32_t threads = chance(in, 30) ? 2 : 1, cores = 1 + random_below(&in->random, 3);
    const uint32_t caches = 1 + random_below(&in->random, threads * cores > 3 ? 2 : 3);
    const uint32_t packages = chance(in, 25) ? 2 : 1;
    const uint32_t all = threads * cores * caches,
                   count = all * packages < 10 ? all * packages : all;
    const bool round_robin = chance(in, 30);
    struct model_cpu *cpus = AJ_NEW_ARRAY(in->arena, struct model_cpu, count);
    struct model_arm_platform *arm = AJ_NEW(in->arena, struct model_arm_platform);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = round_robin ? i % caches * (count / caches) + i / caches : i;
        cpus[i] = (struct model_cpu){.id = {i},
                                     .online = true,
                                     .core = at / threads % cores,
                                     .cluster = at / (threads * cores) % caches,
                                     .package = at / all};
    }
    arm->gic_version = 2;
    arm->spi_limit = 20;
    arm->maintenance_irq = 25;
    in->board = (struct model_board){
        .arch = MODEL_ARCH_ARM, .phys_limit = AJ_NONE64, .cpus = cpus, .cpus_count = count};
    in->board.platform.arm = arm;
    in->board.interrupts_count = random_below(&in->random, 5);
    struct model_irq_count *lines =
        AJ_NEW_ARRAY(in->arena, struct model_irq_count, in->board.interrupts_count);
    for (uint32_t i = 0; i < in->board.interrupts_count; i++) {
        uint32_t *times = AJ_NEW(in->arena, uint32_t);
        *times = 1 + random_below(&in->random, 5000);
        lines[i] = (struct model_irq_count){.intid = 60 + i, .counts = times, .counts_count = 1};
    }
    in->board.interrupts = lines;
}

static struct aj_cpuset some_cpus(struct instance *in)
{
    struct aj_cpuset set = {0};
    for (uint32_t i = 1 + random_below(&in->random, 2); i > 0; i--)
        aj_cpuset_add(&set, random_below(&in->random, (uint32_t)in->board.cpus_count));
    return set;
}

static void make_cells(struct instance *in)
{
    const uint32_t count = 1 + random_below(&in->random, 4);
    struct model_cell_request *guests = AJ_NEW_ARRAY(in->arena, struct model_cell_request, count);
    in->req = (struct model_requirements){.guests = guests, .guests_count = count};
    in->req.root.key = in->req.root.name = "root";
    in->req.root.cpus.count = AJ_NONE32;
    for (uint32_t i = 0; i < count; i++) {
        struct model_cell_request *guest = &guests[i];
        guest->key = guest->name = aj_strf(in->arena, "g%u", i);
        guest->os = MODEL_OS_BARE;
        guest->flags = AJ_NONE32;
        guest->cpus.count =
            chance(in, 10) ? AJ_NONE32
                           : 1 + random_below(&in->random, (uint32_t)in->board.cpus_count / 2 + 1);
        if (chance(in, 15)) {
            guest->cpus.count = AJ_NONE32;
            guest->cpus.list = some_cpus(in);
        }
        if (chance(in, 12))
            guest->cpus.exclusive = (uint8_t)(1 + random_below(&in->random, 3));
        if (chance(in, 12))
            guest->cpus.together = (uint8_t)(1 + random_below(&in->random, 3));
        if (chance(in, 50))
            guest->realtime = AJ_NEW(in->arena, struct model_realtime);
    }
}

/* No more than some of these CPUs may be had. */
static void make_bound(struct instance *in, struct model_constraint *constraint)
{
    const uint32_t count = 2 + random_below(&in->random, 4);
    struct model_literal *literals = AJ_NEW_ARRAY(in->arena, struct model_literal, count);
    uint32_t all = 0;
    for (uint32_t i = 0; i < count; i++) {
        const size_t guest = random_below(&in->random, (uint32_t)in->req.guests_count);
        literals[i] = (struct model_literal){
            .kind = MODEL_LITERAL_CPUS,
            .cell = chance(in, 30) ? "root" : in->req.guests[guest].key,
            .cpus = some_cpus(in),
            .weight = 1 + random_below(&in->random, 3),
        };
        all += literals[i].weight;
    }
    *constraint = (struct model_constraint){.kind = MODEL_CONSTRAINT_BOUND,
                                            .literals = literals,
                                            .literals_count = count,
                                            .at_most = all / 3 + random_below(&in->random, all)};
}

static void make_constraint(struct instance *in, struct model_constraint *constraint)
{
    static const enum model_constraint_kind kinds[] = {
        MODEL_CONSTRAINT_FORBID, MODEL_CONSTRAINT_AVOID, MODEL_CONSTRAINT_PREFER,
        MODEL_CONSTRAINT_BOUND, MODEL_CONSTRAINT_ROUTE};
    const uint32_t lines = (uint32_t)in->board.interrupts_count;
    const uint32_t among = lines > 0 ? AJ_COUNT(kinds) : AJ_COUNT(kinds) - 1;
    const enum model_constraint_kind drawn = kinds[random_below(&in->random, among)];
    const enum model_constraint_kind kind =
        in->tied && drawn == MODEL_CONSTRAINT_PREFER ? MODEL_CONSTRAINT_FORBID : drawn;
    if (kind == MODEL_CONSTRAINT_BOUND) {
        make_bound(in, constraint);
        return;
    }
    const bool single = kind == MODEL_CONSTRAINT_PREFER || kind == MODEL_CONSTRAINT_ROUTE;
    const uint32_t count = single ? 1 : 1 + random_below(&in->random, 3);
    struct model_literal *literals = AJ_NEW_ARRAY(in->arena, struct model_literal, count);
    for (uint32_t i = 0; i < count; i++) {
        const size_t guest = random_below(&in->random, (uint32_t)in->req.guests_count);
        literals[i].cpus = some_cpus(in);
        if (kind == MODEL_CONSTRAINT_ROUTE || (lines > 0 && (in->tied ? i == 0 : chance(in, 25)))) {
            literals[i].kind = MODEL_LITERAL_ROUTE;
            literals[i].interrupt = 60 + random_below(&in->random, lines);
        }
        if (kind == MODEL_CONSTRAINT_ROUTE && in->tied) {
            literals[i].cpus = (struct aj_cpuset){0};
            aj_cpuset_add(&literals[i].cpus,
                          random_below(&in->random, (uint32_t)in->board.cpus_count));
        }
        literals[i].cell = chance(in, 30) ? "root" : in->req.guests[guest].key;
    }
    *constraint = (struct model_constraint){.kind = (uint8_t)kind,
                                            .literals = literals,
                                            .literals_count = count,
                                            .cost = kind == MODEL_CONSTRAINT_FORBID ||
                                                            kind == MODEL_CONSTRAINT_ROUTE
                                                        ? 0
                                                        : 1 + random_below(&in->random, 4)};
}

static void make_constraints(struct instance *in)
{
    const uint32_t count = in->tied || chance(in, 40) ? 1 + random_below(&in->random, 5) : 0;
    struct model_constraint *constraints = AJ_NEW_ARRAY(in->arena, struct model_constraint, count);
    for (uint32_t i = 0; i < count; i++)
        make_constraint(in, &constraints[i]);
    in->req.constraints = constraints;
    in->req.constraints_count = count;
}

/* CPUs that had some cell, and lines that had some CPU, in a plan that says nothing else. */
static void make_earlier(struct instance *in)
{
    const struct solver_problem *p = &in->problem;
    in->earlier.owner = AJ_NEW_ARRAY(in->arena, uint32_t, p->cpus_count);
    in->earlier.line_cpu = AJ_NEW_ARRAY(in->arena, uint32_t, p->lines.count);
    in->earlier.base = AJ_NEW_ARRAY(in->arena, uint32_t, p->cells_count);
    for (uint32_t k = 0; k < p->cpus_count; k++)
        in->earlier.owner[k] =
            chance(in, 20) ? AJ_NONE32 : random_below(&in->random, p->cells_count);
    for (size_t q = 0; q < p->lines.count; q++)
        in->earlier.line_cpu[q] =
            chance(in, 20) ? AJ_NONE32 : random_below(&in->random, p->cpus_count);
    for (uint32_t c = 0; c < p->cells_count; c++)
        in->earlier.base[c] = AJ_NONE32;
}

static void instance_open(struct instance *in, uint64_t seed)
{
    *in = (struct instance){.arena = aj_arena_open(), .random = {.state = seed}};
    aj_ctx_open(&in->cx);
    make_board(in);
    make_cells(in);
    in->tied = in->board.interrupts_count > 0 && chance(in, 50);
    make_constraints(in);
    solver_facts_derive(&in->facts, in->arena, &in->board);
    solver_wishes_list(&in->wishes, in->arena, &in->board, &in->req);
    for (size_t i = 0; i < in->wishes.count; i++) {
        const uint8_t kind = in->wishes.items[i].kind;
        in->wishes.items[i].off = kind == SOLVER_WISH_MEMORY || kind == SOLVER_WISH_HYPERVISOR;
    }
    solver_prepare(&in->problem, in->arena, &in->board, &in->req, &in->facts, &in->wishes);
    in->options = (struct solver_search_options){
        .objectives = orders[in->tied ? JUDGED : random_below(&in->random, AJ_COUNT(orders))],
        .objectives_count = LEVELS,
        .limits = {.deadline_ns = INT64_MAX}};
    if (chance(in, 50)) {
        make_earlier(in);
        in->problem.earlier = &in->earlier;
    }
}

static void instance_close(struct instance *in)
{
    aj_ctx_close(&in->cx);
    aj_arena_close(in->arena);
}

static struct solver_outcome search_for(struct instance *in, const uint32_t *owner,
                                        const struct solver_search_options *goals,
                                        struct solver_model *m)
{
    struct solver_outcome outcome;
    solver_model_build(m, in->arena, &in->problem, owner, NULL);
    (void)solver_lines_settle(m, goals);
    if (solver_search(&in->cx, m, goals, in->arena, &outcome) != AJ_OK)
        fail_msg("%s", test_diags(&in->cx));
    return outcome;
}

static struct solver_outcome search(struct instance *in, const uint32_t *owner,
                                    struct solver_model *m)
{
    return search_for(in, owner, &in->options, m);
}

/* Is it proved that lines have their best with the owners that blocks decided? */
static bool lines_settled(struct instance *in)
{
    struct solver_model m;
    solver_model_build(&m, in->arena, &in->problem, in->owners.choice, NULL);
    return solver_lines_settle(&m, &in->options);
}

/* Where they have not: owners decided with what lines lose. */
static bool judge_lines(struct instance *in)
{
    if (!solver_lines_judged(&in->options))
        return false;
    if (solver_blocks_decide(&in->cx, &in->problem, &in->options, SOLVER_LINES_JUDGED,
                             &in->owners) != AJ_OK)
        fail_msg("%s", test_diags(&in->cx));
    in->judged = in->owners.choice != NULL;
    assert_true(!in->judged || in->owners.ordered);
    return in->judged;
}

static void compare(struct instance *in, uint64_t seed)
{
    struct solver_model apart, whole;
    const struct solver_outcome by_cpu = search(in, NULL, &apart);
    const struct solver_outcome by_block = search(in, in->owners.choice, &whole);
    if (by_cpu.infeasible || by_block.infeasible)
        fail_msg("seed %llu: owners for an infeasible problem", (unsigned long long)seed);
    for (size_t i = 0; i < by_cpu.levels_count; i++)
        if (by_cpu.levels[i].value != by_block.levels[i].value &&
            strcmp(by_cpu.levels[i].objective, "smallest_numbers") != 0)
            fail_msg("seed %llu: %s %lld by CPU, %lld by block", (unsigned long long)seed,
                     by_cpu.levels[i].objective, (long long)by_cpu.levels[i].value,
                     (long long)by_block.levels[i].value);
    for (uint32_t k = 0; k < in->problem.cpus_count; k++) {
        const uint32_t owner = in->owners.choice[k];
        if (by_cpu.values[apart.cpu[owner * in->problem.cpus_count + k]] != 1)
            fail_msg("seed %llu: cpu %u goes to cell %u by block", (unsigned long long)seed, k,
                     owner);
    }
    for (uint32_t i = apart.lines_first; i < apart.lines_end; i++)
        if (by_cpu.values[i] != by_block.values[i])
            fail_msg("seed %llu: %s is %lld by CPU", (unsigned long long)seed,
                     apart.ip.cols.items[i].name, (long long)by_cpu.values[i]);
}

/* What blocks decided. */
struct tally {
    uint32_t decided, guesses, refuted;
    uint32_t joint, priced, likened; /* of those decided */
    uint32_t tied, settled, judged;  /* of those decided: lines that have a word in it */
};

static void count_kinds(const struct blocks *blocks, struct tally *tally)
{
    bool joint = false, priced = false;
    for (size_t i = 0; i < blocks->rules.count; i++) {
        joint = joint || blocks->rules.items[i].cost == 0;
        priced = priced || blocks->rules.items[i].cost > 0;
    }
    tally->decided++;
    tally->joint += joint;
    tally->priced += priced;
    tally->likened += blocks->earlier != NULL;
}

static void check_instance(uint64_t seed, struct tally *tally)
{
    struct instance in;
    struct blocks blocks;
    instance_open(&in, seed);
    if (solver_blocks_decide(&in.cx, &in.problem, &in.options, SOLVER_LINES_AS_WISHED,
                             &in.owners) != AJ_OK)
        fail_msg("%s", test_diags(&in.cx));
    const bool found = blocks_find(&blocks, in.arena, &in.problem, &in.options, BLOCKS_SAID);
    if (in.owners.choice != NULL) {
        assert_true(found);
        assert_true(in.owners.ordered);
        const bool tied = solver_lines_tie(&in.problem, &in.options);
        const bool settled = tied && lines_settled(&in);
        tally->tied += tied;
        tally->settled += settled;
        if (tied && !settled)
            tally->judged += judge_lines(&in);
        if (!tied || settled || in.judged)
            compare(&in, seed);
        uint32_t *owner = AJ_NEW_ARRAY(in.arena, uint32_t, in.problem.cpus_count);
        count_kinds(&blocks, tally);
        tally->guesses += blocks_guess(&blocks, 1, BLOCKS_GOOD, owner);
    } else {
        struct solver_model m;
        assert_true(in.owners.infeasible || !found);
        assert_true(search(&in, NULL, &m).infeasible);
    }
    instance_close(&in);
}

/* Without what the first guest asks for, as explanations try it: is there any answer at all? */
static void check_feasibility(uint64_t seed, struct tally *tally)
{
    static const struct solver_search_options any = {.limits = {.deadline_ns = INT64_MAX}};
    struct instance in;
    struct solver_model m;
    instance_open(&in, seed);
    for (size_t i = 0; i < in.wishes.count; i++)
        in.wishes.items[i].off |=
            in.wishes.items[i].kind == SOLVER_WISH_CPUS && in.wishes.items[i].cell == 1;
    solver_prepare(&in.problem, in.arena, &in.board, &in.req, &in.facts, &in.wishes);
    if (solver_blocks_decide(&in.cx, &in.problem, &any, SOLVER_LINES_AS_WISHED, &in.owners) !=
        AJ_OK)
        fail_msg("%s", test_diags(&in.cx));
    const bool infeasible = search_for(&in, NULL, &any, &m).infeasible;
    if (in.owners.infeasible && !infeasible)
        fail_msg("seed %llu: infeasible by block", (unsigned long long)seed);
    if (in.owners.choice != NULL && !solver_lines_tie(&in.problem, &any) &&
        (infeasible || search_for(&in, in.owners.choice, &any, &m).infeasible))
        fail_msg("seed %llu: feasible by block", (unsigned long long)seed);
    tally->refuted += in.owners.infeasible;
    instance_close(&in);
}

static void test_agrees_with_a_variable_for_each_cpu(void **state)
{
    const char *first_text = getenv("AJ_SEED"), *count_text = getenv("AJ_INSTANCES");
    const uint64_t first = first_text != NULL ? strtoull(first_text, NULL, 10) : FIRST_SEED;
    const uint64_t count = count_text != NULL ? strtoull(count_text, NULL, 10) : INSTANCES;
    struct tally tally = {.decided = 0};
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++) {
        check_instance(seed, &tally);
        check_feasibility(seed, &tally);
    }
    print_message("seeds %llu..%llu: %u feasible, %u guessed, %u joint, %u priced, %u likened, "
                  "%u of %u with lines tied settled, %u judged\n",
                  (unsigned long long)first, (unsigned long long)(first + count - 1), tally.decided,
                  tally.guesses, tally.joint, tally.priced, tally.likened, tally.settled,
                  tally.tied, tally.judged);
    if (count == INSTANCES) {
        assert_in_range(tally.decided, count / 4, count * 9 / 10);
        assert_true(tally.guesses > tally.decided / 2);
        assert_true(tally.refuted > 0 && tally.joint > 0 && tally.priced > 0 && tally.likened > 0);
        assert_true(tally.settled > tally.tied / 3 && tally.settled < tally.tied &&
                    tally.judged > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_variable_for_each_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
