/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The design space: what exploration may decide, in dense indices, and a decision in it. Search and
 * surrogate see nothing of the board but this. explore/frame.h makes it from board and
 * requirements, and turns decisions back into requirements for the solver.
 */
#ifndef EXPLORE_SPACE_H
#define EXPLORE_SPACE_H

#include "base/arena.h"
#include "base/cpuset.h"
#include "base/random.h"
#include "model/requirements.h"

struct explore_space_cpu {
    struct aj_cpu_id id;             /* Linux' number */
    uint32_t core, cluster, package; /* dense labels: CPUs with the same one share it */
    bool hotplug;                    /* false: the root's for ever (x86: the boot CPU) */
};

struct explore_space_cell {
    const char *key;
    uint32_t cpus_low, cpus_high; /* how many CPUs it may have, 1 <= low <= high */
    struct aj_cpuset allowed;     /* indices into cpus */
    uint8_t exclusive, together;  /* enum model_domain */
    uint64_t banks;               /* bit b: its memory may lie in bank b; 0: no bank is decided */
    bool measured;                /* its CPUs are measured; the others are what disturbs them */
    int64_t deadline_ns;          /* of measured cells, > 0: scores are in percent of it */
};

/* An interrupt whose CPU is decided among those of the cell that owns it. */
struct explore_space_irq {
    uint32_t intid;
    uint32_t cell;
    uint64_t rate; /* per second, 0: not known */
};

struct explore_space_knob {
    const char *name; /* of model/knob.h */
    uint32_t cell;
    const char *const *values; /* values[values_count]; the first is the one of the baseline */
    uint32_t values_count;
};

/* What a decision says of one thing; `what` of kind `kind` has value `value`. */
enum explore_literal_kind {
    EXPLORE_LITERAL_OWNER, /* CPU -> cell */
    EXPLORE_LITERAL_IRQ,   /* interrupt -> CPU */
    EXPLORE_LITERAL_BANK,  /* cell -> bank */
    EXPLORE_LITERAL_KNOB,  /* knob -> value */
};
struct explore_literal {
    uint8_t kind;
    uint32_t what, value;
};
/* Not all of these at once. */
struct explore_cut {
    const struct explore_literal *literals;
    size_t count;
    const char *because; /* which runs, how many samples, how sure */
};

enum { EXPLORE_BANK_NAME_MAX = 63 };

struct explore_space {
    const struct explore_space_cpu *cpus;
    uint32_t cpus_count;
    const struct explore_space_cell *cells; /* root first */
    uint32_t cells_count;
    const struct explore_space_irq *irqs;
    uint32_t irqs_count;
    uint32_t banks_count;          /* <= 64; 0: memory is not decided */
    const char *const *bank_names; /* of letters, digits, '_', '-', '.'; NULL: numbers */
    uint32_t cells_per_bank;       /* most cells in a bank; 0: any number */
    const struct explore_space_knob *knobs;
    uint32_t knobs_count;
    const struct explore_cut *cuts;
    size_t cuts_count;
};

/* Each CPU has an owner: the root keeps those that no guest has. */
struct explore_decision {
    uint32_t *owner;   /* owner[cpus_count]: cell */
    uint32_t *irq_cpu; /* irq_cpu[irqs_count]: CPU index, of the owner cell */
    uint32_t *bank;    /* bank[cells_count]: AJ_NONE32 where none is decided */
    uint32_t *knob;    /* knob[knobs_count]: index of the value */
};

struct explore_decision explore_decision_new(const struct explore_space *space,
                                             struct aj_arena *out);
struct explore_decision explore_decision_copy(const struct explore_space *space,
                                              const struct explore_decision *from,
                                              struct aj_arena *out);
/* Writes `from` over `to`, which was made for the same space. */
void explore_decision_assign(const struct explore_space *space, struct explore_decision *to,
                             const struct explore_decision *from);
bool explore_decision_equal(const struct explore_space *space, const struct explore_decision *a,
                            const struct explore_decision *b);
/* The domain of `level` (enum model_domain) that the CPU is in; of none: the CPU itself. */
uint32_t explore_space_domain(const struct explore_space *space, uint8_t level, uint32_t cpu);
/* Does a decision say where the cell's memory lies? */
bool explore_space_decides_bank(const struct explore_space *space, uint32_t cell);
/* Every rule of the space and no cut broken? */
bool explore_space_allows(const struct explore_space *space,
                          const struct explore_decision *decision);
/*
 * A decision that the space allows, none much likelier than others. False if none is found in
 * `tries` tries.
 */
AJ_NODISCARD bool explore_space_random(const struct explore_space *space, struct aj_random *random,
                                       uint32_t tries, struct explore_decision *decision);

/*
 * Text of a decision for files and people, e.g. "plc: 2-3; irq 62: 1; plc in bank low; governor of
 * root: performance", with Linux' CPU numbers, and back: false if the text is none of this space.
 * What was parsed need not be allowed.
 */
const char *explore_decision_format(const struct explore_space *space,
                                    const struct explore_decision *decision, struct aj_arena *out);
AJ_NODISCARD bool explore_decision_parse(const struct explore_space *space, const char *text,
                                         struct explore_decision *decision);

#endif
