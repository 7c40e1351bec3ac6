/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/learn.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/deadline.h"
#include "explore/number.h"

enum { VOIDS_ENOUGH = 2 };

typedef AJ_VEC(struct explore_lesson) lesson_vec;

/* Literals */

typedef AJ_VEC(struct explore_literal) literal_vec;

static void add_literal(struct aj_arena *out, literal_vec *to, enum explore_literal_kind kind,
                        uint32_t what, uint32_t value)
{
    const struct explore_literal literal = {(uint8_t)kind, what, value};
    AJ_PUSH(out, to, literal);
}

/* All of the decision. */
static struct explore_cut whole(const struct explore_space *space,
                                const struct explore_decision *decision, const char *because,
                                struct aj_arena *out)
{
    literal_vec all = {NULL, 0, 0};
    for (uint32_t p = 0; p < space->cpus_count; p++)
        add_literal(out, &all, EXPLORE_LITERAL_OWNER, p, decision->owner[p]);
    for (uint32_t q = 0; q < space->irqs_count; q++)
        add_literal(out, &all, EXPLORE_LITERAL_IRQ, q, decision->irq_cpu[q]);
    for (uint32_t c = 0; c < space->cells_count; c++)
        if (explore_space_decides_bank(space, c))
            add_literal(out, &all, EXPLORE_LITERAL_BANK, c, decision->bank[c]);
    for (uint32_t k = 0; k < space->knobs_count; k++)
        add_literal(out, &all, EXPLORE_LITERAL_KNOB, k, decision->knob[k]);
    return (struct explore_cut){all.items, all.count, because};
}

/*
 * What latency on CPU `cpu` depends on directly: who has it and the others of its cluster, which
 * interrupts fire there, whose memory lies in the same bank, and the knobs.
 */
static struct explore_cut around(const struct explore_space *space,
                                 const struct explore_decision *decision, uint32_t cpu,
                                 struct aj_arena *out)
{
    const uint32_t cluster = space->cpus[cpu].cluster, cell = decision->owner[cpu];
    literal_vec near = {NULL, 0, 0};
    for (uint32_t p = 0; p < space->cpus_count; p++)
        if (space->cpus[p].cluster == cluster)
            add_literal(out, &near, EXPLORE_LITERAL_OWNER, p, decision->owner[p]);
    for (uint32_t q = 0; q < space->irqs_count; q++)
        if (space->cpus[decision->irq_cpu[q]].cluster == cluster)
            add_literal(out, &near, EXPLORE_LITERAL_IRQ, q, decision->irq_cpu[q]);
    for (uint32_t c = 0; c < space->cells_count; c++)
        if (explore_space_decides_bank(space, c) && decision->bank[c] == decision->bank[cell])
            add_literal(out, &near, EXPLORE_LITERAL_BANK, c, decision->bank[c]);
    for (uint32_t k = 0; k < space->knobs_count; k++)
        add_literal(out, &near, EXPLORE_LITERAL_KNOB, k, decision->knob[k]);
    return (struct explore_cut){near.items, near.count, NULL};
}

static bool has(const struct explore_decision *decision, const struct explore_literal *literal)
{
    switch ((enum explore_literal_kind)literal->kind) {
    case EXPLORE_LITERAL_OWNER: return decision->owner[literal->what] == literal->value;
    case EXPLORE_LITERAL_IRQ: return decision->irq_cpu[literal->what] == literal->value;
    case EXPLORE_LITERAL_BANK: return decision->bank[literal->what] == literal->value;
    case EXPLORE_LITERAL_KNOB: return decision->knob[literal->what] == literal->value;
    }
    return false;
}

bool explore_learn_speaks_of(const struct explore_decision *decision, const struct explore_cut *cut)
{
    for (size_t i = 0; i < cut->count; i++)
        if (!has(decision, &cut->literals[i]))
            return false;
    return true;
}

/* Decisions that cannot be had */

/* Void runs of the decision up to entry `last`, since it was measured; none if it comes again. */
static uint32_t voids_of(const struct explore_ledger *ledger, size_t last)
{
    const struct explore_entry *end = &ledger->runs.items[last];
    uint32_t voids = 0;
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (!explore_decision_equal(ledger->frame->space, &entry->decision, &end->decision))
            continue;
        if (i > last && entry->stored.state != EXPLORE_RUN_CLAIMED)
            return 0;
        if (entry->stored.state != EXPLORE_RUN_CLAIMED)
            voids = entry->stored.state == EXPLORE_RUN_VOID ? voids + 1 : 0;
    }
    return voids;
}

static void learn_void(const struct explore_ledger *ledger, size_t ix, struct aj_arena *out,
                       lesson_vec *to)
{
    const struct explore_entry *entry = &ledger->runs.items[ix];
    const uint32_t voids = voids_of(ledger, ix);
    if (voids < VOIDS_ENOUGH && !(voids > 0 && explore_ledger_no_plan(&entry->stored)))
        return;
    const struct explore_lesson lesson = {
        EXPLORE_LESSON_NOT_APPLICABLE,
        whole(ledger->frame->space, &entry->decision, entry->stored.reason, out)};
    AJ_PUSH(out, to, lesson);
}

/* Decisions that miss the deadline */

/* What is suspected of missing the deadline on a CPU, since a run did. */
struct suspect {
    uint8_t kind;
    struct explore_cut cut;
    uint32_t cpu;
    size_t since; /* index of that run, which does not count: it chose the suspect */
};
typedef AJ_VEC(struct suspect) suspect_vec;

static bool same_literal(const struct explore_literal *a, const struct explore_literal *b)
{
    return a->kind == b->kind && a->what == b->what && a->value == b->value;
}

static struct suspect *find_suspect(suspect_vec *suspects, uint8_t kind, uint32_t cpu,
                                    const struct explore_cut *cut)
{
    for (size_t i = 0; i < suspects->count; i++) {
        struct suspect *s = &suspects->items[i];
        size_t k = 0;
        while (k < cut->count && k < s->cut.count &&
               same_literal(&s->cut.literals[k], &cut->literals[k]))
            k++;
        if (s->kind == kind && s->cpu == cpu && k == cut->count && k == s->cut.count)
            return s;
    }
    return NULL;
}

static void suspect_run(const struct explore_ledger *ledger, size_t ix, uint32_t cpu,
                        struct aj_arena *out, suspect_vec *suspects)
{
    const struct explore_space *space = ledger->frame->space;
    const struct explore_decision *decision = &ledger->runs.items[ix].decision;
    const struct suspect fresh[] = {
        {EXPLORE_LESSON_MISSES, whole(space, decision, NULL, out), cpu, ix},
        {EXPLORE_LESSON_PART_MISSES, around(space, decision, cpu, out), cpu, ix},
    };
    for (size_t i = 0; i < AJ_COUNT(fresh); i++)
        if (find_suspect(suspects, fresh[i].kind, cpu, &fresh[i].cut) == NULL)
            AJ_PUSH(out, suspects, fresh[i]);
}

/* How often since it is a suspect; *runs: "5, 9", those that exceed it. */
static struct explore_exceeded count_exceeded(const struct explore_ledger *ledger,
                                              const struct suspect *s, struct aj_arena *out,
                                              const char **runs)
{
    struct explore_exceeded exceeded = {0, 0};
    *runs = "";
    for (size_t i = s->since + 1; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (entry->measurement == NULL || !explore_learn_speaks_of(&entry->decision, &s->cut))
            continue;
        exceeded.runs++;
        if (entry->late[s->cpu] == 0)
            continue;
        *runs =
            aj_strf(out, "%s%s%" PRIu64, *runs, exceeded.count > 0 ? ", " : "", entry->stored.id);
        exceeded.count++;
    }
    return exceeded;
}

/* The nth suspect, from 1. */
static void judge(const struct explore_ledger *ledger, const struct suspect *s, uint32_t nth,
                  struct aj_arena *out, lesson_vec *lessons)
{
    const struct explore_frame *frame = ledger->frame;
    struct explore_lesson lesson = {s->kind, s->cut};
    const char *runs;
    double low;
    const struct explore_exceeded exceeded = count_exceeded(ledger, s, out, &runs);
    if (!explore_deadline_cuts(exceeded, frame->spec->allowed, 1.0 - frame->spec->confidence, nth,
                               &low))
        return;
    lesson.cut.because =
        aj_strf(out,
                EXPLORE_DECIDED "beyond %s in run %" PRIu64 ", then in runs %s of %" PRIu64
                                ", at least %s %% of runs",
                aj_format_duration(out, frame->deadline_ns), ledger->runs.items[s->since].stored.id,
                runs, exceeded.runs, explore_number_format(out, floor(low * 1000.0) / 10.0));
    AJ_PUSH(out, lessons, lesson);
}

struct explore_lessons explore_learn(const struct explore_ledger *ledger, struct aj_arena *out)
{
    const struct explore_frame *frame = ledger->frame;
    suspect_vec suspects = {NULL, 0, 0};
    lesson_vec lessons = {NULL, 0, 0};
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (entry->stored.state == EXPLORE_RUN_VOID)
            learn_void(ledger, i, out, &lessons);
        if (entry->measurement == NULL)
            continue;
        for (uint32_t p = 0; p < frame->space->cpus_count; p++)
            if (entry->decision.owner[p] == frame->cell && entry->late[p] > 0)
                suspect_run(ledger, i, p, out, &suspects);
    }
    for (uint32_t i = 0; i < suspects.count; i++)
        judge(ledger, &suspects.items[i], i + 1, out, &lessons);
    return (struct explore_lessons){lessons.items, lessons.count};
}

const struct explore_space *explore_learn_space(const struct explore_ledger *ledger,
                                                const struct explore_lessons *lessons,
                                                unsigned kinds, struct aj_arena *out)
{
    const struct explore_space *base = ledger->frame->space;
    struct explore_space *space = aj_memdup(out, base, sizeof *base);
    struct explore_cut *cuts =
        AJ_NEW_ARRAY(out, struct explore_cut, base->cuts_count + lessons->count);
    for (size_t i = 0; i < base->cuts_count; i++)
        cuts[i] = base->cuts[i];
    for (size_t i = 0; i < lessons->count; i++)
        if ((kinds >> lessons->items[i].kind & 1u) != 0)
            cuts[space->cuts_count++] = lessons->items[i].cut;
    space->cuts = cuts;
    return space;
}

/* A literal in the words of cells.yml. */
static struct model_literal words_of(const struct explore_frame *frame,
                                     const struct explore_literal *literal)
{
    const struct explore_space *space = frame->space;
    struct model_literal words = {.at = frame->req->at};
    switch ((enum explore_literal_kind)literal->kind) {
    case EXPLORE_LITERAL_OWNER:
        words.kind = MODEL_LITERAL_CPUS;
        words.cell = space->cells[literal->value].key;
        aj_cpuset_add(&words.cpus, space->cpus[literal->what].id.v);
        break;
    case EXPLORE_LITERAL_IRQ:
        words.kind = MODEL_LITERAL_ROUTE;
        words.interrupt = space->irqs[literal->what].intid;
        aj_cpuset_add(&words.cpus, space->cpus[literal->value].id.v);
        break;
    case EXPLORE_LITERAL_BANK:
        words.kind = MODEL_LITERAL_PLACE;
        words.cell = space->cells[literal->what].key;
        words.within = (struct aj_range){frame->spec->space.banks[literal->value].start,
                                         frame->spec->space.banks[literal->value].size};
        break;
    case EXPLORE_LITERAL_KNOB:
        words.kind = MODEL_LITERAL_SET;
        words.cell = space->cells[space->knobs[literal->what].cell].key;
        words.knob = space->knobs[literal->what].name;
        words.value = space->knobs[literal->what].values[literal->value];
        break;
    }
    return words;
}

struct model_constraint explore_learn_constraint(const struct explore_frame *frame,
                                                 const struct explore_cut *cut,
                                                 struct aj_arena *out)
{
    struct model_literal *literals = AJ_NEW_ARRAY(out, struct model_literal, cut->count);
    for (size_t i = 0; i < cut->count; i++)
        literals[i] = words_of(frame, &cut->literals[i]);
    return (struct model_constraint){.kind = MODEL_CONSTRAINT_FORBID,
                                     .literals = literals,
                                     .literals_count = cut->count,
                                     .because = cut->because,
                                     .at = frame->req->at};
}
