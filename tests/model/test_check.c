/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every rule has a case that breaks it and one that just does not; hostile systems; the document. */
#include "tests/model/systems.h"

#include "base/fs.h"

#define CASES_MAX 640

static const struct rule_case *const all_cases[] = {
    cases_header, cases_cpu,   cases_memory, cases_overlap, cases_start,  cases_irq,
    cases_link,   cases_pci,   cases_board,  cases_root,    cases_source, cases_small,
    cases_device, cases_iommu, cases_x86,    cases_cache,
};

static struct sys *fresh(sys_change *start)
{
    struct sys *s = malloc(sizeof *s);
    assert_non_null(s);
    start(s);
    return s;
}

static const struct model_rule *rule_of(const char *id)
{
    size_t count;
    const struct model_rule *rules = model_rules(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    }
    fail_msg("no rule is called %s", id);
    return NULL;
}

static void test_good_systems(void **state)
{
    sys_change *const starts[] = {sys_arm64, sys_arm, sys_x86};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(starts); i++) {
        struct sys *s = fresh(starts[i]);
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        const enum aj_status status = sys_judge(&cx, s);
        if (status != AJ_OK || cx.diags_count != 0)
            fail_msg("system %zu is not good:\n%s", i, test_diags(&cx));
        s->without_board = true;
        assert_int_equal(sys_judge(&cx, s), AJ_OK);
        s->without_header = true;
        assert_int_equal(sys_judge(&cx, s), AJ_OK);
        if (cx.diags_count != 0)
            fail_msg("system %zu is not good without board:\n%s", i, test_diags(&cx));
        aj_ctx_close(&cx);
        free(s);
    }
}

static void test_breaks(void **state)
{
    const struct rule_case *c = *state;
    const struct model_rule *rule = rule_of(c->id);
    struct sys *s = fresh(c->start);
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    c->breaks(s);
    const enum aj_status status = sys_judge(&cx, s);
    if (test_count(&cx, c->id) == 0)
        fail_msg("%s is not seen", c->id);
    for (size_t i = 0; i < cx.diags_count; i++) {
        const struct aj_diag *diag = &cx.diags[i];
        if (c->also != NULL && (c->also[0] == '*' || strcmp(diag->id, c->also) == 0) &&
            strcmp(diag->id, c->id) != 0)
            continue;
        if (strcmp(diag->id, c->id) != 0)
            fail_msg("only %s expected:\n%s", c->id, test_diags(&cx));
        assert_int_equal((int)diag->severity, (int)rule->severity);
        assert_int_equal(diag->notes_count, 1);
        assert_string_equal(diag->notes[0].msg, rule->consequence);
    }
    if (rule->severity == MODEL_RULE_ERROR || c->also == NULL)
        assert_int_equal(status, rule->severity == MODEL_RULE_ERROR ? AJ_FINDINGS : AJ_OK);
    aj_ctx_close(&cx);
    free(s);
}

static void test_holds(void **state)
{
    const struct rule_case *c = *state;
    struct sys *s = fresh(c->start);
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    c->holds(s);
    (void)!sys_judge(&cx, s);
    if (test_count(&cx, c->id) != 0)
        fail_msg("%s is seen where it holds:\n%s", c->id, test_diags(&cx));
    aj_ctx_close(&cx);
    free(s);
}

static void test_every_rule_has_a_case(void **state)
{
    size_t count;
    const struct model_rule *rules = model_rules(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t f = 0; f < AJ_COUNT(all_cases); f++) {
            for (const struct rule_case *c = all_cases[f]; c->id != NULL; c++)
                found = found || strcmp(c->id, rules[i].id) == 0;
        }
        if (!found)
            fail_msg("rule %s has no case", rules[i].id);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rules[i].id, rules[k].id);
        assert_true(rules[i].says[0] != '\0' && rules[i].consequence[0] != '\0' &&
                    rules[i].source[0] != '\0');
    }
}

/* No number of a family is left out: a rule has it, or a line says where it is judged. */
static void test_numbers(void **state)
{
    static const struct {
        const char *family;
        uint32_t last;
    } families[] = {
        {"hdr", 14}, {"c", 7},    {"hv", 11}, {"cpu", 11}, {"mem", 22}, {"sub", 9},  {"com", 9},
        {"gic", 18}, {"ioa", 8},  {"vpi", 9}, {"ivs", 24}, {"pci", 10}, {"dev", 20}, {"iom", 18},
        {"con", 8},  {"x86", 18}, {"cat", 6}, {"cel", 5},  {"brd", 14},
    };
    size_t count, wanted = 0, elsewhere = 0;
    const struct model_rule *rules = model_rules(&count);
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    while (model_rules_elsewhere[elsewhere].id != NULL)
        elsewhere++;
    for (size_t f = 0; f < AJ_COUNT(families); f++) {
        for (uint32_t n = 1; n <= families[f].last; n++, wanted++) {
            const char *id = aj_strf(arena, "%s-%u", families[f].family, n);
            size_t found = 0;
            for (size_t i = 0; i < count; i++)
                found += strcmp(rules[i].id, id) == 0;
            for (size_t i = 0; i < elsewhere; i++)
                found += strcmp(model_rules_elsewhere[i].id, id) == 0;
            if (found != 1)
                fail_msg("%s is judged %zu times", id, found);
        }
    }
    assert_int_equal(wanted, count + elsewhere);
    aj_arena_close(arena);
}

/* -W and -E. */
static void test_choice(void **state)
{
    struct sys *s = fresh(sys_arm64);
    struct aj_ctx cx;
    bool on[300] = {false};
    size_t com_6, none;
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(model_rule_find(&cx, "com-6", &com_6), AJ_OK);
    on[com_6] = true;
    s->guest[BARE].flags = 0;
    assert_int_equal(
        model_check_system(&cx, &s->system, NULL, &(struct model_rule_choice){on, NULL}), AJ_OK);
    assert_int_equal(cx.diags_count, 0);
    assert_int_equal(
        model_check_system(&cx, &s->system, NULL, &(struct model_rule_choice){NULL, on}),
        AJ_FINDINGS);
    assert_int_equal(cx.diags_count, 1);
    assert_int_equal(cx.diags[0].severity, AJ_SEV_ERROR);
    assert_int_equal(model_rule_find(&cx, "com-10", &none), AJ_ERR_USAGE);
    aj_ctx_close(&cx);
    free(s);
}

/* Random numbers in every field that a file can carry: no crash, and an answer in time. */
static uint64_t edgy_bytes(uint64_t *random, void *at, size_t size)
{
    unsigned char *bytes = at;
    for (size_t i = 0; i < size; i += 8) {
        const uint64_t value = test_random_edgy(random);
        memcpy(bytes + i, &value, size - i < 8 ? size - i : 8);
    }
    return size;
}

static void scramble(uint64_t *random, struct model_cell *cell, struct cell_parts *parts)
{
    for (size_t i = 0; i < REGIONS; i++) {
        edgy_bytes(random, &parts->mem[i].phys_start, 32);
        parts->mem[i].comment = NULL;
    }
    edgy_bytes(random, parts->chips, sizeof parts->chips);
    edgy_bytes(random, parts->pio, sizeof parts->pio);
    edgy_bytes(random, parts->caches, sizeof parts->caches);
    edgy_bytes(random, parts->streams, sizeof parts->streams);
    edgy_bytes(random, parts->caps, sizeof parts->caps);
    for (size_t i = 0; i < ENTRIES; i++) {
        edgy_bytes(random, &parts->pci[i], sizeof parts->pci[i]);
        parts->pci[i].comment = NULL;
        if (test_random_below(random, 2) == 0) {
            parts->pci[i].type = JAILHOUSE_PCI_TYPE_IVSHMEM;
            parts->pci[i].shmem_regions_start = test_random_below(random, REGIONS);
            parts->pci[i].bdf = (uint16_t)(test_random_below(random, 3) << 3);
        }
    }
    edgy_bytes(random, &cell->cpus, sizeof cell->cpus);
    edgy_bytes(random, &cell->console, sizeof cell->console);
    cell->cpu_set_size = (uint32_t)test_random_edgy(random);
    cell->vpci_irq_base = (uint32_t)test_random_edgy(random);
    cell->mem_regions_count = test_random_below(random, REGIONS + 1);
    cell->irqchips_count = test_random_below(random, ENTRIES + 1);
    cell->pci_devices_count = test_random_below(random, ENTRIES + 1);
    cell->pio_regions_count = test_random_below(random, ENTRIES + 1);
    cell->cache_regions_count = test_random_below(random, ENTRIES + 1);
    cell->stream_ids_count = test_random_below(random, ENTRIES + 1);
}

static void test_hostile(void **state)
{
    sys_change *const starts[] = {sys_arm64, sys_arm, sys_x86};
    uint64_t random = test_random_start(20230110);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct sys *s = fresh(starts[test_random_below(&random, 3)]);
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        scramble(&random, &s->root, &s->root_parts);
        for (size_t i = 0; i < s->system.cells_count; i++)
            scramble(&random, &s->guest[i], &s->guest_parts[i]);
        if (test_random_below(&random, 2) == 0) {
            edgy_bytes(&random, &s->header.hypervisor_memory, 32);
            edgy_bytes(&random, s->header.iommu_units, sizeof s->header.iommu_units);
            s->header.pci_mmconfig_base = test_random_edgy(&random);
            s->header.gicd_base = test_random_edgy(&random);
            s->header.gicr_base = test_random_edgy(&random);
            s->header.pci_mmconfig_end_bus = (uint8_t)test_random(&random);
        }
        s->without_board = test_random_below(&random, 2) == 0;
        s->without_header = test_random_below(&random, 4) == 0;
        (void)!sys_judge(&cx, s);
        aj_ctx_close(&cx);
        free(s);
    }
}

/* As many regions and devices as a file of 64 KiB can carry, all in each other's way. */
static void test_large(void **state)
{
    enum { MANY = 2000 };
    struct sys *s = fresh(sys_arm64);
    struct model_memory *mem = calloc(MANY, sizeof *mem);
    struct aj_ctx cx;
    (void)state;
    assert_non_null(mem);
    aj_ctx_open(&cx);
    for (size_t i = 0; i < MANY; i++)
        mem[i] = (struct model_memory){0x70000000 + i * 8, 0x1000 * i, AJ_GIB(2), 0x57, NULL};
    for (size_t i = 0; i < 2; i++) {
        s->guest[i].mem_regions = mem;
        s->guest[i].mem_regions_count = MANY;
    }
    s->root.mem_regions = mem;
    s->root.mem_regions_count = MANY;
    assert_int_equal(sys_judge(&cx, s), AJ_FINDINGS);
    assert_true(cx.diags_count < 40 * MANY);
    aj_ctx_close(&cx);
    free(mem);
    free(s);
}

static void test_parties_and_place(void **state)
{
    struct sys *s = fresh(sys_arm64);
    struct aj_ctx cx;
    (void)state;
    aj_ctx_open(&cx);
    s->guest[LINUX].file = "linux.cell";
    s->guest_parts[LINUX].mem[LINUX_LOADER].phys_start = 0x7fa00000;
    assert_int_equal(sys_judge(&cx, s), AJ_FINDINGS);
    assert_int_equal(cx.diags_count, 1);
    assert_string_equal(cx.diags[0].msg,
                        "cell \"linux\" region 11 (RAM 0x7fa00000+0x10000) overlaps "
                        "cell \"inmate-demo\" region 6 (RAM 0x7fa00000+0x10000)");
    assert_string_equal(cx.diags[0].path, "mem_regions[11]");
    assert_string_equal(cx.diags[0].loc.file, "linux.cell");
    aj_ctx_close(&cx);
    free(s);
}

static void test_document(void **state)
{
    const char *path = "../docs/checks.md";
    struct aj_buf now = {0};
    struct aj_bytes then;
    struct aj_ctx cx;
    (void)state;
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open();
    model_rules_write(&now);
    if (getenv("AJ_UPDATE_GOLDEN") != NULL)
        assert_int_equal(aj_file_write(&cx, path, now.data, now.len), AJ_OK);
    assert_int_equal(aj_file_read(&cx, path, 1 << 20, arena, &then), AJ_OK);
    assert_string_equal((const char *)then.data, aj_buf_text(&now));
    aj_buf_free(&now);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
}

static char *test_name(struct aj_arena *arena, const char *id, const char *what)
{
    return aj_strf(arena, "%s %s", id, what);
}

int main(void)
{
    static struct CMUnitTest tests[CASES_MAX];
    struct aj_arena *arena = aj_arena_open();
    const struct CMUnitTest plain[] = {
        cmocka_unit_test(test_good_systems),      cmocka_unit_test(test_every_rule_has_a_case),
        cmocka_unit_test(test_numbers),           cmocka_unit_test(test_choice),
        cmocka_unit_test(test_hostile),           cmocka_unit_test(test_large),
        cmocka_unit_test(test_parties_and_place), cmocka_unit_test(test_document),
    };
    size_t count = 0;
    for (size_t i = 0; i < AJ_COUNT(plain); i++)
        tests[count++] = plain[i];
    for (size_t f = 0; f < AJ_COUNT(all_cases); f++) {
        for (const struct rule_case *c = all_cases[f]; c->id != NULL; c++) {
            void *initial;
            memcpy(&initial, &c, sizeof initial); /* cmocka's state is not const */
            if (count + 2 > CASES_MAX)
                return 1;
            tests[count++] = (struct CMUnitTest){test_name(arena, c->id, "breaks"), test_breaks,
                                                 NULL, NULL, initial};
            tests[count++] = (struct CMUnitTest){test_name(arena, c->id, "holds"), test_holds, NULL,
                                                 NULL, initial};
        }
    }
    const int failed = _cmocka_run_group_tests("check", tests, count, NULL, NULL);
    aj_arena_close(arena);
    return failed;
}
