/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/solving.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/names.h"
#include "base/num.h"
#include "base/units.h"
#include "solver/dump.h"

/* What is over sooner needs no words. */
#define QUIET_NS (AJ_NS_PER_S)
/* Between two lines: on a terminal, and where each stays. */
#define CHANGE_NS (AJ_NS_PER_S / 5)
#define LINE_NS   (5 * AJ_NS_PER_S)

/* "2", "2%", "0.5 %": a share of at most 1. */
static bool parse_percent(const char *text, double *share)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9')
        return false;
    const double percent = strtod(text, &end);
    while (*end == ' ')
        end++;
    if (*end == '%')
        end++;
    *share = percent / 100;
    return *end == '\0' && percent <= 100;
}

/* "lp,solution" */
static enum aj_status read_dump(struct aj_ctx *cx, const struct cli_args *args,
                                struct solver_options *options)
{
    static const struct aj_name forms[] = {{SOLVER_DUMP_LP, "lp"},
                                           {SOLVER_DUMP_MPS, "mps"},
                                           {SOLVER_DUMP_SOLUTION, "solution"},
                                           {0, NULL}};
    const char *rest = cli_value(args, "dump");
    if (rest == NULL && cli_value(args, "dump-dir") != NULL)
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                       "--dump-dir says where to, but there is no --dump");
    while (rest != NULL) {
        const size_t len = strcspn(rest, ",");
        size_t i = 0;
        while (forms[i].name != NULL &&
               (strlen(forms[i].name) != len || strncmp(forms[i].name, rest, len) != 0))
            i++;
        if (forms[i].name == NULL)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                           "--dump knows lp, mps and solution, not '%.*s'", (int)len, rest);
        options->dump_forms |= (uint32_t)forms[i].value;
        rest = rest[len] == ',' ? rest + len + 1 : NULL;
    }
    return AJ_OK;
}

enum aj_status cli_solving_options(struct aj_ctx *cx, const struct cli_args *args,
                                   struct solver_options *options)
{
    const char *limit = cli_value(args, "time-limit"), *gap = cli_value(args, "gap");
    *options = (struct solver_options){.on_cancel = SOLVER_CANCEL_STOPS};
    if (limit != NULL) {
        const struct aj_units_result r = aj_parse_duration(limit, &options->time_limit_ns);
        if (r.why != AJ_UNITS_OK || options->time_limit_ns <= 0)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--time-limit '%s' %s", limit,
                           r.why != AJ_UNITS_OK ? aj_units_why_text(r.why) : "is not positive");
    }
    if (gap != NULL && !parse_percent(gap, &options->gap))
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                       "--gap '%s' is no percentage up to 100", gap);
    return read_dump(cx, args, options);
}

enum aj_status cli_solving_dump(struct aj_ctx *cx, const struct cli_args *args, const char *dir,
                                struct aj_arena *arena, struct solver_options *options)
{
    if (options->dump_forms == 0)
        return AJ_OK;
    dir = cli_value_or(args, "dump-dir", dir);
    options->dump_stem = aj_strf(arena, "%s/", dir);
    return aj_directory_make(cx, dir);
}

static void add_line(const struct solver_news *news, int64_t spent_ns, struct aj_buf *to)
{
    aj_buf_addf(to, "solving: %s", news->level);
    if (news->known)
        aj_buf_addf(to, " %" PRId64, news->value);
    if (news->bound != INT64_MIN)
        aj_buf_addf(to, "%s at least %" PRId64, news->known ? "," : "", news->bound);
    if (news->known && news->bound != INT64_MIN && news->value > 0)
        aj_buf_addf(to, ", gap %.1f %%",
                    100 * (double)(news->value - news->bound) / (double)news->value);
    aj_buf_addf(to, ", %" PRIu32 " nodes, %" PRId64 " s", news->nodes, spent_ns / AJ_NS_PER_S);
}

static void hear(void *to, const struct solver_news *news)
{
    struct cli_solving *solving = to;
    struct aj_buf line = {NULL, 0, 0};
    const int64_t now = solver_clock_ns();
    if (now - solving->began_ns < QUIET_NS ||
        now - solving->told_ns < (solving->changes ? CHANGE_NS : LINE_NS))
        return;
    solving->told_ns = now;
    solving->shown = true;
    add_line(news, now - solving->began_ns, &line);
    fprintf(solving->to, solving->changes ? "\r%s\x1b[K" : "%s\n", aj_buf_text(&line));
    (void)fflush(solving->to);
    aj_buf_free(&line);
}

struct solver_observer cli_solving_open(struct cli_solving *solving, const struct aj_ctx *cx)
{
    *solving = (struct cli_solving){
        .to = stderr, .changes = isatty(STDERR_FILENO) == 1, .began_ns = solver_clock_ns()};
    if (cx->log_level < AJ_LOG_WARN)
        return (struct solver_observer){NULL, NULL};
    return (struct solver_observer){hear, solving};
}

void cli_solving_close(struct cli_solving *solving)
{
    if (solving->changes && solving->shown)
        fputs("\r\x1b[K", solving->to);
}
