/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

#define R      JAILHOUSE_MEM_READ
#define W      JAILHOUSE_MEM_WRITE
#define SHARED JAILHOUSE_MEM_ROOTSHARED

/* Both ends of the network link. */
static struct model_pci_device *end(struct sys *s, size_t n)
{
    return n == 0 ? &s->root_parts.pci[1] : &s->guest_parts[LINUX].pci[1];
}

static struct model_memory *net(struct sys *s, size_t n, size_t section)
{
    return n == 0 ? &s->root_parts.mem[NET + section] : &s->guest_parts[LINUX].mem[NET + section];
}

BREAKS(ivs_1)
{
    s->root_parts.pci[1].shmem_regions_start = ROOT_COUNT - 3;
}
HOLDS(ivs_1)
{
    s->root_parts.pci[1].shmem_regions_start = ROOT_COUNT - 4;
}
BREAKS(ivs_2)
{
    for (size_t n = 0; n < 2; n++)
        end(s, n)->num_msix_vectors = 17;
    s->header.pci_is_virtual = 0;
    s->host.ecam_base = s->header.pci_mmconfig_base;
}
HOLDS(ivs_2)
{
    for (size_t n = 0; n < 2; n++)
        end(s, n)->num_msix_vectors = 16;
    s->header.pci_is_virtual = 0;
}
BREAKS(ivs_3)
{
    /* The link has 13 peers for all: twelve is the first id beyond the limit. */
    end(s, 1)->shmem_dev_id = 12;
    net(s, 1, 3)->flags &= ~(uint64_t)W;
}
HOLDS(ivs_3)
{
    end(s, 1)->shmem_dev_id = 11;
}
BREAKS(ivs_4)
{
    s->guest_parts[BARE].pci[0].shmem_dev_id = 2;
    s->guest_parts[BARE].mem[DEMO + 3].flags &= ~(uint64_t)W;
    s->guest_parts[BARE].mem[DEMO + 4].flags |= W;
}
HOLDS(ivs_4)
{
    s->guest_parts[BARE].pci[0].shmem_dev_id = 1;
}
BREAKS(ivs_5)
{
    end(s, 1)->shmem_dev_id = 2;
    net(s, 1, 3)->flags &= ~(uint64_t)W;
}
HOLDS(ivs_5)
{
    end(s, 1)->shmem_dev_id = 1;
}
BREAKS(ivs_6)
{
    s->guest_parts[BARE].pci[0].shmem_peers = 2;
}
HOLDS(ivs_6)
{
    s->guest_parts[BARE].pci[0].shmem_peers = 3;
}
BREAKS(ivs_7)
{
    for (size_t n = 0; n < 5; n++)
        s->guest_parts[BARE].mem[DEMO + n].phys_start -= 0x41000;
}
HOLDS(ivs_7)
{
    for (size_t n = 0; n < 5; n++)
        s->guest_parts[BARE].mem[DEMO + n].virt_start -= 0x41000;
}
BREAKS(ivs_8)
{
    net(s, 1, 3)->virt_start += 0x1000;
}
HOLDS(ivs_8)
{
    for (size_t section = 0; section < 4; section++)
        net(s, 1, section)->virt_start += 0x10000000;
}
BREAKS(ivs_9)
{
    s->without_board = true;
    for (size_t n = 0; n < 2; n++)
        net(s, n, 3)->size -= 0x1000;
}
HOLDS(ivs_9)
{
    for (size_t n = 0; n < 2; n++) {
        net(s, n, 2)->size -= 0x1000;
        net(s, n, 3)->size -= 0x1000;
    }
}
BREAKS(ivs_10)
{
    net(s, 1, 2)->flags |= W;
}
HOLDS(ivs_10)
{
    s->guest_parts[BARE].mem[DEMO + 1].flags |= W;
}
BREAKS(ivs_10_state)
{
    net(s, 1, 0)->flags |= W;
}
BREAKS(ivs_11)
{
    net(s, 1, 2)->flags &= ~(uint64_t)SHARED;
}
BREAKS(ivs_11_loadable)
{
    net(s, 1, 2)->flags |= JAILHOUSE_MEM_LOADABLE;
}
HOLDS(ivs_11)
{
    net(s, 1, 1)->flags = 0; /* an empty section */
}
BREAKS(ivs_12)
{
    net(s, 0, 3)->flags = 0;
}
HOLDS(ivs_12)
{
    net(s, 1, 2)->flags = SHARED;
}
BREAKS(ivs_13)
{
    s->without_board = true;
    for (size_t n = 0; n < 2; n++)
        net(s, n, 0)->size = 0;
    for (size_t n = 0; n < 2; n++) {
        net(s, n, 0)->phys_start += 0x1000;
        net(s, n, 0)->virt_start += 0x1000;
    }
}
HOLDS(ivs_13)
{
    net(s, 0, 0)->size = 0x1000;
}
BREAKS(ivs_14)
{
    end(s, 1)->bar_mask[0] = 0;
}
HOLDS(ivs_14)
{
    end(s, 1)->bar_mask[0] = 0xffff0000;
}
BREAKS(ivs_15)
{
    end(s, 1)->bar_mask[0] = 0xffff0000;
}
HOLDS(ivs_15)
{
    for (size_t section = 0; section < 4; section++) {
        struct model_memory *mem = net(s, 1, section);
        mem->phys_start = mem->virt_start = 0x60000000 + section * 0x10000;
        mem->size = 0x10000;
    }
    end(s, 1)->bar_mask[0] = 0xffff0000;
}
BREAKS(ivs_15_root)
{
    s->board.kernel.page_size = AJ_KIB(64);
}
BREAKS(ivs_16)
{
    s->header.pci_is_virtual = 0;
    s->host.ecam_base = s->header.pci_mmconfig_base;
    end(s, 0)->num_msix_vectors = 2;
    end(s, 1)->num_msix_vectors = 3;
}
HOLDS(ivs_16)
{
    s->header.pci_is_virtual = 0;
    end(s, 0)->num_msix_vectors = 2;
    end(s, 1)->num_msix_vectors = 2;
}
BREAKS(ivs_17)
{
    end(s, 1)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_UNDEFINED;
}
HOLDS(ivs_17)
{
    end(s, 0)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK + 2;
    end(s, 1)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT + 2;
}
BREAKS(ivs_17_two_fronts)
{
    for (size_t n = 0; n < 2; n++) {
        end(s, n)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT + 2;
        *net(s, n, 1) = *net(s, n, 2);
        net(s, n, 1)->flags |= W;
        *net(s, n, 2) = (struct model_memory){0};
        *net(s, n, 3) = (struct model_memory){0};
    }
    s->without_board = true;
}
BREAKS(ivs_18)
{
    for (size_t n = 0; n < 2; n++) {
        *net(s, n, 1) = *net(s, n, 0);
        net(s, n, 1)->phys_start += 0x1000;
        net(s, n, 1)->virt_start += 0x1000;
        net(s, n, 1)->flags |= W;
        for (size_t section = 2; section < 4; section++) {
            net(s, n, section)->phys_start += 0x1000 - (section - 2) * 0x1000;
            net(s, n, section)->virt_start += 0x1000 - (section - 2) * 0x1000;
            net(s, n, section)->size -= 0x1000;
        }
    }
    s->without_board = true;
}
HOLDS(ivs_18)
{
    ivs_18_breaks(s);
    for (size_t n = 0; n < 2; n++)
        end(s, n)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_CUSTOM;
}
BREAKS(ivs_19)
{
    end(s, 0)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK + 2;
    end(s, 1)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT + 2;
}
HOLDS(ivs_19)
{
    ivs_17_two_fronts_breaks(s);
    end(s, 0)->shmem_protocol = JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK + 2;
}
BREAKS(ivs_20)
{
    for (size_t n = 0; n < 2; n++)
        end(s, n)->bdf = 0x108;
}
HOLDS(ivs_20)
{
    for (size_t n = 0; n < 2; n++)
        end(s, n)->bdf = 29 << 3;
}

/* A third guest with a link to the bare one, which the root does not see. */
static void private_link(struct sys *s, uint64_t start)
{
    const uint16_t bdf = 2 << 3;
    struct model_cell *third = sys_clone_guest(s, BARE, "third", 3);
    s->guest[LINUX].cpus = (struct aj_cpuset){{0x4}};
    s->guest_parts[GUESTS - 1].mem[BARE_RAM].phys_start -= 0x10000;
    third->mem_regions_count = BARE_COUNT;
    third->vpci_irq_base = 120;
    s->guest_parts[GUESTS - 1].chips[0].pin_bitmap[3] = 1 << 26;
    s->guest_parts[BARE].chips[0].pin_bitmap[3] |= 1 << 18;
    struct model_pci_device *pci = &s->guest_parts[GUESTS - 1].pci[0];
    *pci = s->guest_parts[LINUX].pci[1];
    pci->bdf = bdf;
    pci->shmem_dev_id = 1;
    pci->shmem_regions_start = DEMO;
    s->guest_parts[BARE].pci[1] = *pci;
    s->guest_parts[BARE].pci[1].shmem_dev_id = 0;
    s->guest_parts[BARE].pci[1].shmem_regions_start = BARE_COUNT;
    s->guest[BARE].pci_devices_count = 2;
    s->guest[BARE].mem_regions_count = BARE_COUNT + 4;
    for (size_t n = 0; n < 2; n++) {
        struct model_memory *mem =
            n == 0 ? &s->guest_parts[BARE].mem[BARE_COUNT] : &s->guest_parts[GUESTS - 1].mem[DEMO];
        mem[0] = (struct model_memory){start, start, 0x1000, R | SHARED, NULL};
        mem[1] = (struct model_memory){0};
        for (uint64_t k = 0; k < 2; k++) {
            const uint64_t at = start + 0x1000 + k * 0x1000;
            mem[2 + k] = (struct model_memory){at, at, 0x1000, R | SHARED | (k == n ? W : 0), NULL};
        }
    }
    s->guest_parts[GUESTS - 1].mem[DEMO + 4] = (struct model_memory){0};
}

BREAKS(ivs_21)
{
    private_link(s, 0x7fbfe000); /* the last pages of the network link, which bare does not see */
    s->header.hypervisor_memory.phys_start = 0x7fe00000;
    s->header.hypervisor_memory.size = 0x200000;
    s->without_board = true;
}
HOLDS(ivs_21)
{
    private_link(s, 0x7fc00000);
    s->header.hypervisor_memory.phys_start = 0x7fe00000;
    s->header.hypervisor_memory.size = 0x200000;
    s->without_board = true;
}
BREAKS(ivs_22)
{
    for (size_t n = 0; n < 2; n++) {
        for (size_t section = 0; section < 4; section++) {
            net(s, n, section)->phys_start -= 0x20000000;
            net(s, n, section)->virt_start -= 0x20000000;
        }
    }
    /* The root keeps its RAM around it, and has what the link leaves. */
    s->root_parts.mem[ROOT_RAM].size = 0x1fb01000;
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_ECAM].phys_start = 0x5fc00000;
    s->root_parts.mem[ROOT_ECAM].virt_start = 0x5fc00000;
    s->root_parts.mem[ROOT_ECAM].size = 0x1fef1000;
    s->root_parts.mem[ROOT_COUNT] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_COUNT].phys_start = 0x7fb01000;
    s->root_parts.mem[ROOT_COUNT].virt_start = 0x7fb01000;
    s->root_parts.mem[ROOT_COUNT].size = 0xff000;
    s->root.mem_regions_count = ROOT_COUNT + 1;
}
HOLDS(ivs_22)
{
    s->board.kernel.mem_limit = AJ_NONE64;
    ivs_22_breaks(s);
}
BREAKS(ivs_24)
{
    net(s, 1, 3)->flags &= ~(uint64_t)W;
}
HOLDS(ivs_24)
{
    net(s, 1, 3)->flags |= W;
}

const struct rule_case cases_link[] = {
    CASE(ivs_1, "ivs-1", sys_arm64, ivs_1),
    CASE(ivs_2, "ivs-2", sys_arm64, ivs_2),
    CASE(ivs_3, "ivs-3", sys_arm64, ivs_3),
    CASE(ivs_4, "ivs-4", sys_arm64, ivs_4),
    CASE(ivs_5, "ivs-5", sys_arm64, ivs_5),
    CASE_ALSO(ivs_6, "ivs-6", sys_arm64, ivs_6, "ivs-23"),
    CASE(ivs_7, "ivs-7", sys_arm64, ivs_7),
    CASE(ivs_8, "ivs-8", sys_arm64, ivs_8),
    CASE(ivs_9, "ivs-9", sys_arm64, ivs_9),
    CASE(ivs_10, "ivs-10", sys_arm64, ivs_10),
    CASE(ivs_10_state, "ivs-10", sys_arm64, ivs_10),
    CASE(ivs_11, "ivs-11", sys_arm64, ivs_11),
    CASE_ALSO(ivs_11_loadable, "ivs-11", sys_arm64, ivs_11, "*"),
    {"ivs-12", sys_arm64, ivs_12_breaks, ivs_12_holds, "mem-16"},
    CASE(ivs_13, "ivs-13", sys_arm64, ivs_13),
    CASE(ivs_14, "ivs-14", sys_arm64, ivs_14),
    CASE(ivs_15, "ivs-15", sys_arm64, ivs_15),
    CASE(ivs_15_root, "ivs-15", sys_arm64, ivs_15),
    CASE(ivs_16, "ivs-16", sys_arm64, ivs_16),
    CASE_ALSO(ivs_17, "ivs-17", sys_arm64, ivs_17, "ivs-23"),
    CASE(ivs_17_two_fronts, "ivs-17", sys_arm64, ivs_17),
    CASE(ivs_18, "ivs-18", sys_arm64, ivs_18),
    CASE(ivs_19, "ivs-19", sys_arm64, ivs_19),
    CASE(ivs_20, "ivs-20", sys_arm64, ivs_20),
    CASE(ivs_21, "ivs-21", sys_arm64, ivs_21),
    CASE(ivs_22, "ivs-22", sys_arm64, ivs_22),
    CASE(ivs_24, "ivs-24", sys_arm64, ivs_24),
    {NULL, NULL, NULL, NULL, NULL},
};
