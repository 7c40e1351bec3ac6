#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore on a simulated board: improves and says how sure it is, goes on after it was killed as
# if nothing had been, claims nothing where there is nothing, and what it writes leads `config` to the
# same plan.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/explore_lib.sh"
cd "$work"

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
head -c "$(wc -c <cells.yml)" cells.explored.yml | cmp - cells.yml || fail "the user's text is not as it was"
reproduces

# Again, from the store: nothing is measured, and the same is said.
before=$(runs 1)
expect 0 "$autojail" explore --login sim: --quiet
cmp "$work/out" out || fail "said otherwise from the store"
[ "$(runs 1)" = "$before" ] || fail "measured again what was there"
[ ! -s "$work/err" ] || grep -q warning "$work/err" || fail "progress although quiet"
cd ..

# Some more budget, too little to show anything anew: what was shown stays. And what is measured never
# stands beside what was simulated.
cp -r first more
cd more
printf 'budget: {runs: %d}\n' $((before + 4)) >>explore.yml
expect 0 "$autojail" explore --login sim:
grep -q '^shown .* % lower (95 % interval .*, [0-9]* pairs)' "$work/out" || { cat "$work/out"; fail "forgot what was shown"; }
expect 3 "$autojail" explore --login local:
says 'error[store-study]'
cd ..

# Killed in the middle: a run that never ends, and the same command after it. Equal bytes as without
# that, so equal seeds give them too.
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

# A board on which everything is as good: that is what is said.
project flat rpi4-codesys
echo 'budget: {runs: 20}' >>explore.yml
printf 'flat: true\n' >flat.yml
# There is no room for the store, at first: an error like any other, and what is stored is not lost.
(
    ulimit -f 150
    expect 7 "$autojail" explore --login sim:flat.yml
)
says 'explore.db: error[store]: '
stored=$(grep -c '^run .*best' "$work/err")
[ "$stored" -gt 0 ] || fail "there was room for nothing"
expect 0 "$autojail" explore --login sim:flat.yml
grep -q '^recommended  *the baseline, as it is$' "$work/out" || { cat "$work/out"; fail "a claim"; }
cd ..
