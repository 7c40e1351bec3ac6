/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/plan_page.h"

#include <inttypes.h>

#include "base/units.h"

/* Pixels. */
#define WIDTH   860.0
#define CPU     84.0
#define HIGH    46.0
#define GAP     8.0
#define TITLE   20.0
#define LETTERS 12.0

enum { PER_ROW = 9 };

/* CPUs that share package and cluster. */
struct cluster {
    uint32_t package, cluster;
    AJ_VEC(const struct model_cpu *) cpus;
};
typedef AJ_VEC(struct cluster) cluster_vec;

static void group(const struct model_board *board, struct aj_arena *arena, cluster_vec *clusters)
{
    for (size_t i = 0; i < board->cpus_count; i++) {
        const struct model_cpu *cpu = &board->cpus[i];
        size_t c = 0;
        while (c < clusters->count && (clusters->items[c].package != cpu->package ||
                                       clusters->items[c].cluster != cpu->cluster))
            c++;
        if (c == clusters->count) {
            const struct cluster fresh = {.package = cpu->package, .cluster = cpu->cluster};
            AJ_PUSH(arena, clusters, fresh);
        }
        AJ_PUSH(arena, &clusters->items[c].cpus, cpu);
    }
}

/* "cluster 1: L2 512 KiB, L3 4 MiB": the caches that exactly these CPUs share. */
static const char *title_of(const struct model_board *board, const struct cluster *cluster,
                            struct aj_arena *out)
{
    struct aj_cpuset cpus = {{0}};
    for (size_t i = 0; i < cluster->cpus.count; i++)
        aj_cpuset_add(&cpus, cluster->cpus.items[i]->id.v);
    const char *title =
        cluster->cluster == AJ_NONE32 ? "CPUs" : aj_strf(out, "cluster %" PRIu32, cluster->cluster);
    if (cluster->package != AJ_NONE32 && cluster->package != 0)
        title = aj_strf(out, "package %" PRIu32 ", %s", cluster->package, title);
    const char *separator = ": ";
    for (size_t i = 0; i < board->caches_count; i++) {
        const struct model_cache *cache = &board->caches[i];
        if (cache->level < 2 || !aj_cpuset_equal(&cache->cpus, &cpus))
            continue;
        title = aj_strf(out, "%s%sshared L%" PRIu32 "%s%s", title, separator, cache->level,
                        cache->size == AJ_NONE64 ? "" : " of ",
                        cache->size == AJ_NONE64 ? "" : aj_format_size(out, cache->size));
        separator = ", ";
    }
    return title;
}

static const struct model_plan_cell *owner_of(const struct model_plan *plan, uint32_t cpu)
{
    for (size_t i = 0; i < plan->cells_count; i++)
        if (aj_cpuset_has(&plan->cells[i].cpus, cpu))
            return &plan->cells[i];
    return NULL;
}

static void write_at(struct aj_draw *draw, double x, double y, enum aj_anchor anchor,
                     const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = LETTERS, .anchor = (uint8_t)anchor};
    aj_draw_text(draw, &label, text);
}

static void draw_cpu(const struct emit_input *input, const struct model_cpu *cpu, double x,
                     double y, struct aj_draw *draw, struct aj_arena *scratch)
{
    const struct model_plan_cell *owner = owner_of(input->plan, cpu->id.v);
    const enum aj_hue hue = owner != NULL ? emit_plan_hue(input->plan, owner->key) : AJ_HUE_GREY;
    const struct aj_pen outline = {
        .hue = (uint8_t)hue, .dashed = owner == NULL, .width = 1.5, .opacity = 1.0};
    if (owner != NULL) {
        aj_draw_rectangle(draw, x, y, CPU, HIGH);
        aj_draw_fill(draw, hue, 0.25);
    }
    aj_draw_rectangle(draw, x, y, CPU, HIGH);
    aj_draw_stroke(draw, &outline);
    const char *name = owner != NULL ? owner->key : cpu->online ? "nobody's" : "offline";
    write_at(draw, x + 0.5 * CPU, y + 19.0, AJ_ANCHOR_MIDDLE,
             aj_strf(scratch, "CPU %" PRIu32, cpu->id.v));
    write_at(draw, x + 0.5 * CPU, y + 36.0, AJ_ANCHOR_MIDDLE,
             aj_draw_text_fit(name, LETTERS, CPU - GAP, scratch));
}

static double rows_of(const struct cluster *cluster)
{
    return (double)((cluster->cpus.count + PER_ROW - 1) / PER_ROW);
}

static double width_of(const struct cluster *cluster, const char *title)
{
    const size_t columns = cluster->cpus.count < PER_ROW ? cluster->cpus.count : PER_ROW;
    const double boxes = GAP + (double)columns * (CPU + GAP);
    const double words = aj_draw_text_width(title, LETTERS) + 2.0 * GAP;
    return boxes > words ? boxes : words;
}

static double height_of(const struct cluster *cluster)
{
    return TITLE + GAP + rows_of(cluster) * (HIGH + GAP);
}

static void draw_cluster(const struct emit_input *input, const struct cluster *cluster, double x,
                         double y, struct aj_draw *draw, struct aj_arena *scratch)
{
    static const struct aj_pen outline = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.7};
    const char *title = title_of(input->board, cluster, scratch);
    aj_draw_rectangle(draw, x, y, width_of(cluster, title), height_of(cluster));
    aj_draw_stroke(draw, &outline);
    write_at(draw, x + GAP, y + 15.0, AJ_ANCHOR_START, title);
    for (size_t i = 0; i < cluster->cpus.count; i++)
        draw_cpu(input, cluster->cpus.items[i], x + GAP + (double)(i % PER_ROW) * (CPU + GAP),
                 y + TITLE + GAP / 2.0 + (double)(i / PER_ROW) * (HIGH + GAP), draw, scratch);
}

/* Clusters beside each other, as many as fit; returns the height. Draws only if there is a picture. */
static double arrange(const struct emit_input *input, const cluster_vec *clusters,
                      struct aj_draw *draw, struct aj_arena *scratch)
{
    double x = 1.0, y = 1.0, row = 0.0;
    for (size_t i = 0; i < clusters->count; i++) {
        const struct cluster *cluster = &clusters->items[i];
        const double width = width_of(cluster, title_of(input->board, cluster, scratch));
        if (x > 1.0 && x + width > WIDTH) {
            x = 1.0;
            y += row + GAP;
            row = 0.0;
        }
        if (draw != NULL)
            draw_cluster(input, cluster, x, y, draw, scratch);
        x += width + GAP;
        row = height_of(cluster) > row ? height_of(cluster) : row;
    }
    return y + row + 1.0;
}

void emit_plan_draw_cpus(const struct emit_input *input, struct aj_arena *scratch,
                         struct aj_buf *to)
{
    cluster_vec clusters = {NULL, 0, 0};
    group(input->board, scratch, &clusters);
    struct aj_draw *draw = aj_draw_open(scratch, WIDTH, arrange(input, &clusters, NULL, scratch));
    arrange(input, &clusters, draw, scratch);
    aj_draw_finish(draw, "CPUs with the cells that own them; the table of cells has the same", to);
}
