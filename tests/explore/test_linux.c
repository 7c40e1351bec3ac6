/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/linux.h"

#include "tests/support/support.h"

#define INTERRUPTS                                      \
    "           CPU0 CPU1 CPU2 CPU3\n"                  \
    " 36:  5 0 0 0  GICv2  62 Level  fe201000.serial\n" \
    " 37:  5 0 0 0  GICv2  65 Level  fd580000.net\n"

static const struct explore_space_cpu cpus[] = {
    {{0}, 0, 0, 0, false}, {{1}, 1, 0, 0, true}, {{2}, 2, 0, 0, true}, {{3}, 3, 0, 0, true}};
static const struct explore_space_cell cells[] = {{.key = "root"},
                                                  {.key = "plc", .measured = true}};
static const struct explore_space_irq irqs[] = {{62, 0, 0}, {77, 0, 0}};
static const struct explore_space space = {.cpus = cpus,
                                           .cpus_count = AJ_COUNT(cpus),
                                           .cells = cells,
                                           .cells_count = AJ_COUNT(cells),
                                           .irqs = irqs,
                                           .irqs_count = AJ_COUNT(irqs)};
static const struct model_board board = {.arch = MODEL_ARCH_ARM64};

/* plc has CPU 3; the interrupts 62 and 77 are decided, 62 and 65 in the plan. */
static struct explore_linux_setting make_on(const char *cmdline, const char *isolated, bool boots,
                                            const struct model_plan_knob *knobs, size_t knobs_count,
                                            struct aj_arena *arena)
{
    static const char *const shown[] = {"/sys/devices/system/cpu/isolated"};
    static const struct model_plan_irq routed[] = {{62, 0}, {65, 2}};
    struct explore_linux linux = {.boot = explore_boot_read(NULL, cmdline, arena),
                                  .reboots = boots,
                                  .shown = shown,
                                  .contents = &isolated,
                                  .shown_count = AJ_COUNT(shown)};
    const struct model_plan plan = {
        .irqs = routed, .irqs_count = AJ_COUNT(routed), .knobs = knobs, .knobs_count = knobs_count};
    const struct explore_step step = {.plan = &plan};
    uint32_t owner[] = {0, 0, 0, 1}, irq_cpu[] = {1, 2};
    const struct explore_decision decision = {.owner = owner, .irq_cpu = irq_cpu};
    const struct explore_setting setting = {
        .board = &board, .step = &step, .space = &space, .decision = &decision};
    struct explore_linux_setting files;
    explore_irq_lines_read(INTERRUPTS, arena, &linux.lines);
    explore_linux_setting(&linux, &setting, arena, &files);
    return files;
}

static struct explore_linux_setting make(const char *cmdline, const char *isolated,
                                         const struct model_plan_knob *knobs, size_t knobs_count,
                                         struct aj_arena *arena)
{
    return make_on(cmdline, isolated, false, knobs, knobs_count, arena);
}

static void expect_tune(const struct explore_linux_setting *files, size_t at, const char *glob,
                        const char *text)
{
    assert_true(at < files->tunes.count);
    assert_string_equal(files->tunes.items[at].write.glob, glob);
    assert_string_equal(files->tunes.items[at].write.text, text);
}

static void test_cpus_and_interrupts(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_linux_setting files = make("quiet", "", NULL, 0, arena);
    assert_null(files.refused);
    assert_int_equal(files.tunes.count, 3);
    expect_tune(&files, 0, "/sys/devices/system/cpu/cpu3/online", "1");
    assert_true(files.tunes.items[0].optional);
    expect_tune(&files, 1, "/proc/irq/36/smp_affinity_list",
                "1"); /* the decision's, not the plan's */
    expect_tune(&files, 2, "/proc/irq/37/smp_affinity_list", "2");
    assert_non_null(strstr(files.tunes.items[2].what, "interrupt 65"));
    assert_non_null(strstr(files.tunes.items[2].what, "fd580000.net"));
    assert_int_equal(files.routes.count, 2); /* nobody has 77 there */
    assert_int_equal(files.routes.items[1].intid, 65);
    assert_int_equal(files.routes.items[1].cpu, 2);
    aj_arena_close(arena);
}

static void test_live_knobs(void **state)
{
    static const struct model_plan_knob knobs[] = {{"root", "governor", "performance"},
                                                   {"root", "idle_states", "shallow"}};
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_linux_setting files = make("", "", knobs, AJ_COUNT(knobs), arena);
    assert_null(files.refused);
    assert_int_equal(files.tunes.count, 6);
    expect_tune(&files, 3, "/sys/devices/system/cpu/cpufreq/policy*/scaling_governor",
                "performance");
    expect_tune(&files, 4, "/sys/devices/system/cpu/cpu*/cpuidle/state0/disable", "0");
    expect_tune(&files, 5, "/sys/devices/system/cpu/cpu*/cpuidle/state[1-9]*/disable", "1");
    aj_arena_close(arena);
}

static void expect_knob(const char *cmdline, const char *isolated, const char *knob,
                        const char *value, const char *why)
{
    struct aj_arena *arena = aj_arena_open();
    const struct model_plan_knob set = {"root", knob, value};
    const struct explore_linux_setting files = make(cmdline, isolated, &set, 1, arena);
    const char *refused = files.refused != NULL ? files.refused : "(nothing)";
    const char *expected = why != NULL ? why : "(nothing)";
    if (strstr(refused, expected) == NULL)
        fail_msg("%s %s: '%s' instead of '%s'", knob, value, refused, expected);
    aj_arena_close(arena);
}

/* What takes a reboot is fine if it is so already. */
static void test_knobs_of_boot_time(void **state)
{
    (void)state;
    expect_knob("quiet", "", "isolcpus", "3", "a reboot with 'isolcpus=3'");
    expect_knob("isolcpus=managed_irq,domain,3", "3", "isolcpus", "3", NULL);
    expect_knob("isolcpus=2-3", "2-3", "isolcpus", "3", "a reboot");
    expect_knob("quiet rcu_nocbs=3\n", "", "rcu_nocbs", "3", NULL);
    expect_knob("rcu_nocbs=3-4", "", "rcu_nocbs", "3", "a reboot with 'rcu_nocbs=3'");
    expect_knob("xrcu_nocbs=3", "", "rcu_nocbs", "3", "a reboot");
    expect_knob("threadirqs quiet", "", "threadirqs", "on", NULL);
    expect_knob("quiet", "", "threadirqs", "off", NULL);
    expect_knob("quiet threadirqs", "", "threadirqs", "off", "a reboot without 'threadirqs'");
    expect_knob("nohlt", "", "idle", "poll", NULL); /* ARM's word */
}

#define OURS(words) " autojail.boot=1 " words " autojail.boot=0"

static void expect_words(const char *cmdline, const char *isolated, const char *value,
                         const char *words, const char *why)
{
    struct aj_arena *arena = aj_arena_open();
    const struct model_plan_knob set[] = {{"root", "isolcpus", value}, {"root", "skew_tick", "on"}};
    const struct explore_linux_setting files = make_on(cmdline, isolated, true, set, 2, arena);
    assert_string_equal(files.words, words);
    if (why == NULL ? files.refused != NULL
                    : files.refused == NULL || strstr(files.refused, why) == NULL)
        fail_msg("'%s' instead of '%s'", files.refused, why);
    aj_arena_close(arena);
}

/* What a boot is to bring, and what it brought. */
static void test_words_of_a_boot(void **state)
{
    (void)state;
    expect_words("quiet", "", "3", "isolcpus=3 skew_tick=1", NULL);
    expect_words("quiet skew_tick=1", "", "3", "isolcpus=3", NULL);
    expect_words("quiet skew_tick=1 isolcpus=domain,3", "3", "3", "", NULL);
    expect_words("quiet" OURS("isolcpus=3 skew_tick=1") " more", "3", "3", "isolcpus=3 skew_tick=1",
                 NULL);
    expect_words("quiet" OURS("isolcpus=3 skew_tick=1"), "", "3", "isolcpus=3 skew_tick=1",
                 "was booted with 'isolcpus=3', but shows otherwise");
    expect_words("quiet" OURS("isolcpus=3"), "3", "2-3", "isolcpus=2-3 skew_tick=1", NULL);
}

/* All words of one boot are named at once; a guest has no kernel here. */
static void test_refused(void **state)
{
    static const struct model_plan_knob boot[] = {{"root", "isolcpus", "2-3"},
                                                  {"root", "skew_tick", "on"}};
    static const struct model_plan_knob guest = {"plc", "nmi_watchdog", "off"};
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_non_null(strstr(make("", "", boot, 2, arena).refused, "'isolcpus=2-3 skew_tick=1'"));
    assert_non_null(strstr(make("", "", &guest, 1, arena).refused, "no kernel of its own"));
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpus_and_interrupts),
        cmocka_unit_test(test_live_knobs),
        cmocka_unit_test(test_knobs_of_boot_time),
        cmocka_unit_test(test_words_of_a_boot),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
