/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/system_priv.h"

#include <inttypes.h>

#include "base/units.h"
#include "model/model_priv.h"

#define NAME_BYTES (JAILHOUSE_CELL_NAME_MAXLEN + 1) /* the last need not be NUL in foreign files */

/* Names */

/* Can a YAML file hold the text as it is? No to control characters and what is not UTF-8. */
static bool is_text(const char *name)
{
    const uint8_t *at = (const uint8_t *)name;
    while (*at != 0) {
        const size_t more = *at < 0x80 ? 0 : *at < 0xe0 ? 1 : *at < 0xf0 ? 2 : 3;
        if (*at < 0x20 || *at == 0x7f || (*at >= 0x80 && *at < 0xc3) || *at >= 0xf4)
            return false;
        for (size_t i = 1; i <= more; i++)
            if ((at[i] & 0xc0) != 0x80)
                return false;
        /* overlong forms and surrogates */
        if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
            (*at == 0xf0 && at[1] < 0x90) || (*at == 0xef && at[1] >= 0xbb))
            return false;
        at += more + 1;
    }
    return true;
}

struct name_bytes {
    uint8_t name[NAME_BYTES];
};
static const struct aj_field name_bytes_fields[] = {
    AJ_F_ARRAY(struct name_bytes, name),
};
static const struct aj_schema name_bytes_schema = {
    .what = "cell",
    .size = sizeof(struct name_bytes),
    .fields = name_bytes_fields,
    .fields_count = AJ_COUNT(name_bytes_fields),
};

static enum aj_status name_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                struct aj_arena *out, void *value)
{
    const char **name = (const char **)value;
    if (node->kind == AJ_YAML_SCALAR) {
        *name = aj_strdup(out, node->text);
        if (strlen(*name) <= NAME_BYTES)
            return AJ_OK;
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "cell-name", node->loc,
                                "the name has %zu bytes; a cell has room for %u", strlen(*name),
                                NAME_BYTES));
    }
    struct name_bytes bytes = {{0}};
    AJ_TRY(model_read_field(cx, &name_bytes_schema, node, path, out, &bytes));
    size_t len = 0;
    while (len < NAME_BYTES && bytes.name[len] != 0)
        len++;
    *name = aj_strndup(out, (const char *)bytes.name, len);
    return AJ_OK;
}

static void name_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const char *name = *(const char *const *)value;
    if (name == NULL || is_text(name)) {
        aj_yaml_write_string(w, name != NULL ? name : "");
        return;
    }
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    for (; *name != '\0'; name++)
        aj_yaml_write_plain(w, aj_format_hex(scratch, (uint8_t)*name));
    aj_yaml_write_end_seq(w);
}

static bool name_is_default(const void *value)
{
    const char *name = *(const char *const *)value;
    return name == NULL || *name == '\0';
}

const struct aj_custom_field model_cell_name_field = {name_read, name_write, name_is_default};

/* IOMMUs */

static enum aj_status units_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 struct aj_arena *out, void *value)
{
    struct model_iommu *units = (struct model_iommu *)value;
    enum aj_status status = AJ_OK;
    if (node->kind != AJ_YAML_SEQ)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a list of IOMMUs"));
    if (node->count > JAILHOUSE_MAX_IOMMU_UNITS)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", node->loc,
                                "%zu IOMMUs, at most %u are allowed", node->count,
                                JAILHOUSE_MAX_IOMMU_UNITS));
    for (size_t i = 0; i < node->count; i++)
        status = aj_worse(status, aj_schema_read(cx, &model_iommu_schema, node->items[i],
                                                 aj_strf(out, "%s[%zu]", path, i), out, &units[i]));
    return status;
}

/* Number of units without the empty ones at the end. */
static size_t units_count(const struct model_iommu *units)
{
    static const struct model_iommu none;
    size_t count = JAILHOUSE_MAX_IOMMU_UNITS;
    while (count > 0 && aj_schema_equal(&model_iommu_schema, &units[count - 1], &none))
        count--;
    return count;
}

static void units_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    (void)scratch;
    const struct model_iommu *units = (const struct model_iommu *)value;
    const size_t count = units_count(units);
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < count; i++)
        aj_schema_write(w, &model_iommu_schema, &units[i]);
    aj_yaml_write_end_seq(w);
}

static bool units_are_default(const void *value)
{
    return units_count((const struct model_iommu *)value) == 0;
}

const struct aj_custom_field model_iommu_units_field = {units_read, units_write, units_are_default};

/* Cells */

enum aj_status model_cell_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 void *value)
{
    (void)cx;
    (void)node;
    (void)path;
    struct model_cell *cell = (struct model_cell *)value;
    if (cell->name == NULL)
        cell->name = "";
    cell->name_tail_used = false;
    for (size_t i = 0; i < AJ_COUNT(cell->name_tail); i++)
        cell->name_tail_used = cell->name_tail_used || cell->name_tail[i] != 0;
    return AJ_OK;
}
