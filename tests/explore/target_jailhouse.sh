#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# target_jailhouse.sh PROGRAM SOURCES: runs test_target_jailhouse.c with a make-believe Jailhouse on
# this machine and an ssh server in the place of the guest; through another one the machine is a root
# that boots: its sessions end, and what was up is down, or it crashed.
. "$(dirname "$0")/../remote/sshd.sh"
cp "$2/tests/support/jailhouse.sh" "$ssh_dir/bin/jailhouse"
chmod +x "$ssh_dir/bin/jailhouse"
: >"$ssh_dir/sudo-works"
board=$work/board
cat >"$ssh_dir/bin/set-arguments" <<END
#!/bin/sh
printf '%s\n' "\$1" >$board/arguments
END
cat >"$ssh_dir/bin/reboot" <<END
#!/bin/sh
trap '' HUP TERM
[ "\$(cat $board/sys/devices/jailhouse/enabled)" = 0 ] && echo reboot >>$board/log || echo crash >>$board/log
echo "quiet \$(cat $board/arguments)" | sed 's/ *\$//' >$board/proc/cmdline
cat /proc/sys/kernel/random/uuid >$board/proc/sys/kernel/random/boot_id
for s in \$(ps -e -o pid=,ppid= | sed -n "s/^ *\([0-9]*\)  *\$(cat $ssh_dir/sshd.pid)\\\$/\1/p"); do
    kill -KILL \$s
done
END
chmod +x "$ssh_dir/bin/set-arguments" "$ssh_dir/bin/reboot"
restart_sshd "SetEnv PATH=$ssh_dir/bin:$PATH AUTOJAIL_ROOT=$board"
start_guest
AJ_SSH=$login PATH=$ssh_dir/bin:$PATH AJ_SSH_GUEST=$guest_login AJ_SSH_DIR=$ssh_dir AJ_SOURCES=$2 \
    AUTOJAIL_ROOT=$board "$1"
