#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The settings that start.sh puts into force and stop.sh gives back: knobs and interrupts of the root
# in a make-believe /sys and /proc, where what a file shows can be wrong.
. "$(dirname "$0")/lib.sh"
cp "$source_dir"/examples/qemu-arm64/*.yml "$work"
cd "$work"
cat >>cells.yml <<'CELLS'
constraints:
  - route: {interrupt: 33, cpu: 0}
  - set: {cell: root, knob: governor, value: performance}
  - set: {cell: root, knob: idle_states, value: shallow}
  - set: {cell: root, knob: huge_pages, value: never}
  - set: {cell: root, knob: workqueue_cpus, value: 0}
  - set: {cell: root, knob: isolcpus, value: 1}
  - set: {cell: root, knob: threadirqs, value: off}
  - set: {cell: linux, knob: skew_tick, value: on}
CELLS
expect 0 "$autojail" config
grep -q '^root  *isolcpus  *1$' out || fail "the summary hides a knob"
[ "$(cat build/bootargs.txt)" = 'mem=912192K isolcpus=1' ] || fail "bootargs.txt is $(cat build/bootargs.txt)"
grep -q "console=ttyAMA0,115200 earlycon skew_tick=1'" build/start.sh || fail "the guest's knob is not in its command line"

mkdir bin
cat >bin/jailhouse <<'FAKE'
#!/bin/sh
echo "$*" >>"$AUTOJAIL_ROOT/log"
case $1 in
enable) echo 1 >"$AUTOJAIL_ROOT/sys/devices/jailhouse/enabled" ;;
disable) echo 0 >"$AUTOJAIL_ROOT/sys/devices/jailhouse/enabled" ;;
esac
FAKE
printf '#!/bin/sh\necho 0\n' >bin/id
printf '#!/bin/sh\nexit 1\n' >bin/pidof
chmod +x bin/*
AUTOJAIL_ROOT=$work/target PATH=$work/bin:$PATH
export AUTOJAIL_ROOT PATH

# file PATH TEXT: of the target
file() {
    mkdir -p "target/${1%/*}"
    echo "$2" >"target/$1"
}
cpu=sys/devices/system/cpu
tree() {
    rm -rf target
    file proc/iomem '40000000-77acffff : System RAM'
    file proc/cmdline 'console=ttyAMA0 mem=912192K isolcpus=1'
    file proc/interrupts '           CPU0       CPU1'
    echo ' 13:          0          5     GICv2  33 Level     uart-pl011' >>target/proc/interrupts
    echo ' 47:          0          5   GICv3  79 Edge      virtio3' >>target/proc/interrupts
    echo 'IPI0:         3          5       Rescheduling interrupts' >>target/proc/interrupts
    file proc/irq/13/smp_affinity_list 0-3
    file proc/irq/47/smp_affinity_list 2
    file $cpu/isolated 1
    file $cpu/cpufreq/policy0/scaling_governor schedutil
    file $cpu/cpufreq/policy2/scaling_governor ondemand
    file $cpu/cpu0/cpuidle/state0/disable 1
    file $cpu/cpu0/cpuidle/state1/disable 0
    file $cpu/cpu0/cpuidle/state10/disable 0
    file sys/kernel/mm/transparent_hugepage/enabled 'always [madvise] never'
    file sys/devices/virtual/workqueue/cpumask 00000000,0000000f
    mkdir -p target/sys/devices/jailhouse/cells
    : >target/log
}
# shows PATH TEXT: that is in the file of the target
shows() {
    [ "$(cat "target/$1")" = "$2" ] || fail "$1 is '$(cat "target/$1")', not '$2'"
}

tree
expect 0 build/start.sh root
says 'interrupt 77 is not in use'
shows proc/irq/13/smp_affinity_list 0
shows proc/irq/47/smp_affinity_list 1
shows $cpu/cpufreq/policy0/scaling_governor performance
shows $cpu/cpufreq/policy2/scaling_governor performance
shows $cpu/cpu0/cpuidle/state0/disable 0
shows $cpu/cpu0/cpuidle/state1/disable 1
shows $cpu/cpu0/cpuidle/state10/disable 1
shows sys/kernel/mm/transparent_hugepage/enabled never
shows sys/devices/virtual/workqueue/cpumask 1

# Again: what was there first is what comes back. Files of CPUs that went away are no matter.
expect 0 build/start.sh root
rm -r target/$cpu/cpufreq/policy2
expect 0 build/stop.sh root
shows proc/irq/13/smp_affinity_list 0-3
shows proc/irq/47/smp_affinity_list 2
shows $cpu/cpufreq/policy0/scaling_governor schedutil
shows $cpu/cpu0/cpuidle/state0/disable 1
shows $cpu/cpu0/cpuidle/state10/disable 0
shows sys/kernel/mm/transparent_hugepage/enabled madvise
shows sys/devices/virtual/workqueue/cpumask 00000000,0000000f
[ ! -e target/run/autojail/saved ] || fail "what was restored is kept"
expect 0 build/stop.sh

# What needs another boot is said before anything is done.
tree
file proc/cmdline 'isolcpus=1-2'
expect 1 build/start.sh root
says 'boot Linux with isolcpus=1: see bootargs.txt'
tree
file $cpu/isolated ''
expect 1 build/start.sh root
says 'this Linux does not heed isolcpus=1'
tree
file proc/cmdline 'isolcpus=1 threadirqs'
expect 1 build/start.sh root
says 'boot Linux without threadirqs'
[ ! -s target/log ] || fail "enabled although Linux must be booted otherwise"

# A file that takes anything and shows nothing; one that is not there.
tree
ln -sf /dev/null target/$cpu/cpufreq/policy2/scaling_governor
expect 1 build/start.sh root
says "policy2/scaling_governor is '', not 'performance'"
expect 0 build/stop.sh root
shows $cpu/cpufreq/policy0/scaling_governor schedutil
tree
rm -r target/$cpu/cpufreq
expect 1 build/start.sh root
says 'this Linux has no '

# The interrupt that cells.yml routes must stay, the others are only told of.
tree
ln -sf /dev/null target/proc/irq/47/smp_affinity_list
expect 0 build/start.sh root
says 'interrupt 79 does not stay on CPU 1'
tree
ln -sf /dev/null target/proc/irq/13/smp_affinity_list
expect 1 build/start.sh root
says 'interrupt 33 does not stay on CPU 0'

# A daemon that undoes routes.
tree
printf '#!/bin/sh\necho 7\n' >bin/pidof
expect 0 build/start.sh root
says 'irqbalance moves interrupts as it likes'
