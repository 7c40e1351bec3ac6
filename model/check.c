/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/check.h"

#include "model/check_priv.h"

/* The order is the order of the report. */
static void (*const families[])(struct model_check *ck) = {
    model_check_headers,    model_check_sources,      model_check_hypervisor,
    model_check_cpus,       model_check_regions,      model_check_overlaps,
    model_check_windows,    model_check_starts,       model_check_gic,
    model_check_ioapic,     model_check_pins,         model_check_links,
    model_check_pci,        model_check_devices,      model_check_platform,
    model_check_iommus,     model_check_x86,          model_check_caches,
    model_check_board,      model_check_board_memory, model_check_board_root,
    model_check_board_irqs,
};

static enum model_rule_severity severity_of(const struct model_check *ck, enum model_rule_name name)
{
    size_t count;
    return ck->choice != NULL && ck->choice->error != NULL && ck->choice->error[name]
               ? MODEL_RULE_ERROR
               : model_rules(&count)[name].severity;
}

void model_check_broken(struct model_check *ck, enum model_rule_name name,
                        const struct model_cell *cell, const char *fmt, ...)
{
    size_t count;
    const struct model_rule *rule = &model_rules(&count)[name];
    const struct model_rule_choice *choice = ck->choice;
    const struct model_cell *from = cell != NULL ? cell : ck->root;
    const struct aj_loc loc = {from == NULL ? NULL : from->file, 0, 0};
    if (ck->revision < rule->since || (choice != NULL && choice->off != NULL && choice->off[name]))
        return;
    va_list args;
    va_start(args, fmt);
    const char *text = aj_vstrf(ck->cx->scratch, fmt, args);
    va_end(args);
    switch (severity_of(ck, name)) {
    case MODEL_RULE_INFO: aj_info(ck->cx, rule->id, loc, "%s", text); break;
    case MODEL_RULE_WARNING: aj_warn(ck->cx, rule->id, loc, "%s", text); break;
    case MODEL_RULE_ERROR:
        /* The status of the whole judgement is asked of the records at its end. */
        (void)aj_fail(ck->cx, AJ_FINDINGS, rule->id, loc, "%s", text);
        break;
    }
    aj_diag_note(ck->cx, AJ_NOWHERE, "%s", rule->consequence);
}

enum aj_status model_check_system(struct aj_ctx *cx, const struct model_system *system,
                                  const struct model_board *board,
                                  const struct model_rule_choice *choice)
{
    const size_t before = aj_diag_mark(cx);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct model_cell **cells =
        AJ_NEW_ARRAY(cx->scratch, const struct model_cell *, system->cells_count + 1);
    struct model_check ck = {
        .cx = cx,
        .board = board,
        .choice = choice,
        .header = system->root == NULL ? NULL : system->header,
        .root = system->header == NULL ? NULL : system->root,
        .cells = cells,
    };
    if (ck.root != NULL)
        cells[ck.cells_count++] = ck.root;
    ck.first_guest = ck.cells_count;
    for (size_t i = 0; i < system->cells_count; i++)
        cells[ck.cells_count++] = &system->cells[i];
    if (ck.header != NULL) {
        ck.arch = ck.header->architecture;
        /* Before v0.12 links were of another protocol, in a part of revision 12 too. */
        ck.revision = ck.header->iommu_unit_bytes != 0 && ck.header->revision == 12
                          ? 11
                          : ck.header->revision;
    } else if (ck.cells_count > 0) {
        ck.arch = cells[0]->architecture;
        ck.revision = cells[0]->revision;
    }
    ck.arm = ck.arch == MODEL_ARCH_ARM || ck.arch == MODEL_ARCH_ARM64;

    for (size_t i = 0; i < AJ_COUNT(families); i++)
        families[i](&ck);
    aj_arena_release(cx->scratch, mark);
    return aj_diag_since(cx, before);
}
