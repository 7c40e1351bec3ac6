/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files: from a directory here to one on the target. */
#include "explore/deploy.h"

#include "base/digest.h"

#define LIST_NAME  "files.txt"
#define FILE_LIMIT ((size_t)16 << 20)

typedef AJ_VEC(struct aj_output) output_vec;
typedef AJ_VEC(struct explore_deployed_file) deployed_vec;

const char *explore_deploy_path(const struct explore_deploy *deploy, const char *name,
                                struct aj_arena *out)
{
    const char *directory = deploy->directory;
    /* A name that begins with '-' would be an option. */
    return aj_strf(out, "%s%s/%s", directory[0] == '/' ? "" : "./", directory, name);
}

/* The list comes from a file that anybody may have edited. */
static bool stays_inside(const char *name)
{
    const char *part = name;
    if (name[0] == '\0' || name[0] == '/')
        return false;
    for (;;) {
        const size_t length = strcspn(part, "/");
        if (length == 0 || (length == 2 && memcmp(part, "..", 2) == 0))
            return false;
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

static bool is_script(const char *name)
{
    const size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".sh") == 0;
}

static enum aj_status read_file(struct aj_ctx *cx, const char *from, const char *name,
                                struct aj_arena *out, output_vec *files)
{
    const char *path = aj_strf(out, "%s/%s", from, name);
    struct aj_bytes bytes;
    AJ_TRY(aj_file_read(cx, path, FILE_LIMIT, out, &bytes));
    const struct aj_output file = {
        .name = name, .data = bytes.data, .size = bytes.size, .executable = is_script(name)};
    AJ_PUSH(out, files, file);
    return AJ_OK;
}

static enum aj_status read_list(struct aj_ctx *cx, const char *from, struct aj_arena *out,
                                output_vec *files)
{
    const char *path = aj_strf(out, "%s/%s", from, LIST_NAME);
    struct aj_bytes list;
    uint32_t line = 1;
    if (!aj_file_exists(path)) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "deploy-files", aj_loc_file(path),
                                              "there is nothing to deploy in '%s'", from);
        aj_diag_hint(cx, "'autojail config' makes it");
        return status;
    }
    AJ_TRY(aj_file_read(cx, path, FILE_LIMIT, out, &list));
    for (const char *at = (const char *)list.data; *at != '\0'; line++) {
        const size_t length = strcspn(at, "\n");
        const char *name = aj_strndup(out, at, length);
        if (!stays_inside(name))
            return aj_fail(cx, AJ_ERR_INPUT, "deploy-files", ((struct aj_loc){path, line, 1}),
                           "'%s' is no name of a file of this directory", name);
        AJ_TRY(read_file(cx, from, name, out, files));
        at += length + (at[length] == '\n');
    }
    return AJ_OK;
}

static enum aj_status read_yaml(struct aj_ctx *cx, const char *from, const output_vec *files,
                                const char *name, struct aj_arena *out, const struct aj_yaml **doc)
{
    const char *path = aj_strf(out, "%s/%s", from, name);
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].name, name) == 0)
            return aj_yaml_parse(cx, path, files->items[i].data, files->items[i].size, out, doc);
    return aj_fail(cx, AJ_ERR_INPUT, "deploy-files", aj_loc_file(path), "the list has no %s", name);
}

enum aj_status explore_deploy_read(struct aj_ctx *cx, const char *from, const char *directory,
                                   struct aj_arena *out, struct explore_deploy *deploy)
{
    output_vec files = {NULL, 0, 0};
    const struct aj_yaml *doc;
    *deploy = (struct explore_deploy){.directory = directory};
    AJ_TRY(read_list(cx, from, out, &files));
    AJ_TRY(read_yaml(cx, from, &files, "plan.yml", out, &doc));
    AJ_TRY(model_plan_read(cx, doc, out, &deploy->plan));
    AJ_TRY(read_yaml(cx, from, &files, "system.yml", out, &doc));
    AJ_TRY(model_system_read(cx, doc, out, &deploy->system));
    deploy->files = files.items;
    deploy->files_count = files.count;
    if (deploy->system->root != NULL &&
        deploy->plan->cells_count == deploy->system->cells_count + 1)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "deploy-files", aj_loc_file(from),
                   "plan.yml and system.yml have other cells");
}

typedef AJ_VEC(const char *) word_vec;

/* On the target: the directory and those below it that files are in. */
static enum aj_status make_directories(struct aj_ctx *cx, struct remote_host *host,
                                       const struct explore_deploy *deploy, struct aj_arena *out)
{
    word_vec argv = {NULL, 0, 0};
    struct remote_result result;
    AJ_PUSH(out, &argv, "mkdir");
    AJ_PUSH(out, &argv, "-p");
    AJ_PUSH(out, &argv, explore_deploy_path(deploy, ".", out));
    for (size_t i = 0; i < deploy->files_count; i++) {
        const char *slash = strrchr(deploy->files[i].name, '/');
        if (slash == NULL)
            continue;
        const size_t length = (size_t)(slash - deploy->files[i].name);
        const char *part = aj_strndup(out, deploy->files[i].name, length);
        AJ_PUSH(out, &argv, explore_deploy_path(deploy, part, out));
    }
    const struct remote_command command = {.argv = argv.items, .argc = argv.count};
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    const char *said = (const char *)result.err.data;
    if (result.exit_status == 0)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_TARGET, "deploy-directory", aj_loc_file(remote_host_name(host)),
                   "'%s' cannot be made there: %.*s", deploy->directory, (int)strcspn(said, "\n"),
                   said);
}

/*
 * The digests of what is there: one line for each file, empty where there is none. Without sha256sum
 * nothing is known, and everything is brought.
 */
static enum aj_status look_there(struct aj_ctx *cx, struct remote_host *host,
                                 const struct explore_deploy *deploy, struct aj_arena *out,
                                 const char **digests)
{
    static const char script[] =
        "for f; do s=$(sha256sum <\"$f\" 2>/dev/null); echo \"${s%% *}\"; done";
    const char *const prefix[] = {"sh", "-c", script, "sh"};
    word_vec argv = {NULL, 0, 0};
    struct remote_result result;
    for (size_t i = 0; i < AJ_COUNT(prefix); i++)
        AJ_PUSH(out, &argv, prefix[i]);
    for (size_t i = 0; i < deploy->files_count; i++)
        AJ_PUSH(out, &argv, explore_deploy_path(deploy, deploy->files[i].name, out));
    const struct remote_command command = {.argv = argv.items, .argc = argv.count};
    AJ_TRY(remote_host_run(cx, host, &command, out, &result));
    *digests = (const char *)result.out.data;
    return AJ_OK;
}

/* Is the next line of `digests` this one? Goes on to the line after it. */
static bool take_digest(const char **digests, const char *wanted)
{
    const size_t length = strcspn(*digests, "\n");
    const bool same = length == strlen(wanted) && memcmp(*digests, wanted, length) == 0;
    *digests += length + ((*digests)[length] == '\n');
    return same;
}

enum aj_status explore_deploy_put(struct aj_ctx *cx, struct remote_host *host,
                                  const struct explore_deploy *deploy, struct aj_arena *out,
                                  const struct explore_deployed **deployed)
{
    struct explore_deployed *now = AJ_NEW(out, struct explore_deployed);
    deployed_vec files = {NULL, 0, 0};
    const char *digests;
    AJ_TRY(make_directories(cx, host, deploy, out));
    AJ_TRY(look_there(cx, host, deploy, out, &digests));
    for (size_t i = 0; i < deploy->files_count; i++) {
        const struct aj_output *from = &deploy->files[i];
        const struct aj_bytes bytes = {from->data, from->size};
        const struct explore_deployed_file file = {aj_strdup(out, from->name),
                                                   aj_sha256(out, bytes)};
        if (!take_digest(&digests, file.sha256))
            AJ_TRY(remote_host_put(cx, host, explore_deploy_path(deploy, from->name, out), bytes,
                                   from->executable ? 0755 : 0644));
        AJ_PUSH(out, &files, file);
    }
    *now = (struct explore_deployed){.directory = aj_strdup(out, deploy->directory),
                                     .plan = deploy->plan,
                                     .files = files.items,
                                     .files_count = files.count};
    *deployed = now;
    return AJ_OK;
}
