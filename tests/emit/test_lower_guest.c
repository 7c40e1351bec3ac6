/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/emit/lower_fixture.h"

static void test_descriptor(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "os: bare,", "os: bare, cpu_reset_address: 0x70000000,");
    lower_ok(f);
    assert_int_equal(f->system->cells_count, 2);
    const struct model_cell *plc = &f->system->cells[0], *rt = &f->system->cells[1];
    assert_string_equal(plc->name, "CODESYS PLC");
    assert_string_equal(rt->name, "rt");
    assert_int_equal(plc->revision, 14);
    assert_int_equal(plc->architecture, MODEL_ARCH_ARM64);
    assert_int_equal(plc->flags, JAILHOUSE_CELL_PASSIVE_COMMREG);
    assert_int_equal(rt->flags,
                     JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED);
    assert_int_equal(plc->cpus.word[0], 4);
    assert_int_equal(plc->cpu_set_size, 8);
    assert_int_equal(plc->vpci_irq_base, 68);
    assert_int_equal(plc->cpu_reset_address, 0);
    assert_int_equal(rt->cpu_reset_address, 0x70000000);
    assert_int_equal(plc->console.address, 0x9000000);
    assert_int_equal(plc->console.type, JAILHOUSE_CON_TYPE_PL011);
    assert_int_equal(rt->console.type, JAILHOUSE_CON_TYPE_8250);
    assert_int_equal(plc->id, 0);
}

/* Links, devices and console, loader, RAM in the order of cells.yml, communication region. */
static void test_regions(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *plc = &f->system->cells[0];
    lower_region(plc, 0, "7fb00000>7fb00000+1000 81 link net: state table");
    lower_region(plc, 1, "0>0+0 0 link net: section of all");
    lower_region(plc, 2, "7fb01000>7fb01000+7f000 81 link net: output of root");
    lower_region(plc, 3, "7fb80000>7fb80000+7f000 83 link net: output of plc");
    lower_region(plc, 4, "7fa00000>7fa00000+1000 81 link fast: state table");
    lower_region(plc, 5, "7fa01000>7fa01000+df000 83 link fast: section of all");
    lower_region(plc, 6, "7fae0000>7fae0000+10000 83 link fast: output of plc");
    lower_region(plc, 7, "7faf0000>7faf0000+10000 81 link fast: output of rt");
    lower_region(plc, 8, "9020000>9020000+1000 13 spi0, spi1");
    lower_region(plc, 9, "9000000>9000000+1000 93 console uart0");
    lower_region(plc, 10, "7f9f0000>0+10000 47 loader of plc");
    lower_region(plc, 11, "78000000>1000000+100000 3 RAM of plc: second");
    lower_region(plc, 12, "70000000>70000000+8000000 4f RAM of plc: memory");
    lower_region(plc, 13, "0>80000000+1000 23 communication region");
    assert_int_equal(plc->mem_regions_count, 14);
}

/* A console of its own is a device like others. */
static void test_regions_of_bare(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *rt = &f->system->cells[1];
    lower_region(rt, 2, "7fae0000>7fae0000+10000 81 link fast: output of plc");
    lower_region(rt, 3, "7faf0000>7faf0000+10000 83 link fast: output of rt");
    lower_region(rt, 4, "9030000>9030000+1000 13 uart1");
    lower_region(rt, 5, "7f9e0000>0+10000 47 RAM of rt");
    lower_region(rt, 6, "0>80000000+1000 23 communication region");
    assert_int_equal(rt->mem_regions_count, 7);
}

/* Regions of `plc` from the loader on with its RAM seen at `virt`, and no loader of its own. */
static const struct model_cell *lower_ram(struct lower_fixture *f, const char *virt)
{
    lower_replace(f, &f->plan_yml, "virt_start: 0x70000000",
                  aj_strf(f->arena, "virt_start: %s", virt));
    const char *from = strstr(f->plan_yml, "  - {kind: loader"),
               *to = strstr(f->plan_yml, "  - {kind: link");
    f->plan_yml = aj_strf(f->arena, "%.*s%s", (int)(from - f->plan_yml), f->plan_yml, to);
    lower_ok(f);
    return &f->system->cells[0];
}

/* The device tree of Linux goes to the start of its RAM, which must not be the loader's. */
static void test_ram_at_reset_address(void **state)
{
    struct lower_fixture *f = *state;
    const struct model_cell *plc = lower_ram(f, "0");
    lower_region(plc, 10, "78000000>1000000+100000 3 RAM of plc: second");
    lower_region(plc, 11, "70000000>0+10000 47 loader of plc");
    lower_region(plc, 12, "70010000>10000+7ff0000 4f RAM of plc: memory");
    lower_region(plc, 13, "0>80000000+1000 23 communication region");
    assert_int_equal(plc->mem_regions_count, 14);
}

static void test_ram_around_reset_address(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "os: linux,", "os: linux, cpu_reset_address: 0x600040,");
    const struct model_cell *plc = lower_ram(f, "0x200000");
    lower_region(plc, 11, "70000000>200000+400000 4f RAM of plc: memory");
    lower_region(plc, 12, "70400000>600000+10000 47 loader of plc");
    lower_region(plc, 13, "70410000>610000+7bf0000 4f RAM of plc: memory");
    assert_int_equal(plc->mem_regions_count, 15);
}

/* Nothing is behind a loader that ends the RAM; one page more and it is not in it. */
static void test_loader_at_the_end(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "os: linux,", "os: linux, cpu_reset_address: 0x7ff0000,");
    const struct model_cell *plc = lower_ram(f, "0");
    lower_region(plc, 11, "70000000>0+7ff0000 4f RAM of plc: memory");
    lower_region(plc, 12, "77ff0000>7ff0000+10000 47 loader of plc");
    assert_int_equal(plc->mem_regions_count, 14);
    lower_replace(f, &f->cells_yml, "0x7ff0000", "0x7ff1000");
    lower_ok(f);
    lower_region(&f->system->cells[0], 11, "70000000>0+8000000 4f RAM of plc: memory");
    assert_int_equal(f->system->cells[0].mem_regions_count, 13);
}

static void test_bare_ram_is_whole(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "rt: {os: bare", "rt: {os: bare, cpu_reset_address: 0x10000");
    lower_replace(f, &f->plan_yml, "size: 64 KiB, flags", "size: 256 KiB, flags");
    lower_ok(f);
    lower_region(&f->system->cells[1], 5, "7f9e0000>0+40000 47 RAM of rt");
}

static void test_links(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *plc = &f->system->cells[0], *rt = &f->system->cells[1];
    assert_int_equal(plc->pci_devices_count, 2);
    assert_int_equal(plc->pci_devices[0].shmem_dev_id, 1);
    assert_int_equal(plc->pci_devices[1].bdf, 1 << 3);
    assert_int_equal(plc->pci_devices[1].shmem_regions_start, 4);
    assert_int_equal(plc->pci_devices[1].shmem_dev_id, 0);
    assert_int_equal(plc->pci_devices[1].shmem_protocol, JAILHOUSE_SHMEM_PROTO_UNDEFINED);
    assert_int_equal(rt->pci_devices_count, 1);
    assert_int_equal(rt->pci_devices[0].bdf, 1 << 3);
    assert_int_equal(rt->pci_devices[0].shmem_regions_start, 0);
    assert_int_equal(rt->pci_devices[0].shmem_dev_id, 1);
    assert_int_equal(rt->pci_devices[0].shmem_peers, 2);
}

static void test_irqchips(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    const struct model_cell *plc = &f->system->cells[0];
    assert_int_equal(plc->irqchips_count, 1);
    assert_int_equal(plc->irqchips[0].pin_base, 32);
    assert_int_equal(plc->irqchips[0].pin_bitmap[0], 1u << (35 - 32) | 1u << (36 - 32));
    assert_int_equal(plc->irqchips[0].pin_bitmap[2], 1u << (100 - 96) | 1u << (101 - 96));
    assert_int_equal(plc->irqchips[0].pin_bitmap[1] | plc->irqchips[0].pin_bitmap[3], 0);
}

/* A console smaller than a page is trapped: only accesses of its widths get through. */
static void test_small_shared_console(void **state)
{
    static const struct {
        const char *type;
        unsigned flags;
    } cases[] = {
        {"8250", 0x50093},
        {"PL011", 0x60093},
        {"XUARTPS", 0x40093},
        {"SCIF", 0x30093},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        void *one;
        lower_open(&one);
        struct lower_fixture *f = one;
        lower_replace(f, &f->board_yml, "uart1: {type: \"8250\"",
                      aj_strf(f->arena, "uart1: {type: \"%s\"", cases[i].type));
        lower_replace(f, &f->plan_yml, "devices: [uart1], interrupts: [37, 105], console: uart1}",
                      "interrupts: [105], console: uart1, console_shared: true}");
        lower_ok(f);
        lower_region(&f->system->cells[1], 4,
                     aj_strf(f->arena, "9030040>9030040+40 %x console uart1", cases[i].flags));
        lower_close(&one);
    }
    (void)state;
}

/* A console that cells.yml describes itself, and one that has no registers in memory. */
static void test_described_console(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "rt: {os: bare, console: uart1}",
                  "rt: {os: bare, console: {address: 0x9040000, size: 4 KiB, type: 8250,\n"
                  "     flags: [ACCESS_MMIO]}}");
    lower_replace(f, &f->plan_yml, "devices: [uart1], interrupts: [37, 105], console: uart1}",
                  "interrupts: [105]}");
    lower_ok(f);
    lower_region(&f->system->cells[1], 4, "9040000>9040000+1000 13 console described in cells.yml");
    lower_replace(f, &f->cells_yml, "flags: [ACCESS_MMIO]", "flags: []");
    lower_ok(f);
    lower_region(&f->system->cells[1], 4, "7f9e0000>0+10000 47 RAM of rt");
    assert_int_equal(f->system->cells[1].console.address, 0x9040000);
}

/* The root's console, which only cells.yml describes: the root keeps it. */
static void test_described_console_of_the_root(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "console: uart0}\n",
                  "console: {address: 0x9040000, size: 4 KiB, type: PL011,\n"
                  "       flags: [ACCESS_MMIO]}}\n");
    lower_replace(f, &f->cells_yml, "rt: {os: bare, console: uart1}",
                  "rt: {os: bare, console: \"&root.console\"}");
    lower_replace(f, &f->plan_yml, "vpci_irq_base: 64, console: uart0}", "vpci_irq_base: 64}");
    lower_replace(f, &f->plan_yml, "devices: [uart1], interrupts: [37, 105], console: uart1}",
                  "interrupts: [105], console_shared: true}");
    lower_ok(f);
    lower_region(&f->system->cells[1], 4, "9040000>9040000+1000 93 console described in cells.yml");
}

static void test_wished_flags(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "os: linux,", "os: linux, flags: [CELL_AARCH32],");
    lower_ok(f);
    assert_int_equal(f->system->cells[0].flags, JAILHOUSE_CELL_AARCH32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOWER_TEST(test_descriptor),
        LOWER_TEST(test_regions),
        LOWER_TEST(test_regions_of_bare),
        LOWER_TEST(test_links),
        LOWER_TEST(test_irqchips),
        cmocka_unit_test(test_small_shared_console),
        LOWER_TEST(test_described_console),
        LOWER_TEST(test_described_console_of_the_root),
        LOWER_TEST(test_wished_flags),
        LOWER_TEST(test_ram_at_reset_address),
        LOWER_TEST(test_ram_around_reset_address),
        LOWER_TEST(test_loader_at_the_end),
        LOWER_TEST(test_bare_ram_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
