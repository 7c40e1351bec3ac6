/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Devices that the root cannot do without: what its root file system lies on, and what its default
 * route goes through. Their links in sysfs name every device above them.
 */
#include "extract/extract_priv.h"

#define DEPTH_MAX 4 /* encrypted volume on a logical one on a RAID on disks */

/* The platform device called `name`, by its node. */
static struct extract_device *on_platform(const struct extract *ex, const char *name)
{
    static const char *const buses[] = {"platform", "amba", "pci"};
    for (size_t i = 0; ex->dt != NULL && i < AJ_COUNT(buses); i++) {
        const char *link = remote_link(
            ex->remote, aj_strf(ex->cx->scratch, "/sys/bus/%s/devices/%s/of_node", buses[i], name),
            ex->cx->scratch);
        const char *path = extract_node_path(link);
        const struct aj_dt_node *node = path == NULL ? NULL : aj_dt_at(ex->dt, path);
        if (node != NULL && extract_device_of(ex, node) != NULL)
            return extract_device_of(ex, node);
    }
    return NULL;
}

static struct extract_device *called(const struct extract *ex, const char *name)
{
    for (size_t i = 0; i < ex->devices.count; i++)
        if (ex->devices.items[i].d.pci != NULL && strcmp(ex->devices.items[i].d.name, name) == 0)
            return &ex->devices.items[i];
    return on_platform(ex, name);
}

/* The nearest device of the board among the components of a path in sysfs. */
static void keep_owner(struct extract *ex, const char *path, const char *reason)
{
    struct extract_device *owner = NULL;
    while (*path != '\0') {
        const size_t length = strcspn(path, "/");
        struct extract_device *device = called(ex, aj_strndup(ex->cx->scratch, path, length));
        owner = device == NULL ? owner : device;
        path += length;
        path += strspn(path, "/");
    }
    if (owner == NULL)
        return;
    owner->d.verdict = MODEL_VERDICT_ROOT_ONLY;
    extract_reason(ex, owner, reason);
}

/* `at` is a directory of sysfs that stands for a disk or an interface; what it is made of stands
 * below `parts`, with `prefix` before the names, which are those of the same class. */
struct class
{
    const char *path, *parts, *prefix;
};

static void keep(struct extract *ex, const struct class *class, const char *name,
                 const char *reason, int depth)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    const char *at = aj_strf(ex->cx->scratch, "%s/%s", class->path, name);
    const char *link = remote_link(ex->remote, at, ex->cx->scratch);
    if (link == NULL)
        link = remote_link(ex->remote, aj_strf(ex->cx->scratch, "%s/device", at), ex->cx->scratch);
    if (link != NULL)
        keep_owner(ex, link, reason);
    at = aj_strf(ex->cx->scratch, "%s%s", at, class->parts);
    if (depth == 0 || !remote_list(ex->remote, at, ex->cx->scratch, &entries, &count))
        return;
    const size_t prefix = strlen(class->prefix);
    for (size_t i = 0; i < count; i++) {
        const char *part = extract_link_name(ex, entries[i].name);
        if (strncmp(part, class->prefix, prefix) == 0 && part[prefix] != '\0')
            keep(ex, class, part + prefix, reason, depth - 1);
    }
}

/* Field `index` of a line, from 0; NULL if it has fewer. */
static const char *field(const struct extract *ex, const char *line, size_t index)
{
    for (line += strspn(line, " \t"); *line != '\0'; line += strspn(line, " \t")) {
        const size_t length = strcspn(line, " \t");
        if (index-- == 0)
            return aj_strndup(ex->cx->scratch, line, length);
        line += length;
    }
    return NULL;
}

/* "23 1 179:2 / / rw - ext4 /dev/mmcblk0p2 rw": the disk by its number, else by its name. */
static void keep_disk(struct extract *ex)
{
    static const struct class block = {"/sys/class/block", "/slaves", ""};
    struct extract_lines lines;
    const char *number = NULL, *source = NULL;
    if (!extract_lines_open(ex, "/proc/self/mountinfo", &lines))
        return;
    for (const char *line = extract_line(ex, &lines); line != NULL;
         line = extract_line(ex, &lines)) {
        const char *point = field(ex, line, 4), *rest = strstr(line, " - ");
        if (point == NULL || strcmp(point, "/") != 0 || rest == NULL)
            continue;
        number = field(ex, line, 2);
        source = field(ex, rest + 3, 1);
    }
    if (number == NULL)
        return;
    const char *link = remote_link(
        ex->remote, aj_strf(ex->cx->scratch, "/sys/dev/block/%s", number), ex->cx->scratch);
    const char *path = link == NULL ? source : link;
    const char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (slash == NULL)
        return;
    const char *reason = aj_strf(ex->out, "the root file system is on it (%s)", slash + 1);
    if (link != NULL)
        keep_owner(ex, link, reason);
    keep(ex, &block, slash + 1, reason, DEPTH_MAX);
}

/* Files of routes: where the destination stands, how the default one begins, where the interface. */
static const struct {
    const char *path;
    size_t destination, interface;
    const char *standard;
} routes[] = {
    {"/proc/net/route", 1, 0, "00000000"},
    {"/proc/net/ipv6_route", 0, 9, "00000000000000000000000000000000"},
};

static void keep_network(struct extract *ex)
{
    static const struct class net = {"/sys/class/net", "", "lower_"};
    for (size_t i = 0; i < AJ_COUNT(routes); i++) {
        struct extract_lines lines;
        if (!extract_lines_open(ex, routes[i].path, &lines))
            continue;
        for (const char *line = extract_line(ex, &lines); line != NULL;
             line = extract_line(ex, &lines)) {
            const char *destination = field(ex, line, routes[i].destination);
            const char *name = field(ex, line, routes[i].interface);
            if (destination != NULL && name != NULL && strchr(name, '/') == NULL &&
                strcmp(destination, routes[i].standard) == 0)
                keep(ex, &net, name,
                     aj_strf(ex->out, "the network is reached through it (%s)", name), DEPTH_MAX);
        }
    }
}

void extract_roots_own(struct extract *ex)
{
    if (ex->remote == NULL)
        return;
    keep_disk(ex);
    keep_network(ex);
}
