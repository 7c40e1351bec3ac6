/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema.h"

#include "tests/support/sample.h"
#include "tests/support/support.h"

static void assert_document(const struct sample *sample, const char *head, const char *expected)
{
    struct aj_buf buf = {0};
    aj_schema_write_document(&buf, head, &sample_schema, sample);
    assert_string_equal(aj_buf_text(&buf), expected);
    aj_buf_free(&buf);
}

static struct sample fresh(void)
{
    struct sample sample;
    memset(&sample, 0, sizeof sample);
    aj_schema_defaults(&sample_schema, &sample);
    return sample;
}

static void test_defaults(void **state)
{
    const struct sample s = fresh();
    (void)state;
    assert_document(&s, NULL, "more_bits: []\n");
    assert_document(&s, "Written by a test.\n\nDo not edit.\n",
                    "# Written by a test.\n#\n# Do not edit.\nmore_bits: []\n");
}

static void test_nothing(void **state)
{
    const struct sample_item item = {.on = true};
    static const struct aj_field fields[] = {AJ_F_BOOL(struct sample_item, on, .def = true)};
    static const struct aj_schema schema = {
        .what = "x", .size = sizeof item, .fields = fields, .fields_count = 1};
    struct aj_buf buf = {0};
    (void)state;
    aj_schema_write_document(&buf, "", &schema, &item);
    assert_string_equal(aj_buf_text(&buf), "{}\n");
    aj_buf_free(&buf);
}

static void test_kinds(void **state)
{
    static const char *const words[] = {"a", "on"};
    static const uint32_t irqs[] = {33, 1};
    static const struct sample_item items[] = {{.name = "plc", .port = 7, .on = true},
                                               {.name = "1", .port = 0}};
    struct sample s = fresh();
    (void)state;
    s.flag = true;
    s.on = false;
    s.u64 = UINT64_MAX;
    s.address = 0x80000000;
    s.size = AJ_MIB(16);
    s.period = 100000;
    s.os = 7;
    s.bits = 0x8000010d;
    s.more_bits = 0x2;
    s.text = "00:02.0";
    s.words = words;
    s.words_count = 2;
    aj_cpuset_add(&s.cpus, 0);
    aj_cpuset_add(&s.cpus, 2);
    s.irqs = irqs;
    s.irqs_count = 2;
    s.bitmap[0] = 1;
    s.inner.port = 3;
    aj_cpuset_add(&s.inner.cpus, 1);
    s.maybe = &items[0];
    s.items = s.links = items;
    s.items_count = s.links_count = 2;
    s.parity = 2;
    assert_document(&s, NULL,
                    "flag: true\n\"on\": false\nu64: 18446744073709551615\naddress: 0x80000000\n"
                    "size: 16 MiB\nperiod: 100 us\nos: \"no\"\n"
                    "bits: [MEM_READ, MEM_BOTH, MEM_TOP, 0x100]\nmore_bits: [MEM_WRITE]\n"
                    "text: \"00:02.0\"\nwords:\n- a\n- \"on\"\ncpus: 0,2\nirqs: [33, 1]\n"
                    "bitmap: [0x1, 0xffffffff, 0xffffffff, 0xffffffff]\n"
                    "inner:\n  port: 3\n  cpus: 1\nmaybe: {port: 7}\n"
                    "items:\n- port: 7\n- port: 0\n  \"on\": false\n"
                    "links:\n  plc:\n    port: 7\n  \"1\":\n    port: 0\n    \"on\": false\n"
                    "parity: even\n");
}

/* Values that equal no default but are empty must be written, or they would come back as it. */
static void test_empty(void **state)
{
    struct sample s = fresh();
    (void)state;
    s.bits = 0;
    s.os = 200;
    s.text = "";
    assert_document(&s, NULL, "os: 200\nbits: []\nmore_bits: []\ntext: \"\"\n");
}

static void test_always(void **state)
{
    static const struct aj_field fields[] = {
        AJ_F_STRING(struct sample, text, .flags = AJ_FIELD_ALWAYS),
        AJ_F_STRINGS(struct sample, words, .flags = AJ_FIELD_ALWAYS),
        AJ_F_INTSET(struct sample, cpus, 0, .flags = AJ_FIELD_ALWAYS),
        AJ_F_UINTS(struct sample, irqs, .flags = AJ_FIELD_ALWAYS),
        AJ_F_OPTIONAL(struct sample, maybe, &sample_item_schema, .flags = AJ_FIELD_ALWAYS),
        AJ_F_LIST(struct sample, items, &sample_item_schema, .flags = AJ_FIELD_ALWAYS),
        AJ_F_MAP(struct sample, links, &sample_item_schema, .flags = AJ_FIELD_ALWAYS),
    };
    static const struct aj_schema schema = {.what = "x",
                                            .size = sizeof(struct sample),
                                            .fields = fields,
                                            .fields_count = AJ_COUNT(fields)};
    static const char expected[] =
        "text: null\nwords: []\ncpus: []\nirqs: []\nmaybe: null\nitems: []\nlinks: {}\n";
    const struct sample s = fresh();
    struct sample back;
    struct aj_buf buf = {0};
    const struct aj_yaml *doc;
    struct aj_ctx cx;
    (void)state;
    aj_ctx_open(&cx);
    aj_schema_write_document(&buf, NULL, &schema, &s);
    assert_string_equal(aj_buf_text(&buf), expected);
    struct aj_arena *out = aj_arena_open();
    assert_int_equal(aj_yaml_parse(&cx, "x", buf.data, buf.len, out, &doc), AJ_OK);
    assert_int_equal(aj_schema_read(&cx, &schema, doc, "", out, &back), AJ_OK);
    assert_true(aj_schema_equal(&schema, &s, &back));
    aj_arena_close(out);
    aj_buf_free(&buf);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults), cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_kinds),    cmocka_unit_test(test_empty),
        cmocka_unit_test(test_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
