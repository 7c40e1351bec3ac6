/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The device tree of a Linux guest: what the cell was given and nothing else. Bindings: Devicetree
 * Specification 0.4 and the kernel's arm,gic, arm,gic-v3, arm,arch_timer, psci and
 * pci-host-ecam-generic bindings; what a guest of Jailhouse sees: see docs/guest.md.
 */
#include <inttypes.h>

#include "emit/dt_writer.h"
#include "emit/emit.h"
#include "emit/guest.h"

#include "base/units.h"

enum { PHANDLE_GIC = 1, PHANDLE_CLOCK = 2, PHANDLE_DEVICE_CLOCKS = 3 };
enum { SPECIFIER_SPI = 0, SPECIFIER_PPI = 1, TRIGGER_EDGE_RISING = 1, TRIGGER_LEVEL_HIGH = 4 };

struct guest {
    const struct model_board *board;
    const struct model_arm_platform *arm;
    const struct model_requirements *req;
    const struct model_cell_request *request;
    const struct model_plan *plan;
    const struct model_plan_cell *cell;
    const struct model_header *header;
    const char *model, *bootargs, *stdout_path; /* the last two may be NULL */
    const struct model_device *uart;            /* NULL: none */
    uint32_t uart_clock_hz;
    struct aj_arena *scratch;
};

static void put_interrupt(uint32_t specifier[3], uint32_t intid, uint32_t trigger)
{
    specifier[0] = intid >= 32 ? SPECIFIER_SPI : SPECIFIER_PPI;
    specifier[1] = intid >= 32 ? intid - 32 : intid - 16;
    specifier[2] = trigger;
}

static void write_cpus(struct emit_dt *dt, const struct guest *g)
{
    bool wide = false; /* Aff3 is in use */
    for (size_t i = 0; i < g->board->cpus_count; i++)
        wide = wide || (aj_cpuset_has(&g->cell->cpus, g->board->cpus[i].id.v) &&
                        g->board->cpus[i].mpidr.v >> 32 != 0);
    emit_dt_begin(dt, "cpus");
    emit_dt_u32(dt, "#address-cells", wide ? 2 : 1);
    emit_dt_u32(dt, "#size-cells", 0);
    for (size_t i = 0; i < g->board->cpus_count; i++) {
        const struct model_cpu *cpu = &g->board->cpus[i];
        const uint32_t reg[2] = {(uint32_t)(cpu->mpidr.v >> 32), (uint32_t)cpu->mpidr.v};
        if (!aj_cpuset_has(&g->cell->cpus, cpu->id.v))
            continue;
        emit_dt_begin_at(dt, "cpu", cpu->mpidr.v);
        emit_dt_string(dt, "device_type", "cpu");
        emit_dt_string(dt, "compatible", cpu->compatible != NULL ? cpu->compatible : "arm,armv8");
        emit_dt_cells(dt, "reg", wide ? reg : reg + 1, wide ? 2 : 1);
        emit_dt_string(dt, "enable-method", "psci");
        emit_dt_end(dt);
    }
    emit_dt_end(dt);
    emit_dt_begin(dt,
                  "psci"); /* answered by the hypervisor: smc, whatever the board's firmware uses */
    emit_dt_string(dt, "compatible", "arm,psci-0.2");
    emit_dt_string(dt, "method", "smc");
    emit_dt_end(dt);
}

/* Where the board says nothing, what Arm recommends: DEN0094, Base System Architecture, PPIs. */
static uint32_t timer_ppi(const struct guest *g, size_t timer)
{
    static const uint32_t recommended[AJ_COUNT(g->arm->timer_ppis)] = {29, 30, 27, 26};
    return g->arm->timer_ppis[timer] != 0 ? g->arm->timer_ppis[timer] : recommended[timer];
}

static void write_timer(struct emit_dt *dt, const struct guest *g)
{
    uint32_t interrupts[AJ_COUNT(g->arm->timer_ppis) * 3];
    for (size_t i = 0; i < AJ_COUNT(g->arm->timer_ppis); i++)
        put_interrupt(&interrupts[3 * i], timer_ppi(g, i), TRIGGER_LEVEL_HIGH);
    emit_dt_begin(dt, "timer");
    emit_dt_string(dt, "compatible",
                   g->board->arch == MODEL_ARCH_ARM64 ? "arm,armv8-timer" : "arm,armv7-timer");
    emit_dt_cells(dt, "interrupts", interrupts, AJ_COUNT(interrupts));
    emit_dt_end(dt);
}

/* GICv2: the guest's CPU interface is the virtual one, mapped where the physical one is. */
static void write_gic(struct emit_dt *dt, const struct guest *g)
{
    const bool v3 = g->arm->gic_version == 3;
    const uint64_t v2_reg[] = {g->arm->gicd_base, JAILHOUSE_GICD_SIZE_V2, g->arm->gicc_base,
                               JAILHOUSE_GICX_SIZE};
    const uint64_t v3_reg[] = {g->arm->gicd_base, JAILHOUSE_GICD_SIZE_V3, g->arm->gicr_base,
                               model_gicr_size(g->board)};
    emit_dt_begin_at(dt, "interrupt-controller", g->arm->gicd_base);
    emit_dt_string(dt, "compatible", v3 ? "arm,gic-v3" : "arm,gic-400");
    emit_dt_u64s(dt, "reg", v3 ? v3_reg : v2_reg, AJ_COUNT(v2_reg));
    emit_dt_empty(dt, "interrupt-controller");
    emit_dt_u32(dt, "#interrupt-cells", 3);
    emit_dt_u32(dt, "#address-cells", 0);
    emit_dt_u32(dt, "phandle", PHANDLE_GIC);
    emit_dt_end(dt);
}

static void write_reg(struct emit_dt *dt, const struct model_device *device)
{
    uint64_t reg[EMIT_DT_U64S];
    size_t count = 0;
    for (size_t i = 0; i < device->regions_count && count + 2 <= AJ_COUNT(reg); i++) {
        reg[count++] = device->regions[i].phys_start;
        reg[count++] = device->regions[i].size;
    }
    emit_dt_u64s(dt, "reg", reg, count);
}

static void write_interrupts(struct emit_dt *dt, const struct model_device *device)
{
    uint32_t specifiers[3 * 32];
    size_t count = 0;
    for (size_t i = 0; i < device->interrupts_count && count + 3 <= AJ_COUNT(specifiers); i++) {
        const struct model_interrupt *line = &device->interrupts[i];
        if (line->intid == AJ_NONE32)
            continue;
        put_interrupt(&specifiers[count], line->intid, line->flags & 0xf);
        count += 3;
    }
    if (count > 0)
        emit_dt_cells(dt, "interrupts", specifiers, count);
}

/*
 * The part of a device's path behind the last '/', without its unit address; `number` makes it unique
 * where there are no registers.
 */
static void write_begin_device(struct emit_dt *dt, const struct model_device *device, size_t number)
{
    const char *slash = device->path != NULL ? strrchr(device->path, '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : device->name;
    char base[64];
    snprintf(base, sizeof base, "%.*s", (int)strcspn(name, "@"), name);
    if (device->regions_count > 0)
        emit_dt_begin_at(dt, base, device->regions[0].phys_start);
    else
        emit_dt_begin_numbered(dt, base, number);
}

static bool is_compatible(const struct model_device *device, const char *type)
{
    for (size_t i = 0; i < device->compatible_count; i++) {
        if (strcmp(device->compatible[i], type) == 0)
            return true;
    }
    return false;
}

static void write_clock(struct emit_dt *dt, const char *name, uint32_t hz, uint32_t phandle)
{
    emit_dt_begin(dt, name);
    emit_dt_string(dt, "compatible", "fixed-clock");
    emit_dt_u32(dt, "#clock-cells", 0);
    emit_dt_u32(dt, "clock-frequency", hz);
    emit_dt_u32(dt, "phandle", phandle);
    emit_dt_end(dt);
}

/*
 * A UART that the guest shares has no interrupt of its own. The 8250 driver polls then, but only its
 * plain form does without the lines and clocks that SoC variants insist on.
 */
static void write_uart(struct emit_dt *dt, const struct guest *g)
{
    static const char *const pl011_clocks[] = {"uartclk", "apb_pclk"};
    static const struct emit_dt_ref clocks[] = {{"/clock", PHANDLE_CLOCK},
                                                {"/clock", PHANDLE_CLOCK}};
    const struct model_device *u = g->uart;
    const struct model_board_console *console = model_board_console_of(g->board, u->name);
    const bool plain_8250 =
        console != NULL && console->type == JAILHOUSE_CON_TYPE_8250 && g->cell->console_shared;
    if (g->uart_clock_hz != 0)
        write_clock(dt, "clock", g->uart_clock_hz, PHANDLE_CLOCK);
    write_begin_device(dt, u, 0);
    if (plain_8250)
        emit_dt_string(dt, "compatible", "ns16550a");
    else
        emit_dt_strings(dt, "compatible", u->compatible, u->compatible_count);
    write_reg(dt, u);
    if (!g->cell->console_shared)
        write_interrupts(dt, u);
    if (console != NULL && console->regdist == 4 && console->type == JAILHOUSE_CON_TYPE_8250) {
        emit_dt_u32(dt, "reg-shift", 2);
        emit_dt_u32(dt, "reg-io-width", 4);
    }
    if (g->uart_clock_hz != 0 && is_compatible(u, "arm,pl011")) {
        emit_dt_refs(dt, "clocks", clocks, 2);
        emit_dt_strings(dt, "clock-names", pl011_clocks, 2);
    } else if (g->uart_clock_hz != 0) {
        emit_dt_refs(dt, "clocks", clocks, 1);
    }
    emit_dt_end(dt);
}

static void write_devices(struct emit_dt *dt, const struct guest *g)
{
    for (size_t i = 0; i < g->cell->devices_count; i++) {
        const struct model_device *d = model_board_device(g->board, g->cell->devices[i]);
        if (d == NULL || d == g->uart || d->compatible_count == 0)
            continue;
        /* Its clock's controller stays with the root: here it is one that nobody switches. */
        const bool clocked = d->clock_hz != AJ_NONE32 && d->clock_hz != 0;
        const char *clock = aj_strf(g->scratch, "clock-%zu", i + 1);
        const struct emit_dt_ref ref = {aj_strf(g->scratch, "/%s", clock),
                                        (uint32_t)(PHANDLE_DEVICE_CLOCKS + i)};
        if (clocked)
            write_clock(dt, clock, d->clock_hz, ref.phandle);
        write_begin_device(dt, d, i + 1);
        emit_dt_strings(dt, "compatible", d->compatible, d->compatible_count);
        if (d->regions_count > 0)
            write_reg(dt, d);
        write_interrupts(dt, d);
        if (clocked)
            emit_dt_refs(dt, "clocks", &ref, 1);
        if (clocked && is_compatible(d, "arm,primecell")) /* which the bus asks for by name */
            emit_dt_string(dt, "clock-names", "apb_pclk");
        emit_dt_end(dt);
    }
}

/* The virtual PCI host of the shared-memory devices; pin k of slot s is line base + ((s + k) & 3). */
static void write_pci(struct emit_dt *dt, const struct guest *g)
{
    const struct model_plan_mem *pci = model_plan_mem(g->plan, MODEL_MEM_PCI);
    uint32_t map[4][8];
    if (g->cell->vpci_irq_base == AJ_NONE32 || pci == NULL)
        return;
    for (uint32_t pin = 0; pin < 4; pin++) {
        const uint32_t row[8] = {0,
                                 0,
                                 0,
                                 pin + 1,
                                 PHANDLE_GIC,
                                 SPECIFIER_SPI,
                                 g->cell->vpci_irq_base + pin,
                                 TRIGGER_EDGE_RISING};
        memcpy(map[pin], row, sizeof row);
    }
    const uint32_t mask[] = {0, 0, 0, 7};
    const uint32_t bus_range[] = {0, 0};
    const aj_addr window = pci->phys_start + MODEL_PCI_CONFIG;
    const uint32_t ranges[] = {0x02000000, /* 32-bit memory, not prefetchable */
                               0,
                               (uint32_t)window,
                               (uint32_t)(window >> 32),
                               (uint32_t)window,
                               0,
                               (uint32_t)(pci->size - MODEL_PCI_CONFIG)};
    const uint64_t reg[] = {pci->phys_start, MODEL_PCI_CONFIG};
    emit_dt_begin_at(dt, "pci", pci->phys_start);
    emit_dt_string(dt, "compatible", "pci-host-ecam-generic");
    emit_dt_string(dt, "device_type", "pci");
    emit_dt_cells(dt, "bus-range", bus_range, 2);
    emit_dt_u32(dt, "#address-cells", 3);
    emit_dt_u32(dt, "#size-cells", 2);
    emit_dt_u32(dt, "#interrupt-cells", 1);
    emit_dt_cells(dt, "interrupt-map-mask", mask, 4);
    emit_dt_cells(dt, "interrupt-map", &map[0][0], AJ_COUNT(map) * AJ_COUNT(map[0]));
    emit_dt_u64s(dt, "reg", reg, 2);
    emit_dt_cells(dt, "ranges", ranges, AJ_COUNT(ranges));
    emit_dt_end(dt);
}

static void write_tree(struct emit_dt *dt, const void *what)
{
    const struct guest *g = what;
    emit_dt_u32(dt, "#address-cells", 2);
    emit_dt_u32(dt, "#size-cells", 2);
    emit_dt_u32(dt, "interrupt-parent", PHANDLE_GIC);
    emit_dt_string(dt, "model", g->model);
    emit_dt_string(dt, "compatible", "jailhouse,cell");
    emit_dt_begin(dt, "chosen");
    if (g->bootargs != NULL)
        emit_dt_string(dt, "bootargs", g->bootargs);
    if (g->stdout_path != NULL)
        emit_dt_string(dt, "stdout-path", g->stdout_path);
    emit_dt_end(dt);
    emit_dt_begin(dt, "hypervisor");
    emit_dt_string(dt, "compatible", "jailhouse,cell");
    emit_dt_end(dt);
    write_cpus(dt, g);
    write_timer(dt, g);
    write_gic(dt, g);
    if (g->uart != NULL)
        write_uart(dt, g);
    write_devices(dt, g);
    write_pci(dt, g);
}

/* The hypervisor starts a CPU by its affinity: no other number would do. */
static enum aj_status check_cpus(struct aj_ctx *cx, const struct guest *g)
{
    for (size_t i = 0; i < g->board->cpus_count; i++) {
        const struct model_cpu *cpu = &g->board->cpus[i];
        if (!aj_cpuset_has(&g->cell->cpus, cpu->id.v) || cpu->mpidr.v != AJ_NONE64)
            continue;
        const char *key = aj_strf(cx->scratch, "%" PRIu32, cpu->id.v);
        const enum aj_status status = aj_fail(
            cx, AJ_ERR_INPUT, "guest-dt-cpu", aj_yaml_loc(aj_yaml_get(g->board->at, "cpus"), key),
            "the board does not say the mpidr of CPU %s, which guest '%s' starts by it", key,
            g->request->key);
        aj_diag_hint(cx, "add mpidr: the 'reg' of the CPU in the board's device tree");
        return status;
    }
    return AJ_OK;
}

/* GIC version, bases and CPUs' numbers are all a guest has; none of them may be guessed. */
static enum aj_status check_facts(struct aj_ctx *cx, const struct guest *g)
{
    const struct aj_loc loc = g->req->root.platform_info != NULL
                                  ? aj_yaml_loc(g->req->root.at, "platform_info")
                                  : aj_yaml_loc(g->board->at, "platform");
    if (g->arm == NULL)
        return aj_fail(
            cx, AJ_ERR_INPUT, "guest-dt-platform", loc,
            "the board has no platform.arm: a Linux guest needs its interrupt controller");
    const bool gic_known =
        g->arm->gicd_base != AJ_NONE64 &&
        (g->arm->gic_version == 3 ? g->arm->gicr_base : g->arm->gicc_base) != AJ_NONE64;
    if (!gic_known)
        return aj_fail(cx, AJ_ERR_INPUT, "guest-dt-platform", loc,
                       "the board does not say where its GIC is (gicd_base and %s)",
                       g->arm->gic_version == 3 ? "gicr_base" : "gicc_base");
    for (size_t i = 0; i < AJ_COUNT(g->arm->timer_ppis); i++) {
        if (timer_ppi(g, i) < 16 || timer_ppi(g, i) > 31)
            return aj_fail(cx, AJ_ERR_INPUT, "guest-dt-timer", loc,
                           "timer_ppis[%zu] is not a private interrupt (16..31)", i);
    }
    return check_cpus(cx, g);
}

static void warn_clock(struct aj_ctx *cx, const struct guest *g)
{
    if (g->uart == NULL || g->uart_clock_hz != 0)
        return;
    aj_warn(cx, "guest-dt-clock", aj_yaml_loc(g->request->at, "console"),
            "the input clock of %s is not known: the guest '%s' prints through earlycon only",
            g->uart->name, g->request->key);
    aj_diag_hint(cx, "add clock_hz to the device in board.yml");
}

enum aj_status emit_guest_dt(struct aj_ctx *cx, const struct emit_input *input, size_t guest,
                             enum emit_dt_form form, struct aj_buf *to)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct model_board *board = input->board;
    const struct model_cell_request *request = &input->req->guests[guest];
    struct guest g = {
        .board = board,
        .arm = board->platform.arm,
        .req = input->req,
        .request = request,
        .plan = input->plan,
        .cell = model_plan_cell(input->plan, request->key),
        .header = input->system->header,
        .scratch = cx->scratch,
        .model = aj_strf(cx->scratch, "%s on %s", request->name,
                         board->board.model != NULL ? board->board.model : "Jailhouse"),
    };
    g.uart = emit_guest_uart(board, g.cell);
    if (g.uart != NULL) {
        const char *slash = g.uart->path != NULL ? strrchr(g.uart->path, '/') : NULL;
        const char *node = slash != NULL ? slash + 1 : g.uart->name;
        g.uart_clock_hz = emit_guest_uart_clock(board, g.uart);
        g.stdout_path = aj_strf(
            cx->scratch, "/%.*s@%llx", (int)strcspn(node, "@"), node,
            (unsigned long long)(g.uart->regions_count > 0 ? g.uart->regions[0].phys_start : 0));
    }
    g.bootargs = emit_guest_bootargs(board, input->plan, request, cx->scratch);
    enum aj_status status = check_facts(cx, &g);
    if (status == AJ_OK) {
        if (form == EMIT_DT_BLOB) /* once is enough */
            warn_clock(cx, &g);
        status = emit_dt_build(cx, write_tree, &g, form, to);
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}
