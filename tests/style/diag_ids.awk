# SPDX-License-Identifier: GPL-3.0-or-later
# Prints file:line:id for each call of aj_fail, aj_warn and aj_info whose id is a literal.

# The argument number `wanted` of the call whose text behind "(" is `text`.
function argument(text, wanted,    i, c, depth, number, quoted, found)
{
    number = 1
    found = ""
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quoted) {
            if (c == "\\")
                found = found (number == wanted ? c substr(text, ++i, 1) : substr("", ++i))
            else if (c == "\"")
                quoted = 0
        } else if (c == "\"") {
            quoted = 1
        } else if (c ~ /[({]/ || c == "[") {
            depth++
        } else if (c ~ /[)}]/ || c == "]") {
            if (depth-- == 0)
                return found
        } else if (c == "," && depth == 0) {
            if (number++ == wanted)
                return found
            continue
        }
        if (number == wanted)
            found = found c
    }
    return found
}

function calls(    text, at, id)
{
    text = content
    at = 0
    while (match(text, /(^|[^A-Za-z0-9_])aj_(fail|warn|info)\(/)) {
        call = substr(text, RSTART, RLENGTH)
        at += RSTART + RLENGTH - 1
        text = substr(text, RSTART + RLENGTH)
        id = argument(substr(text, 1, 2000), call ~ /fail/ ? 3 : 2)
        gsub(/[ \t\n]/, "", id)
        if (id ~ /^"[^"]*"$/)
            printf "%s:%d:%s\n", file, split(substr(content, 1, at), ignored, "\n"), substr(id, 2, length(id) - 2)
    }
}

FNR == 1 && NR > 1 { calls() }
FNR == 1 { file = FILENAME; content = "" }
{ content = content $0 "\n" }
END { calls() }
