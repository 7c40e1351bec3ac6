#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore on several simulated boards, on boards that fail, and ended by signals.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/explore_lib.sh"
cd "$work"

# Two boards at once: the union of their runs, none made twice.
project boards rpi4-codesys
echo 'budget: {runs: 20}' >>explore.yml
printf 'takes: 20 ms\n' >a.yml
cp a.yml b.yml
expect 0 "$autojail" explore --login sim:a.yml --login sim:b.yml
python3 - <<'END'
import sqlite3
runs = sqlite3.connect("explore.db").execute("select phase, state, board from run").fetchall()
assert {board for _, _, board in runs} == {"sim:a.yml", "sim:b.yml"}, runs
assert all(state == 1 for _, state, _ in runs), runs
search = [board for phase, _, board in runs if phase < 3]
assert min(search.count("sim:a.yml"), search.count("sim:b.yml")) >= 3, runs
assert len(search) == 8, runs
END
reproduces
# One of them does not answer: the other goes on; none: the target's exit code.
rm explore.db
expect 0 "$autojail" explore --login sim:a.yml --login ssh:nobody@127.0.0.1:1
says 'warning[explore-lost]: ssh:nobody@127.0.0.1:1 was given up'
rm explore.db
expect 6 "$autojail" explore --login ssh:nobody@127.0.0.1:1 --login ssh:nobody@127.0.0.1:2
says 'error[explore-crew]'

# ^C and SIGTERM end all of them; what was measured stays.
for signal in INT TERM; do
    rm -f explore.db
    printf 'takes: 300 ms\n' | tee b.yml >a.yml
    "$autojail" explore --login sim:a.yml --login sim:b.yml >out 2>err &
    pid=$!
    tries=0
    while [ "$(runs 1 2>/dev/null || echo 0)" -lt 2 ] && [ $tries -lt 150 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -s $signal $pid
    code=0
    wait $pid || code=$?
    [ $code = 130 ] || { cat err; fail "SIG$signal: exit code $code"; }
    grep -q 'the same command goes on' err || fail "SIG$signal: nobody says how it goes on"
    [ "$(runs 1)" -ge 2 ] || fail "SIG$signal: measured runs are lost"
    ! ps -e -o args= | grep -q '[s]im:a.yml --login sim:b.yml' || fail "SIG$signal: a part is left"
done
cd ..

# Faults: void runs are made again, what cannot be applied is left alone, a lost link comes back.
project faults rpi4-codesys
echo 'budget: {runs: 24}' >>explore.yml
printf 'faults: {void: 0.15, refused: 0.2, lost_at: 5}\n' >faulty.yml
expect 0 "$autojail" explore --login sim:faulty.yml
says 'void, not applied'
says 'void, the target was lost'
[ "$(runs 2)" -ge 3 ] || fail "$(runs 2) void runs"
reproduces
rm explore.db
printf 'faults: {void: 1}\n' >faulty.yml
expect 6 "$autojail" explore --login sim:faulty.yml
says 'error[explore-void]'
[ "$(runs 2)" = 2 ] || fail "$(runs 2) void runs instead of two"
cd ..
