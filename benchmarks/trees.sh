#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: trees.sh DIRECTORY
# Device trees that differ in nothing but the number of their devices, 100 to 6400, as DIRECTORY/N.dtb:
# each device has registers, a line, a clock, pins and a supply.
set -eu
mkdir -p "$1"
for count in 100 200 400 800 1600 3200 6400; do
    awk -v count="$count" 'BEGIN {
        print "/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;"
        print "compatible = \"a,board\"; psci { compatible = \"arm,psci-1.0\"; method = \"smc\"; };"
        print "cpus { #address-cells = <1>; #size-cells = <0>;"
        for (i = 0; i < 2; i++)
            printf "cpu@%d { device_type = \"cpu\"; compatible = \"arm,cortex-a53\"; reg = <%d>;" \
                " enable-method = \"psci\"; };\n", i, i
        print "}; memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x40000000>; };"
        print "gic: gic@8000000 { compatible = \"arm,gic-400\"; interrupt-controller;"
        print "#interrupt-cells = <3>; interrupts = <1 9 4>; reg = <0 0x8000000 0 0x10000>,"
        print "<0 0x8010000 0 0x10000>, <0 0x8030000 0 0x10000>, <0 0x8040000 0 0x10000>; };"
        print "clk: clk@9000000 { compatible = \"a,clk\"; #clock-cells = <1>; reg = <0 0x9000000 0 4096>; };"
        print "vdd: vdd { compatible = \"regulator-fixed\"; }; pins@9010000 { compatible = \"a,pins\";"
        print "reg = <0 0x9010000 0 4096>; uart: uart { }; };"
        print "soc { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>;"
        print "ranges = <0 1 0 0x80000000>;"
        for (i = 0; i < count; i++)
            printf "serial@%x { compatible = \"a,uart\", \"ns16550a\"; reg = <0x%x 0x1000>;" \
                " interrupts = <0 %d 4>; clocks = <&clk %d>; pinctrl-0 = <&uart>;" \
                " vdd-supply = <&vdd>; };\n", i * 65536, i * 65536, i % 900, i
        print "}; };"
    }' | dtc -q -o "$1/$count.dtb" -
done
