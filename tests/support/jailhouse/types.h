/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer types by the names that Jailhouse configurations use, so that emitted C compiles
 * without Jailhouse's sources.
 */
#ifndef TESTS_SUPPORT_JAILHOUSE_TYPES_H
#define TESTS_SUPPORT_JAILHOUSE_TYPES_H

#include <stdint.h>

typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;

#endif
