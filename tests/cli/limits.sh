#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A problem that is too hard: time, a gap and ^C end it with the best plan so far and what was proved of it.
. "$(dirname "$0")/lib.sh"
. "$source_dir/tests/cli/hard.sh"
cd "$work"
hard_problem

mkdir dump
expect 0 "$autojail" config --time-limit '2 s' --dump=lp,solution --dump-dir dump -o timed
grep -q '^feasible: isolation [0-9]* (gap [0-9.]* %)' out || fail "no gap of what is not proved"
[ -s timed/plan.yml ] || fail "no plan of what was found in time"
grep -q '^status: feasible' timed/plan.yml || fail "the plan is said to be the best"

for file in dump/level1-isolation.lp dump/solution.txt; do
    head -n 3 "$file" | grep -q 'rows-that-keep-memory-apart-may-be-missing' ||
        fail "$file does not say that it was not solved to the end"
done

# the first line comes after a second; then ^C
mkfifo lines
"$autojail" config -o stopped >out 2>lines &
pid=$!
exec 3<lines
read -r line <&3
case $line in
'solving: isolation '*' nodes, '*' s') ;;
*) fail "progress: $line" ;;
esac
while [ "$line" = "${line#*gap}" ] && read -r line <&3; do
    : # there is no plan yet
done
kill -s INT "$pid"
cat <&3 >err
exec 3<&-
code=0
wait "$pid" || code=$?
[ "$code" = 130 ] || { cat err >&2; fail "exit code $code after ^C"; }
says 'error[interrupted]'
says 'stopped has the best plan so far'
[ -s stopped/plan.yml ] || fail "nothing was kept of what was found before ^C"
grep -q '^feasible: isolation [0-9]* (gap' out || fail "no gap after ^C"
if grep -q "$(printf '\033')" err; then fail "control characters where there is no terminal"; fi

# a second ^C ends at once
"$autojail" config -o nothing >out 2>lines &
pid=$!
exec 3<lines
read -r line <&3
kill -s INT "$pid"
kill -s INT "$pid" 2>/dev/null || true
exec 3<&-
code=0
wait "$pid" || code=$?
[ "$code" = 130 ] || fail "exit code $code after a second ^C"

# on a terminal it is one line that is rewritten, and taken away at the end
if command -v script >/dev/null; then
    script -qec "'$autojail' config --time-limit '3 s' -o shown" typescript >/dev/null </dev/null
    grep -q "$(printf '\rsolving: isolation')" typescript || fail "no line on the terminal"
    [ -s shown/plan.yml ] || fail "nothing was written beside the terminal"
fi

# a gap is enough where the best is easy, and leaves nothing open where it is nothing
cp "$source_dir"/examples/qemu-arm64/*.yml .
expect 0 "$autojail" config --gap 50% -o near
expect 0 "$autojail" config --gap '0 %' -o best
expect 0 "$autojail" config -o usual
diff -r best usual || fail "without a gap the plan is another"
for gap in x -1 101 1e400 '2 parts' ''; do
    expect 2 "$autojail" config --gap "$gap"
    says '--gap'
done
