# SPDX-License-Identifier: GPL-3.0-or-later
# What board.yml says of PCI functions, a fact a line; the other half of lspci.awk.
function bytes(text) {
    return text ~ /GiB$/ ? text * 1073741824 : text ~ /MiB$/ ? text * 1048576 : text ~ /KiB$/ ? text * 1024 : text
}

# value of a line "key: value"; hexadecimal without 0x, in at least `digits`
function hex(text, digits) {
    sub(/.*: /, "", text)
    sub(/^0x/, "", text)
    while (length(text) < digits)
        text = "0" text
    return text
}

function end() {
    if (name == "")
        return
    print name, "class", substr(class, 1, 4)
    print name, "id", vendor, product
    if (driver != "")
        print name, "driver", driver
    if (msi != "")
        print name, "msi", msi, wide, maskable
    if (msix != "")
        print name, "msix", msix
    name = ""
}

/^[a-z]/ { end(); inside = /^devices:/ }
inside && /^  [^ ]/ {
    end()
    if ($1 ~ /^"[0-9a-f]+:[0-9a-f:.]+":$/)
        name = substr($1, 2, length($1) - 3)
    vendor = product = "0000"
    class = "000000"
    driver = msi = msix = ""
    wide = maskable = 0
}
!inside || name == "" { next }
/^    [a-z]/ { list = $1 }
/^    - phys_start: / { start = hex($0, 8) }
/^      size: / && list == "regions:" { print name, "memory", start, bytes($2 $3) }
/^    - base: / { start = hex($0, 4) }
/^      length: / && list == "ports:" { print name, "ports", start, $2 }
/^    linux_driver: / { driver = $2 }
/^      vendor: / { vendor = hex($0, 4) }
/^      product: / { product = hex($0, 4) }
/^      class: / { class = hex($0, 6) }
/^      msi_vectors: / { msi = $2 }
/^      msi_64bits: true/ { wide = 1 }
/^      msi_maskable: true/ { maskable = 1 }
/^      msix_vectors: / { msix = $2 }
/^      caps: / {
    count = split($0, caps, "start: 0x")
    for (i = 2; i <= count; i++) {
        sub(/[^0-9a-f].*/, "", caps[i])
        print name, "capability", caps[i]
    }
}
END { end() }
