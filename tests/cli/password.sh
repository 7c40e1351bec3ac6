#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A password that is typed at a terminal logs in, is asked for once more where it is wrong, and is in
# nothing that is printed or written. The server sees accounts of the test's in a mount namespace of
# its own; nobody else does.
. "$(dirname "$0")/../remote/sshd.sh"
autojail=$1
source_dir=$2
password='Marked-4712 secret word'
[ "$(id -u)" = 0 ] || skip "only root can give a server other accounts"
command -v openssl >/dev/null || skip "openssl is not installed"
hash=$(openssl passwd -6 "$password")
sed "s|^root:[^:]*|root:$hash|" /etc/shadow >"$ssh_dir/shadow"
chmod 600 "$ssh_dir/shadow"
real_sshd=$sshd
sshd=$ssh_dir/sshd-apart
cat >"$sshd" <<END
#!/bin/sh
exec unshare -m sh -c 'mount --bind "\$0" /etc/shadow && exec "\$@"' "$ssh_dir/shadow" "$real_sshd" "\$@"
END
chmod +x "$sshd"
"$sshd" -t -f "$ssh_dir/sshd.config" 2>/dev/null || skip "no mount namespaces here"
restart_sshd 'AuthenticationMethods password' 'PasswordAuthentication yes' 'PermitRootLogin yes'
grep -qF "$hash" /etc/shadow && fail "the machine's accounts were changed"

mkdir "$work/project"
cd "$work/project"
cp "$source_dir"/examples/qemu-arm64/* . 2>/dev/null || true
cat >test.yml <<END
tests:
  environment: {run: [env]}
END
# logs_in NAME ANSWER ARGUMENT...: its exit code
logs_in() {
    name=$1
    answer=$2
    shift 2
    code=0
    SSH_AUTH_SOCK='' python3 "$source_dir/tests/remote/terminal.py" -o "$name" 'Password of' "$answer" \
        "$autojail" "$@" -vv --login "$login" --known-hosts "$ssh_dir/known_hosts" \
        --identity "$ssh_dir/id_wrong" >"$name.tty" || code=$?
}
logs_in test "$password" test -t test.yml --junit results.xml
[ "$code" = 0 ] || {
    cat test.err test.tty "$ssh_dir/sshd.log" >&2
    fail "exit code $code"
}
grep -q 'Password of ssh:root@127.0.0.1' test.tty || fail "nobody asked: $(cat test.tty)"
grep -q environment test_results.yml || fail "nothing was tested"
logs_in extract "$password" extract -o extracted.yml --record snapshot.tar.gz
logs_in wrong 'Marked-4712 another' test -t test.yml
[ "$code" = 6 ] || fail "a wrong password: exit code $code"
grep -qF '[target-auth]' wrong.err || {
    cat wrong.err >&2
    fail "a wrong password is not named"
}

gzip -dc snapshot.tar.gz >snapshot.tar 2>/dev/null || :
if grep -raFl -e 'Marked-4712' -e "$hash" .; then
    fail "a secret is told"
fi
