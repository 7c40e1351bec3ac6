/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requirements as a list of single wishes. A wish is what the explanation of an infeasible
 * problem can name, leave out, or lower; the program is built from those that are not left out.
 */
#ifndef SOLVER_WISHES_H
#define SOLVER_WISHES_H

#include "model/plan.h"

enum solver_wish_kind {
    SOLVER_WISH_LOADER,     /* boot region of a Linux guest */
    SOLVER_WISH_HYPERVISOR, /* amount: bytes */
    SOLVER_WISH_CPUS,       /* amount: CPUs, named or counted */
    SOLVER_WISH_EXCLUSIVE,
    SOLVER_WISH_TOGETHER,
    SOLVER_WISH_MEMORY,     /* index: region, AJ_NONE32 = the default one; amount: bytes */
    SOLVER_WISH_LINK,       /* index: link; amount: bytes */
    SOLVER_WISH_DEVICE,     /* index: entry of `devices` */
    SOLVER_WISH_CONSOLE,    /* referred to or described */
    SOLVER_WISH_CONSTRAINT, /* index: constraint */
    SOLVER_WISH_CLASS,      /* of CPUs */
    SOLVER_WISH_NODE,       /* NUMA nodes of CPUs */
    SOLVER_WISH_NEAR,       /* memory near the CPUs; index: region */
    SOLVER_WISH_PICK,       /* a device that is not named; index: entry of `wants` */
};

struct solver_wish {
    uint8_t kind;    /* enum solver_wish_kind */
    bool off;        /* left out */
    bool by_name;    /* CPUs: those that the file lists, not any */
    uint32_t cell;   /* 0 = root, n = guest n - 1; AJ_NONE32 = none in particular */
    uint32_t index;  /* AJ_NONE32 = none */
    uint64_t amount; /* what is asked for; the explanation tries less */
    aj_addr phys;    /* memory: where it is to be, AJ_NONE64 = anywhere; it tries others */
    aj_addr virt;    /* the same in the guest's address space, AJ_NONE64 = not said */
    struct aj_loc loc;
};

struct solver_wishes {
    struct solver_wish *items;
    size_t count, cap;
};

/* All wishes of `req`: first what is only implied, then as they stand in the file. */
void solver_wishes_list(struct solver_wishes *wishes, struct aj_arena *arena,
                        const struct model_board *board, const struct model_requirements *req);
/* The wish that is not left out, NULL if there is none. */
const struct solver_wish *solver_wish_find(const struct solver_wishes *wishes,
                                           enum solver_wish_kind kind, uint32_t cell,
                                           uint32_t index);
/* The constraint with this index if it is not left out, else NULL. NULL for what only costs. */
const struct model_constraint *solver_constraint(const struct solver_wishes *wishes,
                                                 const struct model_requirements *req,
                                                 uint32_t index);
/* The cell with this index of a wish. */
const struct model_cell_request *solver_cell_request(const struct model_requirements *req,
                                                     uint32_t cell);
/* Index of the cell with this key, AJ_NONE32 if there is none. */
uint32_t solver_cell_index(const struct model_requirements *req, const char *key);
/* Does the guest need a boot region beside its own memory? */
bool solver_needs_loader(const struct model_cell_request *guest);

#endif
