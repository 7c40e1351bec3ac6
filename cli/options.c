/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "base/names.h"

const struct cli_option cli_common_options[] = {
    {"help", 'h', NULL, "print this help"},
    {"verbose", 'v', NULL, "log what is done; twice: with details"},
    {"quiet", 'q', NULL, "log errors only"},
    {"diag", 0, "text|json", "form of the diagnostics on standard error"},
    {NULL, 0, NULL, NULL},
};

typedef AJ_VEC(struct cli_given) given_vec;
typedef AJ_VEC(const char *) operand_vec;

/* The option of the command or of all commands that `match` accepts. */
static const struct cli_option *find(const struct cli_command *command, const char *name,
                                     size_t len, char letter)
{
    for (size_t i = 0; i < command->options_count; i++) {
        const struct cli_option *o = &command->options[i];
        if (letter != 0 ? o->letter == letter
                        : strlen(o->name) == len && memcmp(o->name, name, len) == 0)
            return o;
    }
    for (const struct cli_option *o = cli_common_options; o->name != NULL; o++) {
        if (letter != 0 ? o->letter == letter
                        : strlen(o->name) == len && memcmp(o->name, name, len) == 0)
            return o;
    }
    return NULL;
}

/* `out` keeps the names that are compared. */
static enum aj_status unknown_option(struct aj_ctx *cx, const struct cli_command *command,
                                     const char *argument, struct aj_arena *out)
{
    size_t count = 0;
    while (cli_common_options[count].name != NULL)
        count++;
    struct aj_name *names = AJ_NEW_ARRAY(out, struct aj_name, command->options_count + count + 1);
    for (size_t i = 0; i < command->options_count; i++)
        names[i].name = aj_strf(out, "--%s", command->options[i].name);
    for (size_t i = 0; i < count; i++)
        names[command->options_count + i].name = aj_strf(out, "--%s", cli_common_options[i].name);
    const char *word = aj_strndup(out, argument, strcspn(argument, "="));
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "'%s' is no option of 'autojail %s'",
                argument, command->name);
    if (word[1] == '-' && aj_name_nearest(names, word) != NULL)
        aj_diag_suggest(cx, names, word, "");
    else
        aj_diag_hint(cx, "see 'autojail help %s'", command->name);
    return status;
}

/* May the value be left out? Then it is "". */
static bool is_optional(const struct cli_option *option)
{
    return option->operand[0] == '[';
}

/* Is what stands in the place of a value an option, so that the value was forgotten? */
static bool is_option(const struct cli_command *command, const char *argument)
{
    if (argument == NULL || argument[0] != '-' || argument[1] == '\0')
        return false;
    const char *name = argument + 2;
    return argument[1] == '-' ? find(command, name, strcspn(name, "="), 0) != NULL
                              : find(command, NULL, 0, argument[1]) != NULL;
}

static enum aj_status value_missing(struct aj_ctx *cx, const char *option, const char *operand,
                                    const char *next)
{
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "%s needs a value: %s", option, operand);
    if (next != NULL)
        aj_diag_hint(cx, "'%s' is an option; as a value it is written %s%s", next, option,
                     option[1] == '-' ? aj_strf(cx->scratch, "=%s", next) : next);
    return status;
}

/* Takes one long option, with its value from `next` if it needs one; *took counts used arguments. */
static enum aj_status take_long(struct aj_ctx *cx, const struct cli_command *command,
                                const char *argument, const char *next, struct aj_arena *out,
                                given_vec *given, int *took)
{
    const char *name = argument + 2;
    const char *equals = strchr(name, '=');
    const size_t len = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct cli_option *option = find(command, name, len, 0);
    struct cli_given g = {option, ""};
    *took = 1;
    if (option == NULL)
        return unknown_option(cx, command, argument, out);
    if (option->operand == NULL) {
        if (equals != NULL)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--%s takes no value",
                           option->name);
    } else if (equals != NULL) {
        g.value = equals + 1;
    } else if (next != NULL && (is_optional(option) ? next[0] != '-' : !is_option(command, next))) {
        g.value = next;
        *took = 2;
    } else if (!is_optional(option)) {
        return value_missing(cx, argument, option->operand, next);
    }
    AJ_PUSH(out, given, g);
    return AJ_OK;
}

/* Takes a group of short options, "-vo DIR" or "-oDIR". */
static enum aj_status take_short(struct aj_ctx *cx, const struct cli_command *command,
                                 const char *argument, const char *next, struct aj_arena *out,
                                 given_vec *given, int *took)
{
    *took = 1;
    for (const char *letter = argument + 1; *letter != '\0'; letter++) {
        const struct cli_option *option = find(command, NULL, 0, *letter);
        struct cli_given g = {option, ""};
        if (option == NULL)
            return unknown_option(cx, command, argument, out);
        if (option->operand != NULL) {
            if (letter[1] != '\0') {
                g.value = letter + 1;
            } else if (next != NULL && !is_option(command, next)) {
                g.value = next;
                *took = 2;
            } else {
                return value_missing(cx, (const char[]){'-', option->letter, '\0'}, option->operand,
                                     next);
            }
            AJ_PUSH(out, given, g);
            return AJ_OK;
        }
        AJ_PUSH(out, given, g);
    }
    return AJ_OK;
}

static enum aj_status check_operands(struct aj_ctx *cx, const struct cli_command *command,
                                     size_t count)
{
    if (count >= command->operands_min && count <= command->operands_max)
        return AJ_OK;
    const enum aj_status status = aj_fail(
        cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "'autojail %s' takes %s, got %zu", command->name,
        command->operands_max == 0 ? "no operands" : command->synopsis, count);
    aj_diag_hint(cx, "see 'autojail help %s'", command->name);
    return status;
}

enum aj_status cli_parse(struct aj_ctx *cx, const struct cli_command *command, int argc,
                         char *const *argv, struct aj_arena *out, struct cli_args *args)
{
    given_vec given = {NULL, 0, 0};
    operand_vec operands = {NULL, 0, 0};
    bool only_operands = false;
    const size_t mark = aj_diag_mark(cx);
    for (int i = 0; i < argc;) {
        const char *argument = argv[i];
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        int took = 1;
        enum aj_status status = AJ_OK;
        if (only_operands || argument[0] != '-' || argument[1] == '\0')
            AJ_PUSH(out, &operands, argument);
        else if (strcmp(argument, "--") == 0)
            only_operands = true;
        else if (argument[1] == '-')
            status = take_long(cx, command, argument, next, out, &given, &took);
        else
            status = take_short(cx, command, argument, next, out, &given, &took);
        if (status != AJ_OK)
            aj_log(cx, AJ_LOG_DEBUG, "argument %d is not understood", i + 1);
        i += took;
    }
    *args = (struct cli_args){given.items, given.count, operands.items, operands.count};
    if (aj_diag_since(cx, mark) == AJ_OK && cli_value(args, "help") == NULL)
        AJ_TRY(check_operands(cx, command, operands.count));
    return aj_diag_since(cx, mark);
}

const char *cli_value(const struct cli_args *args, const char *name)
{
    for (size_t i = args->given_count; i-- > 0;) {
        if (strcmp(args->given[i].option->name, name) == 0)
            return args->given[i].value;
    }
    return NULL;
}

const char *cli_value_or(const struct cli_args *args, const char *name, const char *standard)
{
    const char *given = cli_value(args, name);
    return given != NULL ? given : standard;
}
