/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

int test_fixture_open(void **state)
{
    struct test_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    *state = f;
    return 0;
}

int test_fixture_close(void **state)
{
    struct test_fixture *f = *state;
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

const char *test_diags(const struct aj_ctx *cx)
{
    static char text[65536];
    FILE *to = fmemopen(text, sizeof text - 1, "w");
    assert_non_null(to);
    memset(text, 0, sizeof text);
    aj_diag_print(cx, to, AJ_DIAG_PLAIN);
    fclose(to);
    return text;
}

static size_t errors(const struct aj_ctx *cx)
{
    size_t count = 0;
    for (size_t i = 0; i < cx->diags_count; i++)
        count += cx->diags[i].severity == AJ_SEV_ERROR;
    return count;
}

void test_no_errors(const struct aj_ctx *cx)
{
    if (errors(cx) > 0)
        fail_msg("unexpected diagnostics:\n%s", test_diags(cx));
}

void test_one_error(const struct aj_ctx *cx, const char *id, uint32_t line, uint32_t col)
{
    if (errors(cx) != 1)
        fail_msg("one error [%s] expected, got %zu:\n%s", id, errors(cx), test_diags(cx));
    for (size_t i = 0; i < cx->diags_count; i++) {
        const struct aj_diag *d = &cx->diags[i];
        if (d->severity != AJ_SEV_ERROR)
            continue;
        assert_string_equal(d->id, id);
        if (line != 0)
            assert_int_equal(d->loc.line, line);
        if (col != 0)
            assert_int_equal(d->loc.col, col);
    }
}

_Noreturn void test_lacks(const char *what)
{
    fail_msg("there is no %s", what);
    abort(); /* cmocka does not say that it never returns */
}

size_t test_count(const struct aj_ctx *cx, const char *id)
{
    size_t count = 0;
    for (size_t i = 0; i < cx->diags_count; i++)
        count += strcmp(cx->diags[i].id, id) == 0;
    return count;
}

uint64_t test_random_start(uint64_t seed)
{
    print_message("seed 0x%llx\n", (unsigned long long)seed);
    return seed;
}

uint64_t test_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint32_t test_random_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)(test_random(state) % limit);
}

uint64_t test_random_edgy(uint64_t *state)
{
    const uint64_t power = UINT64_C(1) << test_random_below(state, 64);
    switch (test_random_below(state, 4)) {
    case 0: return power;
    case 1: return power - 1;
    case 2: return UINT64_C(0) - power;
    default: return test_random(state) >> test_random_below(state, 64);
    }
}
