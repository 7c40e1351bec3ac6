/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small GICv3 board with a Linux and a bare guest, two links and their plan, and what lowering
 * makes of them. Tests replace lines of the texts before they lower.
 */
#ifndef TESTS_EMIT_LOWER_FIXTURE_H
#define TESTS_EMIT_LOWER_FIXTURE_H

#include "emit/emit.h"
#include "tests/support/support.h"

struct lower_fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    const char *board_yml, *cells_yml, *plan_yml;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan;
    const struct model_system *system;
};

static const char *const lower_board =
    "arch: arm64\n"
    "cpus:\n"
    "  0: {online: true, mpidr: 0x0}\n"
    "  1: {online: true, mpidr: 0x1}\n"
    "  2: {online: true, mpidr: 0x2}\n"
    "  3: {online: true, mpidr: 0x3}\n"
    "  4: {online: false, mpidr: 0x4}\n"
    "memory_regions:\n"
    "  soc: {phys_start: 0x8000000, size: 32 MiB, type: mmio}\n"
    "  bus: {phys_start: 0x10000000, size: 256 MiB, type: window}\n"
    "  low: {phys_start: 0x40000000, size: 1 GiB, type: ram}\n"
    "  secure: {phys_start: 0x50000000, size: 1 MiB, type: firmware}\n"
    "platform:\n"
    "  arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, gicr_size: 640 KiB,\n"
    "        spi_limit: 224}\n"
    "consoles:\n"
    "  uart0: {type: PL011, address: 0x9000000, size: 4 KiB, regdist: 4, mmio: true, intid: 33,\n"
    "          active: true}\n"
    "  uart1: {type: \"8250\", address: 0x9030040, size: 64, regdist: 4, mmio: true, intid: 37}\n"
    "devices:\n"
    "  uart0: {regions: [{phys_start: 0x9000000, size: 4 KiB}], interrupts: [{intid: 33}]}\n"
    "  spi0: {regions: [{phys_start: 0x9020000, size: 512}], interrupts: [{intid: 35}]}\n"
    "  spi1: {regions: [{phys_start: 0x9020200, size: 512}], interrupts: [{intid: 36}]}\n"
    "  uart1: {regions: [{phys_start: 0x9030040, size: 64}], interrupts: [{intid: 37}]}\n";

static const char *const lower_cells =
    "root: {name: \"Web GUI\", console: uart0}\n"
    "guests:\n"
    "  plc: {name: \"CODESYS PLC\", os: linux, console: uart0, devices: [spi0],\n"
    "        mem_regions: {second: {size: 1 MiB}, memory: {size: 128 MiB}}}\n"
    "  rt: {os: bare, console: uart1}\n"
    "shmem:\n"
    "  net: {protocol: VETH, size: 1 MiB, peers: [root, plc]}\n"
    "  fast: {protocol: UNDEFINED, size: 1 MiB, peers: [plc, rt]}\n";

static const char *const lower_plan =
    "status: optimal\n"
    "decided_by: hand\n"
    "cells:\n"
    "  root: {cpus: 0-1, vpci_irq_base: 64, console: uart0}\n"
    "  plc: {cpus: 2, vpci_irq_base: 68, devices: [spi0, spi1], interrupts: [35, 36, 100, 101],\n"
    "        console: uart0, console_shared: true}\n"
    "  rt: {cpus: 3, vpci_irq_base: 72, devices: [uart1], interrupts: [37, 105], console: uart1}\n"
    "memory:\n"
    "  - {kind: pci, phys_start: 0x20000000, virt_start: 0x20000000, size: 0x110000}\n"
    "  - {kind: ram, cell: plc, name: memory, phys_start: 0x70000000, virt_start: 0x70000000,\n"
    "     size: 128 MiB,\n"
    "     flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "  - {kind: ram, cell: plc, name: second, phys_start: 0x78000000, virt_start: 0x1000000,\n"
    "     size: 1 MiB, flags: [MEM_READ, MEM_WRITE]}\n"
    "  - {kind: ram, cell: rt, name: memory, phys_start: 0x7f9e0000, virt_start: 0,\n"
    "     size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_LOADABLE]}\n"
    "  - {kind: loader, cell: plc, name: loader, phys_start: 0x7f9f0000, virt_start: 0,\n"
    "     size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_LOADABLE]}\n"
    "  - {kind: link, name: fast, phys_start: 0x7fa00000, virt_start: 0x7fa00000, size: 1 MiB}\n"
    "  - {kind: link, name: net, phys_start: 0x7fb00000, virt_start: 0x7fb00000, size: 1 MiB}\n"
    "  - {kind: hypervisor, phys_start: 0x7fc00000, virt_start: 0x7fc00000, size: 4 MiB}\n"
    "links:\n"
    "  net: {device: 0, protocol: VETH, phys_start: 0x7fb00000, state_size: 4 KiB, rw_size: 0,\n"
    "        output_size: 0x7f000, peers: [root, plc]}\n"
    "  fast: {device: 1, protocol: UNDEFINED, phys_start: 0x7fa00000, state_size: 4 KiB,\n"
    "         rw_size: 0xdf000, output_size: 64 KiB, peers: [plc, rt]}\n";

static inline int lower_open(void **state)
{
    struct lower_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    f->board_yml = lower_board;
    f->cells_yml = lower_cells;
    f->plan_yml = lower_plan;
    *state = f;
    return 0;
}

static inline int lower_close(void **state)
{
    struct lower_fixture *f = *state;
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

/* `*text` with `old`, which must be there, replaced by `new`. */
static inline void lower_replace(struct lower_fixture *f, const char **text, const char *old,
                                 const char *new)
{
    const char *at = strstr(*text, old);
    if (at == NULL)
        fail_msg("'%s' is not in the fixture", old);
    *text = aj_strf(f->arena, "%.*s%s%s", (int)(at - *text), *text, new, at + strlen(old));
}

static inline const struct aj_yaml *lower_yaml(struct lower_fixture *f, const char *name,
                                               const char *text)
{
    const struct aj_yaml *doc = NULL;
    assert_int_equal(aj_yaml_parse(&f->cx, name, text, strlen(text), f->arena, &doc), AJ_OK);
    return doc;
}

static inline enum aj_status lower_run(struct lower_fixture *f)
{
    enum aj_status status =
        model_board_read(&f->cx, lower_yaml(f, "board.yml", f->board_yml), f->arena, &f->board);
    if (status == AJ_OK)
        status = model_requirements_read(&f->cx, lower_yaml(f, "cells.yml", f->cells_yml), f->arena,
                                         &f->req);
    if (status == AJ_OK)
        status =
            model_plan_read(&f->cx, lower_yaml(f, "plan.yml", f->plan_yml), f->arena, &f->plan);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    return emit_lower(&f->cx, model_board_override(f->board, f->req, f->arena), f->req, f->plan, 14,
                      f->arena, &f->system);
}

static inline void lower_ok(struct lower_fixture *f)
{
    const enum aj_status status = lower_run(f);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
}

/* Region `i` as "phys>virt+size flags comment". */
static inline void lower_region(const struct model_cell *cell, size_t i, const char *expected)
{
    char text[256];
    assert_true(i < cell->mem_regions_count);
    const struct model_memory *m = &cell->mem_regions[i];
    snprintf(text, sizeof text, "%llx>%llx+%llx %llx %s", (unsigned long long)m->phys_start,
             (unsigned long long)m->virt_start, (unsigned long long)m->size,
             (unsigned long long)m->flags, m->comment != NULL ? m->comment : "-");
    assert_string_equal(text, expected);
}

#define LOWER_TEST(name) cmocka_unit_test_setup_teardown(name, lower_open, lower_close)

#endif
