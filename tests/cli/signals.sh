#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ^C ends a run that waits for an input, with its own exit code and nothing written; so do SIGTERM and SIGHUP.
. "$(dirname "$0")/lib.sh"
cp "$source_dir"/examples/qemu-arm64/*.yml "$work"
cd "$work"

# interrupted SIGNAL CODE: sent while the program reads cells.yml, whose writer it waits for
interrupted() {
    rm -f cells.yml
    mkfifo cells.yml
    "$autojail" config >out 2>err &
    pid=$!
    exec 3>cells.yml # returns when the program has opened its end
    kill -s "$1" "$pid"
    exec 3>&-
    code=0
    wait "$pid" || code=$?
    [ "$code" = "$2" ] || { cat err >&2; fail "SIG$1: exit code $code instead of $2"; }
    [ ! -s out ] || fail "SIG$1: something on standard output"
    [ ! -e build ] || fail "SIG$1: something was written"
}

interrupted INT 130
says 'error[interrupted]'
interrupted TERM 130
says 'error[interrupted]'
interrupted HUP 130
