/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/cyclictest.h"

#include <inttypes.h>

#include "explore/cyclictest_priv.h"

/* What is installed */

bool explore_line(struct aj_bytes text, size_t *at, struct aj_bytes *line)
{
    if (*at >= text.size)
        return false;
    const uint8_t *start = text.data + *at;
    const uint8_t *end = memchr(start, '\n', text.size - *at);
    const size_t length = end != NULL ? (size_t)(end - start) : text.size - *at;
    *line = (struct aj_bytes){start, length};
    *at += length + 1;
    return true;
}

bool explore_starts_with(struct aj_bytes line, const char *start)
{
    const size_t length = strlen(start);
    return line.size >= length && memcmp(line.data, start, length) == 0;
}

/* Where `word` begins in `text`, followed by no letter; text.size if it is not there. */
static size_t find_word(struct aj_bytes text, const char *word)
{
    const size_t length = strlen(word);
    for (size_t i = 0; i + length <= text.size; i++) {
        if (memcmp(text.data + i, word, length) != 0)
            continue;
        const uint8_t next = i + length < text.size ? text.data[i + length] : 0;
        if (!(next >= 'a' && next <= 'z') && next != '-' && next != '_')
            return i;
    }
    return text.size;
}

/* The first run of digits and dots of a line that speaks of the version, or NULL. */
static const char *version_of(struct aj_bytes help, struct aj_arena *out)
{
    struct aj_bytes line;
    size_t at = 0;
    while (explore_line(help, &at, &line)) {
        static const char start[] = "cyclictest V ";
        size_t length = 0;
        if (!explore_starts_with(line, start))
            continue;
        const char *text = (const char *)line.data + strlen(start);
        while (strlen(start) + length < line.size && length < 16 &&
               strchr("0123456789.", text[length]) != NULL && text[length] != '\0')
            length++;
        return length > 0 ? aj_strndup(out, text, length) : NULL;
    }
    return NULL;
}

enum aj_status explore_cyclictest_probe(struct aj_ctx *cx, struct aj_bytes help,
                                        struct aj_arena *out, struct explore_cyclictest *tool)
{
    const struct {
        const char *option;
        bool *has;
    } options[] = {
        {"--json", &tool->json},
        {"--histfile", &tool->histfile},
        {"--mainaffinity", &tool->mainaffinity},
        {"--default-system", &tool->default_system},
        {"--nanosleep", &tool->needs_nanosleep},
    };
    if (find_word(help, "--histogram") == help.size || find_word(help, "--affinity") == help.size)
        return aj_fail(cx, AJ_ERR_TARGET, "cyclictest", AJ_NOWHERE,
                       "'cyclictest --help' does not print the help of cyclictest");
    for (size_t i = 0; i < AJ_COUNT(options); i++)
        *options[i].has = find_word(help, options[i].option) < help.size;
    tool->version = version_of(help, out);
    return AJ_OK;
}

/* How it is called */

typedef AJ_VEC(const char *) words;

static void push(struct aj_arena *out, words *to, const char *option, const char *value)
{
    AJ_PUSH(out, to, option);
    if (value != NULL)
        AJ_PUSH(out, to, value);
}

static const char *number(struct aj_arena *out, uint32_t value)
{
    return aj_strf(out, "%" PRIu32, value);
}

/*
 * -t with a number and -a with a list, always: without them CPUs that the scheduler leaves alone are
 * left out, and they are those to be measured. The short options are the same in all versions.
 */
const char *const *explore_cyclictest_command(const struct explore_cyclictest *tool,
                                              const struct explore_cyclictest_run *run,
                                              const char *json_file, struct aj_arena *out,
                                              size_t *argc)
{
    words argv = {NULL, 0, 0};
    push(out, &argv, "cyclictest", NULL);
    push(out, &argv, "-q", NULL);
    push(out, &argv, "-m", NULL);
    if (tool->needs_nanosleep)
        push(out, &argv, "-n", NULL);
    push(out, &argv, "-p", number(out, run->priority));
    push(out, &argv, "-i", number(out, run->interval_us));
    push(out, &argv, "-h", number(out, run->bins));
    push(out, &argv, "-D", number(out, run->seconds));
    push(out, &argv, "-a", aj_cpuset_format(out, &run->cpus));
    push(out, &argv, "-t", number(out, aj_cpuset_count(&run->cpus)));
    if (run->break_us > 0)
        push(out, &argv, "-b", number(out, run->break_us));
    if (tool->mainaffinity && run->main_cpu != AJ_NONE32)
        push(out, &argv, aj_strf(out, "--mainaffinity=%" PRIu32, run->main_cpu), NULL);
    if (tool->default_system && !run->suppress_idle)
        push(out, &argv, "--default-system", NULL);
    if (tool->json && json_file != NULL) {
        push(out, &argv, aj_strf(out, "--json=%s", json_file), NULL);
        if (tool->histfile)
            push(out, &argv, "--histfile=/dev/null", NULL);
    }
    *argc = argv.count;
    push(out, &argv, NULL, NULL);
    return argv.items;
}

/* What it prints */

/* The number behind byte `from`, at most a day in us; 0 if there is none. */
static uint64_t number_in(struct aj_bytes line, size_t from)
{
    const uint64_t day = UINT64_C(86400000000);
    uint64_t value = 0;
    while (from < line.size && line.data[from] == ' ')
        from++;
    for (; from < line.size && line.data[from] >= '0' && line.data[from] <= '9'; from++)
        value = value < day ? value * 10 + (uint64_t)(line.data[from] - '0') : day;
    return value < day ? value : day;
}

enum aj_status explore_cyclictest_read(struct aj_ctx *cx, const char *name, struct aj_bytes bytes,
                                       struct aj_arena *out,
                                       struct explore_cyclictest_result *result)
{
    static const char broke[] = "# Break value:";
    struct aj_bytes line;
    struct aj_loc at = aj_loc_file(name);
    uint64_t broke_us = 0;
    size_t next = 0;
    for (size_t start = 0; explore_line(bytes, &next, &line); start = next) {
        at.line++;
        if (explore_starts_with(line, broke))
            broke_us = number_in(line, strlen(broke));
        if (explore_starts_with(line, "Usage:")) {
            const enum aj_status status =
                aj_fail(cx, AJ_ERR_INPUT, "cyclictest-help", at,
                        "cyclictest printed its help and measured nothing");
            aj_diag_hint(cx,
                         "it did not take an option or a value; its exit status may still be 0");
            return status;
        }
        if (explore_starts_with(line, "{")) {
            AJ_TRY(explore_cyclictest_json(
                cx, at, (struct aj_bytes){bytes.data + start, bytes.size - start}, out, result));
            result->broke = broke_us > 0;
            result->broke_ns = (int64_t)broke_us * 1000;
            return AJ_OK;
        }
        if (explore_starts_with(line, "# Histogram"))
            return explore_cyclictest_text(cx, name, bytes, out, result);
    }
    return aj_fail(cx, AJ_ERR_INPUT, "cyclictest-empty", aj_loc_file(name),
                   "cyclictest printed neither JSON nor a histogram");
}
