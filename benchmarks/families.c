/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/families.h"

/* Their order is that of the tables; names stand in expected.csv. */
// clang-format off
static const struct bench_shape families[] = {
    {.name = "8x2/4", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2},
    {.name = "16x2/6", .packages = 1, .blocks = 16, .width = 2, .cells = 6, .regions = 5, .intervals = 2},
    {.name = "16x4/8", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2},
    {.name = "32x4/8", .packages = 1, .blocks = 32, .width = 4, .cells = 8, .regions = 7, .intervals = 2},
    {.name = "2*8x4/8", .packages = 2, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2},
    {.name = "64 regions", .packages = 1, .blocks = 4, .width = 2, .cells = 5, .regions = 64, .intervals = 24,
     .links = 2},
    {.name = "200 devices", .packages = 1, .blocks = 4, .width = 4, .cells = 5, .regions = 4, .intervals = 2,
     .devices = 200, .lines = 400, .links = 4},
    {.name = "16x4/8 too many", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .fit = BENCH_NO_CPU},
    {.name = "16x4/8 loose", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .fit = BENCH_LOOSE},
    {.name = "8x4/6 threads", .packages = 1, .blocks = 8, .width = 4, .threads = 2, .cells = 6, .regions = 5,
     .intervals = 2},
    {.name = "8x4/5 wishes", .packages = 1, .blocks = 8, .width = 4, .cells = 5, .regions = 4, .intervals = 2,
     .wishes = true},
    {.name = "8x4/5 odd wishes", .packages = 1, .blocks = 8, .width = 4, .cells = 5, .regions = 4, .intervals = 2,
     .fit = BENCH_ODD, .wishes = true},
    {.name = "16x4/6 lines", .packages = 1, .blocks = 16, .width = 4, .cells = 6, .regions = 5, .intervals = 2,
     .lines = 40},
    {.name = "16 links", .packages = 1, .blocks = 4, .width = 4, .cells = 6, .regions = 5, .intervals = 3,
     .links = 16},
    {.name = "16 regions tight", .packages = 1, .blocks = 4, .width = 2, .cells = 4, .regions = 16, .intervals = 4,
     .fit = BENCH_TIGHT},
    {.name = "32 regions no room", .packages = 1, .blocks = 4, .width = 2, .cells = 5, .regions = 32, .intervals = 6,
     .fit = BENCH_NO_ROOM},
    {.name = "mixed", .packages = 1, .blocks = 8, .width = 4, .cells = 6, .regions = 15, .intervals = 4,
     .devices = 20, .lines = 60, .links = 6, .wishes = true},
    {.name = "16x4/8 earlier", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .asks = BENCH_ASKS_EARLIER},
    {.name = "16x4/8 earlier lines", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7,
     .intervals = 2, .lines = 20, .asks = BENCH_ASKS_EARLIER_LINES},
    {.name = "64 regions earlier", .packages = 1, .blocks = 4, .width = 2, .cells = 5, .regions = 64,
     .intervals = 24, .links = 2, .asks = BENCH_ASKS_EARLIER},
    {.name = "16x4/8 priced", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .asks = BENCH_ASKS_PRICES},
    {.name = "16x4/8 joint", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .asks = BENCH_ASKS_JOINT},
    {.name = "16x4/8 routes", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .lines = 20, .asks = BENCH_ASKS_ROUTES},
    {.name = "8x2/4 earlier", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 6, .intervals = 3,
     .asks = BENCH_ASKS_EARLIER},
    {.name = "8x2/4 earlier lines", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .lines = 6, .asks = BENCH_ASKS_EARLIER_LINES},
    {.name = "8x2/4 priced", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .asks = BENCH_ASKS_PRICES},
    {.name = "8x2/4 joint", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .asks = BENCH_ASKS_JOINT},
    {.name = "8x2/4 routes", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .lines = 12, .asks = BENCH_ASKS_ROUTES},
    {.name = "8x2/4 picks", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .devices = 10, .lines = 20, .asks = BENCH_ASKS_PICKS},
    {.name = "16x4/8 picks", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .devices = 12, .lines = 24, .asks = BENCH_ASKS_PICKS},
    {.name = "16x4/8 bounds", .packages = 1, .blocks = 16, .width = 4, .cells = 8, .regions = 7, .intervals = 2,
     .asks = BENCH_ASKS_BOUNDS},
    {.name = "8x2/4 bounds", .packages = 1, .blocks = 8, .width = 2, .cells = 4, .regions = 3, .intervals = 2,
     .asks = BENCH_ASKS_BOUNDS},
    {.name = "16x4/12", .packages = 1, .blocks = 16, .width = 4, .cells = 12, .regions = 11, .intervals = 2},
};
// clang-format on

const struct bench_shape *bench_families(size_t *count)
{
    *count = AJ_COUNT(families);
    return families;
}

const struct bench_shape *bench_family(const char *name)
{
    for (size_t i = 0; i < AJ_COUNT(families); i++)
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    return NULL;
}

const char *bench_slug(struct aj_arena *arena, const char *name)
{
    char *slug = aj_strdup(arena, name);
    for (char *c = slug; *c != 0; c++)
        *c = *c == '/' || *c == ' ' || *c == '*' ? '_' : *c;
    return slug;
}

#define CPUS(n)                                                                                 \
    {                                                                                           \
        .name = "CPUs", .packages = 1, .blocks = (n) / 4, .width = 4, .cells = 8, .regions = 7, \
        .intervals = 2                                                                          \
    }
#define REGIONS(n)                                                                             \
    {                                                                                          \
        .name = "regions", .packages = 1, .blocks = 4, .width = 2, .cells = 5, .regions = (n), \
        .intervals = (n) / 4, .links = 2                                                       \
    }
#define DEVICES(n)                                                                       \
    {                                                                                    \
        .name = "groups of devices", .packages = 1, .blocks = 4, .width = 4, .cells = 5, \
        .regions = 4, .intervals = 2, .devices = (n), .lines = 2 * (n), .links = 4       \
    }

#define LINKS(n)                                                                           \
    {                                                                                      \
        .name = "links", .packages = 1, .blocks = 4, .width = 4, .cells = 6, .regions = 5, \
        .intervals = 3, .links = (n)                                                       \
    }

static const struct bench_ladder ladders[] = {
    {"CPUs", {16, 32, 64, 128, 256}, {CPUS(16), CPUS(32), CPUS(64), CPUS(128), CPUS(256)}},
    {"regions",
     {8, 16, 32, 64, 128},
     {REGIONS(8), REGIONS(16), REGIONS(32), REGIONS(64), REGIONS(128)}},
    {"groups of devices",
     {25, 50, 100, 200, 400},
     {DEVICES(25), DEVICES(50), DEVICES(100), DEVICES(200), DEVICES(400)}},
    {"links", {1, 2, 4, 8, 16}, {LINKS(1), LINKS(2), LINKS(4), LINKS(8), LINKS(16)}},
};

const struct bench_ladder *bench_ladders(size_t *count)
{
    *count = AJ_COUNT(ladders);
    return ladders;
}
