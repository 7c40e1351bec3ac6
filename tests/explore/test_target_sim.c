/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <unistd.h>

#include "base/fs.h"
#include "explore/sim.h"
#include "explore/stats.h"
#include "explore/target.h"
#include "tests/support/support.h"

#define BLOCKS  10
#define PLC_CPU 2
#define PLC_ID  5

/* Four CPUs in two clusters, numbered oddly; one measured cell with one of them. */
static const struct explore_space_cpu cpus[] = {
    {{0}, 0, 0, 0, false}, {{1}, 1, 0, 0, true}, {{PLC_ID}, 2, 1, 0, true}, {{4}, 3, 1, 0, true}};
static const struct explore_space_cell cells[] = {
    {.key = "root", .cpus_low = 1, .cpus_high = 3, .allowed = {{0xf}}},
    {.key = "plc",
     .cpus_low = 1,
     .cpus_high = 1,
     .allowed = {{0xe}},
     .measured = true,
     .deadline_ns = 100000},
};
static const struct explore_space_irq irqs[] = {{62, 0, 1000}, {63, 0, 0}};
static const struct explore_space space = {.cpus = cpus,
                                           .cpus_count = AJ_COUNT(cpus),
                                           .cells = cells,
                                           .cells_count = AJ_COUNT(cells),
                                           .irqs = irqs,
                                           .irqs_count = AJ_COUNT(irqs)};

static void expect_near(double a, double b, double within)
{
    if (!(fabs(a - b) <= within))
        fail_msg("%f is not %f within %f", a, b, within);
}

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    char file[32];
    struct explore_target *target; /* NULL before open_target */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    memcpy(f->file, "/tmp/aj-sim-XXXXXX", sizeof "/tmp/aj-sim-XXXXXX");
    const int fd = mkstemp(f->file);
    assert_true(fd >= 0);
    close(fd);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->target != NULL)
        f->target->ops->close(f->target);
    unlink(f->file);
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

/* text NULL: no file */
static enum aj_status open_target(struct fixture *f, const char *text, enum explore_mode mode)
{
    struct explore_target_options options = {.login.login = "sim:", .mode = mode, .seed = 11};
    if (text != NULL) {
        assert_int_equal(aj_file_write(&f->cx, f->file, text, strlen(text)), AJ_OK);
        options.login.login = aj_strf(f->arena, "sim:%s", f->file);
    }
    return explore_target_open(&f->cx, &options, f->arena, &f->target);
}

static struct explore_decision decision_of(struct fixture *f, uint32_t cpu)
{
    struct explore_decision d = explore_decision_new(&space, f->arena);
    for (uint32_t i = 0; i < space.cpus_count; i++)
        d.owner[i] = i == cpu;
    for (uint32_t i = 0; i < space.irqs_count; i++)
        d.irq_cpu[i] = 0;
    for (uint32_t i = 0; i < space.cells_count; i++)
        d.bank[i] = UINT32_MAX;
    return d;
}

static const char *apply(struct fixture *f, const struct explore_decision *d)
{
    const struct explore_setting setting = {.space = &space, .decision = d};
    const char *refused = NULL;
    assert_int_equal(f->target->ops->apply(&f->cx, f->target, &setting, f->arena, &refused), AJ_OK);
    return refused;
}

static enum aj_status try_run(struct fixture *f, uint64_t id, int64_t hopeless_ns,
                              struct explore_measured *measured)
{
    const struct explore_progress silence = {NULL, NULL};
    const struct explore_run run = {.id = id,
                                    .duration_ns = INT64_C(30000000000),
                                    .blocks = BLOCKS,
                                    .interval_ns = 200000,
                                    .priority = 95,
                                    .deadline_ns = 100000,
                                    .hopeless_ns = hopeless_ns};
    return f->target->ops->measure(&f->cx, f->target, &run, &silence, f->arena, measured);
}

static struct explore_measured run(struct fixture *f, uint64_t id)
{
    struct explore_measured measured = {.measurement = NULL};
    assert_int_equal(try_run(f, id, 0, &measured), AJ_OK);
    assert_non_null(measured.measurement);
    return measured;
}

static double median_us(const struct model_measurement *m)
{
    double maxima[BLOCKS];
    for (size_t i = 0; i < m->blocks_count; i++)
        maxima[i] = (double)m->blocks[i].threads[0].max_ns / 1000.0;
    explore_stats_sort(maxima, m->blocks_count);
    return explore_stats_median(maxima, m->blocks_count);
}

/* Around the truth that the same seed draws, and a measurement that reads back equal. */
static void test_measures_the_truth(void **state)
{
    struct fixture *f = *state;
    const struct explore_sim_options options = {.seed = 7, .hidden = 1, .pair_spread = 0.4};
    const struct explore_sim *sim = explore_sim_make(&space, &options, f->arena);
    const struct explore_decision d = decision_of(f, PLC_CPU);
    const struct aj_yaml *doc;
    const struct model_measurement *back;
    double truth[AJ_COUNT(cpus)], sum = 0.0;
    struct aj_buf text = {NULL, 0, 0};
    explore_sim_truth(sim, &d, truth);
    assert_int_equal(open_target(f, "seed: 7\n", EXPLORE_MODE_AUTO), AJ_OK);
    assert_true(f->target->simulated);
    assert_null(apply(f, &d));
    for (uint64_t id = 1; id <= 50; id++) {
        const struct explore_measured m = run(f, id);
        assert_null(m.void_because);
        assert_false(m.censored);
        assert_int_equal(m.measurement->blocks_count, BLOCKS);
        assert_int_equal(m.measurement->blocks[9].threads_count, 1);
        assert_int_equal(m.measurement->blocks[9].threads[0].cpu, PLC_ID);
        assert_int_equal(m.measurement->blocks[9].threads[0].cycles, 15000);
        assert_string_equal(m.measurement->tool, "simulation");
        sum += median_us(m.measurement);
    }
    expect_near(sum / 50, truth[PLC_CPU], 0.1 * truth[PLC_CPU]);
    const struct explore_measured m = run(f, 1);
    model_measurement_write(m.measurement, &text);
    assert_int_equal(aj_yaml_parse(&f->cx, "m.yml", aj_buf_text(&text), text.len, f->arena, &doc),
                     AJ_OK);
    assert_int_equal(model_measurement_read(&f->cx, doc, f->arena, &back), AJ_OK);
    assert_true(aj_schema_equal(&model_measurement_schema, m.measurement, back));
    aj_buf_free(&text);
}

/* What a run sees depends on its number, not on what ran before it. */
static void test_runs_repeat(void **state)
{
    struct fixture *f = *state;
    const struct explore_decision d = decision_of(f, PLC_CPU), other = decision_of(f, 3);
    assert_int_equal(open_target(f, NULL, EXPLORE_MODE_LINUX), AJ_OK);
    assert_null(apply(f, &d));
    const double first = median_us(run(f, 1).measurement);
    const double second = median_us(run(f, 2).measurement);
    assert_null(apply(f, &other));
    const double elsewhere = median_us(run(f, 1).measurement);
    assert_null(apply(f, &d));
    expect_near(median_us(run(f, 2).measurement), second, 0.0);
    expect_near(median_us(run(f, 1).measurement), first, 0.0);
    assert_true(fabs(first - second) > 0.0 && fabs(first - elsewhere) > 0.0);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
    struct explore_measured none;
    assert_int_equal(try_run(f, 3, 0, &none), AJ_ERR_INTERNAL);
    assert_int_equal(test_count(&f->cx, "target-odd"), 1);
}

static void test_drift(void **state)
{
    struct fixture *f = *state;
    const struct explore_decision d = decision_of(f, PLC_CPU);
    double before[21];
    assert_int_equal(open_target(f, "noise: 0\n", EXPLORE_MODE_AUTO), AJ_OK);
    assert_null(apply(f, &d));
    for (uint64_t id = 1; id <= 20; id++)
        before[id] = median_us(run(f, id).measurement);
    f->target->ops->close(f->target);
    assert_int_equal(open_target(f,
                                 "noise: 0\n"
                                 "drift: {per_run: 0.25, step: 10, at_run: 15}\n",
                                 EXPLORE_MODE_AUTO),
                     AJ_OK);
    assert_null(apply(f, &d));
    for (uint64_t id = 1; id <= 20; id++) {
        const double added = 0.25 * (double)(id - 1) + (id >= 15 ? 10.0 : 0.0);
        expect_near(median_us(run(f, id).measurement) - before[id], added, 0.01);
    }
}

static void test_faults(void **state)
{
    struct fixture *f = *state;
    const struct explore_decision d = decision_of(f, PLC_CPU);
    struct explore_measured measured;
    uint32_t voids = 0;
    assert_int_equal(
        open_target(f, "faults: {void: 0.3, lost_at: 7, hangs_at: 8}\n", EXPLORE_MODE_AUTO), AJ_OK);
    assert_null(apply(f, &d));
    for (uint64_t id = 11; id <= 110; id++) {
        const struct explore_measured m = run(f, id);
        voids += m.void_because != NULL;
        if (m.void_because != NULL)
            assert_true(m.measurement->blocks[0].threads[0].cycles < 15000 * 98 / 100);
    }
    assert_in_range(voids, 15, 45);
    assert_int_equal(try_run(f, 7, 0, &measured), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-lost"), 1);
    const volatile int cancel = 1;
    f->cx.cancel = &cancel;
    assert_int_equal(try_run(f, 8, 0, &measured), AJ_INTERRUPTED);
    f->cx.cancel = NULL;
}

/* A decision is refused always or never. */
static void test_refused(void **state)
{
    struct fixture *f = *state;
    uint32_t refused = 0;
    assert_int_equal(open_target(f, "faults: {refused: 0.4}\n", EXPLORE_MODE_AUTO), AJ_OK);
    for (uint32_t i = 0; i < 48; i++) {
        struct explore_decision d = decision_of(f, 1 + i % 3);
        d.irq_cpu[0] = i / 3 % 4;
        d.irq_cpu[1] = i / 12;
        const char *why = apply(f, &d);
        assert_true((why != NULL) == (apply(f, &d) != NULL));
        refused += why != NULL;
    }
    assert_in_range(refused, 5, 40);
}

static void test_hopeless(void **state)
{
    struct fixture *f = *state;
    const struct explore_decision d = decision_of(f, PLC_CPU);
    struct explore_measured measured;
    assert_int_equal(open_target(f, "takes: 1 ms\n", EXPLORE_MODE_AUTO), AJ_OK);
    assert_null(apply(f, &d));
    assert_int_equal(try_run(f, 1, 2000, &measured), AJ_OK);
    assert_true(measured.censored);
    assert_int_equal(measured.measurement->blocks_count, BLOCKS / 2 + 1);
    assert_int_equal(try_run(f, 1, 100000000, &measured), AJ_OK);
    assert_false(measured.censored);
    assert_int_equal(measured.measurement->blocks_count, BLOCKS);
}

static void test_not_opened(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(open_target(f, NULL, EXPLORE_MODE_JAILHOUSE), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-mode"), 1);
    assert_int_equal(open_target(f, "tail: 7", EXPLORE_MODE_AUTO), AJ_ERR_INPUT);
    assert_int_equal(test_count(&f->cx, "range"), 1);
    assert_int_equal(open_target(f, "", EXPLORE_MODE_AUTO), AJ_OK);
    assert_int_equal(f->target->ops->restore(&f->cx, f->target), AJ_OK);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_measures_the_truth),
        CASE(test_runs_repeat),
        CASE(test_drift),
        CASE(test_faults),
        CASE(test_refused),
        CASE(test_hopeless),
        CASE(test_not_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
