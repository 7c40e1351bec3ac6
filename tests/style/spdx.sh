#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# spdx.sh ROOT: sources, scripts and build files begin with their licence (behind #! if there is
# one).
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
sh "$here/files.sh" . |
    grep -E '(\.(c|h|sh|awk|py|cmake|yml|yaml)|/CMakeLists\.txt|^CMakeLists\.txt|^scripts/.*|^\.ci/.*)$' |
    grep -vE '^examples/[^/]*/board\.yml$' | # written by autojail
    while IFS= read -r file; do
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-3\.0-or-later' ||
            printf '%s:1: no SPDX-License-Identifier: GPL-3.0-or-later\n' "$file"
    done | { ! grep . ; }
