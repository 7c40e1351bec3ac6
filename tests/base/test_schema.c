/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema.h"

#include "tests/support/sample.h"
#include "tests/support/support.h"

static bool one_in(uint64_t *random, uint32_t chances)
{
    return test_random_below(random, chances) == 0;
}

static const char *any_text(uint64_t *random, struct aj_arena *out)
{
    static const char *const texts[] = {"linux",         "",     "null",   "~",    "on",
                                        "00:02.0",       "1:20", "a: b",   "/soc", "&root.x",
                                        "M\xc3\xbcller", "a\nb", " lead ", "0x10", "a, b",
                                        "[a]",           "1e3"};
    if (one_in(random, 3))
        return aj_strf(out, "t%u", test_random_below(random, 1000));
    return texts[test_random_below(random, AJ_COUNT(texts))];
}

static void any_set(uint64_t *random, uint32_t limit, struct aj_cpuset *set)
{
    for (uint32_t count = test_random_below(random, 6); count > 0; count--)
        aj_cpuset_add(set, test_random_below(random, limit));
}

static void any_item(uint64_t *random, struct sample_item *item)
{
    item->port = (uint16_t)(100 + test_random_below(random, 60000));
    item->on = one_in(random, 2);
    any_set(random, 8, &item->cpus);
}

static struct sample_item *any_items(uint64_t *random, struct aj_arena *out, size_t count)
{
    struct sample_item *items = AJ_NEW_ARRAY(out, struct sample_item, count);
    for (size_t i = 0; i < count; i++) {
        any_item(random, &items[i]);
        items[i].name = aj_strf(out, "%zu%s", i, any_text(random, out));
    }
    return items;
}

static void any_numbers(uint64_t *random, struct sample *s)
{
    s->flag = one_in(random, 2);
    s->on = one_in(random, 2);
    s->u8 = (uint8_t)test_random_edgy(random);
    s->u16 = one_in(random, 3) ? 0xffff : (uint16_t)test_random_below(random, 1001);
    s->u32 = (uint32_t)test_random_edgy(random);
    s->u64 = test_random_edgy(random);
    s->address = test_random_edgy(random);
    s->size = test_random_edgy(random);
    s->period = (int64_t)(test_random_edgy(random) & INT64_MAX);
    s->os = (uint8_t)(one_in(random, 3) ? test_random_edgy(random) : test_random_below(random, 9));
    s->bits =
        (uint32_t)(one_in(random, 3) ? test_random_edgy(random) : test_random_below(random, 32));
    s->more_bits = (uint8_t)test_random_edgy(random);
    s->parity = test_random_below(random, 3);
}

static void any_sample(uint64_t *random, struct aj_arena *out, struct sample *s)
{
    memset(s, 0, sizeof *s);
    any_numbers(random, s);
    s->text = one_in(random, 3) ? NULL : any_text(random, out);
    s->dir = any_text(random, out);
    s->words_count = test_random_below(random, 4);
    const char **words = AJ_NEW_ARRAY(out, const char *, s->words_count);
    for (size_t i = 0; i < s->words_count; i++)
        words[i] = any_text(random, out);
    s->words = words;
    any_set(random, AJ_CPU_MAX, &s->cpus);
    s->irqs_count = test_random_below(random, 4);
    uint32_t *irqs = AJ_NEW_ARRAY(out, uint32_t, s->irqs_count);
    for (size_t i = 0; i < s->irqs_count; i++)
        irqs[i] = test_random_below(random, 1020);
    s->irqs = irqs;
    for (size_t i = 0; i < AJ_COUNT(s->bitmap); i++)
        s->bitmap[i] = one_in(random, 2) ? AJ_NONE32 : (uint32_t)test_random_edgy(random);
    for (size_t i = 0; i < AJ_COUNT(s->mac); i++)
        s->mac[i] = (uint8_t)test_random_edgy(random);
    any_item(random, &s->inner);
    s->maybe = one_in(random, 2) ? NULL : any_items(random, out, 1);
    s->items_count = test_random_below(random, 3);
    s->items = any_items(random, out, s->items_count);
    s->links_count = test_random_below(random, 3);
    s->links = any_items(random, out, s->links_count);
}

/* Everything that is written reads back equal, and is written the same again. */
static void test_round_trip(void **state)
{
    uint64_t random = test_random_start(2024);
    (void)state;
    for (int i = 0; i < 2000; i++) {
        struct aj_ctx cx;
        struct aj_buf text = {0}, again = {0};
        struct sample first, second;
        const struct aj_yaml *doc;
        aj_ctx_open(&cx);
        struct aj_arena *out = aj_arena_open();
        any_sample(&random, out, &first);
        aj_schema_write_document(&text, "A sample.", &sample_schema, &first);
        if (aj_yaml_parse(&cx, "s.yml", text.data, text.len, out, &doc) != AJ_OK ||
            aj_schema_read(&cx, &sample_schema, doc, "", out, &second) != AJ_OK)
            fail_msg("%s\n%s", aj_buf_text(&text), test_diags(&cx));
        if (!aj_schema_equal(&sample_schema, &first, &second))
            fail_msg("not equal after\n%s", aj_buf_text(&text));
        aj_schema_write_document(&again, "A sample.", &sample_schema, &second);
        assert_string_equal(aj_buf_text(&text), aj_buf_text(&again));
        aj_buf_free(&text);
        aj_buf_free(&again);
        aj_arena_close(out);
        aj_ctx_close(&cx);
    }
}

static void test_defaults(void **state)
{
    struct sample a, b;
    (void)state;
    memset(&a, 0x00, sizeof a);
    memset(&b, 0xff, sizeof b);
    aj_schema_defaults(&sample_schema, &a);
    aj_schema_defaults(&sample_schema, &b);
    assert_true(aj_schema_equal(&sample_schema, &a, &b));
    assert_int_equal(a.u16, 0xffff);
    assert_null(a.inner.name); /* no row of the table: as it was */
    assert_non_null(b.inner.name);
}

/* A change in any field is seen, in structs below too. */
static void test_equal(void **state)
{
    static const uint32_t numbers[] = {1, 2};
    static const char *const words[] = {"a", "b"};
    static const struct sample_item x = {.name = "x", .port = 1}, y = {.name = "y", .port = 1};
    static const struct sample_item z = {.name = "x", .port = 2};
    struct sample base, other[24];
    size_t count = 0;
    (void)state;
    memset(&base, 0, sizeof base);
    aj_schema_defaults(&sample_schema, &base);
    base.irqs = numbers;
    base.irqs_count = 1;
    base.words = words;
    base.words_count = 1;
    base.maybe = base.items = base.links = &x;
    base.items_count = base.links_count = 1;
    for (size_t i = 0; i < AJ_COUNT(other); i++)
        other[i] = base;
    other[count++].flag = true;
    other[count++].u8 = 1;
    other[count++].u16 = 2;
    other[count++].u32 = 3;
    other[count++].u64 = 4;
    other[count++].period = 5;
    other[count++].os = 6;
    other[count++].bits = 7;
    other[count++].text = "";
    other[count++].dir = "other";
    other[count++].words_count = 2;
    other[count++].words = words + 1;
    aj_cpuset_add(&other[count++].cpus, 1023);
    other[count++].irqs = numbers + 1;
    other[count++].irqs_count = 0;
    other[count++].bitmap[3] = 1;
    other[count++].mac[5] = 1;
    other[count++].inner.on = false;
    other[count++].maybe = NULL;
    other[count++].maybe = &z;
    other[count++].items = &z;
    other[count++].links = &z;
    other[count++].links = &y;
    other[count++].parity = 1;
    assert_int_equal(count, AJ_COUNT(other));
    assert_true(aj_schema_equal(&sample_schema, &base, &base));
    for (size_t i = 0; i < count; i++)
        if (aj_schema_equal(&sample_schema, &base, &other[i]) ||
            aj_schema_equal(&sample_schema, &other[i], &base))
            fail_msg("change %zu is not seen", i);
    other[0] = base;
    other[0].items = &y; /* the name of a list's item is no field of the table */
    assert_true(aj_schema_equal(&sample_schema, &base, &other[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
