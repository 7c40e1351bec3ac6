/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "           CPU0  CPU2" and lines " 36:   5   0  GICv3  62 Level  uart-pl011". */
#include "explore/routing.h"

#define DIGITS     "0123456789"
#define DIGITS_MAX 19 /* below 2^64 */

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* A decimal number that ends with a blank or `end`; NULL if there is none. */
static const char *number(const char *at, char end, uint64_t *value)
{
    const size_t digits = strspn(at, DIGITS);
    *value = 0;
    if (digits == 0 || (at[digits] != ' ' && at[digits] != end))
        return NULL;
    for (size_t i = 0; i < digits; i++)
        *value = digits <= DIGITS_MAX ? *value * 10 + (uint64_t)(at[i] - '0') : UINT64_MAX;
    return at + digits;
}

static size_t read_header(const char *line, struct aj_arena *out, uint32_t **cpus)
{
    size_t count = 0;
    *cpus = AJ_NEW_ARRAY(out, uint32_t, AJ_CPU_MAX);
    for (const char *at = strstr(line, "CPU"); at != NULL && count < AJ_CPU_MAX;
         at = strstr(at + 3, "CPU")) {
        uint64_t cpu;
        if (number(at + 3, '\0', &cpu) != NULL && cpu < AJ_CPU_MAX)
            (*cpus)[count++] = (uint32_t)cpu;
    }
    return count;
}

/* `gic`: is the line one of a GIC? */
static bool read_line(const char *at, size_t cpus, struct aj_arena *out,
                      struct explore_irq_line *line, bool *gic)
{
    uint64_t *counts = AJ_NEW_ARRAY(out, uint64_t, cpus);
    uint64_t irq, hwirq = 0;
    at = number(skip_blanks(at), ':', &irq);
    if (at == NULL || *at != ':' || irq >= AJ_NONE32)
        return false;
    at++;
    for (size_t i = 0; i < cpus; i++) {
        at = number(skip_blanks(at), '\0', &counts[i]);
        if (at == NULL)
            return false;
    }
    at = skip_blanks(at);
    *line = (struct explore_irq_line){(uint32_t)irq, (uint32_t)irq, at, counts};
    const char *behind = skip_blanks(at + strcspn(at, " "));
    *gic = strncmp(at, "GIC", 3) == 0 && number(behind, '\0', &hwirq) != NULL && hwirq < AJ_NONE32;
    if (*gic)
        line->intid = (uint32_t)hwirq;
    return true;
}

void explore_irq_lines_read(const char *text, struct aj_arena *out, struct explore_irq_lines *lines)
{
    AJ_VEC(struct explore_irq_line) all = {NULL, 0, 0}, of_gic = {NULL, 0, 0};
    uint32_t *cpus = NULL;
    size_t count = 0;
    for (bool header = true; *text != '\0'; header = false) {
        const size_t length = strcspn(text, "\n");
        const char *copy = aj_strndup(out, text, length);
        struct explore_irq_line line;
        bool gic = false;
        text += length + (text[length] == '\n');
        if (header) {
            count = read_header(copy, out, &cpus);
        } else if (read_line(copy, count, out, &line, &gic)) {
            AJ_PUSH(out, &all, line);
            if (gic)
                AJ_PUSH(out, &of_gic, line);
        }
    }
    *lines = (struct explore_irq_lines){cpus, count, all.items, all.count};
    if (of_gic.count > 0) {
        lines->lines = of_gic.items;
        lines->lines_count = of_gic.count;
    }
}

const struct explore_irq_line *explore_irq_line(const struct explore_irq_lines *lines,
                                                uint32_t intid)
{
    for (size_t i = 0; i < lines->lines_count; i++)
        if (lines->lines[i].intid == intid)
            return &lines->lines[i];
    return NULL;
}

uint64_t explore_irq_count(const struct explore_irq_lines *lines,
                           const struct explore_irq_line *line, uint32_t cpu)
{
    for (size_t i = 0; i < lines->cpus_count; i++)
        if (lines->cpus[i] == cpu)
            return line->counts[i];
    return 0;
}
