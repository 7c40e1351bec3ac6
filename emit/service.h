/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the services of a running Linux are told: systemd about the cells, and systemd-networkd or
 * ifupdown about the virtual Ethernet between them.
 */
#ifndef EMIT_SERVICE_H
#define EMIT_SERVICE_H

#include "emit/emit.h"

/*
 * A unit that runs start.sh in `dir`, an absolute path that needs no quotes, and at its end stop.sh.
 * Files that the scripts are to be told of stand in /etc/default/autojail.
 */
void emit_service(const struct model_project *project, const struct model_plan *plan,
                  const char *dir, struct aj_buf *to);

/*
 * Of each Linux, for its VETH links: net/<cell>/networkd/10-autojail-jail<n>.link and .network, and
 * net/<cell>/interfaces.d/autojail for ifupdown. An interface is found by its place on the virtual
 * bus, is called jail<n> after the link's device, and has the address of model_link_network.
 */
void emit_network(const struct emit_input *input, struct aj_arena *out, struct emit_files *files);

#endif
