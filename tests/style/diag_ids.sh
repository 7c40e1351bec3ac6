#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# diag_ids.sh ROOT: the table in base/diag_ids.h is sorted and holds exactly the ids that the
# sources use, and each of them is met in some test.
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
table=base/diag_ids.h
sources=$(sh "$here/files.sh" . | grep '\.[ch]$' | grep -Ev "^(tests|benchmarks)/|^$table\$")
tests=$(sh "$here/files.sh" . all | grep '^tests/' | grep -v '^tests/style/')
ids=$(sed -n 's/^ *AJ_DIAG_ID("\([^"]*\)".*/\1/p' $table)
bad=0
complain() {
    printf '%s\n' "$1"
    bad=1
}

[ -n "$ids" ] || complain "$table: no table"
printf '%s\n' "$ids" | LC_ALL=C sort -cu 2>/dev/null || complain "$table: not sorted, or an id twice"
for id in $ids; do
    printf '%s\n' "$id" | grep -Eqx '[a-z][a-z0-9]*(-[a-z0-9]+)*' ||
        complain "$table: '$id' is not in kebab-case"
    printf '%s\n' "$sources" | xargs grep -qF "\"$id\"" ||
        complain "$table: nothing uses '$id'"
    printf '%s\n' "$tests" | xargs grep -qE "[\"[]$id[]\"]" ||
        complain "$table: no test mentions '$id'"
done
# An id that a call names literally must be listed. Ids that come from tables reach the calls as
# variables; the other direction, above, sees those.
for use in $(printf '%s\n' "$sources" | xargs awk -f "$here/diag_ids.awk"); do
    printf '%s\n' "$ids" | grep -Fqx "${use##*:}" ||
        complain "${use%:*}: '${use##*:}' is not in $table"
done
exit $bad
