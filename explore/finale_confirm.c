/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/finale_priv.h"

finale_decision_vec finale_candidates(const struct finale *f)
{
    finale_decision_vec all = {NULL, 0, 0};
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_CONFIRM, &count);
    for (size_t i = 0; i < count; i++) {
        bool known = rounds[i].rival == NULL;
        for (size_t k = 0; k < all.count && !known; k++)
            known = finale_same(f, all.items[k], rounds[i].rival);
        if (!known)
            AJ_PUSH(f->out, &all, rounds[i].rival);
    }
    return all;
}

uint32_t finale_candidate(const struct finale *f, const struct explore_decision *decision)
{
    const finale_decision_vec all = finale_candidates(f);
    if (finale_same(f, decision, &f->ledger->frame->baseline))
        return 0;
    for (size_t i = 0; i < all.count; i++)
        if (finale_same(f, all.items[i], decision))
            return (uint32_t)i + 1;
    return (uint32_t)all.count + 1;
}

static void take_pair(struct finale_pairs *p, const struct round *round, const struct seen *a,
                      const struct seen *b)
{
    const size_t at = a->at > b->at ? a->at : b->at;
    /* Of two that were ended early nobody knows which would have been worse. */
    const bool open = a->censored && b->censored;
    size_t k = p->count++;
    for (; k > 0 && p->at[k - 1] > at; k--) {
        p->pairs[k] = p->pairs[k - 1];
        p->board[k] = p->board[k - 1];
        p->at[k] = p->at[k - 1];
    }
    p->pairs[k] = (struct explore_pair){open ? (double)NAN : a->score, b->score};
    p->board[k] = round->board;
    p->at[k] = at;
    p->scored += a->done && b->done && !open;
}

/* Baseline and rival, in turns AB and BA on each board. */
static void plan_pair(const struct finale *f, const struct round *round, const struct round *rounds,
                      size_t count, const struct explore_decision *rival, struct finale_plan *plan)
{
    const struct explore_decision *order[] = {&f->ledger->frame->baseline, rival};
    uint32_t earlier = 0;
    for (size_t i = 0; i < count; i++)
        earlier += rounds[i].finale == f->number && rounds[i].board == round->board &&
                   rounds[i].number < round->number;
    plan->phase = EXPLORE_PHASE_CONFIRM;
    plan->round = round->number;
    for (size_t i = 0; i < AJ_COUNT(order); i++) {
        const struct explore_decision *one = order[(i + earlier) % 2];
        const struct seen seen = finale_look(f, EXPLORE_PHASE_CONFIRM, round, one);
        if (!finale_settled(&seen))
            finale_add(f, plan, one);
    }
}

struct finale_pairs finale_confirm(const struct finale *f, const struct explore_decision *rival,
                                   enum explore_claim_more more, uint32_t board,
                                   struct finale_plan *plan)
{
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_CONFIRM, &count);
    struct finale_pairs p = {.pairs = AJ_NEW_ARRAY(f->out, struct explore_pair, count),
                             .board = AJ_NEW_ARRAY(f->out, uint32_t, count),
                             .at = AJ_NEW_ARRAY(f->out, size_t, count)};
    uint32_t newest = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        const struct round *r = &rounds[i];
        const bool ours = r->finale == f->number;
        newest = ours && r->number > newest ? r->number : newest;
        if (r->rival != NULL ? !finale_same(f, r->rival, rival) : !ours)
            continue;
        const struct seen a = finale_look(f, EXPLORE_PHASE_CONFIRM, r, &f->ledger->frame->baseline);
        const struct seen b = finale_look(f, EXPLORE_PHASE_CONFIRM, r, rival);
        if (finale_settled(&a) && finale_settled(&b))
            take_pair(&p, r, &a, &b);
        else if (ours && !r->abandoned && r->board == board && plan->kind != FINALE_PLAN_RUN)
            plan_pair(f, r, rounds, count, rival, plan);
        else if (ours && !r->abandoned && r->board != board)
            others += a.claimed || b.claimed;
    }
    p.claim = explore_claim_judge(p.pairs, p.count, finale_candidate(f, rival), more, f->out);
    if (p.claim.verdict != EXPLORE_CLAIM_OPEN || plan->kind == FINALE_PLAN_RUN)
        return p;
    /* Pairs that cannot become enough to be judged are not begun. */
    const size_t may_be = p.scored + others + f->room / 2;
    const bool enough = p.claim.pairs > 0 || may_be >= p.claim.next_look;
    const struct round fresh = {f->number, newest + 1, board, false, NULL};
    if (enough && f->room >= 2 && p.scored + others < p.claim.next_look)
        plan_pair(f, &fresh, rounds, count, rival, plan);
    else if (others > 0)
        plan->kind = FINALE_PLAN_WAIT;
    return p;
}
