/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/dt.h"

#include "tests/support/dts.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
};

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    aj_arena_close(f->out);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

static const struct aj_dt *parse(struct fixture *f, const char *body)
{
    const struct aj_dt *dt = NULL;
    const char *dts = aj_strf(f->out, "/dts-v1/;\n%s", body);
    const enum aj_status status =
        aj_dt_parse(&f->cx, "test.dtb", test_dtb(f->out, dts), f->out, &dt);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    return dt;
}

static const struct aj_dt_node *at(const struct aj_dt *dt, const char *path)
{
    const struct aj_dt_node *node = aj_dt_at(dt, path);
    if (node == NULL)
        fail_msg("no node %s", path);
    return node;
}

/* Entry `index` of reg is at [base, size). */
static void expect_reg(const struct aj_dt *dt, const char *path, size_t index, aj_addr base,
                       aj_size size)
{
    struct aj_range range = {0, 0};
    assert_int_equal(aj_dt_reg(at(dt, path), index, &range), AJ_DT_MMIO);
    assert_int_equal(range.base, base);
    assert_int_equal(range.size, size);
}

static void expect_no_reg(const struct aj_dt *dt, const char *path, enum aj_dt_where where)
{
    struct aj_range range;
    assert_int_equal(aj_dt_reg(at(dt, path), 0, &range), where);
}

static void nodes_and_properties(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { b = <1>; a = \"x\"; n1 { m@2,0 { phandle = <7>; }; }; n2 { }; };");
    assert_int_equal(dt->nodes.count, 4);
    assert_string_equal(dt->nodes.items[0]->path, "/");
    assert_string_equal(dt->nodes.items[2]->name, "m@2,0");
    assert_string_equal(dt->nodes.items[2]->path, "/n1/m@2,0");
    assert_ptr_equal(at(dt, "/n1/m@2,0")->parent, at(dt, "/n1"));
    assert_ptr_equal(at(dt, "/n1")->next, at(dt, "/n2"));
    assert_ptr_equal(aj_dt_of_phandle(dt, 7), at(dt, "/n1/m@2,0"));
    assert_null(aj_dt_of_phandle(dt, 8));
    assert_null(aj_dt_at(dt, "/n1/m"));
    assert_null(aj_dt_prop(dt->nodes.items[0], "c"));
    assert_string_equal(aj_dt_string(dt->nodes.items[0], "a"), "x");
}

static void numbers(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(f, "/ { one = <5>; two = <1 2>; odd = [00 00]; none; };");
    const struct aj_dt_node *root = at(dt, "/");
    uint32_t small = 9;
    uint64_t large = 9;
    assert_true(aj_dt_u32(root, "one", &small));
    assert_int_equal(small, 5);
    assert_true(aj_dt_u64(root, "two", &large));
    assert_int_equal(large, 0x100000002);
    assert_true(aj_dt_u64(root, "one", &large));
    assert_int_equal(large, 5);
    assert_false(aj_dt_u32(root, "odd", &small));
    assert_false(aj_dt_u32(root, "none", &small));
    assert_false(aj_dt_u32(root, "absent", &small));
    assert_int_equal(aj_dt_cell(aj_dt_prop(root, "two"), 2), 0);
    assert_int_equal(aj_dt_cells(NULL), 0);
}

/* T15: bootargs with two NULs; lists that end with an empty text. */
static void t15_trailing_nuls(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { args = \"quiet\\0\\0\"; open = [61 62]; list = \"a\", \"\", \"b\", \"\";"
                 " bad = [80 81 00]; mixed = \"x\", \"\\x01\", \"y\"; empty = \"\"; };");
    const struct aj_dt_node *root = at(dt, "/");
    assert_string_equal(aj_dt_string(root, "args"), "quiet");
    assert_string_equal(aj_dt_string(root, "open"), "ab");
    assert_null(aj_dt_string(root, "bad"));
    assert_null(aj_dt_string(root, "empty"));
    const struct aj_dt_prop *list = aj_dt_prop(root, "list");
    const char *text = aj_dt_next_string(list, NULL);
    assert_string_equal(text, "a");
    text = aj_dt_next_string(list, text);
    assert_string_equal(text, "");
    text = aj_dt_next_string(list, text);
    assert_string_equal(text, "b");
    assert_null(aj_dt_next_string(list, text));
    const struct aj_dt_prop *mixed = aj_dt_prop(root, "mixed");
    text = aj_dt_next_string(mixed, aj_dt_next_string(mixed, NULL));
    assert_string_equal(text, "");
    assert_string_equal(aj_dt_next_string(mixed, text), "y");
    assert_null(aj_dt_next_string(NULL, NULL));
}

static void status_is_inherited(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(
        f,
        "/ { a { status = \"ok\"; b { }; }; c { status = \"disable\"; d { status = \"okay\"; }; };"
        " e { status = \"reserved\"; }; };");
    assert_true(at(dt, "/a/b")->available);
    assert_false(at(dt, "/c")->available);
    assert_false(at(dt, "/c/d")->available);
    assert_false(at(dt, "/e")->available);
}

static void references(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { c1: c1 { #clock-cells = <2>; }; c2: c2 { };"
                 " d { clocks = <&c1 5 6>, <0>, <&c2>, <&c1 7>; }; e { clocks = <99 1>; }; };");
    const struct aj_dt_prop *clocks = aj_dt_prop(at(dt, "/d"), "clocks");
    struct aj_dt_ref ref;
    size_t pos = 0;
    assert_true(aj_dt_next_ref(dt, clocks, "#clock-cells", &pos, &ref));
    assert_ptr_equal(ref.node, at(dt, "/c1"));
    assert_int_equal(ref.args_count, 2);
    assert_int_equal(ref.args[1], 6);
    assert_true(aj_dt_next_ref(dt, clocks, "#clock-cells", &pos, &ref));
    assert_null(ref.node);
    assert_true(aj_dt_next_ref(dt, clocks, "#clock-cells", &pos, &ref));
    assert_ptr_equal(ref.node, at(dt, "/c2"));
    assert_int_equal(ref.args_count, 0);
    assert_false(aj_dt_next_ref(dt, clocks, "#clock-cells", &pos, &ref));
    pos = 0;
    assert_false(
        aj_dt_next_ref(dt, aj_dt_prop(at(dt, "/e"), "clocks"), "#clock-cells", &pos, &ref));
    assert_false(aj_dt_next_ref(dt, NULL, NULL, &pos, &ref));
}

static void aliases_and_stdout(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(f, "/ { aliases { serial0 = \"/u\"; gone = \"/x\"; }; chosen { "
                                      "stdout-path = \"serial0:9600\"; }; u { }; };");
    assert_ptr_equal(aj_dt_alias(dt, "serial0"), at(dt, "/u"));
    assert_null(aj_dt_alias(dt, "gone"));
    assert_null(aj_dt_alias(dt, "serial1"));
    struct aj_dt_stdout out = aj_dt_stdout(dt, f->out);
    assert_ptr_equal(out.node, at(dt, "/u"));
    assert_string_equal(out.options, "9600");
    dt = parse(f, "/ { chosen { linux,stdout-path = \"/u\"; }; u { }; };");
    out = aj_dt_stdout(dt, f->out);
    assert_ptr_equal(out.node, at(dt, "/u"));
    assert_null(out.options);
    /* T29: an alias that does not exist */
    dt = parse(f, "/ { chosen { stdout-path = \"framebuffer0\"; }; };");
    assert_null(aj_dt_stdout(dt, f->out).node);
    assert_null(aj_dt_stdout(parse(f, "/ { };"), f->out).node);
}

static void reservations(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/memreserve/ 0x1000 0x2000;\n/memreserve/ 0x100000000 0x1;\n/ { };");
    assert_int_equal(dt->reserved.count, 2);
    assert_int_equal(dt->reserved.items[0].base, 0x1000);
    assert_int_equal(dt->reserved.items[1].base, 0x100000000);
    assert_true(dt->has_boot_cpu);
}

/* Linux climbs to the nearest ancestor with cells; the specification says 2 and 1. */
static void cells_are_inherited(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(
        f, "/ { #address-cells = <1>; #size-cells = <1>; b { ranges; d { reg = <4 8>; }; }; };");
    expect_reg(dt, "/b/d", 0, 4, 8);
    dt = parse(f, "/ { d { reg = <4 8>; }; };");
    assert_int_equal(at(dt, "/")->child_address_cells, 1);
    expect_reg(dt, "/d", 0, 4, 8);
}

/* T17: what calls itself simple-bus is none without ranges, and the other way round. */
static void t17_ranges_decide(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { #address-cells = <1>; #size-cells = <1>;"
                 " a { compatible = \"simple-bus\"; #address-cells = <1>; #size-cells = <1>; d { "
                 "reg = <0 1>; }; };"
                 " b { compatible = \"vendor,bus\"; #address-cells = <1>; #size-cells = <1>; "
                 "ranges = <0 0x1000 0x100>; d { reg = <0x10 4>; }; }; };");
    expect_no_reg(dt, "/a/d", AJ_DT_NOT_MMIO);
    expect_reg(dt, "/b/d", 0, 0x1010, 4);
}

/* T18: the first entry that holds the address wins, not the longest. */
static void t18_first_hit(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { #address-cells = <2>; #size-cells = <1>; scb { #address-cells = <2>; "
                 "#size-cells = <1>;"
                 " ranges = <0 0x7c000000 0 0xfc000000 0x3800000>, <0 0 0 0 0xfc000000>;"
                 " g { reg = <0 0x7d580000 0x10000>; }; h { reg = <0 0x1000 0x10>; };"
                 " over { reg = <0 0x7f7fffff 2>; }; out { reg = <0 0xfd000000 1>; }; }; };");
    expect_reg(dt, "/scb/g", 0, 0xfd580000, 0x10000);
    expect_reg(dt, "/scb/h", 0, 0x1000, 0x10);
    expect_no_reg(dt, "/scb/over", AJ_DT_OUTSIDE);
    expect_no_reg(dt, "/scb/out", AJ_DT_OUTSIDE);
}

/* T19: reg that is no address: an I2C address, a PHY's number. */
static void t19_no_address(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { #address-cells = <1>; #size-cells = <1>; i2c { reg = <0 4>; #address-cells = "
                 "<1>; #size-cells = <0>; e { reg = <0x50>; }; };"
                 " short { reg = <1 2 3>; }; wide { #address-cells = <5>; #size-cells = <1>; "
                 "ranges; d { reg = <1 2 3 4 5 6>; }; }; };");
    assert_int_equal(aj_dt_reg_count(at(dt, "/i2c/e")), 0);
    expect_no_reg(dt, "/i2c/e", AJ_DT_NOT_MMIO);
    assert_int_equal(aj_dt_reg_count(at(dt, "/short")), 1);
    assert_int_equal(aj_dt_reg_rest(at(dt, "/short")), 4);
    assert_int_equal(aj_dt_reg_count(at(dt, "/wide/d")), 0);
}

/* T20: empty ranges between different cell counts. */
static void t20_cell_counts(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { #address-cells = <1>; #size-cells = <1>; b { #address-cells = <2>; "
                 "#size-cells = <2>; ranges;"
                 " d { reg = <0 0x1000 0 0x10>; }; high { reg = <1 0 0 0x10>; }; }; };");
    expect_reg(dt, "/b/d", 0, 0x1000, 0x10);
    expect_no_reg(dt, "/b/high", AJ_DT_OUTSIDE);
}

static void addresses_at_the_edge(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(f, "/ { #address-cells = <3>; #size-cells = <2>; a { reg = <0 "
                                      "0xffffffff 0xfffff000 0 0x1000>; };"
                                      " b { reg = <0 0xffffffff 0xfffff000 0 0x1001>; }; c { reg = "
                                      "<1 0 0 0 1>; }; z { reg = <0 0 1 0 0>; };"
                                      " bus { #address-cells = <1>; #size-cells = <1>; ranges = <0 "
                                      "0 0xffffffff 0xffffffff 0x100>; d { reg = <2 4>; }; }; };");
    expect_reg(dt, "/a", 0, 0xfffffffffffff000, 0x1000);
    expect_no_reg(dt, "/b", AJ_DT_BAD);
    expect_no_reg(dt, "/c", AJ_DT_BAD);
    expect_reg(dt, "/z", 0, 1, 0);
    expect_no_reg(dt, "/bus/d", AJ_DT_BAD);
}

#define PCI_HOST                                                                                \
    "/ { #address-cells = <2>; #size-cells = <2>; p { device_type = \"pci\"; "                  \
    "#address-cells = <3>; #size-cells = <2>;"                                                  \
    " ranges = <0x01000000 0 0 0 0x3eff0000 0 0x10000>, "                                       \
    "<0x82000000 0 0x10000000 0 0x10000000 0 0x2eff0000>;"                                      \
    " io { reg = <0x81000000 0 0x10 0 4>; }; mem { reg = <0x43000000 0 0x10001000 0 0x100>; };" \
    " config { reg = <0x800 0 0 0 0>; }; }; };"

static void pci_spaces(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(f, PCI_HOST);
    assert_true(aj_dt_is_pci(at(dt, "/p")));
    expect_reg(dt, "/p/io", 0, 0x3eff0010, 4);
    expect_reg(dt, "/p/mem", 0, 0x10001000, 0x100);
    expect_no_reg(dt, "/p/config", AJ_DT_OUTSIDE);
    struct aj_dt_window window;
    assert_int_equal(aj_dt_window_count(at(dt, "/p")), 2);
    assert_int_equal(aj_dt_window(at(dt, "/p"), 1, &window), AJ_DT_MMIO);
    assert_int_equal(window.pci_space, 2);
    assert_int_equal(window.child, 0x10000000);
    assert_int_equal(window.cpu.base, 0x10000000);
    assert_int_equal(window.cpu.size, 0x2eff0000);
    assert_int_equal(aj_dt_window_count(at(dt, "/")), 0);
    /* The older trees have no device_type. */
    dt = parse(f, "/ { a { #address-cells = <3>; bus-range = <0 1>; }; b { #address-cells = <3>; "
                  "}; c { device_type = \"pci\"; }; };");
    assert_true(aj_dt_is_pci(at(dt, "/a")));
    assert_false(aj_dt_is_pci(at(dt, "/b")));
    assert_false(aj_dt_is_pci(at(dt, "/c")));
}

/* Interrupt `index` of a node arrives at `controller` as <a b>. */
static void expect_irq(struct fixture *f, const struct aj_dt *dt, const char *path, size_t index,
                       const char *controller, uint32_t a)
{
    const struct aj_dt_irq *irqs = NULL;
    assert_true(index < aj_dt_interrupts(dt, at(dt, path), f->out, &irqs));
    if (irqs[index].controller == NULL)
        fail_msg("%s: %s", path, irqs[index].why);
    assert_string_equal(irqs[index].controller->path, controller);
    assert_int_equal(irqs[index].spec[0], a);
    assert_null(irqs[index].why);
}

static void expect_no_irq(struct fixture *f, const struct aj_dt *dt, const char *path, size_t index)
{
    const struct aj_dt_irq *irqs = NULL;
    assert_true(index < aj_dt_interrupts(dt, at(dt, path), f->out, &irqs));
    assert_null(irqs[index].controller);
    assert_non_null(irqs[index].why);
}

#define GIC "g: g { interrupt-controller; #interrupt-cells = <1>; };"

static void interrupt_parents(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(
        f,
        "/ { interrupt-parent = <&g>; " GIC
        " h: h { interrupt-controller; #interrupt-cells = <2>; };"
        " a { interrupts = <1>, <2>; }; b { interrupt-parent = <&h>; c { interrupts = <3 4>; }; };"
        " d { interrupts-extended = <&h 5 6>, <0>, <&g 7>; interrupts = <99>; }; cut { "
        "interrupt-parent = <&h>; interrupts = <1 2 3>; };"
        " gone { interrupt-parent = <77>; interrupts = <1>; }; lost { interrupts-extended = <77 "
        "1>; }; none { }; };");
    const struct aj_dt_irq *irqs = NULL;
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/a"), f->out, &irqs), 2);
    expect_irq(f, dt, "/a", 1, "/g", 2);
    expect_irq(f, dt, "/b/c", 0, "/h", 3);
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/d"), f->out, &irqs), 3);
    expect_irq(f, dt, "/d", 0, "/h", 5);
    expect_no_irq(f, dt, "/d", 1);
    expect_irq(f, dt, "/d", 2, "/g", 7);
    expect_irq(f, dt, "/cut", 0, "/h", 1);
    expect_no_irq(f, dt, "/cut", 1);
    expect_no_irq(f, dt, "/gone", 0);
    expect_no_irq(f, dt, "/lost", 0);
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/none"), f->out, &irqs), 0);
}

/* T23: a bus above the device is the nexus, although an interrupt-parent stands farther up. */
static void t23_nexus_above(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { interrupt-parent = <&g>; #address-cells = <1>; #size-cells = <1>; " GIC
                 " bus { #address-cells = <2>; #size-cells = <1>; #interrupt-cells = <1>; "
                 "interrupt-map-mask = <0 0 0x3f>;"
                 " interrupt-map = <0 0 5 &g 37>, <0 0 6 &g 38>; u { reg = <3 0x1000 4>; "
                 "interrupts = <5>; }; v { reg = <3 0 4>; interrupts = <7>; }; }; };");
    expect_irq(f, dt, "/bus/u", 0, "/g", 37);
    expect_no_irq(f, dt, "/bus/v", 0);
}

/* T24: unit address cells of the parent, masks of zero, and a controller inside the host. */
static void t24_maps(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(
        f, "/ { #address-cells = <1>; #size-cells = <1>; g: g { interrupt-controller; "
           "#interrupt-cells = <3>; #address-cells = <2>; };"
           " p { #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; "
           "interrupt-map-mask = <0x1800 0 0 7>;"
           " interrupt-map = <0 0 0 1 &g 0 0 10 3 4>, <0x800 0 0 1 &g 0 0 11 4 4>, <0 0 0 2 &l 9>;"
           " l: l { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>; };"
           " d { reg = <0x4800 0 0 0 0>; interrupts = <1>; }; e { reg = <0x4000 0 0 0 0>; "
           "interrupts = <2>; }; };"
           " q { #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; "
           "interrupt-map-mask = <0 0 0 0>; interrupt-map = <0 0 0 0 &g 0 0 12 98 4>;"
           " d { reg = <0x800 0 0 0 0>; interrupts = <3>; }; }; };");
    expect_irq(f, dt, "/p/d", 0, "/g", 11);
    expect_irq(f, dt, "/p/e", 0, "/p/l", 9);
    expect_irq(f, dt, "/q/d", 0, "/g", 12);
    const struct aj_dt_irq *irqs = NULL;
    assert_int_equal(aj_dt_interrupt_map(dt, at(dt, "/p"), f->out, &irqs), 3);
    assert_int_equal(irqs[1].spec[0], 11);
    assert_int_equal(aj_dt_interrupt_map(dt, at(dt, "/g"), f->out, &irqs), 0);
}

/* T25: maps that only their own driver understands. */
static void t25_own_map(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt =
        parse(f, "/ { " GIC " x: x { compatible = \"fsl,ls1088a-extirq\"; interrupt-controller; "
                 "#interrupt-cells = <2>; #address-cells = <0>;"
                 " interrupt-map = <0 0 &g 1 2 3>; }; d { interrupts-extended = <&x 4 5>; }; };");
    expect_irq(f, dt, "/d", 0, "/x", 4);
    const struct aj_dt_irq *irqs = NULL;
    assert_int_equal(aj_dt_interrupt_map(dt, at(dt, "/x"), f->out, &irqs), 0);
}

static void interrupt_circles(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = parse(
        f, "/ { a: a { interrupt-parent = <&b>; }; b: b { interrupt-parent = <&a>; }; d { "
           "interrupt-parent = <&a>; interrupts = <1>; };"
           " m: m { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map = <1 &m 1>; }; e { "
           "interrupt-parent = <&m>; interrupts = <1>; };"
           " n: n { #interrupt-cells = <1>; }; h { interrupt-parent = <&n>; interrupts = <1>; };"
           " o: o { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map = <1 99 1>; }; i { "
           "interrupt-parent = <&o>; interrupts = <1>; };"
           " q: q { #address-cells = <0>; #interrupt-cells = <1>; interrupt-map = <1 &n>; }; j { "
           "interrupt-parent = <&q>; interrupts = <1>; }; };");
    expect_no_irq(f, dt, "/d", 0);
    expect_no_irq(f, dt, "/e", 0);
    expect_no_irq(f, dt, "/h", 0);
    expect_no_irq(f, dt, "/i", 0);
    expect_no_irq(f, dt, "/j", 0);
}

static void add_cells(struct aj_dt *dt, struct aj_dt_node *node, const char *name,
                      const uint32_t *cells, size_t count)
{
    uint8_t *bytes = aj_alloc(dt->arena, 4 * count);
    for (size_t i = 0; i < 4 * count; i++)
        bytes[i] = (uint8_t)(cells[i / 4] >> (24 - 8 * (i % 4)));
    aj_dt_add_prop(dt, node, name, (struct aj_bytes){bytes, 4 * count});
}

static struct aj_dt_node *add_node(struct fixture *f, struct aj_dt *dt, const char *name)
{
    struct aj_dt_node *node = NULL;
    assert_int_equal(aj_dt_add_node(&f->cx, dt, dt->nodes.items[0], name, &node), AJ_OK);
    return node;
}

#define MAP_ROWS 2000

/* Each device has `interrupts` lines, all of which only the last row of the nexus's map takes on. */
static const struct aj_dt *tree_of_maps(struct fixture *f, uint32_t devices, uint32_t interrupts)
{
    static const uint32_t zero = 0, one = 1, gic = 1, nexus = 2;
    uint32_t *map = AJ_NEW_ARRAY(f->out, uint32_t, 3 * MAP_ROWS);
    uint32_t *lines = AJ_NEW_ARRAY(f->out, uint32_t, interrupts);
    struct aj_dt *dt = aj_dt_new(f->out, "maps");
    struct aj_dt_node *node = add_node(f, dt, "gic");
    add_cells(dt, node, "phandle", &gic, 1);
    add_cells(dt, node, "#interrupt-cells", &one, 1);
    add_cells(dt, node, "interrupt-controller", &zero, 0);
    node = add_node(f, dt, "nexus");
    for (uint32_t i = 0; i < MAP_ROWS; i++) {
        map[3 * i] = i;
        map[3 * i + 1] = gic;
        map[3 * i + 2] = i;
    }
    add_cells(dt, node, "phandle", &nexus, 1);
    add_cells(dt, node, "#address-cells", &zero, 1);
    add_cells(dt, node, "#interrupt-cells", &one, 1);
    add_cells(dt, node, "interrupt-map", map, 3 * MAP_ROWS);
    for (uint32_t i = 0; i < interrupts; i++)
        lines[i] = MAP_ROWS - 1;
    for (uint32_t i = 0; i < devices; i++) {
        node = add_node(f, dt, aj_strf(f->out, "d%u", i));
        add_cells(dt, node, "interrupt-parent", &nexus, 1);
        add_cells(dt, node, "interrupts", lines, interrupts);
    }
    aj_dt_finish(dt);
    return dt;
}

/* Interrupts times rows is bounded for the whole tree. */
static void interrupt_steps_are_limited(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt_irq *irqs = NULL;
    const struct aj_dt *dt = tree_of_maps(f, 2, 995); /* 10000 steps below the limit */
    expect_irq(f, dt, "/d0", 994, "/gic", MAP_ROWS - 1);
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/d1"), f->out, &irqs), 995);
    assert_non_null(irqs[994].controller);
    dt = tree_of_maps(f, 3, 1500);
    expect_irq(f, dt, "/d0", 1499, "/gic", MAP_ROWS - 1);
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/d1"), f->out, &irqs), 1500);
    assert_non_null(irqs[498].controller);
    assert_null(irqs[500].controller);
    assert_non_null(strstr(irqs[500].why, "too many entries"));
    assert_int_equal(aj_dt_interrupts(dt, at(dt, "/d2"), f->out, &irqs), 1);
    assert_non_null(strstr(irqs[0].why, "too many entries"));
}

static void expect_refused(struct fixture *f, struct aj_bytes blob, const char *id)
{
    const struct aj_dt *dt = NULL;
    assert_int_equal(aj_dt_parse(&f->cx, "bad.dtb", blob, f->out, &dt), AJ_ERR_INPUT);
    test_one_error(&f->cx, id, 0, 0);
    assert_null(dt);
    assert_string_equal(f->cx.diags[0].loc.file, "bad.dtb");
}

static void truncated_blob(void **state)
{
    struct fixture *f = *state;
    struct aj_bytes blob = test_dtb(f->out, "/dts-v1/; / { a { b = <1>; }; };");
    blob.size -= 1;
    expect_refused(f, blob, "dt-truncated");
}

static void truncated_header(void **state)
{
    expect_refused(*state, (struct aj_bytes){(const uint8_t *)"\xd0\x0d\xfe\xed", 4},
                   "dt-truncated");
}

static void no_blob(void **state)
{
    static const uint8_t zeros[64];
    expect_refused(*state, (struct aj_bytes){zeros, sizeof zeros}, "dt-broken");
}

/* Every byte of a blob set to every of a few values: never a crash, and each refusal has an id. */
/* Every byte of every value becomes its complement. */
static void invert(const char *name, uint8_t *value, size_t size)
{
    assert_non_null(name);
    for (size_t i = 0; i < size; i++)
        value[i] = (uint8_t)~value[i];
}

static void edited_values(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = NULL;
    const struct aj_bytes blob =
        test_dtb(f->out, "/dts-v1/; / { a = <1>; empty; b { text = \"x\"; c { d = <2 3>; }; }; };");
    uint8_t *copy = aj_memdup(f->out, blob.data, blob.size);
    assert_true(aj_dt_edit(copy, blob.size, invert));
    assert_int_equal(aj_dt_parse(&f->cx, "edited", (struct aj_bytes){copy, blob.size}, f->out, &dt),
                     AJ_OK);
    assert_int_equal(aj_dt_cell(aj_dt_prop(dt->nodes.items[0], "a"), 0), 0xfffffffe);
    assert_int_equal(aj_dt_cell(aj_dt_prop(aj_dt_at(dt, "/b/c"), "d"), 1), 0xfffffffc);
    assert_int_equal(aj_dt_prop(aj_dt_at(dt, "/b"), "text")->data[0], (uint8_t) ~'x');
    assert_int_equal(aj_dt_prop(dt->nodes.items[0], "empty")->size, 0);
    assert_true(aj_dt_edit(copy, blob.size, invert));
    assert_memory_equal(copy, blob.data, blob.size);
    for (size_t size = 0; size < blob.size; size++)
        assert_false(aj_dt_edit(copy, size, invert));
    assert_memory_equal(copy, blob.data, blob.size);
}

static void damaged_blobs(void **state)
{
    struct fixture *f = *state;
    const struct aj_bytes blob =
        test_dtb(f->out, "/dts-v1/; /memreserve/ 1 2; / { #address-cells = <1>; a@1 { reg = <1 2>; "
                         "interrupts = <3>; }; };");
    static const uint8_t values[] = {0, 1, 2, 9, 0x7f, 0x80, 0xff};
    for (size_t i = 0; i < blob.size; i++)
        for (size_t k = 0; k < AJ_COUNT(values); k++) {
            const struct aj_mark mark = aj_arena_mark(f->out);
            uint8_t *copy = aj_memdup(f->out, blob.data, blob.size);
            copy[i] = values[k];
            const struct aj_dt *dt = NULL;
            const size_t diags = aj_diag_mark(&f->cx);
            const enum aj_status status =
                aj_dt_parse(&f->cx, "damaged", (struct aj_bytes){copy, blob.size}, f->out, &dt);
            assert_int_equal(status, aj_diag_since(&f->cx, diags));
            assert_int_equal(status == AJ_OK, dt != NULL);
            assert_true(aj_dt_edit(copy, blob.size, invert) || status != AJ_OK);
            aj_arena_release(f->out, mark);
        }
}

static void padded_blob(void **state)
{
    struct fixture *f = *state;
    const struct aj_bytes blob = test_dtb(f->out, "/dts-v1/; / { a { }; };");
    uint8_t *padded = aj_alloc(f->out, blob.size + 1000);
    memcpy(padded, blob.data, blob.size);
    const struct aj_dt *dt = NULL;
    assert_int_equal(
        aj_dt_parse(&f->cx, "padded", (struct aj_bytes){padded, blob.size + 1000}, f->out, &dt),
        AJ_OK);
    assert_non_null(aj_dt_at(dt, "/a"));
}

static void slash_in_a_name(void **state)
{
    struct fixture *f = *state;
    struct aj_bytes blob = test_dtb(f->out, "/dts-v1/; / { abcdefgh { }; };");
    uint8_t *copy = aj_memdup(f->out, blob.data, blob.size);
    for (size_t i = 0; i + 8 < blob.size; i++)
        if (memcmp(copy + i, "abcdefgh", 8) == 0)
            copy[i + 3] = '/';
    expect_refused(f, (struct aj_bytes){copy, blob.size}, "dt-broken");
}

static enum aj_status nest(struct fixture *f, struct aj_dt *dt, size_t levels)
{
    struct aj_dt_node *node = dt->nodes.items[0];
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < levels && status == AJ_OK; i++)
        status = aj_dt_add_node(&f->cx, dt, node, "n", &node);
    return status;
}

static void depth_is_limited(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(nest(f, aj_dt_new(f->out, "deep"), AJ_DT_DEPTH_MAX), AJ_OK);
    assert_int_equal(nest(f, aj_dt_new(f->out, "deep"), AJ_DT_DEPTH_MAX + 1), AJ_ERR_INPUT);
    test_one_error(&f->cx, "dt-limit", 0, 0);
}

static void nodes_are_limited(void **state)
{
    struct fixture *f = *state;
    struct aj_dt *dt = aj_dt_new(f->out, "wide");
    struct aj_dt_node *node = NULL;
    enum aj_status status = AJ_OK;
    while (status == AJ_OK)
        status = aj_dt_add_node(&f->cx, dt, dt->nodes.items[0], "n", &node);
    test_one_error(&f->cx, "dt-limit", 0, 0);
    assert_int_equal(dt->nodes.count, AJ_DT_NODES_MAX);
}

static void built_tree(void **state)
{
    struct fixture *f = *state;
    struct aj_dt *dt = aj_dt_new(f->out, "built");
    struct aj_dt_node *node = NULL;
    assert_int_equal(aj_dt_add_node(&f->cx, dt, dt->nodes.items[0], "a@1", &node), AJ_OK);
    aj_dt_add_prop(dt, node, "phandle", (struct aj_bytes){(const uint8_t *)"\0\0\0\3", 4});
    aj_dt_add_prop(dt, node, "flag", (struct aj_bytes){NULL, 0});
    aj_dt_add_prop(dt, node, "twice", (struct aj_bytes){(const uint8_t *)"one", 3});
    aj_dt_add_prop(dt, node, "twice", (struct aj_bytes){(const uint8_t *)"two", 3});
    aj_dt_finish(dt);
    assert_ptr_equal(aj_dt_of_phandle(dt, 3), node);
    assert_non_null(aj_dt_prop(node, "flag"));
    assert_string_equal(aj_dt_string(node, "twice"), "one");
    assert_false(dt->has_boot_cpu);
    assert_int_equal(aj_dt_add_node(&f->cx, dt, node, "b/c", &node), AJ_ERR_INPUT);
    test_one_error(&f->cx, "dt-broken", 0, 0);
    assert_string_equal(f->cx.diags[0].path, "/a@1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nodes_and_properties),
        TEST(numbers),
        TEST(t15_trailing_nuls),
        TEST(status_is_inherited),
        TEST(references),
        TEST(aliases_and_stdout),
        TEST(reservations),
        TEST(cells_are_inherited),
        TEST(t17_ranges_decide),
        TEST(t18_first_hit),
        TEST(t19_no_address),
        TEST(t20_cell_counts),
        TEST(addresses_at_the_edge),
        TEST(pci_spaces),
        TEST(interrupt_parents),
        TEST(t23_nexus_above),
        TEST(t24_maps),
        TEST(t25_own_map),
        TEST(interrupt_circles),
        TEST(interrupt_steps_are_limited),
        TEST(truncated_blob),
        TEST(truncated_header),
        TEST(no_blob),
        TEST(edited_values),
        TEST(damaged_blobs),
        TEST(padded_blob),
        TEST(slash_in_a_name),
        TEST(depth_is_limited),
        TEST(nodes_are_limited),
        TEST(built_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
