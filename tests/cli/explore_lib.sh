# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of `autojail explore`, after lib.sh.
# project NAME EXAMPLE: a copy of the example to work in
project() {
    rm -rf "$1"
    cp -r "$source_dir/examples/$2" "$1"
    cd "$1"
}
# runs STATE: how many runs of the store are claimed 0, done 1, void 2
runs() {
    python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("select count(*) from run where state = ?", sys.argv[2]).fetchone()[0])' \
        explore.db "$1"
}
# same A B: what two explorations wrote is byte-equal
same() {
    for file in cells.explored.yml report.html out build/explored/plan.yml; do
        cmp "$1/$file" "$2/$file" || fail "$file of $1 and $2 differ"
    done
}
# reproduces: config on the new cells makes the recommended ones
reproduces() {
    expect 0 "$autojail" config --cells cells.explored.yml -o again
    diff -r again build/explored || fail "config on the new cells makes others"
}
