#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Interrupts of a Linux guest with several CPUs: its kernel's argument, and the script that is run in
# it, in a make-believe /proc.
. "$(dirname "$0")/lib.sh"
cp "$source_dir"/examples/qemu-arm64/*.yml "$work"
cd "$work"
sed -i '/os: linux/,/console/s/cpus: {count: 1}/cpus: {count: 2}\n    devices: [\/pl031@9010000]/' cells.yml
sed -i '/owner: rtc-pl031/{n;s/\[0, 0/[80, 20/}' board.yml
expect 0 "$autojail" config
grep -q "earlycon irqaffinity=1'" build/start.sh || fail "start.sh does not say irqaffinity"
grep -q '^  *irq_default: ' build/plan.yml || fail "the plan has no interrupts of the guest"
grep -q 'irqs/qemu-arm64-linux.sh' build/files.txt || fail "files.txt lacks the script"

AUTOJAIL_ROOT=$work/target
export AUTOJAIL_ROOT
mkdir -p target/proc/irq/5
cat >target/proc/interrupts <<'TABLE'
           CPU0       CPU1
  4:          7          0     GICv3 134 Level     rtc-other
  5:          0          9     GICv3  34 Level     rtc-pl031
TABLE
echo 0-1 >target/proc/irq/5/smp_affinity_list
expect 0 build/irqs/qemu-arm64-linux.sh
[ "$(cat target/proc/irq/5/smp_affinity_list)" = 0 ] || fail "line 34 does not fire on the guest's CPU 0"

# The same line at an IOAPIC, which keeps its number.
mkdir -p target/proc/irq/34
echo ' 34:     0      9  IR-IO-APIC   34-fasteoi   rtc' >target/proc/interrupts
: >target/proc/irq/34/smp_affinity_list
expect 0 build/irqs/qemu-arm64-linux.sh
[ "$(cat target/proc/irq/34/smp_affinity_list)" = 0 ] || fail "an IOAPIC's line is not found"

# What does not take its CPU is told.
rm target/proc/irq/34/smp_affinity_list
ln -s /dev/null target/proc/irq/34/smp_affinity_list
expect 1 build/irqs/qemu-arm64-linux.sh
says 'interrupt 34 does not stay on CPU 0'
: >target/proc/interrupts
expect 0 build/irqs/qemu-arm64-linux.sh
says 'interrupt 34 is not in use'

# The guest's own knob wins.
cat >>cells.yml <<'CELLS'
constraints:
  - set: {cell: linux, knob: irqaffinity, value: 0}
CELLS
expect 0 "$autojail" config
grep -q "earlycon irqaffinity=0'" build/start.sh || fail "the knob does not win"

# Where nobody says where, one CPU is as good as another.
expect 0 "$autojail" config --explain 34
grep -q 'with CPUs exchanged it is as good' out || fail "CPUs of the guest are not alike"

# The user says where, by the board's CPU: the guest has that one, and takes the line there.
cat >>cells.yml <<'CELLS'
  - route: {interrupt: 34, cpu: 1}
CELLS
expect 0 "$autojail" config
cpus=$(sed -n '/^  linux:/,/^  [a-z]/s/^    cpus: //p' build/plan.yml)
[ "$cpus" = 1,3 ] || fail "the guest has the CPUs $cpus"
grep -q '^route 34 0$' build/irqs/qemu-arm64-linux.sh || fail "line 34 is not on the guest's first CPU"
sed -i 's/interrupt: 34, cpu: 1/interrupt: 34, cpu: 3/' cells.yml
expect 0 "$autojail" config
grep -q '^route 34 1$' build/irqs/qemu-arm64-linux.sh || fail "line 34 is not on the guest's second CPU"
expect 0 "$autojail" config --explain 34
grep -A3 '^interrupt 34 of linux: CPU 3$' out | grep -q ': interrupt 34: on CPU 3$' ||
    fail "the line's CPU is not explained"

# A guest with one CPU has no choice.
sed -i '/os: linux/,/console/s/cpus: {count: 2}/cpus: {count: 1}/' cells.yml
expect 4 "$autojail" config
says 'interrupt 34 belongs to guest linux with its device'
says ': interrupt 34: on CPU 3'
says 'hint: with 2 CPUs for guest linux'
