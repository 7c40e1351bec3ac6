/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/frame.h"

#include "base/digest.h"
#include "explore/frame_priv.h"

#define DEADLINE_MAX_NS INT64_C(50000000) /* what a histogram of latencies reaches */

bool explore_frame_is_decided(const struct model_constraint *constraint)
{
    switch ((enum model_constraint_kind)constraint->kind) {
    case MODEL_CONSTRAINT_ASSIGN:
    case MODEL_CONSTRAINT_ROUTE:
    case MODEL_CONSTRAINT_PLACE:
    case MODEL_CONSTRAINT_SET:
        return constraint->because != NULL &&
               strncmp(constraint->because, EXPLORE_DECIDED, strlen(EXPLORE_DECIDED)) == 0;
    case MODEL_CONSTRAINT_FORBID:
    case MODEL_CONSTRAINT_SEPARATE:
    case MODEL_CONSTRAINT_BOUND:
    case MODEL_CONSTRAINT_AVOID:
    case MODEL_CONSTRAINT_PREFER: break;
    }
    return false;
}

/* The cell under study */

static enum aj_status no_cell(struct aj_ctx *cx, const struct explore_inputs *in, const char *text)
{
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "explore-cell", aj_yaml_loc(in->spec->at, "cell"), "%s", text);
    aj_diag_hint(cx, "'cell:' in explore.yml names a guest of cells.yml");
    return status;
}

/* What `key` names is no guest of cells.yml. */
static enum aj_status no_guest(struct aj_ctx *cx, const struct explore_inputs *in,
                               struct aj_loc loc, const char *key)
{
    if (model_cell_by_key(in->req, key) == NULL)
        return model_no_such_cell(cx, in->req, loc, "explore-cell", key);
    return aj_fail(cx, AJ_ERR_INPUT, "explore-cell", loc, "cell '%s' is no guest", key);
}

static enum aj_status find_cell(struct aj_ctx *cx, const struct explore_inputs *in, uint32_t *cell)
{
    const char *wanted = in->spec->cell;
    uint32_t found = 0;
    for (uint32_t i = 0; i < in->req->guests_count; i++) {
        const struct model_cell_request *guest = &in->req->guests[i];
        if (wanted == NULL ? guest->realtime == NULL : strcmp(guest->key, wanted) != 0)
            continue;
        if (found != 0)
            return no_cell(cx, in, "more than one guest is real-time: which is studied?");
        found = i + 1;
    }
    if (found == 0 && wanted != NULL)
        return no_guest(cx, in, aj_yaml_loc(in->spec->at, "cell"), wanted);
    if (found == 0)
        return no_cell(cx, in, "no guest is real-time: which is studied?");
    *cell = found;
    return AJ_OK;
}

static enum aj_status find_deadline(struct aj_ctx *cx, const struct explore_inputs *in,
                                    uint32_t cell, int64_t *deadline_ns)
{
    const struct model_cell_request *guest = &in->req->guests[cell - 1];
    enum aj_status status = AJ_OK;
    *deadline_ns = in->spec->deadline_ns;
    if (*deadline_ns == 0 && guest->realtime != NULL)
        *deadline_ns = guest->realtime->deadline / AJ_NS_PER_US * AJ_NS_PER_US;
    if (*deadline_ns <= 0)
        status = aj_fail(cx, AJ_ERR_INPUT, "explore-deadline", aj_yaml_loc(guest->at, "realtime"),
                         "'%s' has no deadline that latencies could be compared with", guest->key);
    else if (*deadline_ns > DEADLINE_MAX_NS)
        status = aj_fail(cx, AJ_ERR_INPUT, "explore-deadline", aj_yaml_loc(guest->at, "realtime"),
                         "latencies beyond 50 ms are not measured");
    if (status != AJ_OK)
        aj_diag_hint(cx, "'deadline:' in explore.yml, e.g. 100 us");
    return status;
}

/* Requirements of the study */

static enum aj_status wished_cells(struct aj_ctx *cx, const struct explore_inputs *in,
                                   struct model_cell_request *guests)
{
    const struct explore_spec_space *space = &in->spec->space;
    for (size_t i = 0; i < space->cells_count; i++) {
        size_t k = 0;
        while (k < in->req->guests_count && strcmp(guests[k].key, space->cells[i].key) != 0)
            k++;
        if (k == in->req->guests_count) {
            const enum aj_status status =
                no_guest(cx, in, space->cells[i].at->loc, space->cells[i].key);
            aj_diag_path(cx, "space.cells.%s", space->cells[i].key);
            return status;
        }
        guests[k].cpus = space->cells[i].cpus;
    }
    return AJ_OK;
}

/* What runs in a cell needs one. */
static enum aj_status loaded_cells(struct aj_ctx *cx, const struct explore_inputs *in)
{
    const struct explore_named_lists *load = &in->spec->load;
    for (size_t i = 0; i < load->count; i++) {
        if (model_cell_by_key(in->req, load->items[i].name) != NULL)
            continue;
        const enum aj_status status = model_no_such_cell(cx, in->req, load->items[i].key_loc,
                                                         "explore-cell", load->items[i].name);
        aj_diag_path(cx, "load.%s", load->items[i].name);
        return status;
    }
    return AJ_OK;
}

static enum aj_status study_of(struct aj_ctx *cx, const struct explore_inputs *in,
                               struct aj_arena *out, const struct model_requirements **study)
{
    const struct model_requirements *given = in->req;
    struct model_requirements *req = aj_memdup(out, given, sizeof *given);
    struct model_cell_request *guests =
        aj_memdup(out, given->guests, given->guests_count * sizeof *guests);
    struct model_constraint *kept =
        AJ_NEW_ARRAY(out, struct model_constraint, given->constraints_count);
    AJ_TRY(wished_cells(cx, in, guests));
    AJ_TRY(loaded_cells(cx, in));
    req->guests = guests;
    req->constraints = kept;
    req->constraints_count = 0;
    for (size_t i = 0; i < given->constraints_count; i++)
        if (!explore_frame_is_decided(&given->constraints[i]))
            kept[req->constraints_count++] = given->constraints[i];
    *study = req;
    return AJ_OK;
}

/* The frame */

static enum aj_status make_space(struct aj_ctx *cx, struct aj_arena *out,
                                 struct explore_frame *frame, const struct model_plan *plan)
{
    struct explore_space *space = AJ_NEW(out, struct explore_space);
    struct explore_frame_maker m = {cx, out, frame, space, plan};
    frame->space = space;
    explore_frame_make_cpus(&m);
    explore_frame_make_cells(&m);
    AJ_TRY(explore_frame_make_irqs(&m));
    AJ_TRY(explore_frame_make_banks(&m));
    AJ_TRY(explore_frame_make_knobs(&m));
    explore_frame_make_cuts(&m);
    return AJ_OK;
}

static enum aj_status solve(struct aj_ctx *cx, const struct explore_frame *frame,
                            const struct model_requirements *req, struct aj_arena *out,
                            struct explore_step *step)
{
    const struct solver_options options = {.time_limit_ns = 0};
    return explore_step_run(cx, frame->project, frame->board, req, &options, out, step);
}

/* Whoever writes cells solves again, and tells then what there is to tell. */
static enum aj_status solve_quietly(struct aj_ctx *cx, const struct explore_frame *frame,
                                    const struct model_requirements *req, struct aj_arena *out,
                                    struct explore_step *step)
{
    struct aj_ctx quiet;
    aj_ctx_open(&quiet);
    quiet.cancel = cx->cancel;
    const enum aj_status status = solve(&quiet, frame, req, out, step);
    aj_ctx_close(&quiet);
    return status == AJ_OK ? AJ_OK : solve(cx, frame, req, out, step);
}

/* What the tool answers without measuring; of the study where explore.yml asks for other CPUs. */
static enum aj_status find_baseline(struct aj_ctx *cx, struct aj_arena *out,
                                    struct explore_frame *frame)
{
    struct explore_step step;
    const bool as_given = frame->spec->space.cells_count == 0;
    AJ_TRY(solve_quietly(cx, frame, as_given ? frame->given : frame->req, out, &step));
    AJ_TRY(make_space(cx, out, frame, step.plan));
    frame->baseline = explore_decision_new(frame->space, out);
    if (explore_frame_decision(frame, step.plan, &frame->baseline) &&
        explore_space_allows(frame->space, &frame->baseline))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "explore-space", aj_yaml_loc(frame->spec->at, "space"),
                "the plan that is made without measuring lies outside of the space");
    aj_diag_hint(cx, "let the banks hold all RAM that guests may have");
    return status;
}

enum aj_status explore_frame_make(struct aj_ctx *cx, const struct explore_inputs *in,
                                  struct aj_arena *out, struct explore_frame *frame)
{
    *frame = (struct explore_frame){
        .project = in->project,
        .board = model_board_override(in->board, in->req, out),
        .spec = in->spec,
        .given = in->req,
    };
    AJ_TRY(find_cell(cx, in, &frame->cell));
    AJ_TRY(find_deadline(cx, in, frame->cell, &frame->deadline_ns));
    AJ_TRY(study_of(cx, in, out, &frame->req));
    return find_baseline(cx, out, frame);
}

enum aj_status explore_frame_step(struct aj_ctx *cx, const struct explore_frame *frame,
                                  const struct explore_decision *decision, struct aj_arena *out,
                                  const struct model_requirements **req, struct explore_step *step)
{
    struct explore_decision planned = explore_decision_new(frame->space, out);
    *req = explore_frame_pin(frame, decision, out);
    AJ_TRY(solve(cx, frame, *req, out, step));
    if (explore_frame_decision(frame, step->plan, &planned) &&
        explore_decision_equal(frame->space, decision, &planned))
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INTERNAL, "self-check", AJ_NOWHERE,
                   "the plan is another one than was asked for: %s",
                   explore_decision_format(frame->space, &planned, out));
}

const char *explore_frame_study(const struct explore_frame *frame, struct aj_arena *out)
{
    struct explore_spec spec = *frame->spec;
    struct aj_buf text = {NULL, 0, 0};
    spec.budget = (struct explore_spec_budget){0, 0};
    spec.confidence = 0.0;
    spec.targets = NULL;
    spec.targets_count = 0;
    model_board_write(frame->board, &text);
    model_requirements_write(frame->given, &text);
    explore_spec_write(&spec, &text);
    const char *digest = aj_sha256(out, (struct aj_bytes){(const uint8_t *)text.data, text.len});
    aj_buf_free(&text);
    return digest;
}
