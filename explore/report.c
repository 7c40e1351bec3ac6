/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/report.h"

#include <inttypes.h>
#include <math.h>

#include "explore/report_priv.h"
#include "explore/results.h"

/* Headline */

/* "22.0 % shorter" */
static const char *change(struct page *page, double effect)
{
    return aj_strf(page->scratch, "%s %s", report_percent(page->scratch, 100.0 * fabs(effect)),
                   effect > 0.0 ? "longer" : "shorter");
}

static const char *interval(struct page *page)
{
    const struct explore_claim *claim = &page->report->claim;
    if (!isfinite(claim->interval.high))
        return aj_strf(page->scratch, "n = %" PRIu32 " pairs of runs, too few for an interval",
                       claim->pairs);
    return aj_strf(
        page->scratch, "%g\u00a0%% interval %s to %s, n = %" PRIu32 " pairs of runs",
        100.0 * EXPLORE_LEVEL, report_signed_percent(page->scratch, 100.0 * claim->interval.low),
        report_signed_percent(page->scratch, 100.0 * claim->interval.high), claim->pairs);
}

static const char *verdict(struct page *page)
{
    const struct explore_claim *claim = &page->report->claim;
    if (!page->report->confirmed)
        return page->same ? "Nothing better than the baseline was found."
                          : "A recommendation that is not confirmed yet.";
    switch (claim->verdict) {
    case EXPLORE_CLAIM_BETTER:
        return aj_strf(page->scratch,
                       "The recommended cells are better: latency of the worst CPU is %s.",
                       change(page, claim->effect));
    case EXPLORE_CLAIM_WORSE: return "The baseline is better and stays.";
    case EXPLORE_CLAIM_ALIKE: return "The baseline is as good as the best other decision.";
    case EXPLORE_CLAIM_OPEN:
    case EXPLORE_CLAIM_NOT_SHOWN: return "No improvement could be shown.";
    }
    return "";
}

static void explain(struct page *page)
{
    const struct explore_report *r = page->report;
    const struct explore_claim *claim = &r->claim;
    aj_page_markup(&page->html, "<p>");
    if (r->confirmed && claim->pairs > 0)
        aj_page_textf(&page->html,
                      "Measured in turns with the baseline, the worst CPU's latency%s is %s (%s). ",
                      page->same ? " with the best other decision" : "",
                      change(page, claim->effect), interval(page));
    else if (!page->same)
        aj_page_text(&page->html, "No pairs of runs compare it with the baseline, so that the "
                                  "difference may be chance. ");
    if (r->confirmed && claim->left_out > 0)
        aj_page_textf(&page->html, "%" PRIu32 " pair%s without two scores left out. ",
                      claim->left_out, claim->left_out == 1 ? "" : "s");
    aj_page_textf(&page->html, "%zu runs%s on %s. ", r->runs_count,
                  r->budget > 0 ? aj_strf(page->scratch, " of %" PRIu32, r->budget) : "",
                  r->boards_count == 1 ? aj_strf(page->scratch, "\u201c%s\u201d", r->boards[0])
                                       : aj_strf(page->scratch, "%zu boards", r->boards_count));
    if (r->stopped != NULL)
        aj_page_textf(&page->html, "It ended because %s.", r->stopped);
    aj_page_markup(&page->html, "</p>\n");
}

static void certificate(struct page *page)
{
    const struct explore_certificate *c = &page->report->certificate;
    if (!page->report->certify)
        return;
    aj_page_markup(&page->html, c->verdict == EXPLORE_DEADLINE_MET ? "<p class=\"better\">"
                                                                   : "<p class=\"bad\">");
    switch (c->verdict) {
    case EXPLORE_DEADLINE_OPEN:
        aj_page_textf(&page->html,
                      "Not shown: that at most %s of runs have a wake-up beyond the deadline, "
                      "%g\u00a0%% sure; %s more runs without one would. ",
                      report_share(page->scratch, c->allowed), 100.0 * page->report->confidence,
                      report_count(page->scratch, c->clean_runs));
        break;
    case EXPLORE_DEADLINE_MET:
        aj_page_textf(&page->html,
                      "Deadline certificate: at most %s of runs have a wake-up beyond the "
                      "deadline, %g\u00a0%% sure. ",
                      report_share(page->scratch, c->allowed), 100.0 * page->report->confidence);
        break;
    case EXPLORE_DEADLINE_MISSED:
        aj_page_textf(&page->html,
                      "The deadline is missed: more than %s of runs have a wake-up beyond it, "
                      "%g\u00a0%% sure. ",
                      report_share(page->scratch, c->allowed), 100.0 * page->report->confidence);
        break;
    }
    aj_page_textf(&page->html, "Seen: %s of %s runs; their share is between %s and %s.",
                  report_count(page->scratch, c->exceeded.count),
                  report_count(page->scratch, c->exceeded.runs),
                  report_share(page->scratch, c->bounds.low),
                  report_share(page->scratch, c->bounds.high));
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

static void score_card(struct page *page, const char *title, const struct explore_summary *s)
{
    struct aj_arena *out = page->scratch;
    const char *bounds = "too few runs for an interval";
    if (s->runs == 0)
        return;
    if (isfinite(s->bounds.low))
        bounds =
            aj_strf(out, "95\u00a0%% interval %s to %s%s", report_percent(out, s->bounds.low),
                    s->bound_at_least ? "\u2265\u00a0" : "", report_percent(out, s->bounds.high));
    card(page, title,
         aj_strf(out, "%s%s", s->at_least ? "\u2265\u00a0" : "", report_percent(out, s->score)),
         aj_strf(out, "of the deadline, on the worst CPU of each run; %s, n = %" PRIu32 " run%s",
                 bounds, s->runs, s->runs == 1 ? "" : "s"));
}

static const struct explore_summary *recommended(const struct page *page)
{
    return &page->report->recommended.summary;
}

static void late_card(struct page *page)
{
    const struct explore_summary *s = recommended(page);
    if (s->runs == 0)
        return;
    card(page, "Late runs, recommended",
         aj_strf(page->scratch, "%" PRIu32 " of %" PRIu32, s->late, s->runs),
         aj_strf(page->scratch,
                 "runs with a wake-up beyond the deadline, on any CPU; 95\u00a0%% interval of "
                 "their share %s to %s",
                 report_share(page->scratch, s->late_bounds.low),
                 report_share(page->scratch, s->late_bounds.high)));
}

static void cards(struct page *page)
{
    const struct explore_report *r = page->report;
    aj_page_markup(&page->html, "<ul class=\"cards\">\n");
    score_card(page, "Baseline, median of runs", &r->baseline.summary);
    if (page->other_name != NULL)
        score_card(page, page->same ? "Best other, median of runs" : "Recommended, median of runs",
                   page->same ? &r->compared.summary : &r->recommended.summary);
    if (r->confirmed && r->claim.pairs > 0)
        card(page, "Change in pairs", report_signed_percent(page->scratch, 100.0 * r->claim.effect),
             interval(page));
    late_card(page);
    aj_page_markup(&page->html, "</ul>\n");
}

/* Page */

/* A deadline that is missed goes before everything that is better. */
static void title(struct page *page)
{
    const struct explore_summary *s = recommended(page);
    const bool better =
        page->report->confirmed && page->report->claim.verdict == EXPLORE_CLAIM_BETTER;
    if (s->late > 0)
        aj_page_element(&page->html, "h1", "bad",
                        aj_strf(page->scratch,
                                "The deadline is missed in %" PRIu32 " of %" PRIu32
                                " run%s of the recommended cells.",
                                s->late, s->runs, s->runs == 1 ? "" : "s"));
    aj_page_element(&page->html, s->late > 0 ? "h2" : "h1", better ? "better" : NULL,
                    verdict(page));
}

static void headline(struct page *page)
{
    aj_page_markup(&page->html, "<header>\n<p class=\"kicker\">");
    aj_page_textf(&page->html, "autojail explore \u00b7 %s", page->report->project);
    aj_page_markup(&page->html, "</p>\n");
    title(page);
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
    aj_page_text(
        &page->html,
        "Latencies are those of the measuring tool's wake-ups under the load named above. "
        "What was never seen may still happen: no number here is an upper bound of the "
        "latency. What disturbs a run may disturb all of it, so intervals are made from "
        "runs, each with its score (the median of its blocks' maxima): of medians by "
        "their order, of shares by likelihood ratios, both such that they hold however many "
        "runs there came to be, and of pairs by signed ranks at fixed looks.");
    aj_page_markup(&page->html, "</p></footer>\n");
}

/* What is shown beside the baseline. */
static void choose_other(struct page *page)
{
    const struct explore_report *r = page->report;
    const struct explore_report_side *other = page->same ? &r->compared : &r->recommended;
    if (other->decision == NULL || strcmp(other->decision, r->baseline.decision) == 0)
        return;
    page->other = explore_report_side_of(other, page->scratch);
    page->other_decision = other->decision;
    page->other_name = page->same ? "best other" : "recommended";
}

void explore_report_write(const struct explore_report *report, struct aj_arena *scratch,
                          struct aj_buf *to)
{
    struct page page = {.report = report, .scratch = scratch, .html = {to, scratch}};
    page.baseline = explore_report_side_of(&report->baseline, scratch);
    page.same = strcmp(report->baseline.decision, report->recommended.decision) == 0;
    choose_other(&page);
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
