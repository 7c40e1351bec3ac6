#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: acpi-tables.sh
# Prints a directory with the ACPI tables that the tests of QEMU expect of its machines, out of
# Debian 12's source package: MACHINE/SIGNATURE.VARIANT. They are fetched once.
set -eu
umask 077

. "$(dirname "$0")/apt.sh"

make() {
    prepare_apt amd64
    sed 's/^deb /deb-src /' "$apt/sources.list" >"$new/sources"
    cat "$new/sources" >>"$apt/sources.list"
    apt-get update -qq || echo "some package lists cannot be fetched"
    (cd "$new" && apt-get source --download-only -qq qemu) || fail "qemu cannot be fetched"
    mkdir "$new/source"
    tar -xf "$new"/qemu_*.orig.tar.xz -C "$new/source" --strip-components 1 --wildcards \
        '*/tests/data/acpi/*'
    mv "$new/source/tests/data/acpi"/* "$new/out"
}
once acpi-1 make
