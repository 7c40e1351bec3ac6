#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail explore with a knob that takes a reboot, on this machine in the place of a board that boots:
# its sessions see another kernel command line and boot id, and "reboot" changes both and ends them.
# Once it boots by itself.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
cd "$work"
command -v cyclictest >/dev/null || skip "cyclictest is not installed"
[ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || skip "there is one CPU only"
cyclictest -q -m -p 90 -i 1000 -l 10 -a 0 -t 1 >/dev/null 2>&1 ||
    skip "latencies cannot be measured here (no right to SCHED_FIFO)"

alone_here # an exploration ends the watcher that an earlier one left
board=$work/board
mkdir "$board"
: >"$board/arguments"
cat >"$board/boots" <<END
echo boot >>$board/log
echo "quiet \$(cat $board/arguments)" | sed 's/ *\$//' >$board/cmdline
cp /proc/sys/kernel/random/uuid $board/boot_id.new
mv $board/boot_id.new $board/boot_id
for s in \$(ps -e -o pid=,ppid= | sed -n "s/^ *\\([0-9]*\\)  *\$(cat $ssh_dir/sshd.pid)\\\$/\\1/p"); do
    kill -KILL \$s
done
END
sh "$board/boots"
cat >"$ssh_dir/bin/cat" <<END
#!/bin/sh
case \$* in
/proc/cmdline) exec $(command -v cat) $board/cmdline;;
/proc/sys/kernel/random/boot_id) exec $(command -v cat) $board/boot_id;;
esac
exec $(command -v cat) "\$@"
END
cat >"$ssh_dir/bin/set-arguments" <<END
#!/bin/sh
echo "\$1" >$board/arguments
END
cat >"$ssh_dir/bin/reboot" <<END
#!/bin/sh
exec sh $board/boots
END
chmod +x "$ssh_dir/bin/cat" "$ssh_dir/bin/set-arguments" "$ssh_dir/bin/reboot"

cp "$source_dir"/tests/cli/this-machine/* .
echo 'boot: {set: set-arguments, limit: 60 s}' >>autojail.yml
sed -i -e '/^load:/,/root:/d' -e '/^space:/,$d' explore.yml
cat >>explore.yml <<'END'
space:
  knobs:
    threadirqs: ["off", "on"]
    timer_migration: ["on", "off"]
END
: >err
"$autojail" explore --login "$login" --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id" \
    >out 2>err &
running=$!
tries=0
while ! grep -q '^run [0-9]* of 6 ' err; do
    tries=$((tries + 1))
    [ $tries -le 600 ] && kill -0 $running 2>/dev/null || {
        cat err >&2
        fail "no run"
    }
    sleep 0.2
done
sleep 1
sh "$board/boots"
wait $running || {
    cat out err >&2
    fail "no exploration"
}
grep -qF 'warning[target-lost]: it has booted by itself' err || {
    cat err >&2
    fail "nobody says that the board booted"
}
grep -q '^run .*: void.*the target was lost' err || fail "the run of that boot counts"
grep -q '^run .*[0-9] %.*threadirqs of root: on' err || {
    cat err >&2
    fail "the other boot is not measured"
}
# at first, by itself, for the knob, and at the end
[ "$(wc -l <"$board/log")" -ge 4 ] || fail "$(wc -l <"$board/log") boots"
[ "$(cat "$board/cmdline")" = quiet ] || fail "the arguments stay: $(cat "$board/cmdline")"
[ -z "$(cat "$board/arguments")" ] || fail "the loader keeps: $(cat "$board/arguments")"
