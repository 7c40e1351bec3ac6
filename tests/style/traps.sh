#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# traps.sh ROOT: each of the 75 oddities of real boards that extraction is to get right has a test
# named after it, t1_... to t75_..., that is run.
cd "$1" || exit 1
named=$(grep -ohE '(EXTRACT_TEST|TEST|cmocka_unit_test)\((t[0-9]+_)+' tests/*/test_*.c |
    grep -oE 't[0-9]+' | sort -u)
for number in $(seq 1 75); do
    printf '%s\n' "$named" | grep -qx "t$number" || echo "no test is named after T$number"
done | { ! grep . ; }
