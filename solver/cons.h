/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The constraint families: each builds its columns, rows, its part of the goals and its digits of
 * the total order. Families share columns only through struct solver_model.
 */
#ifndef SOLVER_CONS_H
#define SOLVER_CONS_H

#include "solver/ip.h"
#include "solver/prepare.h"

/*
 * A part of a joint forbid: where column `col` is 0, no memory of which the statement speaks may
 * meet its range.
 */
struct solver_window {
    const struct model_literal *literal;
    uint32_t col;
};

/* Which column is which decision; AJ_NONE32: that decision is impossible and has no column. */
struct solver_model {
    const struct solver_problem *problem;
    /* What was decided before; NULL: decided here. */
    const uint32_t *owner;    /* owner[cpu]: cell that has it */
    const uint32_t *place_of; /* place_of[request]: interval; AJ_NONE32: at the address it names */
    const int64_t *start;     /* a known answer: values of all columns; NULL: there is none */
    struct solver_ip ip;
    uint32_t *cpu;     /* cpu[cell * cpus_count + k]: CPU k belongs to the cell */
    uint32_t *present; /* present[(cell * SOLVER_DOMAINS + level - 1) * cpus_count + domain] */
    uint32_t *calm;    /* calm[k]: interrupts of the root may go to CPU k */
    uint32_t *line;    /* line[q * cpus_count + k]: line q goes to CPU k */
    uint32_t **own;    /* own[cell][q * solver_lines_cpus() + n]: line q of the cell goes to CPU n;
                          own[SOLVER_ROOT] is `line` */
    uint32_t near_core, near_l2;     /* of a real-time guest: there the root's interrupts go */
    uint32_t load;                   /* the greatest of a CPU */
    uint32_t lines_first, lines_end; /* all columns of these are from here up to there */
    uint32_t *place;  /* place[r * intervals_count + b]: request r lies in interval b */
    uint32_t *fixed;  /* fixed[r]: request r lies at the address it names */
    uint32_t *used;   /* used[b]: something lies in interval b */
    uint32_t depth;   /* how far down the lowest used interval is */
    uint32_t *device; /* device[d * cells_count + cell]: the cell owns device d alone */
    uint32_t **pick;  /* pick[i][n]: candidate n is what pick i is; [count]: it is left out */
    uint32_t **base;  /* base[cell][i]: vpci_irq_base of the cell is candidate i */
    uint32_t *knob;   /* knob[i]: value i of problem->knobs is set */
    struct {
        struct solver_window *items;
        size_t count, cap;
    } windows;
    bool pack_unknown; /* a cut could not be proved: an answer "infeasible" is no proof */
};

/* Builds the whole program. Everything lives in `arena` or in the arguments; both of owner and
 * place_of may be NULL. */
void solver_model_build(struct solver_model *m, struct aj_arena *arena,
                        const struct solver_problem *problem, const uint32_t *owner,
                        const uint32_t *place_of);

/* The builders, in the order in which solver_model_build calls them. */
void solver_cons_cpu(struct solver_model *m);
void solver_cons_isolation(struct solver_model *m);
void solver_cons_irq(struct solver_model *m);
void solver_cons_guest_irq(struct solver_model *m);
void solver_cons_device(struct solver_model *m);
void solver_cons_memory(struct solver_model *m);
void solver_cons_clash(struct solver_model *m);
void solver_cons_pci(struct solver_model *m);
void solver_cons_vpci(struct solver_model *m);
void solver_cons_learned(struct solver_model *m);
void solver_cons_stability(struct solver_model *m);

/*
 * Rows say only by size what fits into an interval. This judges `values` (one for each column)
 * exactly and adds a row against each set of requests that does not fit; returns how many.
 */
size_t solver_memory_cut(struct solver_model *m, struct aj_arena *scratch, const int64_t *values);
/* Addresses of all requests at `values`; false if they do not fit. phys[requests.count]. */
bool solver_memory_layout(const struct solver_model *m, struct aj_arena *scratch,
                          const int64_t *values, aj_addr *phys);

#endif
