/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The problem in numbers: what is decided, among which candidates, and what is known beforehand.
 * Everything here is exact: no step removes a candidate without saying why an optimum remains.
 */
#ifndef SOLVER_PREPARE_H
#define SOLVER_PREPARE_H

#include "base/rangeset.h"
#include "solver/wishes.h"

#define SOLVER_DOMAINS     3 /* enum model_domain without NONE */
#define SOLVER_ROOT        0u
#define SOLVER_FIRST_SPI   32u
#define SOLVER_LINK_ALIGN  AJ_KIB(64)
#define SOLVER_LOADS       20u   /* units of interrupt load that make the whole */
#define SOLVER_NEAR_CORE   10000 /* interrupts beside a real-time guest: far above any load */
#define SOLVER_NEAR_L2     1000
#define SOLVER_VPCI_BLOCKS 7u /* bases whose pins can touch those of a given base: -3 .. +3 */

/* What is derived from the board alone. */
struct solver_facts {
    struct model_address_map map;
    struct aj_rangeset memory;   /* RAM, whoever holds it */
    struct aj_rangeset nameable; /* the part that a region with an address of its own may be in */
    struct aj_cpuset online, free_spis; /* free_spis: bit n = INTID n */
    uint32_t spi_limit;                 /* SPIs are 0 .. spi_limit - 1 */
};

struct solver_cpu {
    uint32_t id;
    uint32_t domain[SOLVER_DOMAINS]; /* domain[level - 1]: dense number of the domain */
};

/*
 * A guest-physical range that is known before anything is placed: of a request, of a device, or,
 * with both AJ_NONE32, of what Jailhouse itself puts there.
 */
struct solver_claim {
    struct aj_range range;
    uint32_t request; /* index into problem->requests */
    uint32_t device;  /* index into problem->devices */
    const char *what; /* "the communication region"; NULL beside a request or device */
};

/* An interrupt that one of several CPUs takes. */
struct solver_line {
    uint32_t intid;
    uint32_t load;   /* in twentieths of all interrupts of its cell, rounded */
    uint64_t count;  /* while the board was sampled; since boot if none of the cell's fired then */
    bool named;      /* by a constraint */
    bool routed;     /* to a CPU, by a constraint */
    uint32_t device; /* that a cell may pick, and the line with it: index; AJ_NONE32: none */
};

struct solver_lines {
    struct solver_line *items; /* ascending intid */
    size_t count, cap;
};

/* Has the line columns, one for each CPU? */
static inline bool solver_line_decided(const struct solver_line *line)
{
    return line->load > 0 || line->named;
}

struct solver_cell {
    const struct model_cell_request *req;
    const char *tag; /* for names of rows */
    bool wants_cpus; /* a wish for CPUs holds */
    uint32_t count;  /* of CPUs; the root: at least */
    struct aj_cpuset named, forbidden;
    uint8_t exclusive, together; /* enum model_domain */
    const char *console;         /* device */
    bool console_shared;
    uint32_t pins;   /* bit n: a link of the cell interrupts on virtual pin n */
    uint32_t *bases; /* candidates for vpci_irq_base, ascending */
    uint32_t bases_count;
    struct solver_lines lines; /* Linux guests with several CPUs: of their devices, those that were
                                  counted or that a constraint names */
    bool names_lines;          /* a constraint does: it means CPUs by the board's numbers */
    struct {
        struct solver_claim *items;
        size_t count, cap;
    } claims;
};

struct solver_request {
    uint8_t kind;             /* enum model_mem_kind, not PCI */
    uint32_t cell;            /* AJ_NONE32: none or several */
    uint32_t index;           /* of the region or link, AJ_NONE32 = none */
    const char *name;         /* in the plan */
    const char *tag;          /* for names of rows */
    aj_size size;             /* pages, for registers exact */
    aj_size alignment;        /* a power of two */
    aj_addr residue;          /* of the address to be found, modulo the alignment */
    aj_addr phys;             /* AJ_NONE64: to be placed */
    aj_addr virt;             /* AJ_NONE64: identity */
    uint32_t flags;           /* JAILHOUSE_MEM_... */
    bool registers;           /* of a device, not memory */
    bool console;             /* registers that the plan does not list: the lowering maps them */
    const char *flaw;         /* why it cannot be met whatever else holds, or NULL */
    struct aj_rangeset avoid; /* addresses that the guests of an identity request use otherwise,
                                 and where constraints do not want it */
};

struct solver_device {
    const struct model_device *device;
    const char *tag;
    const char *root_only; /* why it cannot leave the root, or NULL */
};

/* By its wishes and the closure of devices, `cell` is to own device `device` alone. */
struct solver_ownership {
    uint32_t cell, device; /* index into problem->devices */
};

/* A device that a cell wants without naming it, or without needing it. */
struct solver_pick {
    uint32_t cell, index;       /* entry of its `wants` */
    const uint32_t *candidates; /* indices into problem->devices, the most convenient first */
    uint32_t count;
};

/* A value that a constraint speaks of. */
struct solver_knob {
    uint32_t cell, knob; /* index into model_knobs */
    const char *value;
};

struct solver_problem {
    const struct model_board *board;
    const struct model_requirements *req;
    const struct solver_wishes *wishes;
    const struct solver_facts *facts;
    struct aj_arena *arena;
    struct solver_cpu *cpus; /* online, ascending id */
    uint32_t cpus_count;
    uint32_t *order; /* CPUs as the total order takes them: those of a package, a cache, a core
                        together, from the smallest numbers */
    uint32_t domains_count[SOLVER_DOMAINS];
    struct solver_cell *cells; /* root, then the guests */
    uint32_t cells_count;
    struct {
        struct solver_request *items; /* in the order in which an interval is filled */
        size_t count, cap;
    } requests;
    uint32_t *largest; /* requests to be placed as the total order takes them: by size, then
                          alignment, the greatest first, then as they stand above */
    uint32_t largest_count;
    struct aj_range *intervals; /* free RAM, ascending */
    uint32_t intervals_count;
    bool pci_wanted;
    aj_size pci_size;
    aj_addr pci_base; /* AJ_NONE64: there is no hole */
    struct {
        struct solver_device *items;
        size_t count, cap;
    } devices;
    struct {
        struct solver_ownership *items;
        size_t count, cap;
    } owns;
    const struct solver_earlier *earlier; /* what is to be changed least (earlier.h), or NULL */
    size_t named_count;                   /* owns.items[named_count] are wishes, */
    size_t certain_count; /* those up to here follow from them, the rest from picks */
    struct {
        struct solver_pick *items;
        size_t count, cap;
    } picks;
    struct solver_lines lines; /* of the root */
    struct {
        struct solver_knob *items; /* ascending cell, knob */
        size_t count, cap;
    } knobs;
};

void solver_facts_derive(struct solver_facts *facts, struct aj_arena *arena,
                         const struct model_board *board);
/* The problem of all wishes that are not left out. Everything lives in `arena` or the arguments. */
void solver_prepare(struct solver_problem *p, struct aj_arena *arena,
                    const struct model_board *board, const struct model_requirements *req,
                    const struct solver_facts *facts, const struct solver_wishes *wishes);

/* The parts of solver_prepare, in the order in which it calls them. */
void solver_prepare_devices(struct solver_problem *p);
void solver_prepare_requests(struct solver_problem *p);
void solver_prepare_addresses(struct solver_problem *p);
void solver_prepare_interrupts(struct solver_problem *p);
void solver_prepare_knobs(struct solver_problem *p);

void solver_lines_sort(struct solver_lines *lines);
/* Has the device this line? */
bool solver_has_line(const struct model_device *device, uint32_t intid);
/*
 * devices[p->devices.count]: all that travels along with device `index`, itself too; returns how
 * many.
 */
size_t solver_device_reach(const struct solver_problem *p, uint32_t index, uint32_t *devices);

/* What constraints add to these parts (prepare_learned.c). */
void solver_prepare_forbidden(struct solver_problem *p);
void solver_prepare_windows(struct solver_problem *p);
void solver_prepare_named_lines(struct solver_problem *p);

/* Is the request memory of which the statement speaks? */
bool solver_literal_names(const struct solver_problem *p, const struct model_literal *literal,
                          const struct solver_request *r);
/* Does the file give the request an address that the constraint (place, or forbid alone) refuses? */
bool solver_breaks_window(const struct solver_problem *p, const struct model_constraint *constraint,
                          const struct solver_request *r);
/* Is the request memory that is wished to be near its cell's CPUs? */
bool solver_near_holds(const struct solver_problem *p, const struct solver_request *r);
/* Do decisions about CPUs say whether such a request may lie in this region of the board? */
bool solver_near_open(const struct solver_problem *p, const struct solver_request *r,
                      const struct model_region *ram);
/* Is there such a region for some request? */
bool solver_near_ties(const struct solver_problem *p);
/* The cells (bit c: cell c) that assignments of CPUs let have this one. */
uint32_t solver_cells_assigned(const struct solver_problem *p, uint32_t cpu_id);
/* Does a constraint keep two of the cells (bit c: cell c) apart at this level? */
bool solver_keeps_apart(const struct solver_problem *p, uint32_t cells, enum model_domain level);
/*
 * The cell's line `intid`, which is listed if it was not; NULL if the cell never has it, or, a guest,
 * cannot choose where it fires. For constraints only.
 */
struct solver_line *solver_name_line(struct solver_problem *p, uint32_t cell, uint32_t intid);
const struct solver_lines *solver_lines_of(const struct solver_problem *p, uint32_t cell);
/*
 * Among how many CPUs the lines of the cell are spread: the root's, and those of guests that constraints
 * speak of, among the board's; of other guests among its own, which are alike to it.
 */
uint32_t solver_lines_cpus(const struct solver_problem *p, uint32_t cell);
/* Index of the line among those of the cell; their count if it never has it. */
size_t solver_line_of(const struct solver_problem *p, uint32_t cell, uint32_t intid);
/* Index of the line among p->lines; their count if the root does not have it. */
size_t solver_line_index(const struct solver_problem *p, uint32_t intid);
/* Index of the statement's value among p->knobs. */
size_t solver_knob_index(const struct solver_problem *p, const struct model_literal *literal);

/* Has the address the alignment and residue that the request needs? */
static inline bool solver_is_aligned(const struct solver_request *r, aj_addr phys)
{
    return aj_is_aligned(phys ^ r->residue, r->alignment);
}

/* May the two have an address in common, because both are shared with the root? */
bool solver_may_overlap(const struct solver_request *a, const struct solver_request *b);
/* Two ranges of one guest that cannot both be? */
bool solver_claims_clash(const struct solver_problem *p, const struct solver_claim *a,
                         const struct solver_claim *b);
/* Are registers given by hand those of a device that another cell is to own? */
bool solver_takes_registers(const struct solver_problem *p, const struct solver_request *r,
                            const struct solver_ownership *own);
/* Does the range have registers of the console of the root, or of the running Linux? */
bool solver_takes_console(const struct solver_problem *p, struct aj_range range);
/* The line that both devices have, AJ_NONE32 if there is none. */
uint32_t solver_shared_line(const struct solver_problem *p, const struct model_device *a,
                            const struct model_device *b);
/* What a real-time cell pays for each other cell that it shares a domain with (slot = level - 1). */
int64_t solver_share_cost(size_t slot);
/* Is the link wished for? */
bool solver_link_holds(const struct solver_problem *p, uint32_t link);

#endif
