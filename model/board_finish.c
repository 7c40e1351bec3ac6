/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board_priv.h"

#include <inttypes.h>

#include "model/model_priv.h"

/* A UART decodes a few KiB; a range beyond this covers its neighbours. */
#define CONSOLE_SIZE_MAX AJ_MIB(1)

/* The type of a region */

static const char *console_type_of(struct aj_ctx *cx, const struct aj_yaml *node)
{
    const struct aj_name *found =
        aj_name_find(model_console_types, "JAILHOUSE_CON_TYPE_", node->text);
    if (found != NULL)
        return found->name;
    if (!aj_same_word(node->text, "PLL01"))
        return NULL;
    aj_warn(cx, "console-type-typo", node->loc, "'%s' is taken for PL011", node->text);
    return aj_name_of(model_console_types, JAILHOUSE_CON_TYPE_PL011);
}

static enum aj_status type_unknown(struct aj_ctx *cx, const struct aj_yaml *node, const char *path)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const char *nearest = aj_name_nearest(model_region_type_names, node->text);
    if (nearest == NULL)
        nearest = aj_name_nearest(model_console_types, node->text);
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "name-unknown", node->loc,
                                          "unknown type of memory '%s'", node->text);
    if (nearest != NULL)
        aj_diag_hint(cx, "did you mean '%s'?", nearest);
    aj_diag_note(cx, AJ_NOWHERE, "known types: %s; of a console: %s",
                 aj_names_list(cx->scratch, model_region_type_names),
                 aj_names_list(cx->scratch, model_console_types));
    aj_arena_release(cx->scratch, mark);
    return model_at(cx, path, status);
}

static enum aj_status type_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                struct aj_arena *out, void *value)
{
    (void)out; /* the names are constants */
    struct model_region *region =
        (struct model_region *)((char *)value - offsetof(struct model_region, type));
    if (node->kind != AJ_YAML_SCALAR)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected the type of a memory region"));
    const struct aj_name *found = aj_name_find(model_region_type_names, NULL, node->text);
    region->console_type = found == NULL ? console_type_of(cx, node) : NULL;
    region->type = (uint8_t)(found == NULL ? MODEL_REGION_MMIO : found->value);
    return found == NULL && region->console_type == NULL ? type_unknown(cx, node, path) : AJ_OK;
}

static void type_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    (void)scratch;
    const struct model_region *region =
        (const struct model_region *)((const char *)value - offsetof(struct model_region, type));
    aj_yaml_write_string(w, region->console_type != NULL
                                ? region->console_type
                                : aj_name_of(model_region_type_names, region->type));
}

static bool type_is_default(const void *value)
{
    (void)value; /* RAM is too grave a thing to go without saying */
    return false;
}

const struct aj_custom_field model_region_type_field = {type_read, type_write, type_is_default};

/* Checks between fields */

enum aj_status model_region_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                   void *value)
{
    struct model_region *region = (struct model_region *)value;
    if (region->phys_start == AJ_NONE64)
        region->phys_start = region->virt_start;
    if (region->virt_start == AJ_NONE64)
        region->virt_start = region->phys_start;
    if (region->size == AJ_NONE64 || region->phys_start == AJ_NONE64) {
        aj_warn(cx, "region-incomplete", node->loc, "the memory region has no %s and is left out",
                region->size == AJ_NONE64 ? "size" : "phys_start");
        return model_at(cx, path, AJ_OK);
    }
    if (aj_yaml_get(node, "type") == NULL)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "key-missing", node->loc,
                                "key 'type' of a memory region is missing"));
    if (region->console_type != NULL && region->size > CONSOLE_SIZE_MAX) {
        aj_warn(cx, "region-size", aj_yaml_loc(node, "size"),
                "a console of 0x%" PRIx64 " bytes covers the registers of other devices",
                region->size);
        aj_diag_path(cx, "%s", path);
    }
    AJ_TRY(model_check_range(cx, node, path, "phys_start",
                             (struct aj_range){region->phys_start, region->size}));
    return model_check_range(cx, node, path, "virt_start",
                             (struct aj_range){region->virt_start, region->size});
}

enum aj_status model_irqchip_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                    void *value)
{
    struct model_board_irqchip *chip = (struct model_board_irqchip *)value;
    if (!aj_cpuset_has(&chip->pin_bitmap, 128))
        return AJ_OK;
    aj_cpuset_remove(&chip->pin_bitmap, 128);
    aj_warn(cx, "pin-range", aj_yaml_loc(node, "pin_bitmap"),
            "a block has pins 0 to 127; pin 128 is left out");
    return model_at(cx, path, AJ_OK);
}

enum aj_status model_arm_platform_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                         const char *path, void *value)
{
    const struct model_arm_platform *arm = (const struct model_arm_platform *)value;
    if (arm->gic_version != AJ_NONE32 && arm->gic_version != 2 && arm->gic_version != 3)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "gic-version", aj_yaml_loc(node, "gic_version"),
                                "GIC version %" PRIu32 "; Jailhouse knows 2 and 3",
                                arm->gic_version));
    return model_check_range(cx, node, path, "gicr_base",
                             (struct aj_range){arm->gicr_base, arm->gicr_size});
}

enum aj_status model_pci_host_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    const struct model_pci_host *host = (const struct model_pci_host *)value;
    return model_check_range(cx, node, path, "ecam_base",
                             (struct aj_range){host->ecam_base, host->ecam_size});
}

enum aj_status model_iommu_unit_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                       const char *path, void *value)
{
    const struct model_iommu_unit *unit = (const struct model_iommu_unit *)value;
    return model_check_range(cx, node, path, "base", (struct aj_range){unit->base, unit->size});
}

enum aj_status model_board_console_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                          const char *path, void *value)
{
    const struct model_board_console *console = (const struct model_board_console *)value;
    if (console->regdist != 1 && console->regdist != 4)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "regdist"),
                                "registers %" PRIu32 " bytes apart; Jailhouse knows 1 and 4",
                                console->regdist));
    return model_check_range(cx, node, path, "address",
                             (struct aj_range){console->address, console->size});
}

enum aj_status model_mmio_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 void *value)
{
    const struct model_mmio *mmio = (const struct model_mmio *)value;
    return model_check_range(cx, node, path, "phys_start",
                             (struct aj_range){mmio->phys_start, mmio->size});
}

static enum aj_status check_redistributors(struct aj_ctx *cx, const struct aj_yaml *node,
                                           const struct model_board *board)
{
    static const char path[] = "platform.arm";
    const struct model_arm_platform *arm = board->platform.arm;
    const struct aj_yaml *at = aj_yaml_get(aj_yaml_get(node, "platform"), "arm");
    if (arm == NULL || arm->gic_version == 2 || arm->gicr_base == 0 ||
        arm->gicr_base == AJ_NONE64 || board->cpus_count == 0)
        return AJ_OK;
    const aj_size size = model_gicr_size(board);
    if (arm->gicr_size < size)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "gicr-size", aj_yaml_loc(at, "gicr_size"),
                                "redistributors of 0x%" PRIx64 " bytes; the CPUs need 0x%" PRIx64
                                ", 128 KiB each up to the highest number",
                                arm->gicr_size, size));
    return model_check_range(cx, at, path, "gicr_base", (struct aj_range){arm->gicr_base, size});
}

static enum aj_status check_iommus(struct aj_ctx *cx, const struct aj_yaml *node,
                                   const struct model_board *board)
{
    const struct aj_yaml *devices = aj_yaml_get(node, "devices");
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < board->devices_count; i++) {
        const struct model_device *device = &board->devices[i];
        if (device->pci == NULL || device->pci->iommu == AJ_NONE32 ||
            device->pci->iommu < board->iommu_count)
            continue;
        const struct aj_yaml *pci = aj_yaml_get(aj_yaml_get(devices, device->name), "pci");
        status = aj_fail(cx, AJ_ERR_INPUT, "iommu-unknown", aj_yaml_loc(pci, "iommu"),
                         "IOMMU %" PRIu32 " of %zu", device->pci->iommu, board->iommu_count);
        aj_diag_path(cx, "devices.%s.pci.iommu", device->name);
    }
    return status;
}

enum aj_status model_board_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    (void)path; /* it is the document's */
    const struct model_board *board = (const struct model_board *)value;
    enum aj_status status =
        aj_worse(check_redistributors(cx, node, board), check_iommus(cx, node, board));
    if (board->phys_limit < AJ_PAGE)
        status = aj_worse(
            status,
            model_at(cx, "phys_limit",
                     aj_fail(cx, AJ_ERR_INPUT, "phys-limit", aj_yaml_loc(node, "phys_limit"),
                             "addresses end at 0x%" PRIx64 ", within the first page",
                             board->phys_limit)));
    return status;
}

/* Completion */

static void drop_incomplete(struct aj_arena *out, struct model_board *board)
{
    struct model_region *kept = AJ_NEW_ARRAY(out, struct model_region, board->memory_regions_count);
    size_t count = 0;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        if (region->size != AJ_NONE64 && region->phys_start != AJ_NONE64)
            kept[count++] = *region;
    }
    board->memory_regions = kept;
    board->memory_regions_count = count;
}

const struct model_arm_platform *model_arm_platform_complete(struct aj_arena *out,
                                                             const struct model_arm_platform *arm)
{
    if (arm == NULL || arm->gic_version != AJ_NONE32)
        return arm;
    struct model_arm_platform *complete = aj_memdup(out, arm, sizeof *arm);
    complete->gic_version = arm->gicr_base != AJ_NONE64 ? 3 : 2;
    return complete;
}

static bool console_in(const struct model_board *board, struct aj_range range, bool *active)
{
    bool inside = false;
    for (size_t i = 0; i < board->consoles_count; i++) {
        *active = *active || board->consoles[i].active;
        inside =
            inside || (board->consoles[i].mmio && aj_range_has(range, board->consoles[i].address));
    }
    return inside;
}

static void add_console(struct aj_arena *out, struct model_board *board,
                        const struct model_region *region, bool active)
{
    const struct aj_name *type = aj_name_find(model_console_types, NULL, region->console_type);
    struct model_board_console *consoles =
        AJ_NEW_ARRAY(out, struct model_board_console, board->consoles_count + 1);
    if (board->consoles_count > 0)
        memcpy(consoles, board->consoles, board->consoles_count * sizeof *consoles);
    const struct model_device *device = model_board_device(board, region->name);
    consoles[board->consoles_count++] = (struct model_board_console){
        .name = region->name,
        .type = (uint16_t)type->value,
        .address = region->phys_start,
        .size = region->size,
        .regdist = 4,
        .mmio = true,
        .intid = device != NULL && device->interrupts_count > 0 ? device->interrupts[0].intid
                                                                : AJ_NONE32,
        .baud = AJ_NONE32,
        .clock_hz = AJ_NONE32,
        .active = active,
    };
    board->consoles = consoles;
}

static void add_device(struct aj_arena *out, struct model_board *board,
                       const struct model_region *region)
{
    struct model_device *devices = AJ_NEW_ARRAY(out, struct model_device, board->devices_count + 1);
    if (board->devices_count > 0)
        memcpy(devices, board->devices, board->devices_count * sizeof *devices);
    struct model_mmio *mmio = AJ_NEW(out, struct model_mmio);
    *mmio = (struct model_mmio){region->phys_start, region->size};
    devices[board->devices_count++] = (struct model_device){
        .name = region->name,
        .regions = mmio,
        .regions_count = 1,
        .verdict = MODEL_VERDICT_OK,
        .linux_driver = region->linux_driver,
        .clock_hz = AJ_NONE32,
        .reg_shift = AJ_NONE32,
        .reg_io_width = AJ_NONE32,
    };
    board->devices = devices;
}

static void warn_unknown_closure(struct aj_ctx *cx, const struct model_board *board)
{
    const struct aj_yaml *devices = aj_yaml_get(board->at, "devices");
    for (size_t i = 0; i < board->devices_count; i++) {
        const struct model_device *device = &board->devices[i];
        for (size_t k = 0; k < device->closure_count; k++) {
            if (model_board_device(board, device->closure[k]) != NULL)
                continue;
            aj_warn(cx, "closure-unknown",
                    aj_yaml_loc(aj_yaml_get(devices, device->name), "closure"),
                    "device '%s' must travel with '%s', which the board does not have",
                    device->name, device->closure[k]);
        }
    }
}

void model_board_complete(struct aj_ctx *cx, struct aj_arena *out, struct model_board *board)
{
    drop_incomplete(out, board);
    board->platform.arm = model_arm_platform_complete(out, board->platform.arm);
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        bool active = false;
        if (region->console_type == NULL ||
            console_in(board, (struct aj_range){region->phys_start, region->size}, &active))
            continue;
        if (model_board_device(board, region->name) == NULL)
            add_device(out, board, region);
        add_console(out, board, region, region->root_used && !active);
    }
    warn_unknown_closure(cx, board);
}
