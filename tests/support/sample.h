/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A struct with every kind of field and its schema, for the tests of base/schema*.c.
 */
#ifndef TESTS_SUPPORT_SAMPLE_H
#define TESTS_SUPPORT_SAMPLE_H

#include "base/cpuset.h"
#include "base/num.h"
#include "base/schema.h"

struct sample_item {
    const char *name;
    uint16_t port;
    bool on;
    struct aj_cpuset cpus;
    const struct aj_yaml *at;
};

struct sample {
    bool flag, on;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    uint64_t address;
    uint64_t size;
    int64_t period;
    uint8_t os;
    uint32_t bits;
    uint8_t more_bits;
    const char *text;
    const char *dir;
    const char *const *words;
    size_t words_count;
    struct aj_cpuset cpus;
    const uint32_t *irqs;
    size_t irqs_count;
    uint32_t bitmap[4];
    uint8_t mac[6];
    struct sample_item inner;
    const struct sample_item *maybe;
    const struct sample_item *items;
    size_t items_count;
    const struct sample_item *links;
    size_t links_count;
    uint32_t parity; /* custom: even or odd, 0 is the default */
};

static const struct aj_name sample_os[] = {{0, "bare"}, {1, "linux"}, {7, "no"}, {0, NULL}};
static const struct aj_name sample_bits[] = {
    {0x1, "MEM_READ"}, {0x2, "MEM_WRITE"}, {0xc, "MEM_BOTH"}, {0x80000000, "MEM_TOP"}, {0, NULL}};

static inline enum aj_status sample_parity_read(struct aj_ctx *cx, const struct aj_yaml *node,
                                                const char *path, struct aj_arena *out, void *value)
{
    (void)out;
    if (node->kind != AJ_YAML_SCALAR || (node->text[0] != 'e' && node->text[0] != 'o')) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "name-unknown", node->loc, "even or odd");
        aj_diag_path(cx, "%s", path);
        return status;
    }
    *(uint32_t *)value = node->text[0] == 'e' ? 2 : 1;
    return AJ_OK;
}

static inline void sample_parity_write(struct aj_yaml_writer *w, const void *value,
                                       struct aj_arena *scratch)
{
    const uint32_t parity = *(const uint32_t *)value;
    aj_yaml_write_string(w, aj_strf(scratch, "%s", parity % 2 == 0 ? "even" : "odd"));
}

static inline bool sample_parity_is_default(const void *value)
{
    return *(const uint32_t *)value == 0;
}

static const struct aj_custom_field sample_parity = {sample_parity_read, sample_parity_write,
                                                     sample_parity_is_default};

static inline enum aj_status sample_item_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                const char *path, void *value)
{
    const struct sample_item *item = (const struct sample_item *)value;
    if (item->port != 13)
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "range", node->loc, "no port 13 for %s", item->name);
    aj_diag_path(cx, "%s", path);
    return status;
}

static const struct aj_field sample_item_fields[] = {
    AJ_F_UINT(struct sample_item, port, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_KEY("number", AJ_FIELD_UINT, struct sample_item, port, .flags = AJ_FIELD_READ_ONLY),
    AJ_F_BOOL(struct sample_item, on, .def = true),
    AJ_F_INTSET(struct sample_item, cpus, 7),
};

static const struct aj_schema sample_item_schema = {
    .what = "item",
    .size = sizeof(struct sample_item),
    .fields = sample_item_fields,
    .fields_count = AJ_COUNT(sample_item_fields),
    .at_offset = offsetof(struct sample_item, at),
    .has_at = true,
    .finish = sample_item_finish,
};

static const struct aj_field sample_fields[] = {
    AJ_F_BOOL(struct sample, flag),
    AJ_F_BOOL(struct sample, on, .def = true),
    AJ_F_UINT(struct sample, u8, 0),
    AJ_F_UINT(struct sample, u16, 0xffff, .max = 1000),
    AJ_F_UINT(struct sample, u32, AJ_NONE32),
    AJ_F_UINT(struct sample, u64, 5),
    AJ_F_ADDR(struct sample, address, AJ_NONE64),
    AJ_F_SIZE(struct sample, size, AJ_NONE64),
    AJ_F_DURATION(struct sample, period),
    AJ_F_ENUM(struct sample, os, sample_os, 1),
    AJ_F_FLAGS(struct sample, bits, sample_bits, "JAILHOUSE_", 0x3),
    AJ_F_FLAGS(struct sample, more_bits, sample_bits, NULL, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_STRING(struct sample, text),
    AJ_F_STRING(struct sample, dir, .def_text = "build"),
    AJ_F_STRINGS(struct sample, words),
    AJ_F_INTSET(struct sample, cpus, 0),
    AJ_F_UINTS(struct sample, irqs, .max = 1019),
    AJ_F_ARRAY(struct sample, bitmap, .def = AJ_NONE32),
    AJ_F_ARRAY(struct sample, mac),
    AJ_F_STRUCT(struct sample, inner, &sample_item_schema),
    AJ_F_OPTIONAL(struct sample, maybe, &sample_item_schema, .flags = AJ_FIELD_FLOW),
    AJ_F_LIST(struct sample, items, &sample_item_schema),
    AJ_F_MAP(struct sample, links, &sample_item_schema),
    AJ_F_CUSTOM(struct sample, parity, &sample_parity),
};

static const struct aj_schema sample_schema = {
    .what = "sample",
    .size = sizeof(struct sample),
    .fields = sample_fields,
    .fields_count = AJ_COUNT(sample_fields),
};

#endif
