#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes what Linux says about its machine as a tar archive, gzip where there is one, to standard
# output. autojail feeds it to the `sh -s` of a target; on a machine that cannot be reached it may be
# run by hand: sh collect.sh >snapshot.tar.gz. AUTOJAIL_ROOT is looked at instead of / if it is set;
# interrupts are counted for AUTOJAIL_PAUSE seconds (2; 0: not at all).
#
# Wants a POSIX shell with the common tools, as in busybox. The size that procfs and sysfs report is
# not the size of their files, so they are read, not archived in place; only the device tree's is.
# The archive has no links: the text of a link is the file NAME.link. MANIFEST says what is there but
# could not be read. What identifies the machine or lets somebody in is left out, except in
# sys/firmware/fdt, which no shell can edit.

# note WHAT PATH: a line of MANIFEST
note() {
    printf '%s %s\n' "$1" "$2" >&3
}

# Starting a process for each of thousands of files takes a small board long. Attributes of sysfs are
# short lines of text, which the shell copies itself.
attributes() {
    for attribute; do
        [ -f "$attribute" ] || continue
        if [ ! -r "$attribute" ]; then
            note denied "$attribute"
            continue
        fi
        parent "$attribute"
        while IFS= read -r line || [ -n "$line" ]; do
            printf '%s\n' "$line"
        done 2>/dev/null <"$attribute" >"$out/$attribute" || note failed "$attribute"
    done
}

files() {
    for file; do
        [ -f "$file" ] || continue
        if [ ! -r "$file" ]; then
            note denied "$file"
            continue
        fi
        parent "$file"
        cat "$file" 2>/dev/null >"$out/$file" || {
            rm -f "$out/$file"
            note failed "$file"
        }
    done
}

links() {
    for link; do
        [ -L "$link" ] || continue
        parent "$link"
        readlink "$link" >"$out/$link.link"
    done
}

parent() {
    [ -d "$out/${1%/*}" ] || mkdir -p "$out/${1%/*}"
}

# command NAME WORD...: its output as commands/NAME.txt
command_output() {
    name=$1
    shift
    if ! "$@" 2>/dev/null >"$out/commands/$name.txt"; then
        rm -f "$out/commands/$name.txt"
        note failed "commands/$name.txt"
    fi
}

collect_kernel() {
    files proc/iomem proc/ioports proc/cpuinfo proc/cmdline proc/version \
        proc/consoles proc/meminfo proc/modules proc/devices proc/bus/pci/devices
    attributes sys/kernel/realtime sys/devices/jailhouse/enabled \
        proc/sys/kernel/sched_rt_runtime_us proc/sys/kernel/sched_rt_period_us \
        sys/devices/system/clocksource/clocksource0/current_clocksource \
        sys/devices/system/clocksource/clocksource0/available_clocksource
    mkdir -p "$out/commands"
    command_output dmesg dmesg
    command_output uname uname -s -r -v -m
    command_output pagesize page_size
    # of which the names depend on the kernel that runs
    if [ -z "${AUTOJAIL_ROOT:-}" ]; then
        command_output config kernel_config
        command_output jailhouse installed
    fi
}

# Without getconf, as on busybox, the mappings of a process tell it in kB.
page_size() {
    getconf PAGESIZE || {
        size=$(sed -n '/^KernelPageSize:/{s/[^0-9]//g;p;q;}' /proc/self/smaps)
        [ -n "$size" ] && echo $((size * 1024))
    }
}

kernel_config() {
    if [ -r proc/config.gz ]; then
        gzip -dc proc/config.gz
    else
        cat "boot/config-$(uname -r)" || cat "lib/modules/$(uname -r)/config"
    fi
}

# What there is of Jailhouse: "tool PATH", "driver PATH", "firmware PATH".
installed() {
    for file in usr/sbin/jailhouse usr/local/sbin/jailhouse usr/bin/jailhouse; do
        [ ! -x "$file" ] || echo "tool /$file"
    done
    find "lib/modules/$(uname -r)/" -name 'jailhouse.ko*' | sort | sed 's:^:driver /:'
    for file in lib/firmware/jailhouse*.bin; do
        [ ! -f "$file" ] || echo "firmware /$file"
    done
}

# Interrupts twice, with a quiet pause between.
collect_samples() {
    files proc/uptime proc/interrupts
    pause=${AUTOJAIL_PAUSE:-2}
    [ "$pause" -gt 0 ] || return 0
    sleep "$pause"
    mkdir -p "$out/later/proc"
    cat proc/interrupts >"$out/later/proc/interrupts"
    cat proc/uptime >"$out/later/proc/uptime"
}

# Below what the root lives: names of disks and networks, without addresses.
collect_root() {
    [ ! -r proc/self/mountinfo ] || {
        mkdir -p "$out/proc/self"
        sed -n '/^[^ ]* [^ ]* [^ ]* [^ ]* \/ /p' proc/self/mountinfo >"$out/proc/self/mountinfo"
    }
    mkdir -p "$out/proc/net"
    [ ! -r proc/net/route ] || while read -r interface destination rest; do
        [ "$destination" != 00000000 ] || echo "$interface $destination"
    done <proc/net/route >"$out/proc/net/route"
    [ ! -r proc/net/ipv6_route ] || while read -r destination rest; do
        case $destination in
            *[!0]*) ;;
            *) echo "$destination 00 0 00 0 0 0 0 0 ${rest##* }" ;;
        esac
    done <proc/net/ipv6_route >"$out/proc/net/ipv6_route"
    links sys/dev/block/* sys/class/block/* sys/class/block/*/slaves/* sys/class/net/* \
        sys/class/net/*/lower_*
}

collect_interrupts() {
    for directory in sys/kernel/irq/*; do
        attributes "$directory/hwirq" "$directory/chip_name" "$directory/name" "$directory/type" \
            "$directory/actions" "$directory/per_cpu_count"
    done
    attributes proc/irq/*/smp_affinity_list proc/irq/*/effective_affinity_list
}

collect_cpus() {
    for name in present possible online offline isolated nohz_full kernel_max modalias; do
        attributes "sys/devices/system/cpu/$name"
    done
    for directory in sys/devices/system/cpu/cpu[0-9]*; do
        links "$directory/of_node"
        attributes "$directory/online" "$directory/uevent" "$directory/cpu_capacity" \
            "$directory"/topology/* "$directory"/regs/identification/* \
            "$directory"/cpufreq/* "$directory"/cache/index*/* \
            "$directory"/cpuidle/state*/name "$directory"/cpuidle/state*/latency \
            "$directory"/cpuidle/state*/disable "$directory"/thermal_throttle/core_throttle_count
    done
    attributes sys/fs/resctrl/info/*/*
    attributes sys/devices/system/cpu/smt/* sys/devices/system/node/* \
        sys/devices/system/node/node[0-9]*/cpulist sys/devices/system/node/node[0-9]*/distance \
        sys/devices/system/node/node[0-9]*/meminfo sys/devices/system/memory/block_size_bytes
}

collect_devices() {
    for directory in sys/bus/platform/devices/* sys/bus/amba/devices/*; do
        links "$directory/driver" "$directory/of_node" "$directory/iommu_group"
    done
    for directory in sys/class/tty/tty[A-Za-z]*; do
        [ -e "$directory/device" ] || continue
        links "$directory/device/of_node" "$directory/device/driver"
        attributes "$directory/type" "$directory/io_type" "$directory/iomem_base" \
            "$directory/iomem_reg_shift" "$directory/port" "$directory/irq" "$directory/line" \
            "$directory/uartclk"
    done
    attributes sys/class/tty/console/active
    # what the root cell cannot do without: its disks and the network that this comes by
    links sys/class/net/*/device sys/class/block/*/device
}

collect_pci() {
    for directory in sys/bus/pci/devices/*; do
        links "$directory/driver" "$directory/of_node" "$directory/iommu_group" \
            "$directory/firmware_node"
        files "$directory/config"
        attributes "$directory/resource" "$directory/class" "$directory/vendor" \
            "$directory/device" "$directory/subsystem_vendor" "$directory/subsystem_device" \
            "$directory/revision" "$directory/irq" "$directory/enable" "$directory/numa_node" \
            "$directory"/sriov_totalvfs "$directory"/firmware_node/path
    done
    for directory in sys/kernel/iommu_groups/*; do
        links "$directory"/devices/*
        attributes "$directory/type" "$directory/reserved_regions"
    done
    for directory in sys/class/iommu/*; do
        links "$directory"/devices/*
        attributes "$directory"/intel-iommu/* "$directory"/amd-iommu/*
    done
}

collect_firmware() {
    files sys/firmware/fdt
    if [ -d sys/firmware/devicetree/base ]; then
        mkdir -p "$out/sys/firmware/devicetree"
        cp -R sys/firmware/devicetree/base "$out/sys/firmware/devicetree" 2>/dev/null ||
            note failed "sys/firmware/devicetree/base"
    fi
    attributes sys/firmware/memmap/*/start sys/firmware/memmap/*/end sys/firmware/memmap/*/type
    for table in APIC MCFG DMAR IVRS FACP HPET SRAT SLIT PPTT HMAT SPCR DBG2 RTCT PTCT GTDT IORT; do
        files "sys/firmware/acpi/tables/$table"
    done
    files sys/firmware/acpi/tables/DSDT sys/firmware/acpi/tables/SSDT*
    for name in sys_vendor product_name board_vendor board_name bios_version bios_date; do
        attributes "sys/class/dmi/id/$name"
    done
}

# Puts what comes through the filter "$@" in the place of a file, or nothing.
filter() {
    filtered=$1
    shift
    if "$@" <"$filtered" >"$out/filtered"; then
        mv "$out/filtered" "$filtered"
    else
        rm -f "$filtered" "$out/filtered"
    fi
}

# Values of kernel arguments with such names, wherever they are printed, and hardware addresses.
hide_secrets() {
    value='("[^"]*"|[^ ]*)'
    hex='[0-9A-Fa-f]'
    set --
    for key in macaddr ethaddr hwaddr passw secret token iscsi_chap; do
        set -- "$@" -e "s/([^ =\"]*$key[^ =]*)=$value/\\1=x/g"
    done
    sed -E "$@" -e "s/([^ =\"]*serial)=$value/\\1=x/g" \
        -e "s/$hex$hex([:-])$hex$hex(\\1$hex$hex){4}/00:00:00:00:00:00/g"
}

# The text of a property ends with NUL, and may have line ends inside.
hide_in_property() {
    tr '\000\n' '\n\001' | hide_secrets | tr '\n\001' '\000\n'
}

scrub() {
    tree=$out/sys/firmware/devicetree
    if [ -d "$tree" ]; then
        chmod -R u+rwX "$tree"
        find "$tree" -type f \( -name kaslr-seed -o -name rng-seed -o -name serial-number \
            -o -name mac-address -o -name local-mac-address -o -name 'security-*' \) \
            -exec sh -c ': >"$1"' sh {} \;
        find "$tree" ! -type f ! -type d -exec rm -f {} \;
        if [ -f "$tree/base/chosen/bootargs" ]; then
            filter "$tree/base/chosen/bootargs" hide_in_property
        fi
    fi
    for name in proc/cmdline commands/dmesg.txt; do
        [ ! -f "$out/$name" ] || filter "$out/$name" hide_secrets
    done
    [ ! -f "$out/proc/cpuinfo" ] ||
        filter "$out/proc/cpuinfo" sed 's/^\(Serial[[:blank:]]*:\).*/\1 x/'
}

# All of it is read before any of it runs, and nothing in it may read the rest of the script.
main() {
    LC_ALL=C
    export LC_ALL
    umask 077
    cd "${AUTOJAIL_ROOT:-/}" || exit 1
    out=
    trap 'status=$?; [ -z "$out" ] || rm -rf "$out"; exit "$status"' EXIT
    trap 'exit 1' HUP INT TERM PIPE
    out=$(mktemp -d /dev/shm/autojail.XXXXXX 2>/dev/null || mktemp -d /tmp/autojail.XXXXXX) || exit 1
    exec 3>"$out/MANIFEST"
    note collector 1
    note user "$(id -u)"
    collect_kernel
    collect_interrupts
    collect_cpus
    collect_devices
    collect_pci
    collect_firmware
    collect_root
    collect_samples
    scrub
    exec 3>&-
    cd "$out" || exit 1
    if command -v gzip >/dev/null; then
        tar -cf - . | gzip -c
    else
        tar -cf - .
    fi
}
main </dev/null
