/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements.h"

#include "tests/model/values.h"

static const struct model_requirements *read_req(struct values *v, const struct aj_yaml *doc)
{
    const struct model_requirements *req = NULL;
    if (model_requirements_read(&v->cx, doc, v->arena, &req) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return req;
}

static void check_round_trip(struct values *v, const struct model_requirements *req)
{
    struct aj_buf text = {0};
    model_requirements_write(req, &text);
    const struct model_requirements *back = read_req(v, values_parse(v, aj_buf_text(&text)));
    if (!aj_schema_equal(&model_requirements_schema, req, back))
        fail_msg("not equal after\n%s", aj_buf_text(&text));
    aj_buf_free(&text);
}

static void test_minimal_example(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, values_parse_file(&v, "model/data/cells-minimal.yml"));
    assert_int_equal(v.cx.diags_count, 0);
    assert_string_equal(req->root.key, "root");
    assert_string_equal(req->root.name, "My Root Cell");
    assert_int_equal(req->root.cpus.count, AJ_NONE32);
    assert_int_equal(req->root.hypervisor_memory.size, AJ_NONE64);
    assert_int_equal(req->root.hypervisor_memory.alignment, AJ_NONE64);
    assert_int_equal(req->guests_count, 2);
    const struct model_cell_request *guest1 = model_cell_by_key(req, "guest1");
    assert_int_equal(guest1->os, MODEL_OS_BARE);
    assert_string_equal(guest1->name, "Guest 1");
    assert_string_equal(guest1->console.ref, "&root.console");
    assert_string_equal(aj_cpuset_format(v.arena, &guest1->cpus.list), "1");
    assert_int_equal(guest1->cpus.count, AJ_NONE32);
    const struct model_cell_request *guest2 = model_cell_by_key(req, "guest2");
    assert_int_equal(guest2->os, MODEL_OS_LINUX);
    assert_string_equal(aj_cpuset_format(v.arena, &guest2->cpus.list), "2-3");
    assert_int_equal(guest2->mem_regions_count, 1);
    assert_string_equal(guest2->mem_regions[0].name, "memory");
    assert_int_equal(guest2->mem_regions[0].size, AJ_MIB(128));
    assert_int_equal(guest2->mem_regions[0].virt_start, 0);
    assert_int_equal(guest2->mem_regions[0].phys_start, AJ_NONE64);
    assert_int_equal(aj_yaml_loc(guest2->mem_regions[0].at, "size").line, 20);
    assert_int_equal(req->links_count, 1);
    assert_string_equal(req->links[0].name, "shmem");
    assert_int_equal(req->links[0].protocol, JAILHOUSE_SHMEM_PROTO_VETH);
    assert_int_equal(req->links[0].size, AJ_MIB(10));
    assert_string_equal(req->links[0].peers[1], "guest2");
    assert_int_equal(req->objectives_count, 6);
    assert_null(model_cell_by_key(req, "guest3"));
    check_round_trip(&v, req);
    values_close(&v);
}

static void test_example_without_board(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_requirements *req =
        read_req(&v, values_parse_file(&v, "model/data/cells-without-board.yml"));
    assert_int_equal(test_count(&v.cx, "pin-range"), 2);
    assert_int_equal(v.cx.diags_count, 2);
    const struct model_console *console = req->root.console.description;
    assert_int_equal(console->address, 0x3100000);
    assert_int_equal(console->size, 0x10000);
    assert_int_equal(console->type, JAILHOUSE_CON_TYPE_8250);
    assert_int_equal(console->flags, JAILHOUSE_CON_ACCESS_MMIO | JAILHOUSE_CON_REGDIST_4);
    assert_int_equal(req->root.platform_info->gic_version, 2);
    assert_int_equal(req->root.platform_info->maintenance_irq, 25);
    assert_int_equal(req->root.mem_regions[0].flags,
                     JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE);
    assert_int_equal(req->root.irqchips_count, 2);
    assert_int_equal(req->root.irqchips[1].pin_base, 160);
    assert_int_equal(req->guests_count, 0);
    check_round_trip(&v, req);
    values_close(&v);
}

/* Random values */

static struct model_cpu_request random_cpus(uint64_t *random)
{
    struct model_cpu_request cpus = {.count = AJ_NONE32};
    const uint32_t kind = test_random_below(random, 4);
    if (kind == 0)
        return cpus;
    if (kind == 1)
        cpus.count = 1 + test_random_below(random, AJ_CPU_MAX);
    else
        aj_cpuset_add(&cpus.list, test_random_below(random, AJ_CPU_MAX));
    if (kind > 2)
        aj_cpuset_add(&cpus.list, test_random_below(random, AJ_CPU_MAX));
    if (test_random_below(random, 2) != 0) {
        cpus.exclusive = (uint8_t)test_random_below(random, MODEL_DOMAIN_PACKAGE + 1);
        cpus.together = (uint8_t)test_random_below(random, MODEL_DOMAIN_PACKAGE + 1);
    }
    return cpus;
}

static struct model_console_request random_console(uint64_t *random, struct aj_arena *out)
{
    static const char *const refs[] = {"&root.console", "serial0", "/soc/serial@7e201000", "8250"};
    const uint32_t kind = test_random_below(random, 6);
    if (kind < 4)
        return (struct model_console_request){.ref = refs[kind]};
    if (kind == 4)
        return (struct model_console_request){.ref = NULL};
    struct model_console *console = AJ_NEW(out, struct model_console);
    *console = (struct model_console){
        .address = test_random_edgy(random) >> 1,
        .size = (uint32_t)test_random_edgy(random),
        .type = (uint16_t)test_random_below(random, 12),
        .flags = (uint16_t)test_random_edgy(random),
        .divider = (uint32_t)test_random_edgy(random),
        .gate_nr = test_random_below(random, 100),
        .clock_reg = test_random_edgy(random),
    };
    return (struct model_console_request){.description = console};
}

/* The deadline within the period. */
static const struct model_realtime *sorted(struct aj_arena *out, const struct model_realtime *given)
{
    if (given == NULL || given->period == 0 || given->deadline <= given->period)
        return given;
    struct model_realtime *realtime = aj_memdup(out, given, sizeof *given);
    realtime->period = given->deadline;
    realtime->deadline = given->period;
    return realtime;
}

/* Bits that no guest before has. */
static const struct model_l3_request *own_bits(struct aj_arena *out, size_t guest,
                                               const struct model_l3_request *given)
{
    if (given == NULL)
        return NULL;
    struct model_l3_request *part = aj_memdup(out, given, sizeof *given);
    part->start = (uint32_t)guest;
    part->size = 1;
    return part;
}

static const struct model_cell_request *random_guests(uint64_t *random, struct aj_arena *out,
                                                      const struct model_requirements *req)
{
    struct model_cell_request *guests =
        aj_memdup(out, req->guests, req->guests_count * sizeof *guests);
    for (size_t i = 0; i < req->guests_count; i++) {
        guests[i].name = aj_strf(out, "Guest: %zu", i);
        guests[i].cpus = random_cpus(random);
        guests[i].realtime = sorted(out, guests[i].realtime);
        guests[i].console = random_console(random, out);
        guests[i].l3_cache = own_bits(out, i, guests[i].l3_cache);
    }
    return guests;
}

static void random_links(uint64_t *random, struct aj_arena *out, struct model_requirements *req)
{
    static const char *const peers[] = {"guests0", "root"};
    struct model_link_request *links = AJ_NEW_ARRAY(out, struct model_link_request, 3);
    req->links = links;
    req->links_count = req->guests_count > 0 ? test_random_below(random, 4) : 0;
    for (size_t i = 0; i < req->links_count; i++) {
        links[i] = (struct model_link_request){
            .name = i == 0 ? "peers" : aj_strf(out, "net%zu", i),
            .title = test_random_below(random, 2) != 0 ? values_text(random, out) : NULL,
            .protocol = (uint16_t)test_random_edgy(random),
            .size = AJ_PAGE * (4 + test_random_below(random, 1000)),
            .peers = peers,
            .peers_count = 2,
        };
        if (test_random_below(random, 3) == 0) {
            links[i].protocol = JAILHOUSE_SHMEM_PROTO_VETH;
            links[i].network = aj_strf(out, "10.%zu.0.0/16", i);
        }
    }
}

static struct aj_cpuset some_cpus(uint64_t *random, uint32_t count)
{
    struct aj_cpuset cpus = {{0}};
    for (uint32_t i = 0; i < count; i++)
        aj_cpuset_add(&cpus, (uint32_t)test_random_below(random, AJ_CPU_MAX));
    return cpus;
}

static struct model_literal random_literal(uint64_t *random, enum model_literal_kind kind)
{
    struct model_literal literal = {.kind = (uint8_t)kind, .cell = "root"};
    switch (kind) {
    case MODEL_LITERAL_CPUS: literal.cpus = some_cpus(random, 3); break;
    case MODEL_LITERAL_ROUTE:
        literal.cell = NULL;
        literal.interrupt = 1 + (uint32_t)test_random_below(random, 1000);
        literal.cpus = some_cpus(random, 1);
        break;
    case MODEL_LITERAL_PLACE:
        literal.cell = "guests0";
        literal.within = (struct aj_range){test_random_below(random, 5) * AJ_PAGE, AJ_MIB(3)};
        break;
    case MODEL_LITERAL_SET:
        literal.knob = "stat_interval";
        literal.value = "10";
        break;
    }
    return literal;
}

static struct model_constraint random_constraint(uint64_t *random, struct aj_arena *out,
                                                 const struct model_requirements *req)
{
    static const char *const cells[] = {"root", "guests0"};
    const bool guest = req->guests_count > 0;
    struct model_literal *literals = AJ_NEW_ARRAY(out, struct model_literal, 3);
    struct model_constraint constraint = {
        .kind = (uint8_t)test_random_below(random, guest ? 9 : 3),
        .literals = literals,
        .literals_count = 1,
        .because = test_random_below(random, 2) != 0 ? values_text(random, out) : NULL,
    };
    switch ((enum model_constraint_kind)constraint.kind) {
    case MODEL_CONSTRAINT_BOUND:
    case MODEL_CONSTRAINT_AVOID:
    case MODEL_CONSTRAINT_FORBID:
        constraint.literals_count = 1 + test_random_below(random, 3);
        for (size_t i = 0; i < constraint.literals_count; i++)
            literals[i] = random_literal(
                random, (enum model_literal_kind)test_random_below(random, guest ? 4 : 2));
        break;
    case MODEL_CONSTRAINT_ASSIGN:
    case MODEL_CONSTRAINT_ROUTE:
    case MODEL_CONSTRAINT_PLACE:
    case MODEL_CONSTRAINT_SET:
        literals[0] = random_literal(random, (enum model_literal_kind)(constraint.kind - 1));
        break;
    case MODEL_CONSTRAINT_PREFER:
        literals[0] = random_literal(
            random, (enum model_literal_kind)test_random_below(random, guest ? 4 : 2));
        break;
    case MODEL_CONSTRAINT_SEPARATE:
        constraint.literals_count = 0;
        constraint.cells = cells;
        constraint.cells_count = 2;
        constraint.level = MODEL_DOMAIN_L2;
        break;
    }
    if (model_constraint_is_priced(&constraint))
        constraint.cost = 1 + test_random_below(random, 1000000);
    if (constraint.kind == MODEL_CONSTRAINT_BOUND) {
        const uint32_t count = (uint32_t)constraint.literals_count;
        for (uint32_t i = 0; i < count; i++)
            literals[i].weight = 1 + test_random_below(random, 100);
        constraint.at_most = test_random_below(random, 2) != 0 ? count - 1 : AJ_NONE32;
        constraint.at_least = constraint.at_most == AJ_NONE32 || count > 1 ? 1 : 0;
    }
    return constraint;
}

static void random_constraints(uint64_t *random, struct aj_arena *out,
                               struct model_requirements *req)
{
    struct model_constraint *constraints = AJ_NEW_ARRAY(out, struct model_constraint, 5);
    req->constraints = constraints;
    req->constraints_count = test_random_below(random, 6);
    for (size_t i = 0; i < req->constraints_count; i++)
        constraints[i] = random_constraint(random, out, req);
}

static void test_round_trip(void **state)
{
    static const struct model_priority orders[][3] = {{{3, 0, 1}, {0, 1, 1}, {1, 2, 1}},
                                                      {{0, 0, 1}, {1, 0, 7}, {2, 1, 1}},
                                                      {{5, 0, 1}, {3, 1, 2}, {2, 2, 1}}};
    uint64_t random = test_random_start(5);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct values v;
        struct model_requirements req = {0};
        values_open(&v);
        values_random(&random, v.arena, &model_requirements_schema, VALUES_SANE, &req);
        req.root.key = "root";
        req.root.name = "root";
        req.root.cpus = random_cpus(&random);
        req.root.console = random_console(&random, v.arena);
        struct model_arm_platform arm = {.gic_version = 3, .gicd_base = 1, .gicr_base = 2};
        arm.gicr_size = AJ_NONE64;
        if (req.root.platform_info != NULL)
            req.root.platform_info = &arm;
        req.guests = random_guests(&random, v.arena, &req);
        random_links(&random, v.arena, &req);
        random_constraints(&random, v.arena, &req);
        req.objectives = orders[test_random_below(&random, AJ_COUNT(orders))];
        req.objectives_count = 1 + test_random_below(&random, 3);
        check_round_trip(&v, &req);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimal_example),
        cmocka_unit_test(test_example_without_board),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
