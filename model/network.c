/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"

#include <arpa/inet.h>

#define FEWEST_BITS  8u
#define SPARE_BITS   2u /* of the host: two addresses besides the first and the last one */
#define ADDRESS_TEXT 64 /* INET6_ADDRSTRLEN, with room to spare */

static uint32_t bytes_of(const struct model_network *network)
{
    return network->ipv6 ? 16 : 4;
}

/* The bits of byte `i` that are the network's. */
static uint8_t mask(uint32_t bits, uint32_t i)
{
    const uint32_t first = 8 * i, own = bits > first ? bits - first : 0;
    return (uint8_t)(0xff00u >> (own < 8 ? own : 8));
}

static bool read_bits(const char *text, uint32_t most, uint32_t *bits)
{
    const size_t digits = strspn(text, "0123456789");
    *bits = 0;
    if (digits == 0 || digits > 3 || text[digits] != '\0')
        return false;
    for (size_t i = 0; i < digits; i++)
        *bits = 10 * *bits + (uint32_t)(text[i] - '0');
    return *bits >= FEWEST_BITS && *bits <= most;
}

bool model_network_parse(const char *text, struct model_network *network)
{
    const char *slash = strchr(text, '/');
    struct model_network n = {.ipv6 = strchr(text, ':') != NULL};
    char address[ADDRESS_TEXT];
    if (slash == NULL || (size_t)(slash - text) >= sizeof address)
        return false;
    memcpy(address, text, (size_t)(slash - text));
    address[slash - text] = '\0';
    if (inet_pton(n.ipv6 ? AF_INET6 : AF_INET, address, n.base) != 1 ||
        !read_bits(slash + 1, 8 * bytes_of(&n) - SPARE_BITS, &n.bits))
        return false;
    for (uint32_t i = 0; i < bytes_of(&n); i++)
        if ((n.base[i] & ~mask(n.bits, i)) != 0)
            return false;
    *network = n;
    return true;
}

bool model_network_overlap(const struct model_network *a, const struct model_network *b)
{
    const uint32_t bits = a->bits < b->bits ? a->bits : b->bits;
    bool same = a->ipv6 == b->ipv6;
    for (uint32_t i = 0; i < bytes_of(a); i++)
        same = same && ((a->base[i] ^ b->base[i]) & mask(bits, i)) == 0;
    return same;
}

const char *model_network_host(const struct model_network *network, uint32_t peer,
                               struct aj_arena *out)
{
    struct model_network host = *network;
    char address[ADDRESS_TEXT];
    uint32_t number = 1 + peer;
    for (uint32_t i = bytes_of(&host); i-- > 0; number >>= 8)
        host.base[i] = (uint8_t)(host.base[i] + (number & 0xff));
    if (inet_ntop(host.ipv6 ? AF_INET6 : AF_INET, host.base, address, sizeof address) == NULL)
        address[0] = '\0';
    return aj_strf(out, "%s/%u", address, (unsigned)network->bits);
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

/* 192.168.20.0, ... 192.169.0.0; nobody has so many links. */
static void to_next(struct model_network *network)
{
    for (size_t i = 3; i-- > 0 && ++network->base[i] == 0;)
        ;
}

bool model_link_network(const struct model_requirements *req, const struct model_link_request *link,
                        struct model_network *network)
{
    struct model_network next = {.base = {192, 168, 19, 0}, .bits = 24};
    if (link->protocol != JAILHOUSE_SHMEM_PROTO_VETH)
        return false;
    if (link->network != NULL)
        return model_network_parse(link->network, network);
    for (size_t i = 0; i < req->links_count; i++) {
        if (req->links[i].protocol != JAILHOUSE_SHMEM_PROTO_VETH || req->links[i].network != NULL)
            continue;
        while (is_taken(req, &next))
            to_next(&next);
        *network = next;
        if (&req->links[i] == link)
            return true;
        to_next(&next);
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
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "link-network", loc, "'%s' is no network", link->network);
        aj_diag_hint(cx,
                     "such as 192.168.19.0/24 or fd00:19::/64, with %u bits at least and without "
                     "bits behind those of the network",
                     FEWEST_BITS);
        return status;
    }
    for (const struct model_link_request *before = req->links; before < link; before++)
        if (before->network != NULL && model_network_parse(before->network, &other) &&
            model_network_overlap(&other, &network))
            return aj_fail(cx, AJ_ERR_INPUT, "link-network", loc,
                           "link '%s' has addresses of this network", before->name);
    return AJ_OK;
}
