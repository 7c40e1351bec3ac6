/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store in a directory of its own, and what the tests of the store do with it.
 */
#ifndef TESTS_EXPLORE_STORE_FIXTURE_H
#define TESTS_EXPLORE_STORE_FIXTURE_H

#include "explore/store.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    char dir[32];
    const char *path;
    struct explore_store *store;
};

int store_setup(void **state);
int store_teardown(void **state);
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, store_setup, store_teardown)

/* Anew, if it is open. */
void store_open(struct fixture *f);
void store_close(struct fixture *f);
/* A run of the search on "sim:a.yml"; its id, 0 if the limit is reached. */
uint64_t store_claim(struct fixture *f, uint64_t limit);
void store_end(struct fixture *f, uint64_t id, enum explore_run_state state);
/* All runs; how many. */
size_t store_runs(struct fixture *f, const struct explore_stored **all);
/* What only other programs do to the file. */
void store_raw(const char *path, const char *sql);
/* It cannot be opened. */
void store_refused(struct fixture *f, const char *study, enum aj_status status, const char *id);

#endif
