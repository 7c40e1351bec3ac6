/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The board: what the hardware and its Linux are. Made by extract/ or written by hand as board.yml.
 * All numbers are the hardware's own; nothing here is a wish or a decision.
 *
 * Unknown numbers are AJ_NONE32 / AJ_NONE64, unknown texts NULL, unknown sets empty.
 */
#ifndef MODEL_BOARD_H
#define MODEL_BOARD_H

#include "base/cpuset.h"
#include "base/num.h"
#include "base/rangeset.h"
#include "base/schema.h"
#include "model/board_linux.h"

enum model_arch {
    MODEL_ARCH_X86,
    MODEL_ARCH_ARM,
    MODEL_ARCH_ARM64
}; /* the codes of cell-config.h */
extern const struct aj_name model_arch_names[];
/* Are there kernels of this architecture with such pages? */
bool model_page_exists(enum model_arch arch, aj_size size);

struct model_cpu {
    struct aj_cpu_id id; /* logical number of Linux, bit in Jailhouse's cpu_set */
    bool online;
    struct aj_mpidr mpidr;     /* arm, arm64 */
    const char *compatible;    /* device tree, e.g. "arm,cortex-a72" */
    const char *enable_method; /* "psci", ... */
    uint64_t midr;
    uint32_t package, cluster, core, thread; /* labels, not indices; AJ_NONE32 = unknown */
    uint32_t capacity;                       /* 1024 = the fastest CPU of the board */
    const char *l2;                          /* name in caches, or NULL */
    uint32_t node;                           /* NUMA node */
};

/* Cache allocation (CAT) of one cache, as resctrl shows it. */
struct model_cache_allocation {
    uint32_t ways;      /* length of a bit mask of ways */
    uint32_t least;     /* bits that a mask must have */
    uint32_t classes;   /* masks that there are room for */
    uint64_t shareable; /* ways that devices use, too */
    bool code_data;     /* code and data have masks of their own (CDP) */
};

struct model_cache {
    const char *name;
    uint32_t level;
    aj_size size;                                    /* AJ_NONE64 = unknown */
    struct aj_cpuset cpus;                           /* that share it */
    bool guess;                                      /* derived from the topology, not read */
    const struct model_cache_allocation *allocation; /* NULL: its ways cannot be given to cells */
};

enum model_region_type {
    MODEL_REGION_RAM,      /* belongs to Linux; cells can be given parts of it */
    MODEL_REGION_RESERVED, /* RAM that a fixed reservation holds: firmware, CMA, crash kernel */
    MODEL_REGION_FIRMWARE, /* nobody's but the firmware's: no-map, secure world, holes between banks */
    MODEL_REGION_MMIO,     /* registers of a device */
    MODEL_REGION_WINDOW, /* an address window of a bus or PCI host: anything may answer in it */
};
extern const struct aj_name model_region_type_names[];

/* A range of physical addresses. The keys are the customer's. */
struct model_region {
    const char *name;
    aj_addr phys_start;
    aj_addr virt_start; /* the same as phys_start on a board; kept because files may say it */
    aj_size size;       /* exact: registers may end inside a page */
    uint8_t
        type; /* enum model_region_type; a file may say a console type instead, which means MMIO */
    const char *console_type; /* "PL011", "8250", ... when the file's `type` named one */
    const char *linux_driver;
    const char *const *devicetree_nodes;
    size_t devicetree_nodes_count;
    bool root_used;
    bool reusable; /* RESERVED: Linux uses it while the owner does not (CMA) */
    uint32_t node; /* RAM: NUMA node that it is close to */
};

/*
 * One line of a device into the interrupt controller. Numbers of interrupts, here and in every other
 * place: on arm and arm64 the GIC's INTID, SPI n = 32 + n, PPI n = 16 + n. On x86 the global number
 * (GSI) of a pin of an IOAPIC, its gsi_base + pin; messages (MSI) are no lines, and in counts of
 * /proc/interrupts go by Linux' own number, which lies beyond all pins.
 */
struct model_interrupt {
    uint32_t intid; /* AJ_NONE32 = not at this controller, or not known */
    uint32_t flags; /* trigger as in the device tree: 1 rising, 2 falling, 4 high, 8 low */
};

/*
 * What a device needs of others and whether it could be passed to a guest; in rising order of
 * difficulty.
 */
enum model_verdict {
    MODEL_VERDICT_OK,           /* registers and interrupts are all it needs */
    MODEL_VERDICT_SOFT,         /* set up by the root before the cell starts */
    MODEL_VERDICT_KEEP_RUNNING, /* a clock or power domain that the root must not gate */
    MODEL_VERDICT_UNSAFE,       /* DMA without an IOMMU */
    MODEL_VERDICT_HARD,         /* shares an engine or a mailbox with the root */
    MODEL_VERDICT_ROOT_ONLY,    /* others depend on it, or no guest could use it */
};
extern const struct aj_name model_verdict_names[];

struct model_function_cap {
    uint32_t id, start, length; /* bytes of configuration space */
    bool extended;              /* found from 0x100 on */
    bool write;                 /* a guest may write all of it */
};

/*
 * A PCI function that Jailhouse can give away by itself. Its memory BARs are the device's regions
 * (whole: the pages of the MSI-X table too), its I/O BARs the device's ports.
 */
struct model_pci_function {
    uint32_t domain;
    uint32_t bdf; /* bus << 8 | device << 3 | function */
    bool bridge;
    uint32_t vendor, product, class_code; /* class_code: 24 bits, 0x020000 = Ethernet */
    uint32_t iommu;                       /* index in board->iommu, AJ_NONE32 = behind none */
    uint32_t bar_mask[6];                 /* bits of each BAR that can be written */
    uint32_t msi_vectors;                 /* 0 = no such capability */
    bool msi_64bits, msi_maskable;
    uint32_t msix_vectors;
    aj_addr msix_address; /* of the table, AJ_NONE64 = none */
    aj_size msix_size;    /* whole pages; AJ_NONE64 = none */
    const struct model_function_cap *caps;
    size_t caps_count;
    /* Memory that firmware makes it use without its driver (RMRR of Intel, IVMD of AMD): where it is
       behind an IOMMU, its cell must have this at the same addresses. */
    const struct model_mmio *reserved;
    size_t reserved_count;
};

/* I/O ports of x86: [base, base + length). */
struct model_port_range {
    uint32_t base, length;
};

struct model_device {
    const char *name; /* alias, else the node's name; of a PCI function its address, "0000:00:02.0";
                         unique */
    const char *path; /* in the device tree, or in ACPI's name space */
    const char *const *aliases; /* all aliases of the node */
    size_t aliases_count;
    const char *const *compatible;
    size_t compatible_count;
    const char *status; /* NULL = okay */
    const struct model_mmio *regions;
    size_t regions_count;
    const struct model_interrupt *interrupts;
    size_t interrupts_count;
    const char *const
        *closure; /* names of devices that must travel along: same page, same line, ... */
    size_t closure_count;
    uint8_t verdict; /* enum model_verdict */
    const char *const *reasons;
    size_t reasons_count;
    const char *linux_driver;
    uint32_t clock_hz;  /* input clock when it is a fixed one */
    uint32_t reg_shift; /* UARTs */
    uint32_t reg_io_width;
    const uint32_t *stream_ids;
    size_t stream_ids_count;
    bool dma;      /* masters the bus */
    uint32_t node; /* NUMA node */
    const struct model_port_range *ports;
    size_t ports_count;
    const struct model_pci_function *pci; /* NULL: none */
};

/* One entry of `reg`, translated to CPU addresses. */
struct model_mmio {
    aj_addr phys_start;
    aj_size size; /* exact */
};

/* A console that Jailhouse can drive. */
struct model_board_console {
    const char *name; /* of the device */
    uint16_t type;    /* enum of model/jailhouse.h: JAILHOUSE_CON_TYPE_... */
    aj_addr address;  /* of registers, or the first I/O port */
    aj_size size;
    uint32_t regdist; /* bytes between registers: 1 or 4 */
    bool mmio;
    uint32_t intid;
    uint32_t baud, clock_hz;
    bool active; /* the console of the running Linux */
};

/* A block of interrupt lines; keys as in the customer's overview. */
struct model_board_irqchip {
    const char *name;
    aj_addr address;
    uint32_t id; /* IOAPIC: index of its IOMMU << 16 | the bdf that it interrupts as */
    uint32_t pin_base;
    struct aj_cpuset pin_bitmap; /* bit n = line pin_base + n exists; n < 128 */
    const char *type;            /* "gic-v2", "gic-v3", "ioapic" */
    uint32_t gsi_base;           /* IOAPIC: number of the interrupt of pin 0 */
};

/* Interrupt controller and firmware of arm and arm64. */
struct model_arm_platform {
    uint32_t gic_version; /* 2 or 3 */
    aj_addr gicd_base, gicc_base, gich_base, gicv_base, gicr_base;
    aj_size gicr_size;        /* all redistributors, from gicr_base; see model_gicr_size */
    uint32_t maintenance_irq; /* INTID */
    uint32_t spi_limit;       /* SPIs are INTID 32 .. 32 + spi_limit - 1 */
    const char *psci_version; /* "1.0" */
    const char *psci_method;  /* "smc" | "hvc" */
    uint32_t timer_ppis[4];   /* INTIDs: secure, non-secure, virtual, hypervisor physical timer;
                                 0 = not said, then 29, 30, 27, 26 */
    const char *gic_compatible;
    const char *timer_compatible;
};

struct model_x86_platform {
    uint32_t pm_timer_address; /* I/O port, 0 = none */
    uint32_t apic_mode;        /* 0 as the firmware left it, 1 xAPIC, 2 x2APIC */
    uint32_t vtd_interrupt_limit;
    uint32_t tsc_khz, apic_khz; /* 0 = Jailhouse's driver asks Linux */
    /* Words of /proc/cpuinfo that Jailhouse or reaction times depend on; none: not known. */
    const char *const *cpu_flags; /* of `flags` */
    size_t cpu_flags_count;
    const char *const *vmx_flags; /* of `vmx flags`, which Linux has from 5.6 on */
    size_t vmx_flags_count;
};

/* A PCI host bridge. */
struct model_pci_host {
    const char *name;
    uint32_t domain;
    aj_addr ecam_base; /* AJ_NONE64: no ECAM, cannot be partitioned */
    aj_size ecam_size;
};

struct model_pci_platform {
    const struct model_pci_host *hosts;
    size_t hosts_count;
};

struct model_platform {
    const struct model_arm_platform *arm;
    const struct model_x86_platform *x86;
    struct model_pci_platform pci;
};

struct model_iommu_unit {
    const char *type; /* smmuv3 | mmu500 | pvu | intel | amd | other */
    aj_addr base;
    aj_size size;
    const char *node;                          /* in the device tree, or "dmar0" */
    uint32_t bdf, base_cap, msi_cap, features; /* amd */
    aj_addr tlb_base;                          /* pvu: the window of its TLBs */
    aj_size tlb_size;                          /* 0 = none */
    uint64_t cap, ecap; /* intel: its registers of these names, 0 = unknown */
};

/* I/O ports that something of the board answers to. */
struct model_ports {
    const char *name; /* as /proc/ioports has it */
    uint32_t base, length;
    bool root; /* the root may use them, else nobody but the hypervisor */
};

/* Two sources that disagree, or a fact that limits what Jailhouse can do here. */
struct model_board_note {
    const char *level; /* info | warning | error */
    const char *code;  /* stable word */
    const char *where; /* source and place, e.g. "/proc/iomem:12" */
    const char *text;
};

/* Where an entry of the file came from; extraction says it in comments. */
struct model_board_source {
    const char *section, *entry, *key; /* NULL: all of the section, or of the entry */
    const char *node;                  /* in the device tree, or NULL */
    const char *text; /* property of the node (or NULL); else a file and what is in it */
};

struct model_board_info {
    const char *vendor, *model;
    const char *const *compatible;
    size_t compatible_count;
};

struct model_board {
    uint32_t format; /* 1 */
    struct model_board_info board;
    uint8_t arch; /* enum model_arch */
    struct model_jailhouse_facts jailhouse;
    struct model_board_kernel kernel;
    const char *stdout_path;
    uint32_t address_cells, size_cells; /* of the device tree's root; 2, 2 if not known */
    aj_addr
        phys_limit; /* first address beyond the CPU's physical address range, AJ_NONE64 = unknown */
    const struct model_cpu *cpus; /* ascending id; key is the number */
    size_t cpus_count;
    const struct model_cache *caches;
    size_t caches_count;
    const struct model_region *memory_regions; /* ascending phys_start in files of ours */
    size_t memory_regions_count;
    const struct model_board_irqchip *irqchips;
    size_t irqchips_count;
    struct model_platform platform;
    const struct model_iommu_unit *iommu;
    size_t iommu_count;
    const struct model_board_console *consoles;
    size_t consoles_count;
    const struct model_device *devices;
    size_t devices_count;
    const struct model_irq_count *interrupts;
    size_t interrupts_count;
    struct model_timing realtime;
    const struct model_numa_node *numa; /* ascending id; none: one node */
    size_t numa_count;
    const struct model_ports *ports; /* x86 */
    size_t ports_count;
    const struct model_board_note *diagnostics;
    size_t diagnostics_count;
    const struct aj_yaml *at;                 /* root of the document it was read from, or NULL */
    const struct model_board_source *sources; /* not in the file; the last one of a place counts */
    size_t sources_count;
};

extern const struct aj_schema model_board_schema;

/*
 * Reads board.yml. Repairs what the customer's examples say, each with a warning: pin_bitmap 0-128 is
 * clipped to 128 pins ("pin-range"), PLL01 means PL011 ("console-type-typo"), a region without size
 * is left out ("region-incomplete"). A region whose type is a console's gets a device and a console
 * of its name unless there are some; warns if it is too large for one ("region-size") and of devices
 * that must travel with unknown ones ("closure-unknown"). Fails with "cpu-number" (a key of `cpus`),
 * "mem-size", "mem-wrap", "gic-version", "gicr-size" (smaller than the CPUs need), "phys-limit"
 * (less than a page), "port-range", "pci-cap" (beyond the configuration space), "iommu-unknown" (of a
 * PCI function).
 */
AJ_NODISCARD enum aj_status model_board_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                             struct aj_arena *out,
                                             const struct model_board **board);
/* The file board.yml; reads back equal. */
void model_board_write(const struct model_board *board, struct aj_buf *to);

/* Lookups; NULL / false if there is none. A device is known by name, alias or path. */
const struct model_device *model_board_device(const struct model_board *board, const char *ref);
const struct model_board_console *model_board_console_of(const struct model_board *board,
                                                         const char *device_name);
const struct model_cpu *model_board_cpu(const struct model_board *board, uint32_t id);
/* The PCI host of a segment, or NULL. */
const struct model_pci_host *model_board_pci_host(const struct model_board *board, uint32_t domain);
#define MODEL_X86_LOCAL_APIC ((aj_addr)0xfee00000) /* where all firmware leaves it */
/* Does anything of the board raise this interrupt? */
bool model_board_has_interrupt(const struct model_board *board, uint32_t intid);
/* The hint for an interrupt that the board does not have: was the number of an SPI meant? */
void model_board_suggest_interrupt(struct aj_ctx *cx, const struct model_board *board,
                                   uint32_t intid);
/* Is the interrupt a line that Jailhouse can give to a cell: an SPI, or a pin of an IOAPIC? */
bool model_board_has_line(const struct model_board *board, uint32_t intid);
/* CPUs that are online. */
struct aj_cpuset model_board_online(const struct model_board *board);

/*
 * Bytes of a GICv3's redistributors, from gicr_base: 128 KiB for each CPU up to the highest number,
 * which is what Jailhouse maps and intercepts (arm-common/gic-v3.c), or gicr_size if that is larger.
 */
aj_size model_gicr_size(const struct model_board *board);

/*
 * Address facts derived from the board, for solver, lowering and checks alike; page-rounded.
 * `ram`: RAM that may be given away: RAM regions minus everything reserved in them.
 * `intercepted`: register windows that the hypervisor must trap: GICD, GICC, GICH, GICV, all GICR
 *   frames, IOMMU units (sizes: Jailhouse arm-common/gic-v2.c, gic-v3.c).
 * `used`: every address that something may answer to: RAM, reserved, registers, windows.
 */
struct model_address_map {
    struct aj_rangeset ram, intercepted, used;
};
void model_board_addresses(const struct model_board *board, struct aj_arena *out,
                           struct model_address_map *map);

/* SPIs that no device of the board refers to, enabled or not: usable for virtual PCI interrupts.
 * Bit n of the set = INTID n. */
void model_board_free_spis(const struct model_board *board, struct aj_cpuset *intids);

#endif
