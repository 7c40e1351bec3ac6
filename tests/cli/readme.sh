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
