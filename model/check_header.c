/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of headers: revision, architecture, names, ids, unused bits, sizes. */
#include "model/check_priv.h"

#define REVISION_FIRST 9
#define REVISION_ARCH  14 /* from here on a cell file says its architecture */
#define REVISION_LAST  14

#define KNOWN_MEM_FLAGS                                                                     \
    (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | \
     JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_LOADABLE |                \
     JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_NO_HUGEPAGES | JAILHOUSE_MEM_IO_UNALIGNED |   \
     JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16 | JAILHOUSE_MEM_IO_32 | JAILHOUSE_MEM_IO_64)
#define KNOWN_CELL_FLAGS                                                                    \
    (JAILHOUSE_CELL_PASSIVE_COMMREG | JAILHOUSE_CELL_TEST_DEVICE | JAILHOUSE_CELL_AARCH32 | \
     JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED | JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE)

/* Length of the UTF-8 sequence at `s` if it is valid and printable, else 0. */
static size_t printable(const unsigned char *s)
{
    if (s[0] < 0x80)
        return s[0] >= 0x20 && s[0] != 0x7f ? 1 : 0;
    const size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0;
    uint32_t code = s[0] & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        code = (code << 6) | (s[i] & 0x3fu);
    }
    const uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code >= least && code <= 0x10ffff && !surrogate && code >= 0xa0 ? length : 0;
}

static bool is_number(const char *name)
{
    return name[0] != '\0' && name[strspn(name, "0123456789")] == '\0';
}

static void judge_name(struct model_check *ck, const struct model_cell *cell)
{
    const char *name = cell->name == NULL ? "" : cell->name;
    const size_t length = strlen(name);
    if (length == 0) {
        model_check_broken(ck, MODEL_RULE_HDR_7, cell, "a cell has no name");
    } else if (length > JAILHOUSE_CELL_NAME_MAXLEN) {
        model_check_broken(ck, MODEL_RULE_HDR_7, cell, "%s: the name has %zu bytes",
                           model_check_cell_text(ck, cell), length);
    } else {
        size_t at = 0;
        size_t step = 1;
        while (at < length && step > 0) {
            step = printable((const unsigned char *)name + at);
            at += step;
        }
        if (step == 0)
            model_check_broken(ck, MODEL_RULE_HDR_7, cell,
                               "%s: byte %zu of the name is not printable UTF-8",
                               model_check_cell_text(ck, cell), at);
    }
    if (is_number(name))
        model_check_broken(ck, MODEL_RULE_HDR_9, cell, "%s: the name is a number",
                           model_check_cell_text(ck, cell));
}

static int compare_names(const void *pa, const void *pb)
{
    const struct model_cell *a = *(const struct model_cell *const *)pa;
    const struct model_cell *b = *(const struct model_cell *const *)pb;
    const int order = strcmp(a->name == NULL ? "" : a->name, b->name == NULL ? "" : b->name);
    return order != 0 ? order : (a > b) - (a < b);
}

static void judge_names_unique(struct model_check *ck)
{
    const struct model_cell **sorted =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_cell *, ck->cells_count);
    for (size_t i = 0; i < ck->cells_count; i++)
        sorted[i] = ck->cells[i];
    if (ck->cells_count > 0)
        qsort(sorted, ck->cells_count, sizeof *sorted, compare_names);
    for (size_t i = 1; i < ck->cells_count; i++) {
        const char *a = sorted[i - 1]->name;
        const char *b = sorted[i]->name;
        if (a != NULL && b != NULL && strcmp(a, b) == 0)
            model_check_broken(ck, MODEL_RULE_HDR_8, sorted[i], "two cells have the name \"%s\"",
                               b);
    }
}

static void judge_revision(struct model_check *ck)
{
    if (ck->header != NULL &&
        (ck->header->revision < REVISION_FIRST || ck->header->revision > REVISION_LAST))
        model_check_broken(ck, MODEL_RULE_HDR_2, NULL, "the system has revision %u",
                           ck->header->revision);
    const uint32_t wanted = ck->header != NULL    ? ck->header->revision
                            : ck->cells_count > 0 ? ck->cells[0]->revision
                                                  : 0;
    for (size_t i = ck->first_guest; i < ck->cells_count; i++) {
        const struct model_cell *cell = ck->cells[i];
        if (cell->revision != wanted)
            model_check_broken(ck, MODEL_RULE_HDR_2, cell, "%s has revision %u, %s %u",
                               model_check_cell_text(ck, cell), cell->revision,
                               ck->header != NULL ? "the system" : "another cell", wanted);
        else if (ck->header == NULL && (wanted < REVISION_FIRST || wanted > REVISION_LAST))
            model_check_broken(ck, MODEL_RULE_HDR_2, cell, "%s has revision %u",
                               model_check_cell_text(ck, cell), cell->revision);
    }
}

static const char *arch_text(uint8_t arch)
{
    const char *name = aj_name_of(model_arch_names, arch);
    return name == NULL ? "unknown" : name;
}

static void judge_architecture(struct model_check *ck)
{
    if (ck->header != NULL && ck->header->architecture > MODEL_ARCH_ARM64)
        model_check_broken(ck, MODEL_RULE_HDR_3, NULL, "the system is for architecture %u",
                           ck->header->architecture);
    else if (ck->header != NULL && ck->board != NULL && ck->arch != ck->board->arch)
        model_check_broken(ck, MODEL_RULE_HDR_3, NULL, "the system is for %s, the board is %s",
                           arch_text(ck->arch), arch_text(ck->board->arch));
    for (size_t i = ck->first_guest; i < ck->cells_count; i++) {
        const struct model_cell *cell = ck->cells[i];
        if (cell->revision >= REVISION_ARCH && cell->architecture != ck->arch)
            model_check_broken(ck, MODEL_RULE_HDR_3, cell, "%s is for %s (%u), the others for %s",
                               model_check_cell_text(ck, cell), arch_text(cell->architecture),
                               cell->architecture, arch_text(ck->arch));
    }
}

/* Bits that mean nothing, one finding per cell and kind. */
static void judge_unused(struct model_check *ck, const struct model_cell *cell)
{
    const char *who = model_check_cell_text(ck, cell);
    if ((cell->flags & ~KNOWN_CELL_FLAGS) != 0)
        model_check_broken(ck, MODEL_RULE_HDR_11, cell, "%s: unknown flags 0x%x", who,
                           cell->flags & ~KNOWN_CELL_FLAGS);
    if (cell->name_tail_used)
        model_check_broken(ck, MODEL_RULE_HDR_11, cell, "%s: bytes behind the end of the name",
                           who);
    if (cell != ck->root && cell->id != 0)
        model_check_broken(ck, MODEL_RULE_HDR_11, cell, "%s: id %u, which the driver replaces", who,
                           cell->id);
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const uint64_t unknown = cell->mem_regions[i].flags & ~(uint64_t)KNOWN_MEM_FLAGS;
        if (unknown == 0)
            continue;
        model_check_broken(ck, MODEL_RULE_HDR_11, cell, "%s: unknown flags 0x%llx",
                           model_check_region_text(ck, cell, i), (unsigned long long)unknown);
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    }
    for (size_t i = 0; i < cell->cache_regions_count; i++) {
        if (cell->cache_regions[i].padding != 0)
            model_check_broken(ck, MODEL_RULE_HDR_11, cell, "%s: padding in cache region %zu", who,
                               i);
    }
}

static void judge_header_unused(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    if ((h->flags & ~JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE) != 0)
        model_check_broken(ck, MODEL_RULE_HDR_11, NULL, "unknown system flags 0x%x", h->flags);
    if (h->arm_padding[0] != 0 || h->arm_padding[1] != 0 || h->x86_padding != 0)
        model_check_broken(ck, MODEL_RULE_HDR_11, NULL, "padding of the platform is not zero");
}

void model_check_headers(struct model_check *ck)
{
    judge_revision(ck);
    judge_architecture(ck);
    judge_names_unique(ck);
    if (ck->header != NULL)
        judge_header_unused(ck);
    if (ck->root != NULL && ck->root->id != 0)
        model_check_broken(ck, MODEL_RULE_HDR_10, ck->root, "%s has id %u",
                           model_check_cell_text(ck, ck->root), ck->root->id);
    for (size_t i = 0; i < ck->cells_count; i++) {
        const struct model_cell *cell = ck->cells[i];
        judge_name(ck, cell);
        judge_unused(ck, cell);
        if (cell == ck->root)
            continue;
        if (model_cell_bytes(cell) > JAILHOUSE_MAX_CONFIG_BYTES)
            model_check_broken(ck, MODEL_RULE_HDR_12, cell, "%s: the configuration has %llu bytes",
                               model_check_cell_text(ck, cell),
                               (unsigned long long)model_cell_bytes(cell));
        if (cell->mem_regions_count == 0)
            model_check_broken(ck, MODEL_RULE_HDR_13, cell, "%s has no memory region",
                               model_check_cell_text(ck, cell));
    }
}
