/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan: every decision of the solver, and how good it is. Complete enough that lowering decides
 * nothing: it only rewrites the plan in Jailhouse's terms.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "model/requirements.h"

enum model_mem_kind {
    MODEL_MEM_HYPERVISOR, /* Jailhouse itself; cell "" */
    MODEL_MEM_RAM,        /* a mem_regions entry of a guest */
    MODEL_MEM_LOADER,     /* low boot region of a Linux guest (virt = cpu_reset_address) */
    MODEL_MEM_LINK,       /* the sections of one shared-memory link; name = the link */
    MODEL_MEM_PCI,        /* virtual PCI host: configuration window, then the window of the BARs */
};
extern const struct aj_name model_mem_kind_names[];

/* One placed range. */
struct model_plan_mem {
    uint8_t kind;
    const char *cell; /* key; NULL for HYPERVISOR, LINK, PCI */
    const char *name; /* of the request or link; NULL for HYPERVISOR, PCI */
    aj_addr phys_start;
    aj_addr virt_start; /* guest-physical in `cell`; = phys_start where no guest is meant */
    aj_size size;
    uint32_t flags; /* JAILHOUSE_MEM_... that the guest gets; 0 where no guest is meant */
};

/* An interrupt that should fire on a certain CPU. */
struct model_plan_irq {
    uint32_t intid;
    uint32_t cpu; /* by the root's number, of guests too */
};

#define MODEL_PICK_NONE "-"

struct model_plan_cell {
    const char *key;
    struct aj_cpuset cpus;
    uint32_t vpci_irq_base; /* SPI number (without the 32) of virtual pin A; AJ_NONE32 = no links */
    const char *const *devices; /* devices it owns alone, with their closure; empty for the root */
    size_t devices_count;
    const char *const *picks; /* of them, for each of the cell's wants; MODEL_PICK_NONE: left out */
    size_t picks_count;
    const uint32_t *interrupts; /* INTIDs of SPIs it owns: devices and virtual PCI pins, ascending;
                                   empty for the root, which has all that nobody else has but its own pins */
    size_t interrupts_count;
    const struct model_plan_irq *irqs; /* Linux guests: where their devices' lines fire */
    size_t irqs_count;
    uint32_t irq_default; /* CPU of all other interrupts of a guest that has `irqs`; AJ_NONE32 */
    const char *console;  /* device name, NULL = none or described in cells.yml */
    bool console_shared;  /* with the root: JAILHOUSE_MEM_ROOTSHARED */
};

struct model_plan_link {
    const char *name;
    uint32_t device; /* PCI device number on the virtual bus: bdf = device << 3 */
    uint16_t protocol;
    aj_addr phys_start;
    aj_size state_size, rw_size,
        output_size; /* sections in order: state, rw, output of peer 0, 1, ... */
    const char *const *peers;
    size_t peers_count;
};

/* A setting of a cell's Linux; knobs that are not listed stay as they are. */
struct model_plan_knob {
    const char *cell;  /* key */
    const char *knob;  /* of model/knob.h */
    const char *value; /* as model_knob_value gives it */
};

enum model_plan_status { MODEL_PLAN_OPTIMAL, MODEL_PLAN_FEASIBLE };
extern const struct aj_name model_plan_status_names[];

/* One level of the lexicographic objective. */
struct model_plan_level {
    const char *objective;
    int64_t value, bound; /* in the units of the level; proved optimal when equal */
    uint32_t nodes;       /* of the branch and bound tree */
    int64_t spent_ns;     /* time it took; not in the file, which is the same each time */
};

struct model_plan {
    uint8_t status;
    const char *decided_by; /* "glpk 5.0", "hand" */
    const struct model_plan_level *levels;
    size_t levels_count;
    const struct model_plan_cell *cells; /* root first, then the guests in cells.yml's order */
    size_t cells_count;
    const struct model_plan_mem *memory; /* ascending phys_start */
    size_t memory_count;
    const struct model_plan_link *links; /* ascending device */
    size_t links_count;
    const struct model_plan_irq *irqs; /* of the root; ascending intid */
    size_t irqs_count;
    const struct model_plan_knob *knobs; /* ascending cell as in cells, then as in model_knobs */
    size_t knobs_count;
    const struct aj_yaml *at;
};

extern const struct aj_schema model_plan_schema;
AJ_NODISCARD enum aj_status model_plan_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                            struct aj_arena *out, const struct model_plan **plan);
void model_plan_write(const struct model_plan *plan, struct aj_buf *to);

/* A wish that leaves a choice, or that may be given up at a cost. */
struct model_plan_wish {
    const char *cell;  /* key */
    const char *wish;  /* "any ethernet", "can0", "avoid: {cell: plc, cpus: 0}" */
    const char *given; /* the device, "as asked"; NULL: it is given up */
    uint32_t cost;     /* of giving it up; 0: it must not be */
};
/*
 * What the plan makes of them: devices by class or at a cost, cell by cell, then constraints that state
 * costs; each in the order of cells.yml.
 */
const struct model_plan_wish *model_plan_wishes(const struct model_board *board,
                                                const struct model_requirements *req,
                                                const struct model_plan *plan, struct aj_arena *out,
                                                size_t *count);

/* "0 %", "2.5 %": how far the value is from its bound, rounded up; "unknown" if nothing is proved. */
AJ_NODISCARD const char *model_plan_gap_text(const struct model_plan_level *level,
                                             struct aj_arena *arena);
const struct model_plan_cell *model_plan_cell(const struct model_plan *plan, const char *key);
/* The only range of this kind (HYPERVISOR, PCI) or NULL. */
const struct model_plan_mem *model_plan_mem(const struct model_plan *plan,
                                            enum model_mem_kind kind);

/*
 * Rules that solver, second witness and lowering must agree on because Jailhouse fixes them; stated
 * once here, with no solver code in them.
 */
#define MODEL_COMM_BASE \
    ((aj_addr)0x80000000) /* inmates/lib and tools of Jailhouse, arm and arm64 */
/* Where guests look for it. */
aj_addr model_comm_base(enum model_arch arch);
#define MODEL_LOADER_SIZE AJ_KIB(64) /* linux-loader.bin and its arguments */
#define MODEL_PCI_CONFIG  AJ_MIB(1)  /* ECAM of one bus */
/*
 * What Linux starts in when its RAM is elsewhere: on arm and arm64 the loader alone, which is no RAM
 * to it; on x86 the RAM below 1 MiB, with the communication region behind it, and the first memory
 * from 2 MiB on (tools/jailhouse-cell-linux: X86.setup).
 */
aj_size model_loader_size(enum model_arch arch);
#define MODEL_X86_RAM_START      AJ_MIB(2)
#define MODEL_PCI_PIN_OF(device) ((device)&3u) /* 0 = INTA; ivshmem.c: ivshmem_reset */
/* Hypervisor memory when the user says nothing: 4 MiB on ARM, 6 MiB on x86 (upstream configurations). */
aj_size model_hypervisor_default(enum model_arch arch);
/* Required alignment of the hypervisor's memory: 2 MiB on arm64 (entry.S maps one block), else 4 KiB. */
aj_size model_hypervisor_alignment(enum model_arch arch);
/* Bytes of the virtual PCI range for `devices` ivshmem devices of the root: configuration window and
 * behind it 2 pages for each device (driver/pci.c), rounded to a power of two of at least 64 KiB. `page`
 * is that of the root's kernel, or a guest's if that has larger ones. */
aj_size model_pci_size(uint32_t devices, aj_size page);
/* Bytes of the sections of a link, in their order; `output` of each peer. */
struct model_sections {
    aj_size state, rw, output;
};
/*
 * The state table is one page; a VETH or UNDEFINED link of P peers divides the rest into P equal
 * page-multiple outputs with an empty rw section; virtio protocols have no outputs and the rest as rw
 * section. `page` is the largest of the peers' kernels, a power of two from 4 KiB on: all can map each
 * section by itself. False if `size` is too small.
 */
bool model_link_sections(uint16_t protocol, aj_size size, uint32_t peers, aj_size page,
                         struct model_sections *sections);
/* The page of a link of the requirements. */
aj_size model_link_page(const struct model_board *board, const struct model_requirements *req,
                        const struct model_link_request *link);

#endif
