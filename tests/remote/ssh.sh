#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ssh.sh PROGRAM: runs test_ssh.c against a real server, then against one that has SFTP.
. "$(dirname "$0")/sshd.sh"
program=$1
run() {
    AJ_SSH_LOGIN=$login AJ_SSH_DIR=$ssh_dir AJ_SSH_FINGERPRINT=$fingerprint "$program" || {
        tail -n 40 "$ssh_dir/sshd.log" >&2
        exit 1
    }
}
run
restart_sshd "Subsystem sftp internal-sftp"
AJ_SSH_SFTP=yes run
