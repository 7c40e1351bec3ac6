/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail convert: one configuration between its binary, its YAML and (out only) its C form.
 */
#include "cli/commands.h"

#include "base/names.h"
#include "base/units.h"

static const struct cli_option options[] = {
    {"revision", 'r', "13|14", "write this configuration revision instead of the file's own"},
    {"arch", 'a', "arm|arm64",
     "which of the two it is: revisions 10 to 13 do not say, revision 14 must"},
};

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* What the user wants to be different; AJ_NONE32 = as in the file. */
struct changes {
    uint32_t revision, architecture;
};

static enum aj_status changes_of(struct aj_ctx *cx, const struct cli_args *args,
                                 struct changes *changes)
{
    const char *revision = cli_value(args, "revision");
    const char *arch = cli_value(args, "arch");
    *changes = (struct changes){AJ_NONE32, AJ_NONE32};
    if (revision != NULL) {
        uint64_t number = 0;
        const struct aj_units_result r = aj_parse_u64(revision, &number);
        if (r.why != AJ_UNITS_OK || (number != 13 && number != 14))
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                           "--revision is 13 or 14, not '%s'", revision);
        changes->revision = (uint32_t)number;
    }
    if (arch != NULL) {
        const struct aj_name *known = aj_name_find(model_arch_names, NULL, arch);
        if (known == NULL || known->value == MODEL_ARCH_X86) /* of another layout: never a guess */
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                           "--arch is arm or arm64, not '%s'", arch);
        changes->architecture = (uint32_t)known->value;
    }
    return AJ_OK;
}

static void change(const struct changes *changes, uint32_t *revision, uint8_t *architecture)
{
    if (changes->revision != AJ_NONE32)
        *revision = changes->revision;
    if (changes->architecture != AJ_NONE32)
        *architecture = (uint8_t)changes->architecture;
}

/* A copy of `system` with the changes; the root's own descriptor names neither. */
static const struct model_system *changed(const struct model_system *system,
                                          const struct changes *changes, struct aj_arena *arena)
{
    struct model_system *copy = aj_memdup(arena, system, sizeof *system);
    struct model_cell *cells = AJ_NEW_ARRAY(arena, struct model_cell, system->cells_count);
    if (system->header != NULL) {
        struct model_header *header = aj_memdup(arena, system->header, sizeof *header);
        change(changes, &header->revision, &header->architecture);
        if (changes->revision != AJ_NONE32)
            header->iommu_unit_bytes = 0;
        copy->header = header;
    }
    for (size_t i = 0; i < system->cells_count; i++) {
        cells[i] = system->cells[i];
        change(changes, &cells[i].revision, &cells[i].architecture);
    }
    copy->cells = cells;
    return copy;
}

/* What meant something else before v0.12: links of shared memory, and a flag of regions. */
static enum aj_status check_meaning(struct aj_ctx *cx, const struct model_system *system,
                                    const struct changes *changes)
{
    const struct model_cell *cell = system->header != NULL ? system->root : system->cells;
    const uint32_t revision = system->header != NULL    ? system->header->revision
                              : system->cells_count > 0 ? cell->revision
                                                        : AJ_NONE32;
    const bool early = system->header != NULL && system->header->iommu_unit_bytes != 0;
    if (changes->revision == AJ_NONE32 || revision < 10 || (revision >= 12 && !early))
        return AJ_OK;
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        if (cell->pci_devices[i].type == JAILHOUSE_PCI_TYPE_IVSHMEM)
            return aj_fail(cx, AJ_ERR_INPUT, "cell-revision", AJ_NOWHERE,
                           "PCI device %zu shares memory by a protocol that ended with v0.11: its "
                           "link must be written anew",
                           i);
    }
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        if ((cell->mem_regions[i].flags & JAILHOUSE_MEM_NO_HUGEPAGES) != 0)
            return aj_fail(cx, AJ_ERR_INPUT, "cell-revision", AJ_NOWHERE,
                           "memory region %zu has flag 0x100, which allowed unaligned access until "
                           "v0.11 and now is MEM_NO_HUGEPAGES",
                           i);
    }
    return AJ_OK;
}

static enum aj_status render(struct aj_ctx *cx, const struct model_system *system, const char *path,
                             struct aj_buf *to)
{
    if (cli_is_yaml_name(path)) {
        model_system_write(system, to);
        return AJ_OK;
    }
    const bool c_form = ends_with(path, ".c");
    if (!c_form && !ends_with(path, ".cell")) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                                              "'%s' ends in none of .cell, .yml, .c", path);
        aj_diag_hint(cx, "the ending says what to convert to");
        return status;
    }
    if ((system->header != NULL) + system->cells_count != 1)
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                       "a %s file holds one configuration, the input has %zu",
                       c_form ? ".c" : ".cell", (system->header != NULL) + system->cells_count);
    const size_t which = system->header != NULL ? EMIT_ROOT : 0;
    return c_form ? emit_cell_c(cx, system, which, to) : emit_cell_write(cx, system, which, to);
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const struct model_system *system;
    struct changes changes;
    AJ_TRY(changes_of(cx, args, &changes));
    AJ_TRY(cli_read_system(cx, args->operands[0], arena, &system));
    AJ_TRY(check_meaning(cx, system, &changes));
    system = changed(system, &changes, arena);
    struct aj_buf bytes = {NULL, 0, 0};
    enum aj_status status = render(cx, system, args->operands[1], &bytes);
    if (status == AJ_OK)
        status = aj_file_write(cx, args->operands[1], bytes.data, bytes.len);
    aj_buf_free(&bytes);
    return status;
}

const struct cli_command cli_cmd_convert = {
    .name = "convert",
    .synopsis = "FROM.{cell,yml} TO.{cell,yml,c}",
    .help = "turn a configuration into another form or revision",
    .options = options,
    .options_count = AJ_COUNT(options),
    .operands_min = 2,
    .operands_max = 2,
    .run = run,
};
