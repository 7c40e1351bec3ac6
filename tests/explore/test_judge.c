/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/judge.h"

#include "tests/support/support.h"

/* Two seconds at 200 us on the CPUs 2 and 5: 10000 wake-ups each. */
static struct explore_cyclictest_run asked(void)
{
    struct explore_cyclictest_run run = {
        .priority = 95, .interval_us = 200, .seconds = 2, .bins = 1000};
    aj_cpuset_add(&run.cpus, 2);
    aj_cpuset_add(&run.cpus, 5);
    return run;
}

static void test_threads(void **state)
{
    static const char *const goods[] = {
        "#task 1 95 2\n#task 1 95 5\n",
        "#task 1 95 5\n#task 2 50 0-3\n#task 1 95 2\n{\"json\": 1}\n",
        "#task 1 95 5\n#task 1 95 2",
    };
    static const char *const bads[] = {
        "",
        "{\"json\": 1}\n",
        "#task 1 95 2\n",                 /* one is missing */
        "#task 1 95 2\n#task 1 94 5\n",   /* priority */
        "#task 1 95 2\n#task 2 95 5\n",   /* policy: round robin */
        "#task 1 95 2\n#task 1 95 5,6\n", /* not one CPU */
        "#task 1 95 2\n#task 1 95\n",     /* no CPU */
        "#task 1 95 2\n#task 1 95 x\n",
        "#task 1 95 2\n{}\n#task 1 95 5\n", /* behind the results: not of the watcher */
    };
    const struct explore_cyclictest_run run = asked();
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(goods); i++)
        assert_null(explore_judge_threads(&run, goods[i], arena));
    for (size_t i = 0; i < AJ_COUNT(bads); i++)
        assert_non_null(explore_judge_threads(&run, bads[i], arena));
    assert_non_null(strstr(explore_judge_threads(&run, bads[2], arena), "'2' instead of '2,5'"));
    aj_arena_close(arena);
}

struct block {
    struct model_latency threads[2];
    struct explore_cyclictest_result result;
};

static void make(struct block *b)
{
    b->threads[0] = (struct model_latency){.cpu = 2, .cycles = 10000};
    b->threads[1] = (struct model_latency){.cpu = 5, .cycles = 10000};
    b->result = (struct explore_cyclictest_result){
        .threads = b->threads, .threads_count = 2, .cpus_known = true, .bin_ns = 1000};
}

static void bad(const struct block *b, const char *why)
{
    const struct explore_cyclictest_run run = asked();
    struct aj_arena *arena = aj_arena_open();
    const char *said = explore_judge_block(&run, &b->result, arena);
    if (said == NULL || strstr(said, why) == NULL)
        fail_msg("'%s' does not say: %s", said != NULL ? said : "good", why);
    aj_arena_close(arena);
}

static void good(const struct block *b)
{
    const struct explore_cyclictest_run run = asked();
    struct aj_arena *arena = aj_arena_open();
    assert_null(explore_judge_block(&run, &b->result, arena));
    aj_arena_close(arena);
}

static void test_block(void **state)
{
    struct block b;
    (void)state;
    make(&b);
    good(&b);
    b.threads[1].cycles = 9800;
    b.threads[1].overflow = 98;
    good(&b);
    b.threads[1].overflow = 99;
    bad(&b, "99 of 9800 latencies on CPU 5 are beyond the 1000 us");
    b.threads[1].overflow = 0;
    b.threads[1].cycles = 9799;
    bad(&b, "CPU 5 woke up 9799 of 10000 times");
    make(&b);
    b.threads[0].cycles = 0;
    bad(&b, "CPU 2 woke up 0 of 10000 times");
    make(&b);
    b.threads[0].cpu = 5;
    bad(&b, "ran on CPU 5 instead of CPU 2");
    b.result.cpus_known = false; /* the tool does not say; the kernel was asked */
    good(&b);
    b.result.threads_count = 1;
    bad(&b, "1 threads instead of 2");
    make(&b);
    b.result.bin_ns = 1;
    bad(&b, "microseconds");
    make(&b);
    b.result.broke = true;
    bad(&b, "stopped");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_threads),
                                       cmocka_unit_test(test_block)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
