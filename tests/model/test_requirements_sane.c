/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

#define GUESTS "guests: {a: {os: bare}, b: {os: linux}}\n"

/* Each flaw with its neighbour that is none: id NULL. */
static const struct {
    const char *text, *id;
    uint32_t line, col;
} samples[] = {
    {"root: {cpus: {count: 0}}\n", "range", 1, 22},
    {"root: {cpus: {count: 1}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, cpus: []}}\n", "range", 1, 30},
    {"guests: {a: {os: bare, cpus: [0]}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, cpus: null}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, cpus: {list: []}}}\n", "range", 1, 37},
    {"guests: {a: {os: bare, cpus: {list: null}}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, cpus: {}}}\n", NULL, 0, 0},
    {"root: {cpus: {count: 1, list: 2}}\n", "cpu-count", 1, 22},
    {"root: {mem_regions: {m: {size: 1, alignment: 3}}}\n", "mem-alignment", 1, 46},
    {"root: {mem_regions: {m: {size: 1, alignment: 4}}}\n", NULL, 0, 0},
    {"root: {mem_regions: {m: {size: 0}}}\n", "mem-size", 1, 32},
    {"root: {mem_regions: {m: {size: 2, phys_start: 0xffffffffffffffff}}}\n", "mem-wrap", 1, 47},
    {"root: {mem_regions: {m: {size: 0xffffffffffffffff}}}\n", "mem-size", 1, 32},
    {"guests: {a: {os: bare}}\nconstraints: [{forbid: {cell: a, within: {start: 1, size: "
     "0xffffffffffffffff}}}]\n",
     "mem-size", 2, 59},
    {"root: {mem_regions: {m: {size: 2, virt_start: 0xfffffffffffffffe}}}\n", NULL, 0, 0},
    {"root: {mem_regions: {m: {size: 3, virtual_start: 0xfffffffffffffffe}}}\n", "mem-wrap", 1, 25},
    {"root: {mem_regions: {m: {size: 3, phys_start: 0xfffffffffffffffe}}}\n", "mem-wrap", 1, 47},
    {"root: {hypervisor_memory: {size: 0}}\n", "mem-size", 1, 34},
    {"root: {hypervisor_memory: {virt_start: 0}}\n", "key-unknown", 1, 28},
    {"root: {name: 1234567890123456789012345678901}\n", NULL, 0, 0},
    {"root: {name: 12345678901234567890123456789012}\n", "cell-name", 1, 14},
    {"root: {name: ''}\n", "cell-name", 1, 14},
    {"root: {name: \"a\\nb\"}\n", "cell-name", 1, 14},
    {"root: {name: A}\nguests: {A: {os: bare}}\n", "cell-name-twice", 2, 13},
    {"root: {name: A}\nguests: {a: {os: bare}, b: {os: bare, name: A}}\n", "cell-name-twice", 2,
     45},
    {"guests: {root: {os: bare, name: r}}\n", "cell-key", 1, 16},
    {"guests: {a/b: {os: bare}}\n", "cell-key", 1, 15},
    {"guests: {..: {os: bare}}\n", "cell-key", 1, 14},
    {"guests: {a.b-c_D: {os: bare}}\n", NULL, 0, 0},
    {"root: {platform_info: {gicd_base: 1, gicr_base: 2}}\n", NULL, 0, 0},
    {"root: {platform_info: {gicr_base: 2}}\n", "key-missing", 1, 23},
    {"root: {platform_info: {gicd_base: 1, gicc_base: 2, gich_base: 2}}\n", "key-missing", 1, 23},
    {"guests: {a: {os: bare, l3_cache: {start: 31, size: 1}}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, l3_cache: {start: 31, size: 2}}}\n", "l3-cache", 1, 34},
    {"guests: {a: {os: bare, l3_cache: {size: 32}}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, l3_cache: {size: 0}}}\n", "l3-cache", 1, 34},
    {"guests: {a: {os: bare, l3_cache: {size: 4}},\n         b: {os: bare, l3_cache: {start: 4, "
     "size: 1}}}\n",
     NULL, 0, 0},
    {"guests: {a: {os: bare, l3_cache: {size: 4}},\n         b: {os: bare, l3_cache: {start: 3, "
     "size: 1}}}\n",
     "l3-cache", 2, 34},
    {GUESTS "shmem: {peers: [a, b]}\n", NULL, 0, 0},
    {GUESTS "shmem: {peers: [a, c]}\n", "peer-unknown", 2, 20},
    {GUESTS "shmem: {peers: [a, a]}\n", "peer-twice", 2, 20},
    {GUESTS "shmem: {peers: a}\n", "peer-count", 2, 16},
    {GUESTS "shmem: {peers: [a, b, root]}\n", NULL, 0, 0},
    {GUESTS "shmem: {protocol: VETH, peers: [a, b, root]}\n", "peer-count", 2, 32},
    {GUESTS "shmem: {protocol: 0x8001, peers: [a, b, root]}\n", "peer-count", 2, 34},
    {GUESTS "shmem: {protocol: CUSTOM, peers: [a, b, root]}\n", NULL, 0, 0},
    {GUESTS "shmem: {size: 12 KB, peers: [a, b]}\n", NULL, 0, 0},
    {GUESTS "shmem: {size: 0x2fff, peers: [a, b]}\n", "link-size", 2, 15},
    {GUESTS "constraints: [{forbid: {cell: b, cpus: 0}, because: x}]\n", NULL, 0, 0},
    {GUESTS "constraints: [{forbid: {cell: c, cpus: 0}}]\n", "cell-unknown", 2, 31},
    {GUESTS "constraints: [{because: c}]\n", "constraint-kind", 2, 15},
    {"guests: {a: {}}\n", "key-missing", 1, 13},
    {"guests: {a: {os: bare, realtime: {period: 1 ms, deadline: 1000 us}}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, realtime: {period: 1 ms, deadline: 1001 us}}}\n", "realtime-deadline",
     1, 59},
    {"guests: {a: {os: bare, realtime: {deadline: 1 ms, period: null}}}\n", NULL, 0, 0},
    {"guests: {a: {os: bare, realtime: {period: 0 ms}}}\n", "range", 1, 43},
    {"guests: {a: {os: bare, realtime: {period: 1 ms, deadline: 0 s}}}\n", "range", 1, 59},
    {"guests: {a: {os: bare, realtime: {}}}\n", NULL, 0, 0},
};

static void test_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        const struct model_requirements *req;
        values_open(&v);
        const enum aj_status status =
            model_requirements_read(&v.cx, values_parse(&v, samples[i].text), v.arena, &req);
        if (status != (samples[i].id != NULL ? AJ_ERR_INPUT : AJ_OK))
            fail_msg("%s%s", samples[i].text, test_diags(&v.cx));
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        values_close(&v);
    }
}

/* Every flaw is reported, not only the first. */
static void test_collects(void **state)
{
    struct values v;
    const struct model_requirements *req;
    (void)state;
    values_open(&v);
    const struct aj_yaml *doc =
        values_parse(&v, "root: {name: ''}\n"
                         "guests: {a b: {os: bare}}\n"
                         "shmem: {x: {peers: [a, root]}, y: {peers: [root]}}\n"
                         "constraints: [{forbid: {cell: a, cpus: 1}}]\n");
    assert_int_equal(model_requirements_read(&v.cx, doc, v.arena, &req), AJ_ERR_INPUT);
    assert_int_equal(v.cx.diags_count, 5);
    values_close(&v);
}

static void test_names_are_keys(void **state)
{
    struct values v;
    const struct model_requirements *req = NULL;
    (void)state;
    values_open(&v);
    assert_int_equal(model_requirements_read(&v.cx, values_parse(&v, GUESTS), v.arena, &req),
                     AJ_OK);
    assert_string_equal(req->root.name, "root");
    assert_string_equal(req->guests[1].name, "b");
    assert_int_equal(req->guests[1].cpus.count, AJ_NONE32);
    assert_int_equal(req->guests[1].flags, AJ_NONE32);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
        cmocka_unit_test(test_collects),
        cmocka_unit_test(test_names_are_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
