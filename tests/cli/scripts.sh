#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# start.sh and stop.sh against a make-believe Jailhouse: /sys and /proc are moved below $work, and a
# program called jailhouse keeps the cells there as directories. What the scripts do when something
# is missing, refuses, or only pretends to succeed.
. "$(dirname "$0")/lib.sh"
cp "$source_dir"/examples/qemu-arm64/*.yml "$work"
cd "$work"
expect 0 "$autojail" config
mkdir bin proc

cat >bin/jailhouse <<'FAKE'
#!/bin/sh
echo "$*" >>"$LOG"
cells=$WORK/sys/devices/jailhouse/cells
name_of() { strings -n 3 "$1" | sed -n 2p; }
case "$1 ${2:-}" in
enable*) mkdir -p "$cells" && echo 1 >"$WORK/sys/devices/jailhouse/enabled" ;;
disable*) echo 0 >"$WORK/sys/devices/jailhouse/enabled" ;;
'cell create') [ -n "${PRETEND:-}" ] || { mkdir "$cells/1" && echo bare-metal >"$cells/1/name" && echo 'shut down' >"$cells/1/state"; } ;;
'cell start') echo running >"$cells/1/state" ;;
'cell linux') mkdir "$cells/2" && echo linux >"$cells/2/name" && echo "${LINUX_STATE:-running}" >"$cells/2/state" ;;
'cell destroy') [ -z "${STAYS:-}" ] || exit 0; for c in "$cells"/*; do [ "$(cat "$c/name")" != "$3" ] || rm -r "$c"; done ;;
esac
FAKE
printf '#!/bin/sh\necho 0\n' >bin/id
chmod +x bin/jailhouse bin/id
PATH=$work/bin:$PATH LOG=$work/log WORK=$work AUTOJAIL_ROOT=$work
export PATH LOG WORK AUTOJAIL_ROOT
echo '40000000-77acffff : System RAM' >proc/iomem
: >kernel
: >image

# fresh: a machine where nothing was started
fresh() {
    rm -rf sys/devices/jailhouse log
    mkdir -p sys/devices/jailhouse/cells
    : >log
}

fresh
expect 1 build/start.sh
says 'set IMAGE_bare'
[ ! -s log ] || fail "something was done before all files were there"
export IMAGE_bare="$work/image" KERNEL_linux="$work/no-kernel"
expect 1 build/start.sh
says 'no such file'
[ ! -s log ] || fail "something was done before all files were there"
export KERNEL_linux="$work/kernel"

# Linux still uses the last page before the end of the reservation
printf '00000000-00000fff : reserved\n40000000-7fffffff : System RAM\n  40210000-406cffff : Kernel code\n' >proc/iomem
expect 1 build/start.sh
says 'Linux uses memory of the cells'
[ ! -s log ] || fail "enabled although Linux uses the memory"
echo '40000000-77acffff : System RAM' >proc/iomem

expect 0 build/start.sh
grep -q '^cell linux .*-c console=ttyAMA0,115200 earlycon$' log || fail "no command line for the guest"
expect 1 build/start.sh
says 'exists already'
expect 0 build/stop.sh
[ "$(cat sys/devices/jailhouse/enabled)" = 0 ] || fail "still enabled"
[ -z "$(ls sys/devices/jailhouse/cells)" ] || fail "cells are left"
[ "$(grep -n destroy log | head -n 1 | cut -d' ' -f3)" = linux ] || fail "not in reverse order"
expect 0 build/stop.sh

# step by step
fresh
expect 1 build/start.sh root other
says "there is no cell 'other'"
[ ! -s log ] || fail "something was done although a step is unknown"
expect 0 build/start.sh root
expect 0 build/start.sh linux
[ "$(cat sys/devices/jailhouse/cells/*/name)" = linux ] || fail "not that guest alone"
expect 1 build/start.sh linux
says 'exists already'
expect 0 build/start.sh bare
expect 0 build/stop.sh linux
[ "$(cat sys/devices/jailhouse/cells/*/name)" = bare-metal ] || fail "not that guest alone is gone"
expect 0 build/stop.sh
[ "$(cat sys/devices/jailhouse/enabled)" = 0 ] || fail "still enabled"

# destruction that returns success and leaves the cell
fresh
expect 0 build/start.sh
STAYS=1 expect 1 build/stop.sh
says 'the cell is still there'

# creation that returns success without a cell, and a guest that fails at once
fresh
PRETEND=1 expect 1 build/start.sh
says 'the cell was not created'
fresh
LINUX_STATE=failed expect 1 build/start.sh
says 'the cell does not run'

# keys that a shell cannot tell apart
sed 's/^  bare:/  a-b:/; s/^  linux:/  a.b:/; s/root, linux\]/root, a.b]/; s/bare, linux\]/a-b, a.b]/' cells.yml >alike.yml
expect 0 "$autojail" config --cells alike.yml -o alike
grep -q '^IMAGE_a_b_1=' alike/start.sh && grep -q '"$KERNEL_a_b_2"' alike/start.sh ||
    fail "two guests share a variable"

# what an earlier configuration left is taken away; what a person put there stays
touch build/notes.txt
sed -i 's/^  linux:/  other:/; s/peers: \[root, linux\]/peers: [root, other]/; s/bare, linux\]/bare, other]/' cells.yml
expect 0 "$autojail" config
[ ! -e build/cells/qemu-arm64-linux.cell ] || fail "a stale cell is left"
[ -e build/cells/qemu-arm64-other.cell ] || fail "the new cell is missing"
[ -e build/notes.txt ] || fail "a file that is not ours was removed"
