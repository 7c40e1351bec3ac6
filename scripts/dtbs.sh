#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: dtbs.sh
# Prints a directory with the device trees of all boards that Debian 12's arm64 and armhf kernels
# know, as ARCH/NAME.dtb. They are fetched once.
set -eu
umask 077

. "$(dirname "$0")/apt.sh"

make() {
    for pair in arm64:linux-image-arm64 armhf:linux-image-armmp; do
        arch=${pair%%:*}
        prepare_apt "$arch"
        release=$(kernel_release "${pair#*:}")
        (cd "$new" && apt-get download -qq "linux-image-$release") ||
            fail "linux-image-$release cannot be fetched"
        mkdir "$new/unpacked" "$new/out/$arch"
        dpkg-deb --fsys-tarfile "$new/linux-image-$release"_*.deb |
            tar -x -C "$new/unpacked" --wildcards './usr/lib/linux-image-*'
        find "$new/unpacked" -name '*.dtb' -exec cp {} "$new/out/$arch" \;
        basename "$new/linux-image-$release"_*.deb .deb >>"$new/out/packages"
        rm -r "$new/unpacked"
    done
}
once dtbs-1 make
