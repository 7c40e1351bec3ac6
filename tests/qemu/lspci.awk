# SPDX-License-Identifier: GPL-3.0-or-later
# What `lspci -Dnvv` says of PCI functions, a fact a line, as pci.awk says it of board.yml.
# The expansion ROM and what bridges pass on are not among a function's registers there.
function bytes(text) {
    return text ~ /G$/ ? text * 1073741824 : text ~ /M$/ ? text * 1048576 : text ~ /K$/ ? text * 1024 : text + 0
}

# between TEXT BEFORE AFTER
function between(text, before, after) {
    if (index(text, before) == 0)
        return ""
    text = substr(text, index(text, before) + length(before))
    return substr(text, 1, match(text, after) - 1)
}

/^[0-9a-f]/ {
    name = $1
    split($3, id, ":")
    print name, "class", substr($2, 1, 4)
    print name, "id", id[1], id[2]
}
/^\tRegion [0-5]: Memory at [0-9a-f]+ / {
    print name, "memory", between($0, "Memory at ", " "), bytes(between($0, "size=", "]"))
}
/^\tRegion [0-5]: I\/O ports at [0-9a-f]+ / {
    print name, "ports", between($0, "ports at ", " "), bytes(between($0, "size=", "]"))
}
/^\tKernel driver in use: / { print name, "driver", $NF }
/^\tCapabilities: \[[0-9a-f]+/ {
    print name, "capability", between($0, "[", "[] ]")
}
/ MSI: / {
    print name, "msi", between($0, "Count=1/", " "), $0 ~ /64bit\+/, $0 ~ /Maskable\+/
}
/ MSI-X: / { print name, "msix", between($0, "Count=", " ") }
