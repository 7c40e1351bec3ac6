/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(hdr_2)
{
    s->guest[BARE].revision = 13;
}
HOLDS(hdr_2)
{
    s->header.revision = 13;
    s->guest[BARE].revision = 13;
    s->guest[LINUX].revision = 13;
}
BREAKS(hdr_3)
{
    s->guest[LINUX].architecture = MODEL_ARCH_X86;
}
HOLDS(hdr_3)
{
    /* The embedded descriptor says nothing. */
    s->root.architecture = MODEL_ARCH_X86;
}
BREAKS(hdr_3_board)
{
    s->board.arch = MODEL_ARCH_X86;
}
BREAKS(hdr_5)
{
    s->root.trailing_count = 57;
}
HOLDS(hdr_5)
{
    s->root.trailing_count = 0;
}
BREAKS(hdr_7)
{
    s->guest[BARE].name = "inmate-demo-with-a-name-of-32-by";
}
HOLDS(hdr_7)
{
    s->guest[BARE].name = "Zelle \xc3\xa4 34567890123456789012";
}
BREAKS(hdr_7_control)
{
    s->guest[BARE].name = "inmate\n";
}
BREAKS(hdr_7_utf8)
{
    s->guest[BARE].name = "inmate\xc3";
}
BREAKS(hdr_8)
{
    s->guest[LINUX].name = "qemu-arm64";
}
HOLDS(hdr_8)
{
    s->guest[LINUX].name = "qemu-arm6";
}
BREAKS(hdr_9)
{
    s->guest[LINUX].name = "42";
}
HOLDS(hdr_9)
{
    s->guest[LINUX].name = "42a";
}
BREAKS(hdr_10)
{
    s->root.id = 1;
}
HOLDS(hdr_10)
{
    s->guest[BARE].id = 1;
}
BREAKS(hdr_11)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags |= 0x200;
}
HOLDS(hdr_11)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags |= JAILHOUSE_MEM_NO_HUGEPAGES;
}
BREAKS(hdr_11_id)
{
    s->guest[BARE].id = 7;
}
BREAKS(hdr_12)
{
    /* The array behind it exists in the file alone. */
    static const uint32_t streams[16384];
    s->guest[BARE].stream_ids = streams;
    s->guest[BARE].stream_ids_count = (AJ_KIB(64) - 132 - 8 - 8 * 32 - 32 - 56) / 4 + 1;
}
HOLDS(hdr_12)
{
    static const uint32_t streams[16384];
    s->guest[BARE].stream_ids = streams;
    s->guest[BARE].stream_ids_count = (AJ_KIB(64) - 132 - 8 - 8 * 32 - 32 - 56) / 4;
}
BREAKS(hdr_13)
{
    s->guest[0].mem_regions_count = 0;
}
HOLDS(hdr_13)
{
    s->guest[0].mem_regions_count = 1;
}
BREAKS(hv_1)
{
    s->without_board = true;
    s->header.hypervisor_memory.size = AJ_KIB(192);
}
HOLDS(hv_1)
{
    s->header.hypervisor_memory.size = AJ_KIB(196);
}
BREAKS(hv_2)
{
    s->without_board = true;
    s->header.hypervisor_memory.size = AJ_KIB(512);
}
HOLDS(hv_2)
{
    s->header.hypervisor_memory.size = AJ_KIB(1024);
}
BREAKS(hv_3)
{
    s->header.hypervisor_memory.phys_start = 0xc0000000;
    s->root_parts.mem[ROOT_RAM + 1] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_RAM + 1].phys_start = 0x7fc00000;
    s->root_parts.mem[ROOT_RAM + 1].virt_start = 0x7fc00000;
    s->root_parts.mem[ROOT_RAM + 1].size = 0x400000;
}
HOLDS(hv_3)
{
    s->board.kernel.mem_limit = AJ_MIB(1020);
}
BREAKS(hv_3_linux)
{
    s->board.kernel.mem_limit = AJ_MIB(1020) + 0x1000;
    s->system.cells_count = 0;
    s->root.pci_devices_count = 0;
    memset(s->root_parts.mem, 0, ROOT_MMIO * sizeof s->root_parts.mem[0]);
    s->root_parts.mem[ROOT_RAM].size = 0x3fc00000;
}
BREAKS(hv_4)
{
    s->without_board = true;
    s->header.hypervisor_memory.size -= 0x800;
}
HOLDS(hv_4)
{
    s->header.hypervisor_memory.size -= 0x1000;
}
BREAKS(hv_5)
{
    s->without_board = true;
    s->header.hypervisor_memory.phys_start = 0x7fc10000;
    s->header.hypervisor_memory.size = 0x3f0000;
}
HOLDS(hv_5)
{
    s->header.hypervisor_memory.phys_start = 0x7fe00000;
    s->header.hypervisor_memory.size = 0x200000;
}
static void list_cpus(struct sys *s, uint32_t count)
{
    s->root.cpus = (struct aj_cpuset){{0}};
    s->root.cpu_set_size = count > 64 ? 16 : 8;
    for (uint32_t n = 0; n < count; n++)
        aj_cpuset_add(&s->root.cpus, n);
    s->header.hypervisor_memory.size = AJ_MIB(4);
    s->without_board = true;
}
BREAKS(hv_6)
{
    list_cpus(s, 65);
}
HOLDS(hv_6)
{
    list_cpus(s, 64);
}
BREAKS(hv_6_far)
{
    list_cpus(s, 4);
    s->root.cpu_set_size = 16;
    aj_cpuset_add(&s->root.cpus, 109);
}
HOLDS(hv_6_far)
{
    list_cpus(s, 4);
    s->root.cpu_set_size = 16;
    aj_cpuset_add(&s->root.cpus, 107);
}
BREAKS(hv_7)
{
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_ECAM].phys_start = 0x7fffe000;
    s->root_parts.mem[ROOT_ECAM].virt_start = 0x7fffe000;
    s->root_parts.mem[ROOT_ECAM].size = 0x1000;
}
HOLDS(hv_7)
{
    s->header.hypervisor_memory.size -= 0x2000;
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_ECAM].phys_start = 0x7fffe000;
    s->root_parts.mem[ROOT_ECAM].virt_start = 0x7fffe000;
    s->root_parts.mem[ROOT_ECAM].size = 0x2000;
}
BREAKS(hv_8)
{
    s->regions[2] = (struct model_region){
        .name = "optee", .phys_start = 0x7ff00000, .size = 0x100000, .type = MODEL_REGION_FIRMWARE};
    s->board.memory_regions_count = 3;
}
HOLDS(hv_8)
{
    /* The reservation made for it. */
    s->regions[2] = (struct model_region){.name = "jailhouse",
                                          .phys_start = 0x7fc00000,
                                          .size = 0x400000,
                                          .type = MODEL_REGION_FIRMWARE};
    s->board.memory_regions_count = 3;
}
BREAKS(hv_9)
{
    s->header.hypervisor_memory.phys_start = 0xc0000000;
    s->header.hypervisor_memory.size = 0xf801000;
    s->without_board = true;
}
HOLDS(hv_9)
{
    s->header.hypervisor_memory.phys_start = 0xc0000000;
    s->header.hypervisor_memory.size = 0xf800000;
    s->without_board = true;
}
BREAKS(hv_11)
{
    s->header.hypervisor_memory.flags = JAILHOUSE_MEM_READ;
}
HOLDS(hv_11)
{
    s->header.hypervisor_memory.flags = 0;
}

const struct rule_case cases_header[] = {
    CASE(hdr_2, "hdr-2", sys_arm64, hdr_2),
    CASE(hdr_3, "hdr-3", sys_arm64, hdr_3),
    CASE(hdr_3_board, "hdr-3", sys_arm64, hdr_3),
    CASE(hdr_5, "hdr-5", sys_arm64, hdr_5),
    CASE(hdr_7, "hdr-7", sys_arm64, hdr_7),
    CASE(hdr_7_control, "hdr-7", sys_arm64, hdr_7),
    CASE(hdr_7_utf8, "hdr-7", sys_arm64, hdr_7),
    CASE(hdr_8, "hdr-8", sys_arm64, hdr_8),
    CASE(hdr_9, "hdr-9", sys_arm64, hdr_9),
    CASE(hdr_10, "hdr-10", sys_arm64, hdr_10),
    CASE(hdr_11, "hdr-11", sys_arm64, hdr_11),
    CASE(hdr_11_id, "hdr-11", sys_arm64, hdr_11),
    CASE(hdr_12, "hdr-12", sys_arm64, hdr_12),
    CASE(hdr_13, "hdr-13", sys_x86, hdr_13),
    CASE(hv_1, "hv-1", sys_arm64, hv_1),
    CASE(hv_2, "hv-2", sys_arm64, hv_2),
    CASE(hv_3, "hv-3", sys_arm64, hv_3),
    CASE(hv_3_linux, "hv-3", sys_arm64, hv_3),
    CASE(hv_4, "hv-4", sys_arm64, hv_4),
    CASE(hv_5, "hv-5", sys_arm64, hv_5),
    CASE(hv_6, "hv-6", sys_arm64, hv_6),
    CASE(hv_6_far, "hv-6", sys_arm64, hv_6_far),
    CASE(hv_7, "hv-7", sys_arm64, hv_7),
    CASE(hv_8, "hv-8", sys_arm64, hv_8),
    CASE(hv_9, "hv-9", sys_arm, hv_9),
    CASE(hv_11, "hv-11", sys_arm64, hv_11),
    {NULL, NULL, NULL, NULL, NULL},
};
