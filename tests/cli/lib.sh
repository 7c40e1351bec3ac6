# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the end-to-end tests: $1 of each is the program, $2 the source tree.
set -eu
autojail=$1
source_dir=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# expect CODE COMMAND...: runs it with output in $work/out and $work/err
expect() {
    expected=$1
    shift
    code=0
    "$@" >"$work/out" 2>"$work/err" || code=$?
    if [ "$code" != "$expected" ]; then
        cat "$work/out" "$work/err" >&2
        fail "exit code $code instead of $expected: $*"
    fi
}

# says TEXT: standard error of the last expect contains it
says() {
    grep -qF -- "$1" "$work/err" || {
        cat "$work/err" >&2
        fail "'$1' is not in the diagnostics"
    }
}
