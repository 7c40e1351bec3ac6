/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture_x86.h"

#define TREE                                                           \
    "/ { mmc@1000 { compatible = \"x\"; reg = <0 0x1000 0 0x10>; };"   \
    " ethernet@2000 { compatible = \"x\"; reg = <0 0x2000 0 0x10>; };" \
    " ethernet@3000 { compatible = \"x\"; reg = <0 0x3000 0 0x10>; }; };"

static void fixture_devices(struct extract_fixture *f)
{
    static const char *const names[][2] = {
        {"1000.mmc", "mmc@1000"}, {"2000.eth", "ethernet@2000"}, {"3000.eth", "ethernet@3000"}};
    for (size_t i = 0; i < AJ_COUNT(names); i++)
        fixture_file(f, aj_strf(f->out, "/sys/bus/platform/devices/%s/of_node.link", names[i][0]),
                     aj_strf(f->out, "../../../firmware/devicetree/base/%s\n", names[i][1]));
    fixture_file(f, "/sys/class/net/eth0.link", "../../devices/platform/2000.eth/net/eth0\n");
    fixture_file(f, "/sys/class/net/eth1.link", "../../devices/platform/3000.eth/net/eth1\n");
}

static void expect(const struct model_board *board, const char *name, const char *reason)
{
    const struct model_device *device = device_of(board, name);
    assert_true((device->verdict == MODEL_VERDICT_ROOT_ONLY) == (reason != NULL));
    assert_true(reason == NULL || has_reason(device, reason));
}

static void disk_by_number_and_default_route(void **state)
{
    struct extract_fixture *f = *state;
    fixture_devices(f);
    fixture_file(f, "/proc/self/mountinfo",
                 "20 1 0:18 / /proc rw - proc proc rw\n"
                 "23 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw\n");
    fixture_file(f, "/sys/dev/block/179:2.link",
                 "../../devices/platform/1000.mmc/mmc_host/mmc0/block/mmcblk0/mmcblk0p2\n");
    fixture_file(f, "/proc/net/route",
                 "Iface\tDestination\tGateway\neth0\t00000000\t0101A8C0\neth1\t0001A8C0\t0\n");
    const struct model_board *board = fixture_board_of(f, TREE);
    expect(board, "mmc@1000", "the root file system is on it (mmcblk0p2)");
    expect(board, "ethernet@2000", "the network is reached through it (eth0)");
    expect(board, "ethernet@3000", NULL);
}

/* A volume of a file system with no number of its own, and a bridge over an interface. */
static void layers(void **state)
{
    struct extract_fixture *f = *state;
    fixture_devices(f);
    fixture_file(f, "/proc/self/mountinfo", "23 1 0:24 / / rw - btrfs /dev/mapper/dm-0 rw\n");
    fixture_file(f, "/sys/class/block/dm-0.link", "../../devices/virtual/block/dm-0\n");
    fixture_file(f, "/sys/class/block/dm-0/slaves/sda1.link", "../../sda1\n");
    fixture_file(f, "/sys/class/block/sda1.link",
                 "../../devices/platform/1000.mmc/block/sda/sda1\n");
    fixture_file(f, "/sys/class/block/sda1/slaves/dm-0.link", "../../dm-0\n");
    fixture_file(f, "/proc/net/ipv6_route",
                 "00000000000000000000000000000000 00 0 00 0 0 0 0 0 br0\n");
    fixture_file(f, "/sys/class/net/br0.link", "../../devices/virtual/net/br0\n");
    fixture_file(f, "/sys/class/net/br0/lower_eth1.link", "../eth1\n");
    const struct model_board *board = fixture_board_of(f, TREE);
    expect(board, "mmc@1000", "the root file system is on it (dm-0)");
    expect(board, "ethernet@2000", NULL);
    expect(board, "ethernet@3000", "the network is reached through it (br0)");
}

static void function_of_pci(void **state)
{
    struct extract_fixture *f = fixture_x86(state);
    fixture_function(f, "0000:00:02.0", 256, NULL, NULL);
    fixture_file(f, "/proc/net/route", "eth0 00000000\n");
    fixture_file(f, "/sys/class/net/eth0.link",
                 "../../devices/pci0000:00/0000:00:02.0/virtio0/net/eth0\n");
    expect(fixture_board(f), "0000:00:02.0", "the network is reached through it (eth0)");
}

/* A root in memory, one over the network, and lines that are cut off. */
static void nowhere(void **state)
{
    struct extract_fixture *f = *state;
    fixture_devices(f);
    fixture_file(f, "/proc/self/mountinfo", "1 1 0:2 / / rw - rootfs none rw\n23 1 179:2 / /\n");
    fixture_file(f, "/proc/net/route", "eth0\n../../x 00000000\n");
    const struct model_board *board = fixture_board_of(f, TREE);
    expect(board, "mmc@1000", NULL);
    expect(board, "ethernet@2000", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(disk_by_number_and_default_route),
        EXTRACT_TEST(layers),
        EXTRACT_TEST(function_of_pci),
        EXTRACT_TEST(nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
