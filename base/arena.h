/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arenas: memory of one lifetime, freed whole. One arena per value; temporary memory comes from the
 * context's scratch arena between a mark and its release.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/base.h"

struct aj_arena;

/* A new empty arena. Out of memory calls the handler of aj_oom_set, by default: message, exit 70. */
AJ_NODISCARD struct aj_arena *aj_arena_open(void);
/* Frees the arena and everything in it; NULL is allowed. */
void aj_arena_close(struct aj_arena *arena);
/* Bytes handed out so far and not released, with what alignment costs. */
size_t aj_arena_used(const struct aj_arena *arena);

/* `size` zeroed bytes, aligned to 16. size 0 gives a valid unique pointer. Never NULL. */
AJ_NODISCARD void *aj_alloc(struct aj_arena *arena, size_t size);
/* count * size zeroed bytes; a product beyond SIZE_MAX counts as out of memory. */
AJ_NODISCARD void *aj_alloc_array(struct aj_arena *arena, size_t count, size_t size);
/* A copy of `size` bytes. */
AJ_NODISCARD void *aj_memdup(struct aj_arena *arena, const void *bytes, size_t size);
AJ_NODISCARD char *aj_strdup(struct aj_arena *arena, const char *text);
/* The first `len` bytes of `text` and a NUL. */
AJ_NODISCARD char *aj_strndup(struct aj_arena *arena, const char *text, size_t len);
/* The first line of `text`, without its break. */
AJ_NODISCARD char *aj_strline(struct aj_arena *arena, const char *text);
AJ_NODISCARD char *aj_strf(struct aj_arena *arena, const char *fmt, ...) AJ_PRINTF(2, 3);
AJ_NODISCARD char *aj_vstrf(struct aj_arena *arena, const char *fmt, va_list args) AJ_PRINTF(2, 0);

#define AJ_NEW(arena, type)              ((type *)aj_alloc((arena), sizeof(type)))
#define AJ_NEW_ARRAY(arena, type, count) ((type *)aj_alloc_array((arena), (count), sizeof(type)))

/* Everything allocated after the mark is freed by the release; marks nest. */
struct aj_mark {
    void *block;
    size_t used;
};
AJ_NODISCARD struct aj_mark aj_arena_mark(struct aj_arena *arena);
void aj_arena_release(struct aj_arena *arena, struct aj_mark mark);

/*
 * A growing array inside an arena: any struct with `T *items; size_t count, cap;`.
 * AJ_PUSH appends a copy of `value`; grown arrays leave their old memory in the arena.
 */
#define AJ_VEC(type)       \
    struct {               \
        type *items;       \
        size_t count, cap; \
    }
#define AJ_PUSH(arena, vec, value)                                                                \
    do {                                                                                          \
        if ((vec)->count == (vec)->cap)                                                           \
            (vec)->items = aj_vec_grow((arena), (vec)->items, &(vec)->cap, sizeof *(vec)->items); \
        (vec)->items[(vec)->count++] = (value);                                                   \
    } while (0)
AJ_NODISCARD void *aj_vec_grow(struct aj_arena *arena, const void *items, size_t *cap,
                               size_t item_size);

/*
 * What to do when memory runs out; for tests. A handler that returns is followed by the default,
 * which NULL restores: message, exit 70.
 */
typedef void aj_oom_handler(size_t wanted);
void aj_oom_set(aj_oom_handler *handler);
/* Memory ran out: calls the handler. For base/ alone. */
_Noreturn void aj_oom(size_t wanted);

#endif
