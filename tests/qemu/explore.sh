#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore on a board with PREEMPT_RT: real latencies, real loads, interrupts and settings
# that change. Killed in the middle, it goes on where it was; in the end the board is as it was.
. "$(dirname "$0")/lib.sh"
cd "$work"
start_board arm64-rt --cpus 3

# What a run may change, and the number of its interrupt that the network's has there.
cat >look.sh <<'END'
cat /proc/sys/kernel/timer_migration /proc/sys/vm/stat_interval
for irq in /proc/irq/[0-9]*; do
    echo "$irq $(cat "$irq/smp_affinity_list")"
done
cat /sys/devices/system/cpu/online
END
on_board sh -s <look.sh >before
virtio=$(on_board cat /proc/interrupts | sed -n 's/.*GICv3 *\([0-9]*\) .*virtio1$/\1/p')
[ -n "$virtio" ] || fail "no interrupt of the network"

expect 0 extract -o board.yml
printf 'name: board\nboard: board.yml\narch: arm64\n' >autojail.yml
cat >cells.yml <<'END'
root:
  name: "board"
  console: /pl011@9000000
guests:
  plc:
    name: "controller"
    os: linux
    cpus: {count: 1}
    realtime: {period: 40 ms, deadline: 40 ms}
    console: "&root.console"
    mem_regions:
      memory: {size: 128 MiB}
END
cat >explore.yml <<END
cell: plc
measure: {duration: 8 s, blocks: 2, interval: 40 ms}
budget: {runs: 6}
load:
  root: [stress-ng, --cpu, 1, --cpu-load, 20]
space:
  interrupts: [$virtio]
  knobs:
    timer_migration: ["on", "off"]
    stat_interval: [1, 10]
END

# ended_runs FILE: how many runs the progress in it tells of that count
ended_runs() {
    grep '^run [0-9]* of 6 ' "$1" | grep -cv ': void' || true
}

# Emulated on a busy machine even the plan as it is may need more than one attempt.
begin() {
    # what could not be measured is remembered
    rm -f explore.db*
    : >err.killed
    "$autojail" explore -v -v --login "$login" --known-hosts "$board/known_hosts" \
        --identity "$board/id" >out.killed 2>>err.killed &
    pid=$!
}
: >err.killed
begin
tries=0
while [ "$(ended_runs err.killed)" -lt 2 ]; do
    tries=$((tries + 1))
    [ $tries -lt 240 ] || {
        grep '^run\|error' err.killed >err
        fail "no two runs before the kill"
    }
    kill -0 $pid 2>/dev/null || begin
    sleep 1
done
kill -9 $pid
wait $pid 2>/dev/null || true

expect 0 explore -v -v
cp out out.first
grep -q '^run 3 of 6 ' err || fail "does not go on with run 3"
[ -z "$(grep '^run [12] of 6 ' err | grep -v ': void')" ] || fail "measures again what was stored"
# six, unless it is sure before, and void ones
grep '^studied  *plc, [0-9]* runs, ' out || fail "not as many runs as asked for"
! grep -q simulated out report.html cells.explored.yml || fail "what was measured is called simulated"
[ -s report.html ] || fail "no report"
expect 0 config --cells cells.explored.yml -o again
diff -r again build/explored >&2 || fail "config on the new cells makes others"

on_board sh -s <look.sh >after
diff before after >&2 || fail "the board is not as it was"
nothing_left
no_secret explore.db* report.html cells.explored.yml build again out.* err.* out err
expect 0 explore
cmp out out.first || fail "said otherwise from the store"
stop_board
