/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the families of rules (check_*.c) share: the system under judgement and the one way to record
 * that a rule is broken. All values come from files of others: any number may stand anywhere.
 */
#ifndef MODEL_CHECK_PRIV_H
#define MODEL_CHECK_PRIV_H

#include "base/ctx.h"
#include "model/check.h"
#include "model/check_rules_priv.h"

struct model_check {
    struct aj_ctx *cx;
    const struct model_board *board;        /* NULL: rules that compare are skipped */
    const struct model_rule_choice *choice; /* NULL: all rules as they are */
    const struct model_header *header;      /* NULL: cells alone */
    const struct model_cell *root;          /* NULL exactly when header is */
    const struct model_cell *const *cells;  /* root first if there is one, then the guests */
    size_t cells_count;
    size_t first_guest; /* index of the first guest in `cells` */
    uint32_t revision;  /* of the system, else of the first cell */
    uint8_t arch;       /* enum model_arch, or what the files say instead */
    bool arm;           /* arm or arm64 */
};

/* One function per family; each records what it finds and goes on. */
void model_check_headers(struct model_check *ck);
void model_check_sources(struct model_check *ck);
void model_check_hypervisor(struct model_check *ck);
void model_check_cpus(struct model_check *ck);
void model_check_regions(struct model_check *ck);
void model_check_overlaps(struct model_check *ck);
void model_check_windows(struct model_check *ck);
void model_check_starts(struct model_check *ck);
void model_check_gic(struct model_check *ck);
void model_check_ioapic(struct model_check *ck);
void model_check_pins(struct model_check *ck);
void model_check_links(struct model_check *ck);
void model_check_pci(struct model_check *ck);
void model_check_devices(struct model_check *ck);
void model_check_platform(struct model_check *ck);
void model_check_iommus(struct model_check *ck);
void model_check_x86(struct model_check *ck);
void model_check_caches(struct model_check *ck);
void model_check_board(struct model_check *ck);
void model_check_board_memory(struct model_check *ck);
void model_check_board_root(struct model_check *ck);
void model_check_board_irqs(struct model_check *ck);

/*
 * Records that `cell` (NULL: the system header) breaks a rule, with the rule's id and severity, the
 * file of the cell, and the consequence as a note.
 */
void model_check_broken(struct model_check *ck, enum model_rule_name name,
                        const struct model_cell *cell, const char *fmt, ...) AJ_PRINTF(4, 5);

/* The guest that has registers of the board's device alone, or NULL. */
const struct model_cell *model_check_owner(const struct model_check *ck,
                                           const struct model_device *device);
/* The region of a guest that Linux would be put into, or mem_regions_count: none, or not for Linux. */
size_t model_check_linux_ram(const struct model_cell *cell);
/* Too small for Linux, whatever its flags say: what inmates/lib does is what it does. */
bool model_check_is_bare(const struct model_cell *cell);

/* "00:1f.2"; in scratch memory. */
const char *model_check_bdf_text(struct model_check *ck, uint16_t bdf);
/* 'root cell "x"' or 'cell "x"'; in scratch memory. */
const char *model_check_cell_text(struct model_check *ck, const struct model_cell *cell);
/* 'cell "x" region 3 (RAM 0x10000000+0x8000000)'; in scratch memory. */
const char *model_check_region_text(struct model_check *ck, const struct model_cell *cell,
                                    size_t index);
/* "0x1000+0x200" */
const char *model_check_range_text(struct model_check *ck, struct aj_range range);

/* What a region is; none of these look at addresses but subpage. */
bool model_region_is_subpage(const struct model_memory *region); /* trapped, not mapped */
bool model_region_is_comm(const struct model_memory *region);
bool model_region_is_ram(const struct model_memory *region); /* executable, loadable or for DMA */
/* Sane, and not the root's while the guest runs: taken at creation, or at start like all loadable. */
bool model_region_is_taken(const struct model_memory *region);
/* Not empty, and both of its ranges end below 2^64: other rules may do arithmetic on it. */
bool model_region_is_sane(const struct model_memory *region);
struct aj_range model_region_phys(const struct model_memory *region);
struct aj_range model_region_virt(const struct model_memory *region);

/* Bit b of word w = INTID 32*w + b. */
struct model_intids {
    uint32_t word[32];
};
/* The INTIDs that the interrupt blocks of a cell grant, as the hypervisor adds them up. */
void model_check_intids(const struct model_check *ck, const struct model_cell *cell,
                        struct model_intids *intids);
bool model_intids_has(const struct model_intids *intids, uint32_t intid);
/* INTID of the pin of a virtual PCI device; may be anything beyond the GIC. */
uint64_t model_vpci_intid(const struct model_cell *cell, const struct model_pci_device *device);
bool model_is_ivshmem(const struct model_pci_device *device);
/* Highest CPU of the root cell + 1, 0 if there is none: the hypervisor's max_cpus. */
uint32_t model_check_max_cpus(const struct model_check *ck);
/* Pages of the root's Linux: the board's, or without one what its virtual devices are made for. */
aj_size model_check_root_page(const struct model_check *ck);
/* Bytes of the file or of the part of it that describes this cell. */
uint64_t model_cell_bytes(const struct model_cell *cell);

/* A range with the cell and region it comes from. */
struct model_span {
    aj_addr first, last; /* inclusive: a range may end at 2^64 */
    size_t group;        /* ranges of the same group may overlap */
    size_t cell, region; /* indices */
    bool shared;         /* overlap with another shared span is meant */
};
/*
 * Sorts spans and calls `report` for each span that overlaps an earlier one of another group unless
 * both are shared; once per span, so that n spans give at most n reports.
 */
typedef void model_span_report(struct model_check *ck, const struct model_span *a,
                               const struct model_span *b);
void model_spans_overlaps(struct model_check *ck, struct model_span *spans, size_t count,
                          model_span_report *report);

#endif
