#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# words.sh ROOT: no notes to ourselves and no paths of somebody's machine.
here=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
list() {
    sh "$here/files.sh" . | grep -v '^tests/style/words\.sh$'
}
notes=$(list | xargs grep -InwE 'TODO|FIXME|XXX|HACK')
paths=$(list | xargs grep -InE '(^|[^A-Za-z0-9_.}-])/(work|home)/[A-Za-z0-9]')
[ -z "$notes$paths" ] && exit 0
printf '%s\n' "$notes" "$paths" | grep .
exit 1
