#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# selftest.sh CC: every check passes on a small sound project and fails, for the right reason, on
# each flaw that is put into it.
here=$(cd "$(dirname "$0")" && pwd)
cc=$1
dir=$(mktemp -d "${TMPDIR:-/tmp}/aj-style-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
failures=0
spdx='SPDX-License-Identifier: GPL-3.0-or-later'

# A project of two modules without a flaw.
fresh() {
    rm -rf "$dir/p"
    mkdir -p "$dir/p/cmake" "$dir/p/base" "$dir/p/emit" "$dir/p/tests/emit" || exit 1
    cd "$dir/p" || exit 1
    {
        echo "# $spdx"
        echo 'aj_layer(base)'
        echo 'aj_layer(solver base)'
        echo 'aj_layer(emit   base)'
        printf 'aj_outside(zlib.h base/pack.c\n  base/unpack.c)\n'
    } >cmake/layers.cmake
    {
        echo "/* $spdx */"
        echo '#define AJ_DIAG_IDS(AJ_DIAG_ID) \'
        echo '    AJ_DIAG_ID("a-first", "one") \'
        echo '    AJ_DIAG_ID("b-second", "two")'
    } >base/diag_ids.h
    printf '/* %s */\n#include <zlib.h>\n' "$spdx" >base/unpack.c
    {
        echo "/* $spdx */"
        printf '#include "emit/emit.h"\n\n#include <stdio.h>\n\n#include "base/diag_ids.h"\n\n'
        echo 'static const char *const names[] = {"x", "y"};'
        echo
        printf 'int emit(int i)\n{\n'
        echo '    aj_fail(cx, aj_code(1, 2), "a-first", AJ_NOWHERE, "no (%d), %s", i, "c-third");'
        echo '    aj_warn(cx, other ? "x" : "b-second", AJ_NOWHERE, names[0]);'
        printf '}\n'
    } >emit/emit.c
    printf '/* %s */\n' "$spdx" >emit/emit.h
    {
        echo "/* $spdx */"
        echo '#include "emit/emit.h"'
        echo 'const char *ids = "a-first";'
    } >tests/emit/test_emit.c
    echo 'cells.yml:1:1: error[b-second]: text' >tests/emit/case.err
    {
        echo "/* $spdx */"
        seq -f '    EXTRACT_TEST(t%g_name),' 1 73
        echo '    cmocka_unit_test(t74_t75_names),'
    } >tests/emit/test_traps.c
}

# passes CHECK: the project has no flaw that this check knows.
passes() {
    if ! said=$(sh "$here/$1.sh" "$dir/p" 2>&1); then
        printf '%s complains of a sound project:\n%s\n' "$1" "$said"
        failures=$((failures + 1))
    fi
}

# fails CHECK WORDS: the check fails and its output has the words.
fails() {
    said=$(sh "$here/$1.sh" "$dir/p" 2>&1)
    status=$?
    if [ $status -ne 1 ] && [ $status -ne 123 ]; then
        printf '%s: status %d for a flaw that should say: %s\n%s\n' "$1" $status "$2" "$said"
        failures=$((failures + 1))
    elif ! printf '%s\n' "$said" | grep -qF "$2"; then
        printf '%s: no "%s" in: %s\n' "$1" "$2" "$said"
        failures=$((failures + 1))
    fi
    fresh
}

fresh
for check in layers spdx length words traps diag_ids; do
    passes $check
done

echo '#include "solver/solve.h"' >>emit/emit.c
fails layers "emit/emit.c:15: module 'emit' may not include \"solver/solve.h\""
echo '#include "emit/emit.h"' >>base/diag_ids.h
fails layers "module 'base' may not include"
echo '#include "solver/solve.h"' >>tests/emit/test_emit.c
fails layers "a test of 'emit' may not include"
echo '#include "base/arena_priv.h"' >>emit/emit.c
fails layers '"base/arena_priv.h" is private to base/'
echo '#include "emit.h"' >>emit/emit.c
fails layers '"emit.h" lacks its folder'
echo '  #  include <zlib.h>' >>emit/emit.c
fails layers '<zlib.h> may be included only'
echo '#include <zlib.h>' >>tests/emit/test_emit.c
fails layers '<zlib.h> may be included only'
echo '#include <gsl/gsl_math.h>' >>emit/emit.c
fails layers 'neither C, nor POSIX'
echo '#include "tests/base/other.h"' >>tests/emit/test_emit.c
fails layers 'belongs to other tests'
rm cmake/layers.cmake
fails layers 'no table'

echo 'int x;' >emit/bare.c
fails spdx 'emit/bare.c:1: no SPDX'
printf '#!/bin/sh\necho\n' >emit/bare.sh
fails spdx 'emit/bare.sh:1: no SPDX'

{
    printf 'int f(void)\n{\n'
    yes '    ;' | head -n 99
    printf '}\n'
} >>emit/emit.c
fails length 'a function of 101 lines'
yes '/* */' | head -n 801 >emit/long.h
fails length 'emit/long.h:801: a file of 801 lines'

# The words are assembled here so that this file is free of them.
sed -i.old '/t7_/d' tests/emit/test_traps.c
fails traps 'named after T7'

printf '/* %s later */\n' "TO""DO" >>emit/emit.c
fails words 'emit/emit.c:15:'
printf '# see /%s/me/x\n' "home" >>cmake/layers.cmake
fails words 'cmake/layers.cmake:7:'

printf 'int g(void)\n{\n    aj_fail(cx, AJ_ERR,\n            "c-third", at, "x");\n}\n' >>emit/emit.c
fails diag_ids "emit/emit.c:17: 'c-third' is not in"
printf '    aj_info(cx, "d-fourth", at, "x");\n' >>emit/emit.c
fails diag_ids "'d-fourth' is not in"
rm tests/emit/case.err
fails diag_ids "no test mentions 'b-second'"
grep -v b-second emit/emit.c >emit/other.c
mv emit/other.c emit/emit.c
fails diag_ids "nothing uses 'b-second'"
sed -i.old 's/a-first/z-last/' base/diag_ids.h emit/emit.c tests/emit/test_emit.c
rm -f base/*.old emit/*.old tests/emit/*.old
fails diag_ids 'not sorted'
sed -i.old 's/a-first/a_first/' base/diag_ids.h emit/emit.c tests/emit/test_emit.c
rm -f base/*.old emit/*.old tests/emit/*.old
fails diag_ids 'not in kebab-case'

if clang-format-14 --version >/dev/null 2>&1; then
    rm -r base emit tests
    mkdir emit
    printf 'int x;\n' >emit/x.c
    passes format
    printf 'int  x;\n' >emit/x.c
    fails format 'emit/x.c:1:'
fi

if command -v objdump >/dev/null && command -v ar >/dev/null; then
    # library TEXT: a libaj_x.a with this C text
    library() {
        printf '%s\n' "$1" >x.c
        "$cc" -fPIC -c x.c && ar rcs libaj_x.a x.o
    }
    library 'static const char *const t[] = {"a", "b"}; const char *f(int i) { return t[i]; }'
    passes globals
    library 'int counter; int f(void) { return ++counter; }'
    fails globals 'x.o: counter is a mutable variable (.bss)'
    library 'int f(void) { static int counter = 7; return ++counter; }'
    fails globals 'counter is a mutable variable (.data)'
    library 'const char *t[] = {"a"};'
    fails globals 't is a mutable variable'
    fails globals 'no libraries'
fi

[ $failures -eq 0 ] || echo "$failures failures"
[ $failures -eq 0 ]
