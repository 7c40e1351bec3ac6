/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UARTs as the 8250 driver of Linux has them: /sys/class/tty/ttyS*. */
#include "extract/x86_priv.h"
#include "model/jailhouse.h"

#define TTYS "/sys/class/tty"

/* enum of Linux include/linux/serial_core.h: how the registers are reached. */
enum { IO_PORT = 0, IO_MEM = 2, IO_MEM32 = 3 };

static bool tty_number(const struct extract *ex, const char *tty, const char *file, uint64_t *value)
{
    return extract_number(ex, aj_strf(ex->cx->scratch, TTYS "/%s/%s", tty, file), value);
}

/* The function whose UART this is. */
static const struct model_device *function_of(const struct extract *ex, bool mmio, uint64_t base)
{
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct model_device *d = &ex->devices.items[i].d;
        for (size_t k = 0; mmio && k < d->regions_count; k++)
            if (d->regions[k].phys_start == base)
                return d;
        for (size_t k = 0; !mmio && k < d->ports_count; k++)
            if (d->ports[k].base == base)
                return d;
    }
    return NULL;
}

/* A UART that no PCI function has is a device by itself. */
static const char *add_device(struct x86 *x, const char *tty,
                              const struct model_board_console *console)
{
    struct aj_arena *out = x->ex->out;
    struct extract_device device = {.d = {.name = aj_strdup(out, tty),
                                          .path = aj_strf(out, TTYS "/%s", tty),
                                          .linux_driver = "serial",
                                          .clock_hz = console->clock_hz,
                                          .reg_shift = AJ_NONE32,
                                          .reg_io_width = AJ_NONE32}};
    if (console->mmio) {
        struct model_mmio *region = AJ_NEW(out, struct model_mmio);
        *region = (struct model_mmio){console->address, console->size};
        device.d.regions = region;
        device.d.regions_count = 1;
    } else {
        struct model_port_range *ports = AJ_NEW(out, struct model_port_range);
        *ports = (struct model_port_range){(uint32_t)console->address, (uint32_t)console->size};
        device.d.ports = ports;
        device.d.ports_count = 1;
    }
    if (console->intid != AJ_NONE32) {
        struct model_interrupt *line = AJ_NEW(out, struct model_interrupt);
        *line = (struct model_interrupt){console->intid, 1};
        device.d.interrupts = line;
        device.d.interrupts_count = 1;
    }
    extract_from(x->ex, "devices", device.d.name, NULL, device.d.path);
    AJ_PUSH(out, &x->ex->devices, device);
    return device.d.name;
}

/* False for those without hardware behind them, and those that Jailhouse cannot drive. */
static bool describe(struct x86 *x, const char *tty, struct model_board_console *console)
{
    struct extract *ex = x->ex;
    uint64_t type = 0, how = 0, base = 0, shift = 0, irq = 0, clock = 0;
    if (!tty_number(ex, tty, "type", &type) || type == 0 || !tty_number(ex, tty, "io_type", &how) ||
        (how != IO_PORT && how != IO_MEM && how != IO_MEM32))
        return false;
    const bool mmio = how != IO_PORT;
    (void)tty_number(ex, tty, "iomem_reg_shift", &shift);
    if (!tty_number(ex, tty, mmio ? "iomem_base" : "port", &base) || base == 0 ||
        (!mmio && base > 0xfff8) || (mmio && shift != 0 && shift != 2))
        return false;
    (void)tty_number(ex, tty, "uartclk", &clock);
    *console = (struct model_board_console){
        .type = JAILHOUSE_CON_TYPE_8250,
        .address = base,
        .size = mmio ? AJ_PAGE : 8,
        .regdist = how == IO_MEM32 || shift == 2 ? 4 : 1,
        .mmio = mmio,
        .intid = AJ_NONE32,
        .baud = AJ_NONE32,
        .clock_hz = clock > 0 && clock < AJ_NONE32 ? (uint32_t)clock : AJ_NONE32,
    };
    if (tty_number(ex, tty, "irq", &irq) && irq > 0 && irq < 16)
        console->intid = x86_line_of_irq(x, (uint32_t)irq).intid;
    return true;
}

/* "console=ttyS0,115200n8" */
static void mark_active(const struct extract *ex, const char *tty,
                        struct model_board_console *console)
{
    const char *said = extract_word(ex, ex->board->kernel.cmdline, "console");
    const size_t length = strlen(tty);
    uint64_t baud = 0;
    if (said == NULL || strncmp(said, tty, length) != 0 ||
        (said[length] != '\0' && said[length] != ','))
        return;
    console->active = true;
    const char *options = said[length] == ',' ? said + length + 1 : "";
    if (extract_decimal(ex, &options, &baud) && baud < AJ_NONE32)
        console->baud = (uint32_t)baud;
}

void x86_consoles(struct x86 *x)
{
    struct extract *ex = x->ex;
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    AJ_VEC(struct model_board_console) consoles = {0};
    if (!remote_list(ex->remote, TTYS, ex->cx->scratch, &entries, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        struct model_board_console console;
        const char *tty = entries[i].name;
        if (strncmp(tty, "ttyS", 4) != 0 || !extract_is_word(tty) || !describe(x, tty, &console))
            continue;
        const struct model_device *function = function_of(ex, console.mmio, console.address);
        console.name = function != NULL ? function->name : add_device(x, tty, &console);
        mark_active(ex, tty, &console);
        extract_from(ex, "consoles", console.name, NULL, aj_strf(ex->cx->scratch, TTYS "/%s", tty));
        AJ_PUSH(ex->out, &consoles, console);
    }
    ex->board->consoles = consoles.items;
    ex->board->consoles_count = consoles.count;
}
