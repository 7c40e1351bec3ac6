/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/service.h"

#include "tests/emit/lower_fixture.h"

static const char *content(struct lower_fixture *f, const struct emit_files *files,
                           const char *name)
{
    for (size_t i = 0; i < files->list.count; i++)
        if (strcmp(files->list.items[i].name, name) == 0)
            return aj_strndup(f->arena, files->list.items[i].data, files->list.items[i].size);
    fail_msg("there is no %s", name);
    return NULL;
}

static struct emit_files networks(struct lower_fixture *f)
{
    struct emit_files files = {{NULL, 0, 0}};
    lower_ok(f);
    const struct emit_input input = {
        .board = f->board, .req = f->req, .plan = f->plan, .system = f->system};
    emit_network(&input, f->arena, &files);
    return files;
}

/* Only the Ethernet, and only the Linuxes at its ends; each finds it by the number of its own bus. */
static void network(void **state)
{
    struct lower_fixture *f = *state;
    const struct emit_files files = networks(f);
    assert_int_equal(files.list.count, 6);
    const char *root = content(f, &files, "net/root/networkd/10-autojail-jail0.link");
    const char *guest = content(f, &files, "net/plc/networkd/10-autojail-jail0.link");
    assert_non_null(strstr(root, "\nPath=*pci-0001:00:00.0\n"));
    assert_non_null(strstr(guest, "\nPath=*pci-0000:00:00.0\n"));
    assert_non_null(strstr(content(f, &files, "net/root/networkd/10-autojail-jail0.network"),
                           "\nAddress=192.168.19.1/24\n"));
    assert_non_null(strstr(content(f, &files, "net/plc/networkd/10-autojail-jail0.network"),
                           "\nAddress=192.168.19.2/24\n"));
    assert_string_equal(content(f, &files, "net/plc/interfaces.d/autojail"),
                        "# Links of Jailhouse. Made by autojail.\n"
                        "# link net\n"
                        "allow-hotplug jail0\n"
                        "iface jail0 inet static\n"
                        "    address 192.168.19.2/24\n");
}

/* The second device of a cell is found by its own place, and a link's name stays on its line. */
static void second_device(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->cells_yml, "fast: {protocol: UNDEFINED, size: 1 MiB, peers: [plc, rt]}",
                  "\"fa\\nst\": {protocol: VETH, size: 1 MiB, peers: [plc, root], network: "
                  "\"fd00:19::/64\"}");
    lower_replace(f, &f->plan_yml, "  fast: {", "  \"fa\\nst\": {");
    lower_replace(f, &f->plan_yml, "name: fast,", "name: \"fa\\nst\",");
    lower_replace(f, &f->plan_yml, "device: 1, protocol: UNDEFINED", "device: 1, protocol: VETH");
    lower_replace(f, &f->plan_yml, "peers: [plc, rt]", "peers: [plc, root]");
    const struct emit_files files = networks(f);
    const char *link = content(f, &files, "net/root/networkd/10-autojail-jail1.link");
    assert_non_null(strstr(link, "# Link fa\\nst of"));
    assert_non_null(strstr(link, "\nPath=*pci-0001:00:01.0\n"));
    assert_non_null(strstr(content(f, &files, "net/root/networkd/10-autojail-jail1.network"),
                           "\nAddress=fd00:19::2/64\nLinkLocalAddressing=ipv6\n"));
    assert_non_null(strstr(content(f, &files, "net/root/interfaces.d/autojail"),
                           "\n\n# link fa\\nst\nallow-hotplug jail1\n"
                           "iface jail1 inet6 static\n    address fd00:19::2/64\n"));
}

/* Who moves interrupts about has to end, where the plan says where they fire. */
static void service(void **state)
{
    static const struct model_plan_irq irqs[] = {{33, 0}};
    const struct model_project project = {.name = "board"};
    struct model_plan plan = {0};
    struct aj_buf text = {NULL, 0, 0};
    (void)state;
    emit_service(&project, &plan, "/opt/x", &text);
    assert_non_null(strstr(text.data, "\nExecStart=/opt/x/start.sh\nExecStop=/opt/x/stop.sh\n"));
    assert_null(strstr(text.data, "irqbalance"));
    plan.irqs = irqs;
    plan.irqs_count = 1;
    emit_service(&project, &plan, "/opt/x", &text);
    assert_non_null(strstr(text.data, "\nConflicts=irqbalance.service\n"));
    aj_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {LOWER_TEST(network), LOWER_TEST(second_device),
                                       cmocka_unit_test(service)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
