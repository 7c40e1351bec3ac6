/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sources of a configuration as Jailhouse's own tree has them.
 */
#include "base/names.h"
#include "emit/emit.h"
#include "emit/guest.h"

static void add(struct emit_files *files, struct aj_arena *out, const char *name,
                struct aj_buf *buf)
{
    const struct aj_output file = {
        .name = name, .data = aj_memdup(out, aj_buf_text(buf), buf->len), .size = buf->len};
    AJ_PUSH(out, &files->list, file);
    aj_buf_free(buf);
}

static enum aj_status add_config(struct aj_ctx *cx, const struct emit_input *input, size_t which,
                                 const char *name, struct aj_arena *out, struct emit_files *files)
{
    struct aj_buf buf = {NULL, 0, 0};
    const enum aj_status status = emit_cell_c(cx, input->system, which, &buf);
    if (status == AJ_OK)
        add(files, out, name, &buf);
    aj_buf_free(&buf);
    return status;
}

static enum aj_status add_dts(struct aj_ctx *cx, const struct emit_input *input, size_t guest,
                              const char *name, struct aj_arena *out, struct emit_files *files)
{
    struct aj_buf buf = {NULL, 0, 0};
    aj_buf_addf(&buf,
                "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */\n"
                "/* Device tree of a cell of Jailhouse, made by " EMIT_TREE_MARK " for %s */\n\n",
                aj_name_of(model_arch_names, input->board->arch));
    const enum aj_status status = emit_guest_dt(cx, input, guest, EMIT_DT_SOURCE, &buf);
    if (status == AJ_OK)
        add(files, out, name, &buf);
    aj_buf_free(&buf);
    return status;
}

enum aj_status emit_tree(struct aj_ctx *cx, const struct emit_input *input, struct aj_arena *out,
                         struct emit_files *files)
{
    const char *dir = aj_strf(out, "configs/%s", aj_name_of(model_arch_names, input->board->arch));
    const char *project = input->project->name;
    AJ_TRY(add_config(cx, input, EMIT_ROOT, aj_strf(out, "%s/%s.c", dir, project), out, files));
    for (size_t i = 0; i < input->req->guests_count; i++) {
        const struct model_cell_request *guest = &input->req->guests[i];
        const char *name = emit_cell_name(project, guest->key, out);
        AJ_TRY(add_config(cx, input, i, aj_strf(out, "%s/%s.c", dir, name), out, files));
        if (guest->os == MODEL_OS_LINUX && input->board->arch != MODEL_ARCH_X86)
            AJ_TRY(
                add_dts(cx, input, i, aj_strf(out, "%s/dts/inmate-%s.dts", dir, name), out, files));
    }
    return AJ_OK;
}
