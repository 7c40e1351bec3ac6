# SPDX-License-Identifier: GPL-3.0-or-later
# What board.yml says of CPUs and caches, a fact a line; the other half of lscpu.awk.
function bytes(text) {
    return text ~ /MiB$/ ? text * 1048576 : text ~ /KiB$/ ? text * 1024 : text
}

function share(what, id) {
    if (!((what, id) in first))
        first[what, id] = cpu
    print "cpu", cpu, what, first[what, id]
}

function end() {
    if (cpu == "")
        return
    share("core", package "." cluster "." core)
    share("package", package)
    if (l2 != "")
        share("l2", l2)
    print "cpu", cpu, "node", node
    print "cpu", cpu, "online", online
    cpu = ""
}

/^[a-z]/ { end(); section = $1 }
section == "cpus:" && /^  [0-9]/ {
    end()
    cpu = $1 + 0
    package = cluster = core = l2 = ""
    node = 0
    online = "true"
}
section == "cpus:" && /^    package: / { package = $2 }
section == "cpus:" && /^    cluster: / { cluster = $2 }
section == "cpus:" && /^    core: / { core = $2 }
section == "cpus:" && /^    l2: / { l2 = $2 }
section == "cpus:" && /^    node: / { node = $2 }
section == "cpus:" && /^    online: / { online = $2 }
section == "caches:" && /^    level: / { level = $2 }
section == "caches:" && /^    size: / { print "cache", level, bytes($2 $3) }
END { end() }
