/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "tests/emit/lower_fixture.h"

static const char x86_board[] =
    "arch: x86\n"
    "phys_limit: 0x8000000000\n"
    "cpus: {0: {online: true}, 1: {online: true}}\n"
    "memory_regions:\n"
    "  low: {phys_start: 0x0, size: 1 GiB, type: ram}\n"
    "  acpi: {phys_start: 0x48000000, size: 64 KiB, type: firmware}\n"
    "  pci_bus: {phys_start: 0x80000000, size: 1 GiB, type: window}\n"
    "  hpet: {phys_start: 0xfed00000, size: 1 KiB, type: mmio}\n"
    "irqchips:\n"
    "  ioapic: {address: 0xfec00000, id: 0xf7, pin_bitmap: 0-23, type: ioapic}\n"
    "  ioapic2: {address: 0xfec01000, id: 0xf8, pin_bitmap: 0-119, type: ioapic, gsi_base: 24}\n"
    "platform:\n"
    "  x86: {pm_timer_address: 0x1808, tsc_khz: 2600000}\n"
    "  pci: {hosts: [{name: pci0000, ecam_base: 0xc0000000, ecam_size: 256 MiB}]}\n"
    "iommu:\n"
    "  - {type: intel, base: 0xfed90000, size: 4 KiB, node: dmar0}\n"
    "consoles:\n"
    "  ttyS0: {type: \"8250\", address: 0x3f8, size: 8, regdist: 1, mmio: false, intid: 4}\n"
    "devices:\n"
    "  \"0000:00:00.0\": {verdict: root_only, pci: {bdf: 0x0, class: 0x60000, iommu: 0}}\n"
    "  \"0000:00:02.0\":\n"
    "    regions: [{phys_start: 0x80000000, size: 128 KiB}, {phys_start: 0x80020000, size: 16 "
    "KiB}]\n"
    "    interrupts: [{intid: 25, flags: 8}]\n"
    "    ports: [{base: 0xc040, length: 32}]\n"
    "    pci: {bdf: 0x10, class: 0x20000, iommu: 0, msi_vectors: 1, msi_64bits: true,\n"
    "          bar_mask: [0xfffe0000, 0xffffffe0, 0xffffc000, 0, 0, 0],\n"
    "          msix_vectors: 5, msix_address: 0x80020000, msix_size: 4 KiB,\n"
    "          caps: [{id: 0x5, start: 0xd0, length: 14, write: true},\n"
    "                 {id: 0x1, start: 0x100, length: 64, extended: true}]}\n"
    "  \"0000:00:03.0\": {pci: {bdf: 0x18, class: 0x20000, iommu: 0,\n"
    "          caps: [{id: 0x1, start: 0x100, length: 64, extended: true}]}}\n"
    "  ttyS0: {interrupts: [{intid: 4, flags: 1}], ports: [{base: 0x3f8, length: 8}]}\n"
    "ports:\n"
    "- {name: timer0, base: 0x40, length: 4, root: true}\n"
    "- {name: PCI conf1, base: 0xcf8, length: 8}\n"
    "- {name: ttyS0, base: 0x3f8, length: 8, root: true}\n";

static const char x86_cells[] =
    "root: {name: root, console: ttyS0}\n"
    "guests:\n"
    "  rt: {name: rt, os: linux, console: ttyS0, devices: [\"0000:00:02.0\"],\n"
    "       mem_regions: {memory: {size: 128 MiB}}}\n"
    "shmem:\n"
    "  net: {protocol: VETH, size: 1 MiB, peers: [root, rt]}\n"
    "  any: {protocol: UNDEFINED, size: 64 KiB, peers: [root, rt]}\n";

static const char x86_plan[] =
    "status: optimal\n"
    "decided_by: hand\n"
    "cells:\n"
    "  root: {cpus: 0, console: ttyS0}\n"
    "  rt: {cpus: 1, devices: [\"0000:00:02.0\"], interrupts: [25], console: ttyS0,\n"
    "       console_shared: true}\n"
    "memory:\n"
    "  - {kind: hypervisor, phys_start: 0x30000000, virt_start: 0x30000000, size: 6 MiB}\n"
    "  - {kind: loader, cell: rt, name: loader, phys_start: 0x30600000, virt_start: 0, size: 1 "
    "MiB,\n"
    "     flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "  - {kind: link, name: net, phys_start: 0x30700000, virt_start: 0x30700000, size: 1 MiB}\n"
    "  - {kind: link, name: any, phys_start: 0x30800000, virt_start: 0x30800000, size: 64 KiB}\n"
    "  - {kind: ram, cell: rt, name: memory, phys_start: 0x38000000, virt_start: 0x200000,\n"
    "     size: 128 MiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "links:\n"
    "  net: {device: 0, protocol: VETH, phys_start: 0x30700000, state_size: 4 KiB, rw_size: 0,\n"
    "        output_size: 0x7f000, peers: [root, rt]}\n"
    "  any: {device: 1, protocol: UNDEFINED, phys_start: 0x30800000, state_size: 4 KiB,\n"
    "        rw_size: 0, output_size: 28 KiB, peers: [root, rt]}\n";

static int open_x86(void **state)
{
    (void)lower_open(state);
    struct lower_fixture *f = *state;
    f->board_yml = x86_board;
    f->cells_yml = x86_cells;
    f->plan_yml = x86_plan;
    return 0;
}
#define X86_TEST(name) cmocka_unit_test_setup_teardown(name, open_x86, lower_close)

static const struct model_memory *region_at(const struct model_cell *cell, uint64_t phys)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++)
        if (cell->mem_regions[i].phys_start == phys && cell->mem_regions[i].size > 0)
            return &cell->mem_regions[i];
    return NULL;
}

/* What must be there. */
static const struct model_memory *the_region(const struct model_cell *cell, uint64_t phys)
{
    static const struct model_memory none;
    const struct model_memory *region = region_at(cell, phys);
    if (region == NULL)
        fail_msg("no region at %#llx", (unsigned long long)phys);
    return region == NULL ? &none : region;
}

static bool has_ports(const struct model_cell *cell, uint16_t base)
{
    for (size_t i = 0; i < cell->pio_regions_count; i++)
        if (cell->pio_regions[i].base == base)
            return true;
    return false;
}

static void header(void **state)
{
    struct lower_fixture *f = *state;
    assert_int_equal(lower_run(f), AJ_OK);
    const struct model_header *h = f->system->header;
    assert_int_equal(h->architecture, MODEL_ARCH_X86);
    assert_int_equal(h->pci_mmconfig_base, 0xc0000000);
    assert_int_equal(h->pci_mmconfig_end_bus, 0xff);
    assert_int_equal(h->pci_is_virtual, 0);
    assert_int_equal(h->pm_timer_address, 0x1808);
    assert_int_equal(h->tsc_khz, 2600000);
    assert_int_equal(h->iommu_units[0].type, JAILHOUSE_IOMMU_INTEL);
    assert_int_equal(h->debug_console.address, 0x3f8);
    /* 240 for two IOAPICs, 5 for messages of the function, 4 and 32 for those of the links */
    assert_int_equal(h->vtd_interrupt_limit, 512);
}

static void root(void **state)
{
    struct lower_fixture *f = *state;
    assert_int_equal(lower_run(f), AJ_OK);
    const struct model_cell *cell = f->system->root;
    assert_true((the_region(cell, 0)->flags & JAILHOUSE_MEM_DMA) != 0);
    assert_non_null(region_at(cell, 0x48000000));
    /* All that is in a BAR but the page with the table of its messages; nothing of the bus's window. */
    assert_int_equal(the_region(cell, 0x80000000)->size, 0x20000);
    assert_int_equal(the_region(cell, 0x80021000)->size, 0x3000);
    assert_int_equal(the_region(cell, 0xfed00000)->size, 0x1000);
    assert_null(region_at(cell, 0x80020000));
    assert_int_equal(cell->irqchips_count, 2);
    assert_int_equal(cell->irqchips[0].id, 0xf7);
    assert_int_equal(cell->irqchips[0].pin_bitmap[0], 0xffffff);
    assert_int_equal(cell->irqchips[1].pin_bitmap[3], 0xffffff);
    assert_true(has_ports(cell, 0x40));
    assert_true(has_ports(cell, 0x3f8));
    assert_true(has_ports(cell, 0xc040));
    assert_false(has_ports(cell, 0xcf8));
    assert_int_equal(cell->pio_regions_count, 3);
    assert_int_equal(cell->pci_devices_count, 5);
    /* Capabilities that two functions have alike are there once. */
    assert_int_equal(cell->pci_caps_count, 2);
    assert_int_equal(cell->pci_caps[1].id, 0x8001);
    assert_int_equal(cell->pci_caps[0].flags, 1);
    assert_int_equal(cell->pci_devices[4].caps_start, 1);
}

static void links(void **state)
{
    struct lower_fixture *f = *state;
    assert_int_equal(lower_run(f), AJ_OK);
    for (size_t i = 0; i < 2; i++) {
        const struct model_cell *cell = i == 0 ? f->system->root : f->system->cells;
        /* Slots 0, 2 and 3 of the bus are taken. */
        assert_int_equal(cell->pci_devices[0].bdf, 1 << 3);
        assert_int_equal(cell->pci_devices[1].bdf, 4 << 3);
        assert_int_equal(cell->pci_devices[0].domain, 0);
        assert_int_equal(cell->pci_devices[0].num_msix_vectors, 2);
        assert_int_equal(cell->pci_devices[1].num_msix_vectors, 16);
        assert_int_equal(cell->pci_devices[0].bar_mask[1], 0xfffff000);
    }
}

static void guest(void **state)
{
    struct lower_fixture *f = *state;
    assert_int_equal(lower_run(f), AJ_OK);
    const struct model_cell *cell = f->system->cells;
    assert_int_equal(cell->architecture, MODEL_ARCH_X86);
    assert_int_equal(the_region(cell, 0x30600000)->virt_start, 0);
    assert_int_equal(the_region(cell, 0x38000000)->virt_start, 0x200000);
    assert_int_equal(the_region(cell, 0)->virt_start, 0x100000);
    assert_int_equal(the_region(cell, 0x80021000)->size, 0x3000);
    assert_int_equal(cell->irqchips_count, 1);
    assert_int_equal(cell->irqchips[0].address, 0xfec01000);
    assert_int_equal(cell->irqchips[0].pin_bitmap[0], 2);
    /* The root goes on printing at its ports: the guest does so through the hypervisor. */
    assert_false(has_ports(cell, 0x3f8));
    assert_true((cell->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED) != 0);
    assert_true(has_ports(cell, 0xc040));
    const struct model_pci_device *function = &cell->pci_devices[2];
    assert_int_equal(function->type, JAILHOUSE_PCI_TYPE_DEVICE);
    assert_int_equal(function->bdf, 0x10);
    assert_int_equal(function->num_caps, 2);
    assert_int_equal(function->msix_address, 0x80020000);
    assert_int_equal(function->msix_region_size, 0x1000);
}

static void console_of_its_own(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "root: {name: root, console: ttyS0}", "root: {name: root}");
    lower_replace(f, &f->plan_yml, "root: {cpus: 0, console: ttyS0}", "root: {cpus: 0}");
    lower_replace(f, &f->plan_yml, "devices: [\"0000:00:02.0\"], interrupts: [25]",
                  "devices: [ttyS0], interrupts: [4]");
    lower_replace(f, &f->plan_yml, ",\n       console_shared: true", "");
    assert_int_equal(lower_run(f), AJ_OK);
    assert_true(has_ports(f->system->cells, 0x3f8));
    assert_int_equal(f->system->cells->pio_regions_count, 1);
    assert_int_equal(f->system->cells->irqchips[0].pin_bitmap[0], 1 << 4);
}

/* A picture of letters on the firmware's frame buffer. */
static void frame_buffer(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "root: {name: root, console: ttyS0}",
                  "root: {name: root, console: {address: 0x90000000, size: 0x7e9000, type: EFIFB,\n"
                  "       flags: [ACCESS_MMIO, FB_1920x1080]}}");
    lower_replace(f, &f->plan_yml, "root: {cpus: 0, console: ttyS0}", "root: {cpus: 0}");
    assert_int_equal(lower_run(f), AJ_OK);
    const struct model_console *console = &f->system->header->debug_console;
    assert_int_equal(console->type, JAILHOUSE_CON_TYPE_EFIFB);
    assert_int_equal(console->address, 0x90000000);
    assert_int_equal(console->size, 0x7e9000);
    assert_int_equal(console->flags, JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_FB_1920x1080);
}

static void cache(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "os: linux,",
                  "os: linux, l3_cache: {start: 2, size: 3, shared: true},");
    assert_int_equal(lower_run(f), AJ_OK);
    assert_int_equal(f->system->root->cache_regions_count, 0);
    assert_int_equal(f->system->cells->cache_regions_count, 1);
    const struct model_cache_region *part = f->system->cells->cache_regions;
    assert_int_equal(part->start, 2);
    assert_int_equal(part->size, 3);
    assert_int_equal(part->type, JAILHOUSE_CACHE_L3);
    assert_int_equal(part->flags, JAILHOUSE_CACHE_ROOTSHARED);
}

static void amd(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml, "{type: intel, base: 0xfed90000, size: 4 KiB, node: dmar0}",
                  "{type: amd, base: 0xfed80000, size: 16 KiB, node: ivhd0, bdf: 0x18,\n"
                  "     base_cap: 0x40, msi_cap: 0x50, features: 0x12345678}");
    assert_int_equal(lower_run(f), AJ_OK);
    assert_int_equal(f->system->header->iommu_units[0].tlb_base, 0x1234567850400018);
    /* The unit's own function is nobody's. */
    assert_int_equal(f->system->root->pci_devices_count, 4);
}

static void nowhere_for_links(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml,
                  "  pci: {hosts: [{name: pci0000, ecam_base: 0xc0000000, ecam_size: 256 MiB}]}\n",
                  "");
    assert_int_equal(lower_run(f), AJ_ERR_INPUT);
    test_one_error(&f->cx, "lower-mmconfig", 0, 0);
}

static void too_many_links(void **state)
{
    struct lower_fixture *f = *state;
    struct aj_buf functions = {0};
    for (unsigned slot = 4; slot < 32; slot++)
        aj_buf_addf(&functions, "  \"0000:00:%02x.0\": {pci: {bdf: 0x%x, iommu: 0}}\n", slot,
                    slot << 3);
    aj_buf_adds(&functions, "ports:\n");
    lower_replace(f, &f->board_yml, "ports:\n", aj_buf_text(&functions));
    aj_buf_free(&functions);
    assert_int_equal(lower_run(f), AJ_ERR_INPUT);
    test_one_error(&f->cx, "lower-slots", 0, 0);
}

/* The signs that the shell of update-grub and GRUB take for theirs. */
static void reservation(void **state)
{
    struct lower_fixture *f = *state;
    struct emit_reservation r;
    struct aj_buf text = {0};
    assert_int_equal(lower_run(f), AJ_OK);
    emit_reservation(f->board, f->plan, f->arena, &r);
    assert_string_equal(r.bootargs, "memmap=8256K$0x30000000,131072K$0x38000000 intel_iommu=off");
    emit_reservation_grub(&r, &text);
    assert_non_null(strstr(aj_buf_text(&text), "\"$GRUB_CMDLINE_LINUX memmap=8256K\\\\\\$0x3"));
    aj_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        X86_TEST(header),
        X86_TEST(root),
        X86_TEST(links),
        X86_TEST(guest),
        X86_TEST(amd),
        X86_TEST(cache),
        X86_TEST(frame_buffer),
        X86_TEST(console_of_its_own),
        X86_TEST(too_many_links),
        X86_TEST(nowhere_for_links),
        X86_TEST(reservation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
