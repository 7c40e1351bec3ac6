/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Caches that CPUs may share, from level 2 on: what sysfs shows, else what the device tree chains,
 * else what the type of the CPU implies.
 */
#include "base/units.h"
#include "extract/extract_priv.h"

#define LEVEL_MAX 8
#define INDEX_MAX 16 /* cache/indexN of one CPU */

struct cache {
    struct model_cache c;
    const struct aj_dt_node *node; /* of a chain, or NULL */
    uint64_t cluster;              /* of a guess, else AJ_NONE64 */
};

struct caches {
    struct extract *ex;
    AJ_VEC(struct cache) list;
    uint32_t count_of[LEVEL_MAX + 1]; /* for names: l2_0, l2_1, ... */
};

static struct cache *add(struct caches *caches, uint32_t level)
{
    const char *name =
        aj_strf(caches->ex->out, "l%u_%u", (unsigned)level, (unsigned)caches->count_of[level]++);
    AJ_PUSH(caches->ex->out, &caches->list,
            ((struct cache){.c = {.name = name, .level = level, .size = AJ_NONE64},
                            .cluster = AJ_NONE64}));
    return &caches->list.items[caches->list.count - 1];
}

static void use(struct cache *cache, struct model_cpu *cpu)
{
    aj_cpuset_add(&cache->c.cpus, cpu->id.v);
    if (cache->c.level == 2)
        cpu->l2 = cache->c.name;
}

/* "1024K" */
static aj_size read_size(const struct extract *ex, const char *path)
{
    const char *text = extract_text(ex, path);
    uint64_t size = AJ_NONE64;
    return text != NULL && aj_parse_size(text, &size).why == AJ_UNITS_OK ? size : AJ_NONE64;
}

static void read_index(struct caches *caches, struct model_cpu *cpu, uint32_t index)
{
    const struct extract *ex = caches->ex;
    const char *at = aj_strf(ex->cx->scratch, "/sys/devices/system/cpu/cpu%u/cache/index%u",
                             (unsigned)cpu->id.v, (unsigned)index);
    uint64_t level = 0;
    struct aj_cpuset sharers;
    if (!extract_number(ex, aj_strf(ex->cx->scratch, "%s/level", at), &level) || level < 2 ||
        level > LEVEL_MAX ||
        !extract_cpu_list(ex, aj_strf(ex->cx->scratch, "%s/shared_cpu_list", at), &sharers) ||
        !aj_cpuset_has(&sharers, cpu->id.v))
        return;
    for (size_t i = 0; i < caches->list.count; i++) {
        struct cache *cache = &caches->list.items[i];
        if (cache->c.level == level && aj_cpuset_has(&cache->c.cpus, cpu->id.v)) {
            use(cache, cpu);
            return;
        }
    }
    struct cache *cache = add(caches, (uint32_t)level);
    cache->c.cpus = sharers;
    extract_from(ex, "caches", cache->c.name, NULL, at);
    cache->c.size = read_size(ex, aj_strf(ex->cx->scratch, "%s/size", at));
    use(cache, cpu);
}

static void read_sysfs(struct caches *caches, struct model_cpu *cpu)
{
    const struct extract *ex = caches->ex;
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    const char *at =
        aj_strf(ex->cx->scratch, "/sys/devices/system/cpu/cpu%u/cache", (unsigned)cpu->id.v);
    if (ex->remote == NULL || !remote_list(ex->remote, at, ex->cx->scratch, &entries, &count))
        return;
    for (uint32_t index = 0; index < INDEX_MAX; index++)
        read_index(caches, cpu, index);
}

/* cpu -> next-level-cache -> next-level-cache ... */
static void read_chain(struct caches *caches, struct model_cpu *cpu, const struct aj_dt_node *node)
{
    const struct aj_dt *dt = caches->ex->dt;
    uint32_t phandle = 0, level = 1;
    while (node != NULL && level < LEVEL_MAX && aj_dt_u32(node, "next-level-cache", &phandle)) {
        node = aj_dt_of_phandle(dt, phandle);
        uint32_t said = level + 1, size = 0;
        if (node == NULL)
            return;
        (void)aj_dt_u32(node, "cache-level", &said);
        if (said <= level || said > LEVEL_MAX)
            return;
        level = said;
        struct cache *cache = NULL;
        for (size_t i = 0; i < caches->list.count; i++)
            if (caches->list.items[i].node == node)
                cache = &caches->list.items[i];
        if (cache == NULL) {
            cache = add(caches, level);
            cache->node = node;
            extract_from_node(caches->ex, "caches", cache->c.name, NULL, node, NULL);
            if (aj_dt_u32(node, "cache-size", &size) && size != 0)
                cache->c.size = size;
        }
        use(cache, cpu);
    }
}

/* Aff1 and above tell clusters apart. */
static void guess(struct caches *caches, struct model_cpu *cpu)
{
    const struct extract_cpu_type *type = extract_cpu_type(cpu->compatible, cpu->midr);
    if (type == NULL || !type->cluster_l2 || cpu->mpidr.v == AJ_NONE64)
        return;
    struct cache *cache = NULL;
    for (size_t i = 0; i < caches->list.count; i++)
        if (caches->list.items[i].cluster == cpu->mpidr.v / 256)
            cache = &caches->list.items[i];
    if (cache == NULL) {
        cache = add(caches, 2);
        cache->cluster = cpu->mpidr.v / 256;
        cache->c.guess = true;
        extract_from(caches->ex, "caches", cache->c.name, NULL,
                     "derived: the type of the CPUs, mpidr");
    }
    use(cache, cpu);
}

/* info/L3, or with CDP info/L3CODE: "cbm_mask" ffff, "min_cbm_bits", "num_closids", "shareable_bits". */
static const struct model_cache_allocation *read_resctrl(const struct extract *ex, uint32_t level,
                                                         const char *kind)
{
    const char *at = aj_strf(ex->cx->scratch, "/sys/fs/resctrl/info/L%u%s", (unsigned)level, kind);
    const char *mask = extract_text(ex, aj_strf(ex->cx->scratch, "%s/cbm_mask", at));
    const char *shared = extract_text(ex, aj_strf(ex->cx->scratch, "%s/shareable_bits", at));
    uint64_t bits = 0, least = 1, classes = 0, shareable = 0;
    if (mask == NULL || !extract_hex(ex, &mask, &bits) ||
        !extract_number(ex, aj_strf(ex->cx->scratch, "%s/num_closids", at), &classes) ||
        classes > UINT16_MAX)
        return NULL;
    (void)extract_number(ex, aj_strf(ex->cx->scratch, "%s/min_cbm_bits", at), &least);
    if (shared != NULL)
        (void)extract_hex(ex, &shared, &shareable);
    uint32_t ways = 0;
    while (ways < 64 && (bits & UINT64_C(1) << ways) != 0)
        ways++;
    struct model_cache_allocation *allocation = AJ_NEW(ex->out, struct model_cache_allocation);
    *allocation = (struct model_cache_allocation){
        .ways = ways,
        .least = least <= 64 ? (uint32_t)least : 64,
        .classes = (uint32_t)classes,
        .shareable = shareable,
        .code_data = *kind != '\0',
    };
    return allocation;
}

/* Ways of this cache: bit masks of a cache of another size are not for it. */
static uint32_t ways_of(const struct extract *ex, const struct model_cache *cache)
{
    uint64_t level = 0, ways = 0;
    for (uint32_t index = 0; index < INDEX_MAX; index++) {
        const char *at = aj_strf(ex->cx->scratch, "/sys/devices/system/cpu/cpu%u/cache/index%u",
                                 (unsigned)aj_cpuset_next(&cache->cpus, 0), (unsigned)index);
        if (extract_number(ex, aj_strf(ex->cx->scratch, "%s/level", at), &level) &&
            level == cache->level &&
            extract_number(ex, aj_strf(ex->cx->scratch, "%s/ways_of_associativity", at), &ways) &&
            ways <= UINT16_MAX)
            return (uint32_t)ways;
    }
    return 0;
}

/*
 * resctrl has one line of facts for all caches of a level, the least of them all; where caches of
 * one level differ, as L2 does in CPUs of two kinds, they are not those of the others.
 */
static void add_allocation(const struct extract *ex, struct model_cache *caches, size_t count)
{
    for (size_t i = 0; ex->remote != NULL && i < count; i++) {
        const struct model_cache_allocation *allocation = read_resctrl(ex, caches[i].level, "");
        if (allocation == NULL)
            allocation = read_resctrl(ex, caches[i].level, "CODE");
        const uint32_t ways = ways_of(ex, &caches[i]);
        if (allocation != NULL && (ways == 0 || ways == allocation->ways))
            caches[i].allocation = allocation;
    }
}

void extract_caches(struct extract *ex, struct model_cpu *cpus,
                    const struct aj_dt_node *const *nodes, size_t count)
{
    struct caches caches = {.ex = ex};
    for (size_t i = 0; i < count; i++)
        read_sysfs(&caches, &cpus[i]);
    for (size_t i = 0; i < count; i++)
        if (cpus[i].l2 == NULL)
            read_chain(&caches, &cpus[i], nodes[i]);
    for (size_t i = 0; i < count; i++)
        if (cpus[i].l2 == NULL)
            guess(&caches, &cpus[i]);
    struct model_cache *out = AJ_NEW_ARRAY(ex->out, struct model_cache, caches.list.count);
    for (size_t i = 0; i < caches.list.count; i++)
        out[i] = caches.list.items[i].c;
    add_allocation(ex, out, caches.list.count);
    ex->board->caches = out;
    ex->board->caches_count = caches.list.count;
}
