/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every unit test starts from: cmocka with the headers it needs, and helpers to look at the
 * diagnostics that the code under test recorded.
 */
#ifndef TESTS_SUPPORT_SUPPORT_H
#define TESTS_SUPPORT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ctx.h"

/* All diagnostics as printed for the user; freed by the next call. */
const char *test_diags(const struct aj_ctx *cx);
/* Prints the diagnostics and fails the test if any error was recorded. */
void test_no_errors(const struct aj_ctx *cx);
/* Exactly one error was recorded, with this id at this line and column (0: do not care). */
void test_one_error(const struct aj_ctx *cx, const char *id, uint32_t line, uint32_t col);
/* Number of records with this id. */
size_t test_count(const struct aj_ctx *cx, const char *id);

#endif
