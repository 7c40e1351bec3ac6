/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/extract.h"

#include <stdarg.h>

#include "extract/x86_priv.h"

#define NOTES_MAX 1000

void extract_note(struct extract *ex, const char *level, const char *code, const char *where,
                  const char *fmt, ...)
{
    if (ex->notes.count >= NOTES_MAX)
        return;
    va_list args;
    va_start(args, fmt);
    AJ_PUSH(ex->out, &ex->notes,
            ((struct model_board_note){level, code, aj_strdup(ex->out, where),
                                       aj_vstrf(ex->out, fmt, args)}));
    va_end(args);
}

const char *extract_where(const struct extract *ex, const char *path, uint32_t line)
{
    return aj_strf(ex->cx->scratch, "%s:%u", path, (unsigned)line);
}

void extract_strings(const struct extract *ex, const struct aj_dt_prop *prop,
                     const char *const **texts, size_t *count)
{
    AJ_VEC(const char *) list = {0};
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        if (text[0] != '\0')
            AJ_PUSH(ex->out, &list, text);
    *texts = list.items;
    *count = list.count;
}

/* Texts that tell the architecture of a running kernel. */
static const struct {
    const char *path, *word;
    uint8_t arch;
} arch_signs[] = {
    {"/sys/devices/system/cpu/modalias", "cpu:type:aarch64", MODEL_ARCH_ARM64},
    {"/sys/devices/system/cpu/modalias", "cpu:type:x86", MODEL_ARCH_X86},
    {"/commands/uname.txt", "aarch64", MODEL_ARCH_ARM64},
    {"/commands/uname.txt", "x86_64", MODEL_ARCH_X86},
    {"/commands/uname.txt", "armv7", MODEL_ARCH_ARM},
    {"/proc/version", "aarch64", MODEL_ARCH_ARM64},
    {"/proc/cpuinfo", "GenuineIntel", MODEL_ARCH_X86},
    {"/proc/cpuinfo", "AuthenticAMD", MODEL_ARCH_X86},
    {"/proc/iomem", "Local APIC", MODEL_ARCH_X86},
};

static bool contains(const struct extract *ex, const char *path, const char *word)
{
    struct extract_lines lines;
    if (!extract_lines_open(ex, path, &lines))
        return false;
    for (const char *line = extract_line(ex, &lines); line != NULL; line = extract_line(ex, &lines))
        if (strstr(line, word) != NULL)
            return true;
    return false;
}

/* False if nothing tells. /proc/cpuinfo of an ARM does not: it shows each reader what it wants. */
static bool kernel_arch(const struct extract *ex, uint8_t *arch)
{
    for (size_t i = 0; i < AJ_COUNT(arch_signs); i++)
        if (contains(ex, arch_signs[i].path, arch_signs[i].word)) {
            *arch = arch_signs[i].arch;
            extract_from(ex, "arch", NULL, NULL, arch_signs[i].path);
            return true;
        }
    return false;
}

/* A root with other cells than 1 or 2 describes no address of ours. */
static uint32_t root_cells(uint32_t cells)
{
    return cells == 1 || cells == 2 ? cells : 2;
}

static void identify(struct extract *ex)
{
    const struct aj_dt_node *root = ex->dt->nodes.items[0];
    struct model_board_info *info = &ex->board->board;
    extract_strings(ex, aj_dt_prop(root, "compatible"), &info->compatible, &info->compatible_count);
    ex->board->address_cells = root_cells(root->child_address_cells);
    ex->board->size_cells = root_cells(root->child_size_cells);
    info->model = aj_dt_string(root, "model");
    if (info->compatible_count > 0)
        info->vendor = aj_strndup(ex->out, info->compatible[0], strcspn(info->compatible[0], ","));
    if (kernel_arch(ex, &ex->board->arch))
        return;
    ex->board->arch = extract_cpu_is_64(ex) ? MODEL_ARCH_ARM64 : MODEL_ARCH_ARM;
    extract_from(ex, "arch", NULL, NULL, "derived: the types of the CPUs");
    extract_note(ex, "info", "arch-guess", "/cpus",
                 "the architecture of the kernel is not known: that of the CPUs is taken");
}

static bool jailhouse_runs(const struct extract *ex)
{
    uint64_t enabled = 0;
    if (extract_number(ex, "/sys/devices/jailhouse/enabled", &enabled) && enabled != 0)
        return true;
    for (size_t i = 0; i < ex->iomem.entries.count; i++)
        if (strcmp(ex->iomem.entries.items[i].name, "Jailhouse hypervisor") == 0)
            return true;
    return false;
}

static enum aj_status check_jailhouse(struct extract *ex, const struct extract_options *options)
{
    ex->board->jailhouse.running = jailhouse_runs(ex);
    if (!ex->board->jailhouse.running)
        return AJ_OK;
    if (options->force) {
        extract_note(ex, "warning", "jailhouse-running", "/proc/iomem",
                     "taken while Jailhouse was running: what its cells own is missing in Linux's "
                     "files; all CPUs of the device tree count as online");
        return AJ_OK;
    }
    const enum aj_status status =
        aj_fail(ex->cx, AJ_ERR_INPUT, "jailhouse-running",
                ((struct aj_loc){remote_display_path(ex->remote, "/proc/iomem"), 0, 0}),
                "Jailhouse is running on this board, so Linux does not see all of it");
    aj_diag_hint(ex->cx, "run 'jailhouse disable' first, or use --force for an incomplete result");
    return status;
}

/* Everything that comes from the tree, in the order in which one needs the other. */
static enum aj_status describe(struct extract *ex)
{
    static void (*const subjects[])(struct extract *) = {
        identify,         extract_kernel, extract_gic,      extract_devices,
        extract_irqchips, extract_iommu,  extract_closure,  extract_roots_own,
        extract_verdicts, extract_cpus,   extract_realtime, extract_redistributors,
        extract_consoles, extract_pci,    extract_memory,   extract_interrupts,
    };
    for (size_t i = 0; i < AJ_COUNT(subjects) && !aj_cancelled(ex->cx); i++)
        subjects[i](ex);
    return aj_poll_cancel(ex->cx);
}

static bool is_x86(const struct extract *ex)
{
    uint8_t arch = MODEL_ARCH_ARM64;
    return kernel_arch(ex, &arch) && arch == MODEL_ARCH_X86;
}

static enum aj_status no_tree(struct extract *ex)
{
    const struct aj_loc loc = {remote_display_path(ex->remote, ""), 0, 0};
    const enum aj_status status =
        aj_fail(ex->cx, AJ_ERR_INPUT, "extract-no-source", loc, "there is no device tree");
    aj_diag_hint(ex->cx, "a snapshot has sys/firmware/devicetree/base or sys/firmware/fdt");
    return status;
}

/* A board has a device tree, or ACPI's tables; with both, Linux goes by the tree unless told otherwise. */
static enum aj_status from_tree(struct extract *ex)
{
    struct aj_bytes madt;
    uint8_t arch = MODEL_ARCH_ARM;
    AJ_TRY(extract_tree(ex));
    if (ex->dt != NULL)
        return describe(ex);
    if (kernel_arch(ex, &arch) && arch == MODEL_ARCH_ARM64 &&
        remote_read(ex->remote, "/sys/firmware/acpi/tables/APIC", ex->cx->scratch, &madt))
        return extract_arm_acpi(ex);
    return no_tree(ex);
}

static struct model_board *finish(struct extract *ex)
{
    struct model_board *board = ex->board;
    struct model_device *devices = AJ_NEW_ARRAY(ex->out, struct model_device, ex->devices.count);
    for (size_t i = 0; i < ex->devices.count; i++)
        devices[i] = ex->devices.items[i].d;
    board->devices = devices;
    board->devices_count = ex->devices.count;
    board->diagnostics = ex->notes.items;
    board->diagnostics_count = ex->notes.count;
    board->sources = ex->sources->items;
    board->sources_count = ex->sources->count;
    board->jailhouse.possible = ex->obstacles.count == 0;
    board->jailhouse.reasons = ex->obstacles.items;
    board->jailhouse.reasons_count = ex->obstacles.count;
    return board;
}

static struct extract begin(struct aj_ctx *cx, struct remote *remote, struct aj_arena *out)
{
    struct model_board *board = AJ_NEW(out, struct model_board);
    *board = (struct model_board){
        .format = 1,
        .phys_limit = AJ_NONE64,
        .kernel = {.mem_limit = AJ_NONE64, .page_size = AJ_PAGE},
    };
    return (struct extract){
        .cx = cx,
        .remote = remote,
        .out = out,
        .board = board,
        .sources = AJ_NEW(out, extract_sources),
        .dmesg = {.spis = AJ_NONE32},
    };
}

enum aj_status extract_board(struct aj_ctx *cx, struct remote *remote,
                             const struct extract_options *options, struct aj_arena *out,
                             const struct model_board **board)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct extract ex = begin(cx, remote, out);
    extract_iomem(&ex);
    enum aj_status status = check_jailhouse(&ex, options);
    if (status == AJ_OK)
        status = is_x86(&ex) ? extract_x86(&ex) : from_tree(&ex);
    if (status == AJ_OK)
        *board = finish(&ex);
    aj_arena_release(cx->scratch, mark);
    return status;
}

enum aj_status extract_board_from_dtb(struct aj_ctx *cx, const char *name, struct aj_bytes blob,
                                      const struct aj_rangeset *memory, struct aj_arena *out,
                                      const struct model_board **board)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct extract ex = begin(cx, NULL, out);
    ex.memory = memory == NULL || memory->count == 0 ? NULL : memory;
    ex.node_order = true;
    enum aj_status status = aj_dt_parse(cx, name, blob, out, &ex.dt);
    if (status == AJ_OK)
        status = describe(&ex);
    if (status == AJ_OK)
        *board = finish(&ex);
    aj_arena_release(cx->scratch, mark);
    return status;
}
