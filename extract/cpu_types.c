/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/extract_priv.h"

#define ARM 0x41u /* MIDR bits 31:24 */
#define BITS_UNKNOWN \
    40u              /* of physical addresses: the least that an Armv8-A core with RAM has had */
#define BITS_MAX 48u /* the most without the large addresses of Armv8.2, which Jailhouse lacks */

/* Source: the technical reference manual of each core, MIDR and ID_AA64MMFR0_EL1.PARange (or, of
 * 32-bit cores, the long-descriptor format), and its chapter on the L2 memory system. */
static const struct extract_cpu_type types[] = {
    {"arm,cortex-a7", 0xc07, 40, false, true},   {"arm,cortex-a9", 0xc09, 32, false, false},
    {"arm,cortex-a15", 0xc0f, 40, false, true},  {"arm,cortex-a17", 0xc0e, 40, false, true},
    {"arm,cortex-a32", 0xd01, 40, false, true},  {"arm,cortex-a35", 0xd04, 40, true, true},
    {"arm,cortex-a53", 0xd03, 40, true, true},   {"arm,cortex-a55", 0xd05, 40, true, false},
    {"arm,cortex-a57", 0xd07, 44, true, true},   {"arm,cortex-a72", 0xd08, 44, true, true},
    {"arm,cortex-a73", 0xd09, 40, true, true},   {"arm,cortex-a75", 0xd0a, 44, true, false},
    {"arm,cortex-a76", 0xd0b, 40, true, false},  {"arm,cortex-a77", 0xd0d, 40, true, false},
    {"arm,cortex-a78", 0xd41, 40, true, false},  {"arm,neoverse-n1", 0xd0c, 48, true, false},
    {"arm,cortex-a34", 0xd02, 40, true, true},   {"arm,cortex-a510", 0xd46, 40, true, false},
    {"arm,cortex-a710", 0xd47, 40, true, false}, {"arm,cortex-x1", 0xd44, 40, true, false},
    {"arm,cortex-x2", 0xd48, 40, true, false},
};

const struct extract_cpu_type *extract_cpu_type(const char *compatible, uint64_t midr)
{
    for (size_t i = 0; i < AJ_COUNT(types); i++)
        if (compatible != NULL && strcmp(compatible, types[i].compatible) == 0)
            return &types[i];
    for (size_t i = 0; i < AJ_COUNT(types); i++)
        if (midr != AJ_NONE64 && midr / 0x1000000 == ARM && midr / 16 % 0x1000 == types[i].part)
            return &types[i];
    return NULL;
}

/* Of CPUs that no table knows: enough for all registers of the board. */
static uint32_t assumed_bits(const struct extract *ex)
{
    uint32_t bits = BITS_UNKNOWN;
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct model_device *d = &ex->devices.items[i].d;
        for (size_t k = 0; k < d->regions_count; k++) {
            const struct aj_range range = {d->regions[k].phys_start, d->regions[k].size};
            while (aj_range_ok(range) && bits < BITS_MAX &&
                   aj_range_last(range) >= (aj_addr)1 << bits)
                bits++;
        }
    }
    return bits;
}

void extract_phys_limit(struct extract *ex)
{
    const uint32_t unknown = assumed_bits(ex);
    uint32_t bits = 64;
    const char *source = NULL;
    for (size_t i = 0; i < ex->board->cpus_count; i++) {
        const struct model_cpu *c = &ex->board->cpus[i];
        const struct extract_cpu_type *type = extract_cpu_type(c->compatible, c->midr);
        const uint32_t own = type == NULL ? unknown : type->address_bits;
        if (own < bits) {
            bits = own;
            source = type == NULL ? NULL : type->compatible;
        }
    }
    if (bits == 64)
        return;
    if (ex->board->arch == MODEL_ARCH_ARM && bits >= 32) {
        ex->board->phys_limit = AJ_GIB(4);
        extract_note(ex, "info", "phys-limit", "/cpus",
                     "32 bits of physical addresses: Jailhouse on 32-bit ARM");
        return;
    }
    ex->board->phys_limit = (aj_addr)1 << bits;
    if (source == NULL)
        extract_note(ex, "info", "phys-limit", "/cpus",
                     "the type of a CPU is not known: %u bits of physical addresses are assumed",
                     (unsigned)bits);
    else
        extract_note(ex, "info", "phys-limit", "/cpus",
                     "%u bits of physical addresses: the manual of %s", (unsigned)bits, source);
}

/* Of CPUs that no table knows: 64-bit cores and only those come with this timer, or this type. */
static bool looks_64(const struct extract *ex, const struct aj_dt_node *cpu)
{
    bool timer = false;
    for (size_t i = 0; i < ex->dt->nodes.count; i++)
        timer = timer || aj_dt_is_compatible(ex->dt->nodes.items[i], "arm,armv8-timer");
    return timer || aj_dt_is_compatible(cpu, "arm,armv8");
}

bool extract_cpu_is_64(const struct extract *ex)
{
    const struct aj_dt_node *parent = aj_dt_at(ex->dt, "/cpus");
    for (const struct aj_dt_node *node = parent == NULL ? NULL : parent->children; node != NULL;
         node = node->next) {
        const char *compatible = extract_is_cpu(node) ? aj_dt_string(node, "compatible") : NULL;
        const struct extract_cpu_type *type = extract_cpu_type(compatible, AJ_NONE64);
        if (compatible != NULL)
            return type == NULL ? looks_64(ex, node) : type->is_64;
    }
    return false;
}
