/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include <assert.h>

#include <openssl/evp.h>

const char *aj_sha256(struct aj_arena *out, struct aj_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    const int done = EVP_Digest(bytes.data, bytes.size, digest, &length, EVP_sha256(), NULL);
    assert(done == 1); /* only memory can fail, and that ends the process everywhere */
    char *text = aj_alloc(out, 2 * (size_t)length + 1);
    for (unsigned i = 0; i < length; i++) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[2 * length] = '\0';
    return text;
}
