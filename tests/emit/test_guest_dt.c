/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/guest_fixture.h"

#include "base/dt.h"

static const struct aj_dt *guest_tree(struct guest_fixture *f, size_t guest)
{
    struct aj_buf blob = {NULL, 0, 0};
    const struct emit_input input = fixture_input(f);
    const struct aj_dt *dt = NULL;
    assert_int_equal(emit_guest_dt(&f->cx, &input, guest, EMIT_DT_BLOB, &blob), AJ_OK);
    const struct aj_bytes bytes = {aj_memdup(f->arena, blob.data, blob.len), blob.len};
    aj_buf_free(&blob);
    assert_int_equal(aj_dt_parse(&f->cx, "guest.dtb", bytes, f->arena, &dt), AJ_OK);
    return dt;
}

static struct aj_range reg(const struct aj_dt *dt, const char *path, size_t index)
{
    struct aj_range range = {0, 0};
    const struct aj_dt_node *node = aj_dt_at(dt, path);
    assert_non_null(node);
    assert_int_equal(aj_dt_reg(node, index, &range), AJ_DT_MMIO);
    return range;
}

/* CPUs are named by their affinity on the board, and only the cell's are there. */
static void test_cpus(void **state)
{
    const struct aj_dt *dt = guest_tree(*state, 0);
    uint32_t number = 0;
    const struct aj_dt_node *cpu = aj_dt_at(dt, "/cpus/cpu@101");
    assert_non_null(cpu);
    assert_true(aj_dt_u32(cpu, "reg", &number));
    assert_int_equal(number, 0x101);
    assert_string_equal(aj_dt_string(cpu, "compatible"), "arm,cortex-a53");
    assert_string_equal(aj_dt_string(cpu, "enable-method"), "psci");
    assert_null(cpu->next);
    assert_ptr_equal(cpu->parent->children, cpu);
}

static void test_gic_and_timer(void **state)
{
    const struct aj_dt *dt = guest_tree(*state, 0);
    const struct aj_dt_irq *irqs;
    assert_int_equal(reg(dt, "/interrupt-controller@8000000", 0).size, 0x10000);
    assert_int_equal(reg(dt, "/interrupt-controller@8000000", 1).base, 0x80a0000);
    assert_int_equal(reg(dt, "/interrupt-controller@8000000", 1).size, 3 * 0x20000);
    assert_int_equal(aj_dt_interrupts(dt, aj_dt_at(dt, "/timer"), dt->arena, &irqs), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(irqs[i].spec[0], 1);
    assert_int_equal(irqs[0].spec[1], 13);
    assert_int_equal(irqs[3].spec[1], 10);
}

/* A shared UART has a clock and no interrupt; a passed device has its own interrupt. */
static void test_shared_uart_and_device(void **state)
{
    const struct aj_dt *dt = guest_tree(*state, 0);
    const struct aj_dt_node *uart = aj_dt_at(dt, "/serial@9000000");
    const struct aj_dt_irq *irqs;
    struct aj_dt_ref clock;
    size_t at = 0;
    uint32_t hz = 0;
    assert_non_null(uart);
    assert_null(aj_dt_prop(uart, "interrupts"));
    assert_true(aj_dt_next_ref(dt, aj_dt_prop(uart, "clocks"), "#clock-cells", &at, &clock));
    assert_true(aj_dt_u32(clock.node, "clock-frequency", &hz));
    assert_int_equal(hz, 24000000);
    assert_ptr_equal(aj_dt_stdout(dt, dt->arena).node, uart);
    assert_int_equal(aj_dt_interrupts(dt, aj_dt_at(dt, "/spi@9020000"), dt->arena, &irqs), 1);
    assert_int_equal(irqs[0].spec[1], 3);
}

/* A clock that is fixed on the board is one in the guest; what has no registers has no address. */
static void test_device_clock(void **state)
{
    static const char *const types[] = {"arm,pl022", "arm,primecell"};
    struct guest_fixture *f = *state;
    struct model_board board = *f->board;
    struct model_device *devices =
        aj_memdup(f->arena, board.devices, board.devices_count * sizeof *devices);
    struct aj_dt_ref clock;
    size_t at = 0;
    uint32_t hz = 0;
    assert_string_equal(devices[2].name, "spi0");
    devices[2].clock_hz = 1000000;
    devices[2].compatible = types;
    devices[2].compatible_count = 2;
    devices[2].regions_count = 0;
    board.devices = devices;
    f->board = &board;
    const struct aj_dt *dt = guest_tree(f, 0);
    const struct aj_dt_node *spi = aj_dt_at(dt, "/spi-1");
    assert_non_null(spi);
    assert_true(aj_dt_next_ref(dt, aj_dt_prop(spi, "clocks"), "#clock-cells", &at, &clock));
    assert_string_equal(clock.node->path, "/clock-1");
    assert_true(aj_dt_u32(clock.node, "clock-frequency", &hz));
    assert_int_equal(hz, 1000000);
    assert_string_equal(aj_dt_string(spi, "clock-names"), "apb_pclk");
}

static void test_own_uart_has_its_interrupt(void **state)
{
    struct guest_fixture *f = *state;
    const struct aj_dt *dt = guest_tree(f, 1);
    const struct aj_dt_irq *irqs;
    const struct aj_dt_node *uart = aj_dt_at(dt, "/serial@9010000");
    assert_non_null(uart);
    assert_string_equal(aj_dt_string(uart, "compatible"), "vendor,uart");
    assert_int_equal(aj_dt_interrupts(dt, uart, dt->arena, &irqs), 1);
    assert_null(aj_dt_prop(uart, "clocks"));
    assert_int_equal(test_count(&f->cx, "guest-dt-clock"), 1);
}

/* Pin k of the virtual PCI host is SPI base + k - 1, edge triggered; no link, no host. */
static void test_pci(void **state)
{
    struct guest_fixture *f = *state;
    const struct aj_dt *dt = guest_tree(f, 0);
    const struct aj_dt_node *pci = aj_dt_at(dt, "/pci@1000000");
    const struct aj_dt_irq *irqs;
    struct aj_dt_window window;
    assert_non_null(pci);
    assert_int_equal(reg(dt, "/pci@1000000", 0).size, 0x100000);
    assert_int_equal(aj_dt_window_count(pci), 1);
    assert_int_equal(aj_dt_window(pci, 0, &window), AJ_DT_MMIO);
    assert_int_equal(window.cpu.base, 0x1100000);
    assert_int_equal(window.cpu.size, 0x10000);
    assert_int_equal(window.pci_space, 2);
    assert_int_equal(aj_dt_interrupt_map(dt, pci, dt->arena, &irqs), 4);
    for (uint32_t pin = 0; pin < 4; pin++) {
        assert_int_equal(irqs[pin].spec[0], 0);
        assert_int_equal(irqs[pin].spec[1], 100 + pin);
        assert_int_equal(irqs[pin].spec[2], 1);
    }
    assert_null(aj_dt_at(guest_tree(f, 1), "/pci@1000000"));
}

static void test_board_without_facts(void **state)
{
    struct guest_fixture *f = *state;
    struct aj_buf blob = {NULL, 0, 0};
    struct model_board board = *f->board;
    struct model_arm_platform arm = *f->board->platform.arm;
    struct emit_input input = fixture_input(f);
    input.board = &board;
    board.platform.arm = &arm;
    arm.gicr_base = AJ_NONE64;
    assert_int_equal(emit_guest_dt(&f->cx, &input, 0, EMIT_DT_BLOB, &blob), AJ_ERR_INPUT);
    arm = *f->board->platform.arm;
    arm.timer_ppis[2] = AJ_NONE32;
    assert_int_equal(emit_guest_dt(&f->cx, &input, 0, EMIT_DT_BLOB, &blob), AJ_ERR_INPUT);
    board.platform.arm = NULL;
    assert_int_equal(emit_guest_dt(&f->cx, &input, 0, EMIT_DT_BLOB, &blob), AJ_ERR_INPUT);
    assert_int_equal(test_count(&f->cx, "guest-dt-platform"), 2);
    assert_int_equal(test_count(&f->cx, "guest-dt-timer"), 1);
    assert_int_equal(blob.len, 0);
}

static void test_timer_not_said(void **state)
{
    static const uint32_t expected[] = {13, 14, 11, 10};
    struct guest_fixture *f = *state;
    struct model_board board = *f->board;
    struct model_arm_platform arm = *f->board->platform.arm;
    const struct aj_dt_irq *irqs;
    board.platform.arm = &arm;
    memset(arm.timer_ppis, 0, sizeof arm.timer_ppis);
    f->board = &board;
    const struct aj_dt *dt = guest_tree(f, 0);
    assert_int_equal(aj_dt_interrupts(dt, aj_dt_at(dt, "/timer"), dt->arena, &irqs), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(irqs[i].spec[1], expected[i]);
}

/* Only a CPU of the guest needs its affinity. */
static void test_unknown_affinity(void **state)
{
    struct guest_fixture *f = *state;
    struct aj_buf blob = {NULL, 0, 0};
    struct model_board board = *f->board;
    struct model_cpu cpus[3];
    memcpy(cpus, f->board->cpus, sizeof cpus);
    board.cpus = cpus;
    f->board = &board;
    cpus[0].mpidr.v = cpus[1].mpidr.v = AJ_NONE64;
    const struct aj_dt_node *node = aj_dt_at(guest_tree(f, 0), "/cpus");
    uint32_t cells = 0;
    assert_true(aj_dt_u32(node, "#address-cells", &cells));
    assert_int_equal(cells, 1);
    assert_int_equal(f->cx.diags_count, 0);
    cpus[2].mpidr.v = AJ_NONE64;
    const struct emit_input input = fixture_input(f);
    assert_int_equal(emit_guest_dt(&f->cx, &input, 0, EMIT_DT_BLOB, &blob), AJ_ERR_INPUT);
    test_one_error(&f->cx, "guest-dt-cpu", 6, 6);
    assert_int_equal(blob.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_cpus, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_gic_and_timer, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_shared_uart_and_device, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_device_clock, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_own_uart_has_its_interrupt, fixture_open,
                                        fixture_close),
        cmocka_unit_test_setup_teardown(test_pci, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_board_without_facts, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_timer_not_said, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_unknown_affinity, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
