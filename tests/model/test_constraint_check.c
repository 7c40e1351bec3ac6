/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

#define HEAD \
    "guests: {a: {os: linux, mem_regions: {ram: {size: 1 MiB}}}, b: {os: bare}}\nconstraints:\n"

/* Each flaw with its neighbour that is none: id NULL. */
static const struct {
    const char *text, *id;
    uint32_t line, col;
} alone[] = {
    {"- {forbid: {cell: b, cpus: 0}}\n", NULL, 0, 0},
    {"- {forbid: [{cell: a, cpus: 0}, {cell: c, cpus: 0}]}\n", "cell-unknown", 3, 40},
    {"- {place: {cell: a, region: ram, within: {start: 0, size: 4096}}}\n", NULL, 0, 0},
    {"- {place: {cell: a, region: rom, within: {start: 0, size: 4096}}}\n", "region-unknown", 3,
     29},
    {"- {place: {cell: b, within: {start: 0, size: 4096}}}\n", NULL, 0, 0},
    {"- {place: {cell: b, region: ram, within: {start: 0, size: 4096}}}\n", "region-unknown", 3,
     29},
    {"- {forbid: {cell: root, within: {start: 0, size: 4096}}}\n", "place-root", 3, 19},
    {"- {set: {cell: root, knob: governor, value: performance}}\n", NULL, 0, 0},
    {"- {set: {cell: root, knob: governer, value: performance}}\n", "knob-unknown", 3, 28},
    {"- {set: {cell: root, knob: governor, value: fastest}}\n", "knob-value", 3, 45},
    {"- {set: {cell: root, knob: stat_interval, value: 3600}}\n", NULL, 0, 0},
    {"- {set: {cell: root, knob: stat_interval, value: 3601}}\n", "knob-value", 3, 50},
    {"- {set: {cell: root, knob: isolcpus, value: 3-1}}\n", "knob-value", 3, 45},
    {"- {set: {cell: a, knob: isolcpus, value: 0}}\n", NULL, 0, 0},
    {"- {set: {cell: a, knob: governor, value: performance}}\n", "knob-scope", 3, 25},
    {"- {set: {cell: b, knob: isolcpus, value: 0}}\n", "knob-scope", 3, 25},
    {"- {separate: {cells: [a, b, root], level: l2}}\n", NULL, 0, 0},
    {"- {separate: {cells: [a, c], level: l2}}\n", "cell-unknown", 3, 26},
    {"- {separate: {cells: [a, a], level: l2}}\n", "cell-twice", 3, 26},
    {"- {separate: {cells: a, level: l2}}\n", "cell-twice", 3, 22},
    {"- {separate: {cells: [], level: l2}}\n", "range", 3, 22},
    {"- {separate: {cells: [a, b], level: none}}\n", "range", 3, 37},
};

static void test_without_board(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(alone); i++) {
        struct values v;
        const struct model_requirements *req;
        values_open(&v);
        const char *text = aj_strf(v.arena, "%s%s", HEAD, alone[i].text);
        const enum aj_status status =
            model_requirements_read(&v.cx, values_parse(&v, text), v.arena, &req);
        if (status != (alone[i].id != NULL ? AJ_ERR_INPUT : AJ_OK))
            fail_msg("%s%s", alone[i].text, test_diags(&v.cx));
        if (alone[i].id != NULL)
            test_one_error(&v.cx, alone[i].id, alone[i].line, alone[i].col);
        values_close(&v);
    }
}

static const char board_text[] =
    "format: 1\narch: arm64\n"
    "cpus: {0: {}, 1: {}, 2: {}, 3: {online: false}}\n"
    "memory_regions: {ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}}\n"
    "consoles: {uart: {type: PL011, address: 0x9000000, size: 0x1000, intid: 33, active: true}}\n"
    "devices: {spi: {interrupts: [{intid: 35, flags: 4}]}}\n"
    "interrupts: [{intid: 40, owner: eth0, counts: [1, 2, 3]}]\n";

static const struct {
    const char *text, *id;
    uint32_t line, col;
} on_board[] = {
    {"- {forbid: {cell: a, cpus: 0-2}}\n", NULL, 0, 0},
    {"- {forbid: {cell: a, cpus: 0-3}}\n", "cpu-unknown", 3, 28},
    {"- {assign: {cell: a, cpus: 4}}\n", "cpu-unknown", 3, 28},
    {"- {route: {interrupt: 33, cpu: 1}}\n", NULL, 0, 0},
    {"- {route: {interrupt: 35, cpu: 1}}\n", NULL, 0, 0},
    {"- {route: {interrupt: 40, cpu: 3}}\n", "cpu-unknown", 3, 32},
    {"- {route: {interrupt: 62, cpu: 1}}\n", "interrupt-unknown", 3, 23},
    {"- {route: {interrupt: 27, cpu: 1}}\n", "interrupt-unknown", 3, 23},
    {"- {forbid: {interrupt: 62, cpus: 1}}\n", "interrupt-unknown", 3, 24},
    {"- {place: {cell: a, within: {start: 0x43fff000, size: 8192}}}\n", NULL, 0, 0},
    {"- {place: {cell: a, within: {start: 0x44000000, size: 8192}}}\n", "within-ram", 3, 29},
    {"- {set: {cell: root, knob: isolcpus, value: 2}}\n", NULL, 0, 0},
    {"- {set: {cell: root, knob: isolcpus, value: '2,3'}}\n", "cpu-unknown", 3, 45},
    {"- {set: {cell: a, knob: isolcpus, value: 0}}\n", NULL, 0, 0},
    {"- {set: {cell: a, knob: isolcpus, value: 1}}\n", "cpu-unknown", 3, 42},
};

static void test_with_board(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(on_board); i++) {
        struct values v;
        const struct model_requirements *req;
        const struct model_board *board;
        values_open(&v);
        const char *text = aj_strf(v.arena, "%s%s", HEAD, on_board[i].text);
        if (model_board_read(&v.cx, values_parse(&v, board_text), v.arena, &board) != AJ_OK ||
            model_requirements_read(&v.cx, values_parse(&v, text), v.arena, &req) != AJ_OK)
            fail_msg("%s", test_diags(&v.cx));
        const enum aj_status status = model_requirements_check(&v.cx, board, req);
        if (status != (on_board[i].id != NULL ? AJ_ERR_INPUT : AJ_OK))
            fail_msg("%s%s", on_board[i].text, test_diags(&v.cx));
        for (size_t k = 0; k < v.cx.diags_count; k++)
            if (v.cx.diags[k].severity == AJ_SEV_ERROR) {
                assert_string_equal(v.cx.diags[k].id, on_board[i].id);
                assert_int_equal(v.cx.diags[k].loc.line, on_board[i].line);
                assert_int_equal(v.cx.diags[k].loc.col, on_board[i].col);
            }
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_board),
        cmocka_unit_test(test_with_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
