/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#    define ARENA_ASAN 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define ARENA_ASAN 1
#    endif
#endif

#ifdef ARENA_ASAN
#    include <sanitizer/asan_interface.h>
#    define POISON(start, size)   ASAN_POISON_MEMORY_REGION((start), (size))
#    define UNPOISON(start, size) ASAN_UNPOISON_MEMORY_REGION((start), (size))
#    define REDZONE               16 /* unaddressable bytes behind each allocation */
#else
#    define POISON(start, size)   ((void)(start), (void)(size))
#    define UNPOISON(start, size) ((void)(start), (void)(size))
#    define REDZONE               0
#endif

#define ALIGNMENT   16
#define BLOCK_FIRST ((size_t)4096)
#define BLOCK_LAST  ((size_t)1 << 20)
/* Far above any honest request and far below where rounding up could wrap. */
#define ALLOC_MAX ((size_t)(PTRDIFF_MAX / 2))

struct block {
    struct block *below;
    size_t size, used; /* of data */
    _Alignas(ALIGNMENT) unsigned char data[];
};

struct aj_arena {
    struct block *top;
    size_t next_size; /* data bytes of the next block */
};

/* The process has one memory, so what happens when it is gone is the process's too. */
static aj_oom_handler *oom_handler;

void aj_oom_set(aj_oom_handler *handler)
{
    oom_handler = handler;
}

void aj_oom(size_t wanted)
{
    if (oom_handler != NULL)
        oom_handler(wanted);
    fprintf(stderr, "autojail: out of memory (%zu bytes wanted)\n", wanted);
    exit(aj_exit_code(AJ_ERR_INTERNAL));
}

static struct block *block_new(size_t size)
{
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL)
        aj_oom(size);
    *block = (struct block){.below = NULL, .size = size, .used = 0};
    POISON(block->data, size);
    return block;
}

static void block_free(struct block *block)
{
    UNPOISON(block->data, block->size);
    free(block);
}

struct aj_arena *aj_arena_open(void)
{
    struct aj_arena *arena = malloc(sizeof *arena);
    if (arena == NULL)
        aj_oom(sizeof *arena);
    *arena = (struct aj_arena){.top = NULL, .next_size = BLOCK_FIRST};
    return arena;
}

void aj_arena_close(struct aj_arena *arena)
{
    if (arena == NULL)
        return;
    aj_arena_release(arena, (struct aj_mark){NULL, 0});
    free(arena);
}

size_t aj_arena_used(const struct aj_arena *arena)
{
    size_t used = 0;
    for (const struct block *block = arena->top; block != NULL; block = block->below)
        used += block->used;
    return used;
}

/* Puts a block with room for `need` bytes on top. */
static void push_block(struct aj_arena *arena, size_t need)
{
#ifdef AJ_ARENA_MALLOC
    struct block *block = block_new(need);
#else
    struct block *block = block_new(need > arena->next_size ? need : arena->next_size);
    if (arena->next_size < BLOCK_LAST)
        arena->next_size *= 2;
#endif
    block->below = arena->top;
    arena->top = block;
}

void *aj_alloc(struct aj_arena *arena, size_t size)
{
    if (size > ALLOC_MAX)
        aj_oom(size);
    const size_t rounded = ((size == 0 ? 1 : size) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const size_t need = rounded + REDZONE;
    if (arena->top == NULL || arena->top->size - arena->top->used < need)
        push_block(arena, need);
    struct block *block = arena->top;
    void *bytes = block->data + block->used;
    block->used += need;
    UNPOISON(bytes, size);
    return memset(bytes, 0, size);
}

void *aj_alloc_array(struct aj_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        aj_oom(SIZE_MAX);
    return aj_alloc(arena, count * size);
}

void *aj_memdup(struct aj_arena *arena, const void *bytes, size_t size)
{
    void *copy = aj_alloc(arena, size);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *aj_strdup(struct aj_arena *arena, const char *text)
{
    return aj_memdup(arena, text, strlen(text) + 1);
}

char *aj_strndup(struct aj_arena *arena, const char *text, size_t len)
{
    char *copy = aj_alloc_array(arena, len == SIZE_MAX ? len : len + 1, 1);
    if (len > 0)
        memcpy(copy, text, len);
    return copy;
}

char *aj_strline(struct aj_arena *arena, const char *text)
{
    return aj_strndup(arena, text, strcspn(text, "\r\n"));
}

char *aj_strf(struct aj_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *text = aj_vstrf(arena, fmt, args);
    va_end(args);
    return text;
}

char *aj_vstrf(struct aj_arena *arena, const char *fmt, va_list args)
{
    char small[128]; /* most texts are; they are made once */
    va_list again;
    va_copy(again, args);
    const int len = vsnprintf(small, sizeof small, fmt, again);
    va_end(again);
    /* Without wide characters the only failure is a text beyond INT_MAX. */
    if (len < 0)
        aj_oom(SIZE_MAX);
    const size_t size = (size_t)len + 1;
    if (size <= sizeof small)
        return aj_memdup(arena, small, size);
    char *text = aj_alloc(arena, size);
    vsnprintf(text, size, fmt, args);
    return text;
}

struct aj_mark aj_arena_mark(struct aj_arena *arena)
{
    return (struct aj_mark){arena->top, arena->top == NULL ? 0 : arena->top->used};
}

void aj_arena_release(struct aj_arena *arena, struct aj_mark mark)
{
    while (arena->top != mark.block) {
        struct block *block = arena->top;
        arena->top = block->below;
        block_free(block);
    }
    if (arena->top != NULL) {
        struct block *block = arena->top;
        POISON(block->data + mark.used, block->size - mark.used);
        block->used = mark.used;
    }
}

void *aj_vec_grow(struct aj_arena *arena, const void *items, size_t *cap, size_t item_size)
{
    const size_t old = *cap;
    if (old > SIZE_MAX / 2)
        aj_oom(SIZE_MAX);
    const size_t grown = old == 0 ? 8 : old * 2;
    void *copy = aj_alloc_array(arena, grown, item_size);
    if (old > 0)
        memcpy(copy, items, old * item_size);
    *cap = grown;
    return copy;
}
