#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: acpi.sh AUTOJAIL SOURCE
# The ACPI tables of all PCs, and of the arm64 machine, that QEMU's tests know: a board of each, on
# which the addresses are those that iasl reads in the same tables.
. "$(dirname "$0")/../cli/lib.sh"
command -v iasl >/dev/null || exit 77

tables=$("$source_dir/scripts/acpi-tables.sh") || exit 77

# decoded SIGNATURE FIELD: the values that iasl finds, one a line, as board.yml writes numbers; 0 is
# nothing
decoded() {
    [ -f "$work/dsl/$1.dsl" ] || return 0
    sed -n "s/^\[[^]]*\] *$2 : \([0-9A-F]*\)\$/\1/p" "$work/dsl/$1.dsl" |
        while read -r value; do
            printf '0x%x\n' "0x$value"
        done
}

# found SECTION KEY: the values of a key in a section of board.yml, one a line
found() {
    awk -v section="$1:" -v key="$2:" '
        /^[a-z]/ { inside = $1 == section }
        inside && ($1 == key || ($1 == "-" && $2 == key)) { print $NF }' board.yml
}

# agree WHAT SIGNATURE FIELD SECTION KEY
agree() {
    decoded "$2" "$3" | grep -vx 0x0 | sort >"$work/decoded"
    found "$4" "$5" | sort >"$work/found"
    diff "$work/decoded" "$work/found" >&2 || fail "$name: $1"
}

# tables_of MACHINE VARIANT: puts into machine/ what the variant has in its own way, and what all of the
# machine have; decodes those that are compared
tables_of() {
    rm -rf machine dsl board.yml
    mkdir -p machine/proc machine/sys/firmware/acpi/tables machine/sys/devices/system/cpu dsl
    for table in "$tables/$1"/*; do
        signature=$(basename "$table")
        case $signature in
        *.sh | *."$2") ;;
        *.*) continue ;;
        esac
        [ "$signature" != "${signature%%.*}" ] || [ ! -f "$table.$2" ] || continue
        cp "$table" "machine/sys/firmware/acpi/tables/${signature%%.*}"
    done
    for signature in APIC DMAR IVRS MCFG FACP GTDT SPCR; do
        [ -f "machine/sys/firmware/acpi/tables/$signature" ] || continue
        cp "machine/sys/firmware/acpi/tables/$signature" "dsl/$signature.aml"
        (cd dsl && iasl -d "$signature.aml" >/dev/null 2>&1) || fail "$name: iasl cannot read it"
    done
}

extracted() {
    expect 0 "$autojail" extract --from machine -o board.yml
    ! grep -qE 'code: (acpi-table|acpi-entry)' board.yml || fail "$name: a table is refused"
    machines=$((machines + 1))
}

cd "$work"
machines=0
for variant in pc/ q35/ microvm/ $(cd "$tables" && ls -d pc/*.* q35/*.* microvm/*.* |
    sed 's/\/[A-Z0-9]*\./\//' | sort -u); do
    name=$variant
    tables_of "${variant%%/*}" "${variant#*/}"
    printf 'processor : 0\nvendor_id : GenuineIntel\nflags : vmx\naddress sizes : 39 bits\n' \
        >machine/proc/cpuinfo
    echo '00100000-3fffffff : System RAM' >machine/proc/iomem
    extracted
    agree "IOAPICs" APIC Address irqchips address
    if [ -f dsl/DMAR.dsl ]; then
        agree "units of VT-d" DMAR 'Register Base Address' iommu base
    else
        agree "units of AMD" IVRS 'Base Address' iommu base
    fi
    agree "windows of PCI" MCFG 'Base Address' platform ecam_base
    agree "the timer" FACP 'PM Timer Block Address' platform pm_timer_address
done

# arm64 without a device tree; CPUs other than the first have the same registers
for variant in '' memhp numamem acpihmatvirt pxb; do
    name=virt/$variant
    tables_of virt "$variant"
    echo cpu:type:aarch64 >machine/sys/devices/system/cpu/modalias
    echo '40000000-7fffffff : System RAM' >machine/proc/iomem
    extracted
    for field in 'Virtual GIC:gicv' 'Hypervisor GIC:gich'; do
        [ "$(decoded APIC "${field%:*} Base Address" | sort -u)" = \
            "$(found platform "${field#*:}_base")" ] || fail "$name: ${field%:*}"
    done
    [ "$(decoded APIC 'Base Address' | head -n 1)" = "$(found platform gicd_base)" ] ||
        fail "$name: the distributor"
    agree "windows of PCI" MCFG 'Base Address' platform ecam_base
    agree "the console" SPCR Address consoles address
    lines=$(for line in 'Secure EL1' 'Non-Secure EL1' 'Virtual Timer' 'Non-Secure EL2'; do
        decoded GTDT "$line Interrupt"
    done | paste -sd , | sed 's/,/, /g')
    grep -qF "timer_ppis: [$lines]" board.yml || fail "$name: the timers"
done
echo "$machines machines"
[ "$machines" -ge 35 ] || fail "hardly a machine"
