/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The virtual PCI host: its address window, and the lines on which its devices interrupt. */
#include "solver/cons.h"

void solver_cons_pci(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    if (!p->pci_wanted)
        return;
    const uint32_t col = solver_ip_col(&m->ip, 0, p->pci_base != AJ_NONE64, "pci(hole)");
    solver_ip_row(&m->ip, SOLVER_FAMILY_PCI, 1, 1, "pci_window(one)");
    solver_ip_term(&m->ip, col, 1);
}

static bool has_pin(const struct solver_cell *cell, uint32_t candidate, uint32_t spi)
{
    const uint32_t base = cell->bases[candidate];
    return spi >= base && spi - base < 4 && (cell->pins >> (spi - base) & 1) != 0;
}

static void choose_base(struct solver_model *m, uint32_t index)
{
    const struct solver_cell *cell = &m->problem->cells[index];
    if (cell->pins == 0)
        return;
    m->base[index] = AJ_NEW_ARRAY(m->ip.arena, uint32_t, cell->bases_count);
    for (uint32_t i = 0; i < cell->bases_count; i++)
        m->base[index][i] =
            solver_ip_col(&m->ip, 0, 1, "vpci(%s,spi%u)", cell->tag, cell->bases[i]);
    solver_ip_row(&m->ip, SOLVER_FAMILY_SPI, 1, 1, "spi_base(%s)", cell->tag);
    for (uint32_t i = 0; i < cell->bases_count; i++)
        solver_ip_term(&m->ip, m->base[index][i], 1);
    if (cell->bases_count == 0)
        return;
    solver_ip_digit(&m->ip, 0, cell->bases_count - 1);
    for (uint32_t i = 1; i < cell->bases_count; i++)
        solver_ip_term(&m->ip, m->base[index][i], i);
}

/* How many candidates of all cells use the line. */
static uint32_t users(const struct solver_problem *p, uint32_t spi)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        for (uint32_t k = 0; k < p->cells[i].bases_count; k++)
            count += has_pin(&p->cells[i], k, spi);
    }
    return count;
}

void solver_cons_vpci(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->base = aj_alloc_array(m->ip.arena, p->cells_count, sizeof *m->base);
    for (uint32_t i = 0; i < p->cells_count; i++)
        choose_base(m, i);
    for (uint32_t spi = 0; spi < p->facts->spi_limit; spi++) {
        if (users(p, spi) < 2)
            continue;
        solver_ip_row(&m->ip, SOLVER_FAMILY_SPI, -SOLVER_FREE, 1, "spi_once(spi%u)", spi);
        for (uint32_t i = 0; i < p->cells_count; i++) {
            for (uint32_t k = 0; k < p->cells[i].bases_count; k++) {
                if (has_pin(&p->cells[i], k, spi))
                    solver_ip_term(&m->ip, m->base[i][k], 1);
            }
        }
    }
}
