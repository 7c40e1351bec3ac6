/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/block.h"

#include <inttypes.h>

#include "base/num.h"

#define PROBE_NS  (10 * AJ_NS_PER_S)
#define NOT_FOUND 127 /* what a shell says */

enum aj_status explore_block_tool(struct aj_ctx *cx, struct explore_jobs *jobs,
                                  struct aj_arena *out, struct explore_cyclictest *tool,
                                  const char **missing)
{
    static const char *const argv[] = {"cyclictest", "--help"};
    const struct explore_job job = {argv, AJ_COUNT(argv), PROBE_NS, jobs->root};
    struct remote_result result;
    enum explore_job_end end;
    *tool = (struct explore_cyclictest){.version = NULL};
    *missing = NULL;
    AJ_TRY(explore_job_run(cx, jobs, &job, out, &result, &end));
    if (result.exit_status == NOT_FOUND)
        *missing = "cyclictest is not installed on the target (package rt-tests)";
    else if (explore_cyclictest_probe(cx, result.out, out, tool) != AJ_OK)
        *missing = "what is called cyclictest on the target is another program";
    return AJ_OK;
}

/*
 * Runs cyclictest in a directory of its own. With $1 threads to watch it also waits until as many
 * have a real-time policy and prints what the kernel says of each: policy, priority and CPUs. The
 * fields 40 and 41 of stat are those of proc(5); the name before them has no blanks. JSON does not
 * say that it broke off.
 */
static const char script[] =
    "w=$1; shift\n"
    "d=$(mktemp -d) && cd \"$d\" || exit 125\n"
    "trap 'cd /; rm -rf \"$d\"' EXIT\n"
    "trap 'exit 143' HUP INT TERM\n"
    "\"$@\" >text </dev/null & p=$!\n"
    "if [ \"$w\" -gt 0 ]; then\n"
    "    for i in 1 2 3 4 5 6 7 8; do\n"
    "        sleep 0.1; : >now\n"
    "        for t in /proc/$p/task/*; do\n"
    "            set -- $(cat \"$t/stat\" 2>/dev/null)\n"
    "            c=$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' \"$t/status\" 2>/dev/null)\n"
    "            [ \"${41:-0}\" = 0 ] || [ -z \"$c\" ] || echo \"#task ${41} ${40} $c\" >>now\n"
    "        done\n"
    "        [ ! -s now ] || mv now seen\n"
    "        [ ! -f seen ] || [ $(wc -l <seen) -lt \"$w\" ] || break\n"
    "    done\n"
    "fi\n"
    "wait $p; s=$?\n"
    "[ ! -f seen ] || cat seen\n"
    "if [ -s json ]; then grep '^# Break' text; cat json; else cat text; fi\n"
    "exit $s\n";

static void read_block(struct aj_ctx *cx, const char *host, struct aj_bytes text,
                       struct aj_arena *out, struct explore_block *block)
{
    const size_t mark = aj_diag_mark(cx);
    const char *name = aj_strf(out, "cyclictest on %s", host);
    if (explore_cyclictest_read(cx, name, text, out, &block->result) == AJ_OK)
        return;
    block->result = (struct explore_cyclictest_result){.threads = NULL};
    block->void_because = aj_strdup(out, cx->diags_count > mark ? cx->diags[mark].msg : name);
}

enum aj_status explore_block_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                                 const struct explore_cyclictest *tool,
                                 const struct explore_cyclictest_run *run, struct aj_arena *out,
                                 struct explore_block *block)
{
    size_t argc;
    const char *const *words = explore_cyclictest_command(tool, run, "json", out, &argc);
    const uint32_t watched = run->watched ? aj_cpuset_count(&run->cpus) : 0;
    const char *const prefix[] = {"sh", "-c", script, "sh", aj_strf(out, "%" PRIu32, watched)};
    const char **argv = AJ_NEW_ARRAY(out, const char *, AJ_COUNT(prefix) + argc);
    memcpy(argv, prefix, sizeof prefix);
    memcpy(argv + AJ_COUNT(prefix), words, argc * sizeof *argv);
    const struct explore_job job = {argv, AJ_COUNT(prefix) + argc,
                                    ((int64_t)run->seconds + EXPLORE_BLOCK_SPARE_S) * AJ_NS_PER_S,
                                    jobs->root};
    struct remote_result result;
    enum explore_job_end end;
    AJ_TRY(explore_job_run(cx, jobs, &job, out, &result, &end));
    *block =
        (struct explore_block){.seen = (const char *)result.out.data,
                               .ended = end != EXPLORE_JOB_TIME_LIMIT && result.exit_status == 0,
                               .duration_ns = result.duration_ns};
    if (end == EXPLORE_JOB_TIME_LIMIT)
        block->void_because =
            aj_strf(out, "cyclictest did not end within %" PRIu32 " s for %" PRIu32 " s",
                    run->seconds + EXPLORE_BLOCK_SPARE_S, run->seconds);
    else if (result.exit_status != 0)
        block->void_because =
            aj_strf(out, "cyclictest ended with status %d: %s", result.exit_status,
                    aj_strline(out, (const char *)result.err.data));
    else
        read_block(cx, remote_host_name(jobs->host), result.out, out, block);
    return AJ_OK;
}
