/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small GICv3 board with two guests and their plan, as the YAML a person would write.
 */
#ifndef TESTS_SUPPORT_GUEST_FIXTURE_H
#define TESTS_SUPPORT_GUEST_FIXTURE_H

#include "emit/emit.h"
#include "tests/support/support.h"

struct guest_fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan;
    struct model_system system;
    struct model_project project;
};

static const char *const fixture_board =
    "arch: arm64\n"
    "board: {model: \"Test board\"}\n"
    "cpus:\n"
    "  0: {online: true, mpidr: 0x0, compatible: \"arm,cortex-a57\"}\n"
    "  1: {online: true, mpidr: 0x100, compatible: \"arm,cortex-a57\"}\n"
    "  2: {online: true, mpidr: 0x101, compatible: \"arm,cortex-a53\"}\n"
    "memory_regions:\n"
    "  low: {phys_start: 0x40000000, size: 512 MiB, type: ram}\n"
    "  high: {phys_start: 0x80000000, size: 512 MiB, type: ram}\n"
    "platform:\n"
    "  arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, maintenance_irq: 25,\n"
    "        timer_ppis: [29, 30, 27, 26]}\n"
    "consoles:\n"
    "  uart0: {type: PL011, address: 0x9000000, size: 4 KiB, regdist: 4, mmio: true, intid: 33,\n"
    "          clock_hz: 24000000, active: true}\n"
    "  uart1: {type: \"8250\", address: 0x9010000, size: 256, regdist: 4, mmio: true, intid: 34}\n"
    "devices:\n"
    "  uart0: {path: /soc/serial@9000000, compatible: [\"arm,pl011\", \"arm,primecell\"],\n"
    "          regions: [{phys_start: 0x9000000, size: 4 KiB}],\n"
    "          interrupts: [{intid: 33, flags: 4}]}\n"
    "  uart1: {path: /soc/serial@9010000, compatible: [\"vendor,uart\"],\n"
    "          regions: [{phys_start: 0x9010000, size: 256}],\n"
    "          interrupts: [{intid: 34, flags: 4}]}\n"
    "  spi0: {path: /soc/spi@9020000, compatible: [\"vendor,spi\"],\n"
    "         regions: [{phys_start: 0x9020000, size: 4 KiB}],\n"
    "         interrupts: [{intid: 35, flags: 4}]}\n";

static const char *const fixture_cells =
    "root: {name: root, console: uart0}\n"
    "guests:\n"
    "  plc: {name: \"The 'PLC'\", os: linux, console: uart0, devices: [spi0],\n"
    "        mem_regions: {memory: {size: 64 MiB}}}\n"
    "  own: {name: own, os: linux, console: uart1, kernel: \"/boot/it's\"}\n"
    "shmem:\n"
    "  net: {protocol: VETH, size: 1 MiB, peers: [root, plc]}\n";

static const char *const fixture_plan =
    "status: optimal\n"
    "decided_by: hand\n"
    "cells:\n"
    "  root: {cpus: 0, vpci_irq_base: 96, console: uart0}\n"
    "  plc: {cpus: 2, vpci_irq_base: 100, devices: [spi0], interrupts: [35, 132],\n"
    "     console: uart0, console_shared: true}\n"
    "  own: {cpus: 1, devices: [uart1], interrupts: [34], console: uart1}\n"
    "memory:\n"
    "  - {kind: pci, phys_start: 0x1000000, virt_start: 0x1000000, size: 0x110000}\n"
    "  - {kind: ram, cell: plc, name: memory, phys_start: 0x9bb00000, virt_start: 0x9bb00000,\n"
    "     size: 64 MiB}\n"
    "  - {kind: link, name: net, phys_start: 0x9fb00000, virt_start: 0x9fb00000, size: 1 MiB}\n"
    "  - {kind: hypervisor, phys_start: 0x9fc00000, virt_start: 0x9fc00000, size: 4 MiB}\n"
    "links:\n"
    "  net: {device: 0, protocol: VETH, phys_start: 0x9fb00000, state_size: 4 KiB,\n"
    "     rw_size: 0, output_size: 0x7f000, peers: [root, plc]}\n";

static inline const struct aj_yaml *fixture_yaml(struct guest_fixture *f, const char *name,
                                                 const char *text)
{
    const struct aj_yaml *doc = NULL;
    assert_int_equal(aj_yaml_parse(&f->cx, name, text, strlen(text), f->arena, &doc), AJ_OK);
    return doc;
}

static inline int fixture_open(void **state)
{
    struct guest_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    f->project = (struct model_project){.name = "test"};
    enum aj_status status =
        model_board_read(&f->cx, fixture_yaml(f, "board.yml", fixture_board), f->arena, &f->board);
    if (status == AJ_OK)
        status = model_requirements_read(&f->cx, fixture_yaml(f, "cells.yml", fixture_cells),
                                         f->arena, &f->req);
    if (status == AJ_OK)
        status =
            model_plan_read(&f->cx, fixture_yaml(f, "plan.yml", fixture_plan), f->arena, &f->plan);
    test_no_errors(&f->cx);
    *state = f;
    return status == AJ_OK ? 0 : 1;
}

/* What files are made of; `reservation` is left out. */
static inline struct emit_input fixture_input(const struct guest_fixture *f)
{
    return (struct emit_input){.project = &f->project,
                               .board = f->board,
                               .req = f->req,
                               .plan = f->plan,
                               .system = &f->system};
}

static inline int fixture_close(void **state)
{
    struct guest_fixture *f = *state;
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

#endif
