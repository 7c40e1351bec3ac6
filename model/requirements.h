/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requirements: what the user wants of each cell, the objectives, and the constraints learned so
 * far. Read from cells.yml; every struct keeps its YAML node, so that any later stage can point at
 * the line a wish came from (aj_yaml_loc(x->at, "key")).
 */
#ifndef MODEL_REQUIREMENTS_H
#define MODEL_REQUIREMENTS_H

#include "model/board.h"
#include "model/jailhouse.h"

enum model_os { MODEL_OS_LINUX, MODEL_OS_BARE };
extern const struct aj_name model_os_names[];

/* Levels of hardware that CPUs can share, from close to far. */
enum model_domain { MODEL_DOMAIN_NONE, MODEL_DOMAIN_CORE, MODEL_DOMAIN_L2, MODEL_DOMAIN_PACKAGE };
extern const struct aj_name model_domain_names[];
/*
 * Are two CPUs taken to share a domain of this level? A board that does not say how its caches are
 * shared is taken to share them in a cluster: nobody is promised a domain of his own that may be none.
 * Cores are private unless labelled otherwise. The second witness asks the board's labels itself.
 */
bool model_cpus_share(const struct model_cpu *a, const struct model_cpu *b,
                      enum model_domain level);

/* By the board's `capacity`: of the greatest, or of the least where there are several. */
enum model_cpu_class { MODEL_CPU_ANY, MODEL_CPU_BIG, MODEL_CPU_LITTLE };
extern const struct aj_name model_cpu_class_names[];

/* cpus: 2,3 names CPUs; cpus: {count: 2, exclusive: l2} asks for a number of them. */
struct model_cpu_request {
    struct aj_cpuset list; /* empty unless named */
    uint32_t count;        /* AJ_NONE32 when `list` says it or nothing was said */
    uint8_t exclusive; /* enum model_domain: no other cell in any domain of this level it uses */
    uint8_t together;  /* enum model_domain: all its CPUs in one domain of this level */
    uint8_t kind;      /* enum model_cpu_class; the key is `class` */
    struct aj_cpuset nodes; /* NUMA nodes that its CPUs are in; empty = any. The key is `node` */
    const struct aj_yaml *at;
};
/* A field of this type in a schema. */
extern const struct aj_custom_field model_cpu_request_field;

/* The CPUs of the board that `class` and `node` of the request rule out. */
struct aj_cpuset model_cpus_ruled_out(const struct model_board *board,
                                      const struct model_cpu_request *request);

struct model_realtime {
    int64_t period, deadline; /* ns, 0 = not given */
    const struct aj_yaml *at;
};

/*
 * Part of the last-level cache, in bits of the capacity masks of Intel's cache allocation; of x86.
 * Other guests have none of it, nor the root unless it is shared.
 */
struct model_l3_request {
    uint32_t start, size; /* size > 0; start + size <= 32 */
    bool shared;          /* with the root */
    const struct aj_yaml *at;
};

/*
 * A console: a device of the board (path, alias, name), a reference "&root.console", or a complete
 * description for use without board.yml.
 */
struct model_console_request {
    const char *ref;                         /* NULL if described */
    const struct model_console *description; /* NULL if referred to */
    const struct aj_yaml *at;
};

/* What kind a device is of; see model/device_class.c. */
enum model_device_class {
    MODEL_CLASS_NONE,
    MODEL_CLASS_ADC,
    MODEL_CLASS_AUDIO,
    MODEL_CLASS_CAN,
    MODEL_CLASS_DISPLAY,
    MODEL_CLASS_ETHERNET,
    MODEL_CLASS_GPIO,
    MODEL_CLASS_I2C,
    MODEL_CLASS_MMC,
    MODEL_CLASS_NVME,
    MODEL_CLASS_PWM,
    MODEL_CLASS_RTC,
    MODEL_CLASS_SATA,
    MODEL_CLASS_SERIAL,
    MODEL_CLASS_SPI,
    MODEL_CLASS_TIMER,
    MODEL_CLASS_USB,
    MODEL_CLASS_WATCHDOG,
};
extern const struct aj_name model_device_class_names[];
/* By the class code of a PCI function, else by the name of its node, or its own if it has none. */
bool model_device_is_of_class(const struct model_device *device, enum model_device_class class);

/* A device that a cell wants without naming it, or without needing it. */
struct model_device_want {
    const char *device; /* as in `devices`; NULL: one of a class */
    uint8_t any;        /* enum model_device_class; NONE: `device` says which */
    uint32_t cost;      /* of the objective preferences if it is left out; 0: it must not be */
    const struct aj_yaml *at;
};

/* What a range of memory is to be near to. */
enum model_mem_near {
    MODEL_NEAR_NOTHING,
    MODEL_NEAR_CPUS /* in NUMA nodes that CPUs of its cell are in, and in no others */
};
extern const struct aj_name model_mem_near_names[];

/* A range of memory of a cell. Without phys_start the solver places it. */
struct model_mem_request {
    const char *name;
    aj_size size;
    aj_addr phys_start; /* AJ_NONE64 = anywhere */
    aj_addr
        virt_start; /* guest-physical; AJ_NONE64 = identity; for the first of bare: its reset address */
    uint32_t flags;    /* JAILHOUSE_MEM_..., 0 = RAM defaults (R W X DMA LOADABLE) */
    aj_size alignment; /* AJ_NONE64 = default */
    uint8_t near;      /* enum model_mem_near: a guest's */
    const struct aj_yaml *at;
};

struct model_cell_request {
    const char *key;  /* "root", or the key below guests */
    const char *name; /* Jailhouse's cell name; the key if not given */
    uint8_t os;       /* guests */
    struct model_cpu_request cpus;
    const struct model_realtime *realtime;
    struct model_console_request console; /* ref and description NULL: none */
    const struct model_mem_request *mem_regions;
    size_t mem_regions_count;
    const char *const *devices; /* path, alias or name in board.yml */
    size_t devices_count;
    const struct model_device_want *wants; /* guests; the maps among `devices` in the file */
    size_t wants_count;
    const struct model_l3_request *l3_cache; /* guests; NULL: as the root */
    uint32_t
        flags; /* JAILHOUSE_CELL_... or, for the root, JAILHOUSE_SYS_...; AJ_NONE32 = default */
    const char *bootargs; /* kernel command line of a Linux guest, NULL = from the console */
    const char *kernel, *initrd,
        *image; /* files on the target, for the start script; NULL = asked there */
    aj_addr cpu_reset_address;
    aj_size
        page_size; /* of its kernel; AJ_NONE64: see model_cell_page. The root's is the board's */
    /* root only */
    struct model_mem_request hypervisor_memory;     /* size AJ_NONE64 = default */
    const struct model_arm_platform *platform_info; /* replaces the board's */
    const struct model_board_irqchip *irqchips;
    size_t irqchips_count;
    const struct aj_yaml *at;
};

struct model_link_request {
    const char *name;         /* key; "shmem" for the only link of a `shmem` map with `peers` */
    const char *title;        /* `name` in the file: words for people, or NULL */
    uint16_t protocol;        /* JAILHOUSE_SHMEM_PROTO_... */
    aj_size size;             /* whole area: state table and all sections */
    const char *const *peers; /* keys of cells; position = peer id */
    size_t peers_count;
    const char *network; /* VETH: "192.168.19.0/24"; NULL = any. See model/network.h */
    const struct aj_yaml *at;
};

/* What a statement about the plan speaks of; its keys in cells.yml. */
enum model_literal_kind {
    MODEL_LITERAL_CPUS,  /* cell, cpus */
    MODEL_LITERAL_ROUTE, /* interrupt, cpus: an interrupt of the root fires on one of them */
    MODEL_LITERAL_PLACE, /* cell, region, within: memory of a guest lies there */
    MODEL_LITERAL_SET,   /* cell, knob, value: a setting of its Linux (model/knob.h) */
};

/* One statement about the plan. Members that its kind does not have are zero. */
struct model_literal {
    uint8_t kind;
    const char *cell;         /* key */
    struct aj_cpuset cpus;    /* by the numbers of the root's Linux */
    uint32_t interrupt;       /* INTID */
    const char *region;       /* a key of mem_regions; NULL = any, to be placed: each */
    struct aj_range within;   /* physical */
    const char *knob, *value; /* lists of CPUs as aj_cpuset_format writes them */
    uint32_t weight;          /* of a BOUND: what it adds to the sum, 1 unless said; else 0 */
    const struct aj_yaml *at;
};

/* What a constraint makes of its statements; the words of cells.yml. */
enum model_constraint_kind {
    /* Not all at once: cell has one of cpus, memory lies in part within, value is set. */
    MODEL_CONSTRAINT_FORBID,
    MODEL_CONSTRAINT_ASSIGN,   /* one of CPUS: the cell has just these */
    MODEL_CONSTRAINT_ROUTE,    /* one of ROUTE, with one CPU */
    MODEL_CONSTRAINT_PLACE,    /* one of PLACE: the memory lies wholly within */
    MODEL_CONSTRAINT_SET,      /* one of SET */
    MODEL_CONSTRAINT_SEPARATE, /* no two of `cells` have CPUs in one domain of `level` */
    MODEL_CONSTRAINT_AVOID,    /* as FORBID, but it may be: at `cost` */
    /* One statement: nothing else than it says, or at `cost`: the cell has no other CPUs, the
       interrupt fires on no others, no memory lies elsewhere, the value is set. */
    MODEL_CONSTRAINT_PREFER,
    /* The weights of the statements that are true add up to at_least .. at_most. For at_least,
       memory must lie wholly within; else a statement is true as FORBID means it. */
    MODEL_CONSTRAINT_BOUND,
};
extern const struct aj_name model_constraint_names[];

struct model_constraint {
    uint8_t kind;
    const struct model_literal
        *literals; /* FORBID, AVOID, BOUND: one or more; SEPARATE: none; else one */
    size_t literals_count;
    const char *const *cells; /* SEPARATE: keys, two or more */
    size_t cells_count;
    uint8_t level;       /* SEPARATE: enum model_domain, not NONE */
    uint32_t cost;       /* AVOID, PREFER: of the objective preferences, from 1 on; else 0 */
    uint32_t at_least;   /* BOUND: 0 = none */
    uint32_t at_most;    /* BOUND: AJ_NONE32 = none */
    const char *because; /* where it came from, for people; NULL = not said */
    const struct aj_yaml *at;
};

enum model_objective {
    MODEL_OBJECTIVE_ISOLATION,        /* real-time cells share cores and caches with nobody */
    MODEL_OBJECTIVE_IRQ_INTERFERENCE, /* interrupts of others stay off their CPUs */
    MODEL_OBJECTIVE_MEMORY_QUALITY,   /* large pages, few intervals */
    MODEL_OBJECTIVE_ROOT_KEEPS,       /* boot CPU, contiguous memory */
    MODEL_OBJECTIVE_STABILITY,        /* least change against an earlier plan, if there is one */
    MODEL_OBJECTIVE_PREFERENCES,      /* costs that `constraints` state */
    MODEL_OBJECTIVE_SMALLEST_NUMBERS, /* makes the answer unique */
};
extern const struct aj_name model_objective_names[];

/*
 * An objective and its place in the order: what has the same level is added up, each times its weight.
 * Level 0 is the most important; none is left out. The total order is alone in its level.
 */
struct model_priority {
    uint32_t objective; /* enum model_objective */
    uint32_t level, weight;
};

struct model_requirements {
    struct model_cell_request root;
    const struct model_cell_request *guests; /* in the file's order */
    size_t guests_count;
    const struct model_link_request *links;
    size_t links_count;
    /* Ascending level; the default list if not given. PREFERENCES come first if they are not in it. */
    const struct model_priority *objectives;
    size_t objectives_count;
    const struct model_constraint *constraints;
    size_t constraints_count;
    const struct aj_yaml *at;
};

extern const struct aj_schema model_requirements_schema;

/*
 * Reads cells.yml. `os: Linux` is `os: linux`; `virtual_start`, `virt_start` and `physical_start`,
 * `phys_start` are the same keys; a `shmem` map that has `peers` itself is one link called "shmem".
 * Checks what needs no board: peers exist ("peer-unknown"), differ ("peer-twice") and are as many as
 * the protocol ties ("peer-count"), links have room for them ("link-size") and are networks if they say so ("link-network"), sizes are positive
 * ("mem-size"), regions do not wrap ("mem-wrap"), alignments are powers of two ("mem-alignment"),
 * names fit Jailhouse ("cell-name") and are unique ("cell-name-twice"), keys can be parts of file
 * names ("cell-key"), CPUs are named or counted ("cpu-count"), no objective stands twice
 * ("objective-twice"), the total order has no weight ("objective-order"). A platform_info is whole: it replaces the board's ("key-missing"),
 * parts of the cache are some and nobody else's ("l3-cache"). A constraint says one thing ("constraint-kind", "constraint-mixed"), of cells ("cell-unknown", two
 * that are separated "cell-twice"), regions ("region-unknown"; the root's memory is what is left,
 * "place-root"), knobs ("knob-unknown") and values ("knob-value") that exist, knobs of cells that have
 * them ("knob-scope"), and one CPU where one is meant ("route-cpu").
 */
AJ_NODISCARD enum aj_status model_requirements_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                                    struct aj_arena *out,
                                                    const struct model_requirements **req);
void model_requirements_write(const struct model_requirements *req, struct aj_buf *to);
/* One entry of `constraints`, as a YAML map. */
void model_constraint_write(struct aj_yaml_writer *w, const struct model_constraint *constraint);
/* The same as text, without what it is because of. */
const char *model_constraint_words(const struct model_constraint *constraint, struct aj_arena *out);
/* Does it state a cost rather than what must hold? */
bool model_constraint_is_priced(const struct model_constraint *constraint);
/* Do both say the same? What they are because of does not count. */
bool model_constraint_equal(const struct model_constraint *a, const struct model_constraint *b);

/*
 * The board that a cells.yml without board.yml describes by itself (root console, platform_info,
 * irqchips, mem_regions): MMIO and RAM regions by their flags ("region-guess" when these leave a
 * doubt), CPUs by what cells name and count. Fails with "board-missing" without platform_info, or
 * with links and no interrupt lines. What nobody says is guessed with the warning "board-guess":
 * affinities are the CPUs' numbers; where there are links, the last lines of the irqchips are free,
 * and so are addresses that are not in the same 16 MiB as anything named.
 */
AJ_NODISCARD enum aj_status model_board_from_requirements(struct aj_ctx *cx,
                                                          const struct model_requirements *req,
                                                          struct aj_arena *out,
                                                          const struct model_board **board);

/*
 * The board that the cells are made for: what cells.yml says of the platform (root.platform_info,
 * root.irqchips) stands in place of what board.yml says. Borrows from both; a copy of ours in `out`.
 */
const struct model_board *model_board_override(const struct model_board *board,
                                               const struct model_requirements *req,
                                               struct aj_arena *out);

/*
 * References resolved and compared with the board: consoles and devices exist ("device-unknown",
 * with the nearest name; "device-ambiguous" if several are of the type; "device-class" if none is of the class that is wanted, "device-wish" where the root wants one), CPUs exist and are online ("cpu-unknown"), not more CPUs are named than
 * there are ("cpu-too-many"), no CPU is named by two cells ("cpu-twice"), no device wished by two,
 * ("device-twice": by `devices`, or as a console that is not the root's), none
 * whose memory of firmware its guest has not ("device-memory"). Memory: the board has RAM
 * ("board-ram"), none is fixed over what the root's Linux holds ("mem-reserved"), addresses begin
 * pages ("mem-page"; registers end with one too, unless their flags name widths of accesses), the
 * guest can be loaded where it starts ("cpu-reset"), the hypervisor can work ("hypervisor-size";
 * "jailhouse-impossible" if the board says that it cannot at all), kernels have pages of a size that there is ("page-size"). A class or node that no CPU is of ("cpu-class", "node-unknown"). Parts of a cache on other than x86 ("l3-cache"). Constraints: CPUs and interrupts
 * of the root exist ("cpu-unknown", "interrupt-unknown"), memory can lie within ("within-ram").
 * Reports all; returns the gravest. Warns of consoles that Jailhouse has no driver for
 * ("console-type"), of little memory ("hypervisor-small", "mem-small"), of a start that Linux' loader
 * is not made for ("linux-reset").
 */
AJ_NODISCARD enum aj_status model_requirements_check(struct aj_ctx *cx,
                                                     const struct model_board *board,
                                                     const struct model_requirements *req);

/*
 * Pages of the cell's kernel: as cells.yml says, else those of the board's Linux for a Linux guest and
 * for the root, and 4 KiB for a bare guest.
 */
aj_size model_cell_page(const struct model_board *board, const struct model_cell_request *cell);

/* The cell with this key ("root" included) or NULL. */
const struct model_cell_request *model_cell_by_key(const struct model_requirements *req,
                                                   const char *key);
/* A cell that `key` at `loc` names is not there: AJ_ERR_INPUT `id` and a hint. */
enum aj_status model_no_such_cell(struct aj_ctx *cx, const struct model_requirements *req,
                                  struct aj_loc loc, const char *id, const char *key);
/*
 * The device that a wish refers to: name, alias, path, address of a PCI function of domain 0 without it,
 * type (`compatible`) of which there is one, or "&board.<one of these>"; NULL if none.
 */
const struct model_device *model_device_by_ref(const struct model_board *board, const char *ref);
/* Where the `index`-th named device of a cell stands. */
struct aj_loc model_device_loc(const struct model_cell_request *cell, size_t index);
/*
 * The device that the console of `cell` is, following "&root.console"; NULL if none or described.
 * The root has the console of the running Linux unless it says something else.
 */
const struct model_device *model_cell_console_device(const struct model_board *board,
                                                     const struct model_requirements *req,
                                                     const struct model_cell_request *cell);
/* The console of `cell` in Jailhouse's terms; false if it has none. */
bool model_cell_console(const struct model_board *board, const struct model_requirements *req,
                        const struct model_cell_request *cell, struct model_console *console);
/*
 * Does the guest share its console with the root: is it the device or has it the address of the
 * root's console or of that of the running Linux?
 */
bool model_cell_console_shared(const struct model_board *board,
                               const struct model_requirements *req,
                               const struct model_cell_request *guest);

#endif
