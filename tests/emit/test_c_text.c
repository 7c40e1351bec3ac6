/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/c_text.h"

#include "tests/support/support.h"

static const char *comment(const char *text)
{
    static char result[512];
    struct aj_buf to = {0};
    struct emit_c c = {.to = &to, .depth = 1};
    emit_c_comment(&c, text);
    snprintf(result, sizeof result, "%s", aj_buf_text(&to));
    aj_buf_free(&to);
    return result;
}

static void test_comments(void **state)
{
    (void)state;
    assert_string_equal(comment("RAM of plc"), "\t/* RAM of plc */\n");
    assert_string_equal(comment(""), "\t/* */\n");
    assert_string_equal(comment("end */ int x; /* begin"), "\t/* end * / int x; / * begin */\n");
    assert_string_equal(comment("*/*/"), "\t/* * / * / */\n");
    assert_string_equal(comment("two\nlines"), "\t/* two\\nlines */\n");
    assert_string_equal(
        comment("a comment that is longer than what fits into the eighty columns of a line"),
        "\t/* a comment that is longer than what fits into the eighty columns of a\n"
        "\t * line */\n");
    assert_string_equal(
        comment("1234567890,1234567890,1234567890,1234567890,1234567890,1234567890"),
        "\t/* 1234567890,1234567890,1234567890,1234567890, 1234567890,1234567890 */\n");
    assert_string_equal(comment("123456789012345678901234567890123456789012345678901234567890"),
                        "\t/* 12345678901234567890123456789012345678901234567890 1234567890 */\n");
}

static const char *literal(const void *bytes, size_t size)
{
    static char result[512];
    struct aj_buf to = {0};
    emit_c_string(&to, bytes, size);
    snprintf(result, sizeof result, "%s", aj_buf_text(&to));
    aj_buf_free(&to);
    return result;
}

static void test_strings(void **state)
{
    (void)state;
    assert_string_equal(literal("plc\0\0\0", 6), "\"plc\"");
    assert_string_equal(literal("\0\0", 2), "\"\"");
    assert_string_equal(literal("a\0b", 3), "\"a\\000b\"");
    assert_string_equal(literal("\"\\?\n1", 5), "\"\\\"\\\\\\?\\0121\"");
    assert_string_equal(literal("\303\244", 2), "\"\\303\\244\"");
}

/* No line passes column 80, a tab being 8 columns. */
static void test_words_wrap(void **state)
{
    struct aj_buf to = {0};
    struct emit_c c = {.to = &to, .depth = 2};
    (void)state;
    emit_c_begin(&c, ".flags =");
    for (int i = 0; i < 4; i++)
        emit_c_word(&c, "JAILHOUSE_CELL_FLAG_123 |", 1, "");
    emit_c_word(&c, "0,", 1, "");
    emit_c_end(&c);
    assert_string_equal(aj_buf_text(&to),
                        "\t\t.flags = JAILHOUSE_CELL_FLAG_123 | JAILHOUSE_CELL_FLAG_123 |\n"
                        "\t\t\tJAILHOUSE_CELL_FLAG_123 | JAILHOUSE_CELL_FLAG_123 | 0,\n");
    aj_buf_free(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_words_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
