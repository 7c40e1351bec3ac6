/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Device trees: a tree in memory with the rules that give its numbers a meaning (cells, translation
 * of addresses, interrupt parents and maps). It comes from a blob or is built node by node, e.g.
 * from /proc/device-tree. What a compatible means is none of its business.
 *
 * Source of the rules: Devicetree Specification v0.4, chapters 2.3 and 2.4; where Linux differs
 * (drivers/of/address.c, irq.c), Linux, because it is what runs on the board.
 */
#ifndef BASE_DT_H
#define BASE_DT_H

#include "base/arena.h"
#include "base/ctx.h"
#include "base/fs.h"
#include "base/num.h"

#define AJ_DT_DEPTH_MAX 64    /* as in Linux, drivers/of/fdt.c */
#define AJ_DT_NODES_MAX 65536 /* the largest trees in Linux have 4000 */
#define AJ_DT_NAME_MAX  255   /* bytes of a node's or property's name; the specification says 31 */
#define AJ_DT_PATH_MAX  1024
#define AJ_DT_BLOB_MAX  AJ_MIB(16)
#define AJ_DT_ARGS_MAX  16 /* cells behind a phandle, as in Linux: MAX_PHANDLE_ARGS */
/* Steps to follow the interrupts of one tree: parents and rows of maps. Boards take some thousands. */
#define AJ_DT_IRQ_STEPS_MAX 4000000

/* Values are big endian; data[size] is followed by a NUL that size does not count. */
struct aj_dt_prop {
    const char *name;
    const uint8_t *data;
    size_t size;
    size_t order; /* among the node's properties as added */
};

struct aj_dt_node {
    const char *name; /* with the unit address; "" for the root */
    const char *path; /* "/" for the root */
    const struct aj_dt_node *parent, *children, *next;
    uint32_t ix;                     /* aj_dt.nodes.items[ix] */
    uint32_t phandle;                /* 0 = none */
    uint32_t child_address_cells;    /* how `reg` of the children is decoded: the node's */
    uint32_t child_size_cells;       /* own cells, else the nearest ancestor's, else 1 */
    bool available;                  /* status okay, also of all ancestors */
    AJ_VEC(struct aj_dt_prop) props; /* sorted by name once the tree is finished */
    struct aj_dt_node *last_child;   /* for aj_dt_add_node */
};

struct aj_dt {
    const char *name;                                /* stands in diagnostics */
    struct aj_arena *arena;                          /* where all of it lives */
    AJ_VEC(struct aj_dt_node *) nodes;               /* in document order, items[0] is the root */
    const struct aj_dt_node **by_path, **by_phandle; /* sorted; by_path[nodes.count] */
    size_t by_phandle_count;
    AJ_VEC(struct aj_range) reserved; /* the blob's memory reservations */
    bool has_boot_cpu;
    uint32_t boot_cpu;   /* `reg` of the boot CPU, if has_boot_cpu */
    uint32_t *irq_steps; /* taken so far, by all who asked for interrupts */
};

/*
 * Reads a blob; `name` is copied. Nothing of `blob` is borrowed. Fails with AJ_ERR_INPUT:
 * "dt-truncated" (shorter than its header says), "dt-broken" (not a blob, or an inconsistent one),
 * "dt-limit" (beyond the limits above). Bytes behind the blob's own size are ignored.
 */
AJ_NODISCARD enum aj_status aj_dt_parse(struct aj_ctx *cx, const char *name, struct aj_bytes blob,
                                        struct aj_arena *out, const struct aj_dt **dt);

/*
 * Shows every property of a blob to `edit`, which may change the value in place. `blob` is aligned
 * to 8 bytes. False, and nothing shown, unless aj_dt_parse would take the blob.
 */
typedef void aj_dt_editor(const char *name, uint8_t *value, size_t size);
AJ_NODISCARD bool aj_dt_edit(uint8_t *blob, size_t size, aj_dt_editor *edit);

/*
 * Building: aj_dt_new makes the root; add nodes (parents first) and properties; aj_dt_finish makes
 * the indexes, after which nothing may be added. Names and values are copied. Adding a node fails
 * with "dt-broken" (a name with '/' or unprintable bytes) and "dt-limit".
 */
AJ_NODISCARD struct aj_dt *aj_dt_new(struct aj_arena *out, const char *name);
AJ_NODISCARD enum aj_status aj_dt_add_node(struct aj_ctx *cx, struct aj_dt *dt,
                                           struct aj_dt_node *parent, const char *name,
                                           struct aj_dt_node **node);
void aj_dt_add_prop(struct aj_dt *dt, struct aj_dt_node *node, const char *name,
                    struct aj_bytes value);
void aj_dt_finish(struct aj_dt *dt);

/* Lookups; NULL if there is none. Paths are exact. */
const struct aj_dt_node *aj_dt_at(const struct aj_dt *dt, const char *path);
const struct aj_dt_node *aj_dt_of_phandle(const struct aj_dt *dt, uint32_t phandle);
const struct aj_dt_node *aj_dt_alias(const struct aj_dt *dt, const char *alias);
const struct aj_dt_prop *aj_dt_prop(const struct aj_dt_node *node, const char *name);

/* The first cell / the first one or two cells as one number; false if there is no such property. */
bool aj_dt_u32(const struct aj_dt_node *node, const char *name, uint32_t *value);
bool aj_dt_u64(const struct aj_dt_node *node, const char *name, uint64_t *value);
/* Whole cells of a property (NULL has none); the value of cell `at`, 0 beyond the end. */
size_t aj_dt_cells(const struct aj_dt_prop *prop);
uint32_t aj_dt_cell(const struct aj_dt_prop *prop, size_t at);
/* The (first) text of a property; NULL if it is not there, empty or not printable ASCII. */
const char *aj_dt_string(const struct aj_dt_node *node, const char *name);
/* The text behind `previous` in a list (first: NULL), "" for an unprintable one, NULL at the end.
 * NULs that merely pad the list are no texts. */
const char *aj_dt_next_string(const struct aj_dt_prop *prop, const char *previous);
bool aj_dt_is_compatible(const struct aj_dt_node *node, const char *compatible);

/* A phandle with arguments in a list such as `clocks`. */
struct aj_dt_ref {
    const struct aj_dt_node *node; /* NULL: the entry is empty (phandle 0) */
    uint32_t args[AJ_DT_ARGS_MAX];
    uint32_t args_count;
};
/*
 * The entry at cell *at, and *at moves behind it; start with 0. `cells` names the property of the
 * target that says how many arguments follow, or is NULL for none; a target without it takes none.
 * False at the end, and at a phandle that belongs to no node: what follows cannot be told apart.
 */
bool aj_dt_next_ref(const struct aj_dt *dt, const struct aj_dt_prop *prop, const char *cells,
                    size_t *at, struct aj_dt_ref *ref);

/* Where standard output goes. */
struct aj_dt_stdout {
    const struct aj_dt_node *node; /* NULL: none, or it does not exist */
    const char *options;           /* what follows the colon, e.g. "115200n8", or NULL */
};
AJ_NODISCARD struct aj_dt_stdout aj_dt_stdout(const struct aj_dt *dt, struct aj_arena *out);

enum aj_dt_where {
    AJ_DT_MMIO,     /* translated to a CPU address */
    AJ_DT_NOT_MMIO, /* not an address of the CPU: below a bus without `ranges`, or without a size */
    AJ_DT_OUTSIDE,  /* in no entry of a `ranges`, or only partly */
    AJ_DT_BAD,      /* more cells than an address has */
};
/* Whole entries of `reg`, 0 also if it has no sizes. */
size_t aj_dt_reg_count(const struct aj_dt_node *node);
/* Bytes of `reg` behind its last whole entry. */
size_t aj_dt_reg_rest(const struct aj_dt_node *node);
/* Entry `index` < aj_dt_reg_count in CPU addresses; its size may be 0. Set only for AJ_DT_MMIO. */
enum aj_dt_where aj_dt_reg(const struct aj_dt_node *node, size_t index, struct aj_range *cpu);
/* Does the node decode the addresses of its children as PCI (three cells, the first one flags)? */
bool aj_dt_is_pci(const struct aj_dt_node *node);

/* One entry of a bus's `ranges`. */
struct aj_dt_window {
    struct aj_range cpu; /* size may be 0 */
    aj_addr child;       /* bus address */
    uint32_t pci_space;  /* 0 unless PCI; 1 I/O, 2 memory, 3 64-bit memory */
};
size_t aj_dt_window_count(const struct aj_dt_node *bus);
enum aj_dt_where aj_dt_window(const struct aj_dt_node *bus, size_t index,
                              struct aj_dt_window *window);

/* An interrupt as its controller sees it. */
struct aj_dt_irq {
    const struct aj_dt_node *controller; /* NULL: `why` says what is wrong */
    uint32_t spec[AJ_DT_ARGS_MAX];
    uint32_t spec_count;
    const char *why;
};
/* The controller (or nexus) that the node's `interrupts` mean, NULL if there is none. */
const struct aj_dt_node *aj_dt_interrupt_parent(const struct aj_dt *dt,
                                                const struct aj_dt_node *node);
/*
 * All interrupts of a node, followed through nexus nodes up to a controller. Returns their number;
 * empty entries of `interrupts-extended` count, with `why`. Once the tree's AJ_DT_IRQ_STEPS_MAX steps
 * are taken, what would need another one is not followed: no board has that many.
 */
size_t aj_dt_interrupts(const struct aj_dt *dt, const struct aj_dt_node *node, struct aj_arena *out,
                        const struct aj_dt_irq **irqs);
/* What the entries of a nexus's interrupt-map lead to, in order. */
size_t aj_dt_interrupt_map(const struct aj_dt *dt, const struct aj_dt_node *nexus,
                           struct aj_arena *out, const struct aj_dt_irq **irqs);

#endif
