#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Cost of whole processes: wall clock, CPU time, peak memory; median of RUNS runs (default 21), beside
# the limit and, when PEER is a command (run in PEER_DIR), beside a peer measured in the same run.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
autojail=${AUTOJAIL:-$root/build/release/autojail}
runs=${RUNS:-21}
example=$root/examples/rpi4-codesys
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -x /usr/bin/time ] || { echo "install the Debian package 'time'" >&2; exit 1; }
[ -x "$autojail" ] || { echo "build the release preset first" >&2; exit 1; }

# measure RUNS DIR COMMAND...: medians "wall-ms cpu-ms peak-KiB"; a failing command ends the benchmark
measure() {
    times=$1
    dir=$2
    shift 2
    : >"$work/times"
    n=0
    while [ "$n" -lt "$times" ]; do
        before=$(date +%s%N)
        (cd "$dir" && /usr/bin/time -a -o "$work/rusage" -f '%U %S %M' "$@" >/dev/null 2>"$work/err") ||
            { cat "$work/err" >&2; exit 1; }
        after=$(date +%s%N)
        echo "$(((after - before) / 1000)) $(tail -n 1 "$work/rusage")" >>"$work/times"
        n=$((n + 1))
    done
    middle=$(((times + 1) / 2))
    wall=$(awk '{ print $1 }' "$work/times" | sort -n | sed -n "${middle}p")
    cpu=$(awk '{ print ($2 + $3) * 1000 }' "$work/times" | sort -n | sed -n "${middle}p")
    peak=$(awk '{ print $4 }' "$work/times" | sort -n | sed -n "${middle}p")
    echo "$wall $cpu $peak"
}

# row NAME LIMIT-MS LIMIT-KIB WALL-US CPU-MS PEAK-KIB
row() {
    awk -v name="$1" -v ms="$2" -v kib="$3" -v wall="$4" -v cpu="$5" -v peak="$6" 'BEGIN {
        printf "%-34s %9.1f ms %9.0f ms CPU %8.1f MiB", name, wall / 1000, cpu, peak / 1024
        if (ms > 0) printf "   %5.1f %% of %d ms", wall / 10 / ms, ms
        if (kib > 0) printf ", %5.1f %% of %d MiB", 100 * peak / kib, kib / 1024
        printf "\n"
    }'
}

mkdir "$work/tree"
tar -xzf "$example/snapshot.tar.gz" -C "$work/tree"
files=$(find "$work/tree" -type f | wc -l)
config=$(measure "$runs" "$example" "$autojail" config -o "$work/out")
extract=$(measure "$runs" "$work" "$autojail" extract --from tree -o board.yml)
echo "median of $runs runs; 'CPU' as the kernel accounts it, in steps of 10 ms"
# shellcheck disable=SC2086 # three words each
row "config, rpi4-codesys" 100 32768 $config
# shellcheck disable=SC2086
row "extract, $files files in a directory" 150 0 $extract

if [ -n "${PEER:-}" ]; then
    # shellcheck disable=SC2086 # the peer is a command line
    peer=$(measure 5 "${PEER_DIR:-.}" $PEER)
    # shellcheck disable=SC2086
    row "peer: $PEER" 0 0 $peer
    echo "$config $peer" | awk '{
        printf "peer / ours: wall %.0f, peak memory %.1f\n", $4 / $1, $6 / $3
    }'
fi
