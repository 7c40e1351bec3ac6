/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random systems of all architectures, decided, checked and written: the C form of each
 * configuration, compiled, is its binary, in both revisions.
 */
#include "explore/step.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/units.h"
#include "tests/explore/random_board.h"
#include "tests/support/support.h"

/* Of each architecture in each revision; 300 in all, unless AUTOJAIL_TEST_SYSTEMS says more. */
static uint32_t wanted_systems(void)
{
    const char *text = getenv("AUTOJAIL_TEST_SYSTEMS");
    uint64_t count = 50;
    if (text != NULL)
        assert_int_equal(aj_parse_u64(text, &count).why, AJ_UNITS_OK);
    return (uint32_t)count;
}

/* What all systems of an architecture have had. */
struct met {
    uint32_t systems, files, links, functions, caps, tables, caches, ports, pins, streams, units;
    uint32_t consoles;    /* bit t: of type t */
    uint32_t iommu_types; /* bit t */
    uint32_t subpages;
    uint32_t picks;
    uint32_t large_bars; /* of links: for kernels with larger pages */
};

struct fixture {
    char dir[64];
    FILE *program, *expected;
    uint32_t files;
};

static FILE *create(const struct fixture *f, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static void count_cell(const struct model_cell *cell, struct met *met)
{
    met->files++;
    met->caps += (uint32_t)cell->pci_caps_count;
    met->caches += (uint32_t)cell->cache_regions_count;
    met->ports += (uint32_t)cell->pio_regions_count;
    met->pins += (uint32_t)cell->irqchips_count;
    met->streams += (uint32_t)cell->stream_ids_count;
    met->consoles |= 1u << cell->console.type;
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        met->links += cell->pci_devices[i].type == JAILHOUSE_PCI_TYPE_IVSHMEM;
        met->functions += cell->pci_devices[i].type == JAILHOUSE_PCI_TYPE_DEVICE;
        met->tables += cell->pci_devices[i].msix_address != 0;
        met->large_bars += cell->pci_devices[i].type == JAILHOUSE_PCI_TYPE_IVSHMEM &&
                           cell->pci_devices[i].bar_mask[0] == 0xffff0000;
    }
    for (size_t i = 0; i < cell->mem_regions_count; i++)
        met->subpages += !aj_is_aligned(cell->mem_regions[i].size, AJ_PAGE);
}

static void count(const struct model_system *system, struct met *met)
{
    met->systems++;
    count_cell(system->root, met);
    for (size_t i = 0; i < system->cells_count; i++)
        count_cell(&system->cells[i], met);
    for (size_t i = 0; i < AJ_COUNT(system->header->iommu_units); i++)
        if (system->header->iommu_units[i].base != 0)
            met->iommu_types |= 1u << system->header->iommu_units[i].type;
}

/* The source joins the program, the binary what the program is to write. */
static void add(struct fixture *f, struct aj_ctx *cx, const struct model_system *system,
                size_t which)
{
    struct aj_buf source = {NULL, 0, 0}, binary = {NULL, 0, 0};
    assert_int_equal(emit_cell_c(cx, system, which, &source), AJ_OK);
    assert_int_equal(emit_cell_write(cx, system, which, &binary), AJ_OK);
    fprintf(f->program, "#define config config_%" PRIu32 "\n", f->files++);
    fwrite(source.data, 1, source.len, f->program);
    fputs("#undef config\n", f->program);
    fwrite(binary.data, 1, binary.len, f->expected);
    aj_buf_free(&source);
    aj_buf_free(&binary);
}

static const struct aj_yaml *parse(struct aj_ctx *cx, struct aj_arena *arena, const char *name,
                                   const struct aj_buf *text)
{
    const struct aj_yaml *doc = NULL;
    assert_int_equal(aj_yaml_parse(cx, name, text->data, text->len, arena, &doc), AJ_OK);
    return doc;
}

static void add_system(struct fixture *f, uint64_t *random, enum model_arch arch, uint32_t revision,
                       struct met *met)
{
    struct aj_ctx cx;
    struct aj_buf board_text = {NULL, 0, 0}, cells_text = {NULL, 0, 0};
    struct model_project project;
    struct explore_step step;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct solver_options options = {.time_limit_ns = 0};
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open();
    random_board_texts(random, arch, &board_text, &cells_text);
    assert_int_equal(
        model_board_read(&cx, parse(&cx, arena, "board.yml", &board_text), arena, &board), AJ_OK);
    assert_int_equal(
        model_requirements_read(&cx, parse(&cx, arena, "cells.yml", &cells_text), arena, &req),
        AJ_OK);
    aj_schema_defaults(&model_project_schema, &project);
    project.name = "random";
    project.config_revision = revision;
    const enum aj_status status =
        explore_step_run(&cx, &project, board, req, &options, arena, &step);
    if (status != AJ_OK) {
        fputs(board_text.data, stderr);
        fputs(cells_text.data, stderr);
        test_no_errors(&cx);
    }
    count(step.system, met);
    for (size_t i = 0; i < step.plan->cells_count; i++)
        for (size_t k = 0; k < step.plan->cells[i].picks_count; k++)
            met->picks += strcmp(step.plan->cells[i].picks[k], MODEL_PICK_NONE) != 0;
    add(f, &cx, step.system, EMIT_ROOT);
    for (size_t i = 0; i < step.system->cells_count; i++)
        add(f, &cx, step.system, i);
    aj_buf_free(&board_text);
    aj_buf_free(&cells_text);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
}

static void run(const char *command)
{
    if (system(command) != 0)
        fail_msg("failed: %s", command);
}

static void compile(struct fixture *f, uint32_t revision)
{
    char command[512];
    fputs("#include <stdio.h>\nint main(void)\n{\n", f->program);
    for (uint32_t i = 0; i < f->files; i++)
        fprintf(f->program,
                "\tfwrite(&config_%" PRIu32 ", sizeof config_%" PRIu32 ", 1, stdout);\n", i, i);
    fputs("\treturn 0;\n}\n", f->program);
    assert_int_equal(fclose(f->program), 0);
    assert_int_equal(fclose(f->expected), 0);
    snprintf(command, sizeof command,
             "cd %s && %s -w -DJAILHOUSE_TEST_REVISION=%" PRIu32
             " -I%s/support -I%s/.. -o all all.c"
             " && ./all | cmp - expected",
             f->dir, TEST_CC, revision, TEST_DIR, TEST_DIR);
    run(command);
}

static void check(enum model_arch arch, uint32_t revision, struct met *met)
{
    struct fixture f = {.dir = "/tmp/autojail-test-XXXXXX"};
    uint64_t random = test_random_start(arch * 100 + revision);
    char command[128];
    assert_non_null(mkdtemp(f.dir));
    f.program = create(&f, "all.c");
    f.expected = create(&f, "expected");
    for (uint32_t i = wanted_systems(); i > 0; i--)
        add_system(&f, &random, arch, revision, met);
    print_message("%u systems, %u files\n", (unsigned)met->systems, (unsigned)met->files);
    compile(&f, revision);
    snprintf(command, sizeof command, "rm -r %s", f.dir);
    run(command);
}

static void check_arm(enum model_arch arch, uint32_t revision)
{
    struct met met = {0};
    check(arch, revision, &met);
    assert_true(met.links > 0 && met.pins > 0 && met.subpages > 0 && met.picks > 0);
    for (uint32_t type = JAILHOUSE_CON_TYPE_8250; type <= JAILHOUSE_CON_TYPE_SCIF; type++)
        assert_true((met.consoles >> type & 1) != 0);
    if (arch == MODEL_ARCH_ARM)
        return;
    assert_true(met.streams > 0 && met.large_bars > 0);
    for (uint32_t type = JAILHOUSE_IOMMU_SMMUV3; type <= JAILHOUSE_IOMMU_ARM_MMU500; type++)
        assert_true((met.iommu_types >> type & 1) != 0);
}

static void check_x86(uint32_t revision)
{
    struct met met = {0};
    check(MODEL_ARCH_X86, revision, &met);
    assert_true(met.links > 0 && met.pins > 0 && met.functions > 0 && met.caps > 0);
    assert_true(met.tables > 0 && met.caches > 0 && met.ports > 0 && met.picks > 0);
    assert_int_equal(met.iommu_types, 1u << JAILHOUSE_IOMMU_AMD | 1u << JAILHOUSE_IOMMU_INTEL);
}

static void x86(void **state)
{
    (void)state;
    check_x86(13);
    check_x86(14);
}

static void arm(void **state)
{
    (void)state;
    check_arm(MODEL_ARCH_ARM, 13);
    check_arm(MODEL_ARCH_ARM, 14);
}

static void arm64(void **state)
{
    (void)state;
    check_arm(MODEL_ARCH_ARM64, 13);
    check_arm(MODEL_ARCH_ARM64, 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(x86), cmocka_unit_test(arm),
                                       cmocka_unit_test(arm64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
