/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PCI host bridges. */
#include "extract/extract_priv.h"

/* Configuration space at reg[0], one MiB per bus. Source: Linux drivers/pci/controller. */
static const char *const ecam[] = {
    "pci-host-ecam-generic",     "cavium,pci-host-thunder-ecam",  "hisilicon,hip06-pcie-ecam",
    "hisilicon,hip07-pcie-ecam", "socionext,synquacer-pcie-ecam",
};

bool extract_pci_is_ecam(const struct aj_dt_node *host)
{
    for (size_t i = 0; i < AJ_COUNT(ecam); i++)
        if (aj_dt_is_compatible(host, ecam[i]))
            return true;
    return false;
}

void extract_pci(struct extract *ex)
{
    AJ_VEC(struct model_pci_host) hosts = {0};
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        if (!aj_dt_is_pci(device->node) || device->d.status != NULL ||
            aj_dt_is_pci(device->node->parent))
            continue;
        extract_from_node(ex, "platform", "pci", NULL, device->node, "reg, linux,pci-domain");
        struct model_pci_host host = {
            .name = device->d.name,
            .domain = (uint32_t)hosts.count,
            .ecam_base = AJ_NONE64,
            .ecam_size = AJ_NONE64,
        };
        (void)aj_dt_u32(device->node, "linux,pci-domain", &host.domain);
        if (extract_pci_is_ecam(device->node) && device->d.regions_count > 0) {
            host.ecam_base = device->d.regions[0].phys_start;
            host.ecam_size = device->d.regions[0].size;
        }
        AJ_PUSH(ex->out, &hosts, host);
    }
    ex->board->platform.pci.hosts = hosts.items;
    ex->board->platform.pci.hosts_count = hosts.count;
}
