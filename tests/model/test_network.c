/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network.h"

#include "tests/support/support.h"

static void parse(void **state)
{
    static const char *const wrong[] = {"",
                                        "192.168.19.0",
                                        "192.168.19.0/",
                                        "192.168.19.1/24",
                                        "192.168.19.0/31",
                                        "0.0.0.0/7",
                                        "256.0.0.0/8",
                                        "1.2.3/24",
                                        "10.0.0.0/8 ",
                                        "+10.0.0.0/8",
                                        "10.0.0.0/0",
                                        "10..0.0/8",
                                        "10.0.0.0/4294967304",
                                        "fd00::1/64",
                                        "fd00::/7",
                                        "fd00::/127",
                                        "fd00:::/64",
                                        "fd00::",
                                        "::ffff:1.2.3.4%eth0/120"};
    struct model_network n = {.bits = 0};
    struct test_fixture *f = *state;
    for (size_t i = 0; i < AJ_COUNT(wrong); i++)
        if (model_network_parse(wrong[i], &n))
            fail_msg("'%s' is taken for a network", wrong[i]);
    assert_int_equal(n.bits, 0);
    assert_true(model_network_parse("10.0.0.0/8", &n));
    assert_int_equal(n.base[0], 10);
    assert_true(model_network_parse("255.255.255.252/30", &n));
    assert_string_equal(model_network_host(&n, 1, f->arena), "255.255.255.254/30");
    assert_true(model_network_parse("fd00:19::/64", &n));
    assert_string_equal(model_network_host(&n, 0, f->arena), "fd00:19::1/64");
    assert_true(model_network_parse("fd00::ff00/120", &n));
    assert_string_equal(model_network_host(&n, 11, f->arena), "fd00::ff0c/120");
}

static void overlap(void **state)
{
    struct model_network a, b, c;
    (void)state;
    assert_true(model_network_parse("10.1.0.0/16", &a));
    assert_true(model_network_parse("10.1.255.0/24", &b));
    assert_true(model_network_parse("10.2.0.0/24", &c));
    assert_true(model_network_overlap(&a, &b) && model_network_overlap(&b, &a));
    assert_false(model_network_overlap(&a, &c));
    assert_false(model_network_overlap(&b, &c));
    /* The bytes of 10.1.0.0 begin this one, too. */
    assert_true(model_network_parse("a01::/16", &c));
    assert_false(model_network_overlap(&a, &c));
    assert_true(model_network_parse("a01:200::/23", &a));
    assert_true(model_network_overlap(&a, &c));
    assert_true(model_network_parse("a01:200::/24", &b));
    assert_true(model_network_parse("a01:300::/24", &c));
    assert_true(model_network_overlap(&a, &b) && model_network_overlap(&c, &a));
    assert_false(model_network_overlap(&b, &c));
}

static const char text[] = "guests: {a: {os: linux}}\n"
                           "shmem:\n"
                           "  x: {protocol: VETH, peers: [root, a]}\n"
                           "  y: {protocol: UNDEFINED, peers: [root, a]}\n"
                           "  z: {protocol: VETH, peers: [root, a], network: 192.168.20.128/25}\n"
                           "  w: {protocol: VETH, peers: [root, a]}\n";

static enum aj_status read_text(struct test_fixture *f, const char *what,
                                const struct model_requirements **req)
{
    const struct aj_yaml *doc;
    assert_int_equal(aj_yaml_parse(&f->cx, "cells.yml", what, strlen(what), f->arena, &doc), AJ_OK);
    return model_requirements_read(&f->cx, doc, f->arena, req);
}

/* The links that say nothing get what no other has. */
static void standard(void **state)
{
    struct test_fixture *f = *state;
    const struct model_requirements *req;
    struct model_network n;
    assert_int_equal(read_text(f, text, &req), AJ_OK);
    assert_true(model_link_network(req, &req->links[0], &n));
    assert_string_equal(model_network_host(&n, 0, f->arena), "192.168.19.1/24");
    assert_false(model_link_network(req, &req->links[1], &n));
    assert_true(model_link_network(req, &req->links[2], &n));
    assert_string_equal(model_network_host(&n, 1, f->arena), "192.168.20.130/25");
    assert_true(model_link_network(req, &req->links[3], &n));
    assert_string_equal(model_network_host(&n, 0, f->arena), "192.168.21.1/24");
}

static void refused(void **state)
{
    static const struct {
        const char *link;
        uint32_t line, col;
    } cases[] = {
        {"  v: {protocol: VETH, peers: [root, a], network: 10.0.0.1/24}\n", 7, 50},
        {"  v: {protocol: VETH, peers: [root, a], network: 192.168.20.0/24}\n", 7, 50},
        {"  v: {protocol: UNDEFINED, peers: [root, a], network: 10.0.0.0/24}\n", 7, 55},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        const struct model_requirements *req;
        struct test_fixture *f;
        void *own = NULL;
        assert_int_equal(test_fixture_open(&own), 0);
        f = own;
        const char *with = aj_strf(f->arena, "%s%s", text, cases[i].link);
        assert_int_equal(read_text(f, with, &req), AJ_ERR_INPUT);
        test_one_error(&f->cx, "link-network", cases[i].line, cases[i].col);
        assert_int_equal(test_fixture_close(&own), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_fixture_open, test_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(parse), cmocka_unit_test(overlap), TEST(standard),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
