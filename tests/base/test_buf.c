/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/buf.h"

static void empty_buffer_is_a_text(void **state)
{
    (void)state;
    struct aj_buf buf = {0};
    assert_string_equal(aj_buf_text(&buf), "");
    aj_buf_add(&buf, NULL, 0);
    assert_string_equal(aj_buf_text(&buf), "");
    assert_int_equal(buf.len, 0);
    aj_buf_free(&buf);
    assert_null(buf.data);
    aj_buf_free(&buf);
}

/* Whatever the sizes of the pieces, the buffer is their concatenation and a NUL. */
static void pieces_are_concatenated(void **state)
{
    (void)state;
    enum { TOTAL = 50000 };
    static char expected[TOTAL + 300];
    uint64_t random = test_random_start(2);
    struct aj_buf buf = {0};
    size_t len = 0;
    while (len < TOTAL) {
        char piece[300];
        const size_t size = test_random_below(&random, sizeof piece);
        for (size_t i = 0; i < size; i++)
            piece[i] = (char)(1 + test_random_below(&random, 255));
        memcpy(expected + len, piece, size);
        len += size;
        if (test_random_below(&random, 2) == 0)
            aj_buf_add(&buf, piece, size);
        else
            aj_buf_addf(&buf, "%.*s", (int)size, piece);
        assert_int_equal(buf.len, len);
        assert_int_equal(buf.data[len], '\0');
    }
    assert_memory_equal(buf.data, expected, len);
    aj_buf_free(&buf);
}

static void little_endian_numbers(void **state)
{
    (void)state;
    struct aj_buf buf = {0};
    aj_buf_add_le(&buf, 0x0123456789abcdef, 8);
    aj_buf_add_le(&buf, 0x1234, 2);
    aj_buf_add_le(&buf, 0xfff, 1);
    static const uint8_t expected[] = {0xef, 0xcd, 0xab, 0x89, 0x67, 0x45,
                                       0x23, 0x01, 0x34, 0x12, 0xff};
    assert_int_equal(buf.len, sizeof expected);
    assert_memory_equal(buf.data, expected, sizeof expected);
    assert_true(aj_load_le(expected, 8) == 0x0123456789abcdef);
    assert_true(aj_load_be(expected, 8) == 0xefcdab8967452301);
    assert_int_equal(aj_load_le(expected + 8, 2), 0x1234);
    assert_int_equal(aj_load_be(expected + 8, 2), 0x3412);
    assert_int_equal(aj_load_be(expected, 3), 0xefcdab);
    aj_buf_free(&buf);
}

struct escape {
    const char *text, *json, *visible;
};

static void hostile_texts_are_escaped(void **state)
{
    (void)state;
    static const struct escape cases[] = {
        {"", "\"\"", ""},
        {"plain text", "\"plain text\"", "plain text"},
        {"a\"b\\c", "\"a\\\"b\\\\c\"", "a\"b\\c"},
        {"a\nb\tc\rd", "\"a\\nb\\tc\\rd\"", "a\\nb\\tc\\rd"},
        {"\x1b[31mred", "\"\\u001b[31mred\"", "\\x1b[31mred"},
        {"\x7f", "\"\\u007f\"", "\\x7f"},
        /* C1: U+009B begins a control sequence like ESC [ */
        {"\xc2\x9b"
         "31m",
         "\"\\u009b31m\"", "\\xc2\\x9b31m"},
        {"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"", "gr\xc3\xbc\xc3\x9f"},
        {"\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"", "\xf0\x9f\x98\x80"},
        /* U+202E right-to-left override, U+2028 line separator */
        {"\xe2\x80\xae", "\"\\u202e\"", "\\xe2\\x80\\xae"},
        {"\xe2\x80\xa8", "\"\\u2028\"", "\\xe2\\x80\\xa8"},
        /* not UTF-8: stray byte, cut sequence, overlong slash, surrogate, beyond U+10FFFF */
        {"\xff", "\"\\ufffd\"", "\\xff"},
        {"\xe2\x82", "\"\\ufffd\\ufffd\"", "\\xe2\\x82"},
        {"\xc0\xaf", "\"\\ufffd\\ufffd\"", "\\xc0\\xaf"},
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"", "\\xed\\xa0\\x80"},
        {"\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"", "\\xf4\\x90\\x80\\x80"},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_buf json = {0}, visible = {0};
        aj_buf_add_json(&json, cases[i].text);
        aj_buf_add_visible(&visible, cases[i].text);
        assert_string_equal(aj_buf_text(&json), cases[i].json);
        assert_string_equal(aj_buf_text(&visible), cases[i].visible);
        aj_buf_free(&json);
        aj_buf_free(&visible);
    }
}

/* No byte string makes a terminal do anything. */
static void visible_text_has_no_controls(void **state)
{
    (void)state;
    uint64_t random = test_random_start(3);
    for (size_t round = 0; round < 3000; round++) {
        char text[64];
        const size_t len = test_random_below(&random, sizeof text);
        for (size_t i = 0; i < len; i++)
            text[i] = (char)(1 + test_random_below(&random, 255));
        text[len] = '\0';
        struct aj_buf buf = {0};
        aj_buf_add_visible(&buf, text);
        for (size_t i = 0; i < buf.len; i++) {
            const unsigned char byte = (unsigned char)buf.data[i];
            assert_true(byte >= 0x20 && byte != 0x7f);
            assert_false(byte == 0xc2 && (unsigned char)buf.data[i + 1] < 0xa0);
        }
        aj_buf_free(&buf);
    }
}

static jmp_buf oom_jump;

static void note_oom(size_t wanted)
{
    assert_true(wanted > 0);
    longjmp(oom_jump, 1);
}

static void impossible_sizes_reach_the_handler(void **state)
{
    (void)state;
    struct aj_buf buf = {0};
    aj_buf_adds(&buf, "kept");
    aj_oom_set(note_oom);
    if (setjmp(oom_jump) == 0) {
        aj_buf_add(&buf, "", SIZE_MAX - 2);
        fail_msg("got %zu bytes", buf.len);
    }
    aj_oom_set(NULL);
    assert_string_equal(aj_buf_text(&buf), "kept");
    aj_buf_free(&buf);
}

/* Words of a shell: a real one gives back what was quoted. */

#define SHELL_WORDS 200

static const char *quoted(struct aj_arena *to, const char *word)
{
    struct aj_buf buf = {0};
    aj_buf_add_shell(&buf, word);
    const char *text = aj_strdup(to, aj_buf_text(&buf));
    aj_buf_free(&buf);
    return text;
}

static void shell_words(void **state)
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

static void shell_gives_words_back(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf line = {0}, want = {0};
    uint64_t random = test_random_start(20240611);
    aj_buf_adds(&line, "LC_ALL=C; printf '%s\\0'");
    for (int i = 0; i < SHELL_WORDS; i++) {
        const char *word = random_word(arena, &random);
        aj_buf_adds(&line, " ");
        aj_buf_add_shell(&line, word);
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
        cmocka_unit_test(empty_buffer_is_a_text),
        cmocka_unit_test(pieces_are_concatenated),
        cmocka_unit_test(little_endian_numbers),
        cmocka_unit_test(hostile_texts_are_escaped),
        cmocka_unit_test(visible_text_has_no_controls),
        cmocka_unit_test(shell_words),
        cmocka_unit_test(shell_gives_words_back),
        cmocka_unit_test(impossible_sizes_reach_the_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
