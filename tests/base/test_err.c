/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/err.h"

enum { TEXT_MAX = 1 << 16 };

/* What aj_diag_print or aj_diag_print_json writes; `text` has TEXT_MAX bytes. */
enum form { PLAIN, VERBOSE, JSON };
static const char *printed(const struct aj_ctx *cx, enum form form, char *text)
{
    FILE *to = fmemopen(text, TEXT_MAX, "w");
    assert_non_null(to);
    switch (form) {
    case PLAIN: aj_diag_print(cx, to, AJ_DIAG_PLAIN); break;
    case VERBOSE: aj_diag_print(cx, to, AJ_DIAG_SOURCE); break;
    case JSON: aj_diag_print_json(cx, to); break;
    }
    fclose(to);
    return text;
}

static struct aj_loc at(const char *file, uint32_t line, uint32_t col)
{
    return (struct aj_loc){file, line, col};
}

static void exit_codes_are_stable(void **state)
{
    (void)state;
    static const struct {
        enum aj_status status;
        int code;
    } cases[] = {
        {AJ_OK, 0},
        {AJ_FINDINGS, 1},
        {AJ_ERR_USAGE, 2},
        {AJ_ERR_INPUT, 3},
        {AJ_ERR_INFEASIBLE, 4},
        {AJ_ERR_LIMIT, 5},
        {AJ_ERR_TARGET, 6},
        {AJ_ERR_IO, 7},
        {AJ_ERR_INTERNAL, 70},
        {AJ_INTERRUPTED, 130},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        assert_int_equal(cases[i].status, i);
        assert_int_equal(aj_exit_code(cases[i].status), cases[i].code);
        assert_true(strlen(aj_status_text(cases[i].status)) > 3);
    }
}

static void a_record_is_printed_with_its_notes(void **state)
{
    (void)state;
    char text[TEXT_MAX] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_string_equal(printed(&cx, PLAIN, text), "");
    const enum aj_status status = aj_fail(&cx, AJ_ERR_INPUT, "type", at("cells.yml", 41, 15),
                                          "regions '%s' and '%s' overlap", "ram", "uart");
    assert_int_equal(status, AJ_ERR_INPUT);
    aj_diag_note(&cx, at("cells.yml", 12, 3), "'%s' is here", "ram");
    aj_diag_note(&cx, at("board.yml", 7, 0), "the device is here");
    aj_diag_note(&cx, AJ_NOWHERE, "sizes are in bytes");
    aj_diag_hint(&cx, "make %s smaller", "ram");
    aj_diag_path(&cx, "guests.%s.memory[%d]", "plc", 1);
    aj_warn(&cx, "range", at("board.yml", 0, 9), "odd");
    aj_info(&cx, "number", AJ_NOWHERE, "fyi");
    aj_info(&cx, "number", at("local:", 0, 0), "no second colon");
    assert_string_equal(printed(&cx, PLAIN, text),
                        "cells.yml:41:15: error[type]: guests.plc.memory[1]: "
                        "regions 'ram' and 'uart' overlap\n"
                        "  note: cells.yml:12:3: 'ram' is here\n"
                        "  note: board.yml:7: the device is here\n"
                        "  note: sizes are in bytes\n"
                        "  hint: make ram smaller\n"
                        "board.yml: warning[range]: odd\n"
                        "autojail: info[number]: fyi\n"
                        "local: info[number]: no second colon\n");
    assert_non_null(strstr(printed(&cx, VERBOSE, text), "\n  recorded at "));
    assert_non_null(strstr(text, "tests/base/test_err.c:"));
    aj_ctx_close(&cx);
}

static void json_has_the_same_records(void **state)
{
    (void)state;
    char text[TEXT_MAX] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_string_equal(printed(&cx, JSON, text), "[]\n");
    (void)aj_fail(&cx, AJ_ERR_INPUT, "type", at("a \"b\".yml", 4, 5), "tab\there");
    aj_diag_path(&cx, "x.y");
    aj_diag_hint(&cx, "do");
    aj_diag_note(&cx, at("c.yml", 1, 2), "one");
    aj_diag_note(&cx, AJ_NOWHERE, "two");
    aj_warn(&cx, "range", AJ_NOWHERE, "w");
    assert_string_equal(
        printed(&cx, JSON, text),
        "[\n"
        "{\"severity\": \"error\", \"id\": \"type\", \"file\": \"a \\\"b\\\".yml\", "
        "\"line\": 4, \"col\": 5, \"path\": \"x.y\", \"message\": \"tab\\there\", "
        "\"hint\": \"do\", \"notes\": [{\"message\": \"one\", \"file\": \"c.yml\", "
        "\"line\": 1, \"col\": 2}, {\"message\": \"two\"}]},\n"
        "{\"severity\": \"warning\", \"id\": \"range\", \"message\": \"w\"}\n"
        "]\n");
    aj_ctx_close(&cx);
}

static void the_gravest_status_counts(void **state)
{
    (void)state;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    (void)aj_fail(&cx, AJ_INTERRUPTED, "type", AJ_NOWHERE, "before the mark");
    const size_t mark = aj_diag_mark(&cx);
    assert_int_equal(aj_diag_since(&cx, mark), AJ_OK);
    aj_warn(&cx, "range", AJ_NOWHERE, "a warning is no failure");
    aj_info(&cx, "range", AJ_NOWHERE, "nor is this");
    assert_int_equal(aj_diag_since(&cx, mark), AJ_OK);
    (void)aj_fail(&cx, AJ_ERR_IO, "file-read", AJ_NOWHERE, "x");
    (void)aj_fail(&cx, AJ_ERR_INPUT, "type", AJ_NOWHERE, "x");
    assert_int_equal(aj_diag_since(&cx, mark), AJ_ERR_IO);
    assert_int_equal(aj_diag_since(&cx, 0), AJ_INTERRUPTED);
    assert_int_equal(aj_diag_since(&cx, aj_diag_mark(&cx)), AJ_OK);
    aj_ctx_close(&cx);
}

static void many_records_are_counted(void **state)
{
    (void)state;
    char text[TEXT_MAX] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    for (uint32_t i = 1; i <= 50; i++)
        (void)aj_fail(&cx, AJ_ERR_INPUT, "type", at("f", i, 1), "wrong");
    assert_null(strstr(printed(&cx, PLAIN, text), "more"));
    assert_non_null(strstr(text, "f:50:1: "));
    for (uint32_t i = 51; i <= 60; i++)
        (void)aj_fail(&cx, AJ_ERR_INPUT, "type", at("f", i, 1), "wrong");
    aj_warn(&cx, "range", AJ_NOWHERE, "odd");
    aj_info(&cx, "range", AJ_NOWHERE, "fyi");
    assert_null(strstr(printed(&cx, PLAIN, text), "f:51:1: "));
    assert_non_null(strstr(text, "... and 12 more (errors: 10)\n"));
    assert_non_null(strstr(printed(&cx, JSON, text), "\"line\": 60,"));
    aj_ctx_close(&cx);
}

/* A hostile input causes any number of records: what is kept is bounded, what is counted is not. */
static void records_beyond_the_limit_are_counted(void **state)
{
    (void)state;
    static char text[1 << 20];
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    for (int i = 0; i < AJ_DIAGS_MAX; i++)
        aj_warn(&cx, "range", AJ_NOWHERE, "odd");
    FILE *to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    aj_diag_print_json(&cx, to);
    fclose(to);
    assert_null(strstr(text, "diag-limit"));
    const size_t full = aj_diag_mark(&cx), used = aj_arena_used(cx.diag_arena);
    assert_int_equal(aj_fail(&cx, AJ_ERR_IO, "file-read", at("f", 1, 1), "x"), AJ_ERR_IO);
    aj_diag_hint(&cx, "not of the last that is kept");
    aj_diag_path(&cx, "neither");
    aj_diag_note(&cx, AJ_NOWHERE, "nor this");
    const size_t mark = aj_diag_mark(&cx);
    for (int i = 0; i < 200000; i++)
        (void)aj_fail(&cx, AJ_ERR_INPUT, "key-unknown", at("f", 2, 1), "%d", i);
    assert_int_equal(aj_arena_used(cx.diag_arena), used);
    assert_int_equal(cx.diags_count, AJ_DIAGS_MAX);
    assert_null(cx.diags[AJ_DIAGS_MAX - 1].hint);
    assert_int_equal(aj_diag_count(&cx, AJ_SEV_ERROR), 200001);
    assert_int_equal(aj_diag_count(&cx, AJ_SEV_WARNING), AJ_DIAGS_MAX);
    assert_int_equal(aj_diag_since(&cx, 0), AJ_ERR_IO);
    assert_int_equal(aj_diag_since(&cx, full), AJ_ERR_IO);
    assert_int_equal(aj_diag_since(&cx, mark), AJ_ERR_INPUT);
    assert_int_equal(aj_diag_since(&cx, aj_diag_mark(&cx)), AJ_OK);
    assert_non_null(strstr(printed(&cx, PLAIN, text), "... and 200951 more (errors: 200001)\n"));
    to = fmemopen(text, sizeof text, "w");
    assert_non_null(to);
    aj_diag_print_json(&cx, to);
    fclose(to);
    assert_non_null(strstr(text, "\"odd\"},\n{\"severity\": \"info\", \"id\": \"diag-limit\", "
                                 "\"message\": \"200001 more (errors: 200001)\"}\n]\n"));
    aj_ctx_close(&cx);
}

static void records_outlive_their_sources(void **state)
{
    (void)state;
    char text[TEXT_MAX] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    for (int i = 0; i < 3; i++) {
        char file[] = "gone.yml", word[] = "word";
        file[0] = i < 2 ? 'g' : 'd';
        (void)aj_fail(&cx, AJ_ERR_INPUT, "type", at(file, 1, 1), "%s", word);
        aj_diag_note(&cx, at(file, 2, 2), "%s", word);
        memset(file, '!', sizeof file - 1);
        memset(word, '!', sizeof word - 1);
    }
    assert_string_equal(printed(&cx, PLAIN, text), "gone.yml:1:1: error[type]: word\n"
                                                   "  note: gone.yml:2:2: word\n"
                                                   "gone.yml:1:1: error[type]: word\n"
                                                   "  note: gone.yml:2:2: word\n"
                                                   "done.yml:1:1: error[type]: word\n"
                                                   "  note: done.yml:2:2: word\n");
    aj_ctx_close(&cx);
}

static void hostile_texts_stay_one_line(void **state)
{
    (void)state;
    char text[TEXT_MAX] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    (void)aj_fail(&cx, AJ_ERR_INPUT, "type", at("\x1b]0;x\a.yml", 1, 1), "%s", "a\nb\x1b[2J");
    aj_diag_path(&cx, "%s", "p\nq");
    aj_diag_hint(&cx, "%s", "\r");
    aj_diag_note(&cx, at("\n", 1, 1), "%s", "\xff");
    assert_string_equal(printed(&cx, PLAIN, text),
                        "\\x1b]0;x\\x07.yml:1:1: error[type]: p\\nq: a\\nb\\x1b[2J\n"
                        "  note: \\n:1:1: \\xff\n"
                        "  hint: \\r\n");
    aj_ctx_close(&cx);
}

static void nothing_to_add_to(void **state)
{
    (void)state;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    aj_diag_path(&cx, "x");
    aj_diag_hint(&cx, "x");
    aj_diag_note(&cx, AJ_NOWHERE, "x");
    assert_int_equal(cx.diags_count, 0);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_codes_are_stable),
        cmocka_unit_test(a_record_is_printed_with_its_notes),
        cmocka_unit_test(json_has_the_same_records),
        cmocka_unit_test(the_gravest_status_counts),
        cmocka_unit_test(many_records_are_counted),
        cmocka_unit_test(records_beyond_the_limit_are_counted),
        cmocka_unit_test(records_outlive_their_sources),
        cmocka_unit_test(hostile_texts_stay_one_line),
        cmocka_unit_test(nothing_to_add_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
