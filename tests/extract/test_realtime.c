/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

#define CPU "/sys/devices/system/cpu/"

static void cpu_state(struct extract_fixture *f, int cpu, int state, const char *name,
                      const char *latency, const char *disable)
{
    const char *at = aj_strf(f->out, CPU "cpu%d/cpuidle/state%d", cpu, state);
    fixture_file(f, aj_strf(f->out, "%s/name", at), name);
    fixture_file(f, aj_strf(f->out, "%s/latency", at), latency);
    fixture_file(f, aj_strf(f->out, "%s/disable", at), disable);
}

static void idle_states(void **state)
{
    struct extract_fixture *f = *state;
    for (int cpu = 0; cpu < 2; cpu++) {
        cpu_state(f, cpu, 0, "WFI\n", "1\n", "0\n");
        cpu_state(f, cpu, 1, "cpu-sleep\n", "350\n", cpu == 1 ? "1\n" : "0\n");
    }
    cpu_state(f, 1, 2, "broken\n", "soon\n", "0\n");
    const struct model_board *board = fixture_board_of(f, "");
    const struct model_timing *rt = &board->realtime;
    assert_int_equal(rt->idle_states_count, 2);
    assert_string_equal(rt->idle_states[1].name, "cpu-sleep");
    assert_int_equal(rt->idle_states[1].latency_ns, 350000);
    assert_int_equal(aj_cpuset_count(&rt->idle_states[1].cpus), 2);
    assert_true(aj_cpuset_has(&rt->idle_states[1].disabled, 1));
    assert_false(aj_cpuset_has(&rt->idle_states[1].disabled, 0));
}

static void frequencies(void **state)
{
    struct extract_fixture *f = *state;
    for (int cpu = 0; cpu < 2; cpu++) {
        const char *at = aj_strf(f->out, CPU "cpu%d/cpufreq", cpu);
        fixture_file(f, aj_strf(f->out, "%s/scaling_governor", at), "schedutil\n");
        fixture_file(f, aj_strf(f->out, "%s/scaling_driver", at), "cpufreq-dt\n");
        fixture_file(f, aj_strf(f->out, "%s/related_cpus", at), "0 1\n");
        fixture_file(f, aj_strf(f->out, "%s/cpuinfo_max_freq", at), "1500000\n");
    }
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->realtime.frequencies_count, 1);
    assert_string_equal(board->realtime.frequencies[0].governor, "schedutil");
    assert_int_equal(board->realtime.frequencies[0].max_khz, 1500000);
    assert_int_equal(board->realtime.frequencies[0].min_khz, AJ_NONE32);
    assert_int_equal(aj_cpuset_count(&board->realtime.frequencies[0].cpus), 2);
}

/* T14: "(null)" and nothing are empty lists, and an argument that is no list is said. */
static void t14_isolation(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline",
                 "isolcpus=managed_irq,domain,1 nohz_full=1 rcu_nocbs=all irqaffinity=all-1\n");
    fixture_file(f, CPU "isolated", "\n");
    fixture_file(f, CPU "nohz_full", "(null)\n");
    fixture_file(f, CPU "smt/control", "notsupported\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_true(aj_cpuset_has(&board->realtime.isolcpus, 1));
    assert_false(aj_cpuset_has(&board->realtime.isolcpus, 0));
    assert_true(aj_cpuset_empty(&board->realtime.nohz_full));
    assert_int_equal(aj_cpuset_count(&board->realtime.rcu_nocbs), 2);
    assert_true(aj_cpuset_empty(&board->realtime.irqaffinity));
    assert_int_equal(notes_of(board, "cmdline-cpus"), 1);
    assert_string_equal(board->realtime.smt, "notsupported");
}

static void clocks_and_throttling(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet \n");
    fixture_file(f, "/sys/devices/system/clocksource/clocksource0/available_clocksource",
                 "hpet acpi_pm \n");
    fixture_file(f, "/proc/sys/kernel/sched_rt_runtime_us", "950000\n");
    fixture_file(f, "/proc/sys/kernel/sched_rt_period_us", "1000000\n");
    fixture_file(f, CPU "cpu0/thermal_throttle/core_throttle_count", "3\n");
    fixture_file(f, CPU "cpu1/thermal_throttle/core_throttle_count", "4\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_string_equal(board->realtime.clocksource, "hpet");
    assert_int_equal(board->realtime.clocksources_count, 2);
    assert_int_equal(board->realtime.rt_runtime_us, 950000);
    assert_int_equal(board->realtime.throttled, 7);
}

static void unthrottled(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/sys/kernel/sched_rt_runtime_us", "-1\n");
    fixture_file(f, "/proc/sys/kernel/sched_rt_period_us", "1000000\n");
    assert_int_equal(fixture_board_of(f, "")->realtime.rt_runtime_us, 0);
}

static void numa(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/system/node/node0/cpulist", "0\n");
    fixture_file(f, "/sys/devices/system/node/node0/distance", "10 21\n");
    fixture_file(f, "/sys/devices/system/node/node1/cpulist", "1\n");
    fixture_file(f, "/sys/devices/system/node/node1/distance", "21 10\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->numa_count, 2);
    assert_true(aj_cpuset_has(&board->numa[1].cpus, 1));
    assert_int_equal(board->numa[1].distances_count, 2);
    assert_int_equal(board->numa[1].distances[0], 21);
}

static void nothing_said(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "");
    assert_null(board->realtime.smt);
    assert_int_equal(board->realtime.sampled_ns, 0);
    assert_int_equal(board->numa_count + board->realtime.idle_states_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(idle_states),           EXTRACT_TEST(frequencies), EXTRACT_TEST(t14_isolation),
        EXTRACT_TEST(clocks_and_throttling), EXTRACT_TEST(unthrottled), EXTRACT_TEST(numa),
        EXTRACT_TEST(nothing_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
