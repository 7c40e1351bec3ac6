#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# board.yml of a live board agrees with what other programs say there, and cells for it are made.
. "$(dirname "$0")/lib.sh"
cd "$work"
cp "$source_dir/examples/qemu-arm64/cells.yml" .
printf 'name: board\nboard: board.yml\narch: arm64\n' >autojail.yml

# value KEY: what board.yml says behind it, first
value() {
    sed -n "s/^ *$1: //p" board.yml | head -n 1
}
# is KEY VALUE
is() {
    [ "$(value "$1")" = "$2" ] || fail "$1 is '$(value "$1")' instead of '$2'"
}

# agrees CPUS GIC
agrees() {
    expect 0 extract -o board.yml --record snapshot.tar.gz
    [ "$(on_board nproc)" = "$1" ] || fail "the board has other CPUs than asked for"
    agrees_with_lscpu
    is gic_version "$2"
    is release "\"$(on_board uname -r)\""
    is compatible '["linux,dummy-virt"]'
    [ "$2" = 2 ] || is spi_limit "$(on_board dmesg | sed -n 's/.*GICv3: \([0-9]*\) SPIs implemented.*/\1/p')"

    # all of Linux's memory is in the board's, which is one bank
    ram=$(on_board grep 'System.RAM' /proc/iomem | sed 's/-.*//')
    [ "$ram" = 40000000 ] || fail "the board's RAM is somewhere else: $ram"
    grep -A3 '^    phys_start: 0x40000000$' board.yml | grep -q 'size: 1 GiB' || fail "other RAM"

    # what Linux counts for peripherals and CPUs has a line with its owner
    on_board cat /proc/interrupts | sed -n 's/^ *[0-9]*:.* GICv[23]  *\([0-9]*\) .* \(.*\)$/\1 \2/p' >interrupts
    [ -s interrupts ] || fail "no interrupts"
    while read -r number owner; do
        sed -n "/^- intid: $number\$/{n;p;}" board.yml | grep -q "^  owner: .*$owner\$" ||
            fail "interrupt $number of $owner is not in board.yml"
    done <interrupts

    "$autojail" extract --from snapshot.tar.gz -o again.yml >out 2>err || fail "no second board"
    cmp board.yml again.yml || fail "the archive has another board"
    no_secret board.yml snapshot.tar.gz
    nothing_left

    expect 0 config -o cells
    expect 0 check cells/cells/*.cell
}

# in_windows: the registers of PCI functions, as lspci has them, are in the windows of their host
in_windows() {
    on_board lspci -Dnvv 2>err | awk -f "$source_dir/tests/qemu/lspci.awk" |
        sed -n 's/.* memory \(.*\) .*/0x\1/p' >bars
    [ -s bars ] || fail "no registers of PCI functions"
    sed -n '/\.window/{n;s/.*: //;h;n;n;s/.*: //;x;G;s/\n/ /p;}' board.yml >windows
    while read -r bar; do
        inside=
        while read -r start size unit; do
            case $unit in KiB) size=$((size * 1024)) ;; MiB) size=$((size * 1048576)) ;;
            GiB) size=$((size * 1073741824)) ;; esac
            [ $((bar >= start && bar - start < size)) = 0 ] || inside=yes
        done <windows
        [ -n "$inside" ] || fail "the registers at $bar are in no window"
    done <bars
}

# the IOMMU is the one that Linux found, at the place that QEMU gives it
start_board arm64 --iommu smmuv3
agrees 4 3
in_windows
[ "$(sed -n '/^iommu:/,/^[a-z]*:$/p' board.yml | sed -n 's/.*type: //p')" = smmuv3 ] || fail "no SMMU"
[ "$(on_board ls /sys/class/iommu | sed 's/^smmu3\.0x0*/0x/')" = "$(value base)" ] ||
    fail "the SMMU is somewhere else"
stop_board

# one more CPU than the cells take, and the other interrupt controller
start_board arm64 --cpus 5 --gic 2
agrees 5 2
stop_board
