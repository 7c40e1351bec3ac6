/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/knob.h"

#include "tests/model/values.h"

/* Each knob can be put into force somehow wherever it says it is, with every value. */
static void test_table(void **state)
{
    struct values v;
    size_t count;
    (void)state;
    values_open(&v);
    const struct model_knob *knobs = model_knobs(&count);
    assert_in_range(count, 15, 100);
    for (size_t i = 0; i < count; i++) {
        const struct model_knob *knob = &knobs[i];
        bool argument = knob->argument != NULL;
        assert_ptr_equal(model_knob_by_name(knob->name), knob);
        assert_non_null(knob->says);
        assert_true((knob->form == MODEL_KNOB_WORD) == (knob->values != NULL));
        for (size_t k = 0; knob->values != NULL && knob->values[k].name != NULL; k++) {
            argument = argument || knob->values[k].argument != NULL;
            assert_string_equal(model_knob_value(knob, knob->values[k].name, v.arena),
                                knob->values[k].name);
        }
        if ((knob->scopes & MODEL_KNOB_GUEST) != 0 || knob->glob == NULL)
            assert_true(argument);
        assert_int_not_equal(knob->scopes, 0);
        assert_true(strlen(model_knob_expected(knob, v.arena)) > 0);
    }
    assert_null(model_knob_by_name("governer"));
    values_close(&v);
}

static void test_values(void **state)
{
    static const struct {
        const char *knob, *value, *canonical;
    } samples[] = {
        {"governor", "Performance", "performance"},
        {"governor", "perf", NULL},
        {"stat_interval", "0x10", "16"},
        {"stat_interval", "0", NULL},
        {"stat_interval", "-1", NULL},
        {"isolcpus", "3,0,1", "0-1,3"},
        {"isolcpus", "", NULL},
        {"isolcpus", "1024", NULL},
    };
    struct values v;
    (void)state;
    values_open(&v);
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const char *value =
            model_knob_value(model_knob_by_name(samples[i].knob), samples[i].value, v.arena);
        if (samples[i].canonical == NULL)
            assert_null(value);
        else
            assert_string_equal(value, samples[i].canonical);
    }
    assert_string_equal(model_knob_expected(model_knob_by_name("boost"), v.arena), "on or off");
    assert_string_equal(model_knob_expected(model_knob_by_name("stat_interval"), v.arena),
                        "a number from 1 to 3600");
    values_close(&v);
}

static void test_cost(void **state)
{
    const struct model_knob *live = model_knob_by_name("huge_pages");
    const struct model_knob *boot = model_knob_by_name("isolcpus");
    (void)state;
    assert_int_equal(model_knob_cost(live, MODEL_KNOB_ROOT), MODEL_KNOB_LIVE);
    assert_int_equal(model_knob_cost(live, MODEL_KNOB_GUEST), MODEL_KNOB_RECREATE);
    assert_int_equal(model_knob_cost(boot, MODEL_KNOB_ROOT), MODEL_KNOB_REBOOT);
    assert_int_equal(model_knob_cost(boot, MODEL_KNOB_GUEST), MODEL_KNOB_RECREATE);
    assert_string_equal(aj_name_of(model_knob_costs, MODEL_KNOB_RECREATE), "re-create");
}

static void test_writes(void **state)
{
    struct model_knob_write writes[2];
    struct values v;
    (void)state;
    values_open(&v);
    assert_int_equal(model_knob_writes(model_knob_by_name("rt_throttling"), "off", v.arena, writes),
                     1);
    assert_string_equal(writes[0].glob, "/proc/sys/kernel/sched_rt_runtime_us");
    assert_string_equal(writes[0].text, "-1");
    assert_int_equal(
        model_knob_writes(model_knob_by_name("idle_states"), "shallow", v.arena, writes), 2);
    assert_string_equal(writes[0].text, "0");
    assert_string_equal(writes[1].text, "1");
    assert_int_equal(
        model_knob_writes(model_knob_by_name("workqueue_cpus"), "0,33-34", v.arena, writes), 1);
    assert_string_equal(writes[0].text, "6,00000001");
    assert_int_equal(
        model_knob_writes(model_knob_by_name("workqueue_cpus"), "4-7", v.arena, writes), 1);
    assert_string_equal(writes[0].text, "f0");
    assert_int_equal(model_knob_writes(model_knob_by_name("isolcpus"), "2", v.arena, writes), 0);
    values_close(&v);
}

static void test_arguments(void **state)
{
    static const struct {
        const char *knob, *value, *x86, *arm;
    } samples[] = {
        {"isolcpus", "2-3", "isolcpus=2-3", "isolcpus=2-3"},
        {"idle", "poll", "idle=poll", "nohlt"},
        {"idle", "default", NULL, NULL},
        {"threadirqs", "off", NULL, NULL},
        {"huge_pages", "never", "transparent_hugepage=never", "transparent_hugepage=never"},
        {"stat_interval", "10", "sysctl.vm.stat_interval=10", "sysctl.vm.stat_interval=10"},
        {"governor", "performance", NULL, NULL},
    };
    struct values v;
    (void)state;
    values_open(&v);
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const struct model_knob *knob = model_knob_by_name(samples[i].knob);
        for (int arm = 0; arm < 2; arm++) {
            const char *wanted = arm != 0 ? samples[i].arm : samples[i].x86;
            const char *got = model_knob_argument(
                knob, samples[i].value, arm != 0 ? MODEL_ARCH_ARM64 : MODEL_ARCH_X86, v.arena);
            if (wanted == NULL)
                assert_null(got);
            else
                assert_string_equal(got, wanted);
        }
    }
    values_close(&v);
}

static void test_in_force(void **state)
{
    static const struct {
        uint8_t reading;
        const char *text, *content;
        bool in_force;
    } samples[] = {
        {MODEL_KNOB_TEXT, "-1", "-1\n", true},
        {MODEL_KNOB_TEXT, "-1", "-1", true},
        {MODEL_KNOB_TEXT, "1", "10\n", false},
        {MODEL_KNOB_TEXT, "10", "1\n", false},
        {MODEL_KNOB_CHOICE, "never", "always madvise [never]\n", true},
        {MODEL_KNOB_CHOICE, "never", "[always] madvise never\n", false},
        {MODEL_KNOB_CHOICE, "never", "[never", false},
        {MODEL_KNOB_CPUMASK, "f", "00000000,0000000f\n", true},
        {MODEL_KNOB_CPUMASK, "1,00000000", "1,00000000\n", true},
        {MODEL_KNOB_CPUMASK, "1,00000000", "1\n", false},
        {MODEL_KNOB_CPUMASK, "0", "00\n", true},
        {MODEL_KNOB_CPUMASK, "f0", "f\n", false},
        {MODEL_KNOB_CPULIST, "2-3", "2-3\n", true},
        {MODEL_KNOB_CPULIST, "2-3", "\n", false},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        const struct model_knob_write write = {"", samples[i].text, samples[i].reading};
        if (model_knob_in_force(&write, samples[i].content) != samples[i].in_force)
            fail_msg("%s in %s", samples[i].text, samples[i].content);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),     cmocka_unit_test(test_values),
        cmocka_unit_test(test_cost),      cmocka_unit_test(test_writes),
        cmocka_unit_test(test_arguments), cmocka_unit_test(test_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
