#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced: a problem that is not solved in minutes, and whose good answers come in the first second.

# hard_problem: board.yml and cells.yml of 2 packages with 8 L2 caches of 4 CPUs each, and 8 guests
# that ask for all CPUs but 6
hard_problem() {
    {
        echo 'arch: arm64'
        echo 'cpus:'
        for cpu in $(seq 0 63); do
            echo "  $cpu: {package: $((cpu / 32)), cluster: $((cpu / 4)), core: $cpu, l2: l2-$((cpu / 4))}"
        done
        echo 'memory_regions:'
        echo '  ram: {phys_start: 0x40000000, size: 2 GiB, type: ram}'
        echo 'platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000,'
        echo '  gicr_size: 0x800000, maintenance_irq: 25, spi_limit: 64}}'
    } >board.yml
    {
        echo 'root: {hypervisor_memory: {size: 16 MiB}}'
        echo 'guests:'
        for guest in 3 5 6 7 8 9 11 10; do
            case $guest in
            3 | 6 | 8 | 10) realtime=', realtime: {period: 1 ms}' ;;
            *) realtime= ;;
            esac
            echo "  g$guest: {os: bare, cpus: {count: $guest}$realtime}"
        done
    } >cells.yml
}
