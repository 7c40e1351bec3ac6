/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the requirements: interrupts of devices, of links, and of the root. */
#include "model/check_plan_priv.h"

#define SPI_FIRST 32u

static bool is_spi(uint64_t intid)
{
    return intid >= SPI_FIRST && intid <= JAILHOUSE_GIC_LAST_INTID;
}

/* What can belong to a cell: SPIs, and pins of IOAPICs. */
static bool is_line(const struct model_board *board, uint64_t intid)
{
    bool pin = false;
    if (board->arch != MODEL_ARCH_X86)
        return is_spi(intid);
    for (size_t i = 0; i < board->irqchips_count && !pin; i++) {
        const uint64_t first = board->irqchips[i].gsi_base;
        pin = intid >= first && intid < first + 128 &&
              aj_cpuset_has(&board->irqchips[i].pin_bitmap, (uint32_t)(intid - first));
    }
    return pin && intid < AJ_CPU_MAX;
}

/* Lines that something on the board uses. */
static void used_lines(const struct model_board *board, struct aj_cpuset *used)
{
    for (size_t i = 0; i < board->devices_count; i++) {
        for (size_t k = 0; k < board->devices[i].interrupts_count; k++) {
            if (is_spi(board->devices[i].interrupts[k].intid))
                aj_cpuset_add(used, board->devices[i].interrupts[k].intid);
        }
    }
    for (size_t i = 0; i < board->consoles_count; i++) {
        if (is_spi(board->consoles[i].intid))
            aj_cpuset_add(used, board->consoles[i].intid);
    }
    for (size_t i = 0; i < board->interrupts_count; i++) {
        if (is_spi(board->interrupts[i].intid))
            aj_cpuset_add(used, board->interrupts[i].intid);
    }
}

/* First INTID that the interrupt controller does not have, as far as the board says. */
static uint64_t first_missing(const struct model_board *board)
{
    const struct model_arm_platform *arm = board->platform.arm;
    const uint64_t all = JAILHOUSE_GIC_LAST_INTID + 1;
    uint64_t last = 0;
    if (arm != NULL && arm->spi_limit != AJ_NONE32) {
        const uint64_t limit = SPI_FIRST + (uint64_t)arm->spi_limit;
        return limit < all ? limit : all;
    }
    for (size_t i = 0; i < board->irqchips_count; i++) {
        const struct model_board_irqchip *chip = &board->irqchips[i];
        for (uint32_t pin = 0; pin < 128; pin++) {
            const uint64_t intid = (uint64_t)chip->pin_base + pin;
            if (aj_cpuset_has(&chip->pin_bitmap, pin) && intid > last)
                last = intid;
        }
    }
    return last == 0 || last >= all ? all : last + 1;
}

/* The INTIDs of a cell's virtual pins, from its base and the links it takes part in. */
static void pins_of(const struct model_plan_check *pc, size_t index, struct aj_cpuset *pins)
{
    const struct model_plan_cell *cell = &pc->plan->cells[index];
    for (size_t d = 0; d < pc->req->links_count; d++) {
        const uint64_t intid =
            SPI_FIRST + (uint64_t)cell->vpci_irq_base + MODEL_PCI_PIN_OF((uint32_t)d);
        if (cell->vpci_irq_base != AJ_NONE32 && is_spi(intid) &&
            model_plan_takes_part(&pc->req->links[d], cell->key))
            aj_cpuset_add(pins, (uint32_t)intid);
    }
}

static bool takes_part(const struct model_plan_check *pc, const char *key)
{
    for (size_t d = 0; d < pc->req->links_count; d++) {
        if (model_plan_takes_part(&pc->req->links[d], key))
            return true;
    }
    return false;
}

static void judge_base(struct model_plan_check *pc, size_t index, const struct aj_cpuset *used,
                       struct aj_cpuset *taken)
{
    const struct model_plan_cell *cell = &pc->plan->cells[index];
    const struct aj_loc loc = model_plan_loc(model_plan_request(pc, index), "");
    const uint64_t last = SPI_FIRST + (uint64_t)cell->vpci_irq_base + 3;
    struct aj_cpuset pins = {{0}};
    const char *wrong = NULL;
    /* Links of x86 interrupt by messages. */
    const bool linked = pc->board->arch != MODEL_ARCH_X86 && takes_part(pc, cell->key);
    pins_of(pc, index, &pins);
    if (linked != (cell->vpci_irq_base != AJ_NONE32))
        wrong = linked ? "is missing" : "is given to a cell without such links";
    else if (linked && last >= first_missing(pc->board))
        wrong = "has pins that the interrupt controller does not have";
    else if (aj_cpuset_intersects(&pins, used))
        wrong = "has pins that a device of the board uses";
    else if (aj_cpuset_intersects(&pins, taken))
        wrong = "has pins of another cell";
    if (wrong != NULL)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-vpci", loc,
                      "the base %u of virtual interrupts of cell \"%s\" %s", cell->vpci_irq_base,
                      cell->key, wrong);
    aj_cpuset_or(taken, &pins);
}

static void judge_lines(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *cell = &pc->plan->cells[index];
    struct model_device_set wanted;
    struct aj_cpuset expected = {{0}};
    struct aj_cpuset given = {{0}};
    bool ordered = true;
    if (index != 0) {
        pins_of(pc, index, &expected);
        model_plan_wanted_devices(pc, index, &wanted);
        for (size_t d = 0; d < pc->board->devices_count; d++) {
            const struct model_device *device = &pc->board->devices[d];
            for (size_t k = 0; wanted.has[d] && k < device->interrupts_count; k++) {
                if (is_line(pc->board, device->interrupts[k].intid))
                    aj_cpuset_add(&expected, device->interrupts[k].intid);
            }
        }
    }
    for (size_t i = 0; i < cell->interrupts_count; i++) {
        ordered = ordered && is_line(pc->board, cell->interrupts[i]) &&
                  (i == 0 || cell->interrupts[i] > cell->interrupts[i - 1]);
        if (is_line(pc->board, cell->interrupts[i]))
            aj_cpuset_add(&given, cell->interrupts[i]);
    }
    if (!ordered || !aj_cpuset_equal(&expected, &given))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-interrupt",
                      model_plan_loc(model_plan_request(pc, index), "devices"),
                      "cell \"%s\" has the interrupts %s%s, its devices and links need %s",
                      cell->key, aj_cpuset_format(pc->cx->scratch, &given),
                      ordered ? "" : " out of order", aj_cpuset_format(pc->cx->scratch, &expected));
}

/* No device of another cell, the root's included, has a line of the guest's. */
static void judge_sharing(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *cell = &pc->plan->cells[index];
    struct model_device_set wanted;
    model_plan_wanted_devices(pc, index, &wanted);
    for (size_t d = 0; index != 0 && d < pc->board->devices_count; d++) {
        const struct model_device *device = &pc->board->devices[d];
        for (size_t k = 0; !wanted.has[d] && k < device->interrupts_count; k++) {
            const uint32_t intid = device->interrupts[k].intid;
            for (size_t i = 0; device->status == NULL && i < cell->interrupts_count; i++) {
                if (cell->interrupts[i] == intid)
                    (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-interrupt",
                                  model_plan_loc(model_plan_request(pc, index), "devices"),
                                  "cell \"%s\" has interrupt %u, which is also that of \"%s\"",
                                  cell->key, intid, device->name);
            }
        }
    }
}

/* Does a constraint speak of it? Then the plan decides it even if it was never counted. */
static bool named(const struct model_requirements *req, uint32_t intid)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *constraint = &req->constraints[i];
        for (size_t k = 0; k < constraint->literals_count; k++) {
            if (constraint->literals[k].kind == MODEL_LITERAL_ROUTE &&
                constraint->literals[k].interrupt == intid)
                return true;
        }
    }
    return false;
}

static bool measured(const struct model_plan_check *pc, uint32_t intid)
{
    const struct model_board *board = pc->board;
    for (size_t i = 0; i < board->interrupts_count; i++) {
        if (board->interrupts[i].intid == intid && board->interrupts[i].counts_count > 0)
            return is_spi(intid) || board->arch == MODEL_ARCH_X86;
    }
    return named(pc->req, intid);
}

static bool belongs_to_guest(const struct model_plan *plan, uint32_t intid)
{
    for (size_t c = 1; c < plan->cells_count; c++) {
        for (size_t i = 0; i < plan->cells[c].interrupts_count; i++) {
            if (plan->cells[c].interrupts[i] == intid)
                return true;
        }
    }
    return false;
}

static void judge_root_irqs(struct model_plan_check *pc)
{
    const struct model_plan *plan = pc->plan;
    for (size_t i = 0; i < plan->irqs_count; i++) {
        const struct model_plan_irq *irq = &plan->irqs[i];
        const char *wrong = NULL;
        if (!aj_cpuset_has(&plan->cells[0].cpus, irq->cpu))
            wrong = "is given to a CPU that the root does not have";
        else if (!measured(pc, irq->intid))
            wrong = "was not measured on the board";
        else if (belongs_to_guest(plan, irq->intid))
            wrong = "belongs to a guest";
        else if (i > 0 && irq->intid <= plan->irqs[i - 1].intid)
            wrong = "stands twice or out of order";
        if (wrong != NULL)
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-irq", model_plan_loc(&pc->req->root, "cpus"),
                          "interrupt %u (CPU %u) %s", irq->intid, irq->cpu, wrong);
    }
}

static bool has_some(const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] > 0)
            return true;
    }
    return false;
}

static bool fired(const struct model_board *board, uint32_t intid)
{
    for (size_t i = 0; i < board->interrupts_count; i++) {
        const struct model_irq_count *line = &board->interrupts[i];
        if (line->intid == intid && (has_some(line->counts, line->counts_count) ||
                                     has_some(line->fired, line->fired_count)))
            return true;
    }
    return false;
}

static bool has_line(const struct model_plan_cell *cell, uint32_t intid)
{
    for (size_t i = 0; i < cell->interrupts_count; i++) {
        if (cell->interrupts[i] == intid)
            return true;
    }
    return false;
}

/* On which of its CPUs a guest takes its own lines. */
static void judge_guest_irqs(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *cell = &pc->plan->cells[index];
    const struct aj_loc loc = model_plan_loc(model_plan_request(pc, index), "devices");
    const bool routed = cell->irqs_count > 0;
    if (routed != (cell->irq_default != AJ_NONE32) ||
        (routed && !aj_cpuset_has(&cell->cpus, cell->irq_default)) ||
        (routed && (index == 0 || model_plan_request(pc, index)->os != MODEL_OS_LINUX)))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-irq", loc,
                      "cell \"%s\" has no CPU for its other interrupts, or cannot choose",
                      cell->key);
    for (size_t i = 0; i < cell->irqs_count; i++) {
        const struct model_plan_irq *irq = &cell->irqs[i];
        const char *wrong = NULL;
        if (!aj_cpuset_has(&cell->cpus, irq->cpu))
            wrong = "is given to a CPU that the cell does not have";
        else if (!has_line(cell, irq->intid))
            wrong = "does not belong to the cell";
        else if (!fired(pc->board, irq->intid) && !named(pc->req, irq->intid))
            wrong = "was not measured on the board";
        else if (i > 0 && irq->intid <= cell->irqs[i - 1].intid)
            wrong = "stands twice or out of order";
        if (wrong != NULL)
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-irq", loc,
                          "interrupt %u of cell \"%s\" (CPU %u) %s", irq->intid, cell->key,
                          irq->cpu, wrong);
    }
}

void model_plan_check_interrupts(struct model_plan_check *pc)
{
    struct aj_cpuset used = {{0}};
    struct aj_cpuset taken = {{0}};
    used_lines(pc->board, &used);
    for (size_t i = 0; i < pc->plan->cells_count; i++) {
        judge_base(pc, i, &used, &taken);
        judge_lines(pc, i);
        judge_sharing(pc, i);
        judge_guest_irqs(pc, i);
    }
    judge_root_irqs(pc);
}
