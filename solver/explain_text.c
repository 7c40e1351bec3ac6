/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_text.h"

#include "base/units.h"
#include "solver/explain_learned.h"

const char *solver_cell_text(const struct solver_problem *p, uint32_t cell)
{
    return cell == SOLVER_ROOT ? "the root cell"
                               : aj_strf(p->arena, "guest %s", p->cells[cell].req->key);
}

/* In a file, an odd number of KiB or MiB is better read in hexadecimal; in a sentence it is not. */
const char *solver_size_text(const struct solver_problem *p, aj_size size)
{
    const bool mib = aj_is_aligned(size, AJ_MIB(1));
    if (size < AJ_GIB(8) && aj_is_aligned(size, AJ_KIB(1)) && !aj_is_aligned(size, AJ_GIB(1)))
        return aj_strf(p->arena, "%llu %s",
                       (unsigned long long)(size / (mib ? AJ_MIB(1) : AJ_KIB(1))),
                       mib ? "MiB" : "KiB");
    return aj_format_size(p->arena, size);
}

const char *solver_amount_text(const struct solver_problem *p, const struct solver_wish *wish,
                               uint64_t amount)
{
    if (wish->kind == SOLVER_WISH_CPUS)
        return aj_strf(p->arena, "%llu CPU%s", (unsigned long long)amount, amount == 1 ? "" : "s");
    return solver_size_text(p, amount);
}

static const char *region_name(const struct solver_problem *p, const struct solver_wish *wish)
{
    return wish->index == AJ_NONE32 ? "memory"
                                    : p->cells[wish->cell].req->mem_regions[wish->index].name;
}

const char *solver_wish_subject(const struct solver_problem *p, const struct solver_wish *wish)
{
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_HYPERVISOR: return "the hypervisor";
    case SOLVER_WISH_LINK: return aj_strf(p->arena, "link %s", p->req->links[wish->index].name);
    case SOLVER_WISH_NEAR:
    case SOLVER_WISH_MEMORY:
        return aj_strf(p->arena, "region %s of %s", region_name(p, wish),
                       solver_cell_text(p, wish->cell));
    case SOLVER_WISH_LOADER:
    case SOLVER_WISH_CPUS:
    case SOLVER_WISH_EXCLUSIVE:
    case SOLVER_WISH_TOGETHER:
    case SOLVER_WISH_DEVICE:
    case SOLVER_WISH_PICK:
    case SOLVER_WISH_CLASS:
    case SOLVER_WISH_NODE:
    case SOLVER_WISH_CONSOLE: break;
    case SOLVER_WISH_CONSTRAINT: return "the constraint";
    }
    return solver_cell_text(p, wish->cell);
}

static const char *cpus_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_cpu_request *cpus = &p->cells[wish->cell].req->cpus;
    if (!aj_cpuset_empty(&cpus->list))
        return aj_strf(p->arena, "CPU%s %s", aj_cpuset_count(&cpus->list) == 1 ? "" : "s",
                       aj_cpuset_format(p->arena, &cpus->list));
    return aj_strf(p->arena, "%s%s", wish->cell == SOLVER_ROOT ? "at least " : "",
                   solver_amount_text(p, wish, wish->amount));
}

const char *solver_domains_text(const struct solver_problem *p, uint8_t level)
{
    const size_t slot = (size_t)level - 1;
    const char *text = aj_strf(p->arena, "%s (CPUs ", aj_name_of(model_domain_names, level));
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        struct aj_cpuset cpus = {0};
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            if (p->cpus[k].domain[slot] == d)
                aj_cpuset_add(&cpus, p->cpus[k].id);
        }
        text = aj_strf(p->arena, "%s%s%s", text, d == 0 ? "" : "; ",
                       aj_cpuset_format(p->arena, &cpus));
    }
    return aj_strf(p->arena, "%s)", text);
}

const struct solver_request *solver_wish_request(const struct solver_problem *p,
                                                 const struct solver_wish *wish)
{
    static const uint8_t kinds[] = {[SOLVER_WISH_LOADER] = MODEL_MEM_LOADER,
                                    [SOLVER_WISH_HYPERVISOR] = MODEL_MEM_HYPERVISOR,
                                    [SOLVER_WISH_MEMORY] = MODEL_MEM_RAM,
                                    [SOLVER_WISH_LINK] = MODEL_MEM_LINK};
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (wish->kind < AJ_COUNT(kinds) && r->kind == kinds[wish->kind] && r->cell == wish->cell &&
            r->index == wish->index && !r->console)
            return r;
    }
    return NULL;
}

static const char *memory_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct solver_request *r = solver_wish_request(p, wish);
    const char *text = solver_size_text(p, wish->amount);
    if (r == NULL)
        return text;
    if (r->phys != AJ_NONE64)
        text = aj_strf(p->arena, "%s at 0x%llx", text, (unsigned long long)r->phys);
    else if (r->residue > 0)
        text = aj_strf(p->arena, "%s in one piece, %s above a multiple of %s as the guest sees it",
                       text, solver_size_text(p, r->residue), solver_size_text(p, r->alignment));
    else if (r->alignment > AJ_PAGE)
        text = aj_strf(p->arena, "%s in one piece, aligned to %s", text,
                       solver_size_text(p, r->alignment));
    else
        text = aj_strf(p->arena, "%s in one piece", text);
    if (r->virt != AJ_NONE64)
        text = aj_strf(p->arena, "%s, guest address 0x%llx", text, (unsigned long long)r->virt);
    return text;
}

static const char *peers_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_link_request *link = &p->req->links[wish->index];
    const char *text = "";
    for (size_t i = 0; i < link->peers_count; i++)
        text = aj_strf(p->arena, "%s%s%s", text, i == 0 ? "" : ", ", link->peers[i]);
    return text;
}

/* "serial1 with gpio2" */
static const char *device_text(const struct solver_problem *p, const char *ref)
{
    const struct model_device *device = model_device_by_ref(p->board, ref);
    const char *text = ref;
    for (size_t i = 0; device != NULL && i < device->closure_count; i++)
        text = aj_strf(p->arena, "%s%s%s", text, i == 0 ? " with " : ", ", device->closure[i]);
    return text;
}

static const char *console_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_console_request *console = &p->cells[wish->cell].req->console;
    if (console->ref != NULL)
        return device_text(p, console->ref);
    return aj_strf(p->arena, "at 0x%llx", (unsigned long long)console->description->address);
}

/* "big CPUs (4-5)" */
static const char *kind_text(const struct solver_problem *p, const struct model_cpu_request *cpus)
{
    const struct model_cpu_request alone = {.kind = cpus->kind};
    const struct aj_cpuset out = model_cpus_ruled_out(p->board, &alone);
    struct aj_cpuset of_class = p->facts->online;
    aj_cpuset_sub(&of_class, &out);
    return aj_strf(p->arena, "%s CPUs (%s)", aj_name_of(model_cpu_class_names, cpus->kind),
                   aj_cpuset_format(p->arena, &of_class));
}

const char *solver_pick_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_device_want *want = &p->cells[wish->cell].req->wants[wish->index];
    const char *text = "";
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct solver_pick *pick = &p->picks.items[i];
        for (uint32_t n = 0;
             pick->cell == wish->cell && pick->index == wish->index && n < pick->count; n++)
            text = aj_strf(p->arena, "%s%s%s", text, n == 0 ? "" : ", ",
                           p->devices.items[pick->candidates[n]].device->name);
    }
    if (want->device != NULL)
        return device_text(p, want->device);
    return aj_strf(p->arena, "%s (%s)", aj_name_of(model_device_class_names, want->any),
                   text[0] == '\0' ? "none is free to leave the root cell" : text);
}

const char *solver_wish_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const char *subject = solver_wish_subject(p, wish);
    const struct model_cell_request *req =
        wish->cell != AJ_NONE32 ? p->cells[wish->cell].req : NULL;
    const char *what = "";
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_CPUS: what = cpus_text(p, wish); break;
    case SOLVER_WISH_EXCLUSIVE:
        what = aj_strf(p->arena, "all or nothing of each %s",
                       solver_domains_text(p, req->cpus.exclusive));
        break;
    case SOLVER_WISH_TOGETHER:
        what =
            aj_strf(p->arena, "all its CPUs in one %s", solver_domains_text(p, req->cpus.together));
        break;
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_MEMORY: what = memory_text(p, wish); break;
    case SOLVER_WISH_LOADER:
        what = aj_strf(p->arena, "a boot region of %s", memory_text(p, wish));
        break;
    case SOLVER_WISH_LINK:
        what = aj_strf(p->arena, "%s, shared by %s", memory_text(p, wish), peers_text(p, wish));
        break;
    case SOLVER_WISH_DEVICE:
        what = aj_strf(p->arena, "device %s", device_text(p, req->devices[wish->index]));
        break;
    case SOLVER_WISH_PICK:
        what = aj_strf(p->arena, "a device of class %s", solver_pick_text(p, wish));
        break;
    case SOLVER_WISH_CONSOLE: what = aj_strf(p->arena, "console %s", console_text(p, wish)); break;
    case SOLVER_WISH_CLASS: what = kind_text(p, &req->cpus); break;
    case SOLVER_WISH_NODE:
        what = aj_strf(p->arena, "CPUs of node %s", aj_cpuset_format(p->arena, &req->cpus.nodes));
        break;
    case SOLVER_WISH_NEAR: what = "in the nodes of its guest's CPUs"; break;
    case SOLVER_WISH_CONSTRAINT:
        return solver_constraint_text(p, &p->req->constraints[wish->index]);
    }
    return aj_strf(p->arena, "%s: %s", subject, what);
}

const char *solver_request_text(const struct solver_problem *p, const struct solver_request *r)
{
    if (r->console && r->name != NULL)
        return aj_strf(p->arena, "console %s of %s", r->name, solver_cell_text(p, r->cell));
    if (r->console)
        return aj_strf(p->arena, "the console of %s", solver_cell_text(p, r->cell));
    switch ((enum model_mem_kind)r->kind) {
    case MODEL_MEM_HYPERVISOR: return "the hypervisor's memory";
    case MODEL_MEM_LINK: return aj_strf(p->arena, "link %s", r->name);
    case MODEL_MEM_LOADER:
        return aj_strf(p->arena, "the boot region of %s", solver_cell_text(p, r->cell));
    case MODEL_MEM_RAM:
    case MODEL_MEM_PCI: break;
    }
    return aj_strf(p->arena, "region %s of %s", r->name, solver_cell_text(p, r->cell));
}
