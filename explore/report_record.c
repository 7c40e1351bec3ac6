/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/report_priv.h"

/* Runs */

static const char *or_dash(const char *text)
{
    return text == NULL || text[0] == '\0' ? "\u2013" : text;
}

static const char *remark(struct page *page, const struct explore_report_run *run)
{
    if (run->stored->state == EXPLORE_RUN_CLAIMED)
        return "not finished";
    if (run->stored->state == EXPLORE_RUN_VOID)
        return aj_strf(page->scratch, "void: %s", or_dash(run->stored->reason));
    return aj_strf(page->scratch, "%s%s%s",
                   run->drifted ? "the target drifted before this run" : "",
                   run->drifted && run->censored ? "; " : "",
                   run->censored ? "ended early: the score is at least this" : "");
}

static void run_row(struct page *page, size_t ix)
{
    struct aj_arena *s = page->scratch;
    const struct explore_report_run *run = &page->report->runs[ix];
    const struct explore_stored *stored = run->stored;
    const char *phase = aj_name_of(explore_phase_names, stored->phase);
    const char *score = report_percent(s, run->score);
    aj_page_markup(&page->html, stored->state == EXPLORE_RUN_DONE ? "<tr>" : "<tr class=\"void\">");
    aj_page_element(&page->html, "td", "n", aj_strf(s, "%" PRIu64, stored->id));
    aj_page_element(&page->html, "td", "n", or_dash(phase));
    aj_page_element(&page->html, "td", "n", run->censored ? aj_strf(s, "\u2265 %s", score) : score);
    aj_page_element(&page->html, "td", NULL, stored->decision);
    if (page->report->boards_count > 1)
        aj_page_element(&page->html, "td", NULL, or_dash(stored->board));
    aj_page_element(&page->html, "td", NULL, remark(page, run));
    aj_page_markup(&page->html, "</tr>\n");
}

void report_history(struct page *page)
{
    if (page->report->runs_count == 0)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>How it got there</h2>\n");
    report_convergence(page);
    aj_page_markup(&page->html, "</section>\n");
}

void report_runs(struct page *page)
{
    static const char *const one[] = {"Run", "Phase", "Score", "Decision", "Remark"};
    static const char *const several[] = {"Run", "Phase", "Score", "Decision", "Board", "Remark"};
    if (page->report->runs_count == 0)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>All runs</h2>\n<div class=\"wide\"><table>\n");
    if (page->report->boards_count > 1)
        aj_page_head(&page->html, several, AJ_COUNT(several));
    else
        aj_page_head(&page->html, one, AJ_COUNT(one));
    aj_page_markup(&page->html, "<tbody>\n");
    for (size_t i = 0; i < page->report->runs_count; i++)
        run_row(page, i);
    aj_page_markup(&page->html, "</tbody></table></div>\n</section>\n");
}

/* Learned constraints */

void report_learned(struct page *page)
{
    static const char *const titles[] = {"Constraint in cells.yml", "Because"};
    aj_page_markup(&page->html, "<section>\n<h2>What was learned</h2>\n<p>");
    aj_page_text(&page->html,
                 page->report->learned_count == 0
                     ? "No decision was ruled out: none missed a deadline surely enough."
                     : "These stand in the new cells.yml, each with its evidence. Delete one "
                       "and that freedom is back.");
    aj_page_markup(&page->html, "</p>\n");
    if (page->report->learned_count > 0) {
        aj_page_markup(&page->html, "<div class=\"wide\"><table>\n");
        aj_page_head(&page->html, titles, AJ_COUNT(titles));
        aj_page_markup(&page->html, "<tbody>\n");
        for (size_t i = 0; i < page->report->learned_count; i++) {
            const struct explore_report_learned *learned = &page->report->learned[i];
            aj_page_markup(&page->html, "<tr><td>");
            aj_page_element(&page->html, "code", NULL, learned->constraint);
            aj_page_markup(&page->html, "</td>");
            aj_page_element(&page->html, "td", NULL, or_dash(learned->because));
            aj_page_markup(&page->html, "</tr>\n");
        }
        aj_page_markup(&page->html, "</tbody></table></div>\n");
    }
    aj_page_markup(&page->html, "</section>\n");
}

/* Environment */

struct fact {
    const char *name;
    size_t offset; /* of the text in struct model_environment */
};
#define FACT(name, member)                               \
    {                                                    \
        name, offsetof(struct model_environment, member) \
    }

static const struct fact facts[] = {
    FACT("Kernel", kernel),
    FACT("Machine", machine),
    FACT("Command line", cmdline),
    FACT("Real-time kernel", realtime),
    FACT("Clock source", clocksource),
    FACT("Isolated CPUs", isolated),
    FACT("Frequency governors", governors),
    FACT("Real-time throttling, \u00b5s", rt_runtime),
    FACT("Highest frequencies, kHz", frequency_limits),
    FACT("Throttling", throttling),
    FACT("Load averages before", load_before),
    FACT("Load averages after", load_after),
};

static const char *fact_of(const struct model_environment *environment, const struct fact *fact)
{
    const char *text;
    memcpy(&text, (const char *)environment + fact->offset, sizeof text);
    return or_dash(text);
}

static void pair(struct page *page, const char *name, const char *text)
{
    aj_page_element(&page->html, "dt", NULL, name);
    aj_page_element(&page->html, "dd", NULL, text);
    aj_page_markup(&page->html, "\n");
}

static const char *duration(struct aj_arena *out, int64_t ns)
{
    const char *text = aj_format_duration(out, ns);
    const size_t length = strlen(text);
    if (length < 3 || strcmp(text + length - 3, " us") != 0)
        return text;
    return aj_strf(out, "%.*s\u00b5s", (int)(length - 2), text);
}

/* "gui, on CPUs 0-1: stress-ng --cpu 2" */
static const char *load_text(struct aj_arena *s, const struct model_load *load)
{
    struct aj_buf text = {NULL, 0, 0};
    if (load->cell != NULL)
        aj_buf_adds(&text, load->cell);
    if (!aj_cpuset_empty(&load->cpus))
        aj_buf_addf(&text, "%son CPUs %s", load->cell != NULL ? ", " : "",
                    aj_cpuset_format(s, &load->cpus));
    for (size_t i = 0; i < load->command_count; i++)
        aj_buf_addf(&text, "%s%s", i > 0 ? " " : text.len > 0 ? ": " : "", load->command[i]);
    const char *result = aj_strdup(s, aj_buf_text(&text));
    aj_buf_free(&text);
    return result;
}

static void add_method(struct page *page, const struct model_measurement *m)
{
    struct aj_arena *s = page->scratch;
    pair(page, "Measured with",
         aj_strf(s, "%s, a wake-up every %s at priority %" PRIu32 ", blocks of %s, bins of %s",
                 or_dash(m->tool), duration(s, m->interval_ns), m->priority,
                 duration(s, m->block_ns), duration(s, m->bin_ns)));
    if (m->loads_count == 0)
        pair(page, "Load beside it", "none");
    for (size_t i = 0; i < m->loads_count; i++)
        pair(page, i == 0 ? "Load beside it" : "", load_text(s, &m->loads[i]));
    for (size_t i = 0; i < m->interrupts_count; i++) {
        const struct model_irq_fired *irq = &m->interrupts[i];
        pair(page, i == 0 ? "Interrupts" : "",
             aj_strf(s, "%" PRIu32 " fired %s times on CPU %" PRIu32 ", %s times elsewhere",
                     irq->intid, report_count(s, irq->there), irq->cpu,
                     report_count(s, irq->elsewhere)));
    }
}

void report_environment(struct page *page)
{
    const struct model_measurement *before = &page->baseline.all, *after = &page->other.all;
    const struct model_measurement *m = after->blocks_count > 0 ? after : before;
    aj_page_markup(&page->html, "<section>\n<h2>Environment</h2>\n<dl>\n");
    for (size_t i = 0; i < page->report->boards_count; i++)
        pair(page, i == 0 ? "Target" : "", page->report->boards[i]);
    if (m->blocks_count > 0) {
        add_method(page, m);
        for (size_t i = 0; i < AJ_COUNT(facts); i++) {
            const char *text = fact_of(&m->environment, &facts[i]);
            const char *earlier = fact_of(&before->environment, &facts[i]);
            if (before->blocks_count > 0 && strcmp(text, earlier) != 0)
                text = aj_strf(page->scratch, "%s (baseline: %s)", text, earlier);
            pair(page, facts[i].name, text);
        }
    }
    aj_page_markup(&page->html, "</dl>\n</section>\n");
}
