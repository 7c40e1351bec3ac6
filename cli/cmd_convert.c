/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail convert: one configuration between its binary, its YAML and (out only) its C form.
 */
#include "cli/commands.h"

#include "base/units.h"

static const struct cli_option options[] = {
    {"revision", 'r', "13|14", "write this configuration revision instead of the file's own"},
};

static bool ends_with(const char *text, const char *end)
{
    const size_t len = strlen(text), end_len = strlen(end);
    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

/* A copy of `system` that says it is of `revision`. */
static const struct model_system *with_revision(const struct model_system *system,
                                                uint32_t revision, struct aj_arena *arena)
{
    struct model_system *copy = aj_memdup(arena, system, sizeof *system);
    if (system->header != NULL) {
        struct model_header *header = aj_memdup(arena, system->header, sizeof *header);
        header->revision = revision;
        copy->header = header;
    }
    struct model_cell *cells = AJ_NEW_ARRAY(arena, struct model_cell, system->cells_count);
    for (size_t i = 0; i < system->cells_count; i++) {
        cells[i] = system->cells[i];
        cells[i].revision = revision;
    }
    copy->cells = cells;
    return copy;
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

static enum aj_status convert(struct aj_ctx *cx, const struct cli_args *args,
                              struct aj_arena *arena)
{
    const struct model_system *system;
    const char *revision = cli_value(args, "revision");
    uint64_t number = 0;
    if (revision != NULL &&
        (aj_parse_u64(revision, &number).why != AJ_UNITS_OK || (number != 13 && number != 14)))
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--revision is 13 or 14, not '%s'",
                       revision);
    AJ_TRY(cli_read_system(cx, args->operands[0], arena, &system));
    if (revision != NULL)
        system = with_revision(system, (uint32_t)number, arena);
    struct aj_buf bytes = {NULL, 0, 0};
    enum aj_status status = render(cx, system, args->operands[1], &bytes);
    if (status == AJ_OK)
        status = aj_file_write(cx, args->operands[1], bytes.data, bytes.len);
    aj_buf_free(&bytes);
    return status;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args)
{
    struct aj_arena *arena = aj_arena_open();
    const enum aj_status status = convert(cx, args, arena);
    aj_arena_close(arena);
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
