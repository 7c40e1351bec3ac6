/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

static const struct model_requirements *read_req(struct values *v, const char *text)
{
    const struct model_requirements *req = NULL;
    if (model_requirements_read(&v->cx, values_parse(v, text), v->arena, &req) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return req;
}

static void test_cpus(void **state)
{
    static const struct {
        const char *text, *list;
        uint32_t count, exclusive, together;
    } samples[] = {
        {"1", "1", AJ_NONE32, 0, 0},
        {"2,3", "2-3", AJ_NONE32, 0, 0},
        {"[0, 2-4]", "0,2-4", AJ_NONE32, 0, 0},
        {"{count: 1, exclusive: l2}", "", 1, MODEL_DOMAIN_L2, 0},
        {"{list: 0-1, together: CORE}", "0-1", AJ_NONE32, 0, MODEL_DOMAIN_CORE},
        {"{exclusive: package}", "", AJ_NONE32, MODEL_DOMAIN_PACKAGE, 0},
        {"", "", AJ_NONE32, 0, 0},
        {"{count: 1024}", "", 1024, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const struct model_requirements *req = read_req(
            &v, aj_strf(v.arena, "guests:\n  a:\n    os: bare\n    cpus: %s\n", samples[i].text));
        const struct model_cpu_request *cpus = &req->guests[0].cpus;
        assert_string_equal(aj_cpuset_format(v.arena, &cpus->list), samples[i].list);
        assert_int_equal(cpus->count, samples[i].count);
        assert_int_equal(cpus->exclusive, samples[i].exclusive);
        assert_int_equal(cpus->together, samples[i].together);
        values_close(&v);
    }
}

static void test_console(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, "root: {console: {type: JAILHOUSE_CON_TYPE_EFIFB}}\n"
                     "guests: {a: {os: bare, console: serial0}, b: {os: bare}}\n");
    assert_int_equal(req->root.console.description->type, JAILHOUSE_CON_TYPE_EFIFB);
    assert_null(req->root.console.ref);
    assert_string_equal(req->guests[0].console.ref, "serial0");
    assert_null(req->guests[1].console.ref);
    assert_null(req->guests[1].console.description);
    values_close(&v);
}

static void test_links(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, "guests: {a: {os: bare}}\n"
                     "shmem:\n"
                     "  peers: {peers: [root, a]}\n"
                     "  disk: {name: Disk, protocol: VIRTIO_BACK, size: 2 MB, peers: [root, a]}\n");
    assert_int_equal(req->links_count, 2);
    assert_string_equal(req->links[0].name, "peers");
    assert_int_equal(req->links[0].size, AJ_MIB(1));
    assert_int_equal(req->links[0].protocol, JAILHOUSE_SHMEM_PROTO_UNDEFINED);
    assert_string_equal(req->links[1].title, "Disk");
    assert_int_equal(req->links[1].protocol, JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK);
    values_close(&v);
}

static void test_devices(void **state)
{
    struct values v;
    struct aj_buf text = {0};
    (void)state;
    values_open(&v);
    const struct model_requirements *req = read_req(
        &v,
        "guests: {a: {os: bare, devices: [spi0, {any: ethernet}, i2c1, {device: can0, cost: 12}]},"
        " b: {os: bare, devices: spi1}}\n");
    const struct model_cell_request *a = &req->guests[0];
    assert_int_equal(a->devices_count, 2);
    assert_string_equal(a->devices[1], "i2c1");
    assert_int_equal(model_device_loc(a, 1).col, 57);
    assert_int_equal(a->wants_count, 2);
    assert_int_equal(a->wants[0].any, MODEL_CLASS_ETHERNET);
    assert_null(a->wants[0].device);
    assert_string_equal(a->wants[1].device, "can0");
    assert_int_equal(a->wants[1].cost, 12);
    assert_int_equal(req->guests[1].devices_count, 1);
    model_requirements_write(req, &text);
    assert_true(aj_schema_equal(&model_requirements_schema, req, read_req(&v, aj_buf_text(&text))));
    aj_buf_free(&text);
    values_close(&v);
}

static void test_objectives(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req = read_req(&v, "objectives: [root_keeps, isolation]\n");
    assert_int_equal(req->objectives_count, 2);
    assert_int_equal(req->objectives[0].objective, MODEL_OBJECTIVE_ROOT_KEEPS);
    req = read_req(&v, "objectives: [{memory_quality: 2, root_keeps: 1}, stability]\n");
    assert_int_equal(req->objectives_count, 3);
    assert_int_equal(req->objectives[0].weight, 2);
    assert_int_equal(req->objectives[1].level, 0);
    assert_int_equal(req->objectives[2].level, 1);
    assert_int_equal(read_req(&v, "objectives: []\n")->objectives_count, 6);
    assert_int_equal(read_req(&v, "root: {}\n")->objectives_count, 6);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
        const char *path;
    } bads[] = {
        {"root: {cpus: 0,x}\n", "key-unknown", 1, 16, "root.x"},
        {"root: {cpus: '0,x'}\n", "number", 1, 17, "root.cpus"},
        {"root: {cpus: [0, 1024]}\n", "range", 1, 18, "root.cpus[1]"},
        {"root: {cpus: {count: 1025}}\n", "range", 1, 22, "root.cpus.count"},
        {"root: {cpus: {exclusive: l3}}\n", "name-unknown", 1, 26, "root.cpus.exclusive"},
        {"guests: {a: {os: bare, devices: [{any: fridge}]}}\n", "name-unknown", 1, 40,
         "guests.a.devices[0].any"},
        {"guests: {a: {os: bare, devices: [b, {cost: 1}]}}\n", "device-wish", 1, 37,
         "guests.a.devices[1]"},
        {"guests: {a: {os: bare, devices: [{device: b, any: spi}]}}\n", "device-wish", 1, 34,
         "guests.a.devices[0]"},
        {"guests: {a: {os: bare, devices: [{any: spi, cost: 0}]}}\n", "range", 1, 51,
         "guests.a.devices[0]"},
        {"root: {console: [a]}\n", "type", 1, 17, "root.console"},
        {"root: {console: {adress: 1}}\n", "key-unknown", 1, 18, "root.console.adress"},
        {"root: {console: {address: 0xffffffffffffffff, size: 2}}\n", "mem-wrap", 1, 27,
         "root.console"},
        {"root: {console: {address: 0xfffffffffffffffe, size: 3}}\n", "mem-wrap", 1, 27,
         "root.console"},
        {"shmem: [a]\n", "type", 1, 8, "shmem"},
        {"shmem: {a: {size: 1}}\n", "key-missing", 1, 12, "shmem.a.peers"},
        {"objectives: isolation\n", "type", 1, 13, "objectives"},
        {"objectives: [isolatoin]\n", "name-unknown", 1, 14, "objectives"},
        {"objectives: [isolation, 7]\n", "range", 1, 25, "objectives"},
        {"objectives: [{isolation: 0}]\n", "range", 1, 26, "objectives"},
        {"objectives: [{isolation: 1001}]\n", "range", 1, 26, "objectives"},
        {"objectives: [{isolation: 2, smallest_numbers: 1}]\n", "objective-order", 1, 29,
         "objectives"},
        {"objectives: [{}]\n", "type", 1, 14, "objectives"},
        {"objectives: [isolation, root_keeps, isolation]\n", "objective-twice", 1, 37,
         "objectives"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_requirements *req;
        values_open(&v);
        const enum aj_status status =
            model_requirements_read(&v.cx, values_parse(&v, bads[i].text), v.arena, &req);
        assert_int_equal(status, bads[i].id != NULL ? AJ_ERR_INPUT : AJ_OK);
        if (bads[i].id != NULL) {
            test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
            assert_string_equal(v.cx.diags[0].path, bads[i].path);
        }
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_devices),    cmocka_unit_test(test_cpus),
        cmocka_unit_test(test_console),    cmocka_unit_test(test_links),
        cmocka_unit_test(test_objectives), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
