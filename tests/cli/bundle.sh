#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One archive of everything, under the paths of the board: the same bytes wherever it is made, what
# its manifest says is in it, a unit that systemd takes, and a list that takes all of it away again.
. "$(dirname "$0")/lib.sh"

# make_in DIRECTORY UMASK [OPTION...]
make_in() {
    mkdir "$work/$1"
    cp "$source_dir"/examples/rpi4-codesys/*.yml "$work/$1"
    cd "$work/$1"
    old=$(umask)
    umask "$2"
    shift 2
    expect 0 "$autojail" config --bundle bundle.tar "$@"
    umask "$old"
    cd "$work"
}
make_in first 022
make_in 'the second' 077 -o elsewhere
cmp first/bundle.tar 'the second/bundle.tar' || fail "two runs make two bundles"
make_in limited 022 --time-limit 1000s
tar xOf limited/bundle.tar opt/autojail/rpi4-codesys/manifest.yml | grep -Eq 'time-limit"?: "?1000s' ||
    fail "the manifest does not say which options were given"

mkdir root
tar xf first/bundle.tar -C root
cells=opt/autojail/rpi4-codesys
[ -x root/$cells/start.sh ] && [ ! -x root/$cells/plan.yml ] || fail "wrong permissions"
# sha256 and path of each file, from the manifest
sed -n 's:^- path\: /::p; s/^  sha256\: "*\([0-9a-f]*\)"*$/\1/p' root/$cells/manifest.yml |
    paste -d ' ' - - | sed 's/^\([^ ]*\) \(.*\)/\2  \1/' >sums
(cd root && sha256sum -c --quiet "$work/sums") || fail "the manifest lies"
[ "$(wc -l <sums)" = "$(($(find root -type f | wc -l) - 2))" ] || fail "files without a digest"
grep -q "cells: $(sha256sum <first/cells.yml | cut -d' ' -f1)" root/$cells/manifest.yml ||
    fail "the manifest does not say of which cells.yml it is"
cmp first/build/cells/rpi4-codesys.cell root/$cells/cells/rpi4-codesys.cell

# the network of the link, the same for both services
for place in networkd/10-autojail-jail0.network interfaces.d/autojail; do
    grep -qi 'address[= ]192.168.19.1/24' first/build/net/root/$place || fail "root: $place"
    grep -qi 'address[= ]192.168.19.2/24' first/build/net/plc/$place || fail "plc: $place"
done
cmp first/build/net/root/networkd/10-autojail-jail0.network root/etc/systemd/network/10-autojail-jail0.network
cmp first/build/net/root/interfaces.d/autojail root/etc/network/interfaces.d/autojail

if command -v systemd-analyze >/dev/null; then
    mkdir -p root/usr/lib/systemd/system
    for target in sysinit basic shutdown multi-user; do
        printf '[Unit]\nDescription=%s\n' $target >root/usr/lib/systemd/system/$target.target
    done
    expect 0 systemd-analyze verify --man=no --root="$work/root" autojail.service
    [ ! -s err ] || { cat err >&2; fail "systemd complains about the unit"; }
    rm -r root/usr
fi

# what somebody else put there stays
: >root/$cells/Image
sed "s:^:$work/root:" root/$cells/uninstall.txt >list
xargs -d '\n' -a list rm -d -f -- 2>err || grep -q 'Directory not empty' err ||
    { cat err >&2; fail "the list names what is not there"; }
[ "$(find root -type f)" = root/$cells/Image ] || { find root >&2; fail "something is left"; }
rm root/$cells/Image
tar xf first/bundle.tar -C root
xargs -d '\n' -a list rm -d -f --
[ -z "$(find root/opt -mindepth 2)" ] || { find root >&2; fail "a directory is left"; }

# a directory of one's own, and some that cannot be
cd first
echo 'deploy_dir: /srv/cells' >>autojail.yml
expect 0 "$autojail" config --bundle bundle.tar
tar tf bundle.tar | grep -qx srv/cells/start.sh || fail "not below deploy_dir"
tar xOf bundle.tar etc/systemd/system/autojail.service | grep -qx ExecStart=/srv/cells/start.sh ||
    fail "the unit looks elsewhere"
for dir in / /srv/ /srv//x /srv/../etc '/srv/%i x' /srv/.x; do
    sed -i "s|^deploy_dir:.*|deploy_dir: \"$dir\"|" autojail.yml
    rm -rf build
    expect 3 "$autojail" config --bundle bundle.tar
    says '[bundle-directory]'
    [ ! -e build ] || fail "cells without their bundle"
done
