/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/random_pages.h"

/* Pages: as many as the oracle can have where few places are aligned, fewer where it tries them all. */
#define BANK_MOST 64u
#define BANK_FEW  40u

static bool chance(struct random *r, uint32_t percent)
{
    return random_below(r, 100) < percent;
}

static aj_size any_page(struct random *r)
{
    return AJ_PAGE << 2 * random_below(r, 3);
}

/* Each bank becomes larger, and those above it move up. */
static void widen_banks(struct aj_arena *arena, struct random *r, struct model_board *board,
                        uint32_t most)
{
    struct model_region *regions =
        aj_memdup(arena, board->memory_regions, board->memory_regions_count * sizeof *regions);
    aj_size moved = 0;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        struct model_region *bank = &regions[i];
        if (bank->type != MODEL_REGION_RAM)
            continue;
        const uint32_t room = most - (uint32_t)(bank->size / AJ_PAGE);
        const aj_size more = (room / 2 + random_below(r, room / 2)) * AJ_PAGE;
        bank->phys_start += moved;
        bank->virt_start += moved;
        bank->size += more;
        moved += more;
    }
    board->memory_regions = regions;
}

/* A region whose alignment follows from its size, at whatever page its guest sees it. */
static void widen_region(struct aj_arena *arena, struct random *r, struct model_cell_request *guest)
{
    struct model_mem_request *regions =
        aj_memdup(arena, guest->mem_regions, guest->mem_regions_count * sizeof *regions);
    struct model_mem_request *m = &regions[random_below(r, (uint32_t)guest->mem_regions_count)];
    m->size = AJ_KIB(64) + random_below(r, 4) * AJ_PAGE;
    m->alignment = AJ_NONE64;
    if (chance(r, 75))
        m->virt_start = AJ_MIB(48) + random_below(r, 20) * AJ_PAGE;
    guest->mem_regions = regions;
}

void random_pages(struct aj_arena *arena, struct random *r, struct model_board *board,
                  struct model_requirements *req, struct model_cell_request *guests)
{
    const bool large = chance(r, 30) && board->arch != MODEL_ARCH_X86, wide = chance(r, 25);
    board->kernel.page_size = large ? any_page(r) : AJ_PAGE;
    req->root.page_size = AJ_NONE64;
    for (size_t i = 0; i < req->guests_count; i++)
        guests[i].page_size = large && chance(r, 50) ? any_page(r) : AJ_NONE64;
    bool widened = false;
    for (size_t i = 0; i < req->guests_count; i++) {
        if (!wide || !chance(r, 60))
            continue;
        widen_region(arena, r, &guests[i]);
        widened = true;
    }
    if (large || widened)
        widen_banks(arena, r, board, board->kernel.page_size > AJ_PAGE ? BANK_MOST : BANK_FEW);
    struct model_link_request *links =
        aj_memdup(arena, req->links, req->links_count * sizeof *links);
    for (size_t i = 0; i < req->links_count; i++)
        if (large && chance(r, 70))
            links[i].size *= board->kernel.page_size / AJ_PAGE;
    req->links = links;
}
