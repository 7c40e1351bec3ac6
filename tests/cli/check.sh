#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Options of `autojail check`: the rules listed, left out, made errors; findings as JSON.
. "$(dirname "$0")/lib.sh"
cp -r "$source_dir/examples/qemu-arm64" "$work/project"
cd "$work/project"
expect 0 "$autojail" generate -o build
root=build/cells/qemu-arm64.cell
guests=$(ls build/cells/qemu-arm64-*.cell)

# bytes FILE OFFSET BYTES: writes printf's BYTES over those of FILE
bytes() {
    # shellcheck disable=SC2059 # the bytes are a format
    printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

expect 0 "$autojail" check --list
grep -q '^hv-5 ' "$work/out" || fail "a rule is not listed"
expect 0 "$autojail" check --list --json
python3 - "$work/out" "$source_dir/docs/checks.md" <<'PY' || fail "the list is not the document's"
import json, sys
rules = [r["id"] for r in json.load(open(sys.argv[1]))]
rows = [line.split("|")[1].strip() for line in open(sys.argv[2]) if line.startswith("| ")]
sys.exit(rules != [r for r in rows if r != "id"][:len(rules)])
PY

# shellcheck disable=SC2086 # several files
expect 0 "$autojail" check --json $root $guests
python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["errors"] != 0)' "$work/out" ||
    fail "no JSON, or errors"

# A guest that nobody can ask, and that waits forever.
for guest in $guests; do break; done
cp "$guest" loud.cell
bytes loud.cell 44 '\0'
expect 0 "$autojail" check $root loud.cell
says 'warning[com-6]: '
expect 0 "$autojail" check -W no-com-6 $root loud.cell
[ ! -s "$work/err" ] || fail "a rule that was left out"
expect 1 "$autojail" check -E com-6 --json $root loud.cell
says 'error[com-6]: '
python3 - "$work/out" <<'PY' || fail "the finding is not in the JSON"
import json, sys
found = json.load(open(sys.argv[1]))
finding = found["findings"][0]
sys.exit((found["errors"], finding["severity"], finding["id"]) != (1, "error", "com-6"))
PY
expect 1 "$autojail" check --error=com-6 --warn=no-hv-5 $root loud.cell

# Names of rules.
expect 2 "$autojail" check -E com-66 $root
says "did you mean 'com-6'?"
expect 2 "$autojail" check -E hdr-1 $root
says 'cell-signature'
expect 2 "$autojail" check -W com-6 $root
says 'no-ID'
expect 2 "$autojail" check
says 'none of the files'

# Older revisions: a cell of v0.12 has the layout of revision 13, one of v0.11 lacks the stream ids.
expect 0 "$autojail" convert --revision 13 "$guest" thirteen.cell
cp thirteen.cell twelve.cell
bytes twelve.cell 6 '\014'
expect 0 "$autojail" convert twelve.cell again.cell
cmp twelve.cell again.cell || fail "revision 12 is not what it was"
expect 0 "$autojail" convert --revision 14 --arch arm64 twelve.cell fourteen.cell
cmp "$guest" fourteen.cell || fail "revision 12 is not converted"
expect 1 "$autojail" check $root twelve.cell
says 'error[hdr-2]: '
{ head -c 76 thirteen.cell; tail -c +81 thirteen.cell; } >eleven.cell
bytes eleven.cell 6 '\013'
expect 0 "$autojail" convert eleven.cell again.cell
cmp eleven.cell again.cell || fail "revision 11 is not what it was"
expect 3 "$autojail" convert --revision 14 eleven.cell fourteen.cell
says 'protocol that ended with v0.11'
bytes eleven.cell 6 '\011'
expect 3 "$autojail" convert eleven.cell again.cell
says 'v0.9'
