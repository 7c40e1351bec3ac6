/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "explore/report_priv.h"

static void cell(struct page *page, const char *text)
{
    aj_page_element(&page->html, "td", "n", text);
}

/* A number and below it in small letters what it is made from. */
static void cell_with(struct page *page, const char *text, const char *small)
{
    aj_page_markup(&page->html, "<td class=\"n\">");
    aj_page_text(&page->html, text);
    aj_page_element(&page->html, "small", NULL, small);
    aj_page_markup(&page->html, "</td>");
}

static const char *range_us(struct page *page, double low, double high)
{
    if (!isfinite(low) || !isfinite(high))
        return "too few runs for an interval";
    return aj_strf(page->scratch, "95\u00a0%%: %s to %s", report_us(page->scratch, low),
                   report_us(page->scratch, high));
}

/* Latencies */

static void latency_row(struct page *page, const char *name, const struct report_side *side,
                        const struct report_cpu *cpu)
{
    struct aj_arena *s = page->scratch;
    aj_page_markup(&page->html, "<tr>");
    aj_page_element(&page->html, "th", "n", name);
    aj_page_markup(&page->html, "<td>");
    aj_page_textf(&page->html, "%" PRIu32, cpu->all.cpu);
    aj_page_element(&page->html, "small", NULL, cpu->what->cell);
    aj_page_markup(&page->html, "</td>");
    cell(page, report_us(s, (double)cpu->what->deadline_ns / 1000.0));
    cell_with(page, report_us(s, cpu->median_us),
              range_us(page, cpu->median_bounds.low, cpu->median_bounds.high));
    cell(page, report_us(s, cpu->p999_us));
    cell_with(page, report_us(s, (double)cpu->all.max_ns / 1000.0),
              cpu->all.overflow > 0
                  ? aj_strf(s, "%s beyond the histogram", report_count(s, cpu->all.overflow))
                  : "");
    cell_with(page,
              aj_strf(s, "%s of %s", report_count(s, cpu->late_runs), report_count(s, side->runs)),
              aj_strf(s, "95\u00a0%%: %s to %s", report_share(s, cpu->late_bounds.low),
                      report_share(s, cpu->late_bounds.high)));
    cell_with(page,
              aj_strf(s, "%s of %s", report_count(s, cpu->late), report_count(s, cpu->all.cycles)),
              "");
    aj_page_markup(&page->html, "</tr>\n");
}

static void latency_rows(struct page *page, const char *name, const struct report_side *side)
{
    for (size_t i = 0; i < side->cpus_count; i++)
        latency_row(page, name, side, &side->cpus[i]);
}

void report_latencies(struct page *page)
{
    static const char *const titles[] = {"",
                                         "CPU",
                                         "Deadline, \u00b5s",
                                         "Median of runs, \u00b5s",
                                         "99.9\u00a0%, \u00b5s",
                                         "Longest seen, \u00b5s",
                                         "Late on it, runs",
                                         "Late on it, wake-ups"};
    aj_page_markup(&page->html, "<section>\n<h2>Latencies</h2>\n");
    if (page->baseline.cpus_count == 0 && page->other.cpus_count == 0) {
        aj_page_markup(&page->html, "<p>No measurement that counts.</p>\n</section>\n");
        return;
    }
    report_exceedance(page);
    aj_page_markup(&page->html, "<div class=\"wide\"><table>\n");
    aj_page_head(&page->html, titles, AJ_COUNT(titles));
    aj_page_markup(&page->html, "<tbody>\n");
    latency_rows(page, "baseline", &page->baseline);
    latency_rows(page, page->other_name, &page->other);
    aj_page_markup(&page->html, "</tbody></table></div>\n");
    const size_t left_out = page->baseline.left_out + page->other.left_out;
    if (left_out > 0) {
        aj_page_markup(&page->html, "<p>");
        aj_page_textf(&page->html,
                      "%zu measurements have other CPUs, bins or blocks and are left out here.",
                      left_out);
        aj_page_markup(&page->html, "</p>\n");
    }
    aj_page_markup(&page->html, "</section>\n");
}

/* Tails */

static void tail_row(struct page *page, const char *name, const struct report_side *side,
                     const struct report_cpu *cpu)
{
    struct aj_arena *s = page->scratch;
    aj_page_markup(&page->html, "<tr>");
    aj_page_element(&page->html, "th", "n", name);
    aj_page_markup(&page->html, "<td>");
    aj_page_textf(&page->html, "%" PRIu32, cpu->all.cpu);
    aj_page_element(&page->html, "small", NULL, cpu->what->cell);
    aj_page_markup(&page->html, "</td>");
    if (cpu->tail.verdict == EXPLORE_TAIL_ACCEPTED)
        cell_with(page, aj_strf(s, "%s \u00b5s", report_us(s, cpu->tail.level_us)),
                  range_us(page, cpu->tail.bounds.low, cpu->tail.bounds.high));
    else
        aj_page_element(
            &page->html, "td", NULL,
            aj_strf(s, "no estimate: %s", explore_tail_verdict_text(cpu->tail.verdict)));
    cell(page, report_count(s, side->all.blocks_count));
    aj_page_markup(&page->html, "</tr>\n");
}

static void tail_rows(struct page *page, const char *name, const struct report_side *side)
{
    for (size_t i = 0; i < side->cpus_count; i++)
        tail_row(page, name, side, &side->cpus[i]);
}

void report_tails(struct page *page)
{
    static const char *const titles[] = {"", "CPU", "Exceeded about once in an hour", "n, blocks"};
    if (page->baseline.cpus_count == 0 && page->other.cpus_count == 0)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>Beyond what was seen</h2>\n<p>");
    aj_page_text(&page->html,
                 "What the measurements, continued for an hour, would exceed about once: an "
                 "estimate from the blocks' maxima under the tested load, given only where "
                 "nothing speaks against what it assumes. It is no bound: other loads, rare "
                 "events and longer times bring longer latencies.");
    aj_page_markup(&page->html, "</p>\n<div class=\"wide\"><table>\n");
    aj_page_head(&page->html, titles, AJ_COUNT(titles));
    aj_page_markup(&page->html, "<tbody>\n");
    tail_rows(page, "baseline", &page->baseline);
    tail_rows(page, page->other_name, &page->other);
    aj_page_markup(&page->html, "</tbody></table></div>\n</section>\n");
}

/* Decisions */

/* The next "key: value" or "cell in bank 2" of a decision's text; false at its end. */
static bool next_choice(const char **at, struct aj_arena *out, const char **key, const char **value)
{
    if (**at == '\0')
        return false;
    const char *end = strstr(*at, "; ");
    const char *part = aj_strndup(out, *at, end != NULL ? (size_t)(end - *at) : strlen(*at));
    *at += strlen(part) + (end != NULL ? 2 : 0);
    const char *colon = strstr(part, ": ");
    const char *blank = strrchr(part, ' ');
    const char *split = colon != NULL ? colon : blank;
    *key = split == NULL ? part : aj_strndup(out, part, (size_t)(split - part));
    *value = split == NULL ? "" : split + (split == colon ? 2 : 1);
    return true;
}

static const char *value_of(const char *decision, const char *wanted, struct aj_arena *out)
{
    const char *key, *value;
    while (next_choice(&decision, out, &key, &value))
        if (strcmp(key, wanted) == 0)
            return value;
    return "\u2013";
}

void report_decisions(struct page *page)
{
    const char *const titles[] = {"Decision", page->same ? "Baseline, recommended" : "Baseline",
                                  page->same ? "Best other" : "Recommended"};
    const bool alone = page->other_name == NULL;
    const char *at = page->report->baseline.decision;
    const char *key, *value;
    aj_page_markup(&page->html, "<section>\n<h2>Decisions</h2>\n<p>");
    aj_page_text(&page->html, "CPUs of cells, CPUs of interrupts, memory banks and settings.");
    if (!alone)
        aj_page_text(&page->html, " What differs is in bold.");
    aj_page_markup(&page->html, "</p>\n<div class=\"wide\"><table>\n");
    aj_page_head(&page->html, titles, alone ? 2 : 3);
    aj_page_markup(&page->html, "<tbody>\n");
    while (next_choice(&at, page->html.scratch, &key, &value)) {
        const char *other = alone ? value : value_of(page->other_decision, key, page->scratch);
        aj_page_markup(&page->html, strcmp(other, value) == 0 ? "<tr>" : "<tr class=\"changed\">");
        aj_page_element(&page->html, "th", NULL, key);
        aj_page_element(&page->html, "td", NULL, value);
        if (!alone)
            aj_page_element(&page->html, "td", NULL, other);
        aj_page_markup(&page->html, "</tr>\n");
    }
    aj_page_markup(&page->html, "</tbody></table></div>\n</section>\n");
}

/* Effects */

void report_effects(struct page *page)
{
    static const char *const titles[] = {"Choice", "Change, \u00b5s", "95\u00a0% interval, \u00b5s",
                                         "n, runs that tell of it"};
    struct aj_arena *s = page->scratch;
    if (page->report->effects_count == 0)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>Which decisions matter</h2>\n");
    report_forest(page);
    aj_page_markup(&page->html, "<div class=\"wide\"><table>\n");
    aj_page_head(&page->html, titles, AJ_COUNT(titles));
    aj_page_markup(&page->html, "<tbody>\n");
    for (size_t i = 0; i < page->report->effects_count; i++) {
        const struct explore_effect *effect = &page->report->effects[i];
        const double reach = 1.96 * effect->sd_us;
        aj_page_markup(&page->html, "<tr>");
        aj_page_element(&page->html, "th", NULL, effect->text);
        cell(page, report_us(s, effect->mean_us));
        cell(page, aj_strf(s, "%s to %s", report_us(s, effect->mean_us - reach),
                           report_us(s, effect->mean_us + reach)));
        cell(page, aj_strf(s, "%" PRIu32, effect->runs));
        aj_page_markup(&page->html, "</tr>\n");
    }
    aj_page_markup(&page->html, "</tbody></table></div>\n</section>\n");
}
