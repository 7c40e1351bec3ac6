/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kinds of requests and what intervals hold of them: shared by the files places*.c.
 */
#ifndef SOLVER_PLACES_PRIV_H
#define SOLVER_PLACES_PRIV_H

#include "solver/places.h"

/*
 * One way to measure requests and room: whatever lies in an interval weighs no more than its room.
 * `weight` is the points of a grid that a request takes. Or it is how often `divisor` points go into
 * that, rounded down (a Chvatal-Gomory row): an interval has room for its points / divisor.
 */
struct measure {
    const struct solver_request *grid;
    const int64_t *taken;    /* taken[kind], in points of the grid; 0: aligned to less */
    const int64_t *room;     /* room[interval], in points */
    const uint32_t *by_room; /* intervals, that with the most room first */
    uint32_t base;           /* the measure with divisor 1 of this grid */
    int64_t divisor;
};

struct place_kind {
    const struct solver_request *like; /* the first of them */
    uint32_t count;
};

struct places {
    const struct solver_problem *p;
    struct aj_arena *arena;
    AJ_VEC(struct place_kind) kinds; /* as the total order takes them */
    uint32_t *kind_of;               /* kind_of[request]; AJ_NONE32: at an address of the file */
    AJ_VEC(struct measure) measures; /* those with divisor 1 first */
    uint32_t plain;                  /* number of them */
    uint32_t *most; /* most[kind * intervals_count + b]: as many fit into interval b alone */
};

static inline uint32_t places_at(const struct places *s, uint32_t kind, uint32_t interval)
{
    return kind * s->p->intervals_count + interval;
}

static inline int64_t measure_weight(const struct measure *m, uint32_t kind)
{
    return m->taken[kind] / m->divisor;
}

/* False if the problem is none for kinds. */
AJ_NODISCARD bool places_find(struct places *s, struct aj_arena *arena,
                              const struct solver_problem *p);

/* The program: how many of each kind lie in each interval. */
struct places_program {
    const struct places *places;
    struct solver_ip *ip;
    uint32_t number; /* column of kind 0 in interval 0; see places_at */
    uint32_t used;   /* column of interval 0 */
    uint32_t depth;
};
void places_program_build(struct places_program *g, struct solver_ip *ip,
                          const struct places *places);
/* Not all of number[kind] in interval b; one of them at least is not 0. */
void places_program_cut(const struct places_program *g, uint32_t b, const uint32_t *number);

/* A part of an answer: what is where already, and how many intervals all may take. */
struct places_start {
    const uint32_t *number; /* number[places_at()] */
    uint32_t used_most, depth_most;
};
/* False is proof that no answer starts like this. */
AJ_NODISCARD bool places_may_go_on(const struct places *s, const struct places_start *start);
/*
 * An answer by all measures, without search; false if none is found. It may still be one that no
 * order packs. number[places_at()] is changed all the same.
 */
AJ_NODISCARD bool places_complete(const struct places *s, const struct places_start *start,
                                  uint32_t *number);

#endif
