/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a plan to files: Jailhouse's terms (lowering), `.cell` binaries and their C form, guest device
 * trees, what the root's kernel must be told, and scripts. Everything is made in memory; writing to
 * disk is the caller's.
 */
#ifndef EMIT_EMIT_H
#define EMIT_EMIT_H

#include "base/fs.h"
#include "model/plan.h"
#include "model/project.h"
#include "model/system.h"

/*
 * Rewrites a checked plan in Jailhouse's terms; decides nothing. Order of a cell's regions as upstream
 * has it: link sections, devices, loader, RAM, communication region; of the root's: link sections,
 * registers and windows with holes for whatever the hypervisor traps, RAM without the hypervisor.
 * IOMMUs are put into the hypervisor's hands only when a guest has a device behind one (warning
 * "lower-iommu"). Fails with AJ_ERR_INTERNAL "lower-plan" if the plan is not complete, with
 * AJ_ERR_INPUT "lower-arch" on x86, "lower-platform" when the interrupt controller is not known,
 * "lower-iommu-count" when the board has more IOMMUs than Jailhouse can drive.
 */
AJ_NODISCARD enum aj_status emit_lower(struct aj_ctx *cx, const struct model_board *board,
                                       const struct model_requirements *req,
                                       const struct model_plan *plan, uint32_t config_revision,
                                       struct aj_arena *out, const struct model_system **system);

/* Which configuration of a system: the system configuration itself or cells[n]. */
#define EMIT_ROOT SIZE_MAX

/*
 * The binary. Fails, with `to` unchanged, for what a system.yml may say and a file cannot: with
 * AJ_ERR_INPUT "cell-revision" for revisions other than 10 to 14, with AJ_ERR_INPUT "cell-limit" for
 * what has no place (CPUs beyond cpu_set_size, a name of more than 32 bytes).
 */
AJ_NODISCARD enum aj_status emit_cell_write(struct aj_ctx *cx, const struct model_system *system,
                                            size_t which, struct aj_buf *to);
/*
 * Reads one `.cell` file: a system with a header and a root, or one with a single cell. `name` stands
 * in diagnostics. Writing the result gives the same bytes, whatever they are. Fails with
 * AJ_ERR_INPUT: "cell-signature", "cell-revision" (says which revision it is), "cell-architecture",
 * "cell-truncated" (with the offset and what was expected there), "cell-limit" (more than AJ_CPU_MAX
 * CPUs), "cell-older" (a byte of revision 10 to 12 that would be lost). Before revision 14 a file does
 * not say the architecture: info "cell-architecture-guess".
 */
AJ_NODISCARD enum aj_status emit_cell_read(struct aj_ctx *cx, const char *name,
                                           struct aj_bytes bytes, struct aj_arena *out,
                                           const struct model_system **system);
/* The C source that upstream's build turns into the same bytes. Jailhouse's style. Fails as writing. */
AJ_NODISCARD enum aj_status emit_cell_c(struct aj_ctx *cx, const struct model_system *system,
                                        size_t which, struct aj_buf *to);
/* The configuration for a reader: every field with its name, flags in words. */
void emit_cell_show(const struct model_system *system, struct aj_buf *to);

/* What files are made of: what was asked for, what was decided, and the same in Jailhouse's terms. */
struct emit_reservation;
struct emit_input {
    const struct model_project *project;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan;
    const struct model_system *system;
    const struct emit_reservation *reservation; /* emit_reservation of board and plan */
    const char *why;               /* the solver's words on its decisions, or NULL: nobody asked */
    const struct aj_ctx *findings; /* where checks recorded theirs, or NULL */
    size_t findings_from;          /* the first diagnostic there that is about this plan */
};

/*
 * The device tree of a Linux guest (arm, arm64). /memory and the initrd are added on the target by
 * `jailhouse cell linux`. Fails with AJ_ERR_INPUT "guest-dt-..." when the board lacks a fact that a
 * guest needs; the warning "guest-dt-clock" comes with the blob.
 */
enum emit_dt_form { EMIT_DT_BLOB, EMIT_DT_SOURCE };
AJ_NODISCARD enum aj_status emit_guest_dt(struct aj_ctx *cx, const struct emit_input *input,
                                          size_t guest, enum emit_dt_form form, struct aj_buf *to);

/* What the root's Linux must keep its hands off: the hypervisor's and the guests' memory. */
struct emit_reservation {
    const struct aj_range *ranges; /* page-aligned, ascending, merged */
    size_t ranges_count;
    const char *bootargs; /* for the root's kernel, one line, e.g. "mem=768M isolcpus=3": the
                             reservation, unless something else lies above the ranges, which no
                             argument can express; and its knobs of boot time. NULL: neither */
};
void emit_reservation(const struct model_board *board, const struct model_plan *plan,
                      struct aj_arena *out, struct emit_reservation *reservation);
/* A file for /etc/default/grub.d that adds `bootargs`, quoted for update-grub and for GRUB. */
void emit_reservation_grub(const struct emit_reservation *reservation, struct aj_buf *to);
/* A device tree overlay (blob) with a no-map node for each range, for boot loaders that apply them. */
AJ_NODISCARD enum aj_status emit_reservation_overlay(struct aj_ctx *cx,
                                                     const struct model_board *board,
                                                     const struct emit_reservation *reservation,
                                                     struct aj_buf *blob);

/* Everything that `autojail config` writes for a system that passed the checks. */
struct emit_files {
    AJ_VEC(struct aj_output) list; /* names relative to the output directory */
};
AJ_NODISCARD enum aj_status emit_all(struct aj_ctx *cx, const struct emit_input *input,
                                     struct aj_arena *out, struct emit_files *files);
/* Makes the page about the plan anew in `files`, when there are words on why only now. */
void emit_report_again(const struct emit_input *input, struct aj_arena *out,
                       struct emit_files *files);
/* What each file of emit_tree has in its first lines, and nobody else's: it may be replaced. */
#define EMIT_TREE_MARK "autojail"
/*
 * Sources for the tree of Jailhouse, with names relative to it, as its build looks for them:
 * configs/<arch>/<project>.c and <project>-<guest>.c, and for Linux guests of arm and arm64
 * configs/<arch>/dts/inmate-<project>-<guest>.dts.
 */
AJ_NODISCARD enum aj_status emit_tree(struct aj_ctx *cx, const struct emit_input *input,
                                      struct aj_arena *out, struct emit_files *files);

#endif
