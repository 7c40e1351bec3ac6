/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of extraction share: the work in progress, and one function per subject, called in
 * the order of the declarations by extract.c.
 */
#ifndef EXTRACT_EXTRACT_PRIV_H
#define EXTRACT_EXTRACT_PRIV_H

#include "base/dt.h"
#include "extract/extract.h"

/* extract/collect.sh */
extern const struct aj_bytes extract_collect_script;

/* An entry of /proc/iomem. */
struct extract_iomem_entry {
    struct aj_range range;
    uint32_t level; /* 0 = outermost */
    uint32_t line;
    const char *name; /* names of equal ranges inside each other are joined by a blank */
};

struct extract_iomem {
    AJ_VEC(struct extract_iomem_entry) entries; /* in the order of the file */
    struct aj_rangeset claimed;                 /* all outermost ranges */
    bool usable;                                /* there, and with real addresses: read by root */
    bool hidden;                                /* there, but all addresses are zero */
};

/* Facts that only the kernel's log tells. */
struct extract_dmesg {
    uint32_t spis;            /* AJ_NONE32: not said */
    const char *psci_version; /* or NULL */
    bool started_at_el1;      /* no hypervisor mode is left for Jailhouse */
    bool has_boot_cpu;
    uint64_t boot_cpu; /* MPIDR */
};

/* A device while it is being described. */
struct extract_device {
    struct model_device d;
    const struct aj_dt_node *node;
    uint32_t group; /* closure: index of another member, or its own */
    AJ_VEC(const char *) reasons;
};

typedef AJ_VEC(struct model_board_source) extract_sources;

struct extract {
    struct aj_ctx *cx;
    struct remote *remote; /* NULL: a blob alone */
    struct aj_arena *out;
    const struct aj_rangeset *memory; /* replaces the memory nodes unless NULL */
    struct model_board *board;
    AJ_VEC(struct model_board_note) notes;
    extract_sources *sources;
    AJ_VEC(const char *) obstacles; /* why Jailhouse cannot run here */
    const struct aj_dt *dt;
    bool node_order;                   /* the order of nodes means something: there was a blob */
    const struct aj_dt_node *injected; /* by a running Jailhouse, or NULL */
    struct extract_iomem iomem;
    struct extract_dmesg dmesg;
    const struct aj_dt_node *gic; /* or NULL */
    bool psci;                    /* a node describes PSCI firmware */
    AJ_VEC(struct extract_device) devices;
    uint32_t *device_of; /* by node index: index of its device, AJ_NONE32 = none */
};

/* text.c: reading small files of the target. Bytes that are not printable ASCII become '?'. */

struct extract_lines {
    const char *next, *end;
    uint32_t number; /* of the line handed out last */
};
/* Opens a file of text; false if there is none. */
bool extract_lines_open(const struct extract *ex, const char *path, struct extract_lines *lines);
/* The next line without its end, NULL behind the last one. In cx->scratch. */
const char *extract_line(const struct extract *ex, struct extract_lines *lines);
/* The first line without blanks around it, in `out`; NULL if there is no file or nothing in it. */
const char *extract_text(const struct extract *ex, const char *path);
/* A file that holds one number, decimal or 0x. */
bool extract_number(const struct extract *ex, const char *path, uint64_t *value);
/* A file that holds a list of CPUs, maybe an empty one. */
bool extract_cpu_list(const struct extract *ex, const char *path, struct aj_cpuset *cpus);
/* Hexadecimal digits without 0x at *text, which moves behind them. */
bool extract_hex(const struct extract *ex, const char **text, uint64_t *value);
/* Decimal digits at *text, which moves behind them. */
bool extract_decimal(const struct extract *ex, const char **text, uint64_t *value);
/* Value of the last `key=` among the words of a kernel command line, NULL if there is none. */
const char *extract_word(const struct extract *ex, const char *cmdline, const char *key);
/* The path in the device tree that an of_node link means, NULL if it is none. */
const char *extract_node_path(const char *link);

/* The name of an entry of a directory without the .link that snapshots give to links. */
const char *extract_link_name(const struct extract *ex, const char *name);
/* Not empty and of printable ASCII without blanks. */
bool extract_is_word(const char *text);
/* A pattern of the shell against a name; patterns begin with letters mostly, and most texts differ there. */
bool extract_matches(const char *pattern, const char *text);

/* A table of names that are in use. */
struct extract_names;
AJ_NODISCARD struct extract_names *extract_names_new(struct aj_arena *arena);
/* `base` if it is free, else `base.1`, `base.2`, ...; in the table's arena, and now in use. */
const char *extract_unique(struct extract_names *names, const char *base);

/* extract.c */

/* Records a note in the board: level "info", "warning" or "error". */
void extract_note(struct extract *ex, const char *level, const char *code, const char *where,
                  const char *fmt, ...) AJ_PRINTF(5, 6);
/* "/proc/iomem:12" */
const char *extract_where(const struct extract *ex, const char *path, uint32_t line);
/* All texts of a property, in `out`. */
void extract_strings(const struct extract *ex, const struct aj_dt_prop *prop,
                     const char *const **texts, size_t *count);

/*
 * annotate.c: where what stands in board.yml comes from: `section`, the entry in it and its key; NULL:
 * all of the section, or of the entry. `text` names a file and what is in it; of an entry that has a
 * source, its keys name files below or properties of that. Names are kept, texts are copied.
 */
void extract_from(const struct extract *ex, const char *section, const char *entry, const char *key,
                  const char *text);
/* The same of a node's property; NULL: the node itself. */
void extract_from_node(const struct extract *ex, const char *section, const char *entry,
                       const char *key, const struct aj_dt_node *node, const char *property);

/* iomem.c: a file of ranges, and the one of addresses as ex->iomem. */
void extract_ranges(struct extract *ex, const char *path, struct extract_iomem *iomem);
void extract_iomem(struct extract *ex);

/* tree.c: ex->dt from whatever there is. */
AJ_NODISCARD enum aj_status extract_tree(struct extract *ex);

void extract_kernel(struct extract *ex);
/* What the kernel wrote into its log; false if it was not kept. */
bool extract_log_open(const struct extract *ex, struct extract_lines *lines);
/*
 * Kernel arguments as they may be passed around: values of those that say which very machine this
 * is, or let somebody in, become "x".
 */
const char *extract_scrub(struct aj_arena *out, const char *text);

/* gic.c: the interrupt controller, before the devices. */
void extract_gic(struct extract *ex);
/* The line of the GIC that `irq` means; false with *why if there is none. */
bool extract_intid(const struct extract *ex, const struct aj_dt_irq *irq,
                   struct model_interrupt *line, const char **why);
/* After the devices: how many lines there are, and the blocks that hold them. */
void extract_irqchips(struct extract *ex);
/* After the CPUs: are there as many redistributors? */
void extract_redistributors(struct extract *ex);

void extract_devices(struct extract *ex);
/* Adds a reason to the device's verdict, unless it has it, or too many. */
void extract_reason(struct extract *ex, struct extract_device *device, const char *reason);
/* The device of a node, NULL if it is none. */
struct extract_device *extract_device_of(const struct extract *ex, const struct aj_dt_node *node);

/* iommu.c: units, stream ids. */
void extract_iommu(struct extract *ex);
void extract_closure(struct extract *ex);
void extract_verdicts(struct extract *ex);
/* cpu.c: the CPUs; and, of those that a device tree describes, what they hinder. */
void extract_read_cpus(struct extract *ex);
void extract_cpus(struct extract *ex);
/* A node below /cpus that is a CPU. */
bool extract_is_cpu(const struct aj_dt_node *node);
/* realtime.c: how Linux lets its CPUs run and sleep; after the CPUs. */
void extract_realtime(struct extract *ex);
/* roots_own.c: devices that the root cannot do without, before the verdicts: what is below its file
 * system, and the network that it is reached by. */
void extract_roots_own(struct extract *ex);
/* caches.c: the caches that CPUs share; sets model_cpu.l2 of cpus[count], whose nodes are `nodes`. */
void extract_caches(struct extract *ex, struct model_cpu *cpus,
                    const struct aj_dt_node *const *nodes, size_t count);

/* cpu_types.c: what a type of CPU implies; by `compatible` or MIDR. NULL if it is not known. */
struct extract_cpu_type {
    const char *compatible;
    uint32_t part;         /* MIDR bits 15:4, implementer Arm */
    uint32_t address_bits; /* of physical addresses */
    bool is_64;
    bool cluster_l2; /* the CPUs of a cluster share an L2 cache */
};
const struct extract_cpu_type *extract_cpu_type(const char *compatible, uint64_t midr);
/* Is the first CPU a 64-bit one? */
bool extract_cpu_is_64(const struct extract *ex);
/* Sets board->phys_limit by board->cpus. */
void extract_phys_limit(struct extract *ex);

void extract_consoles(struct extract *ex);
void extract_pci(struct extract *ex);
/* Does the host map the configuration space of its bus one to one? */
bool extract_pci_is_ecam(const struct aj_dt_node *host);
/* memory.c: RAM and what is reserved in it; registers; windows.c adds the windows of buses. */
void extract_memory(struct extract *ex);

/* The memory regions while they are collected. */
struct extract_regions {
    struct extract *ex;
    AJ_VEC(struct model_region) list;
    struct extract_names *names;
    struct aj_rangeset ram; /* all banks */
    const char *source;     /* of the next ones that no node describes */
};
/* Adds a region of `type`, in use by the root, named `name` or `name.N`. Invalid ranges are left out.
 * The region may be changed until the next is added; NULL if it was left out. */
struct model_region *extract_add_region(struct extract_regions *regions, const char *name,
                                        struct aj_range range, enum model_region_type type,
                                        const char *node_path);
void extract_windows(struct extract_regions *regions);
/* Sorts them by address: they are the board's. */
void extract_take_regions(struct extract_regions *regions);
void extract_interrupts(struct extract *ex);
/* The board's number of Linux' interrupt `linux_irq`, which is `number` at `chip`; AJ_NONE32: it has
 * none. */
typedef uint32_t extract_number_of(const void *context, uint32_t linux_irq, const char *chip,
                                   uint32_t number);
/* board->interrupts from /proc/interrupts. */
void extract_counts(struct extract *ex, extract_number_of *number_of, const void *context);

#endif
