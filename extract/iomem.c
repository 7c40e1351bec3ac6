/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/iomem and /proc/ioports: "  start-end : name", two blanks per level, both numbers hexadecimal
 * and inclusive. */
#include "extract/extract_priv.h"

#define IOMEM       "/proc/iomem"
#define LEVEL_MAX   32 /* deeper nesting is taken for this one */
#define ENTRIES_MAX 65536

/* Last " : ", as names contain colons. */
static const char *separator(const char *line)
{
    const char *found = NULL;
    for (const char *at = strstr(line, " : "); at != NULL; at = strstr(at + 1, " : "))
        found = at;
    return found;
}

enum parsed { PARSED, PARSED_HIDDEN, PARSED_NOTHING };

/* A range 0-0 is what those see who may not see addresses. */
static enum parsed parse(const struct extract *ex, const char *line,
                         struct extract_iomem_entry *entry)
{
    const size_t blanks = strspn(line, " ");
    const char *at = line + blanks;
    const char *name = separator(at);
    uint64_t first = 0, last = 0;
    if (name == NULL || !extract_hex(ex, &at, &first) || *at++ != '-' ||
        !extract_hex(ex, &at, &last) || first > last)
        return PARSED_NOTHING;
    *entry = (struct extract_iomem_entry){
        .range = {first, last - first + 1},
        .level = blanks / 2 < LEVEL_MAX ? (uint32_t)(blanks / 2) : LEVEL_MAX,
        .name = aj_strdup(ex->out, name + 3),
    };
    if (last == 0)
        return PARSED_HIDDEN;
    return aj_range_ok(entry->range) ? PARSED : PARSED_NOTHING;
}

/* The same range again, inside itself, is one claim under two names. */
static bool repeats(struct extract *ex, struct extract_iomem *iomem,
                    const struct extract_iomem_entry *entry)
{
    if (iomem->entries.count == 0)
        return false;
    struct extract_iomem_entry *above = &iomem->entries.items[iomem->entries.count - 1];
    if (entry->level <= above->level || entry->range.base != above->range.base ||
        entry->range.size != above->range.size)
        return false;
    if (strcmp(above->name, entry->name) != 0)
        above->name = aj_strf(ex->out, "%s %s", above->name, entry->name);
    return true;
}

void extract_ranges(struct extract *ex, const char *path, struct extract_iomem *iomem)
{
    struct extract_lines lines;
    size_t hidden = 0, outermost = 0;
    if (!extract_lines_open(ex, path, &lines))
        return;
    for (const char *line = extract_line(ex, &lines); line != NULL;
         line = extract_line(ex, &lines)) {
        struct extract_iomem_entry entry;
        const enum parsed parsed = line[0] == '\0' ? PARSED_NOTHING : parse(ex, line, &entry);
        if (parsed == PARSED_NOTHING && line[0] != '\0')
            extract_note(ex, "warning", "iomem-line", extract_where(ex, path, lines.number),
                         "not a range of addresses: '%.80s'", line);
        if (parsed == PARSED_NOTHING)
            continue;
        outermost += entry.level == 0;
        hidden += entry.level == 0 && parsed == PARSED_HIDDEN;
        entry.line = lines.number;
        if (parsed != PARSED || iomem->entries.count >= ENTRIES_MAX || repeats(ex, iomem, &entry))
            continue;
        AJ_PUSH(ex->out, &iomem->entries, entry);
        if (entry.level == 0)
            aj_rangeset_add(ex->out, &iomem->claimed, entry.range);
    }
    iomem->hidden = outermost > 0 && hidden == outermost;
    iomem->usable = outermost > hidden;
}

void extract_iomem(struct extract *ex)
{
    extract_ranges(ex, IOMEM, &ex->iomem);
    if (ex->iomem.hidden)
        extract_note(ex, "warning", "iomem-hidden", IOMEM,
                     "the addresses are hidden: the snapshot was not taken as root, so memory that "
                     "firmware took and claims of drivers are unknown");
}
