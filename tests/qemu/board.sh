#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scripts/board.sh itself, with the board that has no other test.
. "$(dirname "$0")/lib.sh"
cd "$work"

# refuses CODE WORD...
refuses() {
    expected=$1
    shift
    code=0
    "$board_sh" "$@" >out 2>err || code=$?
    [ "$code" = "$expected" ] || fail "exit code $code instead of $expected: board.sh $*"
}
refuses 2
refuses 2 start
refuses 2 start riscv
refuses 2 start x86 --cpus 0 --dir "$board"
refuses 2 start x86 --cpus four --dir "$board"
refuses 2 start x86 --dir
refuses 2 status more
refuses 1 stop --dir "$board"
refuses 1 status --dir "$board"
refuses 1 ssh --dir "$board" true
mkdir "$board"
touch "$board/mine"
refuses 1 start x86 --dir "$board"
[ -e "$board/mine" ] || fail "another's file is gone"
rm -r "$board"

start_board x86 --cpus 2
refuses 1 start x86 --dir "$board"
[ "$(on_board nproc)" = 2 ] || fail "other CPUs than asked for"
[ "$(on_board 'ls /sys/class/iommu')" = dmar0 ] || fail "no IOMMU"
on_board 'echo out; echo err >&2; exit 9' >out 2>err && fail "exit status 9 is lost"
[ "$(cat out err)" = 'out
err' ] || fail "output is lost or mixed"
printf '\0\377\n\r' | on_board 'cat >/tmp/bytes; od -An -tx1 /tmp/bytes' >out
[ "$(tr -d ' ' <out)" = 00ff0a0d ] || fail "not safe for binary data"

# programs that are there to be run
on_board cyclictest -q -m -p 90 -i 10000 -l 20 -t 1 -a 1 >out || fail "no cyclictest"
on_board stress-ng --cpu 1 --timeout 1 >out 2>&1 || fail "no stress-ng"
on_board hackbench -g 1 -f 1 -l 10 >out || fail "no hackbench"

# nobody else comes in
ssh-keygen -q -t ed25519 -N '' -f other
! ssh -F /dev/null -p "$(cat "$board/port")" -i other -o IdentitiesOnly=yes -o BatchMode=yes \
    -o UserKnownHostsFile="$board/known_hosts" root@127.0.0.1 true 2>err || fail "anybody may log in"
expect 0 extract -o board.yml
grep -qx 'arch: x86' board.yml || fail "this is no x86"
agrees_with_lscpu
agrees_with_lspci

# a board that turned itself off is told from one that runs
pid=$(cat "$board/pid")
on_board poweroff -f || true
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -e "/proc/$pid/exe" ] || break
    sleep 1
done
refuses 1 status --dir "$board"
stop_board
