#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# autojail test on this machine: programs judged, time limits kept, latencies measured.
. "$(dirname "$0")/lib.sh"
cd "$work"

# outcome TEST: what test_results.yml says of it
outcome() {
    sed -n "/^  $1:/,/outcome/s/^    outcome: //p" test_results.yml
}
# is TEST OUTCOME [TEXT]: the outcome, and a text in the reason
is() {
    [ "$(outcome "$1")" = "$2" ] || {
        cat test_results.yml >&2
        fail "$1 is '$(outcome "$1")' instead of $2"
    }
    [ -z "${3-}" ] || sed -n "/^  $1:/,/^  [a-z]/p" test_results.yml | grep -qF -- "$3" || {
        cat test_results.yml >&2
        fail "'$3' is not in the reason of $1"
    }
}
# Odd seconds, by which nothing else on the machine sleeps.
first=86397.$$
second=86398.$$
third=86399.$$
nothing_left() {
    for seconds in $first $second $third; do
        ! ps -e -o args= | grep "[s]leep $seconds" || fail "something is left running"
    done
}

cat >test.yml <<END
tests:
  passes:
    run: [sh, -c, 'echo one; echo "rate: 12.5 MB/s"; echo two >&2']
    checks:
      stdout: [^one$]
      stdout_not: [two]
      metrics: {rate: {pattern: 'rate: ([0-9.]+)', unit: MB/s, at_least: 12, below: 13}}
  status: {run: ["false"]}
  other_status: {run: ["false"], checks: {exit: 1}}
  text: {run: [echo, one], checks: {stdout: [two]}}
  forbidden: {run: [echo, one], checks: {stdout_not: [on]}}
  slow: {run: [echo, "rate: 11"], checks: {metrics: {rate: {pattern: '([0-9]+)', at_least: 12}}}}
  no_number: {run: [echo, "rate:"], checks: {metrics: {rate: {pattern: 'rate:(.*)', below: 12}}}}
  signal: {run: [sh, -c, 'kill -SEGV \$\$']}
  missing: {run: [/there/is/no/such/program]}
  elsewhere: {cell: plc, run: ["true"]}
  hangs: {run: [sh, -c, 'setsid sleep $first & trap "" TERM; sleep $second; sleep $second'], time_limit: 1 s}
  leaves: {run: [sh, -c, 'setsid sleep $third & exit 0']}
END
expect 1 "$autojail" test --login local: --junit results.xml
grep -qx 'passed: 2, failed: 7, errors: 3' "$work/out" || { cat out; fail "counts"; }
says 'status: fail: exit status 1 instead of 0'
is passes pass
is status fail 'exit status 1 instead of 0'
is other_status pass
is text fail "no line of the output matches 'two'"
is forbidden fail "a line of the output matches 'on'"
is slow fail 'rate is 11, less than 12'
is no_number fail "is no number"
is signal fail
is missing error 'cannot be run there'
is elsewhere error "nothing says how 'plc' is reached"
is hangs error 'did not end within 1 s'
is leaves fail 'left programs running'
nothing_left
python3 - <<'END'
import xml.etree.ElementTree as tree
suite = tree.parse("results.xml").getroot().find("testsuite")
assert [suite.get(k) for k in ("tests", "failures", "errors")] == ["12", "7", "3"]
cases = {case.get("name"): case for case in suite}
assert cases["passes"].find("failure") is None and cases["passes"].find("error") is None
assert cases["status"].find("failure").get("message") == "exit status 1 instead of 0"
assert "plc" in cases["elsewhere"].find("error").get("message")
END

# ^C: what runs is ended, and the tests that did not run are errors.
printf 'tests: {hangs: {run: [sleep, "%s"]}, after: {run: ["true"]}}\n' "$first" >hang.yml
"$autojail" test -t hang.yml -l local: >out 2>err &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    ! ps -e -o args= | grep -q "[s]leep $first" || break
done
kill -INT $pid
code=0
wait $pid || code=$?
[ $code = 130 ] || fail "exit code $code after ^C"
is hangs error
is after error 'not run'
nothing_left

# Targets and files that are not there.
printf 'tests: {a: {run: ["true"]}}\n' >one.yml
expect 6 "$autojail" test -t one.yml --login ssh:nobody@127.0.0.1:1
for example in "$source_dir"/examples/*/test.yml; do
    expect 6 "$autojail" test -t "$example" --login ssh:nobody@127.0.0.1:1
done
expect 2 "$autojail" test -t one.yml
says '--login'
expect 3 "$autojail" test -t one.yml --login snapshot:here
expect 7 "$autojail" test -t two.yml --login local:
printf 'tests: {a: {run: ["true"], latency: {cpus: 0}}}\n' >bad.yml
expect 3 "$autojail" test -t bad.yml --login local:
says 'error[test-kind]'
expect 0 "$autojail" init --name demo --arch arm64 --login local:
expect 0 "$autojail" test -t one.yml -o - --quiet
grep -q 'outcome: pass' "$work/out" || fail "no results on standard output"

# Latencies: where the tool is installed and may have real-time priorities.
command -v cyclictest >/dev/null || { echo "skipped: cyclictest is not installed"; exit 77; }
cyclictest -q -m -p 90 -i 1000 -l 10 -a 0 -t 1 >/dev/null 2>&1 ||
    { echo "skipped: no real-time priorities here"; exit 77; }
cat >latency.yml <<END
tests:
  short:
    latency: {cpus: 0, duration: 2 s, blocks: 2, interval: 1 ms, deadline: 20 ms}
    checks: {metrics: {min: {below: 1 s}, max: {at_least: 1 us}}}
  too_good:
    latency: {cpus: 0, duration: 1 s, blocks: 1, interval: 1 ms, load: [sh, -c, 'sleep $first & wait']}
    checks: {metrics: {max: {below: 1 us}}}
  few_blocks:
    latency: {cpus: 0, duration: 1 s, blocks: 1, interval: 1 ms, deadline: 50 ms}
    checks: {metrics: {exceeding_blocks: {below: 0.5}}}
  other_cpu:
    latency: {cpus: 1000, duration: 1 s, blocks: 1}
  dead_load:
    latency: {cpus: 0, duration: 1 s, blocks: 1, interval: 1 ms, load: ["true"]}
END
expect 1 "$autojail" test -t latency.yml --login local:
nothing_left
is other_cpu error 'not all online'
is dead_load error 'the load'
# A machine as busy as those of tests may make any measurement void.
case $(outcome short) in
pass) python3 - <<'END' ;;
import re
text = open("test_results.yml").read()
short = text[text.index("\n  short:"):text.index("\n  too_good:")]
assert re.search(r"tool: cyclictest \d", short) and "kernel: " in short
cycles = [int(n) for n in re.findall(r"cycles: (\d+)", short)]
assert len(cycles) == 2 and all(n >= 980 for n in cycles), cycles
for block in short.split("- threads:")[1:]:
    bins = re.search(r"histogram: \{(.*)\}", block).group(1)
    over = re.search(r"overflow: (\d+)", block)
    count = sum(int(pair.split(":")[1]) for pair in bins.split(","))
    assert count + (int(over.group(1)) if over else 0) == int(re.search(r"cycles: (\d+)", block).group(1))
END
*) is short error void ;;
esac
[ "$(outcome too_good)" = error ] || is too_good fail 'not below 1 us'
[ "$(outcome few_blocks)" = error ] || is few_blocks fail 'measure more blocks'
