/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tar archives: ustar with GNU's long names. No times, root for owner: equal content
 * gives equal bytes. Source of the format: POSIX.1-2008, pax, and the GNU tar manual.
 */
#include "base/buf.h"
#include "remote/remote_priv.h"

#define BLOCK    512u
#define NAME_LEN 100u

static void add_padded(struct aj_buf *to, const void *data, size_t size)
{
    static const char zeros[BLOCK];
    aj_buf_add(to, data, size);
    aj_buf_add(to, zeros, (BLOCK - size % BLOCK) % BLOCK);
}

/* `value` in octal, right before the NUL that ends the field. */
static void octal(char *field, size_t width, uint64_t value)
{
    field[--width] = '\0';
    while (width-- > 0) {
        field[width] = (char)('0' + value % 8);
        value /= 8;
    }
}

static void add_header(struct aj_buf *to, const char *name, char type, uint64_t mode, uint64_t size)
{
    char header[BLOCK] = {0};
    const size_t length = strlen(name);
    uint64_t sum = 0;
    memcpy(header, name, length < NAME_LEN ? length : NAME_LEN);
    octal(header + 100, 8, mode);
    octal(header + 108, 8, 0);
    octal(header + 116, 8, 0);
    octal(header + 124, 12, size);
    octal(header + 136, 12, 0);
    memset(header + 148, ' ', 8);
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (uint8_t)header[i];
    octal(header + 148, 7, sum);
    aj_buf_add(to, header, BLOCK);
}

void remote_tar(const struct aj_output *files, size_t count, struct aj_buf *to)
{
    static const char end[2 * BLOCK];
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(files[i].name);
        if (length > NAME_LEN) {
            add_header(to, "././@LongLink", 'L', 0644, length + 1);
            add_padded(to, files[i].name, length + 1);
        }
        add_header(to, files[i].name, '0', files[i].executable ? 0755 : 0644, files[i].size);
        add_padded(to, files[i].data, files[i].size);
    }
    aj_buf_add(to, end, sizeof end);
}

void remote_pack(const struct aj_output *files, size_t count, struct aj_buf *to)
{
    struct aj_buf tar = {0};
    remote_tar(files, count, &tar);
    remote_gzip((struct aj_bytes){(const uint8_t *)tar.data, tar.len}, to);
    aj_buf_free(&tar);
}
