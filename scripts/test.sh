#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Packages, build with sanitizers, all tests but those on QEMU boards, over all boards of Debian's
# kernels, and those that measure for long: `test.sh -L 'qemu|slow|corpus'`. The arguments are
# ctest's. Last line: N passed, N failed.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

"$root/scripts/setup.sh"
cd "$root"
[ -f build/dev/build.ninja ] || cmake --preset dev >/dev/null
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset dev
cmake --build --preset release

case " $* " in
*' -L '*) ;;
*) set -- "$@" -LE "qemu|slow|corpus" ;;
esac
log=build/dev/ctest.log
status=0
ctest --preset dev -j "$(nproc)" "$@" >"$log" 2>&1 || status=$?
cat "$log"

# ctest says "97% tests passed, 3 tests failed out of 120"; skipped tests count as neither.
failed=$(sed -n 's/.*tests passed, \([0-9]*\) tests failed out of.*/\1/p' "$log")
total=$(sed -n 's/.*tests failed out of \([0-9]*\)/\1/p' "$log")
skipped=$(grep -c '\*\*\*Skipped' "$log" || true)
if [ -z "$total" ]; then
    echo "0 passed, 1 failed"
    exit 1
fi
echo "$((total - failed - skipped)) passed, $failed failed"
exit "$status"
