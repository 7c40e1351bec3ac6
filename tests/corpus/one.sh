#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: one.sh AUTOJAIL CELLS OUT BLOB
# From a device tree to checked cells in OUT/ARCH-NAME: board.yml, log, complaints about device trees
# in `trees`, and a line in `result`:
# name, exit code of extract, of config ('-': not run), seconds of CPU of both.
autojail=$1
blob=$4
name=$(basename "$(dirname "$blob")")-$(basename "$blob" .dtb)
dir=$3/$name
mkdir -p "$dir"
cp "$2" "$dir/cells.yml"
cd "$dir" || exit 255
ulimit -t 10 # a hang

run() {
    code=0
    "$autojail" "$@" >out 2>err || code=$?
    cat out err >>log
}

# The guest's tree, and the board's with the reservation: what dtc and libfdt have against them.
look_at_trees() {
    dtc -I dtb -O dts -o /dev/null build/dtb/*.dtb
    fdtoverlay -i "$blob" -o merged.dtb build/reserved-memory.dtbo
    dtc -q -I dtb -O dtb -o /dev/null merged.dtb
    rm -f merged.dtb
}

# Many trees leave the memory, or most of it, to the boot loader.
run extract --from "$blob" -o board.yml
megabytes=$(sed -n 's/.* \([0-9]*\) MiB of RAM.*/\1/p' out)
if [ "$code" = 0 ] && [ "${megabytes:-0}" -lt 512 ]; then
    for base in 0x80000000 0x40000000 0x0; do
        run extract --from "$blob" --memory "1GiB@$base" -o board.yml
        [ "$code" != 0 ] || break
    done
fi
extract=$code
config=-
if [ "$code" = 0 ]; then
    run config
    config=$code
    [ "$code" != 0 ] || look_at_trees 2>&1 | sort -u >trees
    rm -rf build
fi
echo "$name $extract $config" >result
