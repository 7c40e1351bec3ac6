/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/lower_priv.h"

static bool guest_needs_iommu(const struct emit_lower *l)
{
    for (size_t i = 0; i < l->plan->cells_count; i++)
        for (size_t k = 0; k < l->plan->cells[i].devices_count; k++) {
            const struct model_device *device =
                model_board_device(&l->board, l->plan->cells[i].devices[k]);
            if (device != NULL && device->stream_ids_count > 0)
                return true;
        }
    return false;
}

/* Units that the hypervisor does not drive stay Linux' and are registers like others. */
static void choose_iommus(struct emit_lower *l)
{
    AJ_VEC(struct model_iommu_unit) units = {0};
    l->iommu = l->board.arch == MODEL_ARCH_X86 || guest_needs_iommu(l);
    for (size_t i = 0; l->iommu && i < l->board.iommu_count; i++)
        if (emit_lower_iommu_type(&l->board.iommu[i]) != 0)
            AJ_PUSH(l->out, &units, l->board.iommu[i]);
    l->board.iommu = units.items;
    l->board.iommu_count = units.count;
}

static bool domain_is_taken(const struct model_board *board, uint16_t domain)
{
    for (size_t i = 0; i < board->platform.pci.hosts_count; i++)
        if (board->platform.pci.hosts[i].domain == domain)
            return true;
    return false;
}

/* Linux numbers PCI hosts by domain; the virtual one gets 1 as upstream, or the next free number. */
static uint16_t free_domain(const struct model_board *board)
{
    uint16_t domain = 1;
    while (domain_is_taken(board, domain))
        domain++;
    return domain;
}

static enum aj_status check_platform(const struct emit_lower *l)
{
    const struct model_arm_platform *arm = l->board.platform.arm;
    const struct aj_loc loc = aj_yaml_loc(l->board.at, "platform");
    if (l->board.arch == MODEL_ARCH_X86)
        return AJ_OK;
    if (arm != NULL && arm->gicd_base != AJ_NONE64 && arm->gicd_base != 0 &&
        (arm->gic_version == 2 || arm->gic_version == 3))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(l->cx, AJ_ERR_INPUT, "lower-platform", loc,
                "version and distributor of the board's interrupt controller are not known");
    aj_diag_hint(l->cx, "say them in cells.yml: root.platform_info.gic_version and gicd_base");
    return status;
}

static enum aj_status lower_guests(const struct emit_lower *l, struct model_system *system)
{
    struct model_cell *cells = AJ_NEW_ARRAY(l->out, struct model_cell, l->req->guests_count);
    for (size_t i = 0; i < l->req->guests_count; i++) {
        const struct model_cell_request *request = &l->req->guests[i];
        const struct model_plan_cell *plan = model_plan_cell(l->plan, request->key);
        if (plan == NULL)
            return emit_lower_fail(l, "the plan has no cell '%s'", request->key);
        AJ_TRY(emit_lower_guest(l, request, plan, &cells[i]));
    }
    system->cells = cells;
    system->cells_count = l->req->guests_count;
    return AJ_OK;
}

enum aj_status emit_lower(struct aj_ctx *cx, const struct model_board *board,
                          const struct model_requirements *req, const struct model_plan *plan,
                          uint32_t config_revision, struct aj_arena *out,
                          const struct model_system **system)
{
    struct emit_lower l = {.cx = cx,
                           .board = *board,
                           .req = req,
                           .plan = plan,
                           .out = out,
                           .revision = config_revision};
    struct model_system *value = AJ_NEW(out, struct model_system);
    const struct model_plan_cell *root = model_plan_cell(plan, req->root.key);
    AJ_TRY(check_platform(&l));
    choose_iommus(&l);
    if (l.board.arch == MODEL_ARCH_X86)
        AJ_TRY(emit_x86_begin(&l));
    else
        l.pci_domain = free_domain(&l.board);
    if (root == NULL)
        return emit_lower_fail(&l, "the plan has no root cell");
    AJ_TRY(emit_lower_root(&l, root, &value->header, &value->root));
    AJ_TRY(lower_guests(&l, value));
    *system = value;
    return AJ_OK;
}
