#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail test on a board with PREEMPT_RT: real latencies of an emulated machine. What it says of
# them is checked, not how long they are; that runs are void where cyclictest missed its time is
# part of it.
. "$(dirname "$0")/lib.sh"
cd "$work"
start_board arm64-rt

cat >test.yml <<'END'
tests:
  kernel:
    run: [uname, -v]
    checks: {stdout: [PREEMPT_RT]}
  status:
    run: [sh, -c, "exit 7"]
    checks: {exit: 7}
  hangs:
    run: [sh, -c, "setsid sleep 1000 & sleep 1000"]
    time_limit: 3 s
  quiet:
    latency: {cpus: 2-3, duration: 6 s, blocks: 3, interval: 20 ms, deadline: 40 ms}
  loaded:
    latency:
      {cpus: 3, duration: 4 s, blocks: 2, interval: 20 ms, deadline: 40 ms,
       load: [stress-ng, --cpu, "1", --taskset, "0"]}
  impossible:
    latency: {cpus: 1, duration: 2 s, blocks: 1, interval: 50 us}
END
expect 1 test

# field TEST KEY: its first value
field() {
    sed -n "/^  $1:\$/,/^  [a-z]*:\$/s/^ *$2: //p" test_results.yml | head -n 1
}
is() {
    [ "$(field "$1" "$2")" = "$3" ] || {
        cat test_results.yml >&2
        fail "$2 of $1 is '$(field "$1" "$2")' instead of '$3'"
    }
}

is kernel outcome pass
is status outcome pass
is hangs outcome error
# nobody wakes up every 50 us here; that must not be taken for a latency
is impossible outcome error
case $(field impossible reason) in
*"void: CPU 1 woke up "*) ;;
*) fail "another reason: $(field impossible reason)" ;;
esac

measured=0
for test in quiet loaded; do
    is $test realtime '"1"'
    is $test machine aarch64
    case $(field $test outcome):$(field $test reason) in
    pass:) measured=$((measured + 1)) ;;
    error:\"void:*) ;; # as busy as machines of tests are
    *) fail "$test is $(field $test outcome): $(field $test reason)" ;;
    esac
done
[ "$(on_board cat /sys/kernel/realtime)" = 1 ] || fail "no PREEMPT_RT on the board"
echo "$measured of 2 measurements count"
nothing_left
no_secret test_results.yml out err
stop_board
