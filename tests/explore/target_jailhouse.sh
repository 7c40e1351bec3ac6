#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# target_jailhouse.sh PROGRAM SOURCES: runs test_target_jailhouse.c with a make-believe Jailhouse on
# this machine and an ssh server in the place of the guest.
. "$(dirname "$0")/../remote/sshd.sh"
cp "$2/tests/support/jailhouse.sh" "$ssh_dir/bin/jailhouse"
chmod +x "$ssh_dir/bin/jailhouse"
: >"$ssh_dir/sudo-works"
start_guest
PATH=$ssh_dir/bin:$PATH AJ_SSH_GUEST=$guest_login AJ_SSH_DIR=$ssh_dir AJ_SOURCES=$2 \
    AUTOJAIL_ROOT=$work/board "$1"
