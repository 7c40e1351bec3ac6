/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What board.yml says of PCI functions and of the platform of x86. */
#include <inttypes.h>

#include "model/board_priv.h"
#include "model/model_priv.h"

#define PORTS_END  0x10000u
#define EXTENDED   0x100u  /* where the extended configuration space begins */
#define CONFIG_END 0x1000u /* where it ends */

static enum aj_status check_ports(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  uint32_t base, uint32_t length)
{
    if (length > 0 && length <= PORTS_END - base)
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "port-range", aj_yaml_loc(node, "length"),
                            "%" PRIu32 " ports from 0x%" PRIx32 " on; there are 0 to 0xffff",
                            length, base));
}

static enum aj_status port_range_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                        const char *path, void *value)
{
    const struct model_port_range *ports = (const struct model_port_range *)value;
    return check_ports(cx, node, path, ports->base, ports->length);
}

static enum aj_status ports_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                   void *value)
{
    const struct model_ports *ports = (const struct model_ports *)value;
    return check_ports(cx, node, path, ports->base, ports->length);
}

static enum aj_status cap_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 void *value)
{
    const struct model_function_cap *cap = (const struct model_function_cap *)value;
    const uint32_t end = cap->extended ? CONFIG_END : EXTENDED;
    if (cap->start < end && cap->length > 0 && cap->length <= end - cap->start)
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "pci-cap", aj_yaml_loc(node, "start"),
                            "a capability of %" PRIu32 " bytes at 0x%" PRIx32
                            " is not in the first 0x%" PRIx32 " bytes",
                            cap->length, cap->start, end));
}

static enum aj_status function_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                      const char *path, void *value)
{
    const struct model_pci_function *function = (const struct model_pci_function *)value;
    return model_check_range(cx, node, path, "msix_address",
                             (struct aj_range){function->msix_address, function->msix_size});
}

static const struct aj_field x86_fields[] = {
    AJ_F_ADDR(struct model_x86_platform, pm_timer_address, 0, .max = 0xffff),
    AJ_F_UINT(struct model_x86_platform, apic_mode, 0, .max = 2),
    AJ_F_UINT(struct model_x86_platform, vtd_interrupt_limit, 0),
    AJ_F_UINT(struct model_x86_platform, tsc_khz, 0),
    AJ_F_UINT(struct model_x86_platform, apic_khz, 0),
    AJ_F_STRINGS(struct model_x86_platform, cpu_flags, .flags = AJ_FIELD_FLOW),
    AJ_F_STRINGS(struct model_x86_platform, vmx_flags, .flags = AJ_FIELD_FLOW),
};
const struct aj_schema model_x86_platform_schema = {
    .what = "platform",
    .size = sizeof(struct model_x86_platform),
    .fields = x86_fields,
    .fields_count = AJ_COUNT(x86_fields),
};

static const struct aj_field port_range_fields[] = {
    AJ_F_ADDR(struct model_port_range, base, 0, .max = 0xffff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_port_range, length, 0, .max = 0x10000, .flags = AJ_FIELD_REQUIRED),
};
const struct aj_schema model_port_range_schema = {
    .what = "range of ports",
    .size = sizeof(struct model_port_range),
    .fields = port_range_fields,
    .fields_count = AJ_COUNT(port_range_fields),
    .finish = port_range_finish,
};

static const struct aj_field cap_fields[] = {
    AJ_F_ADDR(struct model_function_cap, id, 0, .max = 0xffff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_function_cap, start, 0, .max = 0xfff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_function_cap, length, 0, .max = 0xfff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_BOOL(struct model_function_cap, extended),
    AJ_F_BOOL(struct model_function_cap, write),
};
static const struct aj_schema cap_schema = {
    .what = "PCI capability",
    .size = sizeof(struct model_function_cap),
    .fields = cap_fields,
    .fields_count = AJ_COUNT(cap_fields),
    .finish = cap_finish,
};

static const struct aj_field function_fields[] = {
    AJ_F_UINT(struct model_pci_function, domain, 0),
    AJ_F_ADDR(struct model_pci_function, bdf, 0, .max = 0xffff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_BOOL(struct model_pci_function, bridge),
    AJ_F_ADDR(struct model_pci_function, vendor, 0, .max = 0xffff),
    AJ_F_ADDR(struct model_pci_function, product, 0, .max = 0xffff),
    AJ_F_KEY("class", AJ_FIELD_ADDR, struct model_pci_function, class_code, .max = 0xffffff),
    AJ_F_UINT(struct model_pci_function, iommu, AJ_NONE32),
    AJ_F_ARRAY(struct model_pci_function, bar_mask),
    AJ_F_UINT(struct model_pci_function, msi_vectors, 0, .max = 32),
    AJ_F_BOOL(struct model_pci_function, msi_64bits),
    AJ_F_BOOL(struct model_pci_function, msi_maskable),
    AJ_F_UINT(struct model_pci_function, msix_vectors, 0, .max = 2048),
    AJ_F_ADDR(struct model_pci_function, msix_address, AJ_NONE64),
    AJ_F_SIZE(struct model_pci_function, msix_size, AJ_NONE64),
    AJ_F_LIST(struct model_pci_function, caps, &cap_schema, .flags = AJ_FIELD_FLOW),
    AJ_F_LIST(struct model_pci_function, reserved, &model_mmio_schema, .flags = AJ_FIELD_FLOW),
};
const struct aj_schema model_pci_function_schema = {
    .what = "PCI function",
    .size = sizeof(struct model_pci_function),
    .fields = function_fields,
    .fields_count = AJ_COUNT(function_fields),
    .finish = function_finish,
};

static const struct aj_field ports_fields[] = {
    AJ_F_STRING(struct model_ports, name),
    AJ_F_ADDR(struct model_ports, base, 0, .max = 0xffff, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_ports, length, 0, .max = 0x10000, .flags = AJ_FIELD_REQUIRED),
    AJ_F_BOOL(struct model_ports, root),
};
const struct aj_schema model_ports_schema = {
    .what = "ports",
    .size = sizeof(struct model_ports),
    .fields = ports_fields,
    .fields_count = AJ_COUNT(ports_fields),
    .finish = ports_finish,
};
