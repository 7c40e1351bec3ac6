#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: one clear diagnostic with its position, the exit code of the table, nothing written and
# nothing overwritten.
. "$(dirname "$0")/lib.sh"
example=$source_dir/examples/qemu-arm64
cd "$work"

# one_error ID: exactly one error was reported, with this id and a line number
one_error() {
    count=$(grep -c ': error\[' "$work/err" || true)
    [ "$count" = 1 ] || { cat "$work/err" >&2; fail "$count errors instead of one"; }
    says "error[$1]"
}

# bad_cells NAME CODE ID SED-SCRIPT: the example's cells.yml with one flaw
bad_cells() {
    rm -rf project
    mkdir -p project/build
    cp "$example"/*.yml project
    echo untouched >project/build/plan.yml
    sed -i "$4" project/cells.yml
    cmp -s project/cells.yml "$example/cells.yml" && fail "$1: the flaw was not planted"
    cd project
    expect "$2" "$autojail" config
    one_error "$3"
    grep -q '^cells.yml:[0-9]*:[0-9]*: error' "$work/err" || { cat "$work/err"; fail "$1: no position"; }
    [ ! -s "$work/out" ] || fail "$1: something on standard output"
    [ "$(cat build/plan.yml)" = untouched ] || fail "$1: a file was overwritten"
    [ "$(ls build)" = plan.yml ] || fail "$1: partial output"
    cd ..
}

bad_cells unknown-key 3 key-unknown 's/name: "bare-metal"/nmae: "bare-metal"/'
bad_cells duplicate-key 3 yaml-duplicate-key 's/    os: linux/    os: linux\n    os: linux/'
bad_cells negative-size 3 number 's/size: 128 MiB/size: -5/'
bad_cells region-wraps 3 mem-wrap 's/size: 128 MiB/size: 128 MiB, phys_start: 0xffffffffff000000/'
bad_cells unknown-device 3 device-unknown 's#console: /pl011@9000000#console: /pl011@9000001#'
bad_cells too-many-cpus 4 cpu-too-many 's/cpus: {count: 1}/cpus: {count: 3}/'
bad_cells over-the-kernel 3 mem-reserved 's/size: 128 MiB/size: 128 MiB, phys_start: 0x40000000/'
bad_cells unknown-cpu 3 cpu-unknown '0,/cpus: {count: 1}/s//cpus: 9/'
bad_cells tab 3 yaml-syntax 's/^    os: bare/\tos: bare/'
bad_cells too-much-memory 4 infeasible 's/size: 128 MiB/size: 3 GiB/'

# a board that lacks all that Jailhouse needs: extract says so, config refuses it
echo '/dts-v1/; / { };' | dtc -q -I dts -O dtb -o bare.dtb
expect 0 "$autojail" extract --from bare.dtb -o bare.yml
says 'warning[jailhouse-impossible]: Jailhouse cannot run here: there is no GICv2 or GICv3'
cp -r "$example" impossible
printf 'jailhouse:\n  possible: false\n  reasons: [no EL2]\n' >>impossible/board.yml
cd impossible
expect 3 "$autojail" config
one_error jailhouse-impossible
[ ! -e build ] || fail "output for a board that cannot run it"
cd ..

: >empty.cell
head -c 200 /dev/zero >zeros.cell
printf 'JHSYS\002' >short.cell
printf '\177ELF rubbish' >rubbish.dtb
: >empty.yml
for file in empty.cell zeros.cell short.cell; do
    expect 3 "$autojail" show "$file"
    expect 3 "$autojail" convert "$file" out.yml
    expect 3 "$autojail" check "$file"
    [ ! -e out.yml ] || fail "$file: partial output"
done
expect 3 "$autojail" config --cells empty.yml
one_error yaml-empty

expect 3 "$autojail" extract --from rubbish.dtb -o out.yml
[ ! -e out.yml ] || fail "rubbish.dtb: partial output"
tar xzf "$example/snapshot.tar.gz" ./sys/firmware/fdt
head -c 3000 sys/firmware/fdt >truncated.dtb
expect 3 "$autojail" extract --from truncated.dtb -o out.yml
[ ! -e out.yml ] || fail "truncated.dtb: partial output"
expect 0 "$autojail" extract --from "$example/snapshot.tar.gz" -o whole.yml
[ ! -s "$work/err" ] || fail "a note about a board that has none"
dtc -q -I dtb -O dts sys/firmware/fdt | sed '/memory@/,/};/d' | dtc -q -I dts -O dtb -o no-memory.dtb
expect 0 "$autojail" extract --from no-memory.dtb -o no-memory.yml
says 'warning[board-note]'
expect 2 "$autojail" extract --from no-memory.dtb --memory 1GiB@0x40000001 -o no-memory.yml
expect 0 "$autojail" extract --from no-memory.dtb --memory 1GiB@0x40000000 -o no-memory.yml
[ ! -s "$work/err" ] || fail "a note although the memory was given"
expect 3 "$autojail" extract --from zeros.cell -o out.yml
expect 7 "$autojail" extract --from nowhere -o out.yml

# a real cell, cut at every length: never a crash, never success
mkdir whole
cp "$example"/*.yml whole
cd whole
expect 0 "$autojail" config
size=$(wc -c <build/cells/qemu-arm64.cell)
length=0
while [ "$length" -lt "$size" ]; do
    head -c "$length" build/cells/qemu-arm64.cell >cut.cell
    expect 3 "$autojail" show cut.cell
    length=$((length + 61))
done

# a revision that no file can have
sed 's/revision: 14/revision: 9/' build/system.yml >old.yml
sed -n '/^cells:/q;p' old.yml >root.yml
expect 3 "$autojail" convert root.yml root.cell
one_error cell-revision
grep -q '^root.yml:[0-9]*:[0-9]*: error' "$work/err" || fail "no position"
[ ! -e root.cell ] || fail "a file of an unknown revision"
expect 0 "$autojail" convert root.yml root.cell --revision 14

# output that cannot be written: nothing else is
echo file >blocker
expect 7 "$autojail" config -o blocker/below
[ "$(cat blocker)" = file ] || fail "the blocker was replaced"

# a project for another architecture than the board's
cd ..
sed -i 's/^arch: arm64/arch: arm/' whole/autojail.yml
cd whole
expect 3 "$autojail" config
one_error arch-differs
says 'error[arch-differs]'
