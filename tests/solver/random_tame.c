/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/random_tame.h"

#include "tests/solver/brute_constraints.h"

#define CPUS_MAX 8
#define TRIES    30

/* Each cell has a CPU, the others fall anywhere. */
static void divide(struct random *r, uint32_t cpus, uint32_t cells, uint32_t *owner)
{
    const uint32_t first = random_below(r, cpus);
    for (uint32_t k = 0; k < cpus; k++)
        owner[(first + k) % cpus] = k < cells ? k : random_below(r, cells);
}

static bool alone(const struct model_board *board, const uint32_t *owner, uint32_t cell,
                  uint8_t level)
{
    for (uint32_t k = 0; k < board->cpus_count; k++)
        for (uint32_t o = 0; o < board->cpus_count; o++)
            if (owner[k] == cell && owner[o] != cell &&
                brute_same_domain(&board->cpus[k], &board->cpus[o], level))
                return false;
    return true;
}

static bool together(const struct model_board *board, const uint32_t *owner, uint32_t cell,
                     uint8_t level)
{
    for (uint32_t k = 0; k < board->cpus_count; k++)
        for (uint32_t o = 0; o < k; o++)
            if (owner[k] == cell && owner[o] == cell &&
                !brute_same_domain(&board->cpus[k], &board->cpus[o], level))
                return false;
    return true;
}

static const struct model_cpu_request *wish_of(const struct model_requirements *req, uint32_t cell)
{
    return cell == 0 ? &req->root.cpus : &req->guests[cell - 1].cpus;
}

/* Is everything that cells want of domains so? */
static bool agrees(const struct model_board *board, const struct model_requirements *req,
                   const uint32_t *owner)
{
    for (uint32_t c = 0; c <= req->guests_count; c++) {
        const struct model_cpu_request *wish = wish_of(req, c);
        if ((wish->exclusive != MODEL_DOMAIN_NONE && !alone(board, owner, c, wish->exclusive)) ||
            (wish->together != MODEL_DOMAIN_NONE && !together(board, owner, c, wish->together)))
            return false;
    }
    return true;
}

static void tame_cpus(const struct model_board *board, const uint32_t *owner, uint32_t cell,
                      struct model_cpu_request *wish)
{
    struct aj_cpuset mine = {0};
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if (owner[k] == cell)
            aj_cpuset_add(&mine, k);
    if (!aj_cpuset_empty(&wish->list))
        wish->list = mine;
    else if (wish->count != AJ_NONE32 || (cell != 0 && aj_cpuset_count(&mine) > 1))
        wish->count = aj_cpuset_count(&mine);
}

void random_tame(struct random *r, const struct model_board *board, struct model_requirements *req,
                 struct model_cell_request *guests)
{
    uint32_t owner[CPUS_MAX] = {0};
    /* Where nothing agrees with all wishes, the last division will do: no plan is an answer, too. */
    for (uint32_t i = 0; i < TRIES && (i == 0 || !agrees(board, req, owner)); i++)
        divide(r, (uint32_t)board->cpus_count, (uint32_t)req->guests_count + 1, owner);
    tame_cpus(board, owner, 0, &req->root.cpus);
    for (uint32_t i = 0; i < req->guests_count; i++)
        tame_cpus(board, owner, i + 1, &guests[i].cpus);
}
