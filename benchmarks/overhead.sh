#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `autojail explore` takes beside measuring, for each run, in percent of a measurement of 30 s.
# Limit: 2 %. Two profiles, added up:
# - solving, checking, fitting, storing: the Raspberry Pi example on a simulated board, whose runs
#   take no time; the whole process by its number of runs;
# - the same on two CPUs, and applying, reading back and the transport: this machine through an ssh
#   server, RUNS runs (4) of 30 s in 10 blocks, with their warm-up; the whole process without the time
#   that cyclictest is told to take.
# What the second has of the first, for its two CPUs, is counted twice, and what cyclictest itself takes
# to start and to end is counted, as far as it does not overlap with the next block. How much that is
# by itself is shown, too. On a busy machine: chrt -f 10 sh benchmarks/overhead.sh
. "$(dirname "$0")/../tests/remote/sshd.sh"
# What this user's shell does whenever it starts is no matter here.
restart_sshd "SetEnv PATH=$ssh_dir/bin:$PATH HOME=$work"
root=$(cd "$(dirname "$0")/.." && pwd)
autojail=${AUTOJAIL:-$root/build/release/autojail}
runs=${RUNS:-4}
[ -x "$autojail" ] || fail "build the release preset first"
cyclictest=$(command -v cyclictest) || fail "cyclictest is not installed (rt-tests)"

# explores DIR OPTION...: microseconds that it takes
explores() {
    cd "$1"
    shift
    begin=$(date +%s%N)
    "$autojail" explore "$@" >out 2>err || {
        cat err >&2
        fail "no exploration"
    }
    end=$(date +%s%N)
    echo "$(((end - begin) / 1000))"
}

mkdir "$work/sim" "$work/live"
cp "$root"/examples/rpi4-codesys/* "$work/sim"
(cd "$work/sim" && "$autojail" extract --from snapshot.tar.gz -o board.yml >/dev/null 2>&1)
alone_us=$(explores "$work/sim" --login sim:)
alone_runs=$(grep -c '^run ' "$work/sim/err")

cp "$root"/tests/cli/this-machine/* "$work/live"
# a load would share the CPU with what is measured here
sed -i -e '/^load:/,/root:/d' -e "s/duration.*blocks: [0-9]*/duration: 30 s, blocks: 10/" -e "s/runs: [0-9]*/runs: $runs/" \
    "$work/live/explore.yml"
cat >"$ssh_dir/bin/cyclictest" <<END
#!/bin/sh
before=
for word; do
    [ "\$before" != -D ] || echo "\$word" >>"$work/measured"
    before=\$word
done
exec "$cyclictest" "\$@"
END
chmod +x "$ssh_dir/bin/cyclictest"
live_us=$(explores "$work/live" --login "$login" --known-hosts "$ssh_dir/known_hosts" \
    --identity "$ssh_dir/id")
live_runs=$(grep -c '^run ' "$work/live/err")
# such a run ends early, and what it was told to take counts nothing
! grep '^run .*void' "$work/live/err" >&2 || fail "a run was void: this machine is too busy"

# The tool by itself, starting and ending.
starts=5
begin=$(date +%s%N)
for _ in $(seq $starts); do
    "$cyclictest" -q -m -p 95 -i 5000 -h 200000 -D 1 -a 1 -t 1 --json=/dev/null --histfile=/dev/null \
        >/dev/null
done
end=$(date +%s%N)
tool_us=$((((end - begin) / 1000 - starts * 1000000) / starts))

awk -v alone="$alone_us" -v alone_runs="$alone_runs" -v live="$live_us" -v live_runs="$live_runs" -v tool="$tool_us" '
    { measured += $1 }
    END {
        a = alone / alone_runs / 1000
        l = (live - measured * 1e6) / live_runs / 1000
        t = tool * NR / live_runs / 1000
        percent = (a + l) / 30000 * 100
        printf "solve, check, fit, store (%d runs, rpi4-codesys)  %6.0f ms a run\n", alone_runs, a
        printf "apply, transport (%d runs, ssh)                   %6.0f ms a run\n", live_runs, l
        printf "  (cyclictest by itself: %d starts of %3.0f ms      %6.0f ms a run)\n",
            NR / live_runs, tool / 1000, t
        printf "of a measurement of 30 s                          %6.2f %%, limit 2 %%\n", percent
        exit percent < 2 ? 0 : 1
    }' "$work/measured"
