#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `autojail extract --annotate`: the same board with comments, and what they name is in the snapshot.
. "$(dirname "$0")/lib.sh"
cd "$work"

# entries FILE: the lines that begin an entry of a section
entries() {
    awk '/^[a-z]/ { inside = $1 ~ /^(cpus|caches|memory_regions|irqchips|consoles|devices):$/ }
        inside && /^  [^ ]/' "$1"
}

# check_files: /proc and /sys as far as comments name them are in tree/
check_files() {
    sed -n 's/.*  # //p' annotated.yml | grep -oE '/(proc|sys)/[^ ,]*' |
        sed 's/:[0-9]*$//; s/:$//' | sort -u >named
    while read -r file; do
        case $file in
        /proc/version | /sys/kernel/realtime) continue ;; # one of both
        esac
        [ -e "tree$file" ] || fail "there is no $file"
    done <named
}

# check_nodes: so are nodes and properties; those of keys are the entry's
check_nodes() {
    awk 'match($0, /  # /) {
            text = substr($0, RSTART + 4)
            if (text ~ /^devicetree /) {
                node = substr(text, 12)
                sub(/, .*/, "", node)
                property = node ~ /: / ? substr(node, index(node, ": ") + 2) : "."
                sub(/: .*/, "", node)
                print node "/" property
                if ($0 ~ /^  [^ ]/)
                    entry = node
            } else if ($0 ~ /^    [^ ]/ && text ~ /^(reg|reg-shift|compatible|enable-method|status)$/)
                print entry "/" text
        }' annotated.yml | sort -u >named
    while read -r node; do
        [ -e "tree/sys/firmware/devicetree/base$node" ] || fail "there is no $node"
    done <named
    [ "$(wc -l <named)" -ge 50 ] || fail "hardly a node is named"
}

for example in qemu-arm64 rpi4-codesys; do
    snapshot=$source_dir/examples/$example/snapshot.tar.gz
    rm -rf tree
    mkdir tree
    tar -xzf "$snapshot" -C tree
    expect 0 "$autojail" extract --from "$snapshot" -o plain.yml
    expect 0 "$autojail" extract --annotate --from "$snapshot" -o annotated.yml
    expect 0 "$autojail" extract --annotate --from tree -o again.yml
    cmp annotated.yml again.yml || fail "$example: the comments are not the same twice"
    sed 's/  # .*//' annotated.yml | cmp - plain.yml || fail "$example: not the same board"
    ! entries annotated.yml | grep -v '  # ' || fail "$example: entries without a source"
    check_files
    check_nodes
    cp "$source_dir/examples/$example/cells.yml" cells.yml
    printf 'name: board\nboard: board.yml\narch: arm64\n' >autojail.yml
    cp plain.yml board.yml
    expect 0 "$autojail" config -o cells-plain
    cp annotated.yml board.yml
    expect 0 "$autojail" config -o cells-annotated
    diff -r cells-plain cells-annotated >&2 || fail "$example: other cells from the annotated board"
done
