# SPDX-License-Identifier: GPL-3.0-or-later
# What `lscpu -J -e=...` and `lscpu -J -B -C=...` say, a fact a line, as cpus.awk says it of board.yml.
# What is shared is named by the first CPU that has it: numbers are each program's own.
function value(text) {
    sub(/^ *"[^"]*": /, "", text)
    gsub(/[",]/, "", text)
    return text
}

function share(what, id) {
    if (id == "" || id == "null" || id == "-")
        return
    if (!((what, id) in first))
        first[what, id] = cpu
    print "cpu", cpu, what, first[what, id]
}

/"cpu":/ { cpu = value($0) }
/"core":/ { share("core", value($0)) }
/"socket":/ { share("package", value($0)) }
/"node":/ && value($0) != "null" { print "cpu", cpu, "node", value($0) }
/"online":/ { print "cpu", cpu, "online", value($0) }
# l1d:l1i:l2:l3
/"l1d:l1i:l2/ {
    split(value($0), caches, ":")
    share("l2", caches[3])
}
/"name":/ { name = value($0) }
/"one-size":/ && value($0) != "null" && name ~ /^L[2-9]$/ { print "cache", substr(name, 2), value($0) }
