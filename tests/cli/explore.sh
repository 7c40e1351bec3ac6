#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore on simulated boards: improves and says how sure it is, goes on after it was killed
# as if nothing had been, measures on several boards, bears faults, and what it writes leads `config`
# to the same plan.
. "$(dirname "$0")/lib.sh"
cd "$work"

# project NAME EXAMPLE: a copy of the example to work in
project() {
    rm -rf "$1"
    cp -r "$source_dir/examples/$2" "$1"
    cd "$1"
}
# runs STATE: how many runs of the store are claimed 0, done 1, void 2
runs() {
    python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("select count(*) from run where state = ?", sys.argv[2]).fetchone()[0])' \
        explore.db "$1"
}
# same A B: what two explorations wrote is byte-equal
same() {
    for file in cells.explored.yml report.html out build/explored/plan.yml; do
        cmp "$1/$file" "$2/$file" || fail "$file of $1 and $2 differ"
    done
}
# reproduces: config on the new cells makes the recommended ones
reproduces() {
    expect 0 "$autojail" config --cells cells.explored.yml -o again
    diff -r again build/explored || fail "config on the new cells makes others"
}

# The example as it is: better, and honest about it.
project first rpi4-codesys
expect 0 "$autojail" explore --login sim:
cp "$work/out" out
grep -q 'simulated: no hardware was measured' out || fail "the summary hides that it is simulated"
grep -q '^shown .* % lower (95 % interval .*, [0-9]* pairs)' out || { cat out; fail "not better"; }
grep -q '^baseline .*95 % interval .* runs)' out || fail "a number without its interval"
grep -q '^run 1 of .*best .*left' "$work/err" || fail "no progress"
[ "$(runs 2)" = 0 ] || fail "void runs without a fault"
grep -q 'simulated' cells.explored.yml || fail "the new cells hide that it is simulated"
grep -q '# The root serves the web interface' cells.explored.yml || fail "comments are lost"
reproduces

# Again, from the store: nothing is measured, and the same is said.
before=$(runs 1)
expect 0 "$autojail" explore --login sim: --quiet
cmp "$work/out" out || fail "said otherwise from the store"
[ "$(runs 1)" = "$before" ] || fail "measured again what was there"
[ ! -s "$work/err" ] || grep -q warning "$work/err" || fail "progress although quiet"
cd ..

# Equal seeds, equal bytes; another seed is another exploration.
project second rpi4-codesys
expect 0 "$autojail" explore --login sim:
cp "$work/out" out
cd ..
same first second

# Killed in the middle: a run that never ends, and the same command after it.
project killed rpi4-codesys
echo 'budget: {runs: 20}' >>explore.yml
printf 'faults: {hangs_at: 7}\n' >board-sim.yml
"$autojail" explore --login sim:board-sim.yml >out 2>err &
pid=$!
tries=0
while [ "$(runs 1 2>/dev/null || echo 0)" -lt 6 ] && [ $tries -lt 150 ]; do
    sleep 0.2
    tries=$((tries + 1))
done
kill -9 $pid
wait $pid 2>/dev/null || :
[ "$(runs 1)" = 6 ] || fail "$(runs 1) runs were stored before the kill"
: >board-sim.yml
expect 0 "$autojail" explore --login sim:board-sim.yml
cp "$work/out" out
cd ..
project whole rpi4-codesys
echo 'budget: {runs: 20}' >>explore.yml
: >board-sim.yml
expect 0 "$autojail" explore --login sim:board-sim.yml
cp "$work/out" out
cd ..
same killed whole

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

# A board on which everything is as good: that is what is said.
project flat rpi4-codesys
echo 'budget: {runs: 20}' >>explore.yml
printf 'flat: true\n' >flat.yml
expect 0 "$autojail" explore --login sim:flat.yml
grep -q '^recommended .*plc: 2-3.*schedutil.*all$' "$work/out" || { cat "$work/out"; fail "a claim"; }
cd ..

# A later exploration learns from an earlier one's runs; a store of another study is not taken.
project later rpi4-codesys
cp ../first/explore.db earlier.db
printf 'budget: {runs: 8}\n' >>explore.yml
expect 0 "$autojail" explore --login sim: --from earlier.db
[ ! -s "$work/err" ] || ! grep -q explore-from "$work/err" || fail "nothing of it was of use"
sed -i 's/^measure:.*/measure: {duration: 30 s, blocks: 10}/' explore.yml
expect 3 "$autojail" explore --login sim:
says 'error[store-study]'
python3 -c 'import sqlite3
db = sqlite3.connect("earlier.db")
db.execute("update run set decision = ?", ("nobody: 1",))
db.commit()'
rm explore.db
expect 0 "$autojail" explore --login sim: --from earlier.db
says 'warning[explore-from]'
python3 -c 'import sqlite3
db = sqlite3.connect("explore.db")
db.execute("update run set decision = ?", ("nobody: 1",))
db.commit()'
expect 3 "$autojail" explore --login sim:
says 'error[explore-run]'
cd ..

# No guest is real-time in the other example: one is named, with a deadline.
project other qemu-arm64
expect 3 "$autojail" explore --login sim:
says 'error[explore-cell]'
printf 'cell: linux\n' >explore.yml
expect 3 "$autojail" explore --login sim:
says 'error[explore-deadline]'
printf 'cell: linux\ndeadline: 100 us\nspace: {interrupts: [5, 34], knobs: {nonsense: [a], governor: [fast]}}\n' >explore.yml
expect 3 "$autojail" explore --login sim:
says 'error[explore-space]: space.interrupts: interrupt 5 cannot be explored'
printf 'cell: linux\ndeadline: 100 us\n' >explore.yml
printf 'tests: {}\n' >nothing.yml
expect 3 "$autojail" explore --results nothing.yml
says 'error[explore-results]'
cat >explore.yml <<END
cell: linux
deadline: 100 us
allowed: 0.3
measure: {duration: 20 s, blocks: 10}
budget: {runs: 60}
space: {interrupts: [77, 79]}
END
expect 0 "$autojail" explore --login sim:
grep -q 'stopped  *the deadline is met with the wanted confidence' "$work/out" || { cat "$work/out"; fail "no certificate"; }
[ "$(runs 1)" -lt 60 ] || fail "measured on although the deadline is met"
reproduces
sed -i '/^allowed/d' explore.yml
expect 6 "$autojail" explore --login ssh:nobody@127.0.0.1:1 --store other.db
says 'warning[explore-idle]'
cd ..

# By hand: config, test, and what the results teach, round by round. A board that measures the plan of
# its cells stands in for `autojail test`.
project by_hand rpi4-codesys
sed -i 's/^ *knobs:.*//; s/^ *governor:.*//; s/^ *idle_states:.*//' explore.yml
cp explore.yml given.yml
# tested CELLS RESULTS: what a test on the cells would have written
tested() {
    rm -f explore.db
    (cat given.yml; echo 'budget: {runs: 2}') >explore.yml
    expect 0 "$autojail" explore --login sim: --cells "$1" -o ignored.yml --quiet
    cp given.yml explore.yml
    expect 0 "$autojail" config --cells "$1" -o planned
    python3 - "$2" <<'END'
import sqlite3, sys
def deeper(text, by):
    return "".join(" " * by + line + "\n" for line in text.splitlines())
text = sqlite3.connect("explore.db").execute("select measurement from run").fetchone()[0]
with open(sys.argv[1], "w") as to:
    to.write("login: ssh:board\ndeployed:\n  directory: /tmp\n  plan:\n")
    to.write(deeper(open("planned/plan.yml").read(), 4))
    to.write("tests:\n  latency:\n    cell: root\n    outcome: pass\n    measurement:\n")
    to.write(deeper(text, 6))
END
}
tested cells.yml r1.yml
expect 0 "$autojail" explore --results r1.yml
grep -q '^learned from 1 measurement of 1 decision$' "$work/out" || { cat "$work/out"; fail "not learned"; }
grep -q '^next .*expected' "$work/out" || fail "nothing is proposed"
grep -q 'to be measured next' cells.explored.yml || fail "the next cells do not say what they are for"
reproduces
for round in 2 3 4; do
    cp cells.explored.yml next.yml
    tested next.yml r$round.yml
    set --
    for file in r?.yml; do
        set -- "$@" --results $file
    done
    expect 0 "$autojail" explore "$@"
    grep -q "^learned from $round measurements of $round decisions" "$work/out" || {
        cat "$work/out"
        fail "round $round proposes what was measured"
    }
done
# Results of something else.
printf 'login: "ssh:board"\ntests: {}\n' >none.yml
expect 3 "$autojail" explore --results none.yml
sed 's/cell: root/cell: elsewhere/; s/- cpu: [23]/- cpu: 1/' r1.yml >elsewhere.yml
expect 0 "$autojail" explore --results elsewhere.yml
says 'warning[explore-from]'
cd ..
