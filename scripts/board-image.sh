#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: board-image.sh arm64|arm64-rt|x86
# Makes the kernel and the initramfs of a board for board.sh from Debian 12's packages, and prints
# the directory they are in: `kernel`, `initrd`. They are made once and kept below
# ~/.cache/autojail ($XDG_CACHE_HOME); remove that directory to have newer packages.
#
# apt fetches and verifies the packages with a configuration and a state of its own: a foreign
# architecture changes nothing on this machine, and nobody has to be root.
set -eu
umask 077

. "$(dirname "$0")/apt.sh"

case ${1:-} in
arm64) arch=arm64 linux=linux-image-arm64 extra= ;;
arm64-rt) arch=arm64 linux=linux-image-rt-arm64 extra= ;;
x86) arch=amd64 linux=linux-image-amd64 extra=libipsec-mb1 ;;
*) fail "usage: board-image.sh arm64|arm64-rt|x86" ;;
esac

programs="bin/busybox usr/sbin/dropbear usr/bin/dropbearconvert usr/lib/openssh/sftp-server
usr/bin/lscpu usr/bin/lspci usr/bin/cyclictest usr/bin/hackbench usr/bin/stress-ng"

# What these are in, and what the libraries they want are in; apt would add the rest of a system.
packages="busybox-static dropbear-bin openssh-sftp-server util-linux pciutils rt-tests stress-ng
libapparmor1 libbsd0 libc6 libcap2 libcrypt1 libdrm2 libegl1 libexpat1 libffi8 libgbm1 libgcc-s1 libgles2
libglvnd0 libgmp10 libjpeg62-turbo libjudydebian1 libkmod2 liblzma5 libmd0 libnuma1 libpci3 libsctp1
libsmartcols1 libssl3 libtinfo6 libtomcrypt1 libtommath1 libudev1 libwayland-server0 libxxhash0 libzstd1
zlib1g $extra"

# In the order in which they are loaded; some kernels have some of them built in.
modules="drivers/virtio/virtio_ring drivers/virtio/virtio net/core/failover drivers/net/net_failover drivers/net/virtio_net
drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev
drivers/virtio/virtio_pci drivers/virtio/virtio_mmio drivers/char/hw_random/virtio-rng"

for tool in cpio readelf flock; do
    command -v "$tool" >/dev/null || fail "$tool is not installed: scripts/setup.sh boards"
done

# Puts the packages into $apt/debs; those that are there already are not fetched again.
fetch() {
    release=$(kernel_release "$linux")
    mkdir -p "$apt/debs"
    # shellcheck disable=SC2086 # a list of words
    (cd "$apt/debs" && apt-get download -qq "linux-image-$release" $packages >&2) ||
        fail "the packages cannot be fetched"
}

# deb PACKAGE: its file
deb() {
    # the newest of several; the names are apt's
    # shellcheck disable=SC2012
    ls -t "$apt/debs/$1"_*.deb | head -n 1
}

take_kernel() {
    loaded=
    dpkg-deb --fsys-tarfile "$(deb "linux-image-$release")" >"$tree/linux.tar"
    tar -xf "$tree/linux.tar" -C "$tree" ./boot "./lib/modules/$release/modules.builtin"
    cp "$tree/boot/vmlinuz-$release" "$tree/out/kernel"
    mkdir -p "$tree/root/lib/modules/$release" "$tree/root/boot"
    cp "$tree/boot/config-$release" "$tree/root/boot"
    for module in $modules; do
        ! grep -qxF "kernel/$module.ko" "$tree/lib/modules/$release/modules.builtin" || continue
        tar -xf "$tree/linux.tar" -C "$tree" "./lib/modules/$release/kernel/$module.ko"
        cp "$tree/lib/modules/$release/kernel/$module.ko" "$tree/root/lib/modules/$release"
        loaded="$loaded ${module##*/}"
    done
}

# needed FILE: the names of the libraries it wants
needed() {
    readelf -d "$1" 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

take_programs() {
    for package in $packages; do
        dpkg-deb -x "$(deb "$package")" "$tree/unpacked"
    done
    queue=
    for program in $programs; do
        mkdir -p "$tree/root/${program%/*}"
        cp "$tree/unpacked/$program" "$tree/root/$program"
        queue="$queue $tree/root/$program"
    done
    # where dropbear looks for it
    ln -s openssh/sftp-server "$tree/root/usr/lib/sftp-server"
    loader=$(readelf -l "$tree/root/usr/sbin/dropbear" |
        sed -n 's:.*program interpreter\: /\(.*\)\]:\1:p')
    mkdir -p "$tree/root/${loader%/*}"
    cp -L "$tree/unpacked/$loader" "$tree/root/$loader"
    mkdir -p "$tree/root/usr/lib"
    while [ -n "$queue" ]; do
        # shellcheck disable=SC2086 # a list of words
        wanted=$(for file in $queue; do needed "$file"; done | sort -u)
        queue=
        for library in $wanted; do
            [ ! -e "$tree/root/usr/lib/$library" ] || continue
            found=$(find "$tree/unpacked" -name "$library" | head -n 1)
            [ -n "$found" ] || fail "no package has $library"
            cp -L "$found" "$tree/root/usr/lib/$library"
            queue="$queue $tree/root/usr/lib/$library"
        done
    done
}

# What runs before anybody can log in. board.sh adds the keys, /etc/host_key and
# /root/.ssh/authorized_keys.
write_system() {
    cd "$tree/root"
    mkdir -p dev proc sys run tmp root/.ssh etc sbin var/tmp
    chmod 700 root root/.ssh
    chmod 1777 tmp var/tmp
    ln -s ../bin/busybox sbin/init
    ln -s sbin/init init
    echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
    echo 'root:x:0:' >etc/group
    echo /bin/sh >etc/shells
    echo /usr/lib >etc/ld.so.conf
    cat >etc/inittab <<'END'
::sysinit:/bin/busybox sh /etc/rc
::respawn:/usr/sbin/dropbear -F -E -s -r /etc/dropbear_host_key
::shutdown:/bin/umount -a
END
    {
        echo "modules='$loaded'"
        cat <<'END'
/bin/busybox --install -s
check() {
    "$@" || echo "board: failed: $*"
}
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t debugfs debugfs /sys/kernel/debug
hostname board
for module in $modules; do
    check insmod "/lib/modules/$(uname -r)/$module.ko"
done
ifconfig lo 127.0.0.1 up
check ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
route add default gw 10.0.2.2
check dropbearconvert openssh dropbear /etc/host_key /etc/dropbear_host_key
minutes=$(sed -n 's/.*board_minutes=\([0-9]*\).*/\1/p' /proc/cmdline)
[ -z "$minutes" ] || (sleep "$((minutes * 60))" && poweroff -f) >/dev/null 2>&1 &
echo "board: up after $(cut -d ' ' -f 1 /proc/uptime) s"
END
    } >etc/rc
    cd "$tree"
}

make() {
    prepare_apt "$arch"
    fetch
    tree=$new
    mkdir "$tree/root" "$tree/unpacked"
    take_kernel
    take_programs
    write_system
    (cd "$tree/root" && find . | sort | cpio --quiet -o -H newc -R 0:0) >"$tree/out/initrd"
    # those that earlier versions of this file made
    rm -rf "$cache/board-$kind"-[0-9]*
}
kind=$1
once "board-$kind-$(cksum <"$0" | cut -d ' ' -f 1)" make
