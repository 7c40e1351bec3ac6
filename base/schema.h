/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables that bind YAML maps to C structs. One table is reader, writer, unknown-key check, range
 * check and equality of a struct, so that a value that was written reads back equal.
 *
 * Lists and maps of structs are two members: a pointer and a `size_t` count. Members without a row
 * in the table are neither read, written nor compared; where the reader makes a struct they are 0.
 */
#ifndef BASE_SCHEMA_H
#define BASE_SCHEMA_H

#include "base/arena.h"
#include "base/ctx.h"
#include "base/names.h"
#include "base/yaml.h"

enum aj_field_kind {
    AJ_FIELD_BOOL,     /* bool; true, false, yes, no, on or off in any case */
    AJ_FIELD_UINT,     /* unsigned integer of `width` bytes, decimal or 0x */
    AJ_FIELD_ADDR,     /* the same, written in hexadecimal */
    AJ_FIELD_SIZE,     /* the same; read and written with units (4096, 10 MiB) */
    AJ_FIELD_DURATION, /* int64_t ns */
    AJ_FIELD_ENUM,     /* unsigned of `width` bytes, one of `names`; other numbers are kept */
    AJ_FIELD_FLAGS,    /* the same of bits; a list of `names`, or "A | B"; other bits as a number */
    AJ_FIELD_STRING,   /* const char *, NULL when the key is not there */
    AJ_FIELD_STRINGS,  /* const char *const *, count: a list; one scalar counts as a list of one */
    AJ_FIELD_INTSET,   /* struct aj_cpuset; 0,2-4 or 3 or [0, 2-4]; max 0 means AJ_CPU_MAX - 1 */
    AJ_FIELD_UINTS,    /* uint32_t *, count: as INTSET, but in the order given; at most 65536 */
    AJ_FIELD_ARRAY,  /* `array_len` unsigned of `width` bytes; flow list, hex; the rest is `def` */
    AJ_FIELD_STRUCT, /* embedded struct `sub` */
    AJ_FIELD_OPTIONAL, /* const struct * of `sub`, NULL when the key is not there */
    AJ_FIELD_LIST,     /* const struct * of `sub` and count: a sequence */
    AJ_FIELD_MAP,      /* the same, as a map; the key is the struct's first field, const char * */
    AJ_FIELD_CUSTOM,   /* `custom` reads and writes it; zero bytes (`width`) before reading */
};

enum {
    AJ_FIELD_REQUIRED = 1 << 0, /* a missing key or null is "key-missing"; always written */
    AJ_FIELD_FLOW = 1 << 1,     /* write the collection on one line */
    AJ_FIELD_ALWAYS = 1 << 2,   /* write it even when it equals the default */
    AJ_FIELD_READ_ONLY = 1 << 3 /* another key of the field of the same offset; never written */
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
    uint64_t def;         /* default of integers; the key may be left out, `null` means it too */
    uint64_t max;         /* greatest allowed integer (besides def), 0 = what the width holds */
    const char *def_text; /* default of STRING, mostly NULL */
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
    /* After all fields were read without error: checks between fields; reports its own. Or NULL. */
    enum aj_status (*finish)(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                             void *value);
};

/*
 * Rows of a table whose key is the member's name: AJ_F_ADDR(struct model_region, phys_start, 0).
 * After the arguments shown further members of struct aj_field may follow, as in
 * AJ_F_BOOL(struct x, on, .flags = AJ_FIELD_REQUIRED). AJ_F_KEY takes any key and kind.
 * Lists have a second member <member>_count.
 */
/* clang-format off */
#define AJ_F_NAMED_(key_, kind_, type_, member_)                                                   \
    .key = (key_), .kind = (kind_), .offset = offsetof(type_, member_),                            \
    .width = sizeof(((type_ *)0)->member_)
#define AJ_F_MEMBER_(kind_, type_, member_, ...)                                                   \
    {AJ_F_NAMED_(#member_, kind_, type_, member_), __VA_ARGS__}
#define AJ_F_COUNTED_(kind_, type_, member_, ...)                                                  \
    {AJ_F_NAMED_(#member_, kind_, type_, member_),                                                 \
     .count_offset = offsetof(type_, member_##_count), __VA_ARGS__}
#define AJ_F_ARRAY_(type_, member_, ...)                                                           \
    {.key = #member_, .kind = AJ_FIELD_ARRAY, .offset = offsetof(type_, member_),                  \
     .width = sizeof(((type_ *)0)->member_[0]), .array_len = AJ_COUNT(((type_ *)0)->member_),      \
     __VA_ARGS__}
/* A last member that no row of these kinds names, so that there always is one. */
#define AJ_F_LAST_ .custom = NULL

/* key, kind, type, member; for lists with .count_offset; not for arrays */
#define AJ_F_KEY(key, kind, type, ...) AJ_F_KEY_(key, kind, type, __VA_ARGS__, .array_len = 0)
#define AJ_F_KEY_(key_, kind_, type_, member_, ...)                                                \
    {AJ_F_NAMED_(key_, kind_, type_, member_), __VA_ARGS__}
/* type, member */
#define AJ_F_BOOL(type, ...)     AJ_F_MEMBER_(AJ_FIELD_BOOL, type, __VA_ARGS__, AJ_F_LAST_)
#define AJ_F_DURATION(type, ...) AJ_F_MEMBER_(AJ_FIELD_DURATION, type, __VA_ARGS__, AJ_F_LAST_)
#define AJ_F_STRING(type, ...)   AJ_F_MEMBER_(AJ_FIELD_STRING, type, __VA_ARGS__, AJ_F_LAST_)
#define AJ_F_STRINGS(type, ...)  AJ_F_COUNTED_(AJ_FIELD_STRINGS, type, __VA_ARGS__, AJ_F_LAST_)
#define AJ_F_UINTS(type, ...)    AJ_F_COUNTED_(AJ_FIELD_UINTS, type, __VA_ARGS__, AJ_F_LAST_)
#define AJ_F_ARRAY(type, ...)    AJ_F_ARRAY_(type, __VA_ARGS__, AJ_F_LAST_)
/* type, member, default */
#define AJ_F_UINT(type, member, ...) AJ_F_MEMBER_(AJ_FIELD_UINT, type, member, .def = __VA_ARGS__)
#define AJ_F_ADDR(type, member, ...) AJ_F_MEMBER_(AJ_FIELD_ADDR, type, member, .def = __VA_ARGS__)
#define AJ_F_SIZE(type, member, ...) AJ_F_MEMBER_(AJ_FIELD_SIZE, type, member, .def = __VA_ARGS__)
/* type, member, greatest member of the set */
#define AJ_F_INTSET(type, member, ...)                                                             \
    AJ_F_MEMBER_(AJ_FIELD_INTSET, type, member, .max = __VA_ARGS__)
/* type, member, names, default */
#define AJ_F_ENUM(type, member, table, ...)                                                        \
    AJ_F_MEMBER_(AJ_FIELD_ENUM, type, member, .names = (table), .def = __VA_ARGS__)
/* type, member, names, prefix of the names, default */
#define AJ_F_FLAGS(type, member, table, prefix, ...)                                               \
    AJ_F_MEMBER_(AJ_FIELD_FLAGS, type, member, .names = (table), .names_prefix = (prefix),         \
                 .def = __VA_ARGS__)
/* type, member, schema of the struct or of the items */
#define AJ_F_STRUCT(type, member, ...)                                                             \
    AJ_F_MEMBER_(AJ_FIELD_STRUCT, type, member, .sub = __VA_ARGS__)
#define AJ_F_OPTIONAL(type, member, ...)                                                           \
    AJ_F_MEMBER_(AJ_FIELD_OPTIONAL, type, member, .sub = __VA_ARGS__)
#define AJ_F_LIST(type, member, ...) AJ_F_COUNTED_(AJ_FIELD_LIST, type, member, .sub = __VA_ARGS__)
#define AJ_F_MAP(type, member, ...)  AJ_F_COUNTED_(AJ_FIELD_MAP, type, member, .sub = __VA_ARGS__)
/* type, member, its struct aj_custom_field */
#define AJ_F_CUSTOM(type, member, ...)                                                             \
    AJ_F_MEMBER_(AJ_FIELD_CUSTOM, type, member, .custom = __VA_ARGS__)
/* clang-format on */

/*
 * Gives `value` (schema->size bytes) its defaults and reads `node` into it; strings and arrays go to
 * `out`. An unquoted `null` or nothing stands for the default of a key. Reports every error it meets
 * with position and path and returns the gravest: "key-unknown" (hint: the nearest known key),
 * "key-missing", "key-twice" (a field by two of its keys), "type", "number", "range",
 * "name-unknown" (hint: the nearest name). `path` names the value in messages; "" for a document.
 */
AJ_NODISCARD enum aj_status aj_schema_read(struct aj_ctx *cx, const struct aj_schema *schema,
                                           const struct aj_yaml *node, const char *path,
                                           struct aj_arena *out, void *value);
/* Sets the fields of the table to their defaults, the others stay as they are. */
void aj_schema_defaults(const struct aj_schema *schema, void *value);
/* Writes `value` as one YAML map; keys in the table's order, defaults left out. */
void aj_schema_write(struct aj_yaml_writer *w, const struct aj_schema *schema, const void *value);
/* Appends the whole document: `head` (lines that become comments, may be NULL), then the map. */
void aj_schema_write_document(struct aj_buf *to, const char *head, const struct aj_schema *schema,
                              const void *value);
/*
 * Deep equality by the schema; `at` and fields without a row in the table do not count. Custom
 * fields are equal when they are written the same.
 */
bool aj_schema_equal(const struct aj_schema *schema, const void *a, const void *b);

#endif
