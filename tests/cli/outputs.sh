#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where `autojail extract -o` writes: files are kept as they were under another name, what is no file
# is only written to.
. "$(dirname "$0")/lib.sh"
snapshot=$source_dir/examples/qemu-arm64/snapshot.tar.gz
cd "$work"

expect 0 "$autojail" extract --from "$snapshot" -o board.yml
echo edited >>board.yml
cp board.yml edited.yml
expect 0 "$autojail" extract --from "$snapshot" -o board.yml
cmp edited.yml board.yml~ || fail "the edited board is lost"
expect 0 "$autojail" extract --from "$snapshot" -o -
cmp board.yml "$work/out" || fail "standard output has another board"

mkfifo pipe
cat pipe >got &
expect 0 "$autojail" extract --from "$snapshot" -o pipe
wait $!
cmp board.yml got || fail "the pipe got something else"
[ ! -e pipe~ ] || fail "a copy of a pipe"

ln -s /dev/null null
expect 0 "$autojail" extract --from "$snapshot" -o null
[ ! -e null~ ] || fail "a copy of a device"

echo old >target
ln -s target link.yml
expect 0 "$autojail" extract --from "$snapshot" -o link.yml
[ -L link.yml ] || fail "the link was replaced"
cmp board.yml target || fail "the link's file was not written"
