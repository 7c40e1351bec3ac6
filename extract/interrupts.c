/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/interrupts: " 14:  5  0  GICv3  33 Level  uart-pl011", a count per CPU of the header. A
 * snapshot may have it twice, with the time of both.
 */
#include "extract/extract_priv.h"

#define INTERRUPTS "/proc/interrupts"
#define LATER      "/later" /* what was read again after a pause */
#define GIC_END    1020u
#define NUMBER_END 4096u /* beyond all lines and messages of a machine of this size */

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

/* Actions stand behind the trigger, which newer kernels print, on x86 next to the number. */
static const char *owner(const struct extract *ex, const char *at)
{
    static const char *const triggers[] = {"Level", "Edge"};
    if (*at == '-')
        at += strcspn(at, " ");
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

struct reader {
    struct extract *ex;
    size_t cpus;
    extract_number_of *number_of;
    const void *context;
};

/* False for lines that the board does not number: IPIs, GPIOs. */
static bool parse(const struct reader *reader, const char *line, struct model_irq_count *irq)
{
    const struct extract *ex = reader->ex;
    const size_t cpus = reader->cpus;
    uint64_t linux_irq = 0, value = 0;
    const char *at = line;
    skip_blanks(&at);
    if (!extract_decimal(ex, &at, &linux_irq) || *at++ != ':')
        return false;
    uint32_t *counts = AJ_NEW_ARRAY(ex->out, uint32_t, cpus);
    for (size_t i = 0; i < cpus; i++) {
        skip_blanks(&at);
        if (!extract_decimal(ex, &at, &value))
            return false;
        counts[i] = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
    }
    skip_blanks(&at);
    const char *chip = aj_strndup(ex->cx->scratch, at, strcspn(at, " "));
    at += strlen(chip);
    skip_blanks(&at);
    if (linux_irq >= NUMBER_END || !extract_decimal(ex, &at, &value) || value >= UINT32_MAX)
        return false;
    const uint32_t number =
        reader->number_of(reader->context, (uint32_t)linux_irq, chip, (uint32_t)value);
    if (number >= NUMBER_END)
        return false;
    *irq = (struct model_irq_count){
        .intid = number, .owner = owner(ex, at), .counts = counts, .counts_count = cpus};
    at = aj_strf(ex->cx->scratch, "/proc/irq/%u", (unsigned)linux_irq);
    (void)extract_cpu_list(ex, aj_strf(ex->cx->scratch, "%s/smp_affinity_list", at),
                           &irq->affinity);
    (void)extract_cpu_list(ex, aj_strf(ex->cx->scratch, "%s/effective_affinity_list", at),
                           &irq->effective);
    return true;
}

static int by_intid(const void *a, const void *b)
{
    const struct model_irq_count *x = a, *y = b;
    return (x->intid > y->intid) - (x->intid < y->intid);
}

typedef AJ_VEC(struct model_irq_count) irq_list;

/* One sample: its header, and the lines that the board numbers, in ascending order. */
static bool read_sample(struct reader *reader, const char *path, const char **header,
                        irq_list *irqs)
{
    struct extract *ex = reader->ex;
    struct extract_lines lines;
    if (!extract_lines_open(ex, path, &lines))
        return false;
    *header = extract_line(ex, &lines);
    reader->cpus = *header == NULL ? 0 : count_cpus(*header);
    if (reader->cpus == 0) {
        extract_note(ex, "warning", "interrupts-header", path,
                     "the first line does not name the CPUs; the counts are not used");
        return false;
    }
    bool seen[NUMBER_END] = {false};
    for (const char *line = extract_line(ex, &lines); line != NULL;
         line = extract_line(ex, &lines)) {
        struct model_irq_count irq;
        if (!parse(reader, line, &irq) || seen[irq.intid])
            continue;
        seen[irq.intid] = true;
        AJ_PUSH(ex->out, irqs, irq);
    }
    if (irqs->count > 0)
        qsort(irqs->items, irqs->count, sizeof *irqs->items, by_intid);
    return true;
}

/* Hundredths of a second since boot: "1234.56 789.01". */
static bool read_uptime(const struct extract *ex, const char *path, uint64_t *hundredths)
{
    uint64_t seconds = 0, rest = 0;
    const char *at = extract_text(ex, path);
    if (at == NULL || !extract_decimal(ex, &at, &seconds) || *at++ != '.' ||
        strspn(at, "0123456789") != 2 || !extract_decimal(ex, &at, &rest) || seconds > UINT32_MAX)
        return false;
    *hundredths = seconds * 100 + rest;
    return true;
}

static void add_fired(const struct extract *ex, irq_list *irqs, const irq_list *later)
{
    size_t k = 0;
    for (size_t i = 0; i < irqs->count; i++) {
        struct model_irq_count *irq = &irqs->items[i];
        while (k < later->count && later->items[k].intid < irq->intid)
            k++;
        if (k == later->count || later->items[k].intid != irq->intid)
            continue;
        uint32_t *fired = AJ_NEW_ARRAY(ex->out, uint32_t, irq->counts_count);
        /* The kernel's counters wrap, as this subtraction does. */
        for (size_t c = 0; c < irq->counts_count; c++)
            fired[c] = later->items[k].counts[c] - irq->counts[c];
        irq->fired = fired;
        irq->fired_count = irq->counts_count;
    }
}

static void sample_again(struct reader *reader, const char *header, irq_list *irqs)
{
    struct extract *ex = reader->ex;
    irq_list later = {0};
    uint64_t begin = 0, end = 0;
    const char *again = NULL;
    if (!read_uptime(ex, "/proc/uptime", &begin) || !read_uptime(ex, LATER "/proc/uptime", &end) ||
        end <= begin || !read_sample(reader, LATER INTERRUPTS, &again, &later))
        return;
    if (strcmp(header, again) != 0) {
        extract_note(ex, "info", "interrupts-header", LATER INTERRUPTS,
                     "CPUs came or went between the samples: there are no rates");
        return;
    }
    add_fired(ex, irqs, &later);
    ex->board->realtime.sampled_ns = (int64_t)(end - begin) * 10000000;
}

void extract_counts(struct extract *ex, extract_number_of *number_of, const void *context)
{
    struct reader reader = {ex, 0, number_of, context};
    irq_list irqs = {0};
    const char *header = NULL;
    if (!read_sample(&reader, INTERRUPTS, &header, &irqs))
        return;
    sample_again(&reader, header, &irqs);
    ex->board->interrupts = irqs.items;
    ex->board->interrupts_count = irqs.count;
}

/* Those of the GIC itself; messages and GPIOs have numbers of their own controllers. */
static uint32_t number_at_gic(const void *context, uint32_t linux_irq, const char *chip,
                              uint32_t number)
{
    (void)context;
    (void)linux_irq;
    return strncmp(chip, "GIC", 3) == 0 && number < GIC_END ? number : AJ_NONE32;
}

void extract_interrupts(struct extract *ex)
{
    extract_counts(ex, number_at_gic, NULL);
}
