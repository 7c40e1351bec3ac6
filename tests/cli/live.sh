#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Boards read live through a real ssh server on this machine.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
cd "$work"

reads() {
    "$autojail" extract --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id" "$@" >out 2>err
}

# expect CODE COMMAND...
expect() {
    expected=$1
    shift
    code=0
    "$@" || code=$?
    [ "$code" = "$expected" ] || {
        cat out err "$ssh_dir/sshd.log" >&2
        fail "exit code $code instead of $expected: $*"
    }
}

says() {
    grep -qF -- "$1" err || {
        cat err >&2
        fail "'$1' is not in the diagnostics"
    }
}

# The examples' snapshots, unpacked, as the machine behind the server.
for name in dmesg uname; do
    printf '#!/bin/sh\ncat "$AUTOJAIL_ROOT/commands/%s.txt"\n' "$name" >"$ssh_dir/bin/$name"
done
chmod +x "$ssh_dir"/bin/*
: >"$ssh_dir/sudo-works"
for name in rpi4-codesys qemu-arm64; do
    mkdir "$name"
    tar xzf "$source_dir/examples/$name/snapshot.tar.gz" -C "$name"
    restart_sshd "SetEnv PATH=$ssh_dir/bin:$PATH AUTOJAIL_ROOT=$work/$name"
    expect 0 reads -o board.yml --record "$name.tar.gz"
    cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: other board.yml"
    expect 0 "$autojail" extract --from "$name.tar.gz" -o board.yml
    cmp board.yml "$source_dir/examples/$name/board.yml" || fail "$name: the archive has another board"
done

printf 'name: test\narch: arm64\nlogin: %s\n' "$login" >autojail.yml
expect 0 "$autojail" extract --known-hosts "$ssh_dir/known_hosts" -i "$ssh_dir/id" -o board.yml
cmp board.yml "$source_dir/examples/qemu-arm64/board.yml" || fail "login: of autojail.yml is not used"

# Through sudo as well as without it.
: >"$ssh_dir/not-root"
expect 0 reads -o board.yml
cmp board.yml "$source_dir/examples/qemu-arm64/board.yml" || fail "sudo is not used"
rm "$ssh_dir/sudo-works"
expect 0 reads -o board.yml
says 'warning[extract-partial]'
rm "$ssh_dir/not-root"

# Whom not to trust, and who is not trusted.
expect 6 reads -o none.yml --known-hosts "$ssh_dir/known_changed"
says 'error[ssh-host-key]'
says "$fingerprint"
expect 6 reads -o none.yml --known-hosts "$ssh_dir/known_empty"
says 'error[ssh-host-key]'
says "ssh-keyscan -p $port"
expect 6 reads -o none.yml --identity "$ssh_dir/id_wrong"
says 'error[target-auth]'
[ ! -e none.yml ] || fail "a failure leaves a board"

# The hint leads to a login.
expect 6 reads -o none.yml --known-hosts "$ssh_dir/known_empty"
keyscan=$(sed -n 's/.*then: \(ssh-keyscan .*\)/\1/p' err)
sh -c "$keyscan" 2>/dev/null || fail "no command: $keyscan"
expect 0 reads -o board.yml --known-hosts "$ssh_dir/known_empty"

# Without a key's name the agent has one.
cat >with_agent.sh <<END
ssh-add -q "$ssh_dir/id" 2>/dev/null
"$autojail" extract --login "$login" --known-hosts "$ssh_dir/known_hosts" -o board.yml
END
expect 0 ssh-agent sh with_agent.sh >out 2>err

# A key with a pass phrase: asked for on the terminal, without echo, and nowhere to be read later.
locked() {
    python3 "$source_dir/tests/remote/terminal.py" phrase "$1" "$autojail" extract -v -v \
        --login "$login" -o board.yml \
        --known-hosts "$ssh_dir/known_hosts" --identity "$ssh_dir/id_locked" \
        --record locked.tar.gz >out 2>err
}
expect 0 locked 'pass phrase of a test'
grep -q 'Pass phrase' out || fail "no pass phrase is asked for"
expect 6 locked 'a wrong one'
grep -q 'error\[target-auth\]' out || fail "a wrong pass phrase is not told"
expect 0 locked 'pass phrase of a test'
secret=$(sed -n 2p "$ssh_dir/id_locked")
if grep -raF -e 'pass phrase of a test' -e "$secret" out err locked.tar.gz board.yml; then
    fail "a secret is told"
fi

# This very machine.
restart_sshd
rm "$ssh_dir/bin/dmesg" "$ssh_dir/bin/uname"
code=0
reads -o own.yml --record own.tar.gz || code=$?
for name in proc/cpuinfo proc/interrupts proc/iomem MANIFEST; do
    [ "$(tar xzOf own.tar.gz "$name" | wc -c)" != 0 ] || fail "$name is empty"
done
case $(uname -m) in
x86_64)
    [ "$code" = 0 ] || fail "exit code $code on an x86"
    expect 0 "$autojail" extract --from own.tar.gz -o again.yml
    cmp own.yml again.yml || fail "what was kept is another board"
    ;;
esac
