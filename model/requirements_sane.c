/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"
#include "model/requirements_priv.h"

#include <inttypes.h>

#include "base/units.h"
#include "model/board_priv.h"
#include "model/model_priv.h"
#include "model/plan.h"

/* Structs by themselves */

enum aj_status model_cpu_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                        const char *path, void *value)
{
    const struct model_cpu_request *request = (const struct model_cpu_request *)value;
    const struct aj_yaml *list = aj_yaml_get(node, "list");
    const bool no_list = list != NULL && !aj_yaml_is_null(list) && aj_cpuset_empty(&request->list);
    if (request->count == 0 || no_list)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range",
                                aj_yaml_loc(node, no_list ? "list" : "count"),
                                "a cell needs at least one CPU"));
    if (request->count != AJ_NONE32 && !aj_cpuset_empty(&request->list))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "cpu-count", aj_yaml_loc(node, "count"),
                                "'count' beside 'list': either a number of CPUs or their names"));
    return AJ_OK;
}

enum aj_status model_mem_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                        const char *path, void *value)
{
    const struct model_mem_request *mem = (const struct model_mem_request *)value;
    if (mem->alignment != AJ_NONE64 && mem->alignment != 0 && !aj_is_pow2(mem->alignment))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "mem-alignment", aj_yaml_loc(node, "alignment"),
                                "the alignment is no power of two"));
    AJ_TRY(model_check_range(cx, node, path, "phys_start",
                             (struct aj_range){mem->phys_start, mem->size}));
    return model_check_range(cx, node, path, "virt_start",
                             (struct aj_range){mem->virt_start, mem->size});
}

/* Is the duration given, and none? */
static bool is_zero(const struct aj_yaml *node, const char *key, int64_t duration)
{
    const struct aj_yaml *given = aj_yaml_get(node, key);
    return given != NULL && !aj_yaml_is_null(given) && duration == 0;
}

enum aj_status model_realtime_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    const struct model_realtime *realtime = (const struct model_realtime *)value;
    const bool no_period = is_zero(node, "period", realtime->period);
    if (no_period || is_zero(node, "deadline", realtime->deadline))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range",
                                aj_yaml_loc(node, no_period ? "period" : "deadline"),
                                "a %s of no time", no_period ? "period" : "deadline"));
    if (realtime->period != 0 && realtime->deadline > realtime->period)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "realtime-deadline",
                                aj_yaml_loc(node, "deadline"),
                                "the deadline is later than the next period begins"));
    return AJ_OK;
}

/* A cell whose keys were left out means the same as one that was never in the file. */
static void complete_cell(struct model_cell_request *cell)
{
    if (cell->name == NULL)
        cell->name = cell->key;
    if (cell->cpus.at == NULL)
        cell->cpus.count = AJ_NONE32;
}

enum aj_status model_cell_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                         const char *path, void *value)
{
    (void)cx;
    (void)node;
    (void)path;
    complete_cell((struct model_cell_request *)value);
    return AJ_OK;
}

void model_requirements_complete(struct aj_arena *out, struct model_requirements *req)
{
    req->root.platform_info = model_arm_platform_complete(out, req->root.platform_info);
    req->root.key = "root";
    complete_cell(&req->root);
    req->root.hypervisor_memory.virt_start = AJ_NONE64;
    req->root.hypervisor_memory.alignment = AJ_NONE64;
    if (req->objectives_count == 0)
        req->objectives = model_default_objectives(&req->objectives_count);
}

/* Names */

static bool is_key_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/* Keys become parts of file names. */
static bool key_fits(const char *key)
{
    size_t len = 0;
    while (is_key_char(key[len]))
        len++;
    return len > 0 && len <= 64 && key[len] == '\0' && key[0] != '.' && key[0] != '-' &&
           strcmp(key, "root") != 0;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

static enum aj_status check_name(struct aj_ctx *cx, const struct model_cell_request *cell)
{
    const struct aj_loc loc = aj_yaml_loc(cell->at, "name");
    const size_t len = strlen(cell->name);
    if (len == 0 || len > JAILHOUSE_CELL_NAME_MAXLEN)
        return model_at_cell(cx, cell, "name",
                             aj_fail(cx, AJ_ERR_INPUT, "cell-name", loc,
                                     "the name has %zu bytes; Jailhouse takes 1 to %u", len,
                                     JAILHOUSE_CELL_NAME_MAXLEN));
    if (has_control(cell->name))
        return model_at_cell(
            cx, cell, "name",
            aj_fail(cx, AJ_ERR_INPUT, "cell-name", loc, "the name has a control character"));
    return AJ_OK;
}

static enum aj_status check_name_once(struct aj_ctx *cx, const struct model_cell_request *other,
                                      const struct model_cell_request *cell)
{
    if (strcmp(other->name, cell->name) != 0)
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "cell-name-twice", aj_yaml_loc(cell->at, "name"),
                "cells '%s' and '%s' are both called '%s'", other->key, cell->key, cell->name);
    aj_diag_note(cx, aj_yaml_loc(other->at, "name"), "the other");
    return model_at_cell(cx, cell, "name", status);
}

static enum aj_status check_key(struct aj_ctx *cx, const struct model_cell_request *guest)
{
    if (key_fits(guest->key))
        return AJ_OK;
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "cell-key", guest->at->loc,
                                          "'%s' cannot be the key of a guest", guest->key);
    aj_diag_hint(cx, "letters, digits, '_', '-' and '.', and not 'root': files are named by it");
    return status;
}

static enum aj_status check_names(struct aj_ctx *cx, const struct model_requirements *req)
{
    enum aj_status status = check_name(cx, &req->root);
    for (size_t i = 0; i < req->guests_count; i++) {
        const struct model_cell_request *guest = &req->guests[i];
        status = aj_worse(status, check_key(cx, guest));
        status = aj_worse(status, check_name(cx, guest));
        status = aj_worse(status, check_name_once(cx, &req->root, guest));
        for (size_t k = 0; k < i; k++)
            status = aj_worse(status, check_name_once(cx, &req->guests[k], guest));
    }
    return status;
}

/* Links */

enum aj_status model_no_such_cell(struct aj_ctx *cx, const struct model_requirements *req,
                                  struct aj_loc loc, const char *id, const char *key)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct aj_name *keys = AJ_NEW_ARRAY(cx->scratch, struct aj_name, req->guests_count + 2);
    keys[0].name = req->root.key;
    for (size_t i = 0; i < req->guests_count; i++)
        keys[i + 1].name = req->guests[i].key;
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, id, loc, "there is no cell '%s'", key);
    aj_diag_suggest(cx, keys, key, "the cells");
    aj_arena_release(cx->scratch, mark);
    return status;
}

/* Position of item `ix` of the list at `key`. */
static struct aj_loc item_loc(const struct aj_yaml *map, const char *key, size_t ix)
{
    const struct aj_yaml *list = aj_yaml_get(map, key);
    return list != NULL && list->kind == AJ_YAML_SEQ && ix < list->count ? list->items[ix]->loc
                                                                         : aj_yaml_loc(map, key);
}

/* Adds the path of `key` of a link to the newest diagnostic. */
static enum aj_status at_link(struct aj_ctx *cx, const struct model_link_request *link,
                              const char *key, enum aj_status status)
{
    aj_diag_path(cx, "shmem.%s.%s", link->name, key);
    return status;
}

static enum aj_status check_peers(struct aj_ctx *cx, const struct model_requirements *req,
                                  const struct model_link_request *link)
{
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < link->peers_count; i++) {
        const struct aj_loc loc = item_loc(link->at, "peers", i);
        if (model_cell_by_key(req, link->peers[i]) == NULL)
            status = aj_worse(
                status, at_link(cx, link, "peers",
                                model_no_such_cell(cx, req, loc, "peer-unknown", link->peers[i])));
        for (size_t k = 0; k < i; k++)
            if (strcmp(link->peers[i], link->peers[k]) == 0)
                return at_link(cx, link, "peers",
                               aj_fail(cx, AJ_ERR_INPUT, "peer-twice", loc,
                                       "'%s' is at both ends of the link", link->peers[i]));
    }
    return status;
}

/* Does the protocol tie exactly two? ivshmem-net and the virtio drivers of Linux know one other. */
static bool is_pair(uint16_t protocol)
{
    return protocol == JAILHOUSE_SHMEM_PROTO_VETH || protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT;
}

enum aj_status model_link_fits(struct aj_ctx *cx, const struct model_link_request *link,
                               aj_size page)
{
    struct model_sections sections;
    if (model_link_sections(link->protocol, link->size, (uint32_t)link->peers_count, page,
                            &sections))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "link-size", aj_yaml_loc(link->at, "size"),
                "a size of %s has no room for a page (%s) each of %zu peers",
                aj_format_size(cx->scratch, link->size), aj_format_size(cx->scratch, page),
                link->peers_count);
    return at_link(cx, link, "size", status);
}

static enum aj_status check_link(struct aj_ctx *cx, const struct model_requirements *req,
                                 const struct model_link_request *link)
{
    const size_t most = is_pair(link->protocol) ? 2 : JAILHOUSE_IVSHMEM_MAX_PEERS;
    AJ_TRY(check_peers(cx, req, link));
    if (link->peers_count < 2 || link->peers_count > most)
        return at_link(cx, link, "peers",
                       aj_fail(cx, AJ_ERR_INPUT, "peer-count", aj_yaml_loc(link->at, "peers"),
                               most == 2 ? "%zu peers; the protocol needs exactly %zu"
                                         : "%zu peers; a link needs 2 to %zu",
                               link->peers_count, most));
    AJ_TRY(model_link_fits(cx, link, AJ_PAGE));
    const enum aj_status status = model_link_network_check(cx, req, link);
    return status == AJ_OK ? AJ_OK : at_link(cx, link, "network", status);
}

/* It replaces what board.yml says, so it has to say what Jailhouse cannot do without. */
static enum aj_status check_platform(struct aj_ctx *cx, const struct model_cell_request *root)
{
    const struct model_arm_platform *arm = root->platform_info;
    if (arm == NULL)
        return AJ_OK;
    const struct {
        const char *key;
        aj_addr base;
        uint32_t version; /* of the GICs that have it; 0 = all */
    } bases[] = {
        {"gicd_base", arm->gicd_base, 0}, {"gicc_base", arm->gicc_base, 2},
        {"gich_base", arm->gich_base, 2}, {"gicv_base", arm->gicv_base, 2},
        {"gicr_base", arm->gicr_base, 3},
    };
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < AJ_COUNT(bases); i++) {
        if (bases[i].base != AJ_NONE64 ||
            (bases[i].version != 0 && bases[i].version != arm->gic_version))
            continue;
        const enum aj_status missing =
            aj_fail(cx, AJ_ERR_INPUT, "key-missing", aj_yaml_loc(root->at, "platform_info"),
                    "key '%s' of a platform with a GICv%" PRIu32 " is missing", bases[i].key,
                    arm->gic_version);
        status = aj_worse(status, model_at(cx, "root.platform_info", missing));
    }
    return status;
}

/* Bits of a part of the cache: start < 32, size <= 32. */
static uint64_t l3_bits(const struct model_l3_request *part)
{
    return ((UINT64_C(1) << part->size) - 1) << part->start;
}

static enum aj_status check_cache(struct aj_ctx *cx, const struct model_requirements *req,
                                  const struct model_cell_request *guest)
{
    const struct model_l3_request *part = guest->l3_cache;
    enum aj_status status = AJ_OK;
    if (part == NULL)
        return AJ_OK;
    const struct aj_loc loc = aj_yaml_loc(guest->at, "l3_cache");
    if (part->size == 0 || l3_bits(part) > UINT32_MAX)
        status =
            aj_fail(cx, AJ_ERR_INPUT, "l3-cache", loc,
                    "%" PRIu32 " bits from bit %" PRIu32 " on are not 1 to 32 of a capacity mask",
                    part->size, part->start);
    for (const struct model_cell_request *g = req->guests; g < guest && status == AJ_OK; g++)
        if (g->l3_cache != NULL && (l3_bits(g->l3_cache) & l3_bits(part)) != 0)
            status = aj_fail(cx, AJ_ERR_INPUT, "l3-cache", loc, "guest '%s' has some of these bits",
                             g->key);
    return status == AJ_OK ? AJ_OK : model_at_cell(cx, guest, "l3_cache", status);
}

enum aj_status model_requirements_sane(struct aj_ctx *cx, const struct model_requirements *req)
{
    enum aj_status status = check_platform(cx, &req->root);
    status = aj_worse(status, check_names(cx, req));
    for (size_t i = 0; i < req->links_count; i++)
        status = aj_worse(status, check_link(cx, req, &req->links[i]));
    for (size_t i = 0; i < req->guests_count; i++)
        status = aj_worse(status, check_cache(cx, req, &req->guests[i]));
    return aj_worse(status, model_constraints_sane(cx, req));
}
