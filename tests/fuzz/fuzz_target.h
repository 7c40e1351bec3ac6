/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fuzz target is: one function that libFuzzer, or tests/fuzz/replay_main.c in its place,
 * calls with hostile bytes. Sanitizers find what it does wrong; FUZZ_CHECK states what must hold.
 */
#ifndef TESTS_FUZZ_FUZZ_TARGET_H
#define TESTS_FUZZ_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with the place and the text of a condition that does not hold. */
#define FUZZ_CHECK(condition)                                                              \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

#endif
