/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/dts.h"

#include <unistd.h>

#include "base/buf.h"
#include "tests/support/support.h"

struct aj_bytes test_dtb(struct aj_arena *to, const char *dts)
{
    char name[] = "/tmp/aj-test-XXXXXX";
    const int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, dts, strlen(dts)), strlen(dts));
    close(fd);
    FILE *dtc =
        popen(aj_strf(to, "dtc -f -q -q -q -I dts -O dtb -i extract/dts -o - %s", name), "r");
    assert_non_null(dtc);
    struct aj_buf blob = {0};
    char chunk[4096];
    for (size_t got = 1; got > 0;) {
        got = fread(chunk, 1, sizeof chunk, dtc);
        aj_buf_add(&blob, chunk, got);
    }
    const int status = pclose(dtc);
    unlink(name);
    if (status != 0 || blob.len == 0)
        fail_msg("dtc refuses:\n%s", dts);
    const struct aj_bytes bytes = {aj_memdup(to, aj_buf_text(&blob), blob.len), blob.len};
    aj_buf_free(&blob);
    return bytes;
}
