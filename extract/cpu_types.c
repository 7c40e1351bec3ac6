/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/extract_priv.h"

#define ARM 0x41u /* MIDR bits 31:24 */

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
