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
db = sqlite3.connect("explore.db")
runs = db.execute("select phase, state, board from run").fetchall()
assert {board for _, _, board in runs} == {"sim:a.yml", "sim:b.yml"}, runs
assert all(state == 1 for _, state, _ in runs), runs
search = [board for phase, _, board in runs if phase < 3]
assert min(search.count("sim:a.yml"), search.count("sim:b.yml")) >= 3, runs
assert len(search) == 8, runs
pairs = {}
for board, number in db.execute("select board, round from run where phase = 4"):
    pairs.setdefault(number, []).append(board)
assert len(pairs) == 6, pairs
assert all(len(pair) == 2 and pair[0] == pair[1] for pair in pairs.values()), pairs
assert {pair[0] for pair in pairs.values()} == {"sim:a.yml", "sim:b.yml"}, pairs
END
grep -q '^ *on sim:b.yml: .* pairs*)' "$work/out" || { cat "$work/out"; fail "no word of each board"; }
reproduces
# Two commands on one store and one board do together what one does: no run is made twice, and one
# candidate is confirmed. Which one may differ where two are as good as each other: each command has
# drawn from its own surrogate.
rm explore.db
"$autojail" explore --login sim:a.yml --quiet >alone 2>err || { cat err; fail "alone"; }
python3 -c 'import sqlite3
db = sqlite3.connect("explore.db")
print(db.execute("select phase, round from run").fetchall())
print(db.execute("select count(distinct decision) from run where phase = 4").fetchall())' >alone.runs
rm explore.db
"$autojail" explore --login sim:a.yml --quiet >first 2>err.first &
pid=$!
"$autojail" explore --login sim:a.yml --quiet >second 2>err || { cat err; fail "the second of two"; }
wait $pid || { cat err.first; fail "the first of two"; }
python3 -c 'import sqlite3
db = sqlite3.connect("explore.db")
print(db.execute("select phase, round from run").fetchall())
print(db.execute("select count(distinct decision) from run where phase = 4").fetchall())' >both.runs
cmp alone.runs both.runs || fail "two commands make other runs than one"
cmp first second || fail "the two say different things of one store"
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
printf 'faults: {void: 0.15, refused: 0.2, lost_at: 2}\n' >faulty.yml
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
