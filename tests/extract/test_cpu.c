/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs, their caches, and what their type says. */
#include "tests/extract/fixture.h"

#define CPU(name, reg, type)                                                                   \
    " " name " { device_type = \"cpu\"; compatible = \"" type "\"; enable-method = \"psci\"; " \
    "reg = <" reg ">; };"

static const char *const big_little =
    "/dts-v1/;\n/ { #address-cells = <1>; #size-cells = <1>; cpus { #address-cells = <1>; "
    "#size-cells = <0>;" CPU("cpu@100", "0x100", "arm,cortex-a57")
        CPU("cpu@0", "0", "arm,cortex-a53") CPU("cpu@1", "1", "arm,cortex-a53") "}; };";

static void expect_mpidrs(const struct model_board *board, uint64_t a, uint64_t b, uint64_t c)
{
    assert_int_equal(board->cpus_count, 3);
    assert_int_equal(board->cpus[0].mpidr.v, a);
    assert_int_equal(board->cpus[1].mpidr.v, b);
    assert_int_equal(board->cpus[2].mpidr.v, c);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(board->cpus[i].id.v, i);
}

/* T41: the boot CPU is 0, the others follow in the blob's order. */
static void t41_order_of_the_blob(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f, big_little);
    fixture_file(f, "/dmesg.txt", "Booting Linux on physical CPU 0x0000000001 [0x410fd034]\n");
    const struct model_board *board = fixture_board(f);
    expect_mpidrs(board, 1, 0x100, 0);
    assert_int_equal(notes_of(board, "cpu-order"), 1);
}

/* T16: the order of directories means nothing. */
static void t16_order_of_directories(void **state)
{
    struct extract_fixture *f = *state;
    fixture_live(f, "/proc/device-tree", big_little);
    const struct model_board *board = fixture_board(f);
    expect_mpidrs(board, 0, 1, 0x100);
    assert_int_equal(notes_of(board, "cpu-order"), 1);
}

/* T42: sysfs says which CPU is which node, and which are up. */
static void t42_sysfs(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f, big_little);
    fixture_file(f, "/sys/devices/system/cpu/cpu0/uevent",
                 "OF_NAME=cpu\nOF_FULLNAME=/cpus/cpu@1\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu1/of_node.link",
                 "../../../../firmware/devicetree/base/cpus/cpu@100\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu2/uevent", "OF_FULLNAME=/cpus/cpu@0\n");
    fixture_file(f, "/sys/devices/system/cpu/cpufreq/x", "");
    fixture_file(f, "/sys/devices/system/cpu/online", "0,2\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/regs/identification/midr_el1",
                 "0x00000000410fd034\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/cpu_capacity", "446\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/topology/physical_package_id", "0\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/topology/cluster_id", "-1\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/topology/core_id", "36\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0\n");
    const struct model_board *board = fixture_board(f);
    expect_mpidrs(board, 1, 0x100, 0);
    assert_true(board->cpus[0].online);
    assert_false(board->cpus[1].online);
    assert_int_equal(board->cpus[0].midr, 0x410fd034);
    assert_int_equal(board->cpus[0].capacity, 446);
    assert_int_equal(board->cpus[0].core, 36);
    assert_int_equal(board->cpus[0].cluster, 0);
    assert_int_equal(board->cpus[0].thread, 0);
    assert_int_equal(board->cpus[1].thread, AJ_NONE32);
    assert_int_equal(notes_of(board, "cpu-order"), 0);
}

/* T44: Linux has more CPUs than the tree. */
static void t44_cpu_without_a_node(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/sys/devices/system/cpu/cpu0/uevent", "OF_FULLNAME=/cpus/cpu@0\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu1/uevent", "DRIVER=cpu\n");
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->cpus_count, 2);
    assert_int_equal(board->cpus[1].mpidr.v, AJ_NONE64);
    assert_int_equal(notes_of(board, "cpu-node"), 1);
}

static void enable_methods(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "&cpu0 { /delete-property/ enable-method; }; &cpu1 { enable-method = \"spin-table\"; };"
        "/ { cpus { enable-method = \"brcm,bcm2836-smp\"; }; };");
    assert_string_equal(board->cpus[0].enable_method, "brcm,bcm2836-smp");
    assert_string_equal(board->cpus[1].enable_method, "spin-table");
    assert_true(is_impossible(board, "fewer than two CPUs"));
}

static void cpu_map(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state, "/ { cpus { cpu-map { socket0 { cluster1 { core0 { thread0 { cpu = <&cpu1>; };"
                " thread1 { cpu = <&cpu0>; }; }; }; }; }; }; };");
    assert_int_equal(board->cpus[0].package, 0);
    assert_int_equal(board->cpus[0].cluster, 1);
    assert_int_equal(board->cpus[0].core, 0);
    assert_int_equal(board->cpus[0].thread, 1);
    assert_int_equal(board->cpus[1].thread, 0);
}

/* Cores that could have threads count them in Aff0. */
static void affinity_with_threads(void **state)
{
    struct extract_fixture *f = *state;
    fixture_blob(f,
                 "/dts-v1/;\n/ { cpus { #address-cells = <2>; #size-cells = <0>;" CPU(
                     "cpu@0", "0 0", "arm,cortex-a55") CPU("cpu@100", "0 0x100", "arm,cortex-a76")
                     CPU("cpu@10200", "1 0x10200", "arm,cortex-a76") "}; };");
    const struct model_board *board = fixture_board(f);
    assert_int_equal(board->cpus[1].core, 1);
    assert_int_equal(board->cpus[1].cluster, 0);
    assert_int_equal(board->cpus[2].mpidr.v, 0x100010200);
    assert_int_equal(board->cpus[2].core, 2);
    assert_int_equal(board->cpus[2].cluster, 1);
    /* Their L2 caches are their own. */
    assert_int_equal(board->caches_count, 0);
    assert_int_equal(board->phys_limit, (aj_addr)1 << 40);
}

static void physical_addresses(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board =
        fixture_board_of(f, "&cpu0 { compatible = \"arm,cortex-a72\"; };");
    assert_int_equal(board->phys_limit, (aj_addr)1 << 40);
    assert_int_equal(notes_of(board, "phys-limit"), 1);
    board = fixture_board_of(
        f,
        "&cpu0 { compatible = \"arm,cortex-a72\"; }; &cpu1 { compatible = \"arm,cortex-a57\"; };");
    assert_int_equal(board->phys_limit, (aj_addr)1 << 44);
    board = fixture_board_of(f, "&cpu0 { compatible = \"vendor,new\"; };");
    assert_int_equal(board->phys_limit, (aj_addr)1 << 40);
    /* As many bits as the registers of the board need. */
    board = fixture_board_of(f, "&cpu0 { compatible = \"vendor,new\"; };"
                                "&cpu1 { compatible = \"vendor,new\"; };"
                                "/ { far@87e024000000 { compatible = \"test,far\";"
                                " reg = <0x87e0 0x24000000 0 0x1000>; }; };");
    assert_int_equal(board->phys_limit, (aj_addr)1 << 48);
}

static void capacity(void **state)
{
    struct extract_fixture *f = *state;
    const struct model_board *board = fixture_board_of(f, "");
    assert_int_equal(board->cpus[1].capacity, 1024);
    board = fixture_board_of(f, "&cpu0 { compatible = \"arm,cortex-a72\"; };");
    assert_int_equal(board->cpus[1].capacity, AJ_NONE32);
    board = fixture_board_of(
        f, "&cpu0 { capacity-dmips-mhz = <1024>; }; &cpu1 { capacity-dmips-mhz = <512>; };");
    assert_int_equal(board->cpus[0].capacity, 1024);
    assert_int_equal(board->cpus[1].capacity, 512);
}

static void offline_in_the_tree(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "&cpu1 { status = \"disabled\"; };");
    assert_true(board->cpus[0].online);
    assert_false(board->cpus[1].online);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(t41_order_of_the_blob),
        EXTRACT_TEST(t16_order_of_directories),
        EXTRACT_TEST(t42_sysfs),
        EXTRACT_TEST(t44_cpu_without_a_node),
        EXTRACT_TEST(enable_methods),
        EXTRACT_TEST(cpu_map),
        EXTRACT_TEST(affinity_with_threads),
        EXTRACT_TEST(physical_addresses),
        EXTRACT_TEST(capacity),
        EXTRACT_TEST(offline_in_the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
