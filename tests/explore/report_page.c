/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report_page NAME: a report of tests/explore/report_fixture.h on standard output, for tests that
 * look at it with other programs. Without NAME: their names.
 */
#include "tests/explore/report_fixture.h"

int main(int argc, char **argv)
{
    const struct fixture *fixture = argc > 1 ? fixture_find(argv[1]) : NULL;
    for (const struct fixture *f = fixtures; argc == 1 && f->name != NULL; f++)
        printf("%s\n", f->name);
    if (fixture == NULL)
        return argc == 1 ? 0 : 2;
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf page = {NULL, 0, 0};
    explore_report_write(fixture_report(fixture, arena), arena, &page);
    const size_t written = fwrite(page.data, 1, page.len, stdout);
    const int code = written == page.len && fflush(stdout) == 0 ? 0 : 1;
    aj_buf_free(&page);
    aj_arena_close(arena);
    return code;
}
