#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The program in files: other solvers read both forms and find the same value for each level.
. "$(dirname "$0")/lib.sh"
cd "$work"

# ask FILE: the optimum by each solver there is, one a line
ask() {
    case $1 in *.lp) form=--lp ;; *) form=--freemps ;; esac
    if command -v glpsol >/dev/null; then
        glpsol "$form" "$1" -o answer >/dev/null || fail "glpsol does not read $1"
        sed -n 's/^Objective:.* = \([-0-9.]*\).*/\1/p' answer
    fi
    if command -v cbc >/dev/null; then
        cbc "$1" -solve -quit >answer 2>&1 || fail "cbc does not read $1"
        sed -n 's/^Objective value: *\([-0-9]*\).*/\1/p' answer
    fi
}

# compare LEVELS: so many there are before the total order, with the values that others say
compare() {
    level=0
    grep '^# ' dump/solution.txt | grep -v smallest_numbers >levels
    [ "$(wc -l <levels)" = "$1" ] || fail "other levels: $(cat levels)"
    while read -r line; do
        level=$((level + 1))
        value=$(echo "$line" | sed 's/.*: value \([-0-9]*\),.*/\1/')
        for file in dump/level$level-*; do
            for other in $(ask "$file"); do
                [ "${other%.*}" = "$value" ] || fail "$file: $other instead of $value"
                asked=$((asked + 1))
            done
        done
    done <levels
}

asked=0
mkdir dump
for example in qemu-arm64 rpi4-codesys; do
    rm -f ./*.yml dump/*
    cp "$source_dir/examples/$example"/*.yml .
    expect 0 "$autojail" config --dump=lp,mps,solution --dump-dir dump -o out.d
    compare 4
done
grep -q '^cpu(cell' dump/solution.txt || fail "columns have no names"
grep -q "^present(cell.root,l2.0) 1$" dump/solution.txt || fail "domains have no numbers of their own"
[ "$(awk 'length($1) > 255' dump/solution.txt | wc -l)" = 0 ] || fail "a name is too long"

# real-time cells, caches, memory of several kinds: nothing is 0
cat >board.yml <<'END'
arch: arm64
cpus:
  0: {package: 0, cluster: 0, core: 0}
  1: {package: 0, cluster: 0, core: 1}
  2: {package: 0, cluster: 1, core: 0}
  3: {package: 0, cluster: 1, core: 1}
memory_regions:
  ram0: {phys_start: 0x40000000, size: 64 MiB, type: ram}
  ram1: {phys_start: 0x80000000, size: 64 MiB, type: ram}
platform: {arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, gicr_size: 0x80000,
  maintenance_irq: 25, spi_limit: 64}}
interrupts:
  - {intid: 40, counts: [5000]}
  - {intid: 41, counts: [3000]}
END
cat >cells.yml <<'END'
guests:
  a-rather-long-name.of_a-guest:
    name: short
    os: bare
    cpus: {count: 1}
    realtime: {period: 1 ms}
    mem_regions: {"memory + of - any / name": {size: 40 MiB}}
  b: {os: bare, cpus: {count: 1}, mem_regions: {m: {size: 30 MiB}, n: {size: 3 MiB}}}
objectives: [isolation, {irq_interference: 2, memory_quality: 3}, root_keeps]
END
rm -f autojail.yml dump/*
expect 0 "$autojail" config --dump lp,mps,solution --dump-dir dump -o out.d
compare 3

# without an answer there is the first program, and it has none either
sed -i 's/40 MiB/400 MiB/' cells.yml
rm -f dump/*
expect 4 "$autojail" config --dump=lp,solution --dump-dir dump -o out.d
[ "$(ls dump)" = level1-isolation.lp ] || fail "written: $(ls dump)"

expect 2 "$autojail" config --dump=lp,xls
says "not 'xls'"
touch file
expect 7 "$autojail" config --dump=lp --dump-dir file/dir -o out.d
expect 2 "$autojail" config --dump -o out.d
says "error[usage]: --dump needs a value: FORMS"
says "'-o' is an option; as a value it is written --dump=-o"
expect 2 "$autojail" config -o --dump=lp
says "-o needs a value: DIR"
expect 2 "$autojail" config --dump-dir dump
says "there is no --dump"

# beside the result if nobody says where, in directories that are made
sed -i 's/400 MiB/40 MiB/' cells.yml
expect 0 "$autojail" config --dump=lp,solution -o new.d/out.d
grep -q '^the program in new.d/out.d/$' "$work/out" || fail "does not say where"
for file in level1-isolation.lp solution.txt report.html; do
    [ -f "new.d/out.d/$file" ] || fail "no $file"
done
for file in ./*.lp ./solution.txt; do
    [ ! -e "$file" ] || fail "$file in the current directory"
done
if [ "$asked" = 0 ]; then
    echo "neither glpsol nor cbc is there to ask"
    exit 77
fi
echo "$asked values compared"
