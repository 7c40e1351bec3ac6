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

/* What most tests of readers need; cmocka's set-up and tear-down. */
struct test_fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
};
int test_fixture_open(void **state);
int test_fixture_close(void **state);

/* All diagnostics as printed for the user; freed by the next call. */
const char *test_diags(const struct aj_ctx *cx);
/* Prints the diagnostics and fails the test if any error was recorded. */
void test_no_errors(const struct aj_ctx *cx);
/* Exactly one error was recorded, with this id at this line and column (0: do not care). */
void test_one_error(const struct aj_ctx *cx, const char *id, uint32_t line, uint32_t col);
/* Fails the test: what it goes on with is not there. */
_Noreturn void test_lacks(const char *what);
/* Number of records with this id. */
size_t test_count(const struct aj_ctx *cx, const char *id);

/*
 * Random numbers for property tests: splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom
 * Number Generators, 2014). test_random_start prints the seed and returns the first state.
 */
uint64_t test_random_start(uint64_t seed);
uint64_t test_random(uint64_t *state);
/* Uniform enough below `limit` > 0. */
uint32_t test_random_below(uint64_t *state, uint32_t limit);
/* Any magnitude is as likely as any other, and powers of two and their neighbours often. */
uint64_t test_random_edgy(uint64_t *state);

#endif
