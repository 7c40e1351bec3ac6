/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The device tree of a target. The live tree has the content: overlays, and nodes that the kernel
 * added. Only the blob of the boot loader has the order of the nodes and the memory reservations.
 */
#include "extract/extract_priv.h"

#define BLOB "/sys/firmware/fdt"

static const char *const live_roots[] = {"/sys/firmware/devicetree/base", "/proc/device-tree"};

struct live {
    struct extract *ex;
    struct aj_dt *dt;
    const struct aj_dt *blob; /* or NULL */
};

/* A child directory with its place in the blob. */
struct child {
    const char *name;
    uint32_t rank; /* AJ_NONE32: not in the blob */
};

static int by_rank(const void *a, const void *b)
{
    const struct child *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return strcmp(x->name, y->name);
}

static uint32_t rank_in_blob(const struct live *live, const struct aj_dt_node *parent,
                             const char *name)
{
    if (live->blob == NULL)
        return AJ_NONE32;
    const char *path =
        aj_strf(live->ex->cx->scratch, "%s/%s", parent->parent == NULL ? "" : parent->path, name);
    const struct aj_dt_node *node = aj_dt_at(live->blob, path);
    return node == NULL ? AJ_NONE32 : node->ix;
}

/* Depth is limited by aj_dt_add_node. */
static enum aj_status read_directory(struct live *live, const char *path, struct aj_dt_node *node)
{
    struct aj_ctx *cx = live->ex->cx;
    const struct remote_entry *entries = NULL;
    size_t count = 0, children = 0;
    if (!remote_list(live->ex->remote, path, cx->scratch, &entries, &count))
        return AJ_OK;
    struct child *child = AJ_NEW_ARRAY(cx->scratch, struct child, count);
    for (size_t i = 0; i < count; i++) {
        struct aj_bytes value;
        /* `name` is the kernel's own addition to every node. */
        if (entries[i].directory)
            child[children++] =
                (struct child){entries[i].name, rank_in_blob(live, node, entries[i].name)};
        else if (strcmp(entries[i].name, "name") != 0 &&
                 remote_read(live->ex->remote, aj_strf(cx->scratch, "%s/%s", path, entries[i].name),
                             cx->scratch, &value))
            aj_dt_add_prop(live->dt, node, entries[i].name, value);
    }
    if (children > 0)
        qsort(child, children, sizeof *child, by_rank);
    for (size_t i = 0; i < children; i++) {
        struct aj_dt_node *below = NULL;
        AJ_TRY(aj_dt_add_node(cx, live->dt, node, child[i].name, &below));
        AJ_TRY(read_directory(live, aj_strf(cx->scratch, "%s/%s", path, child[i].name), below));
    }
    return AJ_OK;
}

/* *dt stays NULL if there is no live tree. */
static enum aj_status read_live(struct extract *ex, const struct aj_dt *blob,
                                const struct aj_dt **dt)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    for (size_t i = 0; i < AJ_COUNT(live_roots); i++) {
        if (!remote_list(ex->remote, live_roots[i], ex->cx->scratch, &entries, &count) ||
            count == 0)
            continue;
        struct live live = {ex, aj_dt_new(ex->out, remote_display_path(ex->remote, live_roots[i])),
                            blob};
        AJ_TRY(read_directory(&live, live_roots[i], live.dt->nodes.items[0]));
        for (size_t k = 0; blob != NULL && k < blob->reserved.count; k++)
            AJ_PUSH(ex->out, &live.dt->reserved, blob->reserved.items[k]);
        live.dt->has_boot_cpu = blob != NULL;
        live.dt->boot_cpu = blob == NULL ? 0 : blob->boot_cpu;
        aj_dt_finish(live.dt);
        *dt = live.dt;
        return AJ_OK;
    }
    return AJ_OK;
}

/* A virtual PCI host as the Jailhouse driver adds it: root-level ECAM with a single bus. */
static const struct aj_dt_node *find_injected(const struct aj_dt *dt)
{
    for (const struct aj_dt_node *node = dt->nodes.items[0]->children; node != NULL;
         node = node->next) {
        const struct aj_dt_prop *buses = aj_dt_prop(node, "bus-range");
        if (strncmp(node->name, "pci@", 4) == 0 &&
            aj_dt_is_compatible(node, "pci-host-ecam-generic") && aj_dt_cells(buses) == 2 &&
            aj_dt_cell(buses, 0) == 0 && aj_dt_cell(buses, 1) == 0)
            return node;
    }
    return NULL;
}

enum aj_status extract_tree(struct extract *ex)
{
    struct aj_bytes bytes;
    const struct aj_dt *blob = NULL;
    if (remote_read(ex->remote, BLOB, ex->cx->scratch, &bytes))
        AJ_TRY(aj_dt_parse(ex->cx, remote_display_path(ex->remote, BLOB), bytes, ex->out, &blob));
    AJ_TRY(read_live(ex, blob, &ex->dt));
    if (ex->dt == NULL)
        ex->dt = blob;
    ex->node_order = blob != NULL;
    if (ex->dt != NULL && ex->board->jailhouse.running) {
        ex->injected = find_injected(ex->dt);
        if (ex->injected != NULL)
            extract_note(ex, "info", "jailhouse-node", ex->injected->path,
                         "Jailhouse's own virtual PCI host is left out");
    }
    return AJ_OK;
}
