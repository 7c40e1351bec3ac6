#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail test with cells: files are brought to a real ssh server, its make-believe Jailhouse keeps
# state as the driver does and fails as the real one was seen to fail, a second server is the guest.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
cd "$work"
board=$work/board
mkdir -p "$board/sys/devices/system/cpu" "$board/proc" project

cp "$source_dir/tests/support/jailhouse.sh" "$ssh_dir/bin/jailhouse"
chmod +x "$ssh_dir/bin/jailhouse"
: >"$ssh_dir/sudo-works"
environment="SetEnv PATH=$ssh_dir/bin:$PATH AUTOJAIL_ROOT=$board"
restart_sshd "$environment" "Subsystem sftp internal-sftp"
start_guest "$environment"

cd project
cp "$source_dir/examples/qemu-arm64/board.yml" .
sed "s|^    os: bare|    image: $board/image\n&|; s|^    os: linux|    kernel: $board/kernel\n&|" \
    "$source_dir/examples/qemu-arm64/cells.yml" >cells.yml
cat >autojail.yml <<END
name: demo
arch: arm64
login: $login
jump: $guest_login
deploy_dir: $board/deploy here
END
"$autojail" config >../out 2>../err || { cat ../err; fail "no configuration"; }
: >"$board/kernel"
: >"$board/image"
echo '40000000-77acffff : System RAM' >"$board/proc/iomem"
cat >test.yml <<'END'
boot_limit: 2 s
tests:
  root: {run: [sh, -c, 'cat "$AUTOJAIL_ROOT"/sys/devices/jailhouse/cells/*/name'], checks: {stdout: [^linux$, ^bare-metal$]}}
  guest: {cell: linux, run: [echo, "in the guest"], checks: {stdout: [guest]}}
END

# fresh [SWITCH...]: a board where nothing was started, with these things wrong
fresh() {
    rm -rf "$board/sys/devices/jailhouse" "$board/log" test_results.yml
    for switch in enable-refused create-hangs linux-fails destroy-pretends lost-cpu; do
        rm -f "$board/$switch"
    done
    mkdir -p "$board/sys/devices/jailhouse/cells"
    echo 0 >"$board/sys/devices/jailhouse/enabled"
    echo 0-3 >"$board/sys/devices/system/cpu/online"
    : >"$board/log"
    for switch; do : >"$board/$switch"; done
}
# runs CODE [OPTION...]
runs() {
    expected=$1
    shift
    code=0
    "$autojail" test --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id" "$@" >../out 2>../err || code=$?
    [ "$code" = "$expected" ] || {
        cat ../out ../err test_results.yml "$board/log" >&2
        fail "exit code $code instead of $expected"
    }
}
says() {
    grep -qF -- "$1" ../err || { cat ../err >&2; fail "'$1' is not in the diagnostics"; }
}
# is TEST OUTCOME [TEXT]
is() {
    found=$(sed -n "/^  $1:/,/outcome/s/^    outcome: //p" test_results.yml)
    [ "$found" = "$2" ] || { cat test_results.yml >&2; fail "$1 is '$found' instead of $2"; }
    [ -z "${3-}" ] || grep -qF -- "$3" test_results.yml || { cat test_results.yml >&2; fail "no '$3'"; }
}
# nothing of it is left running
all_stopped() {
    [ "$(cat "$board/sys/devices/jailhouse/enabled")" = 0 ] || fail "still enabled"
    [ -z "$(ls "$board/sys/devices/jailhouse/cells")" ] || fail "cells are left"
}

fresh
runs 0 --junit junit.xml
is root pass
is guest pass
all_stopped
[ "$(grep -c . "$board/log")" -ge 8 ] || fail "steps are missing"
grep destroy "$board/log" | head -n 1 | grep -q linux || fail "not stopped in reverse order"
for name in cells/demo.cell cells/demo-linux.cell dtb/demo-linux.dtb plan.yml start.sh; do
    cmp "build/$name" "$board/deploy here/$name" || fail "$name did not arrive"
    sum=$(sha256sum <"build/$name")
    grep -A 1 "name: $name" test_results.yml | grep -q "sha256: \"*${sum%% *}" || fail "no digest of $name"
done
[ -x "$board/deploy here/start.sh" ] && [ ! -x "$board/deploy here/plan.yml" ] || fail "permissions"
grep -q '^  plan:' test_results.yml || fail "the results do not have the plan"
grep -q 'classname="linux"' junit.xml || fail "no guest in JUnit's file"
grep -q 'tests="3" failures="0" errors="0"' junit.xml || fail "the cells are no test in JUnit's file"
! grep -qF "$(sed -n 2p "$ssh_dir/id")" ../out ../err test_results.yml junit.xml || fail "a key is told"

# What passed an hour ago does not stand for a target that is gone.
runs 6 --login ssh:root@127.0.0.1:1 --junit junit.xml
is root error 'not run'
is guest error 'not run'
! grep -q 'outcome: pass' test_results.yml || fail "an old pass is left"
grep -q 'tests="2" failures="0" errors="2"' junit.xml || fail "an old pass is left in JUnit's file"

# What somebody changed there is brought again, and nothing else.
fresh
echo >>"$board/deploy here/start.sh"
ls -i "$board/deploy here/plan.yml" >../before
runs 0
cmp build/start.sh "$board/deploy here/start.sh" || fail "start.sh is not as it should be"
[ "$(ls -i "$board/deploy here/plan.yml")" = "$(cat ../before)" ] || fail "plan.yml was brought again"

# As it is: nothing is started.
fresh
runs 1 --no-deploy
[ ! -s "$board/log" ] || fail "something was started"
is root fail

# What the real one does, and what it says of it.
fresh enable-refused
runs 6
says 'error[deploy-start]'
says "'root' does not start: JAILHOUSE_ENABLE: Invalid argument"
is root error 'not run'
is guest error 'not run'
all_stopped
fresh linux-fails
runs 6
says 'the cell does not run'
is guest error 'not run'
all_stopped
fresh destroy-pretends
runs 6
says 'error[deploy-stop]'
is guest pass
fresh lost-cpu
runs 6
says 'CPUs 0-2 are online instead of 0-3'
is guest pass

# A cell that dies during the tests, somebody else's cells, no Jailhouse at all, no guest there.
fresh
cat >dies.yml <<'END'
tests: {kills: {run: [sh, -c, 'echo failed >"$(grep -lx linux "$AUTOJAIL_ROOT"/sys/devices/jailhouse/cells/*/name | sed s:name:state:)"']}}
END
runs 6 -t dies.yml --junit junit.xml
says 'error[deploy-lost]'
is kills pass
grep -q "^broken: .*'linux' did not survive" test_results.yml || fail "the results know nothing of it"
grep -q 'tests="2" failures="0" errors="1"' junit.xml &&
    grep -A 1 'classname="autojail" name="cells"' junit.xml | grep -q "<error.*did not survive" ||
    fail "JUnit's file knows nothing of it"
all_stopped
fresh
echo 1 >"$board/sys/devices/jailhouse/enabled"
runs 6
says 'error[deploy-busy]'
is root error 'not run'
[ ! -s "$board/log" ] || fail "somebody else's cells were touched"
fresh
mv "$ssh_dir/bin/jailhouse" ..
runs 6 --deploy build
says 'error[deploy-jailhouse]'
mv ../jailhouse "$ssh_dir/bin"
fresh
runs 1 --jump ssh:127.0.0.1:1
says 'error[guest-silent]'
is root pass
is guest error 'not run'
all_stopped
fresh
mv "$board/deploy here" "$board/moved"
: >"$board/deploy here"
runs 6
says 'error[deploy-directory]'
rm "$board/deploy here"
mv "$board/moved" "$board/deploy here"

# Nothing is believed of the directory.
runs 3 --deploy "$work"
says 'error[deploy-files]'
cp -r build bad
echo ../autojail.yml >>bad/files.txt
runs 3 --deploy bad
says 'files.txt:'
says 'error[deploy-files]'

# ^C while a cell is being created: everything is taken back.
fresh create-hangs
"$autojail" test --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id" >../out 2>../err &
running=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    ! grep -q 'cell create' "$board/log" || break
    sleep 0.3
done
kill -INT $running
code=0
wait $running || code=$?
[ $code = 130 ] || { cat ../err; fail "exit code $code after ^C"; }
is root error 'not run'
all_stopped
