#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Boards to try autojail on: QEMU machines with Debian's kernels, reached by ssh.
#
#   board.sh start KIND [--dir DIR] [--cpus N] [--gic 2|3] [--iommu smmuv3] [--minutes N]
#   board.sh status|stop [--dir DIR]
#   board.sh ssh [--dir DIR] [COMMAND...]
#
# KIND is arm64, arm64-rt (PREEMPT_RT) or x86 (with an IOMMU of its own). All there is of a board is
# in DIR (build/board unless given): its keys, made for it alone, known_hosts, console.log. Its ssh server
# listens on a free port of the loopback interface. With --minutes the board turns itself off then,
# whoever forgets it. `stop` removes all of it.
#
# The board has no boot loader: `board-arguments WORDS` there says what its kernel is told beside its own
# arguments in the boots to come, and when it reboots, QEMU is started again with them.
set -eu
umask 077
scripts=$(cd "$(dirname "$0")" && pwd)
# How long a board may take to be there; emulated ones on a busy machine take their time.
patience=180

fail() {
    echo "board.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '/^#   board.sh/s/^#   /usage: /p' "$0" >&2
    exit 2
}

# number OPTION VALUE MIN MAX
number() {
    case $2 in
    '' | *[!0-9]* | ?????*) ;;
    *) [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ] || return 0 ;;
    esac
    echo "board.sh: $1 wants a number from $3 to $4" >&2
    exit 2
}

# Is the process of the pid file our QEMU? The number may have gone to another one since.
is_running() {
    pid=$(cat "$dir/pid" 2>/dev/null) && [ -n "$pid" ] || return 1
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "file:$dir/console.log"
}

remote() {
    ssh -F /dev/null -p "$(cat "$dir/port")" -i "$dir/id" -o IdentitiesOnly=yes -o BatchMode=yes \
        -o UserKnownHostsFile="$dir/known_hosts" -o GlobalKnownHostsFile=/dev/null \
        -o StrictHostKeyChecking=yes -o ConnectTimeout=20 -o LogLevel=ERROR \
        root@127.0.0.1 "$@"
}

# An initramfs may be several archives, one behind the other: that of the image, then the keys and
# what belongs to this script.
add_keys() {
    ssh-keygen -q -t ed25519 -N '' -C board -f "$dir/host_key"
    ssh-keygen -q -t ed25519 -N '' -C board -f "$dir/id"
    mkdir -p "$dir/keys/etc" "$dir/keys/root/.ssh" "$dir/keys/sbin"
    mv "$dir/host_key" "$dir/keys/etc/host_key"
    cp "$dir/id.pub" "$dir/keys/root/.ssh/authorized_keys"
    cat >"$dir/keys/sbin/board-arguments" <<'END'
#!/bin/sh
[ "$(echo "$1" | nc 10.0.2.9 9)" = kept ]
END
    chmod +x "$dir/keys/sbin/board-arguments"
    cp "$image/initrd" "$dir/initrd"
    (cd "$dir/keys" && find root etc/host_key sbin/board-arguments |
        cpio --quiet -o -H newc -R 0:0) >>"$dir/initrd"
    rm -r "$dir/keys"
}

# Sets the words of QEMU's command line that make the machine. Arm boards are always emulated: KVM
# gives neither EL2, where a hypervisor starts, nor a GIC of choice.
machine() {
    case $kind in
    arm64*)
        qemu=qemu-system-aarch64 package=qemu-system-arm console=ttyAMA0 more=
        # without ITS the interrupts are those of the GIC's distributor, as Jailhouse wants them
        words="-machine virt,virtualization=on,gic-version=$gic"
        [ "$gic" = 2 ] || words="$words,its=off"
        words="$words -cpu cortex-a72 -device virtio-net-device,netdev=net"
        words="$words -device virtio-rng-device"
        [ -z "$iommu" ] || words="$words -machine iommu=$iommu
            -device virtio-rng-pci,iommu_platform=on,disable-legacy=on"
        ;;
    x86)
        qemu=qemu-system-x86_64 package=qemu-system-x86 console=ttyS0
        more='intel_iommu=on tsc=reliable'
        words='-machine q35,kernel-irqchip=split -accel tcg -cpu max'
        # where the processor cannot do it, a /dev/kvm may still be there
        if [ -w /dev/kvm ] && grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo; then
            words='-machine q35,kernel-irqchip=split -accel kvm -accel tcg -cpu max'
        fi
        words="$words -device intel-iommu,intremap=on"
        words="$words -device virtio-net-pci,netdev=net,romfile= -device virtio-rng-pci"
        ;;
    esac
    command -v "$qemu" >/dev/null ||
        fail "$qemu is not installed: apt-get install $package, or scripts/setup.sh boards"
}

# What the board says at 10.0.2.9 goes to the file of its arguments.
launch() {
    export board_arguments="$dir/arguments"
    keep='head -n 1 >"$board_arguments.new" && mv "$board_arguments.new" "$board_arguments"'
    forward="hostfwd=tcp:127.0.0.1:$port-:22,guestfwd=tcp:10.0.2.9:9-cmd:sh -c '$keep && echo kept'"
    # shellcheck disable=SC2086 # lists of words
    "$qemu" $words -name "autojail-$kind" -smp "$cpus" -m 1G -nodefaults -display none \
        -serial "file:$dir/console.log" -kernel "$image/kernel" -initrd "$dir/initrd" \
        -append "console=$console $more board_minutes=$minutes $(cat "$dir/arguments")" \
        -netdev "user,id=net,$forward" -no-reboot \
        -pidfile "$dir/pid" -daemonize 2>"$dir/qemu.log"
}

# Another program may take the port first: then another one.
launch_somewhere() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 40000))
        ! launch || return 0
        grep -q 'host forwarding' "$dir/qemu.log" || break
    done
    cat "$dir/qemu.log" >&2
    fail "QEMU does not start"
}

# Starts the board again when it has rebooted, until it ends otherwise. The kernel's last words say how.
watch_over() {
    trap '' HUP
    while sleep 0.5; do
        ! is_running || continue
        tail -n 5 "$dir/console.log" | grep -q 'reboot: Restarting system' || break
        launch || break
    done
    rm -f "$dir/watch"
}

wait_for_ssh() {
    begin=$(date +%s)
    while is_running; do
        if grep -q '^board: up' "$dir/console.log" && remote true 2>"$dir/ssh.log"; then
            return 0
        fi
        ! grep -q '^board: failed' "$dir/console.log" || break
        [ "$(($(date +%s) - begin))" -lt "$patience" ] || break
        sleep 0.5
    done
    tail -n 30 "$dir/console.log" >&2
    cat "$dir/ssh.log" >&2 2>/dev/null || true
    fail "the board does not come up"
}

take_away() {
    # the number may have gone to another process since
    if watch=$(cat "$dir/watch" 2>/dev/null) && [ -n "$watch" ] &&
        grep -qsF board.sh "/proc/$watch/cmdline"; then
        kill "$watch" 2>/dev/null || true
    fi
    if is_running; then
        kill "$pid" 2>/dev/null || true
        for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            is_running || break
            [ "$n" != 15 ] || kill -KILL "$pid" 2>/dev/null || true
            sleep 0.2
        done
        ! is_running || fail "QEMU (process $pid) does not end"
    fi
    for file in kind watch arguments arguments.new pid port id id.pub host_key host_key.pub \
        known_hosts console.log qemu.log ssh.log initrd; do
        rm -f "$dir/$file"
    done
    rm -rf "$dir/keys"
    rmdir "$dir" 2>/dev/null || true
}

start() {
    [ -n "$kind" ] || usage
    [ ! -e "$dir/kind" ] || fail "there is a board in $dir: board.sh stop --dir $dir"
    [ -z "$(ls -A "$dir" 2>/dev/null)" ] || fail "$dir is not empty"
    command -v ssh-keygen >/dev/null || fail "ssh-keygen is not installed: scripts/setup.sh"
    machine
    begun=$(date +%s)
    image=$("$scripts/board-image.sh" "$kind")
    mkdir -p "$dir"
    trap take_away EXIT
    trap 'exit 1' HUP INT TERM
    echo "$kind" >"$dir/kind"
    : >"$dir/arguments"
    add_keys
    launch_somewhere
    echo "$port" >"$dir/port"
    printf '[127.0.0.1]:%s ' "$port" >"$dir/known_hosts"
    cut -d ' ' -f 1,2 "$dir/host_key.pub" >>"$dir/known_hosts"
    wait_for_ssh
    trap - EXIT
    rm "$dir/ssh.log"
    watch_over </dev/null >/dev/null 2>&1 &
    echo $! >"$dir/watch"
    echo "$kind board: up after $(($(date +%s) - begun)) s"
    describe
}

describe() {
    echo "  --login ssh:root@127.0.0.1:$(cat "$dir/port") --known-hosts $dir/known_hosts" \
        "--identity $dir/id"
    echo "  console: $dir/console.log"
}

status() {
    [ -e "$dir/kind" ] || fail "no board in $dir"
    is_running || fail "the $(cat "$dir/kind") board in $dir is off"
    echo "$(cat "$dir/kind") board: running"
    describe
}

[ $# -gt 0 ] || usage
command=$1
shift
kind= dir= cpus=4 gic=3 iommu= minutes=
if [ "$command" = start ]; then
    case ${1:-} in
    arm64 | arm64-rt | x86) kind=$1 && shift ;;
    *) usage ;;
    esac
fi
while [ $# -gt 0 ]; do
    case $1 in
    --dir) [ -n "${2:-}" ] && dir=$2 && shift 2 || usage ;;
    --cpus) number "$1" "${2:-}" 1 8 && cpus=$2 && shift 2 ;;
    --gic) number "$1" "${2:-}" 2 3 && gic=$2 && shift 2 ;;
    --iommu) [ "${2:-}" = smmuv3 ] && iommu=$2 && shift 2 || usage ;;
    --minutes) number "$1" "${2:-}" 1 1440 && minutes=$2 && shift 2 ;;
    *) break ;;
    esac
done
[ "$command" = ssh ] || [ $# = 0 ] || usage
dir=${dir:-$scripts/../build/board}
mkdir -p "$(dirname "$dir")"
dir=$(cd "$(dirname "$dir")" && pwd)/$(basename "$dir")

case $command in
start | status) "$command" ;;
stop)
    [ -e "$dir/kind" ] || fail "no board in $dir"
    take_away
    ;;
ssh)
    is_running || fail "no board runs in $dir"
    remote "$@"
    ;;
*) usage ;;
esac
