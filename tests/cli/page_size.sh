#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Kernels with pages of 64 KiB, from a snapshot to cells: those of the root, of guests, of both.
. "$(dirname "$0")/lib.sh"
cp -r "$source_dir/examples/qemu-arm64" "$work/project"
cd "$work/project"
mkdir snapshot
tar xzf snapshot.tar.gz -C snapshot
sed -i 's/protocol: UNDEFINED, size: 64 KiB/protocol: UNDEFINED, size: 256 KiB/' cells.yml

# decide: the cells are made, and nobody finds anything about them; their values as system.yml.
decide() {
    expect 0 "$autojail" config -o build
    expect 0 "$autojail" check --board board.yml build/cells/qemu-arm64.cell \
        build/cells/qemu-arm64-*.cell
    grep -q 'errors: 0, warnings: 0' "$work/out" || fail "something is found in the cells"
    cp build/system.yml .
}

# masks N MASK: so many virtual devices have registers of that size
masks() {
    found=$(grep -c "bar_mask: \[$2," system.yml || true)
    [ "$found" = "$1" ] || fail "$found devices with mask $2 instead of $1"
}

# pages SIZE: sections of links and loadable memory are in pages of that size
pages() {
    python3 - "$1" <<'PY' || fail "not all is in pages of $1 bytes"
import re, sys
page = int(sys.argv[1])
unit = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
ranges, bad = [], 0
plan = open("build/plan.yml").read()
for kind, body in re.findall(r"- kind: (\w+)\n((?:  .*\n)*)", plan):
    start = int(re.search(r"phys_start: (\w+)", body).group(1), 0)
    size, of = re.search(r"  size: (\w+) ?(\w*)", body).groups()
    bad += start % page + int(size, 0) * unit[of] % page
for size, of in re.findall(r"(?:state|rw|output)_size: (\w+) ?(\w*)", plan):
    bad += int(size, 0) * unit[of] % page
sys.exit(bad != 0)
PY
}

# The root alone: a Linux guest mostly has the kernel of the root.
echo 65536 >snapshot/commands/pagesize.txt
expect 0 "$autojail" extract --from snapshot -o board.yml
grep -q '^  page_size: 64 KiB$' board.yml || fail "the pages are not extracted"
decide
masks 4 0xffff0000
masks 1 0xfffff000 # bare
pages 65536
expect 0 dtc -q -I dtb -O dts build/dtb/qemu-arm64-linux.dtb
grep -q 'ranges = <0x2000000 0x00 0x9200000 0x00 0x9200000 0x00 0x40000>;' "$work/out" ||
    fail "no room for two pages of each device"
sed 's/size: 256 KiB/size: 255 KiB/' cells.yml >small.yml
expect 3 "$autojail" config -c small.yml -o build
says 'a size of 255 KiB has no room for a page (64 KiB) each of 3 peers'

# Loaded into the middle of a page, an image would end up below it.
sed 's/{size: 64 KiB, virt_start: 0x0}/{size: 64 KiB, phys_start: 0x60001000, virt_start: 0x0}/' \
    cells.yml >within.yml
expect 3 "$autojail" config -c within.yml -o build
says 'phys_start 0x60001000 is no multiple of a page (64 KiB)'

# The root and one guest differ: each has registers in its own pages, both can map the sections.
sed 's/^    os: linux/&\n    page_size: 4 KiB/' cells.yml >other.yml
expect 0 "$autojail" config -c other.yml -o build
cp build/system.yml .
masks 2 0xffff0000 # the root's
masks 3 0xfffff000
pages 65536
sed -i '/page_size/d' board.yml
sed -i 's/^    os: linux/&\n    page_size: 16 KiB/' cells.yml
decide
masks 2 0xffffc000
masks 3 0xfffff000
pages 4096

# Not every size is one of pages.
sed -i 's/page_size: 16 KiB/page_size: 8 KiB/' cells.yml
expect 3 "$autojail" config -o build
says 'error[page-size]: guests.linux.page_size: no kernel of arm64 has pages of 8 KiB'
sed -i '/page_size/d' cells.yml
sed -i 's/^kernel:/&\n  page_size: 32 KiB/' board.yml
expect 3 "$autojail" config -o build
says 'error[page-size]: kernel.page_size: no kernel of arm64 has pages of 32 KiB'

# The collector asks the system, with getconf or without.
collected() {
    AUTOJAIL_PAUSE=0 "$@" "$source_dir/extract/collect.sh" >collected.tar.gz
    tar xzOf collected.tar.gz ./commands/pagesize.txt
}
expected=$(getconf PAGESIZE)
[ "$(collected sh)" = "$expected" ] || fail "the collector's page size is another"
mkdir bin
printf '#!/bin/sh\nexit 1\n' >bin/getconf
chmod +x bin/getconf
PATH=$PWD/bin:$PATH
[ "$(collected sh)" = "$expected" ] || fail "without getconf the page size is another"
