/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of cache allocation: ways of the L3 cache of Intel processors. */
#include "model/check_priv.h"

#define WAYS    32 /* bits of a capacity mask: CPUID 0x10, EAX bits 4..0, plus one */
#define CLASSES 15 /* of service, without the root's: no processor has more than 16 */

static bool has_ways(const struct model_cell *cell)
{
    return cell->cache_regions_count == 1 && cell->cache_regions[0].size > 0 &&
           cell->cache_regions[0].start < WAYS &&
           cell->cache_regions[0].size <= WAYS - cell->cache_regions[0].start;
}

static uint64_t mask_of(const struct model_cell *cell)
{
    const struct model_cache_region *cache = cell->cache_regions;
    return ((UINT64_C(1) << cache->size) - 1) << cache->start;
}

static void judge_cell(struct model_check *ck, const struct model_cell *cell)
{
    const struct model_cache_region *cache = cell->cache_regions;
    const char *who = model_check_cell_text(ck, cell);
    if (cell->cache_regions_count == 0)
        return;
    if (ck->arch != MODEL_ARCH_X86 ||
        (ck->header != NULL && ck->header->iommu_units[0].type == JAILHOUSE_IOMMU_AMD))
        model_check_broken(ck, MODEL_RULE_CAT_5, cell, "%s has a cache region", who);
    if (ck->arch != MODEL_ARCH_X86)
        return;
    if (cell->cache_regions_count > 1)
        model_check_broken(ck, MODEL_RULE_CAT_1, cell, "%s has %zu cache regions", who,
                           cell->cache_regions_count);
    else if (cache->type != JAILHOUSE_CACHE_L3 || !has_ways(cell))
        model_check_broken(ck, MODEL_RULE_CAT_1, cell,
                           "%s: a cache region of type %u, %u ways from way %u", who, cache->type,
                           cache->size, cache->start);
    else if (cache->size == 1)
        model_check_broken(ck, MODEL_RULE_CAT_4, cell, "%s has way %u alone", who, cache->start);
}

/* The masks of the hypervisor while the guests are created in order: cat.c, shrink_root_cell_mask. */
struct ways {
    uint64_t root, freed;
};

/* What is above and below a gap: the lower part is not the root's any more. */
static void keep_upper(struct ways *ways)
{
    uint64_t low = 0;
    for (uint64_t bit = ways->root & -ways->root; bit != 0 && (ways->root & bit) != 0; bit <<= 1)
        low |= bit;
    if ((ways->root & ~low) == 0)
        return;
    ways->root &= ~low;
    ways->freed |= low;
}

/* A run of freed ways becomes the root's. */
static void refill(struct ways *ways)
{
    ways->root = 0;
    for (uint64_t bit = ways->freed & -ways->freed; (ways->freed & bit) != 0; bit <<= 1) {
        ways->root |= bit;
        ways->freed &= ~bit;
    }
}

static bool shrink(struct ways *ways, uint64_t cell)
{
    if ((ways->root & ~cell) != 0) {
        ways->root &= ~cell;
        keep_upper(ways);
    } else if (ways->freed != 0) {
        refill(ways);
    } else {
        return false;
    }
    ways->freed &= ~cell;
    return true;
}

static void judge_root(struct model_check *ck)
{
    struct ways ways = {(UINT64_C(1) << WAYS) - 1, 0};
    if (ck->root == NULL)
        return;
    if (has_ways(ck->root))
        ways.root = mask_of(ck->root);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        if (!has_ways(cell) || (cell->cache_regions[0].flags & JAILHOUSE_CACHE_ROOTSHARED) != 0 ||
            (ways.root & mask_of(cell)) == 0 || shrink(&ways, mask_of(cell)))
            continue;
        model_check_broken(ck, MODEL_RULE_CAT_2, cell, "%s takes the last ways of %s",
                           model_check_cell_text(ck, cell), model_check_cell_text(ck, ck->root));
        return;
    }
}

static void report_shared(struct model_check *ck, const struct model_span *a,
                          const struct model_span *b)
{
    model_check_broken(ck, MODEL_RULE_CAT_6, ck->cells[b->cell],
                       "%s and %s share ways of the cache",
                       model_check_cell_text(ck, ck->cells[a->cell]),
                       model_check_cell_text(ck, ck->cells[b->cell]));
}

static void judge_between(struct model_check *ck)
{
    struct model_span *spans = AJ_NEW_ARRAY(ck->cx->scratch, struct model_span, ck->cells_count);
    size_t count = 0;
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        if (!has_ways(ck->cells[c]))
            continue;
        const struct model_cache_region *cache = ck->cells[c]->cache_regions;
        spans[count++] = (struct model_span){.first = cache->start,
                                             .last = (aj_addr)cache->start + cache->size - 1,
                                             .group = c,
                                             .cell = c};
    }
    if (count > CLASSES)
        model_check_broken(ck, MODEL_RULE_CAT_3, NULL, "%zu guests have ways of the cache", count);
    model_spans_overlaps(ck, spans, count, report_shared);
}

void model_check_caches(struct model_check *ck)
{
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_cell(ck, ck->cells[c]);
    if (ck->arch != MODEL_ARCH_X86)
        return;
    judge_root(ck);
    judge_between(ck);
}
