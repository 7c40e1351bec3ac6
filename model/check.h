/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second witness. Two layers that share no code with the solver: does the plan meet the
 * requirements; is the system sane for the hypervisor.
 */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "base/buf.h"
#include "model/plan.h"
#include "model/system.h"

/*
 * Judges every decision of `plan` against `req` and the `board` it was made for (with the platform of
 * cells.yml in place: model_board_override) in integers, from scratch: CPUs, memory,
 * devices, interrupts, links, windows. Each violation is an error "plan-..." with the position of
 * the requirement it breaks. AJ_FINDINGS if there is any.
 */
AJ_NODISCARD enum aj_status model_check_plan(struct aj_ctx *cx, const struct model_board *board,
                                             const struct model_requirements *req,
                                             const struct model_plan *plan);

enum model_rule_severity { MODEL_RULE_INFO, MODEL_RULE_WARNING, MODEL_RULE_ERROR };

/* Where a rule applies: bits for architectures, and whether it compares with a board. */
enum {
    MODEL_RULE_ON_X86 = 1 << MODEL_ARCH_X86,
    MODEL_RULE_ON_ARM = 1 << MODEL_ARCH_ARM,
    MODEL_RULE_ON_ARM64 = 1 << MODEL_ARCH_ARM64,
    MODEL_RULE_ON_BOARD = 8,
};

/* A rule of Jailhouse, e.g. {"hv-5", ERROR, ON_ARM64, 0, "hypervisor memory is 2 MiB aligned", ...}. */
struct model_rule {
    const char *id; /* as in docs/checks.md: the family and a number */
    enum model_rule_severity severity;
    uint8_t applies;
    uint8_t since; /* first revision of the format that it applies to, 0 = all */
    const char *says;
    const char *consequence; /* what the hypervisor does with a configuration that breaks it */
    const char *source;      /* where in Jailhouse the rule comes from: file and function */
};
/* All rules, in order; *count of them. */
const struct model_rule *model_rules(size_t *count);
/* "warning" */
const char *model_rule_severity_text(enum model_rule_severity severity);
/* "arm64, with a board, from revision 12"; in `arena`. */
const char *model_rule_applies_text(const struct model_rule *rule, struct aj_arena *arena);

/* A rule of the numbering of docs/checks.md that no finding is named after, and why. */
struct model_rule_elsewhere {
    const char *id, *where;
};
extern const struct model_rule_elsewhere model_rules_elsewhere[]; /* ends with id NULL */
/* The same as Markdown: docs/checks.md. */
void model_rules_write(struct aj_buf *to);

/* What the user made of the rules: rules that are not judged, rules that are errors in any case. */
struct model_rule_choice {
    const bool *off, *error; /* [count of model_rules], each may be NULL */
};
/* Rule `id` -> its index; AJ_ERR_USAGE "usage" with what may have been meant if there is none. */
AJ_NODISCARD enum aj_status model_rule_find(struct aj_ctx *cx, const char *id, size_t *index);

/*
 * Judges a system configuration and the cells that are to run beside each other on it. Works on any
 * system, also foreign ones. Each violation is recorded under the rule's id and severity and names
 * both parties. `board` may be NULL; with it, addresses are compared with the hardware too. `choice`
 * may be NULL: all rules as they are. AJ_FINDINGS if a rule of severity error is broken.
 */
AJ_NODISCARD enum aj_status model_check_system(struct aj_ctx *cx, const struct model_system *system,
                                               const struct model_board *board,
                                               const struct model_rule_choice *choice);

#endif
