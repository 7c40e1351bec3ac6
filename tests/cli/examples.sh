#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each example from its snapshot to checked cells, with every form of every cell compared.
. "$(dirname "$0")/lib.sh"

# compiled C = binary: upstream's build in three commands, against our own header
same_as_c() {
    revision=$2
    gcc -c -x c -DJAILHOUSE_TEST_REVISION="$revision" -I "$source_dir" \
        -I "$source_dir/tests/support" -o "$work/cell.o" "${1%.cell}.c"
    objcopy -O binary -j .data "$work/cell.o" "$work/cell.bin"
    cmp "$work/cell.bin" "$1" || fail "$1 differs from its C form"
}

round_trip() {
    expect 0 "$autojail" convert "$1" "$work/cell.yml"
    expect 0 "$autojail" convert "$work/cell.yml" "$work/again.cell"
    cmp "$1" "$work/again.cell" || fail "$1 -> .yml -> .cell is not the identity"
    expect 0 "$autojail" show "$1"
    [ -s "$work/out" ] || fail "show prints nothing for $1"
}

# The overlay on the board's own tree: the hypervisor's memory is reserved and nothing else changes.
overlay_applies() {
    [ "$(tar tzf "$1/snapshot.tar.gz" | grep -c '^./sys/firmware/fdt$')" = 1 ] || return 0
    tar xzf "$1/snapshot.tar.gz" -C "$work" ./sys/firmware/fdt
    chmod u+w "$work/sys/firmware/fdt"
    fdtoverlay -i "$work/sys/firmware/fdt" -o "$work/merged.dtb" "$2" || fail "$2 does not apply"
    dtc -q -I dtb -O dts -s -o "$work/before.dts" "$work/sys/firmware/fdt"
    dtc -q -I dtb -O dts -s -o "$work/after.dts" "$work/merged.dtb"
    if diff "$work/before.dts" "$work/after.dts" | grep -q '^<'; then
        fail "$2 changes what stood in the tree"
    fi
    start=$(sed -n '/hypervisor_memory:/,/phys_start/s/.*phys_start: 0x\([0-9a-f]*\).*/\1/p' "$3" | head -n 1)
    [ -n "$start" ] || fail "$3 does not say where the hypervisor is"
    node=$(fdtget -l "$work/merged.dtb" /reserved-memory | grep '^jailhouse@' | tail -n 1)
    # shellcheck disable=SC2046 # four cells
    set -- $(fdtget -t x "$work/merged.dtb" "/reserved-memory/$node" reg)
    [ $((0x$start)) -ge $((0x$2)) ] && [ $((0x$start)) -lt $((0x$2 + 0x$4)) ] ||
        fail "the hypervisor's memory is not reserved"
}

for name in rpi4-codesys qemu-arm64; do
    example=$source_dir/examples/$name
    expect 0 "$autojail" extract --from "$example/snapshot.tar.gz" -o "$work/board.yml"
    cmp "$work/board.yml" "$example/board.yml" || fail "$name: board.yml is not what extract makes"

    for revision in 14 13; do
        project=$work/$name-$revision
        mkdir "$project"
        cp "$example"/*.yml "$project"
        sed -i "s/config_revision: .*/config_revision: $revision/" "$project/autojail.yml"
        cd "$project"
        expect 0 "$autojail" config
        [ -s "$work/out" ] || fail "$name: no summary"
        cp "$work/out" "$work/summary"
        expect 0 "$autojail" generate -o again
        sed '$d' "$work/out" >"$work/summary.again"
        sed '$d' "$work/summary" | cmp - "$work/summary.again" || fail "$name: other summary"
        diff -r build again || fail "$name: two runs differ"

        expect 0 "$autojail" check --board board.yml build/cells/"$name".cell \
            build/cells/"$name"-*.cell
        for cell in build/cells/*.cell; do
            same_as_c "$cell" "$revision"
            round_trip "$cell"
        done
        for blob in build/dtb/*.dtb; do
            dtc -I dtb -O dts -o "$work/tree.dts" "$blob" 2>"$work/err"
            [ ! -s "$work/err" ] || { cat "$work/err" >&2; fail "$blob: dtc warns"; }
        done
        for symbols in build/bare/*.ld; do
            [ -e "$symbols" ] || continue
            printf '#include "%s"\nint main(void) { return CELL_COMM_BASE == 0; }\n' "${symbols%.ld}.h" |
                gcc -Wall -Wextra -Werror -I. -fsyntax-only -x c - || fail "$symbols: the header"
            printf 'INCLUDE %s\nSECTIONS { .text : { *(.text) } > ram_memory }\n' "$symbols" >"$work/bare.ld"
            gcc -c -x c -o "$work/empty.o" /dev/null
            ld -T "$work/bare.ld" -o "$work/bare" "$work/empty.o" || fail "$symbols"
        done
        overlay_applies "$example" build/reserved-memory.dtbo build/system.yml
        for script in build/*.sh; do
            sh -n "$script" || fail "$script is no shell script"
            [ -x "$script" ] || fail "$script is not executable"
        done
        [ "$(wc -l <build/bootargs.txt)" = 1 ] || fail "$name: bootargs.txt is not one line"
        cd "$work"
    done
done
