#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore with a knob that takes a reboot, on a board that boots for it: its kernel's
# arguments are written, it boots with them, they are in force while it measures, and at the end the
# board has booted without them. Killed in the middle, the next one knows them by the command line.
. "$(dirname "$0")/lib.sh"
cd "$work"
start_board x86 --cpus 2
plain=$(on_board cat /proc/cmdline)
first=$(on_board cat /proc/sys/kernel/random/boot_id)

cp "$source_dir"/tests/cli/this-machine/* .
sed -i -e "/^load:/,/root:/d" -e "/^space:/,\$d" -e "s/runs: 6/runs: 2/" \
    -e "s/^measure:.*/measure: {duration: 4 s, blocks: 2, interval: 100 ms}/" explore.yml
sed -i 's/20 ms/40 ms/g' cells.yml
echo 'boot: {set: board-arguments}' >>autojail.yml
echo 'space: {knobs: {timer_migration: ["on", "off"]}}' >>explore.yml
echo 'constraints: [{set: {cell: root, knob: threadirqs, value: "on"}}]' >>cells.yml

# The kernel has threads for interrupts only where it was told so.
threads() {
    on_board 'for comm in /proc/[0-9]*/comm; do cat "$comm"; done 2>/dev/null' | grep -c '^irq/' || true
}
# booted_with WORDS: the board has these, is up, and has no others
booted_with() {
    [ "$(cat "$board/arguments")" = "$1" ] && is_up && [ "$(on_board cat /proc/cmdline)" = "$plain$1" ]
}
is_up() {
    grep -q '^board: up' "$board/console.log"
}
# within SECONDS COMMAND...; not by ssh all the time, it measures
within() {
    tries=$1
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || fail "in vain: $*"
        sleep 1
    done
}

"$autojail" explore --login "$login" --known-hosts "$board/known_hosts" --identity "$board/id" \
    >out 2>err &
pid=$!
ours='autojail.boot=1 threadirqs autojail.boot=0'
is_told() {
    kill -0 $pid 2>/dev/null || fail "it ended before the board was told anything"
    grep -qx "$ours" "$board/arguments"
}
within 120 is_told
within 120 booted_with "$ours"
[ "$(threads)" -gt 0 ] || fail "the kernel did not do as it was told"
kill -9 $pid
wait $pid 2>/dev/null || true

# Emulated on a busy machine even the plan as it is may need more than one attempt.
for attempt in 1 2 3; do
    # what could not be measured is remembered
    rm -f explore.db*
    code=0
    "$autojail" explore --login "$login" --known-hosts "$board/known_hosts" \
        --identity "$board/id" >out 2>err || code=$?
    [ "$code" != 0 ] && grep -q 'error.explore-void' err || break
done
[ "$code" = 0 ] || fail "exit code $code"
grep -q '^run 2 of 2 .*[0-9] %' err || fail "the other boot is not measured"
within 120 booted_with ''
[ "$(threads)" = 0 ] || fail "the kernel still has threads for interrupts"
[ "$(on_board cat /proc/sys/kernel/random/boot_id)" != "$first" ] || fail "this is the first boot"
nothing_left
stop_board
