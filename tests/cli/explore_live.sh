#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore on this machine and through a real ssh server: real latencies; what it changes is
# as it was found afterwards, also if it is killed in the middle, and nothing runs on.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
knob=/proc/sys/vm/stat_interval
[ "$(id -u)" = 0 ] || skip "changes settings of this machine: takes root"
alone_here # what another one set is not what was found
[ -w $knob ] && cat $knob >"$work/value" && cat "$work/value" >$knob || skip "$knob cannot be set"
[ -d /sys/devices/system/cpu/cpu1 ] || skip "takes two CPUs"
cyclictest -q -m -p 90 -i 1000 -l 10 -a 0 -t 1 >/dev/null 2>&1 || skip "cyclictest does not run here"
found=$(cat $knob)

# An interrupt that can be moved, and where it may go.
for irq in $(sed -n 's/^ *\([0-9]*\):.*/\1/p' /proc/interrupts) none; do
    place=/proc/irq/$irq/smp_affinity_list
    [ "$irq" != none ] || skip "no interrupt can be moved"
    [ "$irq" -ge 34 ] && cpus=$(cat "$place") && [ "$cpus" != 0 ] && echo 0 >"$place" &&
        [ "$(cat "$place")" = 0 ] && echo "$cpus" >"$place" && break
done 2>/dev/null
back() {
    echo "$found" >$knob
    echo "$cpus" >"$place"
    tidy
}
trap back EXIT

# The example with two CPUs, on which a timer stands for that interrupt.
cp -r "$source_dir/examples/qemu-arm64" "$work/project"
cd "$work/project"
sed -i '/^  [23]:$/,/^    l2:/d; s/cpus: 0-3/cpus: 0-1/; s/counts: \[\([^,]*, [^,]*\),.*/counts: [\1]/' board.yml
sed -i "s/intid: 34$/intid: $irq/" board.yml
sed -i '/^  bare:/,/^$/d; /^  demo:/d' cells.yml

odd=78193.$$ # seconds, by which nothing else on the machine sleeps
write_spec() {
    cat >explore.yml <<END2
cell: linux
deadline: 40 ms
mode: linux
measure: {duration: $1 s, blocks: $1, interval: 1 ms}
load: {root: [$2]}
budget: {runs: 2}
space: {interrupts: [$irq], knobs: {stat_interval: [17, 18]}}
END2
    rm -rf explore.db*
}
explore() {
    "$@" "$autojail" explore --login "$target" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id" >out 2>err
}
as_found() {
    [ "$(cat $knob)" = "$found" ] && [ "$(cat "$place")" = "$cpus" ] &&
        ! ps -e -o args= | grep -q "[s]leep $odd"
}
# within N SECONDS COMMAND...: it succeeds at last
within() {
    tries=$(($1 * 5))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.2
    done
}
in_force() {
    [ "$(cat $knob)" = 17 ] && ps -e -o args= | grep -q "[s]leep $odd"
}
bad() {
    cat out err >&2
    fail "$target: $1: stat_interval $(cat $knob), interrupt $irq on $(cat "$place")"
}

for target in local: "$login"; do
    # Everything of it is killed at once: only the target can help itself.
    write_spec 20 "sleep, \"$odd\""
    explore exec setsid &
    pid=$!
    within 60 in_force || bad "nothing was set"
    kill -9 -$pid
    wait $pid 2>/dev/null || :
    within 30 as_found || bad "not restored after kill -9"

    # ^C
    rm -f explore.db*
    explore exec &
    pid=$!
    within 60 in_force || bad "nothing was set"
    kill -INT $pid
    code=0
    wait $pid || code=$?
    [ $code = 130 ] || bad "exit code $code after ^C"
    as_found || bad "not restored after ^C"
done

# To the end. A machine as busy as those of tests may make runs void.
for target in local: "$login"; do
    write_spec 2 "$(command -v stress-ng >/dev/null && echo 'stress-ng, --cpu, 1' || echo "sleep, \"$odd\"")"
    code=0
    explore env || code=$?
    as_found || bad "not restored at the end"
    [ $code = 0 ] || { [ $code = 6 ] && grep -q 'explore-void' err; } || bad "exit code $code"
    [ $code != 0 ] || grep -q "^baseline .* irq $irq: [01]; stat_interval of root: 17" out || bad "no result"
done
