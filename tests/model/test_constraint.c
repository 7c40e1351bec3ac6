/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

#define HEAD \
    "guests: {a: {os: linux, mem_regions: {ram: {size: 1 MiB}}}, b: {os: bare}}\nconstraints:\n"

static const struct model_requirements *read_req(struct values *v, const char *text)
{
    const struct model_requirements *req = NULL;
    if (model_requirements_read(&v->cx, values_parse(v, text), v->arena, &req) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return req;
}

static void test_all_kinds(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, HEAD "- forbid: {cell: a, cpus: [0, 2]}\n"
                          "  because: 'one run'\n"
                          "- forbid: [{cell: a, cpus: 3}, {interrupt: 62, cpus: 1},\n"
                          "           {cell: b, within: {start: 0, size: 1 GiB}},\n"
                          "           {cell: root, knob: stat_interval, value: 10}]\n"
                          "- assign: {cell: a, cpus: 3}\n"
                          "- route: {interrupt: 62, cpu: 1}\n"
                          "- place: {cell: a, region: ram, within: {start: 4096, size: 1 GiB}}\n"
                          "- set: {cell: root, knob: workqueue_cpus, value: '2,0,1'}\n"
                          "- separate: {cells: [a, root], level: L2}\n");
    const struct model_constraint *c = req->constraints;
    assert_int_equal(req->constraints_count, 7);
    assert_int_equal(c[0].kind, MODEL_CONSTRAINT_FORBID);
    assert_int_equal(c[0].literals_count, 1);
    assert_string_equal(c[0].because, "one run");
    assert_int_equal(c[0].at->loc.line, 3);
    assert_int_equal(c[1].literals_count, 4);
    assert_int_equal(c[1].literals[0].kind, MODEL_LITERAL_CPUS);
    assert_int_equal(c[1].literals[1].kind, MODEL_LITERAL_ROUTE);
    assert_int_equal(c[1].literals[1].interrupt, 62);
    assert_int_equal(c[1].literals[2].kind, MODEL_LITERAL_PLACE);
    assert_int_equal(c[1].literals[2].within.size, AJ_GIB(1));
    assert_int_equal(c[1].literals[3].kind, MODEL_LITERAL_SET);
    assert_string_equal(c[1].literals[3].value, "10");
    assert_int_equal(c[1].literals[3].at->loc.line, 7);
    assert_int_equal(c[2].kind, MODEL_CONSTRAINT_ASSIGN);
    assert_int_equal(c[3].kind, MODEL_CONSTRAINT_ROUTE);
    assert_string_equal(aj_cpuset_format(v.arena, &c[3].literals[0].cpus), "1");
    assert_int_equal(c[4].kind, MODEL_CONSTRAINT_PLACE);
    assert_string_equal(c[4].literals[0].region, "ram");
    assert_int_equal(c[5].kind, MODEL_CONSTRAINT_SET);
    assert_string_equal(c[5].literals[0].value, "0-2");
    assert_int_equal(c[6].kind, MODEL_CONSTRAINT_SEPARATE);
    assert_int_equal(c[6].level, MODEL_DOMAIN_L2);
    assert_int_equal(c[6].literals_count, 0);
    values_close(&v);
}

static const char *written(struct values *v, const struct model_constraint *constraint)
{
    struct aj_buf text = {0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&text);
    model_constraint_write(w, constraint);
    assert_true(aj_yaml_writer_close(w));
    const char *copy = aj_strdup(v->arena, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

static void test_writes_one_line_each(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, HEAD "- because: x\n"
                          "  forbid: {cpus: [0], cell: a}\n"
                          "- forbid: [{cell: a, cpus: 3}, {interrupt: 62, cpus: 1}]\n"
                          "- separate: {cells: [a, root], level: l2}\n"
                          "- place: {cell: a, within: {start: 0, size: 0x40000000}}\n");
    assert_string_equal(written(&v, &req->constraints[0]),
                        "forbid: {cell: a, cpus: 0}\nbecause: x\n");
    assert_string_equal(written(&v, &req->constraints[1]),
                        "forbid: [{cell: a, cpus: 3}, {interrupt: 62, cpus: 1}]\n");
    assert_string_equal(written(&v, &req->constraints[2]),
                        "separate: {cells: [a, root], level: l2}\n");
    assert_string_equal(written(&v, &req->constraints[3]),
                        "place: {cell: a, within: {start: 0x0, size: 1 GiB}}\n");
    values_close(&v);
}

static void test_bounds(void **state)
{
    static const char text[] = "bound: [{cell: a, cpus: 3}, {interrupt: 62, cpus: 1, weight: 2}]\n"
                               "at_least: 1\n"
                               "at_most: 2\n";
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_constraint *c =
        read_req(&v, HEAD "- bound: [{cell: a, cpus: 3}, {interrupt: 62, cpus: 1, weight: 2}]\n"
                          "  at_most: 2\n"
                          "  at_least: 1\n"
                          "- bound: {cell: a, cpus: [2, 3]}\n"
                          "  at_least: 1\n"
                          "- bound: {cell: a, cpus: [2, 3]}\n"
                          "  at_most: 0\n")
            ->constraints;
    assert_int_equal(c[0].kind, MODEL_CONSTRAINT_BOUND);
    assert_int_equal(c[0].literals_count, 2);
    assert_int_equal(c[0].literals[0].weight, 1);
    assert_int_equal(c[0].literals[1].weight, 2);
    assert_int_equal(c[1].at_most, AJ_NONE32);
    assert_int_equal(c[1].at_least, 1);
    assert_int_equal(c[2].at_most, 0);
    assert_string_equal(written(&v, &c[0]), text);
    assert_true(model_constraint_equal(&c[1], &c[1]));
    assert_false(model_constraint_equal(&c[1], &c[2]));
    values_close(&v);
}

static void test_equal(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_constraint *c =
        read_req(&v, HEAD "- {assign: {cell: a, cpus: 3}, because: x}\n"
                          "- {assign: {cell: a, cpus: [3]}}\n"
                          "- {assign: {cell: a, cpus: 2}}\n"
                          "- {forbid: {cell: a, cpus: 3}}\n"
                          "- {separate: {cells: [a, root], level: l2}}\n"
                          "- {separate: {cells: [a, root], level: core}}\n")
            ->constraints;
    assert_true(model_constraint_equal(&c[0], &c[1]));
    assert_false(model_constraint_equal(&c[0], &c[2]));
    assert_false(model_constraint_equal(&c[0], &c[3]));
    assert_true(model_constraint_equal(&c[4], &c[4]));
    assert_false(model_constraint_equal(&c[4], &c[5]));
    values_close(&v);
}

static const struct {
    const char *text, *id;
    uint32_t line, col;
} flaws[] = {
    {"- {because: x}\n", "constraint-kind", 3, 3},
    {"- {assign: {cell: a, cpus: 0}, set: {cell: root, knob: idle, value: poll}}\n",
     "constraint-kind", 3, 32},
    {"- [a]\n", "type", 3, 3},
    {"- {forbid: {cell: a, cpus: 0, knob: idle}}\n", "constraint-mixed", 3, 22},
    {"- {forbid: {interrupt: 62, cpus: 0, cell: a}}\n", "constraint-mixed", 3, 37},
    {"- {forbid: {cell: a}}\n", "key-missing", 3, 12},
    {"- {forbid: []}\n", "key-missing", 3, 12},
    {"- {forbid: {cell: a, region: ram}}\n", "key-missing", 3, 12},
    {"- {forbid: [{cell: a, cpus: 0}, {cell: root, knob: idle}]}\n", "key-missing", 3, 33},
    {"- {forbid: {cell: a, cpu: 0}}\n", "key-unknown", 3, 22},
    {"- {assign: {cell: a}}\n", "key-missing", 3, 12},
    {"- {assign: null}\n", "key-missing", 3, 12},
    {"- {assign: [{cell: a, cpus: 0}]}\n", "type", 3, 12},
    {"- {route: {interrupt: 62, cpu: [0, 1]}}\n", "route-cpu", 3, 32},
    {"- {place: {cell: a, within: {start: 0, size: 0}}}\n", "mem-size", 3, 46},
    {"- {place: {cell: a, within: {start: 0xfffffffffffffff0, size: 17}}}\n", "mem-wrap", 3, 37},
    {"- {separate: {cells: [a, root], level: cluster}}\n", "name-unknown", 3, 40},
    {"- {forbid: {cell: a, cpus: 0}, becuase: x}\n", "key-unknown", 3, 32},
    {"- {forbid: {cell: a, cpus: 0}, cost: 3}\n", "key-unknown", 3, 32},
    {"- {avoid: {cell: a, cpus: 0}}\n", "key-missing", 3, 3},
    {"- {avoid: {cell: a, cpus: 0}, cost: 0}\n", "range", 3, 37},
    {"- {avoid: {cell: a, cpus: 0}, cost: 1000001}\n", "range", 3, 37},
    {"- {avoid: [], cost: 2}\n", "key-missing", 3, 11},
    {"- {prefer: [{cell: a, cpus: 0}], cost: 2}\n", "type", 3, 12},
    {"- {prefer: {cell: a}, cost: 2}\n", "key-missing", 3, 12},
    {"- {bound: {cell: a, cpus: 0}}\n", "key-missing", 3, 3},
    {"- {bound: [], at_most: 0}\n", "key-missing", 3, 11},
    {"- {bound: {cell: a}, at_most: 0}\n", "key-missing", 3, 11},
    {"- {bound: {cell: a, cpus: 0}, at_most: 1}\n", "range", 3, 40},
    {"- {bound: {cell: a, cpus: 0}, at_least: 2}\n", "range", 3, 41},
    {"- {bound: [{cell: a, cpus: 0}, {cell: a, cpus: 1}], at_least: 1, at_most: 0}\n", "range", 3,
     63},
    {"- {bound: {cell: a, cpus: 0, weight: 0}, at_most: 0}\n", "range", 3, 38},
    {"- {forbid: {cell: a, cpus: 0, weight: 2}}\n", "key-unknown", 3, 31},
    {"- {bound: {cell: a, cpus: 0}, at_most: 0, cost: 1}\n", "key-unknown", 3, 43},
};

static void test_flaws(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct values v;
        const struct model_requirements *req;
        values_open(&v);
        const char *text = aj_strf(v.arena, "%s%s", HEAD, flaws[i].text);
        if (model_requirements_read(&v.cx, values_parse(&v, text), v.arena, &req) != AJ_ERR_INPUT)
            fail_msg("%s", flaws[i].text);
        test_one_error(&v.cx, flaws[i].id, flaws[i].line, flaws[i].col);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_kinds), cmocka_unit_test(test_writes_one_line_each),
        cmocka_unit_test(test_bounds),    cmocka_unit_test(test_equal),
        cmocka_unit_test(test_flaws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
