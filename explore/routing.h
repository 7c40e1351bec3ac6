/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interrupts as a running Linux numbers and counts them: /proc/interrupts.
 */
#ifndef EXPLORE_ROUTING_H
#define EXPLORE_ROUTING_H

#include "base/arena.h"
#include "base/cpuset.h"
#include "base/num.h"

struct explore_irq_line {
    uint32_t intid;         /* of the GIC; where there is no GIC, Linux' own number */
    uint32_t irq;           /* Linux' number */
    const char *name;       /* chip, trigger and owners, as they stand there */
    const uint64_t *counts; /* counts[cpus_count], in the order of cpus */
};
struct explore_irq_lines {
    const uint32_t *cpus; /* cpus[cpus_count]: Linux' numbers, from the first line */
    size_t cpus_count;
    const struct explore_irq_line *lines; /* ascending irq */
    size_t lines_count;
};

/*
 * Reads it; lines that are no numbered interrupts, or cannot be understood, are left out. Where some
 * line is of a GIC, lines of other chips (messages, GPIOs) are left out, too.
 */
void explore_irq_lines_read(const char *text, struct aj_arena *out,
                            struct explore_irq_lines *lines);
/* NULL: it is not in use. */
const struct explore_irq_line *explore_irq_line(const struct explore_irq_lines *lines,
                                                uint32_t intid);
/* How often it fired on this CPU; 0 for CPUs that are not there. */
uint64_t explore_irq_count(const struct explore_irq_lines *lines,
                           const struct explore_irq_line *line, uint32_t cpu);

#endif
