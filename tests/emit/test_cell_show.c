/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include "tests/emit/random_file.h"
#include "tests/support/support.h"

static const struct model_memory regions[] = {
    {0x7f900000, 0, 0x10000, 0x47, "loader of plc"},
    {0, 0x80000000, 0x1000, 0x23, "a\nb"},
};
static const struct model_irqchip chips[] = {{0x8000000, 0, 32, {2, 0, 0, 0x3000}}};
static const struct model_pci_device devices[] = {
    {.type = 3,
     .domain = 1,
     .bdf = 0x109,
     .bar_mask = {0xfffff000},
     .msi_bits = 7,
     .shmem_peers = 2,
     .shmem_protocol = 0x8001},
};
static const struct model_cell plc = {
    .revision = 14,
    .architecture = MODEL_ARCH_ARM64,
    .name = "PLC",
    .flags = 0x40000001,
    .cpus = {{0x0d}},
    .cpu_set_size = 8,
    .mem_regions = regions,
    .mem_regions_count = AJ_COUNT(regions),
    .irqchips = chips,
    .irqchips_count = AJ_COUNT(chips),
    .pci_devices = devices,
    .pci_devices_count = AJ_COUNT(devices),
    .vpci_irq_base = 108,
    .cpu_reset_address = 0x70000000,
    .console = {.address = 0x9000000, .size = 0x1000, .type = 3, .flags = 3},
};

static const char *const cell_text =
    "cell \"PLC\", revision 14, arm64\n"
    "  id: 0\n"
    "  flags: CELL_PASSIVE_COMMREG|CELL_VIRTUAL_CONSOLE_PERMITTED\n"
    "  cpu_set_size: 8 B\n"
    "  vpci_irq_base: 108\n"
    "  cpu_reset_address: 0x70000000\n"
    "  msg_reply_timeout: 0\n"
    "  console: address 0x9000000, size 4 KiB, type PL011, flags ACCESS_MMIO|REGDIST_4, divider 0,"
    " gate_nr 0, clock_reg 0x0\n"
    "  cpus: 0,2-3\n"
    "  mem_regions: 2\n"
    "    [0] phys_start 0x7f900000, virt_start 0x0, size 64 KiB, flags"
    " MEM_READ|MEM_WRITE|MEM_EXECUTE|MEM_LOADABLE  # loader of plc\n"
    "    [1] phys_start 0x0, virt_start 0x80000000, size 4 KiB, flags"
    " MEM_READ|MEM_WRITE|MEM_COMM_REGION  # a\\nb\n"
    "  cache_regions: 0\n"
    "  irqchips: 1\n"
    "    [0] address 0x8000000, id 0x0, pin_base 32, pin_bitmap [33, 140-141]\n"
    "  pio_regions: 0\n"
    "  pci_devices: 1\n"
    "    [0] type IVSHMEM, iommu 0, domain 0x1, bdf 01:01.1, bar_mask 0xfffff000 0x0 0x0 0x0 0x0"
    " 0x0, caps_start 0, num_caps 0, num_msi_vectors 0, msi_bits 0x7, num_msix_vectors 0,"
    " msix_region_size 0, msix_address 0x0, shmem_regions_start 0, shmem_dev_id 0, shmem_peers 2,"
    " shmem_protocol NET|VIRTIO_FRONT\n"
    "  pci_caps: 0\n"
    "  stream_ids: 0\n";

static void test_cell(void **state)
{
    const struct model_system system = {.cells = &plc, .cells_count = 1};
    struct aj_buf text = {0};
    (void)state;
    emit_cell_show(&system, &text);
    assert_string_equal(aj_buf_text(&text), cell_text);
    aj_buf_free(&text);
}

static const char *const header_text =
    "system configuration, revision 13, x86\n"
    "  flags: SYS_VIRTUAL_DEBUG_CONSOLE\n"
    "  hypervisor_memory: phys_start 0x3a000000, virt_start 0x0, size 6 MiB, flags 0x0\n"
    "  debug_console: address 0x3f8, size 0, type 8250, flags 0x0, divider 0, gate_nr 0, clock_reg"
    " 0x0\n"
    "  pci_mmconfig_base: 0xb0000000\n"
    "  pci_mmconfig_end_bus: 0xff\n"
    "  pci_is_virtual: 0\n"
    "  pci_domain: 0x0\n"
    "  iommu_units[0]: type INTEL, base 0xfed90000, size 4 KiB, tlb_base 0x0, tlb_size 0\n"
    "  pm_timer_address: 0x608\n"
    "  apic_mode: AUTO\n"
    "  padding: 0x0\n"
    "  vtd_interrupt_limit: 256\n"
    "  tsc_khz: 0\n"
    "  apic_khz: 0\n"
    "  tail: 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0"
    " 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n"
    "root cell \"PLC\"\n";

/* Root first, then the cells. */
static void test_system(void **state)
{
    const struct model_header header = {
        .revision = 13,
        .architecture = MODEL_ARCH_X86,
        .flags = 1,
        .hypervisor_memory = {0x3a000000, 0, 0x600000, 0, NULL},
        .debug_console = {.address = 0x3f8, .type = 2},
        .pci_mmconfig_base = 0xb0000000,
        .pci_mmconfig_end_bus = 255,
        .iommu_units = {{JAILHOUSE_IOMMU_INTEL, 0xfed90000, 0x1000, 0, 0}},
        .pm_timer_address = 0x608,
        .vtd_interrupt_limit = 256,
    };
    const struct model_system system = {
        .header = &header, .root = &plc, .cells = &plc, .cells_count = 1};
    struct aj_buf text = {0};
    (void)state;
    emit_cell_show(&system, &text);
    assert_memory_equal(aj_buf_text(&text), header_text, strlen(header_text));
    const char *cell = strstr(aj_buf_text(&text), "\ncell \"PLC\"");
    assert_non_null(cell);
    assert_string_equal(cell + 1, cell_text);
    aj_buf_free(&text);
}

/* Whatever stands in a file, its listing is lines of printable text. */
static void test_any_file(void **state)
{
    uint64_t random = test_random_start(7);
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct aj_ctx cx;
        struct aj_arena *arena = aj_arena_open();
        struct aj_buf file = {0}, text = {0};
        const struct model_system *system;
        aj_ctx_open(&cx);
        random_file(&random, 13 + (uint32_t)i % 2, &file);
        const struct aj_bytes bytes = {(const uint8_t *)file.data, file.len};
        assert_int_equal(emit_cell_read(&cx, "random", bytes, arena, &system), AJ_OK);
        emit_cell_show(system, &text);
        for (size_t k = 0; k < text.len; k++)
            assert_true((uint8_t)text.data[k] >= ' ' || text.data[k] == '\n');
        aj_buf_free(&file);
        aj_buf_free(&text);
        aj_arena_close(arena);
        aj_ctx_close(&cx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cell),
        cmocka_unit_test(test_system),
        cmocka_unit_test(test_any_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
