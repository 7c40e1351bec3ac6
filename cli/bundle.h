/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One archive of everything that the board gets, under the paths that it has there.
 */
#ifndef CLI_BUNDLE_H
#define CLI_BUNDLE_H

#include "cli/inputs.h"
#include "explore/step.h"

/*
 * A tar archive: the step's files below deploy_dir, if that is absolute, else below
 * /opt/autojail/<project>; those that the board's system reads where it looks for them; a unit of
 * systemd; manifest.yml with what made it and every file's digest; and uninstall.txt, the paths of
 * all of it. AJ_ERR_INPUT "bundle-directory" for a deploy_dir that cannot be. Equal input gives equal bytes, wherever and whenever it is made.
 */
AJ_NODISCARD enum aj_status cli_bundle_make(struct aj_ctx *cx, const struct cli_args *args,
                                            const struct cli_inputs *in,
                                            const struct explore_step *step, struct aj_arena *arena,
                                            struct aj_buf *tar);

#endif
