/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/crew.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/support.h"

static volatile sig_atomic_t ended;

static void on_term(int number)
{
    (void)number;
    ended = 1;
}

/* What a part does is what its login says. */
static enum aj_status part(struct aj_ctx *cx, const struct explore_study *study, const char *login)
{
    (void)study;
    if (strncmp(login, "warns", 5) == 0) {
        for (int i = 0; i < 900; i++) { /* more than a pipe holds */
            aj_warn(cx, "irq-idle", aj_loc_file("board.yml"), "interrupt %d of %s", i,
                    "a board with a name that is longer than most of those that people give");
            aj_diag_hint(cx, "give it a load");
        }
        if (strcmp(login, "warns-and-fails") == 0)
            return aj_fail(cx, AJ_ERR_TARGET, "target-lost", AJ_NOWHERE, "it broke");
    }
    if (strcmp(login, "refuses") == 0)
        return aj_fail(cx, AJ_ERR_TARGET, "target-connect", AJ_NOWHERE, "it does not answer");
    if (strcmp(login, "dies") == 0)
        raise(SIGKILL);
    if (strcmp(login, "waits") == 0) {
        const struct timespec slice = {0, 10000000};
        struct sigaction action = {.sa_handler = on_term};
        sigemptyset(&action.sa_mask);
        sigaction(SIGTERM, &action, NULL);
        while (!ended)
            nanosleep(&slice, NULL);
        return aj_fail(cx, AJ_INTERRUPTED, "interrupted", AJ_NOWHERE, "interrupted");
    }
    return AJ_OK;
}

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct explore_crew crew;
};

static enum aj_status crew(struct fixture *f, const char *const *logins, size_t count,
                           const volatile int *cancel)
{
    const struct explore_study study = {.options = NULL};
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    f->cx.cancel = cancel;
    f->crew = (struct explore_crew){aj_memdup(f->arena, logins, count * sizeof *logins), count};
    return explore_crew_run(&f->cx, &study, part, f->arena, &f->crew);
}

static void done(struct fixture *f)
{
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
}

static void test_all_good(void **state)
{
    static const char *const logins[] = {"a", "b", "c"};
    struct fixture f;
    (void)state;
    assert_int_equal(crew(&f, logins, AJ_COUNT(logins), NULL), AJ_OK);
    assert_int_equal(f.crew.count, 3);
    assert_string_equal(f.crew.logins[2], "c");
    assert_int_equal(f.cx.diags_count, 0);
    done(&f);
}

static void test_some_lost(void **state)
{
    static const char *const logins[] = {"refuses", "dies", "c"};
    struct fixture f;
    (void)state;
    assert_int_equal(crew(&f, logins, AJ_COUNT(logins), NULL), AJ_OK);
    assert_int_equal(f.crew.count, 1);
    assert_string_equal(f.crew.logins[0], "c");
    assert_int_equal(test_count(&f.cx, "explore-lost"), 2);
    const char *said = test_diags(&f.cx);
    assert_non_null(strstr(said, "refuses was given up: it does not answer"));
    assert_non_null(strstr(said, "dies was given up: its process was ended by signal 9"));
    done(&f);
}

static void test_none_left(void **state)
{
    static const char *const logins[] = {"refuses", "refuses"};
    struct fixture f;
    (void)state;
    assert_int_equal(crew(&f, logins, AJ_COUNT(logins), NULL), AJ_ERR_TARGET);
    test_one_error(&f.cx, "explore-crew", 0, 0);
    done(&f);
}

/* Whole, with their hints, and those of boards that say the same once. */
static void test_warnings(void **state)
{
    static const char *const logins[] = {"warns", "warns", "warns-and-fails"};
    struct fixture f;
    (void)state;
    assert_int_equal(crew(&f, logins, AJ_COUNT(logins), NULL), AJ_OK);
    assert_int_equal(test_count(&f.cx, "irq-idle"), 900);
    assert_int_equal(test_count(&f.cx, "explore-lost"), 1);
    assert_string_equal(f.cx.diags[0].loc.file, "board.yml");
    assert_non_null(strstr(f.cx.diags[0].msg, "interrupt 0 of a board"));
    assert_string_equal(f.cx.diags[0].hint, "give it a load");
    assert_non_null(strstr(f.cx.diags[900].msg, "warns-and-fails was given up: it broke"));
    done(&f);
}

static void test_cancelled(void **state)
{
    static const char *const logins[] = {"waits", "waits"};
    static const volatile int cancel = 1;
    struct fixture f;
    (void)state;
    assert_int_equal(crew(&f, logins, AJ_COUNT(logins), &cancel), AJ_INTERRUPTED);
    test_one_error(&f.cx, "interrupted", 0, 0);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_good),  cmocka_unit_test(test_some_lost),
        cmocka_unit_test(test_none_left), cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
