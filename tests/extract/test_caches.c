/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

static void guessed(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "&cpu1 { reg = <0x100>; };");
    assert_int_equal(board->caches_count, 2);
    assert_string_equal(board->caches[0].name, "l2_0");
    assert_true(board->caches[0].guess);
    assert_int_equal(board->caches[0].size, AJ_NONE64);
    assert_string_equal(board->cpus[1].l2, "l2_1");
}

/* T43: a chain without sizes. */
static void t43_chained(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "&cpu0 { next-level-cache = <&a>; }; &cpu1 { next-level-cache = <&b>; };"
                "/ { cpus { a: l2-cache0 { compatible = \"cache\"; next-level-cache = <&l>; };"
                " b: l2-cache1 { compatible = \"cache\"; cache-level = <2>; cache-size = "
                "<0x80000>; next-level-cache = <&l>; };"
                " l: l3-cache { cache-level = <3>; next-level-cache = <&l>; }; }; };");
    assert_int_equal(board->caches_count, 3);
    assert_string_equal(board->cpus[0].l2, "l2_0");
    assert_string_equal(board->cpus[1].l2, "l2_1");
    assert_false(board->caches[0].guess);
    assert_int_equal(board->caches[0].size, AJ_NONE64);
    assert_string_equal(board->caches[1].name, "l3_0");
    assert_int_equal(aj_cpuset_count(&board->caches[1].cpus), 2);
    assert_int_equal(board->caches[2].size, AJ_KIB(512));
}

static void shown_by_sysfs(void **state)
{
    struct extract_fixture *f = *state;
    for (uint32_t cpu = 0; cpu < 2; cpu++) {
        const char *at = aj_strf(f->out, "/sys/devices/system/cpu/cpu%u", (unsigned)cpu);
        fixture_file(f, aj_strf(f->out, "%s/uevent", at),
                     aj_strf(f->out, "OF_FULLNAME=/cpus/cpu@%u\n", (unsigned)cpu));
        fixture_file(f, aj_strf(f->out, "%s/cache/index0/level", at), "1\n");
        fixture_file(f, aj_strf(f->out, "%s/cache/index0/shared_cpu_list", at), "0-1\n");
        fixture_file(f, aj_strf(f->out, "%s/cache/index2/level", at), "2\n");
        fixture_file(f, aj_strf(f->out, "%s/cache/index2/size", at), "1024K\n");
        fixture_file(f, aj_strf(f->out, "%s/cache/index2/shared_cpu_list", at), "0-1\n");
    }
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->caches_count, 1);
    assert_int_equal(board->caches[0].level, 2);
    assert_int_equal(board->caches[0].size, AJ_MIB(1));
    assert_false(board->caches[0].guess);
    assert_string_equal(board->cpus[1].l2, "l2_0");
}

#define CACHE "/sys/devices/system/cpu/cpu%u/cache/index2/"
#define INFO  "/sys/fs/resctrl/info/"

/* T69: resctrl has one set of facts for a level; caches with other ways are not meant. */
static void t69_allocation(void **state)
{
    struct extract_fixture *f = *state;
    for (uint32_t cpu = 0; cpu < 2; cpu++) {
        fixture_file(f, aj_strf(f->out, "/sys/devices/system/cpu/cpu%u/uevent", (unsigned)cpu),
                     aj_strf(f->out, "OF_FULLNAME=/cpus/cpu@%u\n", (unsigned)cpu));
        fixture_file(f, aj_strf(f->out, CACHE "level", (unsigned)cpu), "2\n");
        fixture_file(f, aj_strf(f->out, CACHE "shared_cpu_list", (unsigned)cpu),
                     cpu == 0 ? "0\n" : "1\n");
        fixture_file(f, aj_strf(f->out, CACHE "ways_of_associativity", (unsigned)cpu),
                     cpu == 0 ? "10\n" : "16\n");
        const char *l3 =
            aj_strf(f->out, "/sys/devices/system/cpu/cpu%u/cache/index3", (unsigned)cpu);
        fixture_file(f, aj_strf(f->out, "%s/level", l3), "3\n");
        fixture_file(f, aj_strf(f->out, "%s/shared_cpu_list", l3), "0-1\n");
    }
    fixture_file(f, INFO "L2/cbm_mask", "3ff\n");
    fixture_file(f, INFO "L2/num_closids", "8\n");
    fixture_file(f, INFO "L3CODE/cbm_mask", "fff\n");
    fixture_file(f, INFO "L3CODE/min_cbm_bits", "2\n");
    fixture_file(f, INFO "L3CODE/num_closids", "4\n");
    fixture_file(f, INFO "L3CODE/shareable_bits", "c00\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->caches_count, 3);
    const struct model_cache_allocation *l2 = board->caches[0].allocation;
    const struct model_cache_allocation *l3 = board->caches[1].allocation;
    assert_non_null(l2);
    assert_int_equal(l2->ways, 10);
    assert_int_equal(l2->least, 1);
    assert_int_equal(l2->classes, 8);
    assert_false(l2->code_data);
    assert_non_null(l3);
    assert_int_equal(board->caches[1].level, 3);
    assert_int_equal(l3->ways, 12);
    assert_int_equal(l3->least, 2);
    assert_int_equal(l3->shareable, 0xc00);
    assert_true(l3->code_data);
    assert_null(board->caches[2].allocation); /* of CPU 1, with 16 ways */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(guessed),
        EXTRACT_TEST(t43_chained),
        EXTRACT_TEST(shown_by_sysfs),
        EXTRACT_TEST(t69_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
