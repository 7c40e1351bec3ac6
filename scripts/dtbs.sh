#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: dtbs.sh
# Prints a directory with the device trees of all boards that Debian 12's arm64 and armhf kernels
# know, as ARCH/NAME.dtb. They are fetched once and kept below ~/.cache/autojail ($XDG_CACHE_HOME).
set -eu
umask 077

fail() {
    echo "dtbs.sh: $*" >&2
    exit 1
}

. "$(dirname "$0")/apt.sh"
trees=$cache/dtbs-1
exec 9>"$cache/lock-dtbs"
flock 9
if [ -d "$trees" ]; then
    echo "$trees"
    exit 0
fi

new=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
for pair in arm64:linux-image-arm64 armhf:linux-image-armmp; do
    arch=${pair%%:*}
    prepare_apt "$arch"
    release=$(kernel_release "${pair#*:}")
    (cd "$new" && apt-get download -qq "linux-image-$release" >&2) ||
        fail "linux-image-$release cannot be fetched"
    mkdir "$new/unpacked" "$new/$arch"
    dpkg-deb --fsys-tarfile "$new/linux-image-$release"_*.deb |
        tar -x -C "$new/unpacked" --wildcards './usr/lib/linux-image-*'
    find "$new/unpacked" -name '*.dtb' -exec cp {} "$new/$arch" \;
    basename "$new/linux-image-$release"_*.deb .deb >>"$new/packages"
    rm -r "$new/unpacked" "$new/linux-image-$release"_*.deb
done
chmod 700 "$new"
mv "$new" "$trees"
echo "$trees"
