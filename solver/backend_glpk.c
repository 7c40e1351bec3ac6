/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/backend_glpk.h"

#include <limits.h>
#include <math.h>
#include <setjmp.h>

#include <glpk.h>

/* How far an answer may be from whole numbers. */
#define INTEGRAL_TOLERANCE 1e-6

/* What GLPK's hooks need of one call. */
struct session {
    struct aj_ctx *cx;
    const struct solver_part *part;
    glp_prob *lp;
    int *col_of; /* col_of[column of the program] = column of GLPK, from 1; 0 = not in the part */
    const struct solver_limits *limits;
    double bound;
    int nodes;
    jmp_buf failed;
};

const char *solver_glpk_name(struct aj_arena *out)
{
    return aj_strf(out, "glpk %s", glp_version());
}

static int on_text(void *info, const char *text)
{
    const struct session *s = info;
    const size_t len = strcspn(text, "\n");
    if (len > 0)
        aj_log(s->cx, AJ_LOG_DEBUG, "glpk: %.*s", (int)len, text);
    return 1;
}

/* GLPK calls this when it would abort. */
static void on_error(void *info)
{
    struct session *s = info;
    longjmp(s->failed, 1);
}

/* The bound as a whole number; INT64_MIN if there is none yet. */
static int64_t whole_bound(const struct session *s)
{
    return s->bound > -0x1p53 && s->bound < 0x1p53 ? (int64_t)ceil(s->bound - INTEGRAL_TOLERANCE)
                                                   : INT64_MIN;
}

/* `lp` is what the tree is made of: the program after GLPK's own preprocessing. */
static void tell(const struct session *s, glp_prob *lp)
{
    const struct solver_part *part = s->part;
    if (s->limits->observer.hear == NULL || part->level == NULL)
        return;
    struct solver_news news = {.level = part->level,
                               .known = part->incumbent != SOLVER_FREE,
                               .value = part->incumbent,
                               .bound = whole_bound(s),
                               .nodes = s->nodes > 0 ? (uint32_t)s->nodes : 0};
    if (glp_mip_status(lp) == GLP_FEAS) {
        news.known = true;
        news.value = (int64_t)llround(glp_mip_obj_val(lp));
    }
    if (news.known)
        news.value += part->offset;
    if (news.bound != INT64_MIN)
        news.bound += part->offset;
    s->limits->observer.hear(s->limits->observer.to, &news);
}

/* GLPK's own choice, unless a column that comes first is not whole yet. */
static void branch(const struct session *s, glp_tree *tree)
{
    for (uint32_t i = 0; i < s->part->first_count; i++) {
        const int at = s->col_of[s->part->first[i]];
        if (glp_ios_can_branch(tree, at)) {
            glp_ios_branch_upon(tree, at, GLP_NO_BRNCH);
            return;
        }
    }
}

static void on_tree(glp_tree *tree, void *info)
{
    struct session *s = info;
    const int best = glp_ios_best_node(tree);
    if (best != 0)
        s->bound = glp_ios_node_bound(tree, best);
    glp_ios_tree_size(tree, NULL, NULL, &s->nodes);
    tell(s, glp_ios_get_prob(tree));
    if (solver_stopped(s->cx, s->limits) ||
        (s->limits->nodes_max > 0 && s->nodes > 0 && (uint32_t)s->nodes > s->limits->nodes_max))
        glp_ios_terminate(tree);
    else if (glp_ios_reason(tree) == GLP_IBRANCH)
        branch(s, tree);
}

static int bound_kind(int64_t lower, int64_t upper)
{
    if (lower == upper)
        return GLP_FX;
    if (lower == -SOLVER_FREE)
        return upper == SOLVER_FREE ? GLP_FR : GLP_UP;
    return upper == SOLVER_FREE ? GLP_LO : GLP_DB;
}

static void load_cols(struct session *s)
{
    const struct solver_part *part = s->part;
    if (part->cols_count > 0)
        glp_add_cols(s->lp, (int)part->cols_count);
    for (uint32_t i = 0; i < part->cols_count; i++) {
        const struct solver_col *col = &part->ip->cols.items[part->cols[i]];
        const int at = (int)i + 1;
        s->col_of[part->cols[i]] = at;
        glp_set_col_name(s->lp, at, col->name);
        glp_set_col_kind(s->lp, at, GLP_IV);
        glp_set_col_bnds(s->lp, at, bound_kind(col->lower, col->upper), (double)col->lower,
                         (double)col->upper);
    }
    for (size_t i = 0; i < part->objective_count; i++) {
        const int at = s->col_of[part->objective[i].col];
        glp_set_obj_coef(s->lp, at, glp_get_obj_coef(s->lp, at) + (double)part->objective[i].coef);
    }
}

static void load_rows(struct session *s)
{
    const struct solver_part *part = s->part;
    struct aj_arena *scratch = s->cx->scratch;
    int *indices = AJ_NEW_ARRAY(scratch, int, part->cols_count + 1);
    double *coefs = AJ_NEW_ARRAY(scratch, double, part->cols_count + 1);
    if (part->rows_count > 0)
        glp_add_rows(s->lp, (int)part->rows_count);
    for (uint32_t i = 0; i < part->rows_count; i++) {
        const struct solver_row *row = &part->ip->rows.items[part->rows[i]];
        const int at = (int)i + 1;
        glp_set_row_name(s->lp, at, row->name);
        glp_set_row_bnds(s->lp, at, bound_kind(row->lower, row->upper), (double)row->lower,
                         (double)row->upper);
        for (size_t k = 0; k < row->count; k++) {
            const struct solver_term *term = &part->ip->terms.items[row->first + k];
            indices[k + 1] = s->col_of[term->col];
            coefs[k + 1] = (double)term->coef;
        }
        glp_set_mat_row(s->lp, at, (int)row->count, indices, coefs);
    }
}

/* A last row that nothing but an answer worth having meets. */
static void load_cutoff(struct session *s)
{
    const struct solver_part *part = s->part;
    if (part->cutoff == SOLVER_FREE)
        return;
    int *indices = AJ_NEW_ARRAY(s->cx->scratch, int, part->cols_count + 1);
    double *coefs = AJ_NEW_ARRAY(s->cx->scratch, double, part->cols_count + 1);
    int count = 0;
    for (int at = 1; at <= (int)part->cols_count; at++) {
        const double coef = glp_get_obj_coef(s->lp, at);
        if (coef < 0 || coef > 0) {
            indices[++count] = at;
            coefs[count] = coef;
        }
    }
    const int row = glp_add_rows(s->lp, 1);
    glp_set_row_name(s->lp, row, "cutoff");
    glp_set_row_bnds(s->lp, row, GLP_UP, 0, (double)part->cutoff);
    glp_set_mat_row(s->lp, row, count, indices, coefs);
}

static void load(struct session *s)
{
    s->lp = glp_create_prob();
    glp_set_prob_name(s->lp, s->part->title != NULL ? s->part->title : "autojail");
    glp_set_obj_dir(s->lp, GLP_MIN);
    load_cols(s);
    load_rows(s);
    load_cutoff(s);
}

static int optimise(struct session *s)
{
    glp_iocp control;
    glp_init_iocp(&control);
    /* Preprocessing would leave no column where it was. */
    control.presolve = s->part->first_count > 0 ? GLP_OFF : GLP_ON;
    /* Cuts lift a bound; without an objective, going deep fast is worth more. */
    if (s->part->aim == SOLVER_AIM_ANY) {
        control.br_tech = GLP_BR_MFV;
        control.bt_tech = GLP_BT_DFS;
    } else {
        control.mir_cuts = GLP_ON;
    }
    control.cb_func = on_tree;
    control.cb_info = s;
    control.mip_gap = s->part->gap;
    if (s->limits->deadline_ns != INT64_MAX) {
        const int64_t left_ms = (s->limits->deadline_ns - solver_clock_ns()) / AJ_NS_PER_MS;
        control.tm_lim = left_ms < 1 ? 1 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
    }
    if (s->part->first_count > 0) {
        glp_smcp simplex;
        glp_init_smcp(&simplex);
        const int code = glp_simplex(s->lp, &simplex);
        if (code != 0)
            return code;
        if (glp_get_status(s->lp) == GLP_NOFEAS)
            return GLP_ENOPFS;
    }
    return glp_intopt(s->lp, &control);
}

/* The whole numbers of the answer; false if they are none. */
static bool read_values(const struct session *s, int64_t *values)
{
    const struct solver_part *part = s->part;
    for (uint32_t i = 0; i < part->cols_count; i++) {
        const double x = glp_mip_col_val(s->lp, (int)i + 1), whole = round(x);
        if (!(fabs(x - whole) <= INTEGRAL_TOLERANCE) || fabs(whole) > 0x1p53)
            return false;
        values[part->cols[i]] = (int64_t)whole;
    }
    return true;
}

/* What the returned code and the status of GLPK say together. */
static enum solver_verdict judge(const struct session *s, int code)
{
    if (code == GLP_ENOPFS)
        return SOLVER_INFEASIBLE;
    switch (glp_mip_status(s->lp)) {
    case GLP_OPT: return SOLVER_OPTIMAL;
    case GLP_FEAS: return SOLVER_FEASIBLE;
    case GLP_NOFEAS: return SOLVER_INFEASIBLE;
    default: return SOLVER_LIMIT;
    }
}

static enum aj_status bug(struct aj_ctx *cx, const char *what, int code)
{
    const enum aj_status status = aj_fail(cx, AJ_ERR_INTERNAL, "solver-bug", AJ_NOWHERE,
                                          "the integer programming library %s (%d)", what, code);
    aj_diag_hint(cx, "write the program with --dump=lp and report it");
    return status;
}

static enum aj_status finish(struct session *s, int code, int64_t *values,
                             struct solver_answer *answer)
{
    if (aj_cancelled(s->cx) && s->limits->on_cancel == SOLVER_CANCEL_FAILS)
        return aj_fail(s->cx, AJ_INTERRUPTED, "interrupted", AJ_NOWHERE,
                       "interrupted while solving");
    if (code != 0 && code != GLP_ENOPFS && code != GLP_ETMLIM && code != GLP_ESTOP &&
        code != GLP_EMIPGAP)
        return bug(s->cx, "gave up", code);
    answer->verdict = judge(s, code);
    answer->nodes = s->nodes > 0 ? (uint32_t)s->nodes : 0;
    answer->bound = whole_bound(s);
    if (answer->verdict != SOLVER_OPTIMAL && answer->verdict != SOLVER_FEASIBLE)
        return AJ_OK;
    if (!read_values(s, values))
        return bug(s->cx, "gave an answer that is not integral", code);
    answer->value = solver_terms_value(s->part->objective, s->part->objective_count, values);
    if (answer->verdict == SOLVER_OPTIMAL)
        answer->bound = answer->value;
    /* The bound at the end is no lower than that of the last call of on_tree. */
    const int64_t near = answer->value - solver_slack(s->part->gap, answer->value);
    if (code == GLP_EMIPGAP && answer->bound < near)
        answer->bound = near;
    return AJ_OK;
}

/* The environment goes with the call, whether it came to its end or not. */
static void open_session(struct session *s)
{
    s->col_of = AJ_NEW_ARRAY(s->cx->scratch, int, s->part->ip->cols.count + 1);
    glp_term_hook(on_text, s);
    glp_error_hook(on_error, s);
}

static void close_session(void)
{
    glp_error_hook(NULL, NULL);
    glp_term_hook(NULL, NULL);
    glp_free_env();
}

enum aj_status solver_glpk_solve(struct aj_ctx *cx, const struct solver_part *part,
                                 const struct solver_limits *limits, int64_t *values,
                                 struct solver_answer *answer)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct session s = {.cx = cx, .part = part, .limits = limits, .bound = -HUGE_VAL};
    enum aj_status status;
    *answer = (struct solver_answer){0};
    open_session(&s);
    if (setjmp(s.failed) != 0) {
        status = bug(cx, "stopped with an error", 0);
    } else {
        load(&s);
        status = finish(&s, optimise(&s), values, answer);
    }
    close_session();
    aj_arena_release(cx->scratch, mark);
    return status;
}

enum aj_status solver_glpk_write(struct aj_ctx *cx, const struct solver_part *part,
                                 enum solver_glpk_form form, const char *path)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct session s = {.cx = cx, .part = part};
    enum aj_status status = AJ_OK;
    open_session(&s);
    if (setjmp(s.failed) != 0) {
        status = bug(cx, "stopped with an error", 0);
    } else {
        load(&s);
        if ((form == SOLVER_GLPK_LP ? glp_write_lp(s.lp, NULL, path)
                                    : glp_write_mps(s.lp, GLP_MPS_FILE, NULL, path)) != 0)
            status = aj_fail(cx, AJ_ERR_IO, "file-write", (struct aj_loc){.file = path},
                             "the integer program cannot be written");
    }
    close_session();
    aj_arena_release(cx->scratch, mark);
    return status;
}
