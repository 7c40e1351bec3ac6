/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/interrupts: " 14:  5  0  GICv3  33 Level  uart-pl011", a count per CPU of the header. */
#include "extract/extract_priv.h"

#define INTERRUPTS "/proc/interrupts"
#define INTID_END  1020u

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " ");
}

static size_t count_cpus(const char *header)
{
    size_t cpus = 0;
    for (const char *at = strstr(header, "CPU"); at != NULL && cpus < AJ_CPU_MAX;
         at = strstr(at + 3, "CPU"))
        cpus++;
    return cpus;
}

/* Actions stand behind the trigger, which newer kernels print. */
static const char *owner(const struct extract *ex, const char *at)
{
    static const char *const triggers[] = {"Level", "Edge"};
    skip_blanks(&at);
    for (size_t i = 0; i < AJ_COUNT(triggers); i++)
        if (strncmp(at, triggers[i], strlen(triggers[i])) == 0 &&
            (at[strlen(triggers[i])] == ' ' || at[strlen(triggers[i])] == '\0'))
            at += strlen(triggers[i]);
    skip_blanks(&at);
    size_t length = strlen(at);
    while (length > 0 && at[length - 1] == ' ')
        length--;
    return length == 0 ? NULL : aj_strndup(ex->out, at, length);
}

/* False for lines that are no interrupts of the GIC: IPIs, messages, GPIOs. */
static bool parse(const struct extract *ex, const char *line, size_t cpus,
                  struct model_irq_count *irq)
{
    uint64_t value = 0;
    const char *at = line;
    skip_blanks(&at);
    if (!extract_decimal(ex, &at, &value) || *at++ != ':')
        return false;
    uint32_t *counts = AJ_NEW_ARRAY(ex->out, uint32_t, cpus);
    for (size_t i = 0; i < cpus; i++) {
        skip_blanks(&at);
        if (!extract_decimal(ex, &at, &value))
            return false;
        counts[i] = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
    }
    skip_blanks(&at);
    if (strncmp(at, "GIC", 3) != 0)
        return false;
    at += strcspn(at, " ");
    skip_blanks(&at);
    if (!extract_decimal(ex, &at, &value) || value >= INTID_END)
        return false;
    *irq = (struct model_irq_count){(uint32_t)value, owner(ex, at), counts, cpus};
    return true;
}

static int by_intid(const void *a, const void *b)
{
    const struct model_irq_count *x = a, *y = b;
    return (x->intid > y->intid) - (x->intid < y->intid);
}

void extract_interrupts(struct extract *ex)
{
    struct extract_lines lines;
    AJ_VEC(struct model_irq_count) irqs = {0};
    if (!extract_lines_open(ex, INTERRUPTS, &lines))
        return;
    const char *header = extract_line(ex, &lines);
    const size_t cpus = header == NULL ? 0 : count_cpus(header);
    if (cpus == 0) {
        extract_note(ex, "warning", "interrupts-header", INTERRUPTS,
                     "the first line does not name the CPUs; the counts are not used");
        return;
    }
    bool seen[INTID_END] = {false};
    for (const char *line = extract_line(ex, &lines); line != NULL;
         line = extract_line(ex, &lines)) {
        struct model_irq_count irq;
        if (!parse(ex, line, cpus, &irq) || seen[irq.intid])
            continue;
        seen[irq.intid] = true;
        AJ_PUSH(ex->out, &irqs, irq);
    }
    if (irqs.count > 0)
        qsort(irqs.items, irqs.count, sizeof *irqs.items, by_intid);
    ex->board->interrupts = irqs.items;
    ex->board->interrupts_count = irqs.count;
}
