#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layers.sh ROOT: holds every #include against the table in cmake/layers.cmake.
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
sh "$here/files.sh" . | grep '\.[ch]$' | awk -f "$here/layers.awk"
