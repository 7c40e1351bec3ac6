#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: acpi-tables.sh
# Prints a directory with the ACPI tables that the tests of QEMU expect of its PCs, out of Debian
# 12's source package: MACHINE/SIGNATURE.VARIANT. They are fetched once and kept below
# ~/.cache/autojail ($XDG_CACHE_HOME).
set -eu
umask 077

fail() {
    echo "acpi-tables.sh: $*" >&2
    exit 1
}

. "$(dirname "$0")/apt.sh"
tables=$cache/acpi-1
exec 9>"$cache/lock-acpi"
flock 9
if [ -d "$tables" ]; then
    echo "$tables"
    exit 0
fi

new=$(mktemp -d "$cache/tmp.XXXXXX")
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
prepare_apt amd64
sed 's/^deb /deb-src /' "$apt/sources.list" >"$new/sources"
cat "$new/sources" >>"$apt/sources.list"
apt-get update -qq || echo "some package lists cannot be fetched" >&2
(cd "$new" && apt-get source --download-only -qq qemu >&2) || fail "qemu cannot be fetched"
mkdir "$new/source"
tar -xf "$new"/qemu_*.orig.tar.xz -C "$new/source" --strip-components 1 --wildcards \
    '*/tests/data/acpi/*'
mv "$new/source/tests/data/acpi" "$new/acpi"
mv "$new/acpi" "$tables"
echo "$tables"
