/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

static void ways(struct model_cell *cell, struct cell_parts *parts, uint32_t start, uint32_t size)
{
    parts->caches[0] = (struct model_cache_region){start, size, 3, 0, 0};
    cell->cache_regions_count = 1;
}

static void second(struct sys *s)
{
    struct model_cell *cell = sys_clone_guest(s, 0, "second", 3);
    cell->console.type = 0;
    cell->pio_regions_count = 0;
    s->guest_parts[1].mem[X86_RAM].phys_start -= 0x100000;
}

BREAKS(cat_1_type)
{
    ways(&s->guest[0], &s->guest_parts[0], 0, 2);
    s->guest_parts[0].caches[0].type = 1;
}
HOLDS(cat_1_type)
{
    ways(&s->guest[0], &s->guest_parts[0], 30, 2);
}
BREAKS(cat_1_end)
{
    ways(&s->guest[0], &s->guest_parts[0], 30, 3);
}
BREAKS(cat_2)
{
    ways(&s->root, &s->root_parts, 0, 4);
    ways(&s->guest[0], &s->guest_parts[0], 0, 4);
}
HOLDS(cat_2)
{
    ways(&s->root, &s->root_parts, 0, 5);
    ways(&s->guest[0], &s->guest_parts[0], 0, 4);
}
/* The lower half is given up first, and taken back when the upper is gone. */
HOLDS(cat_2_freed)
{
    second(s);
    ways(&s->root, &s->root_parts, 0, 8);
    ways(&s->guest[0], &s->guest_parts[0], 2, 4);
    ways(&s->guest[1], &s->guest_parts[1], 6, 2);
}
BREAKS(cat_2_shared)
{
    cat_2_breaks(s);
    s->root_parts.caches[0].flags = 1;
}
HOLDS(cat_2_shared)
{
    cat_2_breaks(s);
    s->guest_parts[0].caches[0].flags = 1;
}

/* `count` guests that share nothing but ways. */
static void many(struct sys *s, size_t count)
{
    static struct model_cell cells[16];
    s->without_board = true;
    ways(&s->guest[0], &s->guest_parts[0], 0, 2);
    for (size_t i = 0; i < count; i++)
        cells[i] = s->guest[0];
    s->system.cells = cells;
    s->system.cells_count = count;
}
BREAKS(cat_3)
{
    many(s, 16);
}
HOLDS(cat_3)
{
    many(s, 15);
}
BREAKS(cat_4)
{
    ways(&s->guest[0], &s->guest_parts[0], 0, 1);
}
HOLDS(cat_4)
{
    ways(&s->guest[0], &s->guest_parts[0], 0, 2);
}
BREAKS(cat_5)
{
    ways(&s->guest[0], &s->guest_parts[0], 0, 2);
}
HOLDS(cat_5)
{
    s->guest_parts[0].caches[0].size = 2;
}
BREAKS(cat_6)
{
    second(s);
    ways(&s->guest[0], &s->guest_parts[0], 0, 3);
    ways(&s->guest[1], &s->guest_parts[1], 2, 2);
}
HOLDS(cat_6)
{
    second(s);
    ways(&s->guest[0], &s->guest_parts[0], 0, 2);
    ways(&s->guest[1], &s->guest_parts[1], 2, 2);
}

const struct rule_case cases_cache[] = {
    CASE(cat_1_type, "cat-1", sys_x86, cat_1_type),
    CASE(cat_1_end, "cat-1", sys_x86, cat_1_type),
    CASE(cat_2, "cat-2", sys_x86, cat_2),
    CASE(cat_2, "cat-2", sys_x86, cat_2_freed),
    CASE(cat_2_shared, "cat-2", sys_x86, cat_2_shared),
    CASE_ALSO(cat_3, "cat-3", sys_x86, cat_3, "*"),
    CASE(cat_4, "cat-4", sys_x86, cat_4),
    CASE(cat_5, "cat-5", sys_arm64, cat_5),
    CASE(cat_6, "cat-6", sys_x86, cat_6),
    {NULL, NULL, NULL, NULL, NULL},
};
