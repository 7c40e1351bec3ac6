/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * This machine as a target, with a cyclictest of the test's and its settings in a tree of files.
 */
#include "explore/target_priv.h"
#include "tests/explore/target.h"

#define BLOCKS   2
#define AFFINITY "/proc/irq/36/smp_affinity_list"

/* plc is measured on CPU 0, which any machine has; interrupt 62 goes to CPU 1. */
static const struct explore_space_cpu cpus[] = {{{0}, 0, 0, 0, true}, {{1}, 1, 0, 0, true}};
static const struct explore_space_cell cells[] = {{.key = "root"},
                                                  {.key = "plc", .measured = true}};
static const struct explore_space_irq irqs[] = {{62, 0, 0}};
static const struct explore_space space = {.cpus = cpus,
                                           .cpus_count = AJ_COUNT(cpus),
                                           .cells = cells,
                                           .cells_count = AJ_COUNT(cells),
                                           .irqs = irqs,
                                           .irqs_count = AJ_COUNT(irqs)};
static const struct model_board board = {.arch = MODEL_ARCH_ARM64};

struct fixture {
    struct target *t;
    const char *root;
    struct explore_target *target;
};

static void write_file(struct fixture *f, const char *name, const char *text)
{
    const char *path = aj_strf(f->t->arena, "%s%s", f->root, name);
    assert_int_equal(aj_file_write(&f->t->cx, path, text, strlen(text)), AJ_OK);
}

static const char *first_line(struct fixture *f, const char *name)
{
    struct aj_bytes bytes;
    const char *path = aj_strf(f->t->arena, "%s%s", f->root, name);
    assert_int_equal(aj_file_read(&f->t->cx, path, 1 << 16, f->t->arena, &bytes), AJ_OK);
    return aj_strndup(f->t->arena, (const char *)bytes.data,
                      strcspn((const char *)bytes.data, "\n"));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct explore_target_options options = {.login.login = "local:"};
    assert_int_equal(target_open((void **)&f->t), 0);
    f->root = aj_strf(f->t->arena, "%s/root", f->t->dir);
    target_as_root(f->t);
    target_fake(f->t, "cyclictest", TARGET_HELP TARGET_GOOD "; " TARGET_TEXT);
    assert_int_equal(system(aj_strf(f->t->arena, "mkdir -p %s/proc/irq/36 %s/sys %s/run", f->root,
                                    f->root, f->root)),
                     0);
    write_file(f, AFFINITY, "0-1\n");
    write_file(f, "/proc/cmdline", "quiet\n");
    write_file(f, "/proc/interrupts", "  CPU0 CPU1\n 36: 5 5 GICv2 62 Level uart\n");
    assert_int_equal(explore_target_linux_open_at(&f->t->cx, &options, f->t->host, f->root,
                                                  f->t->arena, &f->target),
                     AJ_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    f->target->ops->close(f->target); /* and with it the host */
    f->t->host = NULL;
    target_close((void **)&f->t);
    free(f);
    return 0;
}

static const char *apply(struct fixture *f, const struct model_plan_knob *knobs, size_t count)
{
    const struct model_plan plan = {.knobs = knobs, .knobs_count = count};
    const struct explore_step step = {.plan = &plan};
    const struct explore_decision decision = explore_decision_new(&space, f->t->arena);
    const struct explore_setting setting = {
        .board = &board, .step = &step, .space = &space, .decision = &decision};
    const char *refused = NULL;
    decision.owner[0] = 1;
    decision.owner[1] = 0;
    decision.irq_cpu[0] = 1;
    if (f->target->ops->apply(&f->t->cx, f->target, &setting, f->t->arena, &refused) != AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
    return refused;
}

static struct explore_measured measure(struct fixture *f)
{
    static const char *const command[] = {"sleep", "7811"};
    const struct explore_cell_load load = {"root", command, 2};
    const struct explore_progress silence = {NULL, NULL};
    const struct explore_run run = {.id = 1,
                                    .duration_ns = INT64_C(2000000000),
                                    .blocks = BLOCKS,
                                    .interval_ns = 1000000,
                                    .priority = 95,
                                    .loads = &load,
                                    .loads_count = 1};
    struct explore_measured measured = {.measurement = NULL};
    target_fake(f->t, "taskset",
                aj_strf(f->t->arena,
                        "echo \"$*\" >>%s/held; [ $1 != -pc ] || exit 0; shift 2; exec \"$@\"",
                        f->root));
    if (f->target->ops->measure(&f->t->cx, f->target, &run, &silence, f->t->arena, &measured) !=
        AJ_OK)
        fail_msg("%s", test_diags(&f->t->cx));
    return measured;
}

static void expect_void(const struct explore_measured *m, const char *why)
{
    if (m->void_because == NULL || strstr(m->void_because, why) == NULL)
        fail_msg("void because of '%s' instead of '%s'", m->void_because, why);
}

static void test_run(void **state)
{
    struct fixture *f = *state;
    assert_false(f->target->simulated);
    assert_null(apply(f, NULL, 0));
    assert_string_equal(first_line(f, AFFINITY), "1");
    for (int i = 0; i < 2; i++) {
        const struct explore_measured m = measure(f);
        if (m.void_because != NULL)
            fail_msg("%s", m.void_because);
        assert_int_equal(m.measurement->blocks_count, BLOCKS);
        assert_int_equal(m.measurement->interrupts_count, 1);
        assert_int_equal(m.measurement->interrupts[0].intid, 62);
        assert_int_equal(m.measurement->interrupts[0].cpu, 1);
        assert_string_equal(m.measurement->loads[0].cell, "root");
        assert_true(aj_cpuset_has(&m.measurement->loads[0].cpus, 1));
        assert_int_equal(aj_cpuset_count(&m.measurement->loads[0].cpus), 1);
    }
    /* The load of the root, and what watches: away from the CPU that is measured. */
    assert_memory_equal(first_line(f, "/held"), "-pc 1 ", 6);
    assert_int_equal(test_count(&f->t->cx, "irq-idle"), 1); /* it never fired: said once */
    assert_int_equal(f->target->ops->restore(&f->t->cx, f->target), AJ_OK);
    assert_string_equal(first_line(f, AFFINITY), "0-1");
}

/* It was sent to CPU 1, and it fires on CPU 0 all the same. */
static void test_strayed_interrupt(void **state)
{
    struct fixture *f = *state;
    target_fake(f->t, "cyclictest",
                aj_strf(f->t->arena,
                        TARGET_HELP TARGET_GOOD "; " TARGET_TEXT
                                                "; echo '  CPU0 CPU1\n 36: 500 900 GICv2 62 Level "
                                                "uart' >%s/proc/interrupts",
                        f->root));
    assert_null(apply(f, NULL, 0));
    const struct explore_measured m = measure(f);
    expect_void(&m, "interrupt 62 fired 895 times on CPU 1 and 495 times on others");
    assert_int_equal(test_count(&f->t->cx, "irq-idle"), 0);
    assert_int_equal(f->target->ops->restore(&f->t->cx, f->target), AJ_OK);
}

static void test_changed_meanwhile(void **state)
{
    struct fixture *f = *state;
    target_fake(f->t, "cyclictest",
                aj_strf(f->t->arena,
                        TARGET_HELP "echo 0 >%s" AFFINITY "; " TARGET_GOOD "; " TARGET_TEXT,
                        f->root));
    assert_null(apply(f, NULL, 0));
    const struct explore_measured m = measure(f);
    expect_void(&m, "changed during the measurement: interrupt 62");
    assert_int_equal(f->target->ops->restore(&f->t->cx, f->target), AJ_OK);
    assert_string_equal(first_line(f, AFFINITY), "0-1");
}

static void test_refused(void **state)
{
    static const struct model_plan_knob knob = {"root", "isolcpus", "1"};
    struct fixture *f = *state;
    const struct explore_run run = {.blocks = 1};
    struct explore_measured measured;
    assert_non_null(strstr(apply(f, &knob, 1), "a reboot with 'isolcpus=1'"));
    assert_string_equal(first_line(f, AFFINITY), "0-1");
    assert_int_equal(
        f->target->ops->measure(&f->t->cx, f->target, &run, NULL, f->t->arena, &measured),
        AJ_ERR_INTERNAL);
    test_one_error(&f->t->cx, "target-odd", 0, 0);
}

static void test_irqbalance(void **state)
{
    struct fixture *f = *state;
    const struct explore_target_options options = {.login.login = "local:",
                                                   .mode = EXPLORE_MODE_LINUX};
    struct explore_target *other;
    target_fake(f->t, "irqbalance", "sleep 7813; exit 0");
    assert_int_equal(
        system(aj_strf(f->t->arena, "%s/irqbalance & echo $! >%s/pid", f->t->dir, f->t->dir)), 0);
    assert_int_equal(explore_target_open(&f->t->cx, &options, f->t->arena, &other), AJ_OK);
    assert_int_equal(
        system(aj_strf(f->t->arena, "p=$(cat %s/pid); kill $p $(ps -o pid= --ppid $p)", f->t->dir)),
        0);
    assert_true(test_count(&f->t->cx, "irq-balance") > 0);
    other->ops->close(other);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_run),     CASE(test_strayed_interrupt), CASE(test_changed_meanwhile),
        CASE(test_refused), CASE(test_irqbalance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
