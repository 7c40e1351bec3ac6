/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/model_priv.h"

#include <inttypes.h>

enum aj_status model_at(struct aj_ctx *cx, const char *path, enum aj_status status)
{
    if (path[0] != '\0')
        aj_diag_path(cx, "%s", path);
    return status;
}

enum aj_status model_at_cell(struct aj_ctx *cx, const struct model_cell_request *cell,
                             const char *key, enum aj_status status)
{
    aj_diag_path(cx, "%s%s.%s", strcmp(cell->key, "root") == 0 ? "" : "guests.", cell->key, key);
    return status;
}

enum aj_status model_read_field(struct aj_ctx *cx, const struct aj_schema *schema,
                                const struct aj_yaml *node, const char *path, struct aj_arena *out,
                                void *value)
{
    const char *key = schema->fields[0].key;
    const size_t len = strlen(path), key_len = strlen(key);
    const char *above = len > key_len ? aj_strndup(out, path, len - key_len - 1) : "";
    const struct aj_yaml key_node = {.kind = AJ_YAML_SCALAR, .loc = node->loc, .text = key};
    const struct aj_yaml *const keys[] = {&key_node}, *const items[] = {node};
    const struct aj_yaml map = {
        .kind = AJ_YAML_MAP, .loc = node->loc, .count = 1, .items = items, .keys = keys};
    return aj_schema_read(cx, schema, &map, above, out, value);
}

enum aj_status model_check_range(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 const char *start_key, struct aj_range range)
{
    if (range.size == 0)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "mem-size", aj_yaml_loc(node, "size"), "the size is zero"));
    if (range.size == AJ_NONE64 && aj_yaml_get(node, "size") != NULL)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "mem-size", aj_yaml_loc(node, "size"),
                                "0x%" PRIx64 " is no size", range.size));
    if (range.base == AJ_NONE64 ? aj_yaml_get(node, start_key) == NULL
                                : range.size == AJ_NONE64 || aj_range_ok(range))
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "mem-wrap", aj_yaml_loc(node, start_key),
                            "%s 0x%" PRIx64 " and size 0x%" PRIx64 " end above 2^64", start_key,
                            range.base, range.size));
}
