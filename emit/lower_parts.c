/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/lower_priv.h"

void emit_lower_add(const struct emit_lower *l, struct emit_regions *regions, struct aj_range range,
                    uint64_t flags, const char *comment)
{
    const struct model_memory region = {
        .phys_start = range.base,
        .virt_start = range.base,
        .size = range.size,
        .flags = flags,
        .comment = comment,
    };
    AJ_PUSH(l->out, &regions->list, region);
}

struct aj_range emit_lower_pages(struct aj_range range)
{
    const aj_addr first = aj_align_down(range.base, AJ_PAGE);
    const aj_addr last = aj_range_last(range) | (AJ_PAGE - 1);
    /* The whole address space has no size: one page less is as good. */
    return (struct aj_range){first, last - first == UINT64_MAX ? last - first : last - first + 1};
}

/* Links */

/* An empty section keeps its place in the array. */
static void add_section(const struct emit_lower *l, struct emit_regions *regions,
                        struct aj_range range, uint64_t flags, const char *comment)
{
    if (range.size > 0)
        emit_lower_add(l, regions, range, flags, comment);
    else
        AJ_PUSH(l->out, &regions->list, ((struct model_memory){.comment = comment}));
}

static bool peer_of(const struct model_plan_link *link, const char *key, size_t *peer)
{
    for (*peer = 0; *peer < link->peers_count; ++*peer)
        if (strcmp(link->peers[*peer], key) == 0)
            return true;
    return false;
}

static const struct model_plan_mem *link_memory(const struct emit_lower *l, const char *name)
{
    for (size_t i = 0; i < l->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &l->plan->memory[i];
        if (mem->kind == MODEL_MEM_LINK && mem->name != NULL && strcmp(mem->name, name) == 0)
            return mem;
    }
    return NULL;
}

/* Sections are pages, one behind the other, inside the link's memory. */
static enum aj_status check_link(const struct emit_lower *l, const struct model_plan_link *link)
{
    const struct model_plan_mem *mem = link_memory(l, link->name);
    aj_size outputs, size;
    if (mem == NULL || mem->phys_start != link->phys_start)
        return emit_lower_fail(l, "the plan has no memory for link '%s'", link->name);
    if (!aj_mul_u64(link->output_size, link->peers_count, &outputs) ||
        !aj_add_u64(outputs, link->rw_size, &size) || !aj_add_u64(size, link->state_size, &size) ||
        size > mem->size || link->state_size == 0)
        return emit_lower_fail(l, "the sections of link '%s' do not fit its memory", link->name);
    if (!aj_is_aligned(link->state_size | link->rw_size | link->output_size, AJ_PAGE))
        return emit_lower_fail(l, "the sections of link '%s' are not whole pages", link->name);
    if (link->device > 31 || link->peers_count > JAILHOUSE_IVSHMEM_MAX_PEERS)
        return emit_lower_fail(l, "link '%s' fits no virtual PCI device", link->name);
    if (l->board.arch != MODEL_ARCH_X86 && model_plan_mem(l->plan, MODEL_MEM_PCI) == NULL)
        return emit_lower_fail(l, "the plan has links and no virtual PCI host");
    return AJ_OK;
}

static void add_sections(const struct emit_lower *l, const struct model_plan_link *link, size_t own,
                         uint64_t flags, struct emit_regions *regions)
{
    const uint64_t read = JAILHOUSE_MEM_READ | flags, write = JAILHOUSE_MEM_WRITE;
    struct aj_range range = {link->phys_start, link->state_size};
    add_section(l, regions, range, read, aj_strf(l->out, "link %s: state table", link->name));
    range = (struct aj_range){range.base + range.size, link->rw_size};
    add_section(l, regions, range, read | write,
                aj_strf(l->out, "link %s: section of all", link->name));
    for (size_t peer = 0; peer < link->peers_count; peer++) {
        range = (struct aj_range){range.base + range.size, link->output_size};
        add_section(l, regions, range, peer == own ? read | write : read,
                    aj_strf(l->out, "link %s: output of %s", link->name, link->peers[peer]));
    }
}

/* Of the two virtio codes of a link, the first peer's is that of the back end. */
static uint16_t protocol_of(const struct model_plan_link *link, size_t peer)
{
    const uint16_t device = link->protocol & 0x3fff;
    if (link->protocol < JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT)
        return link->protocol;
    return (uint16_t)(device | (peer == 0 ? JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK
                                          : JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT));
}

/* Registers fill a page of the cell's kernel, which can map no less. */
static uint32_t bar_mask_of(const struct emit_lower *l, const char *key)
{
    const struct model_cell_request *cell = model_cell_by_key(l->req, key);
    const aj_size page = cell != NULL ? model_cell_page(&l->board, cell) : AJ_PAGE;
    return JAILHOUSE_IVSHMEM_BAR0_MASK & ~(uint32_t)(page - 1);
}

enum aj_status emit_lower_links(const struct emit_lower *l, const char *key, uint64_t flags,
                                struct emit_regions *regions, struct model_cell *cell)
{
    AJ_VEC(struct model_pci_device) devices = {0};
    const uint32_t bar_mask = bar_mask_of(l, key);
    for (size_t i = 0; i < l->plan->links_count; i++) {
        const struct model_plan_link *link = &l->plan->links[i];
        size_t peer;
        if (!peer_of(link, key, &peer))
            continue;
        AJ_TRY(check_link(l, link));
        struct model_pci_device device = {
            .type = JAILHOUSE_PCI_TYPE_IVSHMEM,
            .domain = l->pci_domain,
            .bdf = (uint16_t)(link->device << 3),
            .bar_mask = {bar_mask},
            .shmem_regions_start = (uint32_t)regions->list.count,
            .shmem_dev_id = (uint8_t)peer,
            .shmem_peers = (uint8_t)link->peers_count,
            .shmem_protocol = protocol_of(link, peer),
            .comment = aj_strf(l->out, "link %s", link->name),
        };
        if (l->board.arch == MODEL_ARCH_X86) {
            device.bdf = (uint16_t)(emit_x86_slot(l, link->device) << 3);
            device.bar_mask[1] = bar_mask; /* the table of its messages */
            device.num_msix_vectors = emit_x86_vectors(link->protocol);
            device.iommu = l->x86.iommu;
        }
        AJ_PUSH(l->out, &devices, device);
        add_sections(l, link, peer, flags, regions);
    }
    cell->pci_devices = devices.items;
    cell->pci_devices_count = devices.count;
    return AJ_OK;
}

/* Interrupts, CPUs, stream ids */

/* Blocks of 128 lines from the first SPI on; the last one must end at 1024 and so overlaps. */
void emit_lower_irqchips(const struct emit_lower *l, const struct aj_cpuset *intids,
                         struct model_cell *cell)
{
    static const uint32_t bases[] = {32, 160, 288, 416, 544, 672, 800, 896};
    AJ_VEC(struct model_irqchip) chips = {0};
    for (size_t b = 0; b < AJ_COUNT(bases); b++) {
        struct model_irqchip chip = {.address = l->board.platform.arm->gicd_base,
                                     .pin_base = bases[b]};
        const uint32_t fresh = b > 0 ? bases[b - 1] + 128 : bases[b];
        if (aj_cpuset_next(intids, fresh) >= bases[b] + 128)
            continue;
        for (uint32_t i = 0; i < 128; i++)
            if (aj_cpuset_has(intids, bases[b] + i))
                chip.pin_bitmap[i / 32] |= 1u << i % 32;
        AJ_PUSH(l->out, &chips, chip);
    }
    cell->irqchips = chips.items;
    cell->irqchips_count = chips.count;
}

void emit_lower_cpus(const struct aj_cpuset *cpus, struct model_cell *cell)
{
    cell->cpus = *cpus;
    cell->cpu_set_size = 8;
    while (aj_cpuset_next(cpus, cell->cpu_set_size * 8) < AJ_CPU_MAX)
        cell->cpu_set_size += 8;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void emit_lower_stream_ids(const struct emit_lower *l, const struct model_device *const *devices,
                           size_t devices_count, struct model_cell *cell)
{
    AJ_VEC(uint32_t) ids = {0};
    for (size_t i = 0; i < devices_count; i++)
        for (size_t k = 0; k < devices[i]->stream_ids_count; k++)
            AJ_PUSH(l->out, &ids, devices[i]->stream_ids[k]);
    if (ids.count == 0)
        return;
    qsort(ids.items, ids.count, sizeof *ids.items, by_number);
    size_t kept = 1;
    for (size_t i = 1; i < ids.count; i++)
        if (ids.items[i] != ids.items[kept - 1])
            ids.items[kept++] = ids.items[i];
    cell->stream_ids = ids.items;
    cell->stream_ids_count = kept;
}

/* Names */

static bool touches(const struct model_device *device, struct aj_range range)
{
    for (size_t i = 0; i < device->regions_count; i++) {
        const struct aj_range own = {device->regions[i].phys_start, device->regions[i].size};
        if (aj_range_ok(own) && aj_range_overlap(own, range))
            return true;
    }
    return false;
}

const char *emit_lower_names(const struct emit_lower *l, const struct model_device *const *devices,
                             size_t devices_count, struct aj_range range)
{
    enum { NAMES = 4 };
    struct aj_buf text = {0};
    size_t count = 0;
    for (size_t i = 0; i < devices_count; i++) {
        if (!touches(devices[i], range))
            continue;
        if (count++ < NAMES)
            aj_buf_addf(&text, "%s%s", count > 1 ? ", " : "", devices[i]->name);
    }
    if (count > NAMES)
        aj_buf_addf(&text, " and %zu more", count - NAMES);
    const char *names = count > 0 ? aj_strdup(l->out, aj_buf_text(&text)) : NULL;
    aj_buf_free(&text);
    return names;
}
