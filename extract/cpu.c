/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs: which node is which CPU of Linux, what it is, and where it sits. */
#include "extract/extract_priv.h"

#define SYSFS "/sys/devices/system/cpu"

/* MPIDR fields: Aff0 is the lowest byte. */
static uint64_t affinity(uint64_t mpidr, unsigned level)
{
    const uint64_t divisors[] = {1, 0x100, 0x10000};
    return level == 3 ? mpidr / 0x100000000 % 0x100 : mpidr / divisors[level] % 0x100;
}

/* A CPU with its node; sysfs may know CPUs that have none. */
struct cpu {
    struct model_cpu c;
    const struct aj_dt_node *node;
};

typedef AJ_VEC(struct cpu) cpu_list;

static const char *cpu_file(const struct extract *ex, uint32_t id, const char *file)
{
    return aj_strf(ex->cx->scratch, SYSFS "/cpu%u/%s", (unsigned)id, file);
}

/* `text` is a file of the CPU in sysfs, a property of its node, or how the key was derived. */
static void from(const struct extract *ex, uint32_t id, const char *key, const char *text)
{
    extract_from(ex, "cpus", aj_strf(ex->out, "%u", (unsigned)id), key, text);
}

bool extract_is_cpu(const struct aj_dt_node *node)
{
    const char *type = aj_dt_string(node, "device_type");
    return type != NULL ? strcmp(type, "cpu") == 0 : strncmp(node->name, "cpu@", 4) == 0;
}

/* `reg` has one cell, or two of which the first is Aff3. */
static uint64_t mpidr_of(const struct aj_dt_node *node)
{
    uint64_t value = AJ_NONE64;
    if (node == NULL || !aj_dt_u64(node, "reg", &value))
        return AJ_NONE64;
    return value;
}

static struct cpu new_cpu(uint32_t id, const struct aj_dt_node *node)
{
    return (struct cpu){
        .node = node,
        .c =
            {
                .id = {id},
                .mpidr = {mpidr_of(node)},
                .midr = AJ_NONE64,
                .package = AJ_NONE32,
                .cluster = AJ_NONE32,
                .core = AJ_NONE32,
                .thread = AJ_NONE32,
                .capacity = AJ_NONE32,
            },
    };
}

/* The node that sysfs names for a CPU, NULL if it names none. */
static const struct aj_dt_node *node_in_sysfs(const struct extract *ex, uint32_t id)
{
    const char *link = remote_link(ex->remote, cpu_file(ex, id, "of_node"), ex->cx->scratch);
    const char *path = extract_node_path(link);
    struct extract_lines lines;
    if (ex->dt == NULL)
        return NULL;
    static const char key[] = "OF_FULLNAME=";
    if (path == NULL && extract_lines_open(ex, cpu_file(ex, id, "uevent"), &lines))
        for (const char *line = extract_line(ex, &lines); line != NULL && path == NULL;
             line = extract_line(ex, &lines))
            if (strncmp(line, key, sizeof key - 1) == 0)
                path = line + sizeof key - 1;
    return path == NULL ? NULL : aj_dt_at(ex->dt, path);
}

static int by_id(const void *a, const void *b)
{
    const struct cpu *x = a, *y = b;
    return (x->c.id.v > y->c.id.v) - (x->c.id.v < y->c.id.v);
}

static bool named_in_sysfs(struct extract *ex, cpu_list *cpus)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0, known = 0;
    if (ex->remote == NULL || !remote_list(ex->remote, SYSFS, ex->cx->scratch, &entries, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *digits = entries[i].name + 3;
        uint64_t id = 0;
        if (strncmp(entries[i].name, "cpu", 3) != 0 || !extract_decimal(ex, &digits, &id) ||
            *digits != '\0' || id >= AJ_CPU_MAX)
            continue;
        const struct cpu cpu = new_cpu((uint32_t)id, node_in_sysfs(ex, (uint32_t)id));
        known += cpu.node != NULL;
        const char *dir = aj_strf(ex->cx->scratch, SYSFS "/cpu%u", (unsigned)id);
        from(ex, cpu.c.id.v, NULL,
             cpu.node == NULL ? dir
                              : aj_strf(ex->cx->scratch, "devicetree %s, %s", cpu.node->path, dir));
        AJ_PUSH(ex->out, cpus, cpu);
    }
    if (ex->dt != NULL && known == 0)
        cpus->count = 0;
    if (cpus->count > 0)
        qsort(cpus->items, cpus->count, sizeof *cpus->items, by_id);
    for (size_t i = 0; i < cpus->count; i++)
        if (ex->dt != NULL && cpus->items[i].node == NULL)
            extract_note(ex, "warning", "cpu-node", cpu_file(ex, cpus->items[i].c.id.v, ""),
                         "Linux has a CPU that the device tree does not describe");
    return cpus->count > 0;
}

static int by_mpidr(const void *a, const void *b)
{
    const struct cpu *x = a, *y = b;
    return (x->c.mpidr.v > y->c.mpidr.v) - (x->c.mpidr.v < y->c.mpidr.v);
}

/* Linux numbers the boot CPU 0 and the others in the order of the blob. */
static void put_boot_cpu_first(const struct extract *ex, cpu_list *cpus)
{
    uint64_t boot = ex->dt->has_boot_cpu ? ex->dt->boot_cpu : AJ_NONE64;
    if (ex->dmesg.has_boot_cpu)
        boot = ex->dmesg.boot_cpu;
    for (size_t i = 0; i < cpus->count; i++) {
        const struct cpu cpu = cpus->items[i];
        if (cpu.c.mpidr.v != boot)
            continue;
        memmove(cpus->items + 1, cpus->items, i * sizeof *cpus->items);
        cpus->items[0] = cpu;
        return;
    }
}

static void number_by_tree(struct extract *ex, const struct aj_dt_node *parent, cpu_list *cpus)
{
    for (const struct aj_dt_node *node = parent->children; node != NULL; node = node->next)
        if (extract_is_cpu(node) && cpus->count < AJ_CPU_MAX)
            AJ_PUSH(ex->out, cpus, new_cpu(0, node));
    if (cpus->count == 0)
        return;
    if (!ex->node_order)
        qsort(cpus->items, cpus->count, sizeof *cpus->items, by_mpidr);
    put_boot_cpu_first(ex, cpus);
    for (size_t i = 0; i < cpus->count; i++) {
        cpus->items[i].c.id.v = (uint32_t)i;
        extract_from_node(ex, "cpus", aj_strf(ex->out, "%zu", i), NULL, cpus->items[i].node, NULL);
    }
    extract_note(ex, "info", "cpu-order", parent->path,
                 ex->node_order
                     ? "Linux's CPU numbers are not known: the boot CPU and the order of the nodes"
                     : "Linux's CPU numbers are not known: ascending `reg` is taken for them");
}

/* The number at the end of a node's name behind `prefix`; false if it has another name. */
static bool numbered(const struct extract *ex, const struct aj_dt_node *node, const char *prefix,
                     uint32_t *value)
{
    const size_t length = strlen(prefix);
    const char *digits = node->name + length;
    uint64_t number = 0;
    if (strncmp(node->name, prefix, length) != 0 || !extract_decimal(ex, &digits, &number) ||
        *digits != '\0' || number > 255)
        return false;
    *value = (uint32_t)number;
    return true;
}

/* A leaf of cpu-map: socketS/clusterC/coreK/threadT, where clusters may nest. */
static void place_by_map(const struct extract *ex, const struct aj_dt_node *leaf,
                         struct model_cpu *cpu)
{
    static const char *const keys[] = {"package", "cluster", "core", "thread"};
    const char *entry = aj_strf(ex->out, "%u", (unsigned)cpu->id.v);
    uint32_t number = 0, factor = 1;
    for (size_t i = 0; i < AJ_COUNT(keys); i++)
        extract_from_node(ex, "cpus", entry, keys[i], leaf, NULL);
    for (const struct aj_dt_node *node = leaf; node->parent != NULL; node = node->parent) {
        if (numbered(ex, node, "thread", &number))
            cpu->thread = number;
        else if (numbered(ex, node, "core", &number))
            cpu->core = number;
        else if (numbered(ex, node, "socket", &number))
            cpu->package = number;
        else if (numbered(ex, node, "cluster", &number) && factor <= 0x10000) {
            cpu->cluster = (factor == 1 ? 0 : cpu->cluster) + number * factor;
            factor *= 256;
        }
    }
}

static void read_cpu_map(const struct extract *ex, cpu_list *cpus)
{
    const struct aj_dt_node *map = aj_dt_at(ex->dt, "/cpus/cpu-map");
    for (size_t i = map == NULL ? ex->dt->nodes.count : map->ix; i < ex->dt->nodes.count; i++) {
        const struct aj_dt_node *leaf = ex->dt->nodes.items[i];
        uint32_t phandle = 0;
        if (strncmp(leaf->path, map->path, strlen(map->path)) != 0)
            break;
        if (!aj_dt_u32(leaf, "cpu", &phandle) || phandle == 0)
            continue;
        for (size_t k = 0; k < cpus->count; k++)
            if (cpus->items[k].node != NULL && cpus->items[k].node->phandle == phandle)
                place_by_map(ex, leaf, &cpus->items[k].c);
    }
}

/* What the affinity says, for those that the map leaves out. Cores that could have threads count
 * threads in Aff0, so that cores are in Aff1: then Aff0 is 0 everywhere. */
static void place_by_mpidr(const struct extract *ex, cpu_list *cpus)
{
    bool threads = cpus->count > 1;
    for (size_t i = 0; i < cpus->count; i++)
        threads = threads && affinity(cpus->items[i].c.mpidr.v, 0) == 0;
    const unsigned core = threads ? 1 : 0;
    for (size_t i = 0; i < cpus->count; i++) {
        struct model_cpu *c = &cpus->items[i].c;
        if (c->core != AJ_NONE32 || c->mpidr.v == AJ_NONE64)
            continue;
        c->core = (uint32_t)affinity(c->mpidr.v, core);
        c->cluster = (uint32_t)affinity(c->mpidr.v, core + 1);
        from(ex, c->id.v, "core", "derived: mpidr");
        from(ex, c->id.v, "cluster", "derived: mpidr");
    }
}

static void read_label(const struct extract *ex, uint32_t id, const char *key, const char *file,
                       uint32_t *label)
{
    uint64_t value = 0;
    /* -1 and, on old kernels, 65535 say that there is no such level. */
    if (!extract_number(ex, cpu_file(ex, id, file), &value) || value >= 65535)
        return;
    *label = (uint32_t)value;
    from(ex, id, key, file);
}

static void place_by_sysfs(const struct extract *ex, struct model_cpu *c)
{
    struct aj_cpuset siblings;
    read_label(ex, c->id.v, "package", "topology/physical_package_id", &c->package);
    read_label(ex, c->id.v, "cluster", "topology/cluster_id", &c->cluster);
    read_label(ex, c->id.v, "core", "topology/core_id", &c->core);
    if (!extract_cpu_list(ex, cpu_file(ex, c->id.v, "topology/thread_siblings_list"), &siblings) ||
        !aj_cpuset_has(&siblings, c->id.v))
        return;
    c->thread = 0;
    from(ex, c->id.v, "thread", "topology/thread_siblings_list");
    for (uint32_t i = aj_cpuset_next(&siblings, 0); i < c->id.v;
         i = aj_cpuset_next(&siblings, i + 1))
        c->thread++;
}

static void describe(struct extract *ex, const struct aj_dt_node *parent, struct cpu *cpu)
{
    struct model_cpu *c = &cpu->c;
    uint64_t value = 0;
    if (cpu->node != NULL) {
        c->compatible = aj_dt_string(cpu->node, "compatible");
        c->enable_method = aj_dt_string(cpu->node, "enable-method");
    }
    if (c->enable_method == NULL && parent != NULL)
        c->enable_method = aj_dt_string(parent, "enable-method");
    if (ex->remote == NULL)
        return;
    if (extract_number(ex, cpu_file(ex, c->id.v, "regs/identification/midr_el1"), &value))
        c->midr = value;
    if (extract_number(ex, cpu_file(ex, c->id.v, "cpu_capacity"), &value) && value <= 1024) {
        c->capacity = (uint32_t)value;
        from(ex, c->id.v, "capacity", "cpu_capacity");
    }
    place_by_sysfs(ex, c);
}

/* Linux shows only CPUs that are up in most places; while Jailhouse runs, those of its cells are
 * down for Linux and yet there. */
static void set_online(struct extract *ex, cpu_list *cpus)
{
    struct aj_cpuset online;
    const bool known =
        !ex->board->jailhouse.running && extract_cpu_list(ex, SYSFS "/online", &online);
    for (size_t i = 0; i < cpus->count; i++) {
        struct cpu *cpu = &cpus->items[i];
        uint64_t up = 1;
        if (!known && ex->remote != NULL && !ex->board->jailhouse.running)
            (void)extract_number(ex, cpu_file(ex, cpu->c.id.v, "online"), &up);
        from(ex, cpu->c.id.v, "online",
             known                ? SYSFS "/online"
             : ex->remote == NULL ? "status"
                                  : "online, status");
        cpu->c.online = known ? aj_cpuset_has(&online, cpu->c.id.v)
                              : up == 1 && (cpu->node == NULL || cpu->node->available);
    }
}

/* Of equal CPUs none is faster; otherwise speed is what capacity-dmips-mhz says. */
static void fill_capacity(const struct extract *ex, cpu_list *cpus)
{
    uint32_t greatest = 0, missing = 0;
    bool equal = true;
    for (size_t i = 0; i < cpus->count; i++) {
        const struct cpu *cpu = &cpus->items[i];
        uint32_t dmips = 0;
        missing += cpu->c.capacity == AJ_NONE32;
        equal = equal && cpu->c.compatible != NULL && cpus->items[0].c.compatible != NULL &&
                strcmp(cpu->c.compatible, cpus->items[0].c.compatible) == 0;
        if (cpu->node != NULL && aj_dt_u32(cpu->node, "capacity-dmips-mhz", &dmips) &&
            dmips > greatest && dmips <= 0xffff)
            greatest = dmips;
    }
    for (size_t i = 0; missing > 0 && i < cpus->count; i++) {
        struct cpu *cpu = &cpus->items[i];
        uint32_t dmips = 0;
        if (cpu->c.capacity != AJ_NONE32)
            continue;
        from(ex, cpu->c.id.v, "capacity",
             greatest > 0 ? "capacity-dmips-mhz" : "derived: the CPUs are equal");
        if (greatest > 0)
            cpu->c.capacity = cpu->node != NULL &&
                                      aj_dt_u32(cpu->node, "capacity-dmips-mhz", &dmips) &&
                                      dmips <= greatest
                                  ? dmips * 1024 / greatest
                                  : AJ_NONE32;
        else
            cpu->c.capacity = equal ? 1024 : AJ_NONE32;
    }
}

/* Loaders that bring PSCI also write how CPUs are started, so a blob by itself may lack it. */
static bool is_startable(const struct extract *ex, const struct model_cpu *c)
{
    if (!c->online)
        return false;
    if (ex->remote == NULL && (!ex->psci || c->enable_method == NULL))
        return true;
    return c->enable_method != NULL && strcmp(c->enable_method, "psci") == 0;
}

static void finish(struct extract *ex, const cpu_list *cpus)
{
    struct model_cpu *out = AJ_NEW_ARRAY(ex->out, struct model_cpu, cpus->count);
    const struct aj_dt_node **nodes = aj_alloc_array(ex->cx->scratch, cpus->count, sizeof *nodes);
    for (size_t i = 0; i < cpus->count; i++) {
        out[i] = cpus->items[i].c;
        nodes[i] = cpus->items[i].node;
    }
    extract_caches(ex, out, nodes, cpus->count);
    ex->board->cpus = out;
    ex->board->cpus_count = cpus->count;
}

void extract_read_cpus(struct extract *ex)
{
    cpu_list cpus = {0};
    const struct aj_dt_node *parent = ex->dt == NULL ? NULL : aj_dt_at(ex->dt, "/cpus");
    if (!named_in_sysfs(ex, &cpus) && parent != NULL)
        number_by_tree(ex, parent, &cpus);
    if (ex->dt != NULL)
        read_cpu_map(ex, &cpus);
    place_by_mpidr(ex, &cpus);
    for (size_t i = 0; i < cpus.count; i++)
        describe(ex, parent, &cpus.items[i]);
    set_online(ex, &cpus);
    fill_capacity(ex, &cpus);
    finish(ex, &cpus);
}

void extract_cpus(struct extract *ex)
{
    size_t startable = 0;
    extract_read_cpus(ex);
    for (size_t i = 0; i < ex->board->cpus_count; i++)
        startable += is_startable(ex, &ex->board->cpus[i]);
    if (startable < 2)
        AJ_PUSH(ex->out, &ex->obstacles, "fewer than two CPUs can be started through PSCI");
    extract_phys_limit(ex);
}
