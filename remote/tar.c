/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A snapshot in a tar archive (ustar, pax, GNU long names), plain or gzip. It is read once into
 * memory and nothing is written anywhere. Source of the format: POSIX.1-2008, pax, and the GNU tar
 * manual, "Basic Tar Format".
 */
#include "base/buf.h"
#include "base/num.h"
#include "base/units.h"
#include "remote/remote_priv.h"

#define BLOCK       512u
#define MEMBERS_MAX 1000000u
#define NAME_MAX_   4096u  /* bytes of one path */
#define HEADER_MAX  65536u /* bytes of one extended header */

/* Offsets and widths of the fields of a header. */
enum {
    NAME = 0,
    NAME_LEN = 100,
    SIZE = 124,
    SIZE_LEN = 12,
    CHECKSUM = 148,
    CHECKSUM_LEN = 8,
    TYPE = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_LEN = 155
};

struct member {
    const char *path;
    struct aj_bytes bytes;
    size_t order; /* in the archive: of two with one name the later counts */
    bool directory;
    bool readable; /* false: larger than anybody wants */
};

struct archive {
    AJ_VEC(struct member) members; /* sorted by path once it is read */
};

struct reader {
    struct aj_ctx *cx;
    struct remote *remote;
    struct remote_source *source;
    uint64_t at;           /* bytes read so far */
    const char *long_name; /* of the next member, from an extended header, or NULL */
    bool has_size;
    uint64_t size; /* of the next member, from an extended header */
};

static enum aj_status malformed(struct reader *r, const char *what)
{
    return aj_fail(r->cx, AJ_ERR_INPUT, "snapshot-format", ((struct aj_loc){r->remote->name, 0, 0}),
                   "not a directory and not a tar archive that can be read: %s (byte %llu)", what,
                   (unsigned long long)r->at);
}

static enum aj_status hostile(struct reader *r, const char *what, const char *name)
{
    return aj_fail(r->cx, AJ_ERR_INPUT, "snapshot-hostile",
                   ((struct aj_loc){r->remote->name, 0, 0}), "the archive has %s%s%s%s", what,
                   name == NULL ? "" : ": '", name == NULL ? "" : name, name == NULL ? "" : "'");
}

/* `*got` is less than `size` only at the end of the archive. */
static enum aj_status read_bytes(struct reader *r, void *to, size_t size, size_t *got)
{
    *got = 0;
    if (r->at + size > REMOTE_ARCHIVE_MAX)
        return hostile(r, "more than 1 GiB", NULL);
    if (!remote_source_read(r->source, to, size, got))
        return malformed(r, "the compressed data are damaged, or end too early");
    r->at += *got;
    return AJ_OK;
}

static enum aj_status read_exactly(struct reader *r, void *to, size_t size)
{
    size_t got = 0;
    AJ_TRY(read_bytes(r, to, size, &got));
    return got == size ? AJ_OK : malformed(r, "it ends inside a member");
}

static enum aj_status skip(struct reader *r, uint64_t size)
{
    uint8_t block[16 * BLOCK];
    while (size > 0) {
        const size_t step = size < sizeof block ? (size_t)size : sizeof block;
        AJ_TRY(read_exactly(r, block, step));
        size -= step;
    }
    return AJ_OK;
}

/* Octal with blanks and NULs around it, or big endian if the first bit is set. */
static bool field_number(const uint8_t *field, size_t width, uint64_t *value)
{
    *value = 0;
    if (field[0] >= 0x80) {
        const bool small = field[0] == 0x80 && width > 8;
        for (size_t i = 1; small && i + 8 < width; i++)
            if (field[i] != 0)
                return false;
        *value = small ? aj_load_be(field + width - 8, 8) : 0;
        return small;
    }
    size_t at = 0;
    while (at < width && field[at] == ' ')
        at++;
    for (; at < width && field[at] >= '0' && field[at] <= '7'; at++)
        *value = *value * 8 + (uint64_t)(field[at] - '0');
    return at == width || field[at] == ' ' || field[at] == '\0';
}

static bool checksum_fits(const uint8_t *header)
{
    uint64_t said = 0, sum = 0;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LEN ? ' ' : header[i];
    return field_number(header + CHECKSUM, CHECKSUM_LEN, &said) && said == sum;
}

static const char *field_text(struct aj_arena *to, const uint8_t *field, size_t width)
{
    const char *text = (const char *)field;
    return aj_strndup(to, text, strnlen(text, width));
}

/* The member's name as the archive has it. */
static const char *member_name(struct reader *r, const uint8_t *header)
{
    struct aj_arena *to = r->remote->arena;
    if (r->long_name != NULL)
        return r->long_name;
    const char *name = field_text(to, header + NAME, NAME_LEN);
    /* GNU's own format keeps other things where ustar has the prefix. */
    if (memcmp(header + MAGIC, "ustar\0", 6) != 0 || header[PREFIX] == 0)
        return name;
    return aj_strf(to, "%s/%s", field_text(to, header + PREFIX, PREFIX_LEN), name);
}

/* One record "LENGTH KEY=VALUE\n" of an extended header; returns its length, 0 if it is none. */
static size_t pax_record(struct reader *r, const char *text, size_t size)
{
    const char *blank = memchr(text, ' ', size < 20 ? size : 20);
    uint64_t length = 0;
    if (blank == NULL)
        return 0;
    const size_t head = (size_t)(blank - text) + 1;
    const char *number = aj_strndup(r->remote->arena, text, head - 1);
    if (aj_parse_u64(number, &length).why != AJ_UNITS_OK || length > size || length < head + 3 ||
        text[length - 1] != '\n')
        return 0;
    const char *value = memchr(blank + 1, '=', (size_t)length - head);
    if (value == NULL)
        return 0;
    const size_t key_length = (size_t)(value - blank) - 1;
    value++;
    const size_t value_length = (size_t)(text + length - 1 - value);
    const char *copy = aj_strndup(r->remote->arena, value, value_length);
    if (key_length == 4 && memcmp(blank + 1, "path", 4) == 0)
        r->long_name = copy;
    if (key_length == 4 && memcmp(blank + 1, "size", 4) == 0)
        r->has_size = aj_parse_u64(copy, &r->size).why == AJ_UNITS_OK;
    return (size_t)length;
}

/* A header for the next member: 'x' pax, 'L' GNU long name; 'g' and 'K' say nothing of use. */
static enum aj_status read_extended(struct reader *r, uint8_t type, uint64_t size)
{
    if (size > HEADER_MAX)
        return hostile(r, "an extended header of more than 64 KiB", NULL);
    char *text = aj_alloc(r->remote->arena, (size_t)size + 1);
    AJ_TRY(read_exactly(r, text, (size_t)size));
    AJ_TRY(skip(r, (BLOCK - size % BLOCK) % BLOCK));
    if (type == 'L')
        r->long_name = text;
    for (size_t at = 0; type == 'x' && at < size;) {
        const size_t length = pax_record(r, text + at, (size_t)size - at);
        if (length == 0)
            return malformed(r, "an extended header is not of pax form");
        at += length;
    }
    return AJ_OK;
}

static enum aj_status read_member(struct reader *r, struct archive *archive, const uint8_t *header,
                                  uint64_t size)
{
    struct aj_arena *arena = r->remote->arena;
    const char *name = member_name(r, header);
    const char *path =
        strlen(name) > NAME_MAX_ || name[0] == '/' ? NULL : remote_clean_path(arena, name);
    if (path == NULL)
        return hostile(r, "a name that leads out of it", name);
    struct member member = {
        .path = path,
        .order = archive->members.count,
        .directory = header[TYPE] == '5',
        .readable = size <= REMOTE_FILE_MAX,
    };
    if (member.directory)
        size = 0;
    if (member.readable) {
        uint8_t *data = aj_alloc(arena, (size_t)size + 1);
        AJ_TRY(read_exactly(r, data, (size_t)size));
        member.bytes = (struct aj_bytes){data, (size_t)size};
    } else {
        AJ_TRY(skip(r, size));
    }
    AJ_TRY(skip(r, (BLOCK - size % BLOCK) % BLOCK));
    if (path[0] != '\0')
        AJ_PUSH(arena, &archive->members, member);
    r->long_name = NULL;
    r->has_size = false;
    return AJ_OK;
}

static enum aj_status read_entry(struct reader *r, struct archive *archive, const uint8_t *header)
{
    const uint8_t type = header[TYPE];
    uint64_t size = 0;
    if (!checksum_fits(header))
        return malformed(r, "a header has a wrong checksum");
    if (!field_number(header + SIZE, SIZE_LEN, &size))
        return malformed(r, "a header has no size");
    if (type == 'x' || type == 'g' || type == 'L' || type == 'K')
        return read_extended(r, type, size);
    if (type != '0' && type != '\0' && type != '7' && type != '5')
        return hostile(r, "a member that is neither a file nor a directory",
                       member_name(r, header));
    return read_member(r, archive, header, r->has_size ? r->size : size);
}

static enum aj_status read_archive(struct reader *r, struct archive *archive)
{
    uint8_t header[BLOCK];
    for (size_t members = 0;; members++) {
        size_t got = 0;
        AJ_TRY(read_bytes(r, header, BLOCK, &got));
        bool zero = true;
        for (size_t i = 0; i < got; i++)
            zero = zero && header[i] == 0;
        if (got < BLOCK && !(zero && got == 0 && members > 0))
            return malformed(r, "it ends inside a header");
        if (zero)
            return members > 0 ? AJ_OK : malformed(r, "it is empty");
        if (members >= MEMBERS_MAX)
            return hostile(r, "more than a million members", NULL);
        AJ_TRY(read_entry(r, archive, header));
    }
}

static int by_path(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    const int order = strcmp(x->path, y->path);
    return order != 0 ? order : (x->order < y->order) - (x->order > y->order);
}

static void sort_members(struct archive *archive)
{
    struct member *items = archive->members.items;
    size_t kept = 0;
    if (archive->members.count > 0)
        qsort(items, archive->members.count, sizeof *items, by_path);
    for (size_t i = 0; i < archive->members.count; i++)
        if (kept == 0 || strcmp(items[kept - 1].path, items[i].path) != 0)
            items[kept++] = items[i];
    archive->members.count = kept;
}

/* The first member whose path is not less than `path`. */
static size_t lower_bound(const struct archive *archive, const char *path)
{
    size_t low = 0, high = archive->members.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(archive->members.items[middle].path, path) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct member *find(const struct archive *archive, const char *path)
{
    const size_t at = lower_bound(archive, path);
    const bool found =
        at < archive->members.count && strcmp(archive->members.items[at].path, path) == 0;
    return found ? &archive->members.items[at] : NULL;
}

static bool tar_read(struct remote *remote, const char *path, struct aj_arena *out,
                     struct aj_bytes *bytes)
{
    const struct member *member = find(remote->state, path);
    if (member == NULL || member->directory || !member->readable)
        return false;
    uint8_t *data = aj_alloc(out, member->bytes.size + 1);
    memcpy(data, member->bytes.data, member->bytes.size);
    *bytes = (struct aj_bytes){data, member->bytes.size};
    return true;
}

static bool tar_list(struct remote *remote, const char *path, struct aj_arena *out,
                     const struct remote_entry **entries, size_t *count)
{
    const struct archive *archive = remote->state;
    const char *below = path[0] == '\0' ? "" : aj_strf(remote->arena, "%s/", path);
    const size_t length = strlen(below);
    const struct member *self = find(archive, path);
    AJ_VEC(struct remote_entry) found = {0};
    size_t at = lower_bound(archive, below);
    while (at < archive->members.count &&
           strncmp(archive->members.items[at].path, below, length) == 0) {
        const char *rest = archive->members.items[at].path + length;
        const size_t part = strcspn(rest, "/");
        const bool inner = rest[part] == '/';
        const char *name = aj_strndup(out, rest, part);
        AJ_PUSH(out, &found,
                ((struct remote_entry){name, inner || archive->members.items[at].directory}));
        /* '0' follows '/': the whole inner directory is passed at once. */
        at = inner ? lower_bound(archive, aj_strf(remote->arena, "%s%s0", below, name)) : at + 1;
    }
    if (found.count == 0 && !(self != NULL && self->directory))
        return false;
    *count = remote_sort_entries(found.items, found.count);
    *entries = found.items;
    return true;
}

static const char *tar_link(struct remote *remote, const char *path, struct aj_arena *out)
{
    (void)remote, (void)path, (void)out;
    return NULL;
}

static void tar_close(struct remote *remote)
{
    (void)remote;
}

static const struct remote_ops tar_ops = {tar_read, tar_list, tar_link, tar_close};

/* What follows the archive's end is padding, but a checksum may be behind it. */
static enum aj_status drain(struct reader *r)
{
    uint8_t block[16 * BLOCK];
    size_t got = sizeof block;
    while (got == sizeof block)
        AJ_TRY(read_bytes(r, block, sizeof block, &got));
    return AJ_OK;
}

enum aj_status remote_open_tar(struct aj_ctx *cx, struct remote *remote, struct aj_bytes bytes)
{
    struct reader reader = {.cx = cx, .remote = remote};
    reader.source = remote_source_open(remote->arena, bytes);
    struct archive *archive = AJ_NEW(remote->arena, struct archive);
    enum aj_status status = read_archive(&reader, archive);
    if (status == AJ_OK)
        status = drain(&reader);
    remote_source_close(reader.source);
    sort_members(archive);
    remote->state = archive;
    remote->ops = &tar_ops;
    return status;
}
