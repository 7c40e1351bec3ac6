/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables that bind YAML maps to C structs. One table is reader, writer, unknown-key check, range
 * check and equality of a struct, so that a value that was written reads back equal.
 *
 * A struct bound by a schema is zero-initialised and then given its defaults before it is read. Lists
 * and maps of structs are two fields: a pointer and a `size_t` count.
 */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/arena.h"
#include "base/ctx.h"
#include "base/names.h"
#include "base/yaml.h"

enum aj_field_kind {
    AJ_FIELD_BOOL,     /* bool */
    AJ_FIELD_UINT,     /* unsigned integer of `width` bytes, decimal or 0x */
    AJ_FIELD_ADDR,     /* the same, written in hexadecimal */
    AJ_FIELD_SIZE,     /* the same; read and written with units (4096, 10 MiB) */
    AJ_FIELD_DURATION, /* int64_t ns */
    AJ_FIELD_ENUM, /* unsigned of `width` bytes, one of `names`; unknown numbers are kept as numbers */
    AJ_FIELD_FLAGS, /* unsigned of `width` bytes, list of `names`; unknown bits as one hex number */
    AJ_FIELD_STRING,   /* const char * */
    AJ_FIELD_STRINGS,  /* const char *const *, count: a list; one scalar counts as a list of one */
    AJ_FIELD_INTSET,   /* struct aj_cpuset; "0,2-4", 3, or [0, 2-4]; members < max + 1 */
    AJ_FIELD_UINTS,    /* uint32_t *, count: list of integers; flow style */
    AJ_FIELD_ARRAY,    /* fixed array of `array_len` unsigned of `width` bytes; flow list, hex */
    AJ_FIELD_STRUCT,   /* embedded struct `sub` */
    AJ_FIELD_OPTIONAL, /* const struct * of `sub`, NULL when the key is not there */
    AJ_FIELD_LIST,     /* const struct * of `sub` and count: a sequence */
    AJ_FIELD_MAP,    /* the same, as a map; the key is the struct's first field, const char *name */
    AJ_FIELD_CUSTOM, /* `custom` reads and writes it */
};

enum {
    AJ_FIELD_REQUIRED = 1 << 0, /* missing key is "key-missing" */
    AJ_FIELD_FLOW = 1 << 1,     /* write the collection on one line */
    AJ_FIELD_ALWAYS = 1 << 2,   /* write it even when it equals the default */
    AJ_FIELD_READ_ONLY = 1 << 3 /* an alias for reading: never written */
};

struct aj_schema;
struct aj_field;

struct aj_custom_field {
    /* Reads `node` into the field at `value`; reports its own errors. */
    enum aj_status (*read)(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                           struct aj_arena *out, void *value);
    /* Writes one YAML node; `value` is the field. */
    void (*write)(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch);
    /* Is the field as it was before reading, so that it need not be written? */
    bool (*is_default)(const void *value);
};

struct aj_field {
    const char *key;
    enum aj_field_kind kind;
    size_t offset;       /* of the field in the struct */
    size_t count_offset; /* of its count: STRINGS, UINTS, LIST, MAP */
    size_t width;        /* bytes of an integer: 1, 2, 4, 8 */
    size_t array_len;
    uint64_t def; /* default of integers; the key may be left out, `null` means it too */
    uint64_t max; /* greatest allowed integer (besides def), 0 = what the width holds */
    unsigned flags;
    const struct aj_name *names;
    const char *names_prefix; /* may stand before a name in the input, e.g. "JAILHOUSE_" */
    const struct aj_schema *sub;
    const struct aj_custom_field *custom;
};

struct aj_schema {
    const char *what; /* "cell", "device": for messages */
    size_t size;      /* of the struct */
    const struct aj_field *fields;
    size_t fields_count;
    size_t at_offset; /* of a `const struct aj_yaml *at` that is set to the node read; */
    bool has_at;      /* only if has_at */
    /* After all fields were read: checks between fields; reports its own errors. May be NULL. */
    enum aj_status (*finish)(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                             void *value);
};

/* Field shorthands: AJ_F_ADDR(struct model_region, phys_start, AJ_NONE64) and so on. */
#define AJ_F_NAMED_(key_, kind_, type_, member_)                        \
    .key = (key_), .kind = (kind_), .offset = offsetof(type_, member_), \
    .width = sizeof(((type_ *)0)->member_)
#define AJ_F_INT_(kind_, type_, member_, def_)                      \
    {                                                               \
        AJ_F_NAMED_(#member_, kind_, type_, member_), .def = (def_) \
    }
#define AJ_F_BOOL(type, member)                           \
    {                                                     \
        AJ_F_NAMED_(#member, AJ_FIELD_BOOL, type, member) \
    }
#define AJ_F_UINT(type, member, def) AJ_F_INT_(AJ_FIELD_UINT, type, member, def)
#define AJ_F_ADDR(type, member, def) AJ_F_INT_(AJ_FIELD_ADDR, type, member, def)
#define AJ_F_SIZE(type, member, def) AJ_F_INT_(AJ_FIELD_SIZE, type, member, def)
#define AJ_F_DURATION(type, member)                           \
    {                                                         \
        AJ_F_NAMED_(#member, AJ_FIELD_DURATION, type, member) \
    }
#define AJ_F_STRING(type, member)                           \
    {                                                       \
        AJ_F_NAMED_(#member, AJ_FIELD_STRING, type, member) \
    }
#define AJ_F_INTSET(type, member, max_)                                    \
    {                                                                      \
        AJ_F_NAMED_(#member, AJ_FIELD_INTSET, type, member), .max = (max_) \
    }
#define AJ_F_ENUM(type, member, table, def_)                                               \
    {                                                                                      \
        AJ_F_NAMED_(#member, AJ_FIELD_ENUM, type, member), .names = (table), .def = (def_) \
    }
#define AJ_F_FLAGS(type, member, table, prefix, def_)                 \
    {                                                                 \
        AJ_F_NAMED_(#member, AJ_FIELD_FLAGS, type, member),           \
            .names = (table), .names_prefix = (prefix), .def = (def_) \
    }
#define AJ_F_ARRAY(type, member)                                                            \
    {                                                                                       \
        .key = #member, .kind = AJ_FIELD_ARRAY, .offset = offsetof(type, member),           \
        .width = sizeof(((type *)0)->member[0]), .array_len = AJ_COUNT(((type *)0)->member) \
    }
#define AJ_F_STRUCT(type, member, sub_)                                    \
    {                                                                      \
        AJ_F_NAMED_(#member, AJ_FIELD_STRUCT, type, member), .sub = (sub_) \
    }
#define AJ_F_OPTIONAL(type, member, sub_)                                    \
    {                                                                        \
        AJ_F_NAMED_(#member, AJ_FIELD_OPTIONAL, type, member), .sub = (sub_) \
    }
#define AJ_F_MANY_(kind_, type, member, sub_)                                                     \
    {                                                                                             \
        AJ_F_NAMED_(#member, kind_, type, member), .sub = (sub_),                                 \
                                                   .count_offset = offsetof(type, member##_count) \
    }
#define AJ_F_LIST(type, member, sub) AJ_F_MANY_(AJ_FIELD_LIST, type, member, sub)
#define AJ_F_MAP(type, member, sub)  AJ_F_MANY_(AJ_FIELD_MAP, type, member, sub)
#define AJ_F_STRINGS(type, member)   AJ_F_MANY_(AJ_FIELD_STRINGS, type, member, NULL)
#define AJ_F_UINTS(type, member)     AJ_F_MANY_(AJ_FIELD_UINTS, type, member, NULL)
#define AJ_F_CUSTOM(type, member, custom_)                                       \
    {                                                                            \
        AJ_F_NAMED_(#member, AJ_FIELD_CUSTOM, type, member), .custom = (custom_) \
    }

/*
 * Reads `node` into `value` (schema->size bytes; strings and arrays go to `out`). Reports every
 * error it meets with position and path and returns the gravest: "key-unknown" (hint: the nearest
 * known key), "key-missing", "type", "number", "range", "name-unknown" (hint: the nearest name).
 */
AJ_NODISCARD enum aj_status aj_schema_read(struct aj_ctx *cx, const struct aj_schema *schema,
                                           const struct aj_yaml *node, const char *path,
                                           struct aj_arena *out, void *value);
/* Sets `value` to the schema's defaults. */
void aj_schema_defaults(const struct aj_schema *schema, void *value);
/* Writes `value` as one YAML map; keys in the table's order, defaults left out. */
void aj_schema_write(struct aj_yaml_writer *w, const struct aj_schema *schema, const void *value);
/* The whole document: `head` (comment lines, may be NULL), then the map. */
void aj_schema_write_document(struct aj_buf *to, const char *head, const struct aj_schema *schema,
                              const void *value);
/* Deep equality by the schema; `at` and fields without a row in the table do not count. */
bool aj_schema_equal(const struct aj_schema *schema, const void *a, const void *b);

#endif
