/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of configuration revisions 10 to 12 as rearranged files of revision 13, and back.
 *
 * Source: include/jailhouse/cell-config.h of Jailhouse at v0.10 and v0.11 (revision 10), 654594bc and
 * 52a995b2 (11), 0f2d9d3c and v0.12 (12). Revisions 11 and 12 each had two layouts, which differ in
 * the size of an IOMMU unit and are told apart by the length of the file.
 */
#ifndef EMIT_OLDER_H
#define EMIT_OLDER_H

#include "base/buf.h"
#include "base/fs.h"

struct emit_older {
    uint32_t revision;
    uint16_t root;     /* where the root cell begins */
    uint8_t unit;      /* bytes of an IOMMU unit: 20 without type, 24, 28 */
    uint8_t desc;      /* bytes of a cell's descriptor: without stream ids 128, with them 132 */
    bool arm_units;    /* arm and arm64 have IOMMU units, too */
    bool port_bitmap;  /* ports as a map of bits that are not allowed, not as a list */
    const char *known; /* where such files come from */
};

/* The layout of a revision with IOMMU units of `unit` bytes, 0 = the usual; NULL if there is none. */
const struct emit_older *emit_older_of(uint32_t revision, uint32_t unit);
/* The layout of a file of this revision, by its length. */
const struct emit_older *emit_older_guess(uint32_t revision, struct aj_bytes file, bool system);

/* What a file is to be rearranged by. */
struct emit_older_file {
    const struct emit_older *layout;
    bool system;
    uint8_t architecture; /* of a system: enum model_arch */
};
/*
 * The file in the layout of revision 13, its revision as it was; false if it ends before what its
 * counters promise. Bytes that have no place there are lost.
 */
bool emit_older_to_13(const struct emit_older_file *how, struct aj_bytes file, struct aj_buf *to);
/* The way back; `file` is sane. */
void emit_older_from_13(const struct emit_older_file *how, struct aj_bytes file, struct aj_buf *to);
/* What the interrupt controller of a system of an older revision looks like: enum model_arch. */
uint8_t emit_older_architecture(struct aj_bytes file);

#endif
