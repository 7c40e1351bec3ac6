/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/number.h"

#include <errno.h>
#include <math.h>

bool explore_number_parse(const char *text, double *value)
{
    const size_t length = strlen(text);
    char *end = NULL;
    /* strtod also takes blanks, hexadecimal, "nan" and "inf". */
    if (length == 0 || length > 64 || strspn(text, "0123456789.eE+-") != length)
        return false;
    const double read = strtod(text, &end);
    if (*end != '\0' || !isfinite(read))
        return false;
    *value = read;
    return true;
}

const char *explore_number_format(struct aj_arena *out, double value)
{
    const char *text = aj_strf(out, "%.6g", value);
    for (int digits = 7; digits <= 17; digits++) {
        const double back = strtod(text, NULL);
        if (!(back < value) && !(back > value))
            break;
        text = aj_strf(out, "%.*g", digits, value);
    }
    return text;
}

static enum aj_status number_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  struct aj_arena *out, void *value)
{
    double number = 0.0;
    (void)out;
    if (node->kind != AJ_YAML_SCALAR || !explore_number_parse(node->text, &number)) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "number", node->loc, "expected a number such as 12.5");
        aj_diag_path(cx, "%s", path);
        return status;
    }
    memcpy(value, &number, sizeof number);
    return AJ_OK;
}

static void number_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    double number;
    memcpy(&number, value, sizeof number);
    aj_yaml_write_plain(w, explore_number_format(scratch, number));
}

static bool number_is_default(const void *value)
{
    double number;
    memcpy(&number, value, sizeof number);
    return !(number < 0.0) && !(number > 0.0);
}

const struct aj_custom_field explore_number_field = {number_read, number_write, number_is_default};
