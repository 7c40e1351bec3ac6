/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "tests/solver/fixture.h"

static void test_defaults(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  l: {os: linux}\n"
                 "  b: {os: bare}\n"
                 "  s: {os: bare, cpu_reset_address: 0x10010}\n"
                 "  r: {os: bare, mem_regions: {m: {size: 5000}, n: {size: 100 KiB},\n"
                 "      o: {size: 3 MiB, alignment: 0x1000}}}\n"
                 "shmem: {n0: {protocol: IVETH, peers: [root, l]}}\n");
    fixture_build(&f);
    const struct solver_request *hypervisor = fixture_request(&f, "hypervisor");
    const struct solver_request *linux_ram = fixture_request(&f, "cell.l,memory");
    const struct solver_request *loader = fixture_request(&f, "cell.l,loader");
    const struct solver_request *bare = fixture_request(&f, "cell.b,memory");
    const struct solver_request *link = fixture_request(&f, "link.n0");
    assert_int_equal(hypervisor->size, AJ_MIB(4));
    assert_int_equal(hypervisor->alignment, AJ_MIB(2));
    assert_int_equal(linux_ram->size, AJ_MIB(128));
    assert_int_equal(linux_ram->virt, AJ_NONE64);
    assert_int_equal(linux_ram->alignment, AJ_MIB(2));
    assert_int_equal(loader->size, AJ_KIB(64));
    assert_int_equal(loader->virt, 0);
    assert_int_equal(loader->flags & JAILHOUSE_MEM_DMA, 0);
    assert_int_equal(bare->size, AJ_KIB(64));
    assert_int_equal(bare->virt, 0);
    assert_int_equal(fixture_request(&f, "cell.s,memory")->virt, 0x10000);
    assert_int_equal(bare->flags & JAILHOUSE_MEM_DMA, JAILHOUSE_MEM_DMA);
    assert_int_equal(link->size, AJ_MIB(1));
    assert_int_equal(link->alignment, AJ_KIB(64));
    assert_int_equal(fixture_request(&f, "cell.r,m")->size, 0x2000);
    assert_int_equal(fixture_request(&f, "cell.r,m")->alignment, AJ_PAGE);
    assert_int_equal(fixture_request(&f, "cell.r,n")->virt, AJ_NONE64);
    assert_int_equal(fixture_request(&f, "cell.r,n")->alignment, AJ_KIB(64));
    assert_int_equal(fixture_request(&f, "cell.r,o")->alignment, AJ_PAGE);
    fixture_close(&f);
}

/* The greatest alignment first; then hypervisor, links, boot regions, bare guests, others. */
/* Large pages map what lies as far above a multiple of them as the guest sees it. */
static void test_congruence(void **state)
{
    static const struct {
        const char *tag;
        aj_size alignment;
        aj_addr residue;
    } samples[] = {
        {"cell.a,high", AJ_MIB(2), AJ_MIB(1)}, {"cell.a,even", AJ_MIB(2), 0},
        {"cell.a,small", AJ_KIB(64), 0x3000},  {"cell.a,asked", AJ_KIB(64), 0},
        {"cell.a,fixed", AJ_PAGE, 0},          {"cell.a,same", AJ_MIB(2), 0},
        {"cell.b,memory", AJ_KIB(64), 0x1000}, {"cell.l,loader", AJ_KIB(64), 0x9000},
        {"cell.p,large", AJ_MIB(2), 0x10000},
    };
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  a: {os: bare, mem_regions: {small: {size: 64 KiB, virt_start: 0x3000},\n"
                 "      high: {size: 3 MiB, virt_start: 0x20100000},\n"
                 "      even: {size: 3 MiB, virt_start: 0x21000000},\n"
                 "      asked: {size: 3 MiB, virt_start: 0x22100000, alignment: 64 KiB},\n"
                 "      fixed: {size: 3 MiB, virt_start: 0x23100000, phys_start: 0x42000000},\n"
                 "      same: {size: 3 MiB}}}\n"
                 "  b: {os: bare, cpu_reset_address: 0x1000}\n"
                 "  l: {os: linux, cpu_reset_address: 0x9000}\n"
                 "  p: {os: bare, page_size: 64 KiB,\n"
                 "      mem_regions: {large: {size: 3 MiB, virt_start: 0x20012000}}}\n");
    fixture_build(&f);
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const struct solver_request *r = fixture_request(&f, samples[i].tag);
        if (r->alignment != samples[i].alignment || r->residue != samples[i].residue)
            fail_msg("%s: 0x%llx modulo 0x%llx", samples[i].tag, (unsigned long long)r->residue,
                     (unsigned long long)r->alignment);
    }
    fixture_close(&f);
}

static void test_order(void **state)
{
    static const char *const order[] = {"hypervisor", "cell.b,big",    "cell.l,memory",
                                        "link.n0",    "cell.l,loader", "cell.b,small"};
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  l: {os: linux}\n"
                 "  b: {os: bare, mem_regions: {small: {size: 64 KiB}, big: {size: 2 MiB}}}\n"
                 "shmem: {n0: {protocol: IVETH, peers: [root, l]}}\n");
    fixture_build(&f);
    assert_int_equal(f.problem.requests.count, AJ_COUNT(order));
    for (size_t i = 0; i < AJ_COUNT(order); i++)
        assert_string_equal(f.problem.requests.items[i].tag, order[i]);
    fixture_close(&f);
}

static void test_flaws(void **state)
{
    static const struct {
        const char *region, *flaw;
        bool registers;
    } cases[] = {
        {"size: 2 MiB, phys_start: 0x40000000", NULL, false},
        {"size: 2 MiB, phys_start: 0x40001000", NULL, false},
        {"size: 2 MiB, phys_start: 0x40001000, alignment: 2 MiB",
         "0x40001000 is no multiple of 2 MiB", false},
        {"size: 2 MiB, phys_start: 0x40000800", "0x40000800 is no multiple of 4 KiB", false},
        {"size: 8 MiB, phys_start: 0x43c00000", "not all of it is memory", false},
        {"size: 0x800, phys_start: 0xd000400", NULL, true},
        {"size: 0x800, flags: [MEM_IO]", "registers need a physical address", true},
        {"size: 4 KiB, phys_start: 0x80a0000",
         "it covers registers that the hypervisor must intercept", true},
        {"size: 4 KiB, phys_start: 0x40000000, flags: [MEM_IO]",
         "it is meant for registers, but the board has memory there", true},
        {"size: 2 MiB, phys_start: 0x83e00000", "the root's Linux has reserved some of it", false},
        {"size: 1 MiB, phys_start: 0x83e00000", NULL, false},
        {"size: 2 MiB, phys_start: 0x85000000", NULL, false},
        {"size: 2 MiB, phys_start: 0x8ff00000", "the board's physical addresses end at 0x90000000",
         true},
        {"size: 2 MiB, virt_start: 0xffffffe00000", NULL, false},
        {"size: 2 MiB, virt_start: 0x1000000000000",
         "guests have no addresses from 0x1000000000000 on", false},
    };
    struct aj_arena *texts = aj_arena_open();
    const char *regions = "memory_regions:\n"
                          "  cma: {phys_start: 0x83f00000, size: 1 MiB, type: reserved}\n"
                          "  carved: {phys_start: 0x85000000, size: 2 MiB, type: firmware}\n";
    const char *board = aj_strf(texts, "phys_limit: 0x90000000\n%s",
                                fixture_board_with(texts, "memory_regions:\n", regions));
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        char text[256];
        (void)snprintf(text, sizeof text, "guests: {a: {os: bare, mem_regions: {m: {%s}}}}\n",
                       cases[i].region);
        fixture_open(&f, board, text);
        fixture_build(&f);
        const struct solver_request *r = fixture_request(&f, "cell.a,m");
        if (cases[i].flaw == NULL ? r->flaw != NULL
                                  : r->flaw == NULL || strcmp(r->flaw, cases[i].flaw) != 0)
            fail_msg("%s: %s", cases[i].region, r->flaw);
        assert_int_equal(r->registers, cases[i].registers);
        if (r->phys == 0xd000400)
            assert_int_equal(r->size, 0x800);
        fixture_close(&f);
    }
    aj_arena_close(texts);
}

static void test_33rd_link(void **state)
{
    (void)state;
    for (uint32_t links = 32; links <= 33; links++) {
        struct fixture f;
        struct aj_buf cells = {0};
        aj_buf_adds(&cells, "guests: {a: {os: bare}}\nshmem:\n");
        for (uint32_t i = 0; i < links; i++)
            aj_buf_addf(&cells, "  l%u: {protocol: IVETH, size: 64 KiB, peers: [root, a]}\n", i);
        fixture_open(&f, fixture_board, aj_buf_text(&cells));
        assert_int_equal(fixture_solve(&f), links == 32 ? AJ_OK : AJ_ERR_INFEASIBLE);
        if (links == 33)
            assert_string_equal(fixture_diag(&f, "infeasible")->msg,
                                "link l32 is impossible: the virtual PCI bus has 32 devices");
        fixture_close(&f);
        aj_buf_free(&cells);
    }
}

/* Built in C: a reader would have refused it. */
static void test_hostile_numbers(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, "guests: {a: {os: bare, mem_regions: {m: {size: 4096}}}}\n");
    struct model_mem_request region = f.req->guests[0].mem_regions[0];
    struct model_cell_request guest = f.req->guests[0];
    struct model_requirements req = *f.req;
    guest.mem_regions = &region;
    req.guests = &guest;
    f.req = &req;
    region.size = AJ_NONE64 - 1;
    fixture_build(&f);
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    region.size = 4096;
    region.alignment = 3 * AJ_PAGE;
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    region.alignment = UINT64_C(1) << 63;
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    region.alignment = AJ_NONE64;
    region.phys_start = AJ_NONE64 - 100;
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    region.phys_start = AJ_NONE64;
    region.virt_start = AJ_NONE64 - 100;
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    region.virt_start = AJ_NONE64;
    region.size = 0;
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_int_equal(test_count(&f.cx, "infeasible"), 6);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),  cmocka_unit_test(test_congruence),
        cmocka_unit_test(test_order),     cmocka_unit_test(test_flaws),
        cmocka_unit_test(test_33rd_link), cmocka_unit_test(test_hostile_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
