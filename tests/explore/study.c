/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/study.h"

enum { BLOCKS = 10, LATE_US = 150 };

static const char board[] =
    "arch: arm64\n"
    "cpus:\n"
    "  0: {mpidr: 0x0, cluster: 0, core: 0, l2: a}\n"
    "  1: {mpidr: 0x1, cluster: 0, core: 1, l2: a}\n"
    "  2: {mpidr: 0x100, cluster: 1, core: 0, l2: b}\n"
    "  3: {mpidr: 0x101, cluster: 1, core: 1, l2: b}\n"
    "memory_regions:\n"
    "  ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}\n"
    "platform:\n"
    "  arm: {gic_version: 3, gicd_base: 0x8000000, gicr_base: 0x80a0000, maintenance_irq: 25,\n"
    "        spi_limit: 200}\n"
    "consoles:\n"
    "  uart0: {type: PL011, address: 0x9000000, size: 4 KiB, regdist: 4, mmio: true, intid: 33,\n"
    "          clock_hz: 24000000, active: true}\n"
    "devices:\n"
    "  uart0: {path: /uart, compatible: [\"arm,pl011\"],\n"
    "          regions: [{phys_start: 0x9000000, size: 4 KiB}],\n"
    "          interrupts: [{intid: 33, flags: 4}]}\n"
    "  spi0: {path: /spi, compatible: [\"vendor,spi\"],\n"
    "         regions: [{phys_start: 0x9020000, size: 4 KiB}],\n"
    "         interrupts: [{intid: 42, flags: 4}]}\n"
    "interrupts:\n"
    "- {intid: 40, owner: eth, counts: [1000, 0, 0, 0]}\n"
    "- {intid: 41, owner: mmc, counts: [10, 0, 0, 0]}\n"
    "- {intid: 43, owner: idle, counts: [0, 0, 0, 0]}\n";

const char study_cells[] =
    "root: {name: root, console: uart0}\n"
    "guests:\n"
    "  plc: {os: linux, cpus: {count: 1}, realtime: {period: 1 ms, deadline: 100 us},\n"
    "        console: \"&root.console\", devices: [spi0], mem_regions: {memory: {size: 64 MiB}}}\n"
    "  gui: {os: linux, cpus: {count: 1}, console: \"&root.console\",\n"
    "        mem_regions: {memory: {size: 64 MiB}}}\n";

void study_open(struct study *s)
{
    *s = (struct study){.arena = aj_arena_open()};
    aj_ctx_open(&s->cx);
    aj_schema_defaults(&model_project_schema, &s->project);
    s->project.name = "test";
    s->inputs.project = &s->project;
    const struct aj_yaml *doc = study_yaml(s, "board.yml", board);
    if (model_board_read(&s->cx, doc, s->arena, &s->inputs.board) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
}

void study_close(struct study *s)
{
    aj_arena_close(s->arena);
    aj_ctx_close(&s->cx);
}

const struct aj_yaml *study_yaml(struct study *s, const char *name, const char *text)
{
    const struct aj_yaml *doc = NULL;
    if (aj_yaml_parse(&s->cx, name, text, strlen(text), s->arena, &doc) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    return doc;
}

enum aj_status study_frame(struct study *s, const char *cells, const char *spec)
{
    const struct aj_yaml *doc = study_yaml(s, "cells.yml", cells);
    if (model_requirements_read(&s->cx, doc, s->arena, &s->inputs.req) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    doc = spec != NULL ? study_yaml(s, "explore.yml", spec) : NULL;
    if (explore_spec_read(&s->cx, doc, s->arena, &s->inputs.spec) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    return explore_frame_make(&s->cx, &s->inputs, s->arena, &s->frame);
}

void study_begin(struct study *s, const char *cells, const char *spec)
{
    if (study_frame(s, cells, spec) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
    explore_ledger_open(&s->ledger, &s->frame, s->arena);
    s->runs.count = 0;
    s->board = "sim:";
}

const struct model_measurement *study_measurement(struct study *s, const struct aj_cpuset *cpus,
                                                  const uint32_t *latencies_us, size_t blocks)
{
    struct model_measurement *m = AJ_NEW(s->arena, struct model_measurement);
    struct model_block *list = AJ_NEW_ARRAY(s->arena, struct model_block, blocks);
    *m = (struct model_measurement){.tool = "test",
                                    .interval_ns = 200000,
                                    .block_ns = 1000000000,
                                    .bin_ns = 1000,
                                    .bins = 1000,
                                    .blocks = list,
                                    .blocks_count = blocks};
    for (size_t b = 0; b < blocks; b++) {
        struct model_latency *threads =
            AJ_NEW_ARRAY(s->arena, struct model_latency, aj_cpuset_count(cpus));
        list[b] = (struct model_block){threads, 0};
        for (uint32_t c = aj_cpuset_next(cpus, 0); c < AJ_CPU_MAX;
             c = aj_cpuset_next(cpus, c + 1)) {
            struct model_bin *bin = AJ_NEW(s->arena, struct model_bin);
            const int64_t ns = (int64_t)latencies_us[b] * 1000;
            *bin = (struct model_bin){latencies_us[b], 1};
            threads[list[b].threads_count++] =
                (struct model_latency){c, 1, 0, ns, ns, ns, {bin, 1}};
        }
    }
    return m;
}

static struct explore_stored *add(struct study *s, enum explore_phase phase, uint32_t round,
                                  const char *decision)
{
    const struct explore_stored run = {
        .id = s->runs.count + 1,
        .finished = s->runs.count + 1,
        .finale = phase >= EXPLORE_PHASE_RACE ? (uint32_t)s->ledger.searches.count : 0,
        .phase = (uint8_t)phase,
        .round = round,
        .board = s->board,
        .decision = decision,
        .duration_ns = 1000000000};
    AJ_PUSH(s->arena, &s->runs, run);
    return &s->runs.items[s->runs.count - 1];
}

void study_done(struct study *s, enum explore_phase phase, uint32_t round, const char *decision,
                uint32_t latency_us, uint32_t late)
{
    struct explore_stored *run = add(s, phase, round, decision);
    const struct explore_decision d = study_decision(s, decision);
    struct aj_buf text = {NULL, 0, 0};
    struct aj_cpuset cpus = {{0}};
    uint32_t latencies_us[BLOCKS];
    for (uint32_t p = 0; p < s->frame.space->cpus_count; p++)
        if (d.owner[p] == s->frame.cell)
            aj_cpuset_add(&cpus, s->frame.space->cpus[p].id.v);
    for (uint32_t b = 0; b < BLOCKS; b++)
        latencies_us[b] = b < late ? LATE_US : latency_us;
    model_measurement_write(study_measurement(s, &cpus, latencies_us, BLOCKS), &text);
    run->state = EXPLORE_RUN_DONE;
    run->measurement = aj_strdup(s->arena, aj_buf_text(&text));
    aj_buf_free(&text);
}

void study_void(struct study *s, enum explore_phase phase, uint32_t round, const char *decision,
                const char *reason)
{
    struct explore_stored *run = add(s, phase, round, decision);
    run->state = EXPLORE_RUN_VOID;
    run->reason = reason;
    run->duration_ns = 0;
}

void study_searched(struct study *s, uint32_t budget)
{
    const struct explore_searched searched = {.runs = s->runs.count, .budget = budget, .why = "x"};
    AJ_PUSH(s->arena, &s->ledger.searches, searched);
}

/* As a store gives them: what ended since, then what is claimed. */
void study_update(struct study *s)
{
    AJ_VEC(struct explore_stored) fresh = {NULL, 0, 0};
    for (size_t i = 0; i < s->runs.count; i++)
        if (s->runs.items[i].finished > s->ledger.runs.ended)
            AJ_PUSH(s->arena, &fresh, s->runs.items[i]);
    for (size_t i = 0; i < s->runs.count; i++)
        if (s->runs.items[i].finished == 0)
            AJ_PUSH(s->arena, &fresh, s->runs.items[i]);
    if (explore_ledger_update(&s->cx, &s->ledger, fresh.items, fresh.count) != AJ_OK)
        fail_msg("%s", test_diags(&s->cx));
}

struct explore_decision study_decision(struct study *s, const char *text)
{
    struct explore_decision d = explore_decision_new(s->frame.space, s->arena);
    if (!explore_decision_parse(s->frame.space, text, &d))
        fail_msg("no decision of the space: %s", text);
    return d;
}

const char *study_text(struct study *s, const struct explore_decision *decision)
{
    return explore_decision_format(s->frame.space, decision, s->arena);
}
