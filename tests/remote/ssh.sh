#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# ssh.sh PROGRAM: runs test_ssh.c against a real server.
. "$(dirname "$0")/sshd.sh"
AJ_SSH_LOGIN=$login AJ_SSH_DIR=$ssh_dir AJ_SSH_FINGERPRINT=$fingerprint "$1" ||
    { tail -n 40 "$ssh_dir/log" >&2; exit 1; }
