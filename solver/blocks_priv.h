/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blocks of a board and the ways to divide them: shared by the files blocks*.c.
 */
#ifndef SOLVER_BLOCKS_PRIV_H
#define SOLVER_BLOCKS_PRIV_H

#include "solver/blocks.h"
#include "solver/earlier.h"
#include "solver/lines.h"

/* More ways to divide blocks, over all types, are left to the other program. */
#define BLOCKS_WAYS_MAX 16000u
/* With more cells there are rows for their small sets only: not 2^cells. */
#define BLOCKS_SETS_MAX 10u
/* With more cells packages that can differ, which need columns for all sets, are left to the other program. */
#define BLOCKS_CELLS_MAX 20u
/* More statements about CPUs are left to the other program. */
#define BLOCKS_SAID_MAX 512u
/* More rules are left to the other program. */
#define BLOCKS_RULES_MAX 512u

/* More CPUs that lines are bound to are left to the other program. */
#define BLOCKS_BOUND_MAX 24u

/* Beyond what any rules can cost. */
#define BLOCKS_BROKEN ((int64_t)1 << 50)
/* Owner of a CPU of which it is not known. */
#define BLOCKS_NOBODY (AJ_NONE32 - 1)

struct block {
    const uint32_t *cpus; /* indices into problem->cpus, in the total order */
    uint32_t size;
    uint32_t type;
};

/* "The cell has one of these CPUs": said by a constraint that joins or prices such. */
struct block_said {
    uint32_t cell; /* AJ_NONE32: it is not there */
    struct aj_cpuset cpus;
};

/* Not all of these statements are true, or at `cost`, if that is not 0. */
struct block_rule {
    const uint32_t *said; /* said[count]: each once */
    uint32_t count;
    uint32_t cost;
};

/* A statement that, joined with one about a line on some CPUs, is forbidden or priced. */
struct block_told {
    uint32_t said;
    struct aj_cpuset cpus; /* of the line */
};

/* Blocks with the same package, cores and wishes about their CPUs. */
struct block_type {
    const struct block *like; /* the first of them */
    uint32_t count;           /* of blocks */
    uint32_t package;
    uint32_t first_way, ways_count; /* in ascending order of the owners' numbers */
};

/*
 * One way to divide a block: CPUs and cores that look alike are given in ascending order of cells. Of
 * those that differ in nothing the program knows of but `changes`, only the first with the fewest is
 * one: no best answer has another.
 */
struct way {
    uint32_t type;
    const uint32_t *owner;   /* owner[size]: cell of each CPU */
    uint32_t cells;          /* bit c: cell c is in it */
    int64_t isolation;       /* cost of what is shared */
    uint32_t far, mid, near; /* CPUs of the root by what they share with real-time guests */
    uint32_t takes_first;    /* 1: the root does not have the first CPU of all */
    uint32_t changes;        /* against the earlier plan, lines that lose their CPU too */
    uint32_t lines;          /* those lines */
    const uint32_t *says;    /* says[says_count]: statements that are true in it, ascending */
    uint32_t says_count;
    uint32_t coarse; /* the way of the coarser program that does the same (blocks_relate) */
};

struct blocks {
    const struct solver_problem *p;
    struct aj_arena *arena;
    uint32_t cells_count;
    uint32_t *count;   /* count[cell]: CPUs, the root's what is left */
    uint32_t *allowed; /* allowed[cpu]: bit c: cell c may have it */
    uint32_t *kind;    /* kind[cpu]: of CPUs of one kind in a core any may be any other */
    const struct solver_earlier *earlier; /* or NULL: likeness to it is no goal */
    uint32_t *lines;                      /* lines[cpu]: interrupts of the root that had it there */
    AJ_VEC(struct block_said) said;
    AJ_VEC(struct block_rule) rules;
    /* What lines lose is decided here, too: all NULL and empty if not. */
    const struct solver_search_options *options;
    bool *
        bound; /* bound[cpu]: a line had it, or a statement about lines names it: it is like no other */
    AJ_VEC(struct block_told) told;
    bool prices_lines; /* a statement about lines need not be met */
    AJ_VEC(struct block) items;
    AJ_VEC(struct block_type) types;
    AJ_VEC(struct way) ways;
    uint32_t packages_count; /* 1 if what is shared in packages is the same whatever is decided */
};

/* How many blocks of each type are divided in each way. */
struct blocks_program {
    const struct blocks *blocks;
    struct solver_ip *ip;
    uint32_t ways;     /* column of ways.items[0] */
    uint32_t packages; /* column of package 0 and set 1: exactly these cells may be in it */
    uint32_t there;    /* column of package 0 and cell 0: the cell has CPUs there; then, for as many
                          columns, how many */
    uint32_t mid;   /* column: interrupts go beside a real-time guest's cache; the next: its core;
                          the next ones: to 1, 2, ... CPUs */
    uint32_t lost;  /* column: how much greater the load is; the next: lines that move besides those
                       whose CPU is no more the root's; AJ_NONE32: lines lose nothing */
    uint32_t *load; /* load[n]: the least greatest load of n CPUs; NULL: there are no lines */
    uint32_t said;  /* column of said.items[0]: it is true; then, for as many columns as there are
                       rules, that its cost is paid */
};
static inline uint32_t blocks_there(const struct blocks_program *g, uint32_t package, uint32_t cell)
{
    return g->there + package * g->blocks->cells_count + cell;
}
void blocks_program_build(struct blocks_program *g, struct solver_ip *ip,
                          const struct blocks *blocks);
/*
 * Values of all columns with these owners, who meet all wishes. values[ip->cols.count], all 0. False if it is
 * not known what lines lose, or where they could go.
 */
AJ_NODISCARD bool blocks_program_values(const struct blocks_program *g, const uint32_t *owner,
                                        int64_t *values);

/* The owners of an answer. owner[cpus_count]. */
void blocks_program_owners(const struct blocks_program *g, const int64_t *values, uint32_t *owner);

/* What tells CPUs of one core apart. */
enum blocks_detail {
    BLOCKS_COARSE, /* who may have them */
    BLOCKS_SAID,   /* what constraints join or price and, if that is a goal, an earlier plan, too */
    BLOCKS_LINES,  /* where lines were and may be, too */
};
/* False if the problem is none for blocks. With less detail it is a relaxation. */
AJ_NODISCARD bool blocks_find(struct blocks *b, struct aj_arena *arena,
                              const struct solver_problem *p,
                              const struct solver_search_options *options,
                              enum blocks_detail detail);
/* What constraints say of CPUs, jointly, at a cost or counted. False if it is too much. */
AJ_NODISCARD bool blocks_find_said(struct blocks *b);
/* Does a cell have a CPU of which the statement speaks, if `owner` is the CPU's? */
bool blocks_says(const struct blocks *b, const struct block_said *said, uint32_t cpu,
                 uint32_t owner);
/* truths[said.count]: is the statement true? owner[cpus_count], BLOCKS_NOBODY where it is not known. */
void blocks_truths(const struct blocks *b, const uint32_t *owner, bool *truths);
/* Do all statements of the rule hold? */
bool blocks_breaks(const struct block_rule *rule, const bool *truths);
/* What all rules cost that are broken, times `price`; those without a cost are `broken` each. */
int64_t blocks_rules_cost(const struct blocks *b, const bool *truths, int64_t price,
                          int64_t broken);
/* CPUs that lines are bound to, and what is told of them. False if it is too much, or says something else. */
AJ_NODISCARD bool blocks_find_bound(struct blocks *b);
/* What CPU `i` of a block shares with real-time guests if these are the owners of its CPUs. */
enum solver_nearness blocks_nearness(const struct blocks *b, const struct block *block,
                                     const uint32_t *owner, uint32_t i);

/* All ways of all types; false if they are too many, or there is none for a type. */
AJ_NODISCARD bool blocks_find_ways(struct blocks *b);
/* Index of the way that does what these owners do, who meet all wishes. owner[cpus_count]. */
uint32_t blocks_way_of(const struct blocks *b, const struct block *block, const uint32_t *owner);
/* What `cells` cost that share a domain of this level (slot = level - 1). */
int64_t blocks_share_cost(const struct solver_problem *p, uint32_t cells, size_t slot);
/* How good a guess is to be. */
enum blocks_effort {
    BLOCKS_ANY,  /* the first that meets all wishes */
    BLOCKS_GOOD, /* no exchange of two owners makes it better */
};
/*
 * Owners that meet all wishes; the better, the less isolation is lost, plus `price` times the costs
 * that are paid. False if it finds none; owner[cpus_count] may be changed all the same.
 */
AJ_NODISCARD bool blocks_guess(const struct blocks *b, int64_t price, enum blocks_effort effort,
                               uint32_t *owner);
/* How blocks are to be divided, in ways of a coarser program. */
struct blocks_left {
    const uint32_t *ways; /* ways[coarse way]: as many of the blocks from `from` on */
    size_t from;
    int64_t most; /* a rule that costs more is not to be broken, nor one without a cost */
};

/* Of no answer with the same owners of the blocks before: all together as many as `most` of those left. */
struct blocks_cut {
    uint32_t *ways; /* ways[count], of the coarser program */
    uint32_t count, most;
};

enum blocks_arranged {
    BLOCKS_ARRANGED,
    BLOCKS_CUT,          /* proved to be impossible: more are left than the cut allows */
    BLOCKS_NOT_ARRANGED, /* not found */
};

/* Finds for each way of `b` the one of a coarser program that does the same. False: there is none. */
AJ_NODISCARD bool blocks_relate(struct blocks *b, const struct blocks *coarse);
/*
 * Owners of the blocks from left->from on, so that all rules together cost no more than left->most; the
 * others are known, or BLOCKS_NOBODY. owner[cpus_count] may be changed even if there are none.
 */
AJ_NODISCARD enum blocks_arranged blocks_arrange(const struct blocks *b,
                                                 const struct blocks *coarse,
                                                 const struct blocks_left *left, uint32_t *owner,
                                                 struct blocks_cut *cut);
/*
 * Exchanges owners of CPUs and of blocks, but of those CPUs that are `locked` (NULL: none is), until that
 * makes nothing better or it is as good as `like` (may be NULL). False if wishes are not met.
 */
AJ_NODISCARD bool blocks_improve(const struct blocks *b, int64_t price, const bool *locked,
                                 const uint32_t *like, uint32_t *owner);
/*
 * The least possible greatest load of `cpus` CPUs that all counted lines go to; cpus > 0. Lines that
 * somebody routes may go elsewhere: none of them is split, and those to one certain CPU are together.
 */
uint32_t blocks_load(const struct solver_problem *p, uint32_t cpus);

/* The root's lines with known owners, on CPUs up to one nearness. */
struct blocks_at {
    uint32_t cpus;  /* that they go to; 0: there are none */
    uint32_t load;  /* the greatest, as little as it can be */
    int64_t cost;   /* of interference, with that load; BLOCKS_BROKEN: there is none */
    bool in;        /* that is no more than it may be */
    uint32_t room;  /* if so: the greatest load that is allowed then */
    uint32_t moves; /* and how few lines move with it */
};

struct blocks_judging {
    const struct blocks_program *g;
    struct solver_lines_case lines;
    struct blocks_at at[SOLVER_NOT_ROOT];
    enum solver_nearness best; /* the fewest moves, then the least cost of those that are `in` */
    bool known;
};

/* For apart_judge: an answer in which lines lose more than it says is cut off. */
struct blocks_judge {
    const struct blocks_program *program;
    const struct apart *apart;
    uint32_t cuts;
};
enum apart_judgement blocks_lines_judge(void *judge, int64_t *values);
/* The columns of interrupts with these owners; values[] has those of the ways. False as blocks_program_values. */
AJ_NODISCARD bool blocks_lines_values(const struct blocks_program *g, const uint32_t *owner,
                                      int64_t *values);
/* Rows for all that costs more than counts of CPUs tell; `moves`: as the answer says. */
void blocks_lines_cut(const struct blocks_judging *j, int64_t moves);

#endif
