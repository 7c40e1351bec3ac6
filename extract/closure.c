/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which devices must travel together: those that share a page of registers, a line of the GIC, or a
 * stream id. Only devices that Linux may use count; a disabled one disturbs nobody.
 */
#include "extract/extract_priv.h"

#define GROUP_MAX 256u /* members of a closure that is written out */

/* Why two devices belong together. */
enum bond { BOND_PAGE, BOND_LINE, BOND_STREAM };

static const char *const bond_texts[] = {
    [BOND_PAGE] = "a page of registers",
    [BOND_LINE] = "an interrupt line",
    [BOND_STREAM] = "a stream id",
};

/* Something a device has, as a range of keys: pages, a line, a stream of a unit. */
struct claim {
    uint64_t first, last;
    uint32_t unit; /* streams: the IOMMU's node */
    uint32_t device;
};

typedef AJ_VEC(struct claim) claim_list;

static uint32_t root_of(struct extract *ex, uint32_t device)
{
    struct extract_device *items = ex->devices.items;
    while (items[device].group != device) {
        items[device].group = items[items[device].group].group;
        device = items[device].group;
    }
    return device;
}

static void add_reason(struct extract *ex, struct extract_device *device, enum bond bond,
                       const struct extract_device *other)
{
    extract_reason(ex, device,
                   aj_strf(ex->out, "shares %s with %s", bond_texts[bond], other->d.name));
}

static void join(struct extract *ex, uint32_t a, uint32_t b, enum bond bond)
{
    if (a == b)
        return;
    add_reason(ex, &ex->devices.items[a], bond, &ex->devices.items[b]);
    add_reason(ex, &ex->devices.items[b], bond, &ex->devices.items[a]);
    const uint32_t x = root_of(ex, a), y = root_of(ex, b);
    ex->devices.items[x > y ? x : y].group = x > y ? y : x;
}

static int by_key(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    if (x->unit != y->unit)
        return x->unit < y->unit ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->device > y->device) - (x->device < y->device);
}

/* Joins each device with the one before it that reaches into its range. */
static void join_claims(struct extract *ex, claim_list *claims, enum bond bond)
{
    if (claims->count == 0)
        return;
    qsort(claims->items, claims->count, sizeof *claims->items, by_key);
    struct claim reach = claims->items[0];
    for (size_t i = 1; i < claims->count; i++) {
        const struct claim claim = claims->items[i];
        const bool together = claim.unit == reach.unit && claim.first <= reach.last;
        if (together)
            join(ex, reach.device, claim.device, bond);
        if (!together || claim.last > reach.last)
            reach = claim;
    }
}

static void claim_pages(struct extract *ex, uint32_t index, claim_list *claims)
{
    const struct model_device *d = &ex->devices.items[index].d;
    for (size_t i = 0; i < d->regions_count; i++) {
        const struct aj_range range = {d->regions[i].phys_start, d->regions[i].size};
        AJ_PUSH(ex->cx->scratch, claims,
                ((struct claim){range.base / AJ_PAGE, aj_range_last(range) / AJ_PAGE, 0, index}));
    }
}

static void claim_lines(struct extract *ex, uint32_t index, claim_list *claims)
{
    const struct model_device *d = &ex->devices.items[index].d;
    for (size_t i = 0; i < d->interrupts_count; i++) {
        const uint32_t intid = d->interrupts[i].intid;
        /* Private interrupts are each CPU's own. */
        if (intid != AJ_NONE32 && intid >= 32)
            AJ_PUSH(ex->cx->scratch, claims, ((struct claim){intid, intid, 0, index}));
    }
}

static void claim_streams(struct extract *ex, uint32_t index, claim_list *claims)
{
    const struct extract_device *device = &ex->devices.items[index];
    const struct aj_dt_prop *prop = aj_dt_prop(device->node, "iommus");
    struct aj_dt_ref ref;
    size_t at = 0;
    if (device->d.stream_ids_count == 0)
        return;
    while (aj_dt_next_ref(ex->dt, prop, "#iommu-cells", &at, &ref))
        if (ref.node != NULL && ref.args_count > 0)
            AJ_PUSH(ex->cx->scratch, claims,
                    ((struct claim){ref.args[0], ref.args[0], ref.node->ix, index}));
}

static void (*const claimers[])(struct extract *, uint32_t, claim_list *) = {
    [BOND_PAGE] = claim_pages,
    [BOND_LINE] = claim_lines,
    [BOND_STREAM] = claim_streams,
};

/* A line that a disabled device has too: whoever enables it shares the line. */
static void note_sleepers(struct extract *ex)
{
    bool sleeping[1024] = {false};
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct model_device *d = &ex->devices.items[i].d;
        for (size_t k = 0; d->status != NULL && k < d->interrupts_count; k++)
            if (d->interrupts[k].intid < AJ_COUNT(sleeping))
                sleeping[d->interrupts[k].intid] = true;
    }
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct model_device *d = &ex->devices.items[i].d;
        for (size_t k = 0; d->status == NULL && k < d->interrupts_count; k++)
            if (d->interrupts[k].intid < AJ_COUNT(sleeping) && sleeping[d->interrupts[k].intid])
                extract_reason(ex, &ex->devices.items[i],
                               "disabled devices have the same interrupt line");
    }
}

/* The members of a group, in the order of the devices. */
struct group {
    uint32_t *members;
    uint32_t count;
};

static void write_closure(struct extract *ex, uint32_t index, const struct group *group)
{
    const char **others = aj_alloc_array(ex->out, group->count, sizeof *others);
    size_t count = 0;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->members[i] != index)
            others[count++] = ex->devices.items[group->members[i]].d.name;
    ex->devices.items[index].d.closure = others;
    ex->devices.items[index].d.closure_count = count;
}

static void write_closures(struct extract *ex)
{
    const uint32_t count = (uint32_t)ex->devices.count;
    struct group *groups = AJ_NEW_ARRAY(ex->cx->scratch, struct group, count);
    for (uint32_t i = 0; i < count; i++)
        groups[root_of(ex, i)].count++;
    for (uint32_t i = 0; i < count; i++) {
        struct group *group = &groups[root_of(ex, i)];
        if (group->members == NULL) {
            group->members = AJ_NEW_ARRAY(ex->cx->scratch, uint32_t, group->count);
            group->count = 0;
        }
        group->members[group->count++] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct group *group = &groups[root_of(ex, i)];
        if (group->count > 1 && group->count <= GROUP_MAX)
            write_closure(ex, i, group);
        else if (group->count > GROUP_MAX)
            extract_reason(ex, &ex->devices.items[i],
                           aj_strf(ex->out, "hangs together with %u other devices",
                                   (unsigned)group->count - 1));
    }
}

void extract_closure(struct extract *ex)
{
    for (size_t i = 0; i < ex->devices.count; i++)
        ex->devices.items[i].group = (uint32_t)i;
    for (size_t bond = 0; bond < AJ_COUNT(claimers); bond++) {
        claim_list claims = {0};
        for (size_t i = 0; i < ex->devices.count; i++)
            if (ex->devices.items[i].d.status == NULL)
                claimers[bond](ex, (uint32_t)i, &claims);
        join_claims(ex, &claims, (enum bond)bond);
    }
    note_sleepers(ex);
    write_closures(ex);
}
