# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests on QEMU boards: $1 of each is the program, $2 the source tree. A board ends
# with its test, or an hour later, whatever became of the test.
set -eu
autojail=$1
source_dir=$2
board_sh=$source_dir/scripts/board.sh
work=$(mktemp -d)
board=$work/board

tidy() {
    [ ! -e "$board/kind" ] || "$board_sh" stop --dir "$board" || true
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

fail() {
    echo "FAILED: $*" >&2
    for file in out err; do
        [ ! -s "$work/$file" ] || sed "s/^/$file: /" "$work/$file" >&2
    done
    [ ! -e "$board/console.log" ] || tail -n 20 "$board/console.log" >&2
    exit 1
}

# start_board KIND [OPTION...]. .ci/run installs QEMU; elsewhere these tests are for who has it.
start_board() {
    case $1 in
    x86) qemu=qemu-system-x86_64 ;;
    *) qemu=qemu-system-aarch64 ;;
    esac
    command -v "$qemu" >/dev/null || {
        echo "skipped: $qemu is not installed (scripts/setup.sh boards)"
        exit 77
    }
    "$board_sh" start "$@" --dir "$board" --minutes 60 || fail "no board"
    login=ssh:root@127.0.0.1:$(cat "$board/port")
}

stop_board() {
    # QEMU takes the file away when it ends
    pid=$(cat "$board/pid" 2>/dev/null) || pid=none
    "$board_sh" stop --dir "$board"
    [ ! -e "$board" ] || fail "files of the board are left"
    [ ! -e "/proc/$pid/exe" ] || fail "QEMU is left"
}

# on_board COMMAND...
on_board() {
    "$board_sh" ssh --dir "$board" "$@"
}

# expect CODE SUBCOMMAND...: of autojail, with the login where the subcommand has one
expect() {
    expected=$1
    subcommand=$2
    shift 2
    case $subcommand in
    extract | test | explore)
        set -- --login "$login" --known-hosts "$board/known_hosts" --identity "$board/id" "$@"
        ;;
    esac
    code=0
    "$autojail" "$subcommand" "$@" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = "$expected" ] || fail "exit code $code instead of $expected: $subcommand $*"
}

# says TEXT: standard error of the last expect contains it
says() {
    grep -qF -- "$1" "$work/err" || fail "'$1' is not in the diagnostics"
}

# What lscpu says on the board is in board.yml.
agrees_with_lscpu() {
    {
        on_board lscpu -J -e=CPU,CORE,SOCKET,NODE,CACHE,ONLINE
        on_board lscpu -J -B -C=NAME,ONE-SIZE
    } | awk -f "$source_dir/tests/qemu/lscpu.awk" | sort -u >"$work/lscpu"
    awk -f "$source_dir/tests/qemu/cpus.awk" board.yml | sort -u >"$work/cpus"
    comm -23 "$work/lscpu" "$work/cpus" >"$work/out"
    [ ! -s "$work/out" ] || fail "lscpu says something else"
    [ "$(grep -c ' online true$' "$work/lscpu")" = "$(on_board nproc)" ] || fail "lscpu says too little"
}

# What lspci says of the board's PCI functions is what board.yml says.
agrees_with_lspci() {
    on_board lspci -Dnvv 2>"$work/err" | awk -f "$source_dir/tests/qemu/lspci.awk" | sort >"$work/lspci"
    awk -f "$source_dir/tests/qemu/pci.awk" board.yml | sort >"$work/functions"
    diff "$work/lspci" "$work/functions" >"$work/out" || fail "lspci says something else"
    grep -q ' msix ' "$work/lspci" || fail "lspci says too little"
}

# The marks that autojail gives to what it starts; on the board the answer is a process's number.
nothing_left() {
    left=$(on_board 'grep -ls AUTOJAIL_RUN= /proc/[0-9]*/environ || true')
    [ -z "$left" ] || fail "something is left running on the board: $left"
    for name in cyclictest stress-ng hackbench; do
        ! on_board pidof "$name" || fail "$name is left running on the board"
    done
}

# no_secret FILE...: the keys of the board are in none of them
no_secret() {
    ! grep -rlaF -e "$(sed -n 2p "$board/id")" -e "$(sed -n 4p "$board/id")" "$@" ||
        fail "a key is told"
}
