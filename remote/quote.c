/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "remote/host.h"

void remote_quote(struct aj_buf *to, const char *word)
{
    aj_buf_adds(to, "'");
    while (*word != '\0') {
        const size_t plain = strcspn(word, "'");
        aj_buf_add(to, word, plain);
        word += plain;
        if (*word == '\'') {
            aj_buf_adds(to, "'\\''");
            word++;
        }
    }
    aj_buf_adds(to, "'");
}
