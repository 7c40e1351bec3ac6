#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sources put into the tree of Jailhouse, and its build: a tree of our own with the same layout and a
# Makefile that makes .cell and .dtb of what it finds, as the real one does.
. "$(dirname "$0")/lib.sh"
cp "$source_dir"/examples/qemu-arm64/*.yml "$work"
cd "$work"
mkdir -p jailhouse/include/jailhouse jailhouse/configs/arm64/dts linux bin
: >linux/Makefile
: >linux/.config
for tool in gcc objcopy; do
    ln -s "$(command -v $tool)" bin/board-$tool
done
PATH=$work/bin:$PATH
cat >jailhouse/include/jailhouse/cell-config.h <<'HEADER'
#define JAILHOUSE_CONFIG_REVISION	14
#undef JAILHOUSE_CONFIG_REVISION
#include "tests/support/jailhouse/cell-config.h"
HEADER
: >jailhouse/include/jailhouse/types.h
cat >jailhouse/Makefile <<MAKE
DIR = configs/\$(ARCH)
all: \$(patsubst %.c,%.cell,\$(wildcard \$(DIR)/*.c)) \$(patsubst %.dts,%.dtb,\$(wildcard \$(DIR)/dts/*.dts))
	test -f \$(KDIR)/.config
%.cell: %.c
	\$(CROSS_COMPILE)gcc -Wall -Wextra -Werror -Iinclude -I$source_dir -c -o \$*.o \$<
	\$(CROSS_COMPILE)objcopy -O binary -j .data \$*.o \$@
%.dtb: %.dts
	dtc -o \$@ \$<
MAKE
echo 'not ours' >jailhouse/configs/arm64/qemu.c

# without the tree: said, and the cells are made all the same
echo 'jailhouse_dir: jailhaus' >>autojail.yml
expect 0 "$autojail" config
says 'warning[jailhouse-dir]'
expect 3 "$autojail" config --build
says 'error[jailhouse-dir]'
sed -i 's/jailhaus$/linux/' autojail.yml
expect 3 "$autojail" config
says '[jailhouse-dir]'

sed -i 's/^jailhouse_dir:.*/jailhouse_dir: jailhouse/' autojail.yml
expect 0 "$autojail" config
tree=jailhouse/configs/arm64
for cell in qemu-arm64 qemu-arm64-linux qemu-arm64-bare; do
    cmp build/cells/$cell.c $tree/$cell.c || fail "$cell is not in the tree"
done
dtc -I dts -O dtb -o linux.dtb $tree/dts/inmate-qemu-arm64-linux.dts 2>err
[ ! -s err ] || { cat err >&2; fail "dtc complains about the source"; }
dtc -I dtb -O dts -s -o one.dts linux.dtb
dtc -I dtb -O dts -s -o other.dts build/dtb/qemu-arm64-linux.dtb
cmp one.dts other.dts || fail "source and blob are two device trees"

# what cannot be built
expect 3 "$autojail" config --build
says 'no kernel_dir'
says '[build-argument]'
echo 'kernel_dir: linux' >>autojail.yml
if [ "$(uname -m)" != aarch64 ]; then
    expect 3 "$autojail" config --build
    says 'no cross_compile'
fi
echo 'cross_compile: bored-' >>autojail.yml
expect 3 "$autojail" config --build
says "there is no program 'bored-gcc'"
sed -i "s/^cross_compile:.*/cross_compile: 'x;touch y;'/" autojail.yml
expect 3 "$autojail" config --build
says "cannot be a prefix"
sed -i 's/^cross_compile:.*/cross_compile: board-/; s/^kernel_dir:.*/kernel_dir: bin/' autojail.yml
expect 3 "$autojail" config --build
says 'no configured kernel'
sed -i 's/^kernel_dir:.*/kernel_dir: linux/' autojail.yml

# somebody else's file that does not compile
expect 6 "$autojail" config --build
says '[build-failed]'
says 'qemu.c'
rm $tree/qemu.c
expect 0 "$autojail" config --build
for cell in qemu-arm64 qemu-arm64-linux qemu-arm64-bare; do
    cmp build/cells/$cell.cell $tree/$cell.cell || fail "$cell comes out otherwise"
done
[ -s $tree/dts/inmate-qemu-arm64-linux.dtb ] || fail "no device tree"
mv $tree/qemu-arm64.cell copy
printf x >>copy
mv copy $tree/qemu-arm64.cell
touch -d '2 days' $tree/qemu-arm64.cell
expect 70 "$autojail" config --build
says '[build-differs]'

# a guest that is called otherwise: its old sources go; a file that is not ours stays in its place
sed -i 's/^  bare:/  other:/; s/bare, linux\]/other, linux]/' cells.yml
expect 0 "$autojail" config
[ ! -e $tree/qemu-arm64-bare.c ] || fail "a stale source is left"
[ -e $tree/qemu-arm64-other.c ] || fail "the new source is missing"
echo 'written by hand' >$tree/qemu-arm64-other.c
rm -rf build
expect 3 "$autojail" config
says '[jailhouse-file]'
[ ! -e build ] || fail "cells without their sources"
grep -q 'by hand' $tree/qemu-arm64-other.c || fail "a foreign file was replaced"
rm $tree/qemu-arm64-other.c

sed -i 's/REVISION	14/REVISION	13/' jailhouse/include/jailhouse/cell-config.h
expect 3 "$autojail" config
says '[jailhouse-revision]'
