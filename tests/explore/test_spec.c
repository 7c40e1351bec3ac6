/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explore.yml; explore/bad has files with one flaw each and the complete diagnostics they lead to.
 * AJ_UPDATE_GOLDEN=1 in the environment rewrites the expected texts.
 */
#include "explore/spec.h"

#include <dirent.h>

#include "tests/support/support.h"

static const struct explore_spec *read_spec(struct test_fixture *f, const char *text)
{
    const struct aj_yaml *doc = NULL;
    const struct explore_spec *spec = NULL;
    assert_int_equal(aj_yaml_parse(&f->cx, "explore.yml", text, strlen(text), f->arena, &doc),
                     AJ_OK);
    if (explore_spec_read(&f->cx, doc, f->arena, &spec) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    return spec;
}

static void assert_defaults(const struct explore_spec *spec)
{
    assert_null(spec->cell);
    assert_int_equal(spec->deadline_ns, 0);
    assert_true(spec->confidence > 0.949 && spec->confidence < 0.951);
    assert_true(spec->allowed > 0.099 && spec->allowed < 0.101);
    assert_false(spec->certify);
    assert_int_equal(spec->measure.duration_ns, INT64_C(60000000000));
    assert_int_equal(spec->measure.blocks, 10);
    assert_int_equal(spec->measure.interval_ns, 200000);
    assert_int_equal(spec->measure.priority, 95);
    assert_int_equal(spec->load.count, 0);
    assert_int_equal(spec->budget.runs, 0);
    assert_int_equal(spec->mode, EXPLORE_MODE_AUTO);
    assert_int_equal(spec->seed, 1);
}

static void test_defaults(void **state)
{
    struct test_fixture *f = *state;
    const struct explore_spec *spec;
    assert_int_equal(explore_spec_read(&f->cx, NULL, f->arena, &spec), AJ_OK);
    assert_null(spec->at);
    assert_defaults(spec);
    assert_defaults(read_spec(f, "{}\n"));
}

static void test_all_keys(void **state)
{
    struct test_fixture *f = *state;
    const struct explore_spec *spec =
        read_spec(f, "cell: plc\ndeadline: 80 us\nconfidence: 0.9\nallowed: 0.05\n"
                     "measure: {duration: 20 s, blocks: 5, interval: 1 ms, priority: 80,\n"
                     "  suppress_idle: yes}\n"
                     "load: {root: [stress-ng, --cpu, 1], gui: glxgears}\n"
                     "budget: {runs: 40, time: 2 h}\n"
                     "space:\n"
                     "  cells: {plc: {cpus: {count: 2, together: l2}}, gui: {cpus: 3}}\n"
                     "  interrupts: [62, 40]\n"
                     "  banks: {low: {start: 0x40000000, size: 1 GiB}}\n"
                     "  knobs: {governor: [schedutil, performance]}\n"
                     "mode: jailhouse\ntargets: [\"ssh:a\", \"ssh:b\"]\nseed: 7\n");
    assert_string_equal(spec->cell, "plc");
    assert_int_equal(spec->deadline_ns, 80000);
    assert_true(spec->certify);
    assert_true(spec->measure.suppress_idle);
    assert_int_equal(spec->load.count, 2);
    assert_string_equal(spec->load.items[0].name, "root");
    assert_int_equal(spec->load.items[0].values_count, 3);
    assert_string_equal(spec->load.items[1].values[0], "glxgears");
    assert_int_equal(spec->budget.time_ns, INT64_C(7200000000000));
    assert_int_equal(spec->space.cells[0].cpus.count, 2);
    assert_true(aj_cpuset_has(&spec->space.cells[1].cpus.list, 3));
    assert_int_equal(spec->space.interrupts[0], 62);
    assert_int_equal(spec->space.banks[0].size, AJ_GIB(1));
    assert_string_equal(spec->space.knobs.items[0].values[1], "performance");
    assert_int_equal(spec->mode, EXPLORE_MODE_JAILHOUSE);
    assert_int_equal(spec->targets_count, 2);
    assert_int_equal(spec->seed, 7);

    struct aj_buf text = {NULL, 0, 0};
    explore_spec_write(spec, &text);
    assert_true(aj_schema_equal(&explore_spec_schema, spec, read_spec(f, aj_buf_text(&text))));
    aj_buf_free(&text);
}

/* Flaws */

static struct aj_bytes read_file(struct test_fixture *f, const char *path)
{
    struct aj_bytes bytes = {NULL, 0};
    if (aj_file_read(&f->cx, path, 1 << 20, f->arena, &bytes) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    return bytes;
}

static void run(const char *flaw)
{
    void *state = NULL;
    assert_int_equal(test_fixture_open(&state), 0);
    struct test_fixture *f = state;
    const char *path = aj_strf(f->arena, "explore/bad/%s.yml", flaw);
    const char *expected = aj_strf(f->arena, "explore/bad/%s.err", flaw);
    const struct aj_bytes bytes = read_file(f, path);
    const struct explore_spec *spec;
    const struct aj_yaml *doc = NULL;
    assert_int_equal(aj_yaml_parse(&f->cx, path, bytes.data, bytes.size, f->arena, &doc), AJ_OK);
    assert_int_equal(explore_spec_read(&f->cx, doc, f->arena, &spec), AJ_ERR_INPUT);
    const char *got = aj_strdup(f->arena, test_diags(&f->cx));
    if (f->cx.diags_count != 1)
        fail_msg("%s: exactly one record expected:\n%s", path, got);
    if (getenv("AJ_UPDATE_GOLDEN") != NULL)
        assert_int_equal(aj_file_write(&f->cx, expected, got, strlen(got)), AJ_OK);
    else
        assert_string_equal(got, (const char *)read_file(f, expected).data);
    test_fixture_close(&state);
}

static void test_flaws(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const struct dirent *entry;
    size_t flaws = 0;
    (void)state;
    DIR *dir = opendir("explore/bad");
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        const char *end = strstr(entry->d_name, ".yml");
        if (end == NULL || end[4] != '\0')
            continue;
        run(aj_strndup(arena, entry->d_name, (size_t)(end - entry->d_name)));
        flaws++;
    }
    closedir(dir);
    assert_true(flaws > 0);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, test_fixture_open, test_fixture_close),
        cmocka_unit_test_setup_teardown(test_all_keys, test_fixture_open, test_fixture_close),
        cmocka_unit_test(test_flaws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
