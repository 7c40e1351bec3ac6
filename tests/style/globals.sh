#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# globals.sh BUILD: no object of our libraries and of the program is writable at run time, but for
# the exceptions here. Tables of pointers that the loader relocates (.data.rel.ro) are constant.
#
#           object file  variable
exceptions='arena.c.o    oom_handler
            main.c.o     interrupted'

command -v objdump >/dev/null || exit 77
files=$(find "$1" -name 'libaj_*.a' ! -path '*/tests/*' -o -path '*/cli/CMakeFiles/*' -name '*.o')
if [ -z "$files" ]; then
    echo "$1: no libraries"
    exit 1
fi
# A line of objdump: address, seven flag columns, section, size, name; flag O = object. Names with
# two leading underscores belong to the compiler's instrumentation.
echo "$files" | sort | xargs objdump -t | awk -v exceptions="$exceptions" '
    BEGIN {
        count = split(exceptions, words, " ")
        for (i = 1; i < count; i += 2)
            excepted[words[i], words[i + 1]] = 1
    }
    / file format / { member = $1; sub(/:$/, "", member); sub(/.*\//, "", member); next }
    substr($0, 24, 1) != "O" { next }
    {
        section = substr($0, 26)
        sub(/[ \t].*/, "", section)
        name = $NF
        sub(/\.[0-9]+$/, "", name)
        writable = section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ &&
                   section !~ /^\.data\.rel\.ro/
        if (writable && name !~ /^(__|\.L)/ && !((member, name) in excepted)) {
            printf "%s: %s is a mutable variable (%s)\n", member, name, section
            bad = 1
        }
        seen++
    }
    END {
        if (!seen) {
            print "no objects seen: is this objdump of GNU?"
            bad = 1
        }
        exit bad
    }'
