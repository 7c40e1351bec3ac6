/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/block.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/num.h"
#include "base/units.h"
#include "explore/judge.h"

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
 * Arguments: after how many runs that broke off to stop; the CPU of the main threads, or nothing; the
 * mark and the processes of the loads; then for each run its seconds, the threads to watch, the wake-ups
 * that are enough, and its command in words of a shell. A line at the start of each run makes it end
 * where nobody reads any more; the results follow when all have ended, so that nothing is sent while
 * latencies are measured.
 *
 * Where the main threads have a CPU to themselves, all this happens there, and a run starts as soon as
 * the threads of the one before are gone: what its main thread still has to do, cyclictest spends most
 * of that time asleep, disturbs nobody.
 *
 * watch: waits until as many threads have a real-time policy and writes down what the kernel says of
 * each: policy, priority and CPUs. The fields 40 and 41 of stat are those of proc(5); the name before
 * them has no blanks. worth, reap: is there any use in going on after that run? JSON does not say that
 * it broke off.
 */
static const char script[] =
    "most=$1 main=$2 mark=$3 loads=$4; shift 4\n"
    "d=$(mktemp -d) && cd \"$d\" || exit 125\n"
    "trap 'cd /; rm -rf \"$d\"' EXIT\n"
    "trap 'exit 143' HUP INT TERM PIPE\n"
    "n=0\n"
    "while [ $n -lt $(($# / 4)) ]; do\n"
    "    n=$((n + 1)); mkdir $n && mkfifo $n/end || exit 125\n"
    "done\n"
    "all=\n"
    "if [ -n \"$main\" ]; then\n"
    "    all=$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' /proc/self/status)\n"
    "    taskset -pc \"$main\" $$ >/dev/null 2>&1 || all=\n"
    "fi\n"
    "watch() {\n"
    "    w=$2\n"
    "    for i in 1 2 3 4 5 6 7 8; do\n"
    "        sleep 0.1; : >now\n"
    "        for t in /proc/$1/task/*; do\n"
    "            c=$(sed -n 's/^Cpus_allowed_list:[[:blank:]]*//p' \"$t/status\" 2>/dev/null)\n"
    "            s=$(cat \"$t/stat\" 2>/dev/null)\n"
    "            set -- \"$1\" $s\n"
    "            [ \"${42:-0}\" = 0 ] || [ -z \"$c\" ] || echo \"#task ${42} ${41} $c\" >>now\n"
    "        done\n"
    "        [ ! -s now ] || mv now seen\n"
    "        [ ! -f seen ] || [ $(wc -l <seen) -lt \"$w\" ] || break\n"
    "    done\n"
    "    for l in $loads; do\n"
    "        grep -qs \"AUTOJAIL_RUN=$mark\" \"/proc/$l/environ\" || return\n"
    "    done\n"
    "}\n"
    "gone() {\n"
    "    i=0\n"
    "    while set -- /proc/$p/task/*; [ $# -gt 1 ]; do\n"
    "        i=$((i + 1)); [ $i -lt 100 ] || return; sleep 0.01\n"
    "    done\n"
    "}\n"
    "worth() {\n"
    "    for c in $(sed -n -e 's/^# Break.*/broke/p' \\\n"
    "        -e 's/.*\"cycles\":[^0-9]*\\([0-9]*\\).*/\\1/p' $1/text $1/json 2>/dev/null)\n"
    "    do\n"
    "        if [ $c = broke ]; then most=$((most - 1)); [ $most -ge 0 ]; return; fi\n"
    "        [ $c -ge $2 ] || return\n"
    "    done\n"
    "}\n"
    "reap() {\n"
    "    wait $2; s=$?; echo $s >$1/status; [ $s = 0 ] || return\n"
    "    [ $3 = 0 ] || worth $1 $3\n"
    "}\n"
    "k=0 q=\n"
    "while [ $# -gt 0 ]; do\n"
    "    k=$((k + 1)); echo '#'\n"
    "    timeout \"$1\" cat <$k/end >/dev/null & end=$!\n"
    "    (cd $k && eval \"exec ${all:+taskset -c $all} $4\" </dev/null >text 2>err 3>end) & p=$!\n"
    "    if [ -n \"$q\" ] && ! reap $((k - 1)) $q $enough; then\n"
    "        kill $p; wait $p; q=; break\n"
    "    fi\n"
    "    enough=$3 q=\n"
    "    [ $2 = 0 ] || watch $p $2 || set -- \"$1\" 0 0 0\n"
    "    wait $end\n"
    "    if [ -n \"$all\" ] && gone; then q=$p; else reap $k $p $enough || break; fi\n"
    "    shift 4\n"
    "done\n"
    "[ -z \"$q\" ] || reap $k $q $enough\n"
    "k=1\n"
    "while [ -f $k/status ] && read -r s <$k/status; do\n"
    "    why=; read -r why <$k/err; echo \"#run $s $why\"\n"
    "    [ $k != 1 ] || [ ! -f seen ] || cat seen\n"
    "    if [ -s $k/json ]; then grep '^# Break' $k/text; cat $k/json; else cat $k/text; fi\n"
    "    echo; k=$((k + 1))\n"
    "done\n"
    "exit 0\n";

enum { ARGUMENTS = 4 }; /* before those of the runs, and of each run */

/* The command in words of a shell. */
static const char *line_of(const struct explore_cyclictest *tool,
                           const struct explore_cyclictest_run *run, struct aj_arena *out)
{
    size_t argc;
    const char *const *words = explore_cyclictest_command(tool, run, "json", out, &argc);
    struct aj_buf line = {NULL, 0, 0};
    for (size_t i = 0; i < argc; i++) {
        aj_buf_adds(&line, i > 0 ? " " : "");
        aj_buf_add_shell(&line, words[i]);
    }
    const char *text = aj_strdup(out, aj_buf_text(&line));
    aj_buf_free(&line);
    return text;
}

static const char *loads_of(const struct explore_block_series *series, struct aj_arena *out)
{
    const char *ids = "";
    for (size_t i = 0; i < series->loads_count; i++)
        ids = aj_strf(out, "%s %s", ids, series->loads[i]);
    return ids;
}

static struct explore_job job_of(const struct explore_jobs *jobs,
                                 const struct explore_cyclictest *tool,
                                 const struct explore_block_series *series, struct aj_arena *out)
{
    const uint32_t main_cpu = tool->mainaffinity ? series->runs[0].main_cpu : AJ_NONE32;
    const char *const prefix[] = {
        "sh",
        "-c",
        script,
        "sh",
        aj_strf(out, "%" PRIu32, series->breaks),
        main_cpu != AJ_NONE32 ? aj_strf(out, "%" PRIu32, main_cpu) : "",
        jobs->mark,
        loads_of(series, out),
    };
    const char **argv =
        AJ_NEW_ARRAY(out, const char *, AJ_COUNT(prefix) + series->count * ARGUMENTS);
    size_t argc = AJ_COUNT(prefix);
    int64_t seconds = EXPLORE_BLOCK_SPARE_S;
    memcpy(argv, prefix, sizeof prefix);
    for (size_t i = 0; i < series->count; i++) {
        const struct explore_cyclictest_run *run = &series->runs[i];
        seconds += run->seconds;
        argv[argc++] = aj_strf(out, "%" PRIu32, run->seconds);
        argv[argc++] = aj_strf(out, "%" PRIu32, run->watched ? aj_cpuset_count(&run->cpus) : 0);
        argv[argc++] = aj_strf(out, "%" PRIu64, run->watched ? 0 : explore_judge_cycles(run));
        argv[argc++] = line_of(tool, run, out);
    }
    return (struct explore_job){argv, argc, seconds * AJ_NS_PER_S, jobs->root};
}

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

/* What the script says of one run, behind the words "#run ". */
static struct explore_block read_run(struct aj_ctx *cx, const char *host, const char *text,
                                     struct aj_arena *out)
{
    const size_t digits = strspn(text, "0123456789");
    const size_t head = strcspn(text, "\n");
    const char *body = text + head + (text[head] == '\n');
    struct explore_block block = {.seen = body, .ended = digits == 1 && text[0] == '0'};
    if (!block.ended)
        block.void_because = aj_strf(out, "cyclictest ended with status %.*s:%s", (int)digits, text,
                                     aj_strndup(out, text + digits, head - digits));
    else
        read_block(cx, host, (struct aj_bytes){(const uint8_t *)body, strlen(body)}, out, &block);
    return block;
}

/* How many there are. */
static size_t read_runs(struct aj_ctx *cx, const char *host, const char *text, size_t most,
                        struct aj_arena *out, struct explore_block *blocks)
{
    static const char head[] = "\n#run ";
    const char *at = strstr(text, head);
    size_t count = 0;
    while (at != NULL && count < most) {
        const char *start = at + strlen(head);
        at = strstr(start, head);
        const char *run = at != NULL ? aj_strndup(out, start, (size_t)(at - start)) : start;
        blocks[count++] = read_run(cx, host, run, out);
    }
    return count;
}

enum aj_status explore_block_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                                 const struct explore_cyclictest *tool,
                                 const struct explore_block_series *series, struct aj_arena *out,
                                 struct explore_block_made *made)
{
    const struct explore_job job = job_of(jobs, tool, series, out);
    struct explore_block *blocks = AJ_NEW_ARRAY(out, struct explore_block, series->count);
    struct remote_result result;
    enum explore_job_end end;
    AJ_TRY(explore_job_run(cx, jobs, &job, out, &result, &end));
    *made = (struct explore_block_made){
        .blocks = blocks,
        .count = read_runs(cx, remote_host_name(jobs->host), (const char *)result.out.data,
                           series->count, out, blocks),
        .duration_ns = result.duration_ns,
    };
    if (made->count > 0)
        return AJ_OK;
    made->count = 1;
    blocks[0].void_because =
        end == EXPLORE_JOB_TIME_LIMIT
            ? aj_strf(out, "cyclictest did not end within %s",
                      aj_format_duration(out, job.limit_ns))
            : aj_strf(out, "the target's shell runs nothing (status %d): %s", result.exit_status,
                      aj_strline(out, (const char *)result.err.data));
    return AJ_OK;
}
