/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small text files of the target, and names that must not be given twice. */
#include <fnmatch.h>

#include "base/units.h"
#include "extract/extract_priv.h"

/* Copies `size` bytes as one harmless line. */
static char *clean(struct aj_arena *to, const char *text, size_t size)
{
    char *out = aj_strndup(to, text, size);
    for (size_t i = 0; i < size; i++) {
        if (out[i] == '\t')
            out[i] = ' ';
        else if (out[i] < 0x20 || out[i] > 0x7e)
            out[i] = '?';
    }
    return out;
}

bool extract_lines_open(const struct extract *ex, const char *path, struct extract_lines *lines)
{
    struct aj_bytes bytes;
    if (ex->remote == NULL || !remote_read(ex->remote, path, ex->cx->scratch, &bytes))
        return false;
    const char *text = (const char *)bytes.data;
    *lines = (struct extract_lines){text, text + bytes.size, 0};
    return true;
}

const char *extract_line(const struct extract *ex, struct extract_lines *lines)
{
    if (lines->next >= lines->end)
        return NULL;
    const size_t rest = (size_t)(lines->end - lines->next);
    const char *newline = memchr(lines->next, '\n', rest);
    const size_t length = newline == NULL ? rest : (size_t)(newline - lines->next);
    /* sysfs files from an archive may be padded with NULs. */
    const char *line = clean(ex->cx->scratch, lines->next, strnlen(lines->next, length));
    lines->next += length + 1;
    lines->number++;
    return line;
}

const char *extract_text(const struct extract *ex, const char *path)
{
    const struct aj_mark mark = aj_arena_mark(ex->cx->scratch);
    struct extract_lines lines;
    const char *text = NULL;
    if (extract_lines_open(ex, path, &lines) && (text = extract_line(ex, &lines)) != NULL) {
        text += strspn(text, " ");
        size_t length = strlen(text);
        while (length > 0 && text[length - 1] == ' ')
            length--;
        text = length == 0 ? NULL : aj_strndup(ex->out, text, length);
    }
    aj_arena_release(ex->cx->scratch, mark);
    return text;
}

bool extract_number(const struct extract *ex, const char *path, uint64_t *value)
{
    const char *text = extract_text(ex, path);
    return text != NULL && aj_parse_u64(text, value).why == AJ_UNITS_OK;
}

bool extract_cpu_list(const struct extract *ex, const char *path, struct aj_cpuset *cpus)
{
    struct aj_bytes bytes;
    *cpus = (struct aj_cpuset){0};
    if (ex->remote == NULL || !remote_read(ex->remote, path, ex->cx->scratch, &bytes))
        return false;
    const char *text = extract_text(ex, path);
    /* An empty list is a list; "(null)" is how some kernels print one. */
    if (text != NULL && strcmp(text, "(null)") != 0)
        return aj_parse_intset(text, AJ_CPU_MAX, cpus).why == AJ_UNITS_OK;
    return true;
}

bool extract_hex(const struct extract *ex, const char **text, uint64_t *value)
{
    const size_t digits = strspn(*text, "0123456789abcdefABCDEF");
    const char *number =
        aj_strf(ex->cx->scratch, "0x%.*s", (int)(digits < 64 ? digits : 64), *text);
    if (aj_parse_u64(number, value).why != AJ_UNITS_OK)
        return false;
    *text += digits;
    return true;
}

bool extract_decimal(const struct extract *ex, const char **text, uint64_t *value)
{
    const size_t digits = strspn(*text, "0123456789");
    const char *number = aj_strndup(ex->cx->scratch, *text, digits < 64 ? digits : 64);
    if (aj_parse_u64(number, value).why != AJ_UNITS_OK)
        return false;
    *text += digits;
    return true;
}

const char *extract_word(const struct extract *ex, const char *cmdline, const char *key)
{
    const size_t length = strlen(key);
    const char *found = NULL;
    while (cmdline != NULL && *cmdline != '\0') {
        const size_t word = strcspn(cmdline, " ");
        if (word > length && strncmp(cmdline, key, length) == 0 && cmdline[length] == '=')
            found = aj_strndup(ex->out, cmdline + length + 1, word - length - 1);
        cmdline += word;
        cmdline += strspn(cmdline, " ");
    }
    return found;
}

const char *extract_node_path(const char *link)
{
    static const char base[] = "/devicetree/base";
    const char *at = link == NULL ? NULL : strstr(link, base);
    if (at == NULL)
        return NULL;
    at += sizeof base - 1;
    return *at == '\0' ? "/" : at;
}

bool extract_is_word(const char *text)
{
    const char *at = text;
    while (*at > 0x20 && *at < 0x7f)
        at++;
    return *at == '\0' && at != text;
}

bool extract_matches(const char *pattern, const char *text)
{
    const size_t plain = strcspn(pattern, "*?[");
    return strncmp(pattern, text, plain) == 0 && fnmatch(pattern + plain, text + plain, 0) == 0;
}

struct slot {
    const char *name; /* NULL: free */
    uint32_t next;    /* the number to try after `name` */
};

struct extract_names {
    struct aj_arena *arena;
    struct slot *slots;
    size_t used, size; /* size is a power of two */
};

const char *extract_link_name(const struct extract *ex, const char *name)
{
    const size_t length = strlen(name), ending = strlen(".link");
    const bool kept = length > ending && strcmp(name + length - ending, ".link") == 0;
    return kept ? aj_strndup(ex->cx->scratch, name, length - ending) : name;
}

struct extract_names *extract_names_new(struct aj_arena *arena)
{
    struct extract_names *names = AJ_NEW(arena, struct extract_names);
    *names = (struct extract_names){arena, AJ_NEW_ARRAY(arena, struct slot, 64), 0, 64};
    return names;
}

/* The slot of `name`, or the free one where it belongs. FNV-1a with linear probing. */
static struct slot *slot_of(struct extract_names *names, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *c = name; *c != '\0'; c++)
        hash = (hash ^ (uint8_t)*c) * 0x100000001b3u;
    size_t at = (size_t)hash & (names->size - 1);
    while (names->slots[at].name != NULL && strcmp(names->slots[at].name, name) != 0)
        at = (at + 1) & (names->size - 1);
    return &names->slots[at];
}

static void enter(struct extract_names *names, const char *name)
{
    if (2 * (names->used + 1) > names->size) {
        const struct slot *old = names->slots;
        const size_t old_size = names->size;
        names->size *= 2;
        names->slots = AJ_NEW_ARRAY(names->arena, struct slot, names->size);
        for (size_t i = 0; i < old_size; i++)
            if (old[i].name != NULL)
                *slot_of(names, old[i].name) = old[i];
    }
    *slot_of(names, name) = (struct slot){name, 1};
    names->used++;
}

const char *extract_unique(struct extract_names *names, const char *base)
{
    const char *name = aj_strdup(names->arena, base);
    while (slot_of(names, name)->name != NULL)
        name = aj_strf(names->arena, "%s.%u", base, (unsigned)slot_of(names, base)->next++);
    enter(names, name);
    return name;
}
