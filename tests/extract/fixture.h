/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A snapshot made by a test, and what was extracted from it. Each board that is extracted is also
 * written as board.yml and read back equal.
 */
#ifndef TESTS_EXTRACT_FIXTURE_H
#define TESTS_EXTRACT_FIXTURE_H

#include "extract/extract.h"
#include "tests/support/dts.h"
#include "tests/support/support.h"

struct extract_fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    char dir[32];
    bool force;
};

/* For cmocka: *state becomes a struct extract_fixture. */
int extract_fixture_setup(void **state);
int extract_fixture_teardown(void **state);
#define EXTRACT_TEST(name) \
    cmocka_unit_test_setup_teardown(name, extract_fixture_setup, extract_fixture_teardown)

/* A file of the snapshot. */
void fixture_file(struct extract_fixture *f, const char *path, const char *text);
void fixture_bytes(struct extract_fixture *f, const char *path, struct aj_bytes bytes);
/* /sys/firmware/fdt from common.dtsi and `more` source behind it. */
void fixture_tree(struct extract_fixture *f, const char *more);
/* The same from a source of its own. */
void fixture_blob(struct extract_fixture *f, const char *dts);
/* The same source as a live tree below `root`, e.g. "/proc/device-tree". */
void fixture_live(struct extract_fixture *f, const char *root, const char *dts);

/* Extracts; fixture_board expects success, fixture_fails one error `id`. */
enum aj_status fixture_extract(struct extract_fixture *f, const struct model_board **board);
const struct model_board *fixture_board(struct extract_fixture *f);
void fixture_fails(struct extract_fixture *f, const char *id);
/* fixture_tree and fixture_board. */
const struct model_board *fixture_board_of(struct extract_fixture *f, const char *more);

/* Parts of a board by name; a missing one fails the test. */
const struct model_device *device_of(const struct model_board *board, const char *name);
const struct model_region *region_of(const struct model_board *board, const char *name);
void expect_region(const struct model_board *board, const char *name, aj_addr base, aj_size size,
                   enum model_region_type type);
void expect_no_region(const struct model_board *board, const char *name);
/* Number of notes with this code. */
size_t notes_of(const struct model_board *board, const char *code);
bool has_reason(const struct model_device *device, const char *text);
bool is_impossible(const struct model_board *board, const char *text);

#endif
