/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/cells.h"

#include "base/units.h"

/*
 * One line per fact; a cell's name stands at the end of its line, as it may have blanks. The tests
 * move the tree to where AUTOJAIL_ROOT is.
 */
static const char look_script[] =
    "r=${AUTOJAIL_ROOT:-}/sys/devices\n"
    "! command -v jailhouse >/dev/null || echo installed\n"
    "[ \"$(cat \"$r/jailhouse/enabled\" 2>/dev/null)\" != 1 ] || echo enabled\n"
    "echo \"online $(cat \"$r/system/cpu/online\")\"\n"
    "for d in \"$r\"/jailhouse/cells/*; do\n"
    "    [ -r \"$d/name\" ] || continue\n"
    "    for f in state cpus_assigned_list cpus_failed_list name; do\n"
    "        printf '%s:' \"$(cat \"$d/$f\")\"\n"
    "    done\n"
    "    echo\n"
    "done\n";

typedef AJ_VEC(struct explore_cell_seen) cell_vec;

static bool read_cpus(const char *text, struct aj_cpuset *cpus)
{
    *cpus = (struct aj_cpuset){{0}};
    return text[0] == '\0' || aj_parse_intset(text, AJ_CPU_MAX, cpus).why == AJ_UNITS_OK;
}

/* "STATE:CPUS:FAILED:NAME:" */
static bool read_cell(struct aj_arena *out, const char *line, struct explore_cell_seen *cell)
{
    const char *fields[3];
    for (size_t i = 0; i < AJ_COUNT(fields); i++) {
        const size_t length = strcspn(line, ":");
        if (line[length] == '\0')
            return false;
        fields[i] = aj_strndup(out, line, length);
        line += length + 1;
    }
    const size_t length = strlen(line);
    if (length == 0)
        return false;
    cell->state = fields[0];
    cell->name = aj_strndup(out, line, length - 1);
    return read_cpus(fields[1], &cell->cpus) && read_cpus(fields[2], &cell->failed);
}

static bool read_line(struct aj_arena *out, const char *line, struct explore_cells_seen *seen,
                      cell_vec *cells)
{
    static const char online[] = "online ";
    struct explore_cell_seen cell = {.name = NULL};
    if (strcmp(line, "installed") == 0)
        seen->installed = true;
    else if (strcmp(line, "enabled") == 0)
        seen->enabled = true;
    else if (strncmp(line, online, strlen(online)) == 0)
        return read_cpus(line + strlen(online), &seen->online);
    else if (read_cell(out, line, &cell))
        AJ_PUSH(out, cells, cell);
    else
        return false;
    return true;
}

enum aj_status explore_cells_look(struct aj_ctx *cx, struct remote_host *host, struct aj_arena *out,
                                  struct explore_cells_seen *seen)
{
    static const char *const argv[] = {"sh", "-c", look_script};
    struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    struct remote_result result;
    cell_vec cells = {NULL, 0, 0};
    *seen = (struct explore_cells_seen){.installed = false};
    AJ_TRY(remote_host_can_root(cx, host, &command.privileged));
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    const char *text = (const char *)result.out.data;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        if (!read_line(out, aj_strndup(out, text, length), seen, &cells))
            return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(remote_host_name(host)),
                           "no Jailhouse driver has a cell '%.*s'", (int)length, text);
        text += length + (text[length] == '\n');
    }
    seen->cells = cells.items;
    seen->cells_count = cells.count;
    return AJ_OK;
}

const struct explore_cell_seen *explore_cells_find(const struct explore_cells_seen *seen,
                                                   const char *name)
{
    for (size_t i = 0; i < seen->cells_count; i++)
        if (strcmp(seen->cells[i].name, name) == 0)
            return &seen->cells[i];
    return NULL;
}

const char *explore_cells_wrong(const struct explore_cells_seen *seen, const char *name,
                                const struct aj_cpuset *cpus, struct aj_arena *out)
{
    const struct explore_cell_seen *cell = explore_cells_find(seen, name);
    if (cell == NULL)
        return aj_strf(out, "there is no cell '%s'", name);
    if (strncmp(cell->state, "running", strlen("running")) != 0)
        return aj_strf(out, "the cell '%s' is not running but '%s'", name, cell->state);
    if (!aj_cpuset_empty(&cell->failed))
        return aj_strf(out, "CPUs %s of the cell '%s' have failed",
                       aj_cpuset_format(out, &cell->failed), name);
    if (!aj_cpuset_equal(&cell->cpus, cpus))
        return aj_strf(out, "the cell '%s' has CPUs %s instead of %s", name,
                       aj_cpuset_format(out, &cell->cpus), aj_cpuset_format(out, cpus));
    return NULL;
}
