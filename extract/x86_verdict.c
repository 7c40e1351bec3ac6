/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of an x86 machine must travel together, and what can be given away. */
#include "extract/x86_priv.h"

static void judge(struct x86 *x, struct extract_device *device, enum model_verdict verdict,
                  const char *reason)
{
    if (verdict > device->d.verdict)
        device->d.verdict = (uint8_t)verdict;
    extract_reason(x->ex, device, reason);
}

/* Classes (base and sub class) that belong to the machine, not to a cell. */
static const struct {
    uint32_t class_code;
    const char *reason;
} of_the_root[] = {
    {0x0600, "it is the host bridge"},
    {0x0601, "it is the bridge to what was ISA"},
    {0x0604, "it is a bridge: what is behind it can be given away"},
    {0x0680, "it is a bridge"},
    {0x0580, "it belongs to the chipset"},
    {0x0800, "it is an interrupt controller"},
    {0x0806, "it is an IOMMU"},
    {0x0c05, "firmware and root talk to the board by it"},
};

static void judge_class(struct x86 *x, struct extract_device *device)
{
    const uint32_t class_code = device->d.pci->class_code >> 8;
    for (size_t i = 0; i < AJ_COUNT(of_the_root); i++)
        if (class_code == of_the_root[i].class_code)
            judge(x, device, MODEL_VERDICT_ROOT_ONLY, of_the_root[i].reason);
}

static void judge_function(struct x86 *x, const struct x86_function *f)
{
    struct extract_device *device = &x->ex->devices.items[f->device];
    const struct model_pci_function *pci = device->d.pci;
    judge_class(x, device);
    if (device->reasons.count > 0)
        judge(x, device, MODEL_VERDICT_SOFT, device->reasons.items[0]);
    for (size_t i = 0; i < device->reasons.count; i++)
        if (strncmp(device->reasons.items[i], "BAR ", 4) == 0)
            judge(x, device, MODEL_VERDICT_ROOT_ONLY, device->reasons.items[i]);
    if (f->bytes.size < 256)
        judge(x, device, MODEL_VERDICT_HARD,
              "only the header of its configuration space was readable");
    if (f->iommu == AJ_NONE32)
        judge(x, device, MODEL_VERDICT_UNSAFE,
              x->units.count == 0 ? "it masters the bus, and the machine has no IOMMU"
                                  : "it masters the bus without an IOMMU");
    if (pci->msi_vectors == 0 && pci->msix_vectors == 0 && device->d.interrupts_count == 0 &&
        x86_config(f, 0x3d, 1) != 0)
        judge(x, device, MODEL_VERDICT_HARD, "no interrupt of it can be routed to a guest");
    if (pci->reserved_count > 0)
        judge(x, device, MODEL_VERDICT_HARD, "firmware makes it use memory of its own");
}

/* An IOMMU of AMD is a function of its own. */
static void judge_units(struct x86 *x)
{
    for (size_t i = 0; i < x->units.count; i++) {
        const struct x86_function *f = x86_function_at(x, 0, x->units.items[i].bdf);
        if (f != NULL && strcmp(x->units.items[i].type, "amd") == 0)
            judge(x, &x->ex->devices.items[f->device], MODEL_VERDICT_ROOT_ONLY, "it is an IOMMU");
    }
}

/* What Linux works with: disks, and networks. */
static void judge_used(struct x86 *x, const char *class)
{
    struct extract *ex = x->ex;
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    if (!remote_list(ex->remote, class, ex->cx->scratch, &entries, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *name = extract_link_name(ex, entries[i].name);
        const char *link = remote_link(
            ex->remote, aj_strf(ex->cx->scratch, "%s/%s/device", class, name), ex->cx->scratch);
        for (size_t k = 0; link != NULL && k < ex->devices.count; k++)
            if (strstr(link, ex->devices.items[k].d.name) != NULL)
                extract_reason(ex, &ex->devices.items[k],
                               aj_strf(ex->out, "Linux' %s hangs on it", name));
    }
}

/* Closure: one isolation group, one page, or one line that both need. */
static const char *group_of(struct x86 *x, const struct x86_function *f)
{
    return remote_link(x->ex->remote, aj_strf(x->ex->cx->scratch, "%s/iommu_group", f->path),
                       x->ex->cx->scratch);
}

static bool share_a_page(const struct model_device *a, const struct model_device *b)
{
    for (size_t i = 0; i < a->regions_count; i++)
        for (size_t k = 0; k < b->regions_count; k++) {
            const struct model_mmio *p = &a->regions[i], *q = &b->regions[k];
            const aj_addr first = p->phys_start / AJ_PAGE;
            const aj_addr last = (p->phys_start + p->size - 1) / AJ_PAGE;
            if (first <= (q->phys_start + q->size - 1) / AJ_PAGE && q->phys_start / AJ_PAGE <= last)
                return true;
        }
    return false;
}

static bool share_a_line(const struct model_device *a, const struct model_device *b)
{
    return a->interrupts_count > 0 && b->interrupts_count > 0 &&
           a->interrupts[0].intid == b->interrupts[0].intid &&
           a->pci->msi_vectors + a->pci->msix_vectors == 0 &&
           b->pci->msi_vectors + b->pci->msix_vectors == 0;
}

/* Without groups of Linux: the functions of one slot can reach each other past the IOMMU. */
static bool hang_together(const struct x86 *x, const char *const *groups, size_t p, size_t q)
{
    const struct x86_function *f = &x->functions.items[p], *g = &x->functions.items[q];
    const struct model_device *a = &x->ex->devices.items[f->device].d;
    const struct model_device *b = &x->ex->devices.items[g->device].d;
    if (a->pci->bridge || b->pci->bridge)
        return false;
    if (groups[p] != NULL && groups[q] != NULL && strcmp(groups[p], groups[q]) == 0)
        return true;
    if (groups[p] == NULL && groups[q] == NULL && f->domain == g->domain &&
        f->bdf / 8 == g->bdf / 8)
        return true;
    return share_a_page(a, b) || share_a_line(a, b);
}

/* component[i]: the least index of those that function i hangs together with. */
static void find_components(const struct x86 *x, const char *const *groups, size_t *component)
{
    const size_t count = x->functions.count;
    size_t *queue = AJ_NEW_ARRAY(x->ex->cx->scratch, size_t, count);
    for (size_t i = 0; i < count; i++)
        component[i] = SIZE_MAX;
    for (size_t first = 0; first < count; first++) {
        size_t head = 0, tail = 0;
        if (component[first] != SIZE_MAX)
            continue;
        component[first] = first;
        queue[tail++] = first;
        while (head < tail) {
            const size_t at = queue[head++];
            for (size_t i = first + 1; i < count; i++)
                if (component[i] == SIZE_MAX && hang_together(x, groups, at, i)) {
                    component[i] = first;
                    queue[tail++] = i;
                }
        }
    }
}

static void write_closures(struct x86 *x, const size_t *component)
{
    for (size_t i = 0; i < x->functions.count; i++) {
        struct model_device *d = &x->ex->devices.items[x->functions.items[i].device].d;
        AJ_VEC(const char *) names = {0};
        for (size_t k = 0; k < x->functions.count; k++)
            if (k != i && component[k] == component[i])
                AJ_PUSH(x->ex->out, &names,
                        x->ex->devices.items[x->functions.items[k].device].d.name);
        d->closure = names.items;
        d->closure_count = names.count;
    }
}

void x86_verdicts(struct x86 *x)
{
    const char **groups = AJ_NEW_ARRAY(x->ex->cx->scratch, const char *, x->functions.count);
    size_t *component = AJ_NEW_ARRAY(x->ex->cx->scratch, size_t, x->functions.count);
    for (size_t i = 0; i < x->functions.count; i++) {
        groups[i] = group_of(x, &x->functions.items[i]);
        judge_function(x, &x->functions.items[i]);
    }
    judge_units(x);
    extract_roots_own(x->ex);
    judge_used(x, "/sys/class/net");
    judge_used(x, "/sys/class/block");
    find_components(x, groups, component);
    write_closures(x, component);
    for (size_t i = 0; i < x->ex->devices.count; i++) {
        struct extract_device *device = &x->ex->devices.items[i];
        device->d.reasons = device->reasons.items;
        device->d.reasons_count = device->reasons.count;
    }
}
