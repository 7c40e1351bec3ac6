/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device trees for tests, compiled by dtc. */
#ifndef TESTS_SUPPORT_DTS_H
#define TESTS_SUPPORT_DTS_H

#include "base/arena.h"
#include "base/fs.h"

/*
 * The blob of a device tree source, in `to`. The source may include files of tests/extract/dts.
 * A source that dtc refuses fails the test; its warnings do not matter, as hostile trees have many.
 */
struct aj_bytes test_dtb(struct aj_arena *to, const char *dts);

#endif
