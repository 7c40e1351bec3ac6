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
# What runs change.
settings() {
    cat /proc/sys/kernel/timer_migration /sys/kernel/mm/transparent_hugepage/enabled
}
before=$(settings)

# explores CODE LOGIN [OPTION...]
explores() {
    expected=$1
    target=$2
    shift 2
    code=0
    "$autojail" explore --login "$target" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id" "$@" >out 2>err || code=$?
    [ "$code" = "$expected" ] || {
        cat out err "$ssh_dir/log" >&2
        fail "exit code $code instead of $expected: $target $*"
    }
}
# What was written is about real runs, and leads to the same cells again.
is_sound() {
    # six, unless it is sure before
    grep -q '^studied  *plc, [3-6] runs, ' out || fail "not as many runs as asked for"
    ! grep -q simulated out report.html cells.explored.yml || fail "real runs are called simulated"
    [ -s report.html ] || fail "no report"
    "$autojail" config --cells cells.explored.yml -o again >/dev/null
    diff -r again build/explored >&2 || fail "config on the new cells makes others"
}
nothing_left() {
    [ "$(settings)" = "$before" ] || fail "settings are not as they were: $(settings)"
    ! grep -ls 'AUTOJAIL_RUN=' /proc/[0-9]*/environ || fail "something is left running"
}
# ended_runs FILE: of how many runs that count the progress in it tells
ended_runs() {
    grep '^run [0-9]* of 6 ' "$1" | grep -cv ': void' || true
}

# A load takes some seconds to get going: here without.
sed '/^load:/,/root:/d' explore.yml >idle.yml
explores 0 local: --store local.db --spec idle.yml
is_sound
nothing_left
mv out out.local

"$autojail" explore -v -v --login "$login" --known-hosts "$ssh_dir/known_hosts" \
    --identity "$ssh_dir/id" >out.killed 2>err.killed &
running=$!
tries=0
while [ "$(ended_runs err.killed)" -lt 2 ]; do
    tries=$((tries + 1))
    if [ $tries -gt 600 ] || ! kill -0 $running; then
        cat err.killed >&2
        fail "no two runs before the kill"
    fi
    sleep 0.1
done
kill -9 $running
wait $running 2>/dev/null || true
# It goes on, this time on a terminal, with a key whose pass phrase is asked for.
login_with_phrase() {
    python3 "$source_dir/tests/remote/terminal.py" 'pass phrase of a test' "$autojail" explore \
        -v -v --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id_locked" >terminal
}
login_with_phrase || {
    cat terminal >&2
    fail "does not go on"
}
tr '\r' '\n' <terminal >out
grep -q '^run 3 of 6 .*: [0-9.]* %' out || fail "no progress on the terminal"
! grep -q '^run [12] of 6 ' out || fail "measures again what was stored"
is_sound
nothing_left

# From the store alone the same is said.
explores 0 "$login"
mv out out.first
explores 0 "$login"
cmp out out.first || fail "said otherwise from the store"

secret=$(sed -n 2p "$ssh_dir/id")
if grep -rlaF -e "$secret" -e 'pass phrase of a test' --exclude-dir=ssh .; then
    fail "a secret is told"
fi
