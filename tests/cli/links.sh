#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The limits of links, each reached and passed: 12 peers, 32 devices of the virtual PCI bus, two peers of
# a network; more than four links of one cell; each cell's interrupts are its own.
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

# cells GUESTS WIDE SMALL [PROTOCOL]: a link of WIDE peers and SMALL links of the root with three guests
cells() {
    echo "guests:"
    peers=root
    for i in $(seq 0 $(($1 - 1))); do
        echo "  g$i: {os: bare, cpus: {count: 1}, mem_regions: {m: {size: 1 MiB}}}"
        [ "$i" -ge $(($2 - 1)) ] || peers="$peers, g$i"
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
