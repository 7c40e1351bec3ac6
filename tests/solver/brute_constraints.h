/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the constraints of cells.yml mean to the oracle. Joint forbids tie its parts together: it
 * tries every choice of which of their statements may be true, and then each part by itself.
 */
#ifndef TESTS_SOLVER_BRUTE_CONSTRAINTS_H
#define TESTS_SOLVER_BRUTE_CONSTRAINTS_H

#include "model/plan.h"

#define BRUTE_LITERALS 16
#define BRUTE_NEAR     4

/* What it is that may be. */
enum brute_meaning {
    BRUTE_HOLDS,
    BRUTE_OTHERWISE, /* of `prefer`; not about knobs */
    BRUTE_FAILS,     /* of `at_least`; not about knobs */
};

struct brute_truth {
    const struct model_literal *literals[BRUTE_LITERALS]; /* of joint forbids, bounds, costs */
    uint8_t means[BRUTE_LITERALS];                        /* enum brute_meaning */
    bool may[BRUTE_LITERALS];
    size_t count;
    /* Of memory near CPUs: may it lie in this region, where its cell must then have a CPU? */
    struct {
        uint32_t cell, region;
        const struct model_region *ram;
        bool may;
    } near[BRUTE_NEAR];
    size_t near_count;
};

/* All may be true. */
void brute_truth_open(struct brute_truth *truth, const struct model_board *board,
                      const struct model_requirements *req);
/* The next choice that no forbid rules out; begins with none true. False after the last. */
bool brute_truth_next(struct brute_truth *truth, const struct model_requirements *req,
                      uint32_t *choice);
/* What is paid if all that may be true is. */
int64_t brute_cost(const struct brute_truth *truth, const struct model_requirements *req);

/* 0 for the root and for what is no cell. */
uint32_t brute_cell(const struct model_requirements *req, const char *key);
bool brute_same_domain(const struct model_cpu *a, const struct model_cpu *b, uint8_t level);

/* Is it of the class and the node that are asked for? */
bool brute_cpu_suits(const struct model_board *board, const struct model_cpu_request *wish,
                     const struct model_cpu *cpu);
/* May CPU k belong to cell[k], all of them? */
bool brute_cpus_meet(const struct model_board *board, const struct model_requirements *req,
                     const struct brute_truth *truth, const uint32_t *cell);
/* Is the line spoken of; routed; may it go to this CPU? */
bool brute_line_named(const struct model_requirements *req, uint32_t intid);
bool brute_line_routed(const struct model_requirements *req, uint32_t intid);
bool brute_line_may(const struct model_requirements *req, const struct brute_truth *truth,
                    uint32_t intid, uint32_t cpu);
/* Must it be the root's, since it is not to fail to fire somewhere? */
bool brute_line_needed(const struct brute_truth *truth, uint32_t intid);
/* May memory of a guest lie there? */
bool brute_memory_may(const struct model_requirements *req, const struct brute_truth *truth,
                      uint32_t cell, const char *region, struct aj_range range);
/* Do the knobs that must be set contradict each other, or what may not be? */
bool brute_knobs_meet(const struct model_requirements *req, const struct brute_truth *truth);

#endif
