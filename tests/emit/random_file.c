/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/emit/random_file.h"

#include "tests/support/support.h"

/* Half of the words are zero and many are small, so that flags, types and names are met. */
static void add_random(uint64_t *state, size_t size, struct aj_buf *to)
{
    while (size > 0) {
        const uint64_t word = test_random(state);
        const uint32_t kind = test_random_below(state, 8);
        const size_t width = size < 4 ? size : 4;
        const uint64_t value = kind < 4    ? 0
                               : kind < 6  ? word & 0xff
                               : kind == 6 ? word & 0xc003
                                           : word;
        aj_buf_add_le(to, value, width);
        size -= width;
    }
}

static void add_ident(uint64_t *state, uint32_t revision, const char *what, struct aj_buf *to)
{
    const bool system = strcmp(what, "system") == 0;
    if (revision == 13) {
        aj_buf_adds(to, system ? "JHSYST" : "JHCELL");
    } else {
        aj_buf_adds(to, system ? "JHSYS" : "JHCLL");
        aj_buf_add_le(to, test_random_below(state, 3), 1);
    }
    aj_buf_add_le(to, revision, 2);
}

static void add_name(uint64_t *state, struct aj_buf *to)
{
    static const char sane[33] = "a cell\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    if (test_random_below(state, 2) == 0)
        aj_buf_add(to, sane, 32);
    else
        for (size_t i = 0; i < 4; i++)
            aj_buf_add_le(to, test_random(state), 8);
}

/* The descriptor from its name on, and what follows it. */
static void add_cell(uint64_t *state, struct aj_buf *to)
{
    static const uint32_t sizes[] = {32, 12, 32, 4, 56, 8, 4};
    const uint32_t cpu_bytes = test_random_below(state, 3) > 0 ? 8 * test_random_below(state, 17)
                                                               : test_random_below(state, 129);
    size_t size = cpu_bytes;
    add_name(state, to);
    add_random(state, 8, to);
    aj_buf_add_le(to, cpu_bytes, 4);
    for (size_t i = 0; i < AJ_COUNT(sizes); i++) {
        const uint32_t count = test_random_below(state, 2) * test_random_below(state, 5);
        aj_buf_add_le(to, count, 4);
        size += (size_t)count * sizes[i];
    }
    add_random(state, 52, to);
    if (test_random_below(state, 4) == 0)
        size += test_random_below(state, 60);
    add_random(state, size, to);
}

void random_file(uint64_t *state, uint32_t revision, struct aj_buf *to)
{
    if (test_random_below(state, 2) == 0) {
        add_ident(state, revision, "system", to);
        add_random(state, 348, to);
        add_random(state, test_random_below(state, 2) * 8, to);
        while (to->len < 364)
            aj_buf_add_le(to, 0, 1);
    } else {
        add_ident(state, revision, "cell", to);
    }
    add_cell(state, to);
}
