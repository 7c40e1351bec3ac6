/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/tune.h"

#include <inttypes.h>

#include "base/buf.h"

#define LEASE_NS (300 * AJ_NS_PER_S) /* between two calls: the solver has its time in it */

/*
 * The shell's part. In the directory $d: `saved`, a line "file TAB value TAB ." for each file that was
 * changed, in the order of the first changes (one that a full disk cut short has no such end); `lease`, the uptime in seconds up to which autojail
 * is believed to live; `owner`, process and start time of what dies with it: autojail itself, or
 * the server's end of the link. All of it is written before a file is changed, and giving back writes
 * nothing that is not there already: the disk may be full by then.
 *
 * look FILE: its first line in $n, in $c what to write to have it so again (by cat: shells read
 * byte by byte, and settings of the kernel end behind the first one then); put FILE VALUE; kept: the
 * whole lines of `saved`; cut: the line $l into $f and $v;
 * restore: prints what does not take its old value; lease SECONDS; stat_of PROCESS: $x is its line
 * of proc(5) behind the name, where the second word is the parent and the 20th the start time.
 */
#define GONE 3 /* exit status: the target has given everything back already */
#define COMMON                                                                    \
    "t=$(printf '\\t'); nl='\n'\n"                                                \
    "look() {\n"                                                                  \
    "    n=$(cat \"$1\" 2>/dev/null) || return 1; n=${n%%\"$nl\"*}\n"             \
    "    case $n in *'['*']'*) c=${n#*\\[}; c=${c%%]*};; *) c=$n;; esac\n"        \
    "}\n"                                                                         \
    "put() { { printf '%s\\n' \"$2\" >\"$1\"; } 2>\"$d/err\"; }\n"                \
    "kept() { grep -e \"$t[.]\\$\" \"$d/saved\"; }\n"                             \
    "cut() { l=${l%\"$t.\"}; f=${l%%\"$t\"*} v=${l#*\"$t\"}; }\n"                 \
    "restore() {\n"                                                               \
    "    kept | sed '1!G;h;$!d' | while IFS= read -r l; do\n"                     \
    "        cut\n"                                                               \
    "        put \"$f\" \"$v\"\n"                                                 \
    "        look \"$f\" && [ \"$c\" = \"$v\" ] || echo \"$f\"\n"                 \
    "    done\n"                                                                  \
    "}\n"                                                                         \
    "lease() {\n"                                                                 \
    "    read -r up x </proc/uptime && echo $((${up%%.*} + $1)) >\"$d/new\" &&\n" \
    "        mv \"$d/new\" \"$d/lease\"\n"                                        \
    "}\n"                                                                         \
    "stat_of() { read -r x 2>/dev/null <\"/proc/$1/stat\" && x=${x##*) }; }\n"

/*
 * Arguments: directory, the script that ends what was started, its mark. Watches. Signals that end
 * sessions do not end it; TERM at a shutdown gives back, too.
 */
static const char watch_script[] =
    "d=$1 ender=$2 mark=$3\n" COMMON "trap '' HUP INT QUIT PIPE\n"
    "finish() { sh -c \"$ender\" sh \"$mark\"; restore >/dev/null; rm -rf \"$d\"; exit 0; }\n"
    "trap finish TERM\n"
    "read -r owner start <\"$d/owner\"\n"
    "echo $$ >\"$d/pid\"\n"
    "while sleep 2; do\n"
    "    [ -d \"$d\" ] || exit 0\n"
    "    read -r until <\"$d/lease\" && read -r up x </proc/uptime || continue\n"
    "    [ \"${up%%.*}\" -le \"$until\" ] || finish\n"
    "    [ \"$owner\" = 0 ] && continue\n"
    "    stat_of \"$owner\" || finish\n"
    "    set -- $x; [ \"${20}\" = \"$start\" ] || finish\n"
    "done\n";

/*
 * Arguments: seconds, the script above, two more arguments of it, the tree. What another one left,
 * whose link broke without a sign, say, is given back first: its settings are not what was found.
 * The owner is the nearest process above this one that is no shell and nothing that only starts
 * others.
 */
static const char open_script[] =
    "umask 077\n" COMMON
    "watched() { read -r p <\"$d/pid\" && grep -qs -e \"$d\" \"/proc/$p/cmdline\"; } 2>/dev/null\n"
    "for d in \"$5\"/run/autojail.* \"$5\"/tmp/autojail.*; do\n"
    "    [ -O \"$d\" ] && [ -s \"$d/saved\" ] || continue\n"
    "    watched && kill -TERM \"$p\"\n"
    "    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do watched || break; sleep 0.5; done\n"
    "    [ ! -d \"$d\" ] || { restore >/dev/null; rm -rf \"$d\"; }\n"
    "done\n"
    "d=$(mktemp -d \"$5/run/autojail.XXXXXX\" 2>/dev/null || mktemp -d \"$5/tmp/autojail.XXXXXX\") "
    "|| exit 1\n"
    "p=$$ start=0\n"
    "while [ \"$p\" -gt 1 ] && stat_of \"$p\"; do\n"
    "    read -r name <\"/proc/$p/comm\"\n"
    "    set -- \"$1\" \"$2\" \"$3\" \"$4\" $x\n"
    "    case $name in\n"
    "    sh|dash|bash|ash|busybox|sudo|doas|env|timeout|nice|setsid) p=$6;;\n"
    "    *) start=${24}; break;;\n"
    "    esac\n"
    "done\n"
    "[ \"$start\" != 0 ] || p=0\n"
    "echo \"$p $start\" >\"$d/owner\"; : >\"$d/saved\"; : >\"$d/err\"; lease \"$1\"\n"
    "s=$(command -v setsid)\n"
    "$s sh -c \"$2\" sh \"$d\" \"$3\" \"$4\" </dev/null >/dev/null 2>&1 &\n"
    "for i in 1 2 3 4 5 6 7 8 9 10; do [ -s \"$d/pid\" ] && break; sleep 0.1; done\n"
    "[ -s \"$d/pid\" ] || { rm -rf \"$d\"; exit 1; }\n"
    "echo \"$d\"\n";

/*
 * Arguments: directory, seconds; reads lines "number TAB glob TAB value". Prints "= number file TAB
 * content", "! number file: why", "0 number" if there is no such file.
 */
static const char apply_script[] =
    "d=$1; [ -s \"$d/pid\" ] || exit 3\n" COMMON "lease \"$2\"; s=$nl$(kept); : >\"$d/now\"\n"
    "while IFS=$t read -r i g v; do\n"
    "    any=no\n"
    "    for f in $g; do\n"
    "        [ -e \"$f\" ] || continue\n"
    "        any=yes\n"
    "        look \"$f\" || { echo \"! $i $f: cannot be read\"; continue; }\n"
    "        case $s in\n"
    "        *\"$nl$f$t\"*) ;;\n"
    "        *) [ \"$c\" = \"$v\" ] || {\n"
    "            printf '\\n%s\\t%s\\t.' \"$f\" \"$c\" >>\"$d/saved\" ||\n"
    "                { echo \"! $i $f: what was found cannot be kept\"; continue; }\n"
    "            s=$s$nl$f$t$c\n"
    "        };;\n"
    "        esac\n"
    "        echo \"$f\" >>\"$d/now\"\n"
    "        if [ \"$c\" != \"$v\" ] && ! put \"$f\" \"$v\"; then\n"
    "            read -r x <\"$d/err\"; echo \"! $i $f: ${x##*: }\"; continue\n"
    "        fi\n"
    "        look \"$f\"; echo \"= $i $f$t$n\"\n"
    "    done\n"
    "    [ $any = yes ] || echo \"0 $i\"\n"
    "done\n"
    "kept | while IFS= read -r l; do\n"
    "    cut\n"
    "    grep -qxF -e \"$f\" \"$d/now\" && continue\n"
    "    look \"$f\" && [ \"$c\" = \"$v\" ] || put \"$f\" \"$v\"\n"
    "done\n"
    "exit 0\n";

/*
 * The same without setting anything; then a line "#" and the interrupts of $3. What watches goes to
 * the CPUs $4, if it can be held there.
 */
static const char check_script[] =
    "d=$1; [ -s \"$d/pid\" ] || exit 3\n" COMMON "lease \"$2\"\n"
    "[ -z \"$4\" ] || taskset -pc \"$4\" \"$(cat \"$d/pid\")\" >/dev/null 2>&1\n"
    "while IFS=$t read -r i g v; do\n"
    "    for f in $g; do\n"
    "        [ -e \"$f\" ] || continue\n"
    "        look \"$f\" && echo \"= $i $f$t$n\" || echo \"! $i $f: cannot be read\"\n"
    "    done\n"
    "done\n"
    "echo '#'; cat \"$3/proc/interrupts\"\n";

static const char restore_script[] =
    "d=$1; [ -s \"$d/pid\" ] || exit 3\n" COMMON "rm -f \"$d/pid\"; restore; rm -rf \"$d\"\n";

struct explore_tuning explore_tuning_open(const struct explore_jobs *jobs, const char *root)
{
    return (struct explore_tuning){.jobs = jobs, .root = root};
}

/* Runs one of the scripts; its lines of input are tunes[count]. */
static enum aj_status run(struct aj_ctx *cx, const struct explore_tuning *tuning,
                          const char *const words[6], const struct aj_buf *input,
                          struct aj_arena *out, struct remote_result *result)
{
    const char *const argv[] = {"sh",     "-c",     words[0], "sh",    words[1],
                                words[2], words[3], words[4], words[5]};
    const struct remote_command command = {
        .argv = argv,
        .argc = AJ_COUNT(argv),
        .input = {(const uint8_t *)(input != NULL ? aj_buf_text(input) : ""),
                  input != NULL ? input->len : 0},
        .privileged = true,
    };
    return remote_host_run(cx, tuning->jobs->host, &command, out, result);
}

static const char *seconds(int64_t ns, struct aj_arena *out)
{
    return aj_strf(out, "%" PRId64, ns / AJ_NS_PER_S + 1);
}

/* Makes the directory and starts what watches. */
static enum aj_status begin(struct aj_ctx *cx, struct explore_tuning *tuning, struct aj_arena *out)
{
    const char *const words[6] = {open_script,        seconds(LEASE_NS, out),
                                  watch_script,       explore_jobs_end_script,
                                  tuning->jobs->mark, tuning->root};
    struct remote_result result;
    AJ_TRY(run(cx, tuning, words, NULL, out, &result));
    const char *text = (const char *)result.out.data;
    const size_t length = strcspn(text, "\n");
    if (result.exit_status != 0 || text[0] != '/' || length >= sizeof tuning->place)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd",
                       aj_loc_file(remote_host_name(tuning->jobs->host)),
                       "the target's shell cannot keep what is to be given back: %s",
                       (const char *)result.err.data);
    memcpy(tuning->place, text, length);
    tuning->place[length] = '\0';
    tuning->dir = tuning->place;
    return AJ_OK;
}

static void write_lines(const struct explore_tuning *tuning, struct aj_buf *to)
{
    for (size_t i = 0; i < tuning->tunes_count; i++)
        aj_buf_addf(to, "%zu\t%s%s\t%s\n", i, tuning->root, tuning->tunes[i].write.glob,
                    tuning->tunes[i].write.text);
}

/* What one line of a script says is wrong; NULL: nothing. */
static const char *judge_line(const struct explore_tuning *tuning, const char *line,
                              struct aj_arena *out)
{
    char *rest = NULL;
    if (strchr("=!0", line[0]) == NULL || line[0] == '\0' || line[1] != ' ')
        return aj_strf(out, "the target's shell says '%s'", line);
    const unsigned long long number = strtoull(line + 2, &rest, 10);
    if (rest == line + 2 || number >= tuning->tunes_count)
        return aj_strf(out, "the target's shell says '%s'", line);
    const struct explore_tune *tune = &tuning->tunes[number];
    if (line[0] == '0')
        return tune->optional
                   ? NULL
                   : aj_strf(out, "%s: the target has no %s", tune->what, tune->write.glob);
    if (line[0] == '!')
        return aj_strf(out, "%s:%s", tune->what, rest);
    const char *content = strchr(rest, '\t');
    if (content == NULL || model_knob_in_force(&tune->write, content + 1))
        return content == NULL ? aj_strf(out, "the target's shell says '%s'", line) : NULL;
    return aj_strf(out, "%s: %.*s holds '%s' instead of '%s'", tune->what,
                   (int)(content - rest - 1), rest + 1, content + 1, tune->write.text);
}

/* Judges lines up to one that is "#", or the end; *rest is what follows. The first complaint. */
static const char *judge(const struct explore_tuning *tuning, const char *text,
                         struct aj_arena *out, const char **rest)
{
    const char *why = NULL;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        const char *line = aj_strndup(out, text, length);
        text += length + (text[length] == '\n');
        if (strcmp(line, "#") == 0)
            break;
        if (why == NULL)
            why = judge_line(tuning, line, out);
    }
    *rest = text;
    return why;
}

/* The directory vanished: the lease ran out, and all is as it was found. */
static const char *is_gone(struct explore_tuning *tuning, struct aj_arena *out)
{
    tuning->dir = NULL;
    return aj_strdup(out, "the target heard nothing for too long and took its settings back");
}

static enum aj_status apply(struct aj_ctx *cx, struct explore_tuning *tuning,
                            const struct aj_buf *lines, struct aj_arena *out,
                            struct remote_result *result)
{
    if (tuning->dir != NULL) {
        const char *const words[6] = {apply_script, tuning->dir, seconds(LEASE_NS, out),
                                      "",           "",          ""};
        AJ_TRY(run(cx, tuning, words, lines, out, result));
        if (result->exit_status != GONE)
            return AJ_OK;
    }
    AJ_TRY(begin(cx, tuning, out));
    const char *const words[6] = {apply_script, tuning->dir, seconds(LEASE_NS, out), "", "", ""};
    return run(cx, tuning, words, lines, out, result);
}

enum aj_status explore_tuning_apply(struct aj_ctx *cx, struct explore_tuning *tuning,
                                    const struct explore_tune *tunes, size_t count,
                                    struct aj_arena *out, const char **refused)
{
    struct remote_result result = {0};
    struct aj_buf lines = {NULL, 0, 0};
    const char *rest;
    *refused = NULL;
    tuning->tunes = tunes;
    tuning->tunes_count = count;
    if (count == 0 && tuning->dir == NULL)
        return AJ_OK;
    if (!tuning->jobs->root) {
        *refused = aj_strf(out, "%s takes root, or sudo without a password", tunes[0].what);
        return AJ_OK;
    }
    write_lines(tuning, &lines);
    const enum aj_status status = apply(cx, tuning, &lines, out, &result);
    aj_buf_free(&lines);
    AJ_TRY(status);
    *refused = judge(tuning, (const char *)result.out.data, out, &rest);
    if (*refused == NULL && result.exit_status != 0)
        *refused = aj_strf(out, "the target's shell fails: %s", (const char *)result.err.data);
    return AJ_OK;
}

enum aj_status explore_tuning_check(struct aj_ctx *cx, struct explore_tuning *tuning,
                                    int64_t lease_ns, struct aj_arena *out,
                                    struct explore_tuning_seen *seen)
{
    struct remote_result result = {0};
    struct aj_buf lines = {NULL, 0, 0};
    *seen = (struct explore_tuning_seen){NULL, ""};
    if (tuning->dir == NULL)
        return AJ_OK;
    const char *const words[6] = {check_script,
                                  tuning->dir,
                                  seconds(lease_ns + LEASE_NS, out),
                                  tuning->root,
                                  aj_cpuset_format(out, &tuning->quiet),
                                  ""};
    write_lines(tuning, &lines);
    const enum aj_status status = run(cx, tuning, words, &lines, out, &result);
    aj_buf_free(&lines);
    AJ_TRY(status);
    if (result.exit_status == GONE)
        seen->changed = is_gone(tuning, out);
    else
        seen->changed = judge(tuning, (const char *)result.out.data, out, &seen->interrupts);
    return AJ_OK;
}

enum aj_status explore_tuning_restore(struct aj_ctx *cx, struct explore_tuning *tuning)
{
    struct aj_arena *arena = aj_arena_open();
    const volatile int *cancel = cx->cancel;
    struct remote_result result = {0};
    if (tuning->dir == NULL) {
        aj_arena_close(arena);
        return AJ_OK;
    }
    const char *const words[6] = {restore_script, tuning->dir, "", "", "", ""};
    cx->cancel = NULL; /* whoever cancels wants this, too */
    enum aj_status status = run(cx, tuning, words, NULL, arena, &result);
    cx->cancel = cancel;
    if (status == AJ_OK && result.out.size > 0)
        status = aj_fail(
            cx, AJ_ERR_TARGET, "target-restore", aj_loc_file(remote_host_name(tuning->jobs->host)),
            "these do not take the value they had before: %s", (const char *)result.out.data);
    if (status == AJ_OK)
        tuning->dir = NULL;
    aj_arena_close(arena);
    return status;
}
