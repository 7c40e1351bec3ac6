/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules as a table, and what is told of them: listing, document. */
#include "base/names.h"
#include "model/check_priv.h"

#define SEVERITY_INFO    MODEL_RULE_INFO
#define SEVERITY_WARNING MODEL_RULE_WARNING
#define SEVERITY_ERROR   MODEL_RULE_ERROR

#define X86        MODEL_RULE_ON_X86
#define ARM        MODEL_RULE_ON_ARM
#define ARM64      MODEL_RULE_ON_ARM64
#define ARMS       (ARM | ARM64)
#define ANY        (X86 | ARMS)
#define BOARD      MODEL_RULE_ON_BOARD
#define SINCE(rev) ((rev) << 8)

#define RULE_ROW(name, id, severity, applies, says, consequence, source)              \
    [MODEL_RULE_##name] = {id,   SEVERITY_##severity, (applies)&0xff, (applies) >> 8, \
                           says, consequence,         source},
static const struct model_rule rules[] = {MODEL_RULES(RULE_ROW)};
#undef RULE_ROW

const struct model_rule_elsewhere model_rules_elsewhere[] = {
    {"hdr-1", "refused when the file is read: cell-signature"},
    {"hdr-4", "refused when the file is read: cell-truncated"},
    {"hdr-6", "refused when the file is read: cell-truncated"},
    {"hdr-14", "refused when the file is read: cell-truncated"},
    {"c-4", "refused when the file is read: cell-truncated"},
    {"c-5", "refused when the file is read: cell-signature"},
    {"c-6", "its traces are com-1, ivs-13 and mem-1"},
    {"cpu-10", "cpu-2 and cpu-3 say it of a board"},
    {"gic-18", "depends on nothing that a configuration says"},
    {"vpi-9", "about a guest's device tree; those that autojail writes have the cell's own base"},
    {"dev-19", "what the hypervisor does with any configuration"},
    {"dev-20", "what the driver does with any configuration"},
    {"con-8", "what guests do with any configuration; con-1 is about the hypervisor's console"},
    {NULL, NULL},
};

static const char *const severities[] = {
    [MODEL_RULE_INFO] = "info",
    [MODEL_RULE_WARNING] = "warning",
    [MODEL_RULE_ERROR] = "error",
};

const struct model_rule *model_rules(size_t *count)
{
    *count = AJ_COUNT(rules);
    return rules;
}

const char *model_rule_severity_text(enum model_rule_severity severity)
{
    return severities[severity];
}

const char *model_rule_applies_text(const struct model_rule *rule, struct aj_arena *arena)
{
    const char *text = "";
    if ((rule->applies & ANY) == ANY)
        text = "any";
    for (uint32_t arch = 0; arch <= MODEL_ARCH_ARM64 && (rule->applies & ANY) != ANY; arch++) {
        if ((rule->applies & 1u << arch) != 0)
            text = aj_strf(arena, "%s%s%s", text, *text == '\0' ? "" : ", ",
                           aj_name_of(model_arch_names, arch));
    }
    if (rule->since != 0)
        text = aj_strf(arena, "%s from revision %u", text, rule->since);
    return (rule->applies & BOARD) != 0 ? aj_strf(arena, "%s, with a board", text) : text;
}

enum aj_status model_rule_find(struct aj_ctx *cx, const char *id, size_t *index)
{
    for (size_t i = 0; i < AJ_COUNT(rules); i++) {
        if (strcmp(rules[i].id, id) == 0) {
            *index = i;
            return AJ_OK;
        }
    }
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "no rule is called '%s'", id);
    for (size_t i = 0; model_rules_elsewhere[i].id != NULL; i++) {
        if (strcmp(model_rules_elsewhere[i].id, id) == 0) {
            aj_diag_hint(cx, "it is not judged here: %s", model_rules_elsewhere[i].where);
            return status;
        }
    }
    struct aj_name names[AJ_COUNT(rules) + 1] = {{0, NULL}};
    for (size_t i = 0; i < AJ_COUNT(rules); i++)
        names[i].name = rules[i].id;
    if (aj_name_nearest(names, id) != NULL)
        aj_diag_suggest(cx, names, id, "");
    else
        aj_diag_hint(cx, "see 'autojail check --list'");
    return status;
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
    struct aj_arena *arena = aj_arena_open();
    aj_buf_adds(to, "# Rules of `autojail check`\n\n"
                    "Made from the table of rules in `model/check_rules_priv.h`; do not edit.\n\n"
                    "An error is what the hypervisor refuses, hangs or crashes on, or what breaks "
                    "the isolation of cells.\n`-W no-ID` leaves a rule out, `-E ID` makes it an "
                    "error, `--list` prints this table.\n\n"
                    "| id | severity | applies to | what holds | otherwise | source in Jailhouse "
                    "|\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < AJ_COUNT(rules); i++) {
        aj_buf_addf(to, "| %s | %s | %s | ", rules[i].id, severities[rules[i].severity],
                    model_rule_applies_text(&rules[i], arena));
        write_cell(to, rules[i].says);
        aj_buf_adds(to, " | ");
        write_cell(to, rules[i].consequence);
        aj_buf_adds(to, " | ");
        write_cell(to, rules[i].source);
        aj_buf_adds(to, " |\n");
    }
    aj_buf_adds(to,
                "\nNumbers that are missing above:\n\n| id | where it is judged |\n|---|---|\n");
    for (size_t i = 0; model_rules_elsewhere[i].id != NULL; i++)
        aj_buf_addf(to, "| %s | %s |\n", model_rules_elsewhere[i].id,
                    model_rules_elsewhere[i].where);
    aj_arena_close(arena);
}
