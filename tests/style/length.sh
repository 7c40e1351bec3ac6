#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# length.sh ROOT: files of at most 800 lines, function bodies of at most 100. Relies on the layout
# that format.sh checks: the braces of a function stand alone in the first column.
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
sh "$here/files.sh" . | grep '\.[ch]$' |
    while IFS= read -r file; do
        awk -v file="$file" '
            /^\{$/ { start = NR }
            /^\}$/ && start && NR - start + 1 > 100 {
                printf "%s:%d: a function of %d lines\n", file, start, NR - start + 1
            }
            /^\}/ { start = 0 }
            END {
                if (NR > 800)
                    printf "%s:%d: a file of %d lines\n", file, NR, NR
            }' "$file"
    done | { ! grep . ; }
