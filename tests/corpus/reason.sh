#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: reason.sh DIR
# Why a board has no cells, in words: the first obstacle; "not fit: " before what no configuration
# could change, "cells" if it has some.
cd "$1" || exit 1
read -r _ _ config <result
if [ "$config" = 0 ]; then
    echo cells
    exit
fi
for words in 'there is no GICv2 or GICv3' 'the GIC has no virtualization interface' \
    'the kernel was started in EL1' 'PSCI is called by hvc' \
    'fewer than two CPUs can be started'; do
    if grep -qF "$words" board.yml; then
        echo "not fit: $words"
        exit
    fi
done
reason=$(sed -n '/^  reasons:/,/^[^ ]/s/^  - "*\(.*[^"]\)"*$/\1/p' board.yml | head -n 1)
[ -n "$reason" ] || reason=$(sed -n 's/.*error\[\([a-z0-9-]*\)\].*/\1/p' log | head -n 1)
echo "${reason:-nothing is said}"
