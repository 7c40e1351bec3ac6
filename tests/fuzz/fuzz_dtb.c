/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device tree blobs: base/dt.h and all of extract/ that needs no other file. */
#include "tests/fuzz/fuzz_target.h"

#include "extract/extract.h"

/* A board of ours can be written and reads back equal. */
static void check_board(struct aj_ctx *cx, struct aj_arena *out, const struct model_board *board)
{
    struct aj_buf text = {0};
    const struct aj_yaml *doc = NULL;
    const struct model_board *again = NULL;
    model_board_write(board, &text);
    FUZZ_CHECK(aj_yaml_parse(cx, "board.yml", text.data, text.len, out, &doc) == AJ_OK);
    FUZZ_CHECK(model_board_read(cx, doc, out, &again) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_board_schema, board, again));
    aj_buf_free(&text);
}

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
        check_board(&cx, out, board);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
