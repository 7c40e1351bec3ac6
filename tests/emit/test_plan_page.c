/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include "tests/support/guest_fixture.h"

static void has(const char *page, const char *text)
{
    if (strstr(page, text) == NULL)
        fail_msg("'%s' is not in the page:\n%s", text, page);
}

static const char *page_of(const struct emit_input *input, struct aj_arena *arena)
{
    struct aj_buf to = {NULL, 0, 0};
    emit_plan_page(input, arena, &to);
    const char *text = aj_strdup(arena, aj_buf_text(&to));
    aj_buf_free(&to);
    return text;
}

static void pages_tell_the_plan(void **state)
{
    const struct guest_fixture *f = *state;
    const struct emit_input input = fixture_input(f);
    const char *page = page_of(&input, f->arena);
    static const char *const parts[] = {
        "<h1>3 cells on Test board</h1>",
        "Decided by hand: proved optimal",
        "<tr><th>plc</th><td>The &#39;PLC&#39;</td><td>2</td><td>35, 132</td><td>spi0</td>"
        "<td>uart0, shared with the root</td></tr>",
        "<tr><th>ram</th><td>plc: memory</td><td>0x9bb00000</td><td>0x9bb00000</td>"
        "<td>64 MiB</td></tr>",
        "<tr><th>hypervisor</th><td>\u2013</td>",
        "<tr><th>net</th><td>root, plc</td><td>0x9fb00000</td><td>4 KiB</td><td>\u2013</td>"
        "<td>508 KiB</td></tr>",
        ">CPU 2</text>",
        ">plc: memory, 64 MiB</text>",
        ">in the guest at 0x9bb00000</text>",
        ">root: Linux, 512 MiB</text>",
        ">root: Linux, 443 MiB</text>",
        ">link net, shared, 1 MiB</text>",
        ">Jailhouse, 4 MiB</text>",
        ">virtual PCI host, 1.1 MiB</text>",
        ">no memory, "};
    for (size_t i = 0; i < AJ_COUNT(parts); i++)
        has(page, parts[i]);
    has(page, "rules that Jailhouse has for arm64: no error was found");
    assert_null(strstr(page, "<h2>What to know</h2>"));
    assert_null(strstr(page, "<h2>Settings</h2>"));
    assert_string_equal(page, page_of(&input, f->arena));
}

static void decisions_of_exploration_are_told(void **state)
{
    static const struct model_plan_irq irqs[] = {{33, 1}};
    static const struct model_plan_knob knobs[] = {{"root", "governor", "performance"}};
    static const struct model_plan_level levels[] = {{"isolation", 3, 3, 0, 0},
                                                     {"memory_quality", 7, 5, 1, 0}};
    static const struct model_irq_count counts[] = {{.intid = 33, .owner = "uart-pl011"}};
    const struct guest_fixture *f = *state;
    struct model_board board = *f->board;
    struct model_plan plan = *f->plan;
    board.interrupts = counts;
    board.interrupts_count = 1;
    plan.irqs = irqs;
    plan.knobs = knobs;
    plan.levels = levels;
    plan.irqs_count = plan.knobs_count = 1;
    plan.levels_count = 2;
    plan.status = MODEL_PLAN_FEASIBLE;
    struct emit_input input = fixture_input(f);
    input.board = &board;
    input.plan = &plan;
    const char *page = page_of(&input, f->arena);
    has(page, "<tr><td>root</td><td>33</td><td>uart-pl011</td><td>1</td></tr>");
    has(page, "<tr><td>root</td><td>governor</td><td>performance</td></tr>");
    has(page, "<tr><th>isolation</th><td>3</td><td>3</td><td>proved the best</td></tr>");
    has(page, "<tr><th>memory_quality</th><td>7</td><td>5</td><td>may be improved</td></tr>");
    has(page, "may not be the best");
    assert_null(strstr(page, "Why it is so"));
    input.why = "plc: CPUs 2\n  cells.yml:3:5: <asked>\n";
    has(page_of(&input, f->arena),
        "<h2>Why it is so</h2>\n<pre>plc: CPUs 2\n  cells.yml:3:5: &lt;asked&gt;\n</pre>");
}

static void foreign_names_are_shown_and_not_obeyed(void **state)
{
    static const char *const hostile = "<script>alert(1)</script>]]>\x1b\xff";
    const struct guest_fixture *f = *state;
    struct model_board board = *f->board;
    struct model_plan plan = *f->plan;
    struct model_plan_mem *memory =
        aj_memdup(f->arena, plan.memory, plan.memory_count * sizeof *memory);
    for (size_t i = 0; i < plan.memory_count; i++)
        memory[i].name = memory[i].cell = hostile;
    board.board.model = plan.decided_by = hostile;
    plan.memory = memory;
    const struct model_project project = {.name = hostile};
    struct emit_input input = fixture_input(f);
    input.project = &project;
    input.board = &board;
    input.plan = &plan;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    cx.log_to = NULL;
    aj_warn(&cx, "board-note", AJ_NOWHERE, "before this plan");
    aj_warn(&cx, "board-note", aj_loc_file(hostile), "%s", hostile);
    input.findings = &cx;
    input.findings_from = 1;
    input.why = hostile;
    const char *page = page_of(&input, f->arena);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "]]>"));
    assert_null(strchr(page, '\x1b'));
    has(page, "&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;\\x1b\\xff");
    has(page, "<tr><th>board-note</th>");
    assert_null(strstr(page, "before this plan"));
    aj_ctx_close(&cx);
}

/* What address belongs to, without the list. */
static void judge(const struct model_board *board, const struct model_plan *plan,
                  const struct emit_stretch *list, size_t count, aj_addr at)
{
    const struct model_plan_mem *mem = NULL;
    const struct model_region *region = NULL;
    size_t i = 0;
    while (i < count && !(list[i].first <= at && at <= list[i].last))
        i++;
    for (size_t k = plan->memory_count; k-- > 0;)
        if (at >= plan->memory[k].phys_start &&
            at - plan->memory[k].phys_start < plan->memory[k].size)
            mem = &plan->memory[k];
    for (size_t k = board->memory_regions_count; k-- > 0 && mem == NULL;) {
        const struct model_region *r = &board->memory_regions[k];
        if (at < r->phys_start || at - r->phys_start >= r->size || r->type >= MODEL_REGION_MMIO)
            continue;
        if (region == NULL || region->type == MODEL_REGION_RAM || r->type != MODEL_REGION_RAM)
            region = r;
    }
    assert_ptr_equal(i < count ? list[i].mem : NULL, mem);
    assert_ptr_equal(i < count ? list[i].region : NULL, region);
}

static void stretches_have_no_gaps_and_no_overlaps(void **state)
{
    enum { MANY = 6, ROUNDS = 3000 };
    uint64_t random = test_random_start(31);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct aj_arena *arena = aj_arena_open();
        struct model_region regions[MANY] = {{.name = ""}};
        struct model_plan_mem memory[MANY] = {{.kind = MODEL_MEM_RAM}};
        const aj_addr base = test_random_below(&random, 2) == 0 ? 0 : UINT64_MAX - 63;
        for (size_t i = 0; i < MANY; i++) {
            regions[i].phys_start = base + test_random_below(&random, 64);
            regions[i].size = test_random_below(&random, 30);
            regions[i].type = (uint8_t)test_random_below(&random, MODEL_REGION_WINDOW + 1);
            memory[i].phys_start = base + test_random_below(&random, 64);
            memory[i].size = test_random_below(&random, 10);
            /* What wraps is nothing that a board or a plan may say. */
            if (regions[i].size > 0 && regions[i].size - 1 > UINT64_MAX - regions[i].phys_start)
                regions[i].size = 0;
            if (memory[i].size > 0 && memory[i].size - 1 > UINT64_MAX - memory[i].phys_start)
                memory[i].size = 0;
        }
        const struct model_board board = {.memory_regions = regions,
                                          .memory_regions_count =
                                              test_random_below(&random, MANY + 1)};
        const struct model_plan plan = {.memory = memory,
                                        .memory_count = test_random_below(&random, MANY + 1)};
        size_t count;
        const struct emit_stretch *list = emit_plan_stretches(&board, &plan, arena, &count);
        for (size_t i = 0; i < count; i++) {
            assert_true(list[i].first <= list[i].last);
            assert_true(i == 0 || list[i].first == list[i - 1].last + 1);
        }
        for (uint32_t at = 0; at < 128; at++)
            judge(&board, &plan, list, count, base + at);
        aj_arena_close(arena);
    }
}

static void memory_is_a_map_of_text(void **state)
{
    const struct guest_fixture *f = *state;
    struct aj_buf to = {NULL, 0, 0};
    emit_plan_write_map(f->board, f->plan, f->arena, &to);
    has(aj_buf_text(&to), "physical       size                    what\n");
    has(aj_buf_text(&to), "0x9bb00000     64 MiB     ######       plc: memory, in the guest at "
                          "0x9bb00000\n");
    has(aj_buf_text(&to), "0x9fb00000     1 MiB      ===          link net, shared\n");
    has(aj_buf_text(&to), "0x9fc00000     4 MiB      JJJJ         Jailhouse\n");
    has(aj_buf_text(&to), ".     root: Linux\n");
    has(aj_buf_text(&to), "             no memory\n");
    aj_buf_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_is_a_map_of_text, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(pages_tell_the_plan, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(decisions_of_exploration_are_told, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(foreign_names_are_shown_and_not_obeyed, fixture_open,
                                        fixture_close),
        cmocka_unit_test(stretches_have_no_gaps_and_no_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
