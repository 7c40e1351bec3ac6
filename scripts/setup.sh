#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what building, testing and the demonstration need on Debian 12; nothing if it is there.
# With the word `boards` also what scripts/board.sh needs.
set -eu

packages="gcc cmake ninja-build pkg-config
libyaml-dev libglpk-dev libgsl-dev libcjson-dev libsqlite3-dev libfdt-dev zlib1g-dev libssh-dev
libssl-dev libcairo2-dev libcmocka-dev
openssh-client openssh-server
device-tree-compiler binutils python3-minimal clang-14 clang-format-14 libclang-rt-14-dev valgrind
rt-tests stress-ng procps make openssl glpk-utils coinor-cbc"
[ "${1:-}" != boards ] || packages="$packages qemu-system-arm qemu-system-x86 cpio util-linux
acpica-tools"

missing=
for package in $packages; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing:$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $missing >/dev/null
