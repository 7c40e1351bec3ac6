/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/cell_priv.h"

#include <inttypes.h>

#include "emit/c_text.h"
#include "emit/layout.h"

enum { WORD_MAX = 128, MSI_64BITS = 1, MSI_MASKABLE = 2 };

/* One configuration on its way to C. */
struct source {
    struct emit_c c;
    const struct model_cell *cell;
    const struct emit_ident *ident;
    uint8_t arch;
};

static void number(char *word, enum emit_form form, uint64_t value, const char *end)
{
    /* Decimal constants have a signed type. */
    const bool decimal = value == 0 || (form == EMIT_DEC && value <= INT64_MAX);
    snprintf(word, WORD_MAX, decimal ? "%" PRIu64 "%s" : "0x%" PRIx64 "%s", value, end);
}

/* .name = A | B, */
static void assign(struct source *s, const char *name, enum emit_form form, uint64_t value)
{
    char word[WORD_MAX];
    uint64_t rest = value;
    snprintf(word, sizeof word, ".%s =", name);
    emit_c_begin(&s->c, word);
    do {
        struct emit_term term;
        emit_form_next(form, &rest, &term);
        const char *end = rest == 0 ? "," : " |";
        if (term.name != NULL)
            snprintf(word, sizeof word, "%s%s%s", term.prefix, term.name, end);
        else
            number(word, form, term.value, end);
        emit_c_word(&s->c, word, 1, "");
    } while (rest != 0);
    emit_c_end(&s->c);
}

static void open_member(struct source *s, const char *name)
{
    char text[WORD_MAX];
    snprintf(text, sizeof text, ".%s = {", name);
    emit_c_open(&s->c, text);
}

/* The lines between the braces of an array of plain integers of `width` bytes. */
static void put_numbers(struct source *s, const uint64_t *numbers, size_t count, size_t width)
{
    char word[WORD_MAX];
    emit_c_begin(&s->c, "");
    for (size_t i = 0; i < count; i++) {
        snprintf(word, sizeof word, "0x%0*" PRIx64 ",", (int)width * 2, numbers[i]);
        emit_c_word(&s->c, word, 0, "");
    }
    emit_c_end(&s->c);
}

static void put_array_field(struct source *s, const struct emit_field *field, const void *value)
{
    uint64_t numbers[32];
    for (size_t i = 0; i < field->count; i++)
        numbers[i] = emit_field_get(field, value, i);
    open_member(s, field->name);
    put_numbers(s, numbers, field->count, field->width);
    emit_c_close(&s->c, "},");
}

static bool is_zero(const struct emit_field *field, const void *value)
{
    for (size_t i = 0; i < field->count; i++)
        if (emit_field_get(field, value, i) != 0)
            return false;
    return true;
}

static void put_counters(struct source *s)
{
    char text[WORD_MAX];
    aj_buf_adds(s->c.to, "\n");
    if (s->cell->cpu_set_size > 0)
        emit_c_line(&s->c, ".cpu_set_size = sizeof(config.cpus),");
    for (size_t a = 0; a < EMIT_ARRAYS; a++) {
        if (emit_array_count(&emit_arrays[a], s->cell) == 0)
            continue;
        snprintf(text, sizeof text, ".%s = ARRAY_SIZE(config.%s),", emit_arrays[a].counter,
                 emit_arrays[a].name);
        emit_c_line(&s->c, text);
    }
}

static void put_msi_bits(struct source *s, uint64_t bits)
{
    if ((bits & MSI_64BITS) != 0)
        emit_c_line(&s->c, ".msi_64bits = 1,");
    if ((bits & MSI_MASKABLE) != 0)
        emit_c_line(&s->c, ".msi_maskable = 1,");
}

/* The other reading of the bytes that `tipvu` names: that of AMD's IOMMU. */
static void put_amd(struct source *s, uint64_t bytes)
{
    open_member(s, "amd");
    assign(s, "bdf", EMIT_HEX, bytes & 0xffff);
    assign(s, "base_cap", EMIT_HEX, bytes >> 16 & 0xff);
    assign(s, "msi_cap", EMIT_HEX, bytes >> 24 & 0xff);
    assign(s, "features", EMIT_HEX, bytes >> 32);
    emit_c_close(&s->c, "},");
}

static void put_fields(struct source *s, const struct emit_layout *layout, const void *value);

/* Up to the last entry that is not zero; the compiler adds the rest. */
static void put_structs(struct source *s, const struct emit_field *field, const void *value)
{
    size_t count = field->count;
    while (count > 0 &&
           emit_layout_is_zero(field->sub, s->arch, emit_field_sub(field, value, count - 1)))
        count--;
    if (count == 0)
        return;
    open_member(s, field->name);
    for (size_t i = 0; i < count; i++) {
        emit_c_open(&s->c, "{");
        put_fields(s, field->sub, emit_field_sub(field, value, i));
        emit_c_close(&s->c, "},");
    }
    emit_c_close(&s->c, "},");
}

static void put_struct(struct source *s, const struct emit_field *field, const void *value)
{
    const void *sub = emit_field_sub(field, value, 0);
    if (emit_layout_is_zero(field->sub, s->arch, sub))
        return;
    if (field->sub == &emit_tlb_layout) {
        const struct model_iommu *unit = value;
        if (unit->type == JAILHOUSE_IOMMU_AMD && unit->tlb_size == 0) {
            put_amd(s, unit->tlb_base);
            return;
        }
    }
    open_member(s, field->name);
    put_fields(s, field->sub, sub);
    emit_c_close(&s->c, "},");
}

static void put_field(struct source *s, const struct emit_field *field, const void *value,
                      bool zeros)
{
    if (field->sub != NULL && field->count > 1)
        put_structs(s, field, value);
    else if (field->sub != NULL)
        put_struct(s, field, value);
    else if (field->form == EMIT_CPU_SET_SIZE)
        put_counters(s);
    else if (field->form == EMIT_MSI_BITS)
        put_msi_bits(s, emit_field_get(field, value, 0));
    else if (is_zero(field, value) && !zeros)
        return;
    else if (field->count > 1)
        put_array_field(s, field, value);
    else
        assign(s, field->name, field->form, emit_field_get(field, value, 0));
}

static void put_fields(struct source *s, const struct emit_layout *layout, const void *value)
{
    /* What a region is shows better when nothing is left out. */
    const bool zeros = layout == &emit_memory_layout || layout == &emit_pio_layout;
    for (size_t f = 0; f < layout->fields_count; f++)
        if (emit_field_applies(&layout->fields[f], s->arch))
            put_field(s, &layout->fields[f], value, zeros);
}

static void put_string(struct source *s, const char *name, const uint8_t *bytes, size_t size)
{
    struct aj_buf text = {0};
    aj_buf_addf(&text, ".%s = ", name);
    emit_c_string(&text, bytes, size);
    aj_buf_adds(&text, ",");
    emit_c_line(&s->c, aj_buf_text(&text));
    aj_buf_free(&text);
}

static void put_architecture(struct source *s, uint8_t arch)
{
    static const char *const names[] = {"X86", "ARM", "ARM64"};
    char text[WORD_MAX];
    if (arch < AJ_COUNT(names))
        snprintf(text, sizeof text, ".architecture = JAILHOUSE_%s,", names[arch]);
    else
        snprintf(text, sizeof text, ".architecture = %u,", arch);
    emit_c_line(&s->c, text);
}

static void put_ident(struct source *s, const char *signature, uint8_t arch)
{
    char text[WORD_MAX];
    snprintf(text, sizeof text, ".signature = JAILHOUSE_%s_SIGNATURE,", signature);
    emit_c_line(&s->c, text);
    if (s->ident->signature_size == 5)
        put_architecture(s, arch);
    emit_c_line(&s->c, ".revision = JAILHOUSE_CONFIG_REVISION,");
}

/* Of the embedded root descriptor, which upstream leaves empty. */
static void put_found_ident(struct source *s, const struct model_cell *cell)
{
    uint8_t signature[6];
    const bool six = s->ident->signature_size == 6;
    memcpy(signature, cell->signature, 5);
    signature[5] = six ? cell->architecture : 0;
    for (size_t i = 0; i < sizeof signature; i++) {
        if (signature[i] == 0)
            continue;
        put_string(s, "signature", signature, sizeof signature);
        break;
    }
    if (!six && cell->architecture != 0)
        put_architecture(s, cell->architecture);
    if (cell->revision != 0)
        assign(s, "revision", EMIT_DEC, cell->revision);
}

static void put_descriptor(struct source *s)
{
    uint8_t name[EMIT_NAME_SIZE];
    emit_cell_name_bytes(s->cell, name);
    put_string(s, "name", name, sizeof name);
    put_fields(s, &emit_cell_layout, s->cell);
}

/* Set bits that the header has no name for: such entries can only be written as bytes. */
static bool is_bytes(const struct emit_array *array, const struct model_cell *cell)
{
    if (array->layout != &emit_pci_device_layout)
        return false;
    for (size_t i = 0; i < cell->pci_devices_count; i++)
        if ((cell->pci_devices[i].msi_bits & ~(MSI_64BITS | MSI_MASKABLE)) != 0)
            return true;
    return false;
}

static void put_bytes(struct source *s, const struct emit_layout *layout, const void *item)
{
    uint8_t bytes[EMIT_SYSTEM_SIZE] = {0};
    uint64_t numbers[EMIT_SYSTEM_SIZE];
    emit_layout_store(layout, s->arch, item, bytes);
    for (size_t i = 0; i < layout->size; i++)
        numbers[i] = bytes[i];
    put_numbers(s, numbers, layout->size, 1);
}

/* What an entry is, for the reader. */
static void put_comment(struct source *s, const struct emit_layout *layout, const void *item)
{
    const char *comment = NULL;
    struct aj_buf pins = {0};
    if (layout == &emit_memory_layout) {
        comment = ((const struct model_memory *)item)->comment;
    } else if (layout == &emit_pci_device_layout) {
        comment = ((const struct model_pci_device *)item)->comment;
    } else if (layout == &emit_irqchip_layout) {
        emit_pins_add(&pins, item);
        comment = pins.len == 0 ? "no interrupts" : aj_buf_text(&pins);
    }
    if (comment != NULL)
        emit_c_comment(&s->c, comment);
    aj_buf_free(&pins);
}

static void put_item(struct source *s, const struct emit_array *array, const void *item)
{
    put_comment(s, array->layout, item);
    if (emit_layout_is_zero(array->layout, s->arch, item)) {
        emit_c_line(&s->c, "{ 0 },");
        return;
    }
    emit_c_open(&s->c, "{");
    if (is_bytes(array, s->cell))
        put_bytes(s, array->layout, item);
    else
        put_fields(s, array->layout, item);
    emit_c_close(&s->c, "},");
}

static void put_cpus(struct source *s)
{
    const uint32_t size = s->cell->cpu_set_size;
    const uint32_t width = size % 8 == 0 ? 8 : 1;
    uint64_t numbers[EMIT_CPU_SET_MAX];
    struct aj_arena *arena = aj_arena_open();
    for (uint32_t i = 0; i < size / width; i++)
        numbers[i] =
            width == 8 ? s->cell->cpus.word[i] : s->cell->cpus.word[i / 8] >> i % 8 * 8 & 0xff;
    aj_buf_adds(s->c.to, "\n");
    open_member(s, "cpus");
    emit_c_comment(&s->c, aj_strf(arena, "CPUs %s", aj_cpuset_format(arena, &s->cell->cpus)));
    put_numbers(s, numbers, size / width, 1);
    emit_c_close(&s->c, "},");
    aj_arena_close(arena);
}

static void put_trailing(struct source *s)
{
    aj_buf_adds(s->c.to, "\n");
    open_member(s, "trailing");
    emit_c_comment(&s->c, "what follows the last array; Jailhouse does not look at it");
    for (size_t i = 0; i < s->cell->trailing_count; i++) {
        const uint64_t byte = s->cell->trailing[i];
        put_numbers(s, &byte, 1, 1);
    }
    emit_c_close(&s->c, "},");
}

static void put_arrays(struct source *s)
{
    if (s->cell->cpu_set_size > 0)
        put_cpus(s);
    for (size_t a = 0; a < EMIT_ARRAYS; a++) {
        const struct emit_array *array = &emit_arrays[a];
        const size_t count = emit_array_count(array, s->cell);
        const uint8_t *items = emit_array_items(array, s->cell);
        if (count == 0)
            continue;
        aj_buf_adds(s->c.to, "\n");
        open_member(s, array->name);
        for (size_t i = 0; i < count; i++)
            put_item(s, array, items + i * array->layout->member_size);
        emit_c_close(&s->c, "},");
    }
    if (s->cell->trailing_count > 0)
        put_trailing(s);
}

/* The members of `config`. */
static void put_declaration(struct source *s, const char *head)
{
    struct aj_buf *to = s->c.to;
    const uint32_t cpus = s->cell->cpu_set_size;
    aj_buf_addf(to, "struct {\n\t%s;\n", head);
    if (cpus > 0 && cpus % 8 == 0)
        aj_buf_addf(to, "\t__u64 cpus[%" PRIu32 "];\n", cpus / 8);
    else if (cpus > 0)
        aj_buf_addf(to, "\t__u8 cpus[%" PRIu32 "];\n", cpus);
    for (size_t a = 0; a < EMIT_ARRAYS; a++) {
        const struct emit_array *array = &emit_arrays[a];
        const size_t count = emit_array_count(array, s->cell);
        if (count > 0 && is_bytes(array, s->cell))
            aj_buf_addf(to, "\t__u8 %s[%zu][%u];\n", array->name, count, array->layout->size);
        else if (count > 0)
            aj_buf_addf(to, "\t%s %s[%zu];\n", array->layout->type, array->name, count);
    }
    if (s->cell->trailing_count > 0)
        aj_buf_addf(to, "\t__u8 trailing[%zu];\n", s->cell->trailing_count);
    aj_buf_adds(to, "} __attribute__((packed)) config = {\n");
    s->c.depth = 1;
}

static void put_head(struct source *s, const char *kind)
{
    struct aj_buf text = {0};
    aj_buf_addf(&text, "Jailhouse %s configuration \"%s\", made by autojail", kind,
                s->cell->name == NULL ? "" : s->cell->name);
    if (s->ident->signature_size == 5) {
        aj_buf_adds(&text, " for ");
        emit_arch_add(&text, s->arch);
    }
    emit_c_line(&s->c, "/* SPDX-License-Identifier: GPL-2.0-only OR GPL-3.0-or-later */");
    emit_c_comment(&s->c, aj_buf_text(&text));
    aj_buf_addf(s->c.to,
                "\n#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n\n"
                "#if JAILHOUSE_CONFIG_REVISION != %" PRIu32 "\n"
                "#error This file is for configuration revision %" PRIu32 " of Jailhouse\n"
                "#endif\n\n",
                s->ident->revision, s->ident->revision);
    aj_buf_free(&text);
}

/*
 * For x86, cell-config.h names the first 16 of the bytes that depend on the architecture. If others
 * are set, all of them are written by their names for arm.
 */
static uint8_t nameable(const struct model_header *found, struct model_header *header)
{
    uint8_t bytes[EMIT_UNION_SIZE] = {0};
    *header = *found;
    for (size_t i = 0; i < sizeof found->x86_tail; i++)
        bytes[0] |= found->x86_tail[i];
    if (found->architecture != MODEL_ARCH_X86 || bytes[0] == 0)
        return found->architecture;
    emit_layout_store(&emit_x86_layout, MODEL_ARCH_X86, found, bytes);
    emit_layout_load(&emit_arm_layout, MODEL_ARCH_ARM, bytes, header);
    return MODEL_ARCH_ARM;
}

static void put_system(struct source *s, const struct model_header *found)
{
    struct model_header header;
    put_head(s, "system");
    put_declaration(s, "struct jailhouse_system header");
    emit_c_open(&s->c, ".header = {");
    put_ident(s, "SYSTEM", found->architecture);
    s->arch = nameable(found, &header);
    put_fields(s, &emit_system_layout, &header);
    emit_c_open(&s->c, ".root_cell = {");
    put_found_ident(s, s->cell);
    put_descriptor(s);
    emit_c_close(&s->c, "},");
    emit_c_close(&s->c, "},");
}

static void put_cell(struct source *s)
{
    put_head(s, "cell");
    put_declaration(s, "struct jailhouse_cell_desc cell");
    emit_c_open(&s->c, ".cell = {");
    put_ident(s, "CELL_DESC", s->cell->architecture);
    put_descriptor(s);
    emit_c_close(&s->c, "},");
}

enum aj_status emit_cell_c(struct aj_ctx *cx, const struct model_system *system, size_t which,
                           struct aj_buf *to)
{
    AJ_TRY(emit_cell_check(cx, system, which));
    if (emit_cell_revision(system, which) < 13)
        return aj_fail(cx, AJ_ERR_INPUT, "cell-revision", AJ_NOWHERE,
                       "the C form is that of revisions 13 and 14, this is revision %u",
                       emit_cell_revision(system, which));
    struct source s = {.c = {.to = to},
                       .cell = emit_cell_of(system, which),
                       .ident = emit_ident_of(emit_cell_revision(system, which))};
    s.arch = which == EMIT_ROOT ? system->header->architecture : s.cell->architecture;
    if (which == EMIT_ROOT)
        put_system(&s, system->header);
    else
        put_cell(&s);
    put_arrays(&s);
    aj_buf_adds(to, "};\n");
    return AJ_OK;
}
