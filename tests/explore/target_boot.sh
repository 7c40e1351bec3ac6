#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# target_boot.sh PROGRAM: runs test_target_boot.c with this machine in the place of a board that boots:
# its kernel's files are a tree, its boot loader's arguments a file there, and "reboot" ends the ssh
# server with all its sessions, says in the tree that it booted, and starts the server again.
. "$(dirname "$0")/../remote/sshd.sh"
board=$work/board
mkdir -p "$board/proc/sys/kernel/random" "$board/proc/irq" "$board/sys/devices/system/cpu" "$board/run"
echo '  CPU0' >"$board/proc/interrupts"
echo quiet >"$board/base"
: >"$board/sys/devices/system/cpu/isolated"
cat >"$board/boots" <<END
#!/bin/sh
# the kernel starts
echo "\$(cat $board/base) \$(cat $board/arguments)" | sed 's/ *\$//' >$board/proc/cmdline
sed -n 's/.*isolcpus=\\([0-9,-]*\\).*/\\1/p' $board/proc/cmdline >$board/sys/devices/system/cpu/isolated
cat /proc/sys/kernel/random/uuid >$board/proc/sys/kernel/random/boot_id
echo boot >>$board/log
END
cat >"$ssh_dir/bin/set-arguments" <<END
#!/bin/sh
[ ! -e $board/read-only ] || { echo 'read-only file system' >&2; exit 4; }
printf '%s\n' "\$*" >$board/arguments
END
# Nobody answers for a second.
cat >"$ssh_dir/bin/reboot" <<END
#!/bin/sh
[ ! -e $board/stays ] || exit 0
trap '' HUP TERM
exec >>$board/reboot.log 2>&1
server=\$(cat $ssh_dir/sshd.pid)
for s in \$(ps -e -o pid=,ppid= | sed -n "s/^ *\\([0-9]*\\)  *\$server\\\$/\\1/p"); do
    kill -KILL \$s
done
kill -KILL \$server
[ ! -e $board/hangs ] || exit 0
sleep 1
sh $board/boots
exec $sshd -D -f $ssh_dir/sshd.config -E $ssh_dir/sshd.log
END
chmod +x "$ssh_dir/bin/set-arguments" "$ssh_dir/bin/reboot"
: >"$board/arguments"
sh "$board/boots"
end_board() {
    kill "$(cat "$ssh_dir/sshd.pid")" 2>/dev/null || true
    sshd_pid=
    tidy
}
trap end_board EXIT
AJ_BOARD=$board AJ_SSH=$login AJ_SSH_DIR=$ssh_dir "$1"
