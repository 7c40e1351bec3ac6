/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema_priv.h"

#include "tests/support/sample.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    struct sample sample;
};

static enum aj_status read_text(struct fixture *f, const char *text)
{
    const struct aj_yaml *doc;
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    if (aj_yaml_parse(&f->cx, "in.yml", text, strlen(text), f->out, &doc) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    return aj_schema_read(&f->cx, &sample_schema, doc, "", f->out, &f->sample);
}

static const struct sample *good(struct fixture *f, const char *text)
{
    const enum aj_status status = read_text(f, text);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    return &f->sample;
}

static void done(struct fixture *f)
{
    aj_ctx_close(&f->cx);
    aj_arena_close(f->out);
}

static void test_numbers(void **state)
{
    struct fixture f;
    (void)state;
    const struct sample *s =
        good(&f, "{flag: Yes, on: \"off\", u8: 255, u16: 1000, u32: 0xFFFFFFFF, u64: 0x10, "
                 "address: '0x80000000', size: 128 MB, period: 1.5 ms}");
    assert_true(s->flag);
    assert_false(s->on);
    assert_int_equal(s->u8, 255);
    assert_int_equal(s->u16, 1000);
    assert_int_equal(s->u32, 0xffffffff);
    assert_int_equal(s->u64, 16);
    assert_int_equal(s->address, 0x80000000);
    assert_int_equal(s->size, AJ_MIB(128));
    assert_int_equal(s->period, 1500000);
    done(&f);
    s = good(&f, "{u16: 65535, address: 18446744073709551615, u32: &x 7, u64: *x}");
    assert_int_equal(s->u16, 0xffff);
    assert_true(s->address == AJ_NONE64);
    assert_int_equal(s->u64, 7);
    done(&f);
}

static void test_names(void **state)
{
    struct fixture f;
    (void)state;
    const struct sample *s = good(&f, "{os: BARE, bits: [jailhouse_mem_read, MEM_TOP, 0x100]}");
    assert_int_equal(s->os, 0);
    assert_int_equal(s->bits, 0x80000101);
    done(&f);
    s = good(&f, "{os: 200, bits: MEM_READ | JAILHOUSE_MEM_BOTH|16, more_bits: []}");
    assert_int_equal(s->os, 200);
    assert_int_equal(s->bits, 0x1d);
    assert_int_equal(s->more_bits, 0);
    done(&f);
    s = good(&f, "{os: 'no', bits: [MEM_READ | MEM_WRITE, MEM_BOTH], more_bits: 0}");
    assert_int_equal(s->os, 7);
    assert_int_equal(s->bits, 0xf);
    done(&f);
}

static void test_lists(void **state)
{
    struct fixture f;
    (void)state;
    const struct sample *s =
        good(&f, "{words: [a, 'null', \"\"], cpus: 2, irqs: [33, 40-42, '7'], bitmap: [1, 0x2], "
                 "mac: [1, 2, 3, 4, 5, 0xff]}");
    assert_int_equal(s->words_count, 3);
    assert_string_equal(s->words[1], "null");
    assert_string_equal(s->words[2], "");
    assert_int_equal(aj_cpuset_count(&s->cpus), 1);
    assert_int_equal(s->irqs_count, 5);
    assert_int_equal(s->irqs[0], 33);
    assert_int_equal(s->irqs[3], 42);
    assert_int_equal(s->irqs[4], 7);
    assert_int_equal(s->bitmap[1], 2);
    assert_int_equal(s->bitmap[2], AJ_NONE32);
    assert_int_equal(s->mac[5], 255);
    done(&f);
    s = good(&f, "words: one word\ncpus: [0, 2-4]\nirqs: 9,3-4, 9\n");
    assert_int_equal(s->words_count, 1);
    assert_string_equal(s->words[0], "one word");
    assert_int_equal(aj_cpuset_count(&s->cpus), 4);
    assert_int_equal(s->irqs_count, 4);
    assert_int_equal(s->irqs[1], 3);
    assert_int_equal(s->irqs[3], 9);
    done(&f);
    s = good(&f, "words: []\ncpus: 0,1023\nirqs: 0-1019\n...\n");
    done(&f);
}

struct flaw {
    const char *text, *id;
    uint32_t line, col;
    const char *msg, *path; /* msg: a part of it; path NULL: the key */
};

static void test_flaws(void **state)
{
    static const struct flaw flaws[] = {
        {"flag: maybe\n", "type", 1, 7, "'maybe' is not true or false", "flag"},
        {"flag: [true]\n", "type", 1, 7, "expected true or false, not a list", "flag"},
        {"u8: [1]\n", "type", 1, 5, "expected a number", "u8"},
        {"size: {a: 1}\n", "type", 1, 7, "expected a size such as", "size"},
        {"u8: ''\n", "number", 1, 6, "expected a number", "u8"},
        {"u8: abc\n", "number", 1, 5, "'abc'", "u8"},
        {"u8: 12x\n", "number", 1, 7, "'12x'", "u8"},
        {"u8: \"12x\"\n", "number", 1, 8, "'12x'", "u8"},
        {"u8: \"12\\x78\"\n", "number", 1, 5, "'12x'", "u8"},
        {"u8: &a 12x\n", "number", 1, 5, "'12x'", "u8"},
        {"u8: -1\n", "number", 1, 5, "'-1' is negative", "u8"},
        {"u8: 012\n", "number", 1, 0, "'012'", "u8"},
        {"u8: 0x10000,\n", "number", 1, 12, "'0x10000,'", "u8"},
        {"u8: 256\n", "range", 1, 5, "256 is too large, at most 255", "u8"},
        {"u16: 1001\n", "range", 1, 6, "at most 1000", "u16"},
        {"u64: 18446744073709551616\n", "range", 1, 6, "at most 18446744073709551615", "u64"},
        {"address: 0x10000000000000000\n", "range", 1, 10, "0xffffffffffffffff", "address"},
        {"size: 10 MX\n", "number", 1, 10, "'10 MX' has an unknown", "size"},
        {"size: 17179869184 GiB\n", "range", 1, 7, "17179869184 GiB is too large", "size"},
        {"period: 5\n", "number", 1, 0, "expected a duration such as 100 us", "period"},
        {"os: windows\n", "name-unknown", 1, 5, "unknown name 'windows'", "os"},
        {"os: 256\n", "range", 1, 5, "at most 255", "os"},
        {"os: 1x\n", "number", 1, 6, "'1x'", "os"},
        {"bits: MEM_READ | MEM_RITE\n", "name-unknown", 1, 18, "'MEM_RITE'", "bits"},
        {"bits: MEM_READ |\n", "name-unknown", 1, 17, "unknown name ''", "bits"},
        {"bits: [MEM_READ, MEM_X]\n", "name-unknown", 1, 18, "'MEM_X'", "bits[1]"},
        {"bits: [MEM_READ, [MEM_WRITE]]\n", "type", 1, 18, "expected a name, not a list",
         "bits[1]"},
        {"bits: [MEM_READ, ~]\n", "type", 1, 18, "empty item", "bits[1]"},
        {"bits: 0x100000000\n", "range", 1, 7, "at most 0xffffffff", "bits"},
        {"more_bits: [MEM_TOP]\n", "range", 1, 13, "at most 0xff", "more_bits[0]"},
        {"text: [a]\n", "type", 1, 7, "expected a text", "text"},
        {"words: {a: 1}\n", "type", 1, 8, "expected a list of texts", "words"},
        {"words: [a, ~]\n", "type", 1, 12, "an empty item", "words[1]"},
        {"words: [a, {b: 1}]\n", "type", 1, 12, "expected a text", "words[1]"},
        {"cpus: 0,x\n", "number", 1, 9, "expected numbers such as 0,2-4", "cpus"},
        {"cpus: 3-1\n", "number", 1, 0, "'3-1'", "cpus"},
        {"cpus: [0, -1]\n", "number", 1, 11, "'-1' is negative", "cpus[1]"},
        {"cpus: 0,1024,3\n", "range", 1, 9, "1024 is too large, at most 1023", "cpus"},
        {"inner: {port: 1, cpus: 8}\n", "range", 1, 24, "at most 7", "inner.cpus"},
        {"irqs: 32,1020\n", "range", 1, 10, "1020 is too large, at most 1019", "irqs"},
        {"irqs: 32,4-2\n", "number", 1, 12, "backwards", "irqs"},
        {"irqs: 32,4-x\n", "number", 1, 12, "'x'", "irqs"},
        {"irqs: [32, -4]\n", "number", 1, 12, "negative", "irqs[1]"},
        {"bitmap: 1\n", "type", 1, 9, "expected a list of numbers", "bitmap"},
        {"bitmap: [1, 2, 3, 4, 5]\n", "range", 1, 9, "5 numbers, at most 4", "bitmap"},
        {"bitmap: [1, 0x100000000]\n", "range", 1, 13, "at most 0xffffffff", "bitmap[1]"},
        {"mac: [1, ~]\n", "type", 1, 10, "an empty item", "mac[1]"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct fixture f;
        assert_int_equal(read_text(&f, flaws[i].text), AJ_ERR_INPUT);
        print_message("%s", test_diags(&f.cx));
        test_one_error(&f.cx, flaws[i].id, flaws[i].line, flaws[i].col);
        const struct aj_diag *diag = &f.cx.diags[0];
        assert_string_equal(diag->path, flaws[i].path);
        if (strstr(diag->msg, flaws[i].msg) == NULL)
            fail_msg("'%s' does not say '%s'", diag->msg, flaws[i].msg);
        done(&f);
    }
}

static void test_comma_hint(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(read_text(&f, "size: 0x10000,\n"), AJ_ERR_INPUT);
    test_one_error(&f.cx, "number", 1, 14);
    assert_string_equal(f.cx.diags[0].hint, "leave out the comma at the end");
    done(&f);
}

static void test_too_many(void **state)
{
    static const struct aj_field fields[] = {AJ_F_UINTS(struct sample, irqs)};
    static const struct aj_schema schema = {"x", sizeof(struct sample), fields, 1, 0, false, NULL};
    static const struct {
        const char *text;
        size_t count; /* 0: too many */
    } cases[] = {
        {"irqs: 0-65535\n", 65536},  {"irqs: 0-65536\n", 0},      {"irqs: 1,0-65534\n", 65536},
        {"irqs: 1,0-65535\n", 0},    {"irqs: 0-4294967295\n", 0}, {"irqs: 4294967295\n", 1},
        {"irqs: [0-65535, 1]\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct aj_ctx cx;
        struct sample sample;
        const struct aj_yaml *doc;
        aj_ctx_open(&cx);
        struct aj_arena *out = aj_arena_open();
        assert_int_equal(aj_yaml_parse(&cx, "x", cases[i].text, strlen(cases[i].text), out, &doc),
                         AJ_OK);
        const enum aj_status status = aj_schema_read(&cx, &schema, doc, "", out, &sample);
        assert_int_equal(status, cases[i].count == 0 ? AJ_ERR_INPUT : AJ_OK);
        assert_int_equal(test_count(&cx, "range"), cases[i].count == 0);
        if (status == AJ_OK)
            assert_int_equal(sample.irqs_count, cases[i].count);
        aj_arena_close(out);
        aj_ctx_close(&cx);
    }
}

/* 200000 words in one scalar: read in one pass, and one error says that they are too many. */
static void test_many_words(void **state)
{
    struct fixture f;
    struct aj_buf text = {0};
    (void)state;
    aj_buf_adds(&text, "irqs: 1");
    for (int i = 0; i < 200000; i++)
        aj_buf_adds(&text, ",1");
    assert_int_equal(read_text(&f, aj_buf_text(&text)), AJ_ERR_INPUT);
    test_one_error(&f.cx, "range", 1, 7);
    aj_buf_free(&text);
    done(&f);
    aj_buf_adds(&text, "bits: FLAG");
    for (int i = 0; i < 200000; i++)
        aj_buf_adds(&text, "|MEM_READ");
    assert_int_equal(read_text(&f, aj_buf_text(&text)), AJ_ERR_INPUT);
    test_one_error(&f.cx, "name-unknown", 1, 7);
    aj_buf_free(&text);
    done(&f);
    aj_buf_adds(&text, "irqs: [7");
    for (int i = 0; i < 2000; i++)
        aj_buf_adds(&text, ", 0-999");
    aj_buf_adds(&text, "]");
    assert_int_equal(read_text(&f, aj_buf_text(&text)), AJ_ERR_INPUT);
    test_one_error(&f.cx, "range", 1, 466);
    aj_buf_free(&text);
    done(&f);
}

static void test_suggests(void **state)
{
    struct fixture f;
    (void)state;
    assert_int_equal(read_text(&f, "os: linx\nbits: [JAILHOUSE_MEM_REED, MEM_RAED]\n"),
                     AJ_ERR_INPUT);
    assert_int_equal(f.cx.diags_count, 3);
    assert_string_equal(f.cx.diags[0].hint, "did you mean 'linux'?");
    assert_string_equal(f.cx.diags[0].notes[0].msg, "known names: bare, linux or no");
    assert_string_equal(f.cx.diags[1].hint, "did you mean 'MEM_READ'?");
    assert_string_equal(f.cx.diags[2].hint, "did you mean 'MEM_READ'?");
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),  cmocka_unit_test(test_names),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_flaws),
        cmocka_unit_test(test_too_many), cmocka_unit_test(test_many_words),
        cmocka_unit_test(test_suggests), cmocka_unit_test(test_comma_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
