/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/emit.h"

#include <inttypes.h>

#include "emit/layout.h"
#include "emit/older.h"

struct reader {
    struct aj_ctx *cx;
    struct aj_loc loc;
    struct aj_bytes bytes;
    struct aj_arena *out;
    const struct emit_ident *ident;
    const struct emit_older *older; /* the layout the file had, NULL for that of 13 and 14 */
    uint8_t architecture;           /* of a system that does not say it */
};

/* Files that people take for a `.cell`. */
static const struct {
    size_t offset;
    const char *bytes, *what, *hint;
} foreign[] = {
    {0, "\177ELF", "an ELF file",
     "the configuration is its data section: objcopy -O binary "
     "--remove-section=.note.gnu.property FILE.o FILE.cell"},
    {12, "GNU", "a configuration behind an ELF note",
     "run objcopy with --remove-section=.note.gnu.property"},
    {0, "/*", "a C source", "compile it first, as Jailhouse's build does"},
    {0, "//", "a C source", "compile it first, as Jailhouse's build does"},
    {0, "\320\015\376\355", "a device tree", NULL},
    {0, "JHCOMM", "a communication region", NULL},
};

static bool begins(struct aj_bytes bytes, size_t offset, const char *with)
{
    const size_t len = strlen(with);
    return bytes.size >= offset + len && memcmp(bytes.data + offset, with, len) == 0;
}

static enum aj_status not_a_cell(const struct reader *r)
{
    for (size_t i = 0; i < AJ_COUNT(foreign); i++) {
        if (!begins(r->bytes, foreign[i].offset, foreign[i].bytes))
            continue;
        const enum aj_status status =
            aj_fail(r->cx, AJ_ERR_INPUT, "cell-signature", r->loc,
                    "not a Jailhouse configuration but %s", foreign[i].what);
        if (foreign[i].hint != NULL)
            aj_diag_hint(r->cx, "%s", foreign[i].hint);
        return status;
    }
    return aj_fail(r->cx, AJ_ERR_INPUT, "cell-signature", r->loc,
                   "not a Jailhouse configuration: it begins with neither JHSYS nor JHC");
}

static enum aj_status wrong_revision(const struct reader *r, bool system, uint32_t revision)
{
    const enum aj_status status =
        aj_fail(r->cx, AJ_ERR_INPUT, "cell-revision", r->loc,
                "a %s configuration of revision %" PRIu32 "; autojail reads revisions 10 to 14",
                system ? "system" : "cell", revision);
    if (revision < 10)
        aj_diag_hint(r->cx,
                     "revision 9 is Jailhouse v0.9, whose cells have no console: port the source "
                     "and compile it against current headers");
    else
        aj_diag_hint(r->cx, "the file is newer than this autojail, or damaged at byte 6");
    return status;
}

/*
 * Which kind of file, and of which revision. Up to revision 13 signatures have six letters; since
 * then five and the architecture.
 */
static enum aj_status identify(struct reader *r, bool *system)
{
    *system = begins(r->bytes, 0, "JHSYS");
    const bool cell = begins(r->bytes, 0, "JHCLL") || begins(r->bytes, 0, "JHCELL");
    if (r->bytes.size == 0)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc, "the file is empty");
    if (!*system && !cell)
        return not_a_cell(r);
    if (r->bytes.size < EMIT_IDENT_SIZE)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                       "the file ends at byte %zu, before the revision", r->bytes.size);
    const uint32_t revision = (uint32_t)aj_load_le(r->bytes.data + 6, 2);
    const bool six = begins(r->bytes, 0, "JHSYST") || begins(r->bytes, 0, "JHCELL");
    r->ident = emit_ident_of(revision);
    if (r->ident == NULL)
        return wrong_revision(r, *system, revision);
    if (six != (r->ident->signature_size == 6))
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-signature", r->loc,
                       "the signature '%.*s' does not belong to revision %" PRIu32, six ? 6 : 5,
                       (const char *)r->bytes.data, revision);
    if (!six && r->bytes.data[5] > MODEL_ARCH_ARM64)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-architecture", r->loc,
                       "byte 5 says architecture %u; there are 0 (x86), 1 (arm) and 2 (arm64)",
                       r->bytes.data[5]);
    return AJ_OK;
}

static void read_name(const struct reader *r, const uint8_t *bytes, struct model_cell *cell)
{
    const uint8_t *end = memchr(bytes, 0, EMIT_NAME_SIZE);
    const size_t len = end == NULL ? EMIT_NAME_SIZE : (size_t)(end - bytes);
    cell->name = aj_strndup(r->out, (const char *)bytes, len);
    for (size_t i = len; i < EMIT_NAME_SIZE; i++) {
        cell->name_tail[i] = bytes[i];
        cell->name_tail_used |= bytes[i] != 0;
    }
}

static enum aj_status read_cpus(const struct reader *r, uint64_t *offset, struct model_cell *cell)
{
    const uint64_t end = *offset + cell->cpu_set_size;
    if (cell->cpu_set_size > EMIT_CPU_SET_MAX)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-limit", r->loc,
                       "the CPU set has %" PRIu32 " bytes; autojail knows %d CPUs, which are %d",
                       cell->cpu_set_size, AJ_CPU_MAX, EMIT_CPU_SET_MAX);
    if (end > r->bytes.size)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                       "the file ends at byte %zu; its CPU set, %" PRIu32
                       " bytes from byte %" PRIu64 ", ends at byte %" PRIu64,
                       r->bytes.size, cell->cpu_set_size, *offset, end);
    for (uint32_t i = 0; i < cell->cpu_set_size; i++)
        cell->cpus.word[i / 8] |= (uint64_t)r->bytes.data[*offset + i] << i % 8 * 8;
    *offset = end;
    return AJ_OK;
}

/* No sum or product here can wrap: counters have 32 bits, elements less than 2^8 bytes. */
static enum aj_status read_array(const struct reader *r, const struct emit_array *array,
                                 uint32_t count, uint64_t *offset, struct model_cell *cell)
{
    const struct emit_layout *layout = array->layout;
    const uint64_t end = *offset + (uint64_t)count * layout->size;
    if (end > r->bytes.size)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                       "the file ends at byte %zu; its %s, %" PRIu32
                       " of %u bytes from byte %" PRIu64 ", end at byte %" PRIu64,
                       r->bytes.size, array->name, count, layout->size, *offset, end);
    if (count == 0)
        return AJ_OK;
    uint8_t *items = aj_alloc_array(r->out, count, layout->member_size);
    for (uint32_t i = 0; i < count; i++)
        emit_layout_load(layout, cell->architecture,
                         r->bytes.data + *offset + (size_t)i * layout->size,
                         items + (size_t)i * layout->member_size);
    emit_array_set(array, cell, items, count);
    *offset = end;
    return AJ_OK;
}

/* The descriptor at `offset` and everything behind it. */
static enum aj_status read_cell(const struct reader *r, uint64_t offset, struct model_cell *cell)
{
    if (r->bytes.size - offset < EMIT_CELL_SIZE)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                       "the file ends at byte %zu; its cell descriptor, %d bytes from byte %" PRIu64
                       ", ends at byte %" PRIu64,
                       r->bytes.size, EMIT_CELL_SIZE, offset, offset + EMIT_CELL_SIZE);
    const uint8_t *desc = r->bytes.data + offset;
    memcpy(cell->signature, desc, sizeof cell->signature);
    cell->architecture = desc[5];
    cell->revision = (uint32_t)aj_load_le(desc + 6, 2);
    read_name(r, desc + EMIT_NAME_OFFSET, cell);
    emit_layout_load(&emit_cell_layout, cell->architecture, desc, cell);
    offset += EMIT_CELL_SIZE;
    AJ_TRY(read_cpus(r, &offset, cell));
    for (size_t a = 0; a < EMIT_ARRAYS; a++)
        AJ_TRY(read_array(r, &emit_arrays[a],
                          (uint32_t)aj_load_le(desc + emit_arrays[a].counter_offset, 4), &offset,
                          cell));
    const size_t trailing = r->bytes.size - (size_t)offset;
    uint32_t *bytes = AJ_NEW_ARRAY(r->out, uint32_t, trailing);
    for (size_t i = 0; i < trailing; i++)
        bytes[i] = r->bytes.data[offset + i];
    cell->trailing = trailing > 0 ? bytes : NULL;
    cell->trailing_count = trailing;
    return AJ_OK;
}

/* The interrupt controller looks like a GIC, or the machine is a PC. */
static uint8_t guess_system(const struct reader *r)
{
    struct model_header arm = {0};
    emit_layout_load(&emit_arm_layout, MODEL_ARCH_ARM64, r->bytes.data + EMIT_UNION_OFFSET, &arm);
    const bool gic = (arm.gic_version == 2 || arm.gic_version == 3) && arm.gicd_base != 0 &&
                     aj_is_aligned(arm.gicd_base, AJ_PAGE);
    return gic ? MODEL_ARCH_ARM64 : MODEL_ARCH_X86;
}

/* PCs have ports and message interrupts, and their cells another place for the communication page. */
static uint8_t guess_cell(const struct model_cell *cell)
{
    bool x86 = cell->pio_regions_count > 0 || cell->cache_regions_count > 0;
    for (size_t i = 0; i < cell->pci_devices_count; i++)
        x86 |= cell->pci_devices[i].num_msix_vectors > 0;
    for (size_t i = 0; i < cell->mem_regions_count; i++)
        if ((cell->mem_regions[i].flags & JAILHOUSE_MEM_COMM_REGION) != 0)
            x86 = cell->mem_regions[i].virt_start < MODEL_COMM_BASE;
    return x86 ? MODEL_ARCH_X86 : MODEL_ARCH_ARM64;
}

static void say_guess(const struct reader *r, uint8_t arch)
{
    aj_info(r->cx, "cell-architecture-guess", r->loc,
            "revision %" PRIu32 " does not say the architecture; taken for one of %s",
            r->ident->revision, arch == MODEL_ARCH_X86 ? "x86" : "arm64 (arm has the same layout)");
}

static enum aj_status read_system(const struct reader *r, struct model_system *system)
{
    struct model_header *header = AJ_NEW(r->out, struct model_header);
    struct model_cell *root = AJ_NEW(r->out, struct model_cell);
    if (r->bytes.size < EMIT_SYSTEM_SIZE)
        return aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                       "the file ends at byte %zu; its system header ends at byte %d",
                       r->bytes.size, EMIT_SYSTEM_SIZE);
    header->revision = r->ident->revision;
    header->architecture = r->bytes.data[5];
    if (r->ident->signature_size == 6) {
        header->architecture = r->older != NULL ? r->architecture : guess_system(r);
        say_guess(r, header->architecture);
    }
    emit_layout_load(&emit_system_layout, header->architecture, r->bytes.data, header);
    AJ_TRY(read_cell(r, EMIT_SYSTEM_SIZE, root));
    root->file = aj_strdup(r->out, r->loc.file);
    system->header = header;
    system->root = root;
    return AJ_OK;
}

static enum aj_status read_lone_cell(const struct reader *r, struct model_system *system)
{
    struct model_cell *cell = AJ_NEW(r->out, struct model_cell);
    AJ_TRY(read_cell(r, 0, cell));
    cell->file = aj_strdup(r->out, r->loc.file);
    memset(cell->signature, 0, sizeof cell->signature);
    if (r->ident->signature_size == 6) {
        cell->architecture = guess_cell(cell);
        say_guess(r, cell->architecture);
    }
    system->cells = cell;
    system->cells_count = 1;
    return AJ_OK;
}

/* Is the file what writing gives? Of an older layout, not every byte has a place in the value. */
static enum aj_status check_identity(const struct reader *r, struct aj_bytes file,
                                     const struct model_system *value)
{
    struct aj_buf back = {0};
    enum aj_status status =
        emit_cell_write(r->cx, value, value->header != NULL ? EMIT_ROOT : 0, &back);
    size_t at = 0;
    while (at < back.len && at < file.size && (uint8_t)back.data[at] == file.data[at])
        at++;
    if (status == AJ_OK && (at < back.len || at < file.size)) {
        status = aj_fail(r->cx, AJ_ERR_INPUT, "cell-older", r->loc,
                         "byte %zu has no meaning in revision %" PRIu32 " as it was %s", at,
                         r->ident->revision, r->older->known);
        aj_diag_hint(r->cx, "port the source and compile it against current headers");
    }
    aj_buf_free(&back);
    return status;
}

/* A file of revision 10 to 12, by way of the layout of revision 13. */
static enum aj_status read_older(struct reader *r, bool is_system, struct model_system *value)
{
    const struct aj_bytes file = r->bytes;
    const uint32_t revision = r->ident->revision;
    struct aj_buf now = {0};
    r->older = emit_older_guess(revision, file, is_system);
    r->architecture = emit_older_architecture(file);
    const struct emit_older_file how = {r->older, is_system, r->architecture};
    enum aj_status status = AJ_OK;
    if (!emit_older_to_13(&how, file, &now))
        status = aj_fail(r->cx, AJ_ERR_INPUT, "cell-truncated", r->loc,
                         "the file ends at byte %zu, before what its counters say; it was taken "
                         "for one of revision %" PRIu32 " as it was %s",
                         file.size, revision, r->older->known);
    r->bytes = (struct aj_bytes){(const uint8_t *)now.data, now.len};
    if (status == AJ_OK)
        status = is_system ? read_system(r, value) : read_lone_cell(r, value);
    if (status == AJ_OK && is_system && r->older != emit_older_of(revision, 0)) {
        struct model_header *header = aj_memdup(r->out, value->header, sizeof *header);
        header->iommu_unit_bytes = r->older->unit;
        value->header = header;
    }
    if (status == AJ_OK)
        status = check_identity(r, file, value);
    aj_buf_free(&now);
    return status;
}

enum aj_status emit_cell_read(struct aj_ctx *cx, const char *name, struct aj_bytes bytes,
                              struct aj_arena *out, const struct model_system **system)
{
    struct reader r = {.cx = cx, .loc = {name, 0, 0}, .bytes = bytes, .out = out};
    struct model_system *value = AJ_NEW(out, struct model_system);
    bool is_system = false;
    AJ_TRY(identify(&r, &is_system));
    if (r.ident->revision < 13)
        AJ_TRY(read_older(&r, is_system, value));
    else
        AJ_TRY(is_system ? read_system(&r, value) : read_lone_cell(&r, value));
    *system = value;
    return AJ_OK;
}
