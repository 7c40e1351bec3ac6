/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema.h"

#include <assert.h>

#include "base/schema_priv.h"

uint64_t aj_field_load(size_t width, const void *value)
{
    uint8_t v8;
    uint16_t v16;
    uint32_t v32;
    uint64_t v64;
    switch (width) {
    case sizeof v8: memcpy(&v8, value, sizeof v8); return v8;
    case sizeof v16: memcpy(&v16, value, sizeof v16); return v16;
    case sizeof v32: memcpy(&v32, value, sizeof v32); return v32;
    default:
        assert(width == sizeof v64);
        memcpy(&v64, value, sizeof v64);
        return v64;
    }
}

void aj_field_store(size_t width, void *value, uint64_t number)
{
    const uint8_t v8 = (uint8_t)number;
    const uint16_t v16 = (uint16_t)number;
    const uint32_t v32 = (uint32_t)number;
    switch (width) {
    case sizeof v8: memcpy(value, &v8, sizeof v8); return;
    case sizeof v16: memcpy(value, &v16, sizeof v16); return;
    case sizeof v32: memcpy(value, &v32, sizeof v32); return;
    default: assert(width == sizeof number); memcpy(value, &number, sizeof number);
    }
}

const void *aj_field_load_pointer(const void *value)
{
    const void *pointer;
    memcpy(&pointer, value, sizeof pointer);
    return pointer;
}

void aj_field_store_pointer(void *value, const void *pointer)
{
    memcpy(value, &pointer, sizeof pointer);
}

size_t aj_field_count(const struct aj_field *field, const void *owner)
{
    size_t count;
    memcpy(&count, (const char *)owner + field->count_offset, sizeof count);
    return count;
}

void aj_field_store_count(const struct aj_field *field, void *owner, size_t count)
{
    memcpy((char *)owner + field->count_offset, &count, sizeof count);
}

const void *aj_field_in(const struct aj_field *field, const void *owner)
{
    return (const char *)owner + field->offset;
}

void *aj_field_of(const struct aj_field *field, void *owner)
{
    return (char *)owner + field->offset;
}

uint64_t aj_field_def(const struct aj_field *field)
{
    uint64_t def = 0;
    if (field->kind == AJ_FIELD_BOOL)
        return field->def != 0;
    aj_field_store(field->width, &def, field->def);
    return aj_field_load(field->width, &def);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void set_default(const struct aj_field *field, void *owner)
{
    char *value = (char *)aj_field_of(field, owner);
    switch (field->kind) {
    case AJ_FIELD_BOOL:
    case AJ_FIELD_UINT:
    case AJ_FIELD_ADDR:
    case AJ_FIELD_SIZE:
    case AJ_FIELD_DURATION:
    case AJ_FIELD_ENUM:
    case AJ_FIELD_FLAGS: aj_field_store(field->width, value, aj_field_def(field)); break;
    case AJ_FIELD_ARRAY:
        for (size_t i = 0; i < field->array_len; i++)
            aj_field_store(field->width, value + i * field->width, field->def);
        break;
    case AJ_FIELD_STRING: aj_field_store_pointer(value, field->def_text); break;
    case AJ_FIELD_INTSET: memset(value, 0, sizeof(struct aj_cpuset)); break;
    case AJ_FIELD_STRINGS:
    case AJ_FIELD_UINTS:
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP:
        aj_field_store_pointer(value, NULL);
        aj_field_store_count(field, owner, 0);
        break;
    case AJ_FIELD_OPTIONAL: aj_field_store_pointer(value, NULL); break;
    case AJ_FIELD_STRUCT: aj_schema_defaults(field->sub, value); break;
    case AJ_FIELD_CUSTOM: memset(value, 0, field->width); break;
    }
}

void aj_schema_defaults(const struct aj_schema *schema, void *value)
{
    for (size_t i = 0; i < schema->fields_count; i++)
        if ((schema->fields[i].flags & AJ_FIELD_READ_ONLY) == 0)
            set_default(&schema->fields[i], value);
}

static bool array_is_default(const struct aj_field *field, const void *value)
{
    for (size_t i = 0; i < field->array_len; i++)
        if (aj_field_load(field->width, (const char *)value + i * field->width) !=
            aj_field_def(field))
            return false;
    return true;
}

static bool struct_is_default(const struct aj_schema *schema, const void *value)
{
    for (size_t i = 0; i < schema->fields_count; i++)
        if ((schema->fields[i].flags & AJ_FIELD_READ_ONLY) == 0 &&
            !aj_field_is_default(&schema->fields[i], value))
            return false;
    return true;
}

bool aj_field_is_default(const struct aj_field *field, const void *owner)
{
    const void *value = aj_field_in(field, owner);
    switch (field->kind) {
    case AJ_FIELD_BOOL:
    case AJ_FIELD_UINT:
    case AJ_FIELD_ADDR:
    case AJ_FIELD_SIZE:
    case AJ_FIELD_DURATION:
    case AJ_FIELD_ENUM:
    case AJ_FIELD_FLAGS: return aj_field_load(field->width, value) == aj_field_def(field);
    case AJ_FIELD_ARRAY: return array_is_default(field, value);
    case AJ_FIELD_STRING:
        return same_text((const char *)aj_field_load_pointer(value), field->def_text);
    case AJ_FIELD_INTSET: return aj_cpuset_empty((const struct aj_cpuset *)value);
    case AJ_FIELD_STRINGS:
    case AJ_FIELD_UINTS:
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP: return aj_field_count(field, owner) == 0;
    case AJ_FIELD_OPTIONAL: return aj_field_load_pointer(value) == NULL;
    case AJ_FIELD_STRUCT: return struct_is_default(field->sub, value);
    case AJ_FIELD_CUSTOM: return field->custom->is_default(value);
    }
    return false;
}

static bool strings_equal(const void *a, const void *b, size_t count)
{
    const char *const *left = (const char *const *)a;
    const char *const *right = (const char *const *)b;
    for (size_t i = 0; i < count; i++)
        if (!same_text(left[i], right[i]))
            return false;
    return true;
}

static bool structs_equal(const struct aj_field *field, const void *a, const void *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *left = (const char *)a + i * field->sub->size;
        const char *right = (const char *)b + i * field->sub->size;
        if (field->kind == AJ_FIELD_MAP && !same_text((const char *)aj_field_load_pointer(left),
                                                      (const char *)aj_field_load_pointer(right)))
            return false;
        if (!aj_schema_equal(field->sub, left, right))
            return false;
    }
    return true;
}

/* `a` and `b` are the structs that have the field. */
static bool lists_equal(const struct aj_field *field, const void *a, const void *b)
{
    const size_t count = aj_field_count(field, a);
    const void *left = aj_field_load_pointer(aj_field_in(field, a));
    const void *right = aj_field_load_pointer(aj_field_in(field, b));
    if (count != aj_field_count(field, b))
        return false;
    if (count == 0)
        return true;
    if (field->kind == AJ_FIELD_STRINGS)
        return strings_equal(left, right, count);
    if (field->kind == AJ_FIELD_UINTS)
        return memcmp(left, right, count * sizeof(uint32_t)) == 0;
    return structs_equal(field, left, right, count);
}

static void write_custom(const struct aj_field *field, const void *value, struct aj_buf *to)
{
    struct aj_yaml_writer *w = aj_yaml_writer_open(to);
    field->custom->write(w, value, aj_yaml_writer_scratch(w));
    const bool written = aj_yaml_writer_close(w);
    assert(written);
}

static bool customs_equal(const struct aj_field *field, const void *a, const void *b)
{
    struct aj_buf left = {0}, right = {0};
    write_custom(field, a, &left);
    write_custom(field, b, &right);
    const bool equal = left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
    aj_buf_free(&left);
    aj_buf_free(&right);
    return equal;
}

static bool optionals_equal(const struct aj_schema *sub, const void *a, const void *b)
{
    return a == NULL || b == NULL ? a == b : aj_schema_equal(sub, a, b);
}

static bool fields_equal(const struct aj_field *field, const void *a, const void *b)
{
    const void *left = aj_field_in(field, a);
    const void *right = aj_field_in(field, b);
    switch (field->kind) {
    case AJ_FIELD_BOOL:
    case AJ_FIELD_UINT:
    case AJ_FIELD_ADDR:
    case AJ_FIELD_SIZE:
    case AJ_FIELD_DURATION:
    case AJ_FIELD_ENUM:
    case AJ_FIELD_FLAGS: return memcmp(left, right, field->width) == 0;
    case AJ_FIELD_ARRAY: return memcmp(left, right, field->width * field->array_len) == 0;
    case AJ_FIELD_STRING:
        return same_text((const char *)aj_field_load_pointer(left),
                         (const char *)aj_field_load_pointer(right));
    case AJ_FIELD_INTSET:
        return aj_cpuset_equal((const struct aj_cpuset *)left, (const struct aj_cpuset *)right);
    case AJ_FIELD_STRINGS:
    case AJ_FIELD_UINTS:
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP: return lists_equal(field, a, b);
    case AJ_FIELD_OPTIONAL:
        return optionals_equal(field->sub, aj_field_load_pointer(left),
                               aj_field_load_pointer(right));
    case AJ_FIELD_STRUCT: return aj_schema_equal(field->sub, left, right);
    case AJ_FIELD_CUSTOM: return customs_equal(field, left, right);
    }
    return false;
}

bool aj_schema_equal(const struct aj_schema *schema, const void *a, const void *b)
{
    for (size_t i = 0; i < schema->fields_count; i++)
        if ((schema->fields[i].flags & AJ_FIELD_READ_ONLY) == 0 &&
            !fields_equal(&schema->fields[i], a, b))
            return false;
    return true;
}
