#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Boards read live, on this machine: the collector in every shell there is, what it hides, what
# --record keeps, and where the login comes from.
. "$(dirname "$0")/lib.sh"
cd "$work"
collector=$source_dir/extract/collect.sh

# Programs that speak for the machine below AUTOJAIL_ROOT.
mkdir bin
for name in dmesg uname; do
    printf '#!/bin/sh\ncat "$AUTOJAIL_ROOT/commands/%s.txt"\n' "$name" >"bin/$name"
done
cat >bin/mktemp <<END
#!/bin/sh
made=\$($(command -v mktemp) "\$@") || exit 1
echo "\$made" | tee -a "$work/made"
END
# sudo would hide bin/ and AUTOJAIL_ROOT from the collector
printf '#!/bin/sh\nexit 1\n' >bin/sudo
chmod +x bin/*
own_path=$PATH
export PATH="$work/bin:$PATH"
export AUTOJAIL_PAUSE=0 # the same files twice would be two samples

# The collector with the same as functions: some shells of busybox do not look into PATH.
{
    for name in dmesg uname; do
        echo "$name() { cat \"\$AUTOJAIL_ROOT/commands/$name.txt\"; }"
    done
    cat "$collector"
} >collect_here

# The examples' snapshots, unpacked, as machines.
for name in rpi4-codesys qemu-arm64; do
    mkdir "$name"
    tar xzf "$source_dir/examples/$name/snapshot.tar.gz" -C "$name"
    for shell in sh dash bash 'busybox sh'; do
        command -v "${shell%% *}" >/dev/null || continue
        # shellcheck disable=SC2086 # a shell may be two words
        AUTOJAIL_ROOT=$work/$name expect 0 $shell -s <collect_here
        [ ! -s err ] || { cat err; fail "$shell: the collector complains"; }
        mv out collected.tar.gz
        expect 0 "$autojail" extract --from collected.tar.gz -o board.yml
        cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: $shell: other board.yml"
    done
    AUTOJAIL_ROOT=$work/$name expect 0 "$autojail" extract --login local: -o board.yml \
        --record "$name.tar.gz"
    cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: other board.yml"

    # What was kept is a snapshot like any other, in both forms, and always the same bytes.
    expect 0 "$autojail" extract --from "$name.tar.gz" -o board.yml --record kept
    cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: the archive has another board"
    expect 0 "$autojail" extract --from kept -o board.yml --record again.tar.gz
    cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: the directory has another board"
    cmp "$name.tar.gz" again.tar.gz || fail "$name: recording twice gives other bytes"
    rm -r kept
done

# A machine with links, odd names, and secrets wherever they are known to be.
base=odd/sys/firmware/devicetree/base
mkdir -p "$base/chosen" "$base/soc/eth@1" "$base/empty node" odd/proc odd/commands
printf 'console=ttyS0 eth.macaddr=b8:27:eb:aa:bb:c1 rootpw.passwd="two secretwords" x=1\0' \
    >"$base/chosen/bootargs"
printf 'SECRETK1' >"$base/chosen/kaslr-seed"
printf 'SECRETR1' >"$base/chosen/rng-seed"
printf 'SECRETN1\0' >"$base/serial-number"
printf 'SECRTM' >"$base/soc/eth@1/local-mac-address"
printf 'SECRETP1' >"$base/security-password"
printf 'secret,test\0' >"$base/compatible"
printf 'an odd value' >"$base/empty node/it's"
: >"$base/soc/dma-coherent"
printf 'processor\t: 0\nSerial\t\t: 10000000SECRETS1\nModel\t\t: Test\n' >odd/proc/cpuinfo
printf 'console=ttyS0 eth.macaddr=b8:27:eb:aa:bb:c1 board.serial=SECRETB1 x=1\n' >odd/proc/cmdline
printf '[ 0.0] Kernel command line: token=SECRETT1 x=1\n[ 1.0] eth0: b8:27:eb:AA:BB:c1 up\n' \
    >odd/commands/dmesg.txt
echo 'Linux test aarch64' >odd/commands/uname.txt
mkdir -p "odd/sys/devices/platform/Fixed bus.0" odd/sys/bus/platform/devices \
    odd/sys/bus/platform/drivers/fixed odd/sys/class/tty/ttyS0/device
ln -s '../../../devices/platform/Fixed bus.0' 'odd/sys/bus/platform/devices/Fixed bus.0'
ln -s ../../../bus/platform/drivers/fixed 'odd/sys/devices/platform/Fixed bus.0/driver'
ln -s ../../../../firmware/devicetree/base/soc odd/sys/class/tty/ttyS0/device/of_node
ln -s /etc/passwd "$base/link"
dtc -q -I dts -O dtb -o blob.dtb - <<'END'
/dts-v1/;
/memreserve/ 0x1000 0x2000;
/ {
    #address-cells = <1>;
    #size-cells = <1>;
    compatible = "secret,test";
    serial-number = "SECRETN1";
    chosen { rng-seed = "SECRETR1"; bootargs = "a=1 token=SECRETT1 b=2 serial="; };
    eth@1 { reg = <1 1>; local-mac-address = "SECRTM"; };
};
END
cp blob.dtb odd/sys/firmware/fdt
if [ "$(id -u)" != 0 ]; then
    mkdir -p odd/sys/kernel/irq/1
    echo 1 >odd/sys/kernel/irq/1/hwirq
    chmod 0 odd/sys/kernel/irq/1/hwirq
fi

AUTOJAIL_ROOT=$work/odd expect 0 sh "$collector"
tar tvf out | grep -v '^[-d]' && fail "the archive has links"
mkdir raw
tar xf out -C raw
rm raw/sys/firmware/fdt
grep -raE 'SECRET|SECRTM|secretwords|b8:27:eb' raw && fail "the collector tells secrets"
grep -q 'Kernel command line: token=x x=1' raw/commands/dmesg.txt || fail "the log is mutilated"
grep -q 'eth0: 00:00:00:00:00:00 up' raw/commands/dmesg.txt || fail "the log is mutilated"
grep -q '^Model' raw/proc/cpuinfo || fail "cpuinfo is mutilated"
cmp "raw/sys/firmware/devicetree/base/empty node/it's" "$base/empty node/it's"
[ -f raw/sys/firmware/devicetree/base/soc/dma-coherent ] || fail "an empty property is lost"
[ "$(cat 'raw/sys/bus/platform/devices/Fixed bus.0/driver.link')" = \
    ../../../bus/platform/drivers/fixed ] || fail "the link to the driver is lost"
[ -f raw/sys/class/tty/ttyS0/device/of_node.link ] || fail "the link to the node is lost"
grep -q '^collector 1$' raw/MANIFEST || fail "no version in MANIFEST"
[ "$(id -u)" = 0 ] || grep -q '^denied sys/kernel/irq/1/hwirq$' raw/MANIFEST ||
    fail "MANIFEST does not tell what was denied"
printf 'console=ttyS0 eth.macaddr=x rootpw.passwd=x x=1\0' |
    cmp - raw/sys/firmware/devicetree/base/chosen/bootargs
while read -r directory; do
    [ ! -e "$directory" ] || fail "the collector leaves its directory $directory"
done <made

# What is kept has no secrets in the boot loader's tree either, which is else as it was.
AUTOJAIL_ROOT=$work/odd "$autojail" extract -v -v --login local: -o board.yml --record kept \
    >out 2>err || true
grep -raE 'SECRET|SECRTM|secretwords|b8:27:eb' kept out err && fail "what is kept tells secrets"
dtc -q -I dtb -O dts -o kept.dts kept/sys/firmware/fdt || fail "the blob is broken"
grep -q 'bootargs = "a=1 token=x b=2 serial=' kept.dts || fail "the blob's arguments are mutilated"
grep -q 'memreserve' kept.dts || fail "the blob's reservations are lost"

# Without root the result is partial, and says so.
printf '#!/bin/sh\necho 1000\n' >bin/id
printf '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n' >bin/sudo
chmod +x bin/id bin/sudo
AUTOJAIL_ROOT=$work/qemu-arm64 expect 0 "$autojail" extract --login local: -o board.yml
says 'warning[extract-partial]'
rm bin/id

# Targets that cannot collect.
printf '#!/bin/sh\necho "no space left" >&2\nexit 1\n' >bin/mktemp
chmod +x bin/mktemp
AUTOJAIL_ROOT=$work/odd expect 6 "$autojail" extract --login local: -o none.yml
says 'error[target-collect]'
says 'no space left'
rm bin/mktemp
printf '#!/bin/sh\necho nonsense\n' >bin/tar
chmod +x bin/tar
AUTOJAIL_ROOT=$work/odd expect 3 "$autojail" extract --login local: -o none.yml
says 'error[snapshot-format]'
rm bin/tar
[ ! -e none.yml ] || fail "a failure leaves a board"

# This very machine.
PATH=$own_path
code=0
"$autojail" extract --login local: -o own.yml --record own.tar.gz 2>err || code=$?
tar tzf own.tar.gz >list || fail "what is kept is no archive"
for name in proc/cpuinfo proc/interrupts proc/iomem MANIFEST; do
    grep -qx "$name" list || fail "$name is not kept"
    [ "$(tar xzOf own.tar.gz "$name" | wc -c)" != 0 ] || fail "$name is empty"
done
case $(uname -m) in
x86_64)
    [ "$code" = 0 ] || fail "exit code $code on an x86"
    expect 0 "$autojail" extract --from own.tar.gz -o again.yml
    cmp own.yml again.yml || fail "what was kept is another board"
    grep -qx 'arch: x86' own.yml || fail "this is no x86"
    [ "$(sed -n '/^cpus:/,/^[a-bd-z]/p' own.yml | grep -c '^  [0-9]*:$')" = \
        "$(lscpu -p=CPU | grep -vc '^#')" ] || fail "lscpu counts other CPUs"
    ;;
esac

# Where the login comes from.
printf 'name: test\narch: arm64\nlogin: snapshot:qemu-arm64.tar.gz\n' >autojail.yml
expect 0 "$autojail" extract
cmp board.yml "$source_dir/examples/qemu-arm64/board.yml" || fail "login: of autojail.yml is not used"
expect 0 "$autojail" extract --login snapshot:rpi4-codesys.tar.gz
cmp board.yml "$source_dir/examples/rpi4-codesys/board.yml" || fail "--login is not used"
mv autojail.yml other.yml
expect 0 "$autojail" extract --project other.yml
cmp board.yml "$source_dir/examples/qemu-arm64/board.yml" || fail "--project is not used"
expect 2 "$autojail" extract
says '--login LOGIN'
expect 2 "$autojail" extract --from kept --login local:
expect 2 "$autojail" extract --from blob.dtb --record x
expect 3 "$autojail" extract --login board
says 'error[login]'
expect 7 "$autojail" extract --login snapshot:none
says 'error[file-read]'
