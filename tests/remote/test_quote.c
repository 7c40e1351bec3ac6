/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real shell gives back what was quoted. */
#include "base/buf.h"
#include "remote/host.h"

#include "tests/support/support.h"

#define WORDS 200

static const char *quoted(struct aj_arena *to, const char *word)
{
    struct aj_buf buf = {0};
    remote_quote(&buf, word);
    const char *text = aj_strdup(to, aj_buf_text(&buf));
    aj_buf_free(&buf);
    return text;
}

static void known_forms(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    assert_string_equal(quoted(arena, ""), "''");
    assert_string_equal(quoted(arena, "a b"), "'a b'");
    assert_string_equal(quoted(arena, "it's"), "'it'\\''s'");
    aj_arena_close(arena);
}

/* Any bytes but NUL; those that mean something to a shell more often. */
static const char *random_word(struct aj_arena *to, uint64_t *random)
{
    static const char special[] = "'\"\\$`!*?[]{}()<>|&;~#%=^ \t\n\r-";
    const uint32_t length = test_random_below(random, 40);
    char *word = aj_alloc(to, length + 1);
    for (uint32_t i = 0; i < length; i++)
        word[i] = test_random_below(random, 2) == 0
                      ? special[test_random_below(random, (uint32_t)sizeof special - 1)]
                      : (char)(1 + test_random_below(random, 255));
    return word;
}

static void shell_gives_them_back(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf line = {0}, want = {0};
    uint64_t random = test_random_start(20240611);
    aj_buf_adds(&line, "LC_ALL=C; printf '%s\\0'");
    for (int i = 0; i < WORDS; i++) {
        const char *word = random_word(arena, &random);
        aj_buf_adds(&line, " ");
        remote_quote(&line, word);
        aj_buf_add(&want, word, strlen(word) + 1);
    }
    FILE *shell = popen(aj_buf_text(&line), "r");
    assert_non_null(shell);
    char *got = aj_alloc(arena, want.len + 1);
    assert_int_equal(fread(got, 1, want.len + 1, shell), want.len);
    assert_memory_equal(got, want.data, want.len);
    assert_int_equal(pclose(shell), 0);
    aj_buf_free(&line);
    aj_buf_free(&want);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_forms),
        cmocka_unit_test(shell_gives_them_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
