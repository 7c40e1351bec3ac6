/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/rewrite.h"

#include "tests/support/support.h"

#define HEAD "# of ours\nguests:\n  plc: {os: bare}   # the controller\n"

static const struct model_literal literals[] = {
    {.kind = MODEL_LITERAL_CPUS, .cell = "plc", .cpus = {{8}}},
    {.kind = MODEL_LITERAL_SET, .cell = "root", .knob = "boost", .value = "off"},
};
static const struct model_constraint learned[] = {
    {.kind = MODEL_CONSTRAINT_ASSIGN,
     .literals = &literals[0],
     .literals_count = 1,
     .because = EXPLORE_DECIDED "runs 3, 7: #1"},
    {.kind = MODEL_CONSTRAINT_FORBID,
     .literals = literals,
     .literals_count = 2,
     .because = EXPLORE_DECIDED "p > 1e-4\nat 95 %"},
};
#define ASSIGN(in) \
    in "- assign: {cell: plc, cpus: 3}\n" in "  because: \"explore: runs 3, 7: #1\"\n"

static const struct {
    const char *from;
    size_t count;   /* of `learned` */
    const char *to; /* NULL: refused */
} samples[] = {
    {HEAD, 0, HEAD},
    {HEAD, 1, HEAD "\nconstraints:\n" ASSIGN("  ")},
    {HEAD "\n", 1, HEAD "\nconstraints:\n" ASSIGN("  ")},
    {"guests: {plc: {os: bare}}", 1, "guests: {plc: {os: bare}}\n\nconstraints:\n" ASSIGN("  ")},
    {HEAD "# the end\n...\n# behind\n", 1,
     HEAD "# the end\nconstraints:\n" ASSIGN("  ") "...\n# behind\n"},
    {HEAD "constraints: []  # none\n", 1, HEAD "constraints:   # none\n" ASSIGN("  ")},
    {HEAD "constraints: [ ]\n", 0, HEAD "constraints: [ ]\n"},
    {HEAD "constraints: null\nroot: {}\n", 1, HEAD "constraints: \n" ASSIGN("  ") "root: {}\n"},
    {HEAD "constraints:\n# nothing yet\nroot: {}\n", 1,
     HEAD "constraints:\n" ASSIGN("  ") "# nothing yet\nroot: {}\n"},
    {HEAD "constraints:\n- forbid: {cell: plc, cpus: 0}  # mine\n\n# root\nroot: {}\n", 1,
     HEAD
     "constraints:\n- forbid: {cell: plc, cpus: 0}  # mine\n" ASSIGN("") "\n# root\nroot: {}\n"},
    {HEAD "constraints:\n"
          "    # why\n"
          "    - because: I say so\n"
          "      forbid: {cell: plc, cpus: 0}\n"
          "    -   forbid: {cell: plc,\n"
          "                 cpus: 1}\n"
          "        because: 'explore: old'  # goes\n"
          "    # stays\n"
          "    - {assign: {cell: plc, cpus: 2}, because: \"explore: older\"}\n"
          "    # the last\n",
     1,
     HEAD "constraints:\n"
          "    # why\n"
          "    - because: I say so\n"
          "      forbid: {cell: plc, cpus: 0}\n"
          "    # stays\n" ASSIGN("    ") "    # the last\n"},
    {HEAD "constraints:\n" ASSIGN("  "), 0, HEAD "constraints:\n"},
    {HEAD "constraints:\n-\n  # below\n  forbid: {cell: plc, cpus: 0}", 1,
     HEAD "constraints:\n-\n  # below\n  forbid: {cell: plc, cpus: 0}\n" ASSIGN("")},
    {"guests: {plc: {os: bare}}\r\nconstraints:\r\n- forbid: {cell: plc, cpus: 0}\r\n", 1,
     "guests: {plc: {os: bare}}\r\nconstraints:\r\n- forbid: {cell: plc, cpus: 0}\r\n"
     "- assign: {cell: plc, cpus: 3}\r\n  because: \"explore: runs 3, 7: #1\"\r\n"},
    {"  guests: {plc: {os: bare}}\n", 1,
     "  guests: {plc: {os: bare}}\n\n  constraints:\n" ASSIGN("    ")},
    {"{guests: {plc: {os: bare}}}\n", 1, NULL},
    {HEAD "constraints: [{forbid: {cell: plc, cpus: 0}}]\n", 1, NULL},
    {HEAD "? constraints\n: - forbid: {cell: plc, cpus: 0}\n", 1, NULL},
    {HEAD "constraints:\n"
          "- {assign: &a {cell: plc, cpus: 2}, because: 'explore: x'}\n"
          "- {assign: *a, because: mine}\n",
     1, NULL},
    {HEAD "constraints: [\n]\n", 1, NULL},
};

static enum aj_status rewrite(struct aj_ctx *cx, const char *from, size_t size, size_t count,
                              struct aj_buf *to)
{
    const struct explore_rewrite what = {.name = "cells.yml",
                                         .text = {(const uint8_t *)from, size},
                                         .learned = learned,
                                         .learned_count = count};
    return explore_rewrite_cells(cx, &what, to);
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct aj_ctx cx;
        struct aj_buf once = {NULL, 0, 0}, twice = {NULL, 0, 0};
        aj_ctx_open(&cx);
        const enum aj_status status =
            rewrite(&cx, samples[i].from, strlen(samples[i].from), samples[i].count, &once);
        if (samples[i].to == NULL) {
            assert_int_equal(status, AJ_ERR_INPUT);
            assert_string_equal(cx.diags[0].id, "rewrite-form");
            assert_int_equal(once.len, 0);
        } else {
            if (status != AJ_OK)
                fail_msg("%s%s", samples[i].from, test_diags(&cx));
            assert_string_equal(aj_buf_text(&once), samples[i].to);
            assert_int_equal(rewrite(&cx, once.data, once.len, samples[i].count, &twice), AJ_OK);
            assert_string_equal(aj_buf_text(&twice), samples[i].to);
        }
        aj_buf_free(&once);
        aj_buf_free(&twice);
        aj_ctx_close(&cx);
    }
}

/* What cannot be read is told as by anyone else who reads it. */
static void test_unreadable(void **state)
{
    static const char *const texts[][2] = {{"guests: [\n", "yaml-syntax"},
                                           {"guests: {plc: {}}\n", "key-missing"}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(texts); i++) {
        struct aj_ctx cx;
        struct aj_buf to = {NULL, 0, 0};
        aj_ctx_open(&cx);
        assert_int_equal(rewrite(&cx, texts[i][0], strlen(texts[i][0]), 1, &to), AJ_ERR_INPUT);
        assert_string_equal(cx.diags[0].id, texts[i][1]);
        aj_buf_free(&to);
        aj_ctx_close(&cx);
    }
}

/* Pieces of which any selection, in this order, is a cells.yml; those of exploration are marked. */
struct piece {
    const char *text; /* %: the indentation of the list */
    bool learned;
};

static const struct piece above[] = {
    {"# comment, with 'quotes' and {braces}\n", false},
    {"root: {name: Root, console: null}  # the root\n", false},
    {"\n", false},
    {"guests:\n  plc:\n    os: bare\n", false},
};
static const struct piece list[] = {
    {"\n", false},
    {"%# a comment\n", false},
    {"# at the left\n", false},
    {"%- forbid: {cell: plc, cpus: [0]}   # as \"we\" know\n", false},
    {"%- because: |\n%    explore: not in quotes,\n%    # no comment\n"
     "%  set: {cell: root, knob: boost, value: on}\n",
     true},
    {"%- {assign: {cell: plc, cpus: 1}, because: \"explore: x\"}  # gone\n", true},
    {"%# between\n", false},
    {"%-\n%  route: {interrupt: 40, cpu: 0}\n%  because: a person\n", false},
    {"%-   separate:\n%      cells: [plc, root]\n%      level: l2\n", false},
    {"%- assign: {cell: plc, cpus: 1}\n%  because: 'explore: the last'\n", true},
    {"%  # deep\n", false},
};
static const struct piece below[] = {
    {"# before the objectives\n", false},
    {"objectives: [isolation]\n", false},
    {"\n\n", false},
    {"# the end\n", false},
};

static void add_piece(struct aj_buf *to, const struct piece *piece, size_t indent, const char *eol)
{
    for (const char *c = piece->text; *c != '\0'; c++) {
        if (*c == '%')
            aj_buf_addf(to, "%*s", (int)indent, "");
        else if (*c == '\n')
            aj_buf_adds(to, eol);
        else
            aj_buf_add(to, c, 1);
    }
}

/* The text with and without what was learned. */
static void make_text(uint64_t *random, struct aj_buf *whole, struct aj_buf *kept)
{
    const char *eol = test_random_below(random, 4) == 0 ? "\r\n" : "\n";
    const size_t indent = test_random_below(random, 5);
    const struct {
        const struct piece *pieces;
        size_t count;
    } parts[] = {{above, AJ_COUNT(above)}, {list, AJ_COUNT(list)}, {below, AJ_COUNT(below)}};
    for (size_t p = 0; p < AJ_COUNT(parts); p++) {
        if (p == 1) {
            add_piece(whole, &(struct piece){"constraints:  # ours\n", false}, indent, eol);
            add_piece(kept, &(struct piece){"constraints:  # ours\n", false}, indent, eol);
        }
        for (size_t i = 0; i < parts[p].count; i++) {
            const struct piece *piece = &parts[p].pieces[i];
            const bool needed = strncmp(piece->text, "guests", 6) == 0;
            if (!needed && test_random_below(random, 2) == 0)
                continue;
            add_piece(whole, piece, indent, eol);
            if (!piece->learned)
                add_piece(kept, piece, indent, eol);
        }
    }
}

/* `text` without the `count` lines from where the first new entry begins. */
static bool is_with_lines(const char *text, const char *kept, const char *begins, size_t lines)
{
    const char *at = strstr(text, begins);
    if (at == NULL)
        return strcmp(text, kept) == 0 && lines == 0;
    while (at > text && at[-1] == ' ')
        at--;
    const char *end = at;
    for (size_t i = 0; i < lines; i++)
        end = strchr(end, '\n') + 1;
    const size_t before = (size_t)(at - text);
    return strncmp(text, kept, before) == 0 && strcmp(end, kept + before) == 0;
}

static void test_random_texts(void **state)
{
    uint64_t random = test_random_start(11);
    (void)state;
    for (int round = 0; round < 600; round++) {
        struct aj_ctx cx;
        struct aj_buf whole = {NULL, 0, 0}, kept = {NULL, 0, 0};
        struct aj_buf once = {NULL, 0, 0}, twice = {NULL, 0, 0};
        const size_t count = test_random_below(&random, 2);
        aj_ctx_open(&cx);
        make_text(&random, &whole, &kept);
        if (rewrite(&cx, whole.data, whole.len, count, &once) != AJ_OK)
            fail_msg("%s%s", aj_buf_text(&whole), test_diags(&cx));
        if (!is_with_lines(aj_buf_text(&once), aj_buf_text(&kept), "- assign: {cell: plc, cpus: 3}",
                           2 * count))
            fail_msg("%s\nbecame\n%s", aj_buf_text(&whole), aj_buf_text(&once));
        assert_int_equal(rewrite(&cx, once.data, once.len, count, &twice), AJ_OK);
        assert_string_equal(aj_buf_text(&twice), aj_buf_text(&once));
        aj_buf_free(&whole);
        aj_buf_free(&kept);
        aj_buf_free(&once);
        aj_buf_free(&twice);
        aj_ctx_close(&cx);
    }
}

/* Any bytes: an answer or a diagnostic, and what is answered can be read. */
static void test_damaged_texts(void **state)
{
    uint64_t random = test_random_start(12);
    (void)state;
    for (int round = 0; round < 600; round++) {
        struct aj_ctx cx;
        struct aj_buf whole = {NULL, 0, 0}, kept = {NULL, 0, 0}, to = {NULL, 0, 0};
        aj_ctx_open(&cx);
        make_text(&random, &whole, &kept);
        for (uint64_t i = test_random_below(&random, 4) + 1; i > 0; i--) {
            static const char bytes[] = "\n\r\t -?:,[]{}#&*!|>'\"%@`x0";
            whole.data[test_random_below(&random, (uint32_t)whole.len)] =
                bytes[test_random_below(&random, sizeof bytes - 1)];
        }
        const enum aj_status status = rewrite(&cx, whole.data, whole.len, 2, &to);
        assert_true(status == AJ_OK || (status == AJ_ERR_INPUT && to.len == 0));
        assert_true(status == AJ_OK || cx.diags_count > 0);
        aj_buf_free(&whole);
        aj_buf_free(&kept);
        aj_buf_free(&to);
        aj_ctx_close(&cx);
    }
}

/* Other CPUs: just their value changes, wherever it stands. */
static void test_cpus(void **state)
{
    static const struct {
        const char *from, *to; /* to NULL: refused */
    } forms[] = {
        {"guests:\n  plc:\n    cpus: 1  # one\n    os: bare\n",
         "guests:\n  plc:\n    cpus: {count: 2, together: l2}  # one\n    os: bare\n"},
        {"guests:\n  plc:\n    cpus: \"1,3\"\n    os: bare\n",
         "guests:\n  plc:\n    cpus: {count: 2, together: l2}\n    os: bare\n"},
        {"guests:\n  plc:\n    cpus: {list: [1, 2],\n           exclusive: l2} # x\n    os: bare\n",
         "guests:\n  plc:\n    cpus: {count: 2, together: l2} # x\n    os: bare\n"},
        {"guests:\r\n  plc:\r\n    cpus:\r\n      count: 1 # gone\r\n    # stays\r\n    os: "
         "bare\r\n",
         "guests:\r\n  plc:\r\n    cpus: {count: 2, together: l2}\r\n    # stays\r\n    os: "
         "bare\r\n"},
        {"guests:\n  plc:\n    cpus:\n    - 1\n    - 2\n    os: bare\n", NULL},
        {"guests:\n  # the controller\n  plc:\n    # what runs\n    os: bare\n",
         "guests:\n  # the controller\n  plc:\n    # what runs\n    cpus: {count: 2, together: "
         "l2}\n    "
         "os: bare\n"},
        {"guests: {plc: {os: bare}} # all\n",
         "guests: {plc: {cpus: {count: 2, together: l2}, os: bare}} # all\n"},
        {"guests:\n  plc: {os: bare, cpus: 1}\nconstraints:\n- {assign: {cell: plc, cpus: 2}, "
         "because: "
         "\"explore: old\"}\n",
         "guests:\n  plc: {os: bare, cpus: {count: 2, together: l2}}\nconstraints:\n"},
    };
    const struct explore_cell_wish wish = {.key = "plc",
                                           .cpus = {.count = 2, .together = MODEL_DOMAIN_L2}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(forms); i++) {
        struct aj_ctx cx;
        struct aj_buf to = {NULL, 0, 0};
        const struct explore_rewrite what = {
            .name = "cells.yml",
            .text = {(const uint8_t *)forms[i].from, strlen(forms[i].from)},
            .cpus = &wish,
            .cpus_count = 1};
        aj_ctx_open(&cx);
        const enum aj_status status = explore_rewrite_cells(&cx, &what, &to);
        if (status != (forms[i].to != NULL ? AJ_OK : AJ_ERR_INPUT))
            fail_msg("%zu: %s", i, test_diags(&cx));
        if (forms[i].to != NULL)
            assert_string_equal(aj_buf_text(&to), forms[i].to);
        else
            assert_int_equal(test_count(&cx, "rewrite-form"), 1);
        aj_buf_free(&to);
        aj_ctx_close(&cx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpus),          cmocka_unit_test(test_samples),
        cmocka_unit_test(test_unreadable),    cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_damaged_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
