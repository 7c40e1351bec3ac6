/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of the hypervisor's own memory. What it needs is estimated from below, so that an error is
 * never wrong: sizes of image and per-CPU data as built from Jailhouse e57d1eff, and the page tables
 * that no arrangement can avoid.
 */
#include "model/check_priv.h"

#define BYTES_HEADER    356         /* jailhouse_system without its root cell */
#define LARGE_PAGE      AJ_MIB(2)   /* what entry.S of arm64 maps at first */
#define EARLY_PAGES     16          /* init_early of arm64 takes one more at 44 bits; measured */
#define GICD_PAGES      16          /* GICv3: what is mapped of the distributor */
#define GICR_PAGES      32          /* and of each CPU up to the last one listed */
#define TABLE_PAGES     512         /* that one page table maps */
#define ARM_VMALLOC_END 0xff800000u /* of Linux; the hypervisor is linked to 0xf0000000 */
#define ARM_HV_BASE     0xf0000000u

/* What a hypervisor takes before it maps any region. */
struct footprint {
    aj_size core, per_cpu;
    uint64_t word_bits;   /* of a long: the page allocator looks at whole words of its bitmap */
    uint64_t fixed_pages; /* page tables of the hypervisor, bitmap of mappings, root page tables */
    uint64_t per_cpu_pages; /* page tables of each CPU's temporary mappings */
    uint64_t cell_pages;    /* struct cell with its page, root page table, traps, PCI devices */
};

static const struct footprint footprints[] = {
    [MODEL_ARCH_X86] = {0x200000, 0x4000, 64, 10, 2, 6},
    [MODEL_ARCH_ARM] = {0x10000, 0x3000, 32, 8, 1, 5},
    [MODEL_ARCH_ARM64] = {0x20000, 0x4000, 64, 12, 3, 6},
};

static const struct footprint *footprint_of(const struct model_check *ck)
{
    return ck->arch <= MODEL_ARCH_ARM64 ? &footprints[ck->arch] : NULL;
}

static uint64_t config_bytes(const struct model_check *ck)
{
    return BYTES_HEADER + model_cell_bytes(ck->root);
}

static uint64_t pages(uint64_t bytes)
{
    return bytes / AJ_PAGE + (bytes % AJ_PAGE != 0);
}

/* A block of 2^shift bytes is mapped without a further table when a region covers all of it, equal
 * modulo its size. Regions come sorted, so that `next` is the first block not counted yet. */
static uint64_t region_tables(const struct model_memory *region, uint32_t shift, uint64_t *next)
{
    const struct aj_range range = model_region_virt(region);
    const aj_size block = UINT64_C(1) << shift;
    const uint64_t first = range.base >> shift;
    const uint64_t last = aj_range_last(range) >> shift;
    const uint64_t begin = first > *next ? first : *next;
    uint64_t count = 0;
    if (begin > last)
        return 0;
    if (!aj_is_aligned(region->phys_start ^ region->virt_start, block))
        count = last - begin + 1;
    else if (first == last)
        count = range.size < block;
    else
        count = (begin == first && !aj_is_aligned(range.base, block) ? 1u : 0u) +
                (aj_range_last(range) % block != block - 1 ? 1u : 0u);
    *next = last + 1;
    return count;
}

static int compare_virt(const void *pa, const void *pb)
{
    const struct model_memory *a = *(const struct model_memory *const *)pa;
    const struct model_memory *b = *(const struct model_memory *const *)pb;
    if (a->virt_start != b->virt_start)
        return a->virt_start < b->virt_start ? -1 : 1;
    return (a > b) - (a < b);
}

/* Tables of 4 KiB entries and of 2 MiB entries. */
static uint64_t cell_tables(struct model_check *ck, const struct model_cell *cell)
{
    const struct model_memory **sorted =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_memory *, cell->mem_regions_count);
    size_t count = 0;
    uint64_t small = 0, large = 0, total = 0;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_subpage(region))
            sorted[count++] = region;
    }
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, compare_virt);
    for (size_t i = 0; i < count; i++)
        total += region_tables(sorted[i], 21, &small) + region_tables(sorted[i], 30, &large);
    return total;
}

static void judge_pool(struct model_check *ck, const struct footprint *print)
{
    const aj_size size = ck->header->hypervisor_memory.size;
    const uint64_t cpus = model_check_max_cpus(ck);
    const uint64_t pool = (size - print->core) / AJ_PAGE;
    const uint64_t usable = pool / print->word_bits * print->word_bits;
    uint64_t need = cpus * (print->per_cpu / AJ_PAGE + print->per_cpu_pages) +
                    pages(config_bytes(ck)) + pages(pool / 8) + print->fixed_pages;
    for (size_t c = 0; c < ck->cells_count; c++)
        need += print->cell_pages + cell_tables(ck, ck->cells[c]);
    if (need > usable)
        model_check_broken(ck, MODEL_RULE_HV_2, NULL,
                           "the page pool of the hypervisor has %llu usable pages, root cell and "
                           "guests need %llu at least",
                           (unsigned long long)usable, (unsigned long long)need);
}

/* Until a CPU has page tables of its own it has those of entry.S, which end at 2 MiB. They are made
 * by one CPU after the other, the first of which maps the interrupt controller for all. */
static void judge_early(struct model_check *ck, const struct footprint *print)
{
    const aj_size size = ck->header->hypervisor_memory.size;
    const uint64_t last = model_check_max_cpus(ck);
    const uint64_t tables = ck->header->gic_version == 3 ? GICD_PAGES + last * GICR_PAGES : 1;
    const uint64_t data = pages(print->core + last * print->per_cpu) + pages(config_bytes(ck));
    const uint64_t early = EARLY_PAGES + pages((size - print->core) / AJ_PAGE / 8) +
                           (size + LARGE_PAGE - 1) / LARGE_PAGE +
                           (ck->root->cpu_set_size > sizeof(uint64_t) ? 1 : 0);
    const uint64_t need = data + early + 2 + (tables + TABLE_PAGES - 1) / TABLE_PAGES +
                          aj_cpuset_count(&ck->root->cpus) * print->per_cpu_pages;
    if (need > LARGE_PAGE / AJ_PAGE)
        model_check_broken(ck, MODEL_RULE_HV_6, NULL,
                           "image, CPUs' data and configuration take %llu pages, with the first "
                           "page tables %llu; the first 2 MiB have 512",
                           (unsigned long long)data, (unsigned long long)need);
}

static void judge_size(struct model_check *ck)
{
    const aj_size size = ck->header->hypervisor_memory.size;
    const struct footprint *print = footprint_of(ck);
    if (print == NULL)
        return;
    const uint64_t first = print->core + model_check_max_cpus(ck) * print->per_cpu;
    if (size <= first || size - first <= config_bytes(ck)) {
        model_check_broken(ck, MODEL_RULE_HV_1, NULL,
                           "the hypervisor has 0x%llx bytes, image and CPUs take 0x%llx, the "
                           "configuration 0x%llx",
                           (unsigned long long)size, (unsigned long long)first,
                           (unsigned long long)config_bytes(ck));
        return;
    }
    if (ck->arch == MODEL_ARCH_ARM64)
        judge_early(ck, print);
    if (ck->arch == MODEL_ARCH_ARM && size > ARM_VMALLOC_END - ARM_HV_BASE)
        model_check_broken(ck, MODEL_RULE_HV_9, NULL, "the hypervisor has 0x%llx bytes",
                           (unsigned long long)size);
    judge_pool(ck, print);
}

void model_check_hypervisor(struct model_check *ck)
{
    if (ck->header == NULL)
        return;
    const struct model_memory *hv = &ck->header->hypervisor_memory;
    if (!aj_is_aligned(hv->phys_start | hv->size, AJ_PAGE))
        model_check_broken(ck, MODEL_RULE_HV_4, NULL, "the hypervisor's memory is %s",
                           model_check_range_text(ck, model_region_phys(hv)));
    else if (ck->arch == MODEL_ARCH_ARM64 && !aj_is_aligned(hv->phys_start, LARGE_PAGE))
        model_check_broken(ck, MODEL_RULE_HV_5, NULL, "the hypervisor's memory begins at 0x%llx",
                           (unsigned long long)hv->phys_start);
    if (hv->size > 0 && !aj_range_ok(model_region_phys(hv)))
        model_check_broken(ck, MODEL_RULE_MEM_14, NULL,
                           "the hypervisor's memory %s ends above 2^64",
                           model_check_range_text(ck, model_region_phys(hv)));
    if (hv->virt_start != 0 || hv->flags != 0)
        model_check_broken(ck, MODEL_RULE_HV_11, NULL,
                           "the hypervisor's memory has a virtual address or flags");
    judge_size(ck);
}
