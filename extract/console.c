/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UARTs that Jailhouse can drive, and which one is the console of the running Linux. */
#include "extract/extract_priv.h"
#include "model/jailhouse.h"

#define CONSOLES_MAX 256 /* SoCs have up to twenty */

/* A type of UART. `regdist` 0: reg-shift says it, 1 byte without. First match wins.
 * Source: Linux drivers/tty/serial and Jailhouse hypervisor/arch/arm-common/uart-*.c. */
static const struct {
    const char *pattern;
    uint16_t type;
    uint32_t regdist;
    const char *tty; /* Linux's name without the number */
} uarts[] = {
    {"brcm,bcm2835-aux-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"nvidia,tegra*-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyTHS"},
    {"ti,am654-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"ti,omap[234]-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"ti,am3352-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"ti,dra742-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"mediatek,mt6577-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"mrvl,mmp-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"intel,xscale-uart", JAILHOUSE_CON_TYPE_8250, 4, "ttyS"},
    {"snps,dw-apb-uart", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"ns16550a", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"ns16550", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"ns16750", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"ns8250", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"fsl,ns16550", JAILHOUSE_CON_TYPE_8250, 0, "ttyS"},
    {"arm,pl011", JAILHOUSE_CON_TYPE_PL011, 4, "ttyAMA"},
    {"arm,sbsa-uart", JAILHOUSE_CON_TYPE_PL011, 4, "ttyAMA"},
    {"cdns,uart-r1p*", JAILHOUSE_CON_TYPE_XUARTPS, 4, "ttyPS"},
    {"xlnx,xuartps", JAILHOUSE_CON_TYPE_XUARTPS, 4, "ttyPS"},
    {"marvell,armada-3700-uart", JAILHOUSE_CON_TYPE_MVEBU, 4, "ttyMV"},
    {"fsl,imx6q-uart", JAILHOUSE_CON_TYPE_IMX, 4, "ttymxc"},
    {"fsl,imx21-uart", JAILHOUSE_CON_TYPE_IMX, 4, "ttymxc"},
    {"fsl,imx8qxp-lpuart", JAILHOUSE_CON_TYPE_IMX_LPUART, 4, "ttyLP"},
    {"fsl,imx7ulp-lpuart", JAILHOUSE_CON_TYPE_IMX_LPUART, 4, "ttyLP"},
    {"renesas,hscif", JAILHOUSE_CON_TYPE_HSCIF, 4, "ttySC"},
    {"renesas,scifa", JAILHOUSE_CON_TYPE_SCIFA, 4, "ttySC"},
    {"renesas,scif", JAILHOUSE_CON_TYPE_SCIF, 4, "ttySC"},
};

/* Row of the table, AJ_COUNT(uarts) if Jailhouse has no driver. The most specific compatible is the
 * first, so a board's own type wins over what it resembles. */
static size_t uart_row(const struct aj_dt_node *node)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, "compatible");
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        for (size_t i = 0; i < AJ_COUNT(uarts); i++)
            if (extract_matches(uarts[i].pattern, text))
                return i;
    return AJ_COUNT(uarts);
}

/* The console that Linux prefers, "ttyAMA0"; NULL if it is not known. */
static const char *preferred_tty(struct extract *ex)
{
    struct extract_lines lines;
    if (extract_lines_open(ex, "/proc/consoles", &lines))
        for (const char *line = extract_line(ex, &lines); line != NULL;
             line = extract_line(ex, &lines)) {
            const char *flags = strchr(line, '(');
            const size_t name = strcspn(line, " ");
            if (flags != NULL && memchr(flags, 'C', strcspn(flags, ")")) != NULL)
                return aj_strndup(ex->out, line, name);
        }
    return NULL;
}

/* The node of a tty of Linux, by what sysfs says of it. */
static const struct aj_dt_node *tty_node(const struct extract *ex, const char *tty)
{
    const char *at = aj_strf(ex->cx->scratch, "/sys/class/tty/%s", tty);
    uint64_t base = 0;
    const char *path = extract_node_path(remote_link(
        ex->remote, aj_strf(ex->cx->scratch, "%s/device/of_node", at), ex->cx->scratch));
    if (path != NULL)
        return aj_dt_at(ex->dt, path);
    if (!extract_number(ex, aj_strf(ex->cx->scratch, "%s/iomem_base", at), &base) || base == 0)
        return NULL;
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        if (device->d.regions_count > 0 && device->d.regions[0].phys_start == base)
            return device->node;
    }
    return NULL;
}

static bool is_usable(const struct extract_device *device)
{
    return device->d.status == NULL && device->d.regions_count > 0 &&
           uart_row(device->node) < AJ_COUNT(uarts);
}

/* The only UART whose driver has this tty's name, or the first UART of all if `tty` is NULL. */
static const struct aj_dt_node *by_driver(const struct extract *ex, const char *tty)
{
    const struct aj_dt_node *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        if (!is_usable(device))
            continue;
        if (tty == NULL)
            return device->node;
        const char *name = uarts[uart_row(device->node)].tty;
        if (strncmp(tty, name, strlen(name)) == 0 && strchr("0123456789", tty[strlen(name)])) {
            found = device->node;
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

struct console {
    const struct aj_dt_node *node;
    const char *options; /* "115200n8" or NULL */
    const char *source;  /* that says so */
};

/* What Linux says it uses, else what the boot loader told it, else the command line, else the first
 * UART there is. */
static struct console active_console(struct extract *ex)
{
    const struct aj_dt_stdout said = aj_dt_stdout(ex->dt, ex->out);
    const char *word = extract_word(ex, ex->board->kernel.cmdline, "console");
    const char *comma = word == NULL ? NULL : strchr(word, ',');
    struct console console = {said.node, said.options, "devicetree /chosen: stdout-path"};
    if (said.node != NULL)
        ex->board->stdout_path = said.node->path;
    const char *tty = ex->remote == NULL ? NULL : preferred_tty(ex);
    const struct aj_dt_node *node = tty == NULL ? NULL : tty_node(ex, tty);
    if (node != NULL) {
        if (said.node != NULL && said.node != node)
            extract_note(ex, "info", "console-differs", "/proc/consoles",
                         "Linux prints on %s (%s), stdout-path says %s", tty, node->path,
                         said.node->path);
        console.options = said.node == node ? said.options : NULL;
        console.node = node;
        console.source = "/proc/consoles";
    }
    const struct extract_device *device =
        console.node == NULL ? NULL : extract_device_of(ex, console.node);
    if (device == NULL || !is_usable(device)) {
        node = tty != NULL ? by_driver(ex, tty) : word == NULL ? NULL : by_driver(ex, word);
        console = (struct console){node != NULL ? node : by_driver(ex, NULL), NULL,
                                   node == NULL  ? "derived: the first UART"
                                   : tty != NULL ? "/proc/consoles"
                                                 : "console= of cmdline"};
    }
    if (console.options == NULL && comma != NULL)
        console.options = comma + 1;
    return console;
}

static uint32_t baud_of(const struct extract *ex, const struct extract_device *device,
                        const char *options)
{
    uint64_t baud = 0;
    uint32_t speed = AJ_NONE32;
    if (options != NULL && extract_decimal(ex, &options, &baud) && baud > 0 && baud < AJ_NONE32)
        return (uint32_t)baud;
    (void)aj_dt_u32(device->node, "current-speed", &speed);
    return speed;
}

static struct model_board_console describe(const struct extract *ex,
                                           const struct extract_device *device,
                                           const struct console *active)
{
    const size_t row = uart_row(device->node);
    const bool is_active = device->node == active->node;
    uint32_t regdist = uarts[row].regdist, clock_hz = device->d.clock_hz;
    if (regdist == 0)
        regdist = device->d.reg_shift == 2 ? 4 : 1;
    (void)aj_dt_u32(device->node, "clock-frequency", &clock_hz);
    extract_from_node(ex, "consoles", device->d.name, NULL, device->node, NULL);
    if (is_active)
        extract_from(ex, "consoles", device->d.name, "active", active->source);
    return (struct model_board_console){
        .name = device->d.name,
        .type = uarts[row].type,
        .address = device->d.regions[0].phys_start,
        .size = device->d.regions[0].size,
        .regdist = regdist,
        .mmio = true,
        .intid = device->d.interrupts_count > 0 ? device->d.interrupts[0].intid : AJ_NONE32,
        .baud = baud_of(ex, device, is_active ? active->options : NULL),
        .clock_hz = clock_hz,
        .active = is_active,
    };
}

void extract_consoles(struct extract *ex)
{
    AJ_VEC(struct model_board_console) consoles = {0};
    const struct console active = active_console(ex);
    for (size_t i = 0; i < ex->devices.count && consoles.count < CONSOLES_MAX; i++)
        if (is_usable(&ex->devices.items[i]))
            AJ_PUSH(ex->out, &consoles, describe(ex, &ex->devices.items[i], &active));
    ex->board->consoles = consoles.items;
    ex->board->consoles_count = consoles.count;
}
