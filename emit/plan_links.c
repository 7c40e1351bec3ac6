/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include "base/units.h"

/* Pixels. */
#define WIDTH   860.0
#define NAMES   200.0 /* of links, at the left */
#define ROW     24.0
#define DOT     5.0
#define LETTERS 12.0
#define LEVEL   70.0 /* below this much room for a cell, names stand upright */
#define UPRIGHT 110.0

struct lanes {
    const struct model_plan *plan;
    double between, top;
    struct aj_draw *draw;
    struct aj_arena *scratch;
};

static double lane_x(const struct lanes *lanes, size_t cell)
{
    return NAMES + ((double)cell + 0.5) * lanes->between;
}

static void draw_cell(const struct lanes *lanes, size_t cell, double bottom)
{
    const char *key = lanes->plan->cells[cell].key;
    const struct aj_pen pen = {
        .hue = (uint8_t)emit_plan_hue(lanes->plan, key), .width = 2.0, .opacity = 0.6};
    const bool upright = lanes->between < LEVEL;
    const struct aj_label label = {.x = lane_x(lanes, cell) + (upright ? 0.35 * LETTERS : 0.0),
                                   .y = lanes->top - 6.0,
                                   .size = LETTERS,
                                   .anchor = upright ? AJ_ANCHOR_START : AJ_ANCHOR_MIDDLE,
                                   .upright = upright};
    aj_draw_text(lanes->draw, &label,
                 aj_draw_text_fit(key, LETTERS, (upright ? UPRIGHT : lanes->between) - LETTERS,
                                  lanes->scratch));
    aj_draw_move(lanes->draw, lane_x(lanes, cell), lanes->top);
    aj_draw_line(lanes->draw, lane_x(lanes, cell), bottom);
    aj_draw_stroke(lanes->draw, &pen);
}

static void draw_link(const struct lanes *lanes, const struct model_plan_link *link, double y)
{
    static const struct aj_pen pen = {.hue = AJ_HUE_OCHRE, .width = 2.5, .opacity = 1.0};
    const struct aj_label label = {.x = 0.0, .y = y + 0.35 * LETTERS, .size = LETTERS};
    const struct model_plan *plan = lanes->plan;
    size_t first = plan->cells_count, last = 0;
    aj_draw_text(lanes->draw, &label,
                 aj_draw_text_fit(link->name, LETTERS, NAMES - LETTERS, lanes->scratch));
    for (size_t c = 0; c < plan->cells_count; c++)
        for (size_t k = 0; k < link->peers_count; k++)
            if (strcmp(plan->cells[c].key, link->peers[k]) == 0) {
                first = c < first ? c : first;
                last = c;
                aj_draw_circle(lanes->draw, lane_x(lanes, c), y, DOT);
                aj_draw_fill(lanes->draw, AJ_HUE_OCHRE, 1.0);
            }
    if (first >= last)
        return;
    aj_draw_move(lanes->draw, lane_x(lanes, first), y);
    aj_draw_line(lanes->draw, lane_x(lanes, last), y);
    aj_draw_stroke(lanes->draw, &pen);
}

void emit_plan_draw_links(const struct emit_input *input, struct aj_arena *scratch,
                          struct aj_buf *to)
{
    struct lanes lanes = {.plan = input->plan, .scratch = scratch};
    const double cells = (double)input->plan->cells_count;
    lanes.between = (WIDTH - NAMES) / (cells > 0.0 ? cells : 1.0);
    lanes.top = lanes.between < LEVEL ? UPRIGHT : 2.0 * LETTERS;
    const double bottom = lanes.top + ((double)input->plan->links_count + 0.5) * ROW;
    lanes.draw = aj_draw_open(scratch, WIDTH, bottom + 1.0);
    for (size_t c = 0; c < input->plan->cells_count; c++)
        draw_cell(&lanes, c, bottom);
    for (size_t i = 0; i < input->plan->links_count; i++)
        draw_link(&lanes, &input->plan->links[i], lanes.top + ((double)i + 0.75) * ROW);
    aj_draw_finish(lanes.draw, "Links with the cells that they join; the table has the same", to);
}
