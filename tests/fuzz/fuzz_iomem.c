/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text files of a target: every file beside a small device tree is a link to one with the hostile
 * text, so that /proc/iomem, /proc/interrupts, the kernel's log and sysfs are read at once.
 */
#include "base/num.h"
#include "tests/fuzz/snapshot.h"

#define TREE "sys/firmware/devicetree/base"
#define CPU0 "sys/devices/system/cpu/cpu0"
#define CPU7 "sys/devices/system/cpu/cpu7"

static const struct fuzz_file tree[] = {
    {TREE "/#address-cells", "\0\0\0\1", 4},
    {TREE "/cpus/cpu@0/reg", "\0\0\0\0\0\0\0\0", 8},
    {TREE "/cpus/cpu@1/reg", "\0\0\0\1\0\0\0\1", 8},
    {TREE "/memory/device_type", "memory", 7},
    {TREE "/memory/reg", "\x40\0\0\0\x40\0\0\0", 8},
};
static const char *const texts[] = {
    "proc/iomem",
    "proc/interrupts",
    "proc/cmdline",
    "proc/version",
    "proc/consoles",
    "commands/dmesg.txt",
    "sys/devices/jailhouse/enabled",
    "sys/devices/system/cpu/online",
    CPU0 "/uevent",
    CPU0 "/topology/core_id",
    CPU0 "/topology/thread_siblings_list",
    CPU0 "/cache/index2/level",
    CPU0 "/cache/index2/size",
    CPU0 "/cache/index2/shared_cpu_list",
    CPU7 "/uevent",
    CPU7 "/regs/identification/midr_el1",
    CPU7 "/cpu_capacity",
};

static void make_snapshot(void)
{
    static bool made;
    if (made)
        return;
    made = true;
    fuzz_snapshot_put(tree, AJ_COUNT(tree));
    for (size_t i = 0; i < AJ_COUNT(texts); i++)
        fuzz_snapshot_link(texts[i], "/text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct fuzz_file text = {"text", (const char *)data, size};
    make_snapshot();
    fuzz_snapshot_put(&text, 1);
    fuzz_snapshot_extract();
    return 0;
}
