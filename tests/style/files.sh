#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# files.sh ROOT [all]: the project's files, one per line, relative to ROOT and sorted: what git
# tracks, or everything but build directories where there is no git. Without `all`, leaves out the
# data of tests, which other programs wrote or which is compared byte by byte.
cd "$1" || exit 1
data='^tests/(.*/)?(bad|corpus|data|expect|golden|snapshots?)/'
[ "$2" != all ] || data='^$'
{
    if [ -e .git ] && git ls-files >/dev/null 2>&1; then
        git ls-files
    else
        find . -type f ! -path './build/*' ! -path './.git/*' | sed 's|^\./||'
    fi
} | LC_ALL=C sort | grep -Ev "$data" | while IFS= read -r file; do
    [ ! -f "$file" ] || printf '%s\n' "$file"
done
