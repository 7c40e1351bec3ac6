#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A plan by hand is judged: one that holds gets its values and their distance from the best, one that does
# not an error for each requirement that it breaks, with its position.
. "$(dirname "$0")/lib.sh"
cd "$work"
cat >board.yml <<'END'
arch: arm64
cpus:
  0: {package: 0, cluster: 0, core: 0}
  1: {package: 0, cluster: 0, core: 1}
  2: {package: 0, cluster: 1, core: 0}
  3: {package: 0, cluster: 1, core: 1}
memory_regions:
  ram: {phys_start: 0x40000000, size: 256 MiB, type: ram}
platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, gicr_size: 0x80000,
  maintenance_irq: 25, spi_limit: 64}}
END
cat >cells.yml <<'END'
guests:
  plc: {os: bare, cpus: {count: 2}, realtime: {period: 1 ms}}
END
expect 0 "$autojail" config -o best
expect 0 "$autojail" config --witness best/plan.yml
grep -q '^best/plan.yml meets all requirements of cells.yml' out || fail "its own plan is not recognised"
grep -Eq '^isolation +1 +1$' out || { cat out >&2; fail "isolation has another value"; }

sed 's/cpus: 0-1/cpus: 0,2/; s/cpus: 2-3/cpus: 1,3/' best/plan.yml >worse.yml
cmp -s best/plan.yml worse.yml && fail "nothing was edited"
expect 0 "$autojail" config --witness worse.yml
grep -Eq '^isolation +[0-9]+ +1 \(\+[0-9]+\)$' out || { cat out >&2; fail "no distance"; }

sed 's/cpus: 2-3/cpus: 3/' best/plan.yml >broken.yml
expect 1 "$autojail" config --witness broken.yml
says 'cells.yml:2:25: error[plan-cpu]'
sed 's/key: plc/key: other/; s/^  plc:/  other:/' best/plan.yml >foreign.yml
expect 1 "$autojail" config --witness foreign.yml
says 'error[plan-cells]'
expect 7 "$autojail" config --witness nowhere.yml
[ ! -e build ] || fail "judging a plan wrote cells"

# why the plan is as it is
expect 0 "$autojail" config --explain -o best
grep -Eq '^isolation +1 +1 +0 % ' out || { cat out >&2; fail "the objectives are not explained"; }
grep -q '^plc: CPUs 2-3$' out || fail "CPUs are not explained"
grep -q '^plc: CPUs 2-3$' best/report.html || fail "the report does not explain CPUs"
cp out all
expect 0 "$autojail" config --explain plc -o best
grep -q '^root: CPUs' out && fail "another cell is explained"
expect 0 "$autojail" config --explain= -o best
cmp out all || fail "an empty name is not all"
expect 2 "$autojail" config --explain nobody -o best
says "is called 'nobody'"

# an earlier plan is changed as little as possible
expect 0 "$autojail" config --stability best/plan.yml -o again
grep -Eq '^optimal: .*stability 0' out || { cat out >&2; fail "the same plan is a change"; }
cmp best/plan.yml again/plan.yml >/dev/null && fail "the level is not in the plan"
expect 3 "$autojail" config --stability board.yml -o again
