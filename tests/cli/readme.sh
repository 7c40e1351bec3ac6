#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# README.md tells the truth: the transcripts in it are what the program prints, and the cells.yml in
# it is the example's.
. "$(dirname "$0")/lib.sh"
readme=$source_dir/README.md
cp "$source_dir"/examples/rpi4-codesys/* "$work"
cd "$work"

# in_readme FILE: every line of it stands in README.md
in_readme() {
    while IFS= read -r line; do
        grep -qxF -- "$line" "$readme" || fail "README.md does not have this line: $line"
    done <"$1"
}

expect 0 "$autojail" extract --from snapshot.tar.gz
in_readme "$work/out"
in_readme "$work/err"
expect 0 "$autojail" config -o "$work/x"
sed "s:$work/x:/tmp/x:" "$work/out" >out.txt
in_readme out.txt
in_readme "$work/err"
sed '/^#/d' cells.yml >without-comments.yml
in_readme without-comments.yml

expect 0 "$autojail" explore --login sim:
in_readme "$work/out"
grep -E '^run (1|2|3|32) of 44 ' "$work/err" >progress
in_readme progress
# Other mathematical functions, which round the last bit otherwise, lead to the same decisions.
cp "$work/out" first.txt
rm explore.db
GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA,-AVX512F,-FMA4
export GLIBC_TUNABLES
expect 0 "$autojail" explore --login sim:
unset GLIBC_TUNABLES
cmp first.txt "$work/out" || fail "the transcript depends on how a processor rounds"

sed -i 's/cpus: {count: 2}/cpus: {count: 2, exclusive: l2}/' cells.yml
expect 4 "$autojail" config
in_readme "$work/err"

# The files of docs/first-board.md are files of autojail. Block N of its YAML:
block() {
    awk -v n="$1" '/^```yaml/ { k++; next } /^```/ { on = 0 } k == n && !(k in done) { on = 1; done[k] = 1 } on' \
        "$source_dir/docs/first-board.md"
}
rm -rf explore.db test.yml explore.yml cells.yml
block 1 >cells.yml
block 2 >test.yml
block 3 >>autojail.yml
block 4 >explore.yml
expect 0 "$autojail" config -o "$work/first"
grep -q '^plc  *PLC  *2-3 ' "$work/out" || fail "first-board.md: the PLC has other CPUs than its test says"
expect 6 "$autojail" explore --login sim:
says 'a simulated board has no Jailhouse'
rm explore.db
sed -i 's/mode: jailhouse/mode: auto/; s/runs: 24/runs: 3/' explore.yml
expect 0 "$autojail" explore --login sim:
sed -i 's/cpus: 2-3/cpus: 1023/' test.yml
code=0
"$autojail" test --no-deploy --login local: >"$work/out" 2>&1 || code=$?
grep -q 'CPUs 1023 are not all online' "$work/out" || fail "first-board.md: test.yml is refused ($code)"
