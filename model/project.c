/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/project.h"

#include "model/model_priv.h"

/* Stands below `power`; offsets from its first member. */
static const struct aj_field power_fields[] = {
    {.key = "on", .kind = AJ_FIELD_STRING, .offset = 0},
    {.key = "off",
     .kind = AJ_FIELD_STRING,
     .offset =
         offsetof(struct model_project, power_off) - offsetof(struct model_project, power_on)},
    {.key = "reset",
     .kind = AJ_FIELD_STRING,
     .offset =
         offsetof(struct model_project, power_reset) - offsetof(struct model_project, power_on)},
};
static const struct aj_schema power_schema = {
    .what = "power",
    .size = 3 * sizeof(const char *),
    .fields = power_fields,
    .fields_count = AJ_COUNT(power_fields),
};

static const struct aj_name boot_names[] = {
    {MODEL_BOOT_COMMAND, "command"},
    {MODEL_BOOT_GRUB, "grub"},
    {MODEL_BOOT_EXTLINUX, "extlinux"},
    {MODEL_BOOT_CMDLINE, "cmdline"},
    {0, NULL},
};

static enum aj_status boot_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    const struct model_boot *boot = (const struct model_boot *)value;
    if (boot->limit_ns == 0)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "limit"),
                                "a limit of nothing is none"));
    if ((boot->arguments == MODEL_BOOT_COMMAND) == (boot->set_count > 0))
        return AJ_OK;
    const bool both = boot->set_count > 0;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, both ? "key-twice" : "key-missing", node->loc,
                both ? "'arguments' and 'set' both say where the kernel arguments are kept"
                     : "nothing says where the kernel arguments are kept");
    aj_diag_hint(cx, "arguments: grub, extlinux or cmdline; or set: a command that keeps them");
    return model_at(cx, path, status);
}

static const struct aj_field boot_fields[] = {
    AJ_F_ENUM(struct model_boot, arguments, boot_names, MODEL_BOOT_COMMAND,
              .max = MODEL_BOOT_CMDLINE),
    AJ_F_STRING(struct model_boot, file),
    AJ_F_STRINGS(struct model_boot, set, .flags = AJ_FIELD_FLOW),
    AJ_F_STRINGS(struct model_boot, reboot, .flags = AJ_FIELD_FLOW),
    AJ_F_KEY("limit", AJ_FIELD_DURATION, struct model_boot, limit_ns, .def = 300 * AJ_NS_PER_S),
};
static const struct aj_schema boot_schema = {
    .what = "boot",
    .size = sizeof(struct model_boot),
    .fields = boot_fields,
    .fields_count = AJ_COUNT(boot_fields),
    .finish = boot_finish,
};

/* The name becomes part of file names. */
static bool name_fits(const char *name)
{
    static const char *const chars =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    const size_t len = strspn(name, chars);
    return len > 0 && len <= 64 && name[len] == '\0' && name[0] != '.' && name[0] != '-';
}

static enum aj_status project_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    const struct model_project *project = (const struct model_project *)value;
    if (!name_fits(project->name)) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "project-name", aj_yaml_loc(node, "name"),
                    "'%s' cannot be the name of a project", project->name);
        aj_diag_hint(cx, "letters, digits, '_', '-' and '.': files are named by it");
        return model_at(cx, path, status);
    }
    if (project->config_revision != 13 && project->config_revision != 14)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "config_revision"),
                                "configuration revisions are 13 and 14"));
    return AJ_OK;
}

static const struct aj_field project_fields[] = {
    AJ_F_STRING(struct model_project, name, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_project, board),
    AJ_F_ENUM(struct model_project, arch, model_arch_names, MODEL_ARCH_ARM64,
              .max = MODEL_ARCH_ARM64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_project, login),
    AJ_F_STRING(struct model_project, jump),
    AJ_F_STRING(struct model_project, cross_compile),
    AJ_F_STRING(struct model_project, kernel_dir),
    AJ_F_STRING(struct model_project, jailhouse_dir),
    AJ_F_STRING(struct model_project, jailhouse_url),
    AJ_F_UINT(struct model_project, config_revision, 14),
    AJ_F_STRING(struct model_project, uart),
    {.key = "power",
     .kind = AJ_FIELD_STRUCT,
     .offset = offsetof(struct model_project, power_on),
     .sub = &power_schema},
    AJ_F_STRING(struct model_project, build_dir, .def_text = "build"),
    AJ_F_STRING(struct model_project, deploy_dir, .def_text = "deploy"),
    AJ_F_OPTIONAL(struct model_project, boot, &boot_schema),
};
const struct aj_schema model_project_schema = {
    .what = "project",
    .size = sizeof(struct model_project),
    .fields = project_fields,
    .fields_count = AJ_COUNT(project_fields),
    .at_offset = offsetof(struct model_project, at),
    .has_at = true,
    .finish = project_finish,
};

enum aj_status model_project_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                  struct aj_arena *out, const struct model_project **project)
{
    struct model_project *read = AJ_NEW(out, struct model_project);
    AJ_TRY(aj_schema_read(cx, &model_project_schema, doc, "", out, read));
    *project = read;
    return AJ_OK;
}

void model_project_write(const struct model_project *project, struct aj_buf *to)
{
    aj_schema_write_document(to, "Where the board is, for autojail.", &model_project_schema,
                             project);
}
