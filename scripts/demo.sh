#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on a fresh Debian 12: packages, build, the Raspberry Pi example from its snapshot to
# Jailhouse cells, and better cells from measurements, here on a simulated board.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=$root/build/demo

"$root/scripts/setup.sh"
cd "$root"
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset release
autojail=$root/build/release/autojail

mkdir -p "$out"
cd examples/rpi4-codesys
echo "== autojail extract: the board from its snapshot"
"$autojail" extract --from snapshot.tar.gz -o "$out/board.yml"
echo "== autojail config: who gets what"
"$autojail" config --board "$out/board.yml" -o "$out"
echo "== autojail check: a second look at the files"
"$autojail" check --board "$out/board.yml" "$out"/cells/rpi4-codesys.cell \
    "$out"/cells/rpi4-codesys-*.cell
echo "== autojail explore: measure, learn, and give back better cells"
rm -f "$out"/explore.db*
"$autojail" explore --board "$out/board.yml" --login sim: --store "$out/explore.db" \
    -o "$out/cells.explored.yml" --build "$out/explored" --report "$out/report.html"
echo
echo "The cells are in $out/cells, the plan in $out/plan.yml."
echo "The better ones are in $out/explored, and $out/cells.explored.yml leads to them again."
echo "The report is $out/report.html. Its latencies are simulated: no hardware was measured."
