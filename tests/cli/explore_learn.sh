#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore from what is there already: an earlier exploration, results of tests, and what
# explore.yml says of cells that say less.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/explore_lib.sh"
cd "$work"

# A later exploration learns from an earlier one's runs; a store of another study is not taken.
project later rpi4-codesys
printf 'budget: {runs: 8}\n' >>explore.yml
expect 0 "$autojail" explore --login sim: --store earlier.db
expect 0 "$autojail" explore --login sim: --from earlier.db
[ ! -s "$work/err" ] || ! grep -q explore-from "$work/err" || fail "nothing of it was of use"
cp earlier.db measured.db
python3 -c 'import sqlite3
db = sqlite3.connect("measured.db")
db.execute("update note set text = ? where key = ?", ("measured", "kind"))
db.commit()'
expect 3 "$autojail" explore --login sim: --store mixed.db --from measured.db
says 'measured.db: error[store-study]: its runs were measured, those on sim: would be simulated'
sed -i 's/^measure:.*/measure: {duration: 30 s, blocks: 10}/' explore.yml
expect 3 "$autojail" explore --login sim:
says 'error[store-study]'
python3 -c 'import sqlite3
db = sqlite3.connect("earlier.db")
db.execute("update run set decision = ? || id", ("nobody: ",))
db.commit()'
rm explore.db
expect 0 "$autojail" explore --login sim: --from earlier.db
says 'warning[explore-from]'
python3 -c 'import sqlite3
db = sqlite3.connect("explore.db")
db.execute("update run set decision = ? || id", ("nobody: ",))
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
# The governor is worth what few pairs show: the certificate alone ends the finale.
cat >explore.yml <<END
cell: linux
deadline: 100 us
allowed: 0.4
measure: {duration: 20 s, blocks: 10}
budget: {runs: 60}
space: {interrupts: [77, 79], knobs: {governor: [schedutil, performance]}}
END
expect 0 "$autojail" explore --login sim:
grep -q 'stopped  *the deadline is met with the wanted confidence' "$work/out" || { cat "$work/out"; fail "no certificate"; }
[ "$(runs 1)" -lt 60 ] || fail "measured on although the deadline is met"
reproduces
sed -i '/^allowed/d' explore.yml
# Other CPUs than cells.yml names: just they change in the text.
sed '0,/cpus: {count: 1}/s//cpus: 3/' cells.yml >named.yml
sed 's/^space:.*/space: {cells: {linux: {cpus: {count: 1}}, bare: {cpus: {count: 1}}}}/; s/runs: 60/runs: 18/' explore.yml >other.yml
expect 0 "$autojail" explore --login sim: --spec other.yml --store other.db --cells named.yml
! grep -q 'rewrite-form' "$work/err" || fail "written anew"
diff named.yml cells.explored.yml >changes || :
[ "$(grep -c '^<' changes)" = 1 ] && grep -q '^< .*cpus: 3' changes || { cat changes; fail "more than the CPUs changed"; }
reproduces
expect 6 "$autojail" explore --login ssh:nobody@127.0.0.1:1 --store idle.db
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
# Results that were measured otherwise say nothing of these, in whatever order.
sed 's/block: .*/block: 5 s/' r1.yml >shorter.yml
! cmp -s r1.yml shorter.yml || fail "no block in r1.yml"
for files in 'r2.yml shorter.yml' 'shorter.yml r2.yml'; do
    expect 3 "$autojail" explore --results ${files% *} --results ${files#* }
    says "error[explore-results]"
    says "cannot be compared with the results before it"
done
sed '/^login:/s/ssh:board/"sim:"/' r1.yml >simulated.yml
expect 3 "$autojail" explore --results simulated.yml
says 'they were simulated'
# Results of something else.
printf 'login: "ssh:board"\ntests: {}\n' >none.yml
expect 3 "$autojail" explore --results none.yml
sed 's/cell: root/cell: elsewhere/; s/- cpu: [23]/- cpu: 1/' r1.yml >elsewhere.yml
expect 0 "$autojail" explore --results elsewhere.yml
says 'warning[explore-from]'
cd ..
