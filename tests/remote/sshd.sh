# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests that need an ssh server: starts one on a high port of the loopback interface, with
# keys and a configuration of its own, for the user who runs the test. It ends with the test.
#
# Sets: work (a private directory), ssh_dir in it, login. The sessions find the programs of
# $ssh_dir/bin first: id says "not root" if $ssh_dir/not-root is there, and sudo works if
# $ssh_dir/sudo-works is.
set -eu

skip() {
    echo "skipped: $*"
    exit 77
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || skip "sshd is not installed (openssh-server)"
# sshd lets nobody in whose account is locked, whatever key is shown
[ "$(id -u)" != 0 ] || ! grep -q '^root:!' /etc/shadow || skip "the account of root is locked"
work=$(mktemp -d)
ssh_dir=$work/ssh
sshd_pid=
tidy() {
    [ -z "$sshd_pid" ] || kill "$sshd_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM
mkdir -m 700 "$ssh_dir" "$ssh_dir/bin"

new_key() {
    ssh-keygen -q -t "${2:-ed25519}" -N "${3:-}" -C test -f "$ssh_dir/$1"
}
new_key host_key
new_key id
new_key id_wrong
new_key id_locked ed25519 'pass phrase of a test'
new_key other_key
new_key other_kind ecdsa
cat "$ssh_dir/id.pub" "$ssh_dir/id_locked.pub" >"$ssh_dir/authorized_keys"

# The server wants this directory where it runs as root; init makes it on a running system.
[ "$(id -u)" != 0 ] || mkdir -p -m 0755 /run/sshd

cat >"$ssh_dir/bin/id" <<END
#!/bin/sh
[ -e "$ssh_dir/not-root" ] || exec $(command -v id) "\$@"
echo 1000
END
cat >"$ssh_dir/bin/sudo" <<END
#!/bin/sh
[ -e "$ssh_dir/sudo-works" ] || { echo "sudo: a password is required" >&2; exit 1; }
shift
[ "\$1" != -- ] || shift
BY_SUDO=yes exec "\$@"
END
chmod +x "$ssh_dir/bin/id" "$ssh_dir/bin/sudo"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_sshd [NAME=VALUE]: the sessions have this in their environment
start_sshd() {
    port=$(free_port)
    : >"$ssh_dir/log"
    cat >"$ssh_dir/config" <<END
Port $port
ListenAddress 127.0.0.1
HostKey $ssh_dir/host_key
PidFile $ssh_dir/sshd.pid
AuthorizedKeysFile $ssh_dir/authorized_keys
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
LogLevel VERBOSE
SetEnv PATH=$ssh_dir/bin:$PATH ${1:-}
END
    "$sshd" -t -f "$ssh_dir/config" || fail "sshd refuses its configuration"
    "$sshd" -D -f "$ssh_dir/config" -E "$ssh_dir/log" &
    sshd_pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q 'Server listening' "$ssh_dir/log" 2>/dev/null && return 0
        kill -0 "$sshd_pid" 2>/dev/null || break
        sleep 0.5
    done
    kill "$sshd_pid" 2>/dev/null || true
    sshd_pid=
    return 1
}
known() {
    printf '[127.0.0.1]:%s ' "$port"
    cut -d ' ' -f 1,2 "$ssh_dir/$1.pub"
}

# restart_sshd [NAME=VALUE]
restart_sshd() {
    [ -z "$sshd_pid" ] || kill "$sshd_pid"
    # another program may have taken the port in between
    start_sshd "$@" || start_sshd "$@" || {
        cat "$ssh_dir/log" >&2
        fail "sshd does not start"
    }
    known host_key >"$ssh_dir/known_hosts"
    known other_key >"$ssh_dir/known_changed"
    known other_kind >"$ssh_dir/known_other"
    : >"$ssh_dir/known_empty"
    login=ssh:$(id -un)@127.0.0.1:$port
}
restart_sshd
fingerprint=$(ssh-keygen -l -f "$ssh_dir/host_key.pub" | cut -d ' ' -f 2)
