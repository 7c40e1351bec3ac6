#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Devices that are wanted by class, or at a cost: the cells are those of one who names what was
# picked, byte for byte, and people are told what was chosen and what was given up.
. "$(dirname "$0")/lib.sh"
cp -r "$source_dir/examples/qemu-arm64" "$work/project"
cd "$work/project"

# A class goes by a node's name, and those of QEMU are names of parts.
sed -i -e 's:path\: /pl031@:path\: /rtc@:' -e 's:/virtio_mmio@a000000$:/ethernet@a000000:' board.yml

# cells DEVICES: for the Linux guest
cells() {
    sed "s/^    os: linux/&\n    devices: [$1]/" "$source_dir/examples/qemu-arm64/cells.yml" >cells.yml
}

cells '{any: rtc}, {any: ethernet, cost: 5}, {any: rtc, cost: 7}, {any: can, cost: 1}'
cat >>cells.yml <<'END'
constraints:
  - avoid: {cell: linux, cpus: [0-3]}
    cost: 9
  - prefer: {cell: bare, cpus: [2-3]}
    cost: 4
END
expect 0 "$autojail" config -o build
says "warning[device-class]: guests.linux.devices: the board has no device of class 'can'"
sed -n '/^cell  *given/,/^$/p' "$work/out" >told
printf '%s\n' 'cell         given                    wish' \
    'linux        pl031@9010000            any rtc' \
    'linux        virtio_mmio@a000000      any ethernet' \
    'linux        - (cost 7)               any rtc' \
    'linux        - (cost 1)               any can' \
    'linux        - (cost 9)               avoid: {cell: linux, cpus: 0-3}' \
    'bare         as asked                 prefer: {cell: bare, cpus: 2-3}' '' | diff - told
grep -q '^optimal: preferences 17,' "$work/out" || fail "the costs are not added up"
grep -qF '<tr><th>linux</th><td>any rtc</td><td>pl031@9010000</td>' build/report.html ||
    fail "the report does not tell what was picked"
grep -qF '<tr><th>linux</th><td>any rtc</td><td>given up</td><td>7</td></tr>' build/report.html ||
    fail "the report does not tell what was given up"
expect 0 "$autojail" check --board board.yml build/cells/*.cell
expect 0 dtc -q -I dtb -O dts build/dtb/qemu-arm64-linux.dtb
grep -q 'rtc@9010000 {' "$work/out" || fail "what was picked is not in the guest's tree"

cells 'pl031@9010000, virtio_mmio@a000000'
expect 0 "$autojail" config -o named
for file in cells dtb start.sh stop.sh bootargs.txt reserved-memory.dtbo net bare; do
    diff -r "build/$file" "named/$file" || fail "$file is another if the devices are named"
done
grep -q 'given up' named/report.html && fail "a wish that nobody has is told"
grep -q '^cell  *given' "$work/out" && fail "a wish that nobody has is told"
exit 0
