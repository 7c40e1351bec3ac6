# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by what takes files out of Debian 12's packages.
#
# apt fetches and verifies the packages with a configuration and a state of its own: a foreign
# architecture changes nothing on this machine, and nobody has to be root. What was fetched is kept
# below ~/.cache/autojail ($XDG_CACHE_HOME): $cache.

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/autojail
mkdir -p "$cache"

# once NAME FUNCTION: prints $cache/NAME, a directory. Where there is none yet, FUNCTION makes it as
# $new/out; what else it puts into $new is thrown away. One at a time: apt's state is shared.
once() {
    made=$cache/$1
    if [ ! -d "$made" ]; then
        exec 9>"$cache/lock"
        flock 9
    fi
    if [ ! -d "$made" ]; then
        new=$(mktemp -d "$cache/tmp.XXXXXX")
        trap 'rm -rf "$new"' EXIT
        trap 'exit 1' HUP INT TERM
        mkdir "$new/out"
        "$2" >&2
        mv "$new/out" "$made"
    fi
    echo "$made"
}

# prepare_apt ARCHITECTURE: from now on apt is about its packages, with all it keeps in $apt
# Of the machine's own settings only the way to the network counts (a proxy, say).
prepare_apt() {
    for tool in apt-get dpkg-deb; do
        command -v "$tool" >/dev/null || fail "$tool is not installed"
    done
    apt=$cache/apt-$1
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : >"$apt/status"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -r "$keyring" ] || fail "$keyring is missing: install debian-archive-keyring"
    for suite in 'debian bookworm' 'debian bookworm-updates' 'debian-security bookworm-security'; do
        echo "deb [signed-by=$keyring] http://deb.debian.org/$suite main"
    done >"$apt/sources.list"
    {
        apt-config dump | grep '^Acquire::' || true
        cat <<END
APT::Architecture "$1";
APT::Architectures { "$1"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
END
    } >"$apt/apt.conf"
    export APT_CONFIG="$apt/apt.conf"
}

# kernel_release PACKAGE: the release of the kernel that this empty package stands for. A mirror
# that is just being updated lacks lists for a while; those of the other suites, or older ones, do.
kernel_release() {
    apt-get update -qq || echo "some package lists cannot be fetched" >&2
    release=$(apt-cache depends "$1" | sed -n 's/^  Depends: linux-image-//p' | head -n 1)
    [ -n "$release" ] || fail "$1 is not known to apt"
    echo "$release"
}
