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

/* A rule of Jailhouse, e.g. {"hv-5", ERROR, "hypervisor memory is 2 MiB aligned on arm64", ...}. */
struct model_rule {
    const char *id; /* as in docs/checks.md: the family and a number */
    enum model_rule_severity severity;
    const char *says;
    const char *consequence; /* what the hypervisor does with a configuration that breaks it */
    const char *source;      /* where in Jailhouse the rule comes from: file and function */
};
/* All rules, in order; *count of them. */
const struct model_rule *model_rules(size_t *count);
/* The same as Markdown: docs/checks.md. */
void model_rules_write(struct aj_buf *to);

/*
 * Judges a system configuration and the cells that are to run beside each other on it. Works on any
 * system, also foreign ones. Each violation is recorded under the rule's id and severity and names
 * both parties. `board` may be NULL; with it, addresses are compared with the hardware too.
 * AJ_FINDINGS if a rule of severity error is broken.
 */
AJ_NODISCARD enum aj_status model_check_system(struct aj_ctx *cx, const struct model_system *system,
                                               const struct model_board *board);

#endif
