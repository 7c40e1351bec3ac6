/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/target.h"

#include "explore/await.h"
#include "explore/target_priv.h"

#define SIMULATED "sim:"

const struct aj_name explore_mode_names[] = {
    {EXPLORE_MODE_AUTO, "auto"},
    {EXPLORE_MODE_LINUX, "linux"},
    {EXPLORE_MODE_JAILHOUSE, "jailhouse"},
    {0, NULL},
};

/* The driver has a directory of its own in sysfs once its module is loaded. */
static enum aj_status has_jailhouse(struct aj_ctx *cx, struct remote_host *host,
                                    struct aj_arena *out, bool *has)
{
    static const char *const argv[] = {"test", "-d", "/sys/devices/jailhouse"};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    struct remote_result result;
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    *has = result.exit_status == 0;
    return AJ_OK;
}

static enum aj_status open_on(struct aj_ctx *cx, const struct explore_target_options *options,
                              struct remote_host *host, struct aj_arena *out,
                              struct explore_target **target)
{
    bool jailhouse = options->mode == EXPLORE_MODE_JAILHOUSE;
    if (options->mode == EXPLORE_MODE_AUTO)
        AJ_TRY(has_jailhouse(cx, host, out, &jailhouse));
    if (jailhouse)
        return explore_target_jailhouse_open(cx, options, host, out, target);
    return explore_target_linux_open(cx, options, host, out, target);
}

static bool is_simulated(const struct remote_login *login)
{
    return strncmp(login->login, SIMULATED, strlen(SIMULATED)) == 0;
}

enum aj_status explore_target_check(struct aj_ctx *cx, const struct remote_login *login)
{
    return is_simulated(login) ? AJ_OK : remote_login_check(cx, login);
}

enum aj_status explore_target_open(struct aj_ctx *cx, const struct explore_target_options *options,
                                   struct aj_arena *out, struct explore_target **target)
{
    struct remote_host *host;
    if (is_simulated(&options->login))
        return explore_target_sim_open(cx, options, out, target);
    if (options->patience_ns > 0)
        AJ_TRY(explore_await(cx, NULL, &options->login, options->patience_ns, &host));
    else
        AJ_TRY(remote_host_open(cx, &options->login, &host));
    const enum aj_status status = open_on(cx, options, host, out, target);
    if (status != AJ_OK)
        remote_host_close(host);
    return status;
}
