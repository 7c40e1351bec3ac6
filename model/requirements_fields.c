/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/requirements_priv.h"

#include "model/model_priv.h"

/* CPUs: a set, or a map that says more */

static const struct aj_field cpu_request_fields[] = {
    AJ_F_INTSET(struct model_cpu_request, list, AJ_CPU_MAX - 1),
    AJ_F_UINT(struct model_cpu_request, count, AJ_NONE32, .max = AJ_CPU_MAX),
    AJ_F_ENUM(struct model_cpu_request, exclusive, model_domain_names, MODEL_DOMAIN_NONE,
              .max = MODEL_DOMAIN_PACKAGE),
    AJ_F_ENUM(struct model_cpu_request, together, model_domain_names, MODEL_DOMAIN_NONE,
              .max = MODEL_DOMAIN_PACKAGE),
    AJ_F_KEY("class", AJ_FIELD_ENUM, struct model_cpu_request, kind, .names = model_cpu_class_names,
             .max = MODEL_CPU_LITTLE),
    AJ_F_KEY("node", AJ_FIELD_INTSET, struct model_cpu_request, nodes),
};
static const struct aj_schema cpu_request_schema = {
    .what = "CPU request",
    .size = sizeof(struct model_cpu_request),
    .fields = cpu_request_fields,
    .fields_count = AJ_COUNT(cpu_request_fields),
    .at_offset = offsetof(struct model_cpu_request, at),
    .has_at = true,
    .finish = model_cpu_request_finish,
};

/* The short form, as the one key of a map that is not written out. */
static const struct aj_field cpu_list_fields[] = {
    AJ_F_KEY("cpus", AJ_FIELD_INTSET, struct model_cpu_request, list, .max = AJ_CPU_MAX - 1),
};
static const struct aj_schema cpu_list_schema = {
    .what = "cell",
    .size = sizeof(struct model_cpu_request),
    .fields = cpu_list_fields,
    .fields_count = AJ_COUNT(cpu_list_fields),
};

static enum aj_status cpu_request_read(struct aj_ctx *cx, const struct aj_yaml *node,
                                       const char *path, struct aj_arena *out, void *value)
{
    if (node->kind == AJ_YAML_MAP)
        return aj_schema_read(cx, &cpu_request_schema, node, path, out, value);
    struct model_cpu_request *request = (struct model_cpu_request *)value;
    *request = (struct model_cpu_request){.count = AJ_NONE32, .at = node};
    AJ_TRY(model_read_field(cx, &cpu_list_schema, node, path, out, request));
    if (aj_cpuset_empty(&request->list))
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "range", node->loc, "a cell needs at least one CPU"));
    return AJ_OK;
}

/* Does it say anything but which CPUs? */
static bool says_more(const struct model_cpu_request *request)
{
    return request->exclusive != MODEL_DOMAIN_NONE || request->together != MODEL_DOMAIN_NONE ||
           request->kind != MODEL_CPU_ANY || !aj_cpuset_empty(&request->nodes);
}

static void cpu_request_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct model_cpu_request *request = (const struct model_cpu_request *)value;
    if (request->count == AJ_NONE32 && !says_more(request))
        aj_yaml_write_plain(w, aj_cpuset_format(scratch, &request->list));
    else
        aj_schema_write(w, &cpu_request_schema, request);
}

/* A request of zero bytes is one that was not read. */
static bool cpu_request_is_default(const void *value)
{
    const struct model_cpu_request *request = (const struct model_cpu_request *)value;
    return aj_cpuset_empty(&request->list) &&
           (request->count == AJ_NONE32 || request->count == 0) && !says_more(request);
}

const struct aj_custom_field model_cpu_request_field = {cpu_request_read, cpu_request_write,
                                                        cpu_request_is_default};

/* Console: a reference or a description */

static enum aj_status console_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                   struct aj_arena *out, void *value)
{
    struct model_console_request *request = (struct model_console_request *)value;
    *request = (struct model_console_request){.at = node};
    if (node->kind == AJ_YAML_SCALAR) {
        request->ref = aj_strdup(out, node->text);
        return AJ_OK;
    }
    struct model_console *console = AJ_NEW(out, struct model_console);
    request->description = console;
    AJ_TRY(aj_schema_read(cx, &model_console_schema, node, path, out, console));
    if (console->size == 0) /* one found by its ports */
        return AJ_OK;
    return model_check_range(cx, node, path, "address",
                             (struct aj_range){console->address, console->size});
}

static void console_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    (void)scratch;
    const struct model_console_request *request = (const struct model_console_request *)value;
    if (request->ref != NULL)
        aj_yaml_write_string(w, request->ref);
    else if (request->description == NULL)
        aj_yaml_write_plain(w, "null");
    else
        aj_schema_write(w, &model_console_schema, request->description);
}

static bool console_is_default(const void *value)
{
    const struct model_console_request *request = (const struct model_console_request *)value;
    return request->ref == NULL && request->description == NULL;
}

const struct aj_custom_field model_console_request_field = {console_read, console_write,
                                                            console_is_default};

/* Links: one, or a map of them; `value` is the member links of the requirements */

static const struct aj_field link_fields[] = {
    AJ_F_KEY("name", AJ_FIELD_STRING, struct model_link_request, title, .def = 0),
    AJ_F_ENUM(struct model_link_request, protocol, model_shmem_protocols,
              JAILHOUSE_SHMEM_PROTO_UNDEFINED, .names_prefix = "JAILHOUSE_SHMEM_PROTO_"),
    AJ_F_SIZE(struct model_link_request, size, AJ_MIB(1)),
    AJ_F_STRINGS(struct model_link_request, peers, .flags = AJ_FIELD_REQUIRED | AJ_FIELD_FLOW),
    AJ_F_STRING(struct model_link_request, network, .def = 0),
};
static const struct aj_schema link_schema = {
    .what = "link",
    .size = sizeof(struct model_link_request),
    .fields = link_fields,
    .fields_count = AJ_COUNT(link_fields),
    .at_offset = offsetof(struct model_link_request, at),
    .has_at = true,
};

static enum aj_status links_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                 struct aj_arena *out, void *value)
{
    struct model_requirements *req =
        (struct model_requirements *)((char *)value - offsetof(struct model_requirements, links));
    if (node->kind != AJ_YAML_MAP)
        return model_at(
            cx, path,
            aj_fail(cx, AJ_ERR_INPUT, "type", node->loc, "expected a link or a map of links"));
    const struct aj_yaml *peers = aj_yaml_get(node, "peers");
    const bool single = peers != NULL && peers->kind != AJ_YAML_MAP;
    const size_t count = single ? 1 : node->count;
    struct model_link_request *links = AJ_NEW_ARRAY(out, struct model_link_request, count);
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < count; i++) {
        links[i].name = single ? "shmem" : aj_strdup(out, node->keys[i]->text);
        const char *below = single ? path : aj_strf(out, "%s.%s", path, links[i].name);
        const struct aj_yaml *item = single ? node : node->items[i];
        status = aj_worse(status, aj_schema_read(cx, &link_schema, item, below, out, &links[i]));
    }
    req->links = links;
    req->links_count = count;
    return status;
}

static void links_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    (void)scratch;
    const struct model_requirements *req =
        (const struct model_requirements *)((const char *)value -
                                            offsetof(struct model_requirements, links));
    aj_yaml_write_map(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < req->links_count; i++) {
        aj_yaml_write_string(w, req->links[i].name);
        aj_schema_write(w, &link_schema, &req->links[i]);
    }
    aj_yaml_write_end_map(w);
}

static bool links_are_default(const void *value)
{
    const struct model_requirements *req =
        (const struct model_requirements *)((const char *)value -
                                            offsetof(struct model_requirements, links));
    return req->links_count == 0;
}

const struct aj_custom_field model_links_field = {links_read, links_write, links_are_default};
