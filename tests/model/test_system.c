/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/system.h"

#include "tests/model/values.h"

static const struct model_system *read_system(struct values *v, const char *text)
{
    const struct model_system *system = NULL;
    if (model_system_read(&v->cx, values_parse(v, text), v->arena, &system) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return system;
}

static const struct model_system *check_round_trip(struct values *v,
                                                   const struct model_system *system)
{
    struct aj_buf text = {0};
    model_system_write(system, &text);
    const struct model_system *back = read_system(v, aj_buf_text(&text));
    if (!aj_schema_equal(&model_system_schema, system, back))
        fail_msg("not equal after\n%s", aj_buf_text(&text));
    aj_buf_free(&text);
    return back;
}

/* Any bytes but NUL, as foreign files may have them. */
static const char *random_name(uint64_t *random, struct aj_arena *out)
{
    char name[33] = {0};
    const uint32_t len = test_random_below(random, sizeof name);
    const bool ascii = test_random_below(random, 2) != 0;
    for (uint32_t i = 0; i < len; i++)
        name[i] = (char)(1 + test_random_below(random, ascii ? 126 : 255));
    return aj_strdup(out, name);
}

static struct model_cell *random_cells(uint64_t *random, struct aj_arena *out,
                                       const struct model_cell *from, size_t count)
{
    struct model_cell *cells = aj_memdup(out, from, count * sizeof *cells);
    for (size_t i = 0; i < count; i++)
        cells[i].name = random_name(random, out);
    return cells;
}

static struct model_header *random_header(uint64_t *random, struct aj_arena *out,
                                          const struct model_header *from)
{
    struct model_header *header = aj_memdup(out, from, sizeof *header);
    for (uint32_t i = test_random_below(random, JAILHOUSE_MAX_IOMMU_UNITS + 1); i > 0; i--)
        header->iommu_units[i - 1] = (struct model_iommu){
            .type = (uint32_t)test_random_edgy(random),
            .base = test_random_below(random, 2) != 0 ? test_random_edgy(random) : 0,
            .size = (uint32_t)test_random_edgy(random),
            .tlb_base = test_random_edgy(random),
            .tlb_size = (uint32_t)test_random_edgy(random),
        };
    return header;
}

/* Reserved bits, codes without a name, holes: all as they were. */
static void test_round_trip(void **state)
{
    uint64_t random = test_random_start(6);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct values v;
        struct model_system system = {0};
        values_open(&v);
        values_random(&random, v.arena, &model_system_schema, VALUES_WILD, &system);
        if (system.header == NULL || system.root == NULL) {
            system.header = NULL;
            system.root = NULL;
        } else {
            system.header = random_header(&random, v.arena, system.header);
            system.root = random_cells(&random, v.arena, system.root, 1);
        }
        system.cells = random_cells(&random, v.arena, system.cells, system.cells_count);
        check_round_trip(&v, &system);
        values_close(&v);
    }
}

static const struct model_memory a_memory = {1, 2, 3, 4, "c"};
static const struct model_cache_region a_cache = {1, 2, 3, 4, 5};
static const struct model_irqchip an_irqchip = {1, 2, 3, {4, 5, 6, 7}};
static const struct model_pio a_pio = {1, 2};
static const struct model_pci_device a_device = {
    1, 2, 3, 4, {5, 6, 7, 8, 9, 10}, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, "d"};
static const struct model_pci_cap a_cap = {1, 2, 3, 4};
static const uint32_t ids[] = {7, 9};

static const struct model_header a_header = {
    .hypervisor_memory = {1, 2, 3, 4, "c"},
    .debug_console = {1, 2, 3, 4, 5, 6, 7},
};
static const struct model_cell a_cell = {
    .revision = 1,
    .architecture = 2,
    .signature = {3, 4, 5, 6, 7},
    .name = "x",
    .name_tail = {[31] = 9},
    .id = 8,
    .flags = 9,
    .cpus = {{1}},
    .cpu_set_size = 10,
    .mem_regions = &a_memory,
    .mem_regions_count = 1,
    .cache_regions = &a_cache,
    .cache_regions_count = 1,
    .irqchips = &an_irqchip,
    .irqchips_count = 1,
    .pio_regions = &a_pio,
    .pio_regions_count = 1,
    .pci_devices = &a_device,
    .pci_devices_count = 1,
    .pci_caps = &a_cap,
    .pci_caps_count = 1,
    .stream_ids = ids,
    .stream_ids_count = 2,
    .vpci_irq_base = 11,
    .cpu_reset_address = 12,
    .msg_reply_timeout = 13,
    .console = {1, 2, 3, 4, 5, 6, 7},
    .trailing = ids,
    .trailing_count = 2,
};

/* No member of the structs is without a row: whatever byte is set comes back. */
static void test_every_field(void **state)
{
    const struct model_system system = {.header = &a_header, .root = &a_cell};
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_system *back = check_round_trip(&v, &system);
    const struct model_cell *root = back->root;
    assert_true(root->name_tail_used && root->name_tail[31] == 9);
    assert_int_equal(root->revision, 1);
    assert_int_equal(root->architecture, 2);
    assert_memory_equal(root->signature, a_cell.signature, sizeof root->signature);
    assert_int_equal(root->id, 8);
    assert_int_equal(root->flags, 9);
    assert_int_equal(root->cpu_set_size, 10);
    assert_int_equal(root->vpci_irq_base, 11);
    assert_int_equal(root->cpu_reset_address, 12);
    assert_int_equal(root->msg_reply_timeout, 13);
    assert_int_equal(root->mem_regions->flags, 4);
    assert_string_equal(root->mem_regions->comment, "c");
    assert_memory_equal(root->cache_regions, &a_cache, sizeof a_cache);
    assert_memory_equal(root->irqchips, &an_irqchip, sizeof an_irqchip);
    assert_memory_equal(root->pio_regions, &a_pio, sizeof a_pio);
    const struct model_pci_device *pci = root->pci_devices;
    assert_true(pci->type == 1 && pci->iommu == 2 && pci->domain == 3 && pci->bdf == 4);
    assert_memory_equal(pci->bar_mask, a_device.bar_mask, sizeof a_device.bar_mask);
    assert_true(pci->caps_start == 11 && pci->num_caps == 12 && pci->num_msi_vectors == 13);
    assert_true(pci->msi_bits == 14 && pci->num_msix_vectors == 15);
    assert_true(pci->msix_region_size == 16 && pci->msix_address == 17);
    assert_true(pci->shmem_regions_start == 18 && pci->shmem_dev_id == 19);
    assert_true(pci->shmem_peers == 20 && pci->shmem_protocol == 21);
    assert_string_equal(pci->comment, "d");
    assert_memory_equal(root->pci_caps, &a_cap, sizeof a_cap);
    assert_memory_equal(root->trailing, ids, sizeof ids);
    assert_memory_equal(root->stream_ids, ids, sizeof ids);
    assert_int_equal(back->header->debug_console.clock_reg, 7);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"header: {revision: 14, architecture: arm64}\n", "system-root", 1, 1},
        {"root: {revision: 0}\n", "system-root", 1, 1},
        {"header: {revision: 14, architecture: 256}\nroot: {}\n", "range", 1, 38},
        {"cells: [{trailing: 256}]\n", "range", 1, 20},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_system *system;
        values_open(&v);
        assert_int_equal(model_system_read(&v.cx, values_parse(&v, bads[i].text), v.arena, &system),
                         AJ_ERR_INPUT);
        test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_field),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
