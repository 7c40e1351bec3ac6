/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the requirements: devices, peers and sections of shared memory links. */
#include "model/check_plan_priv.h"

static const struct model_plan_mem *memory_of(const struct model_plan *plan, const char *link)
{
    for (size_t i = 0; i < plan->memory_count; i++) {
        if (plan->memory[i].kind == MODEL_MEM_LINK &&
            model_plan_same_text(plan->memory[i].name, link))
            return &plan->memory[i];
    }
    return NULL;
}

/*
 * State table, common section, one output for each peer: pages, one behind the other, as large as
 * the memory allows. Networks and plain links have outputs, virtio has the common section.
 */
static const char *wrong_sections(const struct model_plan_link *link, aj_size size, aj_size page)
{
    const bool virtio = link->protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT;
    const uint64_t peers = link->peers_count;
    if (link->state_size != page || size <= page)
        return "the state table is not one page";
    const aj_size rest = size - page;
    if (link->rw_size % page != 0 || link->output_size % page != 0)
        return "a section is no multiple of pages";
    if (virtio ? link->output_size != 0 : link->rw_size != 0)
        return "the protocol has no such section";
    if (virtio)
        return link->rw_size == rest / page * page && rest >= page
                   ? NULL
                   : "the common section is not the rest";
    if (link->output_size == 0 || link->output_size > rest / peers)
        return "the output sections do not fit";
    return rest / peers - link->output_size < page ? NULL : "the output sections waste memory";
}

static bool same_peers(const struct model_plan_link *link, const struct model_link_request *wish)
{
    if (link->peers_count != wish->peers_count)
        return false;
    for (size_t i = 0; i < link->peers_count; i++) {
        if (!model_plan_same_text(link->peers[i], wish->peers[i]))
            return false;
    }
    return true;
}

static bool peers_allowed(const struct model_link_request *wish)
{
    const bool pair = wish->protocol == JAILHOUSE_SHMEM_PROTO_VETH ||
                      wish->protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT;
    return pair ? wish->peers_count == 2
                : wish->peers_count >= 2 && wish->peers_count <= JAILHOUSE_IVSHMEM_MAX_PEERS;
}

/* Nobody's kernel has larger pages. */
static aj_size page_of(const struct model_plan_check *pc, const struct model_link_request *wish)
{
    aj_size page = AJ_PAGE;
    for (size_t i = 0; i <= pc->req->guests_count; i++) {
        const struct model_cell_request *cell = i == 0 ? &pc->req->root : &pc->req->guests[i - 1];
        const aj_size own = model_cell_page(pc->board, cell);
        if (model_plan_takes_part(wish, cell->key) && own > page)
            page = own;
    }
    return page;
}

static void judge_link(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_link *link = &pc->plan->links[index];
    const struct model_link_request *wish = &pc->req->links[index];
    const struct model_plan_mem *mem = memory_of(pc->plan, wish->name);
    const char *wrong = NULL;
    if (!model_plan_same_text(link->name, wish->name))
        wrong = "has another name";
    else if (link->device != index || link->device > 31)
        wrong = "has another device number than its place in cells.yml";
    else if (link->protocol != wish->protocol)
        wrong = "has another protocol";
    else if (!same_peers(link, wish) || !peers_allowed(wish))
        wrong = "has other peers, or too few or too many for its protocol";
    else if (mem == NULL || link->phys_start != mem->phys_start)
        wrong = "is not where its memory is";
    else
        wrong = wrong_sections(link, mem->size, page_of(pc, wish));
    if (wrong != NULL)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-link", aj_yaml_loc(wish->at, ""),
                      "the link \"%s\": %s", wish->name, wrong);
}

void model_plan_check_links(struct model_plan_check *pc)
{
    if (pc->plan->links_count != pc->req->links_count) {
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-link", aj_yaml_loc(pc->req->at, "shmem"),
                      "the plan has %zu links, the requirements %zu", pc->plan->links_count,
                      pc->req->links_count);
        return;
    }
    for (size_t i = 0; i < pc->plan->links_count; i++)
        judge_link(pc, i);
}
