/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/report.h"

#include <inttypes.h>
#include <math.h>

#include "explore/report_priv.h"
#include "explore/results.h"

/* Headline */

static const char *verdict(struct page *page)
{
    const struct explore_report_claim *claim = &page->report->claim;
    const char *percent = report_percent(page->scratch, fabs(claim->percent));
    switch ((enum explore_report_verdict)claim->verdict) {
    case EXPLORE_REPORT_UNTRIED:
        return page->same ? "Nothing better than the baseline was found."
                          : "A recommendation that is not confirmed yet.";
    case EXPLORE_REPORT_BETTER:
        return aj_strf(page->scratch,
                       "The recommended cells are better: %s less latency on the "
                       "worst CPU.",
                       percent);
    case EXPLORE_REPORT_UNDECIDED:
        return page->same ? "No improvement could be shown: the baseline stays."
                          : "No difference to the baseline could be shown.";
    case EXPLORE_REPORT_WORSE:
        return aj_strf(page->scratch,
                       "The baseline is better and stays. What looked best in the "
                       "search has %s more latency.",
                       percent);
    }
    return "";
}

static const char *interval(struct page *page, const struct explore_interval *bounds, double level)
{
    if (!isfinite(bounds->low) || !isfinite(bounds->high))
        return "too few for an interval";
    return aj_strf(page->scratch, "%g\u00a0%% interval %s to %s", 100.0 * level,
                   report_signed_percent(page->scratch, bounds->low),
                   report_signed_percent(page->scratch, bounds->high));
}

static void explain(struct page *page)
{
    const struct explore_report *r = page->report;
    const struct explore_report_claim *claim = &r->claim;
    const char *who = page->same ? " of the best other decision" : "";
    report_markup(page, "<p>");
    if (claim->verdict != EXPLORE_REPORT_UNTRIED)
        report_textf(page,
                     "Measured in turns against the baseline, the worst CPU's latency%s differs by "
                     "%s (%s, n = %" PRIu32 " pairs of runs). ",
                     who, report_signed_percent(page->scratch, claim->percent),
                     interval(page, &claim->interval, claim->level), claim->pairs);
    else if (!page->same)
        report_text(page, "No pairs of runs compare it with the baseline, so that the difference "
                          "may be chance. ");
    if (claim->verdict == EXPLORE_REPORT_UNDECIDED)
        report_text(page, "The interval holds \u201cno difference\u201d: more pairs would tell. ");
    report_textf(page, "%zu runs%s on %s. ", r->runs_count,
                 r->budget > 0 ? aj_strf(page->scratch, " of %" PRIu32, r->budget) : "",
                 r->boards_count == 1 ? r->boards[0]
                                      : aj_strf(page->scratch, "%zu boards", r->boards_count));
    if (r->stopped != NULL)
        report_text(page, r->stopped);
    report_markup(page, "</p>\n");
}

static void certificate(struct page *page)
{
    const struct explore_report_certificate *c = &page->report->certificate;
    if (!c->wanted)
        return;
    report_markup(page, c->given ? "<p class=\"better\">" : "<p class=\"bad\">");
    report_textf(page,
                 c->given ? "Deadline certificate: at most %s of runs have a wake-up beyond the "
                            "deadline, %g\u00a0%% sure. "
                          : "No deadline certificate: it was to be shown that at most %s of runs "
                            "have a wake-up beyond the deadline, %g\u00a0%% sure. ",
                 report_share(page->scratch, c->rate), 100.0 * c->level);
    report_textf(page, "Seen: %s of %s runs; upper bound %s.", report_count(page->scratch, c->late),
                 report_count(page->scratch, c->blocks), report_share(page->scratch, c->high));
    report_markup(page, "</p>\n");
}

/* Cards */

static void card(struct page *page, const char *title, const char *value, const char *detail)
{
    report_markup(page, "<li>");
    report_text(page, title);
    report_element(page, "b", NULL, value);
    report_text(page, detail);
    report_markup(page, "</li>\n");
}

static void worst_card(struct page *page, const char *title, const struct report_side *side)
{
    const struct report_cpu *cpu = side->worst;
    if (cpu == NULL)
        return;
    const double deadline_us = (double)cpu->what->deadline_ns / 1000.0;
    const char *bounds = isfinite(cpu->median_bounds.low)
                             ? aj_strf(page->scratch, "95\u00a0%% interval %s to %s\u00a0\u00b5s, ",
                                       report_us(page->scratch, cpu->median_bounds.low),
                                       report_us(page->scratch, cpu->median_bounds.high))
                             : "no interval, ";
    card(page, title,
         aj_strf(page->scratch, "%s \u00b5s", report_us(page->scratch, cpu->median_us)),
         aj_strf(page->scratch,
                 "median of block maxima on its worst CPU, %" PRIu32 " (%s): %s of the deadline; "
                 "%sn = %zu blocks",
                 cpu->all.cpu, cpu->what->cell,
                 report_percent(page->scratch, 100.0 * cpu->median_us / deadline_us), bounds,
                 side->all.blocks_count));
}

static void late_card(struct page *page)
{
    const struct report_side *side = &page->recommended;
    const struct report_cpu *latest = NULL;
    for (size_t i = 0; i < side->cpus_count; i++)
        if (latest == NULL || side->cpus[i].late_blocks > latest->late_blocks)
            latest = &side->cpus[i];
    if (latest == NULL)
        return;
    card(page, "Late blocks, recommended",
         aj_strf(page->scratch, "%s of %s", report_count(page->scratch, latest->late_blocks),
                 report_count(page->scratch, side->all.blocks_count)),
         aj_strf(page->scratch,
                 "blocks with a wake-up beyond the deadline, on CPU %" PRIu32
                 ", which has most; 95\u00a0%% interval of their share %s to %s",
                 latest->all.cpu, report_share(page->scratch, latest->late_bounds.low),
                 report_share(page->scratch, latest->late_bounds.high)));
}

static void cards(struct page *page)
{
    const struct explore_report_claim *claim = &page->report->claim;
    report_markup(page, "<ul class=\"cards\">\n");
    worst_card(page, "Baseline", &page->baseline);
    if (!page->same)
        worst_card(page, "Recommended", &page->recommended);
    if (claim->verdict != EXPLORE_REPORT_UNTRIED)
        card(page, "Change in pairs", report_signed_percent(page->scratch, claim->percent),
             aj_strf(page->scratch, "%s, n = %" PRIu32 " pairs",
                     interval(page, &claim->interval, claim->level), claim->pairs));
    late_card(page);
    report_markup(page, "</ul>\n");
}

/* Page */

static void head(struct page *page)
{
    report_markup(page,
                  "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n"
                  "<head>\n<meta charset=\"utf-8\"/>\n"
                  "<meta http-equiv=\"Content-Security-Policy\" "
                  "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<title>");
    report_textf(page, "%s%s: exploration", page->report->simulated ? "SIMULATED \u2013 " : "",
                 page->report->project);
    report_markup(page, "</title>\n<style>\n");
    aj_buf_add(page->to, explore_report_css.data, explore_report_css.size);
    report_markup(page, "</style>\n</head>\n<body>\n");
}

static void headline(struct page *page)
{
    static const char *const kinds[] = {[EXPLORE_REPORT_UNTRIED] = "undecided",
                                        [EXPLORE_REPORT_BETTER] = "better",
                                        [EXPLORE_REPORT_UNDECIDED] = "undecided",
                                        [EXPLORE_REPORT_WORSE] = "worse"};
    report_markup(page, "<header>\n<p class=\"kicker\">");
    report_textf(page, "autojail explore \u00b7 %s", page->report->project);
    report_markup(page, "</p>\n");
    report_element(page, "h1", kinds[page->report->claim.verdict], verdict(page));
    if (page->report->simulated)
        report_markup(page, "\n<p class=\"banner\" role=\"note\"><strong>SIMULATED.</strong> No "
                            "hardware was measured: all latencies on this page come from a "
                            "synthetic model. They show how exploration works and say nothing "
                            "about a real board.</p>");
    report_markup(page, "\n");
    explain(page);
    certificate(page);
    cards(page);
    report_markup(page, "</header>\n");
}

static void foot(struct page *page)
{
    report_markup(page, "<footer><p>");
    report_text(page,
                "Latencies are those of the measuring tool's wake-ups under the load named above. "
                "What was never seen may still happen: no number here is an upper bound of the "
                "latency. Wake-ups that follow each other are not independent, so intervals are "
                "made from blocks (of medians by their order, of shares by Clopper and Pearson), "
                "from runs, and from pairs of runs by signed ranks.");
    report_markup(page, "</p></footer>\n</body>\n</html>\n");
}

void explore_report_write(const struct explore_report *report, struct aj_arena *scratch,
                          struct aj_buf *to)
{
    struct page page = {.report = report, .scratch = scratch, .to = to};
    page.baseline = explore_report_side_of(&report->baseline, scratch);
    page.recommended = explore_report_side_of(&report->recommended, scratch);
    page.same = strcmp(report->baseline.decision, report->recommended.decision) == 0;
    head(&page);
    headline(&page);
    report_markup(&page, "<main>\n");
    report_latencies(&page);
    report_decisions(&page);
    report_history(&page);
    report_effects(&page);
    report_learned(&page);
    report_tails(&page);
    report_runs(&page);
    report_environment(&page);
    report_markup(&page, "</main>\n");
    foot(&page);
}
