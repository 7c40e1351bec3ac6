/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/report.h"

#include "tests/explore/report_fixture.h"
#include "tests/support/support.h"

static const char *write_page(const struct explore_report *report, struct aj_arena *arena)
{
    struct aj_buf page = {NULL, 0, 0};
    explore_report_write(report, arena, &page);
    const char *text = aj_strdup(arena, aj_buf_text(&page));
    aj_buf_free(&page);
    return text;
}

/* Each fixture's page is made once: *state is struct pages. */
struct pages {
    struct aj_arena *arena;
    const char *made[16]; /* as in fixtures[] */
};

static const char *page_of(void **state, const char *name)
{
    struct pages *pages = *state;
    const struct fixture *fixture = fixture_find(name);
    assert_non_null(fixture);
    const char **page = &pages->made[fixture - fixtures];
    if (*page == NULL)
        *page = write_page(fixture_report(fixture, pages->arena), pages->arena);
    return *page;
}

static int open_pages(void **state)
{
    static struct pages pages;
    pages.arena = aj_arena_open();
    *state = &pages;
    return 0;
}

static int close_pages(void **state)
{
    struct pages *pages = *state;
    aj_arena_close(pages->arena);
    return 0;
}

static size_t occurs(const char *page, const char *text)
{
    size_t count = 0;
    for (const char *at = strstr(page, text); at != NULL; at = strstr(at + 1, text))
        count++;
    return count;
}

static void has(const char *page, const char *text)
{
    if (strstr(page, text) == NULL)
        fail_msg("'%s' is not in the page", text);
}

static void has_not(const char *page, const char *text)
{
    const char *at = strstr(page, text);
    if (at != NULL)
        fail_msg("'%s' is in the page: %.80s", text, at);
}

/* Elements are closed in the order they were opened, attributes are quoted, no byte is wild. */
static void is_well_formed(const char *page)
{
    const char *open[64];
    size_t depth = 0;
    for (const char *c = page; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' && *c != '\n')
            fail_msg("byte %d in %.40s", *c, c);
    for (const char *at = strchr(page, '<'); at != NULL; at = strchr(at + 1, '<')) {
        const size_t length = strcspn(at, ">");
        assert_int_equal(at[length], '>');
        size_t quotes = 0;
        for (size_t i = 0; i < length; i++)
            quotes += at[i] == '"';
        assert_int_equal(quotes % 2, 0);
        if (at[1] == '!' || at[length - 1] == '/')
            continue;
        if (at[1] != '/') {
            assert_true(depth < AJ_COUNT(open));
            open[depth++] = at + 1;
            continue;
        }
        assert_true(depth > 0);
        const size_t name = length - 2;
        depth--;
        if (strncmp(open[depth], at + 2, name) != 0 || strcspn(open[depth], " >") != name)
            fail_msg("%.30s is closed by %.30s", open[depth], at);
    }
    assert_int_equal(depth, 0);
}

static void pages_are_well_formed_and_self_contained(void **state)
{
    for (const struct fixture *f = fixtures; f->name != NULL; f++) {
        const char *page = page_of(state, f->name);
        is_well_formed(page);
        static const char *const foreign[] = {"<script", "href=",   "src=", "url(", "@import",
                                              " id=",    "onload=", "nan",  "inf "};
        for (size_t i = 0; i < AJ_COUNT(foreign); i++)
            has_not(page, foreign[i]);
        has(page, "<meta charset=\"utf-8\"/>");
        /* Whoever cannot see a picture has a table. */
        assert_int_equal(occurs(page, "<svg"), occurs(page, "role=\"img\" aria-label=\""));
    }
}

static void a_page_is_the_same_every_time(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_report *report = fixture_report(fixture_find("typical"), arena);
    assert_string_equal(page_of(state, "typical"), write_page(report, arena));
    aj_arena_close(arena);
}

static void the_verdict_comes_first(void **state)
{
    const char *page = page_of(state, "typical");
    has(page, "<h1 class=\"better\">The recommended cells are better: latency of the worst CPU is "
              "31.4\u00a0% shorter.</h1>");
    has(page, "Measured in turns with the baseline, the worst CPU&#39;s latency is 31.4\u00a0% "
              "shorter (95\u00a0% interval \u221236.0\u00a0% to \u221227.2\u00a0%, n = 12 pairs "
              "of runs). 40 runs of 40 on \u201csim:board.yml\u201d. It ended because the budget "
              "is spent.");
    has(page,
        "Deadline certificate: at most 10.0\u00a0% of runs have a wake-up beyond the deadline, "
        "95\u00a0% sure. Seen: 0 of 31 runs; their share is between 0\u00a0% and 9.75\u00a0%.");
    has(page, "<strong>SIMULATED.</strong>");
    has(page, "<title>SIMULATED \u2013 rpi4-codesys: exploration</title>");
    page = page_of(state, "undecided");
    has(page, "<h1>No improvement could be shown.</h1>");
    has(page, "<th scope=\"col\">Baseline, recommended</th><th scope=\"col\">Best other</th>");
    has(page, "<th class=\"n\">best other</th>");
    has(page, "latency with the best other decision is 4.0\u00a0% shorter (95\u00a0% interval "
              "\u22129.0\u00a0% to +2.0\u00a0%, n = 20 pairs of runs). 1 pair without two scores "
              "left out.");
    has(page, "Not shown: that at most 10.0\u00a0% of runs have a wake-up beyond the deadline, "
              "95\u00a0% sure; 24 more runs without one would.");
    has(page_of(state, "worse"), "<h1>The baseline is better and stays.</h1>");
    has(page_of(state, "alike"), "<h1>The baseline is as good as the best other decision.</h1>");
    has(page_of(state, "overflow"), "The deadline is missed: more than 10.0\u00a0% of runs");
    has(page_of(state, "overflow"),
        "<h1 class=\"bad\">The deadline is missed in 6 of 6 runs of the "
        "recommended cells.</h1><h2>");
    has_not(page_of(state, "one"), "best other");
    has(page_of(state, "one"), "Nothing better than the baseline was found.");
    has(page_of(state, "overflow"), "A recommendation that is not confirmed yet.");
}

static void what_was_measured_is_not_called_simulated(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_report report = *fixture_report(fixture_find("typical"), arena);
    (void)state;
    report.simulated = false;
    has_not(write_page(&report, arena), "SIMULATED");
    aj_arena_close(arena);
}

enum { KNOWN = 10 };

/* Run number `run` of ten of one block, with two CPUs, whose latencies are known. */
static const struct model_measurement *known(uint32_t run, struct aj_arena *arena)
{
    struct model_block *block = AJ_NEW(arena, struct model_block);
    struct model_bin *bins = AJ_NEW_ARRAY(arena, struct model_bin, 2);
    struct model_latency *threads = AJ_NEW_ARRAY(arena, struct model_latency, 2);
    bins[0] = (struct model_bin){5, 990};
    bins[1] = (struct model_bin){50 + run, 10};
    threads[0] = (struct model_latency){.cpu = 2,
                                        .cycles = 1000,
                                        .min_ns = 5000,
                                        .avg_ns = 5500,
                                        .max_ns = 50500 + 1000 * run,
                                        .histogram = {bins, 2}};
    threads[1] = threads[0];
    threads[1].cpu = 3;
    *block = (struct model_block){threads, 2};
    struct model_measurement *m = AJ_NEW(arena, struct model_measurement);
    *m = (struct model_measurement){.tool = "cyclictest 2.40",
                                    .interval_ns = 1000000,
                                    .block_ns = 1000000000,
                                    .bin_ns = 1000,
                                    .bins = 100,
                                    .blocks = block,
                                    .blocks_count = 1};
    return m;
}

static void numbers_have_counts_and_intervals(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    static const char *const board = "local:";
    const struct model_measurement *m[KNOWN];
    for (uint32_t run = 0; run < KNOWN; run++)
        m[run] = known(run, arena);
    const struct explore_report_cpu cpus[] = {{2, "plc", 58000}, {3, "motion", 1000000}};
    const struct explore_report_side side = {.decision = "plc: 2; motion: 3",
                                             .cpus = cpus,
                                             .cpus_count = 2,
                                             .measurements = m,
                                             .measurements_count = KNOWN};
    const struct explore_report report = {.project = "known",
                                          .boards = &board,
                                          .boards_count = 1,
                                          .baseline = side,
                                          .recommended = side};
    const char *page = write_page(&report, arena);
    (void)state;
    /* Median of 50.5 .. 59.5; its interval, at any time, are the 1st and the 10th of ten. */
    has(page, "<td class=\"n\">55.0<small>95\u00a0%: 50.5 to 59.5</small></td>");
    /* Bins 58 and 59 reach beyond 58 us: 2 of 10 runs: [0.00657, 0.6897] at any time. */
    has(page, "<td class=\"n\">2 of 10<small>95\u00a0%: 0.657\u00a0% to 69.0\u00a0%</small></td>");
    has(page, "<td class=\"n\">20 of 10\u202f000<small></small></td>");
    has(page, "<td class=\"n\">0 of 10<small>95\u00a0%: 0\u00a0% to 33.5\u00a0%</small></td>");
    has(page, "no estimate: that takes 20 blocks");
    has(page, ">deadline 58.0 \u00b5s (plc)<");
    has(page, ">deadline 1000 \u00b5s (motion)<");
    has(page, "<dd>cyclictest 2.40, a wake-up every 1 ms at priority 0, blocks of 1 s, bins of "
              "1 \u00b5s</dd>");
    aj_arena_close(arena);
}

static void unlike_measurements_are_left_out(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    static const char *const board = "local:";
    struct model_measurement other = *known(9, arena), none = other;
    other.bins = 200;
    none.blocks_count = 0;
    const struct model_measurement *const list[] = {&none, known(9, arena), &other};
    const struct explore_report_cpu cpus[] = {{2, "plc", 58000}};
    const struct explore_report_side side = {.decision = "plc: 2",
                                             .cpus = cpus,
                                             .cpus_count = 1,
                                             .measurements = list,
                                             .measurements_count = 3};
    const struct explore_report report = {.project = "unlike",
                                          .boards = &board,
                                          .boards_count = 1,
                                          .baseline = side,
                                          .recommended = {.decision = "plc: 3"}};
    const char *page = write_page(&report, arena);
    (void)state;
    has(page, "1 of 1<small>");
    has(page, "<td class=\"n\">59.5<small>too few runs for an interval</small></td>");
    has(page, "2 measurements have other CPUs, bins or blocks and are left out here.");
    has_not(page, "(motion)");
    aj_arena_close(arena);
}

static void runs_and_what_was_learned_are_listed(void **state)
{
    const char *page = page_of(state, "typical");
    has(page, "<tr class=\"void\"><td class=\"n\">14</td>");
    has(page, "void: CPU 2 was throttled 3 times");
    has(page, "the target drifted before this run");
    has(page, "ended early: the score is at least this");
    has(page, "<code>separate: {cells: [plc, gui], level: l2}</code>");
    has(page, "runs 5 and 9: 17 of 32 blocks beyond 100 us");
    has(page, "<tr class=\"changed\"><th>plc</th><td>1-2</td><td>2-3</td></tr>");
    has(page, "<tr><th>irq 62</th><td>0</td><td>0</td></tr>");
    has(page, "<th>irq 62 on a CPU of plc</th><td class=\"n\">31.0</td>"
              "<td class=\"n\">27.1 to 34.9</td><td class=\"n\">30</td>");
    has(page, "<dt>Load beside it</dt><dd>gui, on CPUs 0-1: stress-ng --cpu 2 --vm 1</dd>");
    has(page, "<dd>62 fired 120\u202f345 times on CPU 0, 3 times elsewhere</dd>");
    has_not(page, "<th scope=\"col\">Board</th>");
    has(page_of(state, "hostile"), "<th scope=\"col\">Board</th>");
}

static void foreign_texts_are_shown_and_not_obeyed(void **state)
{
    const char *page = page_of(state, "hostile");
    has_not(page, "\x1b");
    has_not(page, "\u202e");
    has_not(page, "]]>");
    assert_true(occurs(page, "&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;&quot;&#39;&amp;\\x01\\x1b"
                             "[31m\\xff\\xe2\\x80\\xae") > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_well_formed_and_self_contained),
        cmocka_unit_test(a_page_is_the_same_every_time),
        cmocka_unit_test(the_verdict_comes_first),
        cmocka_unit_test(what_was_measured_is_not_called_simulated),
        cmocka_unit_test(numbers_have_counts_and_intervals),
        cmocka_unit_test(unlike_measurements_are_left_out),
        cmocka_unit_test(runs_and_what_was_learned_are_listed),
        cmocka_unit_test(foreign_texts_are_shown_and_not_obeyed),
    };
    return cmocka_run_group_tests(tests, open_pages, close_pages);
}
