/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/pack.h"

#include "tests/solver/random_problem.h"
#include "tests/support/support.h"

#define FIRST_SEED 1u
#define INSTANCES  3000u
#define ITEMS      6u

static struct solver_request make(aj_size pages, aj_size alignment_pages)
{
    return (struct solver_request){.size = pages * AJ_PAGE, .alignment = alignment_pages * AJ_PAGE};
}

static void test_from_the_top_in_order(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const struct solver_request a = make(4, 4), b = make(3, 2), c = make(1, 1);
    const struct solver_request *const all[] = {&a, &b, &c};
    aj_addr bases[3];
    (void)state;
    /* Pages 0x101 to 0x111: 0x10c is the highest multiple of 4 that leaves 4. */
    assert_int_equal(solver_pack(arena, (struct aj_range){0x101000, 0x10000}, all, 3, bases),
                     SOLVER_PACK_FITS);
    assert_int_equal(bases[0], 0x10c000);
    assert_int_equal(bases[1], 0x108000);
    assert_int_equal(bases[2], 0x110000); /* above both, where no other fits */
    aj_arena_close(arena);
}

/* In their order they do not fit, in another they do. */
static void test_another_order(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const struct solver_request a = make(1, 1), b = make(4, 4);
    const struct solver_request *const all[] = {&a, &b};
    aj_addr bases[2];
    (void)state;
    assert_int_equal(solver_pack(arena, (struct aj_range){0x103000, 0x5000}, all, 2, bases),
                     SOLVER_PACK_FITS);
    assert_int_equal(bases[1], 0x104000);
    assert_int_equal(bases[0], 0x103000);
    assert_int_equal(solver_pack(arena, (struct aj_range){0x102000, 0x5000}, all, 2, bases),
                     SOLVER_PACK_NOT);
    aj_arena_close(arena);
}

static void test_addresses_to_avoid(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_request a = make(4, 1);
    const struct solver_request *const all[] = {&a};
    aj_addr base;
    (void)state;
    aj_rangeset_add(arena, &a.avoid, (struct aj_range){0x10c000, 0x1000});
    aj_rangeset_add(arena, &a.avoid, (struct aj_range){0x107000, 0x1000});
    assert_int_equal(solver_pack(arena, (struct aj_range){0x100000, 0x10000}, all, 1, &base),
                     SOLVER_PACK_FITS);
    assert_int_equal(base, 0x108000);
    assert_true(solver_pack_alone((struct aj_range){0x100000, 0x7000}, &a));
    assert_false(solver_pack_alone((struct aj_range){0x104000, 0x7000}, &a));
    aj_arena_close(arena);
}

static void test_too_many_to_try(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_request items[18];
    const struct solver_request *all[18];
    aj_addr bases[18];
    aj_size total = 0;
    (void)state;
    for (size_t i = 0; i < 18; i++) {
        items[i] = make(i + 2, 1);
        total += items[i].size;
        all[i] = &items[i];
    }
    assert_int_equal(solver_pack(arena, (struct aj_range){0x100000, total}, all, 18, bases),
                     SOLVER_PACK_FITS);
    assert_int_equal(
        solver_pack(arena, (struct aj_range){0x100000, total - AJ_PAGE}, all, 18, bases),
        SOLVER_PACK_UNKNOWN);
    aj_arena_close(arena);
}

/* Tries every page for every request. */
static bool fits(const struct solver_request *const *all, size_t count, struct aj_range in,
                 uint64_t full)
{
    if (count == 0)
        return true;
    const struct solver_request *r = all[count - 1];
    const uint64_t pages = r->size / AJ_PAGE, mask = (UINT64_C(1) << pages) - 1;
    for (uint64_t page = 0; page + pages <= in.size / AJ_PAGE; page++) {
        const struct aj_range here = {in.base + page * AJ_PAGE, r->size};
        if ((full & mask << page) == 0 && here.base % r->alignment == r->residue &&
            !aj_rangeset_overlaps(&r->avoid, here) && fits(all, count - 1, in, full | mask << page))
            return true;
    }
    return false;
}

static void check_layout(const struct solver_request *const *all, const aj_addr *bases,
                         size_t count, struct aj_range in)
{
    for (size_t i = 0; i < count; i++) {
        const struct aj_range here = {bases[i], all[i]->size};
        assert_true(aj_range_contains(in, here));
        assert_int_equal(here.base % all[i]->alignment, all[i]->residue);
        assert_false(aj_rangeset_overlaps(&all[i]->avoid, here));
        for (size_t k = 0; k < i; k++)
            assert_false(aj_range_overlap(here, (struct aj_range){bases[k], all[k]->size}));
    }
}

static void test_agrees_with_trying_everything(void **state)
{
    struct random r = {.state = FIRST_SEED};
    uint32_t fitting = 0;
    (void)state;
    for (uint32_t n = 0; n < INSTANCES; n++) {
        struct aj_arena *arena = aj_arena_open();
        struct solver_request items[ITEMS];
        const struct solver_request *all[ITEMS];
        aj_addr bases[ITEMS];
        const size_t count = 1 + random_below(&r, ITEMS);
        const struct aj_range in = {(16 + random_below(&r, 8)) * AJ_PAGE,
                                    (4 + random_below(&r, 16)) * AJ_PAGE};
        for (size_t i = 0; i < count; i++) {
            items[i] = make(1 + random_below(&r, 5), UINT64_C(1) << random_below(&r, 4));
            if (random_below(&r, 4) == 0)
                items[i].residue = random_below(&r, 8) * AJ_PAGE & (items[i].alignment - 1);
            if (random_below(&r, 3) == 0)
                aj_rangeset_add(arena, &items[i].avoid,
                                (struct aj_range){(16 + random_below(&r, 20)) * AJ_PAGE, AJ_PAGE});
            all[i] = &items[i];
        }
        const enum solver_pack_result result = solver_pack(arena, in, all, count, bases);
        assert_int_equal(result, fits(all, count, in, 0) ? SOLVER_PACK_FITS : SOLVER_PACK_NOT);
        if (result == SOLVER_PACK_FITS)
            check_layout(all, bases, count, in);
        fitting += result == SOLVER_PACK_FITS;
        aj_arena_close(arena);
    }
    print_message("seed %u: %u of %u fit\n", FIRST_SEED, fitting, INSTANCES);
    assert_in_range(fitting, INSTANCES / 5, INSTANCES * 4 / 5);
}

static int64_t points_in(struct aj_range in, const struct solver_request *grid)
{
    int64_t count = 0;
    for (aj_addr at = in.base; at < in.base + in.size; at += AJ_PAGE)
        count += at % grid->alignment == grid->residue;
    return count;
}

/* Wherever a request lies it takes as many points as it is said to. */
static void test_points(void **state)
{
    struct random r = {.state = FIRST_SEED};
    (void)state;
    for (uint32_t n = 0; n < INSTANCES; n++) {
        struct solver_request items[2];
        for (size_t i = 0; i < AJ_COUNT(items); i++) {
            items[i] = make(1 + random_below(&r, 20), UINT64_C(1) << random_below(&r, 5));
            items[i].residue = random_below(&r, 32) * AJ_PAGE & (items[i].alignment - 1);
        }
        const struct aj_range in = {random_below(&r, 40) * AJ_PAGE, items[1].size};
        assert_int_equal(solver_pack_room(in, &items[0]), points_in(in, &items[0]));
        const struct aj_range here = {random_below(&r, 9) * items[1].alignment + items[1].residue,
                                      items[1].size};
        assert_int_equal(solver_pack_taken(&items[1], &items[0]),
                         items[1].alignment < items[0].alignment ? 0 : points_in(here, &items[0]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_the_top_in_order),
        cmocka_unit_test(test_another_order),
        cmocka_unit_test(test_addresses_to_avoid),
        cmocka_unit_test(test_too_many_to_try),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_agrees_with_trying_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
