/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The set of files that one configuration is.
 */
#include "emit/bare.h"
#include "emit/emit.h"
#include "emit/guest.h"
#include "emit/plan_page.h"
#include "emit/scripts.h"
#include "emit/service.h"
#include "emit/settings.h"

static const char report_name[] = "report.html";

/* The file as a value of its own; the buffer is empty afterwards. */
static struct aj_output file_of(struct aj_arena *out, const char *name, struct aj_buf *buf)
{
    const struct aj_output file = {
        .name = name,
        .data = aj_memdup(out, aj_buf_text(buf), buf->len),
        .size = buf->len,
        .executable = strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".sh") == 0,
    };
    aj_buf_free(buf);
    return file;
}

static void add(struct emit_files *files, struct aj_arena *out, const char *name,
                struct aj_buf *buf)
{
    AJ_PUSH(out, &files->list, file_of(out, name, buf));
}

/* Both forms of one configuration. */
static enum aj_status add_cell(struct aj_ctx *cx, const struct model_system *system, size_t which,
                               const char *name, struct aj_arena *out, struct emit_files *files)
{
    struct aj_buf buf = {NULL, 0, 0};
    enum aj_status status = emit_cell_write(cx, system, which, &buf);
    if (status == AJ_OK) {
        add(files, out, aj_strf(out, "cells/%s.cell", name), &buf);
        status = emit_cell_c(cx, system, which, &buf);
    }
    if (status == AJ_OK)
        add(files, out, aj_strf(out, "cells/%s.c", name), &buf);
    aj_buf_free(&buf);
    return status;
}

/* All files of one guest. */
static enum aj_status add_guest(struct aj_ctx *cx, const struct emit_input *input, size_t guest,
                                struct aj_arena *out, struct emit_files *files)
{
    const struct model_cell_request *request = &input->req->guests[guest];
    const char *name = emit_cell_name(input->project->name, request->key, out);
    struct aj_buf buf = {NULL, 0, 0};
    AJ_TRY(add_cell(cx, input->system, guest, name, out, files));
    if (request->os == MODEL_OS_BARE)
        emit_bare(input, guest, out, files);
    if (request->os != MODEL_OS_LINUX || input->board->arch == MODEL_ARCH_X86)
        return AJ_OK;
    const enum aj_status status = emit_guest_dt(cx, input, guest, EMIT_DT_BLOB, &buf);
    if (status == AJ_OK)
        add(files, out, aj_strf(out, "dtb/%s.dtb", name), &buf);
    aj_buf_free(&buf);
    AJ_TRY(status);
    const struct model_plan_cell *cell = model_plan_cell(input->plan, request->key);
    if (cell != NULL && cell->irqs_count > 0) {
        emit_settings_guest_script(cell, &buf);
        add(files, out, aj_strf(out, "irqs/%s.sh", name), &buf);
    }
    return AJ_OK;
}

static enum aj_status add_reservation(struct aj_ctx *cx, const struct emit_input *input,
                                      struct aj_arena *out, struct emit_files *files)
{
    const struct emit_reservation *reservation = input->reservation;
    struct aj_buf buf = {NULL, 0, 0};
    if (reservation->bootargs != NULL) {
        aj_buf_addf(&buf, "%s\n", reservation->bootargs);
        add(files, out, "bootargs.txt", &buf);
    }
    if (input->board->arch == MODEL_ARCH_X86) {
        emit_reservation_grub(reservation, &buf);
        add(files, out, "grub.d/autojail.cfg", &buf);
        return AJ_OK;
    }
    const enum aj_status status = emit_reservation_overlay(cx, input->board, reservation, &buf);
    if (status == AJ_OK)
        add(files, out, "reserved-memory.dtbo", &buf);
    aj_buf_free(&buf);
    return status;
}

enum aj_status emit_all(struct aj_ctx *cx, const struct emit_input *input, struct aj_arena *out,
                        struct emit_files *files)
{
    struct aj_buf buf = {NULL, 0, 0};
    AJ_TRY(add_cell(cx, input->system, EMIT_ROOT, input->project->name, out, files));
    for (size_t i = 0; i < input->req->guests_count; i++)
        AJ_TRY(add_guest(cx, input, i, out, files));
    AJ_TRY(add_reservation(cx, input, out, files));
    emit_network(input, out, files);
    model_plan_write(input->plan, &buf);
    add(files, out, "plan.yml", &buf);
    emit_plan_page(input, out, &buf);
    add(files, out, report_name, &buf);
    model_system_write(input->system, &buf);
    add(files, out, "system.yml", &buf);
    emit_start_script(input, out, &buf);
    add(files, out, "start.sh", &buf);
    emit_stop_script(input->req, &buf);
    add(files, out, "stop.sh", &buf);
    return AJ_OK;
}

void emit_report_again(const struct emit_input *input, struct aj_arena *out,
                       struct emit_files *files)
{
    struct aj_buf buf = {NULL, 0, 0};
    emit_plan_page(input, out, &buf);
    const struct aj_output page = file_of(out, report_name, &buf);
    for (size_t i = 0; i < files->list.count; i++)
        if (strcmp(files->list.items[i].name, report_name) == 0)
            files->list.items[i] = page;
}
