/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/yaml.h"

#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    const struct aj_yaml *doc;
};

static enum aj_status parse_bytes(struct fixture *f, const char *bytes, size_t size)
{
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    f->doc = NULL;
    return aj_yaml_parse(&f->cx, "in.yml", bytes, size, f->out, &f->doc);
}

static enum aj_status parse(struct fixture *f, const char *text)
{
    return parse_bytes(f, text, strlen(text));
}

static void done(struct fixture *f)
{
    aj_ctx_close(&f->cx);
    aj_arena_close(f->out);
}

static void good(struct fixture *f, const char *text)
{
    const enum aj_status status = parse(f, text);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    assert_non_null(f->doc);
}

static void assert_loc(struct aj_loc loc, uint32_t line, uint32_t col)
{
    assert_string_equal(loc.file, "in.yml");
    assert_int_equal(loc.line, line);
    assert_int_equal(loc.col, col);
}

static void test_tree(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "root: {name: Web GUI, on: true}\ncells:\n  - a\n  - 'b'\n  - []\nnone:\n");
    assert_int_equal(f.doc->kind, AJ_YAML_MAP);
    assert_int_equal(f.doc->count, 3);
    const struct aj_yaml *root = aj_yaml_get(f.doc, "root");
    assert_string_equal(aj_yaml_get(root, "name")->text, "Web GUI");
    const struct aj_yaml *cells = aj_yaml_get(f.doc, "cells");
    assert_int_equal(cells->kind, AJ_YAML_SEQ);
    assert_int_equal(cells->count, 3);
    assert_false(cells->items[0]->quoted);
    assert_true(cells->items[1]->quoted);
    assert_string_equal(cells->items[1]->text, "b");
    assert_int_equal(cells->items[2]->count, 0);
    assert_true(aj_yaml_is_null(aj_yaml_get(f.doc, "none")));
    assert_null(aj_yaml_get(f.doc, "other"));
    assert_null(aj_yaml_get(cells, "root"));
    assert_null(aj_yaml_get(NULL, "root"));
    assert_loc(aj_yaml_loc(f.doc, "cells"), 3, 3);
    assert_loc(aj_yaml_loc(root, "other"), 1, 7);
    assert_int_equal(aj_yaml_loc(NULL, "x").line, 0);
    done(&f);
}

static void test_null(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "- &x ~\n- [~, null, Null, NULL, *x, nil, '', \"null\", {}, []]");
    const struct aj_yaml *list = f.doc->items[1];
    for (size_t i = 0; i < list->count; i++)
        assert_int_equal(aj_yaml_is_null(list->items[i]), i < 5);
    assert_int_equal(list->count, 10);
    done(&f);
}

/* Columns count bytes, lines end at \n, \r\n and \r and nowhere else. */
static void test_positions(void **state)
{
    struct fixture f;
    (void)state;
    good(&f,
         "\xc3\xa9: \xe2\x82\xac\xf0\x9f\x98\x80 x\nb: {\xc3\xa9: 1, c: 2}\r\nd:\r  e: 1\xc2\x85\n"
         "f: \"\xe2\x80\xa8\"\ng: 1\n");
    assert_loc(f.doc->keys[0]->loc, 1, 1);
    assert_loc(f.doc->items[0]->loc, 1, 5);
    assert_loc(aj_yaml_loc(aj_yaml_get(f.doc, "b"), "c"), 2, 15);
    assert_loc(aj_yaml_loc(aj_yaml_get(f.doc, "d"), "e"), 4, 6);
    assert_loc(aj_yaml_loc(f.doc, "f"), 5, 4);
    assert_loc(aj_yaml_loc(f.doc, "g"), 6, 4);
    done(&f);
}

static void test_byte_order_mark(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "\xef\xbb\xbf"
             "a: 1\n");
    assert_loc(f.doc->keys[0]->loc, 1, 1);
    assert_loc(f.doc->items[0]->loc, 1, 4);
    done(&f);
}

static void test_text_loc(void **state)
{
    struct fixture f;
    (void)state;
    good(&f,
         "- plain\n- 'quoted'\n- \"a\\tb\"\n- &x anchored\n- *x\n- |\n  block\n- two\n  lines\n");
    assert_loc(aj_yaml_text_loc(f.doc->items[0], 2), 1, 5);
    assert_loc(aj_yaml_text_loc(f.doc->items[1], 2), 2, 6);
    assert_loc(aj_yaml_text_loc(f.doc->items[2], 2), 3, 3);
    assert_loc(aj_yaml_text_loc(f.doc->items[3], 2), 4, 3);
    assert_loc(aj_yaml_text_loc(f.doc->items[4], 2), 5, 3);
    assert_loc(aj_yaml_text_loc(f.doc->items[5], 2), 6, 3);
    assert_loc(aj_yaml_text_loc(f.doc->items[6], 2), 8, 3);
    assert_string_equal(f.doc->items[6]->text, "two lines");
    done(&f);
}

static void test_alias(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "a: &x {b: [1, 2]}\nc: *x\nd: &x 3\ne: *x\n*x : 4\n<<: {q: 1}\n");
    const struct aj_yaml *c = aj_yaml_get(f.doc, "c");
    assert_int_equal(c->kind, AJ_YAML_MAP);
    assert_loc(c->loc, 2, 4);
    assert_ptr_equal(aj_yaml_get(c, "b"), aj_yaml_get(aj_yaml_get(f.doc, "a"), "b"));
    assert_string_equal(aj_yaml_get(f.doc, "e")->text, "3");
    assert_string_equal(aj_yaml_get(f.doc, "3")->text, "4");
    assert_int_equal(aj_yaml_get(f.doc, "<<")->kind, AJ_YAML_MAP);
    done(&f);
}

struct flaw {
    const char *text, *id;
    uint32_t line, col;
    const char *hint; /* part of it, NULL: there is none */
};

static void test_flaws(void **state)
{
    static const struct flaw flaws[] = {
        {"", "yaml-empty", 1, 1, NULL},
        {"# only\n# comments\n", "yaml-empty", 1, 1, NULL},
        {"---\n", "yaml-empty", 1, 1, NULL},
        {"a: 1\n---\nb: 2\n", "yaml-second-document", 2, 1, NULL},
        {"a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1, NULL},
        {"m: {k: 1, \"k\": 2}\n", "yaml-duplicate-key", 1, 11, NULL},
        {"? [a]\n: 1\n", "yaml-key", 1, 3, NULL},
        {"{a: 1}: 1\n", "yaml-key", 1, 1, NULL},
        {"a: 1\n?\n: 2\n", "yaml-key", 2, 2, NULL},
        {"{a: 1, ? : 2}\n", "yaml-key", 1, 10, NULL},
        {"a: *x\n", "yaml-alias", 1, 4, "quotes"},
        {"a: &x [*x]\n", "yaml-alias", 1, 8, "quotes"},
        {"a: !!str 1\n", "yaml-tag", 1, 4, "leave the tag out"},
        {"a: ! 1\n", "yaml-tag", 1, 4, "leave the tag out"},
        {"a: !x [1]\n", "yaml-tag", 1, 4, "leave the tag out"},
        {"a: !x {b: 1}\n", "yaml-tag", 1, 4, "leave the tag out"},
        {"\ta: 1\n", "yaml-syntax", 1, 1, "not tabs"},
        {"a:\n\tb: 1\n", "yaml-syntax", 2, 1, "not tabs"},
        {"a:\n  b: 1\n\tc: 2\n", "yaml-syntax", 3, 1, "not tabs"},
        {"a:\n  b: 1\n  \tc: 2\n", "yaml-syntax", 3, 3, "not tabs"},
        {"\xc3\xa4: &root.console\n", "yaml-syntax", 1, 5, "quote it: \"&root.console\""},
        {"a: [&board.x, 1]\n", "yaml-syntax", 1, 5, "quote it: \"&board.x\""},
        {"a: &serial0\nb: 1\n", "yaml-syntax", 1, 4, "quote it: \"&serial0\""},
        {"a: {b: &serial0}\n", "yaml-syntax", 1, 8, "quote it: \"&serial0\""},
        {"a: *root.console\n", "yaml-syntax", 1, 4, "quote it: \"*root.console\""},
        {"a: @b\n", "yaml-syntax", 1, 4, "begins with @"},
        {"a: b: c\n", "yaml-syntax", 1, 5, "needs quotes"},
        {"a: [1, 2\n", "yaml-syntax", 2, 1, NULL},
        {"b: 1\na: 'x\n\n", "yaml-syntax", 4, 1, NULL},
        {"a: \"\\x\"\n", "yaml-syntax", 1, 7, NULL},
        {"a: \"x\\0y\"\n", "yaml-syntax", 1, 4, NULL},
        {"a: 1\nb: \xff\n", "yaml-syntax", 2, 4, "UTF-8"},
        {"a: 1\nb: \xc3", "yaml-syntax", 2, 4, "UTF-8"},
        {"a: \xed\xa0\x80\n", "yaml-syntax", 1, 4, "UTF-8"},
        {"a: 1\nbc: \x01\n", "yaml-syntax", 2, 5, "UTF-8"},
        {"%YAML 1.3\n---\na: 1\n", "yaml-syntax", 1, 1, NULL},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct fixture f;
        assert_int_equal(parse(&f, flaws[i].text), AJ_ERR_INPUT);
        print_message("%s", test_diags(&f.cx));
        test_one_error(&f.cx, flaws[i].id, flaws[i].line, flaws[i].col);
        assert_null(f.doc);
        const char *hint = f.cx.diags[0].hint;
        if (flaws[i].hint == NULL)
            assert_null(hint);
        else if (hint == NULL || strstr(hint, flaws[i].hint) == NULL)
            fail_msg("hint '%s' of %s", hint != NULL ? hint : "", flaws[i].text);
        done(&f);
    }
}

static void test_notes(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(parse(&f, "a: 1\nb: 'x\n"), AJ_ERR_INPUT);
    assert_int_equal(f.cx.diags[0].notes_count, 1);
    assert_loc(f.cx.diags[0].notes[0].loc, 2, 4);
    done(&f);
    assert_int_equal(parse(&f, "b: 1\nc: 1\na: 1\nb: 2\n"), AJ_ERR_INPUT);
    assert_int_equal(f.cx.diags[0].notes_count, 1);
    assert_loc(f.cx.diags[0].notes[0].loc, 1, 1);
    done(&f);
}

static void test_goes_on(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(parse(&f, "a: &x\na: 1\n[b]: 2\nc: *y\nd: !!int 3\n---\n"), AJ_ERR_INPUT);
    assert_int_equal(f.cx.diags_count, 6);
    assert_int_equal(test_count(&f.cx, "yaml-syntax"), 1);
    assert_int_equal(test_count(&f.cx, "yaml-second-document"), 1);
    done(&f);
}

static void test_nul_bytes(void **state)
{
    static const char raw[] = "a: 1\nb: x\0y\n";
    struct fixture f;
    (void)state;
    assert_int_equal(parse_bytes(&f, raw, sizeof raw - 1), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-syntax", 2, 5);
    done(&f);
}

static void test_utf16(void **state)
{
    static const char wide[] = "\xff\xfe"
                               "a\0:\0 \0"
                               "1\0";
    struct fixture f;
    (void)state;
    assert_int_equal(parse_bytes(&f, wide, sizeof wide - 1), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-syntax", 1, 1);
    done(&f);
}

static void repeat(struct aj_buf *buf, const char *text, size_t count)
{
    while (count-- > 0)
        aj_buf_adds(buf, text);
}

static enum aj_status parse_buf(struct fixture *f, struct aj_buf *buf)
{
    const enum aj_status status = parse(f, aj_buf_text(buf));
    aj_buf_free(buf);
    return status;
}

static void test_depth(void **state)
{
    struct fixture f;
    struct aj_buf buf = {0};
    (void)state;
    repeat(&buf, "[", 64);
    repeat(&buf, "]", 64);
    assert_int_equal(parse_buf(&f, &buf), AJ_OK);
    done(&f);
    repeat(&buf, "[", 65);
    assert_int_equal(parse_buf(&f, &buf), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-limit", 1, 65);
    done(&f);
    repeat(&buf, "[", 100000);
    assert_int_equal(parse_buf(&f, &buf), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-limit", 1, 65);
    done(&f);
}

/* A chain of aliases is as deep as what it expands to. */
static void test_alias_depth(void **state)
{
    (void)state;
    for (uint32_t links = 62; links <= 63; links++) {
        struct fixture f;
        struct aj_buf buf = {0};
        aj_buf_adds(&buf, "- &a0 [x]\n");
        for (uint32_t i = 1; i <= links; i++)
            aj_buf_addf(&buf, "- &a%u [*a%u]\n", i, i - 1);
        const enum aj_status status = parse_buf(&f, &buf);
        assert_int_equal(status, links == 62 ? AJ_OK : AJ_ERR_INPUT);
        if (status != AJ_OK)
            test_one_error(&f.cx, "yaml-limit", 64, 9);
        done(&f);
    }
}

static void test_alias_bomb(void **state)
{
    struct fixture f;
    struct aj_buf buf = {0};
    (void)state;
    aj_buf_adds(&buf, "- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (uint32_t i = 1; i <= 10; i++)
        aj_buf_addf(&buf, "- &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n", i, i - 1,
                    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    assert_int_equal(parse_buf(&f, &buf), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-limit", 7, 0);
    done(&f);
}

static void test_anchor_limit(void **state)
{
    (void)state;
    for (uint32_t anchors = 1024; anchors <= 1025; anchors++) {
        struct fixture f;
        struct aj_buf buf = {0};
        repeat(&buf, "- &a x\n", anchors);
        assert_int_equal(parse_buf(&f, &buf), anchors == 1024 ? AJ_OK : AJ_ERR_INPUT);
        assert_int_equal(test_count(&f.cx, "yaml-limit"), anchors - 1024);
        done(&f);
    }
}

static void test_node_limit(void **state)
{
    struct fixture f;
    struct aj_buf buf = {0};
    (void)state;
    repeat(&buf, "- 1\n", 999999);
    assert_int_equal(parse_buf(&f, &buf), AJ_OK);
    done(&f);
    repeat(&buf, "- 1\n", 1000000);
    assert_int_equal(parse_buf(&f, &buf), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-limit", 1000000, 3);
    done(&f);
}

static void test_size_limit(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(parse_bytes(&f, "", ((size_t)64 << 20) + 1), AJ_ERR_INPUT);
    test_one_error(&f.cx, "yaml-limit", 0, 0);
    done(&f);
}

/* Linear time for hostile shapes: many keys, one long line. */
static void test_large(void **state)
{
    struct fixture f;
    struct aj_buf buf = {0};
    (void)state;
    aj_buf_adds(&buf, "{");
    for (uint32_t i = 0; i < 100000; i++)
        aj_buf_addf(&buf, "k%u: [\xc3\xa9], ", i * 7919 % 100000);
    aj_buf_adds(&buf, "}");
    assert_int_equal(parse_buf(&f, &buf), AJ_OK);
    assert_int_equal(f.doc->count, 100000);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),         cmocka_unit_test(test_null),
        cmocka_unit_test(test_positions),    cmocka_unit_test(test_byte_order_mark),
        cmocka_unit_test(test_text_loc),     cmocka_unit_test(test_alias),
        cmocka_unit_test(test_flaws),        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_goes_on),      cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_utf16),        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_alias_depth),  cmocka_unit_test(test_alias_bomb),
        cmocka_unit_test(test_anchor_limit), cmocka_unit_test(test_node_limit),
        cmocka_unit_test(test_size_limit),   cmocka_unit_test(test_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
