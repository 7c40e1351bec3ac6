/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/dt.h"

#include <libfdt.h>

#include "base/buf.h"

#define VERSION_MIN 16 /* the first with sizes of all blocks; what Linux accepts */

static bool printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e)
            return false;
    return true;
}

struct aj_dt *aj_dt_new(struct aj_arena *out, const char *name)
{
    struct aj_dt *dt = AJ_NEW(out, struct aj_dt);
    struct aj_dt_node *root = AJ_NEW(out, struct aj_dt_node);
    *root = (struct aj_dt_node){.name = "", .path = "/"};
    *dt = (struct aj_dt){
        .name = aj_strdup(out, name), .arena = out, .irq_steps = AJ_NEW(out, uint32_t)};
    AJ_PUSH(out, &dt->nodes, root);
    return dt;
}

static uint32_t depth_of(const struct aj_dt_node *node)
{
    uint32_t depth = 0;
    for (; node->parent != NULL; node = node->parent)
        depth++;
    return depth;
}

enum aj_status aj_dt_add_node(struct aj_ctx *cx, struct aj_dt *dt, struct aj_dt_node *parent,
                              const char *name, struct aj_dt_node **node)
{
    const struct aj_loc loc = {dt->name, 0, 0};
    if (name[0] == '\0' || strchr(name, '/') != NULL || !printable(name)) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "dt-broken", loc, "'%s' is no name of a node", name);
        aj_diag_path(cx, "%s", parent->path);
        return status;
    }
    if (dt->nodes.count >= AJ_DT_NODES_MAX || depth_of(parent) + 1 > AJ_DT_DEPTH_MAX ||
        strlen(name) > AJ_DT_NAME_MAX || strlen(parent->path) + 1 + strlen(name) > AJ_DT_PATH_MAX) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "dt-limit", loc,
                    "the device tree has more than %d nodes, %d levels or paths over %d bytes",
                    AJ_DT_NODES_MAX, AJ_DT_DEPTH_MAX, AJ_DT_PATH_MAX);
        aj_diag_path(cx, "%s", parent->path);
        return status;
    }
    struct aj_dt_node *child = AJ_NEW(dt->arena, struct aj_dt_node);
    child->path = aj_strf(dt->arena, "%s/%s", parent->parent == NULL ? "" : parent->path, name);
    child->name = child->path + strlen(child->path) - strlen(name);
    child->parent = parent;
    child->ix = (uint32_t)dt->nodes.count;
    if (parent->last_child == NULL)
        parent->children = child;
    else
        parent->last_child->next = child;
    parent->last_child = child;
    AJ_PUSH(dt->arena, &dt->nodes, child);
    *node = child;
    return AJ_OK;
}

void aj_dt_add_prop(struct aj_dt *dt, struct aj_dt_node *node, const char *name,
                    struct aj_bytes value)
{
    uint8_t *data = aj_alloc(dt->arena, value.size + 1);
    if (value.size > 0)
        memcpy(data, value.data, value.size);
    AJ_PUSH(dt->arena, &node->props,
            ((struct aj_dt_prop){aj_strdup(dt->arena, name), data, value.size, node->props.count}));
}

static int by_name(const void *a, const void *b)
{
    const struct aj_dt_prop *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

/* Of equal names only the first stays, which is the one that libfdt would find. */
static void sort_props(struct aj_dt_node *node)
{
    struct aj_dt_prop *items = node->props.items;
    if (node->props.count == 0)
        return;
    qsort(items, node->props.count, sizeof *items, by_name);
    size_t kept = 1;
    for (size_t i = 1; i < node->props.count; i++)
        if (strcmp(items[kept - 1].name, items[i].name) != 0)
            items[kept++] = items[i];
    node->props.count = kept;
}

static bool own_status_okay(const struct aj_dt_node *node)
{
    const struct aj_dt_prop *status = aj_dt_prop(node, "status");
    if (status == NULL)
        return true;
    const char *text = aj_dt_string(node, "status");
    return text != NULL && (strcmp(text, "okay") == 0 || strcmp(text, "ok") == 0);
}

static int by_path(const void *a, const void *b)
{
    const struct aj_dt_node *const *x = a, *const *y = b;
    const int order = strcmp((*x)->path, (*y)->path);
    return order != 0 ? order : ((*x)->ix > (*y)->ix) - ((*x)->ix < (*y)->ix);
}

static int by_phandle(const void *a, const void *b)
{
    const struct aj_dt_node *const *x = a, *const *y = b;
    if ((*x)->phandle != (*y)->phandle)
        return (*x)->phandle < (*y)->phandle ? -1 : 1;
    return ((*x)->ix > (*y)->ix) - ((*x)->ix < (*y)->ix);
}

static void derive(struct aj_dt_node *node)
{
    const struct aj_dt_node *parent = node->parent;
    sort_props(node);
    node->child_address_cells = parent == NULL ? 1 : parent->child_address_cells;
    node->child_size_cells = parent == NULL ? 1 : parent->child_size_cells;
    (void)aj_dt_u32(node, "#address-cells", &node->child_address_cells);
    (void)aj_dt_u32(node, "#size-cells", &node->child_size_cells);
    node->available = own_status_okay(node) && (parent == NULL || parent->available);
    if (!aj_dt_u32(node, "phandle", &node->phandle))
        (void)aj_dt_u32(node, "linux,phandle", &node->phandle);
}

void aj_dt_finish(struct aj_dt *dt)
{
    const size_t count = dt->nodes.count;
    dt->by_path = aj_alloc_array(dt->arena, count, sizeof *dt->by_path);
    dt->by_phandle = aj_alloc_array(dt->arena, count, sizeof *dt->by_phandle);
    dt->by_phandle_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct aj_dt_node *node = dt->nodes.items[i];
        derive(node);
        dt->by_path[i] = node;
        if (node->phandle != 0)
            dt->by_phandle[dt->by_phandle_count++] = node;
    }
    qsort(dt->by_path, count, sizeof *dt->by_path, by_path);
    qsort(dt->by_phandle, dt->by_phandle_count, sizeof *dt->by_phandle, by_phandle);
}

/* A name without an end costs libfdt a walk to the end of the block for each property. */
static bool names_are_short(const char *strings, size_t size)
{
    size_t run = 0;
    for (size_t i = 0; i < size; i++) {
        run = strings[i] == '\0' ? 0 : run + 1;
        if (run > AJ_DT_NAME_MAX)
            return false;
    }
    return true;
}

/* 0, or libfdt's word for what is wrong with a blob that is all there. */
static int blob_flaw(const uint8_t *blob)
{
    if (fdt_version(blob) < VERSION_MIN)
        return -FDT_ERR_BADVERSION;
    if (!names_are_short((const char *)blob + fdt_off_dt_strings(blob), fdt_size_dt_strings(blob)))
        return -FDT_ERR_BADSTRUCTURE;
    return fdt_check_full(blob, fdt_totalsize(blob));
}

static enum aj_status check_blob(struct aj_ctx *cx, const char *name, const uint8_t *blob,
                                 size_t size)
{
    const struct aj_loc loc = {name, 0, 0};
    if (size < sizeof(struct fdt_header))
        return aj_fail(cx, AJ_ERR_INPUT, "dt-truncated", loc,
                       "%zu bytes are too few for a device tree", size);
    int why = fdt_check_header(blob);
    if (why == 0 && fdt_totalsize(blob) > size)
        return aj_fail(cx, AJ_ERR_INPUT, "dt-truncated", loc,
                       "the device tree says it has %u bytes, but only %zu are there",
                       (unsigned)fdt_totalsize(blob), size);
    if (why == 0)
        why = blob_flaw(blob);
    if (why == 0)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "dt-broken", loc, "not a valid device tree (%s)",
                   fdt_strerror(why));
}

bool aj_dt_edit(uint8_t *blob, size_t size, aj_dt_editor *edit)
{
    int offset = 0, next = 0;
    if (size < sizeof(struct fdt_header) || fdt_check_header(blob) != 0 ||
        fdt_totalsize(blob) > size || blob_flaw(blob) != 0)
        return false;
    for (uint32_t tag = 0; tag != FDT_END; offset = next) {
        const char *name = "";
        int length = 0;
        tag = fdt_next_tag(blob, offset, &next);
        if (tag != FDT_PROP)
            continue;
        const char *data = fdt_getprop_by_offset(blob, offset, &name, &length);
        if (data != NULL && length > 0)
            edit(name, blob + (data - (const char *)blob), (size_t)length);
    }
    return true;
}

static void read_reservations(struct aj_dt *dt, const uint8_t *blob)
{
    const int count = fdt_num_mem_rsv(blob);
    for (int i = 0; i < count; i++) {
        uint64_t base = 0, size = 0;
        if (fdt_get_mem_rsv(blob, i, &base, &size) != 0)
            continue;
        const struct aj_range range = {base, size};
        if (aj_range_ok(range))
            AJ_PUSH(dt->arena, &dt->reserved, range);
    }
}

/* `blob` passed fdt_check_full, so offsets, names and the nesting are sound. */
static enum aj_status read_structure(struct aj_ctx *cx, struct aj_dt *dt, const uint8_t *blob)
{
    /* The open nodes; the root stands for itself. */
    struct aj_dt_node *open[AJ_DT_DEPTH_MAX + 1] = {dt->nodes.items[0]};
    size_t depth = 0;
    int offset = 0, next = 0;
    uint32_t tag = fdt_next_tag(blob, 0, &next);
    while (tag != FDT_END) {
        if (tag == FDT_BEGIN_NODE) {
            if (depth > 0)
                AJ_TRY(aj_dt_add_node(cx, dt, open[depth - 1], fdt_get_name(blob, offset, NULL),
                                      &open[depth]));
            depth++;
        } else if (tag == FDT_END_NODE) {
            depth--;
        } else if (tag == FDT_PROP && depth > 0) {
            const char *name = "";
            int size = 0;
            const void *data = fdt_getprop_by_offset(blob, offset, &name, &size);
            if (data != NULL && size >= 0 && printable(name))
                aj_dt_add_prop(dt, open[depth - 1], name, (struct aj_bytes){data, (size_t)size});
        }
        offset = next;
        tag = fdt_next_tag(blob, offset, &next);
    }
    return AJ_OK;
}

enum aj_status aj_dt_parse(struct aj_ctx *cx, const char *name, struct aj_bytes blob,
                           struct aj_arena *out, const struct aj_dt **dt)
{
    if (blob.size > AJ_DT_BLOB_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "dt-limit", ((struct aj_loc){name, 0, 0}),
                       "a device tree of %zu bytes", blob.size);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    /* libfdt wants the blob aligned to eight bytes. */
    const uint8_t *copy = aj_memdup(cx->scratch, blob.data, blob.size);
    struct aj_dt *tree = aj_dt_new(out, name);
    enum aj_status status = check_blob(cx, name, copy, blob.size);
    if (status == AJ_OK)
        status = read_structure(cx, tree, copy);
    if (status == AJ_OK) {
        read_reservations(tree, copy);
        tree->has_boot_cpu = true;
        tree->boot_cpu = fdt_boot_cpuid_phys(copy);
        aj_dt_finish(tree);
        *dt = tree;
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}

const struct aj_dt_node *aj_dt_at(const struct aj_dt *dt, const char *path)
{
    size_t low = 0, high = dt->nodes.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(dt->by_path[middle]->path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const bool found = low < dt->nodes.count && strcmp(dt->by_path[low]->path, path) == 0;
    return found ? dt->by_path[low] : NULL;
}

const struct aj_dt_node *aj_dt_of_phandle(const struct aj_dt *dt, uint32_t phandle)
{
    size_t low = 0, high = dt->by_phandle_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (dt->by_phandle[middle]->phandle < phandle)
            low = middle + 1;
        else
            high = middle;
    }
    const bool found = low < dt->by_phandle_count && dt->by_phandle[low]->phandle == phandle;
    return found ? dt->by_phandle[low] : NULL;
}

const struct aj_dt_node *aj_dt_alias(const struct aj_dt *dt, const char *alias)
{
    const struct aj_dt_node *aliases = aj_dt_at(dt, "/aliases");
    const char *path = aliases == NULL ? NULL : aj_dt_string(aliases, alias);
    return path == NULL ? NULL : aj_dt_at(dt, path);
}

const struct aj_dt_prop *aj_dt_prop(const struct aj_dt_node *node, const char *name)
{
    size_t low = 0, high = node->props.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(node->props.items[middle].name, name);
        if (order == 0)
            return &node->props.items[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t aj_dt_cells(const struct aj_dt_prop *prop)
{
    return prop == NULL ? 0 : prop->size / 4;
}

uint32_t aj_dt_cell(const struct aj_dt_prop *prop, size_t at)
{
    return at < aj_dt_cells(prop) ? (uint32_t)aj_load_be(prop->data + 4 * at, 4) : 0;
}

bool aj_dt_u32(const struct aj_dt_node *node, const char *name, uint32_t *value)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, name);
    if (aj_dt_cells(prop) == 0)
        return false;
    *value = aj_dt_cell(prop, 0);
    return true;
}

bool aj_dt_u64(const struct aj_dt_node *node, const char *name, uint64_t *value)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, name);
    const size_t cells = aj_dt_cells(prop);
    if (cells == 0)
        return false;
    *value = aj_load_be(prop->data, cells == 1 ? 4 : 8);
    return true;
}

const char *aj_dt_string(const struct aj_dt_node *node, const char *name)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, name);
    const char *text = prop == NULL ? NULL : (const char *)prop->data;
    return text != NULL && text[0] != '\0' && printable(text) ? text : NULL;
}

const char *aj_dt_next_string(const struct aj_dt_prop *prop, const char *previous)
{
    if (prop == NULL)
        return NULL;
    const char *data = (const char *)prop->data;
    size_t size = prop->size, at = 0;
    while (size > 0 && data[size - 1] == '\0')
        size--;
    if (previous != NULL)
        /* An unprintable text was handed out as its own last NUL. */
        at = (size_t)(previous - data) + strlen(previous) + 1;
    if (at >= size)
        return NULL;
    const char *text = data + at;
    return printable(text) ? text : text + strlen(text);
}

bool aj_dt_is_compatible(const struct aj_dt_node *node, const char *compatible)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, "compatible");
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        if (strcmp(text, compatible) == 0)
            return true;
    return false;
}

bool aj_dt_next_ref(const struct aj_dt *dt, const struct aj_dt_prop *prop, const char *cells,
                    size_t *at, struct aj_dt_ref *ref)
{
    const size_t count = aj_dt_cells(prop);
    if (*at >= count)
        return false;
    *ref = (struct aj_dt_ref){.node = NULL};
    const uint32_t phandle = aj_dt_cell(prop, (*at)++);
    if (phandle == 0)
        return true;
    ref->node = aj_dt_of_phandle(dt, phandle);
    if (ref->node == NULL)
        return false;
    if (cells != NULL)
        (void)aj_dt_u32(ref->node, cells, &ref->args_count);
    if (ref->args_count > AJ_DT_ARGS_MAX || ref->args_count > count - *at)
        return false;
    for (uint32_t i = 0; i < ref->args_count; i++)
        ref->args[i] = aj_dt_cell(prop, (*at)++);
    return true;
}

struct aj_dt_stdout aj_dt_stdout(const struct aj_dt *dt, struct aj_arena *out)
{
    static const char *const keys[] = {"stdout-path", "linux,stdout-path", "stdout"};
    const struct aj_dt_node *chosen = aj_dt_at(dt, "/chosen");
    const char *text = NULL;
    for (size_t i = 0; chosen != NULL && text == NULL && i < AJ_COUNT(keys); i++)
        text = aj_dt_string(chosen, keys[i]);
    if (text == NULL)
        return (struct aj_dt_stdout){NULL, NULL};
    const size_t length = strcspn(text, ":");
    const char *where = aj_strndup(out, text, length);
    return (struct aj_dt_stdout){
        .node = where[0] == '/' ? aj_dt_at(dt, where) : aj_dt_alias(dt, where),
        .options = text[length] == ':' ? text + length + 1 : NULL,
    };
}
