/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/sim_board.h"

#include "explore/number.h"

#define TAIL        0.1 /* maxima of blocks scatter by a fifth, as on a busy board */
#define TAIL_MAX    0.5
#define SHARE_MAX   1.0
#define SPREAD_MAX  10.0
#define LATENCY_MAX 1e6 /* a second */

static const struct aj_field drift_fields[] = {
    AJ_F_CUSTOM(struct explore_sim_drift, per_run, &explore_number_field),
    AJ_F_CUSTOM(struct explore_sim_drift, step, &explore_number_field),
    AJ_F_UINT(struct explore_sim_drift, at_run, 0),
};
static const struct aj_schema drift_schema = {
    .what = "drift",
    .size = sizeof(struct explore_sim_drift),
    .fields = drift_fields,
    .fields_count = AJ_COUNT(drift_fields),
};

static const struct aj_field faults_fields[] = {
    AJ_F_KEY("void", AJ_FIELD_CUSTOM, struct explore_sim_faults, voids,
             .custom = &explore_number_field),
    AJ_F_CUSTOM(struct explore_sim_faults, refused, &explore_number_field),
    AJ_F_UINT(struct explore_sim_faults, lost_at, 0),
    AJ_F_UINT(struct explore_sim_faults, hangs_at, 0),
};
static const struct aj_schema faults_schema = {
    .what = "faults",
    .size = sizeof(struct explore_sim_faults),
    .fields = faults_fields,
    .fields_count = AJ_COUNT(faults_fields),
};

static const struct aj_field fields[] = {
    AJ_F_KEY("seed", AJ_FIELD_UINT, struct explore_sim_board, truth.seed, .def = AJ_NONE64),
    AJ_F_KEY("hidden", AJ_FIELD_CUSTOM, struct explore_sim_board, truth.hidden,
             .custom = &explore_number_field),
    AJ_F_KEY("pair_spread", AJ_FIELD_CUSTOM, struct explore_sim_board, truth.pair_spread,
             .custom = &explore_number_field),
    AJ_F_KEY("noise", AJ_FIELD_CUSTOM, struct explore_sim_board, truth.noise,
             .custom = &explore_number_field),
    AJ_F_KEY("three_way", AJ_FIELD_CUSTOM, struct explore_sim_board, truth.three_way,
             .custom = &explore_number_field),
    AJ_F_KEY("wrong_clusters", AJ_FIELD_BOOL, struct explore_sim_board, truth.wrong_clusters),
    AJ_F_KEY("flat", AJ_FIELD_BOOL, struct explore_sim_board, truth.flat),
    AJ_F_CUSTOM(struct explore_sim_board, tail, &explore_number_field),
    AJ_F_KEY("takes", AJ_FIELD_DURATION, struct explore_sim_board, takes_ns),
    AJ_F_STRUCT(struct explore_sim_board, drift, &drift_schema),
    AJ_F_STRUCT(struct explore_sim_board, faults, &faults_schema),
};
static const struct aj_schema schema = {
    .what = "simulated board",
    .size = sizeof(struct explore_sim_board),
    .fields = fields,
    .fields_count = AJ_COUNT(fields),
};

/* Numbers with a default that is not 0, or with limits. */
struct number {
    const char *map, *key; /* map NULL: of the document */
    size_t offset;
    double standard, low, high;
};
#define NUMBER(map, key, member, standard, low, high)                               \
    {                                                                               \
        map, key, offsetof(struct explore_sim_board, member), (standard), low, high \
    }
static const struct number numbers[] = {
    NUMBER(NULL, "hidden", truth.hidden, 1.0, 0.0, SPREAD_MAX),
    NUMBER(NULL, "pair_spread", truth.pair_spread, 0.4, 0.0, SPREAD_MAX),
    NUMBER(NULL, "noise", truth.noise, 1.0, 0.0, SPREAD_MAX),
    NUMBER(NULL, "three_way", truth.three_way, 0.0, 0.0, LATENCY_MAX),
    NUMBER(NULL, "tail", tail, TAIL, 0.0, TAIL_MAX),
    NUMBER("drift", "per_run", drift.per_run, 0.0, -LATENCY_MAX, LATENCY_MAX),
    NUMBER("drift", "step", drift.step, 0.0, -LATENCY_MAX, LATENCY_MAX),
    NUMBER("faults", "void", faults.voids, 0.0, 0.0, SHARE_MAX),
    NUMBER("faults", "refused", faults.refused, 0.0, 0.0, SHARE_MAX),
};

static void finish_number(struct aj_ctx *cx, const struct aj_yaml *doc, const struct number *n,
                          struct explore_sim_board *board)
{
    const struct aj_yaml *map = n->map != NULL ? aj_yaml_get(doc, n->map) : doc;
    const struct aj_yaml *node = aj_yaml_get(map, n->key);
    double *value = (void *)((char *)board + n->offset);
    if (node == NULL || aj_yaml_is_null(node)) {
        *value = n->standard;
    } else if (*value < n->low || *value > n->high) {
        (void)aj_fail(cx, AJ_ERR_INPUT, "range", node->loc, "%s is from %g to %g", n->key, n->low,
                      n->high);
        aj_diag_path(cx, "%s%s%s", n->map != NULL ? n->map : "", n->map != NULL ? "." : "", n->key);
    }
}

enum aj_status explore_sim_board_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                      struct aj_arena *out, struct explore_sim_board *board)
{
    struct explore_sim_board read;
    const size_t mark = aj_diag_mark(cx);
    memset(&read, 0, sizeof read);
    aj_schema_defaults(&schema, &read);
    if (doc != NULL)
        AJ_TRY(aj_schema_read(cx, &schema, doc, "", out, &read));
    for (size_t i = 0; i < AJ_COUNT(numbers); i++)
        finish_number(cx, doc, &numbers[i], &read);
    if (read.takes_ns < 0)
        (void)aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(doc, "takes"),
                      "a run does not take less than no time");
    *board = read;
    return aj_diag_since(cx, mark);
}
