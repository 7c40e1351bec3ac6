#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# jump.sh PROGRAM: runs test_jump.c against two real servers, and against one that forwards nothing.
. "$(dirname "$0")/sshd.sh"
# the guest has no SFTP, as small systems have none; the root does
restart_sshd "Subsystem sftp internal-sftp"
cp "$ssh_dir/known_hosts" "$ssh_dir/known_root_only"
start_guest
root_login=$login known=$(cat "$ssh_dir/known_hosts")
serve_surely closed host_key "AllowTcpForwarding no"
closed_pid=$pid
trap 'kill "$closed_pid"; tidy' EXIT
{
    echo "$known"
    known host_key
} >"$ssh_dir/known_hosts"
AJ_SSH_LOGIN=$root_login AJ_SSH_GUEST=$guest_login AJ_SSH_CLOSED=ssh:$(id -un)@127.0.0.1:$port \
    AJ_SSH_DIR=$ssh_dir "$1" || {
    tail -n 40 "$ssh_dir/sshd.log" "$ssh_dir/guest.log" >&2
    exit 1
}
