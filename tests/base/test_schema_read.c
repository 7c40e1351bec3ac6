/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema.h"

#include "tests/support/sample.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    const struct aj_yaml *doc;
    struct sample sample;
};

static enum aj_status read_text(struct fixture *f, const char *text)
{
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    memset(&f->sample, 0xa5, sizeof f->sample);
    if (aj_yaml_parse(&f->cx, "in.yml", text, strlen(text), f->out, &f->doc) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    return aj_schema_read(&f->cx, &sample_schema, f->doc, "", f->out, &f->sample);
}

static void good(struct fixture *f, const char *text)
{
    const enum aj_status status = read_text(f, text);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
}

static void done(struct fixture *f)
{
    aj_ctx_close(&f->cx);
    aj_arena_close(f->out);
}

static void assert_defaults(const struct sample *s)
{
    assert_false(s->flag);
    assert_true(s->on);
    assert_int_equal(s->u16, 0xffff);
    assert_int_equal(s->u32, AJ_NONE32);
    assert_int_equal(s->u64, 5);
    assert_true(s->address == AJ_NONE64);
    assert_int_equal(s->period, 0);
    assert_int_equal(s->os, 1);
    assert_int_equal(s->bits, 3);
    assert_null(s->text);
    assert_string_equal(s->dir, "build");
    assert_int_equal(s->words_count, 0);
    assert_true(aj_cpuset_empty(&s->cpus));
    assert_int_equal(s->bitmap[3], AJ_NONE32);
    assert_int_equal(s->mac[5], 0);
    assert_int_equal(s->inner.port, 0);
    assert_true(s->inner.on);
    assert_null(s->maybe);
    assert_int_equal(s->links_count, 0);
    assert_int_equal(s->parity, 0);
}

static void test_defaults(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "{}");
    assert_defaults(&f.sample);
    done(&f);
    good(&f, "flag:\non: ~\nu8: null\nu16:\naddress: Null\nos:\nbits:\ntext:\ndir:\nwords:\ncpus:\n"
             "bitmap:\ninner:\nmaybe:\nitems:\nlinks:\nparity:\n");
    assert_defaults(&f.sample);
    done(&f);
}

static void test_structs(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "inner: {port: 1, on: no, cpus: 0-3}\nmaybe: {number: 2}\nitems:\n- port: 3\n"
             "- {port: 0x4}\nlinks:\n  plc: {port: 5}\n  \"null\": {port: 6}\nparity: odd\n");
    const struct sample *s = &f.sample;
    assert_int_equal(s->inner.port, 1);
    assert_false(s->inner.on);
    assert_int_equal(aj_cpuset_count(&s->inner.cpus), 4);
    assert_int_equal(s->maybe->port, 2);
    assert_true(s->maybe->on);
    assert_int_equal(s->items_count, 2);
    assert_int_equal(s->items[1].port, 4);
    assert_int_equal(s->items[1].at->loc.line, 5);
    assert_int_equal(s->links_count, 2);
    assert_string_equal(s->links[0].name, "plc");
    assert_string_equal(s->links[1].name, "null");
    assert_int_equal(s->links[1].port, 6);
    assert_int_equal(s->parity, 1);
    done(&f);
}

struct flaw {
    const char *text, *id;
    uint32_t line, col;
    const char *path, *hint; /* NULL: there is no hint */
};

static void test_flaws(void **state)
{
    static const struct flaw flaws[] = {
        {"[]", "type", 1, 1, NULL, NULL},
        {"text", "type", 1, 1, NULL, NULL},
        {"addres: 1\n", "key-unknown", 1, 1, "addres", "did you mean 'address'?"},
        {"flag: true\nxyzzy: {a: 1}\n", "key-unknown", 2, 1, "xyzzy", NULL},
        {"<<: {flag: true}\n", "key-unknown", 1, 1, "<<", NULL},
        {"inner: 3\n", "type", 1, 8, "inner", NULL},
        {"inner: [a]\n", "type", 1, 8, "inner", NULL},
        {"inner: {on: true}\n", "key-missing", 1, 8, "inner.port", NULL},
        {"inner: {port: }\n", "key-missing", 1, 15, "inner.port", NULL},
        {"inner: {port: 1, nmber: 2}\n", "key-unknown", 1, 18, "inner.nmber", NULL},
        {"inner: {port: 1, number: 2}\n", "key-twice", 1, 18, "inner.number", NULL},
        {"inner: {number: 1, port: 2}\n", "key-twice", 1, 20, "inner.port", NULL},
        {"maybe: {port: 13}\n", "range", 1, 8, "maybe", NULL},
        {"items: {port: 1}\n", "type", 1, 8, "items", NULL},
        {"items:\n- {port: 1}\n- {prt: 2, port: 1}\n", "key-unknown", 3, 4, "items[1].prt",
         "did you mean 'port'?"},
        {"items:\n- {port: 1}\n-\n", "key-missing", 3, 2, "items[1].port", NULL},
        {"items:\n- {port: 1}\n- x\n", "type", 3, 3, "items[1]", NULL},
        {"links: [{port: 1}]\n", "type", 1, 8, "links", NULL},
        {"links:\n  plc:\n", "key-missing", 2, 7, "links.plc.port", NULL},
        {"links:\n  plc: {port: 13}\n", "range", 2, 8, "links.plc", NULL},
        {"links:\n  plc: {port: x}\n", "number", 2, 15, "links.plc.port", NULL},
        {"parity: 3\n", "name-unknown", 1, 9, "parity", NULL},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct fixture f;
        assert_int_equal(read_text(&f, flaws[i].text), AJ_ERR_INPUT);
        print_message("%s", test_diags(&f.cx));
        test_one_error(&f.cx, flaws[i].id, flaws[i].line, flaws[i].col);
        const struct aj_diag *diag = &f.cx.diags[0];
        if (flaws[i].path == NULL)
            assert_null(diag->path);
        else
            assert_string_equal(diag->path, flaws[i].path);
        if (flaws[i].hint == NULL)
            assert_null(diag->hint);
        else
            assert_string_equal(diag->hint, flaws[i].hint);
        done(&f);
    }
}

static void test_collects(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(read_text(&f, "flg: 1\nu8: 256\nitems: [{port: x}, {}, {port: 13}]\n"
                                   "links: {a: [], b: {port: 70000}}\n"),
                     AJ_ERR_INPUT);
    assert_int_equal(f.cx.diags_count, 7);
    assert_int_equal(test_count(&f.cx, "range"), 3);
    assert_int_equal(test_count(&f.cx, "key-missing"), 1);
    assert_int_equal(test_count(&f.cx, "type"), 1);
    done(&f);
}

static void test_path_prefix(void **state)
{
    struct fixture f;
    (void)state;
    good(&f, "{inner: {port: 1}}");
    struct sample_item item;
    const struct aj_yaml *node = aj_yaml_get(f.doc, "inner");
    assert_int_equal(aj_schema_read(&f.cx, &sample_item_schema, node, "a.b", f.out, &item), AJ_OK);
    assert_int_equal(aj_schema_read(&f.cx, &sample_item_schema, f.doc, "a.b", f.out, &item),
                     AJ_ERR_INPUT);
    assert_string_equal(f.cx.diags[0].path, "a.b.inner");
    assert_string_equal(f.cx.diags[1].path, "a.b.port");
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),    cmocka_unit_test(test_structs),
        cmocka_unit_test(test_flaws),       cmocka_unit_test(test_collects),
        cmocka_unit_test(test_path_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
