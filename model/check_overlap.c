/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of regions against each other: within a cell, between guests, of guests against the root. */
#include "base/rangeset.h"
#include "model/check_priv.h"

static struct model_span span_of(struct aj_range range, size_t cell, size_t region)
{
    return (struct model_span){
        .first = range.base, .last = aj_range_last(range), .cell = cell, .region = region};
}

static void report_pair(struct model_check *ck, enum model_rule_name name,
                        const struct model_span *a, const struct model_span *b)
{
    model_check_broken(ck, name, ck->cells[b->cell], "%s overlaps %s",
                       model_check_region_text(ck, ck->cells[b->cell], b->region),
                       model_check_region_text(ck, ck->cells[a->cell], a->region));
    aj_diag_path(ck->cx, "mem_regions[%zu]", b->region);
}

static const struct model_memory *region_at(const struct model_check *ck,
                                            const struct model_span *span)
{
    return &ck->cells[span->cell]->mem_regions[span->region];
}

/* The later one of two leaves everything as the first has it, or allows more. */
static bool repeats(const struct model_check *ck, const struct model_span *a,
                    const struct model_span *b)
{
    const struct model_memory *first = region_at(ck, a->region < b->region ? a : b);
    const struct model_memory *later = region_at(ck, a->region < b->region ? b : a);
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    const uint64_t owner = JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_LOADABLE;
    const bool root = ck->cells[a->cell] == ck->root;
    const uint64_t kept = JAILHOUSE_MEM_IO | (root ? 0 : owner) |
                          (ck->arm ? 0 : JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA);
    return first->virt_start - first->phys_start == later->virt_start - later->phys_start &&
           !model_region_is_subpage(first) && !model_region_is_subpage(later) &&
           ((first->flags ^ later->flags) & kept) == 0 &&
           (first->flags & access & ~later->flags) == 0;
}

static void report_virtual(struct model_check *ck, const struct model_span *a,
                           const struct model_span *b)
{
    const bool a_comm = model_region_is_comm(region_at(ck, a));
    const bool b_comm = model_region_is_comm(region_at(ck, b));
    if (a_comm && b_comm)
        return; /* two of them are wrong wherever they are */
    if (a_comm || b_comm)
        report_pair(ck, MODEL_RULE_COM_5, a, b);
    else
        report_pair(ck, repeats(ck, a, b) ? MODEL_RULE_MEM_22 : MODEL_RULE_MEM_3, a, b);
}

static void report_alias(struct model_check *ck, const struct model_span *a,
                         const struct model_span *b)
{
    /* Regions that overlap in both spaces were reported as such. */
    if (!aj_range_overlap(model_region_virt(region_at(ck, a)), model_region_virt(region_at(ck, b))))
        report_pair(ck, MODEL_RULE_MEM_4, a, b);
}

static void report_guests(struct model_check *ck, const struct model_span *a,
                          const struct model_span *b)
{
    report_pair(ck, MODEL_RULE_MEM_6, a, b);
}

/* Every region is a group of its own: any overlap counts. */
static void judge_cell(struct model_check *ck, size_t c)
{
    const struct model_cell *cell = ck->cells[c];
    struct model_span *spans =
        AJ_NEW_ARRAY(ck->cx->scratch, struct model_span, cell->mem_regions_count);
    size_t count = 0;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        if (!model_region_is_sane(&cell->mem_regions[i]))
            continue;
        spans[count] = span_of(model_region_virt(&cell->mem_regions[i]), c, i);
        spans[count++].group = i;
    }
    model_spans_overlaps(ck, spans, count, report_virtual);
    count = 0;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (!model_region_is_sane(region) || model_region_is_comm(region))
            continue;
        spans[count] = span_of(model_region_phys(region), c, i);
        spans[count++].group = i;
    }
    model_spans_overlaps(ck, spans, count, report_alias);
}

static void judge_between_guests(struct model_check *ck)
{
    size_t total = 0;
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        total += ck->cells[c]->mem_regions_count;
    struct model_span *spans = AJ_NEW_ARRAY(ck->cx->scratch, struct model_span, total);
    size_t count = 0;
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->mem_regions_count; i++) {
            const struct model_memory *region = &ck->cells[c]->mem_regions[i];
            if (!model_region_is_sane(region) || model_region_is_comm(region))
                continue;
            spans[count] = span_of(model_region_phys(region), c, i);
            spans[count].group = c;
            spans[count++].shared = (region->flags & JAILHOUSE_MEM_ROOTSHARED) != 0;
        }
    }
    model_spans_overlaps(ck, spans, count, report_guests);
}

/* What the root cell maps, once all of it and once what it may read and write. */
struct coverage {
    struct aj_rangeset any, writable;
};

static void cover(struct model_check *ck, struct coverage *coverage)
{
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    for (size_t i = 0; i < ck->root->mem_regions_count; i++) {
        const struct model_memory *region = &ck->root->mem_regions[i];
        if (!model_region_is_sane(region) || model_region_is_comm(region) ||
            model_region_is_subpage(region))
            continue;
        aj_rangeset_add(ck->cx->scratch, &coverage->any, model_region_phys(region));
        if ((region->flags & access) == access)
            aj_rangeset_add(ck->cx->scratch, &coverage->writable, model_region_phys(region));
    }
}

/* A small region that the root traps as well and loses. */
static void judge_taken(struct model_check *ck, size_t c, size_t i)
{
    const struct model_cell *cell = ck->cells[c];
    const struct aj_range range = model_region_phys(&cell->mem_regions[i]);
    const char *text = model_check_region_text(ck, cell, i);
    model_check_broken(ck, MODEL_RULE_SUB_7, cell, "%s is taken from %s", text,
                       model_check_cell_text(ck, ck->root));
    aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    const aj_addr first = range.base / AJ_PAGE, last = aj_range_last(range) / AJ_PAGE;
    for (size_t n = 0; n < ck->root->mem_regions_count; n++) {
        const struct model_memory *other = &ck->root->mem_regions[n];
        if (!model_region_is_sane(other) || other->phys_start == range.base ||
            other->phys_start / AJ_PAGE > last ||
            aj_range_last(model_region_phys(other)) / AJ_PAGE < first)
            continue;
        model_check_broken(ck, MODEL_RULE_SUB_8, cell, "%s is in one page with %s", text,
                           model_check_region_text(ck, ck->root, n));
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        return;
    }
}

/*
 * A small region that is taken from the root: the root must trap exactly the same. `small` are the
 * root's small regions in file order.
 */
static void judge_small(struct model_check *ck, size_t c, size_t i, const struct coverage *coverage,
                        const struct aj_rangeset *small)
{
    const struct model_cell *cell = ck->cells[c];
    const struct aj_range range = model_region_phys(&cell->mem_regions[i]);
    const char *text = model_check_region_text(ck, cell, i);
    bool same = false;
    for (size_t n = 0; n < small->count && !same; n++)
        same = small->items[n].base == range.base && small->items[n].size == range.size;
    if (same) {
        judge_taken(ck, c, i);
        return;
    }
    for (size_t n = 0; n < small->count; n++) {
        if (!aj_range_contains(small->items[n], range))
            continue;
        model_check_broken(ck, MODEL_RULE_SUB_6, cell, "%s is part of a small region %s of %s",
                           text, model_check_range_text(ck, small->items[n]),
                           model_check_cell_text(ck, ck->root));
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        return;
    }
    if (aj_rangeset_overlaps(&coverage->any, range))
        model_check_broken(ck, MODEL_RULE_SUB_5, cell, "%s is mapped as a whole page in %s", text,
                           model_check_cell_text(ck, ck->root));
    else
        model_check_broken(ck, MODEL_RULE_MEM_8, cell, "%s is not in %s", text,
                           model_check_cell_text(ck, ck->root));
    aj_diag_path(ck->cx, "mem_regions[%zu]", i);
}

static void judge_against_root(struct model_check *ck, size_t c, const struct coverage *coverage,
                               const struct aj_rangeset *small)
{
    const struct model_cell *cell = ck->cells[c];
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        const bool loadable = (region->flags & JAILHOUSE_MEM_LOADABLE) != 0;
        if (!model_region_is_sane(region) || model_region_is_comm(region))
            continue;
        if (!loadable && (region->flags & JAILHOUSE_MEM_ROOTSHARED) != 0)
            continue;
        if (model_region_is_subpage(region) && !model_region_is_ram(region)) {
            judge_small(ck, c, i, coverage, small);
            continue;
        }
        const struct aj_rangeset *wanted = loadable ? &coverage->writable : &coverage->any;
        if (aj_rangeset_covers(wanted, model_region_phys(region)))
            continue;
        model_check_broken(
            ck, loadable ? MODEL_RULE_MEM_9 : MODEL_RULE_MEM_8, cell,
            "%s is not covered by %s regions of %s", model_check_region_text(ck, cell, i),
            loadable ? "readable and writable" : "the", model_check_cell_text(ck, ck->root));
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    }
}

void model_check_overlaps(struct model_check *ck)
{
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_cell(ck, c);
    judge_between_guests(ck);
    if (ck->root == NULL)
        return;
    struct coverage coverage = {{0}, {0}};
    struct aj_rangeset small = {0}; /* not a set: regions of the root as they stand */
    cover(ck, &coverage);
    for (size_t i = 0; i < ck->root->mem_regions_count; i++) {
        const struct model_memory *region = &ck->root->mem_regions[i];
        if (model_region_is_sane(region) && model_region_is_subpage(region))
            AJ_PUSH(ck->cx->scratch, &small, model_region_phys(region));
    }
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_against_root(ck, c, &coverage, &small);
}
