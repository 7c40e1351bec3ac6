/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of shared memory links. The hypervisor knows a link by the bdf of its devices alone, over
 * all cells; sections[0] is the state table, [1] common, [2 + n] the output of peer n.
 */
#include "base/rangeset.h"
#include "base/units.h"
#include "model/check_priv.h"

#define DEMO_PEERS 3       /* inmates/demos: ivshmem-demo */
#define PROTO_ID   0x3fffu /* device id in the virtio protocols, also that of custom ones */

/* One end of a link. */
struct end {
    const struct model_cell *cell;
    const struct model_pci_device *device;
    size_t cell_ix, device_ix;
    bool sections; /* its sections exist */
};

static void broken(struct model_check *ck, enum model_rule_name name, const struct end *end,
                   const char *fmt, ...) AJ_PRINTF(4, 5);

static void broken(struct model_check *ck, enum model_rule_name name, const struct end *end,
                   const char *fmt, ...)
{
    const uint16_t bdf = end->device->bdf;
    va_list args;
    va_start(args, fmt);
    const char *text = aj_vstrf(ck->cx->scratch, fmt, args);
    va_end(args);
    model_check_broken(ck, name, end->cell, "%s link %02x:%02x.%x: %s",
                       model_check_cell_text(ck, end->cell), bdf >> 8, (bdf >> 3) & 31, bdf & 7,
                       text);
    aj_diag_path(ck->cx, "pci_devices[%zu]", end->device_ix);
}

static size_t first_section(const struct end *end)
{
    return end->device->shmem_regions_start;
}

static size_t sections_count(const struct end *end)
{
    return 2 + (size_t)end->device->shmem_peers;
}

static const struct model_memory *section(const struct end *end, size_t n)
{
    return &end->cell->mem_regions[first_section(end) + n];
}

static const char *section_text(struct model_check *ck, const struct end *end, size_t n)
{
    return model_check_range_text(ck, model_region_phys(section(end, n)));
}

/* Rules that need no sections. */
static void judge_device(struct model_check *ck, struct end *end)
{
    const struct model_pci_device *d = end->device;
    const uint32_t mask = d->bar_mask[0];
    const uint64_t needed = (uint64_t)d->shmem_regions_start + 2 + d->shmem_peers;
    end->sections = needed <= end->cell->mem_regions_count;
    if (!end->sections)
        broken(ck, MODEL_RULE_IVS_1, end, "its sections end at region %llu, the cell has %zu",
               (unsigned long long)needed, end->cell->mem_regions_count);
    if (d->num_msix_vectors > JAILHOUSE_IVSHMEM_MAX_MSIX)
        broken(ck, MODEL_RULE_IVS_2, end, "%u MSI-X vectors", d->num_msix_vectors);
    if (d->shmem_dev_id >= JAILHOUSE_IVSHMEM_MAX_PEERS)
        broken(ck, MODEL_RULE_IVS_3, end, "peer id %u", d->shmem_dev_id);
    else if (d->shmem_dev_id >= d->shmem_peers)
        broken(ck, MODEL_RULE_IVS_5, end, "peer id %u of %u peers", d->shmem_dev_id,
               d->shmem_peers);
    if ((mask & 0xfff) != 0 || !aj_is_pow2((uint64_t)(~mask) + 1) || mask == 0)
        broken(ck, MODEL_RULE_IVS_14, end, "BAR mask 0x%x", mask);
    if ((d->bdf & 7) != 0 ||
        (ck->header != NULL && ck->header->pci_is_virtual != 0 && d->bdf >> 8 != 0))
        broken(ck, MODEL_RULE_IVS_20, end, "its address is not device 0 to 31, function 0");
}

static void judge_access(struct model_check *ck, const struct end *end, size_t n)
{
    const struct model_memory *s = section(end, n);
    const bool writable = (s->flags & JAILHOUSE_MEM_WRITE) != 0;
    const bool own = n == 2 + (size_t)end->device->shmem_dev_id;
    if (n == 0 && writable)
        broken(ck, MODEL_RULE_IVS_10, end, "its state table %s is writable",
               section_text(ck, end, n));
    else if (n >= 2 && writable != own)
        broken(ck, writable ? MODEL_RULE_IVS_10 : MODEL_RULE_IVS_24, end,
               "output section %zu (%s) is %s, it is peer %u", n - 2, section_text(ck, end, n),
               writable ? "writable" : "not writable", end->device->shmem_dev_id);
    if (end->cell == ck->root && (s->flags & JAILHOUSE_MEM_READ) == 0)
        broken(ck, MODEL_RULE_IVS_12, end, "section %zu (%s) is not readable", n,
               section_text(ck, end, n));
    if (end->cell != ck->root && model_region_is_taken(s))
        broken(ck, MODEL_RULE_IVS_11, end, "section %zu (%s) is %s", n, section_text(ck, end, n),
               (s->flags & JAILHOUSE_MEM_ROOTSHARED) == 0 ? "not shared with the root"
                                                          : "loadable");
}

/* Each section begins where the one before it ends; empty ones take no room. */
static void judge_contiguous(struct model_check *ck, const struct end *end)
{
    const struct model_memory *before = section(end, 0);
    for (size_t n = 1; n < sections_count(end); n++) {
        const struct model_memory *s = section(end, n);
        aj_addr expected;
        if (s->size == 0)
            continue;
        if (aj_add_u64(before->virt_start, before->size, &expected) && s->virt_start != expected) {
            broken(ck, MODEL_RULE_IVS_8, end,
                   "section %zu is at 0x%llx, the one before ends at "
                   "0x%llx",
                   n, (unsigned long long)s->virt_start, (unsigned long long)expected);
            return;
        }
        before = s;
    }
}

static void judge_outputs(struct model_check *ck, const struct end *end)
{
    for (size_t n = 3; n < sections_count(end); n++) {
        if (section(end, n)->size == section(end, 2)->size)
            continue;
        broken(ck, MODEL_RULE_IVS_9, end, "output section %zu has 0x%llx bytes, the first 0x%llx",
               n - 2, (unsigned long long)section(end, n)->size,
               (unsigned long long)section(end, 2)->size);
        return;
    }
}

/* The size of the BAR says what pages the cell's kernel is taken to have; 4 KiB are nothing to say. */
static void judge_granularity(struct model_check *ck, const struct end *end)
{
    const aj_size bar = (aj_size)~end->device->bar_mask[0] + 1;
    if (!aj_is_pow2(bar) || bar < AJ_PAGE || bar > UINT32_MAX)
        return; /* IVS-14 */
    if (end->cell == ck->root && ck->board != NULL && bar != model_check_root_page(ck))
        broken(ck, MODEL_RULE_IVS_15, end, "its BAR has %s, the root's Linux pages of %s",
               aj_format_size(ck->cx->scratch, bar),
               aj_format_size(ck->cx->scratch, model_check_root_page(ck)));
    for (size_t n = 0; n < sections_count(end) && bar > AJ_PAGE; n++) {
        const struct model_memory *s = section(end, n);
        if (aj_is_aligned(s->phys_start | s->virt_start | s->size, bar))
            continue;
        broken(ck, MODEL_RULE_IVS_15, end, "section %zu (%s) is no multiple of %s", n,
               section_text(ck, end, n), aj_format_size(ck->cx->scratch, bar));
        return;
    }
}

static void judge_sections(struct model_check *ck, const struct end *end)
{
    const struct model_memory *state = section(end, 0);
    if (state->size == 0 ||
        !aj_is_aligned(state->phys_start | state->virt_start | state->size, AJ_PAGE))
        broken(ck, MODEL_RULE_IVS_13, end, "its state table is %s", section_text(ck, end, 0));
    for (size_t n = 0; n < sections_count(end); n++) {
        if (section(end, n)->size > 0)
            judge_access(ck, end, n);
    }
    judge_contiguous(ck, end);
    judge_outputs(ck, end);
    judge_granularity(ck, end);
}

static void judge_protocol(struct model_check *ck, const struct end *end)
{
    const uint16_t protocol = end->device->shmem_protocol;
    const bool rw = section(end, 1)->size > 0;
    bool outputs = false;
    for (size_t n = 2; n < sections_count(end); n++)
        outputs = outputs || section(end, n)->size > 0;
    if (protocol == JAILHOUSE_SHMEM_PROTO_UNDEFINED &&
        (end->device->shmem_peers != DEMO_PEERS ||
         (ck->arch == MODEL_ARCH_X86 &&
          end->device->num_msix_vectors != JAILHOUSE_IVSHMEM_MAX_MSIX)))
        broken(ck, MODEL_RULE_IVS_23, end, "%u peers, %u MSI-X vectors", end->device->shmem_peers,
               end->device->num_msix_vectors);
    if (protocol == JAILHOUSE_SHMEM_PROTO_VETH && (end->device->shmem_peers != 2 || rw))
        broken(ck, MODEL_RULE_IVS_18, end, "%u peers%s", end->device->shmem_peers,
               rw ? ", a common section" : "");
    if (protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT &&
        (end->device->shmem_peers != 2 || outputs))
        broken(ck, MODEL_RULE_IVS_19, end, "%u peers%s", end->device->shmem_peers,
               outputs ? ", output sections" : "");
}

static bool protocols_fit(uint16_t a, uint16_t b)
{
    const bool virtio = a >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT;
    if (!virtio || b < JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT)
        return a == b;
    return (a & PROTO_ID) == (b & PROTO_ID) && (a & ~PROTO_ID) != (b & ~PROTO_ID);
}

static void compare_sections(struct model_check *ck, const struct end *end, const struct end *with)
{
    for (size_t n = 0; n < sections_count(end) && n < sections_count(with); n++) {
        const struct model_memory *a = section(end, n);
        const struct model_memory *b = section(with, n);
        if (a->size == b->size && (a->size == 0 || a->phys_start == b->phys_start))
            continue;
        broken(ck, MODEL_RULE_IVS_7, end, "section %zu is %s, in %s it is %s", n,
               section_text(ck, end, n), model_check_cell_text(ck, with->cell),
               section_text(ck, with, n));
        return;
    }
}

/* `with` is the first end of the link; the root's if it takes part. */
static void compare_ends(struct model_check *ck, const struct end *end, const struct end *with)
{
    const struct model_pci_device *a = end->device;
    const struct model_pci_device *b = with->device;
    const char *who = model_check_cell_text(ck, with->cell);
    if (a->shmem_peers != b->shmem_peers)
        broken(ck, MODEL_RULE_IVS_6, end, "%u peers, in %s %u", a->shmem_peers, who,
               b->shmem_peers);
    if (a->num_msix_vectors != b->num_msix_vectors)
        broken(ck, MODEL_RULE_IVS_16, end, "%u vectors, in %s %u", a->num_msix_vectors, who,
               b->num_msix_vectors);
    if (!protocols_fit(a->shmem_protocol, b->shmem_protocol))
        broken(ck, MODEL_RULE_IVS_17, end, "protocol 0x%x, in %s 0x%x", a->shmem_protocol, who,
               b->shmem_protocol);
    if (end->sections && with->sections)
        compare_sections(ck, end, with);
}

static void judge_link(struct model_check *ck, const struct end *ends, size_t count)
{
    const struct end *owner[UINT8_MAX + 1] = {NULL};
    for (size_t i = 0; i < count; i++) {
        const uint8_t id = ends[i].device->shmem_dev_id;
        if (owner[id] == NULL)
            owner[id] = &ends[i];
        else
            broken(ck, MODEL_RULE_IVS_4, &ends[i], "it is peer %u, and so is %s", id,
                   model_check_cell_text(ck, owner[id]->cell));
        if (i > 0)
            compare_ends(ck, &ends[i], &ends[0]);
    }
}

static int compare_bdf(const void *pa, const void *pb)
{
    const struct end *a = pa;
    const struct end *b = pb;
    if (a->device->bdf != b->device->bdf)
        return a->device->bdf < b->device->bdf ? -1 : 1;
    if (a->cell_ix != b->cell_ix)
        return a->cell_ix < b->cell_ix ? -1 : 1;
    return (a->device_ix > b->device_ix) - (a->device_ix < b->device_ix);
}

static void report_links(struct model_check *ck, const struct model_span *a,
                         const struct model_span *b)
{
    /* Within one cell the overlap was reported as such. */
    if (a->cell == b->cell)
        return;
    model_check_broken(ck, MODEL_RULE_IVS_21, ck->cells[b->cell],
                       "%s and %s belong to different links",
                       model_check_region_text(ck, ck->cells[b->cell], b->region),
                       model_check_region_text(ck, ck->cells[a->cell], a->region));
    aj_diag_path(ck->cx, "mem_regions[%zu]", b->region);
}

/* Sections of all ends against each other; a group is a link. */
static void judge_between(struct model_check *ck, const struct end *ends, size_t count)
{
    AJ_VEC(struct model_span) spans = {0};
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; ends[i].sections && n < sections_count(&ends[i]); n++) {
            const struct model_memory *s = section(&ends[i], n);
            if (!model_region_is_sane(s))
                continue;
            const struct model_span span = {.first = s->phys_start,
                                            .last = aj_range_last(model_region_phys(s)),
                                            .group = ends[i].device->bdf,
                                            .cell = ends[i].cell_ix,
                                            .region = first_section(&ends[i]) + n};
            AJ_PUSH(ck->cx->scratch, &spans, span);
        }
    }
    model_spans_overlaps(ck, spans.items, spans.count, report_links);
}

/* What a guest takes for itself, of the sections of the root's links: the root is left without. */
static void judge_taken(struct model_check *ck, const struct end *ends, size_t count)
{
    struct aj_rangeset sections = {0};
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0;
             ends[i].sections && ends[i].cell == ck->root && n < sections_count(&ends[i]); n++) {
            if (model_region_is_sane(section(&ends[i], n)))
                aj_rangeset_add(ck->cx->scratch, &sections,
                                model_region_phys(section(&ends[i], n)));
        }
    }
    for (size_t c = ck->first_guest; c < ck->cells_count && sections.count > 0; c++) {
        for (size_t i = 0; i < ck->cells[c]->mem_regions_count; i++) {
            const struct model_memory *region = &ck->cells[c]->mem_regions[i];
            if (!model_region_is_sane(region) || model_region_is_comm(region) ||
                !model_region_is_ram(region) || (region->flags & JAILHOUSE_MEM_ROOTSHARED) != 0 ||
                !aj_rangeset_overlaps(&sections, model_region_phys(region)))
                continue;
            model_check_broken(
                ck, MODEL_RULE_IVS_21, ck->cells[c], "%s takes sections of a link of %s",
                model_check_region_text(ck, ck->cells[c], i), model_check_cell_text(ck, ck->root));
            aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        }
    }
}

void model_check_links(struct model_check *ck)
{
    AJ_VEC(struct end) ends = {0};
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->pci_devices_count; i++) {
            struct end end = {cell, &cell->pci_devices[i], c, i, false};
            if (!model_is_ivshmem(end.device))
                continue;
            judge_device(ck, &end);
            if (end.sections) {
                judge_sections(ck, &end);
                judge_protocol(ck, &end);
            }
            AJ_PUSH(ck->cx->scratch, &ends, end);
        }
    }
    if (ends.count > 0)
        qsort(ends.items, ends.count, sizeof *ends.items, compare_bdf);
    for (size_t first = 0, n; first < ends.count; first = n) {
        for (n = first + 1; n < ends.count; n++) {
            if (ends.items[n].device->bdf != ends.items[first].device->bdf)
                break;
        }
        judge_link(ck, &ends.items[first], n - first);
    }
    judge_between(ck, ends.items, ends.count);
    judge_taken(ck, ends.items, ends.count);
}
