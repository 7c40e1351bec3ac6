/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/project.h"

#include "tests/model/values.h"

static const struct model_project *read_project(struct values *v, const char *text)
{
    const struct model_project *project = NULL;
    if (model_project_read(&v->cx, values_parse(v, text), v->arena, &project) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return project;
}

static void test_round_trip(void **state)
{
    uint64_t random = test_random_start(4);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct values v;
        struct aj_buf text = {0};
        struct model_project project = {0};
        values_open(&v);
        values_random(&random, v.arena, &model_project_schema, VALUES_SANE, &project);
        project.name = aj_strf(v.arena, "p%d.x_y-z", round);
        if (project.boot != NULL) {
            struct model_boot *boot = aj_memdup(v.arena, project.boot, sizeof *boot);
            boot->arguments = boot->set_count > 0 ? MODEL_BOOT_COMMAND : MODEL_BOOT_CMDLINE;
            boot->limit_ns += boot->limit_ns == 0;
            project.boot = boot;
        }
        model_project_write(&project, &text);
        if (!aj_schema_equal(&model_project_schema, &project, read_project(&v, aj_buf_text(&text))))
            fail_msg("not equal after\n%s", aj_buf_text(&text));
        aj_buf_free(&text);
        values_close(&v);
    }
}

static void test_defaults_and_power(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_project *project =
        read_project(&v, "name: demo\narch: arm\npower: {off: uhubctl -a off, reset: r}\n");
    assert_int_equal(project->arch, MODEL_ARCH_ARM);
    assert_int_equal(project->config_revision, 14);
    assert_string_equal(project->build_dir, "build");
    assert_string_equal(project->deploy_dir, "deploy");
    assert_null(project->power_on);
    assert_string_equal(project->power_off, "uhubctl -a off");
    assert_string_equal(project->power_reset, "r");
    values_close(&v);
}

static void test_boot(void **state)
{
    struct values v;
    const struct model_project *project;
    (void)state;
    values_open(&v);
    assert_int_equal(model_project_read(&v.cx,
                                        values_parse(&v, "name: a\narch: arm\n"
                                                         "boot: {set: [fw_setenv, bootargs]}\n"),
                                        v.arena, &project),
                     AJ_OK);
    assert_int_equal(project->boot->arguments, MODEL_BOOT_COMMAND);
    assert_int_equal(project->boot->set_count, 2);
    assert_int_equal(project->boot->reboot_count, 0);
    assert_int_equal(project->boot->limit_ns, INT64_C(300000000000));
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"name: a/b\narch: arm\n", "project-name", 1, 7},
        {"name: .a\narch: arm\n", "project-name", 1, 7},
        {"name: ''\narch: arm\n", "project-name", 1, 7},
        {"name: a\narch: arm\nconfig_revision: 12\n", "range", 3, 18},
        {"name: a\n", "key-missing", 1, 1},
        {"name: a\narch: amd64\n", "name-unknown", 2, 7},
        {"name: a\narch: arm\npower: {of: x}\n", "key-unknown", 3, 9},
        {"name: a\narch: arm\nboot: {reboot: halt}\n", "key-missing", 3, 7},
        {"name: a\narch: arm\nboot: {set: x, arguments: grub}\n", "key-twice", 3, 7},
        {"name: a\narch: arm\nboot: {set: x, limit: 0 s}\n", "range", 3, 23},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_project *project;
        values_open(&v);
        assert_int_equal(
            model_project_read(&v.cx, values_parse(&v, bads[i].text), v.arena, &project),
            AJ_ERR_INPUT);
        test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_and_power),
        cmocka_unit_test(test_boot),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
