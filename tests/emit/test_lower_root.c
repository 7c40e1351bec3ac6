/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/emit/lower_fixture.h"

static void test_header(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_header *header = f->system->header;
    assert_int_equal(header->revision, 14);
    assert_int_equal(header->architecture, MODEL_ARCH_ARM64);
    assert_int_equal(header->flags, JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE);
    assert_int_equal(header->hypervisor_memory.phys_start, 0x7fc00000);
    assert_int_equal(header->hypervisor_memory.virt_start, 0);
    assert_int_equal(header->hypervisor_memory.size, 0x400000);
    assert_int_equal(header->hypervisor_memory.flags, 0);
    assert_int_equal(header->debug_console.address, 0x9000000);
    assert_int_equal(header->debug_console.type, JAILHOUSE_CON_TYPE_PL011);
    assert_int_equal(header->debug_console.flags, 3);
    assert_int_equal(header->pci_mmconfig_base, 0x20000000);
    assert_int_equal(header->pci_mmconfig_end_bus, 0);
    assert_int_equal(header->pci_is_virtual, 1);
    assert_int_equal(header->pci_domain, 1);
    assert_int_equal(header->maintenance_irq, 25);
    assert_int_equal(header->gic_version, 3);
    assert_int_equal(header->gicd_base, 0x8000000);
    assert_int_equal(header->gicc_base, 0);
    assert_int_equal(header->gicr_base, 0x80a0000);
    assert_int_equal(header->iommu_units[0].base, 0);
}

/* The descriptor has all CPUs that are online, and no identification, as upstream's. */
static void test_descriptor(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *root = f->system->root;
    assert_string_equal(root->name, "Web GUI");
    assert_int_equal(root->revision, 0);
    assert_int_equal(root->architecture, 0);
    assert_int_equal(root->id, 0);
    assert_int_equal(root->flags, 0);
    assert_int_equal(root->cpus.word[0], 0x0f);
    assert_int_equal(root->cpu_set_size, 8);
    assert_int_equal(root->vpci_irq_base, 64);
    assert_int_equal(root->console.address, 0);
    assert_int_equal(root->stream_ids_count, 0);
    assert_int_equal(root->trailing_count, 0);
}

/*
 * Links of the root first; registers without what is intercepted; RAM without hypervisor and links,
 * but with all that guests give back.
 */
static void test_regions(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *root = f->system->root;
    lower_region(root, 0, "7fb00000>7fb00000+1000 1 link net: state table");
    lower_region(root, 1, "0>0+0 0 link net: section of all");
    lower_region(root, 2, "7fb01000>7fb01000+7f000 3 link net: output of root");
    lower_region(root, 3, "7fb80000>7fb80000+7f000 1 link net: output of plc");
    lower_region(root, 4, "8010000>8010000+90000 13 registers");
    lower_region(root, 5, "8140000>8140000+1ec0000 13 uart0, spi0, spi1, uart1");
    lower_region(root, 6, "10000000>10000000+10000000 13 registers");
    lower_region(root, 7, "40000000>40000000+3fa00000 7 RAM");
    lower_region(root, 8, "7fbff000>7fbff000+1000 7 RAM"); /* behind the last section */
    assert_int_equal(root->mem_regions_count, 9);
}

static void test_link(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    assert_int_equal(f->system->root->pci_devices_count, 1);
    const struct model_pci_device *device = &f->system->root->pci_devices[0];
    assert_int_equal(device->type, JAILHOUSE_PCI_TYPE_IVSHMEM);
    assert_int_equal(device->domain, 1);
    assert_int_equal(device->bdf, 0);
    assert_int_equal(device->bar_mask[0], 0xfffff000);
    assert_int_equal(device->bar_mask[1], 0);
    assert_int_equal(device->num_msix_vectors, 0);
    assert_int_equal(device->shmem_regions_start, 0);
    assert_int_equal(device->shmem_dev_id, 0);
    assert_int_equal(device->shmem_peers, 2);
    assert_int_equal(device->shmem_protocol, JAILHOUSE_SHMEM_PROTO_VETH);
}

/* 224 SPIs: INTIDs 32 to 255. */
static void test_irqchips(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *root = f->system->root;
    assert_int_equal(root->irqchips_count, 2);
    assert_int_equal(root->irqchips[0].address, 0x8000000);
    assert_int_equal(root->irqchips[0].pin_base, 32);
    assert_int_equal(root->irqchips[1].pin_base, 160);
    for (size_t w = 0; w < 4; w++)
        assert_int_equal(root->irqchips[0].pin_bitmap[w], UINT32_MAX);
    assert_int_equal(root->irqchips[1].pin_bitmap[2], UINT32_MAX);
    assert_int_equal(root->irqchips[1].pin_bitmap[3], 0);
}

static void test_without_links(void **state)
{
    struct lower_fixture *f = *state;
    const char *links = strstr(f->plan_yml, "links:");
    f->plan_yml = aj_strndup(f->arena, f->plan_yml, (size_t)(links - f->plan_yml));
    lower_replace(
        f, &f->plan_yml,
        "  - {kind: pci, phys_start: 0x20000000, virt_start: 0x20000000, size: 0x110000}\n", "");
    lower_ok(f);
    assert_int_equal(f->system->header->pci_mmconfig_base, 0);
    assert_int_equal(f->system->header->pci_is_virtual, 0);
    assert_int_equal(f->system->header->pci_domain, 0);
    assert_int_equal(f->system->root->pci_devices_count, 0);
    lower_region(f->system->root, 0, "8010000>8010000+90000 13 registers");
}

/* The virtual PCI host takes a domain that no real host has. */
static void test_domain(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml, "consoles:\n",
                  "  pci: {hosts: [{name: b, domain: 2}, {name: a, domain: 1}]}\nconsoles:\n");
    lower_ok(f);
    assert_int_equal(f->system->header->pci_domain, 3);
    assert_int_equal(f->system->root->pci_devices[0].domain, 3);
    assert_int_equal(f->system->cells[0].pci_devices[0].domain, 3);
}

/* Registers that cells.yml gives by address are the root's while their guest does not run. */
static void test_registers_by_hand(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "second: {size: 1 MiB}",
                  "second: {phys_start: 0x30000100, size: 256, flags: [MEM_READ, MEM_IO]}");
    lower_replace(f, &f->cells_yml, "console: uart0}",
                  "console: uart0, mem_regions: {timer: {phys_start: 0x31000000, size: 4 KiB, "
                  "flags: [MEM_READ, MEM_WRITE, MEM_IO]}}}");
    lower_replace(f, &f->plan_yml,
                  "phys_start: 0x78000000, virt_start: 0x1000000,\n     size: 1 MiB",
                  "phys_start: 0x30000100, virt_start: 0x30000100,\n     size: 256");
    lower_ok(f);
    lower_region(f->system->root, 7, "30000000>30000000+1000 13 registers");
    lower_region(f->system->root, 8, "31000000>31000000+1000 13 registers");
    lower_region(f->system->root, 9, "40000000>40000000+3fa00000 7 RAM");
}

/* What cells.yml says of the platform stands in place of board.yml. */
static void test_platform_of_cells(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "console: uart0}",
                  "console: uart0, flags: [],\n"
                  "  platform_info: {gic_version: 2, gicd_base: 0x8800000, gicc_base: 0x8802000,\n"
                  "    gich_base: 0x8804000, gicv_base: 0x8806000, maintenance_irq: 24}}");
    lower_ok(f);
    assert_int_equal(f->system->header->flags, 0);
    assert_int_equal(f->system->header->gic_version, 2);
    assert_int_equal(f->system->header->maintenance_irq, 24);
    assert_int_equal(f->system->header->gicd_base, 0x8800000);
    assert_int_equal(f->system->header->gicr_base, 0);
    assert_int_equal(f->system->root->irqchips[0].address, 0x8800000);
    lower_region(f->system->root, 4, "8000000>8000000+800000 13 registers");
    lower_region(f->system->root, 5, "8801000>8801000+1000 13 registers");
    lower_region(f->system->root, 6, "8808000>8808000+17f8000 13 uart0, spi0, spi1, uart1");
}

static void add_iommu(struct lower_fixture *f)
{
    lower_replace(f, &f->board_yml, "consoles:\n",
                  "iommu: [{type: other, base: 0x8300000, size: 4 KiB},\n"
                  "        {type: mmu500, base: 0x8400000, size: 64 KiB}]\nconsoles:\n");
    lower_replace(f, &f->board_yml, "interrupts: [{intid: 33}]",
                  "interrupts: [{intid: 33}], stream_ids: [9, 7, 9]");
}

/* An IOMMU stays with Linux unless a guest's device is behind it. */
static void test_iommu_of_linux(void **state)
{
    struct lower_fixture *f = *state;
    add_iommu(f);
    lower_ok(f);
    assert_int_equal(f->cx.diags_count, 0);
    assert_int_equal(f->system->header->iommu_units[0].base, 0);
    assert_int_equal(f->system->root->stream_ids_count, 0);
    lower_region(f->system->root, 5, "8140000>8140000+1ec0000 13 uart0, spi0, spi1, uart1");
}

static void test_iommu_of_jailhouse(void **state)
{
    struct lower_fixture *f = *state;
    add_iommu(f);
    lower_replace(f, &f->board_yml, "interrupts: [{intid: 35}]",
                  "interrupts: [{intid: 35}], stream_ids: [8]");
    lower_ok(f);
    assert_int_equal(test_count(&f->cx, "lower-iommu"), 1);
    assert_int_equal(f->cx.diags[0].loc.line, 16);
    const struct model_iommu *unit = f->system->header->iommu_units;
    assert_int_equal(unit[0].type, JAILHOUSE_IOMMU_ARM_MMU500);
    assert_int_equal(unit[0].base, 0x8400000);
    assert_int_equal(unit[0].size, 0x10000);
    assert_int_equal(unit[1].base, 0);
    assert_int_equal(f->system->root->stream_ids_count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(f->system->root->stream_ids[i], 7 + i);
    assert_int_equal(f->system->cells[0].stream_ids_count, 1);
    assert_int_equal(f->system->cells[0].stream_ids[0], 8);
    assert_int_equal(f->system->cells[1].stream_ids_count, 0);
    lower_region(f->system->root, 5, "8140000>8140000+2c0000 13 registers");
    lower_region(f->system->root, 6, "8410000>8410000+1bf0000 13 uart0, spi0, spi1, uart1");
}

/* A PVU has two windows, and maps what is for DMA. */
static void test_pvu(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml, "interrupts: [{intid: 35}]",
                  "interrupts: [{intid: 35}], stream_ids: [3]");
    f->board_yml = aj_strf(f->arena,
                           "%siommu:\n  - {type: pvu, base: 0x8400000, size: 4 KiB,\n"
                           "     tlb_base: 0x8500000, tlb_size: 256 KiB}\n",
                           f->board_yml);
    lower_ok(f);
    const struct model_iommu *unit = f->system->header->iommu_units;
    assert_int_equal(unit->type, JAILHOUSE_IOMMU_PVU);
    assert_int_equal(unit->tlb_base, 0x8500000);
    assert_int_equal(unit->tlb_size, 0x40000);
    lower_region(f->system->root, 6, "8401000>8401000+ff000 13 registers");
    lower_region(f->system->root, 7, "8540000>8540000+1ac0000 13 uart0, spi0, spi1, uart1");
    const struct model_memory *ram =
        &f->system->root->mem_regions[f->system->root->mem_regions_count - 1];
    assert_int_equal(ram->flags, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE |
                                     JAILHOUSE_MEM_DMA);
}

static void test_too_many_iommus(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml, "interrupts: [{intid: 35}]",
                  "interrupts: [{intid: 35}], stream_ids: [8]");
    const char *list = "iommu:\n";
    for (int i = 0; i < 9; i++) {
        list = aj_strf(f->arena, "%s  - {type: smmuv3, base: 0x82%d0000, size: 4 KiB}\n", list, i);
        if (i < 7)
            continue;
        struct lower_fixture copy = {
            .arena = f->arena, .cells_yml = f->cells_yml, .plan_yml = f->plan_yml};
        aj_ctx_open(&copy.cx);
        copy.board_yml = aj_strf(f->arena, "%s%s", f->board_yml, list);
        assert_int_equal(lower_run(&copy), i == 7 ? AJ_OK : AJ_ERR_INPUT);
        if (i == 8)
            test_one_error(&copy.cx, "lower-iommu-count", 26, 3);
        aj_ctx_close(&copy.cx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOWER_TEST(test_header),
        LOWER_TEST(test_descriptor),
        LOWER_TEST(test_regions),
        LOWER_TEST(test_link),
        LOWER_TEST(test_irqchips),
        LOWER_TEST(test_without_links),
        LOWER_TEST(test_domain),
        LOWER_TEST(test_registers_by_hand),
        LOWER_TEST(test_platform_of_cells),
        LOWER_TEST(test_iommu_of_linux),
        LOWER_TEST(test_iommu_of_jailhouse),
        LOWER_TEST(test_pvu),
        LOWER_TEST(test_too_many_iommus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
