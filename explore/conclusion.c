/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/conclusion.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/rewrite.h"

/* Constraints */

typedef AJ_VEC(struct model_constraint) constraint_vec;

static bool has_like(const constraint_vec *list, const struct model_constraint *constraint)
{
    for (size_t i = 0; i < list->count; i++)
        if (model_constraint_equal(&list->items[i], constraint))
            return true;
    return false;
}

#define EARLIER "; earlier: "

/*
 * What an earlier exploration said for the same stays behind what this one says, unless that is the
 * same.
 */
static const char *with_earlier(const struct model_requirements *given,
                                const struct model_constraint *pin, struct aj_arena *out)
{
    const size_t prefix = strlen(EXPLORE_DECIDED);
    for (size_t i = 0; pin->because != NULL && i < given->constraints_count; i++) {
        const struct model_constraint *old = &given->constraints[i];
        if (!explore_rewrite_is_learned(old) || !model_constraint_equal(old, pin))
            continue;
        const char *said = old->because + prefix;
        const size_t length = strlen(pin->because + prefix);
        const bool same =
            strncmp(said, pin->because + prefix, length) == 0 &&
            (said[length] == '\0' || strncmp(said + length, EARLIER, strlen(EARLIER)) == 0);
        return same ? old->because : aj_strf(out, "%s" EARLIER "%s", pin->because, said);
    }
    return pin->because;
}

const struct model_constraint *explore_conclusion_constraints(
    const struct explore_frame *frame, const struct explore_decision *decision, const char *because,
    const struct explore_lessons *lessons, struct aj_arena *out, size_t *count)
{
    constraint_vec list = {NULL, 0, 0};
    size_t pins_count = 0;
    for (size_t i = 0; i < frame->req->constraints_count; i++)
        AJ_PUSH(out, &list, frame->req->constraints[i]);
    for (size_t i = 0; i < lessons->count; i++) {
        if (lessons->items[i].kind != EXPLORE_LESSON_PART_MISSES ||
            explore_learn_speaks_of(decision, &lessons->items[i].cut))
            continue;
        const struct model_constraint forbid =
            explore_learn_constraint(frame, &lessons->items[i].cut, out);
        if (!has_like(&list, &forbid))
            AJ_PUSH(out, &list, forbid);
    }
    const struct model_constraint *pins =
        explore_frame_constraints(frame, decision, because, out, &pins_count);
    for (size_t i = 0; i < pins_count; i++) {
        struct model_constraint pin = pins[i];
        pin.because = with_earlier(frame->given, &pin, out);
        AJ_PUSH(out, &list, pin);
    }
    *count = list.count;
    return list.items;
}

/* Report */

/*
 * Does a run tell how good a decision is? Runs by which a winner was chosen do not, as they were lucky,
 * if there are others; nothing chose the baseline's.
 */
static bool tells(const struct explore_verdict *verdict, const struct explore_decision *decision,
                  const struct explore_space *space, uint8_t phase)
{
    return !verdict->confirmed || phase == EXPLORE_PHASE_CONFIRM ||
           explore_decision_equal(space, decision, verdict->baseline);
}

static struct explore_report_side side_of(const struct explore_ledger *ledger,
                                          const struct explore_verdict *verdict,
                                          const struct explore_decision *decision,
                                          struct aj_arena *out)
{
    const struct explore_frame *frame = ledger->frame;
    const struct explore_space *space = frame->space;
    struct explore_report_cpu *cpus =
        AJ_NEW_ARRAY(out, struct explore_report_cpu, space->cpus_count);
    const struct model_measurement **list =
        AJ_NEW_ARRAY(out, const struct model_measurement *, ledger->runs.count);
    struct explore_summary_run *runs =
        AJ_NEW_ARRAY(out, struct explore_summary_run, ledger->runs.count);
    struct explore_report_side side = {.decision = explore_decision_format(space, decision, out),
                                       .cpus = cpus,
                                       .measurements = list};
    for (uint32_t p = 0; p < space->cpus_count; p++)
        if (decision->owner[p] == frame->cell)
            cpus[side.cpus_count++] = (struct explore_report_cpu){
                space->cpus[p].id.v, space->cells[frame->cell].key, frame->deadline_ns};
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        if (entry->measurement != NULL &&
            explore_decision_equal(space, &entry->decision, decision) &&
            tells(verdict, decision, space, entry->stored.phase)) {
            runs[side.measurements_count] = (struct explore_summary_run){
                entry->score, entry->censored, explore_ledger_late(frame, entry)};
            list[side.measurements_count++] = entry->measurement;
        }
    }
    side.summary = explore_summary_make(runs, (uint32_t)side.measurements_count, out);
    return side;
}

static const struct explore_report_run *
runs_of(struct aj_ctx *cx, const struct explore_ledger *ledger, struct aj_arena *out)
{
    struct explore_report_run *runs =
        AJ_NEW_ARRAY(out, struct explore_report_run, ledger->runs.count);
    const uint32_t *epochs = explore_ledger_epochs(ledger, out);
    uint32_t *last = AJ_NEW_ARRAY(out, uint32_t, ledger->boards.count); /* epoch of each board */
    double best = (double)NAN;
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_entry *entry = &ledger->runs.items[i];
        struct explore_ledger so_far = *ledger;
        so_far.runs.count = i + 1;
        if (entry->measurement != NULL)
            best = explore_agenda_best(cx, &so_far);
        runs[i] = (struct explore_report_run){
            .stored = &entry->stored,
            .score = entry->score,
            .best = best,
            .censored = entry->censored,
            .drifted = epochs[i] != last[entry->board],
        };
        last[entry->board] = epochs[i];
    }
    return runs;
}

/* What stands in the next cells.yml and not in this one. */
static void learned_of(struct explore_conclusion *o, struct aj_arena *out)
{
    const struct model_requirements *given = o->frame->given;
    struct explore_report_learned *list =
        AJ_NEW_ARRAY(out, struct explore_report_learned, o->constraints_count);
    for (size_t i = 0; i < o->constraints_count; i++) {
        const struct model_constraint *c = &o->constraints[i];
        bool old = c->because == NULL;
        for (size_t k = 0; k < given->constraints_count && !old; k++)
            old = model_constraint_equal(c, &given->constraints[k]);
        if (old)
            continue;
        list[o->report.learned_count++] =
            (struct explore_report_learned){model_constraint_words(c, out), c->because};
    }
    o->report.learned = list;
}

static void report_of(struct aj_ctx *cx, const struct explore_study_end *end, struct aj_arena *out,
                      struct explore_conclusion *o)
{
    const struct explore_ledger *ledger = &end->ledger;
    const struct explore_history history = explore_ledger_history(ledger, out);
    o->report = (struct explore_report){
        .project = o->frame->project->name,
        .boards = ledger->boards.items,
        .boards_count = ledger->boards.count,
        .simulated = end->simulated,
        .stopped = end->why,
        .budget = explore_agenda_budget(o->frame),
        .baseline = side_of(ledger, &o->verdict, o->verdict.baseline, out),
        .recommended = side_of(ledger, &o->verdict, o->verdict.recommended, out),
        .compared = side_of(ledger, &o->verdict, o->verdict.winner, out),
        .confirmed = o->verdict.confirmed,
        .claim = o->verdict.claim,
        .certify = o->frame->spec->certify,
        .certificate = o->verdict.certificate,
        .confidence = o->frame->spec->confidence,
        .runs = runs_of(cx, ledger, out),
        .runs_count = ledger->runs.count,
    };
    explore_search_effects(cx, o->frame->space, &history, out, &o->report.effects,
                           &o->report.effects_count);
    learned_of(o, out);
}

/* Together */

static bool is_recommended(const struct explore_conclusion *o,
                           const struct explore_decision *decision)
{
    return explore_decision_equal(o->frame->space, decision, o->verdict.recommended);
}

/* "runs 21 to 32 of explore.db": what the claim is made of, or all that was measured. */
static const char *source(const struct explore_conclusion *o, const struct explore_study *study,
                          const struct explore_ledger *ledger, struct aj_arena *out)
{
    uint64_t first = 0, last = 0;
    for (size_t i = 0; i < ledger->runs.count; i++) {
        const struct explore_stored *run = &ledger->runs.items[i].stored;
        if (run->state != EXPLORE_RUN_DONE ||
            (o->verdict.confirmed && run->phase != EXPLORE_PHASE_CONFIRM))
            continue;
        first = first == 0 ? run->id : first;
        last = run->id;
    }
    return aj_strf(out, "runs %" PRIu64 " to %" PRIu64 " of %s", first, last,
                   study->options->store);
}

static const char *because(const struct explore_conclusion *o, const struct explore_study *study,
                           const struct explore_study_end *end, struct aj_arena *out)
{
    const char *said = is_recommended(o, o->verdict.baseline)
                           ? "nothing was shown to be better"
                           : explore_claim_text(&o->verdict.claim, out);
    return aj_strf(out, EXPLORE_DECIDED "%s; %s%s", said, source(o, study, &end->ledger, out),
                   end->simulated ? "; simulated" : "");
}

void explore_conclusion_make(struct aj_ctx *cx, const struct explore_study *study,
                             const struct explore_study_end *end, struct aj_arena *out,
                             struct explore_conclusion *conclusion)
{
    const struct explore_lessons lessons = explore_learn(&end->ledger, out);
    *conclusion = (struct explore_conclusion){.frame = study->frame};
    explore_finale_judge(cx, &end->ledger, out, &conclusion->verdict);
    conclusion->constraints = explore_conclusion_constraints(
        study->frame, conclusion->verdict.recommended, because(conclusion, study, end, out),
        &lessons, out, &conclusion->constraints_count);
    report_of(cx, end, out, conclusion);
}

/* For people */

/*
 * First of all: does what is recommended meet its deadline? "exceeded in 3 of 6 runs", and what is sure
 * beyond these runs.
 */
static void add_deadline(const struct explore_conclusion *o, struct aj_buf *to)
{
    const struct explore_summary *s = &o->report.recommended.summary;
    const struct explore_certificate *c = &o->verdict.certificate;
    const double sure = 100.0 * o->frame->spec->confidence;
    struct aj_arena *arena = aj_arena_open();
    const char *deadline = aj_format_duration(arena, o->frame->deadline_ns);
    if (s->late > 0)
        aj_buf_addf(to, "%-12s MISSED: %s exceeded in %" PRIu32 " of %" PRIu32 " run%s", "deadline",
                    deadline, s->late, s->runs, s->runs == 1 ? "" : "s");
    else
        aj_buf_addf(to, "%-12s %s not exceeded in %" PRIu32 " run%s", "deadline", deadline, s->runs,
                    s->runs == 1 ? "" : "s");
    aj_buf_adds(to, " of what is recommended");
    if (c->exceeded.runs == 0)
        aj_buf_adds(to, "; these runs chose it, so nothing is sure");
    else if (c->verdict == EXPLORE_DEADLINE_MISSED)
        aj_buf_addf(to, "; with %.4g %% confidence in more than %.1f %% of them", sure,
                    100.0 * c->allowed);
    else
        aj_buf_addf(to, "; with %.4g %% confidence in at most %.1f %% of them", sure,
                    100.0 * c->bounds.high);
    aj_buf_adds(to, "\n");
    aj_arena_close(arena);
}

static void add_side(const struct explore_conclusion *o, const char *name,
                     const struct explore_report_side *side, struct aj_arena *scratch,
                     struct aj_buf *to)
{
    aj_buf_addf(to, "%-12s %s: %s\n", name,
                explore_summary_text(&side->summary, o->frame->deadline_ns, scratch),
                side->decision);
}

/* What the pairs of each board say, and what was given up. */
static void add_details(const struct explore_conclusion *o, struct aj_arena *scratch,
                        struct aj_buf *to)
{
    const struct explore_verdict *v = &o->verdict;
    for (size_t i = 0; i < v->boards_count && v->boards_count > 1; i++)
        aj_buf_addf(to, "%-12s on %s: %.1f %% %s (%" PRIu32 " pair%s)\n", "", v->boards[i].board,
                    100.0 * fabs(v->boards[i].effect),
                    v->boards[i].effect < 0.0 ? "lower" : "higher", v->boards[i].pairs,
                    v->boards[i].pairs == 1 ? "" : "s");
    for (size_t i = 0; i < v->given_up_count; i++)
        aj_buf_addf(to, "%-12s after %d void runs in a row (%s): %s\n", "given up",
                    EXPLORE_FINALE_VOIDS, v->given_up[i].reason,
                    explore_decision_format(o->frame->space, v->given_up[i].decision, scratch));
}

void explore_conclusion_write(const struct explore_conclusion *conclusion, struct aj_buf *to)
{
    const struct explore_report *r = &conclusion->report;
    struct aj_arena *arena = aj_arena_open();
    size_t good = 0;
    for (size_t i = 0; i < r->runs_count; i++)
        good += isnan(r->runs[i].score) ? 0 : 1;
    add_deadline(conclusion, to);
    aj_buf_addf(to, "%-12s %s, %zu run%s, %zu of them void", "studied",
                conclusion->frame->space->cells[conclusion->frame->cell].key, r->runs_count,
                r->runs_count == 1 ? "" : "s", r->runs_count - good);
    aj_buf_addf(to, "%s\n", r->simulated ? "; simulated: no hardware was measured" : "");
    aj_buf_addf(to, "%-12s %s\n", "stopped", r->stopped);
    add_side(conclusion, "baseline", &r->baseline, arena, to);
    if (is_recommended(conclusion, conclusion->verdict.baseline))
        aj_buf_addf(to, "%-12s the baseline, as it is\n", "recommended");
    else
        add_side(conclusion, "recommended", &r->recommended, arena, to);
    if (conclusion->verdict.confirmed)
        aj_buf_addf(to, "%-12s the best one found: %s\n", "shown",
                    explore_claim_text(&conclusion->verdict.claim, arena));
    else if (is_recommended(conclusion, conclusion->verdict.baseline))
        aj_buf_addf(to, "%-12s nothing better was found\n", "shown");
    else
        aj_buf_addf(to, "%-12s nothing: too few runs to confirm it in pairs\n", "shown");
    add_details(conclusion, arena, to);
    for (size_t i = 0; i < r->learned_count; i++)
        aj_buf_addf(to, "%-12s %s\n", i == 0 ? "learned" : "", r->learned[i].constraint);
    aj_arena_close(arena);
}
