/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/x86_priv.h"

#define HEADER_SIZE 36u
#define TABLES      "/sys/firmware/acpi/tables/"

uint64_t acpi_get(const struct acpi_table *table, size_t at, size_t width)
{
    uint64_t value = 0;
    if (at > table->size || width > table->size - at)
        return 0;
    for (size_t i = width; i > 0; i--)
        value = value << 8 | table->data[at + i - 1];
    return value;
}

bool acpi_open(struct extract *ex, const char *signature, struct acpi_table *table)
{
    const char *path = aj_strf(ex->out, TABLES "%s", signature);
    struct aj_bytes bytes;
    if (!remote_read(ex->remote, path, ex->cx->scratch, &bytes))
        return false;
    *table = (struct acpi_table){path, bytes.data, bytes.size, 0};
    const uint64_t length = acpi_get(table, 4, 4);
    if (bytes.size < HEADER_SIZE || length < HEADER_SIZE || length > bytes.size ||
        strncmp((const char *)bytes.data, signature, 4) != 0) {
        extract_note(ex, "warning", "acpi-table", path, "%zu bytes are no such table", bytes.size);
        return false;
    }
    table->size = (size_t)length;
    uint8_t sum = 0;
    for (size_t i = 0; i < table->size; i++)
        sum = (uint8_t)(sum + table->data[i]);
    if (sum != 0)
        extract_note(ex, "warning", "acpi-table", path, "the checksum is wrong: not used");
    return sum == 0;
}

void acpi_from(const struct extract *ex, const char *section, const char *entry, const char *key,
               const struct acpi_table *t, size_t offset)
{
    extract_from(ex, section, entry, key,
                 aj_strf(ex->cx->scratch, "%s+0x%zx", t->path, t->at + offset));
}

bool acpi_next(struct extract *ex, const struct acpi_table *table, enum acpi_head head,
               size_t first, struct acpi_entry *entry)
{
    static const struct {
        size_t type_width, length_at, length_width;
    } heads[] = {[ACPI_BYTES] = {1, 1, 1},
                 [ACPI_WORDS] = {2, 2, 2},
                 [ACPI_IVRS] = {1, 2, 2},
                 [ACPI_IORT] = {1, 1, 2}};
    const size_t at = entry->next == 0 ? first : entry->next;
    if (at >= table->size)
        return false;
    const size_t head_size = heads[head].length_at + heads[head].length_width;
    const size_t length =
        (size_t)acpi_get(table, at + heads[head].length_at, heads[head].length_width);
    if (length < head_size || length > table->size - at) {
        extract_note(ex, "warning", "acpi-entry", table->path,
                     "a structure of %zu bytes at 0x%zx does not fit: the rest is not read", length,
                     at);
        return false;
    }
    *entry = (struct acpi_entry){
        .t = {table->path, table->data + at, length, table->at + at},
        .type = (uint32_t)acpi_get(table, at, heads[head].type_width),
        .next = at + length,
    };
    return true;
}
