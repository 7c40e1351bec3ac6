/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/jailhouse.h"

#include "tests/support/support.h"

struct table {
    const struct aj_name *names;
    const char *prefix;
    bool bits;
};

static const struct table tables[] = {
    {model_mem_flags, "JAILHOUSE_", true},
    {model_cell_flags, "JAILHOUSE_", true},
    {model_system_flags, "JAILHOUSE_", true},
    {model_console_types, "JAILHOUSE_CON_TYPE_", false},
    {model_console_flags, "JAILHOUSE_CON_", true},
    {model_pci_types, "JAILHOUSE_PCI_TYPE_", false},
    {model_shmem_protocols, "JAILHOUSE_SHMEM_PROTO_", false},
    {model_iommu_types, "JAILHOUSE_IOMMU_", false},
};

static void test_names_lead_to_their_values(void **state)
{
    (void)state;
    for (size_t t = 0; t < AJ_COUNT(tables); t++)
        for (const struct aj_name *name = tables[t].names; name->name != NULL; name++) {
            char full[80];
            snprintf(full, sizeof full, "%s%s", tables[t].prefix, name->name);
            const struct aj_name *plain = aj_name_find(tables[t].names, NULL, name->name);
            assert_ptr_equal(plain, name);
            assert_ptr_equal(aj_name_find(tables[t].names, tables[t].prefix, full), name);
            if (tables[t].bits)
                assert_true(aj_is_pow2(name->value));
        }
}

static void test_no_bit_twice(void **state)
{
    (void)state;
    for (size_t t = 0; t < AJ_COUNT(tables); t++) {
        uint64_t seen = 0;
        for (const struct aj_name *name = tables[t].names; name->name != NULL; name++) {
            if (tables[t].bits)
                assert_int_equal(seen & name->value, 0);
            seen |= name->value;
        }
    }
}

static void test_customers_words(void **state)
{
    (void)state;
    assert_int_equal(aj_name_find(model_shmem_protocols, NULL, "IVETH")->value,
                     JAILHOUSE_SHMEM_PROTO_VETH);
    assert_string_equal(aj_name_of(model_shmem_protocols, JAILHOUSE_SHMEM_PROTO_VETH), "VETH");
    assert_int_equal(aj_name_find(model_mem_flags, "JAILHOUSE_", "mem_read")->value,
                     JAILHOUSE_MEM_READ);
    assert_int_equal(aj_name_find(model_console_types, NULL, "8250")->value,
                     JAILHOUSE_CON_TYPE_8250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_lead_to_their_values),
        cmocka_unit_test(test_no_bit_twice),
        cmocka_unit_test(test_customers_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
