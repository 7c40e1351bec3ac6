#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: one.sh AUTOJAIL CELLS OUT BLOB
# From a device tree to checked cells in OUT/ARCH-NAME: board.yml, log, and a line in `result`:
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
    rm -rf build
fi
echo "$name $extract $config" >result
