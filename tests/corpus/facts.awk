# SPDX-License-Identifier: GPL-3.0-or-later
# awk -v dir=BOARDS -f facts.awk facts.txt: where BOARDS/NAME/board.yml differs from the facts.
function expect(key, seen, wanted) {
    if (wanted != "-" && seen != wanted)
        print board ": " key " is " (seen == "" ? "missing" : seen) ", not " wanted
}

# Of board.yml: gic[KEY], and of consoles, by address, kind[] and distance[] (4 unless it is said).
function read_board(file,    line, word, section, type, address) {
    delete gic
    delete kind
    delete distance
    while ((getline line < file) > 0) {
        if (line ~ /^[a-z]/)
            section = line
        sub(/^ */, "", line)
        split(line, word, /[: "]+/)
        if (section == "platform:")
            gic[word[1]] = word[2]
        else if (section == "consoles:" && word[1] == "type")
            type = word[2]
        else if (section == "consoles:" && word[1] == "address") {
            address = word[2]
            kind[address] = type
            distance[address] = 4
        } else if (section == "consoles:" && word[1] == "regdist")
            distance[address] = word[2]
    }
    close(file)
}

/^[^#]/ {
    board = $1
    read_board(dir "/" board "/board.yml")
    expect("gic_version", gic["gic_version"], $2)
    expect("gicd_base", gic["gicd_base"], $3)
    expect("gicc_base", gic["gicc_base"], $4)
    expect("gich_base", gic["gich_base"], $5)
    expect("gicv_base", gic["gicv_base"], $6)
    expect("gicr_base", gic["gicr_base"], $7)
    expect("maintenance_irq", gic["maintenance_irq"], $8)
    expect("the console at " $9, kind[$9], $10)
    expect("the register distance of the console at " $9, distance[$9], $11)
}
