/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/axis.h"

#include <float.h>
#include <math.h>

/* The least of 1, 2, 5 times a power of ten that is at least `value` > 0. */
static double round_step(double value)
{
    static const double steps[] = {1.0, 2.0, 5.0};
    const double decade = pow(10.0, floor(log10(value)));
    for (size_t i = 0; i < AJ_COUNT(steps); i++)
        if (steps[i] * decade >= value * (1.0 - 1e-9))
            return steps[i] * decade;
    return 10.0 * decade;
}

/* Limits of what is drawn keep sums and powers within what a double holds. */
static bool shows(const struct aj_axis *axis, double value)
{
    return isfinite(value) && fabs(value) < 1e100 &&
           (axis->scale == AJ_SCALE_LINEAR || value > 1e-100);
}

static void widen_linear(struct aj_axis *axis)
{
    const double least = fmax(fabs(axis->low), fabs(axis->high)) * 1e-6;
    if (axis->high - axis->low <= least) {
        const double margin = fmax(least, fabs(axis->high) > 0.0 ? 0.1 * fabs(axis->high) : 0.5);
        axis->low -= margin;
        axis->high += margin;
    }
    const double step = round_step((axis->high - axis->low) / 10.0);
    axis->low = floor(axis->low / step + 1e-9) * step;
    axis->high = ceil(axis->high / step - 1e-9) * step;
}

/* To 1, 2 or 5 times a power of ten. */
static void widen_log(struct aj_axis *axis)
{
    axis->high = round_step(axis->high);
    const double below = 1.0 / round_step(1.0 / axis->low);
    axis->low = 1.5 * below < axis->high ? below : axis->high / 10.0;
}

void aj_axis_cover(struct aj_axis *axis, const double *values, size_t count)
{
    double low = DBL_MAX, high = -DBL_MAX;
    for (size_t i = 0; i < count; i++) {
        if (!shows(axis, values[i]))
            continue;
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    if (low > high) {
        low = axis->scale == AJ_SCALE_LOG ? 1.0 : 0.0;
        high = axis->scale == AJ_SCALE_LOG ? 10.0 : 1.0;
    }
    axis->low = low;
    axis->high = high;
    if (axis->scale == AJ_SCALE_LOG)
        widen_log(axis);
    else
        widen_linear(axis);
}

double aj_axis_place(const struct aj_axis *axis, double value, double from, double to)
{
    const double inside = fmin(fmax(value, axis->low), axis->high);
    const double part = axis->scale == AJ_SCALE_LOG
                            ? log(inside / axis->low) / log(axis->high / axis->low)
                            : (inside - axis->low) / (axis->high - axis->low);
    return from + part * (to - from);
}

/* 10 to the power of `exponent`: 1, 10, or 10 with a small raised number. */
static void power_text(int exponent, char text[AJ_TICK_TEXT])
{
    static const char *const raised[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                         "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    const int size = exponent < 0 ? -exponent : exponent;
    if (exponent == 0 || exponent == 1) {
        snprintf(text, AJ_TICK_TEXT, "%s", exponent == 0 ? "1" : "10");
        return;
    }
    snprintf(text, AJ_TICK_TEXT, "10%s%s%s", exponent < 0 ? "\u207b" : "",
             size >= 10 ? raised[size / 10 % 10] : "", raised[size % 10]);
}

static size_t linear_ticks(const struct aj_axis *axis, uint32_t wanted,
                           struct aj_tick ticks[AJ_TICKS_MAX])
{
    const double range = axis->high - axis->low;
    double step = round_step(range / wanted);
    if (2.0 * step > range)
        step = round_step(range / 5.0);
    const double digits = fmax(0.0, -floor(log10(step) + 1e-9));
    const bool plain = digits <= 6.0 && fmax(fabs(axis->low), fabs(axis->high)) < 1e7;
    size_t count = 0;
    for (double at = ceil(axis->low / step - 1e-9);
         at * step <= axis->high + 1e-9 * step && count < AJ_TICKS_MAX; at += 1.0) {
        /* Adding 0 makes -0 positive. */
        const double value = at * step + 0.0;
        ticks[count].value = value;
        if (plain)
            snprintf(ticks[count].text, AJ_TICK_TEXT, "%.*f", (int)digits, value);
        else
            snprintf(ticks[count].text, AJ_TICK_TEXT, "%.3g", value);
        count++;
    }
    return count;
}

/* Numbers are written out, all of them or none of an axis. */
static bool is_plain(const struct aj_axis *axis)
{
    return axis->low > 0.9e-3 && axis->high < 0.9e6;
}

/* Every so many decades a number, and of few decades their multiples as well. */
static size_t decade_ticks(const struct aj_axis *axis, uint32_t wanted, uint32_t every,
                           struct aj_tick ticks[AJ_TICKS_MAX])
{
    const int first = (int)floor(log10(axis->low) + 1e-9);
    const int last = (int)floor(log10(axis->high) + 1e-9);
    const double decades = log10(axis->high / axis->low);
    const bool plain = is_plain(axis);
    const bool halves = every == 1 && (3.0 * decades <= 1.5 * wanted || decades < 2.0);
    size_t count = 0;
    for (int exponent = first; exponent <= last; exponent++) {
        if (exponent % (int)every != 0)
            continue;
        for (int multiple = 1; multiple <= (every == 1 && decades <= 8.0 ? 9 : 1); multiple++) {
            const double value = multiple * pow(10.0, exponent);
            if (value < axis->low * (1.0 - 1e-9) || value > axis->high * (1.0 + 1e-9) ||
                count == AJ_TICKS_MAX)
                continue;
            struct aj_tick *tick = &ticks[count++];
            *tick = (struct aj_tick){.value = value};
            if (plain && (multiple == 1 || (halves && (multiple == 2 || multiple == 5))))
                snprintf(tick->text, AJ_TICK_TEXT, "%.*f", exponent < 0 ? -exponent : 0, value);
            else if (multiple == 1)
                power_text(exponent, tick->text);
        }
    }
    return count;
}

size_t aj_axis_ticks(const struct aj_axis *axis, uint32_t wanted,
                     struct aj_tick ticks[AJ_TICKS_MAX])
{
    const double ratio = axis->scale == AJ_SCALE_LOG ? axis->high / axis->low : 1.0;
    if (ratio < 5.0 || (ratio < 100.0 && !is_plain(axis)))
        return linear_ticks(axis, wanted, ticks);
    return decade_ticks(axis, wanted, (uint32_t)fmax(1.0, floor(log10(ratio) / wanted)), ticks);
}
