/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include "tests/support/support.h"

/* Source of the values: FIPS 180-4 examples (empty message, "abc", 448 bits). */
static void known_values(void **state)
{
    static const struct {
        const char *text, *digest;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        const struct aj_bytes bytes = {(const uint8_t *)cases[i].text, strlen(cases[i].text)};
        assert_string_equal(aj_sha256(arena, bytes), cases[i].digest);
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
