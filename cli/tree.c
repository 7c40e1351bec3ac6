/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/tree.h"

#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/names.h"
#include "base/units.h"
#include "remote/host.h"

#define HEADER       "include/jailhouse/cell-config.h"
#define REVISION     "#define JAILHOUSE_CONFIG_REVISION"
#define SOURCE_LIMIT ((size_t)16 << 20)
#define MARK_BYTES   256u /* of a file's start, in which EMIT_TREE_MARK stands */
#define BUILD_NS     ((int64_t)3600 * AJ_NS_PER_S)
#define TOLD_LINES   12u
#define PATH_BYTES   4096

/* The tree */

static enum aj_status no_tree(struct aj_ctx *cx, const struct cli_tree *tree, enum cli_tree_use use)
{
    const struct model_project *project = tree->in->project;
    const struct aj_loc loc = aj_yaml_loc(project->at, "jailhouse_dir");
    if (use == CLI_TREE_BUILD)
        return aj_fail(cx, AJ_ERR_INPUT, "jailhouse-dir", loc, "there is no directory '%s'",
                       project->jailhouse_dir);
    aj_warn(cx, "jailhouse-dir", loc, "there is no directory '%s' to put the cells' sources into",
            project->jailhouse_dir);
    aj_diag_hint(cx, "get Jailhouse's sources there, or leave jailhouse_dir out");
    return AJ_OK;
}

/* Sources of one revision do not compile with the header of another. */
static enum aj_status check_revision(struct aj_ctx *cx, const struct cli_tree *tree,
                                     struct aj_arena *arena)
{
    const struct model_project *project = tree->in->project;
    const char *path = aj_strf(arena, "%s/%s", tree->dir, HEADER);
    struct aj_bytes header;
    uint64_t revision;
    if (!aj_file_is_regular(path))
        return aj_fail(cx, AJ_ERR_INPUT, "jailhouse-dir", aj_yaml_loc(project->at, "jailhouse_dir"),
                       "'%s' is no source tree of Jailhouse: it has no %s", tree->dir, HEADER);
    AJ_TRY(aj_file_read(cx, path, SOURCE_LIMIT, arena, &header));
    const char *at = strstr((const char *)header.data, REVISION);
    at = at == NULL ? "" : at + strlen(REVISION);
    at += strspn(at, " \t");
    const char *number = aj_strndup(arena, at, strspn(at, "0123456789"));
    if (aj_parse_u64(number, &revision).why == AJ_UNITS_OK && revision == project->config_revision)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "jailhouse-revision", aj_loc_file(path),
                   "the configuration revision of this tree is '%s', config_revision is %u", number,
                   (unsigned)project->config_revision);
}

/* Arguments of make */

/* Make and the shells that it starts take anything else for more than a name. */
static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./+-@,";
    return text[strspn(text, plain)] == '\0';
}

/* Is there such a program: at this path, or for a mere name in $PATH? */
static bool has_program(const char *name, struct aj_arena *arena)
{
    const char *at = getenv("PATH");
    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0;
    while (at != NULL && *at != '\0') {
        const size_t length = strcspn(at, ":");
        if (access(aj_strf(arena, "%.*s/%s", (int)length, at, name), X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

/* Can what this machine compiles without a prefix run on the board? */
static bool is_native(enum model_arch arch)
{
    static const struct {
        const char *prefix;
        enum model_arch arch;
    } machines[] = {
        {"x86_64", MODEL_ARCH_X86}, {"aarch64", MODEL_ARCH_ARM64}, {"armv", MODEL_ARCH_ARM}};
    struct utsname name;
    for (size_t i = 0; uname(&name) == 0 && i < AJ_COUNT(machines); i++)
        if (strncmp(name.machine, machines[i].prefix, strlen(machines[i].prefix)) == 0)
            return machines[i].arch == arch;
    return false;
}

static enum aj_status check_compiler(struct aj_ctx *cx, const struct cli_tree *tree,
                                     struct aj_arena *arena)
{
    const struct model_project *project = tree->in->project;
    const char *prefix = project->cross_compile;
    const char *arch = aj_name_of(model_arch_names, tree->in->board->arch);
    const struct aj_loc loc = aj_yaml_loc(project->at, "cross_compile");
    if (prefix == NULL && !is_native((enum model_arch)tree->in->board->arch))
        return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc,
                       "no cross_compile, and this machine is no %s", arch);
    if (prefix == NULL)
        return AJ_OK;
    if (!is_plain(prefix))
        return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc,
                       "'%s' cannot be a prefix of programs' names", prefix);
    if (!has_program(aj_strf(arena, "%sgcc", prefix), arena))
        return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc, "there is no program '%sgcc'",
                       prefix);
    return AJ_OK;
}

static enum aj_status check_kernel(struct aj_ctx *cx, struct cli_tree *tree, struct aj_arena *arena)
{
    const struct model_project *project = tree->in->project;
    const struct aj_loc loc = aj_yaml_loc(project->at, "kernel_dir");
    if (project->kernel_dir == NULL)
        return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc,
                       "no kernel_dir: Jailhouse is built by the kernel's build");
    char here[PATH_BYTES];
    tree->kernel_dir = project->kernel_dir;
    if (project->kernel_dir[0] != '/' && getcwd(here, sizeof here) != NULL)
        tree->kernel_dir = aj_strf(arena, "%s/%s", here, project->kernel_dir);
    if (!is_plain(tree->kernel_dir))
        return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc,
                       "make cannot bear all characters of '%s'", tree->kernel_dir);
    if (aj_file_exists(aj_strf(arena, "%s/Makefile", tree->kernel_dir)) &&
        aj_file_exists(aj_strf(arena, "%s/.config", tree->kernel_dir)))
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "build-argument", loc,
                   "'%s' is no configured kernel: it lacks Makefile or .config",
                   project->kernel_dir);
}

enum aj_status cli_tree_open(struct aj_ctx *cx, const struct cli_inputs *in, enum cli_tree_use use,
                             struct aj_arena *arena, struct cli_tree *tree)
{
    *tree = (struct cli_tree){.in = in, .dir = in->project->jailhouse_dir};
    if (tree->dir == NULL && use == CLI_TREE_BUILD)
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                       "--build wants jailhouse_dir in autojail.yml: the tree to build");
    if (tree->dir == NULL)
        return AJ_OK;
    if (!aj_is_directory(tree->dir)) {
        const enum aj_status status = no_tree(cx, tree, use);
        tree->dir = NULL;
        return status;
    }
    AJ_TRY(check_revision(cx, tree, arena));
    if (use == CLI_TREE_PLACE)
        return AJ_OK;
    const enum aj_status status = check_kernel(cx, tree, arena);
    return aj_worse(status, check_compiler(cx, tree, arena));
}

/* The sources */

/* Something is there that autojail did not make. */
static bool is_foreign(struct aj_ctx *cx, const struct cli_tree *tree, const char *name,
                       struct aj_arena *arena)
{
    const char *path = aj_strf(arena, "%s/%s", tree->dir, name);
    struct aj_bytes bytes;
    if (!aj_file_exists(path))
        return false;
    if (!aj_file_is_regular(path) || aj_file_read(cx, path, SOURCE_LIMIT, arena, &bytes) != AJ_OK)
        return true;
    const char *start = aj_strndup(arena, (const char *)bytes.data,
                                   bytes.size < MARK_BYTES ? bytes.size : MARK_BYTES);
    return strstr(start, EMIT_TREE_MARK) == NULL;
}

enum aj_status cli_tree_make(struct aj_ctx *cx, struct cli_tree *tree, const char *build_dir,
                             struct explore_step *step, struct aj_arena *arena)
{
    const struct cli_inputs *in = tree->in;
    const struct emit_input input = explore_step_input(in->project, in->req, step);
    cli_name_vec old = {NULL, 0, 0};
    enum aj_status status = AJ_OK;
    if (tree->dir == NULL)
        return AJ_OK;
    AJ_TRY(emit_tree(cx, &input, arena, &tree->files));
    for (size_t i = 0; i < tree->files.list.count; i++) {
        const char *name = tree->files.list.items[i].name;
        if (!is_foreign(cx, tree, name, arena))
            continue;
        status = aj_fail(cx, AJ_ERR_INPUT, "jailhouse-file",
                         aj_loc_file(aj_strf(arena, "%s/%s", tree->dir, name)),
                         "autojail did not make this file and does not replace it");
        aj_diag_hint(cx, "give the project or the guest another name");
    }
    AJ_TRY(status);
    AJ_TRY(cli_list_stale(cx, build_dir, CLI_TREE_LIST, &tree->files, arena, &old));
    for (size_t i = 0; i < old.count; i++)
        if (!is_foreign(cx, tree, old.items[i], arena))
            AJ_PUSH(arena, &tree->stale, old.items[i]);
    cli_list_add(CLI_TREE_LIST, &tree->files, arena, &step->files);
    return AJ_OK;
}

enum aj_status cli_tree_write(struct aj_ctx *cx, const struct cli_tree *tree)
{
    if (tree->dir == NULL)
        return AJ_OK;
    AJ_TRY(aj_outputs_write(cx, tree->dir, tree->files.list.items, tree->files.list.count));
    return aj_outputs_remove(cx, tree->dir, tree->stale.items, tree->stale.count);
}

/* The build */

/* The last lines of what make said, each as a note. */
static void tell_end(struct aj_ctx *cx, struct aj_bytes said)
{
    const char *text = (const char *)said.data, *end = text + said.size, *at = end;
    uint32_t lines = 0;
    while (at > text && lines < TOLD_LINES + 1)
        if (*--at == '\n')
            lines++;
    for (at += at > text; at < end;) {
        const size_t length = strcspn(at, "\n");
        if (length > 0)
            aj_diag_note(cx, AJ_NOWHERE, "%.*s", (int)(length < 500 ? length : 500), at);
        at += length + 1;
    }
}

static enum aj_status run_make(struct aj_ctx *cx, const struct cli_tree *tree,
                               struct aj_arena *arena, struct remote_result *result)
{
    const char *prefix = tree->in->project->cross_compile;
    const char *argv[] = {
        "make",
        "-C",
        tree->dir,
        aj_strf(arena, "KDIR=%s", tree->kernel_dir),
        aj_strf(arena, "ARCH=%s", aj_name_of(model_arch_names, tree->in->board->arch)),
        aj_strf(arena, "CROSS_COMPILE=%s", prefix != NULL ? prefix : ""),
    };
    const struct remote_command command = {
        .argv = argv, .argc = AJ_COUNT(argv), .timeout_ns = BUILD_NS};
    const struct remote_login here = {.login = "local:"};
    struct remote_host *host;
    AJ_TRY(remote_host_open(cx, &here, &host));
    const enum aj_status status = remote_host_run(cx, host, &command, arena, result);
    remote_host_close(host);
    return status;
}

/* `name` without its directory and ending is that of a cell in both trees. */
static enum aj_status compare_cell(struct aj_ctx *cx, const struct cli_tree *tree,
                                   const struct explore_step *step, const char *source,
                                   struct aj_arena *arena)
{
    const char *path = aj_strf(arena, "%s/%.*s.cell", tree->dir, (int)strlen(source) - 2, source);
    const char *stem = strrchr(source, '/') + 1;
    const char *name = aj_strf(arena, "cells/%.*s.cell", (int)strlen(stem) - 2, stem);
    struct aj_bytes built;
    AJ_TRY(aj_file_read(cx, path, SOURCE_LIMIT, arena, &built));
    for (size_t i = 0; i < step->files.list.count; i++) {
        const struct aj_output *ours = &step->files.list.items[i];
        if (strcmp(ours->name, name) != 0)
            continue;
        if (ours->size == built.size && memcmp(ours->data, built.data, built.size) == 0)
            return AJ_OK;
    }
    return aj_fail(cx, AJ_ERR_INTERNAL, "build-differs", aj_loc_file(path),
                   "the build makes another cell of its source than %s", name);
}

enum aj_status cli_tree_build(struct aj_ctx *cx, const struct cli_tree *tree,
                              const struct explore_step *step, struct aj_arena *arena)
{
    struct remote_result result;
    AJ_TRY(run_make(cx, tree, arena, &result));
    if (result.exit_status != 0) {
        const enum aj_status status =
            result.signal != NULL
                ? aj_fail(cx, AJ_ERR_TARGET, "build-failed", aj_loc_file(tree->dir),
                          "make was ended by signal %s", result.signal)
                : aj_fail(cx, AJ_ERR_TARGET, "build-failed", aj_loc_file(tree->dir),
                          "make failed with exit status %d", result.exit_status);
        tell_end(cx, result.err);
        return status;
    }
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < tree->files.list.count; i++) {
        const char *name = tree->files.list.items[i].name;
        if (name[strlen(name) - 1] == 'c')
            status = aj_worse(status, compare_cell(cx, tree, step, name, arena));
    }
    return status;
}
