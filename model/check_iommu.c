/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of IOMMU units and of the streams of devices behind those of arm64. */
#include "model/check_priv.h"

#define SMR_MAX    128u /* groups and contexts of an MMU-500, at most: SMMUv2, IDR0 and IDR1 */
#define PVU_MAX    128u /* entries of one cell: ti-pvu_priv.h, MAX_PVU_ENTRIES */
#define PVU_STREAM 7u   /* MAX_VIRTID */

#define LOADER_REGION AJ_KIB(64) /* of a Linux guest, flagged for DMA on some boards */

static size_t units_count(const struct model_header *header)
{
    size_t count = 0;
    while (count < JAILHOUSE_MAX_IOMMU_UNITS && header->iommu_units[count].base != 0)
        count++;
    return count;
}

/* Does the hypervisor drive a unit of this type? */
static bool drives(const struct model_check *ck, uint32_t type)
{
    for (size_t i = 0; ck->header != NULL && i < units_count(ck->header); i++) {
        if (ck->header->iommu_units[i].type == type)
            return true;
    }
    return false;
}

/* What board.yml calls a unit that Jailhouse drives; NULL for a type the architecture lacks. */
static const char *type_text(const struct model_check *ck, uint32_t type)
{
    if (ck->arch == MODEL_ARCH_X86)
        return type == JAILHOUSE_IOMMU_AMD ? "amd" : type == JAILHOUSE_IOMMU_INTEL ? "intel" : NULL;
    return type == JAILHOUSE_IOMMU_SMMUV3       ? "smmuv3"
           : type == JAILHOUSE_IOMMU_PVU        ? "pvu"
           : type == JAILHOUSE_IOMMU_ARM_MMU500 ? "mmu500"
                                                : NULL;
}

static bool board_has(const struct model_board *board, const char *type)
{
    if (board == NULL || board->iommu_count == 0)
        return true;
    for (size_t i = 0; i < board->iommu_count; i++) {
        if (board->iommu[i].type != NULL && strcmp(board->iommu[i].type, type) == 0)
            return true;
    }
    return false;
}

static void judge_list(struct model_check *ck)
{
    const struct model_iommu *units = ck->header->iommu_units;
    const size_t count = units_count(ck->header);
    for (size_t i = count; i < JAILHOUSE_MAX_IOMMU_UNITS; i++) {
        if (units[i].base != 0)
            model_check_broken(ck, MODEL_RULE_IOM_1, NULL,
                               "IOMMU unit %zu follows the empty unit %zu", i, count);
    }
    for (size_t i = 0; i < count; i++) {
        const char *type = type_text(ck, units[i].type);
        if (type == NULL)
            model_check_broken(ck, MODEL_RULE_IOM_2, NULL, "IOMMU unit %zu has type %u", i,
                               units[i].type);
        else if (!board_has(ck->board, type))
            model_check_broken(ck, MODEL_RULE_IOM_2, NULL,
                               "IOMMU unit %zu is of type %s, the board has none of that type", i,
                               type);
        else if (units[i].type == JAILHOUSE_IOMMU_PVU &&
                 (units[i].tlb_base == 0 || units[i].tlb_size == 0))
            model_check_broken(ck, MODEL_RULE_IOM_16, NULL,
                               "IOMMU unit %zu is a PVU without a table of translations", i);
    }
    if (count == 0 && ck->arch == MODEL_ARCH_X86)
        model_check_broken(ck, MODEL_RULE_X86_1, NULL, "there is no IOMMU unit");
    if (count > 0 && ck->arch == MODEL_ARCH_ARM)
        model_check_broken(ck, MODEL_RULE_IOM_17, NULL, "%zu IOMMU units are listed", count);
}

/* The device of the board whose registers begin at `base`, if Linux drives it. */
static const struct model_device *driven_by_linux(const struct model_board *board, aj_addr base)
{
    for (size_t i = 0; i < board->devices_count; i++) {
        const struct model_device *device = &board->devices[i];
        if (device->linux_driver != NULL && device->regions_count > 0 &&
            device->regions[0].phys_start == base)
            return device;
    }
    return NULL;
}

static void judge_mmu500(struct model_check *ck, size_t i)
{
    const struct model_iommu *unit = &ck->header->iommu_units[i];
    const struct model_device *device = driven_by_linux(ck->board, unit->base);
    if (device != NULL)
        model_check_broken(ck, MODEL_RULE_IOM_4, NULL, "IOMMU unit %zu: Linux drives %s by %s", i,
                           device->name, device->linux_driver);
    for (size_t b = 0; b < ck->board->iommu_count; b++) {
        const struct model_iommu_unit *real = &ck->board->iommu[b];
        if (real->base == unit->base && real->size != AJ_NONE64 && real->size != 0 &&
            real->size != unit->size)
            model_check_broken(ck, MODEL_RULE_IOM_5, NULL,
                               "IOMMU unit %zu has 0x%x bytes, on the board 0x%llx", i, unit->size,
                               (unsigned long long)real->size);
    }
}

struct stream {
    uint32_t id;
    size_t cell, index;
};

static int compare_streams(const void *pa, const void *pb)
{
    const struct stream *a = pa;
    const struct stream *b = pb;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static void judge_owners(struct model_check *ck)
{
    AJ_VEC(struct stream) all = {0};
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->stream_ids_count; i++) {
            const struct stream stream = {ck->cells[c]->stream_ids[i], c, i};
            AJ_PUSH(ck->cx->scratch, &all, stream);
        }
    }
    if (all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, compare_streams);
    for (size_t i = 1; i < all.count; i++) {
        const struct stream *a = &all.items[i - 1];
        const struct stream *b = &all.items[i];
        if (a->id != b->id || a->cell == b->cell)
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_11, ck->cells[b->cell],
                           "%s and %s both own stream 0x%x",
                           model_check_cell_text(ck, ck->cells[a->cell]),
                           model_check_cell_text(ck, ck->cells[b->cell]), b->id);
        aj_diag_path(ck->cx, "stream_ids[%zu]", b->index);
    }
}

/* A stream id of an MMU-500 has the id in its low half and the bits to be ignored in the high. */
static uint32_t differ(uint32_t a, uint32_t b, uint32_t ignored)
{
    return (a ^ b) & 0x7fff & ~ignored;
}

/* The groups that the hypervisor has made so far: arm64/smmu.c, arm_smmu_find_sme. */
struct groups {
    struct stream of[SMR_MAX];
    size_t count;
};

/* Adds one stream; false if nothing more can be said. */
static bool add_group(struct model_check *ck, struct groups *groups, const struct stream *stream)
{
    const struct model_cell *cell = ck->cells[stream->cell];
    const uint32_t mask = stream->id >> 16;
    for (size_t n = 0; n < groups->count; n++) {
        const struct stream *group = &groups->of[n];
        const uint32_t other = group->id >> 16;
        if ((mask & other) == mask && differ(stream->id, group->id, other) == 0)
            return true;
        if (differ(stream->id, group->id, mask | other) != 0)
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_6, cell, "%s stream 0x%x overlaps stream 0x%x of %s",
                           model_check_cell_text(ck, cell), stream->id, group->id,
                           model_check_cell_text(ck, ck->cells[group->cell]));
        aj_diag_path(ck->cx, "stream_ids[%zu]", stream->index);
        return false;
    }
    if (groups->count == SMR_MAX) {
        model_check_broken(ck, MODEL_RULE_IOM_7, cell, "the cells list more than %u streams",
                           SMR_MAX);
        return false;
    }
    groups->of[groups->count++] = *stream;
    return true;
}

static void judge_groups(struct model_check *ck)
{
    struct groups *groups = AJ_NEW(ck->cx->scratch, struct groups);
    bool more = true;
    for (size_t c = 0; c < ck->cells_count && more; c++) {
        for (size_t i = 0; i < ck->cells[c]->stream_ids_count && more; i++) {
            const struct stream stream = {ck->cells[c]->stream_ids[i], c, i};
            more = add_group(ck, groups, &stream);
        }
    }
    if (ck->cells_count > SMR_MAX)
        model_check_broken(ck, MODEL_RULE_IOM_7, NULL, "%zu cells need as many contexts",
                           ck->cells_count);
}

static bool lists(const struct model_cell *cell, uint32_t stream)
{
    for (size_t i = 0; i < cell->stream_ids_count; i++) {
        if (cell->stream_ids[i] == stream)
            return true;
    }
    return false;
}

/* The first stream of a guest that the root does not list bit by bit. */
static void judge_return(struct model_check *ck, const struct model_cell *cell)
{
    for (size_t i = 0; i < cell->stream_ids_count && i <= SMR_MAX; i++) {
        if (lists(ck->root, cell->stream_ids[i]))
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_10, cell, "%s lists stream 0x%x, %s does not",
                           model_check_cell_text(ck, cell), cell->stream_ids[i],
                           model_check_cell_text(ck, ck->root));
        aj_diag_path(ck->cx, "stream_ids[%zu]", i);
        return;
    }
}

/* Entries of a region in the PVU's table, at most `most` + 1: ti-pvu.c, pvu_entrylist_create. */
static size_t pvu_entries(const struct model_memory *region, size_t most)
{
    static const uint32_t shifts[] = {34, 30, 29, 25, 21, 16, 14, 12};
    const aj_addr both = region->phys_start | region->virt_start;
    aj_size done = 0;
    size_t count = 0;
    while (done < region->size && count <= most) {
        size_t s = 0;
        while (s < AJ_COUNT(shifts) &&
               (!aj_is_aligned(region->phys_start + done, UINT64_C(1) << shifts[s]) ||
                !aj_is_aligned(region->virt_start + done, UINT64_C(1) << shifts[s]) ||
                region->size - done < UINT64_C(1) << shifts[s]))
            s++;
        if (s == AJ_COUNT(shifts) || !aj_is_aligned(both, AJ_PAGE))
            return most + 1; /* no page of its fits */
        done += UINT64_C(1) << shifts[s];
        count++;
    }
    return count;
}

static void judge_pvu(struct model_check *ck, const struct model_cell *cell)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->mem_regions_count && count <= PVU_MAX; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if ((region->flags & JAILHOUSE_MEM_DMA) != 0 && model_region_is_sane(region) &&
            !model_region_is_subpage(region) && !model_region_is_comm(region))
            count += pvu_entries(region, PVU_MAX);
    }
    if (count > PVU_MAX)
        model_check_broken(ck, MODEL_RULE_IOM_15, cell,
                           "%s: its memory for DMA takes more than %u entries",
                           model_check_cell_text(ck, cell), PVU_MAX);
    for (size_t i = 0; i < cell->stream_ids_count; i++) {
        if (cell->stream_ids[i] <= PVU_STREAM || drives(ck, JAILHOUSE_IOMMU_SMMUV3))
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_14, cell, "%s lists stream 0x%x",
                           model_check_cell_text(ck, cell), cell->stream_ids[i]);
        aj_diag_path(ck->cx, "stream_ids[%zu]", i);
        return;
    }
}

static void judge_smmuv3(struct model_check *ck)
{
    size_t streams = 0;
    for (size_t c = 0; c < ck->cells_count; c++) {
        streams += ck->cells[c]->stream_ids_count;
        if (c >= ck->first_guest && ck->cells[c]->stream_ids_count > 0)
            model_check_broken(ck, MODEL_RULE_IOM_13, ck->cells[c], "%s lists %zu streams",
                               model_check_cell_text(ck, ck->cells[c]),
                               ck->cells[c]->stream_ids_count);
    }
    if (streams == 0)
        model_check_broken(ck, MODEL_RULE_IOM_12, NULL, "no cell lists a stream");
}

/* A guest that has a device of the board alone, with an IOMMU in front of it. */
static void judge_devices(struct model_check *ck)
{
    for (size_t i = 0; i < ck->board->devices_count; i++) {
        const struct model_device *device = &ck->board->devices[i];
        const struct model_cell *owner = model_check_owner(ck, device);
        bool listed = device->stream_ids_count == 0;
        for (size_t k = 0; owner != NULL && k < device->stream_ids_count && !listed; k++)
            listed = lists(owner, device->stream_ids[k]);
        if (owner != NULL && !listed)
            model_check_broken(ck, MODEL_RULE_IOM_9, owner, "%s has %s, but not its stream 0x%x",
                               model_check_cell_text(ck, owner), device->name,
                               device->stream_ids[0]);
    }
}

/* Without an IOMMU devices see physical addresses, their drivers the guest's. */
static void judge_unprotected(struct model_check *ck, const struct model_cell *cell)
{
    const uint64_t kinds = JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED;
    bool device = false;
    for (size_t i = 0; i < cell->mem_regions_count; i++)
        device |= (cell->mem_regions[i].flags & kinds) == JAILHOUSE_MEM_IO &&
                  model_region_is_sane(&cell->mem_regions[i]);
    for (size_t i = 0; i < cell->mem_regions_count && device; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if ((region->flags & JAILHOUSE_MEM_DMA) == 0 || !model_region_is_ram(region) ||
            !model_region_is_sane(region) || region->size <= LOADER_REGION ||
            region->phys_start == region->virt_start)
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_18, cell, "%s is at 0x%llx for the guest",
                           model_check_region_text(ck, cell, i),
                           (unsigned long long)region->virt_start);
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        return;
    }
}

static void judge_arm64(struct model_check *ck)
{
    if (drives(ck, JAILHOUSE_IOMMU_ARM_MMU500)) {
        judge_groups(ck);
        if (ck->root->stream_ids_count == 0)
            model_check_broken(ck, MODEL_RULE_IOM_8, ck->root, "%s lists no stream",
                               model_check_cell_text(ck, ck->root));
        for (size_t c = ck->first_guest; c < ck->cells_count; c++)
            judge_return(ck, ck->cells[c]);
    }
    for (size_t i = 0; i < units_count(ck->header) && ck->board != NULL; i++) {
        if (ck->header->iommu_units[i].type == JAILHOUSE_IOMMU_ARM_MMU500)
            judge_mmu500(ck, i);
    }
    if (drives(ck, JAILHOUSE_IOMMU_SMMUV3))
        judge_smmuv3(ck);
    for (size_t c = 0; c < ck->cells_count && drives(ck, JAILHOUSE_IOMMU_PVU); c++)
        judge_pvu(ck, ck->cells[c]);
    if (ck->board != NULL && units_count(ck->header) > 0)
        judge_devices(ck);
}

void model_check_iommus(struct model_check *ck)
{
    judge_owners(ck);
    if (ck->header == NULL)
        return;
    judge_list(ck);
    if (ck->arch == MODEL_ARCH_ARM64)
        judge_arm64(ck);
    for (size_t c = ck->first_guest; c < ck->cells_count && ck->arm && units_count(ck->header) == 0;
         c++)
        judge_unprotected(ck, ck->cells[c]);
}
