/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/frame_priv.h"

uint32_t explore_frame_cpu(const struct explore_space *space, uint32_t id)
{
    for (uint32_t i = 0; i < space->cpus_count; i++)
        if (space->cpus[i].id.v == id)
            return i;
    return AJ_NONE32;
}

uint32_t explore_frame_cell(const struct explore_space *space, const char *key)
{
    for (uint32_t i = 0; i < space->cells_count; i++)
        if (strcmp(space->cells[i].key, key) == 0)
            return i;
    return AJ_NONE32;
}

const struct model_cell_request *explore_frame_request(const struct model_requirements *req,
                                                       uint32_t cell)
{
    return cell == 0 ? &req->root : &req->guests[cell - 1];
}

/* CPUs */

/* Dense: the first CPU of a domain opens a label. */
static uint32_t label(const struct model_cpu *const *cpus, uint32_t ix, enum model_domain level)
{
    uint32_t labels = 0;
    for (uint32_t i = 0; i < ix; i++) {
        bool first = true;
        for (uint32_t k = 0; k < i && first; k++)
            first = !model_cpus_share(cpus[k], cpus[i], level);
        if (model_cpus_share(cpus[i], cpus[ix], level))
            return label(cpus, i, level);
        labels += first;
    }
    return labels;
}

void explore_frame_make_cpus(struct explore_frame_maker *m)
{
    const struct model_board *board = m->frame->board;
    const struct model_cpu **online =
        AJ_NEW_ARRAY(m->out, const struct model_cpu *, board->cpus_count);
    struct explore_space_cpu *cpus =
        AJ_NEW_ARRAY(m->out, struct explore_space_cpu, board->cpus_count);
    uint32_t count = 0;
    for (size_t i = 0; i < board->cpus_count; i++) {
        if (!board->cpus[i].online)
            continue;
        online[count] = &board->cpus[i];
        cpus[count] = (struct explore_space_cpu){
            .id = board->cpus[i].id,
            .core = label(online, count, MODEL_DOMAIN_CORE),
            .cluster = label(online, count, MODEL_DOMAIN_L2),
            .package = label(online, count, MODEL_DOMAIN_PACKAGE),
            .hotplug = board->arch != MODEL_ARCH_X86 || board->cpus[i].id.v != 0,
        };
        count++;
    }
    m->space->cpus = cpus;
    m->space->cpus_count = count;
}

/* Cells */

/* By indices instead of Linux' numbers. */
static struct aj_cpuset indices(const struct explore_space *space, const struct aj_cpuset *ids)
{
    struct aj_cpuset set = {{0}};
    for (uint32_t i = 0; i < space->cpus_count; i++)
        if (aj_cpuset_has(ids, space->cpus[i].id.v))
            aj_cpuset_add(&set, i);
    return set;
}

/* CPUs that cells.yml names for the cell, in a list or a constraint; empty if it names none. */
static struct aj_cpuset named(const struct explore_frame_maker *m, uint32_t cell)
{
    const struct model_requirements *req = m->frame->req;
    const struct model_cell_request *request = explore_frame_request(req, cell);
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if (c->kind == MODEL_CONSTRAINT_ASSIGN && strcmp(c->literals[0].cell, request->key) == 0)
            return indices(m->space, &c->literals[0].cpus);
    }
    return indices(m->space, &request->cpus.list);
}

static struct aj_cpuset forbidden(const struct explore_frame_maker *m, const char *key)
{
    const struct model_requirements *req = m->frame->req;
    struct aj_cpuset set = {{0}};
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if (c->kind != MODEL_CONSTRAINT_FORBID || c->literals_count != 1 ||
            c->literals[0].kind != MODEL_LITERAL_CPUS || strcmp(c->literals[0].cell, key) != 0)
            continue;
        const struct aj_cpuset off = indices(m->space, &c->literals[0].cpus);
        aj_cpuset_or(&set, &off);
    }
    return set;
}

static struct explore_space_cell cell_of(const struct explore_frame_maker *m, uint32_t ix)
{
    const struct model_cell_request *request = explore_frame_request(m->frame->req, ix);
    const struct aj_cpuset off = forbidden(m, request->key), list = named(m, ix);
    struct explore_space_cell cell = {
        .key = request->key,
        .allowed = list,
        .exclusive = request->cpus.exclusive,
        .together = request->cpus.together,
        .measured = ix == m->frame->cell,
        .deadline_ns = ix == m->frame->cell ? m->frame->deadline_ns : 0,
    };
    for (uint32_t i = 0; aj_cpuset_empty(&list) && i < m->space->cpus_count; i++)
        if (ix == 0 || m->space->cpus[i].hotplug)
            aj_cpuset_add(&cell.allowed, i);
    cell.cpus_low = cell.cpus_high = aj_cpuset_empty(&list) && request->cpus.count != AJ_NONE32
                                         ? request->cpus.count
                                         : aj_cpuset_count(&list);
    aj_cpuset_sub(&cell.allowed, &off);
    const struct aj_cpuset out = model_cpus_ruled_out(m->frame->board, &request->cpus);
    const struct aj_cpuset ruled_out = indices(m->space, &out);
    aj_cpuset_sub(&cell.allowed, &ruled_out);
    return cell;
}

void explore_frame_make_cells(struct explore_frame_maker *m)
{
    const uint32_t count = (uint32_t)m->frame->req->guests_count + 1;
    struct explore_space_cell *cells = AJ_NEW_ARRAY(m->out, struct explore_space_cell, count);
    uint32_t guests = 0;
    for (uint32_t i = 0; i < count; i++) {
        cells[i] = cell_of(m, i);
        guests += i > 0 ? cells[i].cpus_low : 0;
    }
    /* The root has what the guests leave, at least one CPU and those that cells.yml names. */
    if (cells[0].cpus_low == 0)
        cells[0].cpus_low = 1;
    cells[0].cpus_high = m->space->cpus_count > guests ? m->space->cpus_count - guests : 1;
    for (uint32_t i = 0; i < count; i++) {
        const struct aj_cpuset list = named(m, i);
        for (uint32_t k = 0; k < count; k++)
            if (k != i)
                aj_cpuset_sub(&cells[k].allowed, &list);
    }
    m->space->cells = cells;
    m->space->cells_count = count;
}
