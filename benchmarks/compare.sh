#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# compare.sh [OPTION VALUE]...: the solver against GLPK, CBC and CP-SAT on the same problems in one
# run, each with one thread. Options: --family NAME, --seeds N (20), --others N (seeds that the others are
# asked for, all), --time-limit S (30), --patience N (5), --jobs N (families at once, 1), --record yes.
# Writes to build/compare: results.csv, compare.svg, and every problem as files. Times are of the processor.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
out=$top/build/compare
python=$out/venv/bin/python

for tool in glpsol cbc python3; do
    command -v "$tool" >/dev/null || {
        echo "compare.sh: $tool is missing; Debian packages: glpk-utils coinor-cbc python3-venv" >&2
        exit 3
    }
done

cmake -S "$top" -B "$top/build/release" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$top/build/release" --target compare >/dev/null

if ! cmp -s "$here/requirements.txt" "$out/requirements.txt"; then
    rm -rf "$out/venv"
    mkdir -p "$out"
    /usr/bin/python3 -m venv "$out/venv"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$out/requirements.txt"
fi

echo "$(nproc) CPUs: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
exec "$top/build/release/benchmarks/compare" --out "$out" \
    --expected "$here/expected.csv" --python "$python" --cpsat "$here/cpsat.py" "$@"
