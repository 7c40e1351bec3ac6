/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"

#define FEWEST_BITS 8u
#define MOST_BITS   30u /* two addresses besides that of the network and that of all */

static uint32_t mask(uint32_t bits)
{
    return UINT32_MAX << (32 - bits);
}

/* The decimal number up to `end`, at most `most`; moves behind it. */
static bool take(const char **at, char end, uint32_t most, uint32_t *value)
{
    const size_t digits = strspn(*at, "0123456789");
    *value = 0;
    if (digits == 0 || digits > 3 || (*at)[digits] != end)
        return false;
    for (size_t i = 0; i < digits; i++)
        *value = 10 * *value + (uint32_t)((*at)[i] - '0');
    *at += digits + (end != '\0');
    return *value <= most;
}

bool model_network_parse(const char *text, struct model_network *network)
{
    struct model_network n = {0, 0};
    for (int i = 0; i < 4; i++) {
        uint32_t part;
        if (!take(&text, i < 3 ? '.' : '/', 255, &part))
            return false;
        n.base = n.base << 8 | part;
    }
    if (!take(&text, '\0', MOST_BITS, &n.bits) || n.bits < FEWEST_BITS ||
        (n.base & ~mask(n.bits)) != 0)
        return false;
    *network = n;
    return true;
}

bool model_network_overlap(const struct model_network *a, const struct model_network *b)
{
    const uint32_t bits = a->bits < b->bits ? a->bits : b->bits;
    return ((a->base ^ b->base) & mask(bits)) == 0;
}

const char *model_network_host(const struct model_network *network, uint32_t peer,
                               struct aj_arena *out)
{
    const uint32_t host = network->base + 1 + peer;
    return aj_strf(out, "%u.%u.%u.%u/%u", (unsigned)(host >> 24), (unsigned)(host >> 16 & 255),
                   (unsigned)(host >> 8 & 255), (unsigned)(host & 255), (unsigned)network->bits);
}

static bool is_taken(const struct model_requirements *req, const struct model_network *network)
{
    for (size_t i = 0; i < req->links_count; i++) {
        struct model_network other;
        if (req->links[i].network != NULL && model_network_parse(req->links[i].network, &other) &&
            model_network_overlap(&other, network))
            return true;
    }
    return false;
}

bool model_link_network(const struct model_requirements *req, const struct model_link_request *link,
                        struct model_network *network)
{
    struct model_network next = {UINT32_C(192) << 24 | 168 << 16 | 19 << 8, 24};
    if (link->protocol != JAILHOUSE_SHMEM_PROTO_VETH)
        return false;
    if (link->network != NULL)
        return model_network_parse(link->network, network);
    for (size_t i = 0; i < req->links_count; i++) {
        if (req->links[i].protocol != JAILHOUSE_SHMEM_PROTO_VETH || req->links[i].network != NULL)
            continue;
        while (is_taken(req, &next))
            next.base += UINT32_C(1) << 8;
        *network = next;
        if (&req->links[i] == link)
            return true;
        next.base += UINT32_C(1) << 8;
    }
    return false;
}

enum aj_status model_link_network_check(struct aj_ctx *cx, const struct model_requirements *req,
                                        const struct model_link_request *link)
{
    const struct aj_loc loc = aj_yaml_loc(link->at, "network");
    struct model_network network, other;
    if (link->network == NULL)
        return AJ_OK;
    if (link->protocol != JAILHOUSE_SHMEM_PROTO_VETH)
        return aj_fail(cx, AJ_ERR_INPUT, "link-network", loc, "only VETH links are a network");
    if (!model_network_parse(link->network, &network)) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "link-network", loc,
                                              "'%s' is no network of IPv4", link->network);
        aj_diag_hint(cx, "such as 192.168.19.0/24, without bits behind the %u to %u of the network",
                     FEWEST_BITS, MOST_BITS);
        return status;
    }
    for (const struct model_link_request *before = req->links; before < link; before++)
        if (before->network != NULL && model_network_parse(before->network, &other) &&
            model_network_overlap(&other, &network))
            return aj_fail(cx, AJ_ERR_INPUT, "link-network", loc,
                           "link '%s' has addresses of this network", before->name);
    return AJ_OK;
}
