/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of the user: base/yaml.h and base/schema.h. What is accepted survives being written. */
#include "tests/fuzz/fuzz_target.h"

#include "base/yaml.h"
#include "tests/support/sample.h"

enum { REWRITTEN_MAX = 10000 }; /* nodes; aliases may expand to many more */

static size_t count_nodes(const struct aj_yaml *node)
{
    size_t nodes = 1;
    for (size_t i = 0; node->kind != AJ_YAML_SCALAR && i < node->count; i++)
        nodes += count_nodes(node->items[i]);
    return nodes;
}

static void write_node(struct aj_yaml_writer *w, const struct aj_yaml *node,
                       enum aj_yaml_style style)
{
    if (node->kind == AJ_YAML_SCALAR) {
        if (aj_yaml_is_null(node))
            aj_yaml_write_plain(w, "null");
        else
            aj_yaml_write_string(w, node->text);
        return;
    }
    const bool map = node->kind == AJ_YAML_MAP;
    if (map)
        aj_yaml_write_map(w, style);
    else
        aj_yaml_write_seq(w, style);
    for (size_t i = 0; i < node->count; i++) {
        if (map)
            aj_yaml_write_string(w, node->keys[i]->text);
        write_node(w, node->items[i], style);
    }
    if (map)
        aj_yaml_write_end_map(w);
    else
        aj_yaml_write_end_seq(w);
}

static void check_same(const struct aj_yaml *a, const struct aj_yaml *b)
{
    FUZZ_CHECK(a->kind == b->kind && a->count == b->count);
    FUZZ_CHECK(aj_yaml_is_null(a) == aj_yaml_is_null(b));
    if (a->kind == AJ_YAML_SCALAR)
        FUZZ_CHECK(aj_yaml_is_null(a) || strcmp(a->text, b->text) == 0);
    for (size_t i = 0; i < a->count; i++) {
        if (a->kind == AJ_YAML_MAP)
            FUZZ_CHECK(strcmp(a->keys[i]->text, b->keys[i]->text) == 0);
        check_same(a->items[i], b->items[i]);
    }
}

static void check_rewrite(struct aj_ctx *cx, struct aj_arena *out, const struct aj_yaml *doc,
                          enum aj_yaml_style style)
{
    struct aj_buf text = {0};
    const struct aj_yaml *again;
    struct aj_yaml_writer *w = aj_yaml_writer_open(&text);
    write_node(w, doc, style);
    FUZZ_CHECK(aj_yaml_writer_close(w));
    FUZZ_CHECK(aj_yaml_parse(cx, "again", text.data, text.len, out, &again) == AJ_OK);
    check_same(doc, again);
    aj_buf_free(&text);
}

static void check_schema(struct aj_ctx *cx, struct aj_arena *out, const struct aj_yaml *doc)
{
    struct sample first, second;
    struct aj_buf text = {0};
    const struct aj_yaml *again;
    const size_t mark = aj_diag_mark(cx);
    const enum aj_status status = aj_schema_read(cx, &sample_schema, doc, "", out, &first);
    FUZZ_CHECK(status == aj_diag_since(cx, mark));
    if (status != AJ_OK)
        return;
    aj_schema_write_document(&text, NULL, &sample_schema, &first);
    FUZZ_CHECK(aj_yaml_parse(cx, "again", text.data, text.len, out, &again) == AJ_OK);
    FUZZ_CHECK(aj_schema_read(cx, &sample_schema, again, "", out, &second) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&sample_schema, &first, &second));
    aj_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_ctx cx;
    const struct aj_yaml *doc = NULL;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    const enum aj_status status = aj_yaml_parse(&cx, "fuzz.yml", data, size, out, &doc);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (doc != NULL));
    if (status == AJ_OK) {
        if (count_nodes(doc) <= REWRITTEN_MAX) {
            check_rewrite(&cx, out, doc, AJ_YAML_BLOCK);
            check_rewrite(&cx, out, doc, AJ_YAML_FLOW);
        }
        check_schema(&cx, out, doc);
    }
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
