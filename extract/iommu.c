/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IOMMU units, and the stream ids by which they know the devices. */
#include "extract/extract_priv.h"

#define STREAMS_MAX 256 /* of one device */
#define UNITS_MAX   1024
#define STREAM_BITS 0x7fffu /* of an id, and of a mask, that an MMU-500 compares */

/* Source: Linux drivers/iommu and its bindings; Jailhouse drives the first three types. Of ti,am654-pvu
 * the first registers are "cfg", the second "tlbif". */
static const struct {
    const char *pattern, *type;
} units[] = {
    {"arm,smmu-v3", "smmuv3"},          {"arm,mmu-500", "mmu500"},
    {"nvidia,smmu-500", "mmu500"},      {"marvell,ap806-smmu-500", "mmu500"},
    {"qcom,*smmu-500", "mmu500"},       {"ti,am654-pvu", "pvu"},
    {"arm,mmu-40[01]", "other"},        {"arm,smmu-v[12]", "other"},
    {"qcom,*smmu-v2", "other"},         {"rockchip,*iommu", "other"},
    {"renesas,ipmmu-*", "other"},       {"allwinner,*iommu", "other"},
    {"samsung,exynos-sysmmu", "other"},
};

static const char *unit_type(const struct aj_dt_node *node)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, "compatible");
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        for (size_t i = 0; i < AJ_COUNT(units); i++)
            if (extract_matches(units[i].pattern, text))
                return units[i].type;
    return NULL;
}

static void read_units(struct extract *ex)
{
    AJ_VEC(struct model_iommu_unit) found = {0};
    for (size_t i = 0; i < ex->devices.count && found.count < UNITS_MAX; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        const char *type = unit_type(device->node);
        if (type == NULL || device->d.regions_count == 0)
            continue;
        extract_from_node(ex, "iommu", aj_strf(ex->out, "%zu", found.count), NULL, device->node,
                          "compatible, reg");
        struct model_iommu_unit unit = {
            .type = type,
            .base = device->d.regions[0].phys_start,
            .size = device->d.regions[0].size,
            .node = device->node->path,
        };
        if (strcmp(type, "pvu") == 0 && device->d.regions_count > 1) {
            unit.tlb_base = device->d.regions[1].phys_start;
            unit.tlb_size = device->d.regions[1].size;
        }
        AJ_PUSH(ex->out, &found, unit);
    }
    ex->board->iommu = found.items;
    ex->board->iommu_count = found.count;
}

static bool has_stream(const uint32_t *streams, size_t count, uint32_t stream)
{
    for (size_t i = 0; i < count; i++)
        if (streams[i] == stream)
            return true;
    return false;
}

/*
 * The first cell of an entry is the id. An MMU-500 compares it under a mask, which is a second cell
 * or the unit's own; Jailhouse wants both in one word.
 */
static uint32_t stream_of(const struct aj_dt_ref *ref)
{
    uint32_t mask = 0;
    if (strcmp(unit_type(ref->node), "mmu500") != 0)
        return ref->args[0];
    if (ref->args_count > 1)
        mask = ref->args[1];
    else
        (void)aj_dt_u32(ref->node, "stream-match-mask", &mask);
    return (ref->args[0] & STREAM_BITS) | (mask & STREAM_BITS) << 16;
}

static bool is_stream(const struct aj_dt_ref *ref)
{
    return ref->node != NULL && ref->args_count > 0 && unit_type(ref->node) != NULL;
}

typedef AJ_VEC(uint32_t) stream_list;

static void read_streams(struct extract *ex, const struct aj_dt_node *node, stream_list *streams)
{
    struct aj_dt_ref ref;
    size_t at = 0;
    const struct aj_dt_prop *prop = aj_dt_prop(node, "iommus");
    while (streams->count < STREAMS_MAX && aj_dt_next_ref(ex->dt, prop, "#iommu-cells", &at, &ref))
        if (is_stream(&ref) && !has_stream(streams->items, streams->count, stream_of(&ref)))
            AJ_PUSH(ex->out, streams, stream_of(&ref));
}

/* Nodes without registers, of firmware mostly, are parts of the device above them. */
static void read_parts(struct extract *ex, const struct aj_dt_node *node, stream_list *streams)
{
    for (const struct aj_dt_node *part = node->children; part != NULL; part = part->next)
        if (part->available && ex->device_of[part->ix] == AJ_NONE32)
            read_streams(ex, part, streams);
}

void extract_iommu(struct extract *ex)
{
    read_units(ex);
    for (size_t i = 0; i < ex->devices.count; i++) {
        struct extract_device *device = &ex->devices.items[i];
        stream_list streams = {0};
        read_streams(ex, device->node, &streams);
        read_parts(ex, device->node, &streams);
        device->d.stream_ids = streams.items;
        device->d.stream_ids_count = streams.count;
    }
}
