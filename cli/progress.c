/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <inttypes.h>
#include <math.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/names.h"
#include "base/units.h"

enum { COLUMNS = 80 }; /* where the terminal does not say */

struct cli_progress cli_progress_open(size_t boards)
{
    struct winsize size;
    const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return (struct cli_progress){.to = stderr,
                                 .changes = boards == 1 && isatty(STDERR_FILENO) == 1,
                                 .columns = known ? size.ws_col : COLUMNS};
}

static const char *percent(struct aj_arena *arena, double value)
{
    return isnan(value) ? "-" : aj_strf(arena, "%.1f %%", value);
}

/* What is left, as far as it is worth knowing. */
static const char *left(struct aj_arena *arena, int64_t ns)
{
    const int64_t seconds = ns / AJ_NS_PER_S;
    if (seconds < 120)
        return aj_strf(arena, "%" PRId64 " s", seconds);
    if (seconds < 7200)
        return aj_strf(arena, "%" PRId64 " min", seconds / 60);
    return aj_strf(arena, "%" PRId64 " h %" PRId64 " min", seconds / 3600, seconds / 60 % 60);
}

static void add_line(const struct explore_news *news, struct aj_arena *arena, struct aj_buf *to)
{
    const char *phase = aj_name_of(explore_phase_names, news->phase);
    const bool begins = news->state == EXPLORE_RUN_CLAIMED;
    const bool counted = news->state == EXPLORE_RUN_DONE;
    aj_buf_addf(to, "run %" PRIu32 " of %" PRIu32, counted ? news->done : news->done + 1,
                news->budget);
    aj_buf_addf(to, " (%s): ", phase);
    if (news->state == EXPLORE_RUN_VOID)
        aj_buf_addf(to, "void, %s", news->reason != NULL ? news->reason : "");
    else if (begins)
        aj_buf_adds(to, "measuring");
    else
        aj_buf_addf(to, "%s%s", news->censored ? ">= " : "", percent(arena, news->score));
    if (!isnan(news->best))
        aj_buf_addf(to, "; best so far ~%s", percent(arena, news->best));
    if (news->left_ns > 0)
        aj_buf_addf(to, "; about %s left", left(arena, news->left_ns));
    aj_buf_addf(to, "; %s", news->decision);
}

/* Bytes of `text` that fit in one line; a character of several bytes is not cut. */
static int fitting(const struct cli_progress *progress, const char *text)
{
    size_t end = strlen(text);
    if (end >= progress->columns) {
        end = progress->columns - 1;
        while (end > 0 && ((unsigned char)text[end] & 0xc0u) == 0x80u)
            end--;
    }
    return (int)end;
}

static void hear(void *to, const struct explore_news *news)
{
    const struct cli_progress *progress = to;
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf line = {NULL, 0, 0}, visible = {NULL, 0, 0};
    if (progress->changes || news->state != EXPLORE_RUN_CLAIMED) {
        add_line(news, arena, &line);
        aj_buf_add_visible(&visible, aj_buf_text(&line));
        if (progress->changes)
            fprintf(progress->to, "\r%.*s\x1b[K", fitting(progress, aj_buf_text(&visible)),
                    aj_buf_text(&visible));
        else
            fprintf(progress->to, "%s\n", aj_buf_text(&visible));
        fflush(progress->to);
    }
    aj_buf_free(&line);
    aj_buf_free(&visible);
    aj_arena_close(arena);
}

struct explore_observer cli_progress_observer(struct cli_progress *progress)
{
    return (struct explore_observer){hear, progress};
}

void cli_progress_close(const struct cli_progress *progress)
{
    if (progress->changes)
        fputc('\n', progress->to);
}
