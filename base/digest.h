/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digests of files, by which somebody else can tell later that he has the same ones.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/fs.h"

/* SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits, as sha256sum prints it. */
const char *aj_sha256(struct aj_arena *out, struct aj_bytes bytes);

#endif
