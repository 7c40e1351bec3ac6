/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of CPU sets. */
#include "model/check_priv.h"

#define SET_BYTES_MAX 4096 /* control.c: cell_init */
#define GICV2_CPUS    8

static const char *set_text(struct model_check *ck, const struct aj_cpuset *set)
{
    return aj_cpuset_format(ck->cx->scratch, set);
}

static void judge_set(struct model_check *ck, const struct model_cell *cell)
{
    const uint32_t bytes = cell->cpu_set_size;
    if (bytes == 0 || bytes % 8 != 0 || bytes > SET_BYTES_MAX)
        model_check_broken(ck, MODEL_RULE_CPU_9, cell, "%s: the CPU set has %u bytes",
                           model_check_cell_text(ck, cell), bytes);
}

static void judge_root(struct model_check *ck)
{
    const struct model_cell *root = ck->root;
    if (aj_cpuset_empty(&root->cpus)) {
        model_check_broken(ck, MODEL_RULE_CPU_1, root, "%s has no CPU",
                           model_check_cell_text(ck, root));
        return;
    }
    if (ck->arm && ck->header->gic_version == 2 && model_check_max_cpus(ck) > GICV2_CPUS)
        model_check_broken(ck, MODEL_RULE_CPU_11, root, "%s: CPU %u with a GICv2",
                           model_check_cell_text(ck, root), model_check_max_cpus(ck) - 1);
}

/* A capture taken while Jailhouse runs lacks the CPUs of the guests. */
static void judge_board(struct model_check *ck)
{
    const struct model_cell *root = ck->root;
    if (ck->board == NULL || ck->board->jailhouse.running || aj_cpuset_empty(&root->cpus))
        return;
    const struct aj_cpuset online = model_board_online(ck->board);
    if (aj_cpuset_empty(&online))
        return;
    const uint32_t max = model_check_max_cpus(ck);
    struct aj_cpuset missing = root->cpus;
    struct aj_cpuset below = online;
    struct aj_cpuset above = {{0}};
    aj_cpuset_sub(&missing, &online);
    aj_cpuset_sub(&below, &root->cpus);
    for (uint32_t c = aj_cpuset_next(&below, max); c < AJ_CPU_MAX;
         c = aj_cpuset_next(&below, c + 1))
        aj_cpuset_add(&above, c);
    aj_cpuset_sub(&below, &above);
    const char *who = model_check_cell_text(ck, root);
    if (!aj_cpuset_empty(&missing))
        model_check_broken(ck, MODEL_RULE_CPU_2, root,
                           "%s lists CPUs %s, which are not online on the board (%s are)", who,
                           set_text(ck, &missing), set_text(ck, &online));
    if (!aj_cpuset_empty(&below))
        model_check_broken(ck, MODEL_RULE_CPU_2, root, "%s lacks CPUs %s, which are online", who,
                           set_text(ck, &below));
    if (!aj_cpuset_empty(&above))
        model_check_broken(ck, MODEL_RULE_CPU_3, root,
                           "%s ends at CPU %u, but CPUs %s are online on the board", who, max - 1,
                           set_text(ck, &above));
}

static void judge_guest(struct model_check *ck, const struct model_cell *cell)
{
    const char *who = model_check_cell_text(ck, cell);
    if (aj_cpuset_empty(&cell->cpus))
        model_check_broken(ck, MODEL_RULE_CPU_7, cell, "%s has no CPU", who);
    if (aj_cpuset_has(&cell->cpus, 0)) {
        if (ck->arch == MODEL_ARCH_X86)
            model_check_broken(ck, MODEL_RULE_CPU_6, cell, "%s takes CPU 0", who);
        else
            model_check_broken(ck, MODEL_RULE_CPU_8, cell, "%s takes CPU 0", who);
    }
    if (ck->root != NULL && !aj_cpuset_subset(&cell->cpus, &ck->root->cpus)) {
        struct aj_cpuset strange = cell->cpus;
        aj_cpuset_sub(&strange, &ck->root->cpus);
        model_check_broken(ck, MODEL_RULE_CPU_4, cell,
                           "%s takes CPUs %s, which %s (CPUs %s) does not have", who,
                           set_text(ck, &strange), model_check_cell_text(ck, ck->root),
                           set_text(ck, &ck->root->cpus));
    }
}

/* One finding for each guest that wants CPUs of an earlier one. */
static void judge_owners(struct model_check *ck)
{
    const struct model_cell **owner =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_cell *, AJ_CPU_MAX);
    struct aj_cpuset taken = {{0}};
    for (size_t i = ck->first_guest; i < ck->cells_count; i++) {
        const struct model_cell *cell = ck->cells[i];
        struct aj_cpuset twice = cell->cpus;
        aj_cpuset_and(&twice, &taken);
        if (!aj_cpuset_empty(&twice))
            model_check_broken(ck, MODEL_RULE_CPU_5, cell, "%s and %s both take CPU%s %s",
                               model_check_cell_text(ck, owner[aj_cpuset_next(&twice, 0)]),
                               model_check_cell_text(ck, cell),
                               aj_cpuset_count(&twice) == 1 ? "" : "s", set_text(ck, &twice));
        for (uint32_t c = aj_cpuset_next(&cell->cpus, 0); c < AJ_CPU_MAX;
             c = aj_cpuset_next(&cell->cpus, c + 1)) {
            if (owner[c] == NULL)
                owner[c] = cell;
        }
        aj_cpuset_or(&taken, &cell->cpus);
    }
    if (ck->root != NULL && !aj_cpuset_empty(&ck->root->cpus) &&
        aj_cpuset_subset(&ck->root->cpus, &taken))
        model_check_broken(ck, MODEL_RULE_CPU_7, ck->root, "the guests take all CPUs of %s (%s)",
                           model_check_cell_text(ck, ck->root), set_text(ck, &ck->root->cpus));
}

void model_check_cpus(struct model_check *ck)
{
    for (size_t i = 0; i < ck->cells_count; i++)
        judge_set(ck, ck->cells[i]);
    if (ck->root != NULL) {
        judge_root(ck);
        judge_board(ck);
    }
    for (size_t i = ck->first_guest; i < ck->cells_count; i++)
        judge_guest(ck, ck->cells[i]);
    judge_owners(ck);
}
