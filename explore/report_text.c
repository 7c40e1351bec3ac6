/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "explore/report_priv.h"

static const char *const nothing = "\u2013";

/* Three digits that count, at most `most` of them behind the point. */
static const char *digits(struct aj_arena *out, double value, int most)
{
    const double size = fabs(value);
    const int behind = size >= 100.0 ? 0 : size >= 10.0 ? 1 : size >= 1.0 ? 2 : 3;
    const char *text = aj_strf(out, "%.*f", behind < most ? behind : most, size);
    return value < 0.0 && strspn(text, "0.") < strlen(text) ? aj_strf(out, "\u2212%s", text) : text;
}

const char *report_percent(struct aj_arena *out, double percent)
{
    return isfinite(percent) ? aj_strf(out, "%s\u00a0%%", digits(out, percent, 1)) : nothing;
}

const char *report_signed_percent(struct aj_arena *out, double percent)
{
    return aj_strf(out, "%s%s", isfinite(percent) && percent > 0.0 ? "+" : "",
                   report_percent(out, percent));
}

const char *report_us(struct aj_arena *out, double us)
{
    return isfinite(us) ? digits(out, us, 1) : nothing;
}

const char *report_count(struct aj_arena *out, uint64_t count)
{
    const char *plain = aj_strf(out, "%" PRIu64, count);
    const size_t length = strlen(plain);
    struct aj_buf grouped = {NULL, 0, 0};
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && length > 4 && (length - i) % 3 == 0)
            aj_buf_adds(&grouped, "\u202f");
        aj_buf_add(&grouped, plain + i, 1);
    }
    const char *text = aj_strdup(out, aj_buf_text(&grouped));
    aj_buf_free(&grouped);
    return text;
}

const char *report_share(struct aj_arena *out, double share)
{
    const double percent = 100.0 * share;
    if (!isfinite(percent))
        return nothing;
    if (percent > 0.0 && percent < 0.001)
        return aj_strf(out, "%.1e\u00a0%%", percent);
    return aj_strf(out, "%s\u00a0%%", percent > 0.0 ? digits(out, percent, 3) : "0");
}
