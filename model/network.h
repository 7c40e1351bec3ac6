/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Networks that virtual Ethernet links are.
 */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include "model/requirements.h"

/* All addresses that begin with the first `bits` bits of base; no others of it are set. */
struct model_network {
    uint8_t base[16]; /* most significant byte first; of IPv4 the first 4 */
    uint32_t bits;    /* 8 to 30, of IPv6 to 126 */
    bool ipv6;
};

/* "192.168.19.0/24", "fd00:19::/64"; false for anything else. */
AJ_NODISCARD bool model_network_parse(const char *text, struct model_network *network);
bool model_network_overlap(const struct model_network *a, const struct model_network *b);
/* "192.168.19.1/24" for peer 0, in `out`. */
const char *model_network_host(const struct model_network *network, uint32_t peer,
                               struct aj_arena *out);
/*
 * The network of a link of requirements that were read without fault: the one that it names; else
 * the next of 192.168.19.0/24, 192.168.20.0/24, ... that no other link has, in the file's order.
 * False if it is no Ethernet.
 */
bool model_link_network(const struct model_requirements *req, const struct model_link_request *link,
                        struct model_network *network);
/* Is the link's `network` one, and no other's? AJ_ERR_INPUT "link-network". */
AJ_NODISCARD enum aj_status model_link_network_check(struct aj_ctx *cx,
                                                     const struct model_requirements *req,
                                                     const struct model_link_request *link);

#endif
