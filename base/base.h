/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every file of autojail starts from: the C library headers, compiler attributes, and the
 * functions nobody may call. Contains no domain knowledge and no functions.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The result must be looked at. */
#define AJ_NODISCARD __attribute__((warn_unused_result))
/* Argument `fmt` is a printf format, never NULL, whose values begin at argument `first`. */
#define AJ_PRINTF(fmt, first) __attribute__((format(printf, fmt, first), nonnull(fmt)))
#define AJ_COUNT(array)       (sizeof(array) / sizeof((array)[0]))

/*
 * Leave the function with the status of `call` unless it is AJ_OK. Only while no outside resource
 * (file, session, GLPK problem) is held; otherwise a ladder of labels.
 */
#define AJ_TRY(call)                                  \
    do {                                              \
        const enum aj_status aj_try_status_ = (call); \
        if (aj_try_status_ != AJ_OK)                  \
            return aj_try_status_;                    \
    } while (0)

/* Unbounded or silently wrapping functions: use aj_buf, aj_strf and base/units.h. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi gets

#endif
