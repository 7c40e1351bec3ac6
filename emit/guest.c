/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/guest.h"

#include "emit/settings.h"

const struct model_device *emit_guest_uart(const struct model_board *board,
                                           const struct model_plan_cell *cell)
{
    return cell->console != NULL ? model_board_device(board, cell->console) : NULL;
}

uint32_t emit_guest_uart_clock(const struct model_board *board, const struct model_device *uart)
{
    const struct model_board_console *console = model_board_console_of(board, uart->name);
    if (console != NULL && console->clock_hz != AJ_NONE32 && console->clock_hz != 0)
        return console->clock_hz;
    return uart->clock_hz != AJ_NONE32 ? uart->clock_hz : 0;
}

/* The Linux console of a UART type: driver's tty and what it is called on a command line. */
static const struct {
    uint16_t type;
    const char *tty;
} linux_consoles[] = {
    {JAILHOUSE_CON_TYPE_8250, "ttyS0"},     {JAILHOUSE_CON_TYPE_PL011, "ttyAMA0"},
    {JAILHOUSE_CON_TYPE_XUARTPS, "ttyPS0"}, {JAILHOUSE_CON_TYPE_MVEBU, "ttyMV0"},
    {JAILHOUSE_CON_TYPE_HSCIF, "ttySC0"},   {JAILHOUSE_CON_TYPE_SCIFA, "ttySC0"},
    {JAILHOUSE_CON_TYPE_IMX, "ttymxc0"},    {JAILHOUSE_CON_TYPE_IMX_LPUART, "ttyLP0"},
    {JAILHOUSE_CON_TYPE_SCIF, "ttySC0"},
};

/* What the user says, else what the console of the guest needs. */
static const char *without_knobs(const struct model_board *board,
                                 const struct model_cell_request *request,
                                 const struct model_plan_cell *cell, struct aj_arena *out)
{
    const struct model_board_console *console =
        cell->console != NULL ? model_board_console_of(board, cell->console) : NULL;
    if (request->bootargs != NULL || console == NULL)
        return request->bootargs;
    const uint32_t baud = console->baud != AJ_NONE32 && console->baud != 0 ? console->baud : 115200;
    for (size_t i = 0; i < AJ_COUNT(linux_consoles); i++) {
        if (linux_consoles[i].type == console->type)
            return aj_strf(out, "console=%s,%u earlycon", linux_consoles[i].tty, baud);
    }
    return NULL;
}

/* Interrupts that are nobody's in particular stay off the busy CPUs, unless a knob says where. */
static const char *affinity(const struct model_plan *plan, const struct model_plan_cell *cell,
                            struct aj_arena *out)
{
    if (cell == NULL || cell->irq_default == AJ_NONE32)
        return NULL;
    for (size_t i = 0; i < plan->knobs_count; i++) {
        if (strcmp(plan->knobs[i].cell, cell->key) == 0 &&
            strcmp(plan->knobs[i].knob, "irqaffinity") == 0)
            return NULL;
    }
    return aj_strf(out, "irqaffinity=%u", emit_settings_guest_cpu(cell, cell->irq_default));
}

const char *emit_guest_bootargs(const struct model_board *board, const struct model_plan *plan,
                                const struct model_cell_request *request, struct aj_arena *out)
{
    const struct model_plan_cell *cell = model_plan_cell(plan, request->key);
    const char *usual = cell != NULL ? without_knobs(board, request, cell, out) : NULL;
    usual = emit_settings_join(usual, affinity(plan, cell, out), out);
    return emit_settings_join(usual, emit_settings_arguments(board, plan, request->key, out), out);
}

const char *emit_cell_name(const char *project, const char *key, struct aj_arena *out)
{
    return strcmp(key, "root") == 0 ? aj_strdup(out, project) : aj_strf(out, "%s-%s", project, key);
}
