/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/fixture.h"

#include "solver/search.h"

const char fixture_board[] =
    "format: 1\n"
    "arch: arm64\n"
    "cpus:\n"
    "  0: {package: 0, cluster: 0, core: 0}\n"
    "  1: {package: 0, cluster: 0, core: 1}\n"
    "  2: {package: 0, cluster: 1, core: 0}\n"
    "  3: {package: 0, cluster: 1, core: 1}\n"
    "memory_regions:\n"
    "  gic: {phys_start: 0x8000000, size: 0x10000, type: mmio}\n"
    "  uart0: {phys_start: 0x9000000, size: 0x1000, type: mmio}\n"
    "  ram0: {phys_start: 0x40000000, size: 64 MiB, type: ram}\n"
    "  ram1: {phys_start: 0x80000000, size: 64 MiB, type: ram}\n"
    "platform:\n"
    "  arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, gicr_size: 0x80000,\n"
    "        maintenance_irq: 25, spi_limit: 32}\n"
    "consoles:\n"
    "  uart0: {type: PL011, address: 0x9000000, size: 0x1000, active: true, intid: 33}\n"
    "  uart1: {type: PL011, address: 0x9001000, size: 0x1000, intid: 34}\n"
    "devices:\n"
    "  uart0: {path: /uart@9000000, aliases: [serial0], interrupts: [{intid: 33, flags: 4}],\n"
    "          regions: [{phys_start: 0x9000000, size: 0x1000}]}\n"
    "  uart1: {path: /uart@9001000, interrupts: [{intid: 34, flags: 4}],\n"
    "          regions: [{phys_start: 0x9001000, size: 0x1000}]}\n"
    "  spi0: {path: /spi@a000000, interrupts: [{intid: 35, flags: 4}], closure: [dma0],\n"
    "         regions: [{phys_start: 0xa000000, size: 0x1000}]}\n"
    "  dma0: {path: /dma@b000000, interrupts: [{intid: 36, flags: 4}],\n"
    "         regions: [{phys_start: 0xb000000, size: 0x1000}]}\n"
    "  i2c0: {path: /i2c@c000000, closure: [dma0], interrupts: [{intid: 37, flags: 4}],\n"
    "         regions: [{phys_start: 0xc000000, size: 0x1000}]}\n"
    "  clk: {path: /clk, verdict: root_only, reasons: [\"clocks of all devices\"]}\n"
    "  vpu: {path: /vpu, verdict: hard, reasons: [\"shares a mailbox\"]}\n";

const char *fixture_board_with(struct aj_arena *arena, const char *what, const char *with)
{
    const char *at = strstr(fixture_board, what);
    assert_non_null(at);
    return aj_strf(arena, "%.*s%s%s", (int)(at - fixture_board), fixture_board, with,
                   at + strlen(what));
}

static const struct aj_yaml *parse(struct fixture *f, const char *name, const char *text)
{
    const struct aj_yaml *doc;
    if (aj_yaml_parse(&f->cx, name, text, strlen(text), f->arena, &doc) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
    return doc;
}

void fixture_open(struct fixture *f, const char *board, const char *cells)
{
    *f = (struct fixture){.arena = aj_arena_open()};
    aj_ctx_open(&f->cx);
    if (model_board_read(&f->cx, parse(f, "board.yml", board), f->arena, &f->board) != AJ_OK ||
        model_requirements_read(&f->cx, parse(f, "cells.yml", cells), f->arena, &f->req) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
}

void fixture_close(struct fixture *f)
{
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
}

enum aj_status fixture_solve(struct fixture *f)
{
    const struct solver_options options = {0};
    f->plan = NULL;
    return solver_solve(&f->cx, f->board, f->req, &options, f->arena, &f->plan);
}

void fixture_plan(struct fixture *f)
{
    if (fixture_solve(f) != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
}

void fixture_build(struct fixture *f)
{
    solver_facts_derive(&f->facts, f->arena, f->board);
    solver_wishes_list(&f->wishes, f->arena, f->board, f->req);
    solver_prepare(&f->problem, f->arena, f->board, f->req, &f->facts, &f->wishes);
    solver_model_build(&f->model, f->arena, &f->problem, NULL, NULL);
}

bool fixture_holds(struct fixture *f)
{
    struct solver_problem problem;
    struct solver_model model;
    struct solver_outcome outcome;
    const struct solver_search_options options = {.limits = {.deadline_ns = INT64_MAX}};
    solver_prepare(&problem, f->arena, f->board, f->req, &f->facts, &f->wishes);
    solver_model_build(&model, f->arena, &problem, NULL, NULL);
    assert_int_equal(solver_search(&f->cx, &model, &options, f->arena, &outcome), AJ_OK);
    return !outcome.infeasible;
}

void fixture_irreducible(struct fixture *f)
{
    assert_false(fixture_holds(f));
    for (size_t i = 0; i < f->wishes.count; i++) {
        if (f->wishes.items[i].off)
            continue;
        f->wishes.items[i].off = true;
        assert_true(fixture_holds(f));
        f->wishes.items[i].off = false;
    }
}

const char *fixture_cpus(struct fixture *f, const char *cell)
{
    return aj_cpuset_format(f->arena, &model_plan_cell(f->plan, cell)->cpus);
}

static bool matches(const char *wanted, const char *text)
{
    return wanted == NULL || (text != NULL && strcmp(wanted, text) == 0);
}

const struct model_plan_mem *fixture_mem(const struct fixture *f, enum model_mem_kind kind,
                                         const char *cell, const char *name)
{
    for (size_t i = 0; i < f->plan->memory_count; i++) {
        const struct model_plan_mem *m = &f->plan->memory[i];
        if (m->kind == kind && matches(cell, m->cell) && matches(name, m->name))
            return m;
    }
    fail_msg("no such memory in the plan");
    return NULL;
}

const struct aj_diag *fixture_diag(const struct fixture *f, const char *id)
{
    const struct aj_diag *found = NULL;
    assert_int_equal(test_count(&f->cx, id), 1);
    for (size_t i = 0; i < f->cx.diags_count; i++)
        if (strcmp(f->cx.diags[i].id, id) == 0)
            found = &f->cx.diags[i];
    return found;
}

const struct solver_request *fixture_request(const struct fixture *f, const char *tag)
{
    for (size_t i = 0; i < f->problem.requests.count; i++)
        if (strcmp(f->problem.requests.items[i].tag, tag) == 0)
            return &f->problem.requests.items[i];
    fail_msg("no request %s", tag);
    return NULL;
}
