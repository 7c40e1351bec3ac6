/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jailhouse configuration files: emit/cell_read.c, and everything that is made of what it reads. */
#include "tests/fuzz/fuzz_target.h"

#include "emit/emit.h"

/* The YAML form says the same, whatever the file says. */
static void check_yaml(struct aj_ctx *cx, const struct model_system *system, const uint8_t *data,
                       size_t size)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf text = {0}, back = {0};
    const struct aj_yaml *doc = NULL;
    const struct model_system *again = NULL;
    model_system_write(system, &text);
    FUZZ_CHECK(aj_yaml_parse(cx, "fuzz.yml", text.data, text.len, arena, &doc) == AJ_OK);
    FUZZ_CHECK(model_system_read(cx, doc, arena, &again) == AJ_OK);
    FUZZ_CHECK(emit_cell_write(cx, again, again->header != NULL ? EMIT_ROOT : 0, &back) == AJ_OK);
    FUZZ_CHECK(back.len == size && memcmp(back.data, data, size) == 0);
    aj_buf_free(&text);
    aj_buf_free(&back);
    aj_arena_close(arena);
}

static void check_system(struct aj_ctx *cx, const struct model_system *system, const uint8_t *data,
                         size_t size)
{
    const size_t which = system->header != NULL ? EMIT_ROOT : 0;
    struct aj_buf back = {0}, source = {0}, listing = {0};
    FUZZ_CHECK((system->header != NULL) == (system->root != NULL));
    FUZZ_CHECK((system->header != NULL) == (system->cells_count == 0));
    FUZZ_CHECK(emit_cell_write(cx, system, which, &back) == AJ_OK);
    FUZZ_CHECK(back.len == size && memcmp(back.data, data, size) == 0);
    check_yaml(cx, system, data, size);
    const uint32_t revision =
        system->header != NULL ? system->header->revision : system->cells[0].revision;
    FUZZ_CHECK((emit_cell_c(cx, system, which, &source) == AJ_OK) == (revision >= 13));
    emit_cell_show(system, &listing);
    FUZZ_CHECK((source.len > 0) == (revision >= 13) && listing.len > 0);
    aj_buf_free(&back);
    aj_buf_free(&source);
    aj_buf_free(&listing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_ctx cx;
    struct aj_arena *arena = aj_arena_open();
    const struct model_system *system = NULL;
    const struct aj_bytes bytes = {data, size};
    aj_ctx_open(&cx);
    if (emit_cell_read(&cx, "fuzz.cell", bytes, arena, &system) == AJ_OK)
        check_system(&cx, system, data, size);
    else
        FUZZ_CHECK(cx.diags_count > 0 && system == NULL);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
    return 0;
}
