/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device tree blobs: base/dt.h and all of extract/ that needs no other file. */
#include "extract/extract.h"
#include "tests/fuzz/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_ctx cx;
    const struct model_board *board = NULL;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    const enum aj_status status =
        extract_board_from_dtb(&cx, "fuzz.dtb", (struct aj_bytes){data, size}, NULL, out, &board);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (board != NULL));
    if (status == AJ_OK)
        fuzz_check_board(&cx, out, board);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
