/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/yaml.h"

#include "tests/support/support.h"

static void assert_text(struct aj_buf *buf, const char *expected)
{
    assert_string_equal(aj_buf_text(buf), expected);
    aj_buf_free(buf);
}

static void test_block(void **state)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    (void)state;
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, "root");
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, "name");
    aj_yaml_write_string(w, "Web GUI");
    aj_yaml_write_string(w, "size");
    aj_yaml_write_plain(w, "16 MiB");
    aj_yaml_write_end_map(w);
    aj_yaml_write_string(w, "list");
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, "/soc/spi@7e204000");
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, "a");
    aj_yaml_write_plain(w, "1");
    aj_yaml_write_string(w, "b");
    aj_yaml_write_plain(w, "0-3,5");
    aj_yaml_write_end_map(w);
    aj_yaml_write_end_seq(w);
    aj_yaml_write_string(w, "none");
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_end_map(w);
    aj_yaml_write_end_map(w);
    assert_true(aj_yaml_writer_close(w));
    assert_text(&buf, "root:\n  name: Web GUI\n  size: 16 MiB\nlist:\n- /soc/spi@7e204000\n"
                      "- a: 1\n  b: 0-3,5\nnone: {}\n");
}

static void test_flow(void **state)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    (void)state;
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, "a");
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    aj_yaml_write_plain(w, "0x1");
    aj_yaml_write_map(w, AJ_YAML_BLOCK); /* stays on the line */
    aj_yaml_write_string(w, "cpus");
    aj_yaml_write_plain(w, "0,2");
    aj_yaml_write_string(w, "compatible");
    aj_yaml_write_string(w, "arm,pl011");
    aj_yaml_write_end_map(w);
    for (int i = 0; i < 30; i++)
        aj_yaml_write_string(w, "MEM_READ");
    aj_yaml_write_end_seq(w);
    aj_yaml_write_string(w, "b");
    aj_yaml_write_string(w, "arm,pl011");
    aj_yaml_write_end_map(w);
    assert_true(aj_yaml_writer_close(w));
    const char *line = strchr(aj_buf_text(&buf), '\n');
    assert_string_equal(line, "\nb: arm,pl011\n");
    const char *begin = "a: [0x1, {cpus: \"0,2\", compatible: \"arm,pl011\"}, MEM_READ, MEM_READ,";
    assert_memory_equal(buf.data, begin, strlen(begin));
    aj_buf_free(&buf);
}

/* The events of a map that holds `text`, in block and in flow style, read back. */
static void assert_comes_back(const char *text, const char *expected)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, text);
    aj_yaml_write_string(w, text);
    aj_yaml_write_string(w, "list-with-a-key");
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    aj_yaml_write_string(w, text);
    aj_yaml_write_string(w, text);
    aj_yaml_write_end_seq(w);
    aj_yaml_write_end_map(w);
    assert_true(aj_yaml_writer_close(w));
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    const struct aj_yaml *doc;
    if (aj_yaml_parse(&cx, "out.yml", buf.data, buf.len, out, &doc) != AJ_OK)
        fail_msg("%s\n%s", aj_buf_text(&buf), test_diags(&cx));
    assert_int_equal(doc->count, 2);
    assert_string_equal(doc->keys[0]->text, expected);
    assert_string_equal(doc->items[0]->text, expected);
    assert_false(aj_yaml_is_null(doc->items[0]));
    assert_int_equal(doc->items[1]->count, 2);
    assert_string_equal(doc->items[1]->items[1]->text, expected);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    aj_buf_free(&buf);
}

static bool is_quoted(const char *text)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    aj_yaml_write_string(w, text);
    aj_yaml_write_end_seq(w);
    assert_true(aj_yaml_writer_close(w));
    const char *item = aj_buf_text(&buf) + 2;
    const bool quoted = item[0] == '"';
    if (!quoted)
        assert_memory_equal(item, text, strlen(text));
    aj_buf_free(&buf);
    return quoted;
}

/* Words that every YAML reader takes for text, and words that some do not. */
static const char *const plain_words[] = {
    "linux",
    "Web GUI",
    "/soc/spi@7e204000",
    "root.console",
    "arm,cortex-a53",
    "MEM_READ",
    "_x",
    "a-b",
    "PL011",
    "ssh:user@host:22",
    "C:/x",
    "e1000e",
    "nobody",
    "on call",
    "x = 1 (approx.)",
    "yesterday",
    "Y2",
    "true north",
    "run 12, 19",
    "eth0 ~ net0",
};
static const char *const quoted_words[] = {
    "",
    " ",
    " a",
    "a ",
    "a  b",
    "on",
    "No",
    "y",
    "N",
    "TRUE",
    "null",
    "~",
    "0",
    "12",
    "-1",
    "+1",
    "0x1f",
    "007",
    "1.5",
    ".5",
    "1e3",
    ".inf",
    "NaN",
    "1:20",
    "00:02.0",
    "2024-01-31",
    "0000:00",
    "&root.x",
    "*x",
    "!x",
    "- a",
    "-",
    "? a",
    "a: b",
    "a:",
    "a #b",
    "#",
    "@a",
    "`a",
    "%a",
    "[a]",
    "{a}",
    "a]",
    "'a'",
    "\"a\"",
    "|",
    ">",
    "<<",
    "=",
    "---",
    "...",
    "a\nb",
    "a\tb",
    "\x01",
    "M\xc3\xbcller",
    "a\\b",
    "7e204000.spi",
    "0-3",
    "1_000",
    "0b1",
    "a, ",
    ",a",
    "off",
    "\x7f",
    "a|b",
    "\xe2\x80\xa8",
};

static void test_quotes(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(plain_words); i++) {
        if (is_quoted(plain_words[i]))
            fail_msg("%s is quoted", plain_words[i]);
        assert_comes_back(plain_words[i], plain_words[i]);
    }
    for (size_t i = 0; i < AJ_COUNT(quoted_words); i++) {
        if (!is_quoted(quoted_words[i]))
            fail_msg("%s is not quoted", quoted_words[i]);
        assert_comes_back(quoted_words[i], quoted_words[i]);
    }
}

/* libyaml escapes what is beyond the basic plane. */
static void test_unicode(void **state)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    (void)state;
    aj_yaml_write_string(w, "M\xc3\xbcller \xf0\x9f\x98\x80");
    assert_true(aj_yaml_writer_close(w));
    assert_text(&buf, "\"M\xc3\xbcller \\U0001F600\"\n");
}

static void test_invalid_utf8(void **state)
{
    static const char *const cases[][2] = {
        {"a\xff"
         "b",
         "a\xef\xbf\xbd"
         "b"},
        {"\xc3", "\xef\xbf\xbd"},
        {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx"},
        {"\xe0\x9f\xbf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
        {"\xef\xbf\xbf", "\xef\xbf\xbf"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++)
        assert_comes_back(cases[i][0], cases[i][1]);
}

static void test_any_bytes(void **state)
{
    static const char *const bits[] = {
        "a",        "0",  " ", ":", "-", "#", ",", "&",  "\"",           "'", "\n", "~", "\\",
        "\xc3\xa4", "\t", "?", "]", "}", "x", ".", "\r", "\xe2\x80\xa9", "|", "!"};
    uint64_t random = test_random_start(11);
    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct aj_buf buf = {0};
        for (uint32_t len = test_random_below(&random, 8); len > 0; len--)
            aj_buf_adds(&buf, bits[test_random_below(&random, AJ_COUNT(bits))]);
        assert_comes_back(aj_buf_text(&buf), aj_buf_text(&buf));
        aj_buf_free(&buf);
    }
}

static void test_long_key(void **state)
{
    char key[400];
    (void)state;
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    assert_comes_back(key, key);
}

static void test_wrong_events(void **state)
{
    struct aj_buf buf = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&buf);
    (void)state;
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    aj_yaml_write_end_seq(w);
    aj_yaml_write_string(w, "x");
    assert_false(aj_yaml_writer_close(w));
    aj_buf_free(&buf);
    w = aj_yaml_writer_open(&buf);
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    assert_false(aj_yaml_writer_close(w));
    aj_buf_free(&buf);
    w = aj_yaml_writer_open(&buf);
    assert_false(aj_yaml_writer_close(w));
    aj_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block),        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_quotes),       cmocka_unit_test(test_unicode),
        cmocka_unit_test(test_invalid_utf8), cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_long_key),     cmocka_unit_test(test_wrong_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
