#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail test through a real ssh server on this machine.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
cd "$work"
: >"$ssh_dir/sudo-works"
: >"$ssh_dir/not-root"
restart_sshd

# Odd seconds, by which nothing else on the machine sleeps.
first=76397.$$
second=76398.$$

runs() {
    code=0
    "$autojail" test --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id" "$@" >out 2>err || code=$?
}
# exits CODE: the last run did
exits() {
    [ "$code" = "$1" ] || {
        cat out err "$ssh_dir/sshd.log" >&2
        fail "exit code $code instead of $1"
    }
}
# is TEST OUTCOME
is() {
    found=$(sed -n "/^  $1:/,/outcome/s/^    outcome: //p" test_results.yml)
    [ "$found" = "$2" ] || {
        cat test_results.yml >&2
        fail "$1 is '$found' instead of $2"
    }
}
nothing_left() {
    for seconds in $first $second; do
        ! ps -e -o args= | grep "[s]leep $seconds" || fail "something is left running"
    done
}

cat >test.yml <<END
tests:
  passes: {run: [sh, -c, 'echo "\$1"', sh, "a  'b' \$HOME"], checks: {stdout: ["^a  'b' [\$]HOME\$"]}}
  status: {run: ["false"]}
  hangs: {run: [sh, -c, 'setsid sleep $first & sleep $second'], time_limit: 1 s}
END
runs
exits 1
is passes pass
is status fail
is hangs error
nothing_left

# The server goes away: what runs is lost, nothing that did not run has passed.
printf 'tests: {long: {run: [sleep, "5"], time_limit: 10 s}, after: {run: ["true"]}}\n' >long.yml
runs -t long.yml &
running=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    ! grep -q 'Accepted publickey' "$ssh_dir/sshd.log" || break
done
sleep 0.5
sessions=$(ps -o pid= --ppid "$sshd_pid")
# shellcheck disable=SC2086 # a list of words
kill "$sshd_pid" $sessions
sshd_pid=
wait $running || true
is long error
is after error
restart_sshd
runs -t long.yml -o -
exits 0

command -v cyclictest >/dev/null || exit 0
cyclictest -q -m -p 90 -i 1000 -l 10 -a 0 -t 1 >/dev/null 2>&1 || exit 0
cat >latency.yml <<END
tests:
  latency:
    latency: {cpus: 0, duration: 2 s, blocks: 2, interval: 1 ms, load: [sleep, "$first"]}
END
runs -t latency.yml
nothing_left
# A machine as busy as those of tests may make it void.
grep -q 'outcome: pass' test_results.yml || grep -q 'void: CPU 0 woke up' test_results.yml || {
    cat test_results.yml err >&2
    fail "no latencies through ssh"
}
