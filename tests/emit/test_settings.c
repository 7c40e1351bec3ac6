/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/settings.h"

#include "model/knob.h"
#include "tests/support/support.h"

static const struct model_plan_knob knobs[] = {
    {"root", "governor", "performance"}, {"root", "isolcpus", "2-3"},    {"root", "idle", "poll"},
    {"root", "threadirqs", "off"},       {"plc", "huge_pages", "never"}, {"plc", "idle", "poll"},
};

static void test_arguments(void **state)
{
    static const struct {
        enum model_arch arch;
        const char *cell, *text;
    } samples[] = {
        {MODEL_ARCH_ARM64, "root", "isolcpus=2-3 nohlt"},
        {MODEL_ARCH_X86, "root", "isolcpus=2-3 idle=poll"},
        {MODEL_ARCH_ARM64, "plc", "transparent_hugepage=never nohlt"},
        {MODEL_ARCH_ARM64, "gui", NULL},
    };
    const struct model_plan plan = {.knobs = knobs, .knobs_count = AJ_COUNT(knobs)};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const struct model_board board = {.arch = (uint8_t)samples[i].arch};
        const char *text = emit_settings_arguments(&board, &plan, samples[i].cell, arena);
        if (samples[i].text == NULL)
            assert_null(text);
        else
            assert_string_equal(text, samples[i].text);
    }
    aj_arena_close(arena);
}

static void test_join(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    assert_null(emit_settings_join(NULL, NULL, arena));
    assert_string_equal(emit_settings_join("a", NULL, arena), "a");
    assert_string_equal(emit_settings_join(NULL, "b", arena), "b");
    assert_string_equal(emit_settings_join("a", "b", arena), "a b");
    aj_arena_close(arena);
}

static void test_any(void **state)
{
    const struct model_plan_irq irq = {40, 0};
    const struct model_plan none = {.knobs = &knobs[4], .knobs_count = 1};
    const struct model_plan knob = {.knobs = knobs, .knobs_count = 1};
    const struct model_plan route = {.irqs = &irq, .irqs_count = 1};
    (void)state;
    assert_false(emit_settings_any(&none));
    assert_true(emit_settings_any(&knob));
    assert_true(emit_settings_any(&route));
}

/* The scripts tell masks from other files by these names. */
static void test_masks_by_name(void **state)
{
    size_t count;
    const struct model_knob *table = model_knobs(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *glob = table[i].glob != NULL ? table[i].glob : "";
        const bool named =
            strstr(glob, "cpumask") != NULL || strstr(glob, "default_smp_affinity") != NULL;
        assert_true((table[i].reading == MODEL_KNOB_CPUMASK) == named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_any),
        cmocka_unit_test(test_masks_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
