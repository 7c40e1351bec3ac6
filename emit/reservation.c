/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the root's Linux must keep its hands off, and how its kernel is told.
 */
#include "emit/emit.h"

#include "base/rangeset.h"
#include "emit/settings.h"

static bool is_ram_kind(uint8_t kind)
{
    switch ((enum model_mem_kind)kind) {
    case MODEL_MEM_HYPERVISOR:
    case MODEL_MEM_RAM:
    case MODEL_MEM_LOADER:
    case MODEL_MEM_LINK: return true;
    case MODEL_MEM_PCI: return false;
    }
    return false;
}

/* The board's RAM banks, whatever is reserved in them. */
static void ram_banks(const struct model_board *board, struct aj_arena *arena,
                      struct aj_rangeset *banks)
{
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *r = &board->memory_regions[i];
        if (r->type == MODEL_REGION_RAM)
            aj_rangeset_add(arena, banks, (struct aj_range){r->phys_start, r->size});
    }
}

static aj_size total_below(const struct aj_rangeset *set, aj_addr end)
{
    aj_size total = 0;
    for (size_t i = 0; i < set->count && set->items[i].base < end; i++) {
        const struct aj_range r = set->items[i];
        total += end - r.base < r.size ? end - r.base : r.size;
    }
    return total;
}

/* memmap=SIZE$START takes ranges out wherever they are; and Jailhouse wants the IOMMU for itself. */
static const char *memmap_argument(const struct model_board *board,
                                   const struct aj_rangeset *reserved, struct aj_arena *out)
{
    struct aj_buf text = {NULL, 0, 0};
    for (size_t i = 0; i < reserved->count; i++)
        aj_buf_addf(&text, "%s%lluK$0x%llx", i == 0 ? "memmap=" : ",",
                    (unsigned long long)(reserved->items[i].size / AJ_KIB(1)),
                    (unsigned long long)reserved->items[i].base);
    if (board->iommu_count > 0)
        aj_buf_adds(&text, strcmp(board->iommu[0].type, "amd") == 0 ? " amd_iommu=off"
                                                                    : " intel_iommu=off");
    const char *copy = aj_strdup(out, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

/*
 * mem= of arm and arm64 caps the amount of RAM, counted from the lowest bank up, so it can express a
 * reservation exactly when that is the whole upper end of the RAM (arch/arm64/mm/init.c:
 * arm64_memblock_init). RAM above the lowest reserved byte that no range needs would be lost to the
 * root; up to one 2 MiB block of alignment waste is taken.
 */
static const char *mem_argument(const struct model_board *board, const struct aj_rangeset *reserved,
                                struct aj_arena *out)
{
    struct aj_rangeset banks = {NULL, 0, 0};
    ram_banks(board, out, &banks);
    if (reserved->count == 0 || banks.count == 0)
        return NULL;
    if (board->arch == MODEL_ARCH_X86)
        return memmap_argument(board, reserved, out);
    const aj_addr cut = reserved->items[0].base;
    const aj_size keep = total_below(&banks, cut);
    struct aj_rangeset lost = {NULL, 0, 0};
    aj_rangeset_add_all(out, &lost, &banks);
    aj_rangeset_sub_all(out, &lost, reserved);
    const aj_size wasted = total_below(&lost, AJ_NONE64) - total_below(&lost, cut);
    if (keep == 0 || wasted > AJ_MIB(2))
        return NULL;
    if (keep % AJ_MIB(1) == 0)
        return aj_strf(out, "mem=%lluM", (unsigned long long)(keep / AJ_MIB(1)));
    return aj_strf(out, "mem=%lluK", (unsigned long long)(keep / AJ_KIB(1)));
}

void emit_reservation(const struct model_board *board, const struct model_plan *plan,
                      struct aj_arena *out, struct emit_reservation *reservation)
{
    struct aj_rangeset reserved = {NULL, 0, 0};
    struct aj_rangeset banks = {NULL, 0, 0};
    ram_banks(board, out, &banks);
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *m = &plan->memory[i];
        const struct aj_range range = {m->phys_start, m->size};
        if (is_ram_kind(m->kind) && aj_rangeset_overlaps(&banks, range))
            aj_rangeset_add(out, &reserved, range);
    }
    aj_rangeset_round_to_pages(out, &reserved);
    *reservation = (struct emit_reservation){
        .ranges = reserved.items,
        .ranges_count = reserved.count,
        .bootargs = emit_settings_join(mem_argument(board, &reserved, out),
                                       emit_settings_arguments(board, plan, "root", out), out),
    };
}

/* A dollar sign is read by the shell of update-grub and by GRUB itself before the kernel sees it. */
void emit_reservation_grub(const struct emit_reservation *reservation, struct aj_buf *to)
{
    aj_buf_adds(to, "# For /etc/default/grub.d; then run update-grub. Made by autojail.\n"
                    "GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX ");
    for (const char *at = reservation->bootargs == NULL ? "" : reservation->bootargs; *at != '\0';
         at++) {
        if (*at == '$')
            aj_buf_adds(to, "\\\\\\");
        else if (*at == '"' || *at == '\\' || *at == '`')
            aj_buf_adds(to, "\\");
        aj_buf_addf(to, "%c", *at);
    }
    aj_buf_adds(to, "\"\n");
}
