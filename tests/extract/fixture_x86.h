/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An x86 machine made by a test. Bytes are texts like "00 ff 12": hexadecimal, blanks between. */
#ifndef TESTS_EXTRACT_FIXTURE_X86_H
#define TESTS_EXTRACT_FIXTURE_X86_H

#include "tests/extract/fixture.h"

/* The fixture in *state with two CPUs with VT-x, 1 GiB of RAM, an IOAPIC, one VT-d unit that serves all,
 * and no PCI function. */
struct extract_fixture *fixture_x86(void **state);
/* An ACPI table: its header, and `body` behind it. */
void fixture_table(struct extract_fixture *f, const char *signature, const char *body);
/*
 * A PCI function with `size` bytes of configuration space, zero but for the pieces: "at=bytes", the
 * last one NULL. `resource` are rows of the file of that name, NULL: none.
 */
void fixture_function(struct extract_fixture *f, const char *name, size_t size,
                      const char *const *pieces, const char *resource);
/* A file of it. */
void fixture_attribute(struct extract_fixture *f, const char *name, const char *file,
                       const char *text);

#endif
