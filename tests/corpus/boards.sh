#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: boards.sh AUTOJAIL SOURCE
# Every device tree of Debian's kernels becomes checked cells, or a reason why not: no crash, no
# sanitizer's report, no hang; of the boards that Jailhouse can run on, at least 97 % come out well.
# facts.txt: what the board configurations of Jailhouse itself say is what is found in the trees.
. "$(dirname "$0")/../cli/lib.sh"
here=$source_dir/tests/corpus

trees=$("$source_dir/scripts/dtbs.sh") || exit 77
find "$trees" -name '*.dtb' | sort >"$work/blobs"
mkdir "$work/boards"
xargs -P "$(nproc)" -n 1 sh "$here/one.sh" "$autojail" "$here/cells.yml" "$work/boards" \
    <"$work/blobs"

# Prints what is wrong; nothing if all is well.
findings() {
    if grep -lE 'Sanitizer|runtime error:|this is a bug of autojail' "$work"/boards/*/log; then
        echo "the boards above make the program report a bug"
    fi
    if find "$work/boards" -name trees -size +0 -exec grep -H . {} + | grep .; then
        echo "the device trees above are not clean"
    fi
    awk '$2 != 0 || ($3 != 0 && $3 != 3 && $3 != 4) { print $1 ": exit codes " $2 " and " $3 }' \
        "$work/results"
    awk -v dir="$work/boards" -f "$here/facts.awk" "$here/facts.txt"
}

cat "$work"/boards/*/result >"$work/results"
cat "$trees/packages"
for dir in "$work"/boards/*/; do
    name=$(basename "$dir")
    sh "$here/reason.sh" "$dir" | sed "s/^/$name\t/"
done >"$work/reasons"
cut -f 2 "$work/reasons" | sort | uniq -c | sort -rn
findings >"$work/findings"
cat "$work/findings"
[ ! -s "$work/findings" ] || fail "see above"
[ "$(wc -l <"$work/results")" = "$(wc -l <"$work/blobs")" ] || fail "some boards have no result"

# Boards whose interrupt controller and CPUs suffice, and those of them with cells.
fit=$(grep -cvE '	(not fit: .*)$' "$work/reasons")
well=$(grep -c '	cells$' "$work/reasons")
echo "$well of $fit boards that Jailhouse fits have cells; $(wc -l <"$work/blobs") in all"
[ "$fit" -ge 500 ] || fail "hardly a board fits"
[ $((well * 100)) -ge $((fit * 97)) ] || fail "less than 97 %"
