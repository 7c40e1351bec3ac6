/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

static void a_context_begins_empty(void **state)
{
    (void)state;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_int_equal(cx.diags_count, 0);
    assert_int_equal(cx.log_level, AJ_LOG_WARN);
    assert_ptr_equal(cx.log_to, stderr);
    assert_null(cx.cancel);
    assert_ptr_not_equal(cx.scratch, cx.diag_arena);
    aj_ctx_close(&cx);
}

static void the_user_ends_the_run(void **state)
{
    (void)state;
    volatile int cancel = 0;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    assert_false(aj_cancelled(&cx));
    cx.cancel = &cancel;
    assert_int_equal(aj_poll_cancel(&cx), AJ_OK);
    test_no_errors(&cx);
    cancel = 1;
    assert_true(aj_cancelled(&cx));
    assert_int_equal(aj_poll_cancel(&cx), AJ_INTERRUPTED);
    test_one_error(&cx, "interrupted", 0, 0);
    aj_ctx_close(&cx);
}

static void the_log_has_levels(void **state)
{
    (void)state;
    char text[1000] = "";
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    cx.log_to = fmemopen(text, sizeof text, "w");
    assert_non_null(cx.log_to);
    cx.log_level = AJ_LOG_INFO;
    aj_log(&cx, AJ_LOG_ERROR, "%d", 1);
    aj_log(&cx, AJ_LOG_WARN, "%s", "two\n\x1b[0m");
    aj_log(&cx, AJ_LOG_INFO, "three");
    aj_log(&cx, AJ_LOG_DEBUG, "four");
    cx.log_level = AJ_LOG_DEBUG;
    aj_log(&cx, AJ_LOG_DEBUG, "five");
    fclose(cx.log_to);
    assert_string_equal(text, "autojail: error: 1\n"
                              "autojail: warning: two\\n\\x1b[0m\n"
                              "autojail: info: three\n"
                              "autojail: debug: five\n");
    cx.log_to = NULL;
    aj_log(&cx, AJ_LOG_ERROR, "to nobody");
    assert_int_equal(aj_arena_used(cx.scratch), 0);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_begins_empty),
        cmocka_unit_test(the_user_ends_the_run),
        cmocka_unit_test(the_log_has_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
