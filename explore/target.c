/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/target.h"

#include "explore/target_priv.h"

#define SIMULATED "sim:"

const struct aj_name explore_mode_names[] = {
    {EXPLORE_MODE_AUTO, "auto"},
    {EXPLORE_MODE_LINUX, "linux"},
    {EXPLORE_MODE_JAILHOUSE, "jailhouse"},
    {0, NULL},
};

enum aj_status explore_target_open(struct aj_ctx *cx, const struct explore_target_options *options,
                                   struct aj_arena *out, struct explore_target **target)
{
    if (strncmp(options->login.login, SIMULATED, strlen(SIMULATED)) == 0)
        return explore_target_sim_open(cx, options, out, target);
    return aj_fail(cx, AJ_ERR_TARGET, "target-mode", aj_loc_file(options->login.login),
                   "only a simulated board can be explored");
}
