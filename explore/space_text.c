/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/buf.h"
#include "base/num.h"
#include "base/units.h"
#include "explore/space.h"

/* Format */

/* Linux' numbers of the CPUs that the cell owns. */
static struct aj_cpuset ids_of(const struct explore_space *space,
                               const struct explore_decision *decision, uint32_t cell)
{
    struct aj_cpuset ids = {{0}};
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (decision->owner[p] == cell)
            aj_cpuset_add(&ids, space->cpus[p].id.v);
    }
    return ids;
}

const char *explore_decision_format(const struct explore_space *space,
                                    const struct explore_decision *decision, struct aj_arena *out)
{
    struct aj_buf text = {0};
    const char *gap = "";
    for (uint32_t c = 1; c < space->cells_count; c++) {
        const struct aj_cpuset ids = ids_of(space, decision, c);
        aj_buf_addf(&text, "%s%s: %s", gap, space->cells[c].key, aj_cpuset_format(out, &ids));
        gap = "; ";
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        aj_buf_addf(&text, "%sirq %u: %u", gap, (unsigned)space->irqs[j].intid,
                    (unsigned)space->cpus[decision->irq_cpu[j]].id.v);
        gap = "; ";
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (!explore_space_decides_bank(space, c))
            continue;
        aj_buf_addf(&text, "%s%s in bank ", gap, space->cells[c].key);
        if (space->bank_names != NULL)
            aj_buf_adds(&text, space->bank_names[decision->bank[c]]);
        else
            aj_buf_addf(&text, "%u", (unsigned)decision->bank[c]);
        gap = "; ";
    }
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const struct explore_space_knob *knob = &space->knobs[k];
        aj_buf_addf(&text, "%s%s of %s: %s", gap, knob->name, space->cells[knob->cell].key,
                    knob->values[decision->knob[k]]);
        gap = "; ";
    }
    const char *result = aj_strdup(out, aj_buf_text(&text));
    aj_buf_free(&text);
    return result;
}

/* Parse: the same walk; what stands before a value is known, the value ends at "; " or the end. */

static bool skip(const char **at, const char *expected)
{
    const size_t len = strlen(expected);
    if (strncmp(*at, expected, len) != 0)
        return false;
    *at += len;
    return true;
}

/* The value up to the next gap, copied to word[size]; moves behind the gap. */
static bool next_value(const char **at, char *word, size_t size)
{
    const char *end = strstr(*at, "; ");
    const size_t len = end != NULL ? (size_t)(end - *at) : strlen(*at);
    if (len >= size || (end != NULL && end[2] == '\0'))
        return false;
    memcpy(word, *at, len);
    word[len] = '\0';
    *at += len + (end != NULL ? 2 : 0);
    return true;
}

static uint32_t cpu_of_id(const struct explore_space *space, uint64_t id)
{
    uint32_t p = 0;
    while (p < space->cpus_count && space->cpus[p].id.v != id)
        p++;
    return p;
}

static bool parse_cpus(const struct explore_space *space, const char **at, uint32_t cell,
                       struct explore_decision *decision)
{
    char word[4 * AJ_CPU_MAX];
    struct aj_cpuset ids;
    if (!skip(at, space->cells[cell].key) || !skip(at, ": ") || !next_value(at, word, sizeof word))
        return false;
    if (word[0] == '\0')
        return true;
    if (aj_parse_intset(word, AJ_CPU_MAX, &ids).why != AJ_UNITS_OK)
        return false;
    for (uint32_t id = aj_cpuset_next(&ids, 0); id < AJ_CPU_MAX;
         id = aj_cpuset_next(&ids, id + 1)) {
        const uint32_t p = cpu_of_id(space, id);
        if (p >= space->cpus_count || decision->owner[p] != 0)
            return false;
        decision->owner[p] = cell;
    }
    return true;
}

static bool parse_irq(const struct explore_space *space, const char **at, uint32_t irq,
                      struct explore_decision *decision)
{
    char word[32];
    uint64_t intid, id;
    if (!skip(at, "irq "))
        return false;
    const char *colon = strchr(*at, ':');
    if (colon == NULL || (size_t)(colon - *at) >= sizeof word)
        return false;
    memcpy(word, *at, (size_t)(colon - *at));
    word[colon - *at] = '\0';
    *at = colon;
    if (aj_parse_u64(word, &intid).why != AJ_UNITS_OK || intid != space->irqs[irq].intid ||
        !skip(at, ": ") || !next_value(at, word, sizeof word) ||
        aj_parse_u64(word, &id).why != AJ_UNITS_OK)
        return false;
    decision->irq_cpu[irq] = cpu_of_id(space, id);
    return decision->irq_cpu[irq] < space->cpus_count;
}

/* False if there is no bank called so, or of this number where they have no names. */
static bool find_bank(const struct explore_space *space, const char *word, uint64_t *bank)
{
    if (space->bank_names == NULL)
        return aj_parse_u64(word, bank).why == AJ_UNITS_OK && *bank < space->banks_count;
    *bank = 0;
    while (*bank < space->banks_count && strcmp(space->bank_names[*bank], word) != 0)
        ++*bank;
    return *bank < space->banks_count;
}

static bool parse_bank(const struct explore_space *space, const char **at, uint32_t cell,
                       struct explore_decision *decision)
{
    char word[EXPLORE_BANK_NAME_MAX + 1];
    uint64_t bank;
    if (!skip(at, space->cells[cell].key) || !skip(at, " in bank ") ||
        !next_value(at, word, sizeof word) || !find_bank(space, word, &bank))
        return false;
    decision->bank[cell] = (uint32_t)bank;
    return true;
}

/* A value may hold a gap itself: the longest that fits is meant. */
static bool parse_knob(const struct explore_space *space, const char **at, uint32_t index,
                       struct explore_decision *decision)
{
    const struct explore_space_knob *knob = &space->knobs[index];
    if (!skip(at, knob->name) || !skip(at, " of ") || !skip(at, space->cells[knob->cell].key) ||
        !skip(at, ": "))
        return false;
    size_t best = 0;
    uint32_t found = AJ_NONE32;
    for (uint32_t v = 0; v < knob->values_count; v++) {
        const size_t len = strlen(knob->values[v]);
        if (strncmp(*at, knob->values[v], len) != 0 || (found != AJ_NONE32 && len <= best))
            continue;
        const char *behind = *at + len;
        if (behind[0] == '\0' || (behind[0] == ';' && behind[1] == ' ')) {
            best = len;
            found = v;
        }
    }
    if (found == AJ_NONE32)
        return false;
    decision->knob[index] = found;
    *at += best;
    *at += **at != '\0' ? 2 : 0;
    return true;
}

bool explore_decision_parse(const struct explore_space *space, const char *text,
                            struct explore_decision *decision)
{
    const char *at = text;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        decision->owner[p] = 0;
    for (uint32_t c = 0; c < space->cells_count; c++)
        decision->bank[c] = AJ_NONE32;
    for (uint32_t c = 1; c < space->cells_count; c++) {
        if (!parse_cpus(space, &at, c, decision))
            return false;
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (!parse_irq(space, &at, j, decision))
            return false;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (explore_space_decides_bank(space, c) && !parse_bank(space, &at, c, decision))
            return false;
    }
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        if (!parse_knob(space, &at, k, decision))
            return false;
    }
    return *at == '\0';
}
