/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/claim.h"

#include <math.h>

/*
 * Six pairs are the fewest that can show anything at 0.95 (2 / 2^6 = 1/32), and enough where the
 * winner is much better. What is left to the first candidate goes to two later looks; the others have
 * too little for an early one.
 */
static const struct {
    uint32_t pairs;
    double first, others; /* share of what a candidate may spend */
} looks[] = {{6, 25.0 / 32.0, 0.0}, {12, 4.0 / 32.0, 0.5}, {EXPLORE_CLAIM_PAIRS, 3.0 / 32.0, 0.5}};

double explore_claim_alpha(uint32_t candidate, uint32_t look)
{
    const double j = (double)candidate;
    if (look >= AJ_COUNT(looks))
        return 0.0;
    return candidate < 2 ? looks[look].first / 25.0 : looks[look].others / (100.0 * j * (j - 1.0));
}

static bool is_score(double score)
{
    return score > 0.0 && !isinf(score);
}

/* Logarithms of the ratios of the first EXPLORE_CLAIM_PAIRS pairs with two scores. */
static uint32_t ratios(const struct explore_pair *pairs, size_t count, double *d,
                       uint32_t *left_out)
{
    uint32_t n = 0;
    *left_out = 0;
    for (size_t i = 0; i < count && n < EXPLORE_CLAIM_PAIRS; i++) {
        if (is_score(pairs[i].baseline) && is_score(pairs[i].winner))
            d[n++] = log(pairs[i].winner) - log(pairs[i].baseline);
        else
            (*left_out)++;
    }
    return n;
}

static enum explore_claim_verdict verdict(const struct explore_claim *claim, double alpha)
{
    const double relevant = EXPLORE_RELEVANT;
    const struct explore_interval i = claim->interval;
    if (i.high < 0.0 && claim->p <= alpha && claim->effect <= -relevant)
        return EXPLORE_CLAIM_BETTER;
    if (i.low > 0.0 && claim->p <= alpha && claim->effect >= relevant)
        return EXPLORE_CLAIM_WORSE;
    if (i.low > -relevant && i.high < relevant)
        return EXPLORE_CLAIM_ALIKE;
    return EXPLORE_CLAIM_OPEN;
}

struct explore_claim explore_claim_judge(const struct explore_pair *pairs, size_t count,
                                         uint32_t candidate, enum explore_claim_more more,
                                         struct aj_arena *scratch)
{
    struct explore_claim claim = {.interval = {-1.0, HUGE_VAL}, .p = 1.0};
    double d[EXPLORE_CLAIM_PAIRS];
    const uint32_t n = ratios(pairs, count, d, &claim.left_out);
    for (uint32_t k = 0; k < AJ_COUNT(looks); k++) {
        const double alpha = explore_claim_alpha(candidate, k);
        if (!(alpha > 0.0))
            continue;
        claim.next_look = looks[k].pairs;
        if (n < looks[k].pairs)
            break;
        claim.next_look = 0;
        const struct explore_paired paired =
            explore_compare_pairs(d, looks[k].pairs, 1.0 - alpha, scratch);
        claim.effect = expm1(paired.estimate);
        claim.interval =
            (struct explore_interval){expm1(paired.interval.low), expm1(paired.interval.high)};
        claim.p = paired.p;
        claim.pairs = looks[k].pairs;
        claim.verdict = verdict(&claim, alpha);
        if (claim.verdict != EXPLORE_CLAIM_OPEN)
            return claim;
    }
    if (claim.next_look == 0 || more == EXPLORE_CLAIM_NO_MORE) {
        claim.verdict = EXPLORE_CLAIM_NOT_SHOWN;
        claim.next_look = 0;
    }
    return claim;
}

static const char *change(double effect, struct aj_arena *out)
{
    return aj_strf(out, "%.1f %% %s", 100.0 * fabs(effect), effect < 0.0 ? "lower" : "higher");
}

const char *explore_claim_text(const struct explore_claim *claim, struct aj_arena *out)
{
    static const char *const words[] = {
        [EXPLORE_CLAIM_OPEN] = "no difference shown yet",
        [EXPLORE_CLAIM_BETTER] = "better",
        [EXPLORE_CLAIM_WORSE] = "worse",
        [EXPLORE_CLAIM_ALIKE] = "no difference that matters",
        [EXPLORE_CLAIM_NOT_SHOWN] = "no difference shown",
    };
    if (claim->pairs == 0)
        return aj_strf(out, "%s: fewer than %u pairs", words[claim->verdict], looks[0].pairs);
    return aj_strf(out, "%s: %s (%.0f %% interval %s to %s, %u pairs)", words[claim->verdict],
                   change(claim->effect, out), 100.0 * EXPLORE_LEVEL,
                   change(claim->interval.low, out), change(claim->interval.high, out),
                   claim->pairs);
}
