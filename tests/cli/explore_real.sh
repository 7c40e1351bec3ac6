#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore with cyclictest and stress-ng on this very machine: directly, and through a real
# ssh server, where it is killed in the middle. Short runs; how long the latencies are is no matter.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
cd "$work"
for program in cyclictest stress-ng; do
    command -v $program >/dev/null || skip "$program is not installed"
done
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || skip "there is one CPU only"
cyclictest -q -m -p 90 -i 1000 -l 10 -a 0 -t 1 >/dev/null 2>&1 ||
    skip "latencies cannot be measured here (no right to SCHED_FIFO)"

cp "$source_dir"/tests/cli/this-machine/* .
export EXPLORE_LIVE="$work"
# What runs change.
settings() {
    cat /proc/sys/kernel/timer_migration /sys/kernel/mm/transparent_hugepage/enabled
}
before=$(settings)

# explores LOGIN [OPTION...]; a machine as busy as those of tests may need another attempt
explores() {
    target=$1
    shift
    for attempt in 1 2 3; do
        ! "$autojail" explore --login "$target" --known-hosts "$ssh_dir/known_hosts" \
            --identity "$ssh_dir/id" "$@" >out 2>err || return 0
        grep -q 'error.explore-void' err || break
        echo "attempt $attempt: no baseline"
        rm -f local.db*
    done
    cat out err "$ssh_dir/sshd.log" >&2
    fail "no exploration: $target $*"
}
# What was written is about real runs, and leads to the same cells again.
is_sound() {
    # six, unless it is sure before, and void ones
    grep -q '^studied  *plc, [0-9]* runs, ' out || fail "not as many runs as asked for"
    ! grep -q simulated out report.html cells.explored.yml || fail "real runs are called simulated"
    [ -s report.html ] || fail "no report"
    "$autojail" config --cells cells.explored.yml -o again >/dev/null
    diff -r again build/explored >&2 || fail "config on the new cells makes others"
}
nothing_left() {
    [ "$(settings)" = "$before" ] || fail "settings are not as they were: $(settings)"
    # of this test, not of others on this machine
    for environ in $(grep -ls 'AUTOJAIL_RUN=' /proc/[0-9]*/environ); do
        ! grep -qs -e "$work" "$environ" || fail "something is left running: $environ"
    done
}
# ended_runs FILE: of how many runs that count the progress in it tells
ended_runs() {
    grep '^run [0-9]* of 6 ' "$1" | grep -cv ': void' || true
}

# A load takes some seconds to get going: here without.
sed '/^load:/,/root:/d' explore.yml >idle.yml
explores local: --store local.db --spec idle.yml
is_sound
nothing_left
mv out out.local

begin() {
    # what could not be measured is remembered
    rm -f explore.db*
    : >err.killed
    "$autojail" explore -v -v --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id" >out.killed 2>>err.killed &
    running=$!
}
: >err.killed
begin
tries=0
while [ "$(ended_runs err.killed)" -lt 2 ]; do
    tries=$((tries + 1))
    if [ $tries -gt 1500 ]; then
        cat err.killed >&2
        fail "no two runs before the kill"
    fi
    kill -0 $running 2>/dev/null || begin
    sleep 0.2
done
kill -9 $running
wait $running 2>/dev/null || true
# It goes on, this time on a terminal, with a key whose pass phrase is asked for.
login_with_phrase() {
    python3 "$source_dir/tests/remote/terminal.py" phrase 'pass phrase of a test' "$autojail" explore \
        -v -v --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id_locked" >terminal
}
login_with_phrase || {
    cat terminal >&2
    fail "does not go on"
}
tr '\r' '\n' <terminal >out
grep -q '^run 3 of 6 .*: [0-9.]* %' out || fail "no progress on the terminal"
[ -z "$(grep '^run [12] of 6 ' out | grep -v ': void')" ] || fail "measures again what was stored"
is_sound
nothing_left

# From the store alone the same is said.
explores "$login"
mv out out.first
explores "$login"
cmp out out.first || fail "said otherwise from the store"

# The second line is the beginning of every such key, the fourth is of this one alone.
if grep -rlaF -e "$(sed -n 2p "$ssh_dir/id")" -e "$(sed -n 4p "$ssh_dir/id")" -e 'pass phrase of a test' --exclude-dir=ssh .; then
    fail "a secret is told"
fi
