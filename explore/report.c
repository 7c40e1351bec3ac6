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
    aj_page_markup(&page->html, "<p>");
    if (claim->verdict != EXPLORE_REPORT_UNTRIED)
        aj_page_textf(
            &page->html,
            "Measured in turns against the baseline, the worst CPU's latency%s differs by "
            "%s (%s, n = %" PRIu32 " pairs of runs). ",
            who, report_signed_percent(page->scratch, claim->percent),
            interval(page, &claim->interval, claim->level), claim->pairs);
    else if (!page->same)
        aj_page_text(&page->html,
                     "No pairs of runs compare it with the baseline, so that the difference "
                     "may be chance. ");
    if (claim->verdict == EXPLORE_REPORT_UNDECIDED)
        aj_page_text(&page->html,
                     "The interval holds \u201cno difference\u201d: more pairs would tell. ");
    aj_page_textf(&page->html, "%zu runs%s on %s. ", r->runs_count,
                  r->budget > 0 ? aj_strf(page->scratch, " of %" PRIu32, r->budget) : "",
                  r->boards_count == 1 ? r->boards[0]
                                       : aj_strf(page->scratch, "%zu boards", r->boards_count));
    if (r->stopped != NULL)
        aj_page_text(&page->html, r->stopped);
    aj_page_markup(&page->html, "</p>\n");
}

static void certificate(struct page *page)
{
    const struct explore_report_certificate *c = &page->report->certificate;
    if (!c->wanted)
        return;
    aj_page_markup(&page->html, c->given ? "<p class=\"better\">" : "<p class=\"bad\">");
    aj_page_textf(&page->html,
                  c->given ? "Deadline certificate: at most %s of runs have a wake-up beyond the "
                             "deadline, %g\u00a0%% sure. "
                           : "No deadline certificate: it was to be shown that at most %s of runs "
                             "have a wake-up beyond the deadline, %g\u00a0%% sure. ",
                  report_share(page->scratch, c->rate), 100.0 * c->level);
    aj_page_textf(&page->html, "Seen: %s of %s runs; upper bound %s.",
                  report_count(page->scratch, c->late), report_count(page->scratch, c->blocks),
                  report_share(page->scratch, c->high));
    aj_page_markup(&page->html, "</p>\n");
}

/* Cards */

static void card(struct page *page, const char *title, const char *value, const char *detail)
{
    aj_page_markup(&page->html, "<li>");
    aj_page_text(&page->html, title);
    aj_page_element(&page->html, "b", NULL, value);
    aj_page_text(&page->html, detail);
    aj_page_markup(&page->html, "</li>\n");
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
    aj_page_markup(&page->html, "<ul class=\"cards\">\n");
    worst_card(page, "Baseline", &page->baseline);
    if (!page->same)
        worst_card(page, "Recommended", &page->recommended);
    if (claim->verdict != EXPLORE_REPORT_UNTRIED)
        card(page, "Change in pairs", report_signed_percent(page->scratch, claim->percent),
             aj_strf(page->scratch, "%s, n = %" PRIu32 " pairs",
                     interval(page, &claim->interval, claim->level), claim->pairs));
    late_card(page);
    aj_page_markup(&page->html, "</ul>\n");
}

/* Page */

static void headline(struct page *page)
{
    static const char *const kinds[] = {[EXPLORE_REPORT_UNTRIED] = "undecided",
                                        [EXPLORE_REPORT_BETTER] = "better",
                                        [EXPLORE_REPORT_UNDECIDED] = "undecided",
                                        [EXPLORE_REPORT_WORSE] = "worse"};
    aj_page_markup(&page->html, "<header>\n<p class=\"kicker\">");
    aj_page_textf(&page->html, "autojail explore \u00b7 %s", page->report->project);
    aj_page_markup(&page->html, "</p>\n");
    aj_page_element(&page->html, "h1", kinds[page->report->claim.verdict], verdict(page));
    if (page->report->simulated)
        aj_page_markup(&page->html,
                       "\n<p class=\"banner\" role=\"note\"><strong>SIMULATED.</strong> No "
                       "hardware was measured: all latencies on this page come from a "
                       "synthetic model. They show how exploration works and say nothing "
                       "about a real board.</p>");
    aj_page_markup(&page->html, "\n");
    explain(page);
    certificate(page);
    cards(page);
    aj_page_markup(&page->html, "</header>\n");
}

static void foot(struct page *page)
{
    aj_page_markup(&page->html, "<footer><p>");
    aj_page_text(&page->html,
                 "Latencies are those of the measuring tool's wake-ups under the load named above. "
                 "What was never seen may still happen: no number here is an upper bound of the "
                 "latency. Wake-ups that follow each other are not independent, so intervals are "
                 "made from blocks (of medians by their order, of shares by Clopper and Pearson), "
                 "from runs, and from pairs of runs by signed ranks.");
    aj_page_markup(&page->html, "</p></footer>\n");
}

void explore_report_write(const struct explore_report *report, struct aj_arena *scratch,
                          struct aj_buf *to)
{
    struct page page = {.report = report, .scratch = scratch, .html = {to, scratch}};
    page.baseline = explore_report_side_of(&report->baseline, scratch);
    page.recommended = explore_report_side_of(&report->recommended, scratch);
    page.same = strcmp(report->baseline.decision, report->recommended.decision) == 0;
    aj_page_begin(&page.html,
                  aj_strf(scratch, "%s%s: exploration",
                          report->simulated ? "SIMULATED \u2013 " : "", report->project));
    headline(&page);
    aj_page_markup(&page.html, "<main>\n");
    report_latencies(&page);
    report_decisions(&page);
    report_history(&page);
    report_effects(&page);
    report_learned(&page);
    report_tails(&page);
    report_runs(&page);
    report_environment(&page);
    aj_page_markup(&page.html, "</main>\n");
    foot(&page);
    aj_page_end(&page.html);
}
