/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * board.yml with comments that say where each value came from. What is read in one place on every
 * machine is in a table here; what was chosen between places, and where each entry is described, was
 * written down while reading.
 */
#include "base/buf.h"
#include "extract/extract_priv.h"

#define DEPTH 4 /* section, entry, key, key in it */

enum { TREE = 1, PC = 2 }; /* machines that a device tree describes, and those without */

/* `entry` NULL: the section itself; "*": any. Texts are of the entry's own source, mostly: properties
 * of its node, files in its directory. */
static const struct rule {
    unsigned machines;
    const char *section, *entry, *key, *text;
} rules[] = {
    {TREE, "board", "vendor", NULL, "devicetree /: compatible"},
    {TREE, "board", "model", NULL, "devicetree /: model"},
    {TREE, "board", "compatible", NULL, "devicetree /: compatible"},
    {PC, "board", "vendor", NULL, "/sys/class/dmi/id/sys_vendor"},
    {PC, "board", "model", NULL, "/sys/class/dmi/id/product_name"},
    {TREE | PC, "jailhouse", NULL, NULL, "derived: what stands against it"},
    {TREE | PC, "kernel", "release", NULL, "/proc/version"},
    {TREE | PC, "kernel", "mem_limit", NULL, "mem= of cmdline"},
    {TREE | PC, "kernel", "page_size", NULL, "getconf PAGESIZE, or the kernel's configuration"},
    {TREE | PC, "kernel", "config", NULL, "the kernel's configuration"},
    {TREE | PC, "realtime", "smt", NULL, "/sys/devices/system/cpu/smt/control"},
    {TREE | PC, "realtime", "clocksource", NULL,
     "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
    {TREE | PC, "realtime", "clocksources", NULL,
     "/sys/devices/system/clocksource/clocksource0/available_clocksource"},
    {TREE | PC, "realtime", "isolcpus", NULL, "isolcpus= of cmdline, cpu/isolated"},
    {TREE | PC, "realtime", "nohz_full", NULL, "nohz_full= of cmdline, cpu/nohz_full"},
    {TREE | PC, "realtime", "rcu_nocbs", NULL, "rcu_nocbs= of cmdline"},
    {TREE | PC, "realtime", "irqaffinity", NULL, "irqaffinity= of cmdline"},
    {TREE | PC, "realtime", "rt_runtime_us", NULL, "/proc/sys/kernel/sched_rt_runtime_us"},
    {TREE | PC, "realtime", "idle_states", NULL, "/sys/devices/system/cpu: cpuidle"},
    {TREE | PC, "realtime", "frequencies", NULL, "/sys/devices/system/cpu: cpufreq"},
    {TREE | PC, "numa", NULL, NULL, "/sys/devices/system/node"},
    {TREE, "stdout_path", NULL, NULL, "devicetree /chosen: stdout-path"},
    {TREE, "address_cells", NULL, NULL, "devicetree /: #address-cells"},
    {TREE, "size_cells", NULL, NULL, "devicetree /: #size-cells"},
    {TREE, "phys_limit", NULL, NULL, "derived: the types of the CPUs"},
    {PC, "phys_limit", NULL, NULL, "/proc/cpuinfo: address sizes"},
    {TREE, "cpus", "*", "midr", "regs/identification/midr_el1"},
    {TREE, "cpus", "*", "mpidr", "reg"},
    {TREE, "cpus", "*", "compatible", "compatible"},
    {TREE, "cpus", "*", "enable_method", "enable-method"},
    {TREE | PC, "cpus", "*", "l2", "derived: caches"},
    {TREE | PC, "caches", "*", "allocation", "cpuid 0x10, /sys/fs/resctrl/info"},
    {PC, "cpus", "*", "node", "/sys/devices/system/node"},
    {TREE, "memory_regions", "*", "linux_driver", "sysfs: driver, by of_node"},
    {PC, "memory_regions", "*", "linux_driver", "sysfs: driver"},
    {TREE | PC, "memory_regions", "*", "root_used", "derived: iomem, status and driver"},
    {TREE, "memory_regions", "*", "reusable", "reusable"},
    {TREE, "irqchips", "*", "address", "reg"},
    {TREE, "irqchips", "*", "type", "compatible"},
    {TREE, "irqchips", "*", "pin_bitmap", "derived: spi_limit"},
    {TREE, "platform", "arm", "gic_version", "compatible"},
    {TREE, "platform", "arm", "gicd_base", "reg"},
    {TREE, "platform", "arm", "gicc_base", "reg"},
    {TREE, "platform", "arm", "gich_base", "reg"},
    {TREE, "platform", "arm", "gicv_base", "reg"},
    {TREE, "platform", "arm", "gicr_base", "reg"},
    {TREE, "platform", "arm", "gicr_size", "reg, number of CPUs"},
    {TREE, "platform", "arm", "gic_compatible", "compatible"},
    {PC, "platform", "x86", "vtd_interrupt_limit", "derived: messages and pins"},
    {TREE, "consoles", "*", "type", "compatible"},
    {TREE, "consoles", "*", "address", "reg"},
    {TREE, "consoles", "*", "size", "reg"},
    {TREE, "consoles", "*", "regdist", "compatible, reg-shift"},
    {TREE, "consoles", "*", "intid", "interrupts"},
    {TREE, "consoles", "*", "clock_hz", "clock-frequency, clocks"},
    {TREE, "consoles", "*", "baud", "stdout-path, console=, current-speed"},
    {PC, "consoles", "*", "type", "type"},
    {PC, "consoles", "*", "address", "port, iomem_base"},
    {PC, "consoles", "*", "regdist", "iomem_reg_shift, io_type"},
    {PC, "consoles", "*", "mmio", "io_type"},
    {PC, "consoles", "*", "intid", "irq"},
    {PC, "consoles", "*", "baud", "console= of cmdline"},
    {PC, "consoles", "*", "clock_hz", "uartclk"},
    {PC, "consoles", "*", "active", "console= of cmdline"},
    {TREE, "devices", "*", "aliases", "devicetree /aliases"},
    {TREE, "devices", "*", "compatible", "compatible"},
    {TREE, "devices", "*", "status", "status, also of the nodes above"},
    {TREE, "devices", "*", "regions", "reg, ranges of the nodes above"},
    {TREE, "devices", "*", "interrupts", "interrupts, interrupts-extended, interrupt-map"},
    {TREE, "devices", "*", "linux_driver", "sysfs: driver, by of_node"},
    {TREE, "devices", "*", "clock_hz", "clocks"},
    {TREE, "devices", "*", "reg_shift", "reg-shift"},
    {TREE, "devices", "*", "reg_io_width", "reg-io-width"},
    {TREE, "devices", "*", "stream_ids", "iommus"},
    {TREE, "devices", "*", "dma", "derived: its kind by name, dmas, iommus"},
    {TREE | PC, "devices", "*", "closure", "derived: pages, lines and streams in common"},
    {TREE | PC, "devices", "*", "verdict", "derived: the gravest reason"},
    {TREE, "devices", "*", "reasons", "derived: what the node refers to"},
    {PC, "devices", "*", "path", "firmware_node/path"},
    {PC, "devices", "*", "regions", "resource"},
    {PC, "devices", "*", "ports", "resource"},
    {PC, "devices", "*", "interrupts", "irq, /sys/kernel/irq"},
    {PC, "devices", "*", "linux_driver", "driver"},
    {PC, "devices", "*", "node", "numa_node"},
    {PC, "devices", "*", "dma", "derived: functions are masters"},
    {PC, "devices", "*", "reasons", "derived: its class, its messages, who else is near"},
    {PC, "devices", "*", "pci", "config"},
    {PC, "devices", "*", "bdf", "derived: its address"},
    {PC, "devices", "*", "bridge", "config 0x0a, 0x0e"},
    {PC, "devices", "*", "vendor", "config 0x00"},
    {PC, "devices", "*", "product", "config 0x02"},
    {PC, "devices", "*", "class", "config 0x09"},
    {PC, "devices", "*", "iommu", "/sys/firmware/acpi/tables: DMAR, IVRS"},
    {PC, "devices", "*", "bar_mask", "resource"},
    {PC, "devices", "*", "reserved", "/sys/firmware/acpi/tables: RMRR of DMAR, IVMD of IVRS"},
    {PC, "devices", "*", "msi_vectors", "config: its capability 0x05"},
    {PC, "devices", "*", "msi_64bits", "config: its capability 0x05"},
    {PC, "devices", "*", "msi_maskable", "config: its capability 0x05"},
    {PC, "devices", "*", "msix_vectors", "config: its capability 0x11"},
    {PC, "devices", "*", "msix_address", "config: its capability 0x11, resource"},
    {PC, "devices", "*", "msix_size", "config: its capability 0x11"},
    {PC, "devices", "*", "caps", "config 0x34, 0x100 and on"},
    {TREE | PC, "interrupts", NULL, NULL, "/proc/interrupts"},
    {PC, "ports", NULL, NULL, "/proc/ioports"},
};

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void extract_from(const struct extract *ex, const char *section, const char *entry, const char *key,
                  const char *text)
{
    AJ_PUSH(ex->out, ex->sources,
            ((struct model_board_source){section, entry, key, NULL, aj_strdup(ex->out, text)}));
}

void extract_from_node(const struct extract *ex, const char *section, const char *entry,
                       const char *key, const struct aj_dt_node *node, const char *property)
{
    AJ_PUSH(ex->out, ex->sources,
            ((struct model_board_source){section, entry, key, node->path, property}));
}

/* Where the lines of the file are: section, entry, key. */
struct walk {
    const struct model_board *board;
    struct aj_arena *arena;
    unsigned machine;
    const char *at[DEPTH]; /* NULL from some depth on */
    uint32_t item;         /* of a section that is a list */
};

static const char *recorded(const struct walk *walk)
{
    const char *const *at = walk->at;
    for (size_t i = walk->board->sources_count; i > 0; i--) {
        const struct model_board_source *s = &walk->board->sources[i - 1];
        if (!same(s->section, at[0]) || !same(s->entry, at[1]) || !same(s->key, at[2]))
            continue;
        if (s->node == NULL)
            return s->text;
        return s->text == NULL ? aj_strf(walk->arena, "devicetree %s", s->node)
                               : aj_strf(walk->arena, "devicetree %s: %s", s->node, s->text);
    }
    return NULL;
}

static const char *by_rule(const struct walk *walk)
{
    const char *key = walk->at[3] != NULL ? walk->at[3] : walk->at[2];
    for (size_t i = 0; i < AJ_COUNT(rules); i++) {
        const bool any =
            rules[i].entry != NULL && walk->at[1] != NULL && strcmp(rules[i].entry, "*") == 0;
        if ((rules[i].machines & walk->machine) != 0 && same(rules[i].section, walk->at[0]) &&
            (any || same(rules[i].entry, walk->at[1])) && same(rules[i].key, key))
            return rules[i].text;
    }
    return NULL;
}

/* The key of a line, which ends with ':' or ": value"; the writer quotes some. */
static const char *key_of(struct aj_arena *arena, const char *text, size_t length)
{
    const char *end = text[0] == '"' ? memchr(text + 1, '"', length - 1) : NULL;
    if (end != NULL)
        return aj_strndup(arena, text + 1, (size_t)(end - text) - 1);
    end = memchr(text, ':', length);
    while (end != NULL && end + 1 < text + length && end[1] != ' ')
        end = memchr(end + 1, ':', length - (size_t)(end + 1 - text));
    return end == NULL ? NULL : aj_strndup(arena, text, (size_t)(end - text));
}

/* Follows the line; false for one that has no source of its own: of a list inside an entry. */
static bool step(struct walk *walk, const char *line, size_t length)
{
    size_t indent = 0;
    while (indent < length && line[indent] == ' ')
        indent++;
    if (indent == length || line[indent] == '#' || indent / 2 >= DEPTH)
        return false;
    size_t depth = indent / 2;
    if (line[indent] == '-') {
        if (depth != 0 || walk->at[0] == NULL)
            return false;
        depth = 1;
        walk->at[1] = aj_strf(walk->arena, "%u", (unsigned)walk->item++);
    } else if (walk->at[0] == NULL || depth == 0 || walk->item == 0) {
        walk->at[depth] = key_of(walk->arena, line + indent, length - indent);
        walk->item = depth == 0 ? 0 : walk->item;
    } else
        return false; /* of an item */
    for (size_t i = depth + 1; i < DEPTH; i++)
        walk->at[i] = NULL;
    return walk->at[depth] != NULL;
}

static void add_comment(struct aj_buf *to, const char *text)
{
    aj_buf_adds(to, "  # ");
    for (; *text != '\0'; text++)
        aj_buf_add(to, *text < 0x20 || *text > 0x7e ? "?" : text, 1);
}

void extract_write(const struct model_board *board, struct aj_buf *to)
{
    struct aj_buf plain = {NULL, 0, 0};
    struct walk walk = {.board = board, .arena = aj_arena_open(), .machine = PC};
    for (size_t i = 0; i < board->sources_count; i++)
        if (board->sources[i].node != NULL)
            walk.machine = TREE;
    model_board_write(board, &plain);
    const char *end = aj_buf_text(&plain) + plain.len;
    for (const char *line = aj_buf_text(&plain), *next = line; line < end; line = next) {
        const size_t length = strcspn(line, "\n");
        next = line + length + 1;
        aj_buf_add(to, line, length);
        if (step(&walk, line, length)) {
            const char *source = recorded(&walk);
            source = source == NULL ? by_rule(&walk) : source;
            if (source != NULL)
                add_comment(to, source);
        }
        aj_buf_adds(to, "\n");
    }
    aj_arena_close(walk.arena);
    aj_buf_free(&plain);
}
