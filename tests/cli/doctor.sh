#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail doctor: of a file, of a snapshot, and what it ends with.
. "$(dirname "$0")/lib.sh"
cd "$work"
board=$source_dir/examples/rpi4-codesys/board.yml

expect 0 "$autojail" doctor --board "$board"
grep -q '^warning\[no-iommu\]: ' out || fail "no finding"
grep -q '^errors: 0, warnings: 2, informations: 0$' out || fail "other counts"
mv out of_file
expect 0 "$autojail" doctor --from "$source_dir/examples/rpi4-codesys/snapshot.tar.gz"
cmp out of_file || fail "the snapshot has other findings than its board.yml"

expect 0 "$autojail" doctor --board "$board" --json
python3 -c 'import json, sys; assert [f["id"] for f in json.load(sys.stdin)][0] == "no-iommu"' <out ||
    fail "no JSON"

# What keeps Jailhouse from running is an error; board.yml is what is looked at by default.
printf 'arch: x86\njailhouse: {possible: false, reasons: [there is no VT-d at all]}\n' >board.yml
expect 1 "$autojail" doctor
grep -q '^error\[no-vtd\]: there is no VT-d at all$' out || fail "no error"
grep -q '^  hint: switch VT-d on' out || fail "no advice"
rm board.yml
expect 2 "$autojail" doctor
says '[usage]'
expect 2 "$autojail" doctor --board "$board" --from x
says '[usage]'
printf 'arch: x86\n' >board.yml
expect 0 "$autojail" doctor --json
[ "$(cat out)" = '[]' ] || fail "nothing found is no empty list"
