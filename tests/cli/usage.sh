#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line itself: help, versions, wrong options.
. "$(dirname "$0")/lib.sh"
cd "$work"

expect 0 "$autojail" --help
grep -q 'extract' "$work/out" || fail "no command list"
expect 0 "$autojail" --version
grep -q 'revisions 13, 14' "$work/out" || fail "no revisions"
for command in init extract doctor config generate check show convert test; do
    expect 0 "$autojail" "$command" --help
    expect 0 "$autojail" help "$command"
done
expect 0 "$autojail" help exit-codes
expect 0 "$autojail" help diagnostics
expect 0 "$autojail" help rules

expect 2 "$autojail" confog
says 'error[usage]'
says "did you mean 'config'?"
expect 2 "$autojail" config --outptu x
says "did you mean '--output'?"
expect 2 "$autojail" config -o
says 'needs a value'
expect 2 "$autojail" config --time-limit 10parsecs
says 'time-limit'
expect 2 "$autojail" show
expect 2 "$autojail" extract
expect 2 "$autojail" convert a b c
expect 2 "$autojail" convert a.cell b.cell --revision 12
expect 2 "$autojail" show --diag=xml x

# the form of the diagnostics is known although another argument is wrong
for arguments in 'confog --diag=json' 'show --diag json' 'config --outptu x --diag=json'; do
    expect 2 "$autojail" $arguments
    python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))[0]["id"] == "usage"' "$work/err"
done
expect 2 "$autojail" confog -- --diag=json
says 'error[usage]'
expect 2 "$autojail" confog --diag=json --diag=text
says 'error[usage]'

expect 0 "$autojail" init --name demo --arch arm64 --login ssh:root@board.example
[ -s autojail.yml ] || fail "init wrote nothing"
cp autojail.yml before
expect 2 "$autojail" init
cmp autojail.yml before || fail "init replaced a project"
expect 2 "$autojail" init --arch mips
rm autojail.yml
expect 3 "$autojail" init --name ../x
[ ! -e autojail.yml ] || fail "a project that cannot be read was written"

cp "$source_dir"/examples/qemu-arm64/*.yml .
expect 0 "$autojail" config -o made
expect 0 "$autojail" show --map made
cp "$work/out" map
expect 0 "$autojail" show --map made/plan.yml --board board.yml
cmp "$work/out" map || fail "another map of the same plan"
grep -q '^0x.* J* *Jailhouse$' map || { cat map; fail "no hypervisor in the map"; }
[ "$(awk 'length > 80' map)" = "" ] || fail "a line of the map is wider than a terminal"
expect 3 "$autojail" show --map board.yml
expect 7 "$autojail" show does-not-exist.cell
says 'does-not-exist.cell'
expect 7 "$autojail" show does-not-exist.cell --diag=json
python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))[0]["id"] == "file-read"' "$work/err"
