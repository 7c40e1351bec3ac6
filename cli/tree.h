/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The source tree of Jailhouse that `jailhouse_dir` names: the cells' sources go there as well, and
 * `--build` has its build make the cells.
 */
#ifndef CLI_TREE_H
#define CLI_TREE_H

#include "cli/inputs.h"
#include "explore/step.h"

enum cli_tree_use { CLI_TREE_PLACE, CLI_TREE_BUILD };

struct cli_tree {
    const struct cli_inputs *in;
    const char *dir;            /* NULL: nothing goes anywhere */
    const char *kernel_dir;     /* CLI_TREE_BUILD: absolute */
    struct emit_files files;    /* relative to dir */
    AJ_VEC(const char *) stale; /* of an earlier run, relative to dir */
};

/*
 * Looks before anything is decided. Without the directory there is the warning "jailhouse-dir" and
 * nothing is done, unless it is to be built. Fails with AJ_ERR_INPUT "jailhouse-dir" for what is no
 * tree, "jailhouse-revision" for one that speaks another than config_revision, "build-argument" if
 * kernel_dir or cross_compile cannot work, with AJ_ERR_USAGE "usage" to build without jailhouse_dir.
 */
AJ_NODISCARD enum aj_status cli_tree_open(struct aj_ctx *cx, const struct cli_inputs *in,
                                          enum cli_tree_use use, struct aj_arena *arena,
                                          struct cli_tree *tree);
/*
 * Makes the sources; what `build_dir` says of an earlier run's is stale if this one has it not. The
 * list for the next run joins the step's files. AJ_ERR_INPUT "jailhouse-file" if a source of
 * somebody else is in the way.
 */
AJ_NODISCARD enum aj_status cli_tree_make(struct aj_ctx *cx, struct cli_tree *tree,
                                          const char *build_dir, struct explore_step *step,
                                          struct aj_arena *arena);
AJ_NODISCARD enum aj_status cli_tree_write(struct aj_ctx *cx, const struct cli_tree *tree);
/*
 * Runs make. AJ_ERR_TARGET "build-failed" with the end of what it says; AJ_ERR_INTERNAL
 * "build-differs" if a cell comes out other than the step's.
 */
AJ_NODISCARD enum aj_status cli_tree_build(struct aj_ctx *cx, const struct cli_tree *tree,
                                           const struct explore_step *step, struct aj_arena *arena);

#endif
