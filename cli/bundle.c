/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/bundle.h"

#include <assert.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/names.h"
#include "base/yaml.h"
#include "cli/commands.h"
#include "emit/service.h"
#include "remote/remote.h"

#define STANDARD_DIR "/opt/autojail"

struct bundle {
    struct aj_arena *arena;
    const char *dir;         /* of the cells, on the target; absolute */
    struct emit_files files; /* names without the first '/' */
};

/* What the board's system looks for elsewhere: files whose name begins like this. */
static const struct {
    const char *from, *to;
} places[] = {
    {"net/root/networkd/", "etc/systemd/network/"},
    {"net/root/interfaces.d/", "etc/network/interfaces.d/"},
    {"grub.d/", "etc/default/grub.d/"},
};

static const char *target_name(const struct bundle *b, const char *name)
{
    for (size_t i = 0; i < AJ_COUNT(places); i++) {
        const size_t length = strlen(places[i].from);
        if (strncmp(name, places[i].from, length) == 0)
            return aj_strf(b->arena, "%s%s", places[i].to, name + length);
    }
    return aj_strf(b->arena, "%s/%s", b->dir + 1, name);
}

static void add(struct bundle *b, const char *name, struct aj_buf *text)
{
    const struct aj_output file = {
        .name = name, .data = aj_memdup(b->arena, aj_buf_text(text), text->len), .size = text->len};
    AJ_PUSH(b->arena, &b->files.list, file);
    aj_buf_free(text);
}

/* Manifest */

static void put(struct aj_yaml_writer *w, const char *key, const char *value)
{
    aj_yaml_write_string(w, key);
    aj_yaml_write_string(w, value);
}

static void put_number(struct aj_yaml_writer *w, const char *key, uint64_t value)
{
    aj_yaml_write_string(w, key);
    aj_yaml_write_plain(w, aj_strf(aj_yaml_writer_scratch(w), "%llu", (unsigned long long)value));
}

/* The files that decided; nothing of where they are. */
static enum aj_status put_inputs(struct aj_ctx *cx, const struct cli_args *args,
                                 struct aj_yaml_writer *w, struct aj_arena *arena)
{
    static const struct {
        const char *option, *standard;
    } inputs[] = {{"project", "autojail.yml"},
                  {"board", "board.yml"},
                  {"cells", "cells.yml"},
                  {"stability", NULL}};
    struct aj_bytes bytes;
    aj_yaml_write_string(w, "inputs");
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < AJ_COUNT(inputs); i++) {
        const char *path = cli_value_or(args, inputs[i].option, inputs[i].standard);
        if (path == NULL || !aj_file_exists(path))
            continue;
        AJ_TRY(aj_file_read(cx, path, CLI_YAML_LIMIT, arena, &bytes));
        put(w, inputs[i].option, aj_sha256(arena, bytes));
    }
    aj_yaml_write_end_map(w);
    return AJ_OK;
}

/* Those that have a say in what is decided. */
static void put_options(const struct cli_args *args, struct aj_yaml_writer *w)
{
    static const char *const options[] = {"time-limit", "gap"};
    aj_yaml_write_string(w, "options");
    aj_yaml_write_map(w, AJ_YAML_FLOW);
    for (size_t i = 0; i < AJ_COUNT(options); i++)
        if (cli_value(args, options[i]) != NULL)
            put(w, options[i], cli_value(args, options[i]));
    aj_yaml_write_end_map(w);
}

static void put_files(const struct bundle *b, struct aj_yaml_writer *w)
{
    aj_yaml_write_string(w, "files");
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < b->files.list.count; i++) {
        const struct aj_output *file = &b->files.list.items[i];
        const struct aj_bytes bytes = {file->data, file->size};
        aj_yaml_write_map(w, AJ_YAML_BLOCK);
        put(w, "path", aj_strf(b->arena, "/%s", file->name));
        put_number(w, "size", file->size);
        put(w, "mode", file->executable ? "0755" : "0644");
        put(w, "sha256", aj_sha256(b->arena, bytes));
        aj_yaml_write_end_map(w);
    }
    aj_yaml_write_end_seq(w);
}

static enum aj_status put_all(struct aj_ctx *cx, const struct cli_args *args,
                              const struct cli_inputs *in, const struct explore_step *step,
                              const struct bundle *b, struct aj_yaml_writer *w)
{
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    put(w, "autojail", AJ_VERSION);
    put(w, "decided_by", step->plan->decided_by);
    put(w, "project", in->project->name);
    put(w, "arch", aj_name_of(model_arch_names, step->board->arch));
    put_number(w, "config_revision", in->project->config_revision);
    AJ_TRY(put_inputs(cx, args, w, b->arena));
    put_options(args, w);
    put_files(b, w);
    aj_yaml_write_end_map(w);
    return AJ_OK;
}

static enum aj_status add_manifest(struct aj_ctx *cx, const struct cli_args *args,
                                   const struct cli_inputs *in, const struct explore_step *step,
                                   struct bundle *b)
{
    struct aj_buf text = {NULL, 0, 0};
    aj_buf_adds(&text, "# What `autojail config --bundle` put onto this board, and of what.\n");
    struct aj_yaml_writer *w = aj_yaml_writer_open(&text);
    const enum aj_status status = put_all(cx, args, in, step, b, w);
    const bool whole = aj_yaml_writer_close(w);
    assert(status != AJ_OK || whole);
    if (status == AJ_OK)
        add(b, aj_strf(b->arena, "%s/manifest.yml", b->dir + 1), &text);
    aj_buf_free(&text);
    return status;
}

/* Uninstalling */

static int longest_first(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    const size_t m = strlen(*x), n = strlen(*y);
    return m != n ? (m < n) - (m > n) : strcmp(*x, *y);
}

/* Every file, and then the directories that are the bundle's own, each after those inside it. */
static void add_uninstall(struct bundle *b)
{
    AJ_VEC(const char *) dirs = {NULL, 0, 0};
    struct aj_buf text = {NULL, 0, 0};
    const char *own = aj_strf(b->arena, "%s/uninstall.txt", b->dir + 1);
    add(b, own, &text);
    AJ_PUSH(b->arena, &dirs, b->dir);
    for (size_t i = 0; i < b->files.list.count; i++) {
        const char *path = aj_strf(b->arena, "/%s", b->files.list.items[i].name);
        aj_buf_addf(&text, "%s\n", path);
        for (const char *at = path + strlen(b->dir) + 1;
             strncmp(path, b->dir, strlen(b->dir)) == 0 && (at = strchr(at, '/')) != NULL; at++)
            AJ_PUSH(b->arena, &dirs, aj_strndup(b->arena, path, (size_t)(at - path)));
    }
    qsort(dirs.items, dirs.count, sizeof *dirs.items, longest_first);
    for (size_t i = 0; i < dirs.count; i++)
        if (i == 0 || strcmp(dirs.items[i], dirs.items[i - 1]) != 0)
            aj_buf_addf(&text, "%s/\n", dirs.items[i]);
    b->files.list.items[b->files.list.count - 1].data =
        aj_memdup(b->arena, aj_buf_text(&text), text.len);
    b->files.list.items[b->files.list.count - 1].size = text.len;
    aj_buf_free(&text);
}

/* It stands in the unit, in scripts and in lists as it is. */
static bool is_sound(const char *dir)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./+-@";
    if (dir[0] != '/' || dir[strspn(dir, plain)] != '\0')
        return false;
    while (*dir != '\0') {
        const char *part = dir + 1;
        const size_t length = strcspn(part, "/");
        if (length == 0 || part[0] == '.')
            return false;
        dir = part + length;
    }
    return true;
}

enum aj_status cli_bundle_make(struct aj_ctx *cx, const struct cli_args *args,
                               const struct cli_inputs *in, const struct explore_step *step,
                               struct aj_arena *arena, struct aj_buf *tar)
{
    const char *wanted = in->project->deploy_dir;
    struct bundle b = {
        .arena = arena,
        .dir = wanted[0] == '/' ? wanted : aj_strf(arena, STANDARD_DIR "/%s", in->project->name),
    };
    struct aj_buf unit = {NULL, 0, 0};
    if (!is_sound(b.dir))
        return aj_fail(
            cx, AJ_ERR_INPUT, "bundle-directory", aj_yaml_loc(in->project->at, "deploy_dir"),
            "'%s' cannot be the directory of a bundle: letters, digits and _./+-@ alone, "
            "no part hidden or empty",
            wanted);
    for (size_t i = 0; i < step->files.list.count; i++) {
        struct aj_output file = step->files.list.items[i];
        file.name = target_name(&b, file.name);
        AJ_PUSH(arena, &b.files.list, file);
    }
    emit_service(in->project, step->plan, b.dir, &unit);
    add(&b, "etc/systemd/system/autojail.service", &unit);
    AJ_TRY(add_manifest(cx, args, in, step, &b));
    add_uninstall(&b);
    remote_tar(b.files.list.items, b.files.list.count, tar);
    return AJ_OK;
}
