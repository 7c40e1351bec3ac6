/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An x86 machine: the order in which one subject needs the other. */
#include "extract/x86_priv.h"

#define DMI "/sys/class/dmi/id/"

void extract_dmi(struct extract *ex)
{
    struct model_board_info *info = &ex->board->board;
    info->vendor = extract_text(ex, DMI "sys_vendor");
    info->model = extract_text(ex, DMI "product_name");
    ex->board->address_cells = ex->board->size_cells = 2; /* of no tree: what is usual */
}

/* Without root the half of it is missing; said once, where it matters. */
static void judge_rights(struct x86 *x)
{
    struct aj_bytes bytes;
    if (!remote_read(x->ex->remote, "/sys/firmware/acpi/tables/APIC", x->ex->cx->scratch, &bytes))
        AJ_PUSH(x->ex->out, &x->ex->obstacles,
                "the tables of ACPI are missing: they can be read by root alone");
}

enum aj_status extract_x86(struct extract *ex)
{
    static void (*const subjects[])(struct x86 *) = {
        x86_read_functions, x86_read_tables, x86_read_iommus, x86_add_functions,
        x86_find_pins,      x86_consoles,    x86_verdicts,    x86_cpus,
        x86_memory,         x86_ports,       x86_interrupts,
    };
    struct x86 x = {.ex = ex};
    extract_dmi(ex);
    ex->board->arch = MODEL_ARCH_X86;
    extract_kernel(ex);
    judge_rights(&x);
    for (size_t i = 0; i < AJ_COUNT(subjects) && !aj_cancelled(ex->cx); i++)
        subjects[i](&x);
    extract_realtime(ex);
    struct model_x86_platform *platform = AJ_NEW(ex->out, struct model_x86_platform);
    *platform = x.platform;
    ex->board->platform.x86 = platform;
    ex->board->platform.pci.hosts = x.hosts.items;
    ex->board->platform.pci.hosts_count = x.hosts.count;
    return aj_poll_cancel(ex->cx);
}
