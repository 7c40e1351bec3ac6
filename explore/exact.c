/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/exact.h"

#include "explore/program.h"

/* Columns of a first level that takes a few ms: boards of 8 CPUs have about 60, of 16 beyond 90. */
#define SIZE_MAX_SOLVED 80
/* Images and decisions that one proof may exclude. */
enum { EXCLUDED_MAX = 64 };

struct proof {
    struct explore_program program;
    struct aj_arena *arena;
    struct explore_image images[EXCLUDED_MAX];       /* without a decision that would do */
    struct explore_decision decisions[EXCLUDED_MAX]; /* of measured classes */
    size_t images_count, decisions_count;
};

/* Takes the decision, and what descent makes of it. */
static void improve(struct proof *proof, const struct explore_decision *found,
                    struct explore_decision *best, double *value)
{
    const struct explore_space *space = proof->program.acquire->layout->space;
    struct explore_acquire polish = *proof->program.acquire;
    struct explore_decision polished = explore_decision_new(space, proof->arena);
    struct aj_random random;
    double reached;
    *value = explore_acquire_value(proof->program.acquire, found);
    explore_decision_assign(space, best, found);
    aj_random_seed(&random, 0);
    polish.starts = &found;
    polish.starts_count = 1;
    polish.random_starts = 0;
    if (explore_acquire_best(&polish, &random, proof->arena, &polished, &reached) &&
        reached < *value) {
        *value = reached;
        explore_decision_assign(space, best, &polished);
    }
}

/* A decision of the image that is better than `best` takes its place; else none would do. */
static enum aj_status expand(struct aj_ctx *cx, struct proof *proof,
                             const struct explore_image *image, struct explore_decision *best,
                             double *value, enum explore_verdict *verdict)
{
    const struct explore_acquire *acquire = proof->program.acquire;
    const struct explore_space *space = acquire->layout->space;
    proof->decisions_count = 0; /* what is measured with these banks and knobs is not with others */
    while (proof->decisions_count < EXCLUDED_MAX) {
        struct explore_decision *found = &proof->decisions[proof->decisions_count];
        *found = explore_decision_new(space, proof->arena);
        AJ_TRY(explore_program_cpus(cx, &proof->program, image, proof->decisions,
                                    proof->decisions_count, found, verdict));
        if (*verdict != EXPLORE_VERDICT_FOUND)
            return AJ_OK;
        if (explore_space_allows(space, found) &&
            !explore_classes_measured(acquire->classes, found) &&
            explore_acquire_value(acquire, found) < *value) {
            improve(proof, found, best, value);
            return AJ_OK;
        }
        proof->decisions_count++;
    }
    *verdict = EXPLORE_VERDICT_LIMIT;
    return AJ_OK;
}

static enum aj_status prove(struct aj_ctx *cx, struct proof *proof, struct explore_decision *best,
                            double *value, enum explore_exact *exact)
{
    enum explore_verdict verdict = EXPLORE_VERDICT_FOUND;
    while (verdict != EXPLORE_VERDICT_LIMIT && proof->images_count < EXCLUDED_MAX) {
        struct explore_image *image = &proof->images[proof->images_count];
        *image = explore_image_new(proof->program.acquire->layout, proof->arena);
        proof->program.percent = (1.0 - EXPLORE_EXACT_GAP) * *value;
        AJ_TRY(explore_program_clusters(cx, &proof->program, proof->images, proof->images_count,
                                        image, &verdict));
        if (verdict == EXPLORE_VERDICT_NONE) {
            *exact = EXPLORE_EXACT_PROVED;
            return AJ_OK;
        }
        if (verdict == EXPLORE_VERDICT_FOUND)
            AJ_TRY(expand(cx, proof, image, best, value, &verdict));
        if (verdict == EXPLORE_VERDICT_NONE)
            proof->images_count++;
    }
    return AJ_OK;
}

enum aj_status explore_exact(struct aj_ctx *cx, const struct explore_acquire *acquire,
                             uint32_t work, struct explore_decision *best, double *value,
                             enum explore_exact *exact)
{
    *exact = EXPLORE_EXACT_OPEN;
    const uint32_t size = explore_program_size(acquire);
    if (size > SIZE_MAX_SOLVED)
        return AJ_OK;
    struct aj_arena *arena = aj_arena_open();
    struct proof *proof = AJ_NEW(arena, struct proof);
    proof->program = (struct explore_program){.acquire = acquire, .nodes = work / size};
    proof->arena = arena;
    const enum aj_status status = prove(cx, proof, best, value, exact);
    aj_arena_close(arena);
    return status;
}
