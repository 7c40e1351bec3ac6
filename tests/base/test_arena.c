/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#    define HAVE_ASAN 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define HAVE_ASAN 1
#    endif
#endif
#ifdef HAVE_ASAN
#    include <sanitizer/asan_interface.h>
#endif

static bool all_bytes(const unsigned char *bytes, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != value)
            return false;
    return true;
}

static void memory_is_aligned_and_zeroed(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    for (size_t round = 0; round < 3; round++) {
        const struct aj_mark mark = aj_arena_mark(arena);
        for (size_t size = 1; size < 10000; size += size / 3 + 1) {
            unsigned char *bytes = aj_alloc(arena, size);
            assert_int_equal((uintptr_t)bytes % 16, 0);
            assert_true(all_bytes(bytes, size, 0));
            memset(bytes, 0xa5, size);
        }
        aj_arena_release(arena, mark);
    }
    aj_arena_close(arena);
    aj_arena_close(NULL);
}

static void empty_allocations_are_distinct(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const void *a = aj_alloc(arena, 0), *b = aj_alloc(arena, 0);
    const void *c = aj_memdup(arena, NULL, 0);
    assert_non_null(a);
    assert_ptr_not_equal(a, b);
    assert_ptr_not_equal(b, c);
    aj_arena_close(arena);
}

static void marks_nest(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_int_equal(aj_arena_used(arena), 0);
    const struct aj_mark empty = aj_arena_mark(arena);
    char *kept = aj_strdup(arena, "kept");
    const struct aj_mark outer = aj_arena_mark(arena);
    const size_t used = aj_arena_used(arena);
    assert_true(used >= 5);
    memset(aj_alloc(arena, 100000), 1, 100000);
    const struct aj_mark inner = aj_arena_mark(arena);
    memset(aj_alloc(arena, 3000000), 2, 3000000);
    aj_arena_release(arena, inner);
    assert_true(aj_arena_used(arena) >= used + 100000);
    assert_true(aj_arena_used(arena) < used + 3000000);
    aj_arena_release(arena, outer);
    assert_int_equal(aj_arena_used(arena), used);
    assert_string_equal(kept, "kept");
    aj_arena_release(arena, empty);
    assert_int_equal(aj_arena_used(arena), 0);
    aj_arena_close(arena);
}

/* Live allocations keep their contents whatever else is allocated and released. */
static void allocations_do_not_overlap(void **state)
{
    (void)state;
    enum { LIVE = 400, DEPTH = 8 };
    struct {
        unsigned char *bytes;
        size_t size;
    } live[LIVE];
    struct {
        struct aj_mark mark;
        size_t count;
    } marks[DEPTH];
    uint64_t random = test_random_start(1);
    struct aj_arena *arena = aj_arena_open();
    size_t count = 0, depth = 0;
    for (size_t step = 0; step < 20000; step++) {
        const uint32_t what = test_random_below(&random, 100);
        if (what < 2 && depth < DEPTH) {
            marks[depth].mark = aj_arena_mark(arena);
            marks[depth++].count = count;
        } else if ((what < 5 || count == LIVE) && depth > 0) {
            aj_arena_release(arena, marks[--depth].mark);
            count = marks[depth].count;
        } else if (count < LIVE) {
            const size_t size = 1 + test_random_below(&random, what < 10 ? 20000 : 200);
            live[count].bytes = aj_alloc(arena, size);
            live[count].size = size;
            assert_true(all_bytes(live[count].bytes, size, 0));
            memset(live[count].bytes, (int)(count & 0x7f) + 1, size);
            count++;
        } else {
            break;
        }
        if (step % 64 == 0)
            for (size_t i = 0; i < count; i++)
                assert_true(
                    all_bytes(live[i].bytes, live[i].size, (unsigned char)((i & 0x7f) + 1)));
    }
    aj_arena_close(arena);
}

static void strings(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_string_equal(aj_strdup(arena, ""), "");
    assert_string_equal(aj_strdup(arena, "cells"), "cells");
    assert_string_equal(aj_strndup(arena, "cells.yml", 5), "cells");
    assert_string_equal(aj_strndup(arena, NULL, 0), "");
    assert_string_equal(aj_strline(arena, "one\r\ntwo\n"), "one");
    assert_string_equal(aj_strline(arena, "one"), "one");
    assert_string_equal(aj_strf(arena, "%s-%d", "cpu", 3), "cpu-3");
    assert_string_equal(aj_strf(arena, "%s", ""), "");
    assert_int_equal(strlen(aj_strf(arena, "%*d", 70000, 1)), 70000);
    assert_memory_equal(aj_memdup(arena, "a\0b", 3), "a\0b", 3);
    aj_arena_close(arena);
}

static void vectors_grow(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    AJ_VEC(uint32_t) numbers = {0};
    for (uint32_t i = 0; i < 10000; i++) {
        AJ_PUSH(arena, &numbers, i * 7);
        assert_true(numbers.count <= numbers.cap);
    }
    assert_int_equal(numbers.count, 10000);
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(numbers.items[i], i * 7);
    aj_arena_close(arena);
}

static jmp_buf oom_jump;
static size_t oom_wanted;

static void note_oom(size_t wanted)
{
    oom_wanted = wanted;
    longjmp(oom_jump, 1);
}

static void impossible_sizes_reach_the_handler(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    aj_oom_set(note_oom);
    for (volatile int attempt = 0; attempt < 6; attempt++) {
        oom_wanted = 0;
        if (setjmp(oom_jump) == 0) {
            size_t cap = attempt == 4 ? SIZE_MAX / 2 + 1 : SIZE_MAX / 4;
            const void *got = NULL;
            switch (attempt) {
            case 0: got = aj_alloc(arena, SIZE_MAX); break;
            case 1: got = aj_alloc_array(arena, SIZE_MAX / 8 + 2, 8); break;
            case 2: got = aj_alloc_array(arena, SIZE_MAX / 8, 8); break;
            case 3: got = aj_strndup(arena, "", SIZE_MAX); break;
            case 4: got = aj_vec_grow(arena, NULL, &cap, 1); break;
            default: got = aj_vec_grow(arena, NULL, &cap, 16); break;
            }
            fail_msg("attempt %d returned %p", attempt, got);
        }
        assert_true(oom_wanted > 0);
    }
    aj_oom_set(NULL);
    /* The arena is as good as before. */
    assert_string_equal(aj_strdup(arena, "still here"), "still here");
    aj_arena_close(arena);
}

static void no_memory_ends_the_process(void **state)
{
    (void)state;
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(1);
        aj_oom(1);
    }
    int how = 0;
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), aj_exit_code(AJ_ERR_INTERNAL));
}

static void free_space_is_poisoned(void **state)
{
    (void)state;
#ifdef HAVE_ASAN
    struct aj_arena *arena = aj_arena_open();
    const char *first = aj_alloc(arena, 20);
    const struct aj_mark mark = aj_arena_mark(arena);
    const char *second = aj_alloc(arena, 100);
    assert_false(__asan_address_is_poisoned(first));
    assert_false(__asan_address_is_poisoned(first + 19));
    assert_true(__asan_address_is_poisoned(first + 20));
    assert_false(__asan_address_is_poisoned(second + 99));
    aj_arena_release(arena, mark);
    assert_true(__asan_address_is_poisoned(second));
    assert_false(__asan_address_is_poisoned(first + 19));
    aj_arena_close(arena);
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_and_zeroed),
        cmocka_unit_test(empty_allocations_are_distinct),
        cmocka_unit_test(marks_nest),
        cmocka_unit_test(allocations_do_not_overlap),
        cmocka_unit_test(strings),
        cmocka_unit_test(vectors_grow),
        cmocka_unit_test(impossible_sizes_reach_the_handler),
        cmocka_unit_test(no_memory_ends_the_process),
        cmocka_unit_test(free_space_is_poisoned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
