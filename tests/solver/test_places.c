/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two programs for the same question: memory decided kind by kind, and with a variable for each request
 * and interval. They agree on feasibility, every level and every interval. More requests than the
 * oracle of brute.h can try have guesses and bounds to check, and intervals are nearly full.
 */
#include "solver/places_priv.h"
#include "tests/solver/random_problem.h"
#include "tests/support/support.h"

#define FIRST_SEED 1u
#define INSTANCES  150u

#define QUALITY MODEL_OBJECTIVE_MEMORY_QUALITY
#define KEEPS   MODEL_OBJECTIVE_ROOT_KEEPS
#define NUMBERS MODEL_OBJECTIVE_SMALLEST_NUMBERS

static const struct model_priority orders[][3] = {
    {{QUALITY, 0, 1}, {KEEPS, 1, 1}, {NUMBERS, 2, 1}},
    {{KEEPS, 0, 1}, {QUALITY, 1, 1}, {NUMBERS, 2, 1}},
    {{QUALITY, 0, 1}, {NUMBERS, 1, 1}, {KEEPS, 2, 1}},
    {{QUALITY, 0, 2}, {KEEPS, 0, 3}, {NUMBERS, 1, 1}},
};

struct instance {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct random random;
    struct model_board board;
    struct model_requirements req;
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    struct solver_search_options options;
    struct solver_apart places;
};

static bool chance(struct instance *in, uint32_t percent)
{
    return random_below(&in->random, 100) < percent;
}

/* Few sizes, so that kinds have several requests; bare guests, some with addresses of their own. */
static aj_size make_cells(struct instance *in)
{
    const uint32_t count = 2 + random_below(&in->random, 9), few = 1 + random_below(&in->random, 4);
    const bool off = chance(in, 30); /* the alignment, as their guest sees some */
    struct model_mem_request *regions = AJ_NEW_ARRAY(in->arena, struct model_mem_request, count);
    struct model_cell_request *guest = AJ_NEW(in->arena, struct model_cell_request);
    aj_size all = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t size = random_below(&in->random, few);
        regions[i] = (struct model_mem_request){.name = aj_strf(in->arena, "m%u", i),
                                                .size = (1 + size * 2 + size / 3) * AJ_PAGE,
                                                .phys_start = AJ_NONE64,
                                                .virt_start = AJ_GIB(1) + i * AJ_MIB(1),
                                                .alignment = AJ_PAGE << size % 3};
        if (chance(in, 15))
            regions[i].virt_start = AJ_NONE64;
        else if (off && size == 0) {
            regions[i].size = AJ_KIB(64);
            regions[i].alignment = AJ_NONE64;
            regions[i].virt_start += (i % 3) * 5 * AJ_PAGE;
        }
        all += regions[i].size;
    }
    *guest = (struct model_cell_request){.key = "g",
                                         .name = "g",
                                         .os = MODEL_OS_BARE,
                                         .flags = AJ_NONE32,
                                         .mem_regions = regions,
                                         .mem_regions_count = count};
    guest->cpus.count = 1;
    in->req = (struct model_requirements){.guests = guest, .guests_count = 1};
    in->req.root.key = in->req.root.name = "root";
    in->req.root.cpus.count = AJ_NONE32;
    in->req.root.hypervisor_memory = (struct model_mem_request){.size = 3 * AJ_PAGE,
                                                                .phys_start = AJ_NONE64,
                                                                .virt_start = AJ_NONE64,
                                                                .alignment = AJ_NONE64};
    return all + 3 * AJ_PAGE;
}

/* Intervals from anywhere to anywhere, with about as much room as is asked for. */
static void make_board(struct instance *in, aj_size asked)
{
    const uint32_t count = 1 + random_below(&in->random, 5);
    struct model_region *regions = AJ_NEW_ARRAY(in->arena, struct model_region, count);
    struct model_cpu *cpus = AJ_NEW_ARRAY(in->arena, struct model_cpu, 2);
    struct model_arm_platform *arm = AJ_NEW(in->arena, struct model_arm_platform);
    const uint32_t each = (uint32_t)(asked / AJ_PAGE) / count + 1;
    aj_addr at = 0x100000;
    for (uint32_t i = 0; i < count; i++) {
        at += (1 + random_below(&in->random, 4)) * AJ_PAGE;
        regions[i] = (struct model_region){
            .name = aj_strf(in->arena, "ram%u", i),
            .phys_start = at,
            .virt_start = at,
            .size = (each / 2 + random_below(&in->random, each + 4)) * AJ_PAGE + AJ_PAGE,
            .type = MODEL_REGION_RAM};
        at += regions[i].size;
    }
    for (uint32_t i = 0; i < 2; i++)
        cpus[i] = (struct model_cpu){.id = {i}, .online = true, .core = i};
    arm->gic_version = 2;
    arm->spi_limit = 20;
    arm->maintenance_irq = 25;
    in->board = (struct model_board){.arch = MODEL_ARCH_ARM,
                                     .phys_limit = AJ_NONE64,
                                     .cpus = cpus,
                                     .cpus_count = 2,
                                     .memory_regions = regions,
                                     .memory_regions_count = count};
    in->board.platform.arm = arm;
}

static void instance_open(struct instance *in, uint64_t seed)
{
    *in = (struct instance){.arena = aj_arena_open(), .random = {.state = seed}};
    aj_ctx_open(&in->cx);
    make_board(in, make_cells(in));
    in->options = (struct solver_search_options){.objectives = orders[seed % AJ_COUNT(orders)],
                                                 .objectives_count = 3,
                                                 .limits = {.deadline_ns = INT64_MAX}};
    solver_facts_derive(&in->facts, in->arena, &in->board);
    solver_wishes_list(&in->wishes, in->arena, &in->board, &in->req);
    solver_prepare(&in->problem, in->arena, &in->board, &in->req, &in->facts, &in->wishes);
}

static void instance_close(struct instance *in)
{
    aj_ctx_close(&in->cx);
    aj_arena_close(in->arena);
}

static struct solver_outcome search(struct instance *in, const uint32_t *place_of,
                                    struct solver_model *m)
{
    struct solver_outcome outcome;
    solver_model_build(m, in->arena, &in->problem, NULL, place_of);
    if (solver_search(&in->cx, m, &in->options, in->arena, &outcome) != AJ_OK)
        fail_msg("%s", test_diags(&in->cx));
    return outcome;
}

static void compare(struct instance *in, uint64_t seed)
{
    struct solver_model apart, whole;
    const struct solver_outcome by_request = search(in, NULL, &apart);
    const struct solver_outcome by_kind = search(in, in->places.choice, &whole);
    if (by_request.infeasible || by_kind.infeasible)
        fail_msg("seed %llu: places for an infeasible problem", (unsigned long long)seed);
    for (size_t i = 0; i < by_kind.levels_count; i++) {
        if (strcmp(by_kind.levels[i].objective, "smallest_numbers") == 0)
            break;
        assert_int_equal(in->places.levels[i].gap, 0);
        if (by_request.levels[i].value != by_kind.levels[i].value)
            fail_msg("seed %llu: %s %lld by request, %lld by kind", (unsigned long long)seed,
                     by_request.levels[i].objective, (long long)by_request.levels[i].value,
                     (long long)by_kind.levels[i].value);
    }
    for (size_t i = 0; i < in->problem.requests.count; i++) {
        const uint32_t b = in->places.choice[i];
        if (b != AJ_NONE32 &&
            by_request.values[apart.place[i * in->problem.intervals_count + b]] != 1)
            fail_msg("seed %llu: %s lies in interval %u by kind", (unsigned long long)seed,
                     in->problem.requests.items[i].tag, b);
    }
}

/* Without objectives: any answer, and the same proof that there is none. */
static void check_feasibility(struct instance *in)
{
    const struct solver_search_options any = {.limits = {.deadline_ns = INT64_MAX}};
    struct solver_apart places;
    struct solver_model m;
    assert_int_equal(solver_places_decide(&in->cx, &in->problem, &any, &places), AJ_OK);
    assert_int_equal(places.infeasible, in->places.infeasible);
    assert_int_equal(places.choice != NULL, in->places.choice != NULL);
    if (places.choice != NULL)
        assert_false(search(in, places.choice, &m).infeasible);
}

static void test_agrees_with_a_variable_for_each_request(void **state)
{
    const char *first_text = getenv("AJ_SEED"), *count_text = getenv("AJ_INSTANCES");
    const uint64_t first = first_text != NULL ? strtoull(first_text, NULL, 10) : FIRST_SEED;
    const uint64_t count = count_text != NULL ? strtoull(count_text, NULL, 10) : INSTANCES;
    uint32_t decided = 0;
    (void)state;
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct instance in;
        struct solver_model m;
        instance_open(&in, seed);
        if (solver_places_decide(&in.cx, &in.problem, &in.options, &in.places) != AJ_OK)
            fail_msg("%s", test_diags(&in.cx));
        if (in.places.choice != NULL) {
            assert_true(in.places.ordered);
            compare(&in, seed);
            decided++;
        } else {
            /* No interval holds anything, or it was proved. */
            assert_true(in.places.infeasible || in.problem.intervals_count == 0);
            assert_true(search(&in, NULL, &m).infeasible);
        }
        check_feasibility(&in);
        instance_close(&in);
    }
    print_message("seeds %llu..%llu: %u feasible\n", (unsigned long long)first,
                  (unsigned long long)(first + count - 1), decided);
    if (count == INSTANCES)
        assert_in_range(decided, count / 4, count * 9 / 10);
}

/* Five of 12 KiB into rooms of 28 and 32 KiB: by bytes they fit, but only two into each. */
static void test_rounds(void **state)
{
    struct instance in = {.arena = aj_arena_open()};
    struct places s;
    (void)state;
    aj_ctx_open(&in.cx);
    struct solver_request requests[5];
    struct aj_range intervals[] = {{0x1000, 0x7000}, {0x10000, 0x8000}};
    uint32_t largest[] = {0, 1, 2, 3, 4};
    for (size_t i = 0; i < 5; i++)
        requests[i] = (struct solver_request){
            .size = 0x3000, .alignment = AJ_PAGE, .phys = AJ_NONE64, .virt = 0};
    in.problem = (struct solver_problem){.req = &in.req,
                                         .arena = in.arena,
                                         .largest = largest,
                                         .largest_count = 5,
                                         .intervals = intervals,
                                         .intervals_count = 2};
    in.problem.requests.items = requests;
    in.problem.requests.count = 5;
    assert_true(places_find(&s, in.arena, &in.problem));
    assert_int_equal(s.kinds.count, 1);
    assert_int_equal(s.most[0], 2);
    assert_int_equal(s.most[1], 2);
    const uint32_t none[2] = {0, 0};
    uint32_t number[2];
    const struct places_start start = {none, 2, 2};
    assert_false(places_may_go_on(&s, &start));
    assert_false(places_complete(&s, &start, number));
    s.kinds.items[0].count = 4;
    assert_true(places_may_go_on(&s, &start));
    assert_true(places_complete(&s, &start, number));
    assert_int_equal(number[0], 2);
    assert_int_equal(number[1], 2);
    instance_close(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_a_variable_for_each_request),
        cmocka_unit_test(test_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
