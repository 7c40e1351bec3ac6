/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/names.h"

#include "base/buf.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool aj_same_word(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

/* What follows `prefix` in `text`, NULL if it does not begin so. */
static const char *after_prefix(const char *text, const char *prefix)
{
    for (; *prefix != '\0'; text++, prefix++)
        if (lower(*text) != lower(*prefix))
            return NULL;
    return text;
}

static const struct aj_name *find(const struct aj_name *table, const char *name)
{
    for (; table->name != NULL; table++)
        if (aj_same_word(table->name, name))
            return table;
    return NULL;
}

const struct aj_name *aj_name_find(const struct aj_name *table, const char *prefix,
                                   const char *name)
{
    const struct aj_name *found = find(table, name);
    const char *rest = prefix == NULL ? NULL : after_prefix(name, prefix);
    return found == NULL && rest != NULL ? find(table, rest) : found;
}

const char *aj_name_of(const struct aj_name *table, uint64_t value)
{
    for (; table->name != NULL; table++)
        if (table->value == value)
            return table->name;
    return NULL;
}

const char *aj_name_nearest(const struct aj_name *table, const char *name)
{
    const char *nearest = NULL;
    const size_t len = strlen(name);
    size_t best = len / 3 + 1;
    for (; table->name != NULL; table++) {
        /* The difference in length is a lower bound that spares absurdly long texts. */
        const size_t other = strlen(table->name);
        if ((len > other ? len - other : other - len) >= best)
            continue;
        const uint32_t distance = aj_edit_distance(name, table->name);
        if (distance < best) {
            best = distance;
            nearest = table->name;
        }
    }
    return nearest;
}

static uint32_t min3(uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

uint32_t aj_edit_distance(const char *a, const char *b)
{
    /* rows of the classic table: row[j] = distance of the first i of a to the first j of b */
    const size_t width = strlen(b) + 1;
    struct aj_arena *arena = aj_arena_open();
    uint32_t *row = AJ_NEW_ARRAY(arena, uint32_t, width);
    uint32_t *above = AJ_NEW_ARRAY(arena, uint32_t, width);
    uint32_t *above2 = AJ_NEW_ARRAY(arena, uint32_t, width);
    for (size_t j = 0; j < width; j++)
        row[j] = (uint32_t)j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        uint32_t *oldest = above2;
        above2 = above;
        above = row;
        row = oldest;
        row[0] = (uint32_t)i;
        for (size_t j = 1; j < width; j++) {
            const char ca = lower(a[i - 1]), cb = lower(b[j - 1]);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == lower(b[j - 2]) && cb == lower(a[i - 2]))
                row[j] = min3(row[j], row[j], above2[j - 2] + 1);
        }
    }
    const uint32_t distance = row[width - 1];
    aj_arena_close(arena);
    return distance;
}

char *aj_names_list(struct aj_arena *arena, const struct aj_name *table)
{
    struct aj_buf list = {0};
    for (size_t i = 0; table[i].name != NULL; i++) {
        if (i > 0)
            aj_buf_adds(&list, table[i + 1].name == NULL ? " or " : ", ");
        aj_buf_adds(&list, table[i].name);
    }
    char *text = aj_strdup(arena, aj_buf_text(&list));
    aj_buf_free(&list);
    return text;
}
