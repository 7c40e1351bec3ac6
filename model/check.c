/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/check.h"

#include "model/check_priv.h"

#define SEVERITY_INFO    MODEL_RULE_INFO
#define SEVERITY_WARNING MODEL_RULE_WARNING
#define SEVERITY_ERROR   MODEL_RULE_ERROR

#define RULE_ROW(name, id, severity, says, consequence, source) \
    [MODEL_RULE_##name] = {id, SEVERITY_##severity, says, consequence, source},
static const struct model_rule rules[] = {MODEL_RULES(RULE_ROW)};
#undef RULE_ROW

static const char *const severities[] = {
    [MODEL_RULE_INFO] = "info",
    [MODEL_RULE_WARNING] = "warning",
    [MODEL_RULE_ERROR] = "error",
};

/* The order is the order of the report. */
static void (*const families[])(struct model_check *ck) = {
    model_check_headers,    model_check_hypervisor, model_check_cpus,
    model_check_regions,    model_check_overlaps,   model_check_windows,
    model_check_starts,     model_check_gic,        model_check_ioapic,
    model_check_pins,       model_check_links,      model_check_pci,
    model_check_platform,   model_check_board,      model_check_board_memory,
    model_check_board_root, model_check_board_irqs,
};

const struct model_rule *model_rules(size_t *count)
{
    *count = AJ_COUNT(rules);
    return rules;
}

void model_check_broken(struct model_check *ck, enum model_rule_name name,
                        const struct model_cell *cell, const char *fmt, ...)
{
    const struct model_rule *rule = &rules[name];
    const struct model_cell *from = cell != NULL ? cell : ck->root;
    const struct aj_loc loc = {from == NULL ? NULL : from->file, 0, 0};
    va_list args;
    va_start(args, fmt);
    const char *text = aj_vstrf(ck->cx->scratch, fmt, args);
    va_end(args);
    switch (rule->severity) {
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
                                  const struct model_board *board)
{
    const size_t before = aj_diag_mark(cx);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct model_cell **cells =
        AJ_NEW_ARRAY(cx->scratch, const struct model_cell *, system->cells_count + 1);
    struct model_check ck = {
        .cx = cx,
        .board = board,
        .header = system->root == NULL ? NULL : system->header,
        .root = system->header == NULL ? NULL : system->root,
        .cells = cells,
    };
    if (ck.root != NULL)
        cells[ck.cells_count++] = ck.root;
    ck.first_guest = ck.cells_count;
    for (size_t i = 0; i < system->cells_count; i++)
        cells[ck.cells_count++] = &system->cells[i];
    if (ck.header != NULL)
        ck.arch = ck.header->architecture;
    else if (ck.cells_count > 0)
        ck.arch = cells[0]->architecture;
    ck.arm = ck.arch == MODEL_ARCH_ARM || ck.arch == MODEL_ARCH_ARM64;

    for (size_t i = 0; i < AJ_COUNT(families); i++)
        families[i](&ck);
    aj_arena_release(cx->scratch, mark);
    return aj_diag_since(cx, before);
}

static void write_cell(struct aj_buf *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '_' || *text == '*')
            aj_buf_adds(to, "\\");
        aj_buf_add(to, text, 1);
    }
}

void model_rules_write(struct aj_buf *to)
{
    aj_buf_adds(to, "# Rules of `autojail check`\n\n"
                    "Made from the table of rules in `model/check_rules_priv.h`; do not edit.\n\n"
                    "An error is what the hypervisor refuses, hangs or crashes on, or what breaks "
                    "the isolation of cells.\nSignature, length and counters of a file are judged "
                    "when it is read.\n\n"
                    "| id | severity | what holds | otherwise | source in Jailhouse |\n"
                    "|---|---|---|---|---|\n");
    for (size_t i = 0; i < AJ_COUNT(rules); i++) {
        aj_buf_addf(to, "| %s | %s | ", rules[i].id, severities[rules[i].severity]);
        write_cell(to, rules[i].says);
        aj_buf_adds(to, " | ");
        write_cell(to, rules[i].consequence);
        aj_buf_adds(to, " | ");
        write_cell(to, rules[i].source);
        aj_buf_adds(to, " |\n");
    }
}
