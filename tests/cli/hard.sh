#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced: a problem that is not solved in minutes, and whose good answers come in the first second.

# hard_problem: board.yml and cells.yml of 8 L2 caches of 4 CPUs each, one core in two of them, which the
# program of whole blocks does not take; cells ask for all CPUs but 1
hard_problem() {
    {
        echo 'arch: arm64'
        echo 'cpus:'
        for cpu in $(seq 0 31); do
            echo "  $cpu: {cluster: 0, core: $((cpu == 4 ? 3 : cpu)), l2: l2-$((cpu / 4))}"
        done
        echo 'memory_regions:'
        echo '  ram: {phys_start: 0x40000000, size: 2 GiB, type: ram}'
        echo 'platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000,'
        echo '  gicr_size: 0x800000, maintenance_irq: 25, spi_limit: 64}}'
    } >board.yml
    {
        echo 'root: {hypervisor_memory: {size: 16 MiB}}'
        echo 'guests:'
        for guest in 21 22 31 32 41 42 51; do
            case $guest in
            21 | 31 | 41 | 51) realtime=', realtime: {period: 1 ms}' ;;
            *) realtime= ;;
            esac
            echo "  g$guest: {os: bare, cpus: {count: $((guest / 10 + guest % 2))}$realtime}"
        done
    } >cells.yml
}
