#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# In the place of the program jailhouse: keeps the driver's tree below $AUTOJAIL_ROOT as the real one
# does, logs what it is told, and fails as the real one was seen to fail. Switches: files there that
# are called after what goes wrong.
b=$AUTOJAIL_ROOT
j=$b/sys/devices/jailhouse
echo "$*" >>"$b/log"
on() { [ -e "$b/$1" ]; }
dir_of() { grep -lx "$1" "$j"/cells/*/name | sed 's:/name$::'; }
fail() {
    echo "$1" >&2
    exit 1
}
# cpus CELL: the set behind the description of 132 bytes
cpus() {
    bits=$(od -An -tu1 -j132 -N1 "$1")
    list=
    for cpu in 0 1 2 3 4 5 6 7; do
        [ $((bits >> cpu & 1)) = 0 ] || list=${list:+$list,}$cpu
    done
    echo "$list"
}
create() {
    name=$(strings -n 3 "$1" | sed -n 2p)
    on create-pretends && return
    on create-hangs && sleep 100
    [ -z "$(dir_of "$name")" ] || fail 'JAILHOUSE_CELL_CREATE: File exists'
    n=1
    while [ -e "$j/cells/$n" ]; do n=$((n + 1)); done
    mkdir -p "$j/cells/$n"
    echo "$name" >"$j/cells/$n/name"
    echo 'shut down' >"$j/cells/$n/state"
    cpus "$1" >"$j/cells/$n/cpus_assigned_list"
    on other-cpu && echo 0 >"$j/cells/$n/cpus_assigned_list"
    echo >"$j/cells/$n/cpus_failed_list"
}
case "$1 ${2:-}" in
enable*)
    on enable-refused && fail 'JAILHOUSE_ENABLE: Invalid argument'
    mkdir -p "$j/cells"
    echo 1 >"$j/enabled" ;;
disable*)
    [ -z "$(ls "$j/cells")" ] || fail 'JAILHOUSE_DISABLE: Device or resource busy'
    on lost-cpu && echo 0-2 >"$b/sys/devices/system/cpu/online"
    echo 0 >"$j/enabled" ;;
'cell create') create "$3" ;;
'cell load') on load-refused && fail 'JAILHOUSE_CELL_LOAD: Invalid argument' ;;
'cell start') echo running >"$(dir_of "$3")/state" ;;
'cell linux')
    create "$3"
    d=$(dir_of "$name")
    echo running >"$d/state"
    on linux-fails && { echo failed >"$d/state"; echo 3 >"$d/cpus_failed_list"; } ;;
'cell destroy') on destroy-pretends || rm -r "$(dir_of "$3")" ;;
'cell list') ;;
*) exit 1 ;;
esac
exit 0
