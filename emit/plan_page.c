/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include <inttypes.h>

#include "base/ctx.h"
#include "base/units.h"
#include "model/check.h"

struct page {
    const struct emit_input *input;
    struct aj_page html;
};

enum aj_hue emit_plan_hue(const struct model_plan *plan, const char *cell)
{
    static const enum aj_hue hues[] = {AJ_HUE_BLUE, AJ_HUE_ORANGE, AJ_HUE_GREEN, AJ_HUE_PURPLE,
                                       AJ_HUE_TEAL};
    for (size_t i = 1; i < plan->cells_count; i++)
        if (strcmp(plan->cells[i].key, cell) == 0)
            return hues[(i - 1) % AJ_COUNT(hues)];
    return AJ_HUE_GREY;
}

static void td(struct page *page, const char *text)
{
    aj_page_element(&page->html, "td", NULL, text != NULL && text[0] != '\0' ? text : "\u2013");
}

static void begin_table(struct page *page, const char *title, const char *const *titles,
                        size_t count)
{
    aj_page_markup(&page->html, "<section>\n");
    aj_page_element(&page->html, "h2", NULL, title);
    aj_page_markup(&page->html, "\n<div class=\"wide\"><table>\n");
    aj_page_head(&page->html, titles, count);
    aj_page_markup(&page->html, "<tbody>\n");
}

static void end_table(struct page *page)
{
    aj_page_markup(&page->html, "</tbody></table></div>\n</section>\n");
}

/* Cells */

static const char *interrupts_of(struct page *page, const struct model_plan_cell *cell)
{
    struct aj_buf text = {NULL, 0, 0};
    for (size_t i = 0; i < cell->interrupts_count; i++)
        aj_buf_addf(&text, "%s%" PRIu32, i > 0 ? ", " : "", cell->interrupts[i]);
    const char *result = aj_strdup(page->html.scratch, aj_buf_text(&text));
    aj_buf_free(&text);
    return result;
}

static const char *devices_of(struct page *page, const struct model_plan_cell *cell)
{
    struct aj_buf text = {NULL, 0, 0};
    for (size_t i = 0; i < cell->devices_count; i++)
        aj_buf_addf(&text, "%s%s", i > 0 ? ", " : "", cell->devices[i]);
    const char *result = aj_strdup(page->html.scratch, aj_buf_text(&text));
    aj_buf_free(&text);
    return result;
}

static void cell_row(struct page *page, size_t ix)
{
    struct aj_arena *s = page->html.scratch;
    const struct model_plan_cell *cell = &page->input->plan->cells[ix];
    const struct model_cell_request *request = model_cell_by_key(page->input->req, cell->key);
    aj_page_markup(&page->html, "<tr>");
    aj_page_element(&page->html, "th", NULL, cell->key);
    td(page, request != NULL ? request->name : NULL);
    td(page, aj_cpuset_format(s, &cell->cpus));
    td(page, ix == 0 ? "all others" : interrupts_of(page, cell));
    td(page, ix == 0 ? "all others" : devices_of(page, cell));
    td(page, cell->console == NULL ? NULL
                                   : aj_strf(s, "%s%s", cell->console,
                                             cell->console_shared ? ", shared with the root" : ""));
    aj_page_markup(&page->html, "</tr>\n");
}

static void add_cells(struct page *page)
{
    static const char *const titles[] = {"Cell",       "Name",    "CPUs",
                                         "Interrupts", "Devices", "Console"};
    begin_table(page, "Cells", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < page->input->plan->cells_count; i++)
        cell_row(page, i);
    end_table(page);
}

static void add_wishes(struct page *page)
{
    static const char *const titles[] = {"Cell", "Wish", "Given", "Cost"};
    struct aj_arena *s = page->html.scratch;
    const struct emit_input *input = page->input;
    size_t count;
    const struct model_plan_wish *wishes =
        model_plan_wishes(input->board, input->req, input->plan, s, &count);
    if (count == 0)
        return;
    begin_table(page, "What was chosen, and what was given up", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < count; i++) {
        aj_page_markup(&page->html, "<tr>");
        aj_page_element(&page->html, "th", NULL, wishes[i].cell);
        td(page, wishes[i].wish);
        td(page, wishes[i].given != NULL ? wishes[i].given : "given up");
        td(page, wishes[i].given == NULL ? aj_strf(s, "%" PRIu32, wishes[i].cost) : NULL);
        aj_page_markup(&page->html, "</tr>\n");
    }
    end_table(page);
}

/* Memory */

static void add_memory(struct page *page)
{
    static const char *const titles[] = {"Memory", "Of", "Physical", "In the guest", "Size"};
    struct aj_arena *s = page->html.scratch;
    const struct model_plan *plan = page->input->plan;
    aj_page_markup(&page->html, "<section>\n<h2>Physical memory</h2>\n<figure>\n");
    emit_plan_draw_memory(page->input, s, page->html.to);
    aj_page_markup(&page->html, "<figcaption>");
    aj_page_text(&page->html, "From low to high addresses. Heights grow with the logarithm of the "
                              "size, so that small ranges can be seen beside large ones.");
    aj_page_markup(&page->html, "</figcaption></figure>\n</section>\n");
    begin_table(page, "Memory that is not the root's", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *mem = &plan->memory[i];
        aj_page_markup(&page->html, "<tr>");
        aj_page_element(&page->html, "th", NULL, aj_name_of(model_mem_kind_names, mem->kind));
        td(page, mem->cell != NULL && mem->name != NULL ? aj_strf(s, "%s: %s", mem->cell, mem->name)
                                                        : mem->name);
        td(page, aj_format_hex(s, mem->phys_start));
        td(page, mem->cell != NULL ? aj_format_hex(s, mem->virt_start) : NULL);
        td(page, aj_format_size_about(s, mem->size));
        aj_page_markup(&page->html, "</tr>\n");
    }
    end_table(page);
}

/* Links, interrupts, settings, objectives */

static void add_links(struct page *page)
{
    static const char *const titles[] = {"Link", "Peers", "Physical", "State", "Shared", "Output"};
    struct aj_arena *s = page->html.scratch;
    const struct model_plan *plan = page->input->plan;
    if (plan->links_count == 0)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>Who talks to whom</h2>\n<figure>\n");
    emit_plan_draw_links(page->input, s, page->html.to);
    aj_page_markup(&page->html, "</figure>\n</section>\n");
    begin_table(page, "Links", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < plan->links_count; i++) {
        const struct model_plan_link *link = &plan->links[i];
        struct aj_buf peers = {NULL, 0, 0};
        for (size_t k = 0; k < link->peers_count; k++)
            aj_buf_addf(&peers, "%s%s", k > 0 ? ", " : "", link->peers[k]);
        aj_page_markup(&page->html, "<tr>");
        aj_page_element(&page->html, "th", NULL, link->name);
        td(page, aj_buf_text(&peers));
        td(page, aj_format_hex(s, link->phys_start));
        td(page, aj_format_size_about(s, link->state_size));
        td(page, link->rw_size > 0 ? aj_format_size_about(s, link->rw_size) : NULL);
        td(page, link->output_size > 0 ? aj_format_size_about(s, link->output_size) : NULL);
        aj_page_markup(&page->html, "</tr>\n");
        aj_buf_free(&peers);
    }
    end_table(page);
}

static const char *irq_owner(const struct model_board *board, uint32_t intid)
{
    for (size_t i = 0; i < board->interrupts_count; i++)
        if (board->interrupts[i].intid == intid)
            return board->interrupts[i].owner;
    return NULL;
}

static void add_irqs(struct page *page, const char *cell, const struct model_plan_irq *irqs,
                     size_t count)
{
    struct aj_arena *s = page->html.scratch;
    for (size_t i = 0; i < count; i++) {
        aj_page_markup(&page->html, "<tr>");
        td(page, cell);
        td(page, aj_strf(s, "%" PRIu32, irqs[i].intid));
        td(page, irq_owner(page->input->board, irqs[i].intid));
        td(page, aj_strf(s, "%" PRIu32, irqs[i].cpu));
        aj_page_markup(&page->html, "</tr>\n");
    }
}

static void add_routes(struct page *page)
{
    static const char *const titles[] = {"Cell", "Interrupt", "Of", "Fires on CPU"};
    const struct model_plan *plan = page->input->plan;
    size_t count = plan->irqs_count;
    for (size_t c = 0; c < plan->cells_count; c++)
        count += plan->cells[c].irqs_count;
    if (count == 0)
        return;
    begin_table(page, "Interrupts", titles, AJ_COUNT(titles));
    add_irqs(page, "root", plan->irqs, plan->irqs_count);
    for (size_t c = 0; c < plan->cells_count; c++)
        add_irqs(page, plan->cells[c].key, plan->cells[c].irqs, plan->cells[c].irqs_count);
    end_table(page);
}

static void add_knobs(struct page *page)
{
    static const char *const titles[] = {"Cell", "Setting", "Value"};
    const struct model_plan *plan = page->input->plan;
    if (plan->knobs_count == 0)
        return;
    begin_table(page, "Settings", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < plan->knobs_count; i++) {
        aj_page_markup(&page->html, "<tr>");
        td(page, plan->knobs[i].cell);
        td(page, plan->knobs[i].knob);
        td(page, plan->knobs[i].value);
        aj_page_markup(&page->html, "</tr>\n");
    }
    end_table(page);
}

static void add_objectives(struct page *page)
{
    static const char *const titles[] = {"Objective", "Value", "Bound", ""};
    struct aj_arena *s = page->html.scratch;
    const struct model_plan *plan = page->input->plan;
    if (plan->levels_count == 0)
        return;
    begin_table(page, "How good it is", titles, AJ_COUNT(titles));
    for (size_t i = 0; i < plan->levels_count; i++) {
        const struct model_plan_level *level = &plan->levels[i];
        aj_page_markup(&page->html, "<tr>");
        aj_page_element(&page->html, "th", NULL, level->objective);
        td(page, aj_strf(s, "%" PRId64, level->value));
        td(page, aj_strf(s, "%" PRId64, level->bound));
        td(page, level->value == level->bound ? "proved the best" : "may be improved");
        aj_page_markup(&page->html, "</tr>\n");
    }
    end_table(page);
}

/* Without its place: the same requirements from another file make the same page. */
static void add_finding(struct page *page, const struct aj_diag *diag)
{
    aj_page_markup(&page->html, "<tr>");
    aj_page_element(&page->html, "th", NULL, diag->id);
    td(page, diag->msg);
    aj_page_markup(&page->html, "</tr>\n");
}

static void add_checks(struct page *page)
{
    static const char *const titles[] = {"Finding", ""};
    const struct aj_ctx *cx = page->input->findings;
    size_t rules, applying = 0;
    const struct model_rule *all = model_rules(&rules);
    for (size_t i = 0; i < rules; i++)
        if ((all[i].applies & (1u << page->input->board->arch)) != 0)
            applying++;
    aj_page_markup(&page->html, "<section>\n<h2>Checks</h2>\n<p>");
    aj_page_textf(
        &page->html,
        "The decisions were compared with cells.yml by a witness that shares no code with "
        "the solver, and the cells with the %zu rules that Jailhouse has for %s: no "
        "error was found.",
        applying, aj_name_of(model_arch_names, page->input->board->arch));
    aj_page_markup(&page->html, "</p>\n</section>\n");
    if (cx == NULL || cx->diags_count <= page->input->findings_from)
        return;
    begin_table(page, "What to know", titles, AJ_COUNT(titles));
    for (size_t i = page->input->findings_from; i < cx->diags_count; i++)
        add_finding(page, &cx->diags[i]);
    end_table(page);
}

static void add_why(struct page *page)
{
    if (page->input->why == NULL)
        return;
    aj_page_markup(&page->html, "<section>\n<h2>Why it is so</h2>\n<pre>");
    for (const char *line = page->input->why; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        aj_page_text(&page->html, aj_strndup(page->html.scratch, line, length));
        aj_page_markup(&page->html, "\n");
        line += length + (line[length] == '\n');
    }
    aj_page_markup(&page->html, "</pre>\n</section>\n");
}

/* Page */

static void add_header(struct page *page)
{
    const struct emit_input *input = page->input;
    aj_page_markup(&page->html, "<header>\n<p class=\"kicker\">");
    aj_page_textf(&page->html, "autojail config \u00b7 %s", input->project->name);
    aj_page_markup(&page->html, "</p>\n<h1>");
    aj_page_textf(&page->html, "%zu cell%s on %s", input->plan->cells_count,
                  input->plan->cells_count == 1 ? "" : "s",
                  input->board->board.model != NULL ? input->board->board.model : "a board");
    aj_page_markup(&page->html, "</h1>\n<p>");
    aj_page_textf(&page->html, "Decided by %s: %s.",
                  input->plan->decided_by != NULL ? input->plan->decided_by : "hand",
                  input->plan->status == MODEL_PLAN_OPTIMAL
                      ? "proved optimal, objective by objective"
                      : "a plan that meets all requirements, but may not be the best");
    aj_page_markup(&page->html, "</p>\n</header>\n");
}

void emit_plan_page(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to)
{
    struct page page = {input, {to, scratch}};
    aj_page_begin(&page.html, aj_strf(scratch, "%s: the plan", input->project->name));
    add_header(&page);
    aj_page_markup(&page.html, "<main>\n<section>\n<h2>CPUs</h2>\n<figure>\n");
    emit_plan_draw_cpus(input, scratch, to);
    aj_page_markup(&page.html, "</figure>\n</section>\n");
    add_cells(&page);
    add_wishes(&page);
    add_memory(&page);
    add_links(&page);
    add_routes(&page);
    add_knobs(&page);
    add_objectives(&page);
    add_why(&page);
    add_checks(&page);
    aj_page_markup(&page.html, "</main>\n");
    aj_page_end(&page.html);
}
