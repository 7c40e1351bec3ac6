# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests that need an ssh server: starts one on a high port of the loopback interface, with
# keys and a configuration of its own, for the user who runs the test. It ends with the test.
#
# Sets: work (a private directory), ssh_dir in it, login. start_guest starts a second one, with a host
# key of its own, and sets guest_login. The sessions find the programs of
# $ssh_dir/bin first: id says "not root" if $ssh_dir/not-root is there, sudo works if
# $ssh_dir/sudo-works is, and sha256sum sees damage if $ssh_dir/damage is.
set -eu

skip() {
    echo "skipped: $*"
    exit 77
}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# One such test at a time on a machine, where that can be had.
alone_here() {
    if command -v flock >/dev/null; then
        exec 9>/tmp/autojail-explore-live.lock
        flock 9
    fi
}

sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || skip "sshd is not installed (openssh-server)"
# sshd lets nobody in whose account is locked, whatever key is shown
[ "$(id -u)" != 0 ] || ! grep -q '^root:!' /etc/shadow || skip "the account of root is locked"
work=$(mktemp -d)
ssh_dir=$work/ssh
sshd_pid=
guest_pid=
tidy() {
    # shellcheck disable=SC2086 # a list of words
    [ -z "$sshd_pid$guest_pid" ] || kill $sshd_pid $guest_pid 2>/dev/null || true
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
[ "\${BY_SUDO:-}" = yes ] && echo 0 && exit
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
cat >"$ssh_dir/bin/sha256sum" <<END
#!/bin/sh
[ ! -e "$ssh_dir/damage" ] || { echo damaged; exit 0; }
exec $(command -v sha256sum) "\$@"
END
chmod +x "$ssh_dir/bin/id" "$ssh_dir/bin/sudo" "$ssh_dir/bin/sha256sum"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# serve NAME HOST_KEY [LINE...]: starts a server with these lines in its configuration; sets port and
# pid. The first line that sshd meets counts.
serve() {
    server=$1 key=$2
    shift 2
    port=$(free_port)
    : >"$ssh_dir/$server.log"
    {
        printf '%s\n' "$@"
        cat <<END
Port $port
ListenAddress 127.0.0.1
HostKey $ssh_dir/$key
PidFile $ssh_dir/$server.pid
AuthorizedKeysFile $ssh_dir/authorized_keys
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
LogLevel VERBOSE
SetEnv PATH=$ssh_dir/bin:$PATH
END
    } >"$ssh_dir/$server.config"
    "$sshd" -t -f "$ssh_dir/$server.config" || fail "sshd refuses its configuration"
    "$sshd" -D -f "$ssh_dir/$server.config" -E "$ssh_dir/$server.log" &
    pid=$!
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        grep -q 'Server listening' "$ssh_dir/$server.log" 2>/dev/null && return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
    done
    kill "$pid" 2>/dev/null || true
    pid=
    return 1
}
# serve_surely: another program may have taken the port in between
serve_surely() {
    serve "$@" || serve "$@" || {
        cat "$ssh_dir/$1.log" >&2
        fail "sshd does not start"
    }
}
known() {
    printf '[127.0.0.1]:%s ' "$port"
    cut -d ' ' -f 1,2 "$ssh_dir/$1.pub"
}

# restart_sshd [LINE...]
restart_sshd() {
    [ -z "$sshd_pid" ] || kill "$sshd_pid"
    serve_surely sshd host_key "$@"
    sshd_pid=$pid
    known host_key >"$ssh_dir/known_hosts"
    known other_key >"$ssh_dir/known_changed"
    known other_kind >"$ssh_dir/known_other"
    : >"$ssh_dir/known_empty"
    login=ssh:$(id -un)@127.0.0.1:$port
}

# start_guest [LINE...]: after the last restart_sshd; known_guest_changed has another key of it alone
start_guest() {
    [ -z "$guest_pid" ] || kill "$guest_pid"
    serve_surely guest other_key "$@"
    guest_pid=$pid
    cp "$ssh_dir/known_hosts" "$ssh_dir/known_guest_changed"
    known host_key >>"$ssh_dir/known_guest_changed"
    known other_key >>"$ssh_dir/known_hosts"
    guest_login=ssh:$(id -un)@127.0.0.1:$port
}

restart_sshd
fingerprint=$(ssh-keygen -l -f "$ssh_dir/host_key.pub" | cut -d ' ' -f 2)
