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

static const struct model_priority objectives[] = {{MODEL_OBJECTIVE_ISOLATION, 0, 1},
                                                   {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1},
                                                   {MODEL_OBJECTIVE_MEMORY_QUALITY, 2, 1},
                                                   {MODEL_OBJECTIVE_ROOT_KEEPS, 3, 1},
                                                   {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 4, 1}};

struct instance {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct random random;
    struct model_board board;
    struct model_requirements req;
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    struct solver_apart owners;
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
    if (chance(in, 30)) {
        struct model_literal *literal = AJ_NEW(in->arena, struct model_literal);
        struct model_constraint *constraint = AJ_NEW(in->arena, struct model_constraint);
        literal->cell = chance(in, 30) ? "root" : guests[0].key;
        literal->cpus = some_cpus(in);
        *constraint = (struct model_constraint){
            .kind = MODEL_CONSTRAINT_FORBID, .literals = literal, .literals_count = 1};
        in->req.constraints = constraint;
        in->req.constraints_count = 1;
    }
}

static void instance_open(struct instance *in, uint64_t seed)
{
    *in = (struct instance){.arena = aj_arena_open(), .random = {.state = seed}};
    aj_ctx_open(&in->cx);
    make_board(in);
    make_cells(in);
    solver_facts_derive(&in->facts, in->arena, &in->board);
    solver_wishes_list(&in->wishes, in->arena, &in->board, &in->req);
    for (size_t i = 0; i < in->wishes.count; i++) {
        const uint8_t kind = in->wishes.items[i].kind;
        in->wishes.items[i].off = kind == SOLVER_WISH_MEMORY || kind == SOLVER_WISH_HYPERVISOR;
    }
    solver_prepare(&in->problem, in->arena, &in->board, &in->req, &in->facts, &in->wishes);
}

static void instance_close(struct instance *in)
{
    aj_ctx_close(&in->cx);
    aj_arena_close(in->arena);
}

static const struct solver_search_options options = {.objectives = objectives,
                                                     .objectives_count = AJ_COUNT(objectives),
                                                     .limits = {.deadline_ns = INT64_MAX}};

static struct solver_outcome search_for(struct instance *in, const uint32_t *owner,
                                        const struct solver_search_options *goals,
                                        struct solver_model *m)
{
    struct solver_outcome outcome;
    solver_model_build(m, in->arena, &in->problem, owner, NULL);
    if (solver_search(&in->cx, m, goals, in->arena, &outcome) != AJ_OK)
        fail_msg("%s", test_diags(&in->cx));
    return outcome;
}

static struct solver_outcome search(struct instance *in, const uint32_t *owner,
                                    struct solver_model *m)
{
    return search_for(in, owner, &options, m);
}

static void compare(struct instance *in, uint64_t seed)
{
    struct solver_model apart, whole;
    const struct solver_outcome by_cpu = search(in, NULL, &apart);
    const struct solver_outcome by_block = search(in, in->owners.choice, &whole);
    if (by_cpu.infeasible || by_block.infeasible)
        fail_msg("seed %llu: owners for an infeasible problem", (unsigned long long)seed);
    for (size_t i = 0; i < AJ_COUNT(objectives); i++)
        if (by_cpu.levels[i].value != by_block.levels[i].value && i + 1 < AJ_COUNT(objectives))
            fail_msg("seed %llu: %s %lld by CPU, %lld by block", (unsigned long long)seed,
                     by_cpu.levels[i].objective, (long long)by_cpu.levels[i].value,
                     (long long)by_block.levels[i].value);
    for (uint32_t k = 0; k < in->problem.cpus_count; k++) {
        const uint32_t owner = in->owners.choice[k];
        if (by_cpu.values[apart.cpu[owner * in->problem.cpus_count + k]] != 1)
            fail_msg("seed %llu: cpu %u goes to cell %u by block", (unsigned long long)seed, k,
                     owner);
    }
}

static void check_instance(uint64_t seed, uint32_t *decided, uint32_t *guesses)
{
    struct instance in;
    struct blocks blocks;
    instance_open(&in, seed);
    if (solver_blocks_decide(&in.cx, &in.problem, &options, &in.owners) != AJ_OK)
        fail_msg("%s", test_diags(&in.cx));
    const bool found = blocks_find(&blocks, in.arena, &in.problem);
    if (in.owners.choice != NULL) {
        assert_true(found);
        assert_true(in.owners.ordered);
        compare(&in, seed);
        uint32_t *owner = AJ_NEW_ARRAY(in.arena, uint32_t, in.problem.cpus_count);
        *decided += 1;
        *guesses += blocks_guess(&blocks, owner);
    } else {
        struct solver_model m;
        assert_true(in.owners.infeasible || !found);
        assert_true(search(&in, NULL, &m).infeasible);
    }
    instance_close(&in);
}

/* Without what the first guest asks for, as explanations try it: is there any answer at all? */
static void check_feasibility(uint64_t seed, uint32_t *refuted)
{
    static const struct solver_search_options any = {.limits = {.deadline_ns = INT64_MAX}};
    struct instance in;
    struct solver_model m;
    instance_open(&in, seed);
    for (size_t i = 0; i < in.wishes.count; i++)
        in.wishes.items[i].off |=
            in.wishes.items[i].kind == SOLVER_WISH_CPUS && in.wishes.items[i].cell == 1;
    solver_prepare(&in.problem, in.arena, &in.board, &in.req, &in.facts, &in.wishes);
    if (solver_blocks_decide(&in.cx, &in.problem, &any, &in.owners) != AJ_OK)
        fail_msg("%s", test_diags(&in.cx));
    const bool infeasible = search_for(&in, NULL, &any, &m).infeasible;
    if (in.owners.infeasible && !infeasible)
        fail_msg("seed %llu: infeasible by block", (unsigned long long)seed);
    if (in.owners.choice != NULL &&
        (infeasible || search_for(&in, in.owners.choice, &any, &m).infeasible))
        fail_msg("seed %llu: feasible by block", (unsigned long long)seed);
    *refuted += in.owners.infeasible;
    instance_close(&in);
}

static void test_agrees_with_a_variable_for_each_cpu(void **state)
{
    const char *first_text = getenv("AJ_SEED"), *count_text = getenv("AJ_INSTANCES");
    const uint64_t first = first_text != NULL ? strtoull(first_text, NULL, 10) : FIRST_SEED;
    const uint64_t count = count_text != NULL ? strtoull(count_text, NULL, 10) : INSTANCES;
    uint32_t decided = 0, guesses = 0, refuted = 0;
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++) {
        check_instance(seed, &decided, &guesses);
        check_feasibility(seed, &refuted);
    }
    print_message("seeds %llu..%llu: %u feasible, %u guessed\n", (unsigned long long)first,
                  (unsigned long long)(first + count - 1), decided, guesses);
    if (count == INSTANCES) {
        assert_in_range(decided, count / 4, count * 9 / 10);
        assert_true(guesses > decided / 2);
        assert_true(refuted > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_variable_for_each_cpu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
