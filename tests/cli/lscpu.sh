#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What lscpu said when a snapshot was taken, which is in it, is what board.yml says.
. "$(dirname "$0")/lib.sh"
cd "$work"
tar -xzf "$source_dir/examples/qemu-arm64/snapshot.tar.gz" ./commands
cat commands/lscpu-e.json commands/lscpu-C.json |
    awk -f "$source_dir/tests/qemu/lscpu.awk" | sort -u >lscpu
expect 0 "$autojail" extract --from "$source_dir/examples/qemu-arm64/snapshot.tar.gz" -o board.yml
awk -f "$source_dir/tests/qemu/cpus.awk" board.yml | sort -u >cpus
[ "$(grep -c ' online true$' lscpu)" = 4 ] || fail "lscpu says too little"
[ -z "$(comm -23 lscpu cpus)" ] || fail "lscpu says something else: $(comm -23 lscpu cpus)"
