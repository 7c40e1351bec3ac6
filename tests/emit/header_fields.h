/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Offsets and sizes as the C compiler sees them in tests/support/jailhouse/cell-config.h, for
 * comparison with the tables of emit/.
 */
#ifndef TESTS_EMIT_HEADER_FIELDS_H
#define TESTS_EMIT_HEADER_FIELDS_H

#include <stddef.h>

struct header_field {
    const char *type, *name;
    size_t offset, size;
};
extern const struct header_field header_fields[]; /* ends with type == NULL */

#endif
