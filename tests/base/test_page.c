/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/page.h"

#include "tests/support/support.h"

static void pages_show_texts_and_obey_none(void **state)
{
    static const char *const titles[] = {"a", "b & c"};
    struct aj_buf to = {NULL, 0, 0};
    struct aj_page page = {&to, aj_arena_open()};
    (void)state;
    aj_page_begin(&page, "<title>");
    aj_page_element(&page, "p", NULL, "</p>]]>\x1b");
    aj_page_element(&page, "td", "n", "1");
    aj_page_head(&page, titles, AJ_COUNT(titles));
    aj_page_textf(&page, "%d < %s", 1, "\"2\"");
    aj_page_markup(&page, "<br/>");
    aj_page_end(&page);
    static const char *const parts[] = {
        "<!DOCTYPE html>\n<html ",
        "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>",
        "<title>&lt;title&gt;</title>",
        "<p>&lt;/p&gt;]]&gt;\\x1b</p><td class=\"n\">1</td>",
        "<thead><tr><th scope=\"col\">a</th><th scope=\"col\">b &amp; c</th></tr></thead>",
        "1 &lt; &quot;2&quot;<br/></body>\n</html>\n"};
    for (size_t i = 0; i < AJ_COUNT(parts); i++)
        if (strstr(aj_buf_text(&to), parts[i]) == NULL)
            fail_msg("'%s' is not in\n%s", parts[i], aj_buf_text(&to));
    /* The style sheet is inside and brings nothing from elsewhere. */
    assert_non_null(strstr(aj_buf_text(&to), "@media print"));
    assert_null(strstr(aj_buf_text(&to), "url("));
    assert_null(strstr(aj_buf_text(&to), "@import"));
    aj_buf_free(&to);
    aj_arena_close(page.scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pages_show_texts_and_obey_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
