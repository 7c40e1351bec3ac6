/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decode.h"

#include "tests/solver/fixture.h"

static const char cells[] =
    "guests:\n"
    "  a: {os: bare, devices: [spi0], mem_regions: {m: {size: 0x12345},\n"
    "      r: {size: 0x100, phys_start: 0xd000000, flags: [MEM_READ, MEM_IO]}}}\n"
    "  b: {os: linux, console: \"&root.console\", mem_regions: {m: {size: 2 MiB}}}\n"
    "shmem:\n"
    "  v: {protocol: VIRTIO_BACK, size: 64 KiB, peers: [root, b]}\n"
    "  u: {protocol: UNDEFINED, size: 64 KiB, peers: [b, a, root]}\n";

static void test_plan(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, cells);
    fixture_plan(&f);
    const struct model_plan_mem *m = fixture_mem(&f, MODEL_MEM_RAM, "a", "m");
    const struct model_plan_mem *r = fixture_mem(&f, MODEL_MEM_RAM, "a", "r");
    const struct model_plan_mem *b = fixture_mem(&f, MODEL_MEM_RAM, "b", "m");
    const struct model_plan_mem *hypervisor = fixture_mem(&f, MODEL_MEM_HYPERVISOR, NULL, NULL);
    const struct model_plan_mem *link = fixture_mem(&f, MODEL_MEM_LINK, NULL, "v");
    assert_int_equal(m->size, 0x13000);
    assert_int_equal(m->virt_start, 0);
    assert_int_equal(r->size, 0x100);
    assert_int_equal(r->virt_start, 0xd000000);
    assert_int_equal(r->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_IO);
    assert_int_equal(b->virt_start, b->phys_start);
    assert_null(hypervisor->cell);
    assert_int_equal(hypervisor->flags, 0);
    assert_null(link->cell);
    assert_int_equal(f.plan->links_count, 2);
    assert_int_equal(f.plan->links[0].device, 0);
    assert_int_equal(f.plan->links[0].state_size, 0x1000);
    assert_int_equal(f.plan->links[0].rw_size, 0xf000);
    assert_int_equal(f.plan->links[0].output_size, 0);
    assert_int_equal(f.plan->links[0].phys_start, link->phys_start);
    assert_int_equal(f.plan->links[1].device, 1);
    assert_int_equal(f.plan->links[1].output_size, 0x5000);
    assert_string_equal(f.plan->links[1].peers[0], "b");
    assert_string_equal(f.plan->cells[0].key, "root");
    assert_string_equal(f.plan->cells[2].key, "b");
    assert_true(f.plan->cells[2].console_shared);
    /* The devices of a, and its pin of link 1. */
    assert_int_equal(f.plan->cells[1].interrupts_count, 3);
    fixture_close(&f);
}

/* More in an interval than it holds: a bug, never a plan. */
static void test_overfull(void **state)
{
    struct solver_outcome outcome = {.status = MODEL_PLAN_OPTIMAL};
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, "guests: {a: {os: bare, mem_regions: {m: {size: 64 MiB}}}}\n");
    fixture_build(&f);
    outcome.values = AJ_NEW_ARRAY(f.arena, int64_t, f.model.ip.cols.count);
    for (size_t i = 0; i < f.problem.requests.count; i++)
        outcome.values[f.model.place[i * f.problem.intervals_count]] = 1;
    assert_int_equal(solver_decode(&f.cx, &f.model, &outcome, f.arena, &f.plan), AJ_ERR_INTERNAL);
    test_one_error(&f.cx, "solver-bug", 0, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_overfull),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
