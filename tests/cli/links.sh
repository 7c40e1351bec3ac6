#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The limits of links, each reached and passed: 12 peers, 32 devices of the virtual PCI bus, two peers of
# a network, the least size of each protocol; none and one; more than four links of one cell; links
# without the root; the two ends of a virtio link; each cell's interrupts are its own.
. "$(dirname "$0")/lib.sh"
cd "$work"

{
    echo "arch: arm64"
    echo "cpus:"
    for i in $(seq 0 13); do
        echo "  $i: {package: 0, cluster: $((i / 4)), core: $((i % 4))}"
    done
    cat <<'END'
memory_regions: {ram0: {phys_start: 0x40000000, size: 512 MiB, type: ram}}
platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, gicr_size: 0x400000,
  maintenance_irq: 25, spi_limit: 256}}
END
} >board.yml

# guests N
guests() {
    echo "guests:"
    for i in $(seq 0 $(($1 - 1))); do
        echo "  g$i: {os: bare, cpus: {count: 1}, mem_regions: {m: {size: 1 MiB}}}"
    done
}

# cells GUESTS WIDE SMALL [PROTOCOL]: a link of WIDE peers and SMALL links of the root with three guests
cells() {
    guests "$1"
    peers=root
    for i in $(seq 0 $(($2 - 2))); do
        peers="$peers, g$i"
    done
    echo "shmem:"
    echo "  wide: {protocol: ${4:-UNDEFINED}, peers: [$peers]}"
    for i in $(seq 1 "$3"); do
        echo "  l$i: {protocol: UNDEFINED, peers: [root, g$((i % 3))]}"
    done
}

# 16 links, one of them with 12 peers; one guest has none
cells 12 12 15 >cells.yml
expect 0 "$autojail" config -o out.d
says "vpci-pins-shared"
expect 0 "$autojail" check out.d/system.yml
bases=$(sed -n 's/^ *vpci_irq_base: *//p' out.d/plan.yml | sort -n)
[ "$(echo "$bases" | wc -l)" = 12 ] || fail "not every cell with links has interrupts: $bases"
[ "$(echo "$bases" | uniq | wc -l)" = 12 ] || fail "interrupts of two cells: $bases"

cells 12 13 0 >cells.yml
expect 3 "$autojail" config -o out.d
says "cells.yml:15:"
says "[peer-count]"
cells 3 2 0 VETH >cells.yml
expect 0 "$autojail" config -o out.d
cells 3 3 0 VETH >cells.yml
expect 3 "$autojail" config -o out.d
says "[peer-count]"

cells 3 2 31 >cells.yml
expect 0 "$autojail" config -o out.d
expect 0 "$autojail" check out.d/system.yml
cells 3 2 32 >cells.yml
expect 4 "$autojail" config -o out.d
says "cells.yml:38:8: error[infeasible]: link l32 is impossible: the virtual PCI bus has 32 devices"

# plans LINKS BASES: a plan is made and sound; so many links, and cells that have interrupts for them
plans() {
    rm -rf out.d
    expect 0 "$autojail" config -o out.d
    expect 0 "$autojail" check out.d/system.yml
    [ "$(grep -c '^    device: ' out.d/plan.yml)" = "$1" ] || fail "not $1 links: $(cat out.d/plan.yml)"
    [ "$(grep -c '^ *vpci_irq_base: ' out.d/plan.yml)" = "$2" ] || fail "not $2 cells have interrupts for links"
}

# one LINK: it is the only one of three guests
one() {
    guests 3
    printf 'shmem:\n  one: {%s}\n' "$1"
}

# refuses LINK ID
refuses() {
    one "$1" >cells.yml
    expect 3 "$autojail" config -o out.d
    says "cells.yml:6:"
    says "[$2]"
}

guests 3 >cells.yml
plans 0 0
if grep -q shmem_ out.d/system.yml || grep -q 'kind: pci' out.d/plan.yml; then
    fail "a virtual PCI bus without links"
fi

# With the root, and without: the others have neither the bus nor interrupts of it
one 'protocol: VETH, peers: [root, g1]' >cells.yml
plans 1 2
one 'protocol: VETH, peers: [g2, g1]' >cells.yml
plans 1 2
[ "$(grep -c shmem_peers out.d/system.yml)" = 2 ] || fail "a link of two guests has other ends than theirs"
if [ -e out.d/cells/project.c ] && grep -q IVSHMEM out.d/cells/project.c; then
    fail "the root has an end of a link of two guests"
fi

# Twelve guests share one, and pairs of guests fill the bus
pairs() {
    guests 12
    echo "shmem:"
    echo "  wide: {protocol: UNDEFINED, peers: [g0, g1, g2, g3, g4, g5, g6, g7, g8, g9, g10, g11]}"
    for i in $(seq 1 "$1"); do
        echo "  p$i: {protocol: VETH, size: 64 KiB, peers: [g$((i % 12)), g$(((i + 1 + i / 12) % 12))]}"
    done
}
pairs 31 >cells.yml
plans 32 12
pairs 32 >cells.yml
expect 4 "$autojail" config -o out.d
says "cells.yml:47:31: error[infeasible]: link p32 is impossible: the virtual PCI bus has 32 devices"

# Each protocol with the least that it needs, and a page less
for least in 'VETH 12' 'UNDEFINED 12' 'CUSTOM 12' 'VIRTIO_FRONT 8'; do
    size=${least#* }
    one "protocol: ${least% *}, size: $size KiB, peers: [g0, g1]" >cells.yml
    plans 1 2
    refuses "protocol: ${least% *}, size: $((size - 4)) KiB, peers: [g0, g1]" link-size
done

# A disk: the first peer is its back end; two ends, no more
one 'protocol: 0x8002, peers: [root, g1]' >cells.yml
plans 1 2
protocols=$(sed -n 's/^ *shmem_protocol: //p' out.d/system.yml | tr '\n' ' ')
[ "$protocols" = "49154 32770 " ] || fail "not the back end of a disk and its front end: $protocols"
refuses 'protocol: 0x8002, peers: [root, g1, g2]' peer-count
refuses 'protocol: VIRTIO_BACK, peers: [root]' peer-count
refuses 'protocol: UNDEFINED, peers: [g1]' peer-count
refuses 'protocol: VETH, peers: [g1, g1]' peer-twice
refuses 'protocol: RPMSG, peers: [g1, g2]' name-unknown
