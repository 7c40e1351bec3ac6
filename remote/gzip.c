/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gzip, and plain bytes that are read as if they were. Source of the format: RFC 1952. */
#define ZLIB_CONST /* inputs are const */
#include <zlib.h>

#include "remote/remote_priv.h"

#define GZIP_WINDOW (15 + 16) /* zlib's largest window, with gzip's header and checksum */

struct remote_source {
    z_stream z; /* its input is all that is left */
    bool gzip;
    bool ended; /* gzip: no member is open */
    bool damaged;
};

static bool at_gzip(const z_stream *z)
{
    return z->avail_in >= 2 && z->next_in[0] == 0x1f && z->next_in[1] == 0x8b;
}

struct remote_source *remote_source_open(struct aj_arena *arena, struct aj_bytes bytes)
{
    struct remote_source *s = AJ_NEW(arena, struct remote_source);
    s->z.next_in = bytes.data;
    s->z.avail_in = (uInt)bytes.size;
    s->gzip = at_gzip(&s->z);
    if (s->gzip && inflateInit2(&s->z, GZIP_WINDOW) != Z_OK)
        aj_oom(0);
    return s;
}

/* A gzip file may have several members; what follows the last and is none is padding. */
static void next_member(struct remote_source *s)
{
    s->ended = !at_gzip(&s->z);
    if (!s->ended)
        inflateReset(&s->z);
}

bool remote_source_read(struct remote_source *s, void *to, size_t size, size_t *got)
{
    *got = 0;
    if (!s->gzip) {
        *got = size < s->z.avail_in ? size : s->z.avail_in;
        memcpy(to, s->z.next_in, *got);
        s->z.next_in += *got;
        s->z.avail_in -= (uInt)*got;
        return true;
    }
    s->z.next_out = to;
    s->z.avail_out = (uInt)size;
    while (s->z.avail_out > 0 && !s->ended && !s->damaged) {
        const int result = inflate(&s->z, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            next_member(s);
        else
            s->damaged = result != Z_OK;
    }
    *got = size - s->z.avail_out;
    return !s->damaged;
}

void remote_source_close(struct remote_source *s)
{
    if (s->gzip)
        inflateEnd(&s->z);
}

void remote_gzip(struct aj_bytes plain, struct aj_buf *to)
{
    z_stream z = {.next_in = plain.data, .avail_in = (uInt)plain.size};
    uint8_t chunk[16384];
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        aj_oom(0);
    do {
        z.next_out = chunk;
        z.avail_out = sizeof chunk;
        (void)deflate(&z, Z_FINISH); /* cannot fail: there is input, and room for output */
        aj_buf_add(to, chunk, sizeof chunk - z.avail_out);
    } while (z.avail_out == 0);
    deflateEnd(&z);
}
