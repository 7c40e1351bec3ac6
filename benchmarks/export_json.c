/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/export_json.h"

#include <inttypes.h>

#include "solver/earlier.h"
#include "solver/pack.h"

/* A list of lists needs a comma before all but its first. */
static void comma(struct aj_buf *to, size_t index)
{
    if (index > 0)
        aj_buf_adds(to, ",");
}

static void add_set(struct aj_buf *to, const struct solver_problem *p, const char *key,
                    const struct aj_cpuset *set)
{
    size_t count = 0;
    aj_buf_addf(to, "\"%s\":[", key);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (!aj_cpuset_has(set, p->cpus[k].id))
            continue;
        comma(to, count++);
        aj_buf_addf(to, "%u", k);
    }
    aj_buf_adds(to, "],");
}

/* Levels of wishes are slots of `domains`, -1: no wish. */
static void add_cells(struct aj_buf *to, const struct solver_problem *p)
{
    aj_buf_adds(to, "\"cells\":[");
    for (uint32_t i = 0; i < p->cells_count; i++) {
        const struct solver_cell *cell = &p->cells[i];
        comma(to, i);
        aj_buf_addf(to, "{\"count\":%u,\"realtime\":%s,\"exclusive\":%d,\"together\":%d,",
                    cell->count, cell->req->realtime != NULL ? "true" : "false",
                    cell->exclusive - 1, cell->together - 1);
        add_set(to, p, "named", &cell->named);
        add_set(to, p, "forbidden", &cell->forbidden);
        aj_buf_addf(to, "\"pins\":%u,\"bases\":[", cell->pins);
        for (uint32_t k = 0; k < cell->bases_count; k++) {
            comma(to, k);
            aj_buf_addf(to, "%u", cell->bases[k]);
        }
        aj_buf_adds(to, "]}\n");
    }
    aj_buf_adds(to, "],\n");
}

/* domains[core, L2, package][CPU], and the CPUs as the total order takes them. */
static void add_cpus(struct aj_buf *to, const struct solver_problem *p)
{
    aj_buf_adds(to, "\"domains\":[");
    for (size_t slot = 0; slot < SOLVER_DOMAINS; slot++) {
        comma(to, slot);
        aj_buf_adds(to, "[");
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            comma(to, k);
            aj_buf_addf(to, "%u", p->cpus[k].domain[slot]);
        }
        aj_buf_adds(to, "]\n");
    }
    aj_buf_adds(to, "],\"share\":[");
    for (size_t slot = 0; slot < SOLVER_DOMAINS; slot++) {
        comma(to, slot);
        aj_buf_addf(to, "%" PRId64, solver_share_cost(slot));
    }
    aj_buf_addf(to, "],\"near\":[%d,%d],\n\"order\":[", SOLVER_NEAR_CORE, SOLVER_NEAR_L2);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        comma(to, k);
        aj_buf_addf(to, "%u", p->order[k]);
    }
    aj_buf_adds(to, "],\n");
}

/* `loads` of the lines that are decided, and whether somebody routes them; `lines`: of all. */
static void add_lines(struct aj_buf *to, const struct solver_problem *p)
{
    struct aj_buf routed = {0};
    size_t count = 0;
    aj_buf_addf(to, "\"lines\":%zu,\"loads\":[", p->lines.count);
    for (size_t q = 0; q < p->lines.count; q++) {
        if (!solver_line_decided(&p->lines.items[q]))
            continue;
        comma(&routed, count);
        comma(to, count++);
        aj_buf_adds(&routed, p->lines.items[q].routed ? "true" : "false");
        aj_buf_addf(to, "%u", p->lines.items[q].load);
    }
    aj_buf_addf(to, "],\"routed\":[%s],\n", count > 0 ? (const char *)routed.data : "");
    aj_buf_free(&routed);
}

static void add_range(struct aj_buf *to, size_t index, struct aj_range range)
{
    comma(to, index);
    aj_buf_addf(to, "[%" PRIu64 ",%" PRIu64 "]", range.base / AJ_PAGE,
                range.base / AJ_PAGE + range.size / AJ_PAGE);
}

static void add_request(struct aj_buf *to, const struct solver_problem *p,
                        const struct solver_request *r)
{
    size_t count = 0;
    aj_buf_addf(
        to, "{\"size\":%" PRIu64 ",\"align\":%" PRIu64 ",\"residue\":%" PRIu64 ",\"intervals\":[",
        r->size / AJ_PAGE, r->alignment / AJ_PAGE, r->residue / AJ_PAGE);
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        if (!solver_pack_alone(p->intervals[b], r))
            continue;
        comma(to, count++);
        aj_buf_addf(to, "%u", b);
    }
    count = 0;
    aj_buf_adds(to, "],\"avoid\":[");
    for (size_t i = 0; i < r->avoid.count; i++)
        for (uint32_t b = 0; b < p->intervals_count; b++)
            if (aj_range_overlap(r->avoid.items[i], p->intervals[b])) {
                add_range(to, count++, r->avoid.items[i]);
                break;
            }
    aj_buf_adds(to, "]}\n");
}

/* `largest`: requests as the total order takes them. */
static void add_memory(struct aj_buf *to, const struct solver_problem *p)
{
    aj_buf_adds(to, "\"intervals\":[");
    for (uint32_t b = 0; b < p->intervals_count; b++)
        add_range(to, b, p->intervals[b]);
    aj_buf_adds(to, "],\n\"requests\":[");
    for (size_t i = 0; i < p->requests.count; i++) {
        comma(to, i);
        add_request(to, p, &p->requests.items[i]);
    }
    aj_buf_adds(to, "],\n\"largest\":[");
    for (uint32_t i = 0; i < p->largest_count; i++) {
        comma(to, i);
        aj_buf_addf(to, "%u", p->largest[i]);
    }
    aj_buf_adds(to, "],\n");
}

static uint32_t moved(const struct solver_problem *p, const char *name)
{
    const struct model_device *device = model_board_device(p->board, name);
    for (uint32_t i = 0; device != NULL && i < p->devices.count; i++)
        if (p->devices.items[i].device == device)
            return i;
    return AJ_NONE32;
}

/* What comes with the candidates of each want. */
static void add_picks(struct aj_buf *to, const struct solver_problem *p)
{
    uint32_t *reach = AJ_NEW_ARRAY(p->arena, uint32_t, p->devices.count);
    aj_buf_adds(to, "\"picks\":[");
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct solver_pick *pick = &p->picks.items[i];
        comma(to, i);
        aj_buf_addf(to, "{\"cell\":%u,\"cost\":%u,\"candidates\":[", pick->cell,
                    p->cells[pick->cell].req->wants[pick->index].cost);
        for (uint32_t n = 0; n < pick->count; n++) {
            const size_t count = solver_device_reach(p, pick->candidates[n], reach);
            comma(to, n);
            aj_buf_addf(to, "{\"device\":%u,\"brings\":[", pick->candidates[n]);
            for (size_t k = 0; k < count; k++) {
                comma(to, k);
                aj_buf_addf(to, "%u", reach[k]);
            }
            aj_buf_adds(to, "]}");
        }
        aj_buf_adds(to, "]}\n");
    }
    aj_buf_adds(to, "],\n");
}

/* `owns`: [cell, device, is it wished for, certain]; `closure`: [device, what travels along]. */
static void add_devices(struct aj_buf *to, const struct solver_problem *p)
{
    size_t count = 0;
    aj_buf_adds(to, "\"devices\":[");
    for (size_t d = 0; d < p->devices.count; d++) {
        comma(to, d);
        aj_buf_addf(to, "{\"root_only\":%s}",
                    p->devices.items[d].root_only != NULL ? "true" : "false");
    }
    aj_buf_adds(to, "],\n\"owns\":[");
    for (size_t i = 0; i < p->owns.count; i++) {
        comma(to, i);
        aj_buf_addf(to, "[%u,%u,%d,%d]", p->owns.items[i].cell, p->owns.items[i].device,
                    i < p->named_count, i < p->certain_count);
    }
    aj_buf_adds(to, "],\n\"closure\":[");
    for (size_t d = 0; d < p->devices.count; d++) {
        const struct model_device *device = p->devices.items[d].device;
        for (size_t k = 0; k < device->closure_count; k++) {
            const uint32_t other = moved(p, device->closure[k]);
            if (other == AJ_NONE32)
                continue;
            comma(to, count++);
            aj_buf_addf(to, "[%zu,%u]", d, other);
        }
    }
    aj_buf_adds(to, "],\n");
}

/* Lines count as in `loads`. */
static size_t decided_before(const struct solver_problem *p, size_t line)
{
    size_t count = 0;
    for (size_t q = 0; q < line; q++)
        count += solver_line_decided(&p->lines.items[q]);
    return count;
}

/* Those kinds that the families have; statements of CPUs and interrupts. */
static void add_constraints(struct aj_buf *to, const struct solver_problem *p)
{
    aj_buf_adds(to, "\"constraints\":[");
    for (size_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        comma(to, i);
        aj_buf_addf(to, "{\"kind\":\"%s\",\"cost\":%u,\"at_most\":%u,\"literals\":[",
                    aj_name_of(model_constraint_names, constraint->kind), constraint->cost,
                    constraint->at_most);
        for (size_t k = 0; k < constraint->literals_count; k++) {
            const struct model_literal *literal = &constraint->literals[k];
            comma(to, k);
            aj_buf_addf(to, "{\"weight\":%u,", literal->weight);
            add_set(to, p, "cpus", &literal->cpus);
            if (literal->kind == MODEL_LITERAL_ROUTE)
                aj_buf_addf(to, "\"line\":%zu}",
                            decided_before(p, solver_line_index(p, literal->interrupt)));
            else
                aj_buf_addf(to, "\"cell\":%u}", solver_cell_index(p->req, literal->cell));
        }
        aj_buf_adds(to, "]}\n");
    }
    aj_buf_adds(to, "],\n");
}

static void add_number(struct aj_buf *to, size_t index, uint32_t number)
{
    comma(to, index);
    if (number == AJ_NONE32)
        aj_buf_adds(to, "-1");
    else
        aj_buf_addf(to, "%u", number);
}

static void add_earlier(struct aj_buf *to, const struct solver_problem *p)
{
    const struct solver_earlier *earlier = p->earlier;
    size_t count = 0;
    if (earlier == NULL) {
        aj_buf_adds(to, "\"earlier\":null,\n");
        return;
    }
    aj_buf_adds(to, "\"earlier\":{\"owner\":[");
    for (size_t k = 0; k < p->cpus_count; k++)
        add_number(to, k, earlier->owner[k]);
    aj_buf_adds(to, "],\"places\":[");
    for (size_t i = 0; i < p->requests.count; i++)
        add_number(to, i, earlier->place_of[i]);
    aj_buf_adds(to, "],\"lines\":[");
    for (size_t q = 0; q < p->lines.count; q++)
        if (solver_line_decided(&p->lines.items[q]))
            add_number(to, count++, earlier->line_cpu[q]);
    aj_buf_adds(to, "],\"bases\":[");
    for (size_t i = 0; i < p->cells_count; i++)
        add_number(to, i, earlier->base[i]);
    aj_buf_adds(to, "]},\n");
}

/* Each is a level; the total order comes last and has no name here. */
static void add_goals(struct aj_buf *to, const struct model_priority *objectives, size_t count)
{
    aj_buf_adds(to, "\"goals\":[");
    for (size_t i = 0; i < count; i++) {
        if (objectives[i].objective == MODEL_OBJECTIVE_SMALLEST_NUMBERS)
            break;
        comma(to, i);
        aj_buf_addf(to, "\"%s\"", aj_name_of(model_objective_names, objectives[i].objective));
    }
    aj_buf_adds(to, "]");
}

void bench_json(const struct solver_problem *p, const struct model_priority *objectives,
                size_t count, struct aj_buf *to)
{
    aj_buf_adds(to, "{");
    add_cells(to, p);
    add_cpus(to, p);
    add_lines(to, p);
    add_memory(to, p);
    add_devices(to, p);
    add_picks(to, p);
    add_constraints(to, p);
    add_earlier(to, p);
    add_goals(to, objectives, count);
    aj_buf_adds(to, "}\n");
}
