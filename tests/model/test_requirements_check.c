/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

static const char *const board_text =
    "cpus: {0: {}, 1: {}, 2: {}, 3: {}, 4: {online: false}}\n"
    "memory_regions:\n"
    "  uart: {phys_start: 0x2000, size: 64, type: \"8250\"}\n"
    "  spi_regs: {phys_start: 0x3000, size: 64, type: mmio}\n"
    "  ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}\n"
    "consoles:\n"
    "  uart0: {type: PL011, address: 0x1000, active: true, intid: 33}\n"
    "  uart1: {type: \"8250\", address: 0x2000, size: 64, regdist: 1}\n"
    "devices:\n"
    "  uart0: {path: /soc/serial@1000, aliases: serial0, regions: [{phys_start: 0x1000, size: "
    "0x1000}]}\n"
    "  uart1: {path: /soc/serial@2000, aliases: serial1, regions: [{phys_start: 0x2000, size: "
    "64}]}\n"
    "  uart2: {}\n"
    "  i2c0: {compatible: i2c}\n"
    "  i2c1: {compatible: i2c}\n"
    "  \"0000:00:14.0\": {closure: [\"0000:00:14.1\"], pci: {bdf: 0xa0}}\n"
    "  \"0000:00:14.1\": {pci: {bdf: 0xa1, reserved: [{phys_start: 0x50000000, size: 0x10000}]}}\n"
    "  spi: {path: /soc/spi@3000, regions: [{phys_start: 0x3000, size: 64}]}\n";

struct pair {
    const struct model_board *board;
    const struct model_requirements *req;
};

static struct pair read_pair(struct values *v, const char *text)
{
    struct pair p = {NULL, NULL};
    if (model_board_read(&v->cx, values_parse(v, board_text), v->arena, &p.board) != AJ_OK ||
        model_requirements_read(&v->cx, values_parse(v, text), v->arena, &p.req) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return p;
}

/* Each flaw with its neighbour that is none: id NULL. */
static const struct {
    const char *text, *id;
    uint32_t line, col;
    const char *hint;
} samples[] = {
    {"guests: {a: {os: bare, cpus: '1,2'}}\n", NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, l3_cache: {size: 1}}}\n", "l3-cache", 1, 34, NULL},
    {"guests: {a: {os: bare, cpus: '1,5'}}\n", "cpu-unknown", 1, 30, "CPUs online: 0-3"},
    {"guests: {a: {os: bare, cpus: 4}}\n", "cpu-unknown", 1, 30, "CPUs online: 0-3"},
    {"guests: {a: {os: bare, cpus: {count: 3}}}\n", NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, cpus: {count: 4}}}\n", "cpu-too-many", 1, 30, NULL},
    {"guests: {a: {os: bare, cpus: 0-3}}\n", "cpu-too-many", 1, 30, NULL},
    {"root: {cpus: 0-1}\nguests: {a: {os: bare}, b: {os: bare}, c: {os: bare}}\n", "cpu-too-many",
     2, 43, NULL},
    {"root: {cpus: 0}\nguests: {a: {os: bare, cpus: 0}}\n", "cpu-twice", 2, 30, NULL},
    {"guests: {a: {os: bare, cpus: 1}, b: {os: bare, cpus: 1-2}}\n", "cpu-twice", 1, 54, NULL},
    {"guests: {a: {os: bare, devices: [spi, uart1]}}\n", NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, devices: [{any: spi}]}}\n", NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, devices: [{any: ethernet}]}}\n", "device-class", 1, 40, NULL},
    {"root: {devices: [{any: spi}]}\n", "device-wish", 1, 18, NULL},
    {"guests: {a: {os: bare, devices: [{device: uatr1, cost: 1}]}}\n", "device-unknown", 1, 43,
     "did you mean 'uart1'?"},
    {"guests: {a: {os: bare, devices: [spi, uatr1]}}\n", "device-unknown", 1, 39,
     "did you mean 'uart1'?"},
    {"guests: {a: {os: bare, devices: /soc/spi@3001}}\n", "device-unknown", 1, 33,
     "did you mean '/soc/spi@3000'?"},
    {"guests: {a: {os: bare, devices: i2c}}\n", "device-ambiguous", 1, 33,
     "say which: i2c0 or i2c1"},
    {"guests: {a: {os: bare, devices: quite-another}}\n", "device-unknown", 1, 33, NULL},
    {"guests: {a: {os: bare, devices: [spi, /soc/spi@3000]}}\n", "device-twice", 1, 39, NULL},
    {"guests: {a: {os: bare, devices: spi}, b: {os: bare, devices: [uart2, spi]}}\n",
     "device-twice", 1, 70, NULL},
    {"guests: {a: {os: bare, devices: uart1, console: serial1}}\n", NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, devices: uart1}, b: {os: bare, console: serial1}}\n", "device-twice",
     1, 64, NULL},
    {"guests: {a: {os: bare, console: uart0}, b: {os: bare, console: serial0}}\n", NULL, 0, 0,
     NULL},
    {"root: {console: serial1}\nguests: {a: {os: bare, console: '&root.console'}, b: {os: bare, "
     "console: uart1}}\n",
     NULL, 0, 0, NULL},
    {"guests: {a: {os: bare, console: '&board.mem_regions_pll1.01'}}\n", "device-unknown", 1, 33,
     "consoles of the board: uart0 or uart1"},
    {"guests: {a: {os: bare, console: '&board.mem_regions_uart'}}\n", NULL, 0, 0, NULL},
    {"root: {console: uart9}\nguests: {a: {os: bare, console: '&root.console'}}\n",
     "device-unknown", 1, 17, "did you mean 'uart0'?"},
    {"root: {console: '&root.console'}\n", "device-unknown", 1, 17,
     "consoles of the board: uart0 or uart1"},
};

#define TAKES(memory)                                                                        \
    "guests: {a: {os: bare, mem_regions: {m: {size: 64 KiB}, r: {size: 64 KiB" memory "}}, " \
    "devices: \"00:14.0\"}}\n"

/* What firmware makes a device use, or another one that goes with it, is its guest's as well. */
static void test_memory_of_firmware(void **state)
{
    static const struct {
        const char *text, *id;
    } rows[] = {
        {"guests: {a: {os: bare, devices: \"00:14.1\"}}\n", "device-memory"},
        {TAKES(""), "device-memory"},
        {TAKES(", phys_start: 0x50000000, virt_start: 0"), "device-memory"},
        {TAKES(", phys_start: 0x50001000, virt_start: 0x50001000"), "device-memory"},
        {TAKES(", phys_start: 0x50000000, virt_start: 0x50000000, flags: [MEM_READ, MEM_WRITE]"),
         "device-memory"},
        {TAKES(", phys_start: 0x50000000, virt_start: 0x50000000"), NULL},
        {"root: {devices: \"00:14.1\"}\n", NULL},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(rows); i++) {
        struct values v;
        values_open(&v);
        const struct pair p = read_pair(&v, rows[i].text);
        const enum aj_status status = model_requirements_check(&v.cx, p.board, p.req);
        assert_int_equal(status, rows[i].id != NULL ? AJ_ERR_INPUT : AJ_OK);
        assert_int_equal(test_count(&v.cx, "device-memory"), rows[i].id != NULL ? 1 : 0);
        values_close(&v);
    }
}

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const struct pair p = read_pair(&v, samples[i].text);
        const enum aj_status status = model_requirements_check(&v.cx, p.board, p.req);
        const bool counted = samples[i].id != NULL && strcmp(samples[i].id, "cpu-too-many") == 0;
        const enum aj_status failed = counted ? AJ_ERR_INFEASIBLE : AJ_ERR_INPUT;
        if (status != (samples[i].id != NULL ? failed : AJ_OK))
            fail_msg("%s%s", samples[i].text, test_diags(&v.cx));
        assert_int_equal(v.cx.diags_count, samples[i].id != NULL ? 1 : 0);
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        if (samples[i].hint != NULL)
            assert_string_equal(v.cx.diags[0].hint, samples[i].hint);
        values_close(&v);
    }
}

static void test_console_without_driver(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct pair p = read_pair(&v, "guests: {a: {os: linux, console: uart2}}\n");
    struct model_console console;
    assert_int_equal(model_requirements_check(&v.cx, p.board, p.req), AJ_OK);
    assert_int_equal(test_count(&v.cx, "console-type"), 1);
    assert_string_equal(model_cell_console_device(p.board, p.req, &p.req->guests[0])->name,
                        "uart2");
    assert_false(model_cell_console(p.board, p.req, &p.req->guests[0], &console));
    values_close(&v);
}

static void test_consoles(void **state)
{
    static const struct {
        const char *text, *root, *guest; /* devices */
    } cases[] = {
        {"guests: {a: {os: bare}}\n", "uart0", NULL},
        {"guests: {a: {os: bare, console: '&root.console'}}\n", "uart0", "uart0"},
        {"root: {console: /soc/serial@2000}\n"
         "guests: {a: {os: bare, console: '&root.console'}}\n",
         "uart1", "uart1"},
        {"guests: {a: {os: bare, console: '&board.serial1'}}\n", "uart0", "uart1"},
        {"guests: {a: {os: bare, console: '&board.memory_regions.uart'}}\n", "uart0", "uart1"},
        {"guests: {a: {os: bare, console: '&board.consoles.uart1'}}\n", "uart0", "uart1"},
        {"guests: {a: {os: bare, console: {address: 0x7000, type: IMX}}}\n", "uart0", NULL},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct values v;
        values_open(&v);
        const struct pair p = read_pair(&v, cases[i].text);
        const struct model_device *root = model_cell_console_device(p.board, p.req, &p.req->root);
        const struct model_device *guest =
            model_cell_console_device(p.board, p.req, &p.req->guests[0]);
        assert_string_equal(root->name, cases[i].root);
        assert_string_equal(guest != NULL ? guest->name : "none",
                            cases[i].guest != NULL ? cases[i].guest : "none");
        values_close(&v);
    }
}

static void test_console_in_jailhouse_terms(void **state)
{
    struct values v;
    struct model_console console;
    (void)state;
    values_open(&v);
    const struct pair p =
        read_pair(&v, "guests: {a: {os: bare, console: uart1}, b: {os: bare},\n"
                      "  c: {os: bare, console: {address: 0x7000, type: IMX, divider: 3}}}\n");
    assert_true(model_cell_console(p.board, p.req, &p.req->root, &console));
    assert_int_equal(console.type, JAILHOUSE_CON_TYPE_PL011);
    assert_int_equal(console.address, 0x1000);
    assert_int_equal(console.size, 0x1000);
    assert_int_equal(console.flags, JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4);
    assert_true(model_cell_console(p.board, p.req, &p.req->guests[0], &console));
    assert_int_equal(console.flags, JAILHOUSE_CON_ACCESS_MMIO);
    assert_int_equal(console.size, 64);
    assert_false(model_cell_console(p.board, p.req, &p.req->guests[1], &console));
    assert_true(model_cell_console(p.board, p.req, &p.req->guests[2], &console));
    assert_int_equal(console.divider, 3);
    values_close(&v);
}

/* A board that says nothing: all wishes fail, none crashes. */
static void test_empty_board(void **state)
{
    struct values v;
    const struct model_board *board = NULL;
    (void)state;
    values_open(&v);
    const struct pair p =
        read_pair(&v, "guests: {a: {os: bare, cpus: 1, console: '&root.console', devices: spi}}\n");
    assert_int_equal(model_board_read(&v.cx, values_parse(&v, "arch: arm\n"), v.arena, &board),
                     AJ_OK);
    assert_int_equal(model_requirements_check(&v.cx, board, p.req), AJ_ERR_INPUT);
    assert_int_equal(test_count(&v.cx, "cpu-unknown"), 1);
    assert_int_equal(test_count(&v.cx, "device-unknown"), 2);
    assert_int_equal(test_count(&v.cx, "board-ram"), 1);
    assert_null(model_cell_console_device(board, p.req, &p.req->root));
    values_close(&v);
}

static void test_impossible_board(void **state)
{
    static const struct {
        const char *text;
        size_t notes; /* 0: it is possible */
    } cases[] = {
        {"jailhouse: {possible: false, reasons: [no EL2, no PSCI]}\n", 2},
        {"jailhouse: {reasons: no EL2, possible: false}\n", 1},
        {"jailhouse: {possible: true, reasons: [no EL2]}\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct values v;
        const struct model_board *board = NULL;
        values_open(&v);
        const struct pair p = read_pair(&v, "guests: {a: {os: bare}}\n");
        const char *text = aj_strf(v.arena, "%s%s", cases[i].text, board_text);
        assert_int_equal(model_board_read(&v.cx, values_parse(&v, text), v.arena, &board), AJ_OK);
        assert_int_equal(model_requirements_check(&v.cx, board, p.req),
                         cases[i].notes > 0 ? AJ_ERR_INPUT : AJ_OK);
        if (cases[i].notes > 0) {
            test_one_error(&v.cx, "jailhouse-impossible", 1, i == 0 ? 23 : 40);
            assert_int_equal(v.cx.diags[0].notes_count, cases[i].notes);
            assert_string_equal(v.cx.diags[0].notes[0].msg, "no EL2");
            assert_int_equal(v.cx.diags[0].notes[0].loc.col, i == 0 ? 40 : 22);
        } else {
            assert_int_equal(v.cx.diags_count, 0);
        }
        values_close(&v);
    }
}

/* The board says what masks its cache takes: at least 2 of 12 bits. */
static void test_parts_of_a_cache(void **state)
{
    static const struct {
        const char *part;
        bool fits;
    } cases[] = {{"{size: 12}", true},
                 {"{start: 10, size: 2}", true},
                 {"{size: 1}", false},
                 {"{start: 11, size: 2}", false},
                 {"{start: 13, size: 4}", false},
                 {"{size: 13}", false}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct values v;
        const struct model_board *board = NULL;
        values_open(&v);
        const struct pair p = read_pair(
            &v, aj_strf(v.arena, "guests: {a: {os: bare, l3_cache: %s}}\n", cases[i].part));
        const char *text = aj_strf(v.arena,
                                   "arch: x86\ncaches: {l3_0: {level: 3, cpus: 0-3, allocation: "
                                   "{ways: 12, least: 2, classes: 4}}}\n%s",
                                   board_text);
        assert_int_equal(model_board_read(&v.cx, values_parse(&v, text), v.arena, &board), AJ_OK);
        assert_int_equal(model_requirements_check(&v.cx, board, p.req),
                         cases[i].fits ? AJ_OK : AJ_ERR_INPUT);
        if (!cases[i].fits)
            test_one_error(&v.cx, "l3-cache", 1, 34);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_memory_of_firmware),
        cmocka_unit_test(test_console_without_driver),
        cmocka_unit_test(test_consoles),
        cmocka_unit_test(test_console_in_jailhouse_terms),
        cmocka_unit_test(test_empty_board),
        cmocka_unit_test(test_parts_of_a_cache),
        cmocka_unit_test(test_impossible_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
