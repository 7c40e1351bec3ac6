/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/linux.h"

#include <inttypes.h>

#include "base/units.h"

#define ROOT_CELL "root"

struct maker {
    const struct explore_linux *linux;
    const struct explore_setting *setting;
    struct aj_arena *out;
    struct explore_linux_setting *files;
    const char *words;   /* of the kernel command line, beside its own */
    const char *unshown; /* one of them whose file says that it is not in force */
};

static void refuse(struct maker *m, const char *why)
{
    if (m->files->refused == NULL)
        m->files->refused = why;
}

static void add(struct maker *m, const struct explore_tune *tune)
{
    AJ_PUSH(m->out, &m->files->tunes, *tune);
}

/* Those that cannot be taken off have no such file. */
static void add_cpus(struct maker *m)
{
    const struct explore_space *space = m->setting->space;
    for (uint32_t cpu = 0; cpu < space->cpus_count; cpu++) {
        const uint32_t id = space->cpus[cpu].id.v;
        const uint32_t owner = m->setting->decision->owner[cpu];
        if (!space->cells[owner].measured || (m->linux->beside_cells && owner != 0))
            continue;
        add(m, &(struct explore_tune){
                   .write = {aj_strf(m->out, "/sys/devices/system/cpu/cpu%" PRIu32 "/online", id),
                             "1", MODEL_KNOB_TEXT},
                   .what = aj_strf(m->out, "CPU %" PRIu32, id),
                   .optional = true,
               });
    }
}

/* Interrupts */

static void add_route(struct maker *m, uint32_t intid, uint32_t cpu)
{
    const struct explore_irq_line *line = explore_irq_line(&m->linux->lines, intid);
    if (line == NULL)
        return;
    AJ_PUSH(m->out, &m->files->routes, ((struct explore_route){intid, cpu}));
    add(m, &(struct explore_tune){
               .write = {aj_strf(m->out, "/proc/irq/%" PRIu32 "/smp_affinity_list", line->irq),
                         aj_strf(m->out, "%" PRIu32, cpu), MODEL_KNOB_CPULIST},
               .what = aj_strf(m->out, "interrupt %" PRIu32 " (%s) to CPU %" PRIu32, intid,
                               line->name, cpu),
           });
}

static bool is_decided(const struct explore_space *space, uint32_t intid)
{
    for (uint32_t i = 0; i < space->irqs_count; i++)
        if (space->irqs[i].intid == intid)
            return true;
    return false;
}

static void add_routes(struct maker *m)
{
    const struct explore_space *space = m->setting->space;
    const struct model_plan *plan = m->setting->step->plan;
    for (uint32_t i = 0; i < space->irqs_count; i++)
        if (!m->linux->beside_cells || space->irqs[i].cell == 0)
            add_route(m, space->irqs[i].intid, space->cpus[m->setting->decision->irq_cpu[i]].id.v);
    for (size_t i = 0; i < plan->irqs_count; i++)
        if (!is_decided(space, plan->irqs[i].intid))
            add_route(m, plan->irqs[i].intid, plan->irqs[i].cpu);
}

/* Knobs */

static bool has_word(const char *cmdline, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = cmdline; (at = strstr(at, word)) != NULL; at++)
        if ((at == cmdline || at[-1] == ' ') &&
            (at[length] == ' ' || at[length] == '\n' || at[length] == '\0'))
            return true;
    return false;
}

/* Does the file say that just these CPUs have it? NULL content: the kernel cannot do it. */
static bool shows(const struct explore_linux *linux, const char *path, const char *value)
{
    struct aj_cpuset is, wanted = model_knob_cpus(value);
    for (size_t i = 0; i < linux->shown_count; i++)
        if (strcmp(linux->shown[i], path) == 0)
            return linux->contents[i] != NULL &&
                   aj_parse_intset(linux->contents[i], AJ_CPU_MAX, &is).why == AJ_UNITS_OK &&
                   aj_cpuset_equal(&is, &wanted);
    return false;
}

/* A word of another value of the knob on the kernel's own command line; NULL: there is none. */
static const char *other_word(const struct maker *m, const struct model_knob *knob)
{
    const enum model_arch arch = (enum model_arch)m->setting->board->arch;
    for (const struct model_knob_value *v = knob->values; v != NULL && v->name != NULL; v++) {
        const char *word = model_knob_argument(knob, v->name, arch, m->out);
        if (word != NULL && has_word(m->linux->boot.own, word))
            return word;
    }
    return NULL;
}

/* A knob of boot time. */
static void want_word(struct maker *m, const struct model_knob *knob, const char *value)
{
    const enum model_arch arch = (enum model_arch)m->setting->board->arch;
    const char *word = model_knob_argument(knob, value, arch, m->out);
    const char *other = word == NULL ? other_word(m, knob) : NULL;
    const bool shown = knob->shown == NULL || shows(m->linux, knob->shown, value);
    if (other != NULL)
        refuse(m,
               aj_strf(m->out, "it takes a reboot without '%s', which is the board's own", other));
    if (word == NULL)
        return;
    if (!shown)
        m->unshown = word;
    /* That the kernel does it by itself shows only where nobody told it to. */
    if (has_word(m->linux->boot.own, word) ||
        (shown && knob->shown != NULL && m->linux->boot.words[0] == '\0'))
        return;
    m->words = m->words[0] == '\0' ? word : aj_strf(m->out, "%s %s", m->words, word);
}

static void add_knob(struct maker *m, const struct model_plan_knob *set)
{
    const struct model_knob *knob = model_knob_by_name(set->knob);
    struct model_knob_write writes[2];
    if (m->linux->beside_cells && strcmp(set->cell, ROOT_CELL) != 0)
        return; /* of the guest's command line */
    if (strcmp(set->cell, ROOT_CELL) != 0 || knob == NULL) {
        refuse(m, aj_strf(m->out, "%s of '%s': on one Linux it has no kernel of its own", set->knob,
                          set->cell));
        return;
    }
    const size_t count = model_knob_writes(knob, set->value, m->out, writes);
    if (count == 0)
        want_word(m, knob, set->value);
    for (size_t i = 0; i < count; i++)
        add(m, &(struct explore_tune){
                   .write = writes[i],
                   .what = aj_strf(m->out, "%s %s", set->knob, set->value),
                   .optional = i > 0, /* CPUs with one idle state have no others */
               });
}

static void add_knobs(struct maker *m)
{
    const struct model_plan *plan = m->setting->step->plan;
    for (size_t i = 0; i < plan->knobs_count; i++)
        add_knob(m, &plan->knobs[i]);
    m->files->words = m->words;
    if (strcmp(m->words, m->linux->boot.words) != 0) {
        if (!m->linux->reboots)
            refuse(m, aj_strf(m->out, "it takes a reboot with '%s' on the kernel's command line",
                              m->words));
    } else if (m->unshown != NULL) {
        refuse(m,
               aj_strf(m->out, "the kernel was booted with '%s', but shows otherwise", m->unshown));
    }
}

void explore_linux_setting(const struct explore_linux *linux, const struct explore_setting *setting,
                           struct aj_arena *out, struct explore_linux_setting *files)
{
    struct maker m = {linux, setting, out, files, "", NULL};
    memset(files, 0, sizeof *files);
    add_cpus(&m);
    add_routes(&m);
    add_knobs(&m);
}
