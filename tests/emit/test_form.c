/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/form.h"

#include <inttypes.h>

#include "tests/support/support.h"

/* All terms, in C. */
static const char *terms(enum emit_form form, uint64_t value)
{
    static char text[512];
    size_t len = 0;
    uint64_t rest = value, sum = 0;
    do {
        struct emit_term term;
        emit_form_next(form, &rest, &term);
        sum |= term.value;
        if (term.name != NULL)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", len > 0 ? "|" : "",
                                    term.prefix, term.name);
        else
            len += (size_t)snprintf(text + len, sizeof text - len, "%s0x%" PRIx64,
                                    len > 0 ? "|" : "", term.value);
    } while (rest != 0);
    assert_int_equal(sum, value);
    return text;
}

static void test_names(void **state)
{
    static const struct {
        enum emit_form form;
        uint64_t value;
        const char *expected;
    } cases[] = {
        {EMIT_HEX, 0x1000, "0x1000"},
        {EMIT_MEM_FLAGS, 0, "0x0"},
        {EMIT_MEM_FLAGS, 0x43, "JAILHOUSE_MEM_READ|JAILHOUSE_MEM_WRITE|JAILHOUSE_MEM_LOADABLE"},
        {EMIT_MEM_FLAGS, 0x50200, "JAILHOUSE_MEM_IO_8|JAILHOUSE_MEM_IO_32|0x200"},
        {EMIT_MEM_FLAGS, UINT64_C(1) << 63, "0x8000000000000000"},
        {EMIT_CELL_FLAGS, 0x80000001,
         "JAILHOUSE_CELL_PASSIVE_COMMREG|JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE"},
        {EMIT_SYSTEM_FLAGS, 1, "JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE"},
        {EMIT_CONSOLE_TYPE, 3, "JAILHOUSE_CON_TYPE_PL011"},
        {EMIT_CONSOLE_TYPE, 99, "0x63"},
        {EMIT_CONSOLE_FLAGS, 3, "JAILHOUSE_CON_ACCESS_MMIO|JAILHOUSE_CON_REGDIST_4"},
        {EMIT_CACHE_TYPE, 3, "JAILHOUSE_CACHE_L3"},
        {EMIT_PCI_TYPE, 3, "JAILHOUSE_PCI_TYPE_IVSHMEM"},
        {EMIT_PROTOCOL, 0, "JAILHOUSE_SHMEM_PROTO_UNDEFINED"},
        {EMIT_PROTOCOL, 1, "JAILHOUSE_SHMEM_PROTO_VETH"},
        {EMIT_PROTOCOL, 2, "0x2"},
        {EMIT_PROTOCOL, 0x4001, "0x4001"},
        {EMIT_PROTOCOL, 0x8001, "VIRTIO_DEV_NET|JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT"},
        {EMIT_PROTOCOL, 0xc002, "VIRTIO_DEV_BLOCK|JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK"},
        {EMIT_PROTOCOL, 0xc123, "0x123|JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK"},
        {EMIT_CAP_ID, 5, "PCI_CAP_ID_MSI"},
        {EMIT_CAP_ID, 0x8010, "PCI_EXT_CAP_ID_SRIOV|JAILHOUSE_PCI_EXT_CAP"},
        {EMIT_CAP_ID, 0x80ff, "0x80ff"},
        {EMIT_CAP_FLAGS, 1, "JAILHOUSE_PCICAPS_WRITE"},
        {EMIT_IOMMU_TYPE, 5, "JAILHOUSE_IOMMU_ARM_MMU500"},
        {EMIT_APIC_MODE, 2, "JAILHOUSE_APIC_MODE_X2APIC"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++)
        assert_string_equal(terms(cases[i].form, cases[i].value), cases[i].expected);
}

/* The terms always add up to the value; terms() asserts it. */
static void test_all_codes(void **state)
{
    (void)state;
    for (uint32_t form = EMIT_HEX; form <= EMIT_PINS; form++)
        for (uint32_t value = 0; value <= UINT16_MAX; value++)
            terms((enum emit_form)form, value);
}

static const char *pins(const struct model_irqchip *chip)
{
    static char text[512];
    struct aj_buf buf = {0};
    emit_pins_add(&buf, chip);
    snprintf(text, sizeof text, "%s", aj_buf_text(&buf));
    aj_buf_free(&buf);
    return text;
}

static void test_pins(void **state)
{
    const struct model_irqchip none = {.pin_base = 32};
    const struct model_irqchip some = {.pin_base = 32, .pin_bitmap = {2, 0, 0, 0x80003000}};
    const struct model_irqchip all = {
        .pin_base = UINT32_MAX, .pin_bitmap = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}};
    (void)state;
    assert_string_equal(pins(&none), "");
    assert_string_equal(pins(&some), "33, 140-141, 159");
    assert_string_equal(pins(&all), "4294967295-4294967422");
}

static void test_architectures(void **state)
{
    struct aj_buf text = {0};
    (void)state;
    for (uint8_t arch = 0; arch < 4; arch++) {
        emit_arch_add(&text, arch);
        aj_buf_adds(&text, " ");
    }
    assert_string_equal(aj_buf_text(&text), "x86 arm arm64 architecture 3 ");
    aj_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_all_codes),
        cmocka_unit_test(test_pins),
        cmocka_unit_test(test_architectures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
