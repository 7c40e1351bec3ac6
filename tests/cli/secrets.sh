#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Secrets stay secret: a key with a pass phrase, which is typed at a terminal, logs in for extract,
# test and explore with all their logs; neither is in anything that they print or write.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
phrase='Marked-4711 secret phrase'
new_key id_marked ed25519 "$phrase"
cat "$ssh_dir/id_marked.pub" >>"$ssh_dir/authorized_keys"
cp -r "$source_dir/examples/qemu-arm64" "$work/project"
cd "$work/project"
cat >test.yml <<END2
tests:
  environment: {run: [env]}
  latency: {latency: {cpus: 0, duration: 1 s, blocks: 1, interval: 1 ms}}
END2
cat >explore.yml <<END2
cell: linux
deadline: 40 ms
mode: linux
measure: {duration: 1 s, blocks: 1, interval: 1 ms}
budget: {runs: 1}
space: {interrupts: [33]}
END2

# at_terminal NAME PHRASE COMMAND...: types the phrase when asked; outputs in NAME.out, NAME.err,
# what the terminal showed in NAME.tty; prints how often it was asked and the exit code
at_terminal() {
    at=$1
    answer=$2
    shift 2
    code=0
    python3 "$source_dir/tests/remote/terminal.py" -o "$at" phrase "$answer" "$@" >"$at.tty" || code=$?
    echo "$(grep -c phrase "$at.tty") $code"
}
# logs_in NAME CODE ARGUMENT...
logs_in() {
    name=$1
    codes=$2
    shift 2
    said=$(at_terminal "$name" "$phrase" "$autojail" "$@" -vv --login "$login" \
        --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id_marked")
    case " $codes " in
    *" ${said#* } "*) ;;
    *)
        cat "$name.err" >&2
        fail "$name: exit code ${said#* }"
        ;;
    esac
    [ "${said% *}" -ge 1 ] || fail "$name: not asked for the pass phrase"
}

grep -rqF "$phrase" "$work/project" && fail "the secret is in the inputs"
logs_in extract '0 1 3 6' extract -o extracted.yml --record snapshot.tar.gz
logs_in test '0 1' test -t test.yml --junit results.xml
grep -q 'environment' test_results.yml || fail "nothing was tested"
logs_in explore '0 6' explore
[ -s explore.db ] || fail "nothing was explored"
said=$(at_terminal wrong 'Marked-4711 wrong' "$autojail" test -vv --login "$login" \
    --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id_marked")
[ "${said#* }" = 6 ] || fail "a wrong pass phrase: exit code ${said#* }"

# What must not be found: pass phrases, and every line of the key, locked and not.
cp "$ssh_dir/id_marked" "$work/open"
ssh-keygen -q -p -P "$phrase" -N '' -f "$work/open" >/dev/null
{
    echo 'Marked-4711'
    sed -n '/^-----/d; /.\{24\}/p' "$ssh_dir/id_marked" "$work/open"
} >"$work/secrets"
[ "$(wc -l <"$work/secrets")" -ge 6 ] || fail "the key was not understood"
mkdir unpacked
gzip -dc snapshot.tar.gz >unpacked/snapshot.tar 2>/dev/null || :
if found=$(grep -raFlf "$work/secrets" "$work/project"); then
    fail "a secret is in $found"
fi
grep -q Marked-4711 "$work/secrets" && grep -raqF 'tests' "$work/project/test_results.yml" ||
    fail "the search finds nothing at all"
